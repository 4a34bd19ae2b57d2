"""Prices: what the last unit of each limit of a plan is worth, how far that holds, and which measure is next.

Tasks and whole projects stay as the plan has them; the linear program that is left is solved again. It gives the price
of every limit and its range (HiGHS' ranging), and for each measure with room left the difference between what one unit
more would cost and what it would be worth. Dates are priced by moving one task at a time and solving again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from scenarios import highs
from scenarios.case import MONTHS_PER_QUARTER, Case
from scenarios.keeping import with_dates
from scenarios.program.build import Name, collector_paused
from scenarios.program.equations import EQUATIONS
from scenarios.program.limits import limits
from scenarios.rounding import TASK
from scenarios.session import Question, Session
from scenarios.solving import Prepared, prepare
from scenarios.studies.axes import require_least_cost
from scenarios.tasks import gates

DATES = ("deadline", "never_late")  #: limits that are dates, which are priced by moving the task
PRICED = tuple(name for name, equation in EQUATIONS.items() if equation.negotiable and name not in DATES)
PROMISED = tuple(name for name in PRICED if name.endswith(("_target", "_commitment")))
ROOM = 1e-7  #: part of a potential below which nothing is left of it [1]
SLIGHT = 1e-9  #: part of the cost of a unit below which it falls short of nothing [1]


class ScheduleError(highs.SolverError):
    """No plan keeps the schedule it was asked to keep."""


@dataclass(frozen=True)
class Prices:
    """Tables of prices. All money is discounted cost over the plan. [CNY]"""

    limits: pd.DataFrame  # equation, index, limit, price [CNY per unit], least, most [unit]: the range of the limit
    dates: pd.DataFrame  # task, finish, earlier, later [CNY per month: saved by a month earlier, cost of a month later]
    next: (
        pd.DataFrame
    )  # measure, used, potential [activity unit], cost, ..., reduced_cost [CNY per unit], cut, through, by


def prices(case: Case, schedule: Mapping[str, str], gap: float = 1e-4) -> Prices:
    """The prices of the plan that keeps a schedule (task -> quarter in which it is done).

    Raises ScheduleError, and InputError where something else than the cost is minimised.
    """
    require_least_cost(case)
    with collector_paused():
        prepared = prepare(case)
    kept = with_dates(prepared.arrays, case.calendar, schedule)
    answer = highs.solve(kept, highs.Options(gap=gap)) if kept is not None else None
    if answer is None or not len(answer.values):
        raise ScheduleError("no plan keeps the schedule")
    session = Session(highs.with_integers_fixed(prepared.arrays, answer.values))
    last = session.ask()
    return Prices(_limits(prepared, session, last), _dates(prepared, session, last, schedule), _next(prepared, last))


def _limits(prepared: Prepared, session: Session, last: highs.Answer) -> pd.DataFrame:
    """Every limit a planner knows, with its price and the range in which the price holds."""
    arrays, said = prepared.arrays, limits(prepared.case, prepared.case)
    places = [place for place, (name, _) in enumerate(arrays.rows) if name in PRICED]
    rows = []
    for place, (least, most) in zip(places, session.ranges(places), strict=True):
        name, index = arrays.rows[place]
        above = np.isfinite(arrays.upper[place])
        limit = arrays.upper[place] if above else arrays.lower[place]
        beside = said[name, index] - limit if (name, index) in said else arrays.shift[place]
        price = abs(float(last.duals[place]))
        made = float((arrays.matrix[[place]] @ last.values)[0]) if not price else limit
        rows.append(
            {
                "equation": name,
                "index": index,
                "limit": float(limit + beside),
                "reached": float(made + beside),
                "price": price,
                "least": float(least + beside) if price else np.nan,
                "most": float(most + beside) if price else np.nan,
            }
        )
    return pd.DataFrame(rows, columns=["equation", "index", "limit", "reached", "price", "least", "most"])


def _dates(prepared: Prepared, session: Session, last: highs.Answer, schedule: Mapping[str, str]) -> pd.DataFrame:
    """What a month is worth: each task that something waits for done one quarter earlier or later, the others staying.

    Blank where the order of tasks or a deadline leaves no room.
    """
    arrays, periods = prepared.arrays, prepared.case.calendar.periods
    column = {arrays.columns[place][1]: place for place in arrays.places(TASK)}
    rows = []
    for task, finish in schedule.items():
        if task not in gates(prepared.case):
            continue
        place = periods.index(finish)
        row: dict[str, Any] = {"task": task, "finish": finish}
        for name, moved, done in (("earlier", place - 1, 1.0), ("later", place, 0.0)):
            row[name] = np.nan
            if moved < 0 or done > arrays.at_most[column[task, periods[moved]]]:
                continue
            answer = session.ask(Question(columns={column[task, periods[moved]]: (done, done)}))
            if answer.outcome == "optimal":
                row[name] = (answer.objective - last.objective) / MONTHS_PER_QUARTER
        rows.append(row)
    return pd.DataFrame(rows, columns=["task", "finish", "earlier", "later"])


def _next(prepared: Prepared, last: highs.Answer) -> pd.DataFrame:
    """Measures with room left, in the areas and the quarter in which one unit more falls least short of its cost.

    ``marginal_value`` is what the unit earns through targets and commitments, ``opportunity_cost`` what it must pay to
    what holds it back (money, fuel, stock that others convert, a task that is not done), ``reduced_cost`` what it would
    have to be cheaper by; ``cut`` is that as a part of its cost. ``through`` and ``by`` name the largest row of value
    and of opportunity cost. [CNY per activity unit]
    """
    arrays = prepared.arrays
    moves = arrays.places("conversion").tolist()
    used, potential = _uses(prepared, last, moves)
    reduced = arrays.cost - arrays.matrix.T @ last.duals
    best: dict[str, int] = {}
    for place in moves:
        pool, measure, _ = arrays.columns[place][1]
        whole = potential[pool, measure]
        full = last.values[place] >= arrays.at_most[place] - ROOM * whole
        if whole - used[pool, measure] <= ROOM * whole or full:
            continue
        if measure not in best or reduced[place] < reduced[best[measure]]:
            best[measure] = place
    rows = []
    for measure, place in best.items():
        parts = _parts(prepared, last, place)
        earned = {row: amount for row, amount in parts.items() if row[0] in PROMISED}
        paid = {row: -amount for row, amount in parts.items() if row[0] not in PROMISED}
        cost, short = float(arrays.cost[place]), float(reduced[place])
        rows.append(
            {
                "measure": measure,
                "used": sum(amount for key, amount in used.items() if key[1] == measure),
                "potential": sum(amount for key, amount in potential.items() if key[1] == measure),
                "period": arrays.columns[place][1][2],
                "cost": cost,
                "marginal_value": sum(earned.values()),
                "opportunity_cost": sum(paid.values()),
                "reduced_cost": short if short > SLIGHT * abs(cost) else 0.0,
                "through": _largest(earned),
                "by": _largest(paid),
            }
        )
    names = [
        "measure",
        "used",
        "potential",
        "period",
        "cost",
        "marginal_value",
        "opportunity_cost",
        "reduced_cost",
        "through",
        "by",
    ]
    table = pd.DataFrame(rows, columns=names)
    cut = (table["reduced_cost"] / table["cost"]).where(table["cost"] > 0)
    return table.assign(cut=cut).sort_values(["cut", "measure"], ignore_index=True)


def _uses(
    prepared: Prepared, last: highs.Answer, moves: list[int]
) -> tuple[dict[tuple[str, str], float], dict[tuple[str, str], float]]:
    """What each measure converts in each pool, and could. [activity unit]"""
    arrays = prepared.arrays
    used: dict[tuple[str, str], float] = {}
    for place in moves:
        pool, measure, _ = arrays.columns[place][1]
        used[pool, measure] = used.get((pool, measure), 0.0) + float(last.values[place])
    potential = {
        (index[0], index[1]): float(limit)
        for (name, index), limit in zip(arrays.rows, arrays.upper, strict=True)
        if name == "potential"
    }
    return used, potential


def _parts(prepared: Prepared, last: highs.Answer, place: int) -> dict[Name, float]:
    """What one unit of a column earns (or pays, below 0) through each row: rows of the program's own by theme. [CNY]"""
    matrix = prepared.arrays.matrix
    span = slice(matrix.indptr[place], matrix.indptr[place + 1])
    parts: dict[Name, float] = {}
    for row, amount in zip(matrix.indices[span], matrix.data[span] * last.duals[matrix.indices[span]], strict=True):
        name, index = prepared.arrays.rows[row]
        key: Name = (name, index if name in PRICED else ())
        if amount:
            parts[key] = parts.get(key, 0.0) + float(amount)
    return parts


def _largest(parts: Mapping[Name, float]) -> Name | None:
    """The row through which most is earned or paid."""
    above = {row: amount for row, amount in parts.items() if amount > 0}
    return max(above, key=lambda row: above[row]) if above else None


def tables(found: Prices) -> dict[str, pd.DataFrame]:
    """The tables as they are written: rows of the program by name."""

    def text(row: Name | None) -> str:
        return " ".join([row[0], *map(str, row[1])]) if row else ""

    limits = found.limits.assign(index=[" ".join(map(str, index)) for index in found.limits["index"]])
    queue = found.next.assign(through=found.next["through"].map(text), by=found.next["by"].map(text))
    return {"limits": limits, "dates": found.dates, "next": queue}
