"""The command line. Heavy modules are imported inside the commands, so that ``--help`` is instant."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from scenarios.words import LANGUAGES, say, speak

if TYPE_CHECKING:
    from scenarios.highs import Moment

A_PLAN, BAD_INPUT, INFEASIBLE, STOPPED, REFUSED = 0, 2, 3, 4, 5
DEFAULT = "least-cost"
Command = TypeVar("Command", bound=Callable[..., Any])


def folders(command: Command) -> Command:
    """Where the model and the city are read from."""
    models = click.option(
        "--models",
        type=click.Path(file_okay=False, exists=True),
        help="Folder of models instead of ./models or the example library.",
    )
    inputs = click.option(
        "--inputs",
        type=click.Path(file_okay=False, exists=True),
        help="Folder of cities instead of ./inputs or the example library.",
    )
    return models(inputs(command))


def chosen(command: Command) -> Command:
    """The folders, and the scenario to read."""
    scenario = click.option(
        "--scenario", default=DEFAULT, show_default=True, help="A preset, or a file in the city's scenarios folder."
    )
    return folders(scenario(command))


def spoken(command: Command) -> Command:
    """The language option, and problems printed instead of a traceback."""

    @wraps(command)
    def guarded(*args: Any, lang: str, **options: Any) -> Any:
        speak(lang)
        from scenarios.problems import InputError

        try:
            return command(*args, **options)
        except InputError as error:
            click.echo(str(error), err=True)
            sys.exit(BAD_INPUT)

    option = click.option(
        "--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language of what is printed."
    )
    return cast("Command", option(guarded))


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="scenarios")
def main() -> None:
    """Least-cost plans for city air programmes.

    Exit codes: 0 a plan; 2 bad input or usage; 3 no plan can exist (it says why); 4 stopped, with the best plan
    so far or with none (it says which); 5 the plan found failed verification.
    """


@main.command()
@click.argument("city")
@chosen
@click.option(
    "--out", type=click.Path(file_okay=False), help="Folder for the results instead of outputs/CITY/SCENARIO."
)
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    help="Seconds to search; the best plan so far is kept. Ctrl-C does the same.",
)
@click.option(
    "--gap",
    type=click.FloatRange(min=0),
    default=1e-3,
    show_default=True,
    help="Proof asked for: distance from the least cost.",
)
@spoken
def run(
    city: str,
    scenario: str,
    models: str | None,
    inputs: str | None,
    out: str | None,
    time_limit: float | None,
    gap: float,
) -> None:
    """Plan CITY at least cost and write the results."""
    from scenarios import runs
    from scenarios.highs import SolverError
    from scenarios.reading import read_case
    from scenarios.reports.summary import conflict, summary
    from scenarios.solving import InfeasibleError, NothingFoundError
    from scenarios.verification import VerificationError
    from scenarios.writing import ReadBackError

    progress = _progress if sys.stderr.isatty() else None
    try:
        done = runs.run(
            city, scenario, out=out, models=models, inputs=inputs, gap=gap, time_limit=time_limit, progress=progress
        )
    except InfeasibleError as error:
        click.echo(conflict(read_case(city, scenario, models=models, inputs=inputs), error.ways), err=True)
        sys.exit(INFEASIBLE)
    except NothingFoundError:
        click.echo(say("Stopped before any plan was found; give it more time."), err=True)
        sys.exit(STOPPED)
    except (VerificationError, SolverError, ReadBackError) as error:
        click.echo(say("The plan was refused: {error}", error=error), err=True)
        sys.exit(REFUSED)
    click.echo(summary(done.case, done.plan))
    click.echo(
        "\n"
        + say("Written to {folder}; open {page} in a browser.", folder=done.folder, page=done.folder / _page_name())
    )
    sys.exit(STOPPED if done.plan.status == "stopped" else A_PLAN)


def _page_name() -> str:
    from scenarios.words import language

    return "report.html" if language() == "en" else f"report.{language()}.html"


def _progress(moment: Moment) -> None:
    """One line on the terminal that is written over."""
    value = {
        name: "–" if number is None else f"{number / 1e6:,.1f}"
        for name, number in (("incumbent", moment.incumbent), ("bound", moment.bound))
    }
    gap = "–" if moment.gap is None else f"{moment.gap * 100:.2f} %"
    line = say(
        "{seconds} s  best {incumbent}  bound {bound} million CNY  gap {gap}",
        seconds=f"{moment.seconds:.1f}",
        gap=gap,
        **value,
    )
    click.echo(f"\r{line:<90}", nl=False, err=True)


@main.command()
@click.argument("city")
@folders
@spoken
def check(city: str, models: str | None, inputs: str | None) -> None:
    """Check every file and every scenario of CITY and list all problems at once."""
    from scenarios.problems import InputError, Problem
    from scenarios.reading import folders as places
    from scenarios.reading import read_case, scenario_files

    problems: dict[str, Problem] = {}
    rows = 0
    for name in scenario_files(city, places(models, inputs)) or [DEFAULT]:
        try:
            case = read_case(city, name, models=models, inputs=inputs)
            rows = max(rows, sum(len(frame) for frame in case.tables.values()))
        except InputError as error:
            problems |= {str(problem): problem for problem in error.problems}
    if problems:
        raise InputError(problems.values())
    click.echo(say("{city}: {rows} rows, no problem found in any file or scenario.", city=city, rows=rows))
    click.echo(say("Next: scenarios run {city}", city=city))


@main.command()
@click.argument("city")
@chosen
@spoken
def inventory(city: str, scenario: str, models: str | None, inputs: str | None) -> None:
    """Print emissions of CITY beside every comparable total."""
    from scenarios.reading import read_case
    from scenarios.reports.inventory_text import inventory_text

    click.echo(inventory_text(read_case(city, scenario, models=models, inputs=inputs)))


@main.command()
@click.argument("city")
@chosen
@spoken
def tasks(city: str, scenario: str, models: str | None, inputs: str | None) -> None:
    """Print the tasks of CITY with their time windows and the critical path."""
    from scenarios.reading import read_case
    from scenarios.reports.tasks_text import tasks_text

    click.echo(tasks_text(read_case(city, scenario, models=models, inputs=inputs)))


@main.command()
@click.option("--models", type=click.Path(file_okay=False), help="Folder of models; its README.md is written.")
@spoken
def equations(models: str | None) -> None:
    """Write every equation with its LaTeX into models/README.md."""
    from scenarios.reading import folders as places
    from scenarios.reports.equations import equations_page

    target = places(models).models / "README.md"
    target.write_text(equations_page(), encoding="utf-8")
    click.echo(say("Written: {files}", files=target))


@main.command()
@click.option(
    "--root",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    default=Path(),
    help="Folder that holds inputs and outputs.",
)
@spoken
def dictionary(root: Path) -> None:
    """Write the data dictionaries inputs/README.md and outputs/README.md."""
    from scenarios.reports.dictionary import inputs_page, outputs_page

    targets = {root / "inputs" / "README.md": inputs_page(), root / "outputs" / "README.md": outputs_page()}
    for target, text in targets.items():
        target.parent.mkdir(exist_ok=True)
        target.write_text(text, encoding="utf-8")
    click.echo(say("Written: {files}", files=", ".join(map(str, targets))))


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@spoken
def empty(folder: Path) -> None:
    """Write the empty tables of a city (headers only) into FOLDER; files that exist are left alone."""
    from scenarios.tables import TABLES, columns

    folder.mkdir(parents=True, exist_ok=True)
    missing = [row for row in TABLES if row.folder == "inputs" and not (folder / f"{row.table}.csv").exists()]
    for row in missing:
        (folder / f"{row.table}.csv").write_text(",".join(columns(row)) + "\n", encoding="utf-8")
    click.echo(say("Written: {files}", files=", ".join(f"{row.table}.csv" for row in missing) or "–"))


@main.command(name="list")
@click.option("--models", type=click.Path(file_okay=False, exists=True))
@click.option("--inputs", type=click.Path(file_okay=False, exists=True))
@spoken
def list_all(models: str | None, inputs: str | None) -> None:
    """List cities and their scenarios."""
    from scenarios.files import read_yaml
    from scenarios.reading import cities, scenario_files
    from scenarios.reading import folders as places
    from scenarios.words import language

    where = places(models, inputs)
    for city in cities(where.inputs):
        click.echo(city)
        for name, path in scenario_files(city, where).items():
            click.echo(f"  {name:<16} {read_yaml(path)[0].get(f'description_{language()}', '')}")
    click.echo(say("Next: scenarios run CITY --scenario NAME"))


@main.command()
@spoken
def doctor() -> None:
    """Say which versions are installed and whether the solver works."""
    from scenarios import runs
    from scenarios.reading import folders as places

    for package, number in runs.versions().items():
        click.echo(f"  {package:<10} {number}")
    where = places()
    click.echo(say("models: {models}  inputs: {inputs}", models=where.models, inputs=where.inputs))
    works = runs.solver_works()
    click.echo(say("The solver works.") if works else say("The solver gives wrong answers; install highspy again."))
    sys.exit(A_PLAN if works else BAD_INPUT)
