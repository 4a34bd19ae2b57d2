"""Rows of a table chosen by patterns, and what to advise where a choice finds none."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd

from scenarios.problems import Phrase, named_like, nearest, phrase
from scenarios.tables import Row

Names = Mapping[str, str]  #: name -> code
FEW = 12  #: so many values of a column are all listed


def matching_rows(frame: pd.DataFrame, where: Mapping[str, Any]) -> pd.Series:
    """Whether each row fits the pattern of every column; several codes in place of a pattern are each allowed."""
    fits = np.ones(len(frame), dtype=bool)
    for column, pattern in where.items():
        if isinstance(pattern, tuple):
            fits &= frame[column].isin(pattern).to_numpy()
            continue
        wanted = canonical_text(pattern)
        fits &= np.array([fnmatchcase(canonical_text(value), wanted) for value in frame[column]], dtype=bool)
    return pd.Series(fits, frame.index)


def canonical_text(value: Any) -> str:
    """A value as it stands in a table: yes and no, whole numbers without a point; several with commas."""
    if isinstance(value, tuple):
        return ", ".join(map(canonical_text, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) and value.is_integer() else str(value)


def advice(frame: pd.DataFrame, row: type[Row], where: Mapping[str, Any], called: Mapping[str, Names]) -> Phrase:
    """What to write in place of patterns that find no row: one advice for each that is wrong by itself.

    ``called``: column -> name -> code, of the rows that codes in the column stand for.
    """
    if frame.empty:
        return phrase("The table holds no row yet.")
    wrong = [name for name, pattern in where.items() if not matching_rows(frame, {name: pattern}).any()]
    if wrong:
        found = [_of_part(frame, row, name, where, called.get(name, {})) for name in wrong]
        return reduce(lambda first, second: phrase("{first} {second}", first=first, second=second), found)
    rest = dict(where)
    while not matching_rows(frame, rest).any():
        last = rest.popitem()[0]
    fitting = _held(frame[matching_rows(frame, rest)], last)
    return phrase("With {where}, {values}", where=spelt_out(rest), values=_values(last, fitting))


def spelt_out(where: Mapping[str, Any]) -> str:
    """Columns with their patterns."""
    return ", ".join(f"{name} = {canonical_text(pattern)}" for name, pattern in where.items())


def _of_part(frame: pd.DataFrame, row: type[Row], column: str, where: Mapping[str, Any], called: Names) -> Phrase:
    """What to write in place of one pattern that finds nothing."""
    text, held = canonical_text(where[column]), _held(frame, column)
    other = next((name for name in row.key if name != column and name in frame and text in _held(frame, name)), "")
    if other:
        key = "/".join(row.key)
        elsewhere = phrase("“{value}” stands in “{column}”, not in “{asked}”", value=text, column=other, asked=column)
        return phrase("{elsewhere} (key: {names}).", elsewhere=elsewhere, names=key)
    word = text.strip("*?")
    names = {name: code for name, code in called.items() if code in held}
    if word.isdecimal() or not named_like(word, [*held, *names]):
        return _values(column, held)
    near = nearest(word, held, names)
    return near if len(where) == 1 else phrase("“{column}”: {advice}", column=column, advice=near)


def _held(frame: pd.DataFrame, column: str) -> list[str]:
    return sorted(set(map(canonical_text, frame[column])) - {""})


def _values(column: str, held: list[str]) -> Phrase:
    if not held:
        return phrase("“{column}” holds nothing yet.", column=column)
    if len(held) <= FEW:
        return phrase("“{column}” holds {names}.", column=column, names=", ".join(held))
    some = ", ".join(held[:FEW])
    return phrase("“{column}” holds {names} and {count} more.", column=column, names=some, count=len(held) - FEW)
