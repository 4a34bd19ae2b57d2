"""The best plan when not everything can be kept: what must give way gives way, and the plan says by how much."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

import pandas as pd

from scenarios import commitments, targets
from scenarios.case import Case
from scenarios.conflict import Relaxation, relaxed_case
from scenarios.listening import Progress
from scenarios.plan import Plan
from scenarios.results import MET
from scenarios.solving import PROOF, InfeasibleError, solve

ROUNDS = 3  #: how often a way out that is not enough for whole tasks and projects is followed by another


class Elastic(NamedTuple):
    """A plan, and the rows that gave way for it: none when everything is kept."""

    plan: Plan
    relaxations: tuple[Relaxation, ...]


def solve_elastic(
    case: Case, *, gap: float = PROOF, time_limit: float | None = None, progress: Progress | None = None
) -> Elastic:
    """The least-cost plan of a case in which the least that must give way gives way.

    The plan is verified against the limits that could be kept; its tables hold it against the ones asked for. Raises
    InfeasibleError when nothing negotiable helps, and whatever ``solve`` raises.
    """
    given: dict[tuple[object, ...], Relaxation] = {}
    possible = case
    for _ in range(ROUNDS):
        try:
            plan = solve(possible, gap=gap, time_limit=time_limit, progress=progress)
        except InfeasibleError as error:
            least = error.conflict.ways[0].relaxations
            if least is None:
                raise
            possible = relaxed_case(possible, least)
            given = _together(given, least)
        else:
            return Elastic(_as_asked(case, plan) if given else plan, tuple(given.values()))
    return Elastic(_as_asked(case, solve(possible, gap=gap, time_limit=time_limit)), tuple(given.values()))


def _together(
    given: dict[tuple[object, ...], Relaxation], more: tuple[Relaxation, ...]
) -> dict[tuple[object, ...], Relaxation]:
    """Relaxations of one case and of the case they led to, counted from the first limits."""
    result = dict(given)
    for row in more:
        name = (row.equation, *row.index)
        before = given.get(name)
        result[name] = replace(row, limit=before.limit, price=before.price + row.price) if before else row
    return result


def _as_asked(case: Case, plan: Plan) -> Plan:
    """The plan with its targets and commitments held against what the case asks for."""
    asked = targets.limits(case)["limit"]
    rows = plan["targets"]
    held = _held(rows, rows["target"].map(asked), rows["met"].notna())
    promised = plan["commitments"]
    amounts = commitments.amounts(case)["limit"]
    kept = _held(promised, promised["commitment"].map(amounts), pd.Series(True, promised.index))
    return replace(plan, tables=MappingProxyType({**plan.tables, "targets": held, "commitments": kept}))


def _held(rows: pd.DataFrame, limit: pd.Series, computed: pd.Series) -> pd.DataFrame:
    """Rows held against other limits."""
    inside = targets.distance_inside(limit, rows["achieved"], rows["operator"])
    met = (inside >= -MET).astype(rows["met"].dtype)
    return rows.assign(value=limit.where(computed, rows["value"]), met=met.where(computed, rows["met"]))
