"""Money: who lays it out and who bears it, year by year."""

from __future__ import annotations

import pandas as pd

from scenarios.case import Case
from scenarios.frames import stacked
from scenarios.plan import Plan
from scenarios.reports.charts.description import Bars, colours_of
from scenarios.reports.format import number, percent
from scenarios.reports.scales import money
from scenarios.words import language, say

OUTLAY = "investment"


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
    payers = [payer for payer in case["funders"]["payer"] if payer in set(plan["funding"]["payer"])]
    colours = colours_of(sorted(payers))  # the same in every city, whoever pays there
    named = case.names("funders", language())
    paid = wide.sum(axis=1) / divisor
    long = stacked(wide / divisor, "value").reset_index()
    rows = long.assign(series=long["payer"].map(named), category=long["year"].astype(str))
    return Bars(
        name=name,
        title=title,
        rows=rows[["series", "category", "value"]],
        unit=unit,
        categories=tuple(map(str, case.settings.years)),
        series={named[payer]: colours[payer] for payer in payers if payer in wide.index},
        finding=_largest(named, paid, unit),
        note=say("Below zero: saved.") if (wide < 0).any().any() else "",
    )


def _largest(named: dict[str, str], paid: pd.Series, unit: str) -> str:
    """All years together, and who pays the largest part."""
    total = float(paid.sum())
    if total <= 0:
        return ""
    payer, share = named[str(paid.idxmax())], percent(float(paid.max()) / total, 0)
    return say("{total} {unit} in all; {share} by: {payer}", total=number(total), unit=unit, share=share, payer=payer)
