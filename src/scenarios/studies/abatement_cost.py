"""Marginal abatement cost, two ways: what the city's least cost rises by, and what each measure of one plan does.

The system curve asks for less and less of an axis and prices the last unit; it is what the next tonne truly costs. The
measure curve takes one plan apart: each step is as wide as the tonnes the measure achieves there, beside all the
others, so the steps add up to the plan. A measure that saves money comes first, by what it saves: a ratio of a saving
to tonnes says nothing (the fewer tonnes, the "better").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenarios.case import Case
from scenarios.cells import as_text
from scenarios.plan import Plan
from scenarios.problems import InputError, Place, Problem, phrase
from scenarios.solving import NEAR
from scenarios.studies.axes import COST, MONEY, PROBE, Axis, axis
from scenarios.studies.reoptimiser import Reoptimiser, StudyProgress, no_progress

MEDIUM = {"concentration": "air", "emission": "emission"}  #: kind of axis -> medium in effects.csv
SLIGHT = 1e-9  #: reductions below this part of the largest are rounding [1]


@dataclass(frozen=True)
class SystemCurve:
    """Least cost as a function of what is left of an axis, from where nothing is asked of it to the least there is."""

    axis: Axis
    steps: pd.DataFrame  # limit [unit], reduction [unit], cost [CNY], price [CNY per unit], gap, how
    lifted: tuple[str, ...]


def system_curve(
    case: Case,
    text: str,
    points: int = 12,
    *,
    gap: float = NEAR,
    alone: bool = False,
    progress: StudyProgress = no_progress,
) -> SystemCurve | None:
    """The least cost over the plan at ``points`` levels of an axis, and the price of the last unit at each.

    The price is that of the program with its whole projects and tasks as they are there. None when no plan exists.
    Raises InputError for an axis of money.
    """
    on = axis(case, text)
    if on.kind in (COST, MONEY):
        allowed = phrase("a pollutant, weighted or a fuel")
        remedy = phrase("budget-curve shows how far money goes.")
        raise InputError([Problem(Place("--pollutant"), as_text(on.name), allowed, remedy)])
    progress(0, points)
    reoptimiser = Reoptimiser(case, [on], alone=alone)
    expression = reoptimiser.expressions[on.name]
    free, least = reoptimiser.minimise(gap=gap), reoptimiser.minimise(cost=expression.vector, gap=gap)
    if free is None or least is None:
        return None
    start, end = expression.at(free.values), expression.at(least.values)
    rows = []
    for number, limit in enumerate(np.linspace(start, end, points), 1):
        point = reoptimiser.minimise(reoptimiser.at_most(on.name, float(limit)), gap=gap) if limit < start else free
        progress(number, points)
        if point is None:
            continue
        price = abs(float(point.duals[reoptimiser.places[PROBE, (on.name,)]]))
        reached = expression.at(point.values)
        rows.append(
            {
                "limit": float(limit),
                "reduction": start - reached,
                "cost": point.objective,
                "price": price,
                "gap": point.gap,
                "how": point.how,
            }
        )
    return SystemCurve(on, pd.DataFrame(rows), reoptimiser.lifted)


def measure_curve(case: Case, plan: Plan, on: Axis) -> pd.DataFrame:
    """What each measure of a plan takes off an axis in its year, and costs in that year, in the order of the curve.

    Columns: measure, reduction [unit of the axis], cost [CNY/yr, undiscounted: annuity, running and fuel], unit_cost
    [CNY per unit; blank for a saving and for what adds to the axis], cumulated [unit]. Savings come first, the largest
    saving at the head; then by unit cost; then measures that serve other ends, dearest last. Raises InputError for an
    axis that is of no pollutant: what measures do is counted of pollutants only.
    """
    if on.kind not in MEDIUM:
        allowed = phrase("a pollutant or weighted: what each measure takes away is counted of pollutants only")
        remedy = phrase("For a fuel ask for the system curve alone: --curve system.")
        raise InputError([Problem(Place("--pollutant"), as_text(on.name), allowed, remedy)])
    rows = plan["effects"]
    rows = rows[
        (rows["year"] == on.year) & (rows["medium"] == MEDIUM[on.kind]) & rows["pollutant"].isin(list(on.weights))
    ]
    taken = (rows["reduction"] * rows["pollutant"].map(on.weights).astype(float)).groupby(rows["measure"]).sum()
    spent = plan.costs[plan.costs["item"].isin(["annuity", "running", "fuel"]) & (plan.costs["year"] == on.year)]
    cost = spent.groupby("measure")["cny"].sum()
    table = pd.DataFrame({"reduction": taken, "cost": cost}).fillna(0.0).rename_axis("measure").reset_index()
    table = table[table["measure"].isin(case["measures"]["measure"])].astype({"reduction": float, "cost": float})
    helps = table["reduction"] > SLIGHT * table["reduction"].abs().max()
    saves = table["cost"] < 0
    unit_cost = (table["cost"] / table["reduction"]).where(helps & ~saves)
    rank = np.select([saves & helps, helps], [0, 1], 2)
    key = np.select([saves & helps, helps], [table["cost"], unit_cost.fillna(0.0)], table["cost"])
    ordered = table.assign(unit_cost=unit_cost, rank=rank, key=key).sort_values(
        ["rank", "key", "measure"], ignore_index=True
    )
    return ordered.assign(cumulated=ordered["reduction"].cumsum()).drop(columns=["rank", "key"])
