"""A folder for a new city, copied from one that exists, and a workbook that turns back into its tables."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from scenarios.case import Case
from scenarios.cells import as_text
from scenarios.files import ENCODINGS, decode, read_sheet
from scenarios.finding import Folders, cities, library
from scenarios.problems import InputError, Place, Problem, nearest, phrase
from scenarios.reading import read_case
from scenarios.tables import BY_NAME, Row, about, columns, described, references
from scenarios.workbook import Lines, city_tables, mark, meant, read_workbook, write_workbook

NAME = re.compile(r"[a-z][a-z0-9_-]*")


def new_city(
    city: str, source: str, where: Folders, target: Path, own: Mapping[str, str | float] | None = None
) -> Path:
    """A folder ``target/city`` with commented tables, city.yaml, scenarios and a workbook, all copied from a city.

    ``own`` are entries of city.yaml that are known to be others, such as its name. Raises InputError when the name is
    no identifier, the folder exists or the source does not.
    """
    folder = target / city
    problem = _wrong_name(city, source, where, folder)
    if problem:
        raise InputError([problem])
    home = _home(source, where)
    case, old = read_case(source, models=home.models, inputs=home.inputs), home.inputs / source
    tables = {row.table: _renamed(_lines(old / f"{row.table}.csv", row), row, source, city) for row in city_tables()}
    known = _keys(case, city)
    target.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{city}-", dir=target))
    try:
        for row in city_tables():
            _write(staging / f"{row.table}.csv", tables[row.table], row)
        text = decode(old / "city.yaml")[0]
        for key, value in ({"city": city, "name_zh": city, "name_en": city} | dict(own or {})).items():
            line = f"{key}: {value if value == city else json.dumps(_whole(value), ensure_ascii=False)}"
            text = re.sub(rf"(?m)^{key}:.*$", line.replace("\\", r"\\"), text)
        (staging / "city.yaml").write_text(text, encoding="utf-8")
        if (old / "scenarios").is_dir():
            (staging / "scenarios").mkdir()
            for path in sorted((old / "scenarios").glob("*.yaml")):
                named = re.sub(rf"\b{re.escape(source)}\b", city, decode(path)[0])
                (staging / "scenarios" / path.name).write_text(named, encoding="utf-8")
        write_workbook(staging / f"{city}.xlsx", tables, known)
        staging.chmod(0o755)
        staging.rename(folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return folder


def _whole(value: str | float) -> str | float:
    """A number without a point where it needs none."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _keys(case: Case, city: str) -> dict[str, list[str]]:
    """The keys that columns of a workbook may hold, by table."""
    return {name: list(map(str, case[name].iloc[:, 0])) for name in BY_NAME} | {"city": [city]}


def _home(source: str, where: Folders) -> Folders:
    """Where the source stands: among the cities at hand, or in the example library."""
    if source in cities(where.inputs) or source not in cities(library() / "inputs"):
        return where
    return Folders(library() / "models", library() / "inputs")


def _wrong_name(city: str, source: str, where: Folders, folder: Path) -> Problem | None:
    if not NAME.fullmatch(city):
        allowed = phrase("a name of small letters, digits, - and _, beginning with a letter")
        return Problem(Place("CITY"), as_text(city), allowed, phrase("Choose another name."))
    if folder.exists():
        place = Place(str(folder))
        return Problem(
            place, phrase("a folder with other files"), phrase("a new folder"), phrase("Choose another name.")
        )
    known = sorted({*cities(where.inputs), *cities(library() / "inputs")})
    if source not in known:
        place = Place(str(where.inputs))
        return Problem(place, as_text(source), phrase("one of {names}", names=", ".join(known)), nearest(source, known))
    return None


def _lines(path: Path, row: type[Row]) -> Lines:
    """A table as it stands, with every column of its declaration; only the header when the file is absent."""
    names = columns(row)
    if not path.is_file():
        return [names]
    rows = [cells for cells in csv.reader(io.StringIO(decode(path)[0], newline="")) if cells]
    while rows and rows[0][0].startswith("#"):
        rows.pop(0)
    place = {name.strip(): number for number, name in enumerate(rows[0])}
    return [names, *[[cells[place[name]] if name in place else "" for name in names] for cells in rows[1:]]]


def _renamed(lines: Lines, row: type[Row], source: str, city: str) -> Lines:
    """The lines with the old city's name replaced where a column may hold the city."""
    places = [columns(row).index(name) for name, tables in references(row).items() if "city" in tables]
    return [
        lines[0],
        *[
            [city if number in places and cell == source else cell for number, cell in enumerate(cells)]
            for cells in lines[1:]
        ],
    ]


def _write(path: Path, lines: Lines, row: type[Row]) -> None:
    """A table without blank rows, a line of comment for each column above it, and the mark Excel needs for Chinese."""
    text = io.StringIO()
    text.write(f"# {about(row)}\n")
    for name in columns(row):
        text.write(f"# {name}: {described(row, name)}\n")
    csv.writer(text, lineterminator="\n").writerows(cells for cells in lines if any(cell.strip() for cell in cells))
    path.write_text(text.getvalue(), encoding=ENCODINGS[0])


def export_workbook(city: str, where: Folders, overwrite: bool = False) -> Path:
    """The workbook of a city, written anew from its tables.

    One that somebody changed and did not import stays, unless ``overwrite`` says so. Raises InputError then, and when
    the tables cannot be read.
    """
    case, folder = read_case(city, models=where.models, inputs=where.inputs), where.inputs / city
    tables = {row.table: _lines(folder / f"{row.table}.csv", row) for row in city_tables()}
    book = folder / f"{city}.xlsx"
    changed = _not_imported(book, tables) if book.exists() and not overwrite else []
    if changed:
        found = phrase("changes that were not imported: {names}", names=", ".join(changed))
        allowed = phrase("a workbook as it was written, or imported after it was changed")
        remedy = phrase("Import it first with import-excel, or say --overwrite to lose the changes.")
        raise InputError([Problem(Place(book.name), found, allowed, remedy)])
    write_workbook(book, tables, _keys(case, city))
    return book


def _not_imported(book: Path, tables: Mapping[str, Lines]) -> list[str]:
    """Where a workbook holds what nobody would find again: neither what was written into it nor what was imported."""
    try:
        held = read_workbook(book)
    except InputError as error:
        return [str(problem.where) for problem in error.problems]
    other = [name for name, lines in held.sheets.items() if meant(name, lines) != meant(name, tables[name])]
    if not other or held.mark == mark(held.sheets):
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
    saved = book.stat().st_mtime
    newer = [
        name
        for name in sheets
        if (folder / f"{name}.csv").is_file() and (folder / f"{name}.csv").stat().st_mtime > saved
    ]
    if newer and not overwrite:
        names = ", ".join(f"{name}.csv" for name in newer)
        remedy = phrase("Write the workbook anew with export-excel, or say --overwrite.")
        found = phrase("tables that were saved after it: {names}", names=names)
        raise InputError([Problem(Place(book.name), found, phrase("a workbook that is newer than the tables"), remedy)])
    staging = Path(tempfile.mkdtemp(prefix=f".{city}-", dir=where.inputs))
    try:
        _check(sheets, staging, book)
        problems = _problems_after(sheets, city, where, book)
        if problems and not _problems(city, where):
            raise InputError(problems)
        for name, lines in sheets.items():
            _write(staging / f"{name}.csv", lines, BY_NAME[name])
        now = time.time_ns()
        for name in sheets:
            os.utime(staging / f"{name}.csv", ns=(now, now))
            (staging / f"{name}.csv").replace(folder / f"{name}.csv")
        os.utime(book, ns=(now, now))  # the same time: what it holds is in the tables
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return list(sheets)


def _problems(city: str, where: Folders) -> tuple[Problem, ...]:
    """What is wrong with a city as its files are."""
    try:
        read_case(city, models=where.models, inputs=where.inputs)
    except InputError as error:
        return error.problems
    return ()


def _problems_after(sheets: Mapping[str, Lines], city: str, where: Folders, book: Path) -> list[Problem]:
    """What would be wrong with a city after the import; problems of its sheets are told of the workbook."""
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
