"""Emissions: what the plan leaves and what each sector takes away, year by year, and from today to the last year."""

from __future__ import annotations

import pandas as pd

from scenarios.case import Case, cached
from scenarios.frames import entries, stacked
from scenarios.inventory import emissions
from scenarios.plan import Plan
from scenarios.reports.charts.description import LESS, LIMIT, MORE, NEUTRAL, TOTAL, Bars, Steps, colours_of
from scenarios.reports.scales import change_text, mass
from scenarios.stocks import sector_left
from scenarios.words import language, say

LARGEST = 10  #: measures shown one by one in a waterfall
UNSEEN = 1e-3  #: part of the largest emission below which a wedge is no wider than a line [1]


def yearly(case: Case, plan: Plan, pollutant: str) -> pd.DataFrame:
    """Emission of each sector in the reference year, at the start and in each planning year. [t]"""
    whole = _yearly(case, plan)
    known = whole.index.get_level_values("pollutant") == pollutant
    return whole[known].droplevel("pollutant").reindex(case["sectors"]["sector"]).fillna(0.0)


@cached
def _yearly(case: Case, plan: Plan) -> pd.DataFrame:
    rows = plan.yearly_emissions
    planned = rows.groupby(["pollutant", "sector", "year"])["emission"].sum().unstack().fillna(0.0)
    return pd.concat([states(case), planned], axis=1)


@cached
def states(case: Case) -> pd.DataFrame:
    """Emission at the ends of the reference year and the start year. Key: pollutant, sector; a column a year. [t]"""
    years = dict.fromkeys((case.settings.reference_year, case.settings.start_year))
    keys = ["pollutant", "sector"]
    found = {year: emissions(case, year).groupby(keys)["emission"].sum() for year in years}
    return pd.DataFrame(found).fillna(0.0)


def avoided(case: Case, plan: Plan, pollutant: str) -> pd.DataFrame:
    """What each measure takes away of a pollutant in each year: measures by years. [t]"""
    whole = _reductions(case, plan)
    known = whole.index.get_level_values("pollutant") == pollutant
    return whole[known].droplevel("pollutant")


@cached
def _reductions(case: Case, plan: Plan) -> pd.DataFrame:
    rows = plan["effects"]
    rows = rows[rows["medium"] == "emission"]
    wide = rows.groupby(["pollutant", "measure", "year"])["reduction"].sum().unstack().fillna(0.0)
    return wide.reindex(columns=case.settings.years, fill_value=0.0)


@cached
def limits(case: Case, plan: Plan, indicator: str, subject: str, area: str) -> dict[int, float]:
    """The limits the plan sets on all of a pollutant in an area, or at a receptor: year -> limit. [unit of the target]

    Limits of some sectors or activities, and floors (>=), are not the height a total is held against.
    """
    given = case["targets"]
    whole = (given["sectors"] == "") & (given["excluded"] == "") & (given["operator"] == "<=")
    given = given[whole & (given["subject"] == subject) & (given["area"] == area)]
    rows = plan.targets[plan.targets["goal"] & (plan.targets["indicator"] == indicator)]
    rows = rows[rows["target"].isin(given["target"])].sort_values("value", ascending=False)  # the strictest comes last
    return dict(zip(rows["year"].astype(int), rows["value"].astype(float), strict=True))


def marks(values: dict[int, float], kind: str = LIMIT) -> pd.DataFrame:
    """Marks of one kind: year -> value, without a range."""
    rows = [{"kind": kind, "category": str(year), "value": value} for year, value in values.items()]
    return pd.DataFrame(rows, columns=["kind", "category", "value", "low", "high"]).astype({"value": float})


def sectors(case: Case, plan: Plan, pollutant: str) -> Bars:
    """Emission by sector: the reference year, the start, and each planning year."""
    wide = yearly(case, plan, pollutant)
    wide = wide[(wide != 0).any(axis=1)]
    goals = limits(case, plan, "emission", pollutant, case.settings.city)
    divisor, unit = mass([*wide.sum(), *goals.values()])
    first, last = ((str(year), float(wide[year].sum() / divisor)) for year in wide.columns[[0, -1]])
    names = case.names("sectors", language())
    colours = colours_of([names[sector] for sector in case["sectors"]["sector"]])
    scaled = stacked(wide / divisor, "value").rename_axis(["sector", "category"]).reset_index()
    return Bars(
        name=f"sectors-{pollutant}",
        title=say("{pollutant} by sector", pollutant=pollutant),
        rows=scaled.assign(series=scaled["sector"].map(names)).astype({"category": str}).drop(columns="sector"),
        unit=unit,
        categories=tuple(str(year) for year in wide.columns),
        series={name: colours[name] for name in map(names.__getitem__, wide.index)},
        marks=marks({year: value / divisor for year, value in goals.items()}),
        finding=change_text(first, last, unit),
        note=say(
            "The first two bars are the states at the end of the reference and the start year; a planning year is the "
            "mean of its opening and closing states."
        ),
    )


def wedges(case: Case, plan: Plan, pollutant: str) -> Bars:
    """What the plan leaves, and on top what each sector's measures take away: together what doing nothing emits."""
    left = yearly(case, plan, pollutant).sum()[[case.settings.start_year, *case.settings.years]]
    taken = avoided(case, plan, pollutant)
    taken = taken.groupby(sector_left(case).reindex(taken.index)).sum().reindex(case["sectors"]["sector"]).dropna()
    taken = taken[(taken.abs() > left.max() * UNSEEN).any(axis=1)]
    taken.insert(0, case.settings.start_year, 0.0)
    names = case.names("sectors", language())
    colours = colours_of([names[sector] for sector in case["sectors"]["sector"]])
    plan_name = say("Emitted under the plan")
    goals = limits(case, plan, "emission", pollutant, case.settings.city)
    divisor, unit = mass([*(left + taken.sum()), *goals.values()])
    wide = pd.concat([left.to_frame(plan_name).T, taken.rename(index=dict(names))]) / divisor
    rows = wide.rename_axis(index="series", columns="category").stack().rename("value").reset_index()
    return Bars(
        name=f"wedges-{pollutant}",
        title=say("{pollutant}: what each sector's measures take away", pollutant=pollutant),
        rows=rows.astype({"category": str}) if left.any() else rows.head(0),
        unit=unit,
        categories=tuple(str(year) for year in left.index),
        series={plan_name: NEUTRAL} | {names[sector]: colours[names[sector]] for sector in taken.index},
        marks=marks({year: value / divisor for year, value in goals.items()}),
        areas=True,
        note=say("The upper edge is what the city emits when nothing new is done."),
    )


def waterfall(case: Case, plan: Plan, pollutant: str) -> Steps:
    """From the start state over what happens anyway and what each measure takes away to the last year of the plan."""
    last = case.settings.years[-1]
    by_year = yearly(case, plan, pollutant).sum()
    taken = avoided(case, plan, pollutant)[last].sort_values(ascending=False, kind="stable")
    taken = taken[taken.abs() > 0]
    names = case.names("measures", language())
    shown = taken[taken.abs().rank(ascending=False, method="first") <= LARGEST]
    changes = [(names[measure], -amount) for measure, amount in entries(shown)]
    rest = taken.drop(shown.index)
    if len(rest):
        changes.append((say("{count} other measures", count=len(rest)), -float(rest.sum())))
    start, end = float(by_year[case.settings.start_year]), float(by_year[last])
    frozen = end + float(taken.sum())
    rows = [(say("State at the end of {year}", year=case.settings.start_year), 0.0, start, TOTAL)]
    rows += _change(say("Growth and wear without the plan"), start, frozen - start)
    level = frozen
    for name, change in changes:
        rows += _change(name, level, change)
        level += change
    rows.append((say("Plan in {year}", year=last), 0.0, end, TOTAL))
    goals = limits(case, plan, "emission", pollutant, case.settings.city)
    divisor, unit = mass([change for _, change in changes] or [start, end])
    frame = pd.DataFrame(rows, columns=["name", "start", "end", "role"])
    return Steps(
        name=f"waterfall-{pollutant}",
        title=say("{pollutant}: from {start} to {end}", pollutant=pollutant, start=case.settings.start_year, end=last),
        finding=change_text((str(case.settings.start_year), start / divisor), (str(last), end / divisor), unit),
        rows=frame.assign(start=frame["start"] / divisor, end=frame["end"] / divisor) if start or end else frame[:0],
        unit=unit,
        lines={say("limit {year}", year=last): goals[last] / divisor} if last in goals else {},
    )


def _change(name: str, level: float, change: float) -> list[tuple[str, float, float, str]]:
    """A floating bar; none where nothing changes."""
    return [(name, level, level + change, MORE if change > 0 else LESS)] if abs(change) > 0 else []
