"""The answer on one page: are the targets met, at what cost, what comes first, what decides it, how sure is it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scenarios.case import Case
from scenarios.frames import entries, records
from scenarios.plan import Plan
from scenarios.reports import format as form
from scenarios.reports.summary import PROVEN, cost_lines, evidence_lines, heading, sized, target_lines
from scenarios.words import language, name_column, say

FIRST = 8  #: tasks and measures that are named as first steps
MUCH = 0.5  #: part that rests on assumed numbers above which a quantity is named [1]


@dataclass(frozen=True)
class Answer:
    """Five short answers in the language in use; ``tasks`` and ``measures`` are the first steps."""

    is_met: bool
    verdict: str
    missed: list[str]
    cost: str
    first: str  # the first quarter
    tasks: list[dict[str, str]]
    more_tasks: int
    measures: list[dict[str, str]]
    decides: list[str]
    sure: list[str]


def answer(case: Case, plan: Plan) -> Answer:
    """The answer that the first page of the report and the summary give."""
    goals = plan.targets[plan.targets["goal"] & plan.targets["met"].notna()]
    missed = goals[~goals["met"].astype(bool)]
    verdict = (
        say("No target is set.")
        if goals.empty
        else say("All {count} goals are met.", count=len(goals))
        if missed.empty
        else say("{missed} of {count} goals are missed.", missed=len(missed), count=len(goals))
    )
    first = case.calendar.periods[0]
    tasks = _tasks(case, plan, first)
    return Answer(
        is_met=missed.empty,
        verdict=verdict,
        missed=[_missed(case, row) for row in records(missed)],
        cost=cost_lines(plan),
        first=first,
        tasks=tasks[:FIRST],
        more_tasks=max(0, len(tasks) - FIRST),
        measures=_measures(case, plan),
        decides=_decides(case, plan),
        sure=_sure(plan),
    )


def _missed(case: Case, row: dict[str, Any]) -> str:
    limit, reached, unit = sized(row["value"], row["achieved"], row["unit"])
    name = case.names("targets", language())[row["target"]]
    return say(
        "{name} ({year}): {reached} {unit} against {operator} {limit} {unit}",
        name=name,
        year=row["year"],
        reached=reached,
        operator=row["operator"],
        limit=limit,
        unit=unit,
    )


def _tasks(case: Case, plan: Plan, first: str) -> list[dict[str, str]]:
    """Tasks that start in the first quarter, the critical ones first."""
    given, leads = case["tasks"].set_index("task"), case.names("departments", language())
    rows = plan.schedule[plan.schedule["start"] == first].sort_values("critical", ascending=False, kind="stable")
    return [
        {
            "task": row["task"],
            "name": str(given.loc[row["task"], name_column()]),
            "lead": leads[given.loc[row["task"], "lead"]],
            "finish": row["finish"],
        }
        for row in records(rows)
    ]


def _measures(case: Case, plan: Plan) -> list[dict[str, str]]:
    """The measures of the earliest quarters, those on which most money is laid out first."""
    rows = plan.conversions
    if rows.empty:
        return []
    spent = plan.costs[plan.costs["item"] == "investment"].groupby("measure")["cny"].sum()
    begin = rows.groupby("measure")["period"].min()
    quantity = rows.groupby(["measure", "period"])["quantity"].sum()
    unit, names = rows.groupby("measure")["unit"].first(), case.names("measures", language())
    order = sorted(begin.index, key=lambda name: (begin[name], -float(spent.get(name, 0.0))))
    return [
        {
            "name": names[name],
            "when": begin[name],
            "amount": form.amount(float(quantity[name, begin[name]]), str(unit[name])),
        }
        for name in order[:FIRST]
    ]


def _decides(case: Case, plan: Plan) -> list[str]:
    """Targets that cost something, each with what its last unit is worth."""
    names = case.names("targets", language())
    rows = plan.targets[plan.targets["enforced"] & (plan.targets["shadow_price"] > 0)]
    return [
        say(
            "{name} ({year}): the last unit costs {price} per {unit}",
            name=names[row["target"]],
            year=row["year"],
            price=form.money(row["shadow_price"]),
            unit=form.unit_name(row["unit"]),
        )
        for row in records(rows)
    ]


def _sure(plan: Plan) -> list[str]:
    """Proof, and what the numbers rest on."""
    rows = plan.evidence[(plan.evidence["grade"] == "assumed") & (plan.evidence["share"] > MUCH)]
    proof = say(
        "The plan is proven to lie within {gap} of the best, and checked apart from the optimiser.",
        gap=form.percent(max(plan.gap, PROVEN), 2),
    )
    shares = [f"{say(name) if name == 'cost' else name} {form.percent(share, 0)}" for name, share in _pairs(rows)]
    if not shares:
        return [proof, say("Less than half of every quantity rests on assumed numbers.")]
    return [
        proof,
        say("Rests on assumed numbers for more than half: {shares}.", shares=form.join_names(shares)),
        say("Read differences between plans before absolute numbers."),
    ]


def _pairs(rows: Any) -> list[tuple[str, float]]:
    return list(entries(rows.set_index("quantity")["share"]))


def markdown(case: Case, plan: Plan) -> str:
    """The answer as plain Markdown, to be pasted anywhere."""
    said = answer(case, plan)
    lines = [
        f"# {heading(case, plan)}",
        "",
        case.description.get(language(), ""),
        "",
        f"**{said.verdict}** {said.cost}",
    ]
    lines += ["", *[f"- {text}" for text in said.missed]] if said.missed else []
    lines += ["", f"## {say('First steps')} ({said.first})", ""]
    lines += [f"- {row['task']} {row['name']} ({row['lead']}), {say('until')} {row['finish']}" for row in said.tasks]
    lines += [f"- {say('and {count} more tasks', count=said.more_tasks)}"] if said.more_tasks else []
    lines += [f"- {row['name']}: {row['amount']} ({row['when']})" for row in said.measures]
    lines += ["", f"## {say('What decides it')}", "", *[f"- {text}" for text in said.decides]]
    lines += [] if said.decides else [f"- {say('No target binds.')}"]
    lines += ["", f"## {say('How sure is it')}", "", *[f"- {text}" for text in said.sure]]
    lines += ["", f"## {say('Targets')}", "", "```text", target_lines(case, plan), "```", "", evidence_lines(plan)]
    return "\n".join(lines) + "\n"
