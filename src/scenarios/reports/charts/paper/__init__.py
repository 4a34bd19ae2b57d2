"""Charts on paper, drawn by matplotlib with our own font: SVG, PDF or PNG by the name of the file.

The same description gives the same bytes: fonts are ours, identifiers and dates are fixed.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scenarios.reports.charts.description import SOFT, Bars, Chart, Curve, Flow, Gantt, Network, Steps, Tiles
from scenarios.reports.charts.paper import calendar, places, stacks
from scenarios.reports.charts.paper.sheet import sheet
from scenarios.words import say

KINDS: dict[type[Chart], Any] = {
    Bars: stacks.bars,
    Steps: stacks.steps,
    Curve: stacks.curve,
    Gantt: calendar.gantt,
    Network: calendar.network,
    Flow: places.flow,
    Tiles: places.tiles,
}
MISSING = re.compile(r"Glyph (\d+) .*missing from font")
LETTERS = 18  #: letters of a terminal in an inch of a note
DATED = {".svg": {"Date": None}, ".pdf": {"CreationDate": None, "ModDate": None}}


def figure(chart: Chart) -> Any:
    """The chart as a figure of matplotlib, with its title above and its note below."""
    made = _nothing() if chart.is_empty else KINDS[type(chart)](chart)
    made.suptitle(
        "\n".join(filter(None, [chart.title, chart.finding])), x=0.01, ha="left", fontsize=11, linespacing=1.3
    )
    if chart.note:
        made.supxlabel(_wrapped(chart.note, made.get_figwidth()), x=0.01, ha="left", fontsize=7.5, color=SOFT)
    return made


def draw(chart: Chart, path: Path) -> Path:
    """Write the chart into a file, whole or not at all: .svg, .pdf or .png."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".beside-{path.name}")
    try:
        figure(chart).savefig(beside, dpi=160, metadata=DATED.get(path.suffix))
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return path


@contextmanager
def missing_glyphs() -> Iterator[set[str]]:
    """The characters that no font of this machine has, of all that is drawn inside, once it is drawn."""
    found: set[str] = set()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield found
    for warning in caught:
        number = MISSING.match(str(warning.message))
        if number:
            found.add(chr(int(number.group(1))))
        else:
            warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)


def _nothing() -> Any:
    made, axes = sheet(6.0, 1.6)
    axes.axis("off")
    axes.text(0.5, 0.5, say("No data to draw."), ha="center", va="center", color=SOFT)
    return made


def _wrapped(text: str, inches: float) -> str:
    """A note in lines as long as the figure is wide; Chinese may break after any mark."""
    from scenarios.reports.format import width

    most, lines = int(inches * LETTERS), [""]
    for piece in re.findall(r"[^ 。；，]*[ 。；，]?", text):
        joined = lines[-1] + piece
        lines[-1:] = [joined] if width(joined.rstrip()) <= most else [lines[-1], piece]
    return "\n".join(line.strip() for line in lines if line.strip())
