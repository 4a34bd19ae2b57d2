"""When nothing fits: which targets, supplies, budgets or deadlines conflict, and the least that would have to give way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp

from scenarios import highs
from scenarios.program.build import Arrays, Name
from scenarios.program.register import EQUATIONS

NEGOTIABLE = tuple(name for name, equation in EQUATIONS.items() if equation.negotiable)
SMALL = 1e-6  #: relative slack below which a row counts as kept [1]
ELASTIC_GAP = 1e-2
ELASTIC_SECONDS = 60.0


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
        return (self.reachable - self.limit) / max(abs(self.limit), 1e-9)


@dataclass(frozen=True)
class WayOut:
    """One set of relaxations that makes the rest possible; ``relaxations`` is None when there is none of this kind."""

    kind: str
    relaxations: tuple[Relaxation, ...] | None


def ways_out(arrays: Arrays, progress: Callable[[str], None] = lambda _: None) -> list[WayOut]:
    """The least relaxation over all negotiable rows, over the targets alone, and over everything but the targets.

    The least is the smallest sum of relative slacks: a percent of one target weighs as much as a percent of a supply.
    """
    targets = tuple(name for name in NEGOTIABLE if name.endswith("_target"))
    result = []
    for kind, rows in (("any", NEGOTIABLE), ("targets", targets), ("means", tuple(name for name in NEGOTIABLE if name not in targets))):
        progress(kind)
        result.append(WayOut(kind, _least(arrays, rows)))
    return result


def _least(arrays: Arrays, equations: tuple[str, ...]) -> tuple[Relaxation, ...] | None:
    places = [place for place, (name, _) in enumerate(arrays.rows) if name in equations]
    if not places:
        return None
    answer = highs.solve(elastic(arrays, places), highs.Options(gap=ELASTIC_GAP, time_limit=ELASTIC_SECONDS))
    if answer.outcome not in ("optimal", "stopped"):
        return None
    slack = answer.values[len(arrays.columns):]
    found = [_relaxation(arrays, place, float(amount)) for place, amount in zip(places, slack, strict=True) if amount > SMALL]
    return tuple(sorted(found, key=lambda row: -abs(row.share)))


def elastic(arrays: Arrays, places: list[int]) -> Arrays:
    """The arrays with a slack on each row named, in parts of its limit, and the sum of slacks as the only cost."""
    weight = np.array([max(abs(_limit(arrays, place)), 1e-9) for place in places])
    sign = np.array([-1.0 if np.isfinite(arrays.upper[place]) else 1.0 for place in places])
    slack = sp.csc_array((sign * weight, (places, np.arange(len(places)))), shape=(len(arrays.rows), len(places)))
    names: tuple[Name, ...] = tuple(("slack", (place,)) for place in places)
    count = len(places)
    return replace(arrays, cost=np.concatenate([np.zeros(len(arrays.columns)), np.ones(count)]), constant=0.0,
                   matrix=sp.csc_array(sp.hstack([arrays.matrix, slack])), at_least=np.concatenate([arrays.at_least, np.zeros(count)]),
                   at_most=np.concatenate([arrays.at_most, np.full(count, np.inf)]), integer=np.concatenate([arrays.integer, np.zeros(count, bool)]),
                   size=np.concatenate([arrays.size, np.ones(count)]), columns=arrays.columns + names)


def _limit(arrays: Arrays, place: int) -> float:
    return float(arrays.upper[place] if np.isfinite(arrays.upper[place]) else arrays.lower[place])


def _relaxation(arrays: Arrays, place: int, slack: float) -> Relaxation:
    limit = _limit(arrays, place)
    direction = 1.0 if np.isfinite(arrays.upper[place]) else -1.0
    name, index = arrays.rows[place]
    return Relaxation(name, index, limit, limit + direction * slack * max(abs(limit), 1e-9))
