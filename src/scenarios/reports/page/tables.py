"""The tables of the report: measures, counties, tasks on the calendar, payers, grades."""

from __future__ import annotations

from typing import Any

import pandas as pd

from scenarios.case import Case
from scenarios.frames import labelled_rows, records
from scenarios.inventory import emissions
from scenarios.plan import Plan
from scenarios.reports.administration import pollutants as aimed_at
from scenarios.reports.summary import measure_table
from scenarios.words import language, name_column


def measures(case: Case, plan: Plan) -> list[dict[str, Any]]:
    """What each measure converts in each year, with clauses of the plan's text, dearest first."""
    by_year = plan.conversions.assign(year=plan.conversions["period"].str[:4].astype(int)).pivot_table(
        index="measure", columns="year", values="quantity", aggfunc="sum", fill_value=0.0
    )
    clauses = dict(zip(case["duties"]["measure"], case["duties"]["clause"], strict=True))
    return [
        {
            **row,
            "clause": clauses.get(row["measure"], ""),
            "years": [float(by_year.loc[row["measure"]].get(year, 0.0)) for year in case.settings.years],
        }
        for row in records(measure_table(case, plan))
    ]


def areas(case: Case, plan: Plan) -> dict[str, Any]:
    """Money laid out and change of each target pollutant by area, between the state at the start and the last year."""
    subjects, yearly = aimed_at(case), plan.yearly_emissions
    start = emissions(case, case.settings.start_year)
    last = (
        yearly[yearly["year"] == case.settings.years[-1]]
        .groupby(["area", "pollutant"])["emission"]
        .sum()
        .unstack(fill_value=0)
        .reindex(columns=subjects, fill_value=0.0)
    )
    first = start.pivot_table(index="area", columns="pollutant", values="emission", aggfunc="sum", fill_value=0.0)
    first = first.reindex(columns=subjects, fill_value=0.0)  # where nothing is done, nothing is emitted
    spent = plan.costs.query("item == 'investment'").groupby("area")["cny"].sum()
    names = case["areas"].set_index("area")[name_column()]
    rows = [
        {
            "name": names[area],
            "spent": float(spent.get(area, 0.0)),
            "change": [
                (
                    float(last.loc[area, p] / first.loc[area, p] - 1)
                    if area in last.index and first.loc[area, p] > 0
                    else 0.0
                )
                for p in subjects
            ],
        }
        for area in names.index
        if area in first.index
    ]
    return {"pollutants": subjects, "rows": rows}


def gantt(case: Case, plan: Plan) -> dict[str, Any]:
    """Every task on the calendar, by number; those the plan does without have no bar."""
    tasks, leads = case["tasks"].set_index("task"), case.names("departments", language())
    place = case.calendar.position
    rows = []
    for row in plan.schedule.to_dict("records"):
        given = tasks.loc[row["task"]]
        done = isinstance(row["finish"], str)
        rows.append(
            {
                "task": row["task"],
                "number": int(given["number"]),
                "name": given[name_column()],
                "lead": leads[given["lead"]],
                "done": done,
                "critical": bool(row["critical"]),
                "start": place[row["start"]] if done else 0,
                "finish": place[row["finish"]] if done else 0,
                "deadline": place.get(row["deadline"], 0),
                "slack": "" if pd.isna(row["slack"]) else int(row["slack"]),
                "when": f"{row['start']}–{row['finish']}" if done else "",
            }
        )
    return {
        "periods": list(case.calendar.periods),
        "rows": sorted(rows, key=lambda row: (row["number"], row["task"])),
        "count": len(case.calendar.periods),
    }


def payers(case: Case, plan: Plan) -> list[dict[str, Any]]:
    """What each payer pays for each item in each year, in the order of funders.csv. [CNY]"""
    rows = plan["funding"].pivot_table(
        index=["payer", "item"], columns="year", values="cny", aggfunc="sum", fill_value=0.0
    )
    order = {"investment": 0, "annuity": 1, "task": 2, "running": 3, "fuel": 4}
    names = case.names("funders", language())
    known = {payer: number for number, payer in enumerate(names)}
    found = sorted(labelled_rows(rows), key=lambda entry: (known[entry[0][0]], order[entry[0][1]]))
    return [
        {"payer": names[payer], "item": item, "years": [float(row.get(year, 0.0)) for year in case.settings.years]}
        for (payer, item), row in found
    ]


def evidence(plan: Plan) -> list[dict[str, Any]]:
    """Shares of each quantity that are reported, derived and assumed. [1]"""
    wide = plan.evidence.pivot_table(index="quantity", columns="grade", values="share", aggfunc="sum", fill_value=0.0)
    return [
        {"quantity": quantity, **{grade: float(row.get(grade, 0.0)) for grade in ("reported", "derived", "assumed")}}
        for quantity, row in wide.iterrows()
    ]
