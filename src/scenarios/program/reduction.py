"""Substitution: variables that an equation defines are replaced by what they are, before the solver sees the program.

Stocks, emissions, concentrations, fuel use and spending are sums of conversions and tasks. Left in, their equalities
are long chains through which HiGHS' path separator searches for cuts for most of its time; substituted, a city is
proven several times sooner. The optimum and the prices of the remaining rows are the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from scenarios.program.build import Arrays
from scenarios.program.equations import EQUATIONS
from scenarios.program.implied import Caps, caps, implied_by_next, largest

NEGLIGIBLE = 1e-10  #: coefficients below this part of the largest in their row are rounding of the substitution [1]


@dataclass(frozen=True)
class Reduction:
    """The arrays in the free variables alone, and the way back to all variables."""

    arrays: Arrays
    recover: Callable[[np.ndarray], np.ndarray]


def reduce(arrays: Arrays) -> Reduction:
    """The same program without its defined variables: with ``d = constant + slope y``, rows and costs follow."""
    rows, defined = definitions(arrays)
    if not len(rows):
        return Reduction(arrays, lambda values: values)
    other, free = others(len(arrays.rows), rows), others(len(arrays.columns), defined)
    matrix = sp.csr_array(arrays.matrix)
    constant, slope = solve_definitions(
        sp.csr_array(matrix[rows][:, defined]), sp.csr_array(matrix[rows][:, free]), arrays.lower[rows]
    )
    through = sp.csr_array(matrix[other][:, defined])
    kept = sp.csr_array(matrix[other][:, free] + through @ slope)
    shift = through @ constant
    stated = [EQUATIONS[arrays.rows[place][0]] for place in other]
    firm = np.array([not (equation.negotiable or equation.tightens) for equation in stated], dtype=bool)
    limits = caps(kept[firm], (arrays.upper[other] - shift)[firm], arrays.at_least[free])
    bounds, least, most, moved = _bounds(arrays, defined, free, constant, slope, limits)
    whole = _clean(sp.csr_array(sp.vstack([kept, bounds])))
    names = tuple(arrays.rows[place] for place in other) + tuple(
        ("bound", (place,)) for place in range(bounds.shape[0])
    )
    reduced = replace(
        arrays,
        cost=arrays.cost[free] + slope.T @ arrays.cost[defined],
        tie=arrays.tie[free] + slope.T @ arrays.tie[defined] if len(arrays.tie) else arrays.tie,
        constant=arrays.constant + float(arrays.cost[defined] @ constant),
        matrix=sp.csc_array(whole),
        lower=np.concatenate([arrays.lower[other] - shift, least]),
        upper=np.concatenate([arrays.upper[other] - shift, most]),
        shift=np.concatenate([arrays.shift[other] + shift, moved]),
        at_least=arrays.at_least[free],
        at_most=arrays.at_most[free],
        integer=arrays.integer[free],
        size=arrays.size[free],
        columns=tuple(arrays.columns[place] for place in free),
        rows=names,
    )

    def recover(values: np.ndarray) -> np.ndarray:
        full = np.zeros(len(arrays.columns))
        full[free] = values
        full[defined] = constant + slope @ values
        return full

    return Reduction(reduced, recover)


def definitions(arrays: Arrays) -> tuple[np.ndarray, np.ndarray]:
    """Places of the defining rows, and of the columns they define."""
    defines = {name: equation.defines for name, equation in EQUATIONS.items() if equation.defines}
    place: dict[str, dict[tuple[object, ...], int]] = {
        name: {arrays.columns[number][1]: number for number in arrays.places(variable).tolist()}
        for name, variable in defines.items()
    }
    pairs = [
        (row, place[name][index])
        for row, (name, index) in enumerate(arrays.rows)
        if name in place and index in place[name]
    ]
    rows, columns = np.array(pairs, dtype=int).reshape(-1, 2).T
    return rows, columns


def others(count: int, places: np.ndarray) -> np.ndarray:
    """The places below a count that are not among some."""
    left = np.full(count, True)
    left[places] = False
    return np.flatnonzero(left)


def solve_definitions(square: sp.csr_array, rest: sp.csr_array, right: np.ndarray) -> tuple[np.ndarray, sp.csr_array]:
    """``d = constant + slope y`` from ``square d + rest y = right``, ``square`` being triangular in some order.

    Solved level by level: first what depends on free variables alone, then what depends on that.
    """
    diagonal = square.diagonal()
    scale = sp.diags_array(1 / diagonal)
    inner = sp.csr_array(scale @ (square - sp.diags_array(diagonal)))
    inner.eliminate_zeros()
    outer, level = sp.csr_array(scale @ rest), _levels(inner)
    constant = np.zeros(len(right))
    slope = sp.csr_array(outer.shape)
    spread = sp.eye_array(len(right), format="csr")
    for depth in range(int(level.max()) + 1):
        here = np.flatnonzero(level == depth)
        part = sp.csr_array(-outer[here] - inner[here] @ slope)
        constant[here] = (right / diagonal)[here] - inner[here] @ constant
        slope = sp.csr_array(slope + spread[:, here] @ part)
    return constant, slope


def _levels(inner: sp.csr_array) -> np.ndarray:
    """How many definitions deep each row is; raises ValueError when definitions run in a ring."""
    level = np.zeros(inner.shape[0], dtype=int)
    rows = np.repeat(np.arange(inner.shape[0]), np.diff(inner.indptr))
    for _ in range(inner.shape[0] + 1):
        deeper = np.zeros_like(level)
        np.maximum.at(deeper, rows, level[inner.indices] + 1)
        if (deeper == level).all():
            return level
        level = deeper
    raise ValueError("the defining equations run in a ring")


def _bounds(
    arrays: Arrays, defined: np.ndarray, free: np.ndarray, constant: np.ndarray, slope: sp.csr_array, limits: Caps
) -> tuple[sp.csr_array, np.ndarray, np.ndarray, np.ndarray]:
    """Rows, limits and constants for the bounds of defined variables that neither caps nor another bound imply."""
    up, down = sp.csr_array(slope.maximum(0)), sp.csr_array(-slope.minimum(0))
    at_least, at_most = arrays.at_least[free], arrays.at_most[free]
    lowest = constant + up @ at_least - largest(down, at_most, limits)
    highest = constant + largest(up, at_most, limits) - down @ at_least
    slack = 1e-9 * arrays.size[defined]
    needed = np.flatnonzero((lowest < arrays.at_least[defined] - slack) | (highest > arrays.at_most[defined] + slack))
    least, most = (limit[defined][needed] - constant[needed] for limit in (arrays.at_least, arrays.at_most))
    kept = ~implied_by_next(slope[needed], least, most)
    return sp.csr_array(slope[needed[kept]]), least[kept], most[kept], constant[needed[kept]]


def _clean(matrix: sp.csr_array) -> sp.csr_array:
    largest = abs(matrix).max(axis=1).toarray().ravel()
    matrix.data[np.abs(matrix.data) < NEGLIGIBLE * np.repeat(largest, np.diff(matrix.indptr))] = 0
    matrix.eliminate_zeros()
    return matrix
