"""Work on the calendar, on paper."""

from __future__ import annotations

from typing import Any

from scenarios.frames import records
from scenarios.reports.charts.description import CRITICAL, INK, LIMIT_COLOUR, SOFT, WORK, Gantt, Network
from scenarios.reports.charts.paper.sheet import sheet


def _quarters(axes: Any, periods: tuple[str, ...]) -> None:
    axes.set_xlim(0, len(periods))
    axes.set_xticks(range(len(periods) + 1), [])
    axes.set_xticks([place + 0.5 for place in range(len(periods))], periods, minor=True, fontsize=7, color=SOFT)
    axes.tick_params(which="both", axis="x", length=0, top=False, labeltop=True, labelbottom=False)
    axes.grid(visible=False, axis="y")
    axes.spines["bottom"].set_visible(False)


def gantt(chart: Gantt) -> Any:
    """A bar a line from start to finish, a diamond at the deadline."""
    rows = records(chart.rows)
    made, axes = sheet(8.0, 1.1 + 0.17 * len(rows))
    for line, row in enumerate(rows):
        look = {"color": CRITICAL if row["critical"] else WORK, "hatch": "////" if row["critical"] else ""}
        axes.barh(line, row["finish"] - row["start"], 0.66, row["start"], edgecolor="white", linewidth=0, **look)
        axes.plot(row["deadline"], line, "D", color=LIMIT_COLOUR, markersize=3.5, clip_on=False, zorder=4)
    axes.set_yticks(range(len(rows)), [row["label"] for row in rows], fontsize=7)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    _quarters(axes, chart.periods)
    return made


def network(chart: Network) -> Any:
    """Thick strokes for tasks, their names below, arrows for what waits."""
    rows = records(chart.rows)
    place = {row["task"]: row for row in rows}
    lines = int(chart.rows["line"].max()) + 1
    made, axes = sheet(11.0, 0.9 + 0.27 * lines)
    for link in records(chart.links):
        before, after = place[link["before"]], place[link["after"]]
        colour, line = (CRITICAL, 1.4) if link["critical"] else (SOFT, 0.7)
        arrow = {"arrowstyle": "-|>", "color": colour, "linewidth": line, "shrinkA": 0, "shrinkB": 2, "alpha": 0.8}
        ends = (after["start"], after["line"]), (before["finish"], before["line"])
        axes.annotate("", *ends, arrowprops=arrow | {"mutation_scale": 6})
    for row in rows:
        colour = CRITICAL if row["critical"] else WORK
        axes.barh(row["line"], row["finish"] - row["start"], 0.22, row["start"], color=colour, zorder=3)
        axes.text(row["start"], row["line"] + 0.16, row["label"], fontsize=6, va="top", color=INK, zorder=4)
    axes.set_ylim(lines - 0.2, -0.6)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    _quarters(axes, chart.periods)
    axes.set_xlim(0, len(chart.periods) + 1.6)
    return made
