"""Each key once, each reference to a row that stands."""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.case import Case
from scenarios.cells import as_text
from scenarios.checking.places import place
from scenarios.frames import entries
from scenarios.problems import Problem, nearest, phrase
from scenarios.tables import TABLES, references


def duplicates(case: Case) -> Iterator[Problem]:
    """Keys that stand in a table twice."""
    for row in TABLES:
        frame = case[row.table]
        keys = frame[list(row.key)]
        if len(set(zip(*(keys[name] for name in row.key), strict=True))) == len(keys):
            continue
        for number in frame.index[keys.duplicated()]:
            value = keys.loc[number]
            first = frame.index[(keys == value).all(axis=1)][0]
            yield Problem(
                place(case, row.table, number),
                phrase("the key {key} again (first in row {first})", key=" ".join(map(str, value)), first=first),
                phrase("each key once"),
                phrase("Remove one of the two rows."),
            )


def unknown(case: Case) -> Iterator[Problem]:
    """Values that should be a key of another table and are not."""
    known = {row.table: set(case[row.table][row.key[0]]) for row in TABLES if len(row.key) == 1} | {
        "city": {case.settings.city}
    }
    for row in TABLES:
        for column, among in references(row).items():
            frame = case[row.table]
            allowed = set().union(*(known[table] for table in among))
            strange = set(frame[column]) - allowed - {""}
            for number, value in entries(frame[column]) if strange else ():
                if value in strange:
                    yield Problem(
                        place(case, row.table, number, column),
                        as_text(value),
                        phrase("a key of {tables}", tables=", ".join(among)),
                        nearest(str(value), map(str, allowed)),
                    )
