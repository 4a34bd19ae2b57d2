"""Task sheets in the plan's own form: work, clauses, quantities by year, deadline, departments, effect, cost."""

from __future__ import annotations

from typing import Any

import pandas as pd

from scenarios.case import Case
from scenarios.coverage import references
from scenarios.frames import records
from scenarios.plan import Plan
from scenarios.problems import InputError, Place, Problem, phrase
from scenarios.reports.administration import pollutants
from scenarios.reports.format import amount, grid, join_names, money, number, unit_name
from scenarios.words import language, name_column, say

NAMED = {
    "commitment": "commitments",
    "measure": "measures",
    "task": "tasks",
    "target": "targets",
    "standard": "standards",
    "emergency": "emergency",
}


def sheet(case: Case, plan: Plan | None, work: int) -> str:
    """One numbered work from its text to rows, and to results where there is a plan, as text."""
    given = case["works"].set_index("number").loc[work]
    lines = [
        say("Work {number}: {name} ({section})", number=work, name=given[name_column()], section=given["section"]),
        say("Lead: {who}", who=_bodies(case, given["lead"])),
        say("Cooperating: {who}", who=_bodies(case, given["cooperating"])),
        say("Responsible: {who}", who=_bodies(case, given["responsible"])),
        "",
        clause_lines(case, plan, case["clauses"][case["clauses"]["number"] == work]),
    ]
    if plan is not None:
        lines += [*_measures(case, plan, work), *_tasks(case, plan, work)]
    return "\n".join(lines)


def _bodies(case: Case, cell: Any) -> str:
    """The departments, other bodies and areas that a cell names."""
    names = case.names("areas", language()) | case.names("departments", language())
    return join_names(names[key] for key in str(cell).split()) or "–"


def known_work(case: Case, number: int) -> int:
    """The number, when the plan has such a work. Raises InputError."""
    known = list(case["works"]["number"])
    if number not in known:
        allowed = phrase("one of {names}", names=", ".join(map(str, known)) or "–")
        place = Place(f"inputs/{case.settings.city}/works.csv")
        raise InputError(
            [Problem(place, phrase("“{value}”", value=number), allowed, phrase("Give the number of a work."))]
        )
    return number


def clause_lines(case: Case, plan: Plan | None, clauses: pd.DataFrame) -> str:
    """Each clause with its quantity, date and what stands for it, and below it the state of each of these."""
    states = _states(case, plan)
    lines = []
    for row in records(clauses):
        size = (
            f"{row['operator']} {number(row['quantity'])} {unit_name(row['unit'])}".strip()
            if row["quantity"] == row["quantity"]
            else ""
        )
        when = " ".join(part for part in (row["year"], row["deadline"]) if part)
        lines.append("  ".join(part for part in (row["clause"], row[name_column()], size, when) if part))
        for reference in references(row):
            text = states.get((reference.kind, reference.name), "")
            title = f"{say(reference.kind)} {reference.name} {_name(case, *reference)}"
            lines.append("      " + (say("{name}: {meaning}", name=title, meaning=text) if text else title))
        if not row["represented"]:
            reason = row[f"reason_{language()}"]
            lines.append("      " + say("held: {reason}", reason=reason))
    return "\n".join(lines)


def _name(case: Case, kind: str, name: str) -> str:
    if kind == "order":
        row = case["order"].set_index("order").loc[name]
        return " → ".join(_at_the_end(case, str(row[end])) for end in ("before", "after"))
    frame = case[NAMED[kind]]
    return str(frame.set_index(frame.columns[0]).loc[name, name_column()])


def _at_the_end(case: Case, name: str) -> str:
    """What an order ties: a task, measure or technology by its name, a clause by its number."""
    tables = (case[table] for table in ("tasks", "measures", "technologies"))
    found = [frame.loc[frame.iloc[:, 0] == name, name_column()] for frame in tables]
    return next((str(names.iloc[0]) for names in found if len(names)), name)


def _states(case: Case, plan: Plan | None) -> dict[tuple[str, str], str]:
    """What a plan makes of each commitment, target, task and measure."""
    if plan is None:
        return {}
    states = {}
    for kind in ("commitment", "target"):
        for row in records(plan[f"{kind}s"]):
            if row["achieved"] == row["achieved"]:
                mark = say("met") if row["met"] else say("missed")
                reached, asked = amount(row["achieved"], row["unit"]), amount(row["value"], row["unit"])
                states[kind, row[kind]] = f"{reached} ({row['operator']} {asked}) {mark}"
            else:
                states[kind, row[kind]] = say("not computed")
    for row in records(plan.schedule):
        done = isinstance(row["finish"], str)
        states["task", row["task"]] = f"{row['start']}–{row['finish']}" if done else say("left out")
    used = plan["measures"].drop_duplicates("measure")
    for measure in case["measures"]["measure"]:
        states["measure", measure] = say("not used")
    for row in records(used):
        states["measure", row["measure"]] = f"{number(row['quantity'])} {unit_name(row['unit'])}"
    return states


def _measures(case: Case, plan: Plan, work: int) -> list[str]:
    """Measures of the work: quantity by year, money, tonnes and annual mean taken away in the last year."""
    duties = list(case["duties"].loc[case["duties"]["number"] == work, "measure"])
    rows = plan.conversions[plan.conversions["measure"].isin(duties)]
    if rows.empty:
        return []
    years, shown, last = case.settings.years, pollutants(case), case.settings.years[-1]
    wide = rows.assign(year=rows["period"].map(case.calendar.year)).pivot_table(
        index="measure", columns="year", values="quantity", aggfunc="sum", fill_value=0.0
    )
    spent = plan.costs[plan.costs["item"] == "investment"].groupby("measure")["cny"].sum()
    effects = plan["effects"][plan["effects"]["year"] == last].set_index(["measure", "medium", "pollutant"])[
        "reduction"
    ]
    names, units = case.names("measures", language()), rows.groupby("measure")["unit"].first()

    def taken(measure: str, medium: str, pollutant: str) -> float:
        return float(effects.get((measure, medium, pollutant), 0.0))

    airs = list(dict.fromkeys(case["apportionment"]["pollutant"]))
    cells: list[list[Any]] = [
        [
            names[measure],
            *[number(float(wide.loc[measure].get(year, 0.0))) for year in years],
            unit_name(units[measure]),
            money(float(spent.get(measure, 0.0))),
            *[number(taken(measure, "emission", p)) for p in shown],
            *[number(taken(measure, "air", p)) for p in airs],
        ]
        for measure in wide.index
    ]
    head = [
        "measure",
        *map(str, years),
        "unit",
        "money laid out",
        *[say("{pollutant} t/yr", pollutant=p) for p in shown],
        *[say("{air} ug/m3", air=air) for air in airs],
    ]
    return ["", grid(head, cells)]


def _tasks(case: Case, plan: Plan, work: int) -> list[str]:
    """Tasks of the work with their dates."""
    rows = case["tasks"][case["tasks"]["number"] == work].merge(
        plan.schedule.drop(columns="deadline"), on="task", validate="one_to_one"
    )
    if rows.empty:
        return []
    cells = [
        [
            row["task"],
            row[name_column()],
            row["start"] if isinstance(row["start"], str) else "–",
            row["finish"] if isinstance(row["finish"], str) else "–",
            row["deadline"],
            money(row["cost"]) if row["cost"] else "",
        ]
        for row in records(rows)
    ]
    return ["", grid(["task", "name", "start", "finish", "deadline", "cost"], cells, left=2)]
