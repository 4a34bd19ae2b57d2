"""Targets in absolute terms: what is counted, the limit, and what a plan achieves. One function for each indicator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pandas as pd

from scenarios.air import observed
from scenarios.case import Case, once
from scenarios.frames import records
from scenarios.inventory import emissions, in_scope, stock
from scenarios.units import MICROGRAM


class Yearly(NamedTuple):
    """Yearly results that targets are read from."""

    emission: pd.DataFrame  # area, sector, activity, pollutant, year, emission [t]
    concentration: pd.DataFrame  # receptor, air, year, source, concentration [ug/m3]
    fuel: pd.DataFrame  # area, sector, activity, fuel, year, use [fuel unit]


Target = dict[str, Any]


def counted(rows: pd.DataFrame, target: Target, city: str) -> pd.DataFrame:
    """The rows (columns area, sector, activity) that a target counts."""
    chosen = in_scope(rows, target["sectors"], target["excluded"])
    return rows[chosen if target["area"] == city else chosen & (rows["area"] == target["area"])]


def fuel_by_activity(case: Case, activity: pd.Series) -> pd.DataFrame:
    """Fuel used in a year. Columns: area, sector, activity, technology, fuel, use. [fuel unit]"""
    technologies = case["technologies"][["technology", "activity"]].merge(
        case["activities"][["activity", "sector"]], on="activity", validate="many_to_one"
    )
    rows = (
        activity.rename("stock")
        .reset_index()
        .merge(case["fuel_use"][["technology", "fuel", "use"]], on="technology", validate="many_to_many")
    )
    rows = rows.assign(use=rows["use"] * rows["stock"]).merge(technologies, on="technology", validate="many_to_one")
    return rows[["area", "sector", "activity", "technology", "fuel", "use"]]


class Base(NamedTuple):
    """A base year's emission, fuel use and concentration."""

    emission: pd.DataFrame  # area, sector, activity, technology, pollutant, emission [t]
    fuel: pd.DataFrame  # area, sector, activity, technology, fuel, use [fuel unit]
    concentration: pd.Series  # key: receptor, air [ug/m3]


def _emission_base(base: Base, target: Target, city: str) -> float:
    rows = base.emission
    return float(counted(rows[rows["pollutant"] == target["subject"]], target, city)["emission"].sum())


def _concentration_base(base: Base, target: Target, city: str) -> float:
    return float(base.concentration[target["area"], target["subject"]])


def _fuel_base(base: Base, target: Target, city: str) -> float:
    rows = base.fuel
    return float(counted(rows[rows["fuel"] == target["subject"]], target, city)["use"].sum())


def _emission(results: Yearly, target: Target, city: str) -> float:
    rows = results.emission
    return float(
        counted(rows[(rows["pollutant"] == target["subject"]) & (rows["year"] == target["year"])], target, city)[
            "emission"
        ].sum()
    )


def _concentration(results: Yearly, target: Target, city: str) -> float:
    rows = results.concentration
    chosen = (
        (rows["receptor"] == target["area"]) & (rows["air"] == target["subject"]) & (rows["year"] == target["year"])
    )
    return float(rows.loc[chosen, "concentration"].sum())


def _fuel(results: Yearly, target: Target, city: str) -> float:
    rows = results.fuel
    return float(
        counted(rows[(rows["fuel"] == target["subject"]) & (rows["year"] == target["year"])], target, city)["use"].sum()
    )


class Indicator(NamedTuple):
    """How an indicator's base is found, how a plan's value is read, and its unit (None: the fuel's own)."""

    base: Callable[[Base, Target, str], float]
    value: Callable[[Yearly, Target, str], float]
    unit: str | None


INDICATORS: dict[str, Indicator] = {
    "emission": Indicator(_emission_base, _emission, "t"),
    "concentration": Indicator(_concentration_base, _concentration, MICROGRAM),
    "fuel": Indicator(_fuel_base, _fuel, None),
}


@once
def limits(case: Case) -> pd.DataFrame:
    """Targets with ``limit`` (absolute) and ``unit``. Index: target."""
    rows = records(case["targets"])
    bases = {}
    for year in {int(target["base_year"]) for target in rows if target["basis"] == "relative"}:
        state = stock(case, year)
        bases[year] = Base(emissions(case, state), fuel_by_activity(case, state), observed(case, year))
    fuel_units = case["fuels"].set_index("fuel")["unit"]
    limit = [
        target["value"]
        if target["basis"] == "absolute"
        else (1 + target["value"])
        * INDICATORS[target["indicator"]].base(bases[int(target["base_year"])], target, case.settings.city)
        for target in rows
    ]
    unit = [INDICATORS[target["indicator"]].unit or fuel_units[target["subject"]] for target in rows]
    return case["targets"].assign(limit=limit, unit=unit).set_index("target")


def achieved(case: Case, results: Yearly) -> pd.Series:
    """What the results reach. Key: target. [unit of the target]"""
    rows = records(case["targets"])
    return pd.Series(
        {
            target["target"]: INDICATORS[target["indicator"]].value(results, target, case.settings.city)
            for target in rows
        },
        dtype=float,
    )
