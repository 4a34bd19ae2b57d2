"""Work on the calendar for ECharts: bars with deadlines, and tasks joined by arrows."""

from __future__ import annotations

from typing import Any

from scenarios.frames import records
from scenarios.reports.charts.description import CRITICAL, INK, LIMIT_COLOUR, LINE, SOFT, WORK, Gantt, Network
from scenarios.reports.charts.options.frame import Drawing, label_width, name_axis, option, plain, value_axis
from scenarios.words import say

#: on critical work, which has to differ from other work in grey print too
HATCH = {
    "symbol": "rect",
    "color": "rgba(255,255,255,0.6)",
    "dashArrayX": [1, 0],
    "dashArrayY": [1, 5],
    "rotation": -0.785,
}
ROW, LANE = 20, 16  #: height of a line of the calendar, and of the net [px]


def _quarters(periods: tuple[str, ...]) -> list[dict[str, Any]]:
    """An axis of places of quarters for the lines, and one of their names."""
    grid = value_axis(position="top", min=0, max=len(periods), interval=1)
    labels = name_axis(
        [period[2:] for period in periods], position="top", axisLabel={"color": SOFT, "interval": 0, "fontSize": 10}
    )
    return [grid | {"axisLabel": {"show": False}}, labels | {"axisLine": {"show": False}}]


def gantt(chart: Gantt) -> Drawing:
    """A bar a line from start to finish, a diamond at the deadline."""
    rows = records(chart.rows)
    labels = [row["label"] for row in rows]
    bars = [
        {
            "value": plain(row["finish"] - row["start"]),
            "itemStyle": {"color": CRITICAL, "decal": HATCH} if row["critical"] else {"color": WORK},
            "tooltip": {"formatter": f"{{b}}: {chart.periods[row['start']]} – {chart.periods[row['finish'] - 1]}"},
        }
        for row in rows
    ]
    common = {"type": "bar", "stack": "work", "barCategoryGap": "30%"}
    unseen = {"itemStyle": {"color": "transparent"}, "silent": True, "tooltip": {"show": False}}
    series = [
        common | unseen | {"data": [row["start"] for row in rows]},
        common | {"data": bars},
        {
            "name": say("deadline"),
            "type": "scatter",
            "symbol": "diamond",
            "symbolSize": 9,
            "z": 4,
            "itemStyle": {"color": LIMIT_COLOUR, "borderColor": "#ffffff", "borderWidth": 1},
            "data": [[row["deadline"], place] for place, row in enumerate(rows)],
            "tooltip": {"show": False},
        },
    ]
    return 60 + ROW * len(rows), option(
        grid={"left": label_width(labels), "right": 16, "top": 34, "bottom": 12},
        xAxis=_quarters(chart.periods),
        yAxis=name_axis(labels, inverse=True, axisLabel={"color": INK, "interval": 0, "fontSize": 11}),
        series=series,
    )


def network(chart: Network) -> Drawing:
    """A bar a line from start to finish, arrows with corners to what waits, a thin line between chains."""
    rows = records(chart.rows)
    place = {row["task"]: row for row in rows}
    labels = [row["label"] for row in rows]
    strokes = [
        {
            "coords": [[row["start"], row["line"]], [row["finish"], row["line"]]],
            "lineStyle": {"color": CRITICAL, "width": 12} if row["critical"] else {"color": WORK},
        }
        for row in rows
    ]
    arrows, heads = [], []
    for link in sorted(records(chart.links), key=lambda link: bool(link["critical"])):
        look = {"color": CRITICAL, "width": 1.8} if link["critical"] else {"color": SOFT, "width": 1}
        corners = [list(corner) for corner in chart.route(place[link["before"]], place[link["after"]])]
        arrows.append({"coords": corners, "lineStyle": look})
        heads.append({"coords": corners[-2:], "lineStyle": look})  # a line with corners bears no arrow
    ends = [{"coords": [[0, line - 0.5], [len(chart.periods), line - 0.5]]} for line in chart.breaks]
    hidden = value_axis(min=-0.6, max=len(rows) - 0.4, inverse=True, show=False)
    return 60 + LANE * len(rows), option(
        grid={"left": label_width(labels, 420), "right": 20, "top": 34, "bottom": 12},
        xAxis=_quarters(chart.periods),
        yAxis=[hidden, _beside(labels)],
        series=[
            _lines(ends, {"lineStyle": {"color": LINE, "width": 1, "opacity": 1}, "z": 1}),
            _lines(arrows, {"polyline": True, "lineStyle": {"opacity": 1}, "z": 3}),
            _lines(heads, {"symbol": ["none", "arrow"], "symbolSize": 6, "lineStyle": {"opacity": 1}, "z": 3}),
            _lines(strokes, {"lineStyle": {"width": 9, "opacity": 1, "cap": "butt"}, "z": 2}),
        ],
    )


def _beside(labels: list[str]) -> dict[str, Any]:
    """The names of the lines, on an axis of numbers that bears none of its own."""
    return name_axis(labels, inverse=True, position="left", axisLabel={"color": INK, "interval": 0, "fontSize": 11})


def _lines(data: list[dict[str, Any]], more: dict[str, Any]) -> dict[str, Any]:
    return {"type": "lines", "coordinateSystem": "cartesian2d", "silent": True, "data": data, **more}
