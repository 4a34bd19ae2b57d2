"""From the annual mean to days: how many are good, how many heavily polluted, and the mean that so many days ask for.

Daily means are taken as log-normal around an annual mean ``C``; the share of days above a threshold is then

    Phi((ln C - ln median) / spread)

with two parameters for each threshold (days.csv). It rises with the mean, so that a number of days is a cap on it.
A finer model can take the place of these two functions without any other change.
"""

from __future__ import annotations

from calendar import isleap
from math import exp, log
from statistics import NormalDist
from typing import Any

from scenarios.case import Case, cached
from scenarios.frames import records

NORMAL = NormalDist()
KINDS = {"good_days": "good", "heavy_days": "heavy"}  #: indicator -> kind of days.csv


@cached
def parameters(case: Case) -> dict[tuple[str, str, str], dict[str, Any]]:
    """Key: indicator, receptor, pollutant -> median [ug/m3], spread [1], other [d]."""
    indicator = {kind: name for name, kind in KINDS.items()}
    return {(indicator[row["kind"]], row["receptor"], row["pollutant"]): row for row in records(case["days"])}


def length(year: int) -> int:
    """Days of a year. [d]"""
    return 366 if isleap(year) else 365


def days(case: Case, indicator: str, receptor: str, pollutant: str, year: int, mean: float) -> float:
    """Days of the kind in a year with an annual mean. [d]"""
    row = parameters(case)[indicator, receptor, pollutant]
    above = length(year) * NORMAL.cdf((log(mean) - log(row["median"])) / row["spread"])
    if KINDS[indicator] == "heavy":
        return above + float(row["other"])
    return length(year) - above - float(row["other"])


def mean_for(case: Case, indicator: str, receptor: str, pollutant: str, year: int, number: float) -> float:
    """Annual mean at which there are just so many days of the kind; 0 when no mean is low enough. [ug/m3]"""
    row = parameters(case)[indicator, receptor, pollutant]
    heavy = KINDS[indicator] == "heavy"
    above = (number - row["other"] if heavy else length(year) - row["other"] - number) / length(year)
    if above <= 0:
        return 0.0
    return exp(log(row["median"]) + row["spread"] * NORMAL.inv_cdf(min(above, 1 - 1e-12)))
