"""When nothing fits: which targets, supplies, budgets or deadlines conflict, and the least that must give way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp

from scenarios import highs
from scenarios.program.build import Arrays, Name
from scenarios.program.equations import EQUATIONS

NEGOTIABLE = tuple(name for name, equation in EQUATIONS.items() if equation.negotiable)
SMALL = 1e-6  #: relative slack below which a row counts as kept [1]
ELASTIC_GAP = 1e-3  #: how close to the least sum of slacks is close enough [1]
ELASTIC_SECONDS = 30.0


@dataclass(frozen=True)
class Relaxation:
    """A named row, the limit it asks for and the nearest value that can be reached together with all the others."""

    equation: str
    index: tuple[Any, ...]
    limit: float
    reachable: float

    @property
    def share(self) -> float:
        """How far the reachable value is from the limit, relative to the limit. [1]"""
        return (self.reachable - self.limit) / (abs(self.limit) or 1.0)


@dataclass(frozen=True)
class WayOut:
    """One set of relaxations that makes the rest possible; ``relaxations`` is None when there is none of this kind."""

    kind: str
    relaxations: tuple[Relaxation, ...] | None
    proven: bool = True  #: False: the search was stopped by its time limit, a little less may do


def ways_out(written: Arrays, solved: Arrays) -> list[WayOut]:
    """The least relaxation over all negotiable rows, over the targets alone, and over everything but the targets.

    ``written`` are the arrays as the equations say them, ``solved`` the ones handed to the solver. The least is the
    smallest sum of relative slacks: a percent of one target weighs as much as a percent of a supply, and as a percent
    of an activity where a share is asked for.
    """
    asked = {name: _limit(written, place) for place, name in enumerate(written.rows) if name[0] in NEGOTIABLE}
    targets = tuple(name for name in NEGOTIABLE if name.endswith("_target"))
    means = tuple(name for name in NEGOTIABLE if name not in targets)
    return [
        WayOut(kind, *_least(solved, rows, asked))
        for kind, rows in (("any", NEGOTIABLE), ("targets", targets), ("means", means))
    ]


def _least(
    arrays: Arrays, equations: tuple[str, ...], asked: Mapping[Name, float]
) -> tuple[tuple[Relaxation, ...] | None, bool]:
    places = [place for place, (name, _) in enumerate(arrays.rows) if name in equations]
    if not places:
        return None, True
    weight = np.array([abs(asked[arrays.rows[place]]) or 1.0 for place in places])
    answer = _solved(elastic(arrays, places, weight))
    if answer.outcome not in ("optimal", "stopped"):
        return None, True
    slack = answer.values[len(arrays.columns) :]
    found = []
    for place, amount, size in zip(places, slack, weight, strict=True):
        if amount > SMALL:
            name = arrays.rows[place]
            change = float(amount * size) * (1 if np.isfinite(arrays.upper[place]) else -1)
            found.append(Relaxation(*name, asked[name], asked[name] + change))
    return tuple(sorted(found, key=lambda row: -abs(row.share))), answer.outcome == "optimal"


def _solved(arrays: Arrays) -> highs.Answer:
    """The least sum of slacks: tasks done once the relaxation touches them, or searched where that is not best."""
    relaxed = highs.solve(replace(arrays, integer=np.zeros_like(arrays.integer)))
    if relaxed.outcome == "infeasible":
        return relaxed
    if relaxed.outcome == "optimal" and arrays.integer.any():
        rounded = np.where(arrays.integer, np.ceil(relaxed.values - SMALL), relaxed.values)
        fixed = highs.solve(highs.with_integers_fixed(arrays, rounded))
        if fixed.outcome == "optimal" and fixed.objective <= relaxed.objective * (1 + ELASTIC_GAP) + SMALL:
            return fixed
    return highs.solve(arrays, highs.Options(gap=ELASTIC_GAP, time_limit=ELASTIC_SECONDS))


def elastic(arrays: Arrays, places: list[int], weight: np.ndarray) -> Arrays:
    """The arrays with a slack on each row named, in parts of its weight, and the sum of slacks as the only cost."""
    sign = np.array([-1.0 if np.isfinite(arrays.upper[place]) else 1.0 for place in places])
    slack = sp.csc_array((sign * weight, (places, np.arange(len(places)))), shape=(len(arrays.rows), len(places)))
    names: tuple[Name, ...] = tuple(("slack", (place,)) for place in places)
    count = len(places)
    return replace(
        arrays,
        cost=np.concatenate([np.zeros(len(arrays.columns)), np.ones(count)]),
        constant=0.0,
        matrix=sp.csc_array(sp.hstack([arrays.matrix, slack])),
        at_least=np.concatenate([arrays.at_least, np.zeros(count)]),
        at_most=np.concatenate([arrays.at_most, np.full(count, np.inf)]),
        integer=np.concatenate([arrays.integer, np.zeros(count, bool)]),
        size=np.concatenate([arrays.size, np.ones(count)]),
        columns=arrays.columns + names,
    )


def _limit(arrays: Arrays, place: int) -> float:
    """The limit of a row as its equation says it."""
    limit = arrays.upper[place] if np.isfinite(arrays.upper[place]) else arrays.lower[place]
    return float(limit + arrays.shift[place])
