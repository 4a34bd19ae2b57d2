"""Taxes on emissions: what emitters owe with the plan and without it. They move money and are no part of the cost."""

from __future__ import annotations

import pandas as pd

from scenarios.accounting import emission_by_period
from scenarios.case import Case, cached
from scenarios.operation import UNCHANGED
from scenarios.plan import Plan
from scenarios.program.pooling import by_area
from scenarios.stocks import evolve

KEY = ["payer", "receiver", "area", "sector", "pollutant", "year"]
ITEM = "tax"


def taxes(case: Case, plan: Plan) -> pd.DataFrame:
    """Taxes of each year. Columns: payer, receiver, area, sector, pollutant, year, without (the plan), due. [CNY]

    Rates are those of the law and do not follow prices, so this is money of the day.
    """
    owed = pd.concat([_without(case).rename("without"), _owed(case, plan.emissions).rename("due")], axis=1)
    return owed.fillna(0.0).reset_index()


@cached
def _without(case: Case) -> pd.Series:
    """What is owed when nothing new is done. Key: as of ``KEY``. [CNY]"""
    return _owed(case, emission_by_period(case, evolve(case, UNCHANGED)))


def _owed(case: Case, emitted: pd.DataFrame) -> pd.Series:
    """Rate times emission of what is taxed. Key: as of ``KEY``. [CNY]"""
    rates = by_area(case["taxes"], case, ["pollutant", "sector"]).reset_index()
    rows = emitted.merge(rates, on=["area", "pollutant", "sector"], validate="many_to_one")
    pairs = zip(rows["activity"], rows["excluded"], strict=True)
    rows = rows[pd.Series([activity not in excluded.split() for activity, excluded in pairs], rows.index, dtype=bool)]
    year = rows["period"].map(case.calendar.year)
    return rows.assign(year=year, owed=rows["emission"] * rows["rate"]).groupby(KEY)["owed"].sum()


def tax_changes(owed: pd.DataFrame) -> pd.DataFrame:
    """What payers pay more, and receivers get less, by the plan; all together nothing. Columns: payer, item, year, cny.

    ``owed`` as of ``taxes``. [CNY]
    """
    more = owed.assign(cny=owed["due"] - owed["without"], item=ITEM)
    less = more.assign(payer=more["receiver"], cny=-more["cny"])
    both = pd.concat([more, less], ignore_index=True)
    return both.groupby(["payer", "item", "year"])["cny"].sum().reset_index()
