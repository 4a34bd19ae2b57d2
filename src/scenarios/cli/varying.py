"""Commands that change something: what-if, sweep."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from scenarios.cli.errors import A_PLAN, STOPPED
from scenarios.cli.options import change_option, folder_options, main, scenario_options, with_language
from scenarios.cli.planning import (
    distinct_names,
    read_or_run,
    report_rises,
    report_units,
    scenario_name,
    terminal_progress,
)
from scenarios.cli.shared import (
    ProgressLine,
    case_of,
    chart_option,
    draw_chart,
    gap_option,
    out_option,
    writable_folder,
    write_study,
)
from scenarios.words import say


@main.command(name="what-if")
@click.argument("city")
@click.argument("files", nargs=-1, metavar="[SCENARIO|FILE]...")
@change_option
@click.option("--from", "start", help="Scenario it is held against; else the one the file extends, or least-cost.")
@click.option("--replan", is_flag=True, help="Plan the tasks anew too, proven to 0.01 %.")
@gap_option
@folder_options
@out_option
@with_language
def what_if(
    city: str,
    files: tuple[str, ...],
    changes: tuple[str, ...],
    start: str | None,
    replan: bool,
    gap: float,
    models: str | None,
    inputs: str | None,
    out: Path | None,
) -> None:
    """Say what changes when something does: scenario FILEs (YAML) or changes typed with --set.

    The agreed schedule of tasks is kept, but for tasks that the change moves, where that costs little. Differences are
    counted from the plan as it was.
    """
    from scenarios import runs
    from scenarios.reading import DEFAULT_SCENARIO, parent_scenario, with_changes
    from scenarios.reports.comparison import comparison_text, tables
    from scenarios.reports.moves_text import how_made
    from scenarios.reports.no_effect import no_effect
    from scenarios.reports.payers_text import payers, payers_text

    if not files and not changes:
        raise click.UsageError(say("Name a scenario or a file, or give a change with --set."))
    several = distinct_names(files)
    first = files[0] if files else ""
    base_name = (
        start or (parent_scenario(city, first, models=models, inputs=inputs) if first else "") or DEFAULT_SCENARIO
    )
    study = f"what-if/{_name(several, changes, start or ('' if files else base_name))}"
    writable_folder(city, study, out)
    base = read_or_run(city, base_name, models, inputs)
    pairs = [(base.case, base.plan)]
    report_units(base.case, changes)
    for name in several or [base_name]:
        case = case_of(city, name, models, inputs, changes) if files else with_changes(base.case, changes)
        if case.scenario == base.case.scenario:
            raise click.UsageError(say("{scenario} cannot be held against itself; name another --from.", scenario=name))
        report_rises(case, changes)
        plan, kept = runs.what_if(base.plan, case, gap=0.0 if replan else gap, progress=terminal_progress())
        pairs.append((case, plan))
        click.echo(how_made(case, base.plan, plan, kept))
        for line in no_effect(pairs[0], pairs[-1]):
            click.echo("  " + line)
    made = {**tables(pairs), "payers": payers(pairs)}
    click.echo("\n" + comparison_text(pairs, made))
    click.echo(payers_text(pairs, made["payers"]))
    write_study(city, study, out, made)


def _name(files: Sequence[str], changes: tuple[str, ...], start: str) -> str:
    """What a what-if is called: where it starts from when that was asked, what is looked at, and its changes."""
    from scenarios.reading import slug

    names = [scenario_name(name) for name in (start, *files) if name]
    return "+".join([*names, *([slug(changes)] if changes else [])])


@main.command()
@click.argument("city")
@click.option(
    "--vary",
    "varied",
    multiple=True,
    required=True,
    metavar="CHANGE",
    help="TABLE.KEY*=LOW:HIGH:STEPS, or a list of values.",
)
@click.option(
    "--samples", type=click.IntRange(min=1), help="So many points spread over the ranges instead of the grid."
)
@click.option(
    "--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Processes on this machine (needs joblib)."
)
@click.option("--scheduler", default="", help="Address of a Dask scheduler that the points are sent to instead.")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["csv", "parquet", "duckdb"]),
    default="csv",
    show_default=True,
    help="Format of the files.",
)
@gap_option
@scenario_options
@out_option
@chart_option
@with_language
def sweep(
    city: str,
    varied: tuple[str, ...],
    samples: int | None,
    jobs: int,
    scheduler: str,
    kind: str,
    gap: float,
    models: str | None,
    inputs: str | None,
    scenario: str,
    out: Path | None,
    chart: Path | None,
) -> None:
    """Plan CITY again and again while numbers of the input vary; points found before are not asked again.

    Ctrl-C keeps what was found; the same command goes on from there.
    """
    from scenarios.reports.sweep_text import sweep_text
    from scenarios.storing import Answers, require_package, write_store
    from scenarios.studies import sweep as study
    from scenarios.studies import variations as typed

    for wanted, package, extra in (
        (jobs > 1 or scheduler, "joblib", "sweep"),
        (scheduler, "distributed", "distributed"),
    ):
        if wanted:
            require_package(package, extra)
    folder = writable_folder(city, "sweep", out, chart)
    variations = [typed.variation(text) for text in varied]
    kinds = [one.what for one in variations]
    twice = next((what for what in kinds if kinds.count(what) > 1), None)
    if twice is not None:
        raise click.UsageError(say("{what} is varied twice.", what=twice.rstrip("*=")))
    base = read_or_run(city, scenario, models, inputs)
    start = study.Base(base.case, base.plan.agreed, gap)
    points = typed.sample(variations, samples) if samples else typed.grid(variations)
    answers = Answers(folder / "answers")
    found: dict[int, Any] = {}
    meter = ProgressLine()
    stopped = False
    try:
        for number, answer in study.sweep(
            start, points, known=answers.known(), keep=answers.keep, jobs=jobs, scheduler=scheduler
        ):
            found[number] = answer
            meter.show(len(found), len(points))
    except KeyboardInterrupt:
        stopped = True
    meter.end()
    tables = study.tables(points, found)
    click.echo(sweep_text(base.case, tables))
    if chart:
        from scenarios.reports.charts import curves

        draw_chart(chart, curves.sweep(base.case, tables))
    if kind == "csv":
        write_study(city, "sweep", folder, tables)
    else:
        click.echo("\n" + say("Written: {files}", files=", ".join(map(str, write_store(folder, tables, kind)))))
    if stopped:
        click.echo(
            say("Stopped after {done} of {all} points; the same command goes on.", done=len(found), all=len(points))
        )
    sys.exit(STOPPED if stopped else A_PLAN)
