"""Fuel, money and cost."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from scenarios import accounting
from scenarios import costs as unit_costs
from scenarios.case import QUARTERS, Case
from scenarios.frames import each_row, records
from scenarios.program.pooling import Pools


def fuels(case: Case, pools: Pools, c: Any) -> dict[str, Any]:
    """Fuel to be had and what burns it. [fuel unit]"""
    anyway: dict[tuple[str, int], float] = defaultdict(float)
    added: dict[tuple[str, int], list[tuple[str, float]]] = defaultdict(list)
    for row in records(case["supply"]):
        if row["task"]:
            added[row["fuel"], row["year"]].append((row["task"], row["quantity"]))
        else:
            anyway[row["fuel"], row["year"]] += row["quantity"]
    burners: dict[str, list[tuple[str, str, str, float]]] = defaultdict(list)
    for row in records(case["fuel_use"]):
        s = c.activity_of[row["technology"]]
        burners[row["fuel"]] += [(a, row["technology"], s, row["use"]) for a in c.pools_of[s]]
    return {"fuel_years": tuple(anyway), "supply": anyway, "added_supply": added, "burners": burners}


def money(case: Case, pools: Pools, c: Any) -> dict[str, Any]:
    """What payers lay out on measures and tasks, and their budgets. [CNY]"""
    capital, amount = unit_costs.capital(case).to_dict(), case["tasks"].set_index("task")["cost"].to_dict()
    measures: dict[str, list[tuple[str, str, float]]] = defaultdict(list)
    tasks: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for row in each_row(unit_costs.capital_shares(case)):
        if row.item == "capital" and row.share * capital[row.subject]:
            measures[row.payer] += [(a, row.subject, row.share * capital[row.subject]) for a in c.areas_of[row.subject]]
        elif row.item == "task" and row.share * amount[row.subject]:
            tasks[row.payer].append((row.subject, row.share * amount[row.subject]))
    budget = {(row.payer, row.year): row.amount for row in each_row(unit_costs.budgets(case))}
    at_most = unit_costs.money_at_most(case)
    return {
        "capital_paid": measures,
        "task_paid": tasks,
        "budget": budget,
        "payer_years": tuple(budget) if case.settings.budgets == "kept" else (),
        "capital": capital,
        "task_cost": amount,
        "money_at_most": at_most,
        "purses": () if at_most is None else ("all",),
        "cost_at_most": case.settings.cost_at_most,
        "ceilings": () if case.settings.cost_at_most is None else ("all",),
    }


def costs(case: Case, pools: Pools, c: Any) -> dict[str, Any]:
    """Discounted cost of a unit converted until the end of the horizon, and of a unit in service. [CNY]"""
    discount, annuity = unit_costs.discount_factors(case), unit_costs.capital_annuity(case).to_dict()
    quarter = {t: float(discount[case.calendar.year(t)]) / len(QUARTERS) for t in c.periods}
    until_end = {
        t: quarter[t] / 2 + sum(quarter[u] for u in c.periods[place + 1 :]) for place, t in enumerate(c.periods)
    }
    running, fuel = unit_costs.running(case).to_dict(), unit_costs.fuel(case).to_dict()
    unit = {
        (k, t): quarter[t] * (running[k] + fuel[k] * len(QUARTERS) * c.season[s, t])
        for k, s in c.activity_of.items()
        for t in c.periods
    }
    return {
        "discounted_quarter": quarter,
        "capital_until_end": {(m, t): annuity[m] * until_end[t] for m in annuity for t in c.periods},
        "unit_cost": unit,
        "baseline": accounting.baseline(case),
    }


def task_costs(case: Case, pools: Pools, c: Any) -> dict[str, Any]:
    """Discounted cost of a task, spent once in a quarter or paid as an annuity from it on. [CNY]"""
    spent, yearly = {}, {}
    for task in records(case["tasks"]):
        name, cost, invested = task["task"], task["cost"], task["lifetime"] > 0
        annuity = float(unit_costs.annuity(case.settings.discount_rate, task["lifetime"])) if invested else 0.0
        for t, quarter in c.discounted_quarter.items():
            spent[name, t] = 0.0 if invested else cost * quarter * len(QUARTERS)
            yearly[name, t] = cost * annuity * quarter if invested else 0.0
    return {"task_spent": spent, "task_annuity": yearly}
