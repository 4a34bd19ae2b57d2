"""Money: who lays it out and who bears it, year by year, and what the sum depends on."""

from __future__ import annotations

import pandas as pd

from scenarios.case import Case
from scenarios.frames import entries, stacked
from scenarios.plan import Plan
from scenarios.reports.charts.description import LESS, MORE, Bars, Steps, coloured
from scenarios.reports.charts.scales import money
from scenarios.words import language, say

OUTLAY = "investment"
WIDEST = 12  #: lines of a tornado


def laid_out(case: Case, plan: Plan) -> Bars:
    """Money laid out by each payer in each year."""
    rows = plan["funding"]
    return _stacks(case, plan, rows[rows["item"] == OUTLAY], "money", say("Money laid out, by payer"))


def borne(case: Case, plan: Plan) -> Bars:
    """Yearly cost above doing nothing that each payer bears: annuities, running, fuel and tasks."""
    rows = plan["funding"]
    return _stacks(case, plan, rows[rows["item"] != OUTLAY], "yearly-cost", say("Yearly cost, by payer"))


def _stacks(case: Case, plan: Plan, rows: pd.DataFrame, name: str, title: str) -> Bars:
    wide = rows.pivot_table(index="payer", columns="year", values="cny", aggfunc="sum", fill_value=0.0)
    wide = wide.reindex(columns=case.settings.years, fill_value=0.0)
    divisor, unit = money(wide.clip(lower=0).sum())
    payers = list(dict.fromkeys(plan["funding"]["payer"]))
    colours = coloured(payers)
    named = case.names("funders", language())
    long = stacked(wide / divisor, "value").reset_index()
    rows = long.assign(series=long["payer"].map(named), category=long["year"].astype(str))
    return Bars(
        name=name,
        title=title,
        rows=rows[["series", "category", "value"]],
        unit=unit,
        categories=tuple(map(str, case.settings.years)),
        series={named[payer]: colours[payer] for payer in payers if payer in wide.index},
        note=say("Below zero: saved.") if (wide < 0).any().any() else "",
    )


def tornado(name: str, title: str, base: float, ends: pd.DataFrame, unit: str, note: str = "") -> Steps:
    """How far a result moves when one thing after the other goes to its ends: rows name, low, high; widest on top.

    ``low`` and ``high`` are the result at the two ends, in the unit of ``base``.
    """
    width = (ends["high"] - ends["low"]).abs()
    rows = []
    for place in width.sort_values(ascending=False, kind="stable").index[:WIDEST]:
        for end in ("low", "high"):
            value = float(ends.loc[place, end])
            rows.append((str(ends.loc[place, "name"]), base, value, MORE if value > base else LESS))
    frame = pd.DataFrame(rows, columns=["name", "start", "end", "role"])
    return Steps(name=name, title=title, rows=frame, unit=unit, lines={say("base"): base}, note=note)


def unit_costs(case: Case, plan: Plan) -> Steps:
    """The money laid out, with the unit cost of one measure at a time at the ends of its range."""
    rows = plan.costs[plan.costs["item"] == OUTLAY]
    spent = rows.groupby("measure")["cny"].sum()
    given = case["costs"]
    given = given[given["item"] == "capital"].set_index("subject")
    names, base = case.names("measures", language()), float(spent.sum())
    divisor, unit = money([base])
    ends = [
        {
            "name": names[measure],
            "low": base + amount * (given.loc[measure, "low"] / given.loc[measure, "value"] - 1),
            "high": base + amount * (given.loc[measure, "high"] / given.loc[measure, "value"] - 1),
        }
        for measure, amount in entries(spent)
        if measure in given.index and amount > 0 and given.loc[measure, "value"] > 0
    ]
    frame = pd.DataFrame(ends, columns=["name", "low", "high"]).dropna()
    frame = frame.assign(low=frame["low"] / divisor, high=frame["high"] / divisor)
    note = say("One unit cost at a time at the low and the high end of its range; what the plan does stays as it is.")
    return tornado("tornado", say("What the money laid out depends on"), base / divisor, frame, unit, note)
