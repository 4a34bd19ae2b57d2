"""Fair shares: what each measure or sector of a plan contributed, by Shapley value, adding up to the whole.

Tonnes and micrograms are sums over measures (``effects``), so that a fair share is the measure's own effect. Days are
not: the same microgram brings more or fewer of them depending on what was done before. There a share is the mean, over
all orders in which the measures could have come, of the days that the measure brought when its turn came: exactly, over
all subsets, for few groups; else over a sample of orders, each taken forwards and backwards, with its standard error.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import factorial

import numpy as np
import pandas as pd

from scenarios.air import reference_receptors
from scenarios.case import Case
from scenarios.days import days, parameters
from scenarios.plan import Plan
from scenarios.stocks import sector_left

FEW = 12  #: groups up to which every subset is counted
ORDERS = 500  #: orders sampled when there are more, each forwards and backwards
SEED = 1
SECTOR = "sector"
CoalitionValue = Callable[[float], float]  #: the value of a coalition by the sum of its parts


def shares(case: Case, plan: Plan, by: str = "measure", year: int | None = None, orders: int = ORDERS) -> pd.DataFrame:
    """What each measure, or sector, contributed in a year (the last, unless given) against doing nothing new.

    Columns: medium (emission, air, or the indicator of days), pollutant, group, share [t, ug/m3 or d], error (one
    standard error in the same unit; 0 where exact). The shares of a quantity add up to what the plan did.
    """
    counted = year or case.settings.years[-1]
    rows = plan["effects"]
    rows = rows[rows["year"] == counted]
    group = rows["measure"].map(sector_left(case)) if by == SECTOR else rows["measure"]
    summed = rows["reduction"].groupby([rows["medium"], rows["pollutant"], group.rename("group")]).sum()
    plain = summed.rename("share").reset_index().assign(error=0.0)
    air, parts = plan.concentrations, [plain]
    for indicator, receptor, pollutant in parameters(case):
        if receptor != reference_receptors(case).get(pollutant):
            continue  # what measures take away is known at the receptor that is quoted
        taken = plain[(plain["medium"] == "air") & (plain["pollutant"] == pollutant)]
        here = (air["receptor"] == receptor) & (air["air"] == pollutant) & (air["year"] == counted)
        frozen = float(air.loc[here, "concentration"].sum()) + float(taken["share"].sum())
        coalition_value = partial(_gained, case, (indicator, receptor, pollutant, counted), frozen)
        share, error = shapley(taken["share"].to_numpy(), coalition_value, orders)
        parts.append(taken.assign(medium=indicator, share=share, error=error))
    return pd.concat(parts, ignore_index=True)


def _gained(case: Case, key: tuple[str, str, str, int], frozen: float, taken: float) -> float:
    """Days more than in the frozen city once so much is taken off its annual mean. [d]"""
    return days(case, *key, frozen - taken) - days(case, *key, frozen)


def shapley(parts: np.ndarray, coalition_value: CoalitionValue, orders: int = ORDERS) -> tuple[np.ndarray, np.ndarray]:
    """The Shapley value of each part, and its standard error; a coalition's value is a function of its sum."""
    return _exact(parts, coalition_value) if len(parts) <= FEW else _sampled(parts, coalition_value, orders)


def _exact(parts: np.ndarray, coalition_value: CoalitionValue) -> tuple[np.ndarray, np.ndarray]:
    """Over all subsets: a subset of s of the n others weighs s! (n - s - 1)! / n!."""
    count = len(parts)
    inside = (np.arange(2**count)[:, None] >> np.arange(count)) & 1
    values = np.array([coalition_value(total) for total in inside @ parts])
    size = inside.sum(axis=1)
    weight = np.array([factorial(s) * factorial(max(count - s - 1, 0)) / factorial(count) for s in size])
    share = np.zeros(count)
    for place in range(count):
        without = np.flatnonzero(inside[:, place] == 0)
        share[place] = float(weight[without] @ (values[without + (1 << place)] - values[without]))
    return share, np.zeros(count)


def _sampled(parts: np.ndarray, coalition_value: CoalitionValue, orders: int) -> tuple[np.ndarray, np.ndarray]:
    """Over orders drawn at random, forwards and backwards; each order's gains add up to the whole."""
    draw = np.random.default_rng(SEED)
    means = np.empty((orders, len(parts)))
    for number in range(orders):
        order = draw.permutation(len(parts))
        means[number] = (_gains(parts, coalition_value, order) + _gains(parts, coalition_value, order[::-1])) / 2
    return means.mean(axis=0), means.std(axis=0, ddof=1) / np.sqrt(orders)


def _gains(parts: np.ndarray, coalition_value: CoalitionValue, order: np.ndarray) -> np.ndarray:
    """What each part brings when its turn comes."""
    values = np.array([coalition_value(total) for total in np.concatenate([[0.0], np.cumsum(parts[order])])])
    gains = np.empty(len(parts))
    gains[order] = np.diff(values)
    return gains
