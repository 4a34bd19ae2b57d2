"""From decisions to results: every table of a plan follows from what is converted and when tasks are done."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from scenarios import air, costs, targets
from scenarios.case import QUARTERS, Case, cached
from scenarios.frames import flat, labels, looked_up, stacked
from scenarios.inventory import factor_table
from scenarios.operation import (
    UNCHANGED,
    By,
    activity_carried_out,
    baseline_cost,
    operating_cost,
    periods_by,
    priced_service,
    service,
    sum_periods,
    time_labels,
    unattributed_cost,
)
from scenarios.stocks import START, evolve

TURNOVER = "turnover"


class Decisions(NamedTuple):
    """What a plan decides: conversions (area, measure, period, quantity) and the period in which each task is done."""

    conversions: pd.DataFrame
    done: dict[str, str]


NOTHING = Decisions(UNCHANGED, {})


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
    emitted = _emitted(case, states)
    by_year = _emission_rows(case, emitted, "year")
    yearly = targets.Yearly(
        by_year,
        air.concentrations(case, by_year),
        fuel_by_year(case, states),
        targets.ends(states),
        targets.by_measure(decisions.conversions),
    )
    measures, rest = measure_costs(case, decisions), unattributed_cost(case, decisions.conversions, states)
    return Accounts(states, _emission_rows(case, emitted, "period"), yearly, measures, rest, cost(measures, rest))


def emission_by_period(case: Case, states: pd.DataFrame) -> pd.DataFrame:
    """Emission of each quarter. Columns: area, sector, activity, pollutant, period, emission. [t]"""
    return _emission_rows(case, _emitted(case, states), "period")


def _emission_rows(case: Case, emitted: np.ndarray, by: By) -> pd.DataFrame:
    """Rows by year or quarter of the activities that emit at some time, sorted; ``emitted`` as of ``_emitted``."""
    areas = case["areas"][["area"]].reset_index(drop=True).sort_values("area")
    activities = case["activities"][["activity", "sector"]].reset_index(drop=True).sort_values("activity")
    ordered = sum_periods(emitted[:, areas.index][:, :, activities.index], by)
    pollutants, times = labels("pollutant", factor_table(case).columns), time_labels(case.calendar, by)
    some = np.any(ordered != 0, axis=-1, keepdims=True)
    rows = flat(ordered, [pollutants, areas, activities, times], "emission", some)
    return rows[["area", "sector", "activity", "pollutant", by, "emission"]]


def _emitted(case: Case, states: pd.DataFrame) -> np.ndarray:
    """Emission of each quarter. Shape: pollutants, areas, activities, quarters. [t]"""
    technologies = case["technologies"]
    served = activity_carried_out(case, states)
    factors = factor_table(case).reindex(technologies["technology"], fill_value=0.0)
    place = pd.Index(case["activities"]["activity"]).get_indexer(technologies["activity"])
    emitted = np.zeros((factors.shape[1], len(served), len(case["activities"]), served.shape[2]))
    for number, factor in enumerate(factors.to_numpy().T):
        acting = np.flatnonzero(factor)
        members = np.zeros((len(acting), emitted.shape[2]))
        members[np.arange(len(acting)), place[acting]] = factor[acting]
        emitted[number] = np.einsum("akt,ks->ast", served[:, acting], members, optimize=True)
    return emitted


def fuel_by_year(case: Case, states: pd.DataFrame) -> pd.DataFrame:
    """Fuel used in each year. Columns: area, sector, activity, technology, fuel, use, year. [fuel unit]"""
    uses = _uses(case)
    place = pd.Index(case["technologies"]["technology"]).get_indexer(uses["technology"])
    used = sum_periods(activity_carried_out(case, states)[:, place], "year") * uses["use"].to_numpy()[None, :, None]
    times = time_labels(case.calendar, "year")
    rows = flat(used, [case["areas"][["area"]], uses.drop(columns="use"), times], "use", used != 0)
    return rows[["area", "sector", "activity", "technology", "fuel", "use", "year"]]


@cached
def _uses(case: Case) -> pd.DataFrame:
    """Fuel that a unit of activity uses in a year. Columns: technology, fuel, use, activity, sector. [fuel unit]"""
    uses = case["fuel_use"][["technology", "fuel", "use"]]
    return uses.merge(targets.activities(case), on="technology", validate="many_to_one")


def cost(measures: pd.DataFrame, rest: pd.DataFrame) -> pd.DataFrame:
    """Cost above the frozen baseline. Columns: area, measure, item, year, cny. [CNY]

    Running and fuel cost are booked to the measures by what they have in service; what is left (wear and conversions
    of converted stock) is booked as ``turnover`` so that the rows always add up to the cost of the plan.
    """
    key = ["area", "measure", "item", "year"]
    rows = pd.concat([measures, rest.assign(measure=TURNOVER)]).groupby(key)["cny"].sum().reset_index()
    return rows[rows["cny"].abs() > 0].sort_values(key, ignore_index=True)


def measure_costs(case: Case, decisions: Decisions, by: By = "year") -> pd.DataFrame:
    """Cost of measures and tasks. Columns: area, measure, item, year (or period), cny. [CNY]"""
    serving = service(case, decisions.conversions, by)
    parts = [
        priced_service(serving, time_labels(case.calendar, by), "annuity", costs.capital_annuity(case)),
        _investment(case, decisions.conversions, by),
        _task_cost(case, decisions.done, by),
        operating_cost(case, decisions.conversions, by),
    ]
    return pd.concat(parts, ignore_index=True)


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
        for label, periods in periods_by(case.calendar, by).items():
            served = [period for period in periods if case.calendar.position[period] >= case.calendar.position[finish]]
            cny = task["cost"] * rate * (len(served) if lasting else finish in periods)
            rows.append({"measure": task["task"], "item": "task", by: label, "cny": cny})
            laid_out = task["cost"] * (finish in periods)
            rows.append({"measure": task["task"], "item": "investment", by: label, "cny": laid_out})
    return pd.DataFrame(rows, columns=["measure", "item", by, "cny"]).assign(area="")


def objective(case: Case, cost_rows: pd.DataFrame) -> float:
    """Discounted cost over the horizon above the frozen baseline. [CNY]"""
    counted = cost_rows[cost_rows["item"] != "investment"]
    return float((counted["cny"] * counted["year"].map(costs.discount_factors(case))).sum())


def objective_value(case: Case, accounts: Accounts) -> float:
    """What the settings ask to minimise. [CNY, ug/m3, or weighted t a year]"""
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
    return float((baseline_cost(case) * costs.discount_factors(case).to_numpy()).sum())


def state_rows(case: Case, states: pd.DataFrame) -> pd.DataFrame:
    """States as a long table. Columns: area, technology, period, quantity, unit."""
    unit_of = targets.units(case)["technologies"]
    some = states[(states.abs() > 0).any(axis=1)]
    rows = stacked(some.rename_axis(columns="period"), "quantity").reset_index()
    return (
        rows.assign(unit=rows["technology"].map(unit_of), start=rows["period"] == START)
        .sort_values(["area", "technology", "start", "period"], ascending=[True, True, False, True], ignore_index=True)
        .drop(columns="start")
    )
