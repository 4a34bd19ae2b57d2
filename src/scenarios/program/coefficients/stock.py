"""Calendar, technologies and their stock."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from scenarios.case import Case
from scenarios.frames import each_row, entries
from scenarios.inventory import shares
from scenarios.program.pooling import Pools
from scenarios.stocks import growth as quarterly_growth
from scenarios.stocks import quarterly_wear


def calendar(case: Case, pools: Pools, c: Any) -> dict[str, Any]:
    """Quarters, years, and what lies before, within and until each."""
    periods = case.calendar.periods

    def periods_before(period: str, wait: int) -> str | None:
        place = case.calendar.position[period] - wait
        return periods[place] if place >= 0 else None

    return {
        "minimise": case.settings.minimise,
        "periods": periods,
        "years": case.settings.years,
        "later_periods": periods[1:],
        "position": case.calendar.position,
        "previous": {period: periods[place - 1] if place else None for place, period in enumerate(periods)},
        "periods_of": {year: case.calendar.of_year(year) for year in case.settings.years},
        "periods_until": {period: periods[: place + 1] for place, period in enumerate(periods)},
        "periods_before": periods_before,
    }


def technologies(case: Case, pools: Pools, c: Any) -> dict[str, Any]:
    """Activities, their technologies and sectors, and the segments: a pool of areas and an activity."""
    activity_of = case.column("technologies", "activity")
    of_activity = defaultdict(list)
    for technology, activity in activity_of.items():
        of_activity[activity].append(technology)
    sector_of = case.column("activities", "sector")
    pools_of = defaultdict(list)
    for a, s in pools.members:
        pools_of[s].append(a)
    return {
        "activity_of": activity_of,
        "sector_of": sector_of,
        "technologies_of": of_activity,
        "segments": tuple(pools.members),
        "pools_of": pools_of,
        "quantity": pools.quantity,
    }


def stock(case: Case, pools: Pools, c: Any) -> dict[str, Any]:
    """Stock at the start, and the share that wears out and what replaces it. [activity unit, 1/quarter]"""
    share = shares(case, case.settings.start_year).to_dict()
    cells = tuple((a, k) for a, s in c.segments for k in c.technologies_of[s])
    wear: dict[str, float] = defaultdict(float)
    replaces: dict[tuple[str, str], list[tuple[str, float]]] = {cell: [] for cell in cells}
    for (worn, into), rate in entries(quarterly_wear(case)):
        wear[worn] += rate
        for a in c.pools_of[c.activity_of[worn]] if rate else ():
            replaces[a, into].append((worn, rate))
    start = {
        (a, k): pools.quantity[a, s] * share.get((next(iter(pools.members[a, s])), k), 0.0)
        for a, s in c.segments
        for k in c.technologies_of[s]
    }
    return {"cells": cells, "wear": wear, "replaces": replaces, "start": start}


def growth(case: Case, pools: Pools, c: Any) -> dict[str, Any]:
    """What grows without any measure. [activity unit per quarter]"""
    grown: dict[tuple[str, str, str], float] = defaultdict(float)
    pool_of = {(area, s): a for (a, s), areas in pools.members.items() for area in areas}
    for row in each_row(quarterly_growth(case)):
        pool = pool_of[row.area, c.activity_of[row.technology]]
        for period in case.calendar.of_year(row.year):
            grown[pool, row.technology, period] += row.growth
    return {"growth": grown}
