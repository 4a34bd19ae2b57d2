"""Pareto fronts: two or three axes held against each other by the augmented epsilon-constraint method.

Each end of the front is the least of one axis, the others as small as they can then be. Between the ends the other axes
are limited step by step while the first is minimised, with a little of the others added so that no point is left that
could be better in one axis without being worse in another (Mavrotas 2009).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pandas as pd

from scenarios.case import Case
from scenarios.session import Limits
from scenarios.solving import NEAR, PROOF
from scenarios.studies.axes import Axis
from scenarios.studies.reoptimiser import Reoptimiser, Solution, StudyProgress, no_progress

AUGMENTED = 1e-5  #: weight of the other axes, each over its range, beside the first over its own [1]
SAME = 1e-9  #: distance, relative to the range of an axis, within which points are the same [1]


@dataclass(frozen=True)
class Front:
    """The efficient points: one row each with a column for each axis, then gap and how; and their measures."""

    axes: tuple[Axis, ...]
    points: pd.DataFrame  # point, one column an axis [unit of the axis], gap of what was minimised, how
    measures: pd.DataFrame  # point, measure, quantity [activity unit]
    lifted: tuple[str, ...]  # targets that stand on an axis and do not bind here


def pareto(
    case: Case,
    axes: Sequence[Axis],
    points: int = 8,
    *,
    gap: float = NEAR,
    ends: float = PROOF,
    alone: bool = False,
    progress: StudyProgress = no_progress,
) -> Front | None:
    """The front of two or three axes with about ``points`` steps along each; None when no plan exists at all."""
    count = len(axes) + max(points - 2, 0) ** (len(axes) - 1)
    progress(0, count)
    reoptimiser = Reoptimiser(case, axes, alone=alone)
    found: list[Solution] = []
    for first in range(len(axes)):
        end = corner(reoptimiser, axes, first, ends, gap)
        if end is None:
            return None
        found.append(end)
        progress(first + 1, count)
    values = np.array([_values(reoptimiser, axes, point) for point in found])
    best, worst = values.min(axis=0), values.max(axis=0)
    steps = [np.linspace(worst[number], best[number], points)[1:-1] for number in range(1, len(axes))]
    cost = _augmented(reoptimiser, axes, worst - best)
    for number, limits in enumerate(product(*steps), len(axes) + 1):
        rows: Limits = {}
        for on, limit in zip(axes[1:], limits, strict=True):
            rows = {**rows, **reoptimiser.at_most(on.name, float(limit))}
        point = reoptimiser.minimise(rows, cost, gap)
        if point is not None:
            found.append(point)
        progress(number, count)
    table = np.array([_values(reoptimiser, axes, point) for point in found])
    kept = efficient(table, worst - best)
    order = sorted(kept, key=lambda place: tuple(table[place]))
    return Front(tuple(axes), *_tables(reoptimiser, axes, [found[place] for place in order]), lifted=reoptimiser.lifted)


def corner(reoptimiser: Reoptimiser, axes: Sequence[Axis], first: int, end: float, gap: float) -> Solution | None:
    """The least of one axis, proven to ``end``, then of the others one after the other; None when no plan exists.

    Objective and bound are those of the first of ``axes``: of the last one minimised they would say nothing of it.
    """
    rows: Limits = {}
    point = proof = None
    for number in [first, *(place for place in range(len(axes)) if place != first)]:
        expression = reoptimiser.expressions[axes[number].name]
        better = reoptimiser.minimise(rows, expression.vector, end if number == first else gap)
        if better is None:
            break
        point = better
        proof = point if number == 0 else proof
        rows = {**rows, **reoptimiser.at_most(axes[number].name, _loosely(expression.at(point.values)))}
    if point is None or proof is None:
        return point
    return replace(point, objective=proof.objective, bound=proof.bound)


def _loosely(value: float) -> float:
    """A limit just above a value that was reached."""
    return value + abs(value) * SAME


def _augmented(reoptimiser: Reoptimiser, axes: Sequence[Axis], spread: np.ndarray) -> np.ndarray:
    """The first axis, and a little of the others. [unit of the first axis]"""
    cost = reoptimiser.expressions[axes[0].name].vector.copy()
    for on, width in zip(axes[1:], spread[1:], strict=True):
        if width > 0:
            cost += AUGMENTED * spread[0] / width * reoptimiser.expressions[on.name].vector
    return cost


def _values(reoptimiser: Reoptimiser, axes: Sequence[Axis], point: Solution) -> list[float]:
    return [reoptimiser.expressions[on.name].at(point.values) for on in axes]


def efficient(table: np.ndarray, spread: np.ndarray) -> list[int]:
    """Places of the rows that no other row equals or betters in every column, first of its kind."""
    slack = SAME * np.where(spread > 0, spread, 1.0)
    kept: list[int] = []
    for place, row in enumerate(table):
        others = np.delete(np.arange(len(table)), place)
        better = (table[others] <= row + slack).all(axis=1) & (table[others] < row - slack).any(axis=1)
        same = (np.abs(table[kept] - row) <= slack).all(axis=1) if kept else np.array([False])
        if not better.any() and not same.any():
            kept.append(place)
    return kept


def _tables(
    reoptimiser: Reoptimiser, axes: Sequence[Axis], found: Sequence[Solution]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows, measures = [], []
    for number, point in enumerate(found, 1):
        values = dict(zip([on.name for on in axes], _values(reoptimiser, axes, point), strict=True))
        rows.append({"point": number, **values, "gap": point.gap, "how": point.how})
        measures.append(reoptimiser.quantities(point).reset_index().assign(point=number))
    return pd.DataFrame(rows), pd.concat(measures, ignore_index=True)[["point", "measure", "quantity"]]
