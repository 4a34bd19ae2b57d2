"""Curves on the screen: Pareto fronts, budget curves, marginal abatement cost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pandas as pd

from scenarios.case import Case
from scenarios.frames import records
from scenarios.reports.format import grid, in_one_unit, join_names, money, number, percent, unit_name, with_unit
from scenarios.reports.prices_text import basis
from scenarios.studies.abatement_cost import SystemCurve
from scenarios.studies.axes import COST, MONEY, Axis
from scenarios.studies.pareto import Front
from scenarios.words import language, say

FOUND = {
    "relaxed": "exact",
    "kept": "near the schedule",
    "rounded": "rounded",
    "searched": "searched",
    "no plan": "no plan",
}


def axis_title(on: Axis) -> str:
    """What an axis is called, with year and unit."""
    if on.kind == COST:
        return say("cost over the plan")
    if on.kind == MONEY:
        return say("money laid out")
    return f"{on.name.partition('@')[0]} {on.year} [{unit_name(on.unit)}]"


def axis_value(on: Axis, value: float) -> str:
    """A value on an axis."""
    return money(value) if on.kind in (COST, MONEY) else number(value, 4)


def weights_lines(axes: Iterable[Axis]) -> list[str]:
    """What a tonne of each pollutant counts on the axes that weigh several."""
    return [
        say(
            "{axis}: a t of each counts as {weights} t (weights.csv)",
            axis=axis_title(on),
            weights=join_names(f"{pollutant} {number(weight)}" for pollutant, weight in on.weights.items()),
        )
        for on in axes
        if len(on.weights) > 1
    ]


def lifted_line(case: Case, lifted: Sequence[str]) -> str:
    """Which targets do not bind in a study."""
    if not lifted:
        return say("All targets of the scenario bind.")
    names = case.names("targets", language())
    if len(lifted) > 6:
        return say("{count} targets do not bind here; all others do.", count=len(lifted))
    return say("These do not bind here, all others do: {names}", names=say("; ").join(names[name] for name in lifted))


def front_text(case: Case, front: Front) -> str:
    """A front, from the least of the first axis on."""
    columns = [_axis_column(on, front.points[on.name]) for on in front.axes]
    rows = [
        [*values, percent(row["gap"], 2), say(FOUND[row["how"]])]
        for row, *values in zip(records(front.points), *(column for _, column in columns), strict=True)
    ]
    heads = [head for head, _ in columns]
    lines = [
        basis(case),
        *weights_lines(front.axes),
        lifted_line(case, front.lifted),
        "",
        grid([*heads, "at most above the best", "found"], rows, left=0),
    ]
    if len(front.axes) == 2:
        lines += ["", *_slopes(front)]
    return "\n".join(lines)


def _axis_column(on: Axis, values: Iterable[float]) -> tuple[str, list[str]]:
    """The heading of a column with the values on an axis, and its cells; money in one unit."""
    if on.kind not in (COST, MONEY):
        return axis_title(on), [axis_value(on, value) for value in values]
    unit, in_unit = in_one_unit(values)
    return with_unit(axis_title(on), unit), [in_unit(value) for value in values]


def _slopes(front: Front) -> list[str]:
    """What a unit of the second axis costs on the first, from point to point."""
    first, second = front.axes
    rows = records(front.points)
    lines = []
    for one, other in zip(rows, rows[1:], strict=False):
        gained = one[second.name] - other[second.name]
        if gained > 0:
            lines.append(
                "  "
                + say(
                    "from {start} to {end} {title}: {slope} each unit",
                    start=axis_value(second, one[second.name]),
                    end=axis_value(second, other[second.name]),
                    title=axis_title(second),
                    slope=axis_value(first, (other[first.name] - one[first.name]) / gained),
                )
            )
    return lines


def system_text(case: Case, curve: SystemCurve) -> str:
    """The system curve: least cost at each level, and the price of the last unit."""
    unit = curve.axis.unit
    sums, in_unit = in_one_unit(curve.steps["cost"])
    rows = [
        [
            number(row["limit"], 5),
            number(row["reduction"], 5),
            in_unit(row["cost"]),
            say("{price} per {unit}", price=money(row["price"]), unit=unit_name(unit)),
            percent(row["gap"], 2),
            say(FOUND[row["how"]]),
        ]
        for row in records(curve.steps)
    ]
    head = [axis_title(curve.axis), "less by", with_unit(say("cost over the plan"), sums), "the last unit"]
    table = grid([*head, "at most above the best", "found"], rows, left=0)
    return "\n".join([basis(case), *weights_lines([curve.axis]), lifted_line(case, curve.lifted), "", table])


def measures_text(case: Case, on: Axis, rows: pd.DataFrame) -> str:
    """The measure curve of a plan."""
    names = case.names("measures", language())
    helping = rows[rows["unit_cost"].notna() | ((rows["cost"] < 0) & (rows["reduction"] > 0))]
    unit, in_unit = in_one_unit(helping["cost"])
    lines = [_step(names, row, on, in_unit) for row in records(helping)]
    other = rows.drop(helping.index)
    head = ["measure", "takes away", "together", say("{unit} a year", unit=unit), "cost of a unit"]
    text = grid(head, lines)
    note = say(
        "Measures that serve other ends: {count}; they cost {cost} a year and change this by {change} {unit}.",
        count=len(other),
        cost=money(float(other["cost"].sum())),
        change=number(-float(other["reduction"].sum()), 4),
        unit=on.unit,
    )
    title = say(
        "{title}: what each measure of the plan takes away in {year}, and costs in that year (money of {price_year}, "
        "capital as annuities at {rate}); savings first",
        title=axis_title(on),
        year=on.year,
        price_year=case.settings.price_year,
        rate=percent(case.settings.discount_rate, 1),
    )
    return "\n".join([title, *weights_lines([on]), text, f"  {note}"])


def _step(names: dict[str, str], row: dict[str, Any], on: Axis, in_unit: Callable[[float], str]) -> list[str]:
    saving = row["cost"] < 0
    unit_cost = (
        say("saves money")
        if saving
        else say("{price} per {unit}", price=money(row["unit_cost"]), unit=unit_name(on.unit))
    )
    return [
        names[row["measure"]],
        number(row["reduction"], 4),
        number(row["cumulated"], 5),
        in_unit(row["cost"]),
        unit_cost,
    ]
