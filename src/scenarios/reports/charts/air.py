"""The air: annual means by source against what was measured and what is asked for, and where they come from."""

from __future__ import annotations

import pandas as pd

from scenarios.air import REGIONAL, reference_receptors, transfer_rows
from scenarios.case import Case, cached
from scenarios.frames import records
from scenarios.plan import Plan
from scenarios.reports.charts.description import LIMIT, NEUTRAL, SEEN, Bars, Flow, colours_of
from scenarios.reports.charts.emissions import limits
from scenarios.reports.charts.work import truncated
from scenarios.reports.format import assumption_name
from scenarios.reports.scales import change_text, unit_sign
from scenarios.units import MICROGRAM
from scenarios.words import language, say

MEASURED = 4  #: years before the plan that are shown
LONGEST = 46  #: letters of a name in the flows before it is cut
SMALL = 0.02  #: activities below this part of what the city adds are shown together [1]


def path(case: Case, plan: Plan, air: str) -> Bars:
    """Annual means by source in the planning years, the years measured before, and the limits."""
    receptor = reference_receptors(case)[air]
    rows = _at(plan, air, receptor)
    names = case.names("sectors", language()) | {REGIONAL: say("From elsewhere")}
    order = [name for name in (REGIONAL, *case["sectors"]["sector"]) if name in set(rows["source"])]
    seen = case["observations"]
    seen = seen[(seen["pollutant"] == air) & (seen["receptor"] == receptor)].sort_values("year").tail(MEASURED)
    goals = limits(case, plan, "concentration", air, receptor)
    marked = [
        {"kind": SEEN, "category": str(row["year"]), **{name: row[name] for name in ("value", "low", "high")}}
        for row in records(seen)
    ]
    marked += [{"kind": LIMIT, "category": str(year), "value": value} for year, value in goals.items()]
    colours = colours_of([names[REGIONAL], *(names[sector] for sector in case["sectors"]["sector"])], names[REGIONAL])
    years = sorted({*seen["year"].astype(int), *rows["year"].astype(int)})
    kept = rows.assign(series=rows["source"].map(names), category=rows["year"].astype(str))
    return Bars(
        name=f"air-{air}",
        title=say("Annual mean of {air} by source", air=air),
        rows=kept.rename(columns={"concentration": "value"})[["series", "category", "value"]],
        unit=unit_sign(MICROGRAM),
        categories=tuple(map(str, years)),
        series={names[source]: colours[names[source]] for source in order},
        marks=pd.DataFrame(marked, columns=["kind", "category", "value", "low", "high"]).astype({"value": float}),
        finding=_moved(seen, rows.groupby("year")["concentration"].sum()),
        note=say(
            "Dots: measured, with the range where one is known. Assumption on the air from elsewhere: {assumption}.",
            assumption=assumption_name(case.settings.background),
        ),
    )


def _at(plan: Plan, air: str, receptor: str) -> pd.DataFrame:
    """The annual means of one pollutant at one receptor, by source and year."""
    rows = plan.concentrations
    return rows[(rows["air"] == air) & (rows["receptor"] == receptor)]


def _moved(seen: pd.DataFrame, planned: pd.Series) -> str:
    """From the last year measured, or the first planned one, to the last planned one."""
    if planned.empty:
        return ""
    known = dict(zip(seen["year"].astype(int), seen["value"], strict=True))
    year = max((year for year in known if year < planned.index[-1]), default=planned.index[0])
    start = known.get(year, planned.iloc[0])
    name = say("{year} (measured)", year=year) if year in known else str(year)
    return change_text((name, float(start)), (str(planned.index[-1]), float(planned.iloc[-1])), unit_sign(MICROGRAM))


@cached
def _parts(case: Case, plan: Plan, air: str) -> pd.DataFrame:
    """What each activity's emission of each pollutant adds to the annual mean of the last year. [ug/m3]"""
    rows = plan.emissions[plan.emissions["period"].isin(case.calendar.of_year(case.settings.years[-1]))]
    given = transfer_rows(case)
    given = given[(given["air"] == air) & (given["receptor"] == reference_receptors(case)[air])]
    emitted = rows.groupby(["activity", "sector", "pollutant"])["emission"].sum().reset_index()
    parts = emitted.merge(given, on=["sector", "pollutant"], validate="many_to_one")
    parts = parts.assign(value=parts["emission"] * parts["coefficient"])
    return parts[parts["value"] > 0]


def sources(case: Case, plan: Plan, air: str) -> Flow:
    """From activities over sectors and what they emit to the annual mean in the last year."""
    parts = _parts(case, plan, air)
    small = parts.groupby("activity")["value"].transform("sum") < SMALL * parts["value"].sum()
    names = case.names("activities", language())
    sectors = case.names("sectors", language())
    is_all = small.groupby(parts["sector"]).transform("all")
    whole = parts["sector"].map(sectors)
    other = whole.where(is_all, whole.map(lambda name: say("{name}, other", name=name)))
    parts = parts.assign(
        label=parts["activity"].map(names).where(~small, other).map(lambda name: truncated(name, LONGEST))
    )
    parts = parts.assign(
        activity="a:" + parts["label"], sector="s:" + parts["sector"], pollutant="p:" + parts["pollutant"]
    )
    rows = _at(plan, air, reference_receptors(case)[air])
    rows = rows[(rows["year"] == case.settings.years[-1]) & (rows["source"] == REGIONAL)]
    return _flow(case, air, parts, float(rows["concentration"].sum()), sectors)


def _emitted_name(pollutant: str, air: str) -> str:
    """What is emitted: named apart from what forms in the air where both bear one name."""
    return say("Primary {pollutant}", pollutant=pollutant) if pollutant == air else pollutant


def _flow(case: Case, air: str, parts: pd.DataFrame, elsewhere: float, sectors: dict[str, str]) -> Flow:
    goal = f"air:{air}"
    links = [
        parts.groupby(["activity", "sector"])["value"].sum(),
        parts.groupby(["sector", "pollutant"])["value"].sum(),
        parts.groupby("pollutant")["value"].sum(),
    ]
    frames = [link.rename_axis(["source", "target"]).reset_index() for link in links[:2]]
    frames.append(links[2].rename_axis("source").reset_index().assign(target=goal))
    if elsewhere > 0 and len(parts):
        frames.append(pd.DataFrame({"source": [f"p:{REGIONAL}"], "target": [goal], "value": [elsewhere]}))
    order = [f"s:{sector}" for sector in case["sectors"]["sector"]]
    colours = colours_of(order)
    of_activity = parts.groupby("activity")["sector"].first()
    nodes = [(node, sectors[node[2:]], 1, colours[node]) for node in order if node in set(parts["sector"])]
    ranked = parts.groupby(["sector", "activity"])["value"].sum().reset_index()
    place = {sector: number for number, sector in enumerate(order)}
    ranked = ranked.assign(place=ranked["sector"].map(place)).sort_values(["place", "value"], ascending=[True, False])
    nodes = [(node, node[2:], 0, colours[of_activity[node]]) for node in ranked["activity"]] + nodes
    emitted = parts.groupby("pollutant")["value"].sum().sort_values(ascending=False)
    nodes += [(node, _emitted_name(node[2:], air), 2, "#7a8794") for node in emitted.index]
    if elsewhere > 0 and len(parts):
        nodes.append((f"p:{REGIONAL}", say("From elsewhere"), 2, NEUTRAL))
    nodes.append((goal, say("{air} in the air", air=air), 3, "#5d6b7a"))
    return Flow(
        name=f"sources-{air}",
        title=say("Where {air} in the air comes from, {year}", air=air, year=case.settings.years[-1]),
        rows=pd.concat(frames, ignore_index=True)[["source", "target", "value"]],
        unit=unit_sign(MICROGRAM),
        nodes=pd.DataFrame(nodes, columns=["node", "label", "column", "colour"]),
        note=say("From activities and sectors over what they emit to the annual mean."),
    )
