"""Limits: the numbers on the right side of the rows a planner knows, straight from the tables.

Two cases that differ in nothing else have the same program with other limits, which needs no building anew.
"""

from __future__ import annotations

from scenarios.case import Case
from scenarios.costs import budgets, money_at_most
from scenarios.days import KINDS, mean_for
from scenarios.frames import each_row, records, where
from scenarios.program.build import Name
from scenarios.targets import limit_terms, limits_by

LIMIT_COLUMNS = {"targets": "value", "supply": "quantity", "budgets": "amount", "awards": "amount"}
CEILINGS = {"money_at_most", "cost_at_most"}
INDICATORS = ("emission", "concentration", "fuel", "converted", *KINDS)  #: those whose value stands on the right side


def limits(case: Case, base: Case) -> dict[Name, float]:
    """The limit of each row as its equation says it. Key: equation, index. [unit of the row]

    ``base`` is the case itself, or one that differs from it in limits only.
    """
    found: dict[Name, float] = {}
    for row in records(where(limits_by(case, limit_terms(base)), enforced=True).reset_index()):
        name, indicator = row["target"], row["indicator"]
        if indicator in KINDS:
            mean = mean_for(case, indicator, row["area"], row["subject"], row["year"], row["limit"])
            found["days_target", (name,)] = mean
        elif indicator in INDICATORS:
            found[f"{indicator}_target", (name,)] = row["limit"]
    for row in each_row(case["supply"]):
        if not row.task:
            key: Name = ("supply", (row.fuel, row.year))
            found[key] = found.get(key, 0.0) + row.quantity
    if case.settings.budgets == "kept":
        found |= {("budget", (row.payer, row.year)): row.amount for row in each_row(budgets(case))}
    for equation, most in (("money_in_all", money_at_most(case)), ("cost_in_all", case.settings.cost_at_most)):
        if most is not None:
            found[equation, ("all",)] = most
    return found


def same_but_limits(one: Case, other: Case) -> bool:
    """Whether two cases differ in nothing but numbers that are limits."""
    before, after = (case.settings.model_dump(exclude=CEILINGS) for case in (one, other))
    if before != after or any(
        (getattr(one.settings, name) is None) != (getattr(other.settings, name) is None) for name in CEILINGS
    ):
        return False
    for name, frame in one.tables.items():
        changed = other[name]
        if changed is frame:
            continue
        column = LIMIT_COLUMNS.get(name)
        if column is None or not frame.drop(columns=column).equals(changed.drop(columns=column)):
            return False
        moved = frame[(frame[column] != changed[column]) & ~(frame[column].isna() & changed[column].isna())]
        if name == "targets" and not moved.loc[moved["enforced"], "indicator"].isin(INDICATORS).all():
            return False
        if name == "supply" and (moved["task"] != "").any():
            return False
    return True
