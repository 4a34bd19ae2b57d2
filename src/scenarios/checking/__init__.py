"""What must hold between the rows of a case. All problems of all tables are found, none is raised here."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scenarios.case import Case
from scenarios.checking.goals import commitments, targets
from scenarios.checking.keys import duplicates, unknown
from scenarios.checking.missing import missing
from scenarios.checking.missing_air import missing_air
from scenarios.checking.places import place
from scenarios.checking.promises import comparables, order
from scenarios.checking.text import clauses, standards
from scenarios.checking.unused import unused
from scenarios.checking.values import one_factor, ranges, same_activity, sums
from scenarios.problems import Problem

__all__ = ["check", "place", "ranges"]
RULES: tuple[Callable[[Case], Iterator[Problem]], ...] = (
    sums,
    same_activity,
    one_factor,
    targets,
    commitments,
    comparables,
    order,
    clauses,
    standards,
    missing,
    missing_air,
    unused,
)


def check(case: Case) -> list[Problem]:
    """Everything wrong with a case; broken references first, because the rest cannot be judged before they hold."""
    first = [*duplicates(case), *unknown(case)]
    if first:
        return first
    return [problem for rule in RULES for problem in rule(case)]
