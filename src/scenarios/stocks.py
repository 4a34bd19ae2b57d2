"""How the stock of each technology moves from quarter to quarter: wear, growth and conversion."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scenarios.case import QUARTERS, Case, once
from scenarios.frames import entries
from scenarios.inventory import quantities, stock

START = "start"  #: the state before the first quarter


def quarterly_wear(case: Case) -> pd.Series:
    """Share of a technology's stock that wears out in a quarter and is replaced. Key: technology, into. [1/quarter]"""
    rates = case["turnover"].set_index(["technology", "into"])["rate"]
    yearly = rates.groupby("technology").transform("sum")
    quarterly = 1 - (1 - yearly) ** (1 / len(QUARTERS))
    return (quarterly * rates / yearly.where(yearly > 0, 1)).rename("wear")


def growth(case: Case) -> pd.DataFrame:
    """What grows without any measure. Columns: area, technology, year, growth. [activity unit per quarter]"""
    activity_of = case["technologies"].set_index("technology")["activity"]
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
    place = {name: number for number, name in enumerate(technologies)}
    wear = np.zeros((len(technologies), len(technologies)))
    for (worn, into), rate in entries(quarterly_wear(case)):
        wear[place[worn], place[worn]] -= rate
        wear[place[worn], place[into]] += rate
    added = growth(case).pivot_table(
        index=["year", "area"], columns="technology", values="growth", aggfunc="sum", fill_value=0.0
    )
    moved = _moves(case, conversions)
    now = (
        stock(case, case.settings.start_year)
        .unstack(fill_value=0)
        .reindex(index=areas, columns=technologies, fill_value=0.0)
        .to_numpy()
    )
    states = [now]
    for period in case.calendar.periods:
        grown = added[added.index.get_level_values("year") == case.calendar.year(period)].droplevel("year")
        change = moved[moved.index.get_level_values("period") == period].droplevel("period")
        now = now + now @ wear + _square(grown, areas, technologies) + _square(change, areas, technologies)
        states.append(now)
    index = pd.MultiIndex.from_product([areas, technologies], names=["area", "technology"])
    return pd.DataFrame(np.stack([state.ravel() for state in states], axis=1), index, [START, *case.calendar.periods])


def _moves(case: Case, conversions: pd.DataFrame) -> pd.DataFrame:
    """Net arrival in each technology. Index: period, area; columns: technologies. [activity unit]"""
    ends = case["measures"][["measure", "from_technology", "to_technology"]]
    rows = conversions.merge(ends, on="measure", validate="many_to_one")
    leaving = rows.assign(technology=rows["from_technology"], quantity=-rows["quantity"])
    arriving = rows[rows["to_technology"] != ""].assign(technology=lambda frame: frame["to_technology"])
    both = pd.concat([leaving, arriving])
    return both.pivot_table(
        index=["period", "area"], columns="technology", values="quantity", aggfunc="sum", fill_value=0.0
    )


def _square(table: pd.DataFrame, areas: list[str], technologies: list[str]) -> np.ndarray:
    return table.reindex(index=areas, columns=technologies, fill_value=0.0).to_numpy(dtype=float)


def in_service(states: pd.DataFrame) -> pd.DataFrame:
    """The mean of opening and closing stock. Index as in ``states``; columns: periods. [activity unit]"""
    opening, closing = states.iloc[:, :-1], states.iloc[:, 1:]
    return pd.DataFrame((opening.to_numpy() + closing.to_numpy()) / 2, states.index, closing.columns)


@once
def season(case: Case) -> pd.DataFrame:
    """Share of the year's activity in each quarter. Index: activity; columns: quarters 1 to 4. [1]"""
    given = (
        case["season"].pivot(index="activity", columns="quarter", values="share")
        if len(case["season"])
        else pd.DataFrame(columns=list(QUARTERS), dtype=float)
    )
    return given.reindex(index=case["activities"]["activity"], columns=list(QUARTERS)).fillna(1 / len(QUARTERS))
