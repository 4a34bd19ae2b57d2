"""Tasks, and the orders between tasks and measures."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from scenarios.case import Case
from scenarios.frames import each_row, records
from scenarios.program.pooling import Pools
from scenarios.tasks import BEFORE, quarters, reduced, windows
from scenarios.tasks import required as required_tasks


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
        "waits": tuple((before, after, lag + durations[after]) for before, after, lag in reduced(case)),
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
    reachable = {
        (m, t): min(sum(quarter_reach[m, u] for u in c.periods_until[t]), sum(c.potential[a, m] for a in c.areas_of[m]))
        for m in c.areas_of
        for t in c.periods
    }
    return {
        "enablers": enablers,
        "enabled_measures": tuple(m for m in enablers if c.areas_of[m]),
        "quarter_reach": quarter_reach,
        "reachable": reachable,
    }
