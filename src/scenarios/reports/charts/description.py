"""What a chart shows, as tidy tables: described once, drawn by ECharts in pages and by matplotlib on paper.

A description holds numbers and words that are ready to be shown: scaled to the unit named, in the language in use. Each
kind is a shape, not a subject: the same bars carry emissions, concentrations and money.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import pandas as pd

TOTAL, LESS, MORE = "total", "less", "more"  #: what a floating bar stands for
CLOSE = 0.09  #: part of the tallest stack below which a limit would stand in the number of a stack [1]
LIMIT, SEEN = "limit", "seen"  #: a mark that is asked for, and one that was measured


def table(columns: str) -> pd.DataFrame:
    """An empty table with the columns named."""
    return pd.DataFrame({name: [] for name in columns.split()})


@dataclass(frozen=True, eq=False, kw_only=True)
class Chart:
    """What every chart has: a name for files, a title, its tidy rows, and a note on how to read it."""

    name: str
    title: str
    rows: pd.DataFrame
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

    def lift(self, category: str, tallest: float) -> float:
        """How far above a stack its sum must stand, so that a limit just above the stack stays readable. [unit]"""
        marks = self.marks[(self.marks["kind"] == LIMIT) & (self.marks["category"] == category)]
        gaps = marks["value"] - float(self.wide[category].clip(lower=0).sum())
        close = gaps[(gaps >= 0) & (gaps < CLOSE * tallest)]
        return float(close.max()) if len(close) else 0.0


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

    ``blocks``: start, width, height, name: rectangles standing on the first axis. Above ``ceiling`` and below
    ``floor`` is cut.
    """

    x_title: str
    y_title: str
    shade_title: str = ""
    joined: bool = True
    blocks: pd.DataFrame = field(default_factory=lambda: table("start width height name"))
    blocks_title: str = ""
    ceiling: float | None = None
    floor: float = 0.0

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return self.rows.empty and self.blocks.empty


@dataclass(frozen=True, eq=False, kw_only=True)
class Gantt(Chart):
    """Work on the calendar: rows task, label, group, start, finish (places of quarters; finish is after the last
    one), deadline (place after its quarter), critical. ``periods`` are the quarters.
    """

    periods: tuple[str, ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class Network(Chart):
    """Tasks that wait for each other, left to right in time: rows task, label, start, finish, line, critical;
    links before, after, critical. ``line`` counts from the top.
    """

    periods: tuple[str, ...]
    links: pd.DataFrame


@dataclass(frozen=True, eq=False, kw_only=True)
class Flow(Chart):
    """What goes where: rows source, target, value [unit]; ``nodes`` node, label, column, colour, from the top down."""

    unit: str
    nodes: pd.DataFrame


@dataclass(frozen=True, eq=False, kw_only=True)
class Tiles(Chart):
    """A tile an area in rough geographic position: rows area, label, column, row, value [unit]; blank is no value."""

    unit: str


#: colours that colour-blind readers tell apart (Okabe and Ito 2008), neighbours far apart in lightness for grey print
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


def coloured(names: list[str], neutral: str = "") -> dict[str, str]:
    """A colour for each name, in order; the neutral one is grey."""
    others = [name for name in names if name != neutral]
    colours = {name: COLOURS[place % len(COLOURS)] for place, name in enumerate(others)}
    return {name: colours.get(name, NEUTRAL) for name in names}
