"""Rows in a planner's terms: what a target, a supply, a budget or a deadline asks for, and what can be reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf, isnan
from typing import Any, cast

import numpy as np
import pandas as pd

from scenarios import commitments, costs, targets
from scenarios.case import Case
from scenarios.conflict.elastic import DEADLINES, Elastic
from scenarios.conflict.elastic_solver import ElasticSolution
from scenarios.days import days, mean_for
from scenarios.program.build import Name

Values = Mapping[Name, float]  #: column -> value
STOCK = "activity"  #: the variable that holds the stocks


@dataclass(frozen=True)
class LimitRow:
    """A row a planner can negotiate, and the limit it asks for; of a deadline the place of its quarter."""

    equation: str
    index: tuple[Any, ...]
    limit: float


@dataclass(frozen=True)
class Relaxation(LimitRow):
    """The nearest value that can be reached together with all that is kept, in the unit of the limit.

    A task that cannot be done within the planning years reaches infinity. ``price`` is how far the limit moves in parts
    of its size, in parts of the planning years for a deadline. [1]
    """

    reachable: float
    price: float

    @property
    def share(self) -> float:
        """How far the reachable value is from the limit, relative to the limit. [1]"""
        return (self.reachable - self.limit) / (abs(self.limit) or 1.0)


def limit_row(case: Case, name: Name) -> LimitRow:
    """What a row asks for."""
    return LimitRow(*name, _limit(case, name))


def size(case: Case, name: Name) -> float:
    """How large a row's limit is, as the equation counts it: 1 where a share is asked for. [unit of the row]"""
    if name[0].startswith("share"):
        return 1.0
    return abs(_mean_asked(case, name) if name[0] == "days_target" else _limit(case, name)) or 1.0


def relaxations(
    case: Case, program: Elastic, solution: ElasticSolution, values: Callable[[], Values]
) -> tuple[Relaxation, ...]:
    """What the rows that give way can reach, the one that moves most first; ``values`` are the program's columns."""
    found = [
        Relaxation(*name, _limit(case, name), _reachable(case, program, solution, name, values), price)
        for name, price in solution.slack.items()
    ]
    return tuple(sorted(found, key=lambda row: -row.price))


def stocks(values: Values, period: str) -> pd.DataFrame:
    """Stocks at the end of a quarter, technologies x pools."""
    rows = {index[:2]: value for (name, index), value in values.items() if name == STOCK and index[2] == period}
    return targets.by_area(pd.Series(rows).rename_axis(["area", "technology"]))


def _limit(case: Case, name: Name) -> float:
    equation, index = name
    if equation.endswith("_target"):
        return float(_target(case, name)["limit"])
    if equation.endswith("_commitment"):
        return float(_commitment(case, name)["limit"])
    if equation == "supply":
        rows = case["supply"]
        anyway = (rows["task"] == "") & (rows["fuel"] == index[0]) & (rows["year"] == index[1])
        return float(rows.loc[anyway, "quantity"].sum())
    if equation == "budget":
        rows = costs.budgets(case)
        return float(rows.loc[(rows["payer"] == index[0]) & (rows["year"] == index[1]), "amount"].sum())
    if equation == "money_in_all":
        return float(costs.money_at_most(case) or 0.0)
    if equation == "cost_in_all":
        return float(case.settings.cost_at_most or 0.0)
    return float(deadline(case, index[0]))


def deadline(case: Case, task: str) -> int:
    """Place of the quarter by whose end a task is to be done, within the planning years."""
    month = case["tasks"].set_index("task").loc[task, "deadline"]
    return min(max(case.calendar.place_of_month(str(month)), 0), len(case.calendar.periods) - 1)


def _target(case: Case, name: Name) -> targets.Target:
    """The target of a row, with its limit in the unit kept."""
    return cast("targets.Target", targets.limits(case).loc[name[1][0]].to_dict())


def _commitment(case: Case, name: Name) -> dict[str, Any]:
    """The commitment of a row, with its limit in the unit kept."""
    return cast("dict[str, Any]", commitments.amounts(case).loc[name[1][0]].to_dict())


def _mean_asked(case: Case, name: Name) -> float:
    """The annual mean that a target on days asks for. [ug/m3]"""
    row = _target(case, name)
    return mean_for(case, row["indicator"], row["area"], row["subject"], row["year"], row["limit"])


def _reachable(
    case: Case, program: Elastic, solution: ElasticSolution, name: Name, values: Callable[[], Values]
) -> float:
    equation, index = name
    if equation in DEADLINES:
        return _done_by(case, program, solution, name)
    moved = program.step[name] * solution.slack[name]
    if equation == "days_target":
        row = _target(case, name)
        mean = _mean_asked(case, name) + moved
        return days(case, row["indicator"], row["area"], row["subject"], row["year"], mean)
    if equation.startswith("share"):
        goal, periods = _share_asked(case, name)
        share = targets.standing_share(case, stocks(values(), periods[-1]), goal["subject"], goal["area"])
        return _limit(case, name) + moved if isnan(share) else share
    return _limit(case, name) + moved


def _share_asked(case: Case, name: Name) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The target or commitment on a share, and the quarters up to the one it is read in."""
    if name[0].endswith("_target"):
        goal = _target(case, name)
        return goal, targets.target_periods(case, goal)
    goal = _commitment(case, name)
    return goal, commitments.periods(case, goal)


def _done_by(case: Case, program: Elastic, solution: ElasticSolution, name: Name) -> float:
    """Place of the first quarter from the deadline on in which the task is done; infinity after the last one."""
    late = int(np.ceil(solution.values[list(program.slacks[name])] - 0.5).sum())
    place = deadline(case, name[1][0]) + late
    return float(place) if place < len(case.calendar.periods) else inf
