"""Commands that draw curves: pareto, budget-curve, macc."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import click

from scenarios.cli.options import change_option, main, scenario_options, with_language
from scenarios.cli.planning import read_or_run
from scenarios.cli.shared import (
    ProgressLine,
    case_of,
    chart_option,
    draw_chart,
    exit_without_plan,
    gap_option,
    out_option,
    writable_folder,
    write_study,
)
from scenarios.words import say


def _front(
    city: str,
    case: Any,
    names: tuple[str | None, ...],
    points: int,
    gap: float,
    alone: bool,
    study: str,
    out: Path | None,
    chart: Path | None,
) -> None:
    from dataclasses import replace

    from scenarios.reports.curves_text import front_text
    from scenarios.studies.axes import COST, axis, default_axis
    from scenarios.studies.pareto import pareto

    axes = [axis(case, name or default_axis(case)) for name in names or (COST, None)]
    if any(replace(one, name="") == replace(other, name="") for one, other in combinations(axes, 2)):
        raise click.UsageError(say("Name each axis once."))
    meter = ProgressLine()
    front = pareto(case, axes, points, gap=gap, alone=alone, progress=meter.show)
    meter.end()
    if front is None:
        exit_without_plan(city, case.scenario)
        return
    click.echo(front_text(case, front))
    if chart:
        from scenarios.reports.charts import curves

        draw_chart(chart, curves.front(case, front))
    write_study(city, study, out, {"points": front.points, "measures": front.measures})


@main.command()
@click.argument("city")
@click.argument("axes", nargs=-1, metavar="AXIS...")
@click.option("--points", type=click.IntRange(min=2), default=8, show_default=True, help="Steps along each axis.")
@click.option("--alone", is_flag=True, help="Without any target; else only those that stand on an axis are lifted.")
@gap_option
@scenario_options
@change_option
@out_option
@chart_option
@with_language
def pareto(
    city: str,
    axes: tuple[str, ...],
    points: int,
    alone: bool,
    gap: float,
    models: str | None,
    inputs: str | None,
    scenario: str,
    changes: tuple[str, ...],
    out: Path | None,
    chart: Path | None,
) -> None:
    """Hold two or three axes of CITY against each other: cost and the air unless named. Only efficient points are kept.

    An axis is cost, money, a pollutant (NOx; PM2.5 is meant in the air, emission:PM2.5 emitted), weighted, or
    fuel:NAME; @YEAR after it asks for another year than the last.
    """
    if len(axes) not in (0, 2, 3):
        raise click.UsageError(say("Name two or three axes."))
    writable_folder(city, "pareto", out, chart)
    _front(city, case_of(city, scenario, models, inputs, changes), axes, points, gap, alone, "pareto", out, chart)


@main.command(name="budget-curve")
@click.argument("city")
@click.option(
    "--of", "goal", help="What the money is to bring down, an axis of `pareto`: the annual mean unless given."
)
@click.option(
    "--against",
    type=click.Choice(["money", "cost"]),
    default="money",
    show_default=True,
    help="What is limited: money laid out, or cost over the plan.",
)
@click.option("--points", type=click.IntRange(min=2), default=8, show_default=True, help="Points of the curve.")
@gap_option
@scenario_options
@change_option
@out_option
@chart_option
@with_language
def budget_curve(
    city: str,
    goal: str | None,
    against: str,
    points: int,
    gap: float,
    models: str | None,
    inputs: str | None,
    scenario: str,
    changes: tuple[str, ...],
    out: Path | None,
    chart: Path | None,
) -> None:
    """Say how far each sum of money can bring something down, without any target.

    For one sum, with a plan of its own: run CITY --scenario maximum-reduction --money SUM.
    """
    writable_folder(city, "budget-curve", out, chart)
    case = case_of(city, scenario, models, inputs, changes)
    _front(city, case, (against, goal), points, gap, True, "budget-curve", out, chart)


@main.command()
@click.argument("city")
@click.option("--pollutant", "name", help="An axis of `pareto`, such as NOx or weighted: the annual mean unless given.")
@click.option(
    "--curve",
    type=click.Choice(["both", "system", "measures"]),
    default="both",
    show_default=True,
    help="Which of the curves.",
)
@click.option("--points", type=click.IntRange(min=2), default=12, show_default=True, help="Points of the curve.")
@click.option("--alone", is_flag=True, help="The system curve without any other target.")
@gap_option
@scenario_options
@out_option
@chart_option
@with_language
def macc(
    city: str,
    name: str | None,
    curve: str,
    points: int,
    alone: bool,
    gap: float,
    models: str | None,
    inputs: str | None,
    scenario: str,
    out: Path | None,
    chart: Path | None,
) -> None:
    """Draw the marginal abatement cost curves of CITY.

    The system's: the least cost at each level, and the price of the last unit. The measures': what each one takes away
    in the plan, beside all the others, and costs.
    """
    from scenarios.reports.curves_text import measures_text, system_text
    from scenarios.studies.abatement_cost import measure_curve, system_curve
    from scenarios.studies.axes import axis, default_axis

    writable_folder(city, "macc", out, chart)
    case, tables, steps, system = case_of(city, scenario, models, inputs), {}, None, None
    on = axis(case, name or default_axis(case))
    if curve != "system":
        plan = read_or_run(city, scenario, models, inputs).plan
        steps = tables["measures"] = measure_curve(case, plan, on)
        click.echo(measures_text(case, on, steps))
    if curve != "measures":
        meter = ProgressLine()
        system = system_curve(case, on.name, points, gap=gap, alone=alone, progress=meter.show)
        meter.end()
        if system is None:
            exit_without_plan(city, scenario)
            return
        tables["system"] = system.steps
        click.echo(("\n" if curve == "both" else "") + system_text(case, system))
    if chart:
        from scenarios.reports.charts import curves

        draw_chart(chart, curves.macc(case, on, steps, system))
    write_study(city, "macc", out, tables)
