"""report.html: one self-contained page that a planner can read, print and pass on."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape

from scenarios.air import REGIONAL
from scenarios.case import Case
from scenarios.frames import labelled_rows, records
from scenarios.inventory import emissions, stock
from scenarios.plan import Plan
from scenarios.reports import format as form
from scenarios.reports.administration import pollutants as aimed_at
from scenarios.reports.picture import picture
from scenarios.reports.promised import commitments, departments, targets
from scenarios.reports.summary import PROVEN, cost_lines, heading, measure_table
from scenarios.units import factor
from scenarios.words import LANGUAGES, language, name_column, say, speaking, term

KILOTONNE = factor("kt", "t")


def pages(case: Case, plan: Plan) -> dict[str, str]:
    """File name -> the report, in every language."""
    states = {
        year: emissions(case, stock(case, year)) for year in (case.settings.reference_year, case.settings.start_year)
    }
    yearly = plan.emissions.groupby(["area", "sector", "pollutant", "period"])["emission"].sum().reset_index()
    yearly = yearly.assign(year=yearly["period"].map(case.calendar.year))
    made = {}
    for asked in LANGUAGES:
        kind = "" if asked == LANGUAGES[0] else f".{asked}"
        with speaking(asked):
            made[f"report{kind}.html"] = _page(case, plan, states, yearly)
            made[f"plan{kind}.svg"] = picture(case, plan)
    return made


def _shown(case: Case) -> list[str]:
    """Pollutants that have a target, are apportioned or form what is apportioned."""
    formed = case["precursors"].query("ratio > 0")["precursor"]
    wanted = {
        *case["targets"].query("indicator == 'emission'")["subject"],
        *case["apportionment"]["pollutant"],
        *formed,
    }
    return [pollutant for pollutant in case["pollutants"]["pollutant"] if pollutant in wanted]


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "say": say,
        "number": form.number,
        "money": form.money,
        "percent": form.percent,
        "unit_name": form.unit_name,
    }
    return environment.get_template("page.html.j2")


def _page(case: Case, plan: Plan, states: dict[int, pd.DataFrame], yearly: pd.DataFrame) -> str:
    goals = targets(case, plan)
    return _template().render(
        lang=language(),
        title=heading(case, plan),
        description=case.description.get(language(), ""),
        cost=cost_lines(plan),
        facts=_facts(plan),
        targets=[row for row in goals if row["goal"] or row["enforced"]],
        others=[row for row in goals if not (row["goal"] or row["enforced"]) and row["met"] is not None],
        reported=[row for row in goals if row["met"] is None],
        commitments=commitments(case, plan),
        departments=departments(case, plan),
        air=_air(case, plan),
        sectors=_sectors(case, yearly, states),
        measures=_measures(case, plan),
        areas=_areas(case, plan, yearly, states[case.settings.start_year]),
        gantt=_gantt(case, plan),
        years=list(case.settings.years),
        money_rows=_money(case, plan),
        evidence=_evidence(plan),
        pollutants=_shown(case),
        aimed=aimed_at(case),
        assumption=term("assumption", case.settings.background),
    )


def _facts(plan: Plan) -> list[tuple[str, str]]:
    laid_out = float(plan.costs.loc[plan.costs["item"] == "investment", "cny"].sum())
    goals = plan.targets[plan.targets["goal"] & plan.targets["met"].notna()]
    return [
        (say("cost over the plan"), form.money(plan.objective)),
        (say("money laid out"), form.money(laid_out)),
        (say("goals met"), f"{int(goals['met'].astype(bool).sum())} / {len(goals)}"),
        (say("proof"), say("within {gap}", gap=form.percent(max(plan.gap, PROVEN), 2))),
        (say("measures used"), str(plan["measures"]["measure"].nunique())),
        (say("tasks done"), f"{int(plan.schedule['finish'].notna().sum())} / {len(plan.schedule)}"),
    ]


def _air(case: Case, plan: Plan) -> list[dict[str, Any]]:
    """For each receptor and pollutant: a bar for each year, in parts by source."""
    names = dict(case.names("sectors", language())) | {REGIONAL: say("from elsewhere")}
    subjects = case["targets"].set_index("target")["subject"]
    limits = {
        (subjects[row["target"]], row["year"]): row["value"]
        for row in plan.targets.query("indicator == 'concentration' and goal").to_dict("records")
    }
    result = []
    for (receptor, air), rows in plan.concentrations.groupby(["receptor", "air"]):
        wide = rows.pivot_table(index="year", columns="source", values="concentration", aggfunc="sum")
        top = (
            max(
                float(wide.sum(axis=1).max()), max((value for (a, _), value in limits.items() if a == air), default=0.0)
            )
            * 1.1
        )
        sources = [source for source in [REGIONAL, *case["sectors"]["sector"]] if source in wide.columns]
        bars = [
            {
                "year": year,
                "total": float(row.sum()),
                "limit": limits.get((air, year)),
                "parts": [(names[s], float(row[s]), sources.index(s)) for s in sources],
            }
            for year, row in wide.iterrows()
        ]
        result.append(
            {
                "receptor": receptor,
                "air": air,
                "top": top,
                "bars": bars,
                "legend": [(names[s], place) for place, s in enumerate(sources)],
            }
        )
    return result


def _sectors(case: Case, emission: pd.DataFrame, given: dict[int, pd.DataFrame]) -> list[dict[str, Any]]:
    """For each pollutant: emission by sector in the reference year, the start year and each planning year. [kt]"""
    yearly = emission.pivot_table(
        index=["pollutant", "sector"], columns="year", values="emission", aggfunc="sum", fill_value=0.0
    )
    states = {
        year: rows.pivot_table(index="sector", columns="pollutant", values="emission", aggfunc="sum", fill_value=0.0)
        for year, rows in given.items()
    }
    names = case.names("sectors", language())
    result = []
    for pollutant in case["pollutants"]["pollutant"]:
        columns = {
            year: table[pollutant] if pollutant in table else pd.Series(dtype=float) for year, table in states.items()
        }
        if pollutant in yearly.index.get_level_values("pollutant"):
            columns |= {year: yearly.loc[pollutant][year] for year in case.settings.years}
        table = pd.DataFrame(columns).fillna(0.0) / KILOTONNE
        top = float(table.sum().max()) or 1.0
        order = [sector for sector in case["sectors"]["sector"] if sector in table.index]
        bars = [
            {
                "year": year,
                "total": float(table[year].sum()),
                "parts": [
                    (names[s], float(table.loc[s, year]), place + 1)
                    for place, s in enumerate(case["sectors"]["sector"])
                    if s in order
                ],
            }
            for year in table.columns
        ]
        result.append({"pollutant": pollutant, "top": top * 1.05, "bars": bars})
    return result


def _measures(case: Case, plan: Plan) -> list[dict[str, Any]]:
    by_year = plan.conversions.assign(year=plan.conversions["period"].str[:4].astype(int)).pivot_table(
        index="measure", columns="year", values="quantity", aggfunc="sum", fill_value=0.0
    )
    return [
        {**row, "years": [float(by_year.loc[row["measure"]].get(year, 0.0)) for year in case.settings.years]}
        for row in records(measure_table(case, plan))
    ]


def _areas(case: Case, plan: Plan, yearly: pd.DataFrame, start: pd.DataFrame) -> dict[str, Any]:
    """Money laid out and change of each target pollutant by area, between the state at the start and the last year."""
    subjects = aimed_at(case)
    last = (
        yearly[yearly["year"] == case.settings.years[-1]]
        .groupby(["area", "pollutant"])["emission"]
        .sum()
        .unstack(fill_value=0)
    )
    first = start.pivot_table(index="area", columns="pollutant", values="emission", aggfunc="sum", fill_value=0.0)
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


def _gantt(case: Case, plan: Plan) -> dict[str, Any]:
    tasks = case["tasks"].set_index("task")
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
                "lead": given["lead"],
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


def _money(case: Case, plan: Plan) -> list[dict[str, Any]]:
    rows = plan["funding"].pivot_table(
        index=["payer", "item"], columns="year", values="cny", aggfunc="sum", fill_value=0.0
    )
    order = {"investment": 0, "annuity": 1, "task": 2, "running": 3, "fuel": 4}
    return [
        {"payer": payer, "item": item, "years": [float(row.get(year, 0.0)) for year in case.settings.years]}
        for (payer, item), row in sorted(labelled_rows(rows), key=lambda entry: (entry[0][0], order[entry[0][1]]))
    ]


def _evidence(plan: Plan) -> list[dict[str, Any]]:
    wide = plan.evidence.pivot_table(index="quantity", columns="grade", values="share", aggfunc="sum", fill_value=0.0)
    return [
        {"quantity": quantity, **{grade: float(row.get(grade, 0.0)) for grade in ("reported", "derived", "assumed")}}
        for quantity, row in wide.iterrows()
    ]
