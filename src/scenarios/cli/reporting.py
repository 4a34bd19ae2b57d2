"""The command that reads a plan for people: report."""

from __future__ import annotations

from contextlib import nullcontext
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scenarios.cli.options import Word, change_option, main, scenario_options, with_language
from scenarios.cli.planning import page_name, run_with_changes
from scenarios.words import say

if TYPE_CHECKING:
    from scenarios.runs import Run

BESIDE = "-"  #: a file asked for without a name: it goes beside the tables


@main.command()
@click.argument("city")
@scenario_options
@change_option
@click.option(
    "--by",
    type=Word(["department", "county", "task", "sector"]),
    default="department",
    show_default=True,
    help="What the plan is read by.",
)
@click.option("--task", "work", type=int, help="The sheet of one numbered work of the plan instead.")
@click.option("--sheets", is_flag=True, help="The sheets of all numbered works instead.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Also write it to a file: .csv or .txt.")
@click.option("--page", "paged", is_flag=True, help="Write report.html anew, the city's other plans beside this one.")
@click.option(
    "--pdf", is_flag=False, flag_value=BESIDE, metavar="[FILE]", help="Also print that page (needs Chromium or Chrome)."
)
@click.option("--markdown", is_flag=True, help="Print the first page as Markdown, to be pasted anywhere.")
@with_language
def report(
    city: str,
    scenario: str,
    models: str | None,
    inputs: str | None,
    changes: tuple[str, ...],
    by: str,
    work: int | None,
    sheets: bool,
    out: Path | None,
    paged: bool,
    pdf: str | None,
    markdown: bool,
) -> None:
    """Read the plan of CITY by lead department, county, numbered work or sector, as task sheets, page or PDF.

    With --set, the plan that answers the change: the one that run --set wrote, else as what-if finds it.
    """
    from scenarios.reading import read_case
    from scenarios.reports.sheets import known_work
    from scenarios.writing import ensure_file_writable

    if pdf:
        from scenarios.printing import required_browser

        required_browser()
    for path in (out, Path(pdf) if pdf and pdf != BESIDE else None):
        if path:
            ensure_file_writable(path)
    if work is not None:
        known_work(read_case(city, scenario, models=models, inputs=inputs), work)
    run = run_with_changes(city, scenario, models, inputs, changes)
    if markdown:
        from scenarios.reports.page.answer import markdown as summary

        click.echo(summary(run.case, run.plan), nl=False)
    elif paged or pdf:
        _page(run, models, inputs, pdf)
    else:
        _text(run, by, work, sheets, out)


def _page(run: Run, models: str | None, inputs: str | None, pdf: str | None) -> None:
    """Write the pages anew, and print the one in the language in use."""
    from scenarios.printing import print_pdf
    from scenarios.reports.page import pages
    from scenarios.runs import other_plans
    from scenarios.writing import write_page

    page = run.folder / page_name()
    for name, text in pages(run.case, run.plan, other_plans(run.case, models, inputs)).items():
        write_page(run.folder / name, text)
    click.echo(say("Written: {files}", files=page))
    if pdf:
        target = page.with_suffix(".pdf") if pdf == BESIDE else Path(pdf)
        click.echo(say("Written: {files}", files=print_pdf(page, target)))


def _text(run: Run, by: str, work: int | None, sheets: bool, out: Path | None) -> None:
    """The plan by department, county, work or sector, or as sheets, on the screen and into a file."""
    from scenarios.reports.administration import administration_text, table
    from scenarios.reports.format import within
    from scenarios.reports.sheets import sheet
    from scenarios.writing import write_page, write_table

    with within(inf) if out else nullcontext():  # a file gets whole tables
        if work is not None or sheets:
            numbers = [work] if work is not None else list(run.case["works"]["number"])
            text = "\n\n".join(sheet(run.case, run.plan, number) for number in numbers)
        else:
            text = administration_text(run.case, run.plan, by)
    click.echo(text)
    if out and out.suffix == ".csv" and work is None and not sheets:
        write_table(out, table(run.case, run.plan, by))
    elif out:
        write_page(out, text + "\n")
    if out:
        click.echo("\n" + say("Written: {files}", files=out))
