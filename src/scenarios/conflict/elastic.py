"""The elastic program: a slack on every row a planner can negotiate, priced by how far it moves the row's limit.

A slack of 1 moves a limit by its own size: one percent of a target weighs as much as one percent of a supply, and as
one percent of an activity where a share is asked for. A task that is late pays for each quarter its part of the
planning years, and 1 more when it is required and not done within them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from scenarios.program.build import Arrays, Name
from scenarios.program.equations import EQUATIONS
from scenarios.rounding import TASK

NEGOTIABLE = tuple(name for name, equation in EQUATIONS.items() if equation.negotiable)
TARGETS = tuple(name for name in NEGOTIABLE if name.endswith("_target"))
REQUIRED, OPTIONAL = "deadline", "never_late"  #: the equations that hold a task to its deadline
DEADLINES = (REQUIRED, OPTIONAL)


@dataclass(frozen=True)
class Elastic:
    """Arrays with slacks as their last columns, and the slacks of each negotiable row.

    ``step`` is what a slack of 1 adds to the limit of a row that has one slack only. [unit of the row]
    """

    arrays: Arrays
    slacks: Mapping[Name, tuple[int, ...]]
    step: Mapping[Name, float]


@dataclass(frozen=True)
class _Slack:
    """A slack of a row: what it adds to the row, its price, and the most of it."""

    owner: Name
    row: int
    adds: float
    price: float = 1.0
    at_most: float = np.inf


def elastic(solved: Arrays, size: Callable[[Name], float]) -> Elastic:
    """The elastic form of the arrays handed to the solver; ``size`` is how large the limit of a row is."""
    rows = [(place, name) for place, name in enumerate(solved.rows) if name[0] in NEGOTIABLE]
    deadlines = [(place, name) for place, name in rows if name[0] in DEADLINES]
    longer, late = _with_later_deadlines(solved, deadlines)
    step, slacks = {}, []
    for place, name in rows:
        if name[0] not in DEADLINES:
            step[name] = size(name) if np.isfinite(solved.upper[place]) else -size(name)
            slacks.append(_Slack(name, place, -step[name]))
    owned: dict[Name, tuple[int, ...]] = {}
    for number, slack in enumerate([*slacks, *late]):
        owned[slack.owner] = (*owned.get(slack.owner, ()), len(solved.columns) + number)
    return Elastic(_with_slacks(longer, [*slacks, *late]), owned, step)


def _with_later_deadlines(arrays: Arrays, deadlines: list[tuple[int, Name]]) -> tuple[Arrays, list[_Slack]]:
    """The arrays with a row for each quarter a deadline could move to, and the slacks of these rows.

    Where a slack is 0 from a quarter on, the task keeps that quarter as its deadline.
    """
    quarters: dict[str, list[int]] = {}
    for column, (variable, index) in enumerate(arrays.columns):
        if variable == TASK:
            quarters.setdefault(index[0], []).append(column)
    matrix = sp.csr_array(arrays.matrix)
    slacks: list[_Slack] = []
    copied: list[int] = []
    moved: list[tuple[int, int]] = []
    for place, name in deadlines:
        times = quarters[name[1][0]]
        held = set(matrix.indices[matrix.indptr[place] : matrix.indptr[place + 1]]) & set(times)
        if name[0] == OPTIONAL:
            held -= {times[-1]}
        if not held:
            continue
        first = held.pop()
        sign = -1.0 if np.isfinite(arrays.upper[place]) else 1.0
        later = [column for column in times if column >= first]
        for column in later if name[0] == REQUIRED else later[:-1]:
            row = place
            if column != first:
                row = len(arrays.rows) + len(copied)
                copied.append(place)
                moved.append((first, column))
            price = 1.0 if column == times[-1] else 1 / len(times)
            slacks.append(_Slack(name, row, sign, price, 1.0))
    return _copied(arrays, matrix, copied, moved), slacks


def _copied(arrays: Arrays, matrix: sp.csr_array, copied: list[int], moved: list[tuple[int, int]]) -> Arrays:
    """The arrays with some rows once more, each with the coefficient of one column moved to another."""
    if not copied:
        return arrays
    more = sp.lil_array(matrix[copied])
    for row, (source, goal) in enumerate(moved):
        more[row, goal] = more[row, source]
        more[row, source] = 0.0
    return replace(
        arrays,
        matrix=sp.csc_array(sp.vstack([matrix, sp.csr_array(more)])),
        lower=np.append(arrays.lower, arrays.lower[copied]),
        upper=np.append(arrays.upper, arrays.upper[copied]),
        rows=arrays.rows + tuple(("later deadline", (row,)) for row in range(len(copied))),
    )


def _with_slacks(arrays: Arrays, slacks: list[_Slack]) -> Arrays:
    """The arrays with the slacks as columns and their prices as the only cost."""
    count = len(slacks)
    adds = np.array([slack.adds for slack in slacks])
    columns = sp.csc_array(
        (adds, (np.array([slack.row for slack in slacks], dtype=int), np.arange(count))), (len(arrays.rows), count)
    )
    return replace(
        arrays,
        cost=np.concatenate([np.zeros(len(arrays.columns)), [slack.price for slack in slacks]]),
        tie=np.zeros(0),
        constant=0.0,
        matrix=sp.csc_array(sp.hstack([arrays.matrix, columns])),
        at_least=np.append(arrays.at_least, np.zeros(count)),
        at_most=np.append(arrays.at_most, [slack.at_most for slack in slacks]),
        integer=np.append(arrays.integer, np.zeros(count, bool)),
        size=np.append(arrays.size, np.ones(count)),
        columns=arrays.columns + tuple(("slack", (number,)) for number in range(count)),
    )
