"""Two plans side by side, worked out from their figures: totals, goals, air, measures, counties, dates of tasks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scenarios.reports.format import amount, money, number, percent, typeset, unit_name
from scenarios.reports.scales import mass
from scenarios.units import MICROGRAM
from scenarios.words import name_column, say

Figures = Mapping[str, Any]
Row = dict[str, Any]
SEEN = 1e-6  #: differences below are rounding [CNY, t, ug/m3]
PROVEN = 1e-4  #: gaps below are taken as none [1]
AIR = " ug/m3"  #: how the columns of what is taken from the air end


def row_name(row: Mapping[str, Any]) -> str:
    """What a row is called in the language in use."""
    return str(row[name_column()])


def with_sign(difference: float, show: Callable[[float], str]) -> str:
    """A difference with its sign; blank when there is none."""
    if abs(difference) <= SEEN:
        return ""
    return ("+" if difference > 0 else "−") + show(abs(difference))


def headline(now: Figures, other: Figures | None) -> list[Row]:
    """The few numbers that matter, each with the other plan's and the difference."""
    pairs = [(say("cost over the plan"), "cost_cny", money), (say("money laid out"), "investment_cny", money)]
    rows = [_figure(title, now, other, key, show) for title, key, show in pairs]
    for title, key, of in (
        (say("goals met"), "goals_met", "goals"),
        (say("targets met"), "targets_met", "targets"),
        (say("commitments met"), "commitments_met", "commitments"),
    ):
        if not now["totals"][of]:
            continue
        row = _figure(title, now, other, key, lambda value: f"{value:.0f}")
        row["value"] = f"{row['value']} / {now['totals'][of]:.0f}"
        row["short"] = now["totals"][key] < now["totals"][of] and key == "goals_met"
        rows.append(row)
    rows += [
        _figure(title, now, other, key, lambda value: f"{value:.0f}")
        for title, key in ((say("measures used"), "measures"), (say("tasks done"), "tasks_done"))
    ]
    return rows


def _figure(title: str, now: Figures, other: Figures | None, key: str, show: Callable[[float], str]) -> Row:
    value = float(now["totals"][key])
    before = None if other is None else float(other["totals"][key])
    return {
        "title": title,
        "value": show(value),
        "before": "" if before is None else show(before),
        "change": "" if before is None else with_sign(value - before, show),
        "more": before is not None and value > before,
        "short": False,
    }


def proof(now: Figures) -> str:
    """How well a plan is proven."""
    return say("within {gap}", gap=percent(max(float(now["gap"]), PROVEN), 2))


def _sized(value: float, unit: str, before: str = "") -> str:
    """An amount as it is printed; blank when there is none."""
    text = amount(value, unit)
    return typeset(before + text) if text else ""


def goals(now: Figures, other: Figures | None) -> list[Row]:
    """The targets with what both plans reach; those that are to be met first."""
    before = {row["target"]: row for row in (other or {}).get("goals", ())}
    rows = []
    for row in now["goals"]:
        unit, price = row["unit"], row["shadow_price"] or 0.0
        was = before.get(row["target"])
        per = say("{price} per {unit}", price=money(price), unit=typeset(unit_name(unit)))
        rows.append(
            {
                "name": row_name(row),
                "year": row["year"],
                "limit": _sized(row["value"], unit, f"{row['operator']} "),
                "reached": _sized(row["achieved"], unit),
                "before": "" if was is None or was["achieved"] is None else _sized(was["achieved"], unit),
                "met": row["met"],
                "was_met": was is None or was["met"],
                "main": row["goal"] or row["enforced"],
                "enforced": row["enforced"],
                "price": per if price > 0 else "",
            }
        )
    return rows


def air(now: Figures, other: Figures | None) -> list[Row]:
    """Annual means year by year [ug/m3], then the last year's emissions, whole and by sector."""
    rows = []
    before = {(row["receptor"], row["air"], row["year"]): row["value"] for row in (other or {}).get("air", ())}
    for row in now["air"]:
        was = before.get((row["receptor"], row["air"], row["year"]))
        rows.append(_line(f"{row['air']} {row['year']} [{typeset(unit_name(MICROGRAM))}]", row["value"], was, False))
    rows += _emitted(now, other)
    return rows


def _emitted(now: Figures, other: Figures | None) -> list[Row]:
    rows: list[Row] = []
    before = {(row["pollutant"], row["sector"]): row["value"] for row in (other or {}).get("emissions", ())}
    for pollutant in dict.fromkeys(row["pollutant"] for row in now["emissions"]):
        parts = [row for row in now["emissions"] if row["pollutant"] == pollutant]
        whole = sum(row["value"] for row in parts)
        was = sum(value for (name, _), value in before.items() if name == pollutant) if before else None
        divisor, unit = mass([whole, was or 0.0])
        title = f"{pollutant} {now['last']} [{unit}]"
        rows.append(_line(title, whole / divisor, _scaled(was, divisor), False))
        for row in parts:
            was = before.get((pollutant, row["sector"]))
            rows.append(_line(row_name(row), row["value"] / divisor, _scaled(was, divisor), True))
    return rows


def _scaled(value: float | None, divisor: float) -> float | None:
    return None if value is None else value / divisor


def _line(title: str, value: float, was: float | None, is_part: bool) -> Row:
    change = "" if was is None else with_sign(value - was, number)
    return {
        "title": title,
        "value": number(value),
        "before": "" if was is None else number(was),
        "change": change,
        "part": is_part,
        "more": was is not None and value > was,
    }


def effects(now: Figures) -> list[str]:
    """What measures take away: the pollutants with a target, then the air."""
    emitted = list(dict.fromkeys(row["pollutant"] for row in now["emissions"]))
    airs = [f"{name}{AIR}" for name in dict.fromkeys(row["air"] for row in now["air"])]
    return [*emitted, *airs]


def effect_headings(columns: Sequence[str]) -> list[str]:
    """The headings of what measures take away."""
    airs = {name: typeset(say("{air} ug/m3", air=name.removesuffix(AIR))) for name in columns if name.endswith(AIR)}
    return [airs.get(name) or say("{pollutant} t/yr", pollutant=name) for name in columns]


def measures(now: Figures) -> list[Row]:
    """Each measure and task of a plan, dearest first: how much, what it costs over the plan, what it takes away."""
    columns = effects(now)
    return [
        {
            "name": row_name(row),
            "quantity": _sized(row["quantity"], row["unit"]) if "unit" in row else "",
            "cost": money(row["cny"]),
            "taken": [number(row["taken"].get(name, 0.0)) for name in columns],
        }
        for row in now["measures"]
    ]


def causes(now: Figures, other: Figures) -> dict[str, Any]:
    """Where a plan differs from another: measure by measure, and which only one of them uses."""
    columns = effects(now)
    held = [{row["measure"]: row for row in side["measures"]} for side in (now, other)]
    rows = []
    for name in dict.fromkeys([*held[0], *held[1]]):
        one, two = (side.get(name) for side in held)
        cny = (one or {}).get("cny", 0.0) - (two or {}).get("cny", 0.0)
        taken = [
            (one or {}).get("taken", {}).get(key, 0.0) - (two or {}).get("taken", {}).get(key, 0.0) for key in columns
        ]
        if max(abs(cny), *(abs(value) for value in taken), 0.0) > SEEN:
            rows.append({"row": one or two, "cny": cny, "taken": taken, "only": _only(one, two)})
    rows.sort(key=lambda row: -abs(row["cny"]))
    return {
        "rows": [
            {
                "name": row_name(row["row"]),
                "only": row["only"],
                "cost": with_sign(row["cny"], money),
                "taken": [with_sign(value, number) for value in row["taken"]],
            }
            for row in rows
        ],
        "cost": with_sign(sum(row["cny"] for row in rows), money),
        "taken": [with_sign(sum(row["taken"][place] for row in rows), number) for place in range(len(columns))],
    }


def _only(one: Row | None, two: Row | None) -> str:
    """Whether a measure enters or leaves; a task or wear does neither."""
    used = ["quantity" in (side or {}) for side in (one, two)]
    if used[0] == used[1]:
        return ""
    return "enters" if used[0] else "leaves"


def counties(now: Figures, other: Figures | None) -> dict[str, Any]:
    """Money laid out and change of each target pollutant by county."""
    before = {row["area"]: row for row in (other or {}).get("counties", ())}
    shown = list(now["counties"][0]["emission"]) if now["counties"] else []
    rows = []
    for row in now["counties"]:
        was = before.get(row["area"])
        rows.append(
            {
                "name": row_name(row),
                "spent": money(row["spent"]),
                "change": "" if was is None else with_sign(row["spent"] - was["spent"], money),
                "emission": [_part(*row["emission"][name]) for name in shown],
                "before": [] if was is None else [_part(*was["emission"].get(name, (0.0, 0.0))) for name in shown],
            }
        )
    return {"pollutants": shown, "rows": rows}


def _part(start: float, then: float) -> str:
    """Change between the start and the last year."""
    return "" if start <= 0 else f"{(then / start - 1) * 100:+.1f} %".replace("-", "−")


def schedule(now: Figures, other: Figures | None) -> list[Row]:
    """When each task is done in both plans."""
    before = {row["task"]: row for row in (other or {}).get("schedule", ())}
    rows = []
    for row in now["schedule"]:
        was = before.get(row["task"])
        rows.append(
            {
                **{key: row[key] for key in ("number", "task", "start", "finish", "deadline", "done")},
                "name": row_name(row),
                "lead": row_name(row["lead"]),
                "slack": "" if row["slack"] is None else row["slack"],
                "critical": row["critical"],
                "before": "" if was is None else was["finish"] or "–",
                "moved": was is not None and was["finish"] != row["finish"],
            }
        )
    return rows


def payers(now: Figures) -> list[Row]:
    """Money laid out by each payer, year by year."""
    rows: dict[str, dict[int, float]] = {}
    for row in now["funding"]:
        if row["item"] == "investment":
            years = rows.setdefault(row[name_column()], {})
            years[row["year"]] = years.get(row["year"], 0.0) + row["cny"]
    return [
        {
            "name": payer,
            "years": [money(years.get(year, 0.0)) for year in now["years"]],
            "all": money(sum(years.values())),
        }
        for payer, years in rows.items()
    ]
