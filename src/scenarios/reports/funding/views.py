"""The ledger read in the ways of a budget office: by key, against budgets, as commitments, after the plan."""

from __future__ import annotations

import pandas as pd

from scenarios import costs, payments
from scenarios.accounting import TURNOVER
from scenarios.case import Case
from scenarios.frames import records
from scenarios.operation import ITEMS
from scenarios.plan import Plan
from scenarios.reports.administration import NOBODY, TASKS, WHOLE, groups_of, named
from scenarios.reports.funding.ledger import (
    AFTER,
    LAID_OUT,
    PLAIN,
    Terms,
    cash,
    debts,
    in_money,
    ledger,
    ordered_payers,
)
from scenarios.reports.funding.taxes import taxes
from scenarios.words import language, name_column, say

#: what the cash can be read by, and the heading of its column
HEADS = {
    "payer": "who pays",
    "measure": "measure",
    "county": "area",
    "year": "year",
    "quarter": "quarter",
    "task": "work",
    "department": "department",
}
TABLES = ("ledger", "cash", "budgets", "awards", "commitments", "after", "taxes", "quarters", "loans")


def keys(case: Case, rows: pd.DataFrame, by: str) -> pd.Series:
    """What each row of a ledger is read by, in the language in use."""
    if by == "payer":
        return rows["payer"].map(case.names("funders", language()))
    if by in ("year", "quarter"):
        return rows["year" if by == "year" else "period"]
    if by == "measure":
        return named(rows["measure"], measure_names(case))
    groups = groups_of(case, by)
    if by == "county":
        return named(rows["area"], groups.names, otherwise=WHOLE)
    wear = {TURNOVER: say(TURNOVER)}
    return named(rows["measure"], groups.measure, groups.task, wear, otherwise=NOBODY if groups.task else TASKS)


def measure_names(case: Case) -> dict[str, str]:
    """Measure, task or wear -> its name in the language in use."""
    both = [dict(zip(case[name].iloc[:, 0], case[name][name_column()], strict=True)) for name in ("measures", "tasks")]
    return {**both[1], **both[0], TURNOVER: say(TURNOVER)}


def view(case: Case, plan: Plan, by: str, terms: Terms = PLAIN) -> pd.DataFrame:
    """What is paid out over the plan. Columns: name (of the key), a column a payer (or, by payer, a year), all. [CNY]

    By quarter, what is borrowed stands where it is laid out; loans hold for all other keys.
    """
    if by == "quarter":
        rows = _by_period(case, plan, terms)
    else:
        rows = cash(case, ledger(case, plan), terms)
        rows = rows[rows["year"] <= case.settings.years[-1]] if by != "year" else rows
    column = rows["year"].astype(str) if by == "payer" else rows["payer"]
    wide = (
        rows.groupby([keys(case, rows, by).rename("name"), column.rename("column")])["cny"].sum().unstack().fillna(0.0)
    )
    if by == "payer":
        order = [case.names("funders", language())[payer] for payer in ordered_payers(case, rows)]
        wide = wide.reindex(order)
    else:
        wide = wide[ordered_payers(case, rows)]
        wide = wide if by in ("year", "quarter") else wide.loc[wide.sum(axis=1).sort_values(ascending=False).index]
    return wide.rename_axis("name").assign(all=wide.sum(axis=1)).rename_axis(columns=None).reset_index()


def _by_period(case: Case, plan: Plan, terms: Terms) -> pd.DataFrame:
    """The ledger of what is paid out, by quarter, with the year of each. [CNY]"""
    rows = ledger(case, plan, "period")
    rows = rows[rows["item"].isin((LAID_OUT, *ITEMS))]
    return in_money(case, rows.assign(year=rows["period"].map(case.calendar.year)), terms)


def quarters(case: Case, plan: Plan, terms: Terms = PLAIN) -> pd.DataFrame:
    """What each payer pays out in each quarter, loans left out. Columns: payer, item, year, quarter, cny. [CNY]"""
    paid = _by_period(case, plan, terms).groupby(["payer", "item", "period"])["cny"].sum().unstack()
    every = paid.reindex(columns=list(case.calendar.periods)).fillna(0.0)
    rows = every.rename_axis(columns="period").reset_index().melt(["payer", "item"], value_name="cny")
    year, quarter = (rows["period"].map(part) for part in (case.calendar.year, case.calendar.quarter))
    return rows.assign(year=year, quarter=quarter)[["payer", "item", "year", "quarter", "cny"]]


def budgets(case: Case, rows: pd.DataFrame) -> pd.DataFrame:
    """Budgets against what is laid out. Columns: payer, year, budget, laid_out, left, operating. [CNY]

    ``operating`` is what the payer pays for running and fuel beside its budget, which is for capital and tasks.
    """
    key = ["payer", "year"]
    laid_out = rows[rows["item"] == LAID_OUT].groupby(key)["cny"].sum().rename("laid_out")
    operating = rows[rows["item"].isin(ITEMS)].groupby(key)["cny"].sum().rename("operating")
    table = (
        costs.budgets(case).set_index(key)["amount"].rename("budget").to_frame().join([laid_out, operating]).fillna(0.0)
    )
    return table.assign(left=table["budget"] - table["laid_out"]).reset_index()[
        ["payer", "year", "budget", "laid_out", "left", "operating"]
    ]


def awards(case: Case, rows: pd.DataFrame) -> pd.DataFrame:
    """Awards against what the receiver pays for their purpose. Columns: giver, payer, year, amount, used, unused. [CNY]

    Used is what the receiver lays out and gives for running and fuel of the activities named, up to the award.
    """
    activity = case.column("technologies", "activity")
    of_measure = case["measures"].set_index("measure")["from_technology"].map(activity).to_dict()
    spent = rows[rows["item"].isin((LAID_OUT, *ITEMS))]
    spent = spent.assign(activity=spent["measure"].map(of_measure))
    found = []
    for award in records(case["awards"]):
        own = spent[(spent["payer"] == award["payer"]) & (spent["year"] == award["year"])]
        if award["activities"]:
            own = own[own["activity"].isin(award["activities"].split())]
        used = min(max(float(own["cny"].sum()), 0.0), award["amount"])
        row = {name: award[name] for name in ("giver", "payer", "year", "amount")}
        found.append({**row, "used": used, "unused": award["amount"] - used})
    return pd.DataFrame(found, columns=["giver", "payer", "year", "amount", "used", "unused"])


def commitments(case: Case, plan: Plan, rows: pd.DataFrame) -> pd.DataFrame:
    """What rules promise in the year of a conversion against what is paid of it. [CNY]

    Columns: payer, year, capital, running (promised for all the years of a rule), committed, paid. Rules without years
    promise nothing ahead; what they cost is in ``paid``.
    """
    rules = costs.subsidies(case).query("item != 'capital'").dropna(subset=["years"])
    to_technology = case["measures"].set_index("measure")["to_technology"]
    converted = plan.conversions.assign(subject=plan.conversions["measure"].map(to_technology))
    joined = converted.merge(rules, on="subject").assign(year=lambda made: made["period"].map(case.calendar.year))
    joined = joined.assign(running=joined["quantity"] * joined["amount"] * joined["years"])
    key = ["payer", "year"]
    given = rows[rows["item"].isin((LAID_OUT, *ITEMS)) & (rows["given"] != 0)]
    table = pd.DataFrame(
        {
            "capital": given[given["item"] == LAID_OUT].groupby(key)["given"].sum(),
            "running": joined.groupby(key)["running"].sum(),
            "paid": given.groupby(key)["given"].sum(),
        }
    ).fillna(0.0)
    return table.assign(committed=table["capital"] + table["running"]).reset_index()[
        ["payer", "year", "capital", "running", "committed", "paid"]
    ]


def after(case: Case, plan: Plan, terms: Terms = PLAIN) -> pd.DataFrame:
    """What goes on after the plan. Columns: payer, area, measure, item, year, given, cny. [CNY]

    Running cost and fuel of what has been converted, subsidies as long as their rules last, repayments of loans.
    """
    last = case.settings.years[-1]
    on = payments.after(case, plan.conversions, AFTER)
    on = in_money(case, on[["payer", "area", "measure", "item", "year", "given", "cny"]], terms, ("given", "cny"))
    owed = cash(case, ledger(case, plan), terms) if terms.loans else on.head(0)
    owed = owed[owed["year"] > last].assign(given=0.0)
    return pd.concat([on, owed[on.columns]], ignore_index=True)


def tables(case: Case, plan: Plan, terms: Terms = PLAIN) -> dict[str, pd.DataFrame]:
    """Every table of the funding of a plan, as `TABLES` names them; money as ``terms`` ask. [CNY]

    Budgets and awards are taken as they stand, and held against what is laid out in the money asked for.
    """
    rows = ledger(case, plan)
    asked = in_money(case, rows, terms, ("borne", "given", "received", "cny"))
    made = [
        asked,
        cash(case, rows, terms),
        budgets(case, asked),
        awards(case, asked),
        in_money(case, commitments(case, plan, rows), terms, ("capital", "running", "committed", "paid")),
        after(case, plan, terms),
        taxes(case, plan),
        quarters(case, plan, terms),
        debts(case, rows, terms),
    ]
    return dict(zip(TABLES, made, strict=True))
