"""Rounding: whole tasks and projects from an answer that does them in parts, by linear programs held in a session."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scenarios import highs
from scenarios.highs import Answer
from scenarios.program.build import Arrays
from scenarios.session import Limits, Question, Session, with_question

TASK = "done"  #: the variable that says by when a task is done
LITTLE = 1e-4  #: part of the cost that rounding projects may add before they are searched for [1]
SEARCH_SECONDS = 60.0
WHOLE = 1e-6  #: distance from a whole number that counts as none [1]


def rounded_tasks(arrays: Arrays, free: Answer, part: float) -> Limits:
    """Bounds that do every task of which an answer does more than a part, and no other."""
    places = arrays.places(TASK)
    done = (free.values[places] > part).astype(float).tolist()
    return dict(zip(places.tolist(), zip(done, done, strict=True), strict=True))


def with_projects(
    session: Session, arrays: Arrays, question: Question, onwards: bool = False, seconds: float = SEARCH_SECONDS
) -> Answer | None:
    """The best answer to a question that fixes the tasks: whole projects by rounding, or by a search of some seconds.

    None when there is none, or none was found in time.
    """
    free = session.ask(question, onwards)
    if free.outcome != "optimal":
        return None
    ready = if_integral(session, arrays, question, free)
    if ready is not None:
        return ready
    for step in (np.round, np.ceil, np.floor):
        values = np.where(arrays.integer, step(np.round(free.values, 6)), free.values)
        answer = solve_fixed(session, arrays, question, values)
        if answer is not None and answer.objective - free.objective <= abs(free.objective) * LITTLE:
            return answer
    found = highs.solve(with_question(arrays, question), highs.Options(gap=LITTLE, time_limit=seconds))
    return solve_fixed(session, arrays, question, found.values) if len(found.values) else None


def if_integral(session: Session, arrays: Arrays, question: Question, free: Answer) -> Answer | None:
    """The answer without whole numbers where they are whole all the same; None where one is not.

    What is off by a rounding of the solver is rounded, and the rest follows.
    """
    integers = free.values[arrays.integer]
    off = np.abs(integers - np.round(integers)).max(initial=0.0)
    if off > WHOLE:
        return None
    return solve_fixed(session, arrays, question, free.values) if off else free


def solve_fixed(session: Session, arrays: Arrays, question: Question, values: np.ndarray) -> Answer | None:
    """The best answer with every whole number as in ``values``; None when there is none."""
    places = np.flatnonzero(arrays.integer)
    whole = np.round(values[places])
    if ((whole < arrays.at_least[places]) | (whole > arrays.at_most[places])).any():
        return None
    bounds = zip(whole.tolist(), whole.tolist(), strict=True)
    columns = dict(zip(places.tolist(), bounds, strict=True))
    answer = session.ask(replace(question, columns={**question.columns, **columns}), onwards=True)
    return answer if answer.outcome == "optimal" else None
