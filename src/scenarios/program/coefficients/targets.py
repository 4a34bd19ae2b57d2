"""Targets and commitments: what each one that must be kept counts, and the relation it keeps."""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Callable
from math import ceil
from typing import Any

from scenarios import commitments as promised
from scenarios.case import Case
from scenarios.days import KINDS, mean_for
from scenarios.frames import records
from scenarios.inventory import in_scope
from scenarios.program.pooling import Pools
from scenarios.targets import Target, limits, target_periods

RELATIONS: dict[str, Callable[[Any, Any], Any]] = {"<=": operator.le, ">=": operator.ge}
Segments = dict[tuple[str, str], None]


def targets(case: Case, pools: Pools, c: Any) -> dict[str, Any]:
    """What each enforced target counts, and the relation it keeps."""
    table = limits(case).reset_index()
    enforced = {target["target"]: target for target in records(table[table["enforced"]])}
    inside = {name: _segments(case, pools, c, target) for name, target in enforced.items()}

    def keeps(name: str, amount: Any) -> Any:
        return RELATIONS[enforced[name]["operator"]](amount, enforced[name]["limit"])

    kinds: dict[str, list[str]] = defaultdict(list)
    for name, target in enforced.items():
        kinds[target["indicator"]].append(name)
    return {
        "emission_targets": tuple(kinds["emission"]),
        "concentration_targets": tuple(kinds["concentration"]),
        "days_targets": tuple(name for kind in KINDS for name in kinds[kind]),
        "fuel_targets": tuple(kinds["fuel"]),
        "share_targets": tuple(kinds["share"]),
        "converted_targets": tuple(kinds["converted"]),
        "target_sources": {
            name: [source for source in c.emitted if source[:2] in inside[name] and source[2] == target["subject"]]
            for name, target in enforced.items()
        },
        "target_burners": {name: _burners(case, c, target, inside[name]) for name, target in enforced.items()},
        "keeps": keeps,
        "relation": {name: RELATIONS[target["operator"]] for name, target in enforced.items()},
        "target_limit": {name: target["limit"] for name, target in enforced.items()},
        "target_periods": {name: c.periods_of[target["year"]] for name, target in enforced.items()},
        "target_span": {name: target_periods(case, target) for name, target in enforced.items()},
        "target_air": {name: (target["area"], target["subject"], target["year"]) for name, target in enforced.items()},
        "mean_at_most": {
            name: mean_for(
                case, target["indicator"], target["area"], target["subject"], target["year"], target["limit"]
            )
            for name, target in enforced.items()
            if target["indicator"] in KINDS
        },
        "target_cells": {name: _cells(case, pools, c, enforced[name]) for name in kinds["share"]},
        "target_moves": {name: _moves(case, pools, c, enforced[name]) for name in kinds["converted"]},
    }


def commitments(case: Case, pools: Pools, c: Any) -> dict[str, Any]:
    """What each commitment counts when commitments are kept, and what a plan that does nothing else may do."""
    kept = case.settings.commitments != "ignored"
    rows = {row["commitment"]: row for row in records(promised.amounts(case).reset_index())} if kept else {}
    shares = {name: row for name, row in rows.items() if row["kind"] == "share"}
    counted = {name: row for name, row in rows.items() if row["kind"] == "converted"}
    moves = {name: _moves(case, pools, c, row) for name, row in counted.items()}
    only: dict[str, list[tuple[str, str]]] = {}
    if case.settings.commitments == "exact":
        free = promised.named_measures(case).free
        only = {name: [move for move in moves[name] if move[1] not in free] for name in moves}
    return {
        "share_commitments": tuple(shares),
        "converted_commitments": tuple(counted),
        "exact_commitments": tuple(name for name, some in only.items() if some),
        "commitment_relation": {name: RELATIONS[row["operator"]] for name, row in rows.items()},
        "commitment_limit": {name: row["limit"] for name, row in rows.items()},
        "commitment_span": {name: promised.periods(case, row) for name, row in rows.items()},
        "commitment_cells": {name: _cells(case, pools, c, row) for name, row in shares.items()},
        "commitment_moves": moves,
        "exact_moves": only,
        "exact_limit": {name: _whole(c, some, rows[name]["limit"]) for name, some in only.items() if some},
    }


def _whole(c: Any, moves: list[tuple[str, str]], limit: float) -> float:
    """The limit, rounded up to whole projects. [activity unit]"""
    largest = max(c.lot.get(m, 0.0) for _, m in moves)
    return ceil(limit / largest - 1e-9) * largest if largest else limit


def _segments(case: Case, pools: Pools, c: Any, target: Target) -> Segments:
    """Pool and activity of all that a target counts, in the order of the segments."""
    activities = case["activities"][["activity", "sector"]]
    counted = set(activities.loc[in_scope(activities, target["sectors"], target["excluded"]), "activity"])
    return dict.fromkeys((a, s) for a, s in c.segments if s in counted and _within(case, pools, (a, s), target["area"]))


def _within(case: Case, pools: Pools, segment: tuple[str, str], area: str) -> bool:
    return area == case.settings.city or set(pools.members[segment]) == {area}


def _cells(case: Case, pools: Pools, c: Any, goal: Target) -> list[tuple[str, str, float]]:
    """Pool and technology of the activities of some technologies, and what a unit adds to share less limit. [1/unit]"""
    wanted = set(goal["subject"].split())
    activities = {c.activity_of[k] for k in wanted}
    cells = [
        (a, k)
        for a, k in c.cells
        if c.activity_of[k] in activities and _within(case, pools, (a, c.activity_of[k]), goal["area"])
    ]
    whole = sum(c.quantity[segment] for segment in dict.fromkeys((a, c.activity_of[k]) for a, k in cells))
    return [(a, k, ((k in wanted) - goal["limit"]) / whole) for a, k in cells]


def _moves(case: Case, pools: Pools, c: Any, goal: Target) -> list[tuple[str, str]]:
    """Pool and measure of some measures."""
    leaves = dict(zip(case["measures"]["measure"], case["measures"]["from_technology"], strict=True))
    return [
        (a, m)
        for m in goal["subject"].split()
        for a in c.areas_of[m]
        if _within(case, pools, (a, c.activity_of[leaves[m]]), goal["area"])
    ]


def _burners(case: Case, c: Any, target: Target, inside: Segments) -> list[tuple[str, str, str, float]]:
    """Pool, technology, activity and fuel use of one unit of all that burns the target's fuels."""
    burning = records(case["fuel_use"][case["fuel_use"]["fuel"].isin(str(target["subject"]).split())])
    return [
        (a, row["technology"], s, row["use"])
        for a, s in inside
        for row in burning
        if c.activity_of[row["technology"]] == s
    ]
