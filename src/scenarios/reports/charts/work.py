"""Tasks: on the calendar with their deadlines, and as a net of those that wait for each other."""

from __future__ import annotations

from typing import Any

import pandas as pd

from scenarios.case import Case
from scenarios.frames import records
from scenarios.plan import Plan
from scenarios.reports.charts.description import Gantt, Network
from scenarios.reports.format import join_sentences, width
from scenarios.tasks import critical_path, transitive_reduction
from scenarios.words import language, name_column, say

LONGEST = 56  #: letters of a name beside the calendar before it is cut
WIDEST = 60  #: and of one in the net
PAGE = 60  #: tasks of the net that fit on a page
MANY = 70  #: tasks above which the calendar shows numbered works


def truncated(text: str, longest: int = LONGEST) -> str:
    """A name that fits."""
    if width(text) <= longest:
        return text
    while width(text) >= longest:
        text = text[:-1]
    return text.rstrip() + "…"


def gantt(case: Case, plan: Plan) -> Gantt:
    """Every task the plan does; for a city with very many, every numbered work from its first to its last task."""
    rows = _rows(case, plan)
    works = case["works"].set_index("number")[name_column()]
    many = len(rows) > MANY and len(works) > 0
    if many:
        labels = rows["number"].map(works).fillna("")
        grouped = rows.assign(label=rows["number"].astype(str) + " " + labels).groupby("number")
        rows = grouped.agg(
            label=("label", "first"),
            start=("start", "min"),
            finish=("finish", "max"),
            deadline=("deadline", "max"),
            critical=("critical", "any"),
            count=("task", "size"),
        ).reset_index()
        rows = rows.assign(task=rows["number"].astype(str), group="")
    else:
        rows = rows.assign(label=rows["task"] + " " + rows["label"], group=rows["number"].astype(str))
    rows = rows.assign(label=rows["label"].map(truncated))
    note = say("Diamond: deadline. Orange and hatched: critical, no slack in any plan.")
    if many:
        note = join_sentences(
            [say("A numbered work from the start of its first task to the end of its last one."), note]
        )
    return Gantt(
        name="gantt",
        title=say("Works on the calendar") if many else say("Tasks on the calendar"),
        rows=rows[["task", "label", "group", "start", "finish", "deadline", "critical"]],
        periods=case.calendar.periods,
        note=note,
    )


def _rows(case: Case, plan: Plan) -> pd.DataFrame:
    """The tasks that are done, by number: task, label, number, start, finish, deadline (places), critical."""
    place, names = case.calendar.position, case.names("tasks", language())
    number = case["tasks"].set_index("task")["number"]
    found = [
        {
            "task": row["task"],
            "label": names[row["task"]],
            "number": int(number[row["task"]]),
            "start": place[row["start"]],
            "finish": place[row["finish"]] + 1,
            "deadline": place.get(row["deadline"], len(place) - 1) + 1,
            "critical": bool(row["critical"]),
        }
        for row in records(plan.schedule)
        if isinstance(row["finish"], str)
    ]
    columns = ["task", "label", "number", "start", "finish", "deadline", "critical"]
    return pd.DataFrame(found, columns=columns).sort_values(["number", "task"], ignore_index=True)


def network(case: Case, plan: Plan) -> Network:
    """The tasks of the plan that wait for others or that others wait for, a line each, chains kept together.

    Of a city with very many, the chain with the critical path and the longest of the others are shown.
    """
    rows = {row["task"]: row for row in records(_rows(case, plan))}
    pairs = [(a, b) for a, b, _ in transitive_reduction(case) if a in rows and b in rows]
    path = critical_path(case)
    every = sorted(_chains(pairs), key=lambda chain: not set(path) & set(chain))
    chains = _fitting(every)
    nodes: list[dict[str, Any]] = []
    for chain in sorted(chains, key=lambda chain: min(rows[task]["start"] for task in chain)):
        for task in ordered_chain(chain, pairs, rows):
            label = truncated(f"{task} {rows[task]['label']}", WIDEST)
            nodes.append(rows[task] | {"label": label, "line": len(nodes), "critical": task in path})
    shown, steps = {row["task"] for row in nodes}, set(zip(path, path[1:], strict=False))
    links = [{"before": a, "after": b, "critical": (a, b) in steps} for a, b in pairs if a in shown]
    note = [say("Each task from its start to its end, arrows to what waits for it.")]
    if shown & set(path):
        note.append(say("Orange and thick: the longest chain."))
    left = sum(map(len, every)) - len(nodes)
    note.append(say("{count} tasks in shorter chains are not shown.", count=left) if left else "")
    note.append(say("Tasks without order are not shown."))
    return Network(
        name="network",
        title=say("Tasks that wait for each other"),
        rows=pd.DataFrame(nodes, columns=["task", "label", "start", "finish", "line", "critical"]),
        periods=case.calendar.periods,
        links=pd.DataFrame(links, columns=["before", "after", "critical"]),
        note=join_sentences(note),
    )


def _fitting(chains: list[list[str]]) -> list[list[str]]:
    """The first chains that fill a page at most, and the first one whatever its length."""
    kept, tasks = chains[:1], len(chains[0]) if chains else 0
    for chain in chains[1:]:
        if tasks + len(chain) <= PAGE:
            kept, tasks = [*kept, chain], tasks + len(chain)
    return kept


def ordered_chain(chain: list[str], pairs: list[tuple[str, str]], rows: dict[str, dict[str, Any]]) -> list[str]:
    """The tasks of a chain from the top down: each after all it waits for, as near to the last of them as can be."""

    def latest_first(tasks: list[str]) -> list[str]:
        return sorted(tasks, key=lambda task: (rows[task]["start"], rows[task]["finish"], task), reverse=True)

    waiting = {task: {before for before, after in pairs if after == task} for task in chain}
    ready = latest_first([task for task in chain if not waiting[task]])
    found: list[str] = []
    while ready:
        task = ready.pop()
        found.append(task)
        followers = [after for before, after in pairs if before == task]
        for after in followers:
            waiting[after].discard(task)
        ready += latest_first([after for after in followers if not waiting[after]])
    return found


def _chains(pairs: list[tuple[str, str]]) -> list[list[str]]:
    """Tasks that hang together, the largest group first."""
    group = {task: {task} for pair in pairs for task in pair}
    for before, after in pairs:
        if group[before] is not group[after]:
            joined = group[before] | group[after]
            for task in joined:
                group[task] = joined
    unique = {id(members): sorted(members) for members in group.values()}
    return sorted(unique.values(), key=lambda members: (-len(members), members))
