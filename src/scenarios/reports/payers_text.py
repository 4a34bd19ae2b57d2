"""Who pays in plans side by side: what each payer lays out and pays for running and fuel, and the difference."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from scenarios.case import Case
from scenarios.frames import records
from scenarios.operation import ITEMS
from scenarios.plan import Plan
from scenarios.reports.format import grid, in_one_unit, with_unit
from scenarios.words import language, say

Pair = tuple[Case, Plan]
LAID_OUT, OPERATING = "laid_out", "operating"
PARTS = {"investment": LAID_OUT, **dict.fromkeys(ITEMS, OPERATING)}  #: item of funding.csv -> part shown


def payers(runs: Sequence[Pair]) -> pd.DataFrame:
    """What each payer pays over the plan. Columns: payer, part (laid_out, operating), a column a scenario. [CNY]"""
    found = {}
    for _, plan in runs:
        rows = plan["funding"]
        found[plan.scenario] = rows.groupby(["payer", rows["item"].map(PARTS).rename("part")])["cny"].sum()
    return pd.DataFrame(found).fillna(0.0).rename_axis(["payer", "part"]).reset_index()


def payers_text(runs: Sequence[Pair], made: pd.DataFrame) -> str:
    """Who pays more or less in each plan than in the first; nothing when nobody pays. ``made`` as of ``payers``."""
    if made.empty:
        return ""
    case = runs[0][0]
    called = [one.called(language()) for one, _ in runs]
    first, *others = [plan.scenario for _, plan in runs]
    parts = []
    for place, name in enumerate(others, 1):
        title = say("{other} against {first}: who pays, over the plan", other=called[place], first=called[0])
        lines = _lines(case, made.assign(change=made[name] - made[first]), name)
        unit, in_unit = in_one_unit(cny for _, sums in lines for cny in sums)
        head = [with_unit(say("who pays"), unit), "laid out", "difference", "running and fuel", "difference"]
        parts += ["", title, grid(head, [[who, *map(in_unit, sums)] for who, sums in lines])]
    return "\n".join(parts)


def _lines(case: Case, rows: pd.DataFrame, name: str) -> list[tuple[str, list[float]]]:
    """A line a payer, in the order of funders.csv, and the total."""
    known = {(row["payer"], row["part"]): (row[name], row["change"]) for row in records(rows)}
    names = case.names("funders", language())
    there = [payer for payer in case["funders"]["payer"] if payer in set(rows["payer"])]
    sums = [[cny for part in (LAID_OUT, OPERATING) for cny in known.get((payer, part), (0.0, 0.0))] for payer in there]
    lines = [(names[payer], line) for payer, line in zip(there, sums, strict=True)]
    return [*lines, (say("all"), [sum(column) for column in zip(*sums, strict=True)])]
