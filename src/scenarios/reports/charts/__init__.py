"""Charts of a plan: described once (``description``), drawn by ECharts in pages and by matplotlib on paper.

For pages: ``names(case)`` lists the charts, ``options(case, plan, name)`` gives one as plain JSON values::

    {"name": "wedges-NOx", "title": ..., "finding": ..., "note": ..., "height": 420, "width": 620, "option": {...}}

``option`` goes to ``echarts.init(element, null, {renderer: "svg"}).setOption(option)`` as it is, without any function
in it; ``height`` [px] is what the element needs, ``width`` [px] at least; title, finding and note are
text, to be shown beside it. The words are those of the language in use (``words.speaking``). The library itself is
``scenarios.files.packaged("vendored/echarts.min.js")``, our font ``packaged("fonts/ScenariosSansSC-Regular.otf")``,
both as bytes. On paper: ``paper.draw(chart, path)``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scenarios.case import Case, cached
from scenarios.plan import Plan
from scenarios.reports.charts import air, counties, curves, emissions, money, ranges, work
from scenarios.reports.charts.description import Chart
from scenarios.reports.charts.options import panel

#: charts of a plan, and those of a pollutant of it
PLAIN: dict[str, Callable[[Case, Plan], Chart]] = {
    "money": money.laid_out,
    "yearly-cost": money.borne,
    "tornado": ranges.laid_out,
    "tornado-cost": ranges.cost,
    "gantt": work.gantt,
    "network": work.network,
    "map-money": counties.investment,
    "map-households": counties.household_conversions,
}
OF_AIR: dict[str, Callable[[Case, Plan, str], Chart]] = {"air": air.path, "sources": air.sources}
OF_EMISSION: dict[str, Callable[[Case, Plan, str], Chart]] = {
    "wedges": emissions.wedges,
    "waterfall": emissions.waterfall,
    "sectors": emissions.sectors,
    "macc": curves.measures,
    "map": counties.reductions,
}


@cached
def charted_pollutants(case: Case) -> list[str]:
    """Pollutants that have a target on their emission, are in the air, or form what is in the air."""
    formed = case["precursors"].query("ratio > 0")["precursor"]
    wanted = {
        *case["targets"].query("indicator == 'emission'")["subject"],
        *case["apportionment"]["pollutant"],
        *formed,
    }
    return [pollutant for pollutant in case["pollutants"]["pollutant"] if pollutant in wanted]


def names(case: Case) -> list[str]:
    """Every chart a plan of the city has, such as ``wedges-NOx``, ``air-PM2.5`` or ``gantt``."""
    air_of = list(dict.fromkeys(case["apportionment"]["pollutant"]))
    found = [f"{kind}-{pollutant}" for kind in OF_AIR for pollutant in air_of]
    found += [f"{kind}-{pollutant}" for kind in OF_EMISSION for pollutant in charted_pollutants(case)]
    return found + list(PLAIN)


def chart(case: Case, plan: Plan, name: str) -> Chart:
    """The description of a chart. Raises KeyError for a kind that is not among ``names``."""
    if name in PLAIN:
        return PLAIN[name](case, plan)
    kind, _, pollutant = name.partition("-")
    return {**OF_AIR, **OF_EMISSION}[kind](case, plan, pollutant)


def options(case: Case, plan: Plan, name: str) -> dict[str, Any]:
    """A chart for a page, in plain JSON values: name, title, finding, note, height, least width [px], option."""
    return panel(chart(case, plan, name))
