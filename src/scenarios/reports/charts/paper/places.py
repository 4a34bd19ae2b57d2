"""Flows and tiles on paper."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from scenarios.frames import records
from scenarios.reports.charts.description import LINE, SHADES, SOFT, Flow, Tiles, ink_on
from scenarios.reports.charts.paper.sheet import sheet, thousands
from scenarios.reports.format import number

GAP = 0.15  #: between two nodes of a column, so that the names of the smallest stay apart [inches]
LETTERS = 14  #: letters of a terminal that fit into a tile
THICK = 0.05  #: width of a node; 1 is the distance of two columns [1]


def flow(chart: Flow) -> Any:
    """Bands from node to node, as wide as their value."""
    from matplotlib.patheffects import withStroke

    nodes = chart.nodes.assign(size=chart.nodes["node"].map(chart.through)).dropna()
    count = nodes.groupby("column").size()
    high = max(4.6, 0.26 * float(count.max()))
    made, axes = sheet(10.4, high)
    axes.axis("off")
    gap, halo = GAP / high, [withStroke(linewidth=1.8, foreground="white")]
    scale = min((1 - gap * (count - 1)) / nodes.groupby("column")["size"].sum())
    top: dict[str, float] = {}
    for _, group in nodes.groupby("column"):
        level = 1.0
        for row in records(group):
            top[row["node"]] = level
            height = row["size"] * scale
            left = float(row["column"])
            axes.fill_between([left, left + THICK], level - height, level, color=row["colour"], linewidth=0)
            at = {"fontsize": 7.5, "va": "center", "zorder": 5, "path_effects": halo}
            axes.text(left + 1.4 * THICK, level - height / 2, chart.said(row), **at)
            level -= height + gap
    _bands(axes, chart, nodes, dict(top), scale)
    axes.set_xlim(0, float(nodes["column"].max()) + 0.6)
    axes.set_ylim(0, 1.02)
    return made


def _bands(axes: Any, chart: Flow, nodes: pd.DataFrame, top: dict[str, float], scale: float) -> None:
    """The bands, leaving and arriving in the order of the nodes."""
    by_node = nodes.set_index("node")
    rank = {node: place for place, node in enumerate(by_node.index)}
    order = chart.rows.assign(a=chart.rows["source"].map(rank), b=chart.rows["target"].map(rank)).sort_values(
        ["a", "b"]
    )
    leaving, arriving = dict(top), dict(top)
    bend = np.linspace(0, 1, 40)
    ease = bend * bend * (3 - 2 * bend)
    for row in records(order):
        source, target, height = row["source"], row["target"], row["value"] * scale
        start, end = leaving[source], arriving[target]
        left, right = by_node.loc[source, "column"] + THICK, by_node.loc[target, "column"]
        upper = start + (end - start) * ease
        colour = by_node.loc[source, "colour"]
        axes.fill_between(left + (right - left) * bend, upper - height, upper, color=colour, alpha=0.35, linewidth=0)
        leaving[source], arriving[target] = start - height, end - height


def tiles(chart: Tiles) -> Any:
    """A coloured square an area, with its name and value."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import LinearSegmentedColormap, Normalize, to_hex
    from matplotlib.patches import Rectangle

    rows, known = records(chart.rows), chart.rows["value"].dropna()
    wide, high = int(chart.rows["column"].max()), int(chart.rows["row"].max())
    made, axes = sheet(1.05 * wide + 0.6, 0.72 * high + 0.9)
    low, top = min(0.0, float(known.min())), float(known.max())
    shades = LinearSegmentedColormap.from_list("shades", SHADES)
    scale = Normalize(low, top if top > low else low + 1.0)
    for row in rows:
        colour = to_hex(shades(scale(row["value"]))) if row["value"] == row["value"] else "#ffffff"
        corner = (row["column"] - 1, row["row"] - 1)
        axes.add_patch(Rectangle(corner, 0.96, 0.94, facecolor=colour, edgecolor=LINE))
        at = {"ha": "center", "va": "center", "color": ink_on(colour)}
        name = "\n".join(chart.lines(row["label"], LETTERS))
        axes.text(corner[0] + 0.48, corner[1] + 0.36, name, fontsize=7.5, linespacing=1.0, **at)
        axes.text(corner[0] + 0.48, corner[1] + 0.78, number(row["value"]), fontsize=8, **at)
    axes.set_xlim(-0.04, wide)
    axes.set_ylim(high, -0.04)
    axes.axis("off")
    bar = made.colorbar(ScalarMappable(scale, shades), ax=axes, shrink=0.7, aspect=18)
    bar.ax.set_title(chart.unit, fontsize=8, color=SOFT)
    bar.formatter = thousands()
    bar.outline.set_visible(False)
    return made
