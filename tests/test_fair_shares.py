"""Fair shares: over all orders by hand, adding up to what the plan does."""

from __future__ import annotations

from itertools import permutations
from math import factorial

import numpy as np
import pandas as pd
import pytest

from scenarios.case import Case
from scenarios.days import days
from scenarios.plan import Plan
from scenarios.studies.fair_shares import _exact, _sampled, shapley, shares


def bent(total: float) -> float:
    """A worth that grows less and less."""
    return float(np.sqrt(total) * 10 + 3 * (total > 4))


def over_all_orders(parts: np.ndarray) -> np.ndarray:
    gained = np.zeros(len(parts))
    for order in permutations(range(len(parts))):
        done = 0.0
        for place in order:
            gained[place] += bent(done + parts[place]) - bent(done)
            done += parts[place]
    return gained / factorial(len(parts))


PARTS = np.array([3.0, 0.5, 2.0, 1.25])


def test_exact_shares_are_the_mean_over_all_orders() -> None:
    share, error = shapley(PARTS, bent)
    assert share == pytest.approx(over_all_orders(PARTS), rel=1e-12)
    assert error.tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("count", [0, 1, 4, 12, 13, 30])
def test_shares_add_up_to_the_whole(count: int) -> None:
    parts = np.linspace(0.1, 2, count)
    share, _ = shapley(parts, bent, 50)
    assert share.sum() == pytest.approx(bent(parts.sum()), rel=1e-12)


def test_sampled_shares_are_near_the_exact_ones() -> None:
    parts = np.array([3.0, 0.5, 2.0, 1.25, 0.1, 4.0, 0.75])
    exact, _ = _exact(parts, bent)
    sampled, error = _sampled(parts, bent, 400)
    assert (error > 0).all()
    assert (np.abs(sampled - exact) <= 4 * error).all()


def test_equal_parts_have_equal_shares_and_nothing_has_none() -> None:
    share, _ = shapley(np.array([2.0, 0.0, 2.0, 1.0]), bent)
    assert share[0] == pytest.approx(share[2], rel=1e-12)
    assert share[1] == 0


def test_shares_of_tonnes_and_of_the_annual_mean_are_what_each_measure_takes_away(
    toy_case: Case, toy_plan: Plan
) -> None:
    """SO2 5/12 and PM2.5 5/3 ug/m3 a tonne: briquettes 8 t and 4 t, gas 6 t and 1.875 t."""
    rows = shares(toy_case, toy_plan).set_index(["medium", "pollutant", "group"])["share"]
    assert rows["air", "PM2.5"].to_dict() == pytest.approx({"briquettes": 10, "gas": 5.625}, rel=1e-7)
    assert rows["emission", "SO2"].to_dict() == pytest.approx({"briquettes": 8, "gas": 6}, rel=1e-7)
    assert rows["emission", "NOx"].to_dict() == pytest.approx({"boiler_closed": 3.75}, rel=1e-7)


def test_shares_of_days_are_over_both_orders_and_add_up(toy_case: Case, toy_plan: Plan) -> None:
    """10 and 5.625 of 98 ug/m3: each is worth the mean of coming first and coming last."""
    text = {"source": "toy", "grade": "assumed", "note": "", "low": np.nan, "high": np.nan}
    row = {"receptor": "toy", "pollutant": "PM2.5", "kind": "good", "median": 80.0, "spread": 0.5, "other": 10.0}
    case = toy_case.with_table("days", pd.DataFrame([row | text]))
    found = shares(case, toy_plan).set_index(["medium", "group"])["share"]["good_days"]

    def good_days(mean: float) -> float:
        return days(case, "good_days", "toy", "PM2.5", 2018, mean)

    first = (good_days(88) - good_days(98) + good_days(82.375) - good_days(92.375)) / 2
    assert found["briquettes"] == pytest.approx(first, rel=1e-7)
    assert found.sum() == pytest.approx(good_days(82.375) - good_days(98), rel=1e-9)


def test_shares_of_sectors_are_those_of_their_measures(toy_case: Case, toy_plan: Plan) -> None:
    rows = shares(toy_case, toy_plan, "sector").set_index(["medium", "pollutant", "group"])["share"]
    assert rows["emission", "SO2"].to_dict() == pytest.approx({"coal": 14}, rel=1e-7)
