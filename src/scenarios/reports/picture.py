"""One picture of a plan for a README: bars by source and sector lying on their side, without any drawing library.

It draws the same descriptions as the charts of the report; numbers and colours come from there.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from scenarios.case import Case
from scenarios.frames import records
from scenarios.plan import Plan
from scenarios.reports.charts import air, emissions
from scenarios.reports.charts.description import INK, LIMIT, LIMIT_COLOUR, Bars
from scenarios.reports.format import number, width
from scenarios.words import say

WIDTH, ROW, BAR, LEFT, TRACK = 760, 22, 15, 64, 560  #: [px]
LETTER, SIGN, LINE = 7, 26, 18  #: width of a letter, of a sign with its room, height of a line of the legend [px]


def picture(case: Case, plan: Plan) -> str:
    """The picture as SVG, in the language in use."""
    rows = case["targets"]
    aimed = rows.loc[rows["enforced"] & (rows["indicator"] == "emission"), "subject"]
    charts = [air.path(case, plan, name) for name in dict.fromkeys(case["apportionment"]["pollutant"])]
    charts += [emissions.sectors(case, plan, name) for name in dict.fromkeys(aimed)]
    lines: list[str] = []
    colours: dict[str, str] = {}
    top = 26
    for chart in charts:
        lines += list(_chart(chart, top))
        top += 30 + ROW * len(chart.categories)
        colours |= chart.series
    drawn, top = _legend(colours, top)
    box = f"0 0 {WIDTH} {top + 14}"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" font-family="sans-serif" font-size="12">'
    ground = f'<rect width="{WIDTH}" height="{top + 14}" fill="#ffffff"/>'
    return "\n".join([head, ground, *lines, *drawn, "</svg>"]) + "\n"


def _chart(chart: Bars, top: int) -> Iterator[str]:
    wide = chart.wide.dropna(axis="columns", how="all").fillna(0.0).T
    largest = max([float(wide.sum(axis=1).max()) if len(wide) else 0.0, *chart.marks["value"], 1e-9])
    scale = TRACK / (1.05 * largest)
    place = {category: top + 8 + ROW * line for line, category in enumerate(chart.categories)}
    yield f'<text x="{LEFT}" y="{top}" font-weight="bold">{escape(chart.title)} [{escape(chart.unit)}]</text>'
    for category, y in place.items():
        yield f'<text x="{LEFT - 8}" y="{y + 12}" text-anchor="end">{category}</text>'
    for year, row in wide.iterrows():
        x, y = float(LEFT), place[str(year)]
        for name in chart.series:
            length = float(row[name]) * scale
            yield f'<rect x="{x:.1f}" y="{y}" width="{length:.1f}" height="{BAR}" fill="{chart.series[name]}"/>'
            x += length
        yield f'<text x="{WIDTH - 14}" y="{y + 12}" text-anchor="end">{number(float(row.sum()))}</text>'
    for mark in records(chart.marks):
        x, y = LEFT + mark["value"] * scale, place[mark["category"]]
        if mark["kind"] == LIMIT:
            yield f'<rect x="{x:.1f}" y="{y - 3}" width="2" height="{BAR + 6}" fill="{LIMIT_COLOUR}"/>'
        else:
            yield f'<circle cx="{x:.1f}" cy="{y + BAR / 2}" r="4" fill="{INK}"/>'
            yield f'<text x="{WIDTH - 14}" y="{y + 12}" text-anchor="end">{number(mark["value"])}</text>'


def _legend(colours: dict[str, str], top: int) -> tuple[list[str], int]:
    """The signs and their names, and where the last line stands."""
    x, y, lines = 10, top, []
    for name, colour in [*colours.items(), (say("limit"), LIMIT_COLOUR), (say("measured"), INK)]:
        length = SIGN + LETTER * width(name)
        if x + length > WIDTH:
            x, y = 10, y + LINE
        sign = 2 if colour == LIMIT_COLOUR else 10
        lines.append(f'<rect x="{x}" y="{y - 9}" width="{sign}" height="10" fill="{colour}"/>')
        lines.append(f'<text x="{x + 14}" y="{y}">{escape(name)}</text>')
        x += length
    return lines, y
