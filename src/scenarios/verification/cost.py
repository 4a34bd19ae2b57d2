"""What it costs: the objective from stocks, conversions and tasks, and the cost table as written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import pandas as pd

from scenarios.verification.given import Given, Stock, Violation, frozen, means, off


def money(given: Given, stock: Stock, tables: Mapping[str, pd.DataFrame], objective: float) -> list[Violation]:
    """The objective, worked out again, and the cost table as written."""
    case, rate = given.case, given.case.settings.discount_rate
    first = case.settings.years[0]
    cost = {(row["subject"], row["item"]): row["value"] for row in given.rows["costs"]}
    price = {(row["fuel"], row["tariff"]): row["price"] for row in given.rows["prices"]}
    fuel_cost: dict[str, float] = defaultdict(float)
    for row in given.rows["fuel_use"]:
        fuel_cost[row["technology"]] += row["use"] * price[row["fuel"], row["tariff"]]
    without = frozen(given)
    worth = [(1 + rate) ** -(int(period[:4]) - first + 0.5) for period in given.periods]
    total = gross = 0.0
    for sign, states in ((1, stock), (-1, without)):
        for (_, technology), levels in states.items():
            weights = given.weights[given.activity_of[technology]]
            amount = sum(
                mean * discount * (cost.get((technology, "running"), 0.0) / 4 + fuel_cost[technology] * weight)
                for mean, discount, weight in zip(means(levels), worth, weights, strict=True)
            )
            total += sign * amount
            gross += amount
    place = {period: number for number, period in enumerate(given.periods)}
    for row in tables["conversions"].itertuples():
        life = given.measure[row.measure]["lifetime"]
        yearly = cost[row.measure, "capital"] * (rate / (1 - (1 + rate) ** -life) if rate else 1 / life)
        for period in given.periods[place[row.period] :]:
            total += (
                row.quantity
                * yearly
                / 4
                * (0.5 if period == row.period else 1.0)
                * (1 + rate) ** -(int(period[:4]) - first + 0.5)
            )
    finish = {
        row.task: row.finish for row in tables["schedule"].itertuples() if isinstance(row.finish, str) and row.finish
    }
    for row in given.rows["tasks"]:
        if row["task"] in finish and row["cost"]:
            life = row["lifetime"]
            paid = [finish[row["task"]]] if not life > 0 else given.periods[place[finish[row["task"]]] :]
            each = (
                row["cost"]
                if not life > 0
                else row["cost"] * (rate / (1 - (1 + rate) ** -life) if rate else 1 / life) / 4
            )
            total += sum(each * (1 + rate) ** -(int(period[:4]) - first + 0.5) for period in paid)
    written = tables["costs"]
    booked = written[written["item"] != "investment"]
    from_table = float((booked["cny"] * (1 + rate) ** -(booked["year"] - first + 0.5)).sum())
    found = [
        off(("objective",), objective, "==", total, abs(gross) * 1e-3),
        off(("costs as written",), from_table, "==", objective, abs(gross) * 1e-3),
    ]
    return found
