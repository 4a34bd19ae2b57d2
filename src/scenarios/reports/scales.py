"""The unit in which numbers shown together are easy to read: one for a whole chart or table, in the language in use."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from scenarios.reports.format import BILLION, MILLION, number, signed_percent, typeset, unit_name
from scenarios.units import HUNDRED_MILLION, TEN_THOUSAND, factor
from scenarios.words import language, say

Scale = tuple[float, str]  # what values are divided by, and the name of the unit
MASSES = {"en": ("Mt", "kt", "t"), "zh": ("10^4 t", "t")}


def mass(values: Iterable[float]) -> Scale:
    """For values in t: the largest unit in which the largest value is at least 1; 万吨 or 吨 in Chinese. [t]"""
    largest = _largest(values)
    unit = next((name for name in MASSES[language()] if largest >= factor(name, "t")), "t")
    return factor(unit, "t"), unit_sign(unit)


def unit_sign(unit: str) -> str:
    """A unit as it is called on a chart."""
    return typeset(unit_name(unit))


def change_text(before: tuple[str, float], after: tuple[str, float], unit: str) -> str:
    """How a quantity moved between two years, each with its value, and by which part."""
    (first, start), (last, end) = before, after
    part = signed_percent(end / start - 1) if start > 0 else ""
    said = say(
        "{first}: {start} {unit}; {last}: {end} {unit}",
        first=first,
        start=number(start),
        last=last,
        end=number(end),
        unit=unit,
    )
    return f"{said} ({part})" if part else said


def money(values: Iterable[float]) -> Scale:
    """For values in CNY: 亿元 or 万元 in Chinese, billion or million CNY in English. [CNY]"""
    largest = _largest(values)
    if language() == "zh":
        return (HUNDRED_MILLION, "亿元") if largest >= HUNDRED_MILLION else (TEN_THOUSAND, "万元")
    return (BILLION, say("billion CNY")) if largest >= 10 * BILLION else (MILLION, say("million CNY"))


def _largest(values: Iterable[float]) -> float:
    series = pd.Series(list(values), dtype=float).abs().dropna()
    return float(series.max()) if len(series) else 0.0
