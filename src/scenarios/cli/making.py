"""Commands that write files for people to edit or read: new, import-excel, export-excel, equations, dictionary."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import click

from scenarios.cli.options import Amount, folder_options, main, with_language
from scenarios.words import say


def _write_pages(pages: Mapping[Path, Callable[[], str]]) -> None:
    """The README of each folder in every language: README.md in English, README.zh.md in Chinese."""
    from scenarios.reports.dictionary import readmes
    from scenarios.reports.format import join_names
    from scenarios.writing import write_page

    written = []
    for folder, page in pages.items():
        for name, text in readmes(page).items():
            write_page(folder / name, text)
            written.append(str(folder / name))
    click.echo(say("Written: {files}", files=join_names(written)))


@main.command()
@click.option("--models", type=click.Path(file_okay=False), help="Folder of models; its README.md is written.")
@with_language
def equations(models: str | None) -> None:
    """Write every equation with its LaTeX into models/README.md, and into README.zh.md in Chinese."""
    from scenarios.finding import folders
    from scenarios.reports.equations import equations_page

    _write_pages({folders(models).models: equations_page})


@main.command()
@click.option(
    "--root",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    default=Path(),
    help="Folder that holds inputs and outputs.",
)
@with_language
def dictionary(root: Path) -> None:
    """Write the data dictionaries inputs/README.md and outputs/README.md, and README.zh.md in Chinese."""
    from scenarios.reports.dictionary import inputs_page, outputs_page

    _write_pages({root / "inputs": inputs_page, root / "outputs": outputs_page})


@main.command()
@click.argument("city")
@click.option("--from", "source", default="toy", show_default=True, help="City whose folder is copied.")
@click.option("--name-zh", help="Name of the city in Chinese.")
@click.option("--name-en", help="Name of the city in English.")
@click.option("--population", type=Amount("person", min=1), help="Residents of the city.")
@folder_options
@with_language
def new(city: str, source: str, models: str | None, inputs: str | None, **own: str | float | None) -> None:
    """Write the folder of a new CITY: commented tables, scenarios, and a workbook for `import-excel`."""
    from scenarios.finding import folders
    from scenarios.newcity import new_city
    from scenarios.reports.format import join_names

    where = folders(models, inputs)
    given = {name: value for name, value in own.items() if value is not None}
    folder, left_out = new_city(city, source, where, Path(inputs) if inputs else Path("inputs"), given)
    click.echo(say("Written to {folder}: tables, city.yaml and {book}.", folder=folder, book=f"{city}.xlsx"))
    if left_out:
        text = say(
            "Left out: published totals of {source} ({count}); put the city's own into comparables.csv.",
            count=left_out,
            source=source,
        )
        click.echo(text)
    left = [name for name in own if name not in given]
    if left:
        click.echo(say("First put the city's own values into city.yaml: {names}.", names=join_names(left)))
    click.echo(say("Next: edit them (inputs/README.md says what each column holds), then"))
    click.echo(f"  scenarios check {city}\n  scenarios run {city}")


@main.command(name="import-excel")
@click.argument("book", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@click.argument("city")
@click.option("--overwrite", is_flag=True, help="Replace tables that were saved after the workbook too.")
@folder_options
@with_language
def import_excel(book: Path, city: str, overwrite: bool, models: str | None, inputs: str | None) -> None:
    """Turn the workbook BOOK back into the tables of CITY, once all that the city would hold then is checked.

    Nothing is written when the workbook is another city's, when a cell cannot be read, when a table was saved after
    the workbook, or when something would be wrong with the city; only a city with problems may keep some.
    """
    from scenarios.exchange import import_workbook
    from scenarios.finding import folders
    from scenarios.plausibility import odd_numbers
    from scenarios.problems import InputError
    from scenarios.reading import read_case
    from scenarios.reports.format import join_names
    from scenarios.reports.odd_text import odd_lines

    where = folders(models, inputs)
    written = import_workbook(book, city, where, overwrite)
    click.echo(say("Written: {files}", files=join_names(f"{name}.csv" for name in written)))
    try:
        read_case(city, models=where.models, inputs=where.inputs)
    except InputError:
        click.echo(say("The city had problems before the import; these are left:"), err=True)
        raise
    odd = odd_lines(odd_numbers(city, where.models, where.inputs))
    for line in odd:
        click.echo(line)
    content = say("No problem found. Next: scenarios run {city}", city=city)
    click.echo(say("Next: scenarios run {city}", city=city) if odd else content)


@main.command(name="export-excel")
@click.argument("city")
@click.option("--overwrite", is_flag=True, help="Lose changes of the workbook that were not imported.")
@folder_options
@with_language
def export_excel(city: str, overwrite: bool, models: str | None, inputs: str | None) -> None:
    """Write the workbook of CITY anew from its tables; one with changes that were not imported stays as it is."""
    from scenarios.exchange import export_workbook
    from scenarios.finding import folders

    click.echo(say("Written: {files}", files=export_workbook(city, folders(models, inputs), overwrite)))
