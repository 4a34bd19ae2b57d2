"""The units we keep, and conversion at the door. Nothing else in the house multiplies by a thousand."""

from __future__ import annotations

import re
from typing import Final

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


def _split(unit: str) -> tuple[float, str]:
    match = _MULTIPLE.match(unit.strip())
    return (10.0 ** int(match[1]), match[2]) if match else (1.0, unit.strip())


MICROGRAM: Final = "ug/m3"
HUNDRED_MILLION: Final = 1e8  #: 亿, the unit in which Chinese budgets are read [CNY]
TEN_THOUSAND: Final = 1e4  #: 万
