"""The least that must give way when some rows are held: by one linear program, then with whole tasks and projects."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from scenarios import highs
from scenarios.conflict.elastic import Elastic
from scenarios.conflict.smallest import Rows
from scenarios.program.build import Name
from scenarios.rounding import TASK, solve_fixed, with_projects
from scenarios.session import Question, Session, with_question

SMALL = 1e-6  #: slack below which a row counts as kept [1]
PENALTY = 1e4  #: what a slack that should not be used costs, in its own price [1]
GAP = 1e-3  #: how close to the least sum of slacks is close enough [1]
ROUNDING_SECONDS = 1.5  #: longest search for whole projects once the tasks are whole [s]
LEAST_SECONDS = 0.5  #: search for whole projects that is always made [s]
SECONDS = 6.0  #: longest search for whole tasks and projects, all questions together [s]
WHOLE_SECONDS = 1.0  #: longest search for whole tasks and projects [s]


@dataclass(frozen=True)
class ElasticSolution:
    """How far each row gives way (slack, above 0 only), the priced sum, and the columns of the elastic program.

    ``whole``: tasks and projects are whole. ``bound``: what the priced sum is at least.
    """

    slack: Mapping[Name, float]
    price: float
    values: np.ndarray
    whole: bool
    bound: float

    @property
    def proven(self) -> bool:
        """Whether tasks and projects are whole and nothing less will do, up to ``GAP``."""
        return self.whole and self.price <= self.bound * (1 + GAP) + SMALL


class ElasticSolver:
    """The elastic program held ready. All its searches for whole tasks take ``SECONDS`` at most."""

    def __init__(self, program: Elastic):
        self.program = program
        self.rows = frozenset(program.slacks)
        arrays = program.arrays
        self._tasks = arrays.places(TASK)
        self._session = Session(highs.relaxed(arrays))
        self._known: dict[Rows, ElasticSolution | None] = {}

    @cached_property
    def until(self) -> float:
        """When the searches for whole tasks and projects end, from the first on. [s, monotonic]"""
        return time.monotonic() + SECONDS

    def least(self, held: Rows) -> ElasticSolution | None:
        """The least that gives way, by parts of tasks and projects; None when what is held cannot be kept together."""
        if held not in self._known:
            self._known[held] = self._asked(held)
        return self._known[held]

    def _asked(self, held: Rows) -> ElasticSolution | None:
        question = self._holding(held)
        try:
            answer = self._session.ask(question)
        except highs.SolverError:
            answer = self._penalised(list(question.columns))
        if answer.outcome == "infeasible":
            return None
        if answer.outcome != "optimal":
            raise highs.SolverError(f"the elastic program ended {answer.outcome}")
        return self._solution(answer, self._is_whole(answer.values), answer.objective)

    def _holding(self, held: Rows) -> Question:
        """The question in which some rows do not give way."""
        columns = [column for name in held for column in self.program.slacks[name]]
        return Question(columns=dict.fromkeys(columns, (0.0, 0.0)))

    def _penalised(self, columns: list[int]) -> highs.Answer:
        """The answer another way, when HiGHS is at a loss whether anything is feasible: held slacks get a penalty.

        This program is always feasible; when the penalised slacks are not 0, what is held cannot be kept.
        """
        arrays = highs.relaxed(self.program.arrays)
        cost = arrays.cost.copy()
        cost[columns] *= PENALTY
        answer = highs.solve(replace(arrays, cost=cost))
        if answer.outcome == "optimal" and float(arrays.cost[columns] @ answer.values[columns]) > SMALL:
            return replace(answer, outcome="infeasible")
        return answer

    def in_whole(self, held: Rows, least: ElasticSolution, any_will_do: bool = False) -> ElasticSolution | None:
        """The solution with every task and project whole; None when it is proven that there is none.

        First every task that the least solution touches is done, as early as it is touched; where that costs more
        (unless any solution will do), or is not possible, tasks are searched. When the time is up ``least`` comes
        back as it is, in parts.
        """
        if least.whole:
            return least
        question = self._holding(held)
        rounded = self._rounded(question, least)
        patience = min(WHOLE_SECONDS, self.until - time.monotonic())
        if (rounded is not None and (any_will_do or rounded.proven)) or patience <= 0:
            return rounded or least
        answer = highs.solve(with_question(self.program.arrays, question), highs.Options(gap=GAP, time_limit=patience))
        if answer.outcome == "infeasible" and rounded is None:
            return None
        if answer.outcome not in ("optimal", "stopped"):
            return rounded or least
        exact = solve_fixed(self._session, self.program.arrays, question, answer.values)
        found = self._solution(exact or answer, True, max(answer.bound, least.bound))
        return replace(rounded, bound=found.bound) if rounded and rounded.price < found.price else found

    def _rounded(self, question: Question, least: ElasticSolution) -> ElasticSolution | None:
        """The solution when every task touched is done at its earliest; None when that is not possible."""
        done = np.ceil(least.values[self._tasks] - SMALL).tolist()
        tasks = dict(zip(self._tasks.tolist(), zip(done, done, strict=True), strict=True))
        patience = min(ROUNDING_SECONDS, max(LEAST_SECONDS, self.until - time.monotonic()))
        asked = Question(columns={**question.columns, **tasks})
        answer = with_projects(self._session, self.program.arrays, asked, seconds=patience)
        return None if answer is None else self._solution(answer, True, least.bound)

    def _is_whole(self, values: np.ndarray) -> bool:
        given = values[self.program.arrays.integer]
        return bool((np.abs(given - np.round(given)) <= highs.INTEGRAL).all())

    def _solution(self, answer: highs.Answer, whole: bool, bound: float) -> ElasticSolution:
        cost, values = self.program.arrays.cost, answer.values
        slack = {
            name: sum(float(cost[column] * values[column]) for column in columns)
            for name, columns in self.program.slacks.items()
        }
        least = min(SMALL, max(slack.values(), default=0.0) / 2)
        given = {name: amount for name, amount in slack.items() if amount > least}
        return ElasticSolution(given, sum(given.values()), values, whole, bound)
