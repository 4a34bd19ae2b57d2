"""The ledger read in the ways of a budget office: by key, against budgets, as promises, after the plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pandas as pd

from scenarios import costs, payments
from scenarios.accounting import TURNOVER
from scenarios.case import Case
from scenarios.frames import entries, records
from scenarios.operation import ITEMS
from scenarios.plan import Plan
from scenarios.reports.administration import NOBODY, TASKS, WHOLE, group_of_each, groups_of
from scenarios.reports.format import turnover_name
from scenarios.reports.funding.affordability import affordability, money_year
from scenarios.reports.funding.ledger import (
    AFTER,
    LAID_OUT,
    PLAIN,
    Terms,
    cash,
    debts,
    from_day,
    in_money,
    ledger,
    ordered_payers,
)
from scenarios.reports.funding.taxes import taxes
from scenarios.verification import TOLERANCE
from scenarios.words import language, name_column

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
TABLES = ("ledger", "cash", "budgets", "awards", "promises", "after", "taxes", "quarters", "loans", "incomes")
NOMINAL = "nominal"  #: how a table says that its money is that of the day


def keys(case: Case, rows: pd.DataFrame, by: str) -> pd.Series:
    """What each row of a ledger is read by, in the language in use."""
    if by == "payer":
        return rows["payer"].map(case.names("funders", language()))
    if by in ("year", "quarter"):
        return rows["year" if by == "year" else "period"]
    if by == "measure":
        return group_of_each(rows["measure"], measure_names(case))
    groups = groups_of(case, by)
    if by == "county":
        return group_of_each(rows["area"], groups.names, otherwise=WHOLE)
    wear = {TURNOVER: turnover_name()}
    return group_of_each(rows["measure"], groups.measure, groups.task, wear, otherwise=NOBODY if groups.task else TASKS)


def measure_names(case: Case) -> dict[str, str]:
    """Measure, task or wear -> its name in the language in use."""
    both = [dict(zip(case[name].iloc[:, 0], case[name][name_column()], strict=True)) for name in ("measures", "tasks")]
    return {**both[1], **both[0], TURNOVER: turnover_name()}


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


def budgets(case: Case, rows: pd.DataFrame, terms: Terms = PLAIN) -> pd.DataFrame:
    """Budgets as they stand against what is laid out in the money asked for; ``rows`` is the plan's ledger. [CNY]

    Columns: payer, year, budget, laid_out, left, operating (running and fuel beside the budget, which is for capital
    and tasks), over (what is needed beyond the budget) and over_by_prices (the part of it that is not needed in money
    of the price year, in which the plan is found).
    """
    key = ["payer", "year"]
    asked = in_money(case, rows, terms)
    parts = {
        "laid_out": asked[asked["item"] == LAID_OUT],
        "operating": asked[asked["item"].isin(ITEMS)],
        "real": rows[rows["item"] == LAID_OUT],
    }
    sums = pd.DataFrame({name: part.groupby(key)["cny"].sum() for name, part in parts.items()})
    table = costs.budgets(case).set_index(key)["amount"].rename("budget").to_frame().join(sums).fillna(0.0)
    over, real = (_beyond(table[name], table["budget"]) for name in ("laid_out", "real"))
    table = table.assign(left=table["budget"] - table["laid_out"], over=over)
    table["over_by_prices"] = (over - real).clip(lower=0.0)
    return table.reset_index()[[*key, "budget", "laid_out", "left", "operating", "over", "over_by_prices"]]


def _beyond(laid_out: pd.Series, budget: pd.Series) -> pd.Series:
    """What is laid out beyond a budget; none where it is kept within the tolerance of plans. [CNY]"""
    more = laid_out - budget
    return more.where(more > TOLERANCE * budget.clip(lower=1.0), 0.0)


def awards(case: Case, rows: pd.DataFrame) -> pd.DataFrame:
    """Awards against what is paid for their purpose. Columns: grantor, payer, year, amount, used, unused. [CNY]

    Used is what the receiver lays out and gives for running and fuel of the activities named, up to the award. It
    counts for one award only: for that of the narrowest purpose, then for the one that stands first.
    """
    activity = case.column("technologies", "activity")
    of_measure = case["measures"].set_index("measure")["from_technology"].map(activity).to_dict()
    spent = rows[rows["item"].isin((LAID_OUT, *ITEMS))]
    spent = spent.assign(activity=spent["measure"].map(of_measure).fillna(""))
    left = {key: float(cny) for key, cny in entries(spent.groupby(["payer", "year", "activity"])["cny"].sum())}
    given = records(case["awards"])
    purposes = [set(award["activities"].split()) or {one for *_, one in left} for award in given]
    wanted = Counter(one for purpose in purposes for one in purpose)
    used = [0.0] * len(given)
    for place in sorted(range(len(given)), key=lambda one: (not given[one]["activities"], len(purposes[one]))):
        key = given[place]["payer"], given[place]["year"]
        meant = sorted(purposes[place], key=lambda one: (wanted[one], one))  # first what no other award may be used for
        open_now = max(sum(left.get((*key, one), 0.0) for one in meant), 0.0)
        used[place] = rest = min(open_now, given[place]["amount"])
        for one in meant:
            part = min(max(left.get((*key, one), 0.0), 0.0), rest)
            left[*key, one], rest = left.get((*key, one), 0.0) - part, rest - part
    names = ["grantor", "payer", "year", "amount"]
    table = pd.DataFrame(given, columns=names).assign(used=used)
    return table.assign(unused=table["amount"] - table["used"])


def promises(case: Case, plan: Plan, rows: pd.DataFrame) -> pd.DataFrame:
    """What rules promise in the year of a conversion against what is paid of it. [CNY]

    Columns: payer, year, capital, running (promised for all the years of a rule), promised, paid. Rules without years
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
    return table.assign(promised=table["capital"] + table["running"]).reset_index()[
        ["payer", "year", "capital", "running", "promised", "paid"]
    ]


def costs_after(case: Case, plan: Plan, terms: Terms = PLAIN) -> pd.DataFrame:
    """What goes on after the plan. Columns: payer, area, measure, item, year, given, cny. [CNY]

    Running cost and fuel of what has been converted, subsidies as long as their rules last, repayments of loans.
    """
    last = case.settings.years[-1]
    on = payments.cost_after_plan(case, plan.conversions, AFTER)
    on = in_money(case, on[["payer", "area", "measure", "item", "year", "given", "cny"]], terms, ("given", "cny"))
    owed = cash(case, ledger(case, plan), terms) if terms.loans else on.head(0)
    owed = owed[owed["year"] > last].assign(given=0.0)
    return pd.concat([on, owed[on.columns]], ignore_index=True)


def tables(case: Case, plan: Plan, terms: Terms = PLAIN) -> dict[str, pd.DataFrame]:
    """Every table of the funding of a plan, as `TABLES` names them; money as ``terms`` ask. [CNY]

    Budgets and awards are taken as they stand, and held against what is laid out in the money asked for. Taxes follow
    rates of the law, which are money of the day; all else is given in money of the price year.
    """
    rows = ledger(case, plan)
    asked = in_money(case, rows, terms, ("borne", "given", "received", "cny"))
    made = [
        asked,
        cash(case, rows, terms),
        budgets(case, rows, terms),
        awards(case, asked),
        in_money(case, promises(case, plan, rows), terms, ("capital", "running", "promised", "paid")),
        costs_after(case, plan, terms),
        from_day(case, taxes(case, plan), terms, ("without", "due")),
        quarters(case, plan, terms),
        debts(case, rows, terms),
        affordability(case, plan, terms),
    ]
    return dict(zip(TABLES, made, strict=True))


def with_money_column(case: Case, made: Mapping[str, pd.DataFrame], terms: Terms) -> dict[str, pd.DataFrame]:
    """The same tables with a column ``money``: the year whose money the amounts are, or ``nominal``."""
    said = NOMINAL if terms.nominal else str(case.settings.price_year)
    unit = {"incomes": str(money_year(case, terms))}
    return {name: rows.assign(money=unit.get(name, said)) for name, rows in made.items()}
