"""From decisions to results: every table of a plan follows from what is converted and when tasks are done."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from scenarios import air, costs, targets
from scenarios.case import QUARTERS, Case, once
from scenarios.frames import flat, labels, looked_up, stacked
from scenarios.inventory import emission_factors
from scenarios.stocks import START, evolve, in_service, season

TURNOVER = "turnover"


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
    return Accounts(states, emission, yearly, cost(case, decisions, states))


def emission_by_period(case: Case, states: pd.DataFrame) -> pd.DataFrame:
    """Emission of each quarter. Columns: area, sector, activity, pollutant, period, emission. [t]"""
    return _emission_rows(case, _emitted(case, states), labels("period", case.calendar.periods))


def emission_by_year(case: Case, states: pd.DataFrame) -> pd.DataFrame:
    """Emission of each year. Columns: area, sector, activity, pollutant, year, emission. [t]"""
    emitted = _emitted(case, states)
    yearly = emitted.reshape(*emitted.shape[:3], len(case.settings.years), len(QUARTERS)).sum(axis=-1)
    return _emission_rows(case, yearly, pd.DataFrame({"year": case.settings.years}))


def _emission_rows(case: Case, emitted: np.ndarray, when: pd.DataFrame) -> pd.DataFrame:
    """Rows of the activities that emit at any time, sorted."""
    areas = case["areas"][["area"]].reset_index(drop=True).sort_values("area")
    activities = case["activities"][["activity", "sector"]].reset_index(drop=True).sort_values("activity")
    ordered = emitted[:, areas.index][:, :, activities.index]
    pollutants = labels("pollutant", emission_factors(case).unstack().columns)
    some = np.any(ordered > 0, axis=-1, keepdims=True)
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
    rows = flat(used, [case["areas"][["area"]], uses.drop(columns="use"), when], "use", used > 0)
    return rows[["area", "sector", "activity", "technology", "fuel", "use", "year"]]


def technology_cost(case: Case, states: pd.DataFrame) -> pd.DataFrame:
    """Running and fuel cost of all activity. Columns: area, technology, item, year, cny. [CNY]"""
    served = in_service(states)
    unit = {"running": costs.running(case), "fuel": costs.fuel(case)}
    amount = {"running": served / len(QUARTERS), "fuel": _seasonal(case, served)}
    parts = []
    for item, cost_of in unit.items():
        spent = amount[item].mul(cost_of.reindex(served.index.get_level_values("technology")).to_numpy(), axis=0)
        for year in case.settings.years:
            parts.append(
                spent[list(case.calendar.of_year(year))]
                .sum(axis=1)
                .rename("cny")
                .reset_index()
                .assign(item=item, year=year)
            )
    return pd.concat(parts, ignore_index=True)


@once
def frozen(case: Case) -> pd.DataFrame:
    """Running and fuel cost when nothing new is done. Columns: area, technology, item, year, cny. [CNY]"""
    return technology_cost(case, evolve(case, NOTHING.conversions))


def cost(case: Case, decisions: Decisions, states: pd.DataFrame) -> pd.DataFrame:
    """Cost above the frozen baseline by area, measure, item and year. Columns: area, measure, item, year, cny. [CNY]

    Running and fuel cost are booked to the measures by what they have in service; what is left (wear and conversions
    of converted stock) is booked as ``turnover`` so that the rows always add up to the cost of the plan.
    """
    service = measure_service(case, decisions.conversions)
    ends = case["measures"].set_index("measure")
    annual = costs.capital_annuity(case)
    parts = [_booked(service, annual, "annuity"), _investment(case, decisions.conversions)]
    change = (
        technology_cost(case, states).set_index(["area", "technology", "item", "year"])["cny"]
        - frozen(case).set_index(["area", "technology", "item", "year"])["cny"]
    )
    by_area = change.groupby(["area", "item", "year"]).sum()
    for item, unit in (("running", costs.running(case)), ("fuel", costs.fuel(case))):
        difference = ends["to_technology"].map(unit).fillna(0.0) - ends["from_technology"].map(unit)
        booked = _booked(
            service if item == "running" else measure_service(case, decisions.conversions, seasonal=True),
            difference,
            item,
        )
        rest = by_area.xs(item, level="item").sub(booked.groupby(["area", "year"])["cny"].sum(), fill_value=0.0)
        parts += [booked, rest.rename("cny").reset_index().assign(measure=TURNOVER, item=item)]
    parts.append(_task_cost(case, decisions.done))
    rows = pd.concat(parts, ignore_index=True)[["area", "measure", "item", "year", "cny"]]
    return rows[rows["cny"].abs() > 0].sort_values(["area", "measure", "item", "year"], ignore_index=True)


def measure_service(case: Case, conversions: pd.DataFrame, seasonal: bool = False) -> pd.DataFrame:
    """Units of each measure in service, in unit-years. Columns: area, measure, year, service. [activity unit x yr]"""
    if conversions.empty:
        return pd.DataFrame(
            {"area": [], "measure": [], "year": pd.Series([], dtype=int), "service": pd.Series([], dtype=float)}
        )
    wide = conversions.pivot_table(
        index=["area", "measure"], columns="period", values="quantity", aggfunc="sum", fill_value=0.0
    ).reindex(columns=list(case.calendar.periods), fill_value=0.0)
    mean = wide.cumsum(axis=1) - wide / 2
    if seasonal:
        activity = (
            wide.index.get_level_values("measure")
            .map(case["measures"].set_index("measure")["from_technology"].to_dict())
            .map(case["technologies"].set_index("technology")["activity"].to_dict())
        )
        mean = (
            mean * season(case).reindex(activity)[[case.calendar.quarter(period) for period in wide.columns]].to_numpy()
        )
    else:
        mean = mean / len(QUARTERS)
    years = [
        mean[list(case.calendar.of_year(year))].sum(axis=1).rename("service").reset_index().assign(year=year)
        for year in case.settings.years
    ]
    return pd.concat(years, ignore_index=True)


def _booked(service: pd.DataFrame, unit: pd.Series, item: str) -> pd.DataFrame:
    return service.assign(cny=service["service"] * looked_up(service["measure"], unit), item=item)[
        ["area", "measure", "item", "year", "cny"]
    ]


def _investment(case: Case, conversions: pd.DataFrame) -> pd.DataFrame:
    rows = conversions.assign(
        year=conversions["period"].map(case.calendar.year),
        cny=conversions["quantity"] * looked_up(conversions["measure"], costs.capital(case)),
    )
    return rows.groupby(["area", "measure", "year"])["cny"].sum().reset_index().assign(item="investment")


def _task_cost(case: Case, done: dict[str, str]) -> pd.DataFrame:
    """Task costs: spent when done, or as an annuity from then on; the money laid out is `investment` in both."""
    rows = []
    for task in case["tasks"].to_dict("records"):
        if task["task"] not in done or task["cost"] == 0:
            continue
        finish = case.calendar.position[done[task["task"]]]
        year_done = case.calendar.year(done[task["task"]])
        rows.append({"measure": task["task"], "item": "investment", "year": year_done, "cny": task["cost"]})
        for year in case.settings.years:
            quarters_served = sum(case.calendar.position[period] >= finish for period in case.calendar.of_year(year))
            yearly = (
                task["cost"] * costs.annuity(case.settings.discount_rate, task["lifetime"])
                if task["lifetime"] > 0
                else 0.0
            )
            cny = (
                yearly * quarters_served / len(QUARTERS) if task["lifetime"] > 0 else task["cost"] * (year == year_done)
            )
            rows.append({"measure": task["task"], "item": "task", "year": year, "cny": cny})
    return pd.DataFrame(rows, columns=["measure", "item", "year", "cny"]).assign(area="")


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


def funding(case: Case, cost_rows: pd.DataFrame) -> pd.DataFrame:
    """Who pays how much each year. Columns: payer, item, year, cny. [CNY]

    Running and fuel cost of a measure are paid as those of the technology it leads to (or, for an end, leaves).
    """
    ends = case["measures"].set_index("measure")
    technology = ends["to_technology"].where(ends["to_technology"] != "", ends["from_technology"])
    rows = cost_rows[cost_rows["measure"] != TURNOVER]
    is_task = ~rows["measure"].isin(ends.index)
    operating = rows["item"].isin(["running", "fuel"])
    subject = rows["measure"].where(~operating, rows["measure"].map(technology))
    kind = pd.Series("capital", rows.index).where(~operating, rows["item"]).where(~is_task, "task")
    shares = costs.payer_shares(case).rename(columns={"item": "kind"})
    joined = rows.assign(subject=subject, kind=kind).merge(shares, on=["subject", "kind"], validate="many_to_many")
    return (
        joined.assign(cny=joined["cny"] * joined["share"]).groupby(["payer", "item", "year"])["cny"].sum().reset_index()
    )


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
