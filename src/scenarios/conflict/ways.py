"""Why no plan exists, and the ways out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from scenarios import highs
from scenarios.case import Case
from scenarios.conflict.elastic import NEGOTIABLE, TARGETS, elastic
from scenarios.conflict.elastic_solver import SMALL, ElasticSolver
from scenarios.conflict.search import independent_in_parts, smallest_in_parts, smallest_in_whole
from scenarios.conflict.smallest import Rows
from scenarios.conflict.terms import LimitRow, Relaxation, limit_row, relaxations, size
from scenarios.program.build import Arrays, Name, Program, build, collector_paused
from scenarios.program.reduction import Reduction, reduce

Kind = Literal["any", "targets", "means", "alone", "further"]
ANY_PLAN = 1e9  #: gap at which the first plan found will do [1]
FEW = 20  #: rows of a conflict of which each is tried alone
FURTHER = 2  #: ways out that use none of the rows of those before, at most


@dataclass(frozen=True)
class WayOut:
    """Relaxations that together make the rest possible; None when there are none of this kind.

    any: the least of all; targets, means: the least of targets alone, and of supplies, budgets, deadlines and
    commitments alone; alone: the only row; further: without the rows of the ways before. ``whole``: seen to be enough
    with tasks and projects whole. ``bound``: what the sum of the prices is at least. [1]
    """

    kind: Kind
    relaxations: tuple[Relaxation, ...] | None
    whole: bool = True
    proven: bool = True
    bound: float = 0.0

    @property
    def price(self) -> float:
        """The sum of the prices. [1]"""
        return sum(row.price for row in self.relaxations or ())


@dataclass(frozen=True)
class Conflict:
    """Rows that cannot be kept together, and the ways out.

    ``smallest``: no fewer rows conflict. ``only_whole``: tasks and projects done in parts would keep every limit.
    ``others``: rows that cannot be kept together either, whatever becomes of the first ones and of each other.
    """

    rows: tuple[LimitRow, ...]
    smallest: bool
    only_whole: bool
    others: tuple[tuple[LimitRow, ...], ...]
    ways: tuple[WayOut, ...]


def explain(case: Case, pooled: bool = True) -> Conflict | None:
    """Why a case has no plan; None when it has one. Raises SolverError when the solver finds no answer."""
    with collector_paused():
        program = build(case, pooled)
        reduction = reduce(program.arrays)
        solver = _elastic_solver(case, reduction)
        least = solver.least(frozenset())
        if least is not None and least.price <= SMALL and _plan_exists(reduction.arrays):
            return None
        return _explained(case, program, reduction, solver)


def explained(case: Case, program: Program, reduction: Reduction) -> Conflict:
    """Why the program of a case has no solution."""
    return _explained(case, program, reduction, _elastic_solver(case, reduction))


def _elastic_solver(case: Case, reduction: Reduction) -> ElasticSolver:
    return ElasticSolver(elastic(reduction.arrays, lambda name: size(case, name)))


def _plan_exists(arrays: Arrays) -> bool:
    """Whether there is a plan with whole tasks and projects, where there is one with parts of them."""
    answer = highs.solve(arrays, highs.Options(gap=ANY_PLAN))
    if answer.outcome == "nothing found":
        raise highs.SolverError("the search was stopped")
    return answer.outcome != "infeasible"


def _explained(case: Case, program: Program, reduction: Reduction, solver: ElasticSolver) -> Conflict:
    form, least = solver.program, solver.least(frozenset())
    if least is None:
        return Conflict((), False, False, (), (WayOut("any", None),))
    only_whole = solver.least(solver.rows) is not None

    known: list[tuple[Rows, WayOut]] = []

    def way(kind: Kind, held: Rows) -> WayOut:
        for less, other in known:
            if less <= held and other.relaxations is not None and not names(other) & held:
                return replace(other, kind=kind)
        found = new_way(kind, held)
        known.append((held, found))
        return found

    def new_way(kind: Kind, held: Rows) -> WayOut:
        least = solver.least(held)
        given = least and solver.in_whole(held, least)
        if given is None:
            return WayOut(kind, None)

        def values() -> dict[Name, float]:
            free = given.values[: len(reduction.arrays.columns)]
            return dict(zip(program.arrays.columns, reduction.recover(free).tolist(), strict=True))

        return WayOut(kind, relaxations(case, form, given, values), given.whole, given.proven, given.bound)

    ways = list(_general(solver.rows, way))
    found = smallest_in_whole(solver, None, []) if only_whole else smallest_in_parts(solver)
    conflict = found.conflict or frozenset()
    if len(conflict) <= FEW:
        ways += [one for name in _sorted(conflict) if (one := way("alone", solver.rows - {name})).relaxations]
    if not only_whole and len(conflict) > 1 and found.proven:
        enough = [names(one) for one in ways if one.relaxations is not None and one.whole]
        found = smallest_in_whole(solver, conflict, enough)
        conflict = found.conflict or frozenset()
    others = () if only_whole else tuple(independent_in_parts(solver, conflict))

    def in_terms(rows: Rows) -> tuple[LimitRow, ...]:
        return tuple(limit_row(case, name) for name in _sorted(rows))

    return Conflict(in_terms(conflict), found.proven, only_whole, tuple(map(in_terms, others)), _unlike(ways))


def _sorted(rows: Rows) -> list[Name]:
    """Rows in the order of the equations, by their index."""
    return sorted(rows, key=lambda name: (NEGOTIABLE.index(name[0]), tuple(map(str, name[1]))))


def _general(rows: Rows, way: Callable[[Kind, Rows], WayOut]) -> Iterator[WayOut]:
    """The least way out, others that do without its rows, and those of targets alone and of all else alone."""
    found = way("any", frozenset())
    yield found
    used = names(found)
    for _ in range(FURTHER):
        found = way("further", used)
        if found.relaxations is None or not found.whole:
            break
        yield found
        used |= names(found)
    targets = frozenset(name for name in rows if name[0] in TARGETS)
    if targets:
        yield way("targets", rows - targets)
        yield way("means", targets)


def names(way: WayOut) -> Rows:
    """The rows a way out relaxes."""
    return frozenset((row.equation, row.index) for row in way.relaxations or ())


def _unlike(ways: list[WayOut]) -> tuple[WayOut, ...]:
    """The ways out, without those that relax the same rows as one before; what is no way out stays."""
    seen: set[Rows] = set()
    kept = []
    for way in ways:
        if way.relaxations is None or names(way) not in seen:
            kept.append(way)
            seen.add(names(way))
    return tuple(kept)
