"""A first plan for the search: solve the program with every area doing the same part, then free the areas.

When nothing can be pooled, the search for task dates works on a program of every county and quarter and finds little
in a minute. Columns that differ only in their area are therefore tied together, each in proportion to its largest
value; that small program is solved, and with its whole numbers fixed the areas are freed again. Then tasks are moved
one by one (``local_search``). What is found keeps every row of the whole program: it is a plan, and as a start it
bounds the search from above.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from scenarios import highs
from scenarios.local_search import improved
from scenarios.program.build import Arrays

MANY = 20_000  #: columns from which a start is worth its time
CLOSE = 2e-3  #: gap to which the small programs are solved [1]
PART = 0.15  #: part of the time limit that each small search may take [1]
MOVING = 0.5  #: part of the time limit after which no task is moved any more [1]
ROUNDS = 2  #: first all areas alike, then in the proportions of the plan found
DIGITS = 9  #: coefficients that agree so far are the same


def start(arrays: Arrays, tied: str, moved: str, options: highs.Options) -> np.ndarray | None:
    """Values of a plan to start from; None when the program is small, has no integers, or no such plan was found.

    ``tied`` names the variable whose columns are tied together: those that share every part of the index but the area;
    ``moved`` the one that says by when a task is done.
    """
    if len(arrays.columns) < MANY or not arrays.integer.any():
        return None
    begin = time.perf_counter()
    group, moving = groups(arrays, tied)
    weights = np.where(moving, arrays.at_most, 1.0)
    best: np.ndarray | None = None
    for _ in range(ROUNDS):
        small, spread = tie_groups(arrays, group, weights)
        limit = None if options.time_limit is None else options.time_limit * PART
        found = highs.solve(small, highs.Options(gap=max(CLOSE, options.gap), time_limit=limit))
        if not len(found.values):
            break
        patience = highs.Options(time_limit=options.since(begin).time_limit)
        freed = highs.solve(highs.with_integers_fixed(arrays, spread @ found.values), patience)
        if freed.outcome != "optimal":
            break
        best = freed.values
        weights = np.where(moving, np.where(_sums(best, group) > arrays.size * highs.TIE, best, weights), 1.0)
        if options.time_limit is not None and time.perf_counter() - begin > options.time_limit * PART:
            break
    until = np.inf if options.time_limit is None else begin + options.time_limit * MOVING
    return None if best is None else improved(arrays, best, moved, until)


def groups(arrays: Arrays, tied: str) -> tuple[np.ndarray, np.ndarray]:
    """The group of each column, and whether it is tied: columns of the variable that differ in the area alone."""
    places: dict[object, int] = {}
    keys = ((name, index[1:]) if name == tied else (name, None, index) for name, index in arrays.columns)
    group = np.array([places.setdefault(key, len(places)) for key in keys])
    return group, np.array([name == tied for name, _ in arrays.columns])


def tie_groups(arrays: Arrays, group: np.ndarray, weights: np.ndarray) -> tuple[Arrays, sp.csr_array]:
    """The program with one column for each group, and the matrix that spreads its columns again."""
    whole = _sums(weights, group)
    share = np.divide(weights, whole, out=np.zeros(len(weights)), where=whole > 0)
    count = int(group.max()) + 1
    spread = sp.csr_array((share, (np.arange(len(group)), group)), shape=(len(group), count))
    at_least, at_most = np.full(count, -np.inf), np.full(count, np.inf)
    some = share > 0
    np.maximum.at(at_least, group[some], arrays.at_least[some] / share[some])
    np.minimum.at(at_most, group[some], arrays.at_most[some] / share[some])
    empty = np.bincount(group[some], minlength=count) == 0
    at_least[empty] = at_most[empty] = 0.0
    integer = np.zeros(count, dtype=bool)
    integer[group] = arrays.integer
    matrix, lower, upper = distinct_rows(sp.csr_array(arrays.matrix) @ spread, arrays.lower, arrays.upper)
    tied = replace(
        arrays,
        cost=spread.T @ arrays.cost,
        tie=np.zeros(0),
        matrix=sp.csc_array(matrix),
        lower=lower,
        upper=upper,
        at_least=at_least,
        at_most=at_most,
        integer=integer,
        size=np.where(integer, 1.0, np.bincount(group, arrays.size)),
        columns=tuple(("group", (place,)) for place in range(count)),
        rows=tuple(("row", (place,)) for place in range(len(lower))),
    )
    return tied, spread


def distinct_rows(
    matrix: sp.csr_array, lower: np.ndarray, upper: np.ndarray
) -> tuple[sp.csr_array, np.ndarray, np.ndarray]:
    """The rows without those that say the same of the same columns; the narrowest limits hold."""
    largest = abs(matrix).max(axis=1).toarray().ravel()
    scale = 1 / np.where(largest > 0, largest, 1.0)
    scaled = sp.csr_array(sp.diags_array(scale) @ matrix)
    scaled.sort_indices()
    values = np.round(scaled.data, DIGITS)
    seen: dict[tuple[bytes, bytes], int] = {}
    kept: list[int] = []
    same = np.empty(matrix.shape[0], dtype=int)
    for row, (first, last) in enumerate(zip(scaled.indptr, scaled.indptr[1:], strict=False)):
        key = scaled.indices[first:last].tobytes(), values[first:last].tobytes()
        if key not in seen:
            seen[key] = len(kept)
            kept.append(row)
        same[row] = seen[key]
    least, most = np.full(len(kept), -np.inf), np.full(len(kept), np.inf)
    np.maximum.at(least, same, lower * scale)
    np.minimum.at(most, same, upper * scale)
    return scaled[kept], least, most


def _sums(values: np.ndarray, group: np.ndarray) -> np.ndarray:
    """For each column the sum of the values of its group."""
    summed: np.ndarray = np.bincount(group, values)[group]
    return summed
