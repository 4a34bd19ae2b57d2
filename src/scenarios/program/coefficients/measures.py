"""Measures: where each can be taken, how far and how fast."""

from __future__ import annotations

from collections import defaultdict
from math import floor
from typing import Any

from scenarios import commitments
from scenarios.case import Case
from scenarios.frames import records
from scenarios.program.pooling import Pools

ABOVE_WHOLE = 1e-9  #: what a quotient may fall short of a whole number of projects by rounding [1]


def measures(case: Case, pools: Pools, c: Any) -> dict[str, Any]:
    """Moves (a pool of areas and a measure) and their potential. [activity unit]"""
    potential: dict[tuple[str, str], float] = {}
    into: dict[tuple[str, str], list[str]] = {cell: [] for cell in c.cells}
    leaving: dict[tuple[str, str], list[str]] = {cell: [] for cell in c.cells}
    areas_of = defaultdict(list)
    shares = pools.potential.to_dict()
    nothing_else = case.settings.commitments == "exact"
    taken = commitments.named_measures(case)
    for row in records(case["measures"]):
        m = row["measure"]
        if nothing_else and m not in taken.free | taken.counted:
            continue
        s = c.activity_of[row["from_technology"]]
        for a in c.pools_of[s]:
            share = shares.get((next(iter(pools.members[a, s])), m), 0.0)
            if not share > 0:
                continue
            potential[a, m] = share * pools.quantity[a, s]
            areas_of[m].append(a)
            leaving[a, row["from_technology"]].append(m)
            if row["to_technology"]:
                into[a, row["to_technology"]].append(m)
    return {
        "moves": tuple(potential),
        "areas_of": areas_of,
        "potential": potential,
        "moves_into": into,
        "moves_from": leaving,
    }


def projects(case: Case, pools: Pools, c: Any) -> dict[str, Any]:
    """Size of one project of the measures that come in projects, and how many fit the potential. [activity unit, 1]"""
    lot = {row["measure"]: row["lot"] for row in records(case["measures"]) if row["lot"] > 0}
    moves = tuple(move for move in c.moves if move[1] in lot)
    at_most = {(a, m): floor(c.potential[a, m] / lot[m] + ABOVE_WHOLE) for a, m in moves}
    return {"lot": lot, "lot_moves": moves, "lots_at_most": at_most}


def pace(case: Case, pools: Pools, c: Any) -> dict[str, Any]:
    """What a move can convert in a year and in a quarter. [activity unit]"""
    leaves = dict(zip(case["measures"]["measure"], case["measures"]["from_technology"], strict=True))
    rates = dict(zip(pools.pace.index, zip(pools.pace["share"], pools.pace["quarter_share"], strict=True), strict=True))
    yearly, quarterly, closed = {}, {}, _closed(case)
    for a, m in c.moves:
        segment = a, c.activity_of[leaves[m]]
        area, quantity = next(iter(pools.members[segment])), pools.quantity[segment]
        for year in c.years:
            share, quarter_share = rates[area, m, year]
            yearly[a, m, year] = share * quantity
            for t in c.periods_of[year]:
                quarterly[a, m, t] = share * quarter_share * quantity * ((m, t) not in closed)
    return {"pace": yearly, "quarter_pace": quarterly}


def _closed(case: Case) -> set[tuple[str, str]]:
    """Measures and quarters in which a plan that does nothing beyond its commitments does nothing."""
    if case.settings.commitments != "exact":
        return set()
    taken = commitments.named_measures(case)
    opened = {
        (m, t)
        for row in records(case["commitments"])
        if row["kind"] == "converted"
        for m in row["subject"].split()
        for t in commitments.periods(case, row)
    }
    return {(m, t) for m in taken.counted - taken.free for t in case.calendar.periods if (m, t) not in opened}
