"""The controls of a case, each worked out from a row of its tables: what can be moved, from where, how far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from math import ceil, floor, log10
from typing import Any, get_args, get_origin

from scenarios.case import Case, Settings
from scenarios.frames import records
from scenarios.targets import limits
from scenarios.web.moves import NO, PERCENT, YES, Control
from scenarios.words import LANGUAGES, say, speaking

REACH = 0.5  #: how far a level can be moved, as a part of itself [1]
SHARE_REACH = 0.3  #: how far a share or a relative change can be moved [1]
MOST = 300.0  #: how far a quantity can be scaled up [%]
EARLIER, LATER = -24.0, 36.0  #: how far a deadline can be moved [months]


def controls(case: Case) -> list[dict[str, Any]]:
    """Every control of a case, as plain records."""
    parts = (_targets, _supplies, _budgets, _neighbours, _growth, _measures, _tasks, _settings)
    return [asdict(control) for part in parts for control in part(case)]


def _both(text: str) -> dict[str, Any]:
    """What the program calls a thing, in both languages."""
    said: dict[str, Any] = {}
    for spoken in LANGUAGES:
        with speaking(spoken):
            said[f"name_{spoken}"] = say(text)
    return said


def _row_names(row: dict[str, Any]) -> dict[str, Any]:
    return {f"name_{spoken}": str(row[f"name_{spoken}"]) for spoken in LANGUAGES}


def _targets(case: Case) -> Iterator[Control]:
    """The value of each target that is computed, and whether it has to be met."""
    units = limits(case)["unit"]
    for row in records(case["targets"]):
        if row["indicator"] == "reported" or row["target"] not in units.index:
            continue
        names: dict[str, Any] = {key: _dated(text, row["year"]) for key, text in _row_names(row).items()}
        key, near = f"targets.{row['target']}", bool(row["enforced"])
        value = float(row["value"])
        unit = str(units[row["target"]])
        if row["basis"] == "relative" or (unit == "1" and not row["unit"]):
            least = max(value - SHARE_REACH, -1.0 if row["basis"] == "relative" else 0.0)
            most = value + SHARE_REACH if row["basis"] == "relative" else min(value + SHARE_REACH, 1.0)
            scaled = _range(value / PERCENT, least / PERCENT, most / PERCENT, 0.5)
            yield Control(key, "targets", "level", **names, **scaled, unit="%", size=PERCENT, near=near)
        else:
            shown = str(row["unit"]) or unit
            yield Control(key, "targets", "level", **names, **_around(value), unit=shown, near=near)
        must = YES if near else NO
        flag: dict[str, Any] = {"value": must, "options": (YES, NO)}
        yield Control(f"{key}:enforced", "targets", "flag", **names, **flag, near=near, of=key)


def _dated(text: str, year: int) -> str:
    """A name with its year, where it does not have it yet."""
    return text if str(year) in text else f"{text} ({year})"


def _around(value: float) -> dict[str, Any]:
    """The range of a level around its value."""
    step = 10.0 ** floor(log10(abs(value)) - 1.7) if value else 1.0
    least, most = sorted((value * (1 - REACH), value * (1 + REACH)))
    return _range(value, least, most, step)


def _range(value: float, least: float, most: float, step: float) -> dict[str, Any]:
    """A range whose positions are multiples of its step, wherever the value lies between them."""
    ends = step * floor(round(least / step, 6)), step * ceil(round(most / step, 6))
    return {"value": f"{value:.10g}", "least": round(ends[0], 6), "most": round(ends[1], 6), "step": step}


def _scale() -> dict[str, Any]:
    return {"value": "100", "least": 0.0, "most": MOST, "step": 5.0, "unit": "%", "size": PERCENT}


def _supplies(case: Case) -> Iterator[Control]:
    """How much of each fuel can be had: in all years, then year by year."""
    rows, names = case["supply"], {spoken: case.names("fuels", spoken) for spoken in LANGUAGES}
    rows = rows[rows["quantity"] > 0]
    for fuel, group in ((str(name), group) for name, group in rows.groupby("fuel", sort=False)):
        called: dict[str, Any] = {f"name_{spoken}": names[spoken][fuel] for spoken in LANGUAGES}
        yield Control(f"supply.{fuel}", "supply", "factor", **called, **_scale())
        for year in group["year"].unique():
            dated: dict[str, Any] = {key: f"{text} {year}" for key, text in called.items()}
            yield Control(f"supply.{fuel}/{year}", "supply", "factor", **dated, **_scale(), near=False)


def _budgets(case: Case) -> Iterator[Control]:
    """What each payer can lay out, and the sum of all."""
    rows, names = case["budgets"], {spoken: case.names("funders", spoken) for spoken in LANGUAGES}
    funded = set(rows.loc[rows["amount"] > 0, "payer"])
    for payer in (payer for payer in case["funders"]["payer"] if payer in funded):
        called: dict[str, Any] = {f"name_{spoken}": names[spoken][payer] for spoken in LANGUAGES}
        yield Control(f"budgets.{payer}", "budgets", "factor", **called, **_scale())
    most = case.settings.money_at_most
    if most != "budgets":
        now = "" if most is None else f"{most:.10g}"
        given: dict[str, Any] = {"value": now, "least": 0.0, "most": 1e15, "unit": "CNY"}
        yield Control("settings.money_at_most", "budgets", "sum", **_both(TITLES["money_at_most"]), **given)


def _neighbours(case: Case) -> Iterator[Control]:
    """What is assumed of the regional part of the concentration."""
    rows, chosen = case["background"], case.settings.background
    found = tuple(dict.fromkeys(rows["assumption"]))
    names: dict[str, Any] = _both(TITLES["background"])
    yield Control("settings.background", "neighbours", "choice", **names, value=chosen, options=found)
    if (rows.loc[rows["assumption"] == chosen, "change"] != 0).any():
        names = _both(TITLES["change"])
        yield Control(f"background.*/*/{chosen}", "neighbours", "factor", **names, **_scale())


def _growth(case: Case) -> Iterator[Control]:
    """Growth of all activities, then of each technology."""
    rows, names = case["growth"], {spoken: case.names("technologies", spoken) for spoken in LANGUAGES}
    rows = rows[rows["rate"] != 0]
    if rows.empty:
        return
    yield Control("growth.*", "growth", "factor", **_both(TITLES["rate"]), **_scale())
    for technology in map(str, rows["technology"].unique()):
        called: dict[str, Any] = {f"name_{spoken}": names[spoken][technology] for spoken in LANGUAGES}
        yield Control(f"growth.{technology}", "growth", "factor", **called, **_scale(), near=False)


def _measures(case: Case) -> Iterator[Control]:
    """Each measure that can be had, on or off."""
    rows = case["potentials"]
    open_to = set(rows.loc[rows["share"] > 0, "measure"])
    for row in records(case["measures"]):
        if row["measure"] in open_to:
            key, options = f"potentials.*/{row['measure']}", (YES, NO)
            yield Control(key, "measures", "off", **_row_names(row), value=YES, options=options, near=False)


def _tasks(case: Case) -> Iterator[Control]:
    """The deadline of each task, months earlier or later."""
    for row in records(case["tasks"]):
        names: dict[str, Any] = {key: f"{row['number']} {text}" for key, text in _row_names(row).items()}
        span: dict[str, Any] = {"value": "0", "least": EARLIER, "most": LATER, "unit": row["deadline"]}
        yield Control(f"tasks.{row['task']}:deadline", "tasks", "months", **names, **span, near=False)


def _settings(case: Case) -> Iterator[Control]:
    """Each setting of the city that is a choice of words."""
    for name, field in Settings.model_fields.items():
        words = get_args(field.annotation)
        if get_origin(field.annotation) is not None and words and all(isinstance(word, str) for word in words):
            value = str(getattr(case.settings, name))
            titles: dict[str, Any] = _both(TITLES[name])
            yield Control(f"settings.{name}", "rules", "choice", **titles, value=value, options=words, near=False)


#: a setting, or a column that is scaled -> what it decides, in a planner's words
TITLES = {
    "money_at_most": "all payers together, at most",
    "background": "what neighbours do",
    "change": "change of the part from elsewhere",
    "rate": "growth of everything",
    "commitments": "commitments of the plan's text",
    "targets": "targets of the plan",
    "budgets": "budgets of the payers",
    "tasks": "tasks that are done",
    "minimise": "what is minimised",
}
