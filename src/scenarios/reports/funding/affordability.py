"""What an activity costs those who carry it out, before and after, with and without subsidy, against their income."""

from __future__ import annotations

import pandas as pd

from scenarios import costs
from scenarios.case import Case
from scenarios.frames import looked_up
from scenarios.plan import Plan
from scenarios.reports.funding.ledger import PLAIN, Terms, price_index
from scenarios.stocks import START

#: what is shown of each technology, yearly and for one unit [CNY per unit and year]
SHOWN = ("yearly_cost", "subsidy", "with_subsidy", "capital")


def money_year(case: Case, terms: Terms) -> int:
    """The year whose money a unit's cost and income are given in: the price year, or for money of the day the last."""
    return case.settings.years[-1] if terms.nominal else case.settings.price_year


def affordability(case: Case, plan: Plan, terms: Terms = PLAIN) -> pd.DataFrame:
    """Yearly cost of one unit in each technology of the activities that incomes.csv names, in money of ``money_year``.

    Columns: activity, technology, before and after (units at the start and the end of the plan), yearly_cost (running
    and fuel, without subsidy), subsidy (while its rules last), with_subsidy, capital (own part of what is laid out, as
    annuity), income, share_without, share_with (of income, own capital left out). [CNY per unit and year; 1]
    """
    stand = plan.activity.groupby(["technology", "period"])["quantity"].sum().unstack().fillna(0.0)
    last = case.calendar.periods[-1]
    stand = (
        stand.reindex(columns=[START, last], fill_value=0.0)
        .clip(lower=0.0)
        .rename(columns={START: "before", last: "after"})
    )
    given = costs.subsidies(case).query("item != 'capital'").groupby("subject")["amount"].sum()
    own = own_capital(case, plan.conversions)
    rows = case["technologies"][["technology", "activity"]].merge(
        case["incomes"][["activity", "income"]], on="activity"
    )
    rows = rows.join(stand, on="technology").fillna({"before": 0.0, "after": 0.0})
    rows = rows[(rows["before"] > 0) | (rows["after"] > 0)]
    spent = rows["technology"].map(costs.running(case) + costs.fuel(case))
    subsidy = rows["technology"].map(given).fillna(0.0)
    rows = rows.assign(
        yearly_cost=spent,
        subsidy=subsidy,
        with_subsidy=spent - subsidy,
        capital=rows["technology"].map(own).fillna(0.0),
        share_without=spent / rows["income"],
        share_with=(spent - subsidy) / rows["income"],
    )
    if terms.nominal and len(rows):
        year = money_year(case, terms)
        rows[[*SHOWN, "income"]] *= price_index(case, [year])[year]
    columns = ["activity", "technology", "before", "after", *SHOWN, "income", "share_without", "share_with"]
    return rows.sort_values(["activity", "before", "after"], ascending=[True, False, False], ignore_index=True)[columns]


def own_capital(case: Case, conversions: pd.DataFrame) -> pd.Series:
    """Capital that those who pay the running of a technology lay out themselves. Key: technology. [CNY per unit, yr]"""
    running = costs.payer_shares(case).query("item == 'running'")[["subject", "payer"]]
    ends = case["measures"].set_index("measure")
    shares = costs.capital_shares(case).query("item == 'capital'").rename(columns={"subject": "measure"})
    shares = shares.assign(subject=shares["measure"].map(ends["to_technology"]))
    part = shares.merge(running, on=["subject", "payer"]).groupby("measure")["share"].sum()
    made = conversions.groupby("measure")["quantity"].sum().rename("units").reset_index()
    own = looked_up(made["measure"], (costs.capital_annuity(case) * part).fillna(0.0))
    rows = made.assign(technology=made["measure"].map(ends["to_technology"]), cny=made["units"] * own)
    summed = rows.groupby("technology")[["units", "cny"]].sum()
    return summed["cny"] / summed["units"]


def average(rows: pd.DataFrame) -> pd.DataFrame:
    """The mean unit of each activity before and after the plan. [CNY per unit and year; 1]

    Columns: activity, yearly_before, yearly_without, yearly_with, share_before, share_without, share_with. Before:
    as at the start, without subsidy; after: without subsidy, and with those whose rules last.
    """
    found = []
    for activity, group in rows.groupby("activity", sort=False):
        income = float(group["income"].iloc[0])
        before, later = group["before"] / group["before"].sum(), group["after"] / group["after"].sum()
        cost = {
            "before": float((before * group["yearly_cost"]).sum()),
            "without": float((later * group["yearly_cost"]).sum()),
            "with": float((later * group["with_subsidy"]).sum()),
        }
        yearly = {f"yearly_{name}": cny for name, cny in cost.items()}
        shares = {f"share_{name}": cny / income for name, cny in cost.items()}
        found.append({"activity": activity, **yearly, **shares})
    return pd.DataFrame(found)
