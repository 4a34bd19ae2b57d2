"""The map: a tile a county, in rough geographic position where the city gives one, else side by side."""

from __future__ import annotations

from math import ceil, sqrt

import pandas as pd

from scenarios.case import Case, cached
from scenarios.effects import avoided
from scenarios.plan import Plan
from scenarios.reports.charts.description import Tiles
from scenarios.reports.charts.money import OUTLAY
from scenarios.reports.scales import mass, money, unit_sign
from scenarios.words import name_column, say

HOUSEHOLD = "household"


def positions(case: Case) -> pd.DataFrame:
    """Column and row of each area; areas without a row of their own fill lines below, in their order."""
    given = case["tiles"].set_index("area")[["column", "row"]].astype(int)
    rest = [area for area in case["areas"]["area"] if area not in given.index]
    wide = int(given["column"].max()) if len(given) else ceil(sqrt(len(rest)))
    top = int(given["row"].max()) + 1 if len(given) else 1
    filled = pd.DataFrame(
        {"column": [n % wide + 1 for n in range(len(rest))], "row": [top + n // wide for n in range(len(rest))]}, rest
    )
    return pd.concat([given, filled]).reindex(case["areas"]["area"]).astype(int)


def _tiles(case: Case, name: str, title: str, values: pd.Series, unit: str, note: str = "") -> Tiles:
    where = positions(case)
    rows = where.assign(
        label=case["areas"].set_index("area")[name_column()], value=values.reindex(where.index).astype(float)
    )
    rows = rows.rename_axis("area").reset_index()[["area", "label", "column", "row", "value"]]
    return Tiles(name=name, title=title, rows=rows if rows["value"].notna().any() else rows[:0], unit=unit, note=note)


def investment(case: Case, plan: Plan) -> Tiles:
    """Money laid out in each county."""
    rows = plan.costs[plan.costs["item"] == OUTLAY]
    total = rows.groupby("area")["cny"].sum().reindex(case["areas"]["area"]).fillna(0.0)
    divisor, unit = money(total)
    return _tiles(case, "map-money", say("Money laid out, by county"), total / divisor, unit)


@cached
def _avoided(case: Case, plan: Plan) -> pd.DataFrame:
    """Emission avoided in the last year, by area and pollutant. [t]"""
    rows = avoided(case, plan.conversions, ("area",))
    return rows[rows["year"] == case.settings.years[-1]]


def reductions(case: Case, plan: Plan, pollutant: str) -> Tiles:
    """Emission avoided in each county in the last year."""
    last = case.settings.years[-1]
    rows = _avoided(case, plan)
    rows = rows[rows["pollutant"] == pollutant]
    total = rows.set_index("area")["reduction"].reindex(case["areas"]["area"]).fillna(0.0)
    divisor, unit = mass(total)
    title = say("{pollutant} avoided in {year}, by county", pollutant=pollutant, year=last)
    return _tiles(case, f"map-{pollutant}", title, total / divisor, unit)


def household_conversions(case: Case, plan: Plan) -> Tiles:
    """Conversions of households in each county over the plan: a household converted twice counts twice."""
    rows = plan.conversions[plan.conversions["unit"] == HOUSEHOLD]
    total = rows.groupby("area")["quantity"].sum()
    total = total.reindex(case["areas"]["area"]).fillna(0.0) if len(rows) else total.astype(float)
    return _tiles(case, "map-households", say("Households converted, by county"), total, unit_sign(HOUSEHOLD))
