"""Flows and tiles for ECharts."""

from __future__ import annotations

from scenarios.frames import records
from scenarios.reports.charts.description import INK, LINE, SHADES, Flow, Tiles
from scenarios.reports.charts.options.frame import NARROW, Drawing, label_width, option, plain
from scenarios.reports.format import number

NODE, TILE = 27, 58  #: height of a node with its room, and of a tile [px]
TILE_LETTER = 5.6  #: width of a letter of a terminal in a tile [px]
HALO = {"textBorderColor": "#ffffff", "textBorderWidth": 2.5}  #: around letters that stand on bands


def flow(chart: Flow) -> Drawing:
    """Bands from node to node, as wide as their value."""
    nodes = records(chart.nodes)
    label = {node["node"]: node["label"] for node in nodes}
    through = chart.through
    most = max(sum(node["column"] == column for node in nodes) for column in {node["column"] for node in nodes})
    series = {
        "type": "sankey",
        "left": 8,
        "right": label_width([chart.said(node) for node in nodes if node["column"] == chart.nodes["column"].max()]) + 8,
        "top": 10,
        "bottom": 10,
        "nodeGap": 13,
        "nodeWidth": 14,
        "layoutIterations": 0,
        "draggable": False,
        "emphasis": {"focus": "adjacency"},
        "lineStyle": {"color": "source", "opacity": 0.35},
        "data": [
            {
                "name": node["node"],
                "depth": node["column"],
                "itemStyle": {"color": node["colour"]},
                "label": {"color": INK, "fontSize": 11, "formatter": chart.said(node), **HALO},
                "tooltip": {"formatter": f"{node['label']}: {number(through.get(node['node'], 0.0))} {chart.unit}"},
            }
            for node in nodes
        ],
        "links": [
            {
                "source": row["source"],
                "target": row["target"],
                "value": plain(row["value"]),
                "tooltip": {
                    "formatter": f"{label[row['source']]} → {label[row['target']]}: {number(row['value'])} {chart.unit}"
                },
            }
            for row in records(chart.rows)
        ],
    }
    return max(300, NODE * most + 40), option(series=[series])


def tiles(chart: Tiles) -> Drawing:
    """A coloured square an area, with its name and value."""
    rows = records(chart.rows)
    wide, high = int(chart.rows["column"].max()), int(chart.rows["row"].max())
    letters = int((NARROW - 20) / wide / TILE_LETTER)
    known = chart.rows["value"].dropna()
    low, top = (min(0.0, float(known.min())), float(known.max())) if len(known) else (0.0, 0.0)
    data = [
        {
            "value": [int(row["column"]) - 1, int(row["row"]) - 1, plain(row["value"])],
            "name": row["label"],
            "label": {
                "formatter": "\n".join([*chart.lines(row["label"], letters), number(row["value"])]),
                "color": _ink(row["value"], low, top),
            },
        }
        for row in rows
    ]
    axis = {"type": "category", "show": False, "splitArea": {"show": False}}
    return TILE * high + 70, option(
        grid={"left": 10, "right": 10, "top": 8, "bottom": 56},
        xAxis=axis | {"data": [str(n) for n in range(1, wide + 1)]},
        yAxis=axis | {"data": [str(n) for n in range(1, high + 1)], "inverse": True},
        visualMap={
            "min": plain(low),
            "max": plain(top if top > low else low + 1.0),
            "inRange": {"color": list(SHADES)},
            "orient": "horizontal",
            "left": "center",
            "bottom": 0,
            "calculable": False,
            "itemHeight": 160,
            "text": [f"{number(top)} {chart.unit}", number(low)],
        },
        tooltip={"confine": True, "formatter": "{b}"},
        series=[
            {
                "type": "heatmap",
                "label": {"show": True, "fontSize": 10.5, "lineHeight": 13},
                "itemStyle": {"borderColor": LINE, "borderWidth": 2},
                "data": data,
            }
        ],
    )


def _ink(value: float, low: float, top: float) -> str:
    """White on the dark half of the shades."""
    return "#ffffff" if top > low and (value - low) / (top - low) > 0.55 else INK
