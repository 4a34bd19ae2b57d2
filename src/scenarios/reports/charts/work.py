"""Tasks: on the calendar with their deadlines, and as a net of those that wait for each other."""

from __future__ import annotations

from typing import Any

import pandas as pd

from scenarios.case import Case
from scenarios.frames import records
from scenarios.plan import Plan
from scenarios.reports.charts.description import Gantt, Network
from scenarios.reports.format import width
from scenarios.tasks import critical_path, reduced
from scenarios.words import language, name_column, say

COLUMN = 11  #: letters of a terminal that fit into a quarter of the net
LONGEST = 34  #: letters of a name beside the calendar before it is cut
WIDEST = 46  #: and of one in the net
MANY = 70  #: tasks above which the calendar shows numbered works


def cut(text: str, longest: int = LONGEST) -> str:
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
    rows = rows.assign(label=rows["label"].map(cut))
    note = say("Diamond: deadline. Orange: critical, no slack in any plan.")
    if many:
        note = say("A numbered work from the start of its first task to the end of its last one.") + " " + note
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
    """The tasks of the plan that wait for others or that others wait for, each at its time, chains kept together."""
    rows = {row["task"]: row for row in records(_rows(case, plan))}
    pairs = [(a, b) for a, b, _ in reduced(case) if a in rows and b in rows]
    chains = _chains(pairs)
    path = critical_path(case)
    steps = set(zip(path, path[1:], strict=False))
    nodes: list[dict[str, Any]] = []
    top = 0
    for chain in chains:
        ends: list[float] = []
        for row in sorted((rows[task] for task in chain), key=lambda row: (row["start"], row["finish"], row["task"])):
            label = cut(f"{row['task']} {row['label']}", WIDEST)
            line = next((number for number, end in enumerate(ends) if end <= row["start"]), len(ends))
            ends[line : line + 1] = [max(row["finish"], row["start"] + width(label) / COLUMN) + 0.1]
            nodes.append(row | {"label": label, "line": top + line, "critical": row["task"] in path})
        top += len(ends)
    links = [{"before": a, "after": b, "critical": (a, b) in steps} for a, b in pairs]
    return Network(
        name="network",
        title=say("Tasks that wait for each other"),
        rows=pd.DataFrame(nodes, columns=["task", "label", "start", "finish", "line", "critical"]),
        periods=case.calendar.periods,
        links=pd.DataFrame(links, columns=["before", "after", "critical"]),
        note=say("Each task from its start to its end; orange: the longest chain. Tasks without order are not shown."),
    )


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
