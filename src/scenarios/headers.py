"""The header of a table: the columns it must have, and the marks between its cells."""

from __future__ import annotations

from difflib import get_close_matches

from scenarios.problems import Place, Problem, nearest, phrase
from scenarios.tables import Row, columns

#: marks that some programs write in place of commas, and what they are called
SEPARATORS = {
    ";": phrase("semicolons between the cells"),
    "\t": phrase("tabs between the cells"),
    "|": phrase("vertical bars between the cells"),
    "，": phrase("Chinese commas between the cells"),
    "；": phrase("Chinese semicolons between the cells"),
}


def header_problems(file: str, header: list[str], row: type[Row]) -> list[Problem]:
    """What is wrong with the header of a table: its separator alone, or unknown, missing and repeated columns."""
    known = columns(row)
    between = _separator(header, known)
    if between is not None:
        save = phrase("Save the file with commas; in Excel, as “CSV UTF-8 (comma delimited)”.")
        return [Problem(Place(file, 1), SEPARATORS[between], phrase("commas between the cells"), save)]
    meant = {close for name in header if name not in known for close in get_close_matches(name, known, n=1)}
    needed = [name for name, field in row.model_fields.items() if field.is_required() and name not in meant]
    problems = [
        Problem(
            Place(file, 1, name),
            phrase("an unknown column “{name}”", name=name),
            phrase("{columns}", columns=", ".join(known)),
            nearest(name, known),
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


def _separator(header: list[str], known: list[str]) -> str | None:
    """What stands between the cells in place of commas; None when commas do."""
    line = ",".join(header)
    right = {mark: sum(name.strip(' "') in known for name in line.split(mark)) for mark in (",", *SEPARATORS)}
    most = max(right, key=lambda mark: right[mark])
    return most if right[most] > right[","] else None
