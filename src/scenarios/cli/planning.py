"""Commands that plan: run, compare, report."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scenarios.cli.errors import A_PLAN, STOPPED, refusals
from scenarios.cli.options import cap_options, change_option, folder_options, main, scenario_options, with_language
from scenarios.words import language, say

if TYPE_CHECKING:
    from scenarios.case import Case
    from scenarios.listening import Moment
    from scenarios.runs import Run

MANY = 10.0  #: a factor above it may have been meant as a value: `KEY/*=500000` scales every row [1]


@main.command()
@click.argument("city")
@scenario_options
@click.option(
    "--out", type=click.Path(file_okay=False), help="Folder for the results instead of outputs/CITY/SCENARIO."
)
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    help="Seconds to search, and about a tenth more to end; the best plan so far is kept. Ctrl-C does the same.",
)
@click.option(
    "--gap",
    type=click.FloatRange(min=0),
    default=1e-4,
    show_default=True,
    help="Proof asked for: distance from the least cost.",
)
@change_option
@cap_options
@click.option("--elastic", is_flag=True, help="When no plan keeps everything, let the least give way and say so.")
@click.option("--report/--no-report", default=True, help="Write report.html beside the tables.", show_default=True)
@with_language
def run(
    city: str,
    scenario: str,
    models: str | None,
    inputs: str | None,
    out: str | None,
    time_limit: float | None,
    gap: float,
    changes: tuple[str, ...],
    money: float | None,
    cost: float | None,
    elastic: bool,
    report: bool,
) -> None:
    """Plan CITY at least cost and write the results."""
    from scenarios import runs
    from scenarios.plausibility import odd_numbers
    from scenarios.reports.summary import summary

    caps = tuple(
        f"settings.{name}={value:.15g}"
        for name, value in (("money_at_most", money), ("cost_at_most", cost))
        if value is not None
    )
    with refusals(can_give_way=True):
        done = runs.run(
            city,
            scenario,
            out=out,
            gap=gap,
            time_limit=time_limit,
            progress=terminal_progress(),
            changes=(*caps, *changes),
            elastic=elastic,
            report=report,
            models=models,
            inputs=inputs,
        )
    report_units(done.case, changes)
    report_rises(done.case, changes)
    click.echo(summary(done.case, done.plan))
    odd = odd_numbers(city, models, inputs)
    if odd:
        click.echo(say("Numbers that look odd: {count}; see scenarios check {city}", count=len(odd), city=city))
    page = done.folder / page_name()
    text = say("Written to {folder}; open {page} in a browser.", folder=done.folder, page=page)
    click.echo("\n" + (text if report else say("Tables written to {folder}.", folder=done.folder)))
    sys.exit(STOPPED if done.plan.status == "stopped" else A_PLAN)


def page_name() -> str:
    """File name of the report in the language in use."""
    return "report.html" if language() == "en" else f"report.{language()}.html"


def terminal_progress() -> Any:
    """What prints how the search goes; nothing where no one looks."""
    return _progress if sys.stderr.isatty() else None


def _progress(moment: Moment) -> None:
    """One line on the terminal that is written over."""
    from scenarios.reports.format import number

    value = {
        name: "–" if reached is None else number(reached, 5)
        for name, reached in (("incumbent", moment.incumbent), ("bound", moment.bound))
    }
    gap = "–" if moment.gap is None else f"{moment.gap * 100:.2f} %"
    line = say(
        "{seconds} s  best {incumbent}  bound {bound}  gap {gap}", seconds=f"{moment.seconds:.1f}", gap=gap, **value
    )
    click.echo(f"\r{line:<90}", nl=False, err=True)


@main.command()
@click.argument("city")
@click.argument("names", nargs=-1, metavar="SCENARIO...")
@folder_options
@click.option("--out", type=click.Path(file_okay=False), help="Folder for the tables instead of outputs/CITY/compare.")
@with_language
def compare(city: str, names: tuple[str, ...], models: str | None, inputs: str | None, out: str | None) -> None:
    """Put scenarios of CITY side by side; differences are counted from the first.

    Without names: as-written, least-cost and least-cost-with-plan. Plans made before from the same inputs are read,
    others are made first.
    """
    from scenarios import runs
    from scenarios.reports.comparison import comparison_text, tables
    from scenarios.writing import ensure_writable, write_tables

    folder = Path(out) if out else runs.outputs(city) / "compare"
    ensure_writable(folder)
    asked = distinct_names(names) or ["as-written", "least-cost", "least-cost-with-plan"]
    made = [read_or_run(city, name, models, inputs) for name in asked]
    pairs = [(run.case, run.plan) for run in made]
    compared = tables(pairs)
    click.echo(comparison_text(pairs, compared))
    write_tables(folder, compared)
    click.echo("\n" + say("Tables written to {folder}.", folder=folder))


def distinct_names(names: tuple[str, ...]) -> list[str]:
    """Scenarios and files, each once. Raises UsageError for two files of one name, which no table could distinguish."""
    asked = {str(Path(name)): name for name in names}
    called: dict[str, str] = {}
    for name in asked.values():
        stem = scenario_name(name)
        if stem in called:
            text = say(
                "{first} and {other} are both called {name}; rename one.", first=called[stem], other=name, name=stem
            )
            raise click.UsageError(text)
        called[stem] = name
    return list(asked.values())


def scenario_name(name: str) -> str:
    """What a scenario is called that may be given by its file."""
    return Path(name).stem if name.endswith((".yaml", ".yml")) else name


def read_or_run(city: str, scenario: str, models: str | None, inputs: str | None) -> Run:
    """The plan of a scenario, read or made."""
    from scenarios import runs

    return runs.read_or_run(city, scenario, models=models, inputs=inputs, progress=terminal_progress())


def run_with_changes(city: str, scenario: str, models: str | None, inputs: str | None, changes: tuple[str, ...]) -> Run:
    """The plan of a scenario with changes after it, read or made as what-if makes it, and said how."""
    from scenarios import runs
    from scenarios.reading import with_changes
    from scenarios.reports.moves_text import how_made

    base = read_or_run(city, scenario, models, inputs)
    if not changes:
        return base
    case = with_changes(base.case, changes)
    report_units(case, changes)
    report_rises(case, changes)
    folder = runs.outputs(city) / case.scenario
    plan = runs.stored_plan(case)
    if plan is None:
        plan, kept = runs.what_if(base.plan, case, progress=terminal_progress())
        click.echo(how_made(case, base.plan, plan, kept) + "\n")
    return runs.Run(case, plan, folder)


def report_rises(case: Case, changes: tuple[str, ...]) -> None:
    """Say which limits a change allows to rise above their base year, as a cut has a minus."""
    from scenarios.reports.format import percent
    from scenarios.shorthand import raised_limits

    for change in changes:
        for target, value in raised_limits(case.tables, change, case.settings.titles).items():
            text = say(
                "{change}: target {target} may rise by {share}; a cut has a minus: {example}",
                change=change,
                target=target,
                share=percent(value),
                example=f"targets.{target}={-value:g}",
            )
            click.echo(text)


def report_units(case: Case, changes: tuple[str, ...]) -> None:
    """Say in which unit each amount is set, which measures are not to be had, and what multiplies as a value would."""
    from scenarios.reports.format import join_names, unit_name
    from scenarios.shorthand import parse_change, unit_set

    for change in changes:
        asked = parse_change(change)[0].change
        if asked is not None and asked.scale is not None and asked.scale > MANY:
            text = say(
                "{change}: multiplies by {factor}; to set a value name its column, TABLE.KEY:COLUMN=VALUE",
                change=change,
                factor=f"{asked.scale:,.15g}",
            )
            click.echo(text)
        _report_removed(case, change)
        found = unit_set(case.tables, change, case.settings.titles)
        if found:
            units = join_names([unit_name(unit) for unit in found[1]])
            line = say(
                "{change}: {value} {unit}, whatever unit the file has",
                change=change,
                value=f"{found[0]:,.15g}",
                unit=units,
            )
            click.echo(line)


def _report_removed(case: Case, change: str) -> None:
    """Say which measures a change forbids, and which waited for them."""
    from scenarios.reports.format import join_names
    from scenarios.shorthand import removed_codes

    lost = removed_codes(case.tables, change, case.settings.titles)
    if not lost:
        return
    called, order = case.names("measures", language()), case["order"]
    names = join_names([called[code] for code in lost])
    click.echo(say("{change}: not to be had: {names}; what is promised of it stands", change=change, names=names))
    led = order.loc[(order["relation"] == "share") & order["before"].isin(lost), "after"]
    freed = [called[code] for code in dict.fromkeys(led) if code not in lost]
    if freed:
        text = say("{change}: what followed it waits for nothing now: {names}", change=change, names=join_names(freed))
        click.echo(text)
