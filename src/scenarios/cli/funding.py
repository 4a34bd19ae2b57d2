"""The command that says who pays what, when: funding."""

from __future__ import annotations

from pathlib import Path

import click

from scenarios.cli.options import Word, change_option, main, scenario_options, with_language
from scenarios.cli.planning import run_with_changes
from scenarios.words import say

WAYS = ("payer", "measure", "county", "year", "quarter", "task", "department")


@main.command()
@click.argument("city")
@scenario_options
@change_option
@click.option("--by", type=Word(WAYS), default="payer", show_default=True, help="What the money is read by.")
@click.option("--real/--nominal", default=True, show_default=True, help="Money of the price year, or of the day.")
@click.option("--loan", "loans", multiple=True, metavar="PAYER:RATE:YEARS", help="A payer borrows; again for more.")
@click.option(
    "--xlsx", is_flag=False, flag_value="", metavar="[FILE]", help="Write the workbook, in the plan's folder or FILE."
)
@click.option("--csv", "folder", type=click.Path(file_okay=False, path_type=Path), help="Write the tables to a folder.")
@with_language
def funding(
    city: str,
    scenario: str,
    models: str | None,
    inputs: str | None,
    changes: tuple[str, ...],
    by: str,
    real: bool,
    loans: tuple[str, ...],
    xlsx: str | None,
    folder: Path | None,
) -> None:
    """Say who pays what of the plan of CITY, when, by which rules, and what goes on after it.

    With --set, of the plan that answers the change: the one that run --set wrote, else as what-if finds it.
    """
    from scenarios import runs
    from scenarios.reports.funding import Terms, known_loans, tables, with_money_column
    from scenarios.reports.funding.text import funding_text
    from scenarios.writing import ensure_file_writable, ensure_writable, write_tables

    if folder:
        ensure_writable(folder)
    if xlsx:
        ensure_file_writable(Path(xlsx))
    base = run_with_changes(city, scenario, models, inputs, changes)
    terms = Terms(not real, known_loans(base.case, loans))
    click.echo(funding_text(base.case, base.plan, by, terms))
    if folder:
        write_tables(folder, with_money_column(base.case, tables(base.case, base.plan, terms), terms))
        click.echo(say("Tables written to {folder}.", folder=folder))
    if xlsx is not None:
        path = Path(xlsx) if xlsx else base.folder / "funding.xlsx"
        click.echo(say("Written: {files}", files=runs.funding_workbook(base.case, base.plan, path, terms)))
