"""The smallest set of rows that cannot be kept together.

Every way out relaxes at least one row of every conflict. So a conflict hits every correction (rows whose relaxation
makes the rest possible), and the smallest set that hits all corrections found so far is either a conflict, then no
smaller one exists, or can be kept, then it leads to a correction it does not hit. The smallest hitting set is a small
program of whole numbers. (Ignatiev, Previti, Liffiton, Marques-Silva: Smallest MUS extraction with minimal hitting set
dualization, 2015.)
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from scenarios import highs
from scenarios.program.build import Arrays, Name

Rows = frozenset[Name]
#: rows that are kept -> rows whose relaxation makes that possible, or None when they cannot be kept together
Correction = Callable[[Rows], Rows | None]


class SmallestConflict(NamedTuple):
    """A conflict (None: none was found in time), whether none is smaller, and the corrections met on the way."""

    conflict: Rows | None
    proven: bool
    corrections: tuple[Rows, ...]


def smallest_conflict(
    rows: Rows, correction: Correction, until: float, best: Rows | None = None, known: Iterable[Rows] = ()
) -> SmallestConflict:
    """The smallest conflict among rows that cannot all be kept.

    ``best`` is a conflict found before, which comes back when the time (``until``, monotonic) is up; ``known`` are
    corrections found before.
    """
    corrections = list(known)
    while time.monotonic() < until:
        kept = smallest_hitting_set(rows, corrections)
        if best is not None and len(kept) >= len(best):
            return SmallestConflict(best, True, tuple(corrections))
        more = list(_disjoint_corrections(rows, kept, correction, until))
        if not more:
            return SmallestConflict(kept, True, tuple(corrections))
        corrections += more
    return SmallestConflict(best, False, tuple(corrections))


def _disjoint_corrections(rows: Rows, kept: Rows, correction: Correction, until: float) -> Iterator[Rows]:
    """Corrections that leave some rows kept and share no row with each other; none when these rows are a conflict."""
    found = correction(kept)
    while found is not None:
        fewest = _fewest(rows, found, correction, until)
        yield fewest
        kept |= fewest
        found = correction(kept) if time.monotonic() < until else None


def _fewest(rows: Rows, found: Rows, correction: Correction, until: float) -> Rows:
    """A part of a correction of which no row can be spared, when the time suffices to see it."""
    needed = found
    for name in sorted(found, key=str):
        if name in needed and len(needed) > 1 and time.monotonic() < until:
            without = correction(rows - needed | {name})
            needed = needed if without is None else without
    return needed


def irreducible_conflict(rows: Rows, correction: Correction) -> Rows:
    """A conflict within rows that are one, of which no row can be spared; none when nothing need be kept to conflict.

    Found by halves: what the second half needs beside the first, then what the first needs beside that. (Junker:
    QuickXplain, 2004.)
    """

    def needed(beside: Rows, more: bool, left: list[Name]) -> Rows:
        if more and correction(beside) is None:
            return frozenset()
        if len(left) == 1:
            return frozenset(left)
        first, second = left[: len(left) // 2], left[len(left) // 2 :]
        of_second = needed(beside | frozenset(first), True, second)
        return of_second | needed(beside | of_second, bool(of_second), first)

    return needed(frozenset(), True, sorted(rows, key=str)) if rows else rows


def smallest_hitting_set(rows: Rows, sets: list[Rows]) -> Rows:
    """A smallest set of rows that has a row of every set."""
    if not sets:
        return frozenset()
    names = sorted(rows, key=str)
    place = {name: number for number, name in enumerate(names)}
    inside = [(line, place[name]) for line, group in enumerate(sets) for name in group]
    lines, columns = zip(*inside, strict=True)
    program = Arrays(
        cost=np.ones(len(rows)),
        constant=0.0,
        matrix=sp.csc_array((np.ones(len(inside)), (lines, columns)), (len(sets), len(rows))),
        lower=np.ones(len(sets)),
        upper=np.full(len(sets), np.inf),
        at_least=np.zeros(len(rows)),
        at_most=np.ones(len(rows)),
        integer=np.full(len(rows), True),
        size=np.ones(len(rows)),
        columns=tuple(names),
        rows=tuple(("hit", (number,)) for number in range(len(sets))),
    )
    answer = highs.solve(program, highs.Options(gap=0.0))
    return frozenset(name for name, value in zip(names, answer.values, strict=True) if value > 0.5)
