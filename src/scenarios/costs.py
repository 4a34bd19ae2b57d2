"""Unit costs, annuities, discounting, and who pays. Social cost: taxes and subsidies only move between payers."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import pandas as pd

from scenarios.case import Case, cached
from scenarios.frames import each_row, where

Years = TypeVar("Years", float, pd.Series)


def annuity(rate: float, lifetime: Years) -> Years:
    """Yearly payment that repays one unit of capital over its lifetime. [1/yr]

    ``r / (1 - (1 + r)^-n)``, and ``1 / n`` when the rate is zero.
    """
    if rate == 0:
        return 1 / lifetime
    yearly: Years = rate / (1 - (1 + rate) ** -lifetime)
    return yearly


@cached
def discount_factors(case: Case) -> pd.Series:
    """Discount factor of a payment in the middle of each planning year, to the start of the horizon. Key: year. [1]"""
    years = pd.Index(case.settings.years, name="year")
    return pd.Series((1 + case.settings.discount_rate) ** -(years - years[0] + 0.5), index=years)


@cached
def capital(case: Case) -> pd.Series:
    """Capital cost of converting one unit. Key: measure. [CNY per unit]"""
    return where(case["costs"], item="capital").set_index("subject")["value"].rename_axis("measure")


@cached
def capital_annuity(case: Case) -> pd.Series:
    """Yearly payment for one unit converted. Key: measure. [CNY per unit and year]"""
    lifetime = case["measures"].set_index("measure")["lifetime"]
    return (capital(case) * annuity(case.settings.discount_rate, lifetime)).reindex(lifetime.index)


@cached
def running(case: Case) -> pd.Series:
    """Running cost without fuel. Key: technology. [CNY per unit and year]

    A technology no measure touches has no row; its cost is the same in every plan and counts as 0.
    """
    given = where(case["costs"], item="running").set_index("subject")["value"]
    return given.reindex(case["technologies"]["technology"], fill_value=0.0).rename_axis("technology")


@cached
def fuel(case: Case) -> pd.Series:
    """Cost of the fuel that one unit uses. Key: technology. [CNY per unit and year]"""
    price = {(row.fuel, row.tariff): row.price for row in each_row(case["prices"])}
    cost = dict.fromkeys(case["technologies"]["technology"], 0.0)
    for row in each_row(case["fuel_use"]):
        cost[row.technology] += row.use * price[row.fuel, row.tariff]
    return pd.Series(cost, dtype=float).rename_axis("technology")


@cached
def payer_shares(case: Case) -> pd.DataFrame:
    """Who pays which part of what subsidies leave. Columns: subject (a measure, technology or task), item, payer,
    share. [1]

    The most specific row holds: the measure, technology or task itself, then its activity, then its sector.
    """
    given: dict[tuple[str, str], list[tuple[str, float]]] = {}
    for row in each_row(case["payers"]):
        given.setdefault((row.subject, row.item), []).append((row.payer, row.share))
    closest = {
        (subject, item): next((given[name, item] for name in names if (name, item) in given), [])
        for (subject, item), names in payer_names(case).items()
    }
    rows = [(*key, payer, share) for key, payers in closest.items() for payer, share in payers]
    return pd.DataFrame(rows, columns=["subject", "item", "payer", "share"]).astype({"share": float})


@cached
def subsidies(case: Case) -> pd.DataFrame:
    """What a payer gives by rule. Columns: subject, item, payer, amount [CNY per unit (and year)], years.

    A rule gives a part of the unit's cost, a sum, or so much for each unit of a fuel, up to its ceiling; together the
    rules never give more than the unit costs.
    """
    rows = case["subsidies"]
    unit = {"capital": capital(case).to_dict(), "running": running(case).to_dict(), "fuel": fuel(case).to_dict()}
    whole = np.array([unit[row.item].get(row.subject, 0.0) for row in each_row(rows)])
    use = {(row.technology, row.fuel): row.use for row in each_row(case["fuel_use"])}
    burnt = np.array([use.get((row.subject, row.fuel), 0.0) for row in each_row(rows)])
    given = (
        rows["value"]
        .where(rows["kind"] == "amount", rows["value"] * burnt)
        .where(rows["kind"] != "share", rows["value"] * whole)
    )
    given = given.clip(upper=rows["ceiling"].fillna(float("inf")))
    together = given.groupby([rows["subject"], rows["item"]]).transform("sum")
    kept = (whole / together.where(together > 0, 1.0)).clip(upper=1.0)
    return rows[["subject", "item", "payer", "years"]].assign(amount=given * kept).reset_index(drop=True)


@cached
def capital_shares(case: Case) -> pd.DataFrame:
    """Who pays which part of capital and tasks, subsidies included. Columns: subject, item, payer, share. [1]"""
    shares = payer_shares(case)
    shares = shares[shares["item"].isin(["capital", "task"])]
    rules = where(subsidies(case), item="capital")
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


@cached
def budgets(case: Case) -> pd.DataFrame:
    """Money each payer has for capital and tasks: its own, with awards received and without those given, never below 0.

    Columns: payer, year, amount; a row for each of budgets.csv. [CNY]
    """
    key, awards = ["payer", "year"], case["awards"]
    received = awards.groupby(key)["amount"].sum()
    given = awards.groupby(["grantor", "year"])["amount"].sum().rename_axis(key)
    own = case["budgets"][[*key, "amount"]]
    moved = received.sub(given, fill_value=0.0).reindex(pd.MultiIndex.from_frame(own[key])).fillna(0.0)
    return own.assign(amount=(own["amount"] + moved.to_numpy(dtype=float)).clip(lower=0.0))


def payer_names(case: Case) -> dict[tuple[str, str], tuple[str, ...]]:
    """(subject, item) -> the names under which a row of payers.csv can hold for it, the closest first."""
    sector_of = case.column("activities", "sector")
    activity_of = case.column("technologies", "activity")
    measures = zip(case["measures"]["measure"], case["measures"]["from_technology"].map(activity_of), strict=True)
    above = [("capital", measures), ("running", activity_of.items()), ("fuel", activity_of.items())]
    names = {
        (subject, item): (subject, activity, sector_of[activity])
        for item, subjects in above
        for subject, activity in subjects
    }
    return {**names, **{(task, "task"): (task,) for task in case["tasks"]["task"]}}
