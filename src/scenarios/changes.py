"""What-ifs: a Case's tables with rows set, scaled, removed or added. A change that changes nothing is a problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from scenarios.cells import amount_cell, as_text, parse, spelled_out
from scenarios.choosing import advice, canonical_text, matching_rows
from scenarios.files import in_kept_units, to_frame
from scenarios.frames import entries
from scenarios.naming import Titles, names_of, patterns_meant, value_meant
from scenarios.problems import Place, Problem, nearest, phrase
from scenarios.tables import BY_NAME, Row, columns, holds_numbers
from scenarios.units import UnitError, amount

Tables = Mapping[str, pd.DataFrame]


ONE_THING = phrase("give a column with `set` or `scale`, or `remove: true`, or `add` with rows")
DESCRIBED = phrase("a sentence saying why: description_zh, description_en or both")
AS_GIVEN = phrase("no change of price_year: amounts are given in its money (money of the day: funding --nominal)")
AS_READ = phrase("no change of city or model: the tables that are read are those that city.yaml names")
#: settings that say what the tables hold: another value would only relabel it
FIXED = {"price_year": AS_GIVEN, "city": AS_READ, "model": AS_READ}
#: what is removed is not to be had: (table, table of the potentials, the column that names it there, what is left)
NOT_TO_BE_HAD = ("measures", "potentials", "measure", {"share": 0.0})


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

    @field_validator("scale", mode="before")
    @classmethod
    def a_part(cls, given: Any) -> Any:
        """A factor may be written in percent."""
        try:
            return amount(given, "1") if isinstance(given, str) else given
        except UnitError:
            return given

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
        """Language -> why; a text in one language only stands for the other too."""
        zh, en = self.description_zh, self.description_en
        return {"zh": zh or en, "en": en or zh}

    @field_validator("settings")
    @classmethod
    def tables_as_read(cls, settings: dict[str, Any]) -> dict[str, Any]:
        """City, model and the year of the money are those of the tables."""
        for name in FIXED.keys() & settings.keys():
            raise ValueError(FIXED[name].text)
        return settings


def apply(
    tables: Tables, changes: Sequence[Change], file: str, city: Titles
) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """The tables after every change of a file, and what is wrong with the changes."""
    result, problems = dict(tables), []
    for number, change in enumerate(changes, 1):
        result, wrong = apply_change(result, change, Place(file, change=number), city)
        problems += wrong
    return result, problems


def apply_change(
    tables: Tables, change: Change, place: Place, city: Titles, idle: bool = False
) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """The tables after one change, and what is wrong with it; an ``idle`` one may change nothing.

    Rows may be called by their names; ``city`` are those of the city itself. A measure that is removed is not to be
    had: its potential is 0, and all that is said of it elsewhere stands, what the plan promises of it included.
    """
    problems = _misspelt(change, place)
    if problems:
        return dict(tables), problems
    change, problems = in_codes(tables, change, place, city)
    if problems:
        return dict(tables), problems
    if not change.add and not matching_rows(tables[change.table], change.where).any():
        return dict(tables), [_none_found(tables, change, place, city)]
    if change.remove and change.table == NOT_TO_BE_HAD[0]:
        change = _not_to_be_had(tables[change.table], change)
    step = _added(tables, change, place) if change.add else _changed(tables[change.table], change, place, idle)
    return {**tables, change.table: step[0]}, step[1]


def in_codes(tables: Tables, change: Change, place: Place, city: Titles) -> tuple[Change, list[Problem]]:
    """A change with codes in place of names, and names that stand for no code."""
    row = BY_NAME[change.table]
    where, problems = patterns_meant(tables, row, change.where, city, place)
    added = [
        {name: value_meant(tables, row, name, value, city) for name, value in given.items()} for given in change.add
    ]
    given = value_meant(tables, row, change.column, change.set, city)
    return change.model_copy(update={"where": where, "add": tuple(added), "set": given}), problems


def gone(before: Tables, after: Tables) -> dict[str, frozenset[str]]:
    """Table -> keys that changes took out of it; of tables whose key is one column."""
    named = [row.table for row in BY_NAME.values() if len(row.key) == 1 and before[row.table] is not after[row.table]]
    return {name: frozenset(before[name].iloc[:, 0]) - frozenset(after[name].iloc[:, 0]) for name in named}


def _not_to_be_had(frame: pd.DataFrame, change: Change) -> Change:
    """The change that leaves nothing of what another one removes."""
    _, potentials, column, left = NOT_TO_BE_HAD
    ((about, nothing),) = left.items()
    names = tuple(frame.loc[matching_rows(frame, change.where), column])
    return Change(table=potentials, where={column: names}, column=about, set=nothing)


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
    for cells in change.add:
        given = {name: _cell(value) for name, value in cells.items()}
        read = {name: amount_cell(given, name, row, place) for name in given}
        problems += [problem for _, wrong in read.values() for problem in wrong]
        record, wrong = parse({name: value for name, (value, _) in read.items()}, row, place)
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
    rows = to_frame(kept, list(range(first, first + len(kept))), row)
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
    return canonical_text(value) if isinstance(value, bool) else value


def _changed(frame: pd.DataFrame, change: Change, place: Place, idle: bool) -> tuple[pd.DataFrame, list[Problem]]:
    rows = matching_rows(frame, change.where)
    if change.remove:
        return frame[~rows], []
    row, values = BY_NAME[change.table], dict[Any, Any]()
    if change.scale is not None:
        rows &= frame[change.column].notna() & holds_numbers(row, change.column)
        if not rows.any():
            found, allowed = phrase("no number in “{column}”", column=change.column), phrase("numbers, to be scaled")
            return frame, [Problem(place, found, allowed, phrase("Name another column, or set a value."))]
    before = frame.loc[rows, change.column]
    for number in frame.index[rows]:
        given = {name: value for name, value in frame.loc[number].items() if not pd.isna(value) and value != ""}
        given[change.column] = change.set if change.scale is None else given[change.column] * change.scale
        given[change.column], wrong = amount_cell(given, change.column, row, place)
        if given[change.column] in ("", None):
            del given[change.column]
        record, others = (None, wrong) if wrong else parse(given, row, place)
        if record is None:
            return frame, [replace(others[0], where=place)]
        values[number] = record[change.column]
    same = (value == values[number] or (pd.isna(value) and values[number] is None) for number, value in before.items())
    if not idle and all(same):
        found = phrase("a change that changes nothing")
        return frame, [Problem(place, found, phrase("a new value"), phrase("The rows hold this value already."))]
    after = [values.get(number, value) for number, value in entries(frame[change.column])]
    return frame.assign(**{change.column: pd.Series(after, frame.index, dtype=frame[change.column].dtype)}), []


def _none_found(tables: Tables, change: Change, place: Place, city: Titles) -> Problem:
    row = BY_NAME[change.table]
    found = phrase("no row of {table}", table=change.table)
    if change.where:
        found = phrase("no row of {table} where {where}", table=change.table, where=spelled_out(change.where))
    remedy = advice(tables[change.table], row, change.where, names_of(tables, row, change.where, city))
    return Problem(place, found, phrase("a choice that finds rows"), remedy)
