"""Bars, floating bars and curves on paper."""

from __future__ import annotations

from typing import Any

import numpy as np
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
    SOFT,
    TOTAL,
    Bars,
    Curve,
    Steps,
    ink_on,
)
from scenarios.reports.charts.paper.sheet import sheet, thousands
from scenarios.reports.format import number, signed, width
from scenarios.words import say

WIDTH = 0.56  #: of a bar; 1 is the distance between two [1]
LEAST = 0.055  #: part of the height that a part needs to carry its number [1]
PAPER: Any = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}  #: under a number that stands on something
PLOT, LETTER = 6.2, 0.062  #: width of the axes with their numbers, and of a letter of the legend [inches]
FEWEST = 4  #: categories for which a figure has room at least
HATCHES = ("", "////", "", "....", "", "\\\\\\\\", "", "xxxx")  #: for grey print


def bars(chart: Bars) -> Any:
    """Upright stacks or areas, limits as lines, what was measured as dots with their range."""
    made, axes = sheet(PLOT + LETTER * max(map(width, chart.series), default=0))
    wide = chart.wide
    place = np.arange(len(chart.categories))
    draw = _areas if chart.areas else _stacks
    draw(axes, chart, wide.fillna(0.0), place)
    _marks(axes, chart)
    _headings(axes, chart)
    axes.set_xticks(place, chart.categories)
    axes.set_ylabel(chart.unit)
    if not chart.areas:
        aside = max(0.5, (FEWEST - len(place)) / 2 + 0.5)
        axes.set_xlim(-aside, len(place) - 1 + aside)
        axes.set_ylim(top=max(axes.get_ylim()[1], 1.12 * chart.tallest))
    axes.grid(visible=False, axis="x")
    if (wide < 0).any().any():
        axes.axhline(0, color=INK, linewidth=0.8)
    made.legend(frameon=False, fontsize=7.5, loc="outside right upper", reverse=True)
    return made


def _stacks(axes: Any, chart: Bars, wide: pd.DataFrame, place: np.ndarray) -> None:
    above, below = np.zeros(len(place)), np.zeros(len(place))
    for turn, (name, row) in enumerate(wide.iterrows()):
        values = row.to_numpy(dtype=float)
        start = np.where(values >= 0, above, below)
        colour = chart.series[str(name)]
        look = {"edgecolor": "white", "linewidth": 0.6, "hatch": HATCHES[turn % len(HATCHES)], "label": str(name)}
        axes.bar(place, values, WIDTH, start, color=colour, **look)
        for x, value, base in zip(place, values, start, strict=True):
            if abs(value) >= LEAST * chart.tallest > 0:
                box = {"facecolor": colour, "edgecolor": "none", "pad": 0.8}
                at = {"ha": "center", "va": "center", "fontsize": 7, "color": ink_on(colour), "bbox": box}
                axes.text(x, base + value / 2, number(value), **at)
        above, below = above + values.clip(min=0), below + values.clip(max=0)


def _areas(axes: Any, chart: Bars, wide: pd.DataFrame, place: np.ndarray) -> None:
    """Areas upon each other; what adds instead of taking away lowers the edge above it."""
    edge = np.zeros(len(place))
    for turn, (name, row) in enumerate(wide.iterrows()):
        upper = edge + row.to_numpy(dtype=float)
        look = {"edgecolor": "white", "linewidth": 0.5, "hatch": HATCHES[turn % len(HATCHES)]}
        axes.fill_between(place, edge, upper, facecolor=chart.series[str(name)], label=str(name), **look)
        edge = upper
    axes.set_xlim(0, max(place) if len(place) > 1 else 1)
    axes.set_ylim(min(0.0, float(edge.min())), 1.05 * chart.tallest or 1.0)


def _marks(axes: Any, chart: Bars) -> None:
    place = {category: number for number, category in enumerate(chart.categories)}
    kinds = {kind: chart.marks[chart.marks["kind"] == kind] for kind in (LIMIT, SEEN)}
    half = WIDTH / 2 + 0.04
    for turn, row in enumerate(records(kinds[LIMIT])):
        x, name = place[row["category"]], "_" if turn else say("limit")
        axes.plot([x - half, x + half], [row["value"]] * 2, color=LIMIT_COLOUR, linewidth=2, label=name, clip_on=False)
    seen = kinds[SEEN]
    if len(seen):
        known = seen[["low", "high"]].notna().all(axis=1)
        sides = [(seen["value"] - seen["low"]).where(known, 0.0), (seen["high"] - seen["value"]).where(known, 0.0)]
        places = [place[category] for category in seen["category"]]
        look = {"fmt": "o", "color": INK, "markersize": 4.5, "capsize": 3, "linewidth": 1.2, "label": say("measured")}
        axes.errorbar(places, seen["value"], yerr=[side.clip(lower=0.0) for side in sides], **look)
        for x, value in zip(places, seen["value"], strict=True):
            axes.text(x + 0.12, value, number(value), va="center", fontsize=7.5, bbox=PAPER, zorder=6)


def _headings(axes: Any, chart: Bars) -> None:
    """The sum above each stack and its limit; beside the dash where areas leave no room above it."""
    place = {category: number for number, category in enumerate(chart.categories)}
    at: dict[str, Any] = {"textcoords": "offset points", "fontsize": 8, "bbox": PAPER, "zorder": 6}
    at |= {"annotation_clip": False}
    for heading in chart.headings:
        for line, (kind, text) in enumerate(reversed(heading.numbers)):
            if chart.areas:
                where = {"xytext": (4, 0), "ha": "left", "va": "center"}
                x = place[heading.category] + WIDTH / 2 + 0.04
            else:
                where, x = {"xytext": (0, 4 + 10 * line), "ha": "center", "va": "bottom"}, place[heading.category]
            colour = LIMIT_COLOUR if kind == LIMIT else INK
            axes.annotate(text, (x, heading.above), color=colour, **at, **where)


def steps(chart: Steps) -> Any:
    """Floating bars from the top down, each with what it adds or takes away; lines across all of them."""
    labels = list(dict.fromkeys(chart.rows["name"]))
    made, axes = sheet(7.0, 1.3 + 0.24 * len(labels))
    ends = [*chart.rows["start"], *chart.rows["end"], *chart.lines.values()]
    is_fall = TOTAL in set(chart.rows["role"])
    low, high = min([0.0, *ends] if is_fall else ends), max(ends)
    gap = 0.01 * ((high - low) or 1.0)
    for row in records(chart.rows):
        y, change = labels.index(row["name"]), row["end"] - row["start"]
        axes.barh(y, change, 0.64, row["start"], color=ROLES[row["role"]])
        left = change < 0 and not is_fall
        at = row["end"] - gap if left else max(row["start"], row["end"]) + gap
        said = number(row["end"]) if row["role"] == TOTAL else signed(change)
        beside = {"ha": "right" if left else "left", "va": "center", "fontsize": 7.5, "bbox": PAPER, "zorder": 4}
        axes.text(at, y, said, **beside)
    for name, value in chart.lines.items():
        axes.plot([value, value], [-0.6, len(labels) - 0.45], color=LIMIT_COLOUR, linewidth=1.2, linestyle="--")
        where = {"xytext": (0, -3), "textcoords": "offset points", "ha": "center", "va": "top", "fontsize": 7.5}
        axes.annotate(f"{name}: {number(value)}", (value, len(labels) - 0.4), color=LIMIT_COLOUR, **where)
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4 + (0.7 if chart.lines else 0.0), -0.6)
    axes.set_xlim(low if low == 0 else low - 20 * gap, high + 12 * gap)
    axes.xaxis.set_ticks_position("top")
    axes.xaxis.set_label_position("top")
    axes.set_xlabel(chart.unit)
    axes.grid(visible=False, axis="y")
    axes.spines["bottom"].set_visible(False)
    return made


def curve(chart: Curve) -> Any:
    """Points over two axes, joined or not; blocks standing on the first one."""
    made, axes = sheet()
    if len(chart.blocks):
        rows = chart.blocks
        look = {"color": [BLOCKS[n % 2] for n in range(len(rows))], "edgecolor": "white", "linewidth": 0.4}
        axes.bar(rows["start"], rows["height"], rows["width"], align="edge", label=chart.blocks_title, **look)
        _mark(axes, chart)
    for turn, (name, rows) in enumerate(chart.rows.groupby("series", sort=False)):
        label, colour = str(name) or None, COLOURS[(2 + turn) % len(COLOURS)]
        if chart.shade_title:
            from matplotlib.colors import LinearSegmentedColormap

            shades = LinearSegmentedColormap.from_list("shades", SHADES[2:])
            up = rows[::-1]  # of points in one place the one whose number is written lies on top
            drawn = axes.scatter(up["x"], up["y"], c=up["shade"], cmap=shades, s=40, edgecolor=INK, linewidth=0.4)
            bar = made.colorbar(drawn, format=thousands())
            bar.set_label(chart.shade_title, color=SOFT)
            bar.outline.set_visible(False)
            for x, y, text in zip(rows["x"], rows["y"], chart.said, strict=True):
                axes.annotate(text, (x, y), (5, 3), textcoords="offset points", fontsize=7)
        else:
            line = "-" if chart.joined else ""
            axes.plot(rows["x"], rows["y"], marker="o", markersize=4.5, linestyle=line, color=colour, label=label)
    if chart.ceiling is not None:
        axes.set_ylim(min(0.0, chart.floor), chart.ceiling)
    axes.set_xlabel(chart.x_title)
    axes.set_ylabel(chart.y_title)
    if axes.get_legend_handles_labels()[0]:
        made.legend(frameon=False, fontsize=8, loc="outside upper right", ncols=3)
    return made


def _mark(axes: Any, chart: Curve) -> None:
    """The numbers of the blocks that are named, above them, or below the edge that they reach."""
    rows = chart.blocks
    axes.set_xlim(0, float((rows["start"] + rows["width"]).max()))
    for row in records(rows[rows["mark"] != ""]):
        edge = float("inf") if chart.ceiling is None else chart.ceiling
        cut, at = row["height"] > 0.95 * edge, max(0.0, min(edge, row["height"]))
        where = {"xytext": (0, -3 if cut else 2), "textcoords": "offset points", "va": "top" if cut else "bottom"}
        axes.annotate(row["mark"], (row["start"] + row["width"] / 2, at), ha="center", fontsize=7.5, **where)
