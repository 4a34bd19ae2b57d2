"""Tables that a visitor has edited: a copy of the city that is only ever replaced by one without a problem."""

from __future__ import annotations

import csv
import filecmp
import hashlib
import io
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from scenarios.files import decode, pass_comments
from scenarios.finding import Folders
from scenarios.problems import InputError, Place, Problem, phrase
from scenarios.reading import read_case
from scenarios.replacing import remove, take_place, there
from scenarios.tables import BY_NAME, Row, about, columns, described
from scenarios.web.bounds import CELL, TABLE_COLUMNS, TABLE_ROWS

FIRST = 1  #: the row number of the first line of a file


class Copy(NamedTuple):
    """Where a city stands, and where a visitor's copy of it stands or would stand."""

    city: str
    models: Path
    inputs: Path
    draft: Path

    @property
    def folders(self) -> Folders:
        """What the city is read from: the copy, where there is one."""
        return Folders(self.models, self.draft if there(self.draft / self.city) else self.inputs)

    @property
    def home(self) -> Path:
        """The folder of the tables as they stand for the visitor."""
        return self.folders.inputs / self.city

    @property
    def edited(self) -> list[str]:
        """The tables that differ from the city's own."""
        return [
            row.table
            for row in _rows()
            if not _same(self.home / f"{row.table}.csv", self.inputs / self.city / f"{row.table}.csv")
        ]


class Sheet(NamedTuple):
    """A table as text: the lines above the header, the header, and the rows with their numbers in the file."""

    above: list[str]
    header: list[str]
    rows: list[tuple[int, list[str]]]


class Edits(NamedTuple):
    """Edits of a table, and the digest of the text they were made on ("" when it does not matter)."""

    cells: Sequence[tuple[int, str, str]] = ()  #: row number in the file, column, new value
    removed: Sequence[int] = ()  #: row numbers in the file
    added: Sequence[Mapping[str, str]] = ()
    seen: str = ""


def _rows() -> list[type[Row]]:
    return [row for row in BY_NAME.values() if row.folder == "inputs"]


def _same(one: Path, other: Path) -> bool:
    if not one.is_file() or not other.is_file():
        return one.is_file() == other.is_file()
    return filecmp.cmp(one, other, shallow=False)


def table_declaration(table: str) -> type[Row]:
    """The declaration of a table of a city. Raises InputError for a name that is none."""
    row = BY_NAME.get(table)
    if row is None or row.folder != "inputs":
        place, found = Place("inputs"), phrase("“{value}”", value=table[:CELL])
        raise InputError([Problem(place, found, phrase("the name of a table"), phrase("Choose another name."))])
    return row


def overview(place: Copy) -> list[dict[str, Any]]:
    """Every table of the city: its name, what it holds, its rows, whether it was edited."""
    edited = place.edited
    return [
        {
            "table": row.table,
            "about": about(row),
            "rows": len(sheet(place.home / f"{row.table}.csv", row).rows),
            "edited": row.table in edited,
        }
        for row in _rows()
    ]


def view(place: Copy, table: str) -> dict[str, Any]:
    """A table with what its columns hold, as plain records."""
    row = table_declaration(table)
    read = sheet(place.home / f"{table}.csv", row)
    holds = {name: described(row, name) for name in columns(row)}
    return {
        "table": table,
        "about": about(row),
        "columns": [{"name": name, "about": holds.get(name, ""), "key": name in row.key} for name in read.header],
        "rows": [{"number": number, "cells": cells} for number, cells in read.rows],
        "edited": table in place.edited,
        "digest": digest(place, table),
    }


def digest(place: Copy, table: str) -> str:
    """A digest of a table as its file has it: the row numbers a visitor saw hold while it is the same."""
    return hashlib.sha256(text(place, table).encode()).hexdigest()


def text(place: Copy, table: str) -> str:
    """A table as its file has it; only the header when there is no file."""
    row = table_declaration(table)
    path = place.home / f"{table}.csv"
    return decode(path)[0] if path.is_file() else ",".join(columns(row)) + "\n"


def sheet(path: Path, row: type[Row]) -> Sheet:
    """A table as text, as its file has it; only the header when there is no file."""
    if not path.is_file():
        return Sheet([], columns(row), [])
    text = decode(path)[0]
    body = io.StringIO(text, newline="")
    above = pass_comments(body)
    lines = csv.reader(body)
    header = [name.strip() for name in next(lines, [])]
    rows = [(number, cells) for number, cells in enumerate(lines, above + FIRST + 1) if any(cells)]
    return Sheet(text.splitlines(keepends=True)[:above], header, rows)


def with_edits(read: Sheet, edits: Edits) -> str:
    """The text of a table after edits.

    Row numbers stay what they were: a removed row leaves a blank line.
    """
    changed = {(number, column): value for number, column, value in edits.cells}
    width, last = len(read.header), max([number for number, _ in read.rows], default=len(read.above) + FIRST)
    by_number = dict(read.rows)
    text = io.StringIO(newline="")
    text.writelines(read.above)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(read.header)
    for number in range(len(read.above) + FIRST + 1, last + 1):
        if number not in by_number or number in edits.removed:
            text.write("\n")
            continue
        padded = [*by_number[number], *[""] * (width - len(by_number[number]))]
        writer.writerow([changed.get((number, name), cell) for name, cell in zip(read.header, padded, strict=False)])
    writer.writerows([[row.get(name, "") for name in read.header] for row in edits.added])
    return text.getvalue()


def edit_table(place: Copy, table: str, edits: Edits) -> list[str]:
    """Edit a table of the copy; which tables then differ. Raises InputError, and leaves all as it was."""
    row = table_declaration(table)
    if edits.seen and edits.seen != digest(place, table):
        found = phrase("a table that was changed after this page was opened")
        allowed = phrase("edits of the table as it stands now")
        raise InputError([Problem(Place(f"{table}.csv"), found, allowed, phrase("Reload the page and edit again."))])
    return replace_table(place, table, with_edits(sheet(place.home / f"{table}.csv", row), edits).encode())


def replace_table(place: Copy, table: str, content: bytes) -> list[str]:
    """Put a table into the copy; which tables then differ. Raises InputError, and leaves all as it was."""
    row = table_declaration(table)
    with _staging(place) as staging:
        path = staging / place.city / f"{table}.csv"
        path.write_bytes(content)
        _measure(path, row)
        read_case(place.city, models=place.models, inputs=staging)
        take_place(staging / place.city, place.draft / place.city)
    return place.edited


def discard_draft(place: Copy) -> None:
    """The copy is thrown away."""
    remove(place.draft / place.city)


@contextmanager
def _staging(place: Copy) -> Iterator[Path]:
    place.draft.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".staging-", dir=place.draft))
    try:
        shutil.copytree(place.home, staging / place.city, ignore=shutil.ignore_patterns("*.xlsx"))
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _measure(path: Path, row: type[Row]) -> None:
    """Raises InputError for a file that is larger than any table is."""
    try:
        lines = csv.reader(io.StringIO(decode(path)[0], newline=""))
        for number, cells in enumerate(lines, FIRST):
            if number > TABLE_ROWS or len(cells) > TABLE_COLUMNS or any(len(cell) > CELL for cell in cells):
                _too_large(row, number)
    except UnicodeDecodeError:
        return  # reading the case reports what is no text
    except csv.Error:
        _too_large(row, FIRST)


def _too_large(row: type[Row], number: int) -> None:
    """Raises InputError."""
    allowed = phrase(
        "at most {rows} rows, {cells} cells a row and {letters} letters a cell",
        rows=TABLE_ROWS,
        cells=TABLE_COLUMNS,
        letters=CELL,
    )
    where, found = Place(f"{row.table}.csv", number), phrase("a file that is no table of this size")
    raise InputError([Problem(where, found, allowed, phrase("Leave the rest away."))])
