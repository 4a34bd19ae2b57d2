"""Targets in absolute terms: what is counted, the limit, and what a plan achieves. One function for each indicator."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import inf, nan
from typing import Any, NamedTuple, cast

import pandas as pd

from scenarios.air import observed
from scenarios.case import Case, cached
from scenarios.days import KINDS, days, length
from scenarios.frames import records
from scenarios.inventory import emissions, in_scope, stock
from scenarios.units import MICROGRAM, factor

Target = dict[str, Any]


class Yearly(NamedTuple):
    """Results that targets are read from."""

    emission: pd.DataFrame  # area, sector, activity, pollutant, year, emission [t]
    concentration: pd.DataFrame  # receptor, air, year, source, concentration [ug/m3]
    fuel: pd.DataFrame  # area, sector, activity, fuel, year, use [fuel unit]
    ends: dict[str, pd.DataFrame]  # quarter -> technologies x areas [activity unit]
    conversions: Mapping[str, pd.DataFrame]  # measure -> area, period, quantity [activity unit]


class Base(NamedTuple):
    """A base year's emission, fuel use, concentration and stock."""

    year: int
    emission: pd.DataFrame  # area, sector, activity, technology, pollutant, emission [t]
    fuel: pd.DataFrame  # area, sector, activity, technology, fuel, use [fuel unit]
    concentration: pd.Series  # key: receptor, air [ug/m3]
    stock: pd.Series  # key: area, technology [activity unit]


def counted_rows(rows: pd.DataFrame, target: Target, city: str) -> pd.DataFrame:
    """The rows (columns area, sector, activity) that a target counts."""
    chosen = in_scope(rows, target["sectors"], target["excluded"])
    return rows[chosen if target["area"] == city else chosen & (rows["area"] == target["area"])]


@cached
def activities(case: Case) -> pd.DataFrame:
    """What each technology carries out. Columns: technology, activity, sector."""
    return case["technologies"][["technology", "activity"]].merge(
        case["activities"][["activity", "sector"]], on="activity", validate="many_to_one"
    )


@cached
def base_of(case: Case, year: int) -> Base:
    """The base year that relative targets count from."""
    state = stock(case, year)
    return Base(year, emissions(case, year), fuel_by_activity(case, state), observed(case, year), state)


def fuel_by_activity(case: Case, activity: pd.Series) -> pd.DataFrame:
    """Fuel used in a year. Columns: area, sector, activity, technology, fuel, use. [fuel unit]"""
    rows = (
        activity.rename("stock")
        .reset_index()
        .merge(case["fuel_use"][["technology", "fuel", "use"]], on="technology", validate="many_to_many")
    )
    rows = rows.assign(use=rows["use"] * rows["stock"]).merge(activities(case), on="technology", validate="many_to_one")
    return rows[["area", "sector", "activity", "technology", "fuel", "use"]]


def target_periods(case: Case, target: Target) -> tuple[str, ...]:
    """The quarters of the target's year up to the one of its month ``by``."""
    last = case.calendar.place_of_month(target["by"]) if target["by"] else case.calendar.place_of_month("2100-12")
    return tuple(period for period in case.calendar.of_year(target["year"]) if case.calendar.position[period] <= last)


@cached
def sibling_technologies(case: Case) -> dict[str, frozenset[str]]:
    """Technology -> the technologies of its activity."""
    rows = case["technologies"]
    of_activity = {name: frozenset(group["technology"]) for name, group in rows.groupby("activity")}
    return {row["technology"]: of_activity[row["activity"]] for row in records(rows)}


def standing_share(case: Case, stock: pd.DataFrame, subject: str, area: str) -> float:
    """Part of the activities of some technologies that stands in them; blank where there is none of these. [1]

    ``stock`` has technologies as index and areas as columns. [activity unit]
    """
    wanted = subject.split()
    every = frozenset().union(*(sibling_technologies(case)[technology] for technology in wanted))
    held = stock.to_numpy() if area == case.settings.city else stock[[area] if area in stock else []].to_numpy()

    def amount(names: Iterable[str]) -> float:
        places = [cast("int", stock.index.get_loc(name)) for name in sorted(names) if name in stock.index]
        return float(held[places].sum())

    whole = amount(every)
    return amount(set(wanted)) / whole if whole > 0 else nan


def by_area(stock: pd.Series) -> pd.DataFrame:
    """A stock (key: area, technology) with technologies as index and areas as columns. [activity unit]"""
    return stock.unstack("area", fill_value=0)


def ends(states: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The stock at the start and at the end of each quarter, as ``by_area`` lays it out. Key: start or quarter."""
    return {period: by_area(states[period]) for period in states.columns}


def by_measure(conversions: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The conversions (columns area, measure, period, quantity) of each measure."""
    return {str(measure): rows for measure, rows in conversions.groupby("measure")}


def converted_quantity(
    case: Case, conversions: Mapping[str, pd.DataFrame], subject: str, area: str, periods: tuple[str, ...]
) -> float:
    """What some measures convert in some quarters; ``conversions`` as by ``by_measure``. [activity unit]"""
    total = 0.0
    for rows in (conversions[measure] for measure in subject.split() if measure in conversions):
        chosen = rows["period"].isin(periods)
        if area != case.settings.city:
            chosen &= rows["area"] == area
        total += float(rows.loc[chosen, "quantity"].sum())
    return total


@cached
def units(case: Case) -> dict[str, dict[str, str]]:
    """For technologies and measures: name -> unit of the activity it carries out or converts."""
    unit_of, leaves = case.column("activities", "unit"), case.column("measures", "from_technology")
    technologies = {name: unit_of[activity] for name, activity in case.column("technologies", "activity").items()}
    return {"technologies": technologies, "measures": {name: technologies[end] for name, end in leaves.items()}}


def activity_unit(case: Case, subject: str) -> str:
    """Unit of the activity that the first measure of a subject leaves."""
    return units(case)["measures"][subject.split()[0]]


def _emission_base(case: Case, base: Base, target: Target) -> float:
    rows = base.emission
    chosen = counted_rows(rows[rows["pollutant"] == target["subject"]], target, case.settings.city)
    return float(chosen["emission"].sum())


def _emission(case: Case, results: Yearly, target: Target) -> float:
    rows = results.emission
    chosen = rows[(rows["pollutant"] == target["subject"]) & (rows["year"] == target["year"])]
    return float(counted_rows(chosen, target, case.settings.city)["emission"].sum())


def _concentration_base(case: Case, base: Base, target: Target) -> float:
    return float(base.concentration[target["area"], target["subject"]])


def _concentration(case: Case, results: Yearly, target: Target) -> float:
    rows = results.concentration
    chosen = (
        (rows["receptor"] == target["area"]) & (rows["air"] == target["subject"]) & (rows["year"] == target["year"])
    )
    return float(rows.loc[chosen, "concentration"].sum())


def _days_base(case: Case, base: Base, target: Target) -> float:
    mean = _concentration_base(case, base, target)
    return days(case, target["indicator"], target["area"], target["subject"], base.year, mean)


def _days(case: Case, results: Yearly, target: Target) -> float:
    mean = _concentration(case, results, target)
    return days(case, target["indicator"], target["area"], target["subject"], target["year"], mean)


def _fuel_base(case: Case, base: Base, target: Target) -> float:
    rows = base.fuel
    chosen = counted_rows(rows[rows["fuel"].isin(target["subject"].split())], target, case.settings.city)
    return float(chosen["use"].sum())


def _fuel(case: Case, results: Yearly, target: Target) -> float:
    rows = results.fuel
    chosen = rows[rows["fuel"].isin(target["subject"].split()) & (rows["year"] == target["year"])]
    return float(counted_rows(chosen, target, case.settings.city)["use"].sum())


def _share_base(case: Case, base: Base, target: Target) -> float:
    return standing_share(case, by_area(base.stock), target["subject"], target["area"])


def _share(case: Case, results: Yearly, target: Target) -> float:
    return standing_share(case, results.ends[target_periods(case, target)[-1]], target["subject"], target["area"])


def _converted(case: Case, results: Yearly, target: Target) -> float:
    return converted_quantity(
        case, results.conversions, target["subject"], target["area"], target_periods(case, target)
    )


def _nothing(case: Case, given: Base | Yearly, target: Target) -> float:
    return nan


class Indicator(NamedTuple):
    """How an indicator's base is found, how a plan's value is read, and the unit it is kept in."""

    base: Callable[[Case, Base, Target], float]
    value: Callable[[Case, Yearly, Target], float]
    unit: Callable[[Case, Target], str]


def _fuel_unit(case: Case, target: Target) -> str:
    return str(case["fuels"].set_index("fuel").loc[target["subject"].split()[0], "unit"])


INDICATORS: dict[str, Indicator] = {
    "emission": Indicator(_emission_base, _emission, lambda case, target: "t"),
    "concentration": Indicator(_concentration_base, _concentration, lambda case, target: MICROGRAM),
    "good_days": Indicator(_days_base, _days, lambda case, target: "d"),
    "heavy_days": Indicator(_days_base, _days, lambda case, target: "d"),
    "fuel": Indicator(_fuel_base, _fuel, _fuel_unit),
    "share": Indicator(_share_base, _share, lambda case, target: "1"),
    "converted": Indicator(_nothing, _converted, lambda case, target: activity_unit(case, target["subject"])),
    "reported": Indicator(_nothing, _nothing, lambda case, target: str(target["unit"])),
}


def kept_unit(case: Case, target: Target) -> tuple[str, float]:
    """The unit a target is kept in, and what its value as written is multiplied by. Raises UnitError.

    A share of the days of a year is turned into days.
    """
    unit = INDICATORS[target["indicator"]].unit(case, target)
    written = target["unit"] or unit
    if target["indicator"] in KINDS and written != unit:
        return unit, factor(written, "1") * length(target["year"])
    return unit, factor(written, unit)


@cached
def limits(case: Case) -> pd.DataFrame:
    """Targets with ``limit`` (absolute), ``unit``, ``goal`` (the city's row says enforced) and ``enforced`` (it binds).

    Index: target.
    """
    return limits_by(case, limit_terms(case))


@cached
def limit_terms(case: Case) -> pd.DataFrame:
    """What turns a target's value into its limit, ``start + slope * value``, and the limit's unit. Index: target."""
    rows = records(case["targets"])
    found = []
    for target in rows:
        if target["indicator"] == "reported":
            found.append((0.0, 1.0, target["unit"]))
        elif target["basis"] == "absolute":
            unit, scale = kept_unit(case, target)
            found.append((0.0, scale, unit))
        else:
            indicator = INDICATORS[target["indicator"]]
            base = indicator.base(case, base_of(case, int(target["base_year"])), target)
            part = factor(target["unit"], "1") if target["unit"] else 1.0
            found.append((base, part * base, indicator.unit(case, target)))
    return pd.DataFrame(found, columns=["start", "slope", "unit"], index=case["targets"]["target"].to_list())


def limits_by(case: Case, term: pd.DataFrame) -> pd.DataFrame:
    """As ``limits``, with the terms of a case that differs from this one in the values of targets at most."""
    rows = case["targets"]
    limit = term["start"].to_numpy() + term["slope"].to_numpy() * rows["value"].to_numpy()
    bound = rows["enforced"] & (case.settings.targets == "kept")
    return rows.assign(limit=limit, unit=term["unit"].to_numpy(), goal=rows["enforced"], enforced=bound).set_index(
        "target"
    )


def achieved(case: Case, results: Yearly) -> pd.Series:
    """What the results reach; none for what is only reported. Key: target. [unit of the target]"""
    rows = records(case["targets"])
    return pd.Series(
        {target["target"]: INDICATORS[target["indicator"]].value(case, results, target) for target in rows}, dtype=float
    )


def distance_inside(limit: pd.Series, value: pd.Series, operator: pd.Series) -> pd.Series:
    """How far inside its limit a value lies, relative to the limit; negative outside. [1]

    A share of an activity that is not there is inside whatever is asked of it.
    """
    size = limit.abs().where(limit != 0, 1.0)
    inside = ((limit - value) / size).where(operator == "<=", (value - limit) / size)
    return inside.where(value.notna(), inf).where(limit.notna(), nan)
