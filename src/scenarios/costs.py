"""Unit costs, annuities, discounting, and who pays. Social cost: taxes and subsidies only move between payers."""

from __future__ import annotations

from typing import TypeVar

import pandas as pd

from scenarios.case import Case, once
from scenarios.frames import where

Years = TypeVar("Years", float, pd.Series)


def annuity(rate: float, lifetime: Years) -> Years:
    """Yearly payment that repays one unit of capital over its lifetime. [1/yr]

    ``r / (1 - (1 + r)^-n)``, and ``1 / n`` when the rate is zero.
    """
    if rate == 0:
        return 1 / lifetime
    yearly: Years = rate / (1 - (1 + rate) ** -lifetime)
    return yearly


@once
def discount(case: Case) -> pd.Series:
    """Worth of a payment in the middle of each planning year at the start of the horizon. Key: year. [1]"""
    years = pd.Index(case.settings.years, name="year")
    return pd.Series((1 + case.settings.discount_rate) ** -(years - years[0] + 0.5), index=years)


@once
def capital(case: Case) -> pd.Series:
    """Capital cost of converting one unit. Key: measure. [CNY per unit]"""
    return where(case["costs"], item="capital").set_index("subject")["value"].rename_axis("measure")


@once
def capital_annuity(case: Case) -> pd.Series:
    """Yearly payment for one unit converted. Key: measure. [CNY per unit and year]"""
    lifetime = case["measures"].set_index("measure")["lifetime"]
    return (capital(case) * annuity(case.settings.discount_rate, lifetime)).reindex(lifetime.index)


@once
def running(case: Case) -> pd.Series:
    """Running cost without fuel. Key: technology. [CNY per unit and year]

    A technology no measure touches has no row; its cost is the same in every plan and counts as 0.
    """
    given = where(case["costs"], item="running").set_index("subject")["value"]
    return given.reindex(case["technologies"]["technology"], fill_value=0.0).rename_axis("technology")


@once
def fuel(case: Case) -> pd.Series:
    """Cost of the fuel that one unit uses. Key: technology. [CNY per unit and year]"""
    priced = case["fuel_use"].merge(
        case["prices"][["fuel", "tariff", "price"]], on=["fuel", "tariff"], validate="many_to_one"
    )
    cost = (priced["use"] * priced["price"]).groupby(priced["technology"]).sum()
    return cost.reindex(case["technologies"]["technology"], fill_value=0.0).rename_axis("technology")


@once
def payer_shares(case: Case) -> pd.DataFrame:
    """Who pays which part of what subsidies leave. Columns: subject (a measure, technology or task), item, payer,
    share. [1]

    The most specific row holds: the measure, technology or task itself, then its activity, then its sector.
    """
    chains = subject_chains(case)
    rows = case["payers"].rename(columns={"subject": "named"})[["named", "item", "payer", "share"]]
    joined = chains.merge(rows, on=["named", "item"], validate="many_to_many")
    closest = joined["level"] == joined.groupby(["subject", "item"])["level"].transform("min")
    return joined.loc[closest, ["subject", "item", "payer", "share"]].reset_index(drop=True)


@once
def subsidies(case: Case) -> pd.DataFrame:
    """What a payer gives by rule. Columns: subject, item, payer, amount [CNY per unit (and year)], years.

    A rule gives a part of the unit's cost, a sum, or so much for each unit of a fuel, up to its ceiling; together the
    rules never give more than the unit costs.
    """
    rows = case["subsidies"]
    key = pd.MultiIndex.from_frame(rows[["subject", "item"]])
    unit = {"capital": capital(case), "running": running(case), "fuel": fuel(case)}
    whole = pd.concat(unit, names=["item", "subject"]).swaplevel().reindex(key).fillna(0.0).to_numpy()
    use = case["fuel_use"].set_index(["technology", "fuel"])["use"]
    burnt = use.reindex(pd.MultiIndex.from_frame(rows[["subject", "fuel"]])).fillna(0.0).to_numpy()
    given = (
        rows["value"]
        .where(rows["kind"] == "amount", rows["value"] * burnt)
        .where(rows["kind"] != "share", rows["value"] * whole)
    )
    given = given.clip(upper=rows["ceiling"].fillna(float("inf")))
    together = given.groupby([rows["subject"], rows["item"]]).transform("sum")
    kept = (whole / together.where(together > 0, 1.0)).clip(upper=1.0)
    return rows[["subject", "item", "payer", "years"]].assign(amount=given * kept).reset_index(drop=True)


@once
def capital_shares(case: Case) -> pd.DataFrame:
    """Who pays which part of capital and tasks, subsidies included. Columns: subject, item, payer, share. [1]"""
    shares, rules = payer_shares(case), where(subsidies(case), item="capital")
    shares = shares[shares["item"].isin(["capital", "task"])]
    price = rules["subject"].map(capital(case)).astype(float)
    rules = rules.assign(share=(rules["amount"] / price.where(price > 0, 1.0)))[shares.columns]
    covered = rules.groupby(["subject", "item"])["share"].sum()
    left = 1.0 - covered.reindex(pd.MultiIndex.from_frame(shares[["subject", "item"]])).fillna(0.0).to_numpy()
    both = pd.concat([shares.assign(share=shares["share"] * left), rules], ignore_index=True)
    return both.groupby(["subject", "item", "payer"], sort=False)["share"].sum().reset_index()


def money_at_most(case: Case) -> float | None:
    """Money all payers together lay out at most over the plan; None when there is no such limit. [CNY]"""
    given = case.settings.money_at_most
    return float(budgets(case)["amount"].sum()) if given == "budgets" else given


@once
def budgets(case: Case) -> pd.DataFrame:
    """Money each payer has for capital and tasks: its own, with awards received and without those given, never below 0.

    Columns: payer, year, amount; a row for each of budgets.csv. [CNY]
    """
    key, awards = ["payer", "year"], case["awards"]
    received = awards.groupby(key)["amount"].sum()
    given = awards.groupby(["giver", "year"])["amount"].sum().rename_axis(key)
    own = case["budgets"][[*key, "amount"]]
    moved = received.sub(given, fill_value=0.0).reindex(pd.MultiIndex.from_frame(own[key])).fillna(0.0)
    return own.assign(amount=(own["amount"] + moved.to_numpy(dtype=float)).clip(lower=0.0))


@once
def subject_chains(case: Case) -> pd.DataFrame:
    """The names under which a payer row can hold for each subject. Columns: subject, item, named, level (0: itself)."""
    sector_of = case["activities"].set_index("activity")["sector"]
    activity_of = case["technologies"].set_index("technology")["activity"]
    measures = case["measures"][["measure", "from_technology"]]
    subjects = [
        pd.DataFrame(
            {
                "subject": measures["measure"],
                "item": "capital",
                "activity": measures["from_technology"].map(activity_of),
            }
        )
    ]
    for item in ("running", "fuel"):
        subjects.append(pd.DataFrame({"subject": activity_of.index, "item": item, "activity": activity_of.to_numpy()}))
    subjects.append(pd.DataFrame({"subject": case["tasks"]["task"], "item": "task", "activity": None}))
    flat = pd.concat(subjects, ignore_index=True)
    levels = [
        flat.assign(named=flat["subject"], level=0),
        flat.assign(named=flat["activity"], level=1),
        flat.assign(named=flat["activity"].map(sector_of), level=2),
    ]
    return pd.concat(levels).dropna(subset=["named"])[["subject", "item", "named", "level"]]
