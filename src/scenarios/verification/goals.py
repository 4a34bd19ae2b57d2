"""What was aimed at: targets and commitments as written, and what was minimised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from math import log, nan
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

from scenarios.frames import each_row, entries
from scenarios.units import factor
from scenarios.verification.given import Given, Violation, served, violation

Target = dict[str, Any]
Tables = Mapping[str, pd.DataFrame]


class Outcome:
    """What is read again and again: the tables, stocks by technology, conversions by measure."""

    def __init__(self, given: Given, stock: np.ndarray, tables: Tables):
        self.tables, self.stock = tables, stock
        self.levels: dict[str, list[tuple[str, list[float]]]] = {
            technology: list(zip(given.areas, stock[:, number].tolist(), strict=True))
            for number, technology in enumerate(given.activity_of)
        }
        self.converted: dict[str, list[tuple[str, str, float]]] = defaultdict(list)
        for row in each_row(tables["conversions"]):
            self.converted[row.measure].append((row.area, row.period, row.quantity))
        rows = tables["emissions"]
        year_of = {period: int(period[:4]) for period in rows["period"].unique()}
        summed = rows.groupby(["pollutant", rows["period"].map(year_of), "area", "activity"])["emission"].sum()
        self.emission: dict[tuple[str, int], list[tuple[str, str, float]]] = defaultdict(list)
        for (pollutant, year, area, activity), amount in entries(summed):
            self.emission[pollutant, year].append((area, activity, amount))
        self.level = tables["concentrations"].groupby(["receptor", "air", "year"])["concentration"].sum().to_dict()


def counts(given: Given, target: Target, area: str, activity: str) -> bool:
    """Whether a target counts an activity in an area."""
    sectors = target["sectors"].split()
    return (
        (target["area"] in (given.city, area))
        and (not sectors or given.sector_of[activity] in sectors)
        and activity not in target["excluded"].split()
    )


def targets(given: Given, outcome: Outcome) -> list[Violation]:
    """Targets as written are what the tables say, and the enforced ones are kept."""
    written, found = outcome.tables["targets"].set_index("target").to_dict("index"), []
    for target in given.rows["targets"]:
        if target["indicator"] == "reported":
            continue
        name = target["target"]
        value, base = INDICATORS[target["indicator"]](given, outcome, target)
        row = written.get(name, {"achieved": nan, "value": nan, "unit": ""})
        relative = target["basis"] == "relative"
        size = target["value"] * multiple(target, "1" if relative else row["unit"])
        limit = (1 + size) * base if relative else size
        if value is None:  # a share of nothing
            continue
        found.append(violation(("target", name, "as written"), row["achieved"], "==", value))
        found.append(violation(("limit", name, "as written"), row["value"], "==", limit))
        if target["enforced"] and given.case.settings.targets == "kept":
            found.append(violation(("target", name), value, target["operator"], limit, allowance(target)))
    return found


def allowance(target: Target) -> float:
    """Size that the distance from a target is held against: the days of a year for days, else the limit's own."""
    return 365.0 if target["indicator"].endswith("_days") else 0.0


def multiple(target: Target, to: str) -> float:
    """What a value as written is multiplied by to stand in a unit; a share of days becomes days. [1]"""
    unit = target["unit"]
    if unit == "%" and to != "1" and target.get("indicator", "").endswith("_days"):
        return year_length(target["year"]) / 100
    return factor(unit, to) if unit and to else 1.0


def year_length(year: int) -> int:
    """Days of a year. [d]"""
    return 366 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 365


def _base(given: Given, target: Target, of_unit: Callable[[str], float]) -> float:
    """What the stock of the base year emits or burns, as far as the target counts it; 0 for an absolute target."""
    if target["basis"] != "relative":
        return 0.0
    unit = {technology: of_unit(technology) for technology in given.activity_of}
    return sum(
        amount * unit[technology]
        for (area, technology), amount in given.stock(int(target["base_year"])).items()
        if unit[technology] and counts(given, target, area, given.activity_of[technology])
    )


def _emission(given: Given, outcome: Outcome, target: Target) -> tuple[float, float]:
    """Emission in the target's year and in its base year. [t]"""
    subject = target["subject"]
    value = sum(
        amount
        for area, activity, amount in outcome.emission[subject, target["year"]]
        if counts(given, target, area, activity)
    )
    return value, _base(given, target, lambda technology: given.factor.get((technology, subject), 0.0))


def _concentration(given: Given, outcome: Outcome, target: Target) -> tuple[float, float]:
    """Annual mean in the target's year and in its base year. [ug/m3]"""
    observed = {(row["receptor"], row["pollutant"], row["year"]): row["value"] for row in given.rows["observations"]}
    pair = target["area"], target["subject"]
    return outcome.level.get((*pair, target["year"]), nan), observed.get((*pair, target["base_year"]), nan)


def _days(given: Given, outcome: Outcome, target: Target) -> tuple[float, float]:
    """Good or heavily polluted days in the target's year and in its base year. [d]"""
    now, before = _concentration(given, outcome, target)
    kind = target["indicator"].removesuffix("_days")
    row = next(
        row
        for row in given.rows["days"]
        if (row["receptor"], row["pollutant"], row["kind"]) == (target["area"], target["subject"], kind)
    )

    def number(mean: float, year: int) -> float:
        below = year_length(year) * (1 - NormalDist(log(row["median"]), row["spread"]).cdf(log(mean)))
        other = float(row["other"])
        return below - other if kind == "good" else year_length(year) - below + other

    relative = target["basis"] == "relative"
    return number(now, target["year"]), number(before, int(target["base_year"])) if relative else 0.0


def _fuel(given: Given, outcome: Outcome, target: Target) -> tuple[float, float]:
    """Fuel used in the target's year and in its base year. [fuel unit]"""
    use: dict[str, float] = {}
    for row in given.rows["fuel_use"]:
        if row["fuel"] in target["subject"].split():
            use[row["technology"]] = use.get(row["technology"], 0.0) + row["use"]
    work = dict(zip(given.activity_of, served(given, outcome.stock, target["year"]).T.tolist(), strict=True))
    value = sum(
        unit * amount
        for technology, unit in use.items()
        for area, amount in zip(given.areas, work[technology], strict=True)
        if counts(given, target, area, given.activity_of[technology])
    )
    return value, _base(given, target, lambda technology: use.get(technology, 0.0))


def _share(given: Given, outcome: Outcome, target: Target) -> tuple[float | None, float]:
    """Share of technologies at the end of the target's month and in its base year; None of nothing. [1]"""
    place = last_quarter(given, target["by"] or f"{target['year']}-12") + 1
    base = None
    if target["basis"] == "relative":
        before = given.stock(int(target["base_year"]))
        base = _part(given, target, lambda k: [(area, x) for (area, other), x in before.items() if other == k])
    return _standing(given, outcome, target, place), base or 0.0


def _standing(given: Given, outcome: Outcome, row: dict[str, Any], place: int) -> float | None:
    return _part(given, row, lambda k: [(area, levels[place]) for area, levels in outcome.levels[k]])


def _part(given: Given, row: dict[str, Any], amounts: Callable[[str], list[tuple[str, float]]]) -> float | None:
    wanted = set(row["subject"].split())
    activities = {given.activity_of[technology] for technology in wanted}
    whole = inside = 0.0
    for technology, activity in given.activity_of.items():
        if activity in activities:
            amount = sum(x for area, x in amounts(technology) if row["area"] in (given.city, area))
            whole += amount
            inside += amount if technology in wanted else 0.0
    return inside / whole if whole > 0 else None


def last_quarter(given: Given, month: str) -> int:
    """Place of the quarter a month lies in, at most the last one of the plan; negative before the plan."""
    place = (int(month[:4]) - given.case.settings.years[0]) * 4 + (int(month[5:]) - 1) // 3
    return min(place, len(given.periods) - 1)


def _converted(given: Given, outcome: Outcome, target: Target) -> tuple[float, float]:
    """What measures convert in the target's year, up to its month. [activity unit]"""
    ends = target["by"] or f"{target['year']}-12"
    return _moved(given, outcome, target, f"{target['year']}-01", ends), 0.0


def _moved(given: Given, outcome: Outcome, row: dict[str, Any], start: str, end: str) -> float:
    periods = set(given.periods[max(last_quarter(given, start), 0) : last_quarter(given, end) + 1])
    return sum(
        float(quantity)
        for measure in row["subject"].split()
        for area, period, quantity in outcome.converted[measure]
        if period in periods and row["area"] in (given.city, area)
    )


INDICATORS: dict[str, Callable[..., tuple[float | None, float]]] = {
    "emission": _emission,
    "concentration": _concentration,
    "good_days": _days,
    "heavy_days": _days,
    "fuel": _fuel,
    "share": _share,
    "converted": _converted,
}


def commitments(given: Given, outcome: Outcome) -> list[Violation]:
    """Commitments as written are what the tables say, and kept where they must be."""
    written = outcome.tables["commitments"].set_index("commitment").to_dict("index")
    kept, found = given.case.settings.commitments != "ignored", list[Violation]()
    for row in given.rows["commitments"]:
        name = row["commitment"]
        stands = written.get(name, {"achieved": nan, "value": nan, "unit": ""})
        limit = row["quantity"] * multiple(row, stands["unit"])
        if row["kind"] == "share":
            value = _standing(given, outcome, row, last_quarter(given, row["end"]) + 1)
        else:
            value = _moved(given, outcome, row, row["start"], row["end"])
        if value is None:
            continue
        found.append(violation(("commitment", name, "as written"), stands["achieved"], "==", value))
        found.append(violation(("commitment limit", name, "as written"), stands["value"], "==", limit))
        if kept:
            found.append(
                violation(("commitment", name), value, row["operator"], limit, 1.0 if row["kind"] == "share" else 0)
            )
    return found


def minimised(given: Given, tables: Tables, objective: float, value: float) -> list[Violation]:
    """What was minimised is what the tables say."""
    settings = given.case.settings
    if settings.minimise == "cost":
        expected = objective
    elif settings.minimise == "concentration":
        expected = float(tables["concentrations"]["concentration"].sum()) / len(settings.years)
    else:
        weight = {row["pollutant"]: row["weight"] for row in given.rows["weights"]}
        emitted = tables["emissions"].groupby("pollutant")["emission"].sum()
        expected = sum(weight.get(name, 0.0) * amount for name, amount in entries(emitted)) / len(settings.years)
    found = [violation(("minimised", settings.minimise), value, "==", expected)]
    if settings.cost_at_most is not None:
        found.append(violation(("cost in all",), objective, "<=", settings.cost_at_most, 1.0))
    return found
