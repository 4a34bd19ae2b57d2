"""What the report page says of promises: targets, commitments, and what each department has to do."""

from __future__ import annotations

from typing import Any

from scenarios.case import Case
from scenarios.frames import records
from scenarios.plan import Plan
from scenarios.reports import format as form
from scenarios.reports.administration import table
from scenarios.words import language, term


def targets(case: Case, plan: Plan) -> list[dict[str, Any]]:
    """Every target with its name, its note, and limit and value as people read them."""
    names, notes = (
        case.names("targets", language()),
        dict(zip(case["targets"]["target"], case["targets"]["note"], strict=True)),
    )
    return [
        {
            **row,
            "name": names[row["target"]],
            "note": term("note", notes[row["target"]]),
            "met": None if row["met"] != row["met"] or row["met"] is None else bool(row["met"]),
            "limit": form.amount(row["value"], row["unit"]),
            "reached": form.amount(row["achieved"], row["unit"]),
        }
        for row in records(plan.targets)
    ]


def commitments(case: Case, plan: Plan) -> list[dict[str, Any]]:
    """Every commitment with its name, and what is fixed and reached as people read them."""
    names = case.names("commitments", language())
    return [
        {
            **row,
            "name": names[row["commitment"]],
            "fixed": form.amount(row["value"], row["unit"]),
            "reached": form.amount(row["achieved"], row["unit"]),
        }
        for row in records(plan["commitments"])
    ]


def departments(case: Case, plan: Plan) -> list[dict[str, Any]]:
    """By lead department, the dearest first; nothing for a city without works."""
    return (
        records(table(case, plan, "department").sort_values("investment", ascending=False))
        if len(case["works"])
        else []
    )
