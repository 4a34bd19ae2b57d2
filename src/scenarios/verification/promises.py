"""What was promised: order of tasks, supplies, budgets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from math import ceil
from typing import Any

import numpy as np
import pandas as pd

from scenarios.frames import each_row, entries
from scenarios.verification.given import Given, Violation, served, violation
from scenarios.verification.paying import Payers

Finish = dict[str, int]  # task -> place of the quarter in which it is done
NEVER = 10**6  #: place of a quarter that never comes


def fuel_burnt(given: Given, stock: np.ndarray, fuel: str, year: int) -> float:
    """Fuel used in a year. [fuel unit]"""
    use: dict[str, float] = {row["technology"]: row["use"] for row in given.rows["fuel_use"] if row["fuel"] == fuel}
    each = np.array([use.get(technology, 0.0) for technology in given.activity_of])
    return float((served(given, stock, year) * each).sum())


def place_of_month(given: Given, month: str) -> int:
    """Place of the quarter a month such as ``2019-05`` lies in; negative before the horizon."""
    return (int(month[:4]) - given.case.settings.years[0]) * 4 + (int(month[5:]) - 1) // 3


def order(given: Given, stock: np.ndarray, tables: Mapping[str, pd.DataFrame]) -> list[Violation]:
    """Deadlines, earliest dates, orders, bans, shares and capacities are kept."""
    place = {period: number for number, period in enumerate(given.periods)}
    finish = {task: place[period] for task, period in finishes(tables).items()}
    conversions = tables["conversions"]
    found = [*_windows(given, finish), *_enabled(given, finish, conversions)]
    duration = {task["task"]: ceil(task["duration"] / 3) for task in given.rows["tasks"]}
    used: dict[str, set[str]] = defaultdict(set)
    done: dict[tuple[str, str, str], float] = defaultdict(float)
    for made in each_row(conversions):
        done[made.area, made.measure, made.period] += made.quantity
        if made.quantity > 0:
            used[made.measure].add(made.period)
    for row in given.rows["order"]:
        if row["relation"] in ("finish_to_start", "standard_before"):
            found += _waits(given, row, finish, duration, used)
        elif row["relation"] == "ban_after":
            found += _bans(given, row, finish, stock)
        elif row["relation"] == "share":
            found += _shares(given, row, done)
    return found


def _windows(given: Given, finish: Finish) -> Iterator[Violation]:
    """Tasks are done neither too early nor too late."""
    for row in given.rows["tasks"]:
        task, late = row["task"], min(place_of_month(given, row["deadline"]), len(given.periods) - 1)
        asked = {"needed": row["required"], "all": True, "none": False}[given.case.settings.tasks]
        if asked or task in finish:
            yield violation(("deadline", task), finish.get(task, NEVER), "<=", late, 1)
        if task in finish:
            early = max(0, place_of_month(given, row["earliest"])) + max(ceil(row["duration"] / 3) - 1, 0)
            yield violation(("earliest", task), finish[task], ">=", early, 1)


def _waits(
    given: Given, row: dict[str, Any], finish: Finish, duration: dict[str, int], used: Mapping[str, set[str]]
) -> Iterator[Violation]:
    """A task waits for its predecessor, a measure for its task. ``used`` says in which quarters measures convert."""
    before, after = row["before"], row["after"]
    ready = finish.get(before, NEVER)
    if after in finish:
        earliest = ready + ceil(row["lag"] / 3) + duration[after]
        yield violation(("order", row["order"]), finish[after], ">=", earliest, 1)
    elif after not in duration:
        for number, period in enumerate(given.periods):
            if period in used.get(after, ()):
                yield violation(("order", row["order"], period), number, ">=", ready, 1)


def _bans(given: Given, row: dict[str, Any], finish: Finish, stock: np.ndarray) -> Iterator[Violation]:
    """Nothing remains in a technology once its ban is in force."""
    if row["before"] in finish:
        technology, activity = list(given.activity_of).index(row["after"]), given.activity_of[row["after"]]
        for area, levels in zip(given.areas, stock[:, technology].tolist(), strict=True):
            size = given.start.get((area, activity), 0.0)
            for number in range(finish[row["before"]], len(given.periods)):
                yield violation(("ban", row["order"], area, given.periods[number]), levels[number + 1], "<=", 0.0, size)


def _enabled(given: Given, finish: Finish, conversions: pd.DataFrame) -> Iterator[Violation]:
    """Conversions fit the capacity of the enabling tasks that are done."""
    at = dict(entries(conversions.groupby(["measure", "period"])["quantity"].sum()))
    enabled = defaultdict(list)
    for row in given.rows["enables"]:
        enabled[row["measure"]].append(row)
    for measure, rows in enabled.items():
        so_far, whole = 0.0, sum(row["capacity"] for row in rows)
        for number, period in enumerate(given.periods):
            so_far += at.get((measure, period), 0.0)
            open_now = sum(row["capacity"] for row in rows if finish.get(row["task"], NEVER) <= number)
            yield violation(("enabling", measure, period), so_far, "<=", open_now, whole)


def _shares(given: Given, row: dict[str, Any], done: Mapping[tuple[str, str, str], float]) -> list[Violation]:
    """A follower's share of its potential stays below the leader's, in every area. ``done``: what is converted."""
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
            found.append(violation(("share", row["order"], area, period), follow, "<=", lead, 1))
    return found


def finishes(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Task -> quarter in which it is done, as written."""
    return {row.task: row.finish for row in each_row(tables["schedule"]) if isinstance(row.finish, str) and row.finish}


def supplies(given: Given, stock: np.ndarray, tables: Mapping[str, pd.DataFrame]) -> list[Violation]:
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
        found.append(violation(("supply", fuel, year), fuel_burnt(given, stock, fuel, year), "<=", amount))
    return found


def budgets(given: Given, tables: Mapping[str, pd.DataFrame]) -> list[Violation]:
    """Money laid out against budgets."""
    finish = finishes(tables)
    cost = {(row["subject"], row["item"]): row["value"] for row in given.rows["costs"]}
    payers = Payers(given)
    spent: dict[tuple[str, int], float] = defaultdict(float)
    for done in each_row(tables["conversions"]):
        for payer, part in payers.capital_parts(done.measure).items():
            spent[payer, int(done.period[:4])] += part * done.quantity * cost[done.measure, "capital"]
    for row in given.rows["tasks"]:
        if row["task"] in finish and row["cost"]:
            for payer, part in payers.rest(row["task"], "task").items():
                spent[payer, int(finish[row["task"]][:4])] += part * row["cost"]
    purses = _purses(given)
    found = [
        violation(("budget", *key), spent[key], "<=", amount)
        for key, amount in purses.items()
        if given.case.settings.budgets == "kept"
    ]
    most = given.case.settings.money_at_most
    if most is not None:
        whole = sum(purses.values()) if most == "budgets" else most
        found.append(violation(("money in all",), sum(spent.values()), "<=", whole))
    return found


def _purses(given: Given) -> dict[tuple[str, int], float]:
    """What each payer of budgets.csv has in a year: its own, awards received, less awards given. [CNY]"""
    found = {(row["payer"], row["year"]): row["amount"] for row in given.rows["budgets"]}
    for row in given.rows["awards"]:
        for payer, sign in ((row["payer"], 1.0), (row["grantor"], -1.0)):
            if (payer, row["year"]) in found:
                found[payer, row["year"]] += sign * row["amount"]
    return {key: max(amount, 0.0) for key, amount in found.items()}
