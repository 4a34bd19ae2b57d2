"""Why no plan exists, and what would have to give way, in the plan's own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import ceil, floor, isinf
from types import MappingProxyType
from typing import Any, TypeVar

from scenarios import tasks
from scenarios.case import MONTHS_PER_QUARTER, QUARTERS, Case
from scenarios.commitments import amounts
from scenarios.conflict import Conflict, LimitRow, Relaxation, WayOut
from scenarios.reports.format import MILLION, join_names, number, percent, unit_name
from scenarios.reports.limits_text import limit_name
from scenarios.targets import limits
from scenarios.units import HUNDRED_MILLION
from scenarios.words import LANGUAGES, language, say, speaking

DIGITS, SHARE_DIGITS = 4, 3  #: significant digits of a limit, and of a share in percent
EXACT = 1e-7  #: part of a number by which it may lie beyond a round one and still be shown as that [1]
LARGE = 1e7  #: from where on quantities are counted in millions
SHOWN = 8  #: rows of a conflict of one kind that are listed
NO_PERCENT = 100  #: parts of a limit from where on a change is not given in percent: the limit was next to nothing
DUE = ("deadline", "never_late")  #: the equations whose limit is a quarter
HEADINGS = {
    "any": "The least that would have to give way:",
    "further": "Or, without touching any of these:",
    "targets": "If only targets give way:",
    "means": "If every target is kept, supplies, budgets, deadlines or commitments must give way:",
    "alone": "Or this one alone:",
}

Row = TypeVar("Row", bound=LimitRow)


def conflict_text(case: Case, conflict: Conflict, shown: int | None = SHOWN) -> str:
    """Which rows conflict, and the ways out of it; of many late tasks as many as are ``shown``, None for all."""
    lines = [
        say("No plan keeps every target, supply, budget, deadline and pace (checked a second time without presolve).")
    ]
    if conflict.only_whole:
        lines.append(say("With tasks and projects done in parts all could be kept; only whole ones conflict."))
    if conflict.rows:
        lines += ["", _conflict_heading(conflict), *_listed(case, conflict.rows)]
    if conflict.others:
        lines += ["", say("Whatever becomes of that, with every deadline kept each of these cannot be kept either:")]
        for rows in conflict.others:
            lines += _joined(_listed(case, rows))
    for way in conflict.ways:
        lines += ["", say(HEADINGS[way.kind]), *_way(case, way, shown)]
    return "\n".join(lines)


def with_relaxations(case: Case, relaxations: tuple[Relaxation, ...]) -> Case:
    """The case of an elastic run: its description says what gave way, and it is no longer the case as it was read."""
    if not relaxations:
        return case
    description = {}
    for spoken in LANGUAGES:
        with speaking(spoken):
            rows, more = _first(relaxations, SHOWN)
            given = "\n".join("  " + relaxation_line(case, row) for row in rows)
            if more:
                given += "\n  " + say("and the deadlines of {count} more tasks, all of them in run.json", count=more)
            description[spoken] = "\n".join(
                [case.description.get(spoken, ""), say("Not everything can be kept. What gave way:"), given]
            )
    return replace(case, description=MappingProxyType(description), digest=f"{case.digest}, relaxed")


def _conflict_heading(conflict: Conflict) -> str:
    if len(conflict.rows) == 1 and conflict.smallest:
        return say("This cannot be kept, whatever else gives way:")
    if conflict.smallest:
        return say("These cannot be kept together, and no fewer conflict:")
    return say("These cannot be kept together (it is not proven that no fewer conflict):")


def _listed(case: Case, rows: tuple[LimitRow, ...]) -> list[str]:
    """One line for each row; of many deadlines the first only."""
    first, more = _first(rows, SHOWN)
    return ["  " + asked_line(case, row) for row in first] + _further(more)


def _first(rows: Sequence[Row], shown: int | None) -> tuple[list[Row], int]:
    """All rows but those of many tasks, of which the first are taken, and how many tasks are left out."""
    due = [row for row in rows if row.equation in DUE]
    taken = due if shown is None or len(due) <= shown else due[: shown - 1]
    return [*(row for row in rows if row.equation not in DUE), *taken], len(due) - len(taken)


def _further(count: int) -> list[str]:
    return ["  " + say("and the deadlines of {count} more tasks", count=count)] if count else []


def _joined(lines: list[str]) -> list[str]:
    """The lines of rows that conflict with each other, the later ones behind a plus."""
    return [line if place == 0 else f"  + {line.strip()}" for place, line in enumerate(lines)]


def _way(case: Case, way: WayOut, shown: int | None) -> list[str]:
    if way.relaxations is None:
        reason = say("that alone is not enough: potentials, pace and whatever else must be kept stand in the way")
        return ["  " + reason]
    rows, more = _first(way.relaxations, shown)
    lines = ["  " + relaxation_line(case, row) for row in rows] + _further(more)
    for row in rows:
        lines += _sooner(case, row)
    if not way.whole:
        lines.append("  " + say("(enough if tasks and projects could be done in parts; whole ones may need more)"))
    elif not way.proven:
        part = percent(floor(way.bound / way.price * 1000) / 1000)
        lines.append("  " + say("(a little less may do, but not less than {part} of it)", part=part))
    return lines


def asked_line(case: Case, row: LimitRow) -> str:
    """What a row asks for."""
    if row.equation in DUE:
        return say(
            "{subject}: done by {month}",
            subject=limit_name(case, row.equation, row.index),
            month=_month(case, row.limit),
        )
    size, unit = _counted_in(row.limit, _unit(case, row))
    limit = _with_unit(number(row.limit / size, _digits(unit)), unit)
    least = _operator(case, row) == ">="
    return say(
        "{subject}: at least {limit}" if least else "{subject}: at most {limit}",
        subject=limit_name(case, row.equation, row.index),
        limit=limit,
    )


def relaxation_line(case: Case, row: Relaxation) -> str:
    """What a row asks for, and what can be reached: rounded so that it can be."""
    name = limit_name(case, row.equation, row.index)
    if row.equation in DUE:
        due = _month(case, row.limit)
        if isinf(row.reachable):
            return say("{subject}: not done within the planning years instead of by {month}", subject=name, month=due)
        return say(
            "{subject}: done by {reachable} instead of {month} ({months} months later)",
            subject=name,
            reachable=_month(case, row.reachable),
            month=due,
            months=_months_late(row),
        )
    unit = _unit(case, row)
    size, counted = _counted_in(max(abs(row.limit), abs(row.reachable)), unit)
    limit, reachable = row.limit / size, round_outward(row.reachable / size, row.limit / size, _digits(counted))
    if 0 < abs(row.limit) * NO_PERCENT < size:  # next to nothing beside what can be reached: shown as it was given
        reachable, limit, counted = _with_unit(reachable, counted), row.limit, _counted_in(row.limit, unit)[1]
    said = {"subject": name, "reachable": reachable, "limit": _with_unit(number(limit, _digits(counted)), counted)}
    if row.limit == 0 and unit != "1":  # no share of nothing
        return say("{subject}: {reachable} instead of {limit}", **said)
    share = row.reachable - row.limit if unit == "1" else row.share
    change = f"{share * 100:+.1f} %" + _against_base(case, row)
    if abs(share) > NO_PERCENT:
        return say("{subject}: {reachable} instead of {limit}", **said)
    return say("{subject}: {reachable} instead of {limit} ({change})", **said, change=change)


def round_outward(value: float, limit: float, digits: int = DIGITS) -> str:
    """A value with some digits, rounded away from the limit it is the nearest to."""
    decimals = min(max(0, digits - 1 - int(f"{abs(value):e}".split("e")[1])), 6)
    step, hair = 10.0**-decimals, EXACT * abs(value)
    whole = ceil((value - hair) / step) if value > limit else floor((value + hair) / step)
    return number(whole * step, digits)


def _digits(unit: str) -> int:
    return SHARE_DIGITS if unit == "%" else DIGITS


def _operator(case: Case, row: LimitRow) -> str:
    if row.equation.endswith("_target"):
        return str(limits(case).loc[row.index[0], "operator"])
    if row.equation.endswith("_commitment"):
        return str(amounts(case).loc[row.index[0], "operator"])
    return "<="


def _unit(case: Case, row: LimitRow) -> str:
    if row.equation.endswith("_target"):
        return str(limits(case).loc[row.index[0], "unit"])
    if row.equation.endswith("_commitment"):
        return str(amounts(case).loc[row.index[0], "unit"])
    if row.equation == "supply":
        return str(case["fuels"].set_index("fuel").loc[row.index[0], "unit"])
    return "CNY"


def _counted_in(value: float, unit: str) -> tuple[float, str]:
    """What quantities of a size are divided by, and the unit they then have."""
    if unit == "1":
        return 0.01, "%"
    name = say("CNY") if unit == "CNY" else unit_name(unit)
    if abs(value) < LARGE:
        return 1.0, name
    return (HUNDRED_MILLION, f"亿 {name}") if language() == "zh" else (MILLION, f"million {name}")


def _with_unit(text: str, unit: str) -> str:
    return f"{text} {unit}".strip()


def _against_base(case: Case, row: Relaxation) -> str:
    """The same change as the plan writes it, for a target relative to a base year."""
    if not row.equation.endswith("_target"):
        return ""
    target: Any = limits(case).loc[row.index[0]]
    if target["basis"] != "relative" or target["value"] <= -1 or row.limit == 0:
        return ""
    asked = case["targets"].set_index("target").loc[row.index[0], "value"]
    reached = row.reachable / row.limit * (1 + asked) - 1
    return say(
        "; against {year} {reached} instead of {asked}",
        year=int(target["base_year"]),
        reached=f"{reached * 100:+.1f} %",
        asked=f"{asked * 100:+.1f} %",
    )


def _month(case: Case, place: float) -> str:
    """The last month of a quarter."""
    year, quarter = divmod(int(place), len(QUARTERS))
    return f"{case.settings.years[0] + year}-{(quarter + 1) * MONTHS_PER_QUARTER:02d}"


def _months_late(row: Relaxation) -> int:
    return int(row.reachable - row.limit) * MONTHS_PER_QUARTER


def _sooner(case: Case, row: Relaxation) -> list[str]:
    """The tasks each of which would let a late task keep its deadline if it took less time."""
    if row.equation not in DUE or isinf(row.reachable):
        return []
    months = _months_late(row)
    found = join_names(tasks.shortening_tasks(case, row.index[0], months))
    return (
        ["    " + say("or one of these {months} months shorter: {tasks}", months=months, tasks=found)] if found else []
    )
