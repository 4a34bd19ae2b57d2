"""What it costs: the objective from stocks, conversions and tasks, and the cost table as written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
import pandas as pd

from scenarios.frames import each_row
from scenarios.verification.given import Given, Violation, means, violation


def money(given: Given, stock: np.ndarray, tables: Mapping[str, pd.DataFrame], objective: float) -> list[Violation]:
    """The objective, worked out again, and the cost table as written. [CNY]"""
    rate, first = given.case.settings.discount_rate, given.case.settings.years[0]
    planned, frozen_cost = operating(given, stock), operating(given, given.frozen)
    total = planned - frozen_cost + capital(given, tables["conversions"]) + task_cost(given, tables["schedule"])
    slack = abs(planned + frozen_cost) * 1e-3
    written = tables["costs"]
    booked = written[written["item"] != "investment"]
    from_table = float((booked["cny"] * (1 + rate) ** -(booked["year"] - first + 0.5)).sum())
    return [
        violation(("objective",), objective, "==", total, slack),
        violation(("costs as written",), from_table, "==", objective, slack),
        *_booked(given, tables),
    ]


Key = tuple[str, str, str, int]  # area, measure or task, item, year


def unit_costs(given: Given) -> dict[str, dict[str, float]]:
    """Item -> technology -> cost of one unit in service for a year. [CNY per unit and year]"""
    price = {(row["fuel"], row["tariff"]): row["price"] for row in given.rows["prices"]}
    fuel: dict[str, float] = defaultdict(float)
    for row in given.rows["fuel_use"]:
        fuel[row["technology"]] += row["use"] * price[row["fuel"], row["tariff"]]
    running = {row["subject"]: row["value"] for row in given.rows["costs"] if row["item"] == "running"}
    return {"running": defaultdict(float, running), "fuel": fuel}


def _booked(given: Given, tables: Mapping[str, pd.DataFrame]) -> list[Violation]:
    """Every row of the cost table but turnover, which is what is left to the objective. [CNY]"""
    capital_of = {row["subject"]: row["value"] for row in given.rows["costs"] if row["item"] == "capital"}
    unit = unit_costs(given)
    served = {activity: _served(given, activity) for activity in given.sector_of}
    expected: dict[Key, float] = defaultdict(float)
    in_service: dict[tuple[str, str, int], tuple[float, float]] = {}  # unit-years: of the calendar, of the activity
    for row in each_row(tables["conversions"]):
        expected[row.area, row.measure, "investment", int(row.period[:4])] += row.quantity * capital_of[row.measure]
        activity = given.activity_of[given.measure[row.measure]["from_technology"]]
        for when, whole, seasonal in served[activity][row.period]:
            key = row.area, row.measure, when
            before = in_service.get(key, (0.0, 0.0))
            in_service[key] = before[0] + row.quantity * whole, before[1] + row.quantity * seasonal
    for (area, measure, when), (whole, seasonal) in in_service.items():
        ends = given.measure[measure]
        expected[area, measure, "annuity", when] = whole * capital_of[measure] * annuity_factor(given, ends["lifetime"])
        for item, units in (("running", whole), ("fuel", seasonal)):
            after = unit[item][ends["to_technology"]] if ends["to_technology"] else 0.0
            expected[area, measure, item, when] = units * (after - unit[item][ends["from_technology"]])
    _add_works(given, tables["schedule"], expected)
    written: dict[Key, float] = defaultdict(float)
    for row in each_row(tables["costs"]):
        if row.measure != "turnover":
            written[row.area if isinstance(row.area, str) else "", row.measure, row.item, row.year] += row.cny
    size = sum(map(abs, expected.values())) * 1e-3
    return [
        violation(("cost", *key), written.get(key, 0.0), "==", expected.get(key, 0.0), size)
        for key in expected.keys() | written.keys()
    ]


def _served(given: Given, activity: str) -> dict[str, list[tuple[int, float, float]]]:
    """What a unit converted in a quarter serves in each year: part of the year, and of its activity. [1]

    Half of the quarter of the conversion counts.
    """
    weights, periods = given.weights[activity], given.periods
    found: dict[str, list[tuple[int, float, float]]] = {}
    for start, period in enumerate(periods):
        years: dict[int, tuple[float, float]] = {}
        for number in range(start, len(periods)):
            part, year = 0.5 if number == start else 1.0, int(periods[number][:4])
            whole, seasonal = years.get(year, (0.0, 0.0))
            years[year] = whole + part / 4, seasonal + part * weights[number]
        found[period] = [(year, *parts) for year, parts in years.items()]
    return found


def _add_works(given: Given, schedule: pd.DataFrame, expected: dict[Key, float]) -> None:
    """Cost of the tasks done, by year. [CNY]"""
    finish = {row.task: row.finish for row in each_row(schedule) if isinstance(row.finish, str) and row.finish}
    for row in given.rows["tasks"]:
        if row["task"] in finish and row["cost"]:
            done = given.periods.index(finish[row["task"]])
            expected["", row["task"], "investment", int(given.periods[done][:4])] += row["cost"]
            lasting = row["lifetime"] > 0
            each = row["cost"] * annuity_factor(given, row["lifetime"]) / 4 if lasting else row["cost"]
            for period in given.periods[done:] if lasting else [given.periods[done]]:
                expected["", row["task"], "task", int(period[:4])] += each


def discount_factor(given: Given, period: str) -> float:
    """Discount factor of a payment in the middle of a quarter's year, to the start of the horizon. [1]"""
    return float((1 + given.case.settings.discount_rate) ** -(int(period[:4]) - given.case.settings.years[0] + 0.5))


def annuity_factor(given: Given, lifetime: float) -> float:
    """Yearly payment that repays one unit of capital over its lifetime. [1/yr]"""
    rate = given.case.settings.discount_rate
    return rate / (1 - (1 + rate) ** -lifetime) if rate else 1 / lifetime


def operating(given: Given, stock: np.ndarray) -> float:
    """Discounted running and fuel cost of all stocks. [CNY]"""
    unit = unit_costs(given)
    discounts = np.array([discount_factor(given, period) for period in given.periods])
    running = np.array([unit["running"][technology] for technology in given.activity_of])
    fuel = np.array([unit["fuel"][technology] for technology in given.activity_of])
    weights = np.array([given.weights[activity] for activity in given.activity_of.values()])
    working = means(stock).sum(axis=0)
    return float((working * (running[:, None] / 4 + fuel[:, None] * weights) * discounts).sum())


def capital(given: Given, conversions: pd.DataFrame) -> float:
    """Discounted annuities of what is converted; half of one in the quarter of the conversion. [CNY]"""
    cost = {row["subject"]: row["value"] for row in given.rows["costs"] if row["item"] == "capital"}
    factors = [discount_factor(given, period) for period in given.periods]
    left = {period: sum(factors[place:]) - factors[place] / 2 for place, period in enumerate(given.periods)}
    return float(
        sum(
            row.quantity
            * cost[row.measure]
            * annuity_factor(given, given.measure[row.measure]["lifetime"])
            / 4
            * left[row.period]
            for row in each_row(conversions)
        )
    )


def task_cost(given: Given, schedule: pd.DataFrame) -> float:
    """Discounted cost of the tasks done: spent once, or paid as annuities from then on. [CNY]"""
    place = {period: number for number, period in enumerate(given.periods)}
    finish = {row.task: row.finish for row in each_row(schedule) if isinstance(row.finish, str) and row.finish}
    total = 0.0
    for row in given.rows["tasks"]:
        if row["task"] in finish and row["cost"]:
            done, lasting = finish[row["task"]], row["lifetime"] > 0
            paid = given.periods[place[done] :] if lasting else [done]
            each = row["cost"] * annuity_factor(given, row["lifetime"]) / 4 if lasting else row["cost"]
            total += sum(each * discount_factor(given, period) for period in paid)
    return total
