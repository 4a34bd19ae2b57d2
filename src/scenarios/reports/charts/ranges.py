"""What money depends on: one number after the other at the ends of its range, while the plan stays as it is."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scenarios import costs
from scenarios.case import Case
from scenarios.frames import records, where
from scenarios.operation import ITEMS, baseline_cost, technology_cost
from scenarios.plan import Plan
from scenarios.reports.charts.description import LESS, MORE, Steps
from scenarios.reports.format import join_names, tariff_name
from scenarios.reports.scales import money
from scenarios.stocks import evolve
from scenarios.words import language, say

WIDEST = 12  #: lines of a tornado
OUTLAY, ANNUITY, TASK = "investment", "annuity", "task"
ENDS = ["value", "low", "high"]


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


def laid_out(case: Case, plan: Plan) -> Steps:
    """The money laid out, with the unit cost of one measure, or the cost of one task, at a time at its ends."""
    rows = plan.costs[plan.costs["item"] == OUTLAY]
    spent = rows.groupby("measure")["cny"].sum()
    title = say("What the money laid out depends on")
    parts = [_unit_costs(case, "capital", case.names("measures", language()), spent), _tasks(case, spent)]
    note = say(
        "One unit cost, or cost of a task, at a time at the low and the high end of its range; what the plan does "
        "stays as it is."
    )
    return _drawn("tornado", title, float(spent.sum()), pd.concat(parts), note)


def cost(case: Case, plan: Plan) -> Steps:
    """The cost over the plan, discounted, with one unit cost, task or price of a fuel at a time at its ends."""
    factor = plan.costs["year"].map(costs.discount_factors(case))
    counted = (plan.costs["cny"] * factor).groupby([plan.costs["item"], plan.costs["measure"]]).sum()
    of = {item: counted[counted.index.get_level_values(0) == item].droplevel(0) for item in (ANNUITY, TASK)}
    more = technology_cost(case, evolve(case, plan.conversions)) - baseline_cost(case)
    operated = (more.sum(axis=1) * costs.discount_factors(case).to_numpy()).sum(axis=-1)
    spent = dict(zip(ITEMS, (pd.Series(one, case["technologies"]["technology"]) for one in operated), strict=True))
    base = float(sum(part.sum() for part in (*of.values(), *spent.values())))
    measures, technologies = (case.names(table, language()) for table in ("measures", "technologies"))
    parts = [
        _of_item(_unit_costs(case, "capital", measures, of[ANNUITY]), "capital"),
        _of_item(_unit_costs(case, "running", technologies, spent["running"]), "running"),
        _tasks(case, of[TASK]),
        _prices(case, spent["fuel"]),
    ]
    note = say(
        "One number at a time at the low and the high end of its range: capital, running cost, prices of fuels, tasks; "
        "what the plan does, use of fuels, lifetimes and the discount rate stay as they are."
    )
    return _drawn("tornado-cost", say("What the cost over the plan depends on"), base, pd.concat(parts), note)


def _drawn(name: str, title: str, base: float, parts: pd.DataFrame, note: str) -> Steps:
    """A tornado of a sum in which a number takes part by ``cny`` [CNY] at its value. Columns: name, cny, and ENDS."""
    divisor, unit = money([base])
    rows = parts[(parts["cny"] != 0) & (parts["value"] > 0)].dropna(subset=ENDS).reset_index(drop=True)
    ends = {end: (base + rows["cny"] * (rows[end] / rows["value"] - 1)) / divisor for end in ("low", "high")}
    return tornado(name, title, base / divisor, rows[["name"]].assign(**ends), unit, note)


def _of_item(rows: pd.DataFrame, item: str) -> pd.DataFrame:
    return rows.assign(name=[join_names([name, say(item)]) for name in rows["name"]])


def _unit_costs(case: Case, item: str, names: dict[str, str], cny: pd.Series) -> pd.DataFrame:
    rows = where(case["costs"], item=item)
    return rows[ENDS].assign(name=rows["subject"].map(names), cny=rows["subject"].map(cny).fillna(0.0))


def _tasks(case: Case, cny: pd.Series) -> pd.DataFrame:
    rows = case["tasks"]
    names = rows["task"].map(case.names("tasks", language()))
    return rows.rename(columns={"cost": "value"})[ENDS].assign(name=names, cny=rows["task"].map(cny).fillna(0.0))


def _prices(case: Case, cny: pd.Series) -> pd.DataFrame:
    """The prices of fuels; ``cny`` is the cost of all fuels by technology. [CNY]"""
    bought, uses = ["fuel", "tariff"], case["fuel_use"]
    price = _of_pairs(case["prices"].set_index(bought)["price"], uses[bought])
    share = uses["use"] * price / uses["technology"].map(costs.fuel(case)).replace(0.0, float("nan"))
    paid = (share * uses["technology"].map(cny)).fillna(0.0).groupby([uses[name] for name in bought]).sum()
    rows, fuels = case["prices"], case.names("fuels", language())
    named = [
        say("{fuel}, price ({user})", fuel=fuels[row["fuel"]], user=tariff_name(row["tariff"])) for row in records(rows)
    ]
    sums = _of_pairs(paid, rows[bought])
    return rows.rename(columns={"price": "value"})[ENDS].assign(name=named, cny=sums).fillna({"cny": 0.0})


def _of_pairs(values: pd.Series, keys: pd.DataFrame) -> np.ndarray:
    """The number that belongs to each pair of names; no number where a pair has none."""
    return values.reindex(pd.MultiIndex.from_frame(keys)).to_numpy(dtype=float)
