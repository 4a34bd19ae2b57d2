"""Charts of studies for papers and slides, drawn by matplotlib: SVG, PNG or PDF by the name of the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from scenarios.case import Case
from scenarios.reports.curves_text import axis_title
from scenarios.studies.abatement_cost import SystemCurve
from scenarios.studies.axes import COST, MONEY, Axis
from scenarios.studies.pareto import Front
from scenarios.units import HUNDRED_MILLION
from scenarios.words import language, say

MILLION = 1e6
#: colours that colour-blind readers tell apart (Okabe and Ito)
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
FONTS = ["Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC", "WenQuanYi Micro Hei", "DejaVu Sans"]


def _figure(width: float = 7.0, height: float = 4.4) -> tuple[Any, Any]:
    import logging

    import matplotlib as mpl
    from matplotlib.figure import Figure

    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    mpl.rcParams.update(
        {"font.family": FONTS, "svg.fonttype": "path", "svg.hashsalt": "scenarios", "axes.unicode_minus": False}
    )
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color="#e5e5e5", linewidth=0.7)
    axes.set_axisbelow(True)
    return figure, axes


def _saved(figure: Any, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".beside-{path.name}")
    figure.savefig(beside, dpi=160, metadata={"Date": None} if path.suffix == ".svg" else None)
    beside.replace(path)
    return path


def _scaled(on: Axis) -> tuple[float, str]:
    """What values of an axis are divided by, and its title."""
    if on.kind in (COST, MONEY):
        unit = say("10^8 CNY") if language() == "zh" else say("million CNY")
        return (HUNDRED_MILLION if language() == "zh" else MILLION), f"{axis_title(on)} [{unit}]"
    return 1.0, axis_title(on)


def front_chart(case: Case, front: Front, path: Path) -> Path:
    """Two axes as a line; a third as colour."""
    figure, axes = _figure()
    scales = [_scaled(on) for on in front.axes]
    values = [front.points[on.name] / scale for on, (scale, _) in zip(front.axes, scales, strict=True)]
    if len(front.axes) == 2:
        axes.plot(values[1], values[0], marker="o", color=COLOURS[0])
    else:
        drawn = axes.scatter(values[1], values[0], c=values[2], cmap="viridis", s=40)
        figure.colorbar(drawn, label=scales[2][1])
    axes.set_xlabel(scales[1][1])
    axes.set_ylabel(scales[0][1])
    axes.set_title(f"{_city(case)}, {case.scenario}", fontsize=10, loc="left")
    return _saved(figure, path)


def macc_chart(case: Case, on: Axis, steps: pd.DataFrame | None, system: SystemCurve | None, path: Path) -> Path:
    """The measure curve as bars as wide as what they take away, and the system's price as a line."""
    figure, axes = _figure()
    unit = say("CNY per {unit}", unit=on.unit)
    ceiling = 0.0
    if steps is not None:
        rows = steps[steps["unit_cost"].notna()]
        start = rows["cumulated"] - rows["reduction"]
        axes.bar(
            start,
            rows["unit_cost"],
            width=rows["reduction"],
            align="edge",
            color=COLOURS[5],
            edgecolor="white",
            linewidth=0.5,
            label=say("measures of the plan"),
        )
        whole = rows["reduction"].sum()
        ceiling = float(rows.loc[rows["cumulated"] <= 0.98 * whole, "unit_cost"].max()) if len(rows) else 0.0
    if system is not None:
        axes.plot(
            system.steps["reduction"],
            system.steps["price"],
            marker="o",
            color=COLOURS[1],
            label=say("the city's least cost: price of the last unit"),
        )
        ceiling = max(ceiling, float(np.quantile(system.steps["price"], 0.8)))
    if ceiling > 0:
        axes.set_ylim(0, 1.15 * ceiling)
    axes.set_xlabel(say("taken away: {title}", title=axis_title(on)))
    axes.set_ylabel(unit)
    axes.set_title(f"{_city(case)}, {case.scenario}", fontsize=10, loc="left")
    figure.legend(frameon=False, fontsize=9, loc="outside upper right", ncols=2)
    return _saved(figure, path)


def sweep_chart(case: Case, tables: dict[str, pd.DataFrame], path: Path) -> Path:
    """Cost over the first number varied, a line for each value of the second; where no plan exists there is a gap."""
    points = tables["points"]
    fixed = ("point", "how", "cost", "bound", "gap")
    varied = [str(name) for name in points if name not in fixed]
    scale, unit = (HUNDRED_MILLION, say("10^8 CNY")) if language() == "zh" else (MILLION, say("million CNY"))
    figure, axes = _figure()
    several = len(varied) == 2 and points[varied[1]].nunique() <= len(COLOURS)
    for number, label in enumerate(points[varied[1]].unique() if several else [None]):
        rows = points[points[varied[1]] == label] if several else points
        axes.plot(
            rows[varied[0]],
            rows["cost"] / scale,
            marker="o",
            linestyle="-" if several or len(varied) == 1 else "",
            color=COLOURS[number],
            label=f"{varied[1]} = {label}" if several else None,
        )
    axes.set_xlabel(varied[0])
    axes.set_ylabel(f"{say('cost over the plan')} [{unit}]")
    axes.set_title(f"{_city(case)}, {case.scenario}", fontsize=10, loc="left")
    if several:
        figure.legend(frameon=False, fontsize=9, loc="outside upper right", ncols=len(COLOURS))
    return _saved(figure, path)


def _city(case: Case) -> str:
    return case.settings.name_zh if language() == "zh" else case.settings.name_en
