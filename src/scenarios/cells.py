"""From the cells of a row to values in their types, and what is wrong with them, in our words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from math import isfinite
from typing import Any
from unicodedata import normalize

from pydantic import ValidationError

from scenarios.problems import Phrase, Place, Problem, named_like, nearest, phrase
from scenarios.tables import Row, holds_numbers, unit_written
from scenarios.units import UnitError, amount
from scenarios.words import term

THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:[, '’]\d{3})+(?:\.\d*)?")
AMOUNT = re.compile(r"[+-]?\d+(\.\d*)?[^\d.,]|百分之")  #: more than a number
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")


def parse(given: dict[str, Any], row: type[Row], place: Place) -> tuple[dict[str, Any] | None, list[Problem]]:
    """One row's values in their types, or the problems of its cells."""
    try:
        record = vars(row.model_validate(given))
    except ValidationError as error:
        return None, [
            _cell_problem(detail, row, replace(place, column=str(detail["loc"][0]) if detail["loc"] else ""), given)
            for detail in error.errors()
        ]
    low, high = record.get("low"), record.get("high")
    if low is None or high is None or low <= high:
        return record, []
    found = phrase("low {low} above high {high}", low=given["low"], high=given["high"])
    return None, [Problem(replace(place, column="low"), found, phrase("low at most high"), phrase("Swap the two."))]


#: pydantic's error types, and what each allows, in our words
_ALLOWED: dict[str, str] = {
    "missing": "a value",
    "float_parsing": "a number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "bool_parsing": "yes or no",
    "finite_number": "a finite number",
    "string_too_short": "a text",
    "string_pattern_mismatch": "a month such as 2019-05",
    "literal_error": "one of {expected}",
    "greater_than": "more than {gt}",
    "greater_than_equal": "at least {ge}",
    "less_than_equal": "at most {le}",
    "less_than": "less than {lt}",
    "float_type": "a number",
    "int_type": "a whole number",
    "string_type": "a text",
    "tuple_type": "a list",
    "dict_type": "keys and values",
    "model_type": "keys and values",
    "extra_forbidden": "a known key",
}


MEANT = {"≤": "<=", "≥": ">=", "是": "yes", "否": "no"}  #: what is often written for one of a few choices


def allowed_by(detail: Any) -> Phrase:
    """What a pydantic error allows, in our words."""
    context = detail.get("ctx", {})
    if detail["type"] == "value_error":
        return phrase(str(context["error"]))
    expected = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
    return phrase(
        _ALLOWED.get(detail["type"], "{message}"), **{**context, "expected": expected, "message": detail["msg"]}
    )


def _cell_problem(detail: Any, row: type[Row], place: Place, cells: Mapping[str, Any]) -> Problem:
    """One wrong cell of a row."""
    kind, allowed = detail["type"], allowed_by(detail)
    expected = detail.get("ctx", {}).get("expected", "")
    found = phrase("an empty cell") if kind == "missing" else phrase("“{value}”", value=detail["input"])
    meant = MEANT.get(str(detail["input"]).strip())
    if meant and kind in ("literal_error", "bool_parsing"):
        return Problem(place, found, allowed, phrase("Did you mean “{close}”?", close=meant))
    if kind == "literal_error":
        options = [option.strip(" '") for option in str(expected).replace(" or ", ",").split(",")]
        close = named_like(str(detail["input"]), options)
        return Problem(
            place, found, allowed, nearest(str(detail["input"]), close) if close else phrase("Correct the value.")
        )
    description = row.model_fields[place.column].description if place.column in row.model_fields else None
    number = None
    if kind in ("float_parsing", "int_parsing"):
        number = _meant(str(detail["input"]), unit_written(row, place.column, cells), kind == "int_parsing")
    if number and description:
        advice = phrase(
            "Write {number}. The column holds: {description}.", number=number, description=phrase(description)
        )
        return Problem(place, found, allowed, advice)
    if not description:
        return Problem(place, found, allowed, phrase("inputs/README.md says what each column holds."))
    return Problem(place, found, allowed, phrase("The column holds: {description}.", description=phrase(description)))


def _meant(text: str, unit: str, whole: bool) -> str | None:
    """How to write what looks like a number with its thousands apart, a decimal comma, 万 or 亿, or a unit."""
    plain = normalize("NFKC", text).strip()
    number = plain.removesuffix("%").rstrip()
    if THOUSANDS.fullmatch(number):
        plain = re.sub("[, '’]", "", plain)
    elif DECIMAL_COMMA.fullmatch(number):
        plain = plain.replace(",", ".")
    for wanted in (unit, "1"):
        try:
            value = amount(plain, wanted)
        except UnitError:
            continue
        return f"{value:.15g}" if isfinite(value) and (value.is_integer() or not whole) else None
    return None


def amount_cell(given: dict[str, Any], column: str, row: type[Row], place: Place) -> tuple[Any, list[Problem]]:
    """The number that a text such as ``1.5万`` or ``50亿元`` means in a column; any other value as it is."""
    text, unit = given[column], unit_written(row, column, given)
    if not (isinstance(text, str) and AMOUNT.match(normalize("NFKC", text.strip())) and holds_numbers(row, column)):
        return text, []
    try:
        return amount(text, unit), []
    except UnitError:
        allowed = phrase("a number, also with 万 or 亿 or a percent sign after it")
        if unit not in ("", "1"):
            name = term("unit", unit)
            allowed = phrase("a number, also with 万 or 亿, a percent sign or its unit ({unit}) after it", unit=name)
        return text, [Problem(place, as_text(text), allowed, phrase("Such as 15000, 1.5万 or 4.9%."))]


def as_text(value: Any) -> Phrase:
    """A value found, in quotes."""
    return phrase("“{value}”", value=spelled_out(value))


def spelled_out(value: Any) -> str:
    """A value as a planner writes it: of keys and values, each key with its value."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} = {spelled_out(given)}" for name, given in value.items())
    return str(value)
