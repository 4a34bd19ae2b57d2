"""A city's tables as an Excel workbook to fill in: a sheet a table, what columns hold as comments, choices as lists."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from math import isfinite
from pathlib import Path
from typing import IO, Any, NamedTuple, get_args
from unicodedata import east_asian_width
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from scenarios.problems import InputError, Place, Problem, named_like, nearest, phrase
from scenarios.tables import BY_NAME, TABLES, Row, columns, described, holds_numbers, references

LISTS = "lists"  #: the hidden sheet that drop-downs read
LEAST, MOST = 12, 44  #: widths of a column [letters]
A4 = 9  #: paper size, as workbooks number them
ROWS = 5000  #: rows of a sheet that have drop-downs
HEAD = PatternFill("solid", start_color="DCE6F1")
NEEDED = PatternFill("solid", start_color="FCE4D6")
Lines = list[list[str]]  #: a table as it stands in a file: the header first


class Filled(NamedTuple):
    """A workbook as it stands; its city and the mark of what was written into it are blank when it does not say."""

    city: str
    mark: str
    sheets: dict[str, Lines]  #: as they would stand in CSV files


class Difference(NamedTuple):
    """A cell in which a sheet and its table differ, or a row that only one of them has: its key, in no column."""

    row: int | None
    column: str
    ours: str
    theirs: str


def write_workbook(target: Path | IO[bytes], tables: Mapping[str, Lines], known: Mapping[str, Iterable[str]]) -> None:
    """A workbook with a sheet for each table of a city; ``known`` are the keys that references may hold, by table.

    The key of ``city`` is kept as its subject, the mark of what it holds as its keyword.
    """
    book = Workbook()
    book.properties.subject = "".join(known["city"])
    book.properties.keywords = content_digest(tables)
    book.remove(book.worksheets[0])
    lists = _Lists(book, known)
    for row in city_tables():
        sheet = book.create_sheet(row.table)
        lines = tables.get(row.table, [])
        _header(sheet, row, lines[1:])
        numeric = [holds_numbers(row, name) for name in columns(row)]
        for number, cells in enumerate(lines[1:], 2):
            for place, (cell, is_number) in enumerate(zip(cells, numeric, strict=True), 1):
                _write(sheet, number, place, cell, is_number)
        for place, name in enumerate(columns(row), 1):
            _choices(sheet, lists, row, name, place)
    lists.finish()
    book.save(target)


def content_digest(sheets: Mapping[str, Lines]) -> str:
    """A digest that shows whether sheets hold what others held, however numbers and blank rows are written."""
    held = [normalised(name, lines) for name, lines in sorted(sheets.items())]
    return hashlib.sha256(repr(held).encode()).hexdigest()


def normalised(name: str, lines: Lines) -> list[list[tuple[str, str]]]:
    """What the rows of a table hold, whichever way Excel writes it: columns by name, numbers as numbers, no blanks."""
    row, header = BY_NAME[name], [cell.strip() for cell in lines[0]] if lines else []
    numeric = [heading in row.model_fields and holds_numbers(row, heading) for heading in header]
    rows = [
        sorted(
            (heading, _number(cell.strip()) if is_number else cell.strip())
            for heading, cell, is_number in zip(header, cells, numeric, strict=False)
            if cell.strip()
        )
        for cells in lines[1:]
    ]
    return [row for row in rows if row]


def differences(name: str, ours: Lines, theirs: Lines) -> list[Difference]:
    """The cells in which a sheet and its table differ; rows are the same that have the same key."""
    row = BY_NAME[name]
    sheet, table = _by_key(row, ours), _by_key(row, theirs)
    found = []
    for key, (number, cells) in sheet.items():
        if key not in table:
            found.append(Difference(number, "", _key_text(row, cells), ""))
            continue
        other = table[key][1]
        for column in columns(row):
            values = [held.get(column, "") for held in (cells, other)]
            if len({_number(value) if holds_numbers(row, column) else value for value in values}) > 1:
                found.append(Difference(number, column, *values))
    return [*found, *(Difference(None, "", "", _key_text(row, table[key][1])) for key in table if key not in sheet)]


def _key_text(row: type[Row], cells: Mapping[str, str]) -> str:
    """The key of a row."""
    return " ".join(filter(None, (cells.get(name, "") for name in row.key)))


def _by_key(row: type[Row], lines: Lines) -> dict[tuple[str, ...], tuple[int, dict[str, str]]]:
    """Key -> row number and the cells of the row by column."""
    header = [cell.strip() for cell in lines[0]] if lines else []
    found = {}
    for number, cells in enumerate(lines[1:], 2):
        held = {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
        if any(held.values()):
            found[tuple(_number(held.get(name, "")) for name in row.key)] = (number, held)
    return found


def _number(text: str) -> str:
    """A number as any other way to write it; other text as it is."""
    try:
        return repr(float(text) + 0.0)  # no sign of zero
    except ValueError:
        return text


def city_tables() -> list[type[Row]]:
    """The tables of a city's folder."""
    return [row for row in TABLES if row.folder == "inputs"]


def _header(sheet: Worksheet, row: type[Row], rows: Lines) -> None:
    names = columns(row)
    sheet.append(names)
    for place, name in enumerate(names, 1):
        cell = sheet.cell(1, place)
        cell.font, cell.fill = Font(name="Calibri", bold=True), NEEDED if row.model_fields[name].is_required() else HEAD
        cell.comment = Comment(described(row, name), "scenarios", width=320, height=120)
        sheet.column_dimensions[get_column_letter(place)].width = _wide([name, *(cells[place - 1] for cells in rows)])
    sheet.freeze_panes = "A2"
    _on_paper(sheet)


def _wide(texts: Iterable[str]) -> int:
    """Width in which the longest of some texts is read whole, unless it is a sentence. [letters]"""
    letters = max(sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text) for text in texts)
    return max(LEAST, min(MOST, letters + 3))


def _on_paper(sheet: Worksheet) -> None:
    """Printed a page wide, so that no column stands alone on a page of its own; heads and the table's name on each."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0  # as many pages as the rows need
    sheet.print_title_rows = "1:1"
    if sheet.oddFooter is not None:
        sheet.oddFooter.left.text, sheet.oddFooter.right.text = "&A", "&P / &N"


def _write(sheet: Worksheet, number: int, place: int, text: str, is_number: bool) -> None:
    """A cell that reads back as written: a number where Excel keeps all of its digits, else text, never a formula."""
    if text == "":
        return
    cell = sheet.cell(number, place)
    if is_number and _kept(text):
        cell.value = float(text)
    else:
        cell.value, cell.data_type = text, "s"


def _kept(text: str) -> bool:
    try:
        value = float(text)
    except ValueError:
        return False
    return isfinite(value) and float(f"{value:.15g}") == value


class _Lists:
    """The hidden sheet: one column a list of choices."""

    def __init__(self, book: Workbook, known: Mapping[str, Iterable[str]]):
        self.sheet: Worksheet = book.create_sheet(LISTS)
        self.known, self.place = {name: list(keys) for name, keys in known.items()}, dict[tuple[str, ...], str]()

    def of(self, tables: tuple[str, ...]) -> str:
        """The cells that hold the keys of some tables; blank when there are none."""
        if tables not in self.place:
            keys = list(dict.fromkeys(key for table in tables for key in self.known.get(table, [])))
            column = len(self.place) + 1
            letter = get_column_letter(column)
            for number, key in enumerate([" ".join(tables), *keys], 1):
                self.sheet.cell(number, column, key)
            end = len(keys) + 1
            self.place[tables] = f"{quote_sheetname(LISTS)}!${letter}$2:${letter}${end}" if keys else ""
        return self.place[tables]

    def finish(self) -> None:
        """Out of sight, behind the tables."""
        self.sheet.sheet_state = "hidden"


def _choices(sheet: Worksheet, lists: _Lists, row: type[Row], name: str, place: int) -> None:
    """A drop-down for a column with a few allowed values; references only warn, they may name what is added later."""
    field, among = row.model_fields[name], references(row).get(name, ())
    options = [value for value in get_args(field.annotation) if isinstance(value, str)]
    options = ["yes", "no"] if field.annotation is bool else options
    source = lists.of(among) if among else f'"{",".join(filter(None, options))}"' if options else ""
    if not source:
        return
    choice = DataValidation(
        type="list", formula1=source, allow_blank=not field.is_required(), showErrorMessage=True, errorStyle="warning"
    )
    letter = get_column_letter(place)
    choice.add(f"{letter}2:{letter}{ROWS}")
    sheet.add_data_validation(choice)


def read_workbook(path: Path) -> Filled:
    """A workbook as it stands. Raises InputError.

    Formulas count with the value Excel last saved for them.
    """
    try:
        book = load_workbook(path, data_only=True, read_only=True)
    except (OSError, BadZipFile, InvalidFileException, KeyError) as error:
        raise InputError(
            [
                Problem(
                    Place(path.name),
                    phrase("{message}", message=error),
                    phrase("an Excel workbook (.xlsx)"),
                    phrase("Save it again as .xlsx."),
                )
            ]
        ) from error
    known = {row.table for row in city_tables()}
    problems = [
        Problem(
            Place(f"{path.name}/{name}"),
            phrase("“{value}”", value=name),
            phrase("the name of a table"),
            nearest(name, known)
            if named_like(name, known)
            else phrase("Remove the sheet, or keep it in another workbook."),
        )
        for name in book.sheetnames
        if name not in known and name != LISTS
    ]
    if problems:
        raise InputError(problems)
    read = {}
    for name in book.sheetnames:
        if name == LISTS:
            continue
        lines = [[_text(cell) for cell in cells] for cells in book[name].iter_rows(values_only=True)]
        width = max((number + 1 for number, cell in enumerate(lines[0]) if cell), default=0) if lines else 0
        problems += [
            Problem(
                Place(f"{path.name}/{name}", number),
                phrase("“{value}”", value=cell),
                phrase("cells below a heading"),
                phrase("Give the column its heading, or clear the cell."),
            )
            for number, cells in enumerate(lines, 1)
            for cell in cells[width:]
            if cell
        ]
        if width:
            read[name] = [cells[:width] + [""] * (width - len(cells)) for cells in lines]
    if problems:
        raise InputError(problems)
    return Filled(str(book.properties.subject or ""), str(book.properties.keywords or ""), read)


def _text(cell: Any) -> str:
    """A cell as it would stand in a CSV file."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if hasattr(cell, "strftime"):  # Excel took a month for a date
        return str(cell.strftime("%Y-%m"))
    return str(cell).strip()
