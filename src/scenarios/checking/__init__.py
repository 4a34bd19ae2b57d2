"""What must hold between the rows of a case. All problems of all tables are found, none is raised here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import MappingProxyType

from scenarios.case import Case, once
from scenarios.checking.goals import commitments, targets
from scenarios.checking.keys import duplicates, unknown
from scenarios.checking.missing import (
    missing_activity,
    missing_factors,
    missing_fuels,
    missing_measures,
    missing_payers,
)
from scenarios.checking.missing_air import missing_air
from scenarios.checking.money import awards, rates, subjects, taxes
from scenarios.checking.order import deadlines, order
from scenarios.checking.places import place
from scenarios.checking.removed import Gone, told_of_removals
from scenarios.checking.scopes import comparables
from scenarios.checking.text import clauses, standards
from scenarios.checking.unused import unused
from scenarios.checking.values import one_factor, oversized, ranges, same_activity, shrinking, sums, wear
from scenarios.problems import Problem
from scenarios.tables import TABLES

__all__ = ["check", "place", "ranges"]
NOTHING: Gone = MappingProxyType({})
RULES: dict[str, Callable[[Case], Iterator[Problem]]] = {
    rule.__name__: rule
    for rule in (
        sums,
        wear,
        shrinking,
        same_activity,
        one_factor,
        targets,
        commitments,
        comparables,
        subjects,
        rates,
        taxes,
        awards,
        order,
        deadlines,
        clauses,
        standards,
        missing_activity,
        missing_measures,
        missing_factors,
        missing_fuels,
        missing_payers,
        missing_air,
        unused,
    )
}


def check(case: Case, gone: Gone = NOTHING) -> list[Problem]:
    """Everything wrong with a case; broken references and numbers beyond all sense first: the rest rests on them.

    ``gone`` is what a what-if took out of tables; rows of others may still need it.
    """
    first = [problem for row in TABLES for problem in _keys(case, row.table)]
    found = first or [problem for rule in RULES for problem in _kept(case, rule)]
    return list(told_of_removals(case, found, gone)) if gone else found


@once
def _keys(case: Case, table: str) -> tuple[Problem, ...]:
    return (*duplicates(case, table), *unknown(case, table), *oversized(case, table))


@once
def _kept(case: Case, rule: str) -> tuple[Problem, ...]:
    return tuple(RULES[rule](case))
