"""The units we keep, and conversion at the door. Nothing else in the house multiplies by a thousand."""

from __future__ import annotations

import re
from typing import Final
from unicodedata import normalize

from scenarios.words import terms

#: unit -> (dimension, factor to the unit kept for that dimension)
UNITS: Final[dict[str, tuple[str, float]]] = {
    "mg": ("mass", 1e-9),
    "g": ("mass", 1e-6),
    "kg": ("mass", 1e-3),
    "t": ("mass", 1.0),
    "kt": ("mass", 1e3),
    "Mt": ("mass", 1e6),
    "kg/yr": ("mass rate", 1e-3),
    "t/yr": ("mass rate", 1.0),
    "kt/yr": ("mass rate", 1e3),
    "Mt/yr": ("mass rate", 1e6),
    "m2": ("area", 1.0),
    "km2": ("area", 1e6),
    "ha": ("land", 15.0),
    "mu": ("land", 1.0),
    "m": ("length", 1e-3),
    "km": ("length", 1.0),
    "L": ("volume of liquid", 1.0),
    "m3": ("volume of gas", 1.0),
    "kWh": ("energy", 1.0),
    "MWh": ("energy", 1e3),
    "GWh": ("energy", 1e6),
    "GJ": ("heat", 1.0),
    "MW": ("power", 1.0),
    "t/h": ("steam", 1.0),
    "1": ("share", 1.0),
    "%": ("share", 0.01),
    "CNY": ("money", 1.0),
    "yuan": ("money", 1.0),
}
_MULTIPLE = re.compile(r"^10\^(\d+) (.+)$")
#: what is written in Chinese -> the unit; of units that are counted, such as households, the catalogue knows the names
_WRITTEN: Final = {
    "元": "CNY",
    "吨": "t",
    "公斤": "kg",
    "千克": "kg",
    "克": "g",
    "亩": "mu",
    "公顷": "ha",
    "平方米": "m2",
    "平方公里": "km2",
    "公里": "km",
    "米": "m",
    "立方米": "m3",
    "方": "m3",
    "升": "L",
    "度": "kWh",
    "千瓦时": "kWh",
    "兆瓦时": "MWh",
    "吉焦": "GJ",
    "兆瓦": "MW",
    "蒸吨": "t/h",
    "微克/立方米": "ug/m3",
}
_LARGE: Final = {"万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8, "万亿": 1e12}
_AMOUNT = re.compile(
    rf"(?P<number>[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)\s*(?P<large>{'|'.join(sorted(_LARGE, key=len, reverse=True))})?"
    r"\s*(?P<unit>\D.*)?"
)


class UnitError(ValueError):
    """One unit cannot be turned into the other."""


def factor(unit: str, to: str) -> float:
    """What a quantity in ``unit`` is multiplied by to be in ``to``; ``10^4 household`` is read too.

    Raises UnitError when the two units do not measure the same thing.
    """
    multiple, unit = _split(unit)
    divisor, to = _split(to)
    if unit == to:
        return multiple / divisor
    known, kept = UNITS.get(unit), UNITS.get(to)
    if known is None or kept is None or known[0] != kept[0]:
        raise UnitError(f"{unit} -> {to}")
    return multiple * known[1] / (divisor * kept[1])


def amount(text: str, unit: str) -> float:
    """The number, in ``unit``, that a text such as ``1.5万``, ``50亿元``, ``3 kt`` or ``4.9%`` means.

    Without a unit of its own the text is in ``unit``; 万 and 亿 then count what ``unit`` counts, be it in tens of
    thousands itself. Raises UnitError when the text cannot be read so.
    """
    parts = _AMOUNT.fullmatch(re.sub("^百分之(.*)$", r"\1%", normalize("NFKC", text).strip()))
    if parts is None:
        raise UnitError(text)
    given = parts["unit"] or (_split(unit)[1] if parts["large"] else unit)
    times = _LARGE.get(parts["large"] or "", 1.0) * _factor_called(given, unit)
    return float(f"{float(parts['number']) * times:.15g}")


def _factor_called(word: str, to: str) -> float:
    """What a quantity in a unit called so is multiplied by; a price or a rate may be given in what it counts first."""
    first = re.split(r" per |/|, ", to)[0]
    for wanted in dict.fromkeys((to, first)):
        multiple, counted = _split(wanted)
        if word in _names(counted):
            return 1.0 / multiple
        try:
            return factor(_WRITTEN.get(word, word), wanted or "1")
        except UnitError:
            continue
    raise UnitError(f"{word} -> {to}")


def _names(unit: str) -> set[str]:
    """What a unit is called in any language; some have two names, one in brackets."""
    return {unit, *(part for name in terms("unit", unit) for part in re.split(r"[()（）]", name) if part)}


def _split(unit: str) -> tuple[float, str]:
    match = _MULTIPLE.match(unit.strip())
    return (10.0 ** int(match[1]), match[2]) if match else (1.0, unit.strip())


MICROGRAM: Final = "ug/m3"
HUNDRED_MILLION: Final = 1e8  #: 亿, the unit in which Chinese budgets are read [CNY]
TEN_THOUSAND: Final = 1e4  #: 万
