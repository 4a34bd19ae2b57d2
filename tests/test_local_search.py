"""Local search: two tasks solved by hand, and random cities in which no task moved alone makes the plan cheaper."""

from __future__ import annotations

import signal
import time
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given

from scenarios import highs, local_search, starts
from scenarios.case import Case
from scenarios.program.build import Arrays
from scenarios.session import Question, Session
from scenarios.solving import prepare
from scenarios.studies.reoptimiser import check_feasible
from test_laws import CENT, cities, quiet

QUARTERS = (1, 2, 3)
COLUMNS = [("done", (task, quarter)) for task in "AB" for quarter in QUARTERS]
COLUMNS += [("conversion", (quarter,)) for quarter in QUARTERS] + [("other", ())]
PLACE = {name: place for place, name in enumerate(COLUMNS)}
SOONER = 0.5  #: what a task costs more for each quarter that it is done sooner [CNY]


def two_tasks(constant: float = 0.0) -> Arrays:
    """Task B comes a quarter after task A at the soonest, and A may be done from the first quarter on.

    Ten units are wanted. Each quarter in which B is done converts up to 4 of them for 1 CNY each; the others cost 5.
    """
    rows: list[tuple[str, dict[tuple[str, tuple[object, ...]], float], float, float]] = []
    for task in "AB":
        for quarter in (2, 3):
            stays = {("done", (task, quarter)): 1.0, ("done", (task, quarter - 1)): -1.0}
            rows.append(("stays_done", stays, 0.0, np.inf))
    rows.append(("precedence", {("done", ("B", 1)): 1.0}, -np.inf, 0.0))
    for quarter in (2, 3):
        waits = {("done", ("B", quarter)): 1.0, ("done", ("A", quarter - 1)): -1.0}
        rows.append(("precedence", waits, -np.inf, 0.0))
    for quarter in QUARTERS:
        opens = {("conversion", (quarter,)): 1.0, ("done", ("B", quarter)): -4.0}
        rows.append(("enabling", opens, -np.inf, 0.0))
    wanted = {("conversion", (quarter,)): 1.0 for quarter in QUARTERS} | {("other", ()): 1.0}
    rows.append(("wanted", wanted, 10.0, np.inf))
    matrix = sp.lil_array((len(rows), len(COLUMNS)))
    for number, (_, factors, _, _) in enumerate(rows):
        for name, factor in factors.items():
            matrix[number, PLACE[name]] = factor
    integer = np.array([name == "done" for name, _ in COLUMNS])
    cost = [SOONER if name == "done" else 1.0 if name == "conversion" else 5.0 for name, _ in COLUMNS]
    return Arrays(
        cost=np.array(cost),
        constant=constant,
        matrix=sp.csc_array(matrix),
        lower=np.array([lower for _, _, lower, _ in rows]),
        upper=np.array([upper for _, _, _, upper in rows]),
        at_least=np.zeros(len(COLUMNS)),
        at_most=np.where(integer, 1.0, 100.0),
        integer=integer,
        size=np.ones(len(COLUMNS)),
        columns=tuple(COLUMNS),
        rows=tuple((name, (number,)) for number, (name, _, _, _) in enumerate(rows)),
    )


def plan(finish: dict[str, int]) -> np.ndarray:
    """Values with each task done in a quarter (4: never), as much converted as B allows, the rest by other means."""
    values = np.zeros(len(COLUMNS))
    for task, quarter in finish.items():
        for later in range(quarter, 4):
            values[PLACE["done", (task, later)]] = 1.0
    for quarter in range(finish["B"], 4):
        values[PLACE["conversion", (quarter,)]] = 4.0
    values[PLACE["other", ()]] = 10.0 - 4.0 * (4 - finish["B"])
    return values


def cost(arrays: Arrays, values: np.ndarray) -> float:
    return float(arrays.cost @ values) + arrays.constant


def moved(arrays: Arrays, values: np.ndarray) -> np.ndarray:
    return local_search.improved(arrays, values, "done", np.inf)


@pytest.mark.parametrize("constant", [0.0, -1000.0])
@pytest.mark.parametrize("finish", [{"A": 2, "B": 3}, {"A": 1, "B": 3}, {"A": 1, "B": 2}, {"A": 4, "B": 4}])
def test_two_tasks_by_hand(finish: dict[str, int], constant: float) -> None:
    """A in the first quarter (1.50), B in the second (1.00), 8 units converted (8.00), 2 by other means (10.00)."""
    arrays = two_tasks(constant)
    best = moved(arrays, plan(finish))
    assert cost(arrays, best) == pytest.approx(20.5 + constant)
    assert best[arrays.places("done")].tolist() == plan({"A": 1, "B": 2})[arrays.places("done")].tolist()


def test_a_task_brings_along_the_one_it_waits_for() -> None:
    """From A in the second quarter and B in the third: B alone cannot be sooner, so A is moved with it."""
    arrays = two_tasks()
    order = local_search.Order.of(arrays, "done")
    together = plan({"A": 1, "B": 2})[arrays.places("done")]
    assert together.tolist() in [after.tolist() for after in order.moves(plan({"A": 2, "B": 3})[order.places])]


def test_moves_keep_the_order_of_tasks() -> None:
    """The seven schedules that keep it, B later than A or never, lead to such ones only."""
    arrays = two_tasks()
    order = local_search.Order.of(arrays, "done")
    kept = [
        plan({"A": first, "B": second})[order.places].tolist()
        for first in (*QUARTERS, 4)
        for second in (2, 3, 4)
        if second > first or second == 4
    ]
    assert len(kept) == 7
    for schedule in kept:
        assert all(after.tolist() in kept for after in order.moves(np.array(schedule)))


def test_no_time_leaves_the_plan_as_it_is() -> None:
    arrays = two_tasks()
    begun = plan({"A": 2, "B": 3})
    assert local_search.improved(arrays, begun, "done", time.perf_counter() - 1).tolist() == begun.tolist()


def test_ctrl_c_leaves_the_best_plan_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pressed while the first cheaper plan is found: that one is kept, and nothing more is tried.

    By quarters, from never to A in the second (1.00), B in the third (0.50), 4 converted (4.00), 6 otherwise (30.00).
    """
    monkeypatch.setattr(local_search, "STEPS", (-1, 1))
    arrays, better, found = two_tasks(), Session.better, []

    def interrupted(self: Session, question: Question, than: float) -> highs.Answer | None:
        answer = better(self, question, than)
        if answer is not None:
            found.append(answer.objective)
            signal.raise_signal(signal.SIGINT)
        return answer

    monkeypatch.setattr(Session, "better", interrupted)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell that starts tests behind it ignores it
    try:
        best = moved(arrays, plan({"A": 4, "B": 4}))
    finally:
        signal.signal(signal.SIGINT, before)
    assert found == [pytest.approx(35.5)]
    assert cost(arrays, best) == pytest.approx(35.5)


def test_a_start_goes_on_by_local_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """Quarters tied together convert alike, nothing that is, since B is never done in the first: 50 without moves."""
    monkeypatch.setattr(starts, "MANY", 0)
    arrays = two_tasks()
    begun = starts.start(arrays, "conversion", "done", highs.Options(gap=0))
    assert begun is not None
    assert cost(arrays, begun) == pytest.approx(20.5)


def test_what_is_no_plan_is_refused() -> None:
    with pytest.raises(highs.SolverError, match="is none"):
        moved(two_tasks(), plan({"A": 3, "B": 2}))


@quiet
@given(cities())
def test_no_task_moved_alone_makes_the_plan_cheaper(case: Case) -> None:
    arrays = prepare(case, pooled=False).arrays
    some = highs.solve(replace(arrays, cost=np.zeros_like(arrays.cost)), highs.Options(gap=1e9))
    if not len(some.values):
        return
    best = moved(arrays, some.values)
    check_feasible(arrays, best)
    assert cost(arrays, best) <= cost(arrays, some.values) + CENT
    tasks: dict[object, list[int]] = {}
    for place in arrays.places("done"):
        tasks.setdefault(arrays.columns[place][1][0], []).append(place)
    for places in tasks.values():
        finish = len(places) - round(best[places].sum())
        for other in range(max(finish - 2, 0), min(finish + 2, len(places)) + 1):
            values = best.copy()
            values[places] = [float(quarter >= other) for quarter in range(len(places))]
            alone = highs.solve(highs.with_integers_fixed(arrays, values))
            if alone.outcome == "optimal":
                assert alone.objective >= cost(arrays, best) * (1 - 2 * local_search.LITTLE) - CENT
