"""Curves: marginal abatement cost, fronts of two and three axes, and what a sweep found."""

from __future__ import annotations

from math import ceil, floor, log10

import numpy as np
import pandas as pd

from scenarios.case import Case
from scenarios.plan import Plan
from scenarios.reports.charts.description import Curve, table
from scenarios.reports.curves_text import axis_title
from scenarios.reports.format import MILLION, join_sentences, typeset
from scenarios.reports.scales import money, unit_sign
from scenarios.studies.abatement_cost import SystemCurve, measure_curve
from scenarios.studies.axes import COST, MONEY, Axis, axis
from scenarios.studies.pareto import Front
from scenarios.tables import BY_NAME, columns
from scenarios.units import TEN_THOUSAND
from scenarios.words import language, name_column, say

LINES = 7  #: values of a second number that are drawn as lines of their own
WHOLE, MOST = 0.98, 0.8  #: parts of a measure curve that decide how high the picture is [1]
FAR = 8.0  #: how many times as high as most of a curve the picture is at most [1]
NEAR = 1.6  #: how many times as high as the rest the tallest block may be and still be shown whole [1]
MARKED, MARK_WIDTH = 8, 0.03  #: blocks of a measure curve that are named at most, and how wide they are at least [1]


def title_line(case: Case, what: str) -> str:
    """City, scenario, and what is shown."""
    name = case.settings.name(language())
    return say("{what} ({city}, {scenario})", what=what, city=name, scenario=case.called(language()))


def _scaled(on: Axis, values: pd.Series) -> tuple[pd.Series, str]:
    """Values of an axis as they are shown, and its title."""
    if on.kind in (COST, MONEY):
        divisor, unit = money(values)
        return values / divisor, f"{axis_title(on)} [{unit}]"
    return values, typeset(axis_title(on))


def front(case: Case, found: Front) -> Curve:
    """Two axes as a line; a third as shade."""
    shown = [_scaled(on, found.points[on.name]) for on in found.axes]
    columns = {"y": shown[0][0], "x": shown[1][0]} | ({"shade": shown[2][0]} if len(shown) > 2 else {})
    return Curve(
        name="front",
        title=title_line(case, say("Efficient plans")),
        rows=pd.DataFrame(columns).assign(series=""),
        x_title=shown[1][1],
        y_title=shown[0][1],
        shade_title=shown[2][1] if len(shown) > 2 else "",
        joined=len(shown) == 2,
    )


def macc(case: Case, on: Axis, steps: pd.DataFrame | None, system: SystemCurve | None) -> Curve:
    """The measure curve as blocks as wide as what they take away, and the system's price as a line."""
    blocks = _blocks(case.names("measures", language()), steps)
    floor, ceiling = _shown(blocks)
    rows = pd.DataFrame({"series": [], "x": [], "y": []})
    if system is not None:
        rows = system.steps.rename(columns={"reduction": "x", "price": "y"})[["x", "y"]].assign(
            series=say("the city's least cost: price of the last unit")
        )
        ceiling = max(ceiling, float(np.quantile(system.steps["price"], 0.8)))
    divisor, unit = _per_unit(ceiling, on.unit)
    return Curve(
        name=f"macc-{on.name}",
        title=title_line(case, say("What the next unit of {name} costs", name=on.name)),
        rows=rows.assign(y=rows["y"] / divisor),
        x_title=say("taken away: {title}", title=typeset(axis_title(on))),
        y_title=unit,
        blocks=blocks.assign(height=blocks["height"] / divisor),
        blocks_title=say("measures of the plan"),
        ceiling=_round(1.15 * ceiling / divisor) if ceiling > 0 else None,
        floor=-_round(-floor / divisor),
        note=_read(blocks, 1.15 * ceiling),
    )


def _blocks(names: dict[str, str], steps: pd.DataFrame | None) -> pd.DataFrame:
    """Measures that help, the cheapest first, the widest of them numbered: start, width, height, name, mark."""
    if steps is None or steps.empty:
        return table("start width height name mark")
    helping = steps[steps["reduction"] > 0]
    helping = helping[helping["unit_cost"].notna() | (helping["cost"] < 0)]
    wide = helping["reduction"]
    widest = wide.nlargest(MARKED).loc[lambda found: found >= MARK_WIDTH * wide.sum()].index
    turn = {place: str(n) for n, place in enumerate((place for place in helping.index if place in widest), start=1)}
    return pd.DataFrame(
        {
            "start": wide.cumsum() - wide,
            "width": wide,
            "height": (helping["cost"] / wide).astype(float),
            "name": helping["measure"].map(names),
            "mark": [turn.get(place, "") for place in helping.index],
        }
    )


def _shown(blocks: pd.DataFrame) -> tuple[float, float]:
    """From where to where the blocks are shown: nearly all of what they take away, but not a few tall ones alone."""
    if blocks.empty:
        return 0.0, 0.0
    height, end = blocks["height"], blocks["width"].cumsum() / blocks["width"].sum()
    nearly, most = (float(height[end <= part].max()) if (end <= part).any() else 0.0 for part in (WHOLE, MOST))
    ceiling = min(nearly, FAR * most) if most > 0 else nearly
    ceiling = float(height.max()) if height.max() <= NEAR * ceiling or ceiling <= 0 else ceiling
    lowest = float(height[end > 1 - WHOLE].min())
    return max(min(0.0, lowest), -0.3 * ceiling), max(ceiling, 0.0)


def _read(blocks: pd.DataFrame, ceiling: float) -> str:
    """How the blocks are read, which the widest are, and whether some go on above the picture."""
    said = [say("Each block is a measure: as wide as what it takes away, as high as what a unit of that costs.")]
    if len(blocks) and blocks["height"].max() > ceiling:
        said.append(say("Blocks at the upper edge go on above it."))
    marked = blocks[blocks["mark"] != ""]
    if len(marked):
        pairs = zip(marked["mark"], marked["name"], strict=True)
        named = say("; ").join(say("({mark}) {name}", mark=mark, name=name) for mark, name in pairs)
        said.append(say("The widest: {names}.", names=named))
    return join_sentences(said)


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
        return divisor, say("{money} per {unit}", money=name, unit=unit_sign(unit))
    return 1.0, say("CNY per {unit}", unit=unit_sign(unit))


def measures(case: Case, plan: Plan, name: str) -> Curve:
    """The measure curve of a plan on an axis, such as a pollutant."""
    on = axis(case, name)
    return macc(case, on, measure_curve(case, plan, on), None)


def _varied_title(case: Case, path: str) -> str:
    """What a number that is varied belongs to, with its path; the path alone where that has no name."""
    table, _, key = path.partition(".")
    named = case.names(table, language()) if table in BY_NAME and name_column() in columns(BY_NAME[table]) else {}
    return f"{named[key]} [{path}]" if key in named else path


def sweep(case: Case, tables: dict[str, pd.DataFrame]) -> Curve:
    """Cost over the first number varied, a line for each value of the second; where no plan exists there is a gap."""
    points = tables["points"]
    varied = [str(name) for name in points if name not in ("point", "how", "cost", "bound", "gap")]
    divisor, unit = money(points["cost"])
    several = len(varied) == 2 and points[varied[1]].nunique() <= LINES
    series = varied[1] + " = " + points[varied[1]].astype(str) if several else pd.Series("", points.index, dtype=object)
    return Curve(
        name="sweep",
        title=title_line(case, say("cost over the plan")),
        rows=pd.DataFrame({"series": series, "x": points[varied[0]], "y": points["cost"] / divisor}),
        x_title=_varied_title(case, varied[0]),
        y_title=f"{say('cost over the plan')} [{unit}]",
        joined=several or len(varied) == 1,
    )
