"""Numbers of a magnitude that none of their kind has: a thousand for one, ten thousand forgotten. None is an error."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any

import pandas as pd

from scenarios.case import Case
from scenarios.checking.places import place
from scenarios.frames import where
from scenarios.problems import Phrase, Remark, phrase
from scenarios.tables import BY_NAME, MEANT, TABLES, Alike, Row, references

NAMED = 3  #: rows of its kind that a remark names
DIGITS = 1000  #: numbers from here on are written to the last digit before the point
REMEDY = phrase(
    "Correct the number or its unit; if it is meant, write “magnitude checked” into the note of the row, and why."
)
Sums = dict[tuple[Any, ...], dict[int, float]]  #: kind -> year -> the sum for one resident
NONE: Mapping[tuple[str, Alike], Mapping[str, Sums]] = MappingProxyType({})


def magnitudes(case: Case, cities: Mapping[tuple[str, Alike], Mapping[str, Sums]] = NONE) -> list[Remark]:
    """Numbers far beyond all others of their kind: one remark for a number, or for two that are all of a kind.

    ``cities``: for a table and what is held elsewhere in it, the sums for one resident of other cities, which come
    first: they show which of two years is odd.
    """
    found: list[Remark] = []
    for row in TABLES:
        reported: set[int] = set()
        for kin in row.alike:
            if (row.table, kin) in cities:
                found += _against_cities(case, row, kin, cities[row.table, kin], reported)
        for column in dict.fromkeys(kin.column for kin in row.alike if not kin.elsewhere):
            found += _Column(case, row, column).odd(reported)
    return found


def per_head(frame: pd.DataFrame, kin: Alike, population: float) -> Sums:
    """What a table's numbers add up to in a city for one resident, by kind and year."""
    sums: Sums = defaultdict(lambda: defaultdict(float))
    for key, year, value in zip(
        zip(*(frame[name] for name in kin.same), strict=True), frame["year"], frame[kin.column], strict=True
    ):
        sums[key][year] += value / population
    return sums


def _against_cities(
    case: Case, row: type[Row], kin: Alike, cities: Mapping[str, Sums], reported: set[int]
) -> Iterator[Remark]:
    """Sums for one resident far beyond those of every other city."""
    frame = case[row.table]
    for key, years in per_head(frame, kin, case.settings.population).items():
        others = {city: [each for each in sums.get(key, {}).values() if each > 0] for city, sums in cities.items()}
        held = [each for values in others.values() for each in values]
        for year, value in years.items():
            times = _beyond(value, held)
            if abs(times) <= kin.beyond:
                continue
            rows = where(frame, year=year, **dict(zip(kin.same, key, strict=True)))
            if any(map(_is_meant, rows["note"])):
                continue
            reported |= set(rows.index)
            numbers, quantities = rows.index.tolist(), rows[kin.column].tolist()
            yield Remark(
                place(case, row.table, numbers[quantities.index(max(quantities))], kin.column),
                phrase(
                    "{row} has {value}, {how}",
                    row=" ".join(map(str, (*key, year))),
                    value=_amount(sum(quantities), str(rows["unit"].iloc[0])),
                    how=_how(times),
                ),
                phrase(
                    "as much for each resident as in {cities} would be {range}",
                    cities=", ".join(city for city, values in others.items() if values),
                    range=_range([each * case.settings.population for each in held]),
                ),
                REMEDY,
            )


class _Column:
    """A column of numbers and what each is held against."""

    def __init__(self, case: Case, row: type[Row], column: str):
        self.case, self.row, self.column = case, row, column
        self.frame = case[row.table]

    @cached_property
    def values(self) -> dict[int, float]:
        """Row number -> size of the number, of rows that count: zero has no magnitude, and what is meant no kin."""
        numbers = zip(self.frame.index, self.frame[self.column].abs(), self.frame["note"], strict=True)
        return {int(number): float(value) for number, value, note in numbers if value > 0 and not _is_meant(note)}

    def odd(self, reported: set[int]) -> Iterator[Remark]:
        """Numbers far beyond all others of their kind; each is looked at among its nearest kin only."""
        left = set(self.values)
        for kin in self.row.alike:
            if kin.column != self.column or kin.elsewhere or not left:
                continue
            for key, numbers in self._kinds(kin).items():
                for number in [one for one in numbers if one in left] if len(numbers) > 1 else ():
                    left.discard(number)
                    others = [other for other in numbers if other != number]
                    times = _beyond(self.values[number], [self.values[other] for other in others])
                    if abs(times) > kin.beyond and number not in reported and not reported.issuperset(others):
                        reported.add(number)
                        yield self._remark(kin, number, others, key, times)

    def _kinds(self, kin: Alike) -> dict[tuple[Any, ...], list[int]]:
        """Kind -> its rows; a row that lacks a part of the kind has none."""
        parts = [self._looked_up(path) for path in kin.same]
        given = self.frame[kin.given].to_dict() if kin.given else {}
        kinds = defaultdict(list)
        for number in self.values:
            key = tuple(part.get(number) for part in parts)
            if None not in key and given.get(number) != "":
                kinds[key].append(number)
        return kinds

    def _looked_up(self, path: str) -> dict[Hashable, Any]:
        """Row number -> what stands in a column of the row, or of the row that it refers to."""
        column, *steps = path.split(".")
        found, row = self.frame[column].to_dict(), self.row
        for step in steps:
            table = next(name for name in references(row)[column] if step in BY_NAME[name].model_fields)
            row, column = BY_NAME[table], step
            standing = dict(zip(self.case[table][row.key[0]], self.case[table][step], strict=True))
            found = {number: standing.get(value) for number, value in found.items()}
        return found

    def _remark(self, kin: Alike, number: int, others: Sequence[int], key: Sequence[Any], times: float) -> Remark:
        same = [path.rpartition(".")[2] for path, value in zip(kin.same, key, strict=True) if value != ""]
        apart = [name for name in self.row.key if name not in kin.same]
        rows = [" ".join([str(other), *self._named(other, apart)]) for other in others[:NAMED]]
        unit = str(self.frame.at[number, "unit"]) if self.row.converted else ""
        return Remark(
            place(self.case, self.row.table, number, self.column),
            phrase(
                "{row} has {value}, {how}",
                row=" ".join(self._named(number, self.row.key)),
                value=_amount(self.values[number], unit),
                how=_how(times, len(others)),
            ),
            phrase(
                "rows with the same {columns} have {range} (row {rows})",
                columns=", ".join(same) or self.column,
                range=_range([self.values[other] for other in others]),
                rows=", ".join(rows) + (", ..." if len(others) > NAMED else ""),
            ),
            REMEDY,
        )

    def _named(self, number: int, names: Sequence[str]) -> list[str]:
        return [str(self.frame.at[number, name]) for name in names if self.frame.at[number, name] != ""]


def _beyond(value: float, others: Sequence[float]) -> float:
    """How many times a number is the largest of others; negative: how many times the smallest is it; 0 among them."""
    if not value or not others:
        return 0.0
    above, below = value / max(others), min(others) / value
    return above if above > 1 else -below if below > 1 else 0.0


def _how(times: float, others: int = 2) -> Phrase:
    """How far a number lies from the others; of two, no one knows which is wrong."""
    text = _text_of(float(f"{abs(times):.2g}"))
    if others == 1 and times > 0:
        return phrase("{times} times as much as the only other of its kind (either may be wrong)", times=text)
    if others == 1:
        return phrase("1/{times} of the only other of its kind (either may be wrong)", times=text)
    if times > 0:
        return phrase("{times} times as much as any other of its kind", times=text)
    return phrase("1/{times} of any other of its kind", times=text)


def _amount(value: float, unit: str) -> str:
    return f"{_text_of(value)} {unit}".rstrip()


def _range(values: Sequence[float]) -> Phrase:
    low, high = _text_of(min(values)), _text_of(max(values))
    return phrase("{low} to {high}", low=low, high=high) if low != high else phrase("{value}", value=low)


def _text_of(value: float) -> str:
    """A number as it may stand in a file: large ones in full."""
    return f"{value:,.0f}" if value >= DIGITS else f"{value:.3g}"


def _is_meant(note: str) -> bool:
    return any(word in note for word in MEANT)
