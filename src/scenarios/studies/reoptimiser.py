"""Reoptimiser: a case made ready for many questions, each answered in a fraction of a second and with a proven gap.

The program without integers is held hot and bounds every answer. The plan comes from there too: near the agreed
schedule if there is one; else tasks are done where the relaxed answer does them by more than a threshold, projects are
rounded to whole ones, and the rest is optimised again. Where that is not close enough to the bound, HiGHS searches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
import scipy.sparse as sp

from scenarios import highs
from scenarios.accounting import Decisions
from scenarios.case import Case
from scenarios.keeping import Dates, near_schedule
from scenarios.plan import Agreed
from scenarios.program.build import NOTHING, Arrays, Name, collector_paused
from scenarios.program.limits import limits, same_but_limits
from scenarios.rounding import SEARCH_SECONDS, if_integral, rounded_tasks, solve_fixed, with_projects
from scenarios.schedule import tidy
from scenarios.session import Limits, Question, Session, with_question
from scenarios.solving import NEAR, decisions_of, prepare
from scenarios.studies.axes import COST, MONEY, PROBE, Axis, with_probes

StudyProgress = Callable[[int, int], None]  #: called with how many points of a study are done, of how many
How = Literal["relaxed", "kept", "rounded", "searched"]
THRESHOLDS = (0.1, 0.3)  #: parts of a task from which a rounded plan does it whole; the best of them is taken [1]
BROKEN = 1e-6  #: residual, relative to the largest term of a row, above which an answer is refused [1]


def no_progress(done: int, count: int) -> None:
    """Nothing: the progress of a study is not shown."""


@dataclass(frozen=True)
class LinearExpression:
    """A sum over the columns: ``vector @ values + constant``."""

    vector: np.ndarray
    constant: float

    def at(self, values: np.ndarray) -> float:
        """The sum at some values. [unit of the line]"""
        return float(self.vector @ values) + self.constant


@dataclass(frozen=True)
class Solution:
    """An answer: columns, what was minimised and its proven bound, prices of the rows, and how it was found."""

    values: np.ndarray
    objective: float
    bound: float
    duals: np.ndarray
    how: How

    @property
    def gap(self) -> float:
        """Proven distance from the best. [1]"""
        return max(self.objective - self.bound, 0.0) / max(abs(self.objective), 1e-9)


class Reoptimiser:
    """A case and its axes, ready for questions. Targets on an axis do not bind; all other targets do."""

    def __init__(
        self,
        case: Case,
        axes: Sequence[Axis] = (),
        *,
        alone: bool = False,
        agreed: Agreed | None = None,
        pooled: bool = True,
    ):
        self.axes, self.given = tuple(axes), case
        self.case = with_probes(case, self.axes, alone) if self.axes else case
        with collector_paused():
            self.prepared = prepare(self.case, pooled)
        place = {name: number for number, name in enumerate(self.prepared.arrays.rows)}
        self.expressions = {on.name: _expression(self.prepared.arrays, place, on) for on in self.axes}
        self.arrays = _with_axes(self.prepared.arrays, list(self.expressions), list(self.expressions.values()))
        self._dates = None if agreed is None else Dates.of(self.arrays, self.case.calendar, agreed)
        self.places: dict[Name, int] = {name: number for number, name in enumerate(self.arrays.rows)}

    @property
    def lifted(self) -> tuple[str, ...]:
        """The targets that bind in the case and not here, because they stand on an axis or all are lifted."""
        before, now = self.given["targets"], self.case["targets"]
        bound = set(before.loc[before["enforced"], "target"]) if self.given.settings.targets == "kept" else set()
        return tuple(name for name in before["target"] if name in bound - set(now.loc[now["enforced"], "target"]))

    @cached_property
    def relaxed(self) -> Session:
        """The program without integers."""
        return Session(highs.relaxed(self.arrays))

    def at_most(self, name: str, value: float) -> Limits:
        """The limit that holds an axis at a value. [unit of the axis]"""
        return {self.places[PROBE, (name,)]: (-np.inf, value - self.expressions[name].constant)}

    def minimise(
        self,
        rows: Limits | None = None,
        cost: np.ndarray | None = None,
        gap: float = NEAR,
        seconds: float = SEARCH_SECONDS,
    ) -> Solution | None:
        """The least cost (or the least of another vector) under some limits, proven to ``gap``; None when none fits.

        The answer does not depend on what was asked before. A search that is out of time gives the best so far.
        """
        question = Question(rows=rows or {}, cost=cost)
        free = self.relaxed.ask(question)
        if not len(free.values):
            return None
        ready = if_integral(self.relaxed, self.arrays, question, free)
        if ready is not None:
            return self._solution(question, ready, free.objective, "relaxed")
        best = None
        for how, answer in self._nearby(question, free):
            if answer is None:
                continue
            solution = self._solution(question, answer, free.objective, how)
            if how == "kept" and solution.gap <= gap:
                return solution
            if best is None or solution.objective < best.objective:
                best = solution
        if best is not None and best.gap <= gap:
            return best
        arrays = with_question(self.arrays, question)
        found = highs.solve(arrays, highs.Options(gap=gap, time_limit=seconds))
        if len(found.values):
            searched = solve_fixed(self.relaxed, self.arrays, question, found.values)
            if searched is not None and (best is None or searched.objective < best.objective):
                return self._solution(question, searched, max(found.bound, free.objective), "searched")
            best = best and replace(best, bound=max(best.bound, found.bound))
        return best

    def limits_of(self, case: Case) -> Limits | None:
        """The limits that turn the program into that of another case; None when more than limits differs."""
        if not same_but_limits(self.case, case):
            return None
        before, after = self._limits, limits(case, self.case)
        moved = {name: value - before[name] for name, value in after.items() if value != before[name]}
        if not all(self._asks_something(name) for name in moved):
            return None
        rows = {self.places[name]: value for name, value in moved.items()}
        lower, upper = self.arrays.lower, self.arrays.upper
        return {row: (lower[row] + value, upper[row] + value) for row, value in rows.items()}

    def _asks_something(self, name: Name) -> bool:
        """Whether a row has a variable in it; one without is left out, or refuses every plan, whatever its limit."""
        row = self.places.get(name)
        if row is None:
            return False
        within = self.arrays.matrix[[row]].nonzero()[1]
        return any(self.arrays.columns[column][0] != NOTHING for column in within)

    @cached_property
    def _limits(self) -> dict[Name, float]:
        return limits(self.case, self.case)

    def decisions(self, solution: Solution) -> Decisions:
        """What a solution converts where and when, and when its tasks are done."""
        values = self.prepared.reduction.recover(solution.values)
        return tidy(self.case, decisions_of(self.case, self.prepared.program, values))

    def quantities(self, solution: Solution) -> pd.Series:
        """What each measure converts over the horizon. Key: measure. [activity unit]"""
        full, arrays = self.prepared.reduction.recover(solution.values), self.prepared.program.arrays
        places = arrays.places("conversion")
        measures = [arrays.columns[place][1][1] for place in places]
        sums = pd.Series(full[places], dtype=float).groupby(pd.Index(measures, name="measure")).sum()
        return sums[sums > 0].rename("quantity")

    def _nearby(self, question: Question, free: highs.Answer) -> Iterator[tuple[How, highs.Answer | None]]:
        """Answers in whole tasks: near the agreed schedule, then with the tasks that the relaxed answer does."""
        session, arrays = self.relaxed, self.arrays
        if self._dates is not None:
            yield "kept", near_schedule(session, arrays, question, self._dates, free)
        seen: list[Limits] = []
        for threshold in THRESHOLDS:
            done = rounded_tasks(arrays, free, threshold)
            if done not in seen:
                seen.append(done)
                yield "rounded", with_projects(session, arrays, replace(question, columns=done))

    def _solution(self, question: Question, answer: highs.Answer, bound: float, how: How) -> Solution:
        values = answer.values.copy()
        values[self.arrays.integer] = np.round(values[self.arrays.integer])
        check_feasible(with_question(self.arrays, question), values)
        return Solution(values, answer.objective, min(bound, answer.objective), answer.duals, how)


def check_feasible(arrays: Arrays, values: np.ndarray) -> None:
    """Raises SolverError when an answer breaks a row or a bound, by arithmetic of our own."""
    terms = arrays.matrix @ sp.diags_array(values)
    size = np.maximum(abs(terms).max(axis=1).toarray().ravel(), 1.0)
    made = np.asarray(terms.sum(axis=1)).ravel()
    off = np.maximum(arrays.lower - made, made - arrays.upper) / size
    beyond = np.maximum(arrays.at_least - values, values - arrays.at_most) / arrays.size
    for what, excess, names in (("row", off, arrays.rows), ("bound", beyond, arrays.columns)):
        if excess.max(initial=0.0) > BROKEN:
            raise highs.SolverError(f"the answer breaks the {what} {names[int(excess.argmax())]} by {excess.max():.2g}")


def _expression(arrays: Arrays, place: Mapping[Name, int], on: Axis) -> LinearExpression:
    """An axis as a sum over the columns; what nothing in the city adds to is 0."""
    if on.kind == COST:
        return LinearExpression(arrays.cost, arrays.constant)
    rows = {("money_in_all", ("all",)): 1.0} if on.kind == MONEY else on.probes()
    vector, constant = np.zeros(len(arrays.columns)), 0.0
    for name, weight in rows.items():
        row = place.get(name)
        if row is not None:
            unit = np.zeros(len(arrays.rows))
            unit[row] = weight
            vector, constant = vector + arrays.matrix.T @ unit, constant + weight * float(arrays.shift[row])
    return LinearExpression(vector, constant)


def _with_axes(arrays: Arrays, names: Sequence[str], expressions: Sequence[LinearExpression]) -> Arrays:
    """The program with a row for each axis that limits nothing yet; the probes that measured them limit nothing."""
    if not names:
        return arrays
    probe = [name[0] == "money_in_all" or str(name[1][0]).startswith(f"{PROBE} ") for name in arrays.rows]
    more = sp.csr_array(np.stack([expression.vector for expression in expressions]))
    free = np.full(len(names), np.inf)
    return replace(
        arrays,
        matrix=sp.csc_array(sp.vstack([arrays.matrix, more])),
        lower=np.concatenate([arrays.lower, -free]),
        upper=np.concatenate([np.where(probe, np.inf, arrays.upper), free]),
        shift=np.concatenate([arrays.shift, np.zeros(len(names))]),
        rows=(*arrays.rows, *((PROBE, (name,)) for name in names)),
    )
