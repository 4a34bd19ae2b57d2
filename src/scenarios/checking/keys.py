"""Each key once, each reference to a row that stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from scenarios.case import Case, cached
from scenarios.cells import as_text
from scenarios.checking.places import place
from scenarios.frames import entries
from scenarios.naming import names
from scenarios.problems import Place, Problem, nearest, phrase
from scenarios.tables import BY_NAME, Row, references


def duplicates(case: Case, table: str) -> Iterator[Problem]:
    """Keys that stand in a table twice."""
    yield from repeated(case[table], BY_NAME[table], place(case, table).file)


def repeated(frame: pd.DataFrame, row: type[Row], file: str) -> Iterator[Problem]:
    """Keys that stand in the table of a file twice."""
    if len(set(zip(*(frame[name].tolist() for name in row.key), strict=True))) == len(frame):
        return
    keys = frame[list(row.key)]
    for number in frame.index[keys.duplicated()]:
        value = keys.loc[number]
        first = frame.index[(keys == value).all(axis=1)][0]
        yield Problem(
            Place(file, number),
            phrase("the key {key} again (first in row {first})", key=" ".join(map(str, value)), first=first),
            phrase("each key once"),
            phrase("Remove one of the two rows."),
        )


def unknown(case: Case, table: str) -> Iterator[Problem]:
    """Values of a table that should be a key of another one and are not."""
    frame = case[table]
    for column, among in references(BY_NAME[table]).items():
        allowed = frozenset[Any]().union(*(keys_of(case, other) for other in among))
        strange = set(frame[column]) - allowed - {""}
        for number, value in entries(frame[column]) if strange else ():
            if value in strange:
                yield Problem(
                    place(case, table, number, column),
                    as_text(value),
                    phrase("a key of {tables}", tables=", ".join(among)),
                    nearest(str(value), map(str, allowed), names(case.tables, among, case.settings.titles).names),
                )


def unknown_among(
    case: Case, table: str, number: int, column: str, value: str, relation: str, tables: Sequence[str]
) -> Iterator[Problem]:
    """A value that should be a key of one of some tables, which ones hangs on another cell of its row."""
    allowed = frozenset[Any]().union(*(keys_of(case, other) for other in tables))
    if value not in allowed:
        yield Problem(
            place(case, table, number, column),
            as_text(value),
            phrase("for {relation}: a key of {tables}", relation=relation, tables=", ".join(tables)),
            nearest(value, map(str, allowed)),
        )


@cached
def keys_of(case: Case, table: str) -> frozenset[Any]:
    """The keys of a table whose key is one column, or the city itself."""
    return frozenset({case.settings.city} if table == "city" else case[table][BY_NAME[table].key[0]])
