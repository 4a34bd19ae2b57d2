"""Names in place of codes: whatever a row is called in either language is read as its code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, NamedTuple
from unicodedata import normalize

import pandas as pd

from scenarios.choosing import chosen, written
from scenarios.problems import Place, Problem, phrase
from scenarios.tables import BY_NAME, Named, Row, references

CITY = "city"  #: what columns refer to that may hold the city as a whole
RANKS = "市县区"  #: signs that Chinese writes behind the name of a city, county or district, and often leaves away
WILD = frozenset("*?[")
Tables = Mapping[str, pd.DataFrame]
Titles = Mapping[str, str]  #: name -> code, of the city itself


class Register(NamedTuple):
    """The codes that may be meant, and the names that stand for them."""

    codes: frozenset[str]
    called: Mapping[str, tuple[str, ...]]  #: name, folded -> the codes of the rows that bear it
    names: Mapping[str, str]  #: name as it is told -> a code

    def meant(self, text: str) -> tuple[str, ...]:
        """The codes of what is called so; none for a code itself, and for what is not known."""
        return () if text in self.codes else self.called.get(folded(text), ())

    def code(self, text: str) -> str:
        """The code of what is called so; the text itself when it is a code, or the name of none or of several."""
        meant = self.meant(text)
        return meant[0] if len(meant) == 1 else text

    def fitting(self, pattern: str) -> tuple[str, ...]:
        """The codes whose names fit a pattern, each once."""
        if not WILD & set(pattern):
            return self.meant(pattern)
        wanted = folded(pattern)
        found = (codes for name, codes in self.called.items() if fnmatchcase(name, wanted))
        return tuple(dict.fromkeys(code for codes in found for code in codes))

    def ambiguous(self, text: str, place: Place) -> list[Problem]:
        """That a name belongs to several rows."""
        meant = self.meant(text)
        if len(meant) < 2:
            return []
        found = phrase("“{value}”, the name of several rows", value=text)
        remedy = phrase("Write the code: {names}.", names=", ".join(meant))
        return [Problem(place, found, phrase("a name that one row has"), remedy)]


def folded(name: str) -> str:
    """A name however wide its letters and signs are written, in small letters."""
    return normalize("NFKC", name).strip().lower()


def register(codes: Iterable[str], pairs: Collection[tuple[str, str]]) -> Register:
    """Codes with their names, given in pairs; a Chinese name of a place may lack its last sign."""
    whole: dict[str, dict[str, None]] = defaultdict(dict)
    short: dict[str, dict[str, None]] = defaultdict(dict)
    for code, name in pairs:
        text = folded(name)
        if text:
            whole[text][code] = None
        if text[-1:] in RANKS and len(text) > 2:
            short[text[:-1]][code] = None
    called = {name: tuple(found) for name, found in {**short, **whole}.items()}
    return Register(frozenset(codes), called, {name: code for code, name in pairs})


def names(tables: Tables, among: Sequence[str], city: Titles) -> Register:
    """What the rows of some tables are called."""
    codes: set[str] = set()
    pairs: list[tuple[str, str]] = []
    for table in among:
        if table == CITY:
            codes |= set(city.values())
            pairs += [(code, name) for name, code in city.items()]
            continue
        keys = list(map(str, tables[table][BY_NAME[table].key[0]]))
        codes |= set(keys)
        for column in ("name_zh", "name_en") if issubclass(BY_NAME[table], Named) else ():
            pairs += zip(keys, map(str, tables[table][column]), strict=True)
    return register(codes, pairs)


def among(row: type[Row], column: str) -> tuple[str, ...]:
    """The tables whose codes a column may hold: those it refers to, or its own where it names the rows."""
    if issubclass(row, Named) and column == row.key[0]:
        return (row.table,)
    return references(row).get(column, ())


def patterns_meant(
    tables: Tables, row: type[Row], where: Mapping[str, Any], city: Titles, place: Place
) -> tuple[dict[str, Any], list[Problem]]:
    """Column -> pattern, with codes in place of names where no code fits; a name of several rows is a problem."""
    meant, problems = dict(where), []
    for column, pattern in where.items():
        others = among(row, column)
        if not others or chosen(tables[row.table], {column: pattern}).any():
            continue
        known, text = names(tables, others, city), written(pattern)
        codes = known.fitting(text)
        if not WILD & set(text):
            problems += known.ambiguous(text, place)
        if codes:
            meant[column] = codes if len(codes) > 1 else codes[0]
    return meant, problems


def names_of(tables: Tables, row: type[Row], columns: Iterable[str], city: Titles) -> dict[str, Mapping[str, str]]:
    """Column -> name -> code, of the columns that hold codes of named rows."""
    return {column: names(tables, among(row, column), city).names for column in columns if among(row, column)}


def value_meant(tables: Tables, row: type[Row], column: str, value: Any, city: Titles) -> Any:
    """The code of a row that a value calls by its name; any other value as it is."""
    others = references(row).get(column, ())
    return names(tables, others, city).code(value) if others and isinstance(value, str) else value


def in_codes(tables: Tables, city: Titles) -> dict[str, pd.DataFrame]:
    """The tables with codes where they refer to rows by their names; a name of none or of several stays."""
    found = dict(tables)
    for table, frame in tables.items():
        for column, others in references(BY_NAME[table]).items():
            known = {code for other in others if other != CITY for code in tables[other].iloc[:, 0]}
            strange = {value for value in set(frame[column]) - known - set(city.values()) - {""} if type(value) is str}
            called = names(tables, others, city) if strange else register((), ())
            codes = {value: called.code(value) for value in strange if called.code(value) != value}
            if codes:
                coded = [codes.get(value, value) for value in frame[column]]
                found[table] = found[table].assign(**{column: pd.Series(coded, frame.index, dtype=frame[column].dtype)})
    return found
