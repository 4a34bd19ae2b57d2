"""From files to rows: encodings, headers, cells. Every bad cell of a file is found before anything is raised."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from scenarios import units
from scenarios.cells import parse
from scenarios.headers import header_problems, row_problem
from scenarios.problems import Phrase, Place, Problem, nearest, phrase
from scenarios.tables import TABLES, Row, columns, plain_types

ENCODINGS = ("utf-8-sig", "gb18030")
SHEETS = 200  #: files kept in mind as read: those of a few cities


@dataclass(frozen=True)
class Sheet:
    """A file as read: its frame (index: row number in the file) and what is wrong with it."""

    frame: pd.DataFrame
    problems: tuple[Problem, ...] = ()
    digest: str = ""


def display_path(path: Path) -> str:
    """A path as a planner knows it: from the library folder on."""
    parts = path.parts
    for root in ("models", "inputs"):
        if root in parts:
            return "/".join(parts[parts.index(root) :])
    return path.name


def decode(path: Path) -> tuple[str, str]:
    """Text of a file in utf-8 (with or without BOM) or GB18030, and its digest. Raises UnicodeDecodeError."""
    raw = path.read_bytes()
    digest = hashlib.sha256(raw).hexdigest()
    for encoding in ENCODINGS:
        try:
            return raw.decode(encoding), digest
        except UnicodeDecodeError:
            continue
    raise UnicodeDecodeError("gb18030", raw, 0, 1, "neither utf-8 nor GB18030")


def read_sheet(path: Path, row: type[Row]) -> Sheet:
    """A CSV file as a frame with one column for each field of the row class, checked cell by cell.

    Lines above the header that begin with ``#`` are comments.
    """
    empty = empty_frame(row)
    file = display_path(path)
    if not path.is_file():
        problem = Problem(
            Place(file),
            phrase("no such file"),
            phrase("a CSV file with the columns {columns}", columns=", ".join(columns(row))),
            phrase("Write the file; inputs/README.md describes its columns."),
        )
        return Sheet(empty, () if row.may_be_absent else (problem,))
    try:
        text, digest = decode(path)
    except UnicodeDecodeError:
        problem = Problem(
            Place(file),
            phrase("bytes that are no text"),
            phrase("utf-8 or GB18030 text"),
            phrase("Save the file as CSV UTF-8."),
        )
        return Sheet(empty, (problem,))
    return _sheet(text, row, file, digest)


@lru_cache(maxsize=SHEETS)
def _sheet(text: str, row: type[Row], file: str, digest: str) -> Sheet:
    """A file as read from its text; files that did not change are not checked again."""
    body = io.StringIO(text, newline="")
    above = pass_comments(body)
    lines = csv.reader(body)
    header = [name.strip() for name in next(lines, [])]
    problems = header_problems(file, header, row)
    if problems:
        return Sheet(empty_frame(row), tuple(problems), digest)
    return _body(lines, header, row, file, digest, above)


def pass_comments(text: io.StringIO) -> int:
    """Pass over the comments above a header; how many lines they take."""
    count = 0
    while True:
        here = text.tell()
        if not text.readline().startswith(("#", '"#')):
            text.seek(here)
            return count
        count += 1


def _body(
    lines: Iterable[list[str]], header: list[str], row: type[Row], file: str, digest: str, above: int = 0
) -> Sheet:
    """The lines below the header, each cell checked; blank lines are passed over."""
    records, numbers = [], []
    problems: list[Problem] = []
    for number, cells in enumerate(lines, start=above + 2):
        if not any(cell.strip() for cell in cells):
            continue
        given = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if cell.strip()}
        if len(cells) != len(header):
            problems.append(row_problem(Place(file, number), cells, len(header)))
            continue
        record, wrong = parse(given, row, Place(file, number))
        problems += wrong
        if record is not None:
            records.append(record)
            numbers.append(number)
    return Sheet(to_frame(records, numbers, row) if records else empty_frame(row), tuple(problems), digest)


def to_frame(records: list[dict[str, Any]], numbers: list[int], row: type[Row]) -> pd.DataFrame:
    """Records as a frame with the types of the row class, also when there are none."""
    index = pd.Index(numbers, name="row", dtype="int64")
    values = {
        name: pd.Series([record[name] for record in records], index, dtype=kind) for name, kind in kinds(row).items()
    }
    return pd.DataFrame(values, index=index)


@cache
def empty_frame(row: type[Row]) -> pd.DataFrame:
    """The frame of a table without rows."""
    return to_frame([], [], row)


@cache
def kinds(row: type[Row]) -> dict[str, str]:
    """Column -> type, in the order of the files."""
    return {name: kind_of(row, name) for name in columns(row)}


def kind_of(row: type[Row], column: str) -> str:
    """The type of a column: numbers that may be blank are floats."""
    options = plain_types(row, column)
    if bool in options:
        return "bool"
    if float in options or {int, type(None)} <= options:
        return "float64"
    return "int64" if int in options else "object"


def in_kept_units(
    frame: pd.DataFrame, row: type[Row], kept_in: pd.Series | str, place: Place
) -> tuple[pd.DataFrame, list[Problem]]:
    """The frame with its written quantities (and their ranges) in the unit kept inside."""
    if row.converted is None or frame.empty:
        return frame, []
    wanted = kept_in if isinstance(kept_in, pd.Series) else pd.Series(kept_in, index=frame.index)
    factors, problems = [], []
    for number, unit, to in zip(frame.index, frame["unit"], wanted, strict=True):
        try:
            factors.append(units.factor(unit, to) if isinstance(to, str) else 1.0)
        except units.UnitError:
            problems.append(
                Problem(
                    replace(place, row=number, column="unit"),
                    phrase("“{value}”", value=unit),
                    phrase("a unit that can be turned into {unit}", unit=to),
                    phrase("Write the quantity in {unit}, or in a multiple such as “10^4 {unit}”.", unit=to),
                )
            )
            factors.append(1.0)
    scale = np.array(factors)
    changed = [name for name in (row.converted[0], "low", "high") if name in frame]
    return frame.assign(**{name: frame[name] * scale for name in changed}, unit=wanted), problems


def unknown_files(folder: Path, kind: str) -> list[Problem]:
    """CSV files of a folder of ``models`` or ``inputs`` that are no table: a misnamed one would be passed over."""
    known = [row.table for row in TABLES if row.folder == kind]
    return [
        Problem(
            Place(display_path(path)),
            phrase("a file that is no table"),
            phrase("the tables that inputs/README.md lists, and files that are no CSV"),
            nearest(path.name, [f"{name}.csv" for name in known]),
        )
        for path in sorted(folder.glob("*.csv"))
        if path.stem not in known and not path.name.startswith((".", "~"))
    ]


def read_yaml(path: Path) -> tuple[dict[str, Any], tuple[Problem, ...], str]:
    """A YAML 1.2 file as a mapping; duplicate keys and broken syntax are problems with their line."""
    file = display_path(path)
    if not path.is_file():
        return {}, (Problem(Place(file), phrase("no such file"), phrase("a YAML file"), phrase("Write the file.")),), ""
    try:
        text, digest = decode(path)
        content = deepcopy(_loaded(text))
    except (YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        return (
            {},
            (
                Problem(
                    Place(file, mark.line + 1 if mark else None),
                    _unreadable((getattr(error, "problem", None) or str(error)).removeprefix("found ")),
                    phrase("YAML 1.2 with each key once"),
                    phrase("Mend the line."),
                ),
            ),
            "",
        )
    if not isinstance(content, dict):
        return (
            {},
            (
                Problem(
                    Place(file), phrase("no mapping"), phrase("keys and values"), phrase("Write “key: value” lines.")
                ),
            ),
            digest,
        )
    return content, (), digest


@lru_cache(maxsize=SHEETS)
def _loaded(text: str) -> Any:
    """What a YAML text holds, nothing being no key; a text that did not change is not read again."""
    held = YAML(typ="safe", pure=True).load(text)
    return {} if held is None else held


#: what the reader of YAML says -> our words
UNREADABLE = {
    r'duplicate key "(?P<key>.*?)".*': "the duplicate key “{key}”",
    r"mapping values are not allowed.*": "a second colon in the line: text with a colon needs quotes",
    r"(could not find )?expected .*": "text that does not fit: a bracket, quote, colon or space is wrong or missing",
    r"character .* cannot start any token": "a character that no text can begin with, such as a tab",
    r"unexpected end of stream": "the end of the file within a text",
}


def _unreadable(message: str) -> Phrase:
    """What is wrong with a line of YAML, in our words where we have some."""
    found = ((re.fullmatch(pattern, message, re.DOTALL), text) for pattern, text in UNREADABLE.items())
    said = next(((match, text) for match, text in found if match), None)
    return phrase(said[1], **said[0].groupdict()) if said else phrase("{message}", message=message)


def packaged_file(name: str) -> bytes:
    """A file that comes with the program as it is: a vendored script, a font."""
    return (Path(__file__).parent / name).read_bytes()
