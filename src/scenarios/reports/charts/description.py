"""What a chart shows, as tidy tables: described once, drawn by ECharts in pages and by matplotlib on paper.

A description holds numbers and words that are ready to be shown: scaled to the unit named, in the language in use. Each
kind is a shape, not a subject: the same bars carry emissions, concentrations and money.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import pandas as pd

from scenarios.reports.format import number, width

TOTAL, LESS, MORE = "total", "less", "more"  #: what a floating bar stands for
CLOSE = 0.12  #: part of the tallest stack below which a limit would stand in the number of a stack [1]
ASIDE, HALF = 0.12, 0.32  #: arrows of a net: beside the end of a task [quarters], and half the height of a bar [lines]
APART = (0.09, 0.045)  #: parts of the two axes by which numbered points stand apart [1]
LIMIT, SEEN = "limit", "seen"  #: a mark that is asked for, and one that was measured


def table(columns: str) -> pd.DataFrame:
    """An empty table with the columns named."""
    return pd.DataFrame({name: [] for name in columns.split()})


@dataclass(frozen=True, eq=False, kw_only=True)
class Chart:
    """What every chart has: a name for files, a title, its tidy rows, what they show in words, and how to read it."""

    name: str
    title: str
    rows: pd.DataFrame
    finding: str = ""
    note: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return self.rows.empty


@dataclass(frozen=True, eq=False, kw_only=True)
class Bars(Chart):
    """Upright stacks: rows series, category, value [unit]; marks kind, category, value, low, high [unit].

    ``series`` maps each series, from the bottom up, to its colour. ``areas``: drawn as one area a series.
    """

    unit: str
    categories: tuple[str, ...]
    series: dict[str, str]
    marks: pd.DataFrame = field(default_factory=lambda: table("kind category value low high"))
    areas: bool = False

    @cached_property
    def wide(self) -> pd.DataFrame:
        """A row a series, a column a category; blank where a category has none. [unit]"""
        summed = self.rows.groupby(["series", "category"])["value"].sum().unstack()
        return summed.reindex(index=list(self.series), columns=list(self.categories)).astype(float)

    @cached_property
    def tallest(self) -> float:
        """The largest stack or mark. [unit]"""
        marked = float(self.marks["value"].max()) if len(self.marks) else 0.0
        return max(float(self.wide.clip(lower=0).sum().max()), marked, 0.0)

    @cached_property
    def headings(self) -> list[Heading]:
        """What is written above each category: the sum of its stack and its limit, one upon the other where near."""
        limits = self.marks[self.marks["kind"] == LIMIT].set_index("category")["value"]
        found = []
        for category in self.categories:
            column = self.wide[category]
            top, entries = float(column.clip(lower=0).sum()), []
            if column.notna().any() and not self.areas:
                entries.append((top, TOTAL, number(float(column.sum()))))
            if category in limits.index:
                entries.append((float(limits[category]), LIMIT, f"≤ {number(float(limits[category]))}"))
            entries.sort(key=lambda entry: entry[0], reverse=True)
            apart = len(entries) == 2 and entries[0][0] - entries[1][0] > CLOSE * self.tallest
            apart = apart and entries[0][1] == LIMIT
            groups = [[entry] for entry in entries] if apart else [entries] if entries else []
            found += [
                Heading(category, group[0][0], tuple((kind, text) for _, kind, text in group)) for group in groups
            ]
        return found


@dataclass(frozen=True)
class Heading:
    """What stands above a place [unit] of a category, from the top down: the sum of a stack, or its limit."""

    category: str
    above: float
    numbers: tuple[tuple[str, str], ...]  # kind and text


@dataclass(frozen=True, eq=False, kw_only=True)
class Steps(Chart):
    """Floating bars, one line a name from the top down: rows name, start, end [unit], role (total, less or more).

    ``lines`` are values with their names, drawn from top to bottom.
    """

    unit: str
    lines: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, kw_only=True)
class Curve(Chart):
    """Points of series over two axes: rows series, x, y and, where a third axis is shown, shade.

    ``blocks``: start, width, height, name, mark: rectangles standing on the first axis, the mark above them. Above
    ``ceiling`` and below ``floor`` is cut.
    """

    x_title: str
    y_title: str
    shade_title: str = ""
    joined: bool = True
    blocks: pd.DataFrame = field(default_factory=lambda: table("start width height name mark"))
    blocks_title: str = ""
    ceiling: float | None = None
    floor: float = 0.0

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return self.rows.empty and self.blocks.empty

    @cached_property
    def said(self) -> list[str]:
        """The third number of each point, where it stands apart from those before it; else nothing."""
        if not self.shade_title:
            return [""] * len(self.rows)
        across, up = ((self.rows[axis] / (self.rows[axis].max() - self.rows[axis].min() or 1.0)) for axis in "xy")
        found: list[tuple[float, float]] = []
        texts = []
        for x, y, shade in zip(across, up, self.rows["shade"], strict=True):
            free = all(abs(x - left) > APART[0] or abs(y - low) > APART[1] for left, low in found)
            found += [(x, y)] if free else []
            texts.append(number(float(shade)) if free else "")
        return texts


@dataclass(frozen=True, eq=False, kw_only=True)
class Gantt(Chart):
    """Work on the calendar: rows task, label, group, start, finish (places of quarters; finish is after the last
    one), deadline (place after its quarter), critical. ``periods`` are the quarters.
    """

    periods: tuple[str, ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class Network(Chart):
    """Tasks that wait for each other, left to right in time: rows task, label, start, finish, line, critical;
    links before, after, critical. ``line`` counts from the top; what waits stands below what it waits for.
    """

    periods: tuple[str, ...]
    links: pd.DataFrame

    @cached_property
    def breaks(self) -> list[int]:
        """Lines above which nothing below waits for anything above: where a chain ends."""
        line = self.rows.set_index("task")["line"]
        ends = zip(self.links["before"], self.links["after"], strict=True)
        spans = [(line[before], line[after]) for before, after in ends]
        return [n for n in range(1, len(self.rows)) if not any(top < n <= low for top, low in spans)]

    def route(self, before: dict[str, Any], after: dict[str, Any]) -> list[tuple[float, float]]:
        """The corners of an arrow: down beside the end of one task, then along the line of the other to its start.

        Where the other has begun already, the arrow comes down upon its bar.
        """
        if after["start"] < before["finish"]:
            across = min(before["finish"], after["finish"]) - ASIDE
            return [(across, before["line"]), (across, after["line"] - HALF)]
        across = before["finish"] + ASIDE
        corners = [(before["finish"], before["line"]), (across, before["line"])]
        if after["start"] > across:
            return [*corners, (across, after["line"]), (after["start"], after["line"])]
        return [*corners, (across, after["line"] - HALF)]


@dataclass(frozen=True, eq=False, kw_only=True)
class Flow(Chart):
    """What goes where: rows source, target, value [unit]; ``nodes`` node, label, column, colour, from the top down."""

    unit: str
    nodes: pd.DataFrame

    @cached_property
    def through(self) -> pd.Series:
        """What goes through each node. [unit]"""
        ends = [self.rows.groupby(end)["value"].sum() for end in ("source", "target")]
        largest: pd.Series = pd.concat(ends).groupby(level=0).max()
        return largest

    def said(self, node: dict[str, Any]) -> str:
        """The name of a node and what goes through it, with its unit where it goes no further."""
        last = node["column"] == self.nodes["column"].max()
        return f"{node['label']} {number(self.through.get(node['node'], 0.0))}{f' {self.unit}' if last else ''}"


@dataclass(frozen=True, eq=False, kw_only=True)
class Tiles(Chart):
    """A tile an area in rough geographic position: rows area, label, column, row, value [unit]; blank is no value."""

    unit: str

    def lines(self, label: str, most: int) -> list[str]:
        """A name in lines of a tile, broken between words or, where there are none, anywhere."""
        found = [""]
        for word in label.split(" "):
            joined = f"{found[-1]} {word}".strip()
            found[-1:] = [joined] if width(joined) <= most or not found[-1] else [found[-1], word]
        pieces = [line[at : at + max(2, most // 2)] for line in found for at in range(0, len(line), max(2, most // 2))]
        return found if all(width(line) <= most for line in found) or found[0].isascii() else pieces


#: colours that colour-blind readers distinguish (Okabe and Ito 2008), neighbours far apart in lightness for grey print
COLOURS: Final = ("#0072b2", "#f0e442", "#d55e00", "#56b4e9", "#000000", "#e69f00", "#009e73", "#cc79a7")
NEUTRAL, INK, SOFT, LINE = "#b8c0c8", "#1d2733", "#5d6b7a", "#d9e0e7"
LIMIT_COLOUR: Final = "#b3261e"
BLOCKS: Final = ("#9ecae1", "#4292c6")  #: neighbours in a cost curve
ROLES: Final = {TOTAL: "#5d6b7a", LESS: "#0072b2", MORE: "#d55e00"}
CRITICAL, WORK = "#d55e00", "#0072b2"
#: light to dark, readable in grey too (ColorBrewer's Blues)
SHADES: Final = ("#f7fbff", "#deebf7", "#c6dbef", "#9ecae1", "#6baed6", "#4292c6", "#2171b5", "#084594")


def ink_on(colour: str) -> str:
    """White on dark, our ink on light."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#ffffff" if 0.299 * red + 0.587 * green + 0.114 * blue < 140 else INK


def colours_of(names: list[str], neutral: str = "") -> dict[str, str]:
    """A colour for each name, in order; the neutral one is grey."""
    others = [name for name in names if name != neutral]
    colours = {name: COLOURS[place % len(COLOURS)] for place, name in enumerate(others)}
    return {name: colours.get(name, NEUTRAL) for name in names}
