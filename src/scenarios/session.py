"""Session: one linear program held by HiGHS and asked many times, with other limits, bounds or costs.

Every question starts from the basis of the first answer, so that no answer depends on what was asked before, unless it
is to go on from there. A basis keeps HiGHS from presolving, and now and then such a start takes minutes: a question
that has used up the time of a few cold solutions is solved once more from nothing.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import highspy
import numpy as np

from scenarios import highs
from scenarios.highs import Answer, Scaled
from scenarios.program.build import Arrays

Limits = Mapping[int, tuple[float, float]]  #: place of a row or a column -> at least, at most
PATIENCE = 3.0  #: cold solutions that a hot one may take before it is given up [1]
LEAST_PATIENCE = 0.5  #: time that a hot solution may always take [s]
DUAL, PRIMAL = 1, 4  #: HiGHS' numbers of its simplex methods; the primal one goes on from a basis when costs change


@dataclass(frozen=True)
class Question:
    """What differs from the program as the session holds it: limits of rows, bounds of columns, another cost."""

    rows: Limits = field(default_factory=dict)
    columns: Limits = field(default_factory=dict)
    cost: np.ndarray | None = None


AS_IT_STANDS = Question()


class Session:
    """A linear program, solved once and ready for questions. Raises SolverError for a program with integers."""

    def __init__(self, arrays: Arrays):
        if arrays.integer.any():
            raise highs.SolverError("a session holds linear programs only")
        highs.check_finite(arrays)
        self.arrays = arrays
        self._held = highs.scale(arrays)
        self._solver = highs.opened(self._held, highs.Options())
        begin = time.perf_counter()
        highs.accept(self._solver.run(), "run", warning=True)
        self._patience = max(PATIENCE * (time.perf_counter() - begin), LEAST_PATIENCE)
        self._basis = self._last = self._solver.getBasis()

    def ask(self, question: Question = AS_IT_STANDS, onwards: bool = False) -> Answer:
        """The answer to a question; the session is then as it was.

        ``onwards``: it goes on from the answer before, which it differs little from and then depends on.
        """
        arrays = with_question(self.arrays, question)
        highs.check_finite(arrays)
        scaled = self._scaled(arrays, question)
        self._pass(scaled, question)
        try:
            if self._basis.valid and self._run(question, self._last if onwards else self._basis):
                self._last = self._solver.getBasis()
                return highs.answer(self._solver, scaled)
            return highs.solve(arrays)
        finally:
            self._pass(self._held, question)

    def better(self, question: Question, than: float) -> Answer | None:
        """The answer to a question that differs little from the answer before, if its objective is below a number.

        None when it is not, as soon as that is seen, or when it takes more than a few cold solutions; the next question
        then still goes on from the answer before.
        """
        arrays = with_question(self.arrays, question)
        highs.check_finite(arrays)
        scaled = self._scaled(arrays, question)
        self._pass(scaled, question)
        highs.accept(self._solver.setOptionValue("objective_bound", than / scaled.money), "objective_bound")
        try:
            found = highs.answer(self._solver, scaled) if self._run(question, self._last) else None
            if found is None or found.outcome != "optimal" or found.objective >= than:
                return None
            self._last = self._solver.getBasis()
            return found
        finally:
            highs.accept(self._solver.setOptionValue("objective_bound", highspy.kHighsInf), "objective_bound")
            self._pass(self._held, question)

    def ranges(self, rows: list[int]) -> list[tuple[float, float]]:
        """Between which limits the price of each row holds, the rest staying as it is. [units of the row]"""
        self.ask()
        status, ranging = self._solver.getRanging()
        highs.accept(status, "getRanging")
        least = np.asarray(ranging.row_bound_dn.value_) / self._held.row
        most = np.asarray(ranging.row_bound_up.value_) / self._held.row
        return [(float(least[row]), float(most[row])) for row in rows]

    def _scaled(self, arrays: Arrays, question: Question) -> Scaled:
        """The changed program on the scale of the held one; another cost has a scale of its own."""
        held = self._held
        money = held.money if question.cost is None else highs.money_scale(question.cost * held.column)
        return Scaled(
            replace(
                held.arrays,
                cost=arrays.cost * held.column / money,
                constant=arrays.constant / money,
                lower=arrays.lower * held.row,
                upper=arrays.upper * held.row,
                at_least=arrays.at_least / held.column,
                at_most=arrays.at_most / held.column,
            ),
            held.row,
            held.column,
            money,
        )

    def _pass(self, scaled: Scaled, question: Question) -> None:
        """Hand over the parts of a program that a question touches."""
        arrays = scaled.arrays
        for row in question.rows:
            highs.accept(self._solver.changeRowBounds(row, arrays.lower[row], arrays.upper[row]), "changeRowBounds")
        if question.columns:
            places = np.fromiter(question.columns, dtype=np.int32)
            highs.accept(
                self._solver.changeColsBounds(len(places), places, arrays.at_least[places], arrays.at_most[places]),
                "changeColsBounds",
            )
        if question.cost is not None:
            places = np.arange(len(arrays.cost), dtype=np.int32)
            highs.accept(self._solver.changeColsCost(len(places), places, arrays.cost), "changeColsCost")
            highs.accept(self._solver.changeObjectiveOffset(arrays.constant), "changeObjectiveOffset")

    def _run(self, question: Question, basis: highspy.HighsBasis) -> bool:
        """Whether HiGHS came from a basis to an answer, or to none that can be, within the patience.

        Now and then it ends in an error on this road, which a solution from nothing avoids.
        """
        solver, outcomes = self._solver, highspy.HighsModelStatus
        highs.accept(solver.clearSolver(), "clearSolver")  # among answers as good, the last one would leave its mark
        highs.accept(solver.setBasis(basis), "setBasis")
        highs.accept(solver.setOptionValue("time_limit", solver.getRunTime() + self._patience), "time_limit")
        method = DUAL if question.cost is None else PRIMAL
        highs.accept(solver.setOptionValue("simplex_strategy", method), "simplex_strategy")
        ended = solver.run()
        return ended != highspy.HighsStatus.kError and solver.getModelStatus() in (
            outcomes.kOptimal,
            outcomes.kInfeasible,
        )


def with_question(arrays: Arrays, question: Question) -> Arrays:
    """The program a question is about."""
    lower, upper = arrays.lower.copy(), arrays.upper.copy()
    at_least, at_most = arrays.at_least.copy(), arrays.at_most.copy()
    for row, (least, most) in question.rows.items():
        lower[row], upper[row] = least, most
    for column, (least, most) in question.columns.items():
        at_least[column], at_most[column] = least, most
    cost, constant = (arrays.cost, arrays.constant) if question.cost is None else (question.cost, 0.0)
    return replace(arrays, cost=cost, constant=constant, lower=lower, upper=upper, at_least=at_least, at_most=at_most)
