"""Kept schedules: tasks stay where an agreed plan has them, but for those that a change draws elsewhere.

Without whole tasks a program says in an instant where each task would best be done. Where it says the same before and
after a change, the task stays; where it does not, the task may move. What is left is rounded: three linear programs
from a basis that is held, instead of a search. On a real city that comes within a tenth of a percent of planning anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from scenarios.case import Calendar
from scenarios.highs import Answer
from scenarios.plan import Agreed
from scenarios.program.build import Arrays
from scenarios.rounding import TASK, if_integral, rounded_tasks, with_projects
from scenarios.session import Limits, Question, Session

MOVED = 0.02  #: change of the part of a task done by a quarter from which it may move [1]
PART = 0.1  #: part of a task from which a rounded plan does it whole [1]
SEEN = 1e-3  #: part of the cost that rounding tasks may add before the schedule as it stands is tried [1]
DIGITS = 6  #: of parts of tasks


def relaxed_schedule(arrays: Arrays, free: Answer | None) -> pd.DataFrame:
    """What an answer without whole tasks does of each task in each quarter. Columns: task, period, share. [1]"""
    places = arrays.places(TASK) if free is not None else np.zeros(0, dtype=int)
    named = [arrays.columns[place][1] for place in places]
    done = free.values[places] if free is not None else np.zeros(0)
    rows = pd.DataFrame(named, columns=["task", "period"]).assign(share=np.round(done, DIGITS))
    rows = rows.sort_values(["task", "period"], ignore_index=True)
    rows["share"] = (rows["share"] - rows.groupby("task")["share"].shift(fill_value=0.0)).round(DIGITS)
    return rows[rows["share"] > 0].reset_index(drop=True)


def with_dates(arrays: Arrays, calendar: Calendar, finish: Mapping[str, str]) -> Arrays | None:
    """The program in which tasks are done when a schedule says, the others never; None when one cannot be done then."""
    dates = Dates.of(arrays, calendar, Agreed(finish, {}))
    at_least, at_most = arrays.at_least.copy(), arrays.at_most.copy()
    if dates.impossible(arrays).any():
        return None
    at_least[dates.places] = at_most[dates.places] = dates.done
    return replace(arrays, at_least=at_least, at_most=at_most)


@dataclass(frozen=True)
class Dates:
    """An agreed schedule, column by column: where it stands, whether the task is done by then, and what spoke for it.

    ``relaxed`` is the part done by then when tasks need not be whole; ``spare`` marks tasks that were left out although
    they were done in whole then: nothing waited for them.
    """

    places: np.ndarray
    done: np.ndarray
    relaxed: np.ndarray
    spare: np.ndarray

    @classmethod
    def of(cls, arrays: Arrays, calendar: Calendar, agreed: Agreed) -> Dates:
        """The dates of a plan in a program."""
        by_quarter: dict[str, np.ndarray] = {}
        for (task, period), share in agreed.relaxed_schedule.items():
            by_quarter.setdefault(task, np.zeros(len(calendar.periods)))[calendar.position[period] :] += share
        never = len(calendar.periods)
        finish = {task: calendar.position[period] for task, period in agreed.finish.items()}
        places = arrays.places(TASK)
        keys = [(task, calendar.position[period]) for task, period in (arrays.columns[place][1] for place in places)]
        done = np.array([at >= finish.get(task, never) for task, at in keys], dtype=float)
        relaxed = np.array([by_quarter[task][at] if task in by_quarter else 0.0 for task, at in keys])
        left_out = np.array([task not in finish for task, _ in keys], dtype=bool)
        return cls(places, done, relaxed, left_out & (relaxed >= 1 - MOVED))

    def impossible(self, arrays: Arrays) -> np.ndarray:
        """Which of them a program does not allow."""
        allowed = (arrays.at_least[self.places] <= self.done) & (self.done <= arrays.at_most[self.places])
        return np.asarray(~allowed)

    def all(self, arrays: Arrays) -> Limits | None:
        """Bounds of all columns as the plan has them; None when one of them cannot be so."""
        return None if self.impossible(arrays).any() else self._limits(np.full(len(self.places), True))

    def staying(self, arrays: Arrays, free: Answer) -> Limits | None:
        """Bounds of the columns that stay; None when one of them cannot.

        ``free`` is the answer without whole tasks: what it does otherwise than that of the agreed plan may move, and
        so may what that plan left out.
        """
        stays = (np.abs(free.values[self.places] - self.relaxed) <= MOVED) & ~self.spare
        return None if (stays & self.impossible(arrays)).any() else self._limits(stays)

    def _limits(self, chosen: np.ndarray) -> Limits:
        done = self.done[chosen].tolist()
        return dict(zip(self.places[chosen].tolist(), zip(done, done, strict=True), strict=True))


def near_schedule(session: Session, arrays: Arrays, question: Question, dates: Dates, free: Answer) -> Answer | None:
    """The best found near an agreed schedule, some tasks staying and the others rounded; None when that fits nothing.

    ``session`` holds the arrays without whole numbers, ``free`` is its answer to the question. Where rounding may have
    cost something that is seen, the schedule as it stands is tried too.
    """
    stay = dates.staying(arrays, free)
    part = session.ask(replace(question, columns={**question.columns, **stay})) if stay is not None else None
    if part is None or part.outcome != "optimal":
        return None
    ready = if_integral(session, arrays, question, part)
    if ready is not None:
        return ready
    found = None
    for tasks in (rounded_tasks(arrays, part, PART), dates.all(arrays)):
        if tasks is not None and (found is None or found.objective - part.objective > SEEN * abs(part.objective)):
            asked = replace(question, columns={**question.columns, **tasks})
            other = with_projects(session, arrays, asked, onwards=True)
            found = min((each for each in (found, other) if each), key=lambda each: each.objective, default=None)
    return found
