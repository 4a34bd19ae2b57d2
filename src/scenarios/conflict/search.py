"""Which rows conflict: by linear programs, with tasks and projects in parts, and with whole ones where time allows."""

from __future__ import annotations

import time
from collections.abc import Iterator

from scenarios.conflict.elastic import DEADLINES
from scenarios.conflict.elastic_solver import ElasticSolver
from scenarios.conflict.smallest import Correction, Rows, SmallestConflict, irreducible_conflict, smallest_conflict

SECONDS = 0.8  #: longest search for each part of the smallest conflict [s]
OTHERS = 4  #: further conflicts at most


def smallest_in_parts(solver: ElasticSolver) -> SmallestConflict:
    """The smallest conflict when tasks and projects may be done in parts.

    First the fewest targets, supplies, budgets and commitments that conflict whenever tasks are done; then those that
    conflict once every deadline is kept, and the fewest deadlines that it takes for that. At last it is asked whether
    any fewer rows conflict.
    """
    deadlines = frozenset(name for name in solver.rows if name[0] in DEADLINES)
    goals = solver.rows - deadlines
    best, known = None, []
    if solver.least(goals) is None:
        found = smallest_conflict(goals, in_parts(solver, goals, frozenset()), time.monotonic() + SECONDS)
        best, known = found.conflict, [rows | deadlines for rows in found.corrections]
    if best is None or len(best) > 1:
        found = _with_deadlines(solver, goals, deadlines)
        known += found.corrections
        best = min((rows for rows in (best, found.conflict) if rows is not None), key=len, default=None)
    correction = in_parts(solver, solver.rows, frozenset())
    found = smallest_conflict(solver.rows, correction, time.monotonic() + SECONDS, best, known)
    return found if found.conflict is not None else SmallestConflict(_any_conflict(solver, goals, deadlines), False, ())


def _with_deadlines(solver: ElasticSolver, goals: Rows, deadlines: Rows) -> SmallestConflict:
    """The fewest goals that conflict while every deadline is kept, with the fewest deadlines that it takes for that."""
    first = _smallest(solver, goals, deadlines)
    if first.conflict is None:
        return first
    second = _smallest(solver, deadlines, first.conflict)
    known = first.corrections + tuple(rows | goals - first.conflict for rows in second.corrections)
    return SmallestConflict(None if second.conflict is None else first.conflict | second.conflict, False, known)


def _any_conflict(solver: ElasticSolver, goals: Rows, deadlines: Rows) -> Rows:
    """A conflict of which no goal can be spared, with every deadline unless goals alone conflict."""
    beside = frozenset() if solver.least(goals) is None else deadlines
    return beside | irreducible_conflict(goals, in_parts(solver, goals, beside))


def _smallest(solver: ElasticSolver, rows: Rows, beside: Rows) -> SmallestConflict:
    """The smallest part of some rows that conflicts with others that are kept."""
    correction = in_parts(solver, rows, beside)
    if correction(frozenset()) is None:
        return SmallestConflict(frozenset(), True, ())
    return smallest_conflict(rows, correction, time.monotonic() + SECONDS)


def independent_in_parts(solver: ElasticSolver, conflict: Rows) -> Iterator[Rows]:
    """Further conflicts of targets, supplies, budgets and commitments, every deadline being kept.

    None of them shares a row with another or with the first, so that each needs a way out of its own.
    """
    deadlines = frozenset(name for name in solver.rows if name[0] in DEADLINES)
    left = solver.rows - deadlines - conflict
    until = time.monotonic() + SECONDS
    correction = in_parts(solver, left, deadlines - conflict)
    for _ in range(OTHERS):
        if solver.least(left | deadlines - conflict) is not None:
            return
        found = smallest_conflict(left, correction, until).conflict
        if not found:
            return
        yield found
        left -= found
        correction = in_parts(solver, left, deadlines - conflict)


def in_parts(solver: ElasticSolver, rows: Rows, beside: Rows) -> Correction:
    """Corrections among some rows while others are kept, found by one linear program each."""

    def correction(kept: Rows) -> Rows | None:
        found = solver.least(kept | beside)
        return None if found is None else frozenset(found.slack) & rows

    return correction


def smallest_in_whole(solver: ElasticSolver, best: Rows | None, known: list[Rows]) -> SmallestConflict:
    """The smallest conflict when tasks and projects are whole; ``best``, not proven, when the time is up."""

    def correction(kept: Rows) -> Rows | None:
        least = solver.least(kept)
        found = least and solver.in_whole(kept, least, any_will_do=True)
        if found is not None and not found.whole:
            raise TimeoutError
        return None if found is None else frozenset(found.slack)

    try:
        return smallest_conflict(solver.rows, correction, solver.until, best, known)
    except TimeoutError:
        return SmallestConflict(best, False, ())
