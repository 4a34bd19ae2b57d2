"""What it costs: the objective from stocks, conversions and tasks, and the cost table as written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import pandas as pd

from scenarios.frames import each_row
from scenarios.verification.given import Given, Stock, Violation, frozen, means, off


def money(given: Given, stock: Stock, tables: Mapping[str, pd.DataFrame], objective: float) -> list[Violation]:
    """The objective, worked out again, and the cost table as written. [CNY]"""
    rate, first = given.case.settings.discount_rate, given.case.settings.years[0]
    planned, frozen_cost = operating(given, stock), operating(given, frozen(given))
    total = planned - frozen_cost + capital(given, tables["conversions"]) + works(given, tables["schedule"])
    slack = abs(planned + frozen_cost) * 1e-3
    written = tables["costs"]
    booked = written[written["item"] != "investment"]
    from_table = float((booked["cny"] * (1 + rate) ** -(booked["year"] - first + 0.5)).sum())
    return [
        off(("objective",), objective, "==", total, slack),
        off(("costs as written",), from_table, "==", objective, slack),
    ]


def worth(given: Given, period: str) -> float:
    """Worth at the start of the horizon of a payment in the middle of a quarter's year. [1]"""
    return float((1 + given.case.settings.discount_rate) ** -(int(period[:4]) - given.case.settings.years[0] + 0.5))


def repaid(given: Given, lifetime: float) -> float:
    """Yearly payment that repays one unit of capital over its lifetime. [1/yr]"""
    rate = given.case.settings.discount_rate
    return rate / (1 - (1 + rate) ** -lifetime) if rate else 1 / lifetime


def operating(given: Given, states: Stock) -> float:
    """Discounted running and fuel cost of all stocks. [CNY]"""
    cost = {(row["subject"], row["item"]): row["value"] for row in given.rows["costs"]}
    price = {(row["fuel"], row["tariff"]): row["price"] for row in given.rows["prices"]}
    fuel_cost: dict[str, float] = defaultdict(float)
    for row in given.rows["fuel_use"]:
        fuel_cost[row["technology"]] += row["use"] * price[row["fuel"], row["tariff"]]
    discounts = [worth(given, period) for period in given.periods]
    total = 0.0
    for (_, technology), levels in states.items():
        weights = given.weights[given.activity_of[technology]]
        total += sum(
            mean * discount * (cost.get((technology, "running"), 0.0) / 4 + fuel_cost[technology] * weight)
            for mean, discount, weight in zip(means(levels), discounts, weights, strict=True)
        )
    return total


def capital(given: Given, conversions: pd.DataFrame) -> float:
    """Discounted annuities of what is converted; half of one in the quarter of the conversion. [CNY]"""
    cost = {row["subject"]: row["value"] for row in given.rows["costs"] if row["item"] == "capital"}
    place = {period: number for number, period in enumerate(given.periods)}
    total = 0.0
    for row in each_row(conversions):
        quarterly = cost[row.measure] * repaid(given, given.measure[row.measure]["lifetime"]) / 4
        for period in given.periods[place[row.period] :]:
            total += row.quantity * quarterly * (0.5 if period == row.period else 1.0) * worth(given, period)
    return total


def works(given: Given, schedule: pd.DataFrame) -> float:
    """Discounted cost of the tasks done: spent once, or paid as annuities from then on. [CNY]"""
    place = {period: number for number, period in enumerate(given.periods)}
    finish = {row.task: row.finish for row in each_row(schedule) if isinstance(row.finish, str) and row.finish}
    total = 0.0
    for row in given.rows["tasks"]:
        if row["task"] in finish and row["cost"]:
            done, lasting = finish[row["task"]], row["lifetime"] > 0
            paid = given.periods[place[done] :] if lasting else [done]
            each = row["cost"] * repaid(given, row["lifetime"]) / 4 if lasting else row["cost"]
            total += sum(each * worth(given, period) for period in paid)
    return total
