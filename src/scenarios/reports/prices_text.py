"""Prices in plain words: what one more unit of each limit is worth, what a month is worth, which measure is next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scenarios.case import Case
from scenarios.frames import records
from scenarios.reports.format import grid, in_one_unit, join_names, money, number, percent, with_unit
from scenarios.reports.limits_text import GATES, HOLDS, OTHERWISE, limit_name, measure_units, price_unit
from scenarios.studies.prices import Prices
from scenarios.tasks import BEFORE
from scenarios.words import language, name_column, say

TOP = 10  #: lines of each part
CHEAPER = 0.5  #: measures that would have to be cheaper by more than this are not near [1]


def prices_text(case: Case, found: Prices, schedule: Mapping[str, str]) -> str:
    """The prices on one screen."""
    return "\n".join(
        [
            basis(case),
            "",
            say("What the last unit is worth, and between which limits that holds while all else stays"),
            _limits(case, found.limits),
            "",
            say("What a month is worth: one task moved, the others as they are"),
            _dates(case, found.dates),
            "",
            say("Next in line: what a unit more costs, what it is worth, and how much cheaper it would have to be"),
            _next(case, found.next),
            "",
            say("Not taken though a unit more is worth its cost"),
            _held(case, found.next, schedule),
        ]
    )


def basis(case: Case) -> str:
    """What the money of a study is."""
    return say(
        "Money of {year}, discounted at {rate} a year to the start of {first}; costs above doing nothing.",
        year=case.settings.price_year,
        rate=percent(case.settings.discount_rate, 1),
        first=case.settings.years[0],
    )


def _limits(case: Case, rows: pd.DataFrame) -> str:
    priced = records(rows[rows["price"] > 0])
    lines = []
    for row in priced:
        size, unit = price_unit(case, row["equation"], row["index"])
        worth = say("{price} per {unit}", price=money(row["price"] * size), unit=unit)
        ends = [number(value, 5) for value in (row["limit"], row["least"], row["most"])]
        lines.append([limit_name(case, row["equation"], row["index"]), worth, *ends])
    text = (
        grid(["limit", "price of one more", "now", "holds from", "to"], lines)
        if lines
        else "  " + say("No limit binds.")
    )
    free = len(rows) - len(priced)
    return (
        text
        + "\n  "
        + say("{count} other targets, supplies and budgets do not bind: one more is worth nothing.", count=free)
    )


def _dates(case: Case, rows: pd.DataFrame) -> str:
    names = case.names("tasks", language())
    moved = rows.assign(
        saved=-rows["earlier"].where(rows["earlier"] < 0, 0.0), cost=rows["later"].where(rows["later"] > 0, 0.0)
    )
    moved = moved.assign(size=moved[["saved", "cost"]].max(axis=1)).fillna({"saved": 0.0, "cost": 0.0})
    worth = moved[moved["size"] > 0].sort_values("size", ascending=False).head(TOP)
    unit, in_unit = in_one_unit(worth["size"])
    lines = [
        [f"{row['task']} {names[row['task']]}", row["finish"], in_unit(row["saved"]), in_unit(row["cost"])]
        for row in records(worth)
    ]
    if not lines:
        return "  " + say("No task's date is worth anything.")
    head = [with_unit(say("task"), unit), "done in", "a month earlier saves", "a month later costs"]
    return grid(head, lines)


def _next(case: Case, rows: pd.DataFrame) -> str:
    names, units = case.names("measures", language()), measure_units(case)
    lines = []
    for row in records(rows[(rows["reduced_cost"] > 0) & (rows["cut"] <= CHEAPER)].head(TOP)):
        through = limit_name(case, *row["through"]) if row["through"] else ""
        net = row["marginal_value"] - row["opportunity_cost"]
        unit = units[row["measure"]]
        lines.append([names[row["measure"]], through, unit, money(row["cost"]), money(net), percent(row["cut"], 0)])
    if not lines:
        return "  " + say("No measure is near.")
    return grid(["measure", "mostly through", "unit", "costs", "marginal value", "cheaper by"], lines, left=2)


def _held(case: Case, rows: pd.DataFrame, schedule: Mapping[str, str]) -> str:
    names, units = case.names("measures", language()), measure_units(case)
    unused = rows[(rows["used"] <= 0) & (rows["reduced_cost"] == 0) & (rows["opportunity_cost"] > 0)].sort_values(
        "opportunity_cost", ascending=False
    )
    lines = []
    for row in records(unused.head(TOP)):
        lines.append(
            "  "
            + say(
                "{measure}: one {unit} costs {cost} and is worth {worth}, but {reason}",
                measure=names[row["measure"]],
                unit=units[row["measure"]],
                cost=money(row["cost"]),
                worth=money(row["marginal_value"]),
                reason=_reason(case, row, schedule),
            )
        )
    return "\n".join(lines) or "  " + say("There is none.")


def _reason(case: Case, row: dict[str, Any], schedule: Mapping[str, str]) -> str:
    """What holds a measure back."""
    equation, index = row["by"]
    if index:
        return say("what it needs is dearer: {limit}", limit=limit_name(case, equation, index))
    if equation not in GATES:
        return say(HOLDS[equation]) if equation in HOLDS else say(OTHERWISE)
    opens = case["enables"].loc[case["enables"]["measure"] == row["measure"], "task"].tolist()
    order = case["order"]
    opens += order.loc[(order["after"] == row["measure"]) & order["relation"].isin(BEFORE), "before"].tolist()
    waiting = [task for task in dict.fromkeys(opens) if task not in schedule]
    names = case["tasks"].set_index("task")[name_column()]
    if waiting:
        tasks = join_names(f"{task} {names[task]}" for task in waiting)
        return say("it waits for tasks that this plan leaves out: {tasks}", tasks=tasks)
    return say("the tasks that open the way for it are not done earlier, or open no more")
