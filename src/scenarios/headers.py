"""The header of a table: the columns it must have, and the marks between its cells."""

from __future__ import annotations

import re
from difflib import get_close_matches

from scenarios.problems import Place, Problem, named_like, nearest, phrase
from scenarios.tables import Row, columns

#: marks that some programs write in place of commas, and what they are called
SEPARATORS = {
    ";": phrase("semicolons between the cells"),
    "\t": phrase("tabs between the cells"),
    "|": phrase("vertical bars between the cells"),
    "，": phrase("Chinese commas between the cells"),
    "；": phrase("Chinese semicolons between the cells"),
}
OWN = phrase("Remove the column; what it says may go into “note”.")
COMMAS = phrase("commas between the cells")
TYPED = "，；"  #: marks that come from typing, not from the program that saved the file


def header_problems(file: str, header: list[str], row: type[Row]) -> list[Problem]:
    """What is wrong with the header of a table: its separator alone, or unknown, missing and repeated columns."""
    known = columns(row)
    between = _separator(header, known)
    if between is not None:
        return [_other_mark(Place(file, 1), between)]
    meant = {close for name in header if name not in known for close in get_close_matches(name, known, n=1)}
    needed = [name for name, field in row.model_fields.items() if field.is_required() and name not in meant]
    problems = [
        Problem(
            Place(file, 1, name),
            phrase("an unknown column “{name}”", name=name),
            phrase("{columns}", columns=", ".join(known)),
            nearest(name, known) if named_like(name, known) else OWN,
        )
        for name in header
        if name not in known
    ]
    problems += [
        Problem(
            Place(file, 1, name),
            phrase("no such column"),
            phrase("a column “{name}”", name=name),
            phrase("Add the column."),
        )
        for name in needed
        if name not in header
    ]
    problems += [
        Problem(
            Place(file, 1, name),
            phrase("the column twice"),
            phrase("each column once"),
            phrase("Remove one of the two."),
        )
        for name in dict.fromkeys(header)
        if header.count(name) > 1
    ]
    return problems


def row_problem(place: Place, cells: list[str], wanted: int) -> Problem:
    """That a row has too many cells or too few: other marks stand between them, or the text of one holds commas."""
    marks = (
        mark for mark in SEPARATORS if len(cells) < wanted == len(re.split(f"[,{re.escape(mark)}]", ",".join(cells)))
    )
    between = next(marks, None)
    if between is not None:
        return _other_mark(place, between)
    remedy = phrase("Give every column its cell, a blank one too.")
    if len(cells) > wanted:
        remedy = phrase("Put text that holds a comma in double quotes; write numbers without commas.")
    return Problem(place, phrase("{found} cells", found=len(cells)), phrase("{allowed} cells", allowed=wanted), remedy)


def _other_mark(place: Place, mark: str) -> Problem:
    """That cells have another mark than a comma between them."""
    remedy = phrase("Save the file with commas; in Excel, as “CSV UTF-8 (comma delimited)”.")
    if mark in TYPED:
        remedy = phrase("Replace each “{mark}” between cells by the comma of the English keyboard “,”.", mark=mark)
    return Problem(place, SEPARATORS[mark], COMMAS, remedy)


def _separator(header: list[str], known: list[str]) -> str | None:
    """What stands between the cells in place of commas; None when commas do."""
    line = ",".join(header)
    right = {
        mark: sum(name.strip(' "') in known for name in re.split(f"[,{re.escape(mark)}]", line))
        for mark in (",", *SEPARATORS)
    }
    most = max(right, key=lambda mark: right[mark])
    return most if right[most] > right[","] else None
