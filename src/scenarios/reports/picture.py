"""One picture of a plan: concentration by source against its limits, and the pollutants with a target, year by year."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

import pandas as pd

from scenarios.air import REGIONAL
from scenarios.case import Case
from scenarios.inventory import emissions, stock
from scenarios.plan import Plan
from scenarios.reports.format import number
from scenarios.units import factor
from scenarios.words import name_column, say

COLOURS = ("#9aa5b1", "#3d3d3d", "#7b4f9d", "#b5651d", "#1f77b4", "#d9a441", "#5c9c4a", "#d3618f")
LIMIT = "#b3261e"
WIDTH, ROW, BAR, LEFT, TRACK = 760, 22, 15, 64, 560  #: [px]


def picture(case: Case, plan: Plan) -> str:
    """The picture as SVG, in the language in use."""
    sources = [REGIONAL, *case["sectors"]["sector"]]
    colours = dict(zip(sources, COLOURS, strict=False))
    lines, top = [], 26
    for title, table, limits in [*_air(case, plan), *_emissions(case, plan)]:
        lines += list(_chart(title, table, limits, colours, top))
        top += 30 + ROW * len(table)
    lines += list(_legend(case, colours, top))
    box = f"0 0 {WIDTH} {top + 44}"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" font-family="sans-serif" font-size="12">'
    return "\n".join([head, f'<rect width="{WIDTH}" height="{top + 44}" fill="#ffffff"/>', *lines, "</svg>"]) + "\n"


Chart = tuple[str, pd.DataFrame, dict[int, float]]  # title, value by year (rows) and source (columns), limit by year


def _limits(case: Case, plan: Plan, indicator: str, subject: str) -> dict[int, float]:
    given = case["targets"].set_index("target")
    rows = plan.targets[plan.targets["goal"] & (plan.targets["indicator"] == indicator)]
    whole = rows[rows["target"].map(given["subject"]) == subject]
    return dict(zip(whole["year"].astype(int), whole["value"].astype(float), strict=True))


def _air(case: Case, plan: Plan) -> Iterator[Chart]:
    for air, rows in plan.concentrations.groupby("air"):
        table = rows.pivot_table(index="year", columns="source", values="concentration", aggfunc="sum", fill_value=0.0)
        yield say("{pollutant} by source [ug/m3]", pollutant=air), table, _limits(case, plan, "concentration", str(air))


def _emissions(case: Case, plan: Plan) -> Iterator[Chart]:
    kilotonne = factor("kt", "t")
    targets = case["targets"]
    rows = plan.emissions.groupby(["sector", "pollutant", "period"])["emission"].sum().reset_index()
    rows = rows.assign(year=rows["period"].map(case.calendar.year))
    states = [
        emissions(case, stock(case, year)).assign(year=year)
        for year in (case.settings.reference_year, case.settings.start_year)
    ]
    both = pd.concat([*states, rows])[["year", "sector", "pollutant", "emission"]]
    for subject in targets.loc[targets["enforced"] & (targets["indicator"] == "emission"), "subject"].unique():
        chosen = both[both["pollutant"] == subject]
        table = chosen.pivot_table(index="year", columns="sector", values="emission", aggfunc="sum", fill_value=0.0)
        limits = {year: value / kilotonne for year, value in _limits(case, plan, "emission", subject).items()}
        yield say("{pollutant} by sector [kt/yr]", pollutant=subject), table / kilotonne, limits


def _chart(
    title: str, table: pd.DataFrame, limits: dict[int, float], colours: dict[str, str], top: int
) -> Iterator[str]:
    scale = TRACK / (1.05 * max(float(table.sum(axis=1).max()), *limits.values(), 1e-9))
    yield f'<text x="{LEFT}" y="{top}" font-weight="bold">{escape(title)}</text>'
    for place, (year, row) in enumerate(table.iterrows()):
        y, x = top + 8 + ROW * place, float(LEFT)
        yield f'<text x="{LEFT - 8}" y="{y + 12}" text-anchor="end">{year}</text>'
        for source in [source for source in colours if source in table.columns]:
            length = float(row[source]) * scale
            yield f'<rect x="{x:.1f}" y="{y}" width="{length:.1f}" height="{BAR}" fill="{colours[source]}"/>'
            x += length
        yield f'<text x="{WIDTH - 14}" y="{y + 12}" text-anchor="end">{number(float(row.sum()))}</text>'
        if year in limits:
            mark = LEFT + limits[int(str(year))] * scale
            yield f'<rect x="{mark:.1f}" y="{y - 3}" width="2" height="{BAR + 6}" fill="{LIMIT}"/>'


def _legend(case: Case, colours: dict[str, str], top: int) -> Iterator[str]:
    names = dict(zip(case["sectors"]["sector"], case["sectors"][name_column()], strict=True))
    names[REGIONAL] = say("from elsewhere")
    x, y = 10, top
    for source, colour in [*colours.items(), ("", LIMIT)]:
        text = names.get(source, say("limit"))
        length = 26 + 7 * sum(2 if ord(letter) > 255 else 1 for letter in text)
        if x + length > WIDTH:
            x, y = 10, y + 18
        yield f'<rect x="{x}" y="{y - 9}" width="{2 if source == "" else 10}" height="10" fill="{colour}"/>'
        yield f'<text x="{x + 14}" y="{y}">{escape(text)}</text>'
        x += length
