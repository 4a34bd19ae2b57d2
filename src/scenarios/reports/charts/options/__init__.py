"""Charts as options for ECharts: plain JSON values without any function, so that they can be stored and sent."""

from __future__ import annotations

from typing import Any

from scenarios.reports.charts.description import Bars, Chart, Curve, Flow, Gantt, Network, Steps, Tiles
from scenarios.reports.charts.options import calendar, places, stacks
from scenarios.reports.charts.options.frame import HEIGHT, empty_option

KINDS: dict[type[Chart], Any] = {
    Bars: stacks.bars,
    Steps: stacks.steps,
    Curve: stacks.curve,
    Gantt: calendar.gantt,
    Network: calendar.network,
    Flow: places.flow,
    Tiles: places.tiles,
}
#: width below which names beside a chart leave no room for what it shows [px]
LEAST: dict[type[Chart], int] = {Steps: 620, Gantt: 760, Network: 820, Flow: 760}
STACK, AXIS = 52, 70  #: width that a stack needs with its numbers, and the axis beside all stacks [px]


def panel(chart: Chart) -> dict[str, Any]:
    """A chart in plain JSON values: name, title, finding, note, height, least width [px], option."""
    height, option = (HEIGHT // 2, empty_option()) if chart.is_empty else KINDS[type(chart)](chart)
    width = 0 if chart.is_empty else _least(chart)
    shown = {"name": chart.name, "title": chart.title, "finding": chart.finding, "note": chart.note}
    return shown | {"height": height, "width": width, "option": option}


def _least(chart: Chart) -> int:
    """Width below which names or numbers of a chart would stand in each other. [px]"""
    if isinstance(chart, Bars):
        return AXIS + STACK * len(chart.categories)
    return LEAST.get(type(chart), 0)
