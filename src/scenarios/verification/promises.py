"""What was promised: targets, order of tasks, supplies, budgets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from math import ceil
from typing import Any

import pandas as pd

from scenarios.verification.given import Given, Stock, Violation, means, off


def counts(given: Given, target: dict[str, Any], area: str, activity: str) -> bool:
    """Whether a target counts an activity in an area."""
    sectors = target["sectors"].split()
    return (
        (target["area"] in (given.city, area))
        and (not sectors or given.sector_of[activity] in sectors)
        and activity not in target["excluded"].split()
    )


def fuel_burnt(given: Given, stock: Stock, fuel: str, year: int, target: dict[str, Any] | None = None) -> float:
    """Fuel used in a year, all or what a target counts. [fuel unit]"""
    use = {row["technology"]: row["use"] for row in given.rows["fuel_use"] if row["fuel"] == fuel}
    total = 0.0
    for (area, technology), levels in stock.items():
        activity = given.activity_of[technology]
        if technology in use and (target is None or counts(given, target, area, activity)):
            total += use[technology] * sum(
                mean * weight
                for mean, weight, period in zip(means(levels), given.weights[activity], given.periods, strict=True)
                if int(period[:4]) == year
            )
    return total


def targets(given: Given, stock: Stock, tables: Mapping[str, pd.DataFrame]) -> list[Violation]:
    """Targets as written are what the tables say, and the enforced ones are kept."""
    rows = tables["emissions"]
    by_activity = (
        rows.groupby(["area", "activity", "pollutant", rows["period"].str[:4].astype(int)])["emission"].sum().to_dict()
    )
    level = tables["concentrations"].groupby(["receptor", "air", "year"])["concentration"].sum().to_dict()
    written = tables["targets"].set_index("target").to_dict("index")
    found = []
    for target in given.rows["targets"]:
        name, subject = target["target"], target["subject"]
        base_stock = given.stock(int(target["base_year"])) if target["basis"] == "relative" else {}
        if target["indicator"] == "emission":
            value = sum(
                e
                for (area, activity, p, year), e in by_activity.items()
                if p == subject and year == target["year"] and counts(given, target, area, activity)
            )
            base = sum(
                amount * dict(given.emits[k]).get(subject, 0.0)
                for (area, k), amount in base_stock.items()
                if counts(given, target, area, given.activity_of[k])
            )
        elif target["indicator"] == "concentration":
            value = level[target["area"], subject, target["year"]]
            base = next(
                (
                    row["value"]
                    for row in given.rows["observations"]
                    if (row["receptor"], row["pollutant"], row["year"])
                    == (target["area"], subject, target["base_year"])
                ),
                float("nan"),
            )
        else:
            value = fuel_burnt(given, stock, subject, target["year"], target)
            use = {row["technology"]: row["use"] for row in given.rows["fuel_use"] if row["fuel"] == subject}
            base = sum(
                amount * use.get(k, 0.0)
                for (area, k), amount in base_stock.items()
                if counts(given, target, area, given.activity_of[k])
            )
        limit = target["value"] if target["basis"] == "absolute" else (1 + target["value"]) * base
        found.append(off(("target", name, "as written"), written[name]["achieved"], "==", value))
        if target["enforced"]:
            found.append(off(("target", name), value, target["operator"], limit))
    return found


def order(given: Given, stock: Stock, tables: Mapping[str, pd.DataFrame]) -> list[Violation]:
    """Deadlines, earliest dates, orders, bans, shares and capacities are kept."""
    place = {period: number for number, period in enumerate(given.periods)}
    finish = {task: place[period] for task, period in finishes(tables).items()}
    never = len(place) * 10
    first = given.case.settings.years[0]

    def month(text: str) -> int:
        return (int(text[:4]) - first) * 4 + (int(text[5:]) - 1) // 3

    duration = {row["task"]: ceil(row["duration"] / 3) for row in given.rows["tasks"]}
    found = []
    for row in given.rows["tasks"]:
        task, late = row["task"], min(month(row["deadline"]), len(place) - 1)
        if row["required"] or task in finish:
            found.append(off(("deadline", task), finish.get(task, never), "<=", late, 1))
        if task in finish:
            found.append(
                off(
                    ("earliest", task),
                    finish[task],
                    ">=",
                    max(0, month(row["earliest"])) + max(duration[task] - 1, 0),
                    1,
                )
            )
    conversions = tables["conversions"]
    at = conversions.groupby(["measure", "period"])["quantity"].sum().to_dict()
    for row in given.rows["order"]:
        before, after = row["before"], row["after"]
        if row["relation"] in ("finish_to_start", "standard_before") and after in duration and after in finish:
            found.append(
                off(
                    ("order", row["order"]),
                    finish[after],
                    ">=",
                    finish.get(before, never) + ceil(row["lag"] / 3) + duration[after],
                    1,
                )
            )
        elif row["relation"] in ("finish_to_start", "standard_before"):
            found += [
                off(("order", row["order"], period), place[period], ">=", finish.get(before, never), 1)
                for (m, period), quantity in at.items()
                if m == after and quantity > 0
            ]
        elif row["relation"] == "ban_after" and before in finish:
            for (area, technology), levels in stock.items():
                if technology == after:
                    size = given.start[area, given.activity_of[technology]]
                    found += [
                        off(("ban", row["order"], area, given.periods[number]), levels[number + 1], "<=", 0.0, size)
                        for number in range(finish[before], len(given.periods))
                    ]
        elif row["relation"] == "share":
            found += _shares(given, row, conversions)
    enabled = defaultdict(list)
    for row in given.rows["enables"]:
        enabled[row["measure"]].append(row)
    for measure, rows in enabled.items():
        so_far = 0.0
        for period in given.periods:
            so_far += at.get((measure, period), 0.0)
            open_now = sum(row["capacity"] for row in rows if finish.get(row["task"], never) <= place[period])
            found.append(
                off(("enabling", measure, period), so_far, "<=", open_now, sum(row["capacity"] for row in rows))
            )
    return found


def _shares(given: Given, row: dict[str, Any], conversions: pd.DataFrame) -> list[Violation]:
    done: dict[tuple[str, str, str], float] = (
        conversions.groupby(["area", "measure", "period"])["quantity"].sum().to_dict()
    )
    found = []
    for area in given.areas:
        size = given.start.get((area, given.activity_of[given.measure[row["after"]]["from_technology"]]), 0.0)
        lead_size = given.start.get((area, given.activity_of[given.measure[row["before"]]["from_technology"]]), 0.0)
        most, lead_most = (
            given.limit("potentials", (area, row["after"]), "share") * size,
            given.limit("potentials", (area, row["before"]), "share") * lead_size,
        )
        follow = lead = 0.0
        if most <= 0 or lead_most <= 0:
            continue
        for period in given.periods:
            follow += done.get((area, row["after"], period), 0.0) / most
            lead += done.get((area, row["before"], period), 0.0) / lead_most
            found.append(off(("share", row["order"], area, period), follow, "<=", lead, 1))
    return found


def finishes(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Task -> quarter in which it is done, as written."""
    return {
        row.task: row.finish for row in tables["schedule"].itertuples() if isinstance(row.finish, str) and row.finish
    }


def supplies(given: Given, stock: Stock, tables: Mapping[str, pd.DataFrame]) -> list[Violation]:
    """Fuel used against what can be had."""
    finish = finishes(tables)
    place = {period: number for number, period in enumerate(given.periods)}
    anyway: dict[tuple[str, int], float] = {}
    for row in given.rows["supply"]:
        if not row["task"]:
            anyway[row["fuel"], row["year"]] = anyway.get((row["fuel"], row["year"]), 0.0) + row["quantity"]
    found = []
    for (fuel, year), amount in anyway.items():
        for row in given.rows["supply"]:
            if (row["fuel"], row["year"]) == (fuel, year) and row["task"] in finish:
                amount += (
                    row["quantity"]
                    * sum(place[f"{year}Q{quarter}"] >= place[finish[row["task"]]] for quarter in range(1, 5))
                    / 4
                )
        found.append(off(("supply", fuel, year), fuel_burnt(given, stock, fuel, year), "<=", amount))
    return found


def budgets(given: Given, tables: Mapping[str, pd.DataFrame]) -> list[Violation]:
    """Money laid out against budgets."""
    finish = finishes(tables)
    cost = {(row["subject"], row["item"]): row["value"] for row in given.rows["costs"]}
    share: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for row in given.rows["payers"]:
        share[row["subject"], row["item"]][row["payer"]] = row["share"]
    spent: dict[tuple[str, int], float] = defaultdict(float)
    for row in tables["conversions"].itertuples():
        activity = given.activity_of[given.measure[row.measure]["from_technology"]]
        named = next(name for name in (row.measure, activity, given.sector_of[activity]) if (name, "capital") in share)
        for payer, part in share[named, "capital"].items():
            spent[payer, int(row.period[:4])] += part * row.quantity * cost[row.measure, "capital"]
    for row in given.rows["tasks"]:
        if row["task"] in finish and row["cost"]:
            for payer, part in share[row["task"], "task"].items():
                spent[payer, int(finish[row["task"]][:4])] += part * row["cost"]
    return [
        off(("budget", row["payer"], row["year"]), spent[row["payer"], row["year"]], "<=", row["amount"])
        for row in given.rows["budgets"]
    ]
