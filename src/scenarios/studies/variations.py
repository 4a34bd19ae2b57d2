"""Variations: what a sweep varies, as typed, and the points it asks for: every combination, or a sample."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import product
from typing import NamedTuple
from unicodedata import normalize

import numpy as np

from scenarios.cells import as_text
from scenarios.problems import InputError, Place, Problem, phrase

VARIED = re.compile(r"(?P<what>[^=]*?\*?=)(?P<values>.+)")
NUMBER = re.compile(r"([+-]?\d*\.?\d+(?:[eE][+-]?\d+)?|[+-]?\d+\.)\s*(\D*)")
SEED = 1


class Variation(NamedTuple):
    """A change whose value varies: the text before the value, and the values or the ends of their range.

    ``behind``: what stands behind each number between the ends, such as ``亿元`` or ``%``.
    """

    what: str
    values: tuple[str, ...]
    ends: tuple[float, float] | None
    behind: str = ""


def variation(text: str) -> Variation:
    """``supply.natural_gas/2019*=0.6:1.2:7`` varies over 7 steps, ``...=58,59,60`` over a list. Raises InputError."""
    parts = VARIED.fullmatch(text.strip())
    if parts is not None:
        what, values = parts["what"], parts["values"]
        if ":" not in values:
            return Variation(what, _alike(text, tuple(value.strip() for value in values.split(","))), None)
        try:
            *given, steps = values.split(":")
            (low, behind), (high, same) = map(_number, given)
            if int(steps) >= 2 and behind == same:
                between = tuple(f"{value:.10g}{behind}" for value in np.linspace(low, high, int(steps)))
                return Variation(what, between, (low, high), behind)
        except ValueError:
            pass
    allowed = phrase("TABLE.KEY=LOW:HIGH:STEPS, or a list such as TABLE.KEY*=0.8,1,1.2")
    remedy = phrase("STEPS is a whole number of at least 2; LOW and HIGH are in the same unit.")
    raise InputError([Problem(Place(text), as_text(text), allowed, remedy)])


def _alike(text: str, values: tuple[str, ...]) -> tuple[str, ...]:
    """The values of a list. Raises InputError where a unit stands behind some numbers and not behind others."""
    behind: dict[bool, str] = {}
    for value in values:
        try:
            number, unit = _number(value)
        except ValueError:
            continue  # a word
        if number:
            behind.setdefault(bool(unit), value)
    if len(behind) > 1:
        found = phrase("“{bare}” beside “{unit}”", bare=behind[False], unit=behind[True])
        remedy = phrase("Write the unit behind each number, or behind none.")
        raise InputError([Problem(Place(text), found, phrase("numbers written alike"), remedy)])
    return values


def _number(text: str) -> tuple[float, str]:
    """A number, and what stands behind it. Raises ValueError."""
    parts = NUMBER.fullmatch(normalize("NFKC", text).strip())
    if parts is None:
        raise ValueError(text)
    return float(parts[1]), parts[2]


def grid(variations: Sequence[Variation]) -> list[tuple[str, ...]]:
    """Every combination of the values, each a set of changes."""
    return [
        tuple(one.what + value for one, value in zip(variations, values, strict=True))
        for values in product(*(one.values for one in variations))
    ]


def sample(variations: Sequence[Variation], count: int, seed: int = SEED) -> list[tuple[str, ...]]:
    """``count`` points spread over the ranges (Latin hypercube). Raises InputError for a variation without a range."""
    from scipy.stats import qmc

    for one in variations:
        if one.ends is None:
            remedy = phrase("A sample is drawn between two ends.")
            raise InputError(
                [Problem(Place(one.what), as_text(",".join(one.values)), phrase("LOW:HIGH:STEPS"), remedy)]
            )
    ends = np.array([one.ends for one in variations], dtype=float)
    drawn = ends[:, 0] + (ends[:, 1] - ends[:, 0]) * qmc.LatinHypercube(len(variations), seed=seed).random(count)
    return [
        tuple(f"{one.what}{value:.6g}{one.behind}" for one, value in zip(variations, row, strict=True)) for row in drawn
    ]


def as_read(change: str) -> tuple[str, float | str]:
    """What varies, with its unit if one was written, and its value."""
    parts = VARIED.fullmatch(change)
    what, value = (parts["what"], parts["values"]) if parts else (change, "")
    try:
        number, behind = _number(value)
    except ValueError:
        return what.rstrip("="), value
    return what.rstrip("=") + (f" [{behind}]" if behind else ""), number
