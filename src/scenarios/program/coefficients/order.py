"""Tasks, and the orders between tasks and measures."""

from __future__ import annotations

from collections import defaultdict
from math import inf
from typing import Any

import numpy as np

from scenarios.case import Case
from scenarios.frames import each_row, records
from scenarios.program.pooling import Pools
from scenarios.tasks import BEFORE, quarters, transitive_reduction, windows
from scenarios.tasks import required as required_tasks

ROUNDING = 1e-12  #: part of what can be reached below which a difference is none [1]
TOGETHER = ""  #: the gate of all enabling tasks of a measure, whose capacities add up


def tasks(case: Case, pools: Pools, c: Any) -> dict[str, Any]:
    """Windows, deadlines and waits of tasks. [quarters]"""
    table = windows(case)
    tasks = tuple(case["tasks"]["task"])
    required = required_tasks(case)
    last = len(c.periods) - 1
    deadlines = [min(max(case.calendar.place_of_month(month), 0), last) for month in case["tasks"]["deadline"]]
    durations = {task: quarters(months) for task, months in zip(tasks, case["tasks"]["duration"], strict=True)}
    return {
        "tasks": tasks,
        "earliest_finish": table["earliest"].to_dict(),
        "required_tasks": tuple(t for t in tasks if required[t]),
        "optional_tasks": tuple(t for t in tasks if not required[t]),
        "deadline": {task: c.periods[place] for task, place in zip(tasks, deadlines, strict=True)},
        "waits": tuple((before, after, lag + durations[after]) for before, after, lag in transitive_reduction(case)),
    }


def permits(case: Case, pools: Pools, c: Any) -> dict[str, Any]:
    """Which tasks measures wait for, which measures lead others, which tasks ban a technology."""
    permits, followers, bans = [], [], []
    for row in records(case["order"]):
        before, after = row["before"], row["after"]
        if row["relation"] in BEFORE and after in c.areas_of and before in c.tasks:
            permits.append((before, after))
        elif row["relation"] == "share":
            followers += [(a, before, after) for a in c.areas_of[after] if (a, before) in c.potential]
        elif row["relation"] == "ban_after":
            bans += [(before, a, after) for a in c.pools_of[c.activity_of[after]]]
    return {
        "permits": tuple(dict.fromkeys(permits)),
        "followers": tuple(dict.fromkeys(followers)),
        "bans": tuple(dict.fromkeys(bans)),
        "stock_at_most": {(a, k): 2 * pools.quantity[a, c.activity_of[k]] for _, a, k in bans},
    }


def enablers(case: Case, pools: Pools, c: Any) -> dict[str, Any]:
    """The capacity tasks open for measures, and what the pace can reach. [activity unit]"""
    enablers = defaultdict(list)
    for row in each_row(case["enables"]):
        enablers[row.measure].append((row.task, row.capacity))
    quarter_reach: dict[tuple[str, str], float] = defaultdict(float)
    for (_, m, t), most in c.quarter_pace.items():
        quarter_reach[m, t] += most
    return {
        "enablers": enablers,
        "enabled_measures": tuple(m for m in enablers if c.areas_of[m]),
        "quarter_reach": quarter_reach,
    }


def gates(case: Case, pools: Pools, c: Any) -> dict[str, Any]:
    """What opens the way for a measure: its enabling tasks together, and each task it must wait for.

    ``opened``: (measure, gate, quarter) -> task, quarter, and what more can have been converted by the one quarter when
    the task is done in the other already, not only in the next. [activity unit]
    """
    tasks_of = {(m, TOGETHER): tuple(c.enablers[m]) for m in c.enabled_measures}
    tasks_of |= {(m, j): ((j, inf),) for j, m in c.permits}
    reach = _reach(c, tuple(dict.fromkeys(m for m, _ in tasks_of)))
    opened: dict[tuple[str, str, str], list[tuple[str, str, float]]] = {}
    for (m, gate), tasks in tasks_of.items():
        for j, capacity in tasks:
            within = np.minimum(capacity, reach[m])
            sooner = within - np.vstack([within[1:], np.zeros(len(c.periods))])
            for begun, until in np.argwhere(sooner > ROUNDING * within):
                more = c.periods[begun], float(sooner[begun, until])
                opened.setdefault((m, gate, c.periods[until]), []).append((j, *more))
    return {
        "gates": tuple(tasks_of),
        "opened": opened,
        "reachable": {(m, t): most for m, within in reach.items() for t, most in zip(c.periods, within[0].tolist())},
    }


def _reach(c: Any, measures: tuple[str, ...]) -> dict[str, np.ndarray]:
    """What each measure can convert between two quarters, both counted. Shape: first quarter, last quarter."""
    moves = [(a, m) for m in measures for a in c.areas_of[m]]
    potential = np.array([c.potential[move] for move in moves])
    reach = np.zeros((len(moves), len(c.periods), len(c.periods)))
    for y in c.years:
        pace = np.array([c.pace[a, m, y] for a, m in moves])
        here = np.array([[c.quarter_pace[a, m, t] * (t in c.periods_of[y]) for t in c.periods] for a, m in moves])
        for begun in range(len(c.periods)):
            since = here.reshape(-1, len(c.periods))[:, begun:].cumsum(axis=1)
            reach[:, begun, begun:] += np.minimum(since, pace[:, None])
    np.minimum(reach, potential[:, None, None], out=reach)
    total = np.zeros((len(measures), *reach.shape[1:]))
    np.add.at(total, np.repeat(np.arange(len(measures)), [len(c.areas_of[m]) for m in measures]), reach)
    return dict(zip(measures, total, strict=True))
