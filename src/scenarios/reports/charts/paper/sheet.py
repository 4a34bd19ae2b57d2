"""An empty figure of this house: our font, one pair of axes, quiet lines."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from scenarios.reports.charts.description import LINE, SOFT

FONT = Path(__file__).parents[3] / "fonts" / "ScenariosSansSC-Regular.otf"
#: fonts of a machine that draw what ours has not, the likeliest first
OTHERS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "Noto Sans CJK JP",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "SimHei",
    "Arial Unicode MS",
)
STYLE: dict[str, Any] = {
    "font.size": 8.5,
    "svg.fonttype": "path",
    "svg.hashsalt": "scenarios",
    "axes.unicode_minus": True,
    "hatch.linewidth": 0.5,
}


@cache
def _family() -> str:
    """The name of our font, once matplotlib knows it."""
    from matplotlib import font_manager

    font_manager.fontManager.addfont(str(FONT))
    return str(font_manager.FontProperties(fname=str(FONT)).get_name())


@cache
def other() -> str:
    """The font of this machine that draws the characters ours has not; empty when there is none."""
    from matplotlib import font_manager

    there = {font.name for font in font_manager.fontManager.ttflist}
    return next((name for name in OTHERS if name in there), "")


def thousands() -> Any:
    """How an axis writes its numbers: thousands apart, all with as many decimals."""
    from matplotlib.ticker import Formatter

    class Thousands(Formatter):
        def __call__(self, value: float, pos: int | None = None) -> str:
            return self.format_ticks([value])[0]

        def format_ticks(self, values: Sequence[float]) -> list[str]:
            decimals = max((len(f"{value:.9f}".rstrip("0").partition(".")[2]) for value in values), default=0)
            return [f"{round(value, 9):,.{decimals}f}".replace("-", "−") for value in values]

    return Thousands()


def sheet(width: float = 7.0, height: float = 4.2) -> tuple[Any, Any]:
    """A figure [inches] and its axes."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    asked: Any = STYLE | {"font.family": [name for name in (_family(), other(), "DejaVu Sans") if name]}
    mpl.rcParams.update(asked)
    made = Figure(figsize=(width, height), layout="constrained")
    axes = made.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(SOFT)
    axes.grid(color=LINE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, colors="#1d2733")
    axes.tick_params(axis="x", pad=6)
    axes.xaxis.set_major_formatter(thousands())
    axes.yaxis.set_major_formatter(thousands())
    axes.xaxis.label.set_color(SOFT)
    axes.yaxis.label.set_color(SOFT)
    return made, axes
