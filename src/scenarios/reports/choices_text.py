"""Choices on the screen: what every good plan does, plans that differ, and each measure's fair share."""

from __future__ import annotations

import pandas as pd

from scenarios.case import Case
from scenarios.frames import records
from scenarios.reports.format import grid, in_one_unit, join_names, money, number, percent, unit_name, with_unit
from scenarios.reports.limits_text import measure_units
from scenarios.studies.alternatives import Alternatives
from scenarios.studies.fair_shares import SECTOR
from scenarios.units import MICROGRAM
from scenarios.words import language, say

TOP = 12
DAYS = {"good_days": "good days", "heavy_days": "heavily polluted days"}
VERDICTS = {
    "must": "In every good plan, at least so much",
    "never": "In no good plan",
    "choice": "A choice; most money at stake first",
}


def alternatives_text(case: Case, found: Alternatives) -> str:
    """What must be done in any good plan, what is a choice, and plans that differ."""
    parts = [
        say(
            "Good plans cost at most {ceiling}, {slack} above the least found ({best}).",
            ceiling=money(found.ceiling),
            slack=percent(found.ceiling / found.best - 1 if found.best else 0.0),
            best=money(found.best),
        )
    ]
    for verdict, title in VERDICTS.items():
        rows = found.ranges[found.ranges["verdict"] == verdict]
        if len(rows):
            parts += ["", f"{say(title)} ({len(rows)})", _ranges(case, rows)]
    parts += ["", say("Plans that differ (plans.csv)"), _plans(case, found)]
    return "\n".join(parts)


def _ranges(case: Case, rows: pd.DataFrame) -> str:
    names, units = case.names("measures", language()), measure_units(case)
    ordered = rows.sort_values("stake", ascending=False)
    unit, in_unit = in_one_unit(rows["stake"])
    lines = [
        [
            names[row["measure"]],
            *[percent(row[name] / row["potential"], 0) for name in ("least", "best", "most")],
            f"{number(row['potential'])} {units[row['measure']]}",
            in_unit(row["stake"]),
        ]
        for row in records(ordered.head(TOP))
    ]
    head = ["measure", "at least", "best plan", "at most", "of the potential", with_unit(say("money at stake"), unit)]
    return grid(head, lines)


def _plans(case: Case, found: Alternatives) -> str:
    """Each plan: what it costs, how different it is, and what it does instead."""
    names = case.names("measures", language())
    potential = found.ranges.set_index("measure")["potential"]
    wide = found.plans.pivot_table(index="measure", columns="plan", values="quantity", fill_value=0.0)
    share = wide.div(potential.reindex(wide.index), axis=0)
    lines = []
    for row in records(found.costs):
        number_of = int(row["plan"])
        if number_of == 0:
            continue
        change = (share[number_of] - share[0]).sort_values()
        less = join_names(names[name] for name in change.index[:3] if change[name] < 0)
        more = join_names(names[name] for name in change.index[::-1][:3] if change[name] > 0)
        lines.append([str(number_of), money(row["cost"]), percent(row["different"], 0), more, less])
    if not lines:
        return "  " + say("There is none.")
    return "\n".join(
        "  "
        + say(
            "{plan}: {cost}, {different} different; more of {more}; less of {less}",
            plan=plan,
            cost=cost,
            different=different,
            more=more or "–",
            less=less or "–",
        )
        for plan, cost, different, more, less in lines
    )


def shares_text(case: Case, rows: pd.DataFrame, by: str, year: int) -> str:
    """Fair shares in tonnes of pollutants with a target, in annual means and days, largest first."""
    names = case.names("sectors" if by == SECTOR else "measures", language())
    targets = case["targets"]
    emitted = list(dict.fromkeys(targets.loc[targets["indicator"] == "emission", "subject"]))
    shown = [("emission", pollutant, "t") for pollutant in emitted]
    shown += [("air", air, MICROGRAM) for air in dict.fromkeys(rows.loc[rows["medium"] == "air", "pollutant"])]
    days = rows[~rows["medium"].isin(["emission", "air"])]
    shown += [(kind, air, "d") for kind, air in dict.fromkeys(zip(days["medium"], days["pollutant"], strict=True))]
    wide = rows.set_index(["medium", "pollutant", "group"])["share"].unstack("group", fill_value=0)
    wide = wide.reindex(pd.MultiIndex.from_tuples([each[:2] for each in shown]), fill_value=0)
    key = [(medium, pollutant) for medium, pollutant, _ in shown if medium == "air"] or [shown[0][:2]]
    order = wide.loc[key].sum().sort_values(ascending=False).index
    titles = [_title(medium, pollutant, unit) for medium, pollutant, unit in shown]
    lines = [[names[group], *[number(float(wide.loc[(m, p), group])) for m, p, _ in shown]] for group in order[:TOP]]
    if len(order) > TOP:
        rest = wide[order[TOP:]].sum(axis=1)
        lines.append([say("{count} more", count=len(order) - TOP), *[number(float(rest[m, p])) for m, p, _ in shown]])
    lines.append([say("all"), *[number(float(wide.loc[(m, p)].sum())) for m, p, _ in shown]])
    worst = float(days["error"].max()) if len(days) else 0.0
    note = (
        say("Days are Shapley values: exact.")
        if worst == 0
        else say(
            "Days are Shapley values over a sample of orders; standard error at most {error} d.", error=number(worst, 2)
        )
    )
    title = say("What each took away, or brought in days, in {year} against doing nothing new", year=year)
    return f"{title}\n{grid([by, *titles], lines)}\n  {note}"


def _title(medium: str, pollutant: str, unit: str) -> str:
    if medium == "emission":
        return say("{pollutant} t/yr", pollutant=pollutant)
    if medium == "air":
        return f"{pollutant} {unit_name(MICROGRAM)}"
    return say(DAYS[medium])
