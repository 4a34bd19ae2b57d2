"""Local search: tasks of a plan moved to earlier or later quarters, one by one, as long as that makes it cheaper.

Once whole numbers are fixed, a program is linear. A move is judged from the basis of the best plan so far, by the dual
simplex method, which is cut off when its bound says that the move is dearer. The least cost is convex in what is fixed;
so reduced costs say the most that a move can bring. Those that cannot pay are not tried, the others in the order of
what they promise. Where a move breaks the order of tasks, the tasks that are in its way are moved along.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from scenarios import highs
from scenarios.highs import Answer
from scenarios.listening import ctrl_c_stops
from scenarios.program.build import Arrays
from scenarios.session import Question, Session

STEPS = (-1, 1, -2, 2)  #: quarters by which a task is moved
LITTLE = 1e-6  #: part of the cost below which a move is not worth a trial [1]
CLOSE = 1e-9  #: distance from a limit that counts as none


def improved(arrays: Arrays, values: np.ndarray, variable: str, until: float) -> np.ndarray:
    """The cheapest plan found by moving tasks of another, before a time is up [s, perf_counter] or Ctrl-C.

    ``variable`` names the columns, task by task and quarter by quarter, that say whether a task is done by then. All
    other whole numbers stay. Raises SolverError when the values are no plan.
    """
    session = Session(highs.with_integers_fixed(arrays, values))
    best = session.ask()
    if best.outcome != "optimal":
        raise highs.SolverError("the plan to start from is none")
    order = Order.of(arrays, variable)
    tried = {order.done(best).tobytes()}
    with ctrl_c_stops() as asked:
        while (cheaper := _cheaper(session, best, order, tried, lambda: expired(until, asked))) is not None:
            best = cheaper
    return best.values


def expired(until: float, asked: threading.Event) -> bool:
    """Whether a time is up [s, perf_counter], or somebody asked to stop."""
    return asked.is_set() or time.perf_counter() > until


def _cheaper(
    session: Session, best: Answer, order: Order, tried: set[bytes], over: Callable[[], bool]
) -> Answer | None:
    """The first cheaper plan that one move leads to; None when there is none, or the search is over."""
    arrays, done = session.arrays, order.done(best)
    reduced = (arrays.cost - arrays.matrix.T @ best.duals)[order.places]
    least = LITTLE * abs(best.objective)
    moved = {each.tobytes(): each for each in order.moves(done)}
    promised = {key: float(reduced @ (each - done)) for key, each in moved.items() if key not in tried}
    for key in sorted((key for key, gain in promised.items() if gain < -least), key=lambda key: (promised[key], key)):
        if over():
            return None
        tried.add(key)
        bounds = zip(order.places.tolist(), zip(moved[key].tolist(), moved[key].tolist(), strict=True), strict=True)
        found = session.better(Question(columns=dict(bounds)), best.objective - least)
        if found is not None:
            return found
    return None


@dataclass(frozen=True)
class Order:
    """Whether each task is done by each quarter, and the rows of a program that join nothing else.

    ``tasks``: of each task the numbers of its ``places``, quarter by quarter.
    """

    places: np.ndarray
    tasks: tuple[np.ndarray, ...]
    rows: sp.csr_array
    columns: sp.csc_array
    lower: np.ndarray
    upper: np.ndarray
    at_least: np.ndarray
    at_most: np.ndarray

    @classmethod
    def of(cls, arrays: Arrays, variable: str) -> Order:
        """The order of tasks in a program."""
        places = arrays.places(variable)
        tasks: dict[object, list[int]] = {}
        for number, place in enumerate(places):
            tasks.setdefault(arrays.columns[place][1][0], []).append(number)
        matrix = sp.csr_array(arrays.matrix)
        within = sp.csr_array(matrix[:, places])
        alone = np.flatnonzero((np.diff(within.indptr) == np.diff(matrix.indptr)) & (np.diff(matrix.indptr) > 0))
        rows = sp.csr_array(within[alone])
        return cls(
            places,
            tuple(map(np.array, tasks.values())),
            rows,
            sp.csc_array(rows),
            arrays.lower[alone],
            arrays.upper[alone],
            arrays.at_least[places],
            arrays.at_most[places],
        )

    def done(self, answer: Answer) -> np.ndarray:
        """Whether each task is done by each quarter: 0 or 1."""
        done: np.ndarray = np.round(answer.values[self.places])
        return done

    def moves(self, done: np.ndarray) -> Iterator[np.ndarray]:
        """What is done once a task is moved, for every task and step that the order allows."""
        for quarters in self.tasks:
            finish = len(quarters) - int(done[quarters].sum())
            for step in STEPS:
                if 0 <= finish + step <= len(quarters):
                    first, last = sorted((finish, finish + step))
                    after = self._with_others(done, quarters[first:last])
                    if after is not None:
                        yield after

    def _with_others(self, done: np.ndarray, turned: np.ndarray) -> np.ndarray | None:
        """What is done when some numbers are turned, and others where a row asks for it; None where that fails."""
        after, held = done.copy(), set(turned.tolist())
        after[turned] = 1 - after[turned]
        left = turned.tolist()
        while left:
            number = left.pop()
            if not self.at_least[number] <= after[number] <= self.at_most[number]:
                return None
            for row in self.columns.indices[self.columns.indptr[number] : self.columns.indptr[number + 1]]:
                mended = self._mended(after, row, held)
                if mended is None:
                    return None
                held.update(mended)
                left += mended
        return after

    def _mended(self, after: np.ndarray, row: int, held: set[int]) -> list[int] | None:
        """The number that is turned, in place, so that a row holds, if one must be; None when none helps."""
        inside = slice(self.rows.indptr[row], self.rows.indptr[row + 1])
        numbers, factors = self.rows.indices[inside], self.rows.data[inside]
        sum_ = float(factors @ after[numbers])
        if self._holds(row, sum_):
            return []
        for number, factor in zip(numbers.tolist(), factors.tolist(), strict=True):
            if number not in held and self._holds(row, sum_ + factor * (1 - 2 * after[number])):
                after[number] = 1 - after[number]
                return [number]
        return None

    def _holds(self, row: int, amount: float) -> bool:
        return bool(self.lower[row] - CLOSE <= amount <= self.upper[row] + CLOSE)
