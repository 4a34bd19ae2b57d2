"""What-ifs: a Case's tables with some rows set, scaled or removed. A change that changes nothing is a problem."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Annotated, Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, model_validator

from scenarios.cells import as_text, parse
from scenarios.frames import entries
from scenarios.problems import Place, Problem, nearest, phrase
from scenarios.tables import BY_NAME, columns

Tables = Mapping[str, pd.DataFrame]


ONE_THING = phrase("give a column with `set` or `scale`, or `remove: true`")


class Change(BaseModel):
    """Rows of one table, chosen by patterns, and what becomes of one column of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    table: str
    where: dict[str, Any] = {}
    column: str = ""
    set: Any = None
    scale: Annotated[float, Field(ge=0)] | None = None
    remove: bool = False

    @model_validator(mode="after")
    def says_one_thing(self) -> Change:
        """Exactly one of set, scale and remove is given, with the column where one is needed."""
        given = [self.set is not None, self.scale is not None, self.remove]
        if sum(given) != 1 or (not self.remove and not self.column):
            raise ValueError(ONE_THING.text)
        return self


class WhatIf(BaseModel):
    """A scenario file: why, what it starts from, settings and rows it changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    description_zh: str
    description_en: str
    extends: str = ""
    settings: dict[str, Any] = {}
    changes: tuple[Change, ...] = ()


def apply(tables: Tables, changes: tuple[Change, ...], file: str) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """The tables after every change, and what is wrong with the changes."""
    result, problems = dict(tables), []
    for number, change in enumerate(changes, 1):
        place = Place(f"{file}, change {number}")
        wrong = _misspelt(change, place)
        if not wrong:
            result[change.table], wrong = _changed(result[change.table], change, place)
        problems += wrong
    return result, problems


def _misspelt(change: Change, place: Place) -> list[Problem]:
    if change.table not in BY_NAME:
        return [Problem(place, as_text(change.table), phrase("the name of a table"), nearest(change.table, BY_NAME))]
    known = columns(BY_NAME[change.table])
    named = [*change.where, *([change.column] if change.column else [])]
    return [
        Problem(place, as_text(name), phrase("a column of {table}", table=change.table), nearest(name, known))
        for name in named
        if name not in known
    ]


def _written(value: Any) -> str:
    """A value as it stands in a table: yes and no, whole numbers without a point."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) and value.is_integer() else str(value)


def _chosen(frame: pd.DataFrame, where: Mapping[str, Any]) -> pd.Series:
    chosen = pd.Series(True, index=frame.index)
    for column, pattern in where.items():
        wanted = _written(pattern)
        chosen &= pd.Series([fnmatchcase(_written(value), wanted) for value in frame[column]], frame.index)
    return chosen


def _changed(frame: pd.DataFrame, change: Change, place: Place) -> tuple[pd.DataFrame, list[Problem]]:
    chosen = _chosen(frame, change.where)
    if not chosen.any():
        found = phrase("no row of {table} where {where}", table=change.table, where=dict(change.where))
        return frame, [Problem(place, found, phrase("a choice that finds rows"), _nearest_row(frame, change.where))]
    if change.remove:
        return frame[~chosen], []
    values: dict[Any, Any] = {}
    for number in frame.index[chosen]:
        given = {name: value for name, value in frame.loc[number].items() if not pd.isna(value) and value != ""}
        given[change.column] = change.set if change.scale is None else given.get(change.column, 0) * change.scale
        if given[change.column] in ("", None):
            del given[change.column]
        record, wrong = parse(given, BY_NAME[change.table], place.file, None)
        if record is None:
            return frame, [Problem(place, wrong[0].found, wrong[0].allowed, wrong[0].remedy)]
        values[number] = record[change.column]
    after = [values.get(number, value) for number, value in entries(frame[change.column])]
    return frame.assign(**{change.column: pd.Series(after, frame.index, dtype=frame[change.column].dtype)}), []


def _nearest_row(frame: pd.DataFrame, where: Mapping[str, Any]) -> Any:
    for column, pattern in where.items():
        if not _chosen(frame, {column: pattern}).any():
            return nearest(_written(pattern), set(map(_written, frame[column])))
    return phrase("Each pattern finds rows, but no row fits them all.")
