"""Tasks, their windows and the critical path."""

from __future__ import annotations

import pandas as pd

from scenarios.case import Case
from scenarios.frames import labelled_rows
from scenarios.reports.format import grid
from scenarios.tasks import critical_path, required, windows
from scenarios.words import name_column, say


def tasks_text(case: Case) -> str:
    """When each task can and must be finished, and the chain that takes longest."""
    table = windows(case)
    tasks = case["tasks"].set_index("task")
    names, periods = tasks[name_column()], case.calendar.periods

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
            tasks.loc[task, "lead"],
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
    return "\n".join([shown, "", _verdict(table), say("Longest chain: {path}", path=path)])


def _verdict(table: pd.DataFrame) -> str:
    late = table[table["slack"] < 0]
    if late.empty:
        return say("Every deadline can be kept.")
    return say(
        "{count} tasks cannot meet their own or a later deadline: {tasks}.",
        count=len(late),
        tasks=", ".join(map(str, late.index)),
    )
