"""Which tasks a what-if moves, in a line."""

from __future__ import annotations

from collections.abc import Mapping

from scenarios.case import Case
from scenarios.plan import Plan
from scenarios.problems import NAMELESS
from scenarios.reports.format import join_names, percent
from scenarios.words import language, say

TOP = 3  #: tasks that are named; the rest is counted


def how_made(case: Case, base: Plan, plan: Plan, kept: bool) -> str:
    """Whether a plan that answers a change keeps the schedule of tasks, and what planning anew could save at most."""
    moved = moves(base, plan, case.names("tasks", language())) if kept else []
    if plan.status == "stopped":
        how = say("the search was stopped; going on could save at most {gap}", gap=percent(plan.gap, 2))
    elif not kept:
        how = say("the tasks are planned anew")
    elif not moved:
        how = say(
            "the schedule of tasks is kept; planning the tasks anew (what-if --replan) could save at most {gap}",
            gap=percent(plan.gap, 2),
        )
    else:
        how = say(
            "the schedule is kept but for {moved}; planning all tasks anew (what-if --replan) could save at most {gap}",
            moved=join_names(
                moved if len(moved) <= TOP else [*moved[:TOP], say("{count} more", count=len(moved) - TOP)]
            ),
            gap=percent(plan.gap, 2),
        )
    return say("{name}: {meaning}", name=case.called(language()), meaning=how)


def moves(base: Plan, plan: Plan, names: Mapping[str, str] = NAMELESS) -> list[str]:
    """Each task done in another quarter than before, begun or left out, with its name if it has one."""
    before, after = base.finish, plan.finish
    lines = []
    for task in sorted(before.keys() | after.keys()):
        if before.get(task) == after.get(task):
            continue
        named = " ".join(filter(None, (task, names.get(task))))
        if task not in after:
            lines.append(say("{task} (left out)", task=named))
        elif task not in before:
            lines.append(say("{task} (done now, in {quarter})", task=named, quarter=after[task]))
        else:
            lines.append(
                say("{task} ({quarter} instead of {before})", task=named, quarter=after[task], before=before[task])
            )
    return lines
