"""What a plan says, on one screen."""

from __future__ import annotations

import pandas as pd

from scenarios import costs
from scenarios.case import Case
from scenarios.frames import records
from scenarios.plan import Plan
from scenarios.reports.format import grid, in_one_unit, join_names, money, number, percent, unit_name
from scenarios.words import language, name_column, say

PROVEN = 1e-4  #: gaps below are taken as none [1]
SEEN = 1e-9  #: violations below are rounding [1]
TOP = 12  #: measures shown on the screen
BEST = {"cost": "the least cost", "concentration": "the lowest annual means", "emission": "the least weighted emission"}
STATUS = {
    "optimal": "proven to be {best}",
    "within gap": "proven to {gap} of {best}",
    "stopped": "stopped: the best plan so far, within {gap} of {best}",
}


def summary(case: Case, plan: Plan) -> str:
    """Status, cost, targets, largest measures and what the numbers rest on."""
    parts = [
        heading(case, plan),
        case.description.get(language(), ""),
        "",
        cost_lines(plan),
        "",
        say("Targets"),
        target_lines(case, plan),
        other_targets(plan),
        *commitment_lines(plan),
        "",
        *measure_part(case, plan),
        budget_lines(case, plan),
        task_lines(plan),
        evidence_lines(plan),
    ]
    return "\n".join(parts)


def measure_part(case: Case, plan: Plan) -> list[str]:
    """The largest measures under their heading; nothing when nothing is converted."""
    if plan.conversions.empty:
        return []
    count = plan["measures"]["measure"].nunique()
    return [say("Largest measures (of {count}; all in measures.csv)", count=count), measure_lines(case, plan), ""]


def budget_lines(case: Case, plan: Plan) -> str:
    """The payer and year in which the largest part of a budget is used."""
    rows = plan["funding"]
    laid_out = rows[rows["item"] == "investment"].set_index(["payer", "year"])["cny"]
    budgets = costs.budgets(case).set_index(["payer", "year"])["amount"]
    used = (laid_out.astype("float64") / budgets[budgets > 0]).dropna()
    if used.empty:
        return say("No budget is used.")
    most = records(used.rename("share").reset_index().sort_values("share").tail(1))[0]
    share = percent(most["share"], 0)
    payer = case.names("funders", language())[most["payer"]]
    return say("Budget used most: {payer} in {year}, {share}", payer=payer, year=most["year"], share=share)


def task_lines(plan: Plan) -> str:
    """How many tasks are done, and how many the plan does without."""
    done = int(plan.schedule["finish"].notna().sum())
    left = len(plan.schedule) - done
    return say(
        "Tasks done: {done}; not needed for the targets and left out: {left} (schedule.csv)", done=done, left=left
    )


def heading(case: Case, plan: Plan) -> str:
    """City, scenario, proof."""
    name = case.settings.name(language())
    best = say(BEST[plan.found.minimised])
    status = say(STATUS[plan.status], gap=percent(max(plan.gap, PROVEN), 2), best=best)
    return say(
        "{city}, {scenario}: {status}; largest violation at most {violation}",
        city=name,
        scenario=case.called(language()),
        status=status,
        violation=f"{max(plan.largest_violation, SEEN):.0e}",
    )


def cost_lines(plan: Plan) -> str:
    """Cost over the horizon and money laid out."""
    rows = plan.costs
    laid_out = float(rows.loc[rows["item"] == "investment", "cny"].sum())
    return say(
        "Costs in the planning years, capital as annuities: {cost} above doing nothing. Money laid out: {investment}",
        cost=money(plan.objective),
        investment=money(laid_out),
    )


def target_lines(case: Case, plan: Plan) -> str:
    """One line for each target."""
    names = case.names("targets", language())
    rows = []
    for target in records(plan.targets[plan.targets["goal"] | plan.targets["enforced"]]):
        mark = say("met") if target["met"] else say("missed")
        kind = "" if target["enforced"] else say("(shown only)")
        rows.append(
            [
                f"{names[target['target']]} {kind}".strip(),
                str(target["year"]),
                target["operator"],
                *sized(target["value"], target["achieved"], target["unit"]),
                mark,
                money(target["shadow_price"]) if target["shadow_price"] > 0 else "",
            ]
        )
    return grid(["target", "year", "", "limit", "reached", "unit", "", "price of the last unit"], rows)


def sized(limit: float, reached: float, unit: str) -> list[str]:
    """Limit, what is reached and the unit; shares in percent."""
    if unit == "1":
        return [number(limit * 100), number(reached * 100), "%"]
    return [number(limit), number(reached), unit_name(unit)]


def other_targets(plan: Plan) -> str:
    """How many of the plan's other targets are met, missed, or only reported."""
    rows = plan.targets[~(plan.targets["goal"] | plan.targets["enforced"])]
    computed = rows[rows["met"].notna()]
    met = int(computed["met"].astype(bool).sum())
    return say(
        "  Other targets, held against: {met} met, {missed} missed; {reported} are not computed (targets.csv)",
        met=met,
        missed=len(computed) - met,
        reported=len(rows) - len(computed),
    )


def commitment_lines(plan: Plan) -> list[str]:
    """How much of what the plan's text fixes is kept."""
    rows = plan["commitments"]
    if rows.empty:
        return []
    met = int(rows["met"].astype(bool).sum())
    return [say("  Commitments of the plan's text: {met} of {all} kept (commitments.csv)", met=met, all=len(rows))]


def measure_lines(case: Case, plan: Plan) -> str:
    """The measures that cost most, with what they avoid."""
    table = measure_table(case, plan).head(TOP)
    shown = list(case["targets"].loc[case["targets"]["indicator"] == "emission", "subject"].unique())
    shown += [air for air in case["apportionment"]["pollutant"].unique() if air not in shown]
    unit, in_unit = in_one_unit(table["annual_cost"])
    rows = [
        [
            row["name"],
            number(row["quantity"]),
            unit_name(row["unit"]),
            in_unit(row["annual_cost"]),
            *[number(row.get(p, 0.0)) for p in shown],
        ]
        for row in table.to_dict("records")
    ]
    head = ["measure", "quantity", "unit", say("{unit} a year", unit=unit)]
    return grid([*head, *[say("{pollutant} t/yr", pollutant=p) for p in shown]], rows)


def measure_table(case: Case, plan: Plan) -> pd.DataFrame:
    """One row a measure, dearest first: name, quantity, unit, annual_cost and a column of tonnes for each pollutant."""
    rows = plan["measures"]
    wide = rows.pivot_table(
        index=["measure", "quantity", "unit", "annual_cost"], columns="pollutant", values="reduction", aggfunc="sum"
    ).reset_index()
    return wide.assign(name=wide["measure"].map(case["measures"].set_index("measure")[name_column()])).sort_values(
        "annual_cost", ascending=False, ignore_index=True
    )


def evidence_lines(plan: Plan) -> str:
    """Which part of base emission and cost rests on assumed numbers."""
    rows = plan.evidence.pivot_table(index="quantity", columns="grade", values="share", aggfunc="sum", fill_value=0.0)
    assumed = rows["assumed"] if "assumed" in rows else pd.Series(0.0, rows.index)
    text = join_names(f"{say(name) if name == 'cost' else name} {percent(share, 0)}" for name, share in assumed.items())
    return say("Rests on assumed numbers (weakest link of each product): {shares}", shares=text)
