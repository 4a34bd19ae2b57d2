"""How the stock of each technology moves from quarter to quarter: wear, growth and conversion."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scenarios.case import QUARTERS, Case, cached
from scenarios.frames import each_row, entries
from scenarios.inventory import quantities, stock

START = "start"  #: the state before the first quarter


@cached
def quarterly_wear(case: Case) -> pd.Series:
    """Share of a technology's stock that wears out in a quarter and is replaced. Key: technology, into. [1/quarter]"""
    rates = case["turnover"].set_index(["technology", "into"])["rate"]
    yearly = rates.groupby("technology").transform("sum")
    quarterly = 1 - (1 - yearly) ** (1 / len(QUARTERS))
    return (quarterly * rates / yearly.where(yearly > 0, 1)).rename("wear")


@cached
def replacement(case: Case) -> np.ndarray:
    """Change of each stock in a quarter by wear, a row for what wears out. Shape: technologies twice. [1/quarter]"""
    place = {name: number for number, name in enumerate(case["technologies"]["technology"])}
    change = np.zeros((len(place), len(place)))
    for (worn, into), rate in entries(quarterly_wear(case)):
        change[place[worn], place[worn]] -= rate
        change[place[worn], place[into]] += rate
    return change


@cached
def growth(case: Case) -> pd.DataFrame:
    """What grows without any measure. Columns: area, technology, year, growth. [activity unit per quarter]"""
    activity_of = case.column("technologies", "activity")
    rows = case["growth"][["technology", "year", "rate"]]
    rows = rows.assign(activity=rows["technology"].map(activity_of))
    start = quantities(case, case.settings.start_year).rename("quantity").reset_index()
    joined = rows.merge(start, on="activity", validate="many_to_many")
    return joined.assign(growth=joined["rate"] * joined["quantity"] / len(QUARTERS))[
        ["area", "technology", "year", "growth"]
    ]


def evolve(case: Case, conversions: pd.DataFrame) -> pd.DataFrame:
    """Stock at the start and after each quarter. Index: area, technology; columns: start and periods. [activity unit]

    ``conversions`` has columns area, measure, period, quantity.
    """
    areas, technologies = list(case["areas"]["area"]), list(case["technologies"]["technology"])
    row = {name: number for number, name in enumerate(areas)}
    place = {name: number for number, name in enumerate(technologies)}
    wear, now = replacement(case), _opening(case)
    states = [now]
    for step in _moves(case, conversions, row, place) + _grown(case):
        now = now + now @ wear + step
        states.append(now)
    index = pd.MultiIndex.from_product([areas, technologies], names=["area", "technology"])
    return pd.DataFrame(np.stack([state.ravel() for state in states], axis=1), index, [START, *case.calendar.periods])


@cached
def _opening(case: Case) -> np.ndarray:
    """Stock before the first quarter. Shape: areas, technologies. [activity unit]"""
    given = stock(case, case.settings.start_year).unstack("technology")
    held = given.reindex(index=case["areas"]["area"], columns=case["technologies"]["technology"])
    return held.fillna(0.0).to_numpy(dtype=float)


@cached
def _grown(case: Case) -> np.ndarray:
    """What grows without any measure. Shape: quarters, areas, technologies. [activity unit]"""
    row = {name: number for number, name in enumerate(case["areas"]["area"])}
    place = {name: number for number, name in enumerate(case["technologies"]["technology"])}
    change = np.zeros((len(case.calendar.periods), len(row), len(place)))
    for grown in each_row(growth(case)):
        for period in case.calendar.of_year(grown.year) if grown.year in case.settings.years else ():
            change[case.calendar.position[period], row[grown.area], place[grown.technology]] += grown.growth
    return change


def _moves(case: Case, conversions: pd.DataFrame, row: dict[str, int], place: dict[str, int]) -> np.ndarray:
    """Net arrival in each technology. Shape: quarters, areas, technologies. [activity unit]"""
    moved = np.zeros((len(case.calendar.periods), len(row), len(place)))
    ends = case["measures"].set_index("measure")
    leaves, enters = ends["from_technology"].to_dict(), ends["to_technology"].to_dict()
    for area, measure, period, quantity in zip(
        *(conversions[name].tolist() for name in ("area", "measure", "period", "quantity")), strict=True
    ):
        quarter = moved[case.calendar.position[period], row[area]]
        quarter[place[leaves[measure]]] -= quantity
        if enters[measure]:
            quarter[place[enters[measure]]] += quantity
    return moved


def in_service(states: pd.DataFrame) -> pd.DataFrame:
    """The mean of opening and closing stock. Index as in ``states``; columns: periods. [activity unit]"""
    opening, closing = states.iloc[:, :-1], states.iloc[:, 1:]
    return pd.DataFrame((opening.to_numpy() + closing.to_numpy()) / 2, states.index, closing.columns)


@cached
def activity_left(case: Case) -> pd.Series:
    """The activity that each measure converts. Key: measure."""
    return case["measures"].set_index("measure")["from_technology"].map(case.column("technologies", "activity"))


@cached
def sector_left(case: Case) -> pd.Series:
    """The sector of the activity that each measure converts. Key: measure."""
    return activity_left(case).map(case.column("activities", "sector"))


@cached
def season(case: Case) -> pd.DataFrame:
    """Share of the year's activity in each quarter. Index: activity; columns: quarters 1 to 4. [1]"""
    given = (
        case["season"].pivot(index="activity", columns="quarter", values="share")
        if len(case["season"])
        else pd.DataFrame(columns=list(QUARTERS), dtype=float)
    )
    return given.reindex(index=case["activities"]["activity"], columns=list(QUARTERS)).fillna(1 / len(QUARTERS))
