"""Why a what-if changes neither cost nor tasks: what it touches does not bind, or is not in the plan."""

from __future__ import annotations

from scenarios.case import Case
from scenarios.frames import records
from scenarios.plan import Plan
from scenarios.words import language, say

SAME = 1.0  #: difference of cost that is none [CNY]
Pair = tuple[Case, Plan]


def no_effect(base: Pair, other: Pair) -> list[str]:
    """Why the other plan has the cost and the tasks of the first; nothing when it has not."""
    (case, plan), (changed, made) = base, other
    if abs(made.objective - plan.objective) > SAME or dict(made.finish) != dict(plan.finish):
        return []
    before = {row["task"]: row["deadline"] for row in records(case["tasks"])}
    names = changed.names("tasks", language())
    lines = [say("It changes neither the cost nor the tasks of the plan: what it touches does not bind there.")]
    for row in records(changed["tasks"]):
        task = row["task"]
        if row["deadline"] != before.get(task, row["deadline"]):
            lines.append(_of_task(f"{task} {names[task]}", plan.finish.get(task), before[task]))
    return lines


def _of_task(name: str, done: str | None, deadline: str) -> str:
    if done is None:
        return say("{task} is not in the plan, whatever its deadline.", task=name)
    return say(
        "{task} is done in {quarter} (deadline {deadline}) because of what waits for it or is asked for by then.",
        task=name,
        quarter=done,
        deadline=deadline,
    )
