"""Work on the calendar for ECharts: bars with deadlines, and tasks joined by arrows."""

from __future__ import annotations

from typing import Any

from scenarios.frames import records
from scenarios.reports.charts.description import CRITICAL, INK, LIMIT_COLOUR, LINE, SOFT, WORK, Gantt, Network
from scenarios.reports.charts.options.frame import names, option, plain, room, values
from scenarios.words import say

Made = tuple[int, dict[str, Any]]  # height [px], option
ROW, LANE = 20, 30  #: height of a line of the calendar, and of the net [px]


def _quarters(periods: tuple[str, ...]) -> list[dict[str, Any]]:
    """An axis of places of quarters for the lines, and one of their names."""
    grid = values(position="top", min=0, max=len(periods), interval=1)
    labels = names(
        [period[2:] for period in periods], position="top", axisLabel={"color": SOFT, "interval": 0, "fontSize": 10}
    )
    return [grid | {"axisLabel": {"show": False}}, labels | {"axisLine": {"show": False}}]


def gantt(chart: Gantt) -> Made:
    """A bar a line from start to finish, a diamond at the deadline."""
    rows = records(chart.rows)
    labels = [row["label"] for row in rows]
    bars = [
        {
            "value": plain(row["finish"] - row["start"]),
            "itemStyle": {"color": CRITICAL if row["critical"] else WORK},
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
        grid={"left": room(labels), "right": 16, "top": 34, "bottom": 12},
        xAxis=_quarters(chart.periods),
        yAxis=names(labels, inverse=True, axisLabel={"color": INK, "interval": 0, "fontSize": 11}),
        series=series,
    )


def network(chart: Network) -> Made:
    """Thick strokes for tasks, their names below, arrows for what waits."""
    rows = records(chart.rows)
    place = {row["task"]: row for row in rows}
    lines = max(row["line"] for row in rows) + 1
    strokes = [
        {
            "coords": [[row["start"], row["line"]], [row["finish"], row["line"]]],
            "name": row["label"],
            "lineStyle": {"color": CRITICAL if row["critical"] else WORK},
        }
        for row in rows
    ]
    arrows = [
        {
            "coords": _ends(place[link["before"]], place[link["after"]]),
            "lineStyle": {"color": CRITICAL if link["critical"] else SOFT, "width": 1.6 if link["critical"] else 0.9},
        }
        for link in records(chart.links)
    ]
    label = {"show": True, "position": [0, 6], "formatter": "{b}", "color": INK, "fontSize": 10}
    hidden = values(min=-0.6, max=lines - 0.2, inverse=True, show=False)
    return 60 + LANE * lines, option(
        grid={"left": 16, "right": 130, "top": 34, "bottom": 12},
        xAxis=_quarters(chart.periods),
        yAxis=[hidden, names([""], show=False)],
        series=[
            _lines(arrows, {"symbol": ["none", "arrow"], "symbolSize": 6, "lineStyle": {"opacity": 0.75}}),
            _lines(strokes, {"lineStyle": {"width": 6, "opacity": 1, "cap": "butt"}, "z": 3}),
            {
                "type": "scatter",
                "symbolSize": 1,
                "silent": True,
                "label": label,
                "z": 4,
                "data": [{"name": row["label"], "value": [row["start"], row["line"]]} for row in rows],
                "itemStyle": {"color": LINE},
            },
        ],
    )


def _ends(before: dict[str, Any], after: dict[str, Any]) -> list[list[float]]:
    """An arrow from the end of one task to the start of the other; straight down where they meet in time."""
    return [[before["finish"], before["line"]], [after["start"], after["line"]]]


def _lines(data: list[dict[str, Any]], more: dict[str, Any]) -> dict[str, Any]:
    return {"type": "lines", "coordinateSystem": "cartesian2d", "silent": True, "data": data, **more}
