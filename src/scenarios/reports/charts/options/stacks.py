"""Bars, floating bars and curves for ECharts."""

from __future__ import annotations

from typing import Any

import pandas as pd

from scenarios.frames import records
from scenarios.reports.charts.description import (
    BLOCKS,
    COLOURS,
    INK,
    LIMIT,
    LIMIT_COLOUR,
    ROLES,
    SEEN,
    SHADES,
    TOTAL,
    Bars,
    Curve,
    Steps,
    ink_on,
)
from scenarios.reports.charts.options.frame import (
    HATCHES,
    HEIGHT,
    Drawing,
    label_width,
    legend,
    legend_height,
    name_axis,
    option,
    plain,
    value_axis,
)
from scenarios.reports.format import number, signed
from scenarios.words import say

BAR = 46  #: width of a stack where there is room [px]
ROW = 26  #: height of a floating bar with its room [px]
LEAST_LABELLED = 0.06  #: part of the tallest stack that a part needs to carry its number [1]


def bars(chart: Bars) -> Drawing:
    """Upright stacks or areas, limits as dashes, what was measured as dots with their range."""
    rows = {str(name): row for name, row in chart.wide.iterrows()}
    series = [_stack(chart, name, rows[name], turn) for turn, name in enumerate(chart.series)]
    series += [_headings(chart), *_marks(chart)]
    axis = name_axis(list(chart.categories), boundaryGap=not chart.areas)
    shown = [*chart.series, *(one["name"] for one in series if one.get("id") in (LIMIT, SEEN))]
    room_above = legend_height(shown)
    return HEIGHT + room_above, option(
        aria={"enabled": True, "decal": {"show": False, "decals": HATCHES}},  # shown where colours may be lost
        legend=legend(shown),
        grid={"left": 62, "right": 72 if chart.areas else 34, "top": 44 + room_above, "bottom": 28},
        xAxis=axis,
        yAxis=value_axis(chart.unit),
        series=series,
    )


def _stack(chart: Bars, name: str, row: pd.Series, turn: int) -> dict[str, Any]:
    colour, tallest = chart.series[name], chart.tallest
    data: list[Any] = [None if pd.isna(value) else plain(value) for value in row]
    common: dict[str, Any] = {"name": name, "stack": "all", "itemStyle": {"color": colour}}
    if chart.areas:
        area = {"areaStyle": {"color": colour, "opacity": 0.9}, "lineStyle": {"width": 1, "color": "#ffffff"}}
        return common | area | {"type": "line", "stackStrategy": "all", "symbol": "none", "data": data}
    labelled = [
        {"value": value, "label": {"show": True, "formatter": number(value)}}
        if value is not None and abs(value) >= LEAST_LABELLED * tallest > 0
        else value
        for value in data
    ]
    style = {"color": colour, "borderColor": "#ffffff", "borderWidth": 1}
    label = {"color": ink_on(colour), "fontSize": 11}
    return common | {"type": "bar", "barMaxWidth": BAR, "itemStyle": style, "label": label, "data": labelled}


def _headings(chart: Bars) -> dict[str, Any]:
    """The sum above each stack and its limit; beside the dash where areas leave no room above it."""
    beside = {"position": "right", "distance": 26} if chart.areas else {"position": "top", "distance": 5}
    inks = {TOTAL: {"color": INK, "lineHeight": 14}, LIMIT: {"color": LIMIT_COLOUR, "lineHeight": 14}}
    data = [
        {
            "value": [heading.category, plain(heading.above)],
            "label": {"formatter": "\n".join(f"{{{kind}|{text}}}" for kind, text in heading.numbers)},
        }
        for heading in chart.headings
    ]
    label = {"show": True, "rich": inks, "backgroundColor": "#ffffff", "padding": [1, 2], **beside}
    quiet = {"symbolSize": 0.1, "z": 6, "silent": True, "tooltip": {"show": False}}
    return {"type": "scatter", "label": label, "data": data, **quiet}


def _marks(chart: Bars) -> list[dict[str, Any]]:
    marks = chart.marks
    limits, seen = marks[marks["kind"] == LIMIT], marks[marks["kind"] == SEEN]
    found: list[dict[str, Any]] = []
    if len(limits):
        wide = {"symbolSize": ["124%", 3], "symbolPosition": "end", "barGap": "-100%", "barMaxWidth": BAR}
        dash: dict[str, Any] = {"type": "pictorialBar", "symbol": "rect", "z": 5} | wide
        if chart.areas:
            dash = {"type": "scatter", "symbol": "rect", "symbolSize": [54, 3], "z": 5}
        data = [{"value": [row["category"], plain(row["value"])]} for row in records(limits)]
        found.append({"id": LIMIT, "name": say("limit"), "itemStyle": {"color": LIMIT_COLOUR}, "data": data, **dash})
    if len(seen):
        found.append(_seen(chart, seen))
    return found


def _seen(chart: Bars, seen: pd.DataFrame) -> dict[str, Any]:
    """Dots, each with a line from the low to the high end of its range."""
    ranges = [
        [{"coord": [row["category"], plain(row["low"])]}, {"coord": [row["category"], plain(row["high"])]}]
        for row in records(seen[seen["low"].notna() & seen["high"].notna()])
    ]
    label = {"show": True, "color": INK, "backgroundColor": "#ffffff", "padding": [1, 2]}
    aside = {category: "left" if place else "right" for place, category in enumerate(chart.categories)}
    data = [
        {
            "value": [row["category"], plain(row["value"])],
            "label": label | {"position": aside[row["category"]], "formatter": number(row["value"])},
        }
        for row in records(seen)
    ]
    line = {"symbol": "none", "lineStyle": {"color": INK, "type": "solid", "width": 1.5}, "data": ranges}
    style = {"color": INK}
    return {
        "id": SEEN,
        "name": say("measured"),
        "type": "scatter",
        "symbolSize": 9,
        "itemStyle": style,
        "data": data,
        "markLine": line | {"silent": True, "label": {"show": False}},
    }


def steps(chart: Steps) -> Drawing:
    """Floating bars from the top down, each with what it adds or takes away; lines across all of them."""
    rows = chart.rows.assign(turn=chart.rows.groupby("name").cumcount())
    labels = list(dict.fromkeys(chart.rows["name"]))
    series: list[dict[str, Any]] = []
    for turn, group in rows.groupby("turn"):
        series += _floating(group, labels, f"turn {turn}")
    series[-1]["markLine"] = {
        "z": 5,
        "symbol": "none",
        "silent": True,
        "data": [
            {"xAxis": plain(value), "label": {"formatter": f"{name}: {number(value)}", "align": "center"}}
            for name, value in chart.lines.items()
        ],
        "label": {"position": "end", "distance": 4, "color": LIMIT_COLOUR},
        "lineStyle": {"color": LIMIT_COLOUR, "width": 1.5, "type": "dashed"},
    }
    low, high = span(chart)
    axis = value_axis(chart.unit, nameLocation="middle", nameGap=24, min=plain(low), max=plain(high), position="top")
    axis["axisLabel"] |= {"showMaxLabel": False, "showMinLabel": low == 0}
    return 90 + ROW * len(labels), option(
        grid={"left": label_width(labels), "right": 56, "top": 46, "bottom": 26},
        xAxis=axis,
        yAxis=name_axis(labels, inverse=True),
        series=series,
    )


def span(chart: Steps) -> tuple[float, float]:
    """The ends of the axis: from zero where a bar stands for a total, with room for the numbers beside the bars."""
    ends = [*chart.rows["start"], *chart.rows["end"], *chart.lines.values()]
    if TOTAL in set(chart.rows["role"]):
        ends.append(0.0)
    low, high = min(ends), max(ends)
    room_beside = 0.12 * ((high - low) or 1.0)
    return low if low == 0 else low - room_beside, high + room_beside


def _floating(rows: pd.DataFrame, labels: list[str], stack: str) -> list[dict[str, Any]]:
    """Bars that begin where an unseen one ends."""
    beside = len(set(rows["start"])) == 1  # a tornado: both ends move away from one base
    under: list[float | None] = [None] * len(labels)
    over: list[Any] = [None] * len(labels)
    for row in records(rows):
        place, change = labels.index(row["name"]), row["end"] - row["start"]
        under[place] = plain(min(row["start"], row["end"]))
        said = number(row["end"]) if row["role"] == TOTAL else signed(change)
        side = "left" if beside and change < 0 else "right"
        over[place] = {
            "value": plain(abs(change)),
            "itemStyle": {"color": ROLES[row["role"]]},
            "label": {"show": True, "position": side, "formatter": said},
            "tooltip": {"formatter": f"{{b}}: {said}"},
        }
    common = {"type": "bar", "stack": stack, "stackStrategy": "all", "barGap": "-100%", "barCategoryGap": "28%"}
    unseen = {"itemStyle": {"color": "transparent"}, "silent": True, "tooltip": {"show": False}, "data": under}
    boxed = {"color": INK, "fontSize": 11, "backgroundColor": "#ffffff", "padding": [1, 1]}
    return [common | unseen, common | {"data": over, "label": boxed, "z": 6}]


def curve(chart: Curve) -> Drawing:
    """Points over two axes, joined or not; blocks standing on the first one."""
    series = []
    for turn, (name, rows) in enumerate(chart.rows.groupby("series", sort=False)):
        series.append(_points(chart, str(name), rows, COLOURS[(2 + turn) % len(COLOURS)]))
    if len(chart.blocks):
        series.insert(0, _blocks(chart))
    shade = {}
    if chart.shade_title:
        low, high = chart.rows["shade"].min(), chart.rows["shade"].max()
        shade["visualMap"] = {
            "dimension": 2,
            "min": plain(low),
            "max": plain(high),
            "text": [f"{chart.shade_title}\n{number(high)}", number(low)],
            "inRange": {"color": list(SHADES[2:])},
            "right": 0,
            "top": "middle",
            "precision": 2,
        }
    top = {} if chart.ceiling is None else {"max": plain(chart.ceiling), "min": plain(min(0.0, chart.floor))}
    wide = {"max": "dataMax"} if len(chart.blocks) else {}
    across = value_axis(chart.x_title, nameLocation="middle", nameGap=30, scale=chart.blocks.empty, **wide)
    across["axisLabel"] |= {"showMaxLabel": chart.blocks.empty}
    upwards = value_axis(chart.y_title, scale=chart.blocks.empty, **top)
    upwards["axisLabel"] |= {"showMaxLabel": not top, "showMinLabel": not top or chart.floor == 0}
    return HEIGHT, option(
        legend=legend([one["name"] for one in series if one["name"]]),
        grid={"left": 70, "right": 120 if chart.shade_title else 40, "top": 50, "bottom": 48},
        xAxis=across,
        yAxis=upwards,
        series=series,
        **shade,
    )


def _points(chart: Curve, name: str, rows: pd.DataFrame, colour: str) -> dict[str, Any]:
    shaded = ("x", "y", "shade") if chart.shade_title else ("x", "y")
    places = [[plain(row[column]) for column in shaded] for row in records(rows)]
    texts = [{"show": bool(said), "formatter": said, "color": INK, "position": "top"} for said in chart.said]
    data: list[Any] = places
    if chart.shade_title:
        data = [{"value": place, "label": text} for place, text in zip(places, texts, strict=True)]
        data.reverse()  # of points in one place the one whose number is written lies on top
    made = {"name": name, "data": data, "symbol": "circle", "symbolSize": 8, "itemStyle": {"color": colour}}
    ringed = {"symbolSize": 12, "itemStyle": {"borderColor": INK, "borderWidth": 0.6}}
    if not chart.joined:
        return {"type": "scatter"} | made | ({} if not chart.shade_title else ringed)
    return made | {"type": "line", "clip": True, "lineStyle": {"color": colour}}


def _mark(row: dict[str, Any], ceiling: float | None) -> dict[str, Any]:
    """The number of a block that is named, above it, or inside where it reaches the edge."""
    inside = ceiling is not None and row["height"] > 0.92 * ceiling
    shown = {"show": bool(row["mark"]), "formatter": row["mark"], "color": INK, "fontSize": 10, "distance": 2}
    return shown | {"position": "insideTop" if inside else "top"}


def _blocks(chart: Curve) -> dict[str, Any]:
    """Rectangles, each named when pointed at, with a line of no width so that the axes know their range."""
    blocks = records(chart.blocks)
    areas = [
        [
            {
                "name": f"{row['name']}: {number(row['width'])} × {number(row['height'])}",
                "coord": [plain(row["start"]), 0],
                "itemStyle": {"color": BLOCKS[turn % 2]},
                "label": _mark(row, chart.ceiling),
            },
            {"coord": [plain(row["start"] + row["width"]), plain(row["height"])]},
        ]
        for turn, row in enumerate(blocks)
    ]
    outline = [[plain(row["start"] + share * row["width"]), plain(row["height"])] for row in blocks for share in (0, 1)]
    return {
        "name": chart.blocks_title,
        "type": "line",
        "step": "end",
        "symbol": "none",
        "lineStyle": {"width": 1, "color": BLOCKS[1]},
        "itemStyle": {"color": BLOCKS[1]},
        "data": outline,
        "markArea": {"silent": False, "data": areas, "tooltip": {"formatter": "{b}"}},
    }
