"""Numbers of a pollutant above those of the pollutant that contains it: fine particles above all particles, say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scenarios.case import Case
from scenarios.checking.places import place
from scenarios.frames import labelled_rows
from scenarios.problems import Remark, phrase
from scenarios.tables import MEANT, TABLES, Row, columns

OF = "pollutant"
SAME = 1e-9  #: part by which two numbers may differ by rounding [1]
BESIDE = ("content", "against", "excluded")  #: what must agree too, beside the key, where a table has it


def parts(case: Case) -> list[Remark]:
    """Rows in which a part is larger than the whole; none is an error, for sources differ."""
    whole_of = {part: whole for part, whole in case.column("pollutants", "part_of").items() if whole}
    return [remark for row in TABLES if row.contained for remark in _of_table(case, row, whole_of)]


def _of_table(case: Case, row: type[Row], whole_of: dict[str, str]) -> Iterator[Remark]:
    names = [name for name in columns(row) if name != OF and (name in row.key or name in BESIDE)]
    rows = {(given[OF], *(given[name] for name in names)): (number, given) for number, given in _counted(case, row)}
    for (pollutant, *rest), (number, given) in rows.items():
        other, whole = rows.get((whole_of.get(pollutant, ""), *rest), (0, None))
        if whole is None or given[row.contained] <= whole[row.contained] * (1 + SAME):
            continue
        yield Remark(
            place(case, row.table, number, row.contained),
            phrase("{name} has {value}", name=_key_text(given, row), value=f"{given[row.contained]:g}"),
            phrase(
                "{whole}, of which it is a part, has {value} (row {row})",
                whole=whole[OF],
                value=f"{whole[row.contained]:g}",
                row=other,
            ),
            phrase(
                "Correct one of the two; if it is meant, write “magnitude checked” into the note of the row, and why."
            ),
        )


def _counted(case: Case, row: type[Row]) -> Iterator[tuple[Any, dict[str, Any]]]:
    """The rows that are compared: those whose note does not say that their number is meant."""
    return (
        (number, given)
        for number, given in labelled_rows(case[row.table])
        if not any(word in given["note"] for word in MEANT)
    )


def _key_text(given: dict[str, Any], row: type[Row]) -> str:
    return " ".join(str(given[name]) for name in row.key if given[name] != "")
