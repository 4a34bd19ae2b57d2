"""Names in place of codes: whatever a row is called in either language is read as its code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, NamedTuple
from unicodedata import normalize

import pandas as pd

from scenarios.choosing import canonical_text, matching_rows
from scenarios.problems import Place, Problem, phrase
from scenarios.tables import BY_NAME, Named, Row, named_rows

CITY = "city"  #: what columns refer to that may hold the city as a whole
RANKS = "市县区"  #: signs that Chinese writes behind the name of a city, county or district, and often leaves away
WILD = frozenset("*?[")
Tables = Mapping[str, pd.DataFrame]
Titles = Mapping[str, str]  #: name -> code, of the city itself


class Register(NamedTuple):
    """The codes that may be meant, and the names that stand for them."""

    codes: frozenset[str]
    called: Mapping[str, tuple[str, ...]]  #: name, folded -> the codes of the rows that bear it
    names: Mapping[str, str]  #: name as it is shown -> a code

    def meant(self, text: str) -> tuple[str, ...]:
        """The codes of what is called so; none for a code itself, and for what is not known."""
        return () if text in self.codes else self.called.get(fold_name(text), ())

    def code(self, text: str) -> str:
        """The code of what is called so; the text itself when it is a code, or the name of none or of several."""
        meant = self.meant(text)
        return meant[0] if len(meant) == 1 else text

    def fitting(self, pattern: str) -> tuple[str, ...]:
        """The codes whose names fit a pattern, each once."""
        if not WILD & set(pattern):
            return self.meant(pattern)
        wanted = fold_name(pattern)
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


def fold_name(name: str) -> str:
    """A name however wide its letters and signs are written, in small letters."""
    return (name if name.isascii() else normalize("NFKC", name)).strip().lower()


def register(codes: Iterable[str], pairs: Collection[tuple[str, str]]) -> Register:
    """Codes with their names, given in pairs; a Chinese name of a place may lack its last sign."""
    whole: dict[str, dict[str, None]] = defaultdict(dict)
    short: dict[str, dict[str, None]] = defaultdict(dict)
    for code, name in pairs:
        text = fold_name(name)
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


def candidate_tables(row: type[Row], column: str) -> tuple[str, ...]:
    """The tables whose codes a column may hold: those it refers to, or its own where it names the rows."""
    if issubclass(row, Named) and column == row.key[0]:
        return (row.table,)
    return named_rows(row).get(column, ())


def patterns_meant(
    tables: Tables, row: type[Row], where: Mapping[str, Any], city: Titles, place: Place
) -> tuple[dict[str, Any], list[Problem]]:
    """Column -> pattern, with codes in place of names where no code fits; a name of several rows is a problem."""
    meant, problems = dict(where), []
    for column, pattern in where.items():
        others = candidate_tables(row, column)
        if not others or matching_rows(tables[row.table], {column: pattern}).any():
            continue
        known, text = names(tables, others, city), canonical_text(pattern)
        codes = known.fitting(text)
        if not WILD & set(text):
            problems += known.ambiguous(text, place)
        if codes:
            meant[column] = codes if len(codes) > 1 else codes[0]
    return meant, problems


def names_of(tables: Tables, row: type[Row], columns: Iterable[str], city: Titles) -> dict[str, Mapping[str, str]]:
    """Column -> name -> code, of the columns that hold codes of named rows."""
    return {
        column: names(tables, candidate_tables(row, column), city).names
        for column in columns
        if candidate_tables(row, column)
    }


def value_meant(tables: Tables, row: type[Row], column: str, value: Any, city: Titles) -> Any:
    """The code of a row that a value calls by its name; any other value as it is."""
    others = named_rows(row).get(column, ())
    if not others or not isinstance(value, str):
        return value
    return _Codes(tables, city).meant([value], others).get(value, value)


def in_codes(tables: Tables, city: Titles) -> dict[str, pd.DataFrame]:
    """The tables with codes where they refer to rows by their names; a name of none or of several stays."""
    found, codes = dict(tables), _Codes(tables, city)
    for table, frame in tables.items():
        for column, among in named_rows(BY_NAME[table]).items():
            cells = frame[column].tolist()
            meant = codes.meant({cell for cell in set(cells) if type(cell) is str}, among)
            if meant:
                coded = pd.Series([meant.get(cell, cell) for cell in cells], frame.index, dtype=frame[column].dtype)
                found[table] = found[table].assign(**{column: coded})
    return found


class _Codes:
    """The codes of tables, each looked up once."""

    def __init__(self, tables: Tables, city: Titles):
        self.tables, self.city = tables, city
        self.known: dict[str, frozenset[Any]] = {CITY: frozenset(city.values())}

    def of(self, among: Sequence[str]) -> frozenset[Any]:
        """The codes of some tables."""
        for table in among:
            if table not in self.known:
                self.known[table] = frozenset(self.tables[table].iloc[:, 0].tolist())
        return frozenset().union(*(self.known[table] for table in among))

    def meant(self, cells: Iterable[str], among: Sequence[str]) -> dict[str, str]:
        """Cell -> the same in codes, of cells that hold names of rows, one or several with spaces between them."""
        codes = self.of(among)
        strange = [cell for cell in cells if cell not in codes and not codes.issuperset(cell.split())]
        if not strange:
            return {}
        known = names(self.tables, among, self.city)
        coded = {cell: known.code(cell) for cell in strange}
        apart = {cell: " ".join(map(known.code, cell.split())) for cell, code in coded.items() if code == cell}
        return {cell: code for cell, code in (coded | apart).items() if code != cell}
