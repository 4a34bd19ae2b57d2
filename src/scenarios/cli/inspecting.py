"""Commands that look: check, inventory, tasks, clauses, list, doctor."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import click

from scenarios.cli.errors import A_PLAN, BAD_INPUT
from scenarios.cli.options import DEFAULT, folder_options, main, scenario_options, with_language
from scenarios.words import say


@main.command()
@click.argument("city")
@folder_options
@with_language
def check(city: str, models: str | None, inputs: str | None) -> None:
    """Check every file and every scenario of CITY and list all problems at once.

    When there is none, numbers far beyond all others of their kind are listed too: a factor of a thousand, say.
    """
    from scenarios.beliefs import bundled
    from scenarios.finding import folders, scenario_files
    from scenarios.plausibility import odd_numbers
    from scenarios.problems import InputError, Problem
    from scenarios.reading import read_case
    from scenarios.reports.odd_text import odd_lines

    problems: dict[str, Problem] = {}
    rows = 0
    for name in scenario_files(city, folders(models, inputs)) or [DEFAULT]:
        try:
            case = read_case(city, name, models=models, inputs=inputs)
            rows = max(rows, sum(len(frame) for frame in case.tables.values()))
        except InputError as error:
            problems |= {str(problem): problem for problem in error.problems}
    if problems:
        raise InputError(problems.values())
    click.echo(say("{city}: {rows} rows, no problem found in any file or scenario.", city=city, rows=rows))
    home = folders(models, inputs).models
    for folder in bundled(home, case.settings.model):
        click.echo(say("Model {name}: not in {home}, so the bundled one is read.", name=folder.name, home=home))
    for line in odd_lines(odd_numbers(city, models, inputs)):
        click.echo(line)
    click.echo(say("Next: scenarios run {city}", city=city))


@main.command()
@click.argument("city")
@scenario_options
@with_language
def inventory(city: str, scenario: str, models: str | None, inputs: str | None) -> None:
    """Print emissions of CITY beside every comparable total."""
    from scenarios.files import display_path
    from scenarios.finding import folders
    from scenarios.reading import read_case
    from scenarios.reports.inventory_text import inventory_text

    case = read_case(city, scenario, models=models, inputs=inputs)
    notes = folders(models, inputs).inputs / city / "NOTES.md"
    click.echo(inventory_text(case, display_path(notes) if notes.is_file() else ""))


@main.command()
@click.argument("city")
@scenario_options
@click.option("--dot", type=click.Path(dir_okay=False, path_type=Path), help="Write the task graph for Graphviz.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write the task graph as a page.")
@with_language
def tasks(
    city: str, scenario: str, models: str | None, inputs: str | None, dot: Path | None, html: Path | None
) -> None:
    """Print the tasks of CITY with their time windows, the critical path and deadlines that cannot be kept."""
    from scenarios.reading import read_case
    from scenarios.reports.graph import dot_text, graph_page
    from scenarios.reports.tasks_text import tasks_text
    from scenarios.writing import ensure_file_writable, write_page

    pages = [(path, made) for path, made in ((dot, dot_text), (html, graph_page)) if path]
    for path, _ in pages:
        ensure_file_writable(path)
    case = read_case(city, scenario, models=models, inputs=inputs)
    click.echo(tasks_text(case))
    for path, made in pages:
        write_page(path, made(case))
        click.echo(say("Written: {files}", files=path))


@main.command()
@click.argument("city")
@scenario_options
@click.option("--task", "work", type=int, help="One numbered work, from its text to rows to results.")
@with_language
def clauses(city: str, scenario: str, models: str | None, inputs: str | None, work: int | None) -> None:
    """Print how much of the plan's text of CITY the model holds, by work, sector and kind."""
    from scenarios import runs
    from scenarios.reading import read_case
    from scenarios.reports.clauses_text import clauses_text
    from scenarios.reports.sheets import known_work, sheet

    case = read_case(city, scenario, models=models, inputs=inputs)
    if work is None:
        click.echo(clauses_text(case))
        return
    plan = runs.stored_plan(case)
    click.echo(sheet(case, plan, known_work(case, work)))
    if plan is None:
        click.echo("\n" + say("Results follow once the plan is made: scenarios run {city}", city=city))


@main.command(name="list")
@folder_options
@with_language
def list_all(models: str | None, inputs: str | None) -> None:
    """List cities and their scenarios."""
    from scenarios.files import read_yaml
    from scenarios.finding import cities, folders, scenario_files
    from scenarios.words import language, name_column

    where = folders(models, inputs)
    for city in cities(where.inputs):
        click.echo(f"{city}  {read_yaml(where.inputs / city / 'city.yaml')[0].get(name_column(), '')}".rstrip())
        for name, path in scenario_files(city, where).items():
            content = read_yaml(path)[0]
            called, text = content.get(name_column(), ""), content.get(f"description_{language()}", "")
            click.echo(f"  {name:<20} {say('{name}: {meaning}', name=called, meaning=text) if called else text}")
    click.echo(say("Next: scenarios run CITY --scenario NAME"))


@main.command()
@with_language
def doctor() -> None:
    """Say which versions are installed, whether the solver works, and what draws and prints."""
    from scenarios import runs
    from scenarios.finding import folders

    for package, number in runs.versions().items():
        click.echo(f"  {package:<10} {number}")
    where = folders()
    click.echo(say("models: {models}  inputs: {inputs}", models=where.models, inputs=where.inputs))
    for line in _drawing():
        click.echo(line)
    works = runs.solver_works()
    click.echo(say("The solver works.") if works else say("The solver gives wrong answers; install highspy again."))
    sys.exit(A_PLAN if works else BAD_INPUT)


def _drawing() -> list[str]:
    """What charts on paper are lettered with, and what prints the report."""
    from scenarios import printing

    browser = printing.find_browser()
    said = [
        say("browser for PDF: {browser}", browser=browser)
        if browser
        else say("browser for PDF: none; on Debian: apt-get install chromium")
    ]
    if find_spec("matplotlib") is None:
        return [*said, say("charts on paper: not installed; pip install 'scenarios[{extra}]'", extra="plots")]
    from scenarios.reports.charts.paper.sheet import FONT, other

    lettered = FONT.name if FONT.is_file() else say("missing; install scenarios again")
    rare = other() or say("none; on Debian: apt-get install fonts-noto-cjk")
    return [*said, say("font of charts: {font}; for rare characters: {rare}", font=lettered, rare=rare)]
