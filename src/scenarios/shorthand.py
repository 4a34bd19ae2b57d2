"""A change typed in one word: ``TABLE.KEY=VALUE``, ``TABLE.KEY*=FACTOR``, ``-TABLE.KEY``, ``settings.NAME=VALUE``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from unicodedata import normalize

from scenarios.cells import amount_cell, as_text
from scenarios.changes import FIXED, NOT_TO_BE_HAD, Change, Tables, in_codes, kept_units
from scenarios.choosing import matching_rows
from scenarios.naming import Titles
from scenarios.problems import Place, Problem, nearest, phrase
from scenarios.tables import BY_NAME, Row, columns, value_column
from scenarios.units import amount

SETTINGS = "settings"  #: what stands in city.yaml, beside the tables
SHORT = re.compile(
    r"(?P<minus>-)?(?P<table>\w+)(?:\.(?P<key>[^=:]*?))?(?::(?P<column>\w+))?\s*(?:(?P<sign>\*?=)(?P<value>.*))?"
)


class ParsedChange(NamedTuple):
    """A change in one word: of a table, or of the settings."""

    change: Change | None
    settings: Mapping[str, Any]


def parse_change(text: str) -> tuple[ParsedChange, list[Problem]]:
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
        return ParsedChange(None, {}), [Problem(place, as_text(text), allowed, example)]
    if parts["key"] == "" and parts["sign"] == "*=":
        both = phrase("For every row, TABLE.**=FACTOR scales and TABLE.*:COLUMN=VALUE sets.")
        return ParsedChange(None, {}), [Problem(place, as_text(text), allowed, both)]
    value = _plain((parts["value"] or "").strip(), scales=parts["sign"] == "*=")
    if parts["table"] == SETTINGS and parts["key"] in FIXED:
        return ParsedChange(None, {}), [Problem(place, as_text(text), FIXED[parts["key"]], phrase("Leave it away."))]
    if parts["table"] == SETTINGS:
        return ParsedChange(None, {parts["key"] or "": value}), []
    if parts["table"] not in BY_NAME:
        names = nearest(parts["table"], [*BY_NAME, SETTINGS])
        return ParsedChange(None, {}), [Problem(place, as_text(parts["table"]), phrase("the name of a table"), names)]
    row = BY_NAME[parts["table"]]
    where, wrong = _keyed(row, parts["key"] or "*", place)
    column = "" if parts["minus"] else parts["column"] or value_column(row) or ""
    if not parts["minus"] and not column:
        allowed = phrase("TABLE.KEY:COLUMN=VALUE, with one of the columns {names}", names=", ".join(columns(row)))
        wrong.append(Problem(place, as_text(text), allowed, phrase("This table needs the column named.")))
    if parts["sign"] == "*=" and not (isinstance(value, int | float) and value >= 0):
        wrong.append(
            Problem(place, as_text(value), phrase("a number of at least 0"), phrase("Give the factor to scale by."))
        )
    if wrong:
        return ParsedChange(None, {}), wrong
    given = "" if value is None else value
    done: dict[str, Any] = {"remove": True} if parts["minus"] else {"scale" if parts["sign"] == "*=" else "set": given}
    return ParsedChange(Change(table=row.table, where=where, column=column, **done), {}), []


def _keyed(row: type[Row], text: str, place: Place) -> tuple[dict[str, Any], list[Problem]]:
    """Key column -> pattern, in the order of the key."""
    patterns = [part.strip() for part in text.split("/")]
    if len(patterns) > len(row.key):
        allowed = phrase("at most {count} parts: {names}", count=len(row.key), names="/".join(row.key))
        return {}, [Problem(place, as_text(text), allowed, phrase("Leave the rest away."))]
    return {name: pattern for name, pattern in zip(row.key, patterns, strict=False) if pattern != "*"}, []


def unit_set(tables: Tables, text: str, city: Titles) -> tuple[Any, list[str]] | None:
    """The value and the units in which a change in short sets an amount of a table kept in other units than its file's.

    None for what sets no such amount.
    """
    place, change = Place(text), parse_change(text)[0].change
    row = BY_NAME[change.table] if change else None
    if change is None or row is None or change.set is None or row.converted is None:
        return None
    if row.converted[0] != change.column:
        return None
    frame = tables[change.table]
    found = frame[matching_rows(frame, in_codes(tables, change, place, city)[0].where)]
    if found.empty:
        return None
    units = kept_units(tables, row, found)
    names = [units] if isinstance(units, str) else sorted(set(map(str, units if units is not None else ())))
    value = amount_cell({"unit": names[0], change.column: change.set}, change.column, row, place)[0] if names else None
    return (value, names) if isinstance(value, int | float) else None


def removed_codes(tables: Tables, text: str, city: Titles) -> list[str]:
    """The codes of what a change in short removes so that it is not to be had; none for any other change."""
    change = parse_change(text)[0].change
    if change is None or not change.remove or change.table != NOT_TO_BE_HAD[0]:
        return []
    frame = tables[change.table]
    return list(frame.loc[matching_rows(frame, in_codes(tables, change, Place(text), city)[0].where)].iloc[:, 0])


def raised_limits(tables: Tables, text: str, city: Titles) -> dict[str, float]:
    """The relative limits that a change in short has put above their base, in tables after it. Key: target. [1]"""
    change = parse_change(text)[0].change
    if change is None or change.table != "targets" or change.set is None:
        return {}
    frame = tables[change.table]
    found = frame[matching_rows(frame, in_codes(tables, change, Place(text), city)[0].where)]
    found = found[(found["basis"] == "relative") & (found["operator"] == "<=") & (found["value"] > 0)]
    return dict(zip(found["target"], found["value"].astype(float), strict=True))


def _plain(text: str, scales: bool) -> Any:
    """A value typed on the command line: a number, nothing, or a text; what scales may be in percent."""
    if text in ("none", "null"):
        return None
    readings: tuple[Callable[[str], Any], ...] = (int, float, *((_share,) if scales else ()))
    for reading in readings:
        try:
            return reading(text)
        except ValueError:
            continue
    return text


def _share(text: str) -> float:
    return amount(text, "1")
