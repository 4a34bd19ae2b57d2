"""What-ifs: a Case's tables with some rows set, scaled or removed. A change that changes nothing is a problem."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Annotated, Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, model_validator

from scenarios.files import as_text, parse
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


def _chosen(frame: pd.DataFrame, where: Mapping[str, Any]) -> pd.Series:
    chosen = pd.Series(True, index=frame.index)
    for column, pattern in where.items():
        chosen &= frame[column].map(lambda value, pattern=pattern: fnmatchcase(str(value), str(pattern)))
    return chosen


def _changed(frame: pd.DataFrame, change: Change, place: Place) -> tuple[pd.DataFrame, list[Problem]]:
    chosen = _chosen(frame, change.where)
    if not chosen.any():
        return frame, [
            Problem(
                place,
                phrase("no row of {table} where {where}", table=change.table, where=dict(change.where)),
                phrase("a choice that finds rows"),
                _nearest_row(frame, change.where),
            )
        ]
    if change.remove:
        return frame[~chosen], []
    before = frame[change.column]
    after = (
        before.where(~chosen, pd.to_numeric(before, errors="coerce") * change.scale)
        if change.scale is not None
        else before.map(lambda value: value).astype(object).where(~chosen, change.set).infer_objects()
    )
    result = frame.assign(**{change.column: after})
    problems: list[Problem] = []
    row = BY_NAME[change.table]
    for index in frame.index[chosen]:
        given = {name: value for name, value in result.loc[index].items() if not pd.isna(value) and value != ""}
        problems += [
            Problem(place, wrong.found, wrong.allowed, wrong.remedy) for wrong in parse(given, row, place.file, None)[1]
        ]
    return (frame, problems[:1]) if problems else (result.astype({change.column: before.dtype}, errors="ignore"), [])


def _nearest_row(frame: pd.DataFrame, where: Mapping[str, Any]) -> Any:
    for column, pattern in where.items():
        if not _chosen(frame, {column: pattern}).any():
            return nearest(str(pattern), set(map(str, frame[column])))
    return phrase("Each pattern finds rows, but no row fits them all.")
