"""What is in service, and what running it costs: stocks and conversions as arrays over areas, technologies, time."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from scenarios import costs
from scenarios.case import QUARTERS, Calendar, Case, cached
from scenarios.frames import flat, labels
from scenarios.stocks import activity_left, evolve, in_service, season

By = Literal["year", "period"]
ITEMS = ("running", "fuel")  #: what it costs to run a technology
UNCHANGED = pd.DataFrame({"area": [], "measure": [], "period": [], "quantity": pd.Series([], dtype=float)})


def periods_by(calendar: Calendar, by: By) -> dict[int | str, list[str]]:
    """The quarters that each row of a table adds up: those of a year, or one alone."""
    if by == "year":
        return {year: list(calendar.of_year(year)) for year in calendar.years}
    return {period: [period] for period in calendar.periods}


def time_labels(calendar: Calendar, by: By) -> pd.DataFrame:
    """The years or quarters that label the last axis of an array."""
    return pd.DataFrame({"year": calendar.years}) if by == "year" else labels("period", calendar.periods)


def sum_periods(values: np.ndarray, by: By) -> np.ndarray:
    """An array over quarters, its last axis, added up to years, or left as it is."""
    if by == "period":
        return values
    years = values.shape[-1] // len(QUARTERS)
    yearly: np.ndarray = values.reshape(*values.shape[:-1], years, len(QUARTERS)).sum(axis=-1)
    return yearly


def mean_stock(case: Case, states: pd.DataFrame) -> np.ndarray:
    """Mean stock of each quarter. Shape: areas, technologies, quarters. [activity unit]"""
    return in_service(states).to_numpy().reshape(len(case["areas"]), len(case["technologies"]), -1)


def activity_carried_out(case: Case, states: pd.DataFrame) -> np.ndarray:
    """What the stock carries out in each quarter. Shape: areas, technologies, quarters. [activity unit]"""
    made: np.ndarray = mean_stock(case, states) * seasonal_shares(case, case["technologies"]["activity"], case.calendar)
    return made


def seasonal_shares(case: Case, activity: pd.Series, calendar: Calendar) -> np.ndarray:
    """Share of the year that falls into each quarter, for each row of ``activity``. Shape: rows, quarters. [1]"""
    quarters = [calendar.quarter(period) for period in calendar.periods]
    shares: np.ndarray = season(case).reindex(activity)[quarters].to_numpy(dtype=float)
    return shares


def unit_costs(case: Case) -> dict[str, pd.Series]:
    """What a unit in service costs, by item. Key: technology. [CNY per unit and year]"""
    return {"running": costs.running(case), "fuel": costs.fuel(case)}


def technology_cost(case: Case, states: pd.DataFrame, by: By = "year") -> np.ndarray:
    """Running and fuel cost of all activity. Shape: items, areas, technologies, years (or periods). [CNY]"""
    unit = {item: cost.to_numpy()[:, None] for item, cost in unit_costs(case).items()}
    spent = (
        mean_stock(case, states) / len(QUARTERS) * unit["running"],
        activity_carried_out(case, states) * unit["fuel"],
    )
    return sum_periods(np.stack(spent), by)


@cached
def baseline_cost(case: Case, by: By = "year") -> np.ndarray:
    """Running and fuel cost when nothing new is done. Shape: items, areas, technologies, years (or periods). [CNY]"""
    return technology_cost(case, evolve(case, UNCHANGED), by)


class Service(NamedTuple):
    """Units of each measure in service, in unit-years; each row of ``pairs`` (area, measure) labels a row of both."""

    pairs: pd.DataFrame
    calendar: np.ndarray  # each quarter a fourth of a year; shape: pairs, years (or periods)
    activity: np.ndarray  # each quarter its share of the activity's year

    def of(self, item: str) -> np.ndarray:
        """What the cost of an item goes by. [activity unit x yr]"""
        return self.activity if item == "fuel" else self.calendar


def service(
    case: Case,
    conversions: pd.DataFrame,
    by: By = "year",
    calendar: Calendar | None = None,
    first_years: float | None = None,
) -> Service:
    """What is converted, in service. [activity unit x yr]

    With ``first_years`` a unit counts only so long after its conversion; with a ``calendar`` what has been converted
    serves on in years after the plan.
    """
    calendar = calendar or case.calendar
    taken = list(zip(conversions["area"].tolist(), conversions["measure"].tolist(), strict=True))
    first = {pair: place for place, pair in reversed(list(enumerate(taken)))}
    row = {pair: number for number, pair in enumerate(sorted(first))}
    pairs = conversions[["area", "measure"]].take([first[pair] for pair in row]).reset_index(drop=True)
    quantity = np.zeros((len(row), len(calendar.periods)))
    places = [calendar.position[period] for period in conversions["period"].tolist()]
    np.add.at(quantity, ([row[pair] for pair in taken], places), conversions["quantity"].to_numpy())
    mean = quantity.cumsum(axis=1) - quantity / 2
    if first_years is not None:
        expired = round(first_years * len(QUARTERS))
        mean[:, expired:] -= mean.copy()[:, : max(mean.shape[1] - expired, 0)]
    share = seasonal_shares(case, pairs["measure"].map(activity_left(case)), calendar) if len(pairs) else mean
    return Service(pairs, sum_periods(mean / len(QUARTERS), by), sum_periods(mean * share, by))


def priced_service(serving: Service, times: pd.DataFrame, item: str, unit: pd.Series) -> pd.DataFrame:
    """What is in service times a unit's cost. Columns: area, measure, year (or period), cny, item. [CNY]"""
    each = unit.reindex(serving.pairs["measure"]).to_numpy(dtype=float)
    return flat(serving.of(item) * each[:, None], [serving.pairs, times], "cny").assign(item=item)


def operating_cost(
    case: Case, conversions: pd.DataFrame, by: By = "year", calendar: Calendar | None = None
) -> pd.DataFrame:
    """Running and fuel cost of what is converted. Columns: area, measure, item, year (or period), cny. [CNY]"""
    ends = case["measures"].set_index("measure")
    serving, times = service(case, conversions, by, calendar), time_labels(calendar or case.calendar, by)
    parts = []
    for item, unit in unit_costs(case).items():
        change = ends["to_technology"].map(unit).fillna(0.0) - ends["from_technology"].map(unit)
        parts.append(priced_service(serving, times, item, change))
    return pd.concat(parts, ignore_index=True)


def unattributed_cost(case: Case, conversions: pd.DataFrame, states: pd.DataFrame, by: By = "year") -> pd.DataFrame:
    """What technologies cost above the frozen baseline and no measure is booked for. [CNY]

    Columns: area, technology, item, year (or period), cny.
    """
    areas, technologies = pd.Index(case["areas"]["area"]), pd.Index(case["technologies"]["technology"])
    change = technology_cost(case, states, by) - baseline_cost(case, by)
    serving, ends = service(case, conversions, by), case["measures"].set_index("measure")
    area = areas.get_indexer(serving.pairs["area"])
    for number, (item, unit) in enumerate(unit_costs(case).items()):
        for end, sign in (("to_technology", -1.0), ("from_technology", 1.0)):
            place = technologies.get_indexer(serving.pairs["measure"].map(ends[end]))
            known = place >= 0
            spent = serving.of(item)[known] * unit.to_numpy()[place[known], None] * sign
            np.add.at(change[number], (area[known], place[known]), spent)
    axes = [
        labels("item", ITEMS),
        labels("area", areas),
        labels("technology", technologies),
        time_labels(case.calendar, by),
    ]
    return flat(change, axes, "cny", change != 0)[["area", "technology", "item", by, "cny"]]
