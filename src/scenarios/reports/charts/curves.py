"""Curves: marginal abatement cost, fronts of two and three axes, and what a sweep found."""

from __future__ import annotations

from math import ceil, floor, log10

import numpy as np
import pandas as pd

from scenarios.case import Case
from scenarios.plan import Plan
from scenarios.reports.charts.description import Curve
from scenarios.reports.charts.scales import money
from scenarios.reports.curves_text import axis_title
from scenarios.reports.format import MILLION, unit_name
from scenarios.studies.abatement_cost import SystemCurve, measure_curve
from scenarios.studies.axes import COST, MONEY, Axis, axis
from scenarios.studies.pareto import Front
from scenarios.units import TEN_THOUSAND
from scenarios.words import language, say

LINES = 7  #: values of a second number that are drawn as lines of their own
WHOLE = 0.98  #: part of a measure curve that decides how high the picture is [1]


def titled(case: Case, what: str) -> str:
    """City, scenario, and what is shown."""
    name = case.settings.name_zh if language() == "zh" else case.settings.name_en
    return say("{what} ({city}, {scenario})", what=what, city=name, scenario=case.called(language()))


def _scaled(on: Axis, values: pd.Series) -> tuple[pd.Series, str]:
    """Values of an axis as they are shown, and its title."""
    if on.kind in (COST, MONEY):
        divisor, unit = money(values)
        return values / divisor, f"{axis_title(on)} [{unit}]"
    return values, axis_title(on)


def front(case: Case, found: Front) -> Curve:
    """Two axes as a line; a third as shade."""
    shown = [_scaled(on, found.points[on.name]) for on in found.axes]
    columns = {"y": shown[0][0], "x": shown[1][0]} | ({"shade": shown[2][0]} if len(shown) > 2 else {})
    return Curve(
        name="front",
        title=titled(case, say("Efficient plans")),
        rows=pd.DataFrame(columns).assign(series=""),
        x_title=shown[1][1],
        y_title=shown[0][1],
        shade_title=shown[2][1] if len(shown) > 2 else "",
        joined=len(shown) == 2,
    )


def macc(case: Case, on: Axis, steps: pd.DataFrame | None, system: SystemCurve | None) -> Curve:
    """The measure curve as blocks as wide as what they take away, and the system's price as a line."""
    names, ceiling = case.names("measures", language()), 0.0
    blocks = pd.DataFrame(columns=["start", "width", "height", "name"])
    if steps is not None and len(steps):
        helping = steps[steps["reduction"] > 0]
        helping = helping[helping["unit_cost"].notna() | (helping["cost"] < 0)]
        height = (helping["cost"] / helping["reduction"]).astype(float)
        whole = helping["reduction"].cumsum()
        blocks = pd.DataFrame(
            {
                "start": whole - helping["reduction"],
                "width": helping["reduction"],
                "height": height,
                "name": helping["measure"].map(names),
            }
        )
        if len(helping):
            ceiling = float(height[whole <= WHOLE * whole.iloc[-1]].max()) if len(helping) > 1 else float(height.max())
    rows = pd.DataFrame({"series": [], "x": [], "y": []})
    if system is not None:
        rows = system.steps.rename(columns={"reduction": "x", "price": "y"})[["x", "y"]].assign(
            series=say("the city's least cost: price of the last unit")
        )
        ceiling = max(ceiling, float(np.quantile(system.steps["price"], 0.8)))
    divisor, unit = _per_unit(ceiling, on.unit)
    return Curve(
        name=f"macc-{on.name}",
        title=titled(case, say("What the next unit of {name} costs", name=on.name)),
        rows=rows.assign(y=rows["y"] / divisor),
        x_title=say("taken away: {title}", title=axis_title(on)),
        y_title=unit,
        blocks=blocks.assign(height=blocks["height"] / divisor),
        blocks_title=say("measures of the plan"),
        ceiling=_round(1.15 * ceiling / divisor) if ceiling > 0 else None,
        floor=-_round(min(0.3 * ceiling, max(0.0, -float(blocks["height"].min()))) / divisor) if len(blocks) else 0.0,
        note=say("Each block is a measure: as wide as what it takes away, as high as what a unit of that costs."),
    )


def _round(value: float) -> float:
    """The next number with two digits at least as large, for the end of an axis."""
    if value <= 0:
        return 0.0
    digit = 10.0 ** (floor(log10(value)) - 1)
    return ceil(round(value / digit, 6)) * digit


def _per_unit(largest: float, unit: str) -> tuple[float, str]:
    """What prices of a unit are divided by, and their unit."""
    if largest >= (TEN_THOUSAND if language() == "zh" else MILLION):
        divisor, name = money([largest])
        return divisor, say("{price} per {unit}", price=name, unit=unit_name(unit))
    return 1.0, say("CNY per {unit}", unit=unit_name(unit))


def measures(case: Case, plan: Plan, name: str) -> Curve:
    """The measure curve of a plan on an axis, such as a pollutant."""
    on = axis(case, name)
    return macc(case, on, measure_curve(case, plan, on), None)


def sweep(case: Case, tables: dict[str, pd.DataFrame]) -> Curve:
    """Cost over the first number varied, a line for each value of the second; where no plan exists there is a gap."""
    points = tables["points"]
    varied = [str(name) for name in points if name not in ("point", "how", "cost", "bound", "gap")]
    divisor, unit = money(points["cost"])
    several = len(varied) == 2 and points[varied[1]].nunique() <= LINES
    series = varied[1] + " = " + points[varied[1]].astype(str) if several else pd.Series("", points.index, dtype=object)
    return Curve(
        name="sweep",
        title=titled(case, say("cost over the plan")),
        rows=pd.DataFrame({"series": series, "x": points[varied[0]], "y": points["cost"] / divisor}),
        x_title=varied[0],
        y_title=f"{say('cost over the plan')} [{unit}]",
        joined=several or len(varied) == 1,
    )
