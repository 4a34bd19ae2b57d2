"""Where a planner finds a row, and rows that are wanted but absent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from scenarios.case import Case
from scenarios.problems import Place, Problem, phrase
from scenarios.tables import BY_NAME


def place(case: Case, table: str, row: int | None = None, column: str = "") -> Place:
    """A row of a table as a planner finds it."""
    folder = f"inputs/{case.settings.city}" if BY_NAME[table].folder == "inputs" else f"models/{case.settings.model}"
    return Place(f"{folder}/{table}.csv", row, column)


def absent(case: Case, table: str, wanted: Iterable[Any], given: Iterable[Any], why: str) -> Iterator[Problem]:
    """A missing row is never zero."""
    have = set(given)
    for key in dict.fromkeys(wanted):
        if key not in have:
            yield Problem(
                place(case, table),
                phrase("no row for {key}", key=spelt(key)),
                phrase("a row: {why}", why=phrase(why)),
                phrase("Add the row; write 0 if it is zero."),
            )


def spelt(key: Any) -> str:
    """A key of one or several parts, in words."""
    return " ".join(map(str, key)) if isinstance(key, tuple) else str(key)
