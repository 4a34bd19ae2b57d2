"""A sweep on the screen."""

from __future__ import annotations

import pandas as pd

from scenarios.case import Case
from scenarios.frames import records
from scenarios.reports.curves_text import FOUND
from scenarios.reports.format import grid, in_one_unit, number, percent, unit_name, with_unit
from scenarios.reports.prices_text import basis
from scenarios.words import say

MOST = 60  #: points shown; all are in points.csv


def sweep_text(case: Case, tables: dict[str, pd.DataFrame]) -> str:
    """Each point: what varies, cost, money laid out, annual means and pollutants with a target in the last year."""
    points, outcomes = tables["points"], tables["outcomes"]
    fixed = ("point", "how", "cost", "bound", "gap")
    varied = [str(name) for name in points if name not in fixed]
    last = case.settings.years[-1]
    targets = case["targets"]
    wanted = [*dict.fromkeys(case["apportionment"]["pollutant"])]
    wanted += list(dict.fromkeys(targets.loc[targets["indicator"] == "emission", "subject"]))
    here = outcomes[(outcomes["year"] == last) | (outcomes["quantity"] == "money")]
    value = {(row["point"], row["quantity"], row["unit"]): row["value"] for row in records(here)}
    columns = list(dict.fromkeys((row["quantity"], row["unit"]) for row in records(here) if row["quantity"] in wanted))
    spent = [cny for (_, quantity, _), cny in value.items() if quantity == "money"]
    sums, in_unit = in_one_unit([*points["cost"], *spent])
    rows = []
    for row in records(points.head(MOST)):
        cells = [row[name] if isinstance(row[name], str) else number(row[name], 5) for name in varied]
        none = row["how"] == "no plan"
        rows.append(
            [
                *cells,
                "" if none else in_unit(row["cost"]),
                "" if none else in_unit(value[row["point"], "money", "CNY"]),
                *["" if none else number(value[row["point"], *column], 4) for column in columns],
                "" if none else percent(row["gap"], 2),
                say(FOUND[row["how"]]),
            ]
        )
    results = [f"{name} {last} [{unit_name(unit)}]" for name, unit in columns]
    money = [with_unit(name, sums) for name in (say("cost over the plan"), say("money laid out"))]
    text = grid([*varied, *money, *results, "at most above the best", "found"], rows, left=0)
    return f"{basis(case)}\n\n{text}"
