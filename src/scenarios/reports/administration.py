"""Results as the plan is administered: by lead department, by county, by numbered work, by sector."""

from __future__ import annotations

from typing import Any

import pandas as pd

from scenarios.accounting import TURNOVER
from scenarios.air import reference_receptors
from scenarios.case import Case, cached
from scenarios.costs import discount_factors
from scenarios.effects import avoided, concentration_avoided
from scenarios.frames import entries, records
from scenarios.plan import Plan
from scenarios.reports.format import grid, in_one_unit, number, turnover_name, with_unit
from scenarios.stocks import sector_left
from scenarios.units import MICROGRAM
from scenarios.words import language, name_column, say

#: what results can be read by, and the heading of its column
HEADS = {"department": "department", "county": "area", "task": "work", "sector": "sector"}
NOBODY = "(no work of the plan)"
WHOLE = "whole city"
TASKS = "tasks"


def table(case: Case, plan: Plan, by: str) -> pd.DataFrame:
    """One row a department, county, numbered work or sector; the columns add up to the whole plan.

    Columns: name, investment and cost over the plan [CNY], tonnes avoided in the last year for each pollutant with a
    target, annual mean taken away in the last year [ug/m3], measures, tasks done, tasks, commitments met, commitments.
    """
    groups = groups_of(case, by)
    parts = [_money(case, plan, groups, by), _effects(case, plan, groups, by), _counts(case, plan, groups, by)]
    whole = pd.concat(parts, axis=1).fillna(0.0)
    order = [name for name in dict.fromkeys(groups.names.values()) if name in whole.index]
    rest = [name for name in whole.index if name not in order]
    return whole.reindex([*order, *rest]).rename_axis(by).reset_index()


class Groups:
    """The group of each measure, task and commitment, and the names of all groups in order."""

    def __init__(self, measure: dict[str, str], task: dict[str, str], clause: dict[str, str], names: dict[Any, str]):
        self.measure, self.task, self.clause, self.names = measure, task, clause, names


def groups_of(case: Case, by: str) -> Groups:
    """The group of each measure, task and commitment when results are read by department, county, task or sector."""
    nobody = say(NOBODY)
    if by == "county":
        return Groups({}, {}, {}, case.names("areas", language()))
    if by == "sector":
        names = case.names("sectors", language())
        return Groups(dict(entries(sector_left(case).map(names))), {}, {}, names)
    works = case["works"].set_index("number")
    leads = case.names("departments", language())
    label = works["lead"].map(leads).fillna(nobody)
    if by == "task":
        label = works.index.astype(str) + " " + works[name_column()]
    names = dict(zip(works.index, label, strict=True))
    measure = {row["measure"]: names[row["number"]] for row in records(case["duties"])}
    task = {row["task"]: names.get(row["number"], nobody) for row in records(case["tasks"])}
    if by == "department":
        task = {row["task"]: leads[row["lead"]] for row in records(case["tasks"])}
    clause = {row["clause"]: names[row["number"]] for row in records(case["clauses"])}
    return Groups(measure, task, clause, names)


def group_of_each(keys: pd.Series, *groups: dict[Any, str], otherwise: str = NOBODY) -> pd.Series:
    """The group of each key, from the first of some mappings that knows it."""
    known = {key: name for group in reversed(groups) for key, name in group.items()}
    nobody = say(otherwise)
    return pd.Series([known.get(key, nobody) for key in keys], keys.index, dtype=object)


def _money(case: Case, plan: Plan, groups: Groups, by: str) -> pd.DataFrame:
    rows = plan.costs
    if by == "county":
        key = group_of_each(rows["area"], groups.names, otherwise=WHOLE)
    else:
        wear = {TURNOVER: turnover_name()}
        key = group_of_each(
            rows["measure"], groups.measure, groups.task, wear, otherwise=NOBODY if groups.task else TASKS
        )
    laid_out = rows["item"] == "investment"
    return pd.DataFrame(
        {
            "investment": rows["cny"].where(laid_out, 0.0).groupby(key).sum(),
            "cost": (rows["cny"] * rows["year"].map(discount_factors(case))).where(~laid_out, 0.0).groupby(key).sum(),
        }
    )


@cached
def pollutants(case: Case) -> list[str]:
    """Pollutants with a target on their emission, and those measured in the air."""
    aimed = case["targets"].query("indicator == 'emission'")["subject"]
    return list(dict.fromkeys([*aimed, *case["apportionment"]["pollutant"]]))


@cached
def _last_year(case: Case, plan: Plan) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Emission avoided [t] and annual mean taken away [ug/m3] in the last year, by area and measure."""
    last, keys = case.settings.years[-1], ("area", "measure")
    emitted, air = avoided(case, plan.conversions, keys), concentration_avoided(case, plan.conversions, keys)
    return emitted[emitted["year"] == last], air[air["year"] == last]


def _effects(case: Case, plan: Plan, groups: Groups, by: str) -> pd.DataFrame:
    """Tonnes avoided and annual mean taken away in the last year. [t, ug/m3]"""
    emitted, air = _last_year(case, plan)

    def key(rows: pd.DataFrame) -> pd.Series:
        return (
            group_of_each(rows["area"], groups.names)
            if by == "county"
            else group_of_each(rows["measure"], groups.measure)
        )

    wide = emitted.groupby([key(emitted), "pollutant"])["reduction"].sum().unstack(fill_value=0)
    means = air.groupby([key(air), air["air"].map(in_air)])["reduction"].sum().unstack(fill_value=0)
    return pd.concat(
        [
            wide.reindex(columns=pollutants(case), fill_value=0.0),
            means.reindex(columns=list(map(in_air, reference_receptors(case))), fill_value=0.0),
        ],
        axis=1,
    )


def in_air(pollutant: str) -> str:
    """The column of what is taken off the annual mean of a pollutant."""
    return f"{pollutant} {MICROGRAM}"


def _counts(case: Case, plan: Plan, groups: Groups, by: str) -> pd.DataFrame:
    used = plan.conversions[["area", "measure"]].drop_duplicates()
    of = group_of_each(used["area"], groups.names) if by == "county" else group_of_each(used["measure"], groups.measure)
    counts: dict[str, pd.Series] = {"measures": used.groupby(of)["measure"].nunique()}
    if groups.task:
        of_task = group_of_each(plan.schedule["task"], groups.task)
        counts["tasks done"] = plan.schedule["finish"].notna().groupby(of_task).sum()
        counts["tasks"] = plan.schedule.groupby(of_task).size()
    if groups.clause and len(plan["commitments"]):
        first = group_of_each(plan["commitments"]["clause"].str.split(" ").str[0], groups.clause)
        counts["commitments met"] = plan["commitments"]["met"].astype(bool).groupby(first).sum()
        counts["commitments"] = plan["commitments"].groupby(first).size()
    return pd.DataFrame(counts)


def administration_text(case: Case, plan: Plan, by: str) -> str:
    """The table as text, dearest first."""
    rows = table(case, plan, by)
    shown = pollutants(case)
    has = {name: name in rows for name in ("tasks", "commitments")}
    used = plan.conversions["measure"].nunique()
    total = {**dict(rows.drop(columns=by).sum()), by: say("all"), "measures": used}
    lines = [*records(rows.sort_values("investment", ascending=False)), total]
    unit, in_unit = in_one_unit(row[sums] for row in lines for sums in ("investment", "cost"))
    head = [
        say(HEADS[by]),
        *[with_unit(name, unit) for name in (say("money laid out"), say("cost over the plan"))],
        *[say("{pollutant} t/yr", pollutant=p) for p in shown],
        *[say("{air} ug/m3", air=air) for air in reference_receptors(case)],
        "measures",
        *(["tasks done"] if has["tasks"] else []),
        *(["commitments met"] if has["commitments"] else []),
    ]

    def cells(row: dict[str, Any]) -> list[str]:
        return [
            str(row[by]),
            in_unit(row["investment"]),
            in_unit(row["cost"]),
            *[number(row[p]) for p in shown],
            *[number(row[in_air(air)]) for air in reference_receptors(case)],
            f"{row['measures']:.0f}",
            *([f"{row['tasks done']:.0f} / {row['tasks']:.0f}"] if has["tasks"] else []),
            *([f"{row['commitments met']:.0f} / {row['commitments']:.0f}"] if has["commitments"] else []),
        ]

    body = [cells(row) for row in lines]
    note = say("Tonnes and ug/m3 taken away in {year}; cost discounted, as the plan's.", year=case.settings.years[-1])
    return grid(head, body) + "\n  " + note
