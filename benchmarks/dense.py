"""The numbers of an invented city as arrays, for the ways that state the program with arrays: one reading of the case.

Axes: area, technology, measure, pollutant, task, period, year. It covers what the invented cities hold: emission and
PM2.5 targets, fuel supply, budgets, potentials, pace, tasks that enable measures. No county is pooled.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenarios import accounting, air, costs
from scenarios.case import QUARTERS, Case
from scenarios.inventory import emission_factors, quantities, shares
from scenarios.program.pooling import by_area
from scenarios.stocks import replacement, season
from scenarios.targets import limits
from scenarios.tasks import quarters, transitive_reduction, windows


@dataclass(frozen=True)
class Numbers:
    """Coefficients by axis; places instead of names."""

    areas: list[str]
    activities: list[str]
    technologies: list[str]
    measures: list[str]
    pollutants: list[str]
    tasks: list[str]
    periods: list[str]
    years: list[int]
    activity_of: np.ndarray  # technology -> activity
    year_of: np.ndarray  # period -> year
    leaves: np.ndarray  # measure -> technology
    enters: np.ndarray
    start: np.ndarray  # area, technology
    growth: np.ndarray  # area, technology, period
    kept: np.ndarray  # technology, technology: what a quarter's wear leaves of each in each
    season: np.ndarray  # activity, period
    factor: np.ndarray  # technology, pollutant
    emits: np.ndarray  # activity, pollutant: whether it has a factor and something counts it
    potential: np.ndarray  # area, measure
    pace: np.ndarray  # area, measure, year
    quarter_pace: np.ndarray  # area, measure, period
    caps: list[tuple[int, int, np.ndarray, float]]  # pollutant, year, areas, limit
    means: list[tuple[int, float]]  # year, limit of the concentration, less the background
    transfer: np.ndarray  # activity, pollutant
    burnt: np.ndarray  # technology: use of the fuel that is short
    supply: np.ndarray  # year
    more: np.ndarray  # task, year: supply once it is done
    paid: np.ndarray  # payer, measure
    works: np.ndarray  # payer, task
    budget: np.ndarray  # payer, year
    earliest: np.ndarray  # task
    deadline: np.ndarray
    required: np.ndarray
    waits: list[tuple[int, int, int]]  # before, after, quarters
    enables: list[tuple[int, int, float]]  # task, measure, capacity
    capital: np.ndarray  # measure, period
    running: np.ndarray  # technology, period
    works_cost: np.ndarray  # task, period
    reach: np.ndarray  # measure, period, period: what it can convert from the one to the other
    baseline: float


def numbers(case: Case) -> Numbers:
    """Every coefficient of an invented city."""
    calendar, settings = case.calendar, case.settings
    areas, years, periods = list(case["areas"]["area"]), list(settings.years), list(calendar.periods)
    activities, technologies = list(case["activities"]["activity"]), list(case["technologies"]["technology"])
    measures, tasks = list(case["measures"]["measure"]), list(case["tasks"]["task"])
    activity_of = _places(case["technologies"]["activity"], activities)
    leaves = _places(case["measures"]["from_technology"], technologies)
    quarter, year_of = (
        [calendar.quarter(t) for t in periods],
        np.array([years.index(calendar.year(t)) for t in periods]),
    )
    quantity = quantities(case, settings.start_year).unstack(fill_value=0.0).reindex(areas)[activities].to_numpy()
    share = shares(case, settings.start_year).unstack(fill_value=0.0).reindex(areas)
    share = share.reindex(columns=technologies, fill_value=0.0).to_numpy()
    rate = case["growth"].pivot(index="technology", columns="year", values="rate")
    rate = rate.reindex(index=technologies, columns=years).fillna(0.0).to_numpy()[:, year_of] / len(QUARTERS)
    served = quantity[:, activity_of[leaves]]
    far = by_area(case["potentials"][["area", "measure", "share"]], case, ["measure"])["share"].unstack()
    fast = by_area(case["pace"][["area", "measure", "year", "share", "quarter_share"]], case, ["measure", "year"])
    pace = _by_year(fast["share"], areas, measures, years) * served[:, :, None]
    part = _by_year(fast["quarter_share"], areas, measures, years)
    goals = limits(case).query("enforced")
    counted = set(goals["subject"]) | set(case["precursors"]["precursor"])
    pollutants = [p for p in case["pollutants"]["pollutant"] if p in counted]
    factor = emission_factors(case).unstack(fill_value=0.0).reindex(technologies, fill_value=0.0)[pollutants].to_numpy()
    emits = np.zeros((len(activities), len(pollutants)), dtype=bool)
    np.logical_or.at(emits, activity_of, factor > 0)
    seasons = season(case).reindex(activities)[quarter].to_numpy()
    potential = far.reindex(index=areas, columns=measures).to_numpy() * served
    quarter_pace = (pace * part)[:, :, year_of]
    return Numbers(
        areas=areas,
        activities=activities,
        technologies=technologies,
        measures=measures,
        pollutants=pollutants,
        tasks=tasks,
        periods=periods,
        years=years,
        activity_of=activity_of,
        year_of=year_of,
        leaves=leaves,
        enters=_places(case["measures"]["to_technology"], technologies),
        start=quantity[:, activity_of] * share,
        growth=quantity[:, activity_of, None] * rate,
        kept=np.eye(len(technologies)) + replacement(case),
        season=seasons,
        factor=factor,
        emits=emits,
        potential=potential,
        pace=pace,
        quarter_pace=quarter_pace,
        reach=_reach(potential, pace, quarter_pace, year_of),
        **_goals(case, goals, areas, activities, pollutants, years),
        **_resources(case, technologies, measures, tasks, years),
        **_order(case, measures, tasks),
        **_costs(case, activity_of, seasons, measures, technologies, tasks, periods),
    )


def _places(names: pd.Series, among: list[str]) -> np.ndarray:
    place = {name: number for number, name in enumerate(among)}
    return np.array([place[name] for name in names])


def _by_year(values: pd.Series, areas: list[str], measures: list[str], years: list[int]) -> np.ndarray:
    wide = values.unstack("year").reindex(pd.MultiIndex.from_product([areas, measures]))[years]
    return wide.to_numpy().reshape(len(areas), len(measures), len(years))


def _reach(potential: np.ndarray, pace: np.ndarray, quarter_pace: np.ndarray, year_of: np.ndarray) -> np.ndarray:
    count = len(year_of)
    reach = np.zeros((potential.shape[1], count, count))
    for begun in range(count):
        in_years = [
            np.minimum((quarter_pace * ((year_of == y) & (np.arange(count) >= begun))).cumsum(axis=2), pace[:, :, [y]])
            for y in range(pace.shape[2])
        ]
        reach[:, begun] = np.minimum(sum(in_years), potential[:, :, None]).sum(axis=0)
    return reach


def _goals(case, goals, areas, activities, pollutants, years) -> dict[str, object]:
    """Caps on emission, limits of the concentration, and what a tonne adds to it."""
    caps, means = [], []
    elsewhere = air.background(case)
    for row in goals.to_dict("records"):
        year = years.index(row["year"])
        if row["indicator"] == "emission":
            inside = np.arange(len(areas)) if row["area"] == case.settings.city else _places([row["area"]], areas)
            caps.append((pollutants.index(row["subject"]), year, inside, row["limit"]))
        else:
            means.append((year, row["limit"] - elsewhere[row["area"], row["subject"], row["year"]]))
    sector_of = dict(zip(case["activities"]["activity"], case["activities"]["sector"], strict=True))
    adds = air.transfer(case).droplevel(["receptor", "air"]).unstack(fill_value=0.0)
    transfer = adds.reindex([sector_of[s] for s in activities]).reindex(columns=pollutants, fill_value=0.0)
    return {"caps": caps, "means": means, "transfer": transfer.fillna(0.0).to_numpy()}


def _resources(case, technologies, measures, tasks, years) -> dict[str, object]:
    """The fuel that is short, what burns it and what tasks add; who pays, and budgets."""
    fuel = case["supply"]["fuel"].iloc[0]
    use = case["fuel_use"][case["fuel_use"]["fuel"] == fuel].set_index("technology")["use"]
    rows = case["supply"]
    anyway = rows[rows["task"] == ""].set_index("year")["quantity"].reindex(years)
    more = rows[rows["task"] != ""].pivot(index="task", columns="year", values="quantity")
    budget = case["budgets"].pivot(index="payer", columns="year", values="amount")[years]
    payers = costs.payer_shares(case)
    capital, amount = costs.capital(case), case["tasks"].set_index("task")["cost"]
    paid = payers.query("item == 'capital'").pivot(index="payer", columns="subject", values="share")
    works = payers.query("item == 'task'").pivot(index="payer", columns="subject", values="share")
    paid = paid.reindex(index=budget.index, columns=measures).fillna(0.0) * capital[measures].to_numpy()
    works = works.reindex(index=budget.index, columns=tasks).fillna(0.0) * amount[tasks].to_numpy()
    return {
        "burnt": use.reindex(technologies, fill_value=0.0).to_numpy(),
        "supply": anyway.to_numpy(),
        "more": more.reindex(index=tasks, columns=years).fillna(0.0).to_numpy(),
        "paid": paid.to_numpy(),
        "works": works.to_numpy(),
        "budget": budget.to_numpy(),
    }


def _order(case, measures, tasks) -> dict[str, object]:
    """When tasks can and must be done, what waits for what, and what tasks enable."""
    last = len(case.calendar.periods) - 1
    duration = dict(zip(tasks, map(quarters, case["tasks"]["duration"]), strict=True))
    place, of_measure = ({name: n for n, name in enumerate(names)} for names in (tasks, measures))
    rows = case["enables"]
    return {
        "earliest": windows(case)["earliest"].reindex(tasks).to_numpy(),
        "deadline": np.array([min(case.calendar.place_of_month(month), last) for month in case["tasks"]["deadline"]]),
        "required": case["tasks"]["required"].to_numpy(),
        "waits": [(place[i], place[j], lag + duration[j]) for i, j, lag in transitive_reduction(case)],
        "enables": [
            (place[j], of_measure[m], q)
            for j, m, q in zip(rows["task"], rows["measure"], rows["capacity"], strict=True)
        ],
    }


def _costs(case, activity_of, seasons, measures, technologies, tasks, periods) -> dict[str, object]:
    """Discounted unit costs. [CNY]"""
    discount = costs.discount_factors(case)
    quarter = np.array([discount[case.calendar.year(t)] for t in periods]) / len(QUARTERS)
    until_end = quarter[::-1].cumsum()[::-1] - quarter / 2
    running = costs.running(case)[technologies].to_numpy()[:, None] / len(QUARTERS)
    fuel = costs.fuel(case)[technologies].to_numpy()[:, None] * seasons[activity_of]
    lifetime = case["tasks"]["lifetime"]
    yearly = case["tasks"]["cost"] * costs.annuity(case.settings.discount_rate, lifetime)
    return {
        "capital": costs.capital_annuity(case)[measures].to_numpy()[:, None] * until_end,
        "running": (running + fuel) * quarter * len(QUARTERS),
        "works_cost": yearly.to_numpy()[:, None] * quarter,
        "baseline": accounting.baseline(case),
    }


def constant(n: Numbers) -> float:
    """What the coefficients leave out: the cost of the start in the first quarter, less the frozen baseline. [CNY]"""
    return float((n.start * n.running[:, 0] / 2).sum() - n.baseline)
