"""Work on the calendar, on paper."""

from __future__ import annotations

from typing import Any

from scenarios.frames import records
from scenarios.reports.charts.description import CRITICAL, HALF, LIMIT_COLOUR, LINE, SOFT, WORK, Gantt, Network
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
    made, axes = sheet(9.0, 1.1 + 0.17 * len(rows))
    for line, row in enumerate(rows):
        look = {"color": CRITICAL if row["critical"] else WORK, "hatch": "////" if row["critical"] else ""}
        axes.barh(line, row["finish"] - row["start"], 0.66, row["start"], edgecolor="white", linewidth=0, **look)
        axes.plot(row["deadline"], line, "D", color=LIMIT_COLOUR, markersize=3.5, clip_on=False, zorder=4)
    axes.set_yticks(range(len(rows)), [row["label"] for row in rows], fontsize=7)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    _quarters(axes, chart.periods)
    return made


def network(chart: Network) -> Any:
    """A bar a line from start to finish, arrows with corners to what waits, a thin line between chains."""
    rows = records(chart.rows)
    place = {row["task"]: row for row in rows}
    made, axes = sheet(9.4, 0.9 + 0.15 * len(rows))
    for link in records(chart.links):
        corners = chart.route(place[link["before"]], place[link["after"]])
        look = {"color": CRITICAL, "linewidth": 1.3} if link["critical"] else {"color": SOFT, "linewidth": 0.7}
        axes.plot(*zip(*corners, strict=True), **look, zorder=3, solid_joinstyle="miter")
        head = {"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0, "mutation_scale": 5, **look}
        axes.annotate("", corners[-1], corners[-2], arrowprops=head, zorder=3)
    for row in rows:
        look = {"color": CRITICAL, "hatch": "////"} if row["critical"] else {"color": WORK}
        high = (2.6 if row["critical"] else 2.0) * HALF
        axes.barh(row["line"], row["finish"] - row["start"], high, row["start"], edgecolor="white", linewidth=0, **look)
    for line in chart.breaks:
        axes.axhline(line - 0.5, color=LINE, linewidth=0.6)
    axes.set_yticks(range(len(rows)), [row["label"] for row in rows], fontsize=7)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    _quarters(axes, chart.periods)
    return made
