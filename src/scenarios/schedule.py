"""The schedule: tasks a plan needs, each as early as its predecessors allow unless its date matters."""

from __future__ import annotations

import networkx as nx
import pandas as pd

from scenarios.accounting import Decisions
from scenarios.case import Case
from scenarios.frames import where
from scenarios.tasks import BEFORE, graph, windows


def needed_tasks(case: Case, decisions: Decisions) -> set[str]:
    """Tasks that are required, open the way for what is converted or supplied, or come before such a task."""
    order = graph(case)
    used = set(decisions.conversions["measure"].unique())
    rows = case["order"]
    wanted = {task for task in order if order.nodes[task]["required"]}
    wanted |= set(case["enables"].loc[case["enables"]["measure"].isin(used), "task"])
    wanted |= set(rows.loc[rows["after"].isin(used) & rows["relation"].isin(BEFORE), "before"])
    wanted |= set(case["supply"]["task"])
    kept = wanted & set(decisions.done)
    for task in reversed(list(nx.topological_sort(order))):
        if not kept.isdisjoint(order.successors(task)):
            kept.add(task)
    return kept & set(decisions.done)


def tidy(case: Case, decisions: Decisions) -> Decisions:
    """The same plan without tasks nobody needs, and with tasks that cost nothing done as early as they can be."""
    order = graph(case)
    keep = needed_tasks(case, decisions)
    dated = set(case["tasks"][case["tasks"]["cost"] > 0]["task"]) | set(
        where(case["order"], relation="ban_after")["before"]
    )
    done: dict[str, str] = {}
    for task in nx.topological_sort(order):
        if task not in keep:
            continue
        if task in dated:
            done[task] = decisions.done[task]
            continue
        after = [
            case.calendar.position[done[p]] + order.edges[p, task]["lag"] + order.nodes[task]["duration"]
            for p in order.predecessors(task)
        ]
        done[task] = case.calendar.periods[max([order.nodes[task]["release"], *after])]
    return Decisions(decisions.conversions, done)


def schedule(case: Case, done: dict[str, str]) -> pd.DataFrame:
    """Start, finish, deadline and slack of every task; tasks the plan does without have neither start nor finish."""
    order, table, periods = graph(case), windows(case), case.calendar.periods
    rows = []
    for task in case["tasks"]["task"]:
        deadline = periods[max(0, order.nodes[task]["deadline"])]
        if task not in done:
            rows.append(
                {"task": task, "start": None, "finish": None, "deadline": deadline, "slack": None, "critical": False}
            )
            continue
        finish = case.calendar.position[done[task]]
        after = [
            case.calendar.position[done[s]] - order.edges[task, s]["lag"] - order.nodes[s]["duration"]
            for s in order.successors(task)
            if s in done
        ]
        slack = min([order.nodes[task]["deadline"], *after]) - finish
        start = periods[max(0, finish - max(order.nodes[task]["duration"] - 1, 0))]
        rows.append(
            {
                "task": task,
                "start": start,
                "finish": periods[finish],
                "deadline": deadline,
                "slack": slack,
                "critical": bool(table.loc[task, "critical"]),
            }
        )
    names = ["task", "start", "finish", "deadline", "slack", "critical"]
    return pd.DataFrame(rows, columns=names).astype({"slack": "Int64"})
