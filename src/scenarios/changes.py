"""What-ifs: a Case's tables with rows set, scaled, removed or added. A change that changes nothing is a problem."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NamedTuple
from unicodedata import normalize

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from scenarios.cells import as_text, parse, spelt
from scenarios.choosing import advice, chosen, written
from scenarios.files import framed, in_kept_units
from scenarios.frames import entries
from scenarios.problems import Place, Problem, nearest, phrase
from scenarios.tables import BY_NAME, Row, columns, value_column

Tables = Mapping[str, pd.DataFrame]


ONE_THING = phrase("give a column with `set` or `scale`, or `remove: true`, or `add` with rows")
DESCRIBED = phrase("a sentence saying why: description_zh, description_en or both")
FIXED = "price_year"  #: a setting that says in which money the tables are given: another year would relabel it only
AS_GIVEN = phrase("no change of price_year: amounts are given in its money (money of the day: funding --nominal)")
SETTINGS = "settings"  #: what stands in city.yaml, beside the tables
SHORT = re.compile(
    r"(?P<minus>-)?(?P<table>\w+)(?:\.(?P<key>[^=:]*?))?(?::(?P<column>\w+))?\s*(?:(?P<sign>\*?=)(?P<value>.*))?"
)


class Change(BaseModel):
    """Rows of one table, chosen by patterns, and what becomes of one column of them; or rows that are added."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    table: str
    where: dict[str, Any] = {}
    column: str = ""
    set: Any = None
    scale: Annotated[float, Field(ge=0)] | None = None
    remove: bool = False
    add: tuple[dict[str, Any], ...] = ()

    @model_validator(mode="after")
    def says_one_thing(self) -> Change:
        """Exactly one of set, scale, remove and add is given, with the column where one is needed."""
        given = [self.set is not None, self.scale is not None, self.remove, bool(self.add)]
        if sum(given) != 1 or (not self.remove and not self.add and not self.column) or (self.add and self.where):
            raise ValueError(ONE_THING.text)
        return self


class WhatIf(BaseModel):
    """A scenario file: what it is called, why, what it starts from, settings and rows it changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name_zh: str = ""
    name_en: str = ""
    description_zh: str = ""
    description_en: str = ""
    extends: str = ""
    settings: dict[str, Any] = {}
    changes: tuple[Change, ...] = ()

    @model_validator(mode="after")
    def says_why(self) -> WhatIf:
        """It is described in one language at least."""
        if not (self.description_zh or self.description_en):
            raise ValueError(DESCRIBED.text)
        return self

    @property
    def description(self) -> dict[str, str]:
        """Language -> why; what is told in one language only stands for the other too."""
        zh, en = self.description_zh, self.description_en
        return {"zh": zh or en, "en": en or zh}

    @field_validator("settings")
    @classmethod
    def money_as_given(cls, settings: dict[str, Any]) -> dict[str, Any]:
        """The year of the money is that of the tables."""
        if FIXED in settings:
            raise ValueError(AS_GIVEN.text)
        return settings


class Short(NamedTuple):
    """A change in one word: of a table, or of the settings."""

    change: Change | None
    settings: Mapping[str, Any]


def short(text: str) -> tuple[Short, list[Problem]]:
    """``TABLE.KEY=VALUE`` sets, ``TABLE.KEY*=VALUE`` scales, ``-TABLE.KEY`` removes; ``settings.NAME=VALUE`` sets.

    KEY holds patterns for the key columns in their order, with / between them; ``KEY:COLUMN`` names another column than
    the one the table is about.
    """
    place, parts = Place(text), SHORT.fullmatch(normalize("NFKC", text.strip()))  # full-width signs as plain ones
    allowed = phrase("TABLE.KEY=VALUE, TABLE.KEY*=FACTOR, -TABLE.KEY or settings.NAME=VALUE")
    if (
        parts is None
        or bool(parts["minus"]) == bool(parts["sign"])
        or (parts["table"] == SETTINGS and parts["sign"] != "=")
    ):
        example = phrase("Such as supply.natural_gas/2019*=0.7 or targets.*:enforced=no.")
        return Short(None, {}), [Problem(place, as_text(text), allowed, example)]
    if parts["key"] == "" and parts["sign"] == "*=":
        both = phrase("For every row, TABLE.**=FACTOR scales and TABLE.*:COLUMN=VALUE sets.")
        return Short(None, {}), [Problem(place, as_text(text), allowed, both)]
    value = _plain((parts["value"] or "").strip())
    if parts["table"] == SETTINGS and parts["key"] == FIXED:
        return Short(None, {}), [Problem(place, as_text(text), AS_GIVEN, phrase("Leave it away."))]
    if parts["table"] == SETTINGS:
        return Short(None, {parts["key"] or "": value}), []
    if parts["table"] not in BY_NAME:
        names = nearest(parts["table"], [*BY_NAME, SETTINGS])
        return Short(None, {}), [Problem(place, as_text(parts["table"]), phrase("the name of a table"), names)]
    row = BY_NAME[parts["table"]]
    where, wrong = _keyed(row, parts["key"] or "*", place)
    column = "" if parts["minus"] else parts["column"] or value_column(row) or ""
    if not parts["minus"] and not column:
        allowed = phrase("TABLE.KEY:COLUMN=VALUE, with one of the columns {names}", names=", ".join(columns(row)))
        wrong.append(Problem(place, as_text(text), allowed, phrase("This table needs the column named.")))
    if parts["sign"] == "*=" and not (isinstance(value, int | float) and value >= 0):
        wrong.append(Problem(place, as_text(value), phrase("a number"), phrase("Give the factor to scale by.")))
    if wrong:
        return Short(None, {}), wrong
    given = "" if value is None else value
    done: dict[str, Any] = {"remove": True} if parts["minus"] else {"scale" if parts["sign"] == "*=" else "set": given}
    return Short(Change(table=row.table, where=where, column=column, **done), {}), []


def _keyed(row: type[Row], text: str, place: Place) -> tuple[dict[str, Any], list[Problem]]:
    """Key column -> pattern, in the order of the key."""
    patterns = [part.strip() for part in text.split("/")]
    if len(patterns) > len(row.key):
        allowed = phrase("at most {count} parts: {names}", count=len(row.key), names="/".join(row.key))
        return {}, [Problem(place, as_text(text), allowed, phrase("Leave the rest away."))]
    return {name: pattern for name, pattern in zip(row.key, patterns, strict=False) if pattern != "*"}, []


def unit_set(tables: Tables, text: str) -> tuple[Any, list[str]] | None:
    """The value and the units in which a change in short sets an amount of a table kept in other units than its file's.

    None for what sets no such amount.
    """
    change = short(text)[0].change
    row = BY_NAME[change.table] if change else None
    if change is None or row is None or not isinstance(change.set, int | float):
        return None
    if row.converted is None or row.converted[0] != change.column:
        return None
    frame = tables[change.table]
    units = kept_units(tables, row, frame[chosen(frame, change.where)])
    return change.set, [units] if isinstance(units, str) else sorted(set(map(str, units if units is not None else ())))


def _plain(text: str) -> Any:
    """A value typed on the command line: a number, nothing, or a text."""
    if text in ("none", "null"):
        return None
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return text


def apply(tables: Tables, changes: Sequence[Change], file: str) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """The tables after every change of a file, and what is wrong with the changes."""
    result, problems = dict(tables), []
    for number, change in enumerate(changes, 1):
        result, wrong = changed(result, change, Place(file, change=number))
        problems += wrong
    return result, problems


def changed(
    tables: Tables, change: Change, place: Place, idle: bool = False
) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """The tables after one change, and what is wrong with it; an ``idle`` one may change nothing."""
    problems = _misspelt(change, place)
    if problems:
        return dict(tables), problems
    step = _added(tables, change, place) if change.add else _changed(tables[change.table], change, place, idle)
    return {**tables, change.table: step[0]}, step[1]


def _misspelt(change: Change, place: Place) -> list[Problem]:
    if change.table not in BY_NAME:
        return [Problem(place, as_text(change.table), phrase("the name of a table"), nearest(change.table, BY_NAME))]
    known = columns(BY_NAME[change.table])
    allowed = phrase("a column of {table}: {names}", table=change.table, names=", ".join(known))
    named = [*change.where, *([change.column] if change.column else []), *(name for row in change.add for name in row)]
    return [
        Problem(place, as_text(name), allowed, nearest(name, known))
        for name in dict.fromkeys(named)
        if name not in known
    ]


def _added(tables: Tables, change: Change, place: Place) -> tuple[pd.DataFrame, list[Problem]]:
    """The table with further rows, in the units kept."""
    row, frame = BY_NAME[change.table], tables[change.table]
    kept, problems = [], []
    taken = set(map(tuple, frame[list(row.key)].astype(str).to_numpy()))
    for given in change.add:
        record, wrong = parse({name: _cell(value) for name, value in given.items()}, row, place)
        problems += wrong
        if record is None:
            continue
        key = tuple(str(record[name]) for name in row.key)
        if key in taken:
            again = phrase("the key “{key}” again", key=", ".join(key))
            problems.append(Problem(place, again, phrase("each key once"), phrase("Use `set` to change a row.")))
        taken.add(key)
        kept.append(record)
    if problems:
        return frame, problems
    first = int(frame.index.max()) + 1 if len(frame) else 0
    rows = framed(kept, list(range(first, first + len(kept))), row)
    wanted = kept_units(tables, row, rows)
    if wanted is not None:
        rows, problems = in_kept_units(rows, row, wanted, place)
    return pd.concat([frame, rows]) if len(frame) else rows, problems


def kept_units(tables: Tables, row: type[Row], frame: pd.DataFrame) -> pd.Series | str | None:
    """The unit the written quantities of a table are kept in, row by row where another table says so."""
    if row.converted is None or isinstance(row.converted[1], str):
        return row.converted and str(row.converted[1])
    table, column = row.converted[1]
    return frame[column].map(tables[table].drop_duplicates(column).set_index(column)["unit"])


def _cell(value: Any) -> Any:
    """A value of a YAML file as a cell of a table holds it."""
    return written(value) if isinstance(value, bool) else value


def _changed(frame: pd.DataFrame, change: Change, place: Place, idle: bool) -> tuple[pd.DataFrame, list[Problem]]:
    rows = chosen(frame, change.where)
    if not rows.any():
        found = phrase("no row of {table}", table=change.table)
        if change.where:
            found = phrase("no row of {table} where {where}", table=change.table, where=spelt(change.where))
        return frame, [
            Problem(
                place, found, phrase("a choice that finds rows"), advice(frame, BY_NAME[change.table], change.where)
            )
        ]
    if change.remove:
        return frame[~rows], []
    before = frame.loc[rows, change.column]
    values: dict[Any, Any] = {}
    for number in frame.index[rows]:
        given = {name: value for name, value in frame.loc[number].items() if not pd.isna(value) and value != ""}
        given[change.column] = change.set if change.scale is None else given.get(change.column, 0) * change.scale
        if given[change.column] in ("", None):
            del given[change.column]
        record, wrong = parse(given, BY_NAME[change.table], place)
        if record is None:
            return frame, [Problem(place, wrong[0].found, wrong[0].allowed, wrong[0].remedy)]
        values[number] = record[change.column]
    same = (value == values[number] or (pd.isna(value) and values[number] is None) for number, value in before.items())
    if not idle and all(same):
        found = phrase("a change that changes nothing")
        return frame, [Problem(place, found, phrase("a new value"), phrase("The rows hold this value already."))]
    after = [values.get(number, value) for number, value in entries(frame[change.column])]
    return frame.assign(**{change.column: pd.Series(after, frame.index, dtype=frame[change.column].dtype)}), []
