"""The result tables of a plan, as they are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scenarios import accounting, costs, effects, payments
from scenarios.accounting import Accounts, Decisions
from scenarios.case import Case, cached
from scenarios.commitments import commitment_results
from scenarios.days import KINDS, mean_for
from scenarios.frames import entries, looked_up, records, stacked
from scenarios.inventory import evidence, factor_table, quantities
from scenarios.plan import RESULTS
from scenarios.schedule import schedule
from scenarios.stocks import activity_left
from scenarios.targets import achieved, distance_inside, limits, units
from scenarios.units import MICROGRAM

MET = 1e-6  #: relative distance from the limit within which a target counts as met [1]


def tables(
    case: Case,
    accounts: Accounts,
    decisions: Decisions,
    prices: Mapping[tuple[str, tuple[object, ...]], float],
    relaxed_schedule: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    """Every table of ``RESULTS``."""
    made = {
        "conversions": decisions.conversions.assign(unit=decisions.conversions["measure"].map(units(case)["measures"])),
        "activity": accounting.state_rows(case, accounts.states),
        "emissions": accounts.emission,
        "concentrations": accounts.yearly.concentration,
        "targets": target_rows(case, accounts, prices),
        "commitments": commitment_rows(case, accounts),
        "schedule": schedule(case, decisions.done),
        "relaxed_schedule": relaxed_schedule,
        "costs": accounts.cost,
        "funding": payments.funding(case, accounts, decisions.conversions),
        "measures": measure_rows(case, decisions),
        "effects": effect_rows(case, decisions.conversions),
        "evidence": pd.concat(
            [evidence(case, case.settings.reference_year), cost_evidence(case, accounts.cost)], ignore_index=True
        ),
    }
    return {name: made[name][list(columns)] for name, columns in RESULTS.items()}


def target_rows(case: Case, accounts: Accounts, prices: Mapping[tuple[str, tuple[object, ...]], float]) -> pd.DataFrame:
    """Targets with limit, value reached, and the price of each one that had to be met."""
    rows = limits(case).reset_index()
    value = rows["target"].map(achieved(case, accounts.yearly))
    inside = distance_inside(rows["limit"], value, rows["operator"])
    price = pd.Series([_price(prices, case, row) for row in records(rows)], rows.index, dtype=float)
    scope = (
        rows["area"]
        + rows["sectors"].map(lambda text: f": {text}" if text else "")
        + rows["excluded"].map(lambda text: f" without {text}" if text else "")
    )
    met = (inside >= -MET).astype(object).where(rows["indicator"] != "reported", None)
    return rows.assign(
        scope=rows["subject"] + ", " + scope,
        value=rows["limit"],
        achieved=value,
        met=met,
        binding=rows["enforced"] & ((inside.abs() <= MET) | (price > 0)),
        shadow_price=price,
    )


def _price(prices: Mapping[tuple[str, tuple[object, ...]], float], case: Case, target: dict[str, Any]) -> float:
    """Shadow price of a target; that of a day is by the change of the annual mean it asks for. [CNY per unit]"""
    name, indicator = target["target"], target["indicator"]
    if indicator not in KINDS:
        return prices.get((f"{indicator}_target", (name,)), 0.0)
    paid = prices.get(("days_target", (name,)), 0.0)
    if not paid:
        return 0.0
    means = [
        mean_for(case, indicator, target["area"], target["subject"], target["year"], target["limit"] + change)
        for change in (-0.5, 0.5)
    ]
    return paid * abs(means[1] - means[0])


def commitment_rows(case: Case, accounts: Accounts) -> pd.DataFrame:
    """Commitments, and what the plan reaches of each."""
    rows = commitment_results(case, accounts.yearly)
    return rows.assign(met=rows["inside"] >= -MET, enforced=case.settings.commitments != "ignored")


def effect_rows(case: Case, conversions: pd.DataFrame) -> pd.DataFrame:
    """What each measure takes away in each year: emission, and annual mean summed over sources."""
    emitted = effects.avoided(case, conversions)
    air = (
        effects.concentration_avoided(case, conversions)
        .groupby(["measure", "air", "year"])["reduction"]
        .sum()
        .reset_index()
    )
    both = [
        emitted.assign(medium="emission", unit="t"),
        air.rename(columns={"air": "pollutant"}).assign(medium="air", unit=MICROGRAM),
    ]
    rows = pd.concat(both, ignore_index=True)
    return rows[rows["reduction"].abs() > 0]


def measure_rows(case: Case, decisions: Decisions) -> pd.DataFrame:
    """Each measure used: quantity, cost and tonnes of a year in full service, cost per tonne of each pollutant."""
    used = decisions.conversions.groupby("measure")["quantity"].sum().rename("quantity").reset_index()
    rows = used.merge(unit_effects(case), on="measure", validate="one_to_many")
    activity = rows["measure"].map(activity_left(case))
    whole = quantities(case, case.settings.start_year).groupby("activity").sum()
    rows = rows.assign(
        unit=rows["measure"].map(units(case)["measures"]),
        share=rows["quantity"] / looked_up(activity, whole),
        annual_cost=rows["unit_cost"] * rows["quantity"],
        reduction=rows["unit_reduction"] * rows["quantity"],
    )
    return rows.assign(
        cost_per_tonne=(rows["annual_cost"] / rows["reduction"]).where(rows["reduction"] > 0)
    ).sort_values(["measure", "pollutant"], ignore_index=True)


@cached
def unit_effects(case: Case) -> pd.DataFrame:
    """What a unit costs [CNY/yr] and avoids [t/yr] in service. Key: measure, pollutant; unit_cost, unit_reduction."""
    factors = factor_table(case)
    operating = costs.running(case) + costs.fuel(case)
    ends = case["measures"].set_index("measure")
    leaves, enters = ends["from_technology"], ends["to_technology"]
    after = operating.reindex(enters).fillna(0.0).to_numpy()
    unit_cost = pd.Series(
        costs.capital_annuity(case).to_numpy() + after - operating.reindex(leaves).to_numpy(), ends.index
    )
    avoided = factors.reindex(leaves).fillna(0.0).to_numpy() - factors.reindex(enters).fillna(0.0).to_numpy()
    wide = pd.DataFrame(avoided, ends.index, factors.columns).rename_axis(columns="pollutant")
    table = stacked(wide, "unit_reduction").reset_index()
    return table.assign(unit_cost=table["measure"].map(unit_cost))


def cost_evidence(case: Case, cost_rows: pd.DataFrame) -> pd.DataFrame:
    """Share of the absolute cost that rests on each grade of capital, running, fuel and task cost. [1]"""
    ends = case["measures"].set_index("measure")
    grade = case["costs"].set_index(["subject", "item"])["grade"]
    technology = ends["to_technology"].where(ends["to_technology"] != "", ends["from_technology"])
    task_grade = case["tasks"].set_index("task")["grade"]
    rows = cost_rows[(cost_rows["item"] != "investment") & (cost_rows["measure"] != accounting.TURNOVER)]
    by_measure = rows["cny"].abs().groupby([rows["measure"], rows["item"]]).sum().reset_index()
    fuel_grade = _fuel_grades(case)

    def graded(measure: str, item: str) -> str:
        if item == "task":
            return str(task_grade[measure])
        if item == "annuity":
            return str(grade[measure, "capital"])
        if item == "running":
            return str(grade[technology[measure], "running"])
        return fuel_grade.get(technology[measure], "reported")

    found = [graded(measure, item) for measure, item in zip(by_measure["measure"], by_measure["item"], strict=True)]
    summed = by_measure["cny"].groupby(pd.Series(found, by_measure.index, dtype=object)).sum()
    share = summed / summed.sum() if summed.sum() > 0 else summed
    return pd.DataFrame({"quantity": "cost", "grade": share.index, "share": share.to_numpy()})


@cached
def _fuel_grades(case: Case) -> dict[str, str]:
    """Technology -> the weakest grade among its fuel use and the prices of its fuels."""
    order = ("reported", "derived", "assumed")
    priced = case["fuel_use"].merge(
        case["prices"][["fuel", "tariff", "grade"]], on=["fuel", "tariff"], suffixes=("", "_price")
    )
    weakest = priced[["grade", "grade_price"]].map(order.index).max(axis=1).groupby(priced["technology"]).max()
    return {technology: order[place] for technology, place in entries(weakest)}
