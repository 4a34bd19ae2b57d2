"""A city's tables and its workbook: one turned into the other, and what differs between them."""

from __future__ import annotations

import csv
import io
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from scenarios.case import Case
from scenarios.cells import as_text
from scenarios.files import ENCODINGS, decode, read_sheet
from scenarios.finding import Folders, cities
from scenarios.problems import InputError, Phrase, Place, Problem, nearest, phrase
from scenarios.reading import read_case
from scenarios.tables import BY_NAME, Row, about, columns, described
from scenarios.workbook import (
    Difference,
    Lines,
    city_tables,
    content_digest,
    differences,
    normalised,
    read_workbook,
    write_workbook,
)
from scenarios.writing import write_binary

SHOWN = 12  #: cells listed that differ between a workbook and its tables


def keys_known(case: Case, city: str) -> dict[str, list[str]]:
    """The keys that columns of a workbook may hold, by table."""
    return {name: list(map(str, case[name].iloc[:, 0])) for name in BY_NAME} | {"city": [city]}


def table_lines(path: Path, row: type[Row]) -> Lines:
    """A table as it stands, with every column of its declaration; only the header when the file is absent."""
    names = columns(row)
    if not path.is_file():
        return [names]
    rows = [cells for cells in csv.reader(io.StringIO(decode(path)[0], newline="")) if cells]
    while rows and rows[0][0].startswith("#"):
        rows.pop(0)
    place = {name.strip(): number for number, name in enumerate(rows[0])}
    return [names, *[[cells[place[name]] if name in place else "" for name in names] for cells in rows[1:]]]


def write_table(path: Path, lines: Lines, row: type[Row]) -> None:
    """A table without blank rows, a line of comment for each column above it, and the mark Excel needs for Chinese."""
    text = io.StringIO()
    text.write(f"# {about(row)}\n")
    for name in columns(row):
        text.write(f"# {name}: {described(row, name)}\n")
    csv.writer(text, lineterminator="\n").writerows(cells for cells in lines if any(cell.strip() for cell in cells))
    path.write_text(text.getvalue(), encoding=ENCODINGS[0])


def export_workbook(city: str, where: Folders, overwrite: bool = False) -> Path:
    """The workbook of a city, written anew from its tables.

    The old one stays until the new one is whole. One that somebody changed and did not import stays, unless
    ``overwrite`` says so. Raises InputError then, and when
    the tables cannot be read.
    """
    case, folder = read_case(city, models=where.models, inputs=where.inputs), where.inputs / city
    tables = {row.table: table_lines(folder / f"{row.table}.csv", row) for row in city_tables()}
    book = folder / f"{city}.xlsx"
    changed = _not_imported(book, tables) if book.exists() and not overwrite else []
    if changed:
        found = phrase("changes that were not imported: {names}", names=", ".join(changed))
        allowed = phrase("a workbook as it was written, or imported after it was changed")
        remedy = phrase("Import it first with import-excel, or say --overwrite to lose the changes.")
        apart = _apart(book, [name for name in changed if name in tables], tables)
        raise InputError([Problem(Place(book.name), found, allowed, remedy), *apart])
    content = io.BytesIO()
    write_workbook(content, tables, keys_known(case, city))
    write_binary(book, content.getvalue())
    return book


def _not_imported(book: Path, tables: Mapping[str, Lines]) -> list[str]:
    """Where a workbook holds what nobody would find again: neither what was written into it nor what was imported."""
    try:
        held = read_workbook(book)
    except InputError as error:
        return [str(problem.where) for problem in error.problems]
    other = [name for name, lines in held.sheets.items() if normalised(name, lines) != normalised(name, tables[name])]
    if not other or held.mark == content_digest(held.sheets):
        return []
    saved = [path.stat().st_mtime_ns for path in book.parent.glob("*.csv")]
    # an import leaves workbook and tables with the same time; a workbook without a mark may only be an old one
    now = book.stat().st_mtime_ns
    return [] if now in saved or (not held.mark and now < max(saved, default=0)) else other


def import_workbook(book: Path, city: str, where: Folders, overwrite: bool = False) -> list[str]:
    """Turn a workbook back into the CSV files of a city, all at once, after all that it would hold then is checked.

    A workbook of another city, wrong cells, and problems in a city that has none yet keep all from being written.
    Sheets that are absent leave their files alone, and tables saved after the workbook are not replaced unless
    ``overwrite`` says so. Returns the names of the tables written. Raises InputError.
    """
    folder = where.inputs / city
    if not (folder / "city.yaml").is_file():
        known = cities(where.inputs)
        place = Place(str(where.inputs))
        raise InputError([Problem(place, as_text(city), phrase("a folder with a city.yaml"), nearest(city, known))])
    written_for, _, sheets = read_workbook(book)
    if written_for not in ("", city):
        found = phrase("the workbook of {city}", city=written_for)
        remedy = phrase("Name the city it was written for, or write this city's own with export-excel.")
        raise InputError([Problem(Place(book.name), found, phrase("the workbook of {city}", city=city), remedy)])
    problems = [] if overwrite else _saved_later(book, sheets, folder)
    if problems:
        raise InputError(problems)
    staging = Path(tempfile.mkdtemp(prefix=f".{city}-", dir=where.inputs))
    try:
        _check(sheets, staging, book)
        problems = _problems_after(sheets, city, where, book)
        if problems and not _problems(city, where):
            raise InputError(problems)
        for name, lines in sheets.items():
            write_table(staging / f"{name}.csv", lines, BY_NAME[name])
        now = time.time_ns()
        for name in sheets:
            os.utime(staging / f"{name}.csv", ns=(now, now))
            (staging / f"{name}.csv").replace(folder / f"{name}.csv")
        os.utime(book, ns=(now, now))  # the same time: what it holds is in the tables
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return list(sheets)


def _saved_later(book: Path, sheets: Mapping[str, Lines], folder: Path) -> list[Problem]:
    """That tables were saved after the workbook and hold something else, and which cells differ."""
    saved = book.stat().st_mtime
    paths = {name: folder / f"{name}.csv" for name in sheets}
    tables = {
        name: table_lines(path, BY_NAME[name])
        for name, path in paths.items()
        if path.is_file() and path.stat().st_mtime > saved
    }
    other = [name for name, lines in tables.items() if normalised(name, lines) != normalised(name, sheets[name])]
    if not other:
        return []
    found = phrase("tables that were saved after it: {names}", names=", ".join(f"{name}.csv" for name in other))
    remedy = phrase("Write the workbook anew with export-excel, or say --overwrite.")
    allowed = phrase("a workbook that is newer than the tables")
    return [Problem(Place(book.name), found, allowed, remedy), *_apart(book, other, tables, sheets)]


def _apart(
    book: Path, names: Iterable[str], tables: Mapping[str, Lines], sheets: Mapping[str, Lines] | None = None
) -> list[Problem]:
    """The first cells in which sheets of a workbook differ from the tables, each with what either side holds."""
    held = read_workbook(book).sheets if names and sheets is None else sheets or {}
    found = [(name, cell) for name in names for cell in differences(name, held[name], tables[name])]
    remedy = phrase(
        "import-excel --overwrite keeps what the workbook has, export-excel --overwrite what the table has."
    )
    problems = [
        Problem(
            Place(f"{book.name}/{name}", cell.row, cell.column),
            _held(cell, f"{name}.csv"),
            phrase("the same in both"),
            remedy,
        )
        for name, cell in found[:SHOWN]
    ]
    if len(found) > SHOWN:
        more = phrase("{count} more cells that differ", count=len(found) - SHOWN)
        problems.append(Problem(Place(book.name), more, phrase("the same in both"), remedy))
    return problems


def _held(cell: Difference, file: str) -> Phrase:
    """What a workbook and a file hold where they differ."""
    if cell.column:
        return phrase("“{value}”, and “{other}” in {file}", value=cell.ours, other=cell.theirs, file=file)
    if cell.row:
        return phrase("the row “{key}”, which {file} does not have", key=cell.ours, file=file)
    return phrase("no row “{key}”, which {file} has", key=cell.theirs, file=file)


def _problems(city: str, where: Folders) -> tuple[Problem, ...]:
    """What is wrong with a city as its files are."""
    try:
        read_case(city, models=where.models, inputs=where.inputs)
    except InputError as error:
        return error.problems
    return ()


def _problems_after(sheets: Mapping[str, Lines], city: str, where: Folders, book: Path) -> list[Problem]:
    """What would be wrong with a city after the import; problems of its sheets name the workbook."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "inputs" / city
        shutil.copytree(where.inputs / city, home, ignore=shutil.ignore_patterns("*.xlsx"))
        for table, lines in sheets.items():
            _write_plain(home / f"{table}.csv", lines)
        found = _problems(city, Folders(where.models, home.parent))
    files = {f"inputs/{city}/{table}.csv": f"{book.name}/{table}" for table in sheets}
    return [
        replace(each, where=replace(each.where, file=files.get(each.where.file, each.where.file))) for each in found
    ]


def _write_plain(path: Path, lines: Lines) -> None:
    """A table whose rows have the numbers that they have in the workbook."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(lines)


def _check(sheets: Mapping[str, Lines], staging: Path, book: Path) -> None:
    """Raises InputError with every wrong cell of every sheet."""
    problems: list[Problem] = []
    for name, lines in sheets.items():
        path = staging / f"{name}.csv"
        _write_plain(path, lines)
        for problem in read_sheet(path, BY_NAME[name]).problems:
            place = Place(f"{book.name}/{name}", problem.where.row, problem.where.column)
            problems.append(Problem(place, problem.found, problem.allowed, problem.remedy))
    if problems:
        raise InputError(problems)
