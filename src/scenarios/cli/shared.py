"""What the commands of studies share: options, reading a case, writing tables, drawing charts."""

from __future__ import annotations

import sys
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import click

from scenarios.cli.errors import INFEASIBLE
from scenarios.words import say

if TYPE_CHECKING:
    from scenarios.case import Case
    from scenarios.reports.charts.description import Chart

CHARTS = (".svg", ".png", ".pdf")
gap_option = click.option(
    "--gap",
    type=click.FloatRange(min=0),
    default=0.015,
    show_default=True,
    help="Proof asked for: distance from the best.",
)
out_option = click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the tables instead of outputs/CITY/STUDY.",
)
chart_option = click.option(
    "--chart",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also draw it: .svg, .png or .pdf (needs matplotlib).",
)


def case_of(
    city: str,
    scenario: str,
    models: str | None,
    inputs: str | None,
    changes: tuple[str, ...] = (),
    settings: dict[str, Any] | None = None,
) -> Case:
    """The case of a city under a scenario, with settings and changes after it."""
    from scenarios.reading import read_case, with_changes

    case = read_case(city, scenario, models=models, inputs=inputs, settings=settings)
    return with_changes(case, changes) if changes else case


def writable_folder(city: str, study: str, out: Path | None, chart: Path | None = None) -> Path:
    """The folder of a study's tables; refused before there are any when these, or a chart, cannot be written."""
    from scenarios.runs import outputs
    from scenarios.storing import require_package
    from scenarios.writing import ensure_file_writable, ensure_writable

    folder = out or outputs(city) / study
    ensure_writable(folder)
    if chart:
        require_package("matplotlib", "plots")
        if chart.suffix not in CHARTS:
            raise click.BadParameter(say("one of {names}", names=", ".join(CHARTS)), param_hint="--chart")
        ensure_file_writable(chart)
    return folder


def write_study(city: str, study: str, out: Path | None, tables: dict[str, Any]) -> None:
    """Write the tables of a study and say where."""
    from scenarios.runs import outputs
    from scenarios.writing import write_tables

    folder = out or outputs(city) / study
    write_tables(folder, tables)
    click.echo("\n" + say("Tables written to {folder}.", folder=folder))


def draw_chart(path: Path, chart: Chart) -> None:
    """Draw a chart that ``writable_folder`` let pass."""
    from scenarios.reports.charts.paper import draw

    click.echo(say("Written: {files}", files=draw(chart, path)))


def exit_without_plan(city: str, scenario: str) -> None:
    """Say that no plan exists, and end the command."""
    click.echo(
        say("No plan exists; ask why: scenarios explain {city} --scenario {scenario}", city=city, scenario=scenario),
        err=True,
    )
    sys.exit(INFEASIBLE)


class ProgressLine:
    """How many points are done, and how long the rest will take, on one line of the terminal."""

    def __init__(self) -> None:
        self._begin = monotonic()

    def show(self, done: int, count: int) -> None:
        """So many of all points are done."""
        if sys.stderr.isatty():
            line = say("{done} of {all} points", done=done, all=count)
            if done:
                left = (monotonic() - self._begin) / done * (count - done)
                line = say("{done} of {all} points, about {left} s left", done=done, all=count, left=f"{left:.0f}")
            click.echo(f"\r{line:<60}", nl=False, err=True)

    def end(self) -> None:
        """The line is over."""
        if sys.stderr.isatty():
            click.echo(err=True)
