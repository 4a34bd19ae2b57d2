"""solve: a Case becomes a verified Plan, or a reasoned "no"."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import NamedTuple, TypeVar

import numpy as np
import pandas as pd

from scenarios import accounting, highs, keeping, rounding
from scenarios.accounting import Decisions
from scenarios.case import Case
from scenarios.conflict import Conflict, explained
from scenarios.frames import each_row
from scenarios.listening import Progress
from scenarios.plan import Agreed, Found, Plan, Status
from scenarios.program.build import COST, Arrays, Program, build, collector_paused
from scenarios.program.reduction import Reduction, reduce
from scenarios.results import tables
from scenarios.schedule import tidy
from scenarios.session import AS_IT_STANDS, Session
from scenarios.starts import start
from scenarios.verification import TOLERANCE, VerificationError, verify

T = TypeVar("T")
SMALLEST = 1e-9  #: conversions below this part of the activity are rounding of the solver [1]
PROOF = 1e-4  #: gap to which a plan is proven unless asked otherwise [1]
NEAR = 1.5e-2  #: gap to which a plan that keeps a schedule, or a point of a study, is proven unless asked otherwise [1]


class SearchResult(NamedTuple):
    """Where a search ended."""

    best: highs.Answer  #: with its prices
    proof: highs.Answer  #: whose bound proves it
    free: highs.Answer | None = None  #: without whole tasks and projects


class InfeasibleError(RuntimeError):
    """No plan keeps every target, supply, budget, deadline and pace; ``conflict`` says why and the ways out."""

    def __init__(self, case: Case, conflict: Conflict):
        self.case, self.conflict = case, conflict
        super().__init__("no plan exists")


class NothingFoundError(RuntimeError):
    """The time was up before any plan was found."""


@dataclass(frozen=True)
class Prepared:
    """A case as a program: with every variable, and as the solver sees it."""

    case: Case
    program: Program
    reduction: Reduction

    @property
    def arrays(self) -> Arrays:
        """The program in its free variables."""
        return self.reduction.arrays


def prepare(case: Case, pooled: bool = True) -> Prepared:
    """The program of a case, ready to be solved."""
    program = build(case, pooled)
    return Prepared(case, program, reduce(program.arrays))


def solve(
    case: Case,
    *,
    gap: float = PROOF,
    time_limit: float | None = None,
    progress: Progress | None = None,
    pooled: bool = True,
) -> Plan:
    """The least-cost plan of a case, verified.

    Raises InfeasibleError when no plan exists, NothingFoundError when none was found in time, VerificationError when
    the plan found breaks anything by more than 1e-6.
    """
    with collector_paused():
        options, clock = highs.Options(gap, time_limit, progress=progress), Clock({})
        prepared = clock("build", lambda: prepare(case, pooled))

        def found() -> SearchResult:
            begin = time.perf_counter()
            free = highs.solve(highs.relaxed(prepared.arrays), highs.Options(time_limit=time_limit))
            return _searched(prepared, options, free, begin)

        return plan_of(prepared, clock("solve", found), options.gap, clock)


def solve_keeping(
    case: Case,
    agreed: Agreed,
    *,
    near: float = NEAR,
    gap: float = PROOF,
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> tuple[Plan, bool]:
    """As ``solve``, and whether the plan keeps the schedule of another (``plan.agreed``), with few tasks moved.

    It does where that is proven to be ``near`` the least cost, and takes a fraction of the time; elsewhere the search
    goes on from there, and finds nothing worse when it is stopped.
    """
    with collector_paused():
        options, clock = highs.Options(gap, time_limit, progress=progress), Clock({})
        prepared = clock("build", lambda: prepare(case))

        def found() -> tuple[SearchResult, bool]:
            begin = time.perf_counter()
            session = Session(highs.relaxed(prepared.arrays))
            free = session.ask()
            kept = _kept(prepared, session, free, agreed)
            if kept is not None and _apart(kept) <= near:
                return SearchResult(_polished(prepared.arrays, kept, options.since(begin))[0], kept, free), True
            start = kept.values if kept is not None else None
            return _searched(prepared, replace(options, start=start), free, begin), False

        reached, keeps = clock("solve", found)
        return plan_of(prepared, reached, options.gap, clock), keeps


def _searched(prepared: Prepared, options: highs.Options, free: highs.Answer, begin: float) -> SearchResult:
    """The best plan, proven; ``free`` is the one without whole tasks, for which the search began at ``begin``."""
    if free.outcome == "nothing found":
        raise NothingFoundError
    best, proof = _search(prepared.arrays, options, begin)
    if proof.outcome == "infeasible":
        raise InfeasibleError(prepared.case, explained(prepared.case, prepared.program, prepared.reduction))
    return SearchResult(best, proof, free)


def _kept(prepared: Prepared, session: Session, free: highs.Answer, agreed: Agreed) -> highs.Answer | None:
    """The best plan found near an agreed schedule, with the bound of the program without whole tasks; None if none."""
    arrays = prepared.arrays
    dates = keeping.Dates.of(arrays, prepared.case.calendar, agreed)
    answer = keeping.near_schedule(session, arrays, AS_IT_STANDS, dates, free) if len(free.values) else None
    if answer is None:
        return None
    values = np.where(arrays.integer, np.round(answer.values), answer.values)
    return replace(answer, values=values, bound=min(free.objective, answer.objective))


def _apart(answer: highs.Answer) -> float:
    """Distance of an answer from its bound. [1]"""
    return (answer.objective - answer.bound) / max(abs(answer.objective), 1e-9)


def plan_of(prepared: Prepared, reached: SearchResult, gap: float, clock: Clock) -> Plan:
    """The verified plan of what a search reached."""
    case, program, reduction = prepared.case, prepared.program, prepared.reduction
    best, proof, free = reached
    decisions = tidy(case, decisions_of(case, program, reduction.recover(best.values)))
    accounts = accounting.account(case, decisions)
    cost, value = accounting.objective(case, accounts.cost), accounting.objective_value(case, accounts)
    proven = min(proof.bound, value)
    left = abs(value - proven) / max(abs(value), 1.0)
    status: Status = (
        "stopped" if proof.outcome == "stopped" and left > gap else "optimal" if left <= 1e-6 else "within gap"
    )
    found = Found(
        status,
        cost,
        case.settings.minimise,
        value,
        proven,
        left,
        _size(program.arrays),
        MappingProxyType(clock.seconds),
    )
    shadow_prices = prices(reduction.arrays, best.duals) if case.settings.minimise == COST else {}
    relaxed_schedule = keeping.relaxed_schedule(reduction.arrays, free)
    written = tables(case, accounts, decisions, shadow_prices, relaxed_schedule)
    return verified_plan(case, found, written, clock)


class Clock:
    """Runs a step and keeps its seconds."""

    def __init__(self, seconds: dict[str, float]):
        self.seconds = seconds

    def __call__(self, name: str, step: Callable[[], T]) -> T:
        """What the step returns."""
        begin = time.perf_counter()
        try:
            return step()
        finally:
            self.seconds[name] = time.perf_counter() - begin


def _search(arrays: Arrays, options: highs.Options, begin: float) -> tuple[highs.Answer, highs.Answer]:
    """The best plan with its prices (integers fixed, the rest optimised again), and the answer that bounds it."""
    first = start(arrays, "conversion", rounding.TASK, options.since(begin))
    answer = highs.solve(arrays, replace(options, start=options.start if first is None else first).since(begin))
    if answer.outcome == "infeasible":
        return answer, answer
    if answer.outcome == "nothing found":
        raise NothingFoundError
    if answer.outcome == "unbounded":
        raise highs.SolverError("the cost has no lower end: a unit cost is missing a bound")
    return _polished(arrays, answer, options.since(begin))


def _polished(arrays: Arrays, answer: highs.Answer, options: highs.Options) -> tuple[highs.Answer, highs.Answer]:
    """The answer with integers fixed and the rest optimised again, and the answer itself."""
    if not arrays.integer.any() and not len(arrays.tie):
        return answer, answer
    left, limits = highs.with_integers_fixed(arrays, answer.values), highs.Options(time_limit=options.time_limit)
    fixed = highs.solve(left, limits)
    if fixed.outcome != "optimal":
        return answer, answer
    return (_cheapest(arrays, left, fixed, limits) if len(arrays.tie) else fixed), answer


def _cheapest(arrays: Arrays, left: Arrays, fixed: highs.Answer, limits: highs.Options) -> highs.Answer:
    """The cheapest answer found that is as good as the best: with its integers, or with those that cost asks for.

    The latter are the integers of the cheapest answer without them, rounded up: no task is done only by chance.
    """
    found = [fixed, highs.solve(highs.cheapest_as_good(left, fixed), limits)]
    tied = highs.cheapest_as_good(arrays, fixed)
    free = highs.solve(highs.relaxed(tied), limits)
    if free.outcome == "optimal":
        rounded = np.where(arrays.integer, np.ceil(free.values - highs.INTEGRAL), free.values)
        found.append(highs.solve(highs.with_integers_fixed(tied, rounded), limits))
    return min((one for one in found if one.outcome == "optimal"), key=lambda one: float(arrays.tie @ one.values))


def decisions_of(case: Case, program: Program, values: np.ndarray) -> Decisions:
    """The conversions of every area and the finish of every task, read off the columns."""
    activity_of = case.column("technologies", "activity")
    from_activity = {row.measure: activity_of[row.from_technology] for row in each_row(case["measures"])}
    lot = {row.measure: row.lot for row in each_row(case["measures"]) if row.lot > 0}
    pooled: list[tuple[str, str, str, float]] = []
    done: dict[str, str] = {}
    arrays = program.arrays
    conversions, tasks = arrays.places("conversion"), arrays.places(rounding.TASK)
    for place in conversions[values[conversions] > 0]:
        area, measure, period = arrays.columns[place][1]
        value, size = float(values[place]), program.pools.quantity[area, from_activity[measure]]
        amount = lot[measure] * round(value / lot[measure]) if measure in lot else value
        if amount > SMALLEST * size:
            pooled.append((area, measure, period, amount))
    for place in tasks[values[tasks] > 0.5]:
        task, period = arrays.columns[place][1]
        if task not in done or case.calendar.position[period] < case.calendar.position[done[task]]:
            done[task] = period
    rows = pd.DataFrame(pooled, columns=["area", "measure", "period", "quantity"]).astype({"quantity": float})
    split = program.pools.split(rows, from_activity).sort_values(["area", "measure", "period"], ignore_index=True)
    return Decisions(split, done)


def prices(arrays: Arrays, duals: np.ndarray) -> Mapping[tuple[str, tuple[object, ...]], float]:
    """Shadow price of each row's limit. Key: equation, index. [CNY per unit]"""
    return {row: abs(float(dual)) for row, dual in zip(arrays.rows, duals, strict=True)} if len(duals) else {}


def _size(arrays: Arrays) -> Mapping[str, int]:
    return MappingProxyType(
        {
            "rows": len(arrays.rows),
            "columns": len(arrays.columns),
            "nonzeros": int(arrays.matrix.nnz),
            "integers": int(arrays.integer.sum()),
        }
    )


def verified_plan(case: Case, found: Found, written: Mapping[str, pd.DataFrame], clock: Clock) -> Plan:
    """The plan with its tables, refused when anything is off by more than 1e-6."""
    violations = clock("verify", lambda: verify(case, written, found.objective, found.value))
    worst = violations[0] if violations else None
    if worst is not None and not worst.size <= TOLERANCE:
        raise VerificationError(
            "; ".join(
                f"{' '.join(map(str, violation.statement))}: {violation.size:.3g}" for violation in violations[:5]
            )
        )
    return Plan(case.settings.city, case.scenario, found, worst.size if worst else 0.0, MappingProxyType(written))
