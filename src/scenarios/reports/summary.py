"""What a plan says, on one screen."""

from __future__ import annotations

import pandas as pd

from scenarios.case import Case
from scenarios.commitments import amounts
from scenarios.conflict import Relaxation, WayOut
from scenarios.days import days
from scenarios.frames import records
from scenarios.plan import Plan
from scenarios.reports.format import grid, money, number, percent, unit_name
from scenarios.targets import limits
from scenarios.words import language, name_column, say

PROVEN = 1e-4  #: gaps below are not told apart [1]
SEEN = 1e-9  #: violations below are rounding and are not told apart [1]
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
    used = (laid_out / case["budgets"].set_index(["payer", "year"])["amount"]).dropna()
    if used.empty:
        return say("No budget is used.")
    most = records(used.rename("share").reset_index().sort_values("share").tail(1))[0]
    share = percent(most["share"], 0)
    return say("Budget used most: {payer} in {year}, {share}", payer=say(most["payer"]), year=most["year"], share=share)


def task_lines(plan: Plan) -> str:
    """How many tasks are done, and how many the plan does without."""
    done = int(plan.schedule["finish"].notna().sum())
    left = len(plan.schedule) - done
    return say(
        "Tasks done: {done}; not needed for the targets and left out: {left} (schedule.csv)", done=done, left=left
    )


def heading(case: Case, plan: Plan) -> str:
    """City, scenario, proof."""
    name = case.settings.name_zh if language() == "zh" else case.settings.name_en
    best = say(BEST[plan.found.minimised])
    status = say(STATUS[plan.status], gap=percent(max(plan.gap, PROVEN), 2), best=best)
    return say(
        "{city}, {scenario}: {status}; largest violation at most {violation}",
        city=name,
        scenario=plan.scenario,
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
                say("{price} per {unit}", price=money(target["shadow_price"]), unit=unit_name(target["unit"]))
                if target["shadow_price"] > 0
                else "",
            ]
        )
    return grid(["target", "year", "", "limit", "reached", "unit", "", "worth of the last unit"], rows)


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
    rows = [
        [
            row["name"],
            f"{number(row['quantity'])}",
            unit_name(row["unit"]),
            money(row["annual_cost"]),
            *[number(row.get(p, 0.0)) for p in shown],
        ]
        for row in table.to_dict("records")
    ]
    return grid(
        ["measure", "quantity", "unit", "cost a year", *[say("{pollutant} t/yr", pollutant=p) for p in shown]], rows
    )


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
    text = ", ".join(f"{say(name) if name == 'cost' else name} {percent(share, 0)}" for name, share in assumed.items())
    return say("Rests on assumed numbers (weakest link of each product): {shares}", shares=text)


def conflict(case: Case, ways: list[WayOut]) -> str:
    """Why there is no plan, and what would have to give way."""
    titles = {
        "any": "The least that would have to give way:",
        "targets": "If only targets give way:",
        "means": "If every target is kept, supplies, budgets and deadlines must give way:",
    }
    lines = [
        say("No plan keeps every target, supply, budget, deadline and pace (checked a second time without presolve).")
    ]
    for way in ways:
        lines += ["", say(titles[way.kind])]
        if way.relaxations is None:
            lines.append(
                "  " + say("that alone is not enough: potentials, pace and whatever else must be kept stand in the way")
            )
        else:
            lines += ["  " + relaxation(case, row) for row in way.relaxations]
            if not way.proven:
                lines.append("  " + say("(the search was stopped by its time limit; a little less may do)"))
    return "\n".join(lines)


def relaxation(case: Case, row: Relaxation) -> str:
    """One relaxation in words."""
    first = row.index[0]
    values = {
        "limit": number(row.limit, 4),
        "reachable": number(row.reachable, 4),
        "share": f"{row.share * 100:+.1f} %",
    }
    if row.equation.endswith("_target"):
        target = case["targets"].set_index("target").loc[first]
        return say(
            "target {name} ({clause}, {year}): {reachable} instead of {limit} ({share})",
            name=target[name_column()],
            clause=target["clause"],
            year=target["year"],
            **(_target_values(case, row) or values),
        )
    if row.equation.endswith("_commitment"):
        promise = amounts(case).loc[first]
        return say(
            "commitment {name} ({clause}, by {end}): {reachable} instead of {limit} ({share})",
            name=promise[name_column()],
            clause=promise["clause"],
            end=promise["end"],
            **(_shares(promise["limit"], row) if row.equation.startswith("share") else values),
        )
    if row.equation == "cost_in_all":
        return say("cost of the plan: {reachable} instead of {limit} CNY ({share})", **values)
    if row.equation == "money_in_all":
        return say("money of all payers: {reachable} instead of {limit} CNY ({share})", **values)
    if row.equation == "supply":
        fuel = case["fuels"].set_index("fuel").loc[first]
        return say(
            "supply of {name} in {year}: {reachable} instead of {limit} {unit} ({share})",
            name=fuel[name_column()],
            year=row.index[1],
            unit=unit_name(fuel["unit"]),
            **values,
        )
    if row.equation == "budget":
        return say(
            "budget of {payer} in {year}: {reachable} instead of {limit} CNY ({share})",
            payer=say(first),
            year=row.index[1],
            **values,
        )
    task = case["tasks"].set_index("task").loc[first]
    return say(
        "task {task} {name}: cannot be done by {deadline}",
        task=first,
        name=task[name_column()],
        deadline=task["deadline"],
    )


def _target_values(case: Case, row: Relaxation) -> dict[str, str]:
    """Limit and what can be reached of a share or of days, which the program counts otherwise; else nothing."""
    target = limits(case).loc[row.index[0]]
    if row.equation == "share_target":
        return _shares(target["limit"], row)
    if row.equation != "days_target":
        return {}
    reached = days(case, target["indicator"], target["area"], target["subject"], target["year"], row.reachable)
    limit = target["limit"]
    return {
        "limit": number(limit, 4),
        "reachable": number(reached, 4),
        "share": f"{(reached / limit - 1) * 100:+.1f} %",
    }


def _shares(limit: float, row: Relaxation) -> dict[str, str]:
    """Limit, what can be reached and the change of a share, whose row says how far it is above its limit."""
    change = row.reachable - row.limit
    return {"limit": percent(limit), "reachable": percent(limit + change), "share": f"{change * 100:+.1f} %"}
