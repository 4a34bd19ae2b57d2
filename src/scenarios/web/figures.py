"""What the page shows of a plan, as plain records that need neither pandas nor the city: (case, plan) -> figures."""

from __future__ import annotations

from math import isfinite
from typing import Any

import pandas as pd

from scenarios.case import Case
from scenarios.frames import entries, records
from scenarios.inventory import emissions
from scenarios.plan import Plan
from scenarios.reports.administration import pollutants
from scenarios.reports.comparison import by_measure, tables
from scenarios.reports.format import turnover_name
from scenarios.words import LANGUAGES, speaking

Figures = dict[str, Any]


def figures(case: Case, plan: Plan) -> Figures:
    """Everything the page shows of a plan: totals, goals, air, emissions, measures, counties, tasks, money."""
    made = tables([(case, plan)])
    return {
        "city": {"name_zh": case.settings.name_zh, "name_en": case.settings.name_en},
        "description": dict(case.description),
        "scenario": plan.scenario,
        "status": plan.status,
        "gap": plan.gap,
        "minimised": plan.found.minimised,
        "violation": plan.largest_violation,
        "totals": {row["quantity"]: row[plan.scenario] for row in records(made["totals"])},
        "tasks": len(plan.schedule),
        "last": case.settings.years[-1],
        "years": list(case.settings.years),
        "goals": _goals(case, plan),
        "air": [_plain(row, plan.scenario) for row in records(made["concentrations"])],
        "emissions": _emissions(case, made["emissions"], plan.scenario),
        "measures": _measures(case, plan),
        "counties": _counties(case, plan),
        "schedule": _schedule(case, plan),
        "funding": _funding(case, plan),
        "evidence": [_finite(row) for row in records(plan.evidence)],
    }


def _finite(row: dict[str, Any]) -> dict[str, Any]:
    """A row as JSON can hold it: what is no number is nothing."""
    held = {name: value.item() if hasattr(value, "item") else value for name, value in row.items()}
    return {
        name: None if isinstance(value, float) and not isfinite(value) else value
        for name, value in held.items()
        if value is None or isinstance(value, str | int | float | bool)
    }


def _plain(row: dict[str, Any], scenario: str) -> dict[str, Any]:
    return _finite({**{name: value for name, value in row.items() if name != scenario}, "value": row[scenario]})


def _named(case: Case, table: str) -> dict[str, dict[str, str]]:
    """Identifier -> its names in every language."""
    names = {spoken: case.names(table, spoken) for spoken in LANGUAGES}
    return {key: {f"name_{spoken}": names[spoken][key] for spoken in LANGUAGES} for key in names[LANGUAGES[0]]}


def _funding(case: Case, plan: Plan) -> list[dict[str, Any]]:
    """What each payer pays for what, year by year, payers as they stand in funders.csv. [CNY]"""
    names = _named(case, "funders")
    place = {payer: number for number, payer in enumerate(case["funders"]["payer"])}
    rows = sorted(records(plan["funding"]), key=lambda row: place[row["payer"]])
    return [{**_finite(row), **names[row["payer"]]} for row in rows]


def _goals(case: Case, plan: Plan) -> list[dict[str, Any]]:
    """The targets that are to be met, then the others that are computed."""
    names, rows = _named(case, "targets"), plan.targets[plan.targets["met"].notna()]
    wanted = ("target", "year", "operator", "value", "achieved", "unit", "shadow_price")
    found = []
    for row in records(rows):
        marks = {name: bool(row[name]) for name in ("met", "goal", "enforced")}
        found.append(_finite({**{name: row[name] for name in wanted}, **marks, **names[row["target"]]}))
    return sorted(found, key=lambda row: not (row["goal"] or row["enforced"]))


def _emissions(case: Case, rows: Any, scenario: str) -> list[dict[str, Any]]:
    """The last year's emission of the pollutants with a target, by sector. [t]"""
    names, last = _named(case, "sectors"), case.settings.years[-1]
    shown = rows[(rows["year"] == last) & rows["pollutant"].isin(pollutants(case))]
    return [{**_plain(row, scenario), **names[row["sector"]]} for row in records(shown)]


def _measures(case: Case, plan: Plan) -> list[dict[str, Any]]:
    """What each measure and task costs over the plan, discounted [CNY], and takes away in the last year."""
    names = {**_named(case, "measures"), **_named(case, "tasks")}
    with_turnover = {f"name_{spoken}": _turnover(spoken) for spoken in LANGUAGES}
    used = plan["measures"].drop_duplicates("measure").set_index("measure")[["quantity", "unit"]]
    found = []
    for row in records(by_measure(case, plan).rename_axis("measure").reset_index()):
        name = row.pop("measure")
        amount = {"quantity": float(used["quantity"][name]), "unit": used["unit"][name]} if name in used.index else {}
        taken = {column: float(value) for column, value in row.items() if column != "cny"}
        head = {"measure": name, **names.get(name, with_turnover), "cny": float(row["cny"])}
        found.append({**head, **amount, "taken": taken})
    return sorted(found, key=lambda row: -abs(float(row["cny"])))


def _turnover(spoken: str) -> str:
    with speaking(spoken):
        return turnover_name()


def _counties(case: Case, plan: Plan) -> list[dict[str, Any]]:
    """Money laid out in each county [CNY], and its emission at the start and in the last year. [t]"""
    last = plan.emissions[plan.emissions["period"].str[:4].astype(int) == case.settings.years[-1]]
    then = last.groupby(["area", "pollutant"])["emission"].sum()
    start = emissions(case, case.settings.start_year).groupby(["area", "pollutant"])["emission"].sum()
    spent = plan.costs[plan.costs["item"] == "investment"].groupby("area")["cny"].sum()
    return [
        {
            "area": area,
            **names,
            "spent": float(spent.get(area, 0.0)),
            "emission": {
                pollutant: [float(start.get((area, pollutant), 0.0)), float(then.get((area, pollutant), 0.0))]
                for pollutant in pollutants(case)
            },
        }
        for area, names in _named(case, "areas").items()
    ]


def _schedule(case: Case, plan: Plan) -> list[dict[str, Any]]:
    """When each task is worked at and done, in the order of the plan."""
    names, given = _named(case, "tasks"), case["tasks"].set_index("task")
    leads = _named(case, "departments")
    numbers = dict(entries(given["number"]))
    rows = []
    for row in records(plan.schedule):
        task = row["task"]
        done = isinstance(row["finish"], str)
        dates = {name: row[name] if isinstance(row[name], str) else "" for name in ("start", "finish", "deadline")}
        facts = {"number": int(numbers[task]), "lead": leads[given["lead"][task]], "critical": bool(row["critical"])}
        rows.append({"task": task, **names[task], **dates, **facts, "done": done, "slack": _whole(row["slack"])})
    return sorted(rows, key=lambda row: (row["number"], row["task"]))


def _whole(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)
