"""Near-optimal alternatives: what must be done in any good plan, and what is a choice.

A good plan costs at most a few per cent more than the least. For each measure the least and the most that any good plan
can use are found without integers, so that no good plan lies outside; a measure whose least is above nothing is in all
of them. The alternatives are plans: each minimises what the ones before it used, as far as the extra cost allows (hop,
skip and jump, Brill 1982; modelling to generate alternatives).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenarios import costs, highs
from scenarios.case import Case
from scenarios.session import Limits, Question
from scenarios.solving import NEAR
from scenarios.studies.axes import COST, axis, require_least_cost
from scenarios.studies.reoptimiser import Reoptimiser, Solution

USED = 1e-2  #: part of a potential from which a measure counts as used [1]
SAME = 1e-3  #: difference below which two plans are the same [1]
ROUGH = 0.5  #: gap at which a plan that should only be different is different enough [1]


@dataclass(frozen=True)
class Alternatives:
    """The least and most of each measure in any good plan, and plans that differ: their cost and quantities."""

    best: float  # the least cost found [CNY]
    ceiling: float  # what a good plan costs at most [CNY]
    ranges: pd.DataFrame  # measure, best, least, most, potential [activity unit], stake [CNY], verdict: must ...
    plans: pd.DataFrame  # plan (0: the best), measure, quantity [activity unit]
    costs: pd.DataFrame  # plan, cost [CNY], different: part of what it converts that the best does not [1]


def alternatives(case: Case, slack: float = 0.02, count: int = 3, *, gap: float = NEAR) -> Alternatives | None:
    """What plans within ``slack`` of the least cost share, and ``count`` that differ; None when no plan exists.

    Raises InputError where something else than the cost is minimised.
    """
    require_least_cost(case)
    reoptimiser = Reoptimiser(case, [axis(case, COST)])
    best = reoptimiser.minimise(gap=gap)
    if best is None:
        return None
    ceiling = best.objective + slack * abs(best.objective)
    rows = reoptimiser.at_most(COST, ceiling)
    places = _columns(reoptimiser)
    scale = _potentials(reoptimiser, places)
    ranges = _ranges(reoptimiser, rows, places, scale, best)
    found = [best]
    for _ in range(count):
        point = _different(reoptimiser, rows, places, scale, found)
        before = [reoptimiser.quantities(earlier) for earlier in found]
        if point is None or any(_distance(one, reoptimiser.quantities(point), scale) < SAME for one in before):
            break
        found.append(point)
    made = [reoptimiser.quantities(point) for point in found]
    plans = pd.concat([one.reset_index().assign(plan=number) for number, one in enumerate(made)], ignore_index=True)
    paid = [
        {
            "plan": number,
            "cost": reoptimiser.expressions[COST].at(point.values),
            "different": _distance(made[0], one, scale),
        }
        for number, (point, one) in enumerate(zip(found, made, strict=True))
    ]
    return Alternatives(best.objective, ceiling, ranges, plans[["plan", "measure", "quantity"]], pd.DataFrame(paid))


def _columns(reoptimiser: Reoptimiser) -> dict[str, list[tuple[int, float]]]:
    """Measure -> its columns, each with what one of it converts. [activity unit]"""
    places: dict[str, list[tuple[int, float]]] = {}
    lot = dict(zip(reoptimiser.case["measures"]["measure"], reoptimiser.case["measures"]["lot"], strict=True))
    for place, (name, index) in enumerate(reoptimiser.arrays.columns):
        if name in ("conversion", "lots"):
            places.setdefault(index[1], []).append((place, lot[index[1]] if name == "lots" else 1.0))
    return places


def _potentials(reoptimiser: Reoptimiser, places: dict[str, list[tuple[int, float]]]) -> dict[str, float]:
    """What each measure could convert in the whole city. [activity unit]"""
    whole = dict.fromkeys(places, 0.0)
    for (name, index), limit in zip(reoptimiser.arrays.rows, reoptimiser.arrays.upper, strict=True):
        if name == "potential":
            whole[index[1]] += float(limit)
    return whole


def _use(reoptimiser: Reoptimiser, columns: list[tuple[int, float]]) -> np.ndarray:
    vector = np.zeros(len(reoptimiser.arrays.columns))
    for place, size in columns:
        vector[place] = size
    return vector


def _ranges(
    reoptimiser: Reoptimiser,
    rows: Limits,
    places: dict[str, list[tuple[int, float]]],
    scale: dict[str, float],
    best: Solution,
) -> pd.DataFrame:
    """Between what and what every good plan uses each measure; found without integers, which could only narrow it.

    ``stake`` is the capital of what lies between: the most that good plans can differ by in this measure. [CNY]
    """
    table, capital = [], costs.capital(reoptimiser.case)
    for measure, columns in places.items():
        use = _use(reoptimiser, columns)
        ends = []
        for sign in (1.0, -1.0):
            answer = reoptimiser.relaxed.ask(Question(rows=rows, cost=sign * use / scale[measure]))
            if answer.outcome != "optimal":
                raise highs.SolverError("a good plan was found, and then none")
            ends.append(abs(answer.objective) * scale[measure])
        least, most = ends
        verdict = "must" if least > USED * scale[measure] else "never" if most <= USED * scale[measure] else "choice"
        now = float(use @ best.values)
        stake = (most - least) * float(capital[measure])
        table.append((measure, now, least, most, scale[measure], stake, verdict))
    return pd.DataFrame(table, columns=["measure", "best", "least", "most", "potential", "stake", "verdict"])


def _different(
    reoptimiser: Reoptimiser,
    rows: Limits,
    places: dict[str, list[tuple[int, float]]],
    scale: dict[str, float],
    found: list[Solution],
) -> Solution | None:
    """A plan that uses as little as can be of what the plans found so far use."""
    aim = np.zeros(len(reoptimiser.arrays.columns))
    for measure, columns in places.items():
        use = _use(reoptimiser, columns) / scale[measure]
        times = sum(float(use @ point.values) > USED for point in found)
        aim += times * use
    return reoptimiser.minimise(rows, aim, gap=ROUGH)


def _distance(one: pd.Series, other: pd.Series, scale: dict[str, float]) -> float:
    """Part of what two plans convert, each measure by its potential, that they do not have in common. [1]"""
    first, second = (made / pd.Series(scale).reindex(made.index) for made in (one, other))
    both = pd.concat([first, second], axis=1).fillna(0.0)
    whole = float(both.max(axis=1).sum())
    return 1 - float(both.min(axis=1).sum()) / whole if whole else 0.0
