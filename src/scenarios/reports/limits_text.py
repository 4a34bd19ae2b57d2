"""What the rows that a planner knows are called: targets, commitments, supplies, budgets, ceilings."""

from __future__ import annotations

from typing import Any

from scenarios.case import Case
from scenarios.costs import budgets
from scenarios.reports.format import MILLION, money, unit_name
from scenarios.units import MICROGRAM
from scenarios.words import language, name_column, say

GATES = ("enabling", "permission")  #: equations by which tasks open the way for measures
OTHERWISE = "another rule of the program stands in its way"
#: equation that is no limit of its own -> what holds a measure back there
HOLDS = {
    "pace": "it already goes as fast as its pace allows",
    "potential": "its potential is used up",
    "bound": "other measures convert what it would convert",
    "balance": "other measures convert what it would convert",
    "leader": "it may not run ahead of the measure that leads it",
    "ban": "a ban takes away what it would leave",
    "whole_projects": "it comes in whole projects",
}


def limit_name(case: Case, equation: str, index: tuple[Any, ...]) -> str:
    """What a row is about, such as `Natural gas, supply of 2019`."""
    name, first = name_column(), index[0]
    if equation.endswith("_target"):
        row = case["targets"].set_index("target").loc[first]
        return say("target {name} ({clause}, {year})", name=row[name], clause=row["clause"], year=row["year"])
    if equation.endswith("_commitment"):
        row = case["commitments"].set_index("commitment").loc[first]
        return say("commitment {name} ({clause}, by {end})", name=row[name], clause=row["clause"], end=row["end"])
    if equation == "supply":
        return say("{name}, supply of {year}", name=case.names("fuels", language())[first], year=index[1])
    if equation == "budget":
        return _budget(case, first, index[1])
    if equation == "money_in_all":
        return say("money of all payers")
    if equation == "cost_in_all":
        return say("cost of the plan")
    return say("task {task} {name}", task=first, name=case.names("tasks", language())[first])


def _budget(case: Case, payer: str, year: int) -> str:
    """The budget of a payer, and the awards that make it another sum than the row of budgets.csv. [CNY]"""
    own, whole = (
        float(rows.loc[(rows["payer"] == payer) & (rows["year"] == year), "amount"].sum())
        for rows in (case["budgets"], budgets(case))
    )
    name, moved = case.names("funders", language())[payer], whole - own
    if abs(moved) < 1:
        return say("{payer}, budget of {year}", payer=name, year=year)
    if moved > 0:
        return say("{payer}, budget of {year} with {sum} of awards", payer=name, year=year, sum=money(moved))
    return say("{payer}, budget of {year} without {sum} of awards", payer=name, year=year, sum=money(-moved))


def price_unit(case: Case, equation: str, index: tuple[Any, ...]) -> tuple[float, str]:
    """How many units of a row its price is quoted for, and what they are called."""
    if equation == "supply":
        unit = str(case["fuels"].set_index("fuel").loc[index[0], "unit"])
        return MILLION, say("million {unit}", unit=unit_name(unit))
    if equation in ("budget", "money_in_all", "cost_in_all"):
        return MILLION, say("million CNY")
    if equation in ("concentration_target", "days_target"):
        return 1.0, unit_name(MICROGRAM)
    if equation == "emission_target":
        return 1.0, unit_name("t")
    if equation == "fuel_target":
        fuel = str(case["targets"].set_index("target").loc[index[0], "subject"]).split()[0]
        return 1.0, unit_name(str(case["fuels"].set_index("fuel").loc[fuel, "unit"]))
    return 1.0, say("unit")


def measure_units(case: Case) -> dict[str, str]:
    """Measure -> the unit of what it converts, as it is called."""
    activity = case["measures"]["from_technology"].map(case.column("technologies", "activity"))
    unit = activity.map(case.column("activities", "unit")).map(unit_name)
    return dict(zip(case["measures"]["measure"], unit, strict=True))
