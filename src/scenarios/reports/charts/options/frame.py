"""What all options share: fonts, axes, hints, rounding."""

from __future__ import annotations

from math import isfinite
from typing import Any

from scenarios.reports.charts.description import INK, LINE, SOFT
from scenarios.reports.format import width
from scenarios.words import say

HEIGHT = 340  #: of a chart with an axis upwards [px]
DIGITS = 6  #: digits that are kept of a number
NARROW = 470  #: width of a chart that stands beside another [px]
LETTER = 6.6  #: width of a letter of a terminal at 12 px [px]
FONT = '"Scenarios Sans SC", system-ui, "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif'

Drawing = tuple[int, dict[str, Any]]  #: height [px], option
_THIN: dict[str, Any] = {
    "symbol": "rect",
    "color": "rgba(255,255,255,0.55)",
    "dashArrayX": [1, 0],
    "dashArrayY": [1, 5],
}
_DOT: dict[str, Any] = {"symbol": "circle", "color": "rgba(255,255,255,0.6)", "symbolSize": 0.5, "dashArrayY": [5, 3]}
_NONE: dict[str, Any] = {"color": "rgba(0,0,0,0)"}
#: for grey print, in the order of the stacks, as on paper
HATCHES: list[dict[str, Any]] = [
    _NONE,
    _THIN | {"rotation": -0.785},
    _NONE,
    _DOT | {"dashArrayX": [[5, 3], [0, 4, 4, 0]]},
    _NONE,
    _THIN | {"rotation": 0.785},
    _NONE,
    _THIN | {"rotation": 0},
]


def plain(value: float) -> float | None:
    """A number as it is worth showing; nothing where there is none."""
    return float(f"{float(value):.{DIGITS}g}") if isfinite(value) else None


def option(**parts: Any) -> dict[str, Any]:
    """An option with what all charts share: no animation, our font, a description for screen readers."""
    return {
        "animation": False,
        "textStyle": {"fontFamily": FONT, "color": INK},
        "aria": {"enabled": True},
        "tooltip": {"trigger": "item", "confine": True},
        **parts,
    }


def empty_option() -> dict[str, Any]:
    """An option that says that there is nothing to draw."""
    text = {"text": say("No data to draw."), "fill": SOFT, "fontSize": 14, "fontFamily": FONT}
    return option(graphic=[{"type": "text", "left": "center", "top": "middle", "style": text}])


def value_axis(title: str = "", **more: Any) -> dict[str, Any]:
    """An axis of numbers."""
    return {
        "type": "value",
        "name": title,
        "nameTextStyle": {"color": SOFT},
        "axisLabel": {"color": SOFT, "hideOverlap": True},
        "splitLine": {"lineStyle": {"color": LINE}},
        **more,
    }


def name_axis(labels: list[str], **more: Any) -> dict[str, Any]:
    """An axis of names."""
    return {
        "type": "category",
        "data": labels,
        "axisTick": {"show": False},
        "axisLine": {"lineStyle": {"color": SOFT}},
        "axisLabel": {"color": INK, "interval": 0},
        **more,
    }


def legend(labels: list[str]) -> dict[str, Any]:
    """The legend above the chart."""
    return {"type": "plain", "top": 0, "data": labels, "itemWidth": 14, "itemHeight": 10, "show": len(labels) > 1}


def legend_height(labels: list[str]) -> int:
    """Height that the legend of a chart half as wide as a page takes. [px]"""
    if len(labels) < 2:
        return 0
    lines, left = 1, float(NARROW)
    for label in labels:
        needed = LETTER * width(label) + 34
        if needed > left:
            lines, left = lines + 1, NARROW
        left -= needed
    return 20 * lines


def label_width(labels: list[str], most: int = 390) -> int:
    """Width that names beside an axis take. [px]"""
    return min(most, int(LETTER * max(map(width, labels), default=0)) + 16)
