"""Tasks, their windows and the critical path."""

from __future__ import annotations

import pandas as pd

from scenarios.case import Case
from scenarios.frames import labelled_rows, records
from scenarios.reports.format import grid
from scenarios.tasks import critical_path, graph, late_tasks, required, windows
from scenarios.words import language, name_column, say


def tasks_text(case: Case) -> str:
    """When each task can and must be finished, and the chain that takes longest."""
    table = windows(case)
    tasks = case["tasks"].set_index("task")
    names, periods = tasks[name_column()], case.calendar.periods
    leads = case.names("departments", language())

    def quarter(place: int) -> str:
        return (
            periods[place]
            if 0 <= place < len(periods)
            else say("after the plan")
            if place >= len(periods)
            else say("before the plan")
        )

    rows = [
        [
            str(task),
            names[task],
            leads[tasks.loc[task, "lead"]],
            say("required") if required(case)[str(task)] else "",
            quarter(int(row["earliest"])),
            quarter(int(row["latest"])),
            str(int(row["slack"])),
            say("cannot be kept") if row["latest"] < row["earliest"] else say("critical") if row["critical"] else "",
        ]
        for task, row in labelled_rows(table)
    ]
    path = " → ".join(f"{task} {names[task]}" for task in critical_path(case))
    shown = grid(
        ["task", "name", "lead department", "", "earliest finish", "latest finish", "slack [quarters]", ""],
        rows,
        left=4,
    )
    return "\n".join([shown, "", _verdict(case), say("Longest chain: {path}", path=path)])


def _verdict(case: Case) -> str:
    """The deadlines that cannot be kept, each with the chain of tasks, their clauses and what each needs."""
    chains = late_tasks(case)
    if not chains:
        return say("Every deadline can be kept.")
    tasks, order, periods = case["tasks"].set_index("task"), graph(case), case.calendar.periods
    finish = windows(case)["earliest"].to_dict()
    clauses = {(row["before"], row["after"]): row["clause"] for row in records(case["order"])}
    lines = []
    for task, chain in chains.items():
        earliest = finish[task]
        within = earliest < len(periods)
        text = (
            say(
                "{task} {name} is due {deadline} but cannot be done before the end of {when}:",
                **_due(tasks, task),
                when=periods[earliest],
            )
            if within
            else say("{task} {name} is due {deadline} but cannot be done within the plan:", **_due(tasks, task))
        )
        lines.append(text)
        for number, step in enumerate(chain):
            line = say(
                "{task} {name}: from {earliest}, {duration} months",
                task=step,
                name=tasks.loc[step, name_column()],
                earliest=tasks.loc[step, "earliest"],
                duration=tasks.loc[step, "duration"],
            )
            if number:
                before = chain[number - 1]
                lag = order.edges[before, step]["lag"]
                waits = say("waits for {task} (clauses {clauses})", task=before, clauses=clauses[before, step])
                line += "; " + waits + (f" +{lag}" if lag else "")
            lines.append("    " + line)
    return "\n".join(lines)


def _due(tasks: pd.DataFrame, task: str) -> dict[str, object]:
    return {"task": task, "name": tasks.loc[task, name_column()], "deadline": tasks.loc[task, "deadline"]}
