"""report.html: one self-contained page that a planner can read, print and pass on; summary.md: its first page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from scenarios.air import reference_receptors
from scenarios.case import Case
from scenarios.plan import Plan
from scenarios.reports import format as form
from scenarios.reports.administration import in_air
from scenarios.reports.administration import pollutants as aimed_at
from scenarios.reports.charts import chart, charted_pollutants
from scenarios.reports.charts.description import Bars, Chart
from scenarios.reports.charts.options import panel
from scenarios.reports.comparison import missed, side_by_side
from scenarios.reports.comparison import tables as compared
from scenarios.reports.page import method, tables, text
from scenarios.reports.page.answer import answer, markdown
from scenarios.reports.page.render import data, page
from scenarios.reports.picture import picture
from scenarios.reports.promised import commitments, departments, targets
from scenarios.reports.summary import PROVEN, heading
from scenarios.words import LANGUAGES, language, say, speaking

Others = Sequence[tuple[Case, Plan]]


def pages(case: Case, plan: Plan, others: Others = ()) -> dict[str, str]:
    """File name -> text: the report, the summary and the picture, in every language.

    ``others`` are further plans of the city that the report puts beside this one.
    """
    made = {}
    for asked in LANGUAGES:
        kind = "" if asked == LANGUAGES[0] else f".{asked}"
        with speaking(asked):
            made[f"report{kind}.html"] = report(case, plan, others)
            made[f"summary{kind}.md"] = markdown(case, plan)
            made[f"plan{kind}.svg"] = picture(case, plan)
    return made


def report(case: Case, plan: Plan, others: Others = ()) -> str:
    """The page in the language in use."""
    goals = targets(case, plan)
    drawn = _charts(case, plan)
    known = frozenset(case["clauses"]["clause"])
    return page(
        lang=language(),
        title=say(
            "{city}, {scenario}, {first} to {last}",
            city=case.settings.name(language()),
            scenario=case.called(language()),
            first=case.settings.years[0],
            last=case.settings.years[-1],
        ),
        proof=heading(case, plan),
        city=case.settings.name(language()),
        key=plan.city,
        scenario=plan.scenario,
        description=case.description.get(language(), ""),
        facts=_facts(plan),
        answer=answer(case, plan),
        targets=[row for row in goals if row["goal"] or row["enforced"]],
        others=[row for row in goals if not (row["goal"] or row["enforced"]) and row["met"] is not None],
        reported=[row for row in goals if row["met"] is None],
        commitments=commitments(case, plan),
        departments=departments(case, plan),
        measures=tables.measures(case, plan),
        areas=tables.areas(case, plan),
        gantt=tables.gantt(case, plan),
        years=list(case.settings.years),
        money_rows=tables.payers(case, plan),
        evidence=tables.evidence(plan),
        pollutants=charted_pollutants(case),
        aimed=aimed_at(case),
        airs=list(reference_receptors(case)),
        in_air=in_air,
        assumption=form.assumption_name(case.settings.background),
        themes=method.themes(plan.found.minimised),
        letters=method.letters(),
        clauses=text.clauses(case),
        linked=partial(text.link_clauses, known),
        compared=_compared(case, plan, others),
        panels={one.name: panel(one) for one in drawn.values()},
        numbers={name: _numbers(one) for name, one in drawn.items()},
        data=data,
    )


def _charts(case: Case, plan: Plan) -> dict[str, Chart]:
    """The charts of the page, by name."""
    aimed, airs = aimed_at(case), list(dict.fromkeys(case["apportionment"]["pollutant"]))
    emitted = [name for name in aimed if name not in airs] or aimed
    wanted = [f"{kind}-{air}" for kind in ("air", "sources") for air in airs]
    wanted += [f"{kind}-{name}" for kind in ("wedges", "waterfall") for name in emitted]
    wanted += [f"sectors-{name}" for name in charted_pollutants(case)]
    wanted += [f"macc-{name}" for name in aimed] + [f"map-{name}" for name in aimed]
    wanted += ["map-money", "map-households", "gantt", "network", "money", "yearly-cost", "tornado", "tornado-cost"]
    return {name: chart(case, plan, name) for name in dict.fromkeys(wanted)}


def _numbers(drawn: Chart) -> dict[str, Any] | None:
    """What a stack of bars shows, as a table: a row a series, a column a category."""
    if not isinstance(drawn, Bars) or drawn.is_empty:
        return None
    wide = drawn.wide
    return {
        "unit": drawn.unit,
        "head": list(drawn.categories),
        "rows": [(name, [float(value) for value in row]) for name, row in wide.iterrows()],
        "total": [float(value) if wide[name].notna().any() else float("nan") for name, value in wide.sum().items()],
    }


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


def _compared(case: Case, plan: Plan, others: Others) -> dict[str, Any]:
    """The plan beside the others: heads and rows of a table; no rows when there is none to compare."""
    if not others:
        return {"head": [], "rows": [], "missed": []}
    pairs = [(case, plan), *others]
    rows = side_by_side(case, compared(pairs), [one.scenario for _, one in pairs])
    return {
        "head": [one.called(language()) for one, _ in pairs],
        "rows": rows,
        "missed": missed(pairs).strip().splitlines(),
    }
