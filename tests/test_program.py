"""What the solver is shown: rows that shorten its search, and limits that it need not see. Worked out by hand."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given

from cities import changed
from conftest import Toy
from scenarios import highs
from scenarios.case import Case
from scenarios.program.build import build
from scenarios.program.implied import caps, implied_by_next, largest
from scenarios.program.reduction import reduce
from scenarios.solving import prepare, solve

INF = np.inf


def opened(case: Case, measure: str, gate: str, period: str) -> dict[str, float]:
    """What a measure can have converted by a quarter, by the quarter in which its task is done."""
    arrays = build(case).arrays
    row = sp.csr_array(arrays.matrix)[[arrays.rows.index(("opened_so_far", (measure, gate, period)))]].tocoo()
    named = [(arrays.columns[place], -value) for place, value in zip(row.coords[1], row.data, strict=True)]
    return {index[1]: value for (name, index), value in named if name == "done"}


@pytest.mark.parametrize(
    ("share", "weights"),
    [
        # 4,000 households: 1,200 a quarter; two quarters make 2,400, more than the 2,000 that can be converted at all
        (0.6, {"2018Q3": 1200.0, "2018Q2": 800.0}),
        # 800 a quarter; two quarters make the 1,600 of the year, a third adds nothing
        (0.4, {"2018Q3": 800.0, "2018Q2": 800.0}),
        # 2,000 a quarter, which is all that can be converted
        (1.0, {"2018Q3": 2000.0}),
    ],
)
def test_a_task_done_sooner_opens_what_pace_can_reach_since(
    toy_case: Case, share: float, weights: dict[str, float]
) -> None:
    paced = changed(
        changed(toy_case, "pace", "share", share, measure="gas"), "pace", "quarter_share", 0.5, measure="gas"
    )
    assert opened(paced, "gas", "", "2018Q3") == pytest.approx(weights)


def test_a_task_opens_no_more_than_its_capacity(toy_case: Case) -> None:
    # 1,000 a quarter and a pipe for 1,500: the second quarter opens 500 more, the third nothing
    paced = changed(changed(toy_case, "pace", "quarter_share", 0.25, measure="gas"), "enables", "capacity", 1500.0)
    assert opened(paced, "gas", "", "2018Q3") == pytest.approx({"2018Q3": 1000.0, "2018Q2": 500.0})


def test_a_task_that_must_be_waited_for_opens_all(toy_case: Case) -> None:
    assert opened(toy_case, "briquettes", "survey", "2018Q4") == pytest.approx({"2018Q4": 2000.0})


def test_a_stock_that_measures_cannot_empty_needs_no_limit(toy_case: Case) -> None:
    """Half of the stoves can go to gas, half to briquettes; a little more and the last stove must be guarded."""

    def guarded(case: Case) -> int:
        return sum(name == "bound" for name, _ in prepare(case).arrays.rows)

    assert guarded(toy_case) == guarded(changed(toy_case, "potentials", "share", 0.4, measure="gas"))
    assert guarded(changed(toy_case, "potentials", "share", 0.6, measure="gas")) > guarded(toy_case)


def test_a_column_belongs_to_the_longest_sum_with_a_limit() -> None:
    # x0 + x1 <= 4, 2 x0 + 2 x1 + 2 x2 <= 10 and <= 12, x3 + 2 x4 <= 6, x4 + x5 without a limit
    rows = np.array(
        [[1, 1, 0, 0, 0, 0], [2, 2, 2, 0, 0, 0], [2, 2, 2, 0, 0, 0], [0, 0, 0, 1, 2, 0], [0, 0, 0, 0, 1, 1]], float
    )
    found = caps(sp.csr_array(rows), np.array([4.0, 10.0, 12.0, 6.0, INF]), np.zeros(6))
    assert found.limit[found.group].tolist() == [5.0, 5.0, 5.0, *[pytest.approx(1e30)] * 3]
    assert len({*found.group.tolist()}) == 4


def test_what_may_be_negative_is_in_no_sum_with_a_limit() -> None:
    found = caps(sp.csr_array(np.ones((1, 2))), np.array([4.0]), np.array([0.0, -1.0]))
    assert (found.limit[found.group] > 4.0).all()


def test_sums_reach_what_their_limit_or_each_column_allows() -> None:
    # x0 + x1 <= 5, each at most 4, x2 at most 1: 2 x0 + x1 + 3 x2 <= min(2 * 5, 2 * 4 + 4) + 3
    limits = caps(sp.csr_array(np.array([[1.0, 1.0, 0.0]])), np.array([5.0]), np.zeros(3))
    weights = sp.csr_array(np.array([[2.0, 1.0, 3.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]]))
    assert largest(weights, np.array([4.0, 4.0, 1.0]), limits).tolist() == [13.0, 4.0, 0.0]


@pytest.mark.parametrize(
    ("earlier", "later", "least", "said"),
    [
        # 10 - x0 >= 0 follows from 10 - x0 - x1 >= 0
        ((-1.0, 0.0), (-1.0, -1.0), (-10.0, -10.0), True),
        # a tenth worn: 10 - x0 >= 0 follows from 9 - 0.9 x0 - x1 >= 0
        ((-1.0, 0.0), (-0.9, -1.0), (-10.0, -9.0), True),
        # what grows to 12 may be overdrawn before
        ((-1.0, 0.0), (-1.0, -1.0), (-10.0, -12.0), False),
        # what comes in later does not help before
        ((-1.0, 0.0), (-1.0, 1.0), (-10.0, -10.0), False),
    ],
)
def test_an_earlier_limit_follows_from_a_later_one(
    earlier: tuple[float, float], later: tuple[float, float], least: tuple[float, float], said: bool
) -> None:
    rows = sp.csr_array(np.array([earlier, later]))
    assert implied_by_next(rows, np.array(least), np.full(2, INF)).tolist() == [said, False]


@given(st.data())
def test_limits_left_out_are_never_broken(data: st.DataObject) -> None:
    """Random rows over four columns with a limit to the sum of the first three."""
    numbers = st.integers(-3, 3).map(float)
    rows = np.array(data.draw(st.lists(st.lists(numbers, min_size=4, max_size=4), min_size=2, max_size=5)))
    cap, most = (
        float(data.draw(st.integers(1, 9))),
        np.array(data.draw(st.lists(st.integers(1, 9), min_size=4, max_size=4))),
    )
    limits = caps(sp.csr_array(np.array([[1.0, 1.0, 1.0, 0.0]])), np.array([cap]), np.zeros(4))
    highest = largest(sp.csr_array(np.maximum(rows, 0)), most.astype(float), limits)
    part = np.array(data.draw(st.lists(st.floats(0, 1), min_size=4, max_size=4)))
    point = part * most
    point[:3] *= min(1.0, cap / point[:3].sum()) if point[:3].sum() > 0 else 1.0
    assert (np.maximum(rows, 0) @ point <= highest + 1e-9).all()
    least = -np.array(data.draw(st.lists(st.integers(-9, 9).map(float), min_size=len(rows), max_size=len(rows))))
    kept = rows @ point >= least
    for place in np.flatnonzero(implied_by_next(sp.csr_array(rows), least, np.full(len(rows), INF))):
        assert kept[place] or not kept[place + 1]


def test_the_optimum_is_that_of_all_limits(toy_case: Case) -> None:
    for scale in (0.4, 0.6, 1.0):
        case = changed(toy_case, "potentials", "share", scale, measure="gas")
        arrays = build(case).arrays
        options = highs.Options(gap=0)
        assert highs.solve(reduce(arrays).arrays, options).objective == pytest.approx(
            highs.solve(arrays, options).objective
        )


def test_a_plan_without_any_measure_is_found(toy: Toy) -> None:
    """Nothing may be converted, so no gate has anything to open: 64 t SO2 stay."""
    assert solve(toy.read("frozen")).conversions.empty
