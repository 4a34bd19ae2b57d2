"""Commitments: what the plan's text fixes, in the unit kept, and which measures it names."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from scenarios.case import Case, cached
from scenarios.frames import records
from scenarios.targets import Yearly, activity_unit, converted_quantity, distance_inside, standing_share
from scenarios.units import factor


class Named(NamedTuple):
    """Measures a plan that does nothing else may take: freely for a share, or only as much as is fixed."""

    free: frozenset[str]
    counted: frozenset[str]


def unit_of(case: Case, row: dict[str, Any]) -> str:
    """Unit in which a commitment is kept."""
    return "1" if row["kind"] == "share" else activity_unit(case, row["subject"])


def periods(case: Case, row: dict[str, Any]) -> tuple[str, ...]:
    """The quarters from the commitment's start to its end."""
    first, last = (case.calendar.place_of_month(row[name]) for name in ("start", "end"))
    return tuple(period for period, place in case.calendar.position.items() if first <= place <= last)


@cached
def amounts(case: Case) -> pd.DataFrame:
    """Commitments with ``limit`` and ``unit`` in the unit kept. Index: commitment."""
    rows = records(case["commitments"])
    units = [unit_of(case, row) for row in rows]
    limit = [row["quantity"] * factor(row["unit"], unit) for row, unit in zip(rows, units, strict=True)]
    return case["commitments"].assign(limit=limit, unit=units).set_index("commitment")


@cached
def named_measures(case: Case) -> Named:
    """The measures that commitments name: those that move a share in the direction asked, and those counted."""
    rows = records(case["commitments"])
    counted = {measure for row in rows if row["kind"] == "converted" for measure in row["subject"].split()}
    free: set[str] = set()
    measures = records(case["measures"])
    for row in rows:
        if row["kind"] == "share":
            inside = set(row["subject"].split())
            for measure in measures:
                leaves, enters = measure["from_technology"] in inside, measure["to_technology"] in inside
                if (leaves and not enters) if row["operator"] == "<=" else (enters and not leaves):
                    free.add(measure["measure"])
    return Named(frozenset(free), frozenset(counted))


def commitment_results(case: Case, results: Yearly) -> pd.DataFrame:
    """What a plan reaches of each commitment: ``value``, ``achieved`` and ``inside`` beside its columns.

    ``inside`` is the distance from the limit, negative outside. [1]
    """
    table = amounts(case).reset_index()
    value = []
    for row in records(table):
        within = periods(case, row)
        value.append(
            standing_share(case, results.ends[within[-1]], row["subject"], row["area"])
            if row["kind"] == "share"
            else converted_quantity(case, results.conversions, row["subject"], row["area"], within)
        )
    table = table.assign(value=table["limit"], achieved=pd.Series(value, table.index, dtype=float))
    return table.assign(inside=distance_inside(table["limit"], table["achieved"], table["operator"]))
