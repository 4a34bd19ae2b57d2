"""What every sheet of the workbook is made of: formats, headings, text that never runs, totals that stay live."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from textwrap import wrap
from typing import Any

from scenarios.reports.format import MILLION, width
from scenarios.units import TEN_THOUSAND
from scenarios.words import language, say

UNIT = "unit"  #: name of the cell that holds what amounts are divided by
WIDEST, NARROWEST = 60, 9  #: characters of a column
LINE = 14  #: height of a line of text [points]
NOTE = 100  #: characters of a line of a note
LATIN = 0.9  #: width of a Latin letter among others, of a digit's
DARK, PALE, RULE = "#1F4E5F", "#E6EEF1", "#9FB4BC"  #: colours of headings, totals and lines
SERIES = ("#1F4E5F", "#4C8C9B", "#9CC5C9", "#E3B34C", "#C8643C", "#8A6FA8", "#7A7A7A")  #: colours of a chart's payers


@dataclass(frozen=True)
class Book:
    """A workbook being written: its file, formats, and the unit that money is shown in."""

    file: Any
    style: Mapping[str, Any]
    unit: float  # [CNY]
    money: str  # the unit as it is called, with the money it is of
    cny: str  # the same of CNY
    cover: Any
    charts: Any  # the sheet that holds all charts


def unit_name() -> str:
    """The unit that money is shown in: 万元 in Chinese, million CNY in English."""
    return say("10^4 CNY") if language() == "zh" else say("million CNY")


def unit_size() -> float:
    """That unit. [CNY]"""
    return TEN_THOUSAND if language() == "zh" else MILLION


def new_book(buffer: Any, called: Callable[[str], str]) -> Book:
    """An empty workbook; nothing that is written as text becomes a formula, a link or a number.

    ``called`` says of which money a unit is.
    """
    from xlsxwriter import Workbook

    safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    file = Workbook(buffer, safe)
    font = {"font_name": "Microsoft YaHei" if language() == "zh" else "Calibri", "font_size": 10, "valign": "vcenter"}
    amount = "#,##0.00;[Red]-#,##0.00;-" if language() == "zh" else "#,##0.000;[Red]-#,##0.000;-"
    beside = {"valign": "top", "align": "right", "indent": 1}  # a number with text to its right
    looks: dict[str, dict[str, Any]] = {
        "text": {},
        "wrap": {"text_wrap": True, "valign": "top"},
        "wrap_in": {"text_wrap": True, "valign": "top", "indent": 1},  # beside a number
        "code": {"font_color": RULE, "align": "center"},
        "title": {"font_size": 16, "bold": True, "font_color": DARK},
        "note": {"font_color": "#595959", "italic": True},
        "label": {"bold": True, "font_color": DARK, "valign": "top"},
        "label_right": {"bold": True, "font_color": DARK, "align": "right"},
        "head": {
            "bold": True,
            "font_color": "white",
            "bg_color": DARK,
            "text_wrap": True,
            "align": "center",
            "border": 1,
        }
        | {"border_color": RULE},
        "amount": {"num_format": amount},
        "amount_top": {"num_format": amount, **beside},
        "cny": {"num_format": "#,##0;[Red]-#,##0;-"},
        "count": {"num_format": "#,##0"},
        "divisor": {"num_format": "#,##0", "align": "left"},
        "share": {"num_format": "0.0%"},
        "number": beside,
        "number_large": {**beside, "num_format": "#,##0"},
        "year": {"align": "center"},
        "total": {"num_format": amount, "bold": True, "bg_color": PALE, "top": 1, "top_color": DARK},
        "total_share": {"num_format": "0.0%", "bold": True, "bg_color": PALE, "top": 1, "top_color": DARK},
        "total_cny": {"num_format": "#,##0", "bold": True, "bg_color": PALE, "top": 1, "top_color": DARK},
    }
    formats = {name: file.add_format({**font, **look}) for name, look in looks.items()}
    units = called(unit_name()), called(say("CNY"))
    return Book(
        file, formats, unit_size(), *units, *(file.add_worksheet(name) for name in (say("Cover"), say("Charts")))
    )


def new_sheet(book: Book, name: str, title: str, head: Sequence[str], first: int = 4) -> Any:
    """A sheet with title, note on money, frozen headings and print set-up: landscape, a page wide, heads repeated."""
    sheet = book.file.add_worksheet(name)
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, title, book.style["title"])
    for column, text in enumerate(head):
        sheet.write_string(first, column, text, book.style["head"])
    sheet.set_row(first, 32)
    sheet.freeze_panes(first + 1, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(first)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.set_footer("&L&A&R&P / &N")
    return sheet


def write_note(book: Book, sheet: Any, text: str) -> None:
    """A note above a narrow table, over as many rows as keep it on the page; its unit stays whole."""
    size = NOTE * len(text) // width(text)
    said, bracket, unit = text.rpartition("[")
    for row, line in enumerate([text] if len(text) <= size else [*wrap(said, size), bracket + unit], 1):
        sheet.write_string(row, 0, line, book.style["note"])


def lines(text: str, size: int) -> int:
    """Lines that a text runs over in a column of a size [characters]; Latin letters are narrower than digits."""
    wide = width(text) - len(text)
    return max(ceil((2 * wide + LATIN * (len(text) - wide)) / size), 1)


def set_widths(sheet: Any, columns: Sequence[Sequence[str]]) -> None:
    """Columns as wide as their longest text, within bounds."""
    for place, texts in enumerate(columns):
        longest = max((width(text) for text in texts), default=0)
        sheet.set_column(place, place, min(max(longest + 2, NARROWEST), WIDEST))


def cell(row: int, column: int, fixed: str = "") -> str:
    """The name of a cell counted from 0; ``fixed`` holds its row, its column or both (``r``, ``c``, ``rc``)."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{'$' if 'c' in fixed else ''}{letters}{'$' if 'r' in fixed else ''}{row + 1}"


def span(first: tuple[int, int], last: tuple[int, int], fixed: str = "") -> str:
    """The name of a block of cells."""
    return f"{cell(*first, fixed)}:{cell(*last, fixed)}"


def write_totals(
    book: Book, sheet: Any, row: int, columns: Mapping[int, float], first: int, look: str = "total"
) -> None:
    """A live sum below each of the columns, with its value worked out."""
    for column, value in columns.items():
        formula = f"=SUM({span((first, column), (row - 1, column))})"
        sheet.write_formula(row, column, formula, book.style[look], value)
