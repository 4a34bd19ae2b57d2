"""The task graph: order, cycles, time windows, slack and the critical path. Times are places of quarters."""

from __future__ import annotations

from math import ceil

import networkx as nx
import pandas as pd

from scenarios.case import MONTHS_PER_QUARTER, QUARTERS, Case, cached
from scenarios.frames import records

MONTHS = MONTHS_PER_QUARTER * len(QUARTERS)  #: of a year
BEFORE = ("finish_to_start", "standard_before")  #: relations between two tasks that order them in time


def quarters(months: int) -> int:
    """Whole quarters that hold a number of months. [quarters]"""
    return ceil(months / MONTHS_PER_QUARTER)


@cached
def required(case: Case) -> dict[str, bool]:
    """Whether a task is done in every plan, as its row or the scenario says."""
    rows = case["tasks"]
    if case.settings.tasks == "needed":
        return dict(zip(rows["task"], map(bool, rows["required"]), strict=True))
    return dict.fromkeys(rows["task"], case.settings.tasks == "all")


@cached
def graph(case: Case) -> nx.DiGraph:
    """Tasks as nodes (duration, release, deadline, required), orders between tasks as edges (lag). [quarters]"""
    calendar = case.calendar
    result = nx.DiGraph()
    for task in case["tasks"].to_dict("records"):
        duration = quarters(task["duration"])
        release = max(0, calendar.place_of_month(task["earliest"])) + max(duration - 1, 0)
        result.add_node(
            task["task"],
            duration=duration,
            release=release,
            required=required(case)[task["task"]],
            deadline=min(calendar.place_of_month(task["deadline"]), len(calendar.periods) - 1),
        )
    for order in case["order"].to_dict("records"):
        if order["relation"] in BEFORE and order["before"] in result and order["after"] in result:
            lag = max(quarters(order["lag"]), result.edges.get((order["before"], order["after"]), {}).get("lag", 0))
            result.add_edge(order["before"], order["after"], lag=lag)
    return result


def find_cycle(case: Case) -> list[str]:
    """Tasks that wait for each other in a ring, in order; empty when the order can be kept."""
    try:
        return [before for before, _ in nx.find_cycle(graph(case))]
    except nx.NetworkXNoCycle:
        return []


@cached
def windows(case: Case) -> pd.DataFrame:
    """When each task can and must be finished. Index: task. Columns: earliest, latest, slack, critical, feasible.

    ``earliest`` and ``latest`` are places of the quarter in which the task finishes; it is critical without slack.
    """
    order = graph(case)
    earliest: dict[str, int] = {}
    latest: dict[str, int] = {}
    for task in nx.topological_sort(order):
        after = [
            earliest[p] + order.edges[p, task]["lag"] + order.nodes[task]["duration"] for p in order.predecessors(task)
        ]
        earliest[task] = max([order.nodes[task]["release"], *after])
    for task in reversed(list(nx.topological_sort(order))):
        before = [latest[s] - order.edges[task, s]["lag"] - order.nodes[s]["duration"] for s in order.successors(task)]
        latest[task] = min([order.nodes[task]["deadline"], *before])
    table = pd.DataFrame({"earliest": earliest, "latest": latest}).rename_axis("task").reindex(case["tasks"]["task"])
    return table.assign(
        slack=table["latest"] - table["earliest"],
        critical=table["latest"] <= table["earliest"],
        feasible=[earliest[task] <= order.nodes[task]["deadline"] for task in table.index],
    )


def soonest(case: Case) -> dict[str, str]:
    """The month by whose end each task can be done, counted in months: the plan counts in whole quarters."""
    order, duration = graph(case), case.column("tasks", "duration")
    begin = {
        task: max(months(f"{case.calendar.years[0]}-01"), months(month))
        for task, month in case.column("tasks", "earliest").items()
    }
    lags: dict[tuple[str, str], int] = {}
    for row in records(case["order"]):
        pair = row["before"], row["after"]
        if row["relation"] in BEFORE and order.has_edge(*pair):
            lags[pair] = max(lags.get(pair, 0), row["lag"])
    free: dict[str, int] = {}
    for task in nx.topological_sort(order):
        waits = [free[before] + lags[before, task] for before in order.predecessors(task)]
        free[task] = max([begin[task], *waits]) + duration[task]
    last = {task: max(free[task] - 1, begin[task]) for task in begin}
    return {task: f"{number // MONTHS:04d}-{number % MONTHS + 1:02d}" for task, number in last.items()}


def months(month: str) -> int:
    """A month such as ``2018-03`` as a number."""
    return int(month[:4]) * MONTHS + int(month[5:]) - 1


@cached
def gates(case: Case) -> frozenset[str]:
    """Tasks that something waits for: a measure, a supply, a ban, or another such task."""
    measures = set(case["measures"]["measure"])
    rows = case["order"]
    direct = set(case["enables"]["task"]) | (set(case["supply"]["task"]) - {""})
    direct |= set(rows.loc[rows["relation"].isin(BEFORE) & rows["after"].isin(measures), "before"])
    direct |= set(rows.loc[rows["relation"] == "ban_after", "before"])
    order = graph(case)
    return frozenset(direct.union(*(nx.ancestors(order, task) for task in direct if task in order)))


def late_tasks(case: Case) -> dict[str, list[str]]:
    """Tasks whose own deadline cannot be met, each with the chain of tasks that makes it late, first to last."""
    order, table = graph(case), windows(case)
    chains = {}
    for task in table.index[~table["feasible"]]:
        chain = [task]
        while True:
            first = chain[0]
            pushing = [
                before
                for before in order.predecessors(first)
                if table.loc[before, "earliest"] + order.edges[before, first]["lag"] + order.nodes[first]["duration"]
                == table.loc[first, "earliest"]
            ]
            if not pushing or table.loc[first, "earliest"] == order.nodes[first]["release"]:
                break
            chain.insert(0, pushing[0])
        chains[task] = chain
    return chains


def shortening_tasks(case: Case, late: str, months: int) -> list[str]:
    """The tasks each of which lets a late task keep its deadline when it takes so many months less."""
    rows = case["tasks"]
    if windows(case).loc[late, "feasible"]:
        return []
    found = []
    for task in rows.loc[
        rows["task"].isin(nx.ancestors(graph(case), late) | {late}) & (rows["duration"] >= months), "task"
    ]:
        less = rows.assign(duration=rows["duration"] - months * (rows["task"] == task))
        if windows(case.with_table("tasks", less)).loc[late, "feasible"]:
            found.append(str(task))
    return found


def critical_path(case: Case) -> list[str]:
    """The chain of tasks that takes longest, in order."""
    order = graph(case)
    weighted = nx.DiGraph()
    for before, after, lag in order.edges(data="lag"):
        weighted.add_edge(before, after, weight=lag + order.nodes[after]["duration"])
    for task in order:
        weighted.add_edge("", task, weight=order.nodes[task]["duration"])
    return [task for task in nx.dag_longest_path(weighted) if task]


def transitive_reduction(case: Case) -> list[tuple[str, str, int]]:
    """Orders between tasks that no chain of other orders already implies. (before, after, lag in quarters)"""
    order = graph(case)
    kept = nx.transitive_reduction(order).edges
    return [
        (before, after, lag) for before, after, lag in order.edges(data="lag") if (before, after) in kept or lag > 0
    ]
