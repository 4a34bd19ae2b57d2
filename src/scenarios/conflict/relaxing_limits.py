"""Case -> Case: the limits of the rows that give way are set to what can be reached, and a hair beyond."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from math import isinf
from typing import Any

import pandas as pd

from scenarios import commitments, targets
from scenarios.case import MONTHS_PER_QUARTER, QUARTERS, Case
from scenarios.conflict.elastic import DEADLINES
from scenarios.conflict.terms import Relaxation
from scenarios.tasks import required

HAIR = 1e-6  #: part of its size by which a limit is set beyond what was reached, so that rounding does not matter [1]


def relaxed_case(case: Case, relaxations: Iterable[Relaxation]) -> Case:
    """The case in which each relaxed row asks for no more than can be reached."""
    for row in relaxations:
        case = _relaxed(case, row)
    return case


def _relaxed(case: Case, row: Relaxation) -> Case:
    moved = row.reachable - row.limit
    change = moved + (HAIR if moved > 0 else -HAIR) * (max(abs(row.limit), abs(row.reachable)) or 1.0)
    if row.equation.endswith("_target"):
        return _moved(case, "targets", row.index[0], "value", change, lambda changed: targets.limits(changed)["limit"])
    if row.equation.endswith("_commitment"):
        amounts = commitments.amounts
        return _moved(case, "commitments", row.index[0], "quantity", change, lambda changed: amounts(changed)["limit"])
    if row.equation in DEADLINES:
        return _later(case, row)
    if row.equation == "supply":
        return _added(case, "supply", ("fuel", "year", "task"), (*row.index, ""), "quantity", change)
    if row.equation == "budget":
        return _added(case, "budgets", ("payer", "year"), row.index, "amount", change)
    setting = {"money_in_all": "money_at_most", "cost_in_all": "cost_at_most"}[row.equation]
    return replace(case, settings=case.settings.model_copy(update={setting: row.limit + change}))


def _added(case: Case, table: str, key: tuple[str, ...], index: tuple[Any, ...], column: str, change: float) -> Case:
    """The case with a change added in the row of a key."""
    frame = case[table]
    chosen = pd.Series(True, index=frame.index)
    for name, value in zip(key, index, strict=True):
        chosen &= frame[name] == value
    return case.with_table(table, frame.assign(**{column: frame[column] + change * chosen}))


def _moved(case: Case, table: str, name: str, column: str, change: float, limit: Callable[[Case], pd.Series]) -> Case:
    """The case with a value set so that its limit moves by ``change``: the limit is linear in the value.

    A change against nothing, whose limit is 0 whatever the value, becomes an absolute one.
    """
    key = (str(case[table].columns[0]),)
    further = _added(case, table, key, (name,), column, 1.0)
    slope = float(limit(further).loc[name]) - float(limit(case).loc[name])
    if slope == 0:
        return _absolute(case, name, float(limit(case).loc[name]) + change)
    return _added(case, table, key, (name,), column, change / slope)


def _absolute(case: Case, target: str, value: float) -> Case:
    """The case with a target that asks for a value: it was a change of nothing, no part of which is more."""
    rows = case["targets"]
    other = rows["target"] != target
    asked = {"value": value, "basis": "absolute", "unit": ""}
    return case.with_table(
        "targets", rows.assign(**{name: rows[name].where(other, new) for name, new in asked.items()})
    )


def _later(case: Case, row: Relaxation) -> Case:
    """The case with a task's deadline at the end of a later quarter, or with the task not required."""
    task, rows = row.index[0], case["tasks"]
    here = rows["task"] == task
    if not isinf(row.reachable):
        year, quarter = divmod(int(row.reachable), len(QUARTERS))
        month = f"{case.settings.years[0] + year}-{(quarter + 1) * MONTHS_PER_QUARTER:02d}"
        return case.with_table("tasks", rows.assign(deadline=rows["deadline"].where(~here, month)))
    asked = rows["task"].map(required(case)) & ~here
    needed = replace(case, settings=case.settings.model_copy(update={"tasks": "needed"}))
    return needed.with_table("tasks", rows.assign(required=asked))
