"""Plans side by side: cost, emissions, concentrations, targets, measures, schedule, and where differences come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from scenarios.accounting import TURNOVER
from scenarios.case import Case
from scenarios.costs import discount_factors
from scenarios.frames import entries, records
from scenarios.plan import Plan
from scenarios.reports.administration import pollutants
from scenarios.reports.format import amount, grid, in_one_unit, join_names, number, turnover_name, unit_name, with_unit
from scenarios.reports.scales import mass
from scenarios.units import MICROGRAM
from scenarios.words import language, say

SEEN = 1e-6  #: differences below are rounding [CNY, t, ug/m3]
COUNTIES = 5  #: counties shown for each pair
TOP = 12  #: measures shown on the screen for each pair
Pair = tuple[Case, Plan]


def tables(runs: Sequence[Pair]) -> dict[str, pd.DataFrame]:
    """Everything compared, one row a thing and one column a scenario. Names are file names."""
    plans = {plan.scenario: plan for _, plan in runs}
    return {
        "totals": _totals(plans),
        "emissions": _columns(plans, _emissions, ["sector", "pollutant", "year"]),
        "concentrations": _columns(plans, _concentrations, ["receptor", "air", "year"]),
        "targets": _columns(plans, lambda plan: plan.targets.set_index("target")["achieved"], ["target"]),
        "commitments": _columns(
            plans, lambda plan: plan["commitments"].set_index("commitment")["achieved"], ["commitment"]
        ),
        "quantities": _columns(plans, _quantities, ["measure", "area", "year"]).fillna(0.0),
        "schedule": _columns(plans, lambda plan: plan.schedule.set_index("task")["finish"], ["task"]),
        "causes": causes(runs),
    }


def _columns(plans: Mapping[str, Plan], read: Callable[[Plan], pd.Series], keys: list[str]) -> pd.DataFrame:
    made = {name: read(plan) for name, plan in plans.items()}
    return pd.DataFrame(made).rename_axis(keys).reset_index()


def _emissions(plan: Plan) -> pd.Series:
    rows = plan.emissions
    return rows.groupby(["sector", "pollutant", rows["period"].str[:4].astype(int)])["emission"].sum()


def _concentrations(plan: Plan) -> pd.Series:
    return plan.concentrations.groupby(["receptor", "air", "year"])["concentration"].sum()


def _quantities(plan: Plan) -> pd.Series:
    rows = plan.conversions
    return rows.groupby(["measure", "area", rows["period"].str[:4].astype(int)])["quantity"].sum()


def _totals(plans: Mapping[str, Plan]) -> pd.DataFrame:
    """Cost, money, targets met, measures and tasks of each plan."""
    rows: dict[str, dict[str, float]] = {}
    for name, plan in plans.items():
        judged = plan.targets[plan.targets["met"].notna()]
        aimed = judged[judged["goal"]]
        rows[name] = {
            "cost_cny": plan.objective,
            "investment_cny": float(plan.costs.loc[plan.costs["item"] == "investment", "cny"].sum()),
            "goals_met": float(aimed["met"].astype(bool).sum()),
            "goals": float(len(aimed)),
            "targets_met": float(judged["met"].astype(bool).sum()),
            "targets": float(len(judged)),
            "commitments_met": float(plan["commitments"]["met"].astype(bool).sum()),
            "commitments": float(len(plan["commitments"])),
            "measures": float(plan["measures"]["measure"].nunique()),
            "tasks_done": float(plan.schedule["finish"].notna().sum()),
        }
    return pd.DataFrame(rows).rename_axis("quantity").reset_index()


def causes(runs: Sequence[Pair]) -> pd.DataFrame:
    """Where plans differ from the first: measure by measure, cost over the plan, discounted [CNY], last year's effects.

    Each plan is discounted at its own rate. Columns: scenario, measure, cny, and the difference of the reduction of
    each pollutant [t] and annual mean [ug/m3].
    """
    made = {plan.scenario: by_measure(case, plan) for case, plan in runs}
    names = list(made)
    parts = []
    for name in names[1:]:
        first, other = made[names[0]].align(made[name])
        first, other = first.fillna(0.0), other.fillna(0.0)
        parts.append((other - first).rename_axis("measure").reset_index().assign(scenario=name))
    if not parts:
        return pd.DataFrame({"scenario": [], "measure": [], "cny": []})
    whole = pd.concat(parts, ignore_index=True).fillna(0.0)
    values = [column for column in whole if column not in ("scenario", "measure")]
    return whole.loc[(whole[values].abs() > SEEN).any(axis=1), ["scenario", "measure", *values]]


def by_measure(case: Case, plan: Plan) -> pd.DataFrame:
    """What each measure and task costs over the plan [CNY] and takes away in the last year [t, ug/m3]. Key: measure."""
    rows = plan.costs[plan.costs["item"] != "investment"]
    discounted = rows["cny"] * rows["year"].map(discount_factors(case))
    cost = discounted.rename("cny").groupby(rows["measure"]).sum()
    rows = plan["effects"]
    rows = rows[rows["year"] == rows["year"].max()]
    label = rows["pollutant"].where(rows["medium"] == "emission", rows["pollutant"] + " ug/m3")
    taken = rows.groupby([rows["measure"], label])["reduction"].sum().unstack(fill_value=0) if len(rows) else None
    both: pd.DataFrame = pd.concat([cost.to_frame(), taken], axis=1).fillna(0.0)
    return both


def comparison_text(runs: Sequence[Pair], made: dict[str, pd.DataFrame]) -> str:
    """The comparison on one screen; ``made`` are its tables."""
    case = runs[0][0]
    names = [plan.scenario for _, plan in runs]
    called = {plan.scenario: case.called(language()) for case, plan in runs}
    parts = [grid(["", *called.values()], side_by_side(case, made, names)), "", missed(runs)]
    for name in names[1:]:
        parts += [
            "",
            _difference(case, made["causes"], name, (called[names[0]], called[name])),
            *_exchanged(case, made["quantities"], names[0], name),
        ]
        parts += _counties(runs[0][0], dict(zip(names, [plan for _, plan in runs], strict=True)), names[0], name)
    return "\n".join(parts)


def _exchanged(case: Case, rows: pd.DataFrame, first: str, other: str) -> list[str]:
    """Which measures only one of two plans uses."""
    whole, names = rows.groupby("measure")[[first, other]].sum(), case.names("measures", language())
    enter = [names[m] for m in whole.index[(whole[first] <= SEEN) & (whole[other] > SEEN)]]
    leave = [names[m] for m in whole.index[(whole[first] > SEEN) & (whole[other] <= SEEN)]]
    lines = []
    for title, found in (
        (say("enter: {names}", names=_listed(enter)), enter),
        (say("leave: {names}", names=_listed(leave)), leave),
    ):
        if found:
            lines.append("  " + title)
    return lines


def _listed(names: list[str]) -> str:
    shown = join_names(names[:TOP])
    return shown if len(names) <= TOP else say("{names} and {count} more", names=shown, count=len(names) - TOP)


def _counties(case: Case, plans: Mapping[str, Plan], first: str, other: str) -> list[str]:
    """The counties in which most money is laid out otherwise, and on what."""
    laid_out = {}
    for name in (first, other):
        rows = plans[name].costs
        rows = rows[rows["item"] == "investment"]
        laid_out[name] = rows.groupby([rows["area"].fillna(""), "measure"])["cny"].sum()
    change = (laid_out[other].sub(laid_out[first], fill_value=0.0)).rename("cny").reset_index()
    by_area = change.groupby("area")["cny"].sum()
    most = by_area.reindex(by_area.abs().sort_values(ascending=False).index).head(COUNTIES)
    areas = {**case.names("areas", language()), "": say("whole city")}
    measures = {**case.names("tasks", language()), **case.names("measures", language())}
    unit, in_unit = in_one_unit(most)
    lines = []
    for area, cny in entries(most[most.abs() > 1]):
        here = change[change["area"] == area]
        largest = records(here.loc[[here["cny"].abs().idxmax()]])[0]
        lines.append([areas[area], measures[largest["measure"]], in_unit(cny), in_unit(largest["cny"])])
    if not lines:
        return []
    return [
        "",
        say("Money laid out otherwise, by county (quantities.csv)"),
        grid(["area", "mostly for", with_unit(say("difference"), unit), "for this"], lines, left=2),
    ]


def side_by_side(case: Case, made: dict[str, pd.DataFrame], names: list[str]) -> list[list[str]]:
    """Cost, counts, annual means and the last year's emissions by sector, a column a scenario."""
    totals = {row["quantity"]: row for row in records(made["totals"])}
    last = case.settings.years[-1]
    sums = {say("cost over the plan"): "cost_cny", say("money laid out"): "investment_cny"}
    unit, in_unit = in_one_unit(totals[kind][name] for kind in sums.values() for name in names)
    rows = [[with_unit(title, unit), *[in_unit(totals[kind][name]) for name in names]] for title, kind in sums.items()]
    for title, kind in (
        (say("goals met"), "goals"),
        (say("targets met"), "targets"),
        (say("commitments met"), "commitments"),
    ):
        met, whole = totals[f"{kind}_met"], totals[kind]
        rows.append([title, *[f"{met[name]:.0f} / {whole[name]:.0f}" for name in names]])
    for title, kind in ((say("measures used"), "measures"), (say("tasks done"), "tasks_done")):
        rows.append([title, *[f"{totals[kind][name]:.0f}" for name in names]])
    for row in records(made["concentrations"]):
        rows.append([f"{row['air']} {row['year']} [{unit_name(MICROGRAM)}]", *[number(row[name]) for name in names]])
    sectors = case.names("sectors", language())
    for pollutant in pollutants(case):
        emitted = made["emissions"].query("pollutant == @pollutant and year == @last")
        totalled = [float(emitted[name].sum()) for name in names]
        divisor, unit = mass(totalled)
        rows.append([f"{pollutant} {last} [{unit}]", *[number(value / divisor) for value in totalled]])
        for row in records(emitted):
            cells = [number(row[name] / divisor) for name in names]
            rows.append([f"    {sectors[row['sector']]}", *cells])
    return rows


def missed(runs: Sequence[Pair]) -> str:
    """The goals each plan misses, and by how much."""
    case = runs[0][0]
    names, lines = case.names("targets", language()), []
    for own, plan in runs:
        goals = plan.targets[plan.targets["goal"] & plan.targets["met"].notna()]
        for row in records(goals[~goals["met"].astype(bool)]):
            reached, asked = amount(row["achieved"], row["unit"]), amount(row["value"], row["unit"])
            lines.append(
                "  "
                + say(
                    "{scenario} misses {target} ({year}): {reached} against {operator} {asked}",
                    scenario=own.called(language()),
                    target=names[row["target"]],
                    year=row["year"],
                    reached=reached,
                    operator=row["operator"],
                    asked=asked,
                )
            )
    return "\n".join(lines) or "  " + say("Every goal is met by every one of them.")


def _difference(case: Case, rows: pd.DataFrame, other: str, called: tuple[str, str]) -> str:
    """The measures that make the largest part of the difference; ``called``: the first scenario and the other."""
    rows = rows[rows["scenario"] == other]
    shown = [p for p in pollutants(case) if p in rows]
    airs = [f"{air} ug/m3" for air in dict.fromkeys(case["apportionment"]["pollutant"]) if f"{air} ug/m3" in rows]
    names = case.names("measures", language()) | case.names("tasks", language()) | {TURNOVER: turnover_name()}
    largest = rows.reindex(rows["cny"].abs().sort_values(ascending=False).index)
    values = ["cny", *shown, *airs]
    top, rest = records(largest.head(TOP)), largest.iloc[TOP:]
    whole = dict(rows[values].sum())
    unit, in_unit = in_one_unit([*rows["cny"], whole["cny"]])
    said = [say("{air} ug/m3", air=name.partition(" ")[0]) for name in airs]

    def cells(label: str, row: dict[str, Any]) -> list[str]:
        return [label, in_unit(row["cny"]), *[number(row[name]).replace("-", "−") for name in [*shown, *airs]]]

    body = [cells(names.get(row["measure"], row["measure"]), row) for row in top]
    if len(rest):
        body.append(cells(say("{count} more", count=len(rest)), dict(rest[values].sum())))
    body.append(cells(say("all"), whole))
    title = say(
        "{other} against {first}: cost over the plan, and what more is taken away in the last year",
        other=called[1],
        first=called[0],
    )
    head = ["measure or task", with_unit(say("cost"), unit), *[say("{pollutant} t/yr", pollutant=p) for p in shown]]
    return title + "\n" + grid([*head, *said], body)
