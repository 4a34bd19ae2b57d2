"""Commands that weigh: prices, alternatives, shares, and cities against each other."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from scenarios.cli.errors import INFEASIBLE
from scenarios.cli.options import Word, change_option, main, scenario_options, with_language
from scenarios.cli.planning import read_or_run
from scenarios.cli.shared import case_of, exit_without_plan, gap_option, out_option, writable_folder, write_study
from scenarios.words import say


@main.command()
@click.argument("city")
@scenario_options
@out_option
@with_language
def prices(city: str, models: str | None, inputs: str | None, scenario: str, out: Path | None) -> None:
    """Say what one more unit of each target, supply and budget of CITY is worth, and which measure is next."""
    from scenarios.reports.prices_text import prices_text
    from scenarios.studies.prices import prices as study
    from scenarios.studies.prices import tables

    writable_folder(city, "prices", out)
    base = read_or_run(city, scenario, models, inputs)
    found = study(base.case, base.plan.finish)
    click.echo(prices_text(base.case, found, base.plan.finish))
    write_study(city, "prices", out, tables(found))


@main.command()
@click.argument("city")
@click.option(
    "--slack",
    type=click.FloatRange(min=0, min_open=True),
    default=0.02,
    show_default=True,
    help="How much dearer than the least a good plan may be.",
)
@click.option("--count", type=click.IntRange(min=0), default=3, show_default=True, help="Plans that differ.")
@gap_option
@scenario_options
@change_option
@out_option
@with_language
def alternatives(
    city: str,
    slack: float,
    count: int,
    gap: float,
    models: str | None,
    inputs: str | None,
    scenario: str,
    changes: tuple[str, ...],
    out: Path | None,
) -> None:
    """Say what any good plan of CITY must do and what is a choice, with plans that differ."""
    from scenarios.reports.choices_text import alternatives_text
    from scenarios.studies.alternatives import alternatives as study

    writable_folder(city, "alternatives", out)
    case = case_of(city, scenario, models, inputs, changes)
    found = study(case, slack, count, gap=gap)
    if found is None:
        exit_without_plan(city, case.scenario)
        return
    click.echo(alternatives_text(case, found))
    write_study(city, "alternatives", out, {"ranges": found.ranges, "plans": found.plans, "costs": found.costs})


@main.command()
@click.argument("city")
@click.option(
    "--by", type=Word(["measure", "sector"]), default="measure", show_default=True, help="Whose shares are worked out."
)
@click.option("--year", type=int, help="Year of the plan; else the last.")
@scenario_options
@out_option
@with_language
def shares(
    city: str, by: str, year: int | None, models: str | None, inputs: str | None, scenario: str, out: Path | None
) -> None:
    """Say what each measure or sector contributed to tonnes, annual means and days: fair shares that add up."""
    from scenarios.reports.choices_text import shares_text
    from scenarios.studies.fair_shares import shares as study

    writable_folder(city, "shares", out)
    base = read_or_run(city, scenario, models, inputs)
    years = base.case.settings.years
    if year is not None and year not in years:
        raise click.BadParameter(say("one of {names}", names=", ".join(map(str, years))), param_hint="--year")
    rows = study(base.case, base.plan, by, year)
    click.echo(shares_text(base.case, rows, by, year or years[-1]))
    write_study(city, "shares", out, {"shares": rows})


@main.command()
@click.argument("name")
@gap_option
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Processes on this machine.")
@scenario_options
@out_option
@with_language
def region(
    name: str, gap: float, jobs: int, models: str | None, inputs: str | None, scenario: str, out: Path | None
) -> None:
    """Plan the cities of region NAME together, each counting what it does to the air of the others."""
    from scenarios.regions import read_region, region_code
    from scenarios.reports.region_text import region_text, tables
    from scenarios.studies.region import RegionError, plan_region

    name = region_code(name, inputs)
    writable_folder(name, "region", out)
    asked = read_region(name, scenario, models=models, inputs=inputs)
    try:
        study = plan_region(asked, gap=gap, jobs=jobs)
    except RegionError as error:
        if error.city:
            exit_without_plan(error.city, scenario)
        click.echo(say("No plan exists in which all cities meet their targets."), err=True)
        sys.exit(INFEASIBLE)
    click.echo(region_text(study))
    write_study(name, "region", out, tables(study))
