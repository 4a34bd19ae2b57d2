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
    place = {period: number for number, period in enumerate(given.periods)}
    expected: dict[Key, float] = defaultdict(float)
    for row in each_row(tables["conversions"]):
        ends, year = given.measure[row.measure], int(row.period[:4])
        money_laid_out = row.quantity * capital_of[row.measure]
        expected[row.area, row.measure, "investment", year] += money_laid_out
        weights = given.weights[given.activity_of[ends["from_technology"]]]
        for number in range(place[row.period], len(given.periods)):
            part, when = 0.5 if number == place[row.period] else 1.0, int(given.periods[number][:4])
            expected[row.area, row.measure, "annuity", when] += (
                money_laid_out * repaid(given, ends["lifetime"]) / 4 * part
            )
            for item, share in (("running", 0.25), ("fuel", weights[number])):
                change = (unit[item][ends["to_technology"]] if ends["to_technology"] else 0.0) - unit[item][
                    ends["from_technology"]
                ]
                expected[row.area, row.measure, item, when] += row.quantity * part * share * change
    _add_works(given, tables["schedule"], expected)
    written: dict[Key, float] = defaultdict(float)
    for row in each_row(tables["costs"]):
        if row.measure != "turnover":
            written[row.area if isinstance(row.area, str) else "", row.measure, row.item, row.year] += row.cny
    size = sum(map(abs, expected.values())) * 1e-3
    return [
        off(("cost", *key), written.get(key, 0.0), "==", expected.get(key, 0.0), size)
        for key in expected.keys() | written.keys()
    ]


def _add_works(given: Given, schedule: pd.DataFrame, expected: dict[Key, float]) -> None:
    """Cost of the tasks done, by year. [CNY]"""
    finish = {row.task: row.finish for row in each_row(schedule) if isinstance(row.finish, str) and row.finish}
    for row in given.rows["tasks"]:
        if row["task"] in finish and row["cost"]:
            done = given.periods.index(finish[row["task"]])
            expected["", row["task"], "investment", int(given.periods[done][:4])] += row["cost"]
            lasting = row["lifetime"] > 0
            each = row["cost"] * repaid(given, row["lifetime"]) / 4 if lasting else row["cost"]
            for period in given.periods[done:] if lasting else [given.periods[done]]:
                expected["", row["task"], "task", int(period[:4])] += each


def worth(given: Given, period: str) -> float:
    """Worth at the start of the horizon of a payment in the middle of a quarter's year. [1]"""
    return float((1 + given.case.settings.discount_rate) ** -(int(period[:4]) - given.case.settings.years[0] + 0.5))


def repaid(given: Given, lifetime: float) -> float:
    """Yearly payment that repays one unit of capital over its lifetime. [1/yr]"""
    rate = given.case.settings.discount_rate
    return rate / (1 - (1 + rate) ** -lifetime) if rate else 1 / lifetime


def operating(given: Given, states: Stock) -> float:
    """Discounted running and fuel cost of all stocks. [CNY]"""
    unit = unit_costs(given)
    discounts = [worth(given, period) for period in given.periods]
    total = 0.0
    for (_, technology), levels in states.items():
        weights = given.weights[given.activity_of[technology]]
        total += sum(
            mean * discount * (unit["running"][technology] / 4 + unit["fuel"][technology] * weight)
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
