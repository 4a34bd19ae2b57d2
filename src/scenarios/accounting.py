"""From decisions to results: every table of a plan follows from what is converted and when tasks are done."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from scenarios import air, costs, targets
from scenarios.case import QUARTERS, Calendar, Case, once
from scenarios.frames import flat, labels, looked_up, stacked
from scenarios.inventory import emission_factors
from scenarios.stocks import START, evolve, in_service, season

TURNOVER = "turnover"
By = Literal["year", "period"]


class Decisions(NamedTuple):
    """What a plan decides: conversions (area, measure, period, quantity) and the period in which each task is done."""

    conversions: pd.DataFrame
    done: dict[str, str]


NOTHING = Decisions(pd.DataFrame({"area": [], "measure": [], "period": [], "quantity": pd.Series([], dtype=float)}), {})


class Accounts(NamedTuple):
    """Everything that follows from decisions, in tables."""

    states: pd.DataFrame  # index area, technology; columns start and periods [activity unit]
    emission: pd.DataFrame  # area, sector, activity, pollutant, period, emission [t]
    yearly: targets.Yearly
    booked: pd.DataFrame  # area, measure, item, year, cny: cost of measures and tasks
    worn: pd.DataFrame  # area, technology, item, year, cny: what wear adds to it
    cost: pd.DataFrame  # area, measure, item, year, cny, above the frozen baseline


def account(case: Case, decisions: Decisions) -> Accounts:
    """The accounts of a plan."""
    states = evolve(case, decisions.conversions)
    emission, by_year = emission_by_period(case, states), emission_by_year(case, states)
    yearly = targets.Yearly(
        by_year,
        air.concentrations(case, by_year),
        fuel_by_year(case, states),
        targets.ends(states),
        targets.by_measure(decisions.conversions),
    )
    measures, rest = booked(case, decisions), wear(case, decisions.conversions, states)
    return Accounts(states, emission, yearly, measures, rest, cost(measures, rest))


def emission_by_period(case: Case, states: pd.DataFrame) -> pd.DataFrame:
    """Emission of each quarter. Columns: area, sector, activity, pollutant, period, emission. [t]"""
    return _emission_rows(case, _emitted(case, states), labels("period", case.calendar.periods))


def emission_by_year(case: Case, states: pd.DataFrame) -> pd.DataFrame:
    """Emission of each year. Columns: area, sector, activity, pollutant, year, emission. [t]"""
    emitted = _emitted(case, states)
    yearly = emitted.reshape(*emitted.shape[:3], len(case.settings.years), len(QUARTERS)).sum(axis=-1)
    return _emission_rows(case, yearly, pd.DataFrame({"year": case.settings.years}))


def _emission_rows(case: Case, emitted: np.ndarray, when: pd.DataFrame) -> pd.DataFrame:
    """Rows of the activities that emit at some time, sorted."""
    areas = case["areas"][["area"]].reset_index(drop=True).sort_values("area")
    activities = case["activities"][["activity", "sector"]].reset_index(drop=True).sort_values("activity")
    ordered = emitted[:, areas.index][:, :, activities.index]
    pollutants = labels("pollutant", emission_factors(case).unstack().columns)
    some = np.any(ordered != 0, axis=-1, keepdims=True)
    rows = flat(ordered, [pollutants, areas, activities, when], "emission", some)
    return rows[["area", "sector", "activity", "pollutant", *when.columns, "emission"]]


def _emitted(case: Case, states: pd.DataFrame) -> np.ndarray:
    """Emission of each quarter. Shape: pollutants, areas, activities, quarters. [t]"""
    technologies = case["technologies"]
    served = _served(case, states)
    factors = emission_factors(case).unstack(fill_value=0).reindex(technologies["technology"], fill_value=0.0)
    place = pd.Index(case["activities"]["activity"]).get_indexer(technologies["activity"])
    emitted = np.zeros((factors.shape[1], len(served), len(case["activities"]), served.shape[2]))
    for number, factor in enumerate(factors.to_numpy().T):
        acting = np.flatnonzero(factor)
        members = np.zeros((len(acting), emitted.shape[2]))
        members[np.arange(len(acting)), place[acting]] = factor[acting]
        emitted[number] = np.einsum("akt,ks->ast", served[:, acting], members, optimize=True)
    return emitted


def _served(case: Case, states: pd.DataFrame) -> np.ndarray:
    """Activity in service, times the quarter's share of the year. Shape: areas, technologies, quarters."""
    served = _seasonal(case, in_service(states)).to_numpy()
    return served.reshape(len(case["areas"]), len(case["technologies"]), -1)


def _seasonal(case: Case, served: pd.DataFrame) -> pd.DataFrame:
    """Activity in service, times the quarter's share of the year. Index: area, technology; columns: periods."""
    weights = season(case).reindex(case["technologies"]["activity"])
    quarterly = weights[[case.calendar.quarter(period) for period in served.columns]].to_numpy()
    return served * np.tile(quarterly, (len(case["areas"]), 1))


def fuel_by_year(case: Case, states: pd.DataFrame) -> pd.DataFrame:
    """Fuel used in each year. Columns: area, sector, activity, technology, fuel, use, year. [fuel unit]"""
    uses = case["fuel_use"][["technology", "fuel", "use"]].merge(
        targets.activities(case), on="technology", validate="many_to_one"
    )
    place = pd.Index(case["technologies"]["technology"]).get_indexer(uses["technology"])
    served = _served(case, states)[:, place]
    yearly = served.reshape(*served.shape[:2], len(case.settings.years), len(QUARTERS)).sum(axis=-1)
    used = yearly * uses["use"].to_numpy()[None, :, None]
    when = pd.DataFrame({"year": case.settings.years})
    rows = flat(used, [case["areas"][["area"]], uses.drop(columns="use"), when], "use", used != 0)
    return rows[["area", "sector", "activity", "technology", "fuel", "use", "year"]]


def spans(calendar: Calendar, by: By) -> dict[int | str, list[str]]:
    """The quarters that each row of a table adds up: those of a year, or one alone."""
    if by == "year":
        return {year: list(calendar.of_year(year)) for year in calendar.years}
    return {period: [period] for period in calendar.periods}


def technology_cost(case: Case, states: pd.DataFrame, by: By = "year") -> pd.DataFrame:
    """Running and fuel cost of all activity. Columns: area, technology, item, year (or period), cny. [CNY]"""
    served = in_service(states)
    unit = {"running": costs.running(case), "fuel": costs.fuel(case)}
    amount = {"running": served / len(QUARTERS), "fuel": _seasonal(case, served)}
    parts = []
    for item, cost_of in unit.items():
        spent = amount[item].mul(cost_of.reindex(served.index.get_level_values("technology")).to_numpy(), axis=0)
        for label, periods in spans(case.calendar, by).items():
            parts.append(spent[periods].sum(axis=1).rename("cny").reset_index().assign(item=item, **{by: label}))
    return pd.concat(parts, ignore_index=True)


@once
def frozen(case: Case, by: By = "year") -> pd.DataFrame:
    """Running and fuel cost when nothing new is done. Columns: area, technology, item, year (or period), cny. [CNY]"""
    return technology_cost(case, evolve(case, NOTHING.conversions), by)


def cost(measures: pd.DataFrame, rest: pd.DataFrame) -> pd.DataFrame:
    """Cost above the frozen baseline. Columns: area, measure, item, year, cny. [CNY]

    Running and fuel cost are booked to the measures by what they have in service; what is left (wear and conversions
    of converted stock) is booked as ``turnover`` so that the rows always add up to the cost of the plan.
    """
    key = ["area", "measure", "item", "year"]
    rows = pd.concat([measures, rest.assign(measure=TURNOVER)]).groupby(key)["cny"].sum().reset_index()
    return rows[rows["cny"].abs() > 0].sort_values(key, ignore_index=True)


def booked(case: Case, decisions: Decisions, by: By = "year") -> pd.DataFrame:
    """Cost of measures and tasks. Columns: area, measure, item, year (or period), cny. [CNY]"""
    parts = [
        _times(measure_service(case, decisions.conversions, by=by), costs.capital_annuity(case), "annuity"),
        _investment(case, decisions.conversions, by),
        _task_cost(case, decisions.done, by),
        operating(case, decisions.conversions, by),
    ]
    return pd.concat(parts, ignore_index=True)


def operating(case: Case, conversions: pd.DataFrame, by: By = "year", calendar: Calendar | None = None) -> pd.DataFrame:
    """Running and fuel cost of what is converted. Columns: area, measure, item, year (or period), cny. [CNY]"""
    ends, parts = case["measures"].set_index("measure"), []
    for item, unit in (("running", costs.running(case)), ("fuel", costs.fuel(case))):
        service = measure_service(case, conversions, seasonal=item == "fuel", by=by, calendar=calendar)
        change = ends["to_technology"].map(unit).fillna(0.0) - ends["from_technology"].map(unit)
        parts.append(_times(service, change, item))
    return pd.concat(parts, ignore_index=True)


def wear(case: Case, conversions: pd.DataFrame, states: pd.DataFrame, by: By = "year") -> pd.DataFrame:
    """What technologies cost above the frozen baseline and no measure is booked for. [CNY]

    Columns: area, technology, item, year (or period), cny.
    """
    key = ["area", "technology", "item", by]
    change = technology_cost(case, states, by).set_index(key)["cny"] - frozen(case, by).set_index(key)["cny"]
    parts = [change.reset_index()]
    for item, unit in (("running", costs.running(case)), ("fuel", costs.fuel(case))):
        service = measure_service(case, conversions, seasonal=item == "fuel", by=by)
        for end, sign in (("to_technology", -1.0), ("from_technology", 1.0)):
            technology = service["measure"].map(case["measures"].set_index("measure")[end])
            spent = service["service"] * looked_up(technology, unit) * sign
            parts.append(service.assign(technology=technology, cny=spent, item=item)[technology != ""][[*key, "cny"]])
    return pd.concat(parts, ignore_index=True).groupby(key)["cny"].sum().reset_index()


def measure_service(
    case: Case,
    conversions: pd.DataFrame,
    *,
    seasonal: bool = False,
    by: By = "year",
    calendar: Calendar | None = None,
    first_years: float | None = None,
) -> pd.DataFrame:
    """Units of each measure in service, in unit-years. [activity unit x yr]

    Columns: area, measure, year (or period), service. With ``first_years`` a unit counts only so long after its
    conversion; with a ``calendar`` what has been converted serves on in years after the plan.
    """
    calendar = calendar or case.calendar
    if conversions.empty:
        return pd.DataFrame({"area": [], "measure": [], by: [], "service": []}).astype({"service": float, by: object})
    wide = conversions.pivot_table(
        index=["area", "measure"], columns="period", values="quantity", aggfunc="sum", fill_value=0.0
    ).reindex(columns=list(calendar.periods), fill_value=0.0)
    mean = wide.cumsum(axis=1) - wide / 2
    if first_years is not None:
        mean = mean - mean.shift(round(first_years * len(QUARTERS)), axis=1).fillna(0.0)
    if seasonal:
        activity = (
            wide.index.get_level_values("measure")
            .map(case["measures"].set_index("measure")["from_technology"].to_dict())
            .map(case["technologies"].set_index("technology")["activity"].to_dict())
        )
        mean = mean * season(case).reindex(activity)[[calendar.quarter(period) for period in wide.columns]].to_numpy()
    else:
        mean = mean / len(QUARTERS)
    parts = [
        mean[periods].sum(axis=1).rename("service").reset_index().assign(**{by: label})
        for label, periods in spans(calendar, by).items()
    ]
    return pd.concat(parts, ignore_index=True)


def _times(service: pd.DataFrame, unit: pd.Series, item: str) -> pd.DataFrame:
    spent = service["service"] * looked_up(service["measure"], unit)
    return service.assign(cny=spent, item=item).drop(columns="service")


def _investment(case: Case, conversions: pd.DataFrame, by: By) -> pd.DataFrame:
    rows = conversions.assign(
        year=conversions["period"].map(case.calendar.year),
        cny=conversions["quantity"] * looked_up(conversions["measure"], costs.capital(case)),
    )
    return rows.groupby(["area", "measure", by])["cny"].sum().reset_index().assign(item="investment")


def _task_cost(case: Case, done: dict[str, str], by: By) -> pd.DataFrame:
    """Task costs: spent when done, or as an annuity from then on; the money laid out is `investment` in both."""
    rows = []
    for task in case["tasks"].to_dict("records"):
        if task["task"] not in done or task["cost"] == 0:
            continue
        finish, lasting = done[task["task"]], task["lifetime"] > 0
        rate = costs.annuity(case.settings.discount_rate, task["lifetime"]) / len(QUARTERS) if lasting else 1.0
        for label, periods in spans(case.calendar, by).items():
            served = [period for period in periods if case.calendar.position[period] >= case.calendar.position[finish]]
            cny = task["cost"] * rate * (len(served) if lasting else finish in periods)
            rows.append({"measure": task["task"], "item": "task", by: label, "cny": cny})
            laid_out = task["cost"] * (finish in periods)
            rows.append({"measure": task["task"], "item": "investment", by: label, "cny": laid_out})
    return pd.DataFrame(rows, columns=["measure", "item", by, "cny"]).assign(area="")


def objective(case: Case, cost_rows: pd.DataFrame) -> float:
    """Discounted cost over the horizon above the frozen baseline. [CNY]"""
    counted = cost_rows[cost_rows["item"] != "investment"]
    return float((counted["cny"] * counted["year"].map(costs.discount(case))).sum())


def minimised(case: Case, accounts: Accounts) -> float:
    """What the settings ask to be made small. [CNY, ug/m3, or weighted t a year]"""
    years = len(case.settings.years)
    if case.settings.minimise == "concentration":
        return float(accounts.yearly.concentration["concentration"].sum()) / years
    if case.settings.minimise == "emission":
        weight = case["weights"].set_index("pollutant")["weight"]
        rows = accounts.yearly.emission
        return float((rows["emission"] * rows["pollutant"].map(weight).fillna(0.0)).sum()) / years
    return objective(case, accounts.cost)


def baseline(case: Case) -> float:
    """Discounted running and fuel cost of the city when nothing new is done. [CNY]"""
    rows = frozen(case)
    return float((rows["cny"] * rows["year"].map(costs.discount(case))).sum())


def state_rows(case: Case, states: pd.DataFrame) -> pd.DataFrame:
    """States as a long table. Columns: area, technology, period, quantity, unit."""
    unit_of = (
        case["technologies"].set_index("technology")["activity"].map(case["activities"].set_index("activity")["unit"])
    )
    some = states[(states.abs() > 0).any(axis=1)]
    rows = stacked(some.rename_axis(columns="period"), "quantity").reset_index()
    return (
        rows.assign(unit=rows["technology"].map(unit_of), start=rows["period"] == START)
        .sort_values(["area", "technology", "start", "period"], ascending=[True, True, False, True], ignore_index=True)
        .drop(columns="start")
    )
