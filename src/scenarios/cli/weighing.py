"""Commands that weigh: prices, alternatives, shares, and cities against each other."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from scenarios.cli.asking import near, no_plan, out_folder, read, ready, written
from scenarios.cli.options import Word, changed, chosen, main, spoken
from scenarios.cli.planning import recent
from scenarios.cli.refusing import INFEASIBLE
from scenarios.words import say


@main.command()
@click.argument("city")
@chosen
@out_folder
@spoken
def prices(city: str, models: str | None, inputs: str | None, scenario: str, out: Path | None) -> None:
    """Say what one more unit of each target, supply and budget of CITY is worth, and which measure is next."""
    from scenarios.reports.prices_text import prices_text
    from scenarios.studies.prices import prices as study
    from scenarios.studies.prices import written as plain

    ready(city, "prices", out)
    base = recent(city, scenario, models, inputs)
    found = study(base.case, base.plan.finish)
    click.echo(prices_text(base.case, found, base.plan.finish))
    written(city, "prices", out, plain(found))


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
@near
@chosen
@changed
@out_folder
@spoken
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

    ready(city, "alternatives", out)
    case = read(city, scenario, models, inputs, changes)
    found = study(case, slack, count, gap=gap)
    if found is None:
        no_plan(city, case.scenario)
        return
    click.echo(alternatives_text(case, found))
    written(city, "alternatives", out, {"ranges": found.ranges, "plans": found.plans, "costs": found.costs})


@main.command()
@click.argument("city")
@click.option("--by", type=Word(["measure", "sector"]), default="measure", show_default=True)
@click.option("--year", type=int, help="Year of the plan; else the last.")
@chosen
@out_folder
@spoken
def shares(
    city: str, by: str, year: int | None, models: str | None, inputs: str | None, scenario: str, out: Path | None
) -> None:
    """Say what each measure or sector contributed to tonnes, annual means and days: fair shares that add up."""
    from scenarios.reports.choices_text import shares_text
    from scenarios.studies.fair_shares import shares as study

    ready(city, "shares", out)
    base = recent(city, scenario, models, inputs)
    years = base.case.settings.years
    if year is not None and year not in years:
        raise click.BadParameter(say("one of {names}", names=", ".join(map(str, years))), param_hint="--year")
    rows = study(base.case, base.plan, by, year)
    click.echo(shares_text(base.case, rows, by, year or years[-1]))
    written(city, "shares", out, {"shares": rows})


@main.command()
@click.argument("name")
@near
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Processes on this machine.")
@chosen
@out_folder
@spoken
def region(
    name: str, gap: float, jobs: int, models: str | None, inputs: str | None, scenario: str, out: Path | None
) -> None:
    """Plan the cities of region NAME together, each counting what it does to the air of the others."""
    from scenarios.regions import read_region, region_called
    from scenarios.reports.region_text import region_text, tables
    from scenarios.studies.region import RegionError, plan_region

    name = region_called(name, inputs)
    ready(name, "region", out)
    asked = read_region(name, scenario, models=models, inputs=inputs)
    try:
        study = plan_region(asked, gap=gap, jobs=jobs)
    except RegionError as error:
        if error.city:
            no_plan(error.city, scenario)
        click.echo(say("No plan exists in which all cities meet their targets."), err=True)
        sys.exit(INFEASIBLE)
    click.echo(region_text(study))
    written(name, "region", out, tables(study))
