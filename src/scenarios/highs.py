"""The bridge to HiGHS, with a gate on both sides: only finite numbers go in, only known outcomes come out.

HiGHS answers "optimal" to a matrix with NaN in it, keeps an old answer when a change was refused, and reports objective
0 when it was stopped before it found anything. Hence: finiteness first, every return code read, statuses from a list.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Literal

import highspy
import numpy as np
import scipy.sparse as sp

from scenarios.listening import Progress, ctrl_c_stops, listen
from scenarios.program.build import Arrays
from scenarios.program.equations import EQUATIONS

Outcome = Literal["optimal", "stopped", "infeasible", "unbounded", "nothing found"]
SLOW_HEURISTICS = (
    "rins",
    "rens",
    "root_reduced_cost",
)  #: sub-MIPs that took half of the time of a city and found little
TIE = 1e-7  #: answers are as good as each other within this part of the objective [1]
TIGHTENING = frozenset(name for name, equation in EQUATIONS.items() if equation.tightens)
INTEGRAL = 1e-5  #: HiGHS' own tolerance on integers is 1e-6 [1]
GRACE, PART = 1.0, 0.1  #: what a step of a search may take when the time is up, the larger of: [s], of the limit [1]


class SolverError(RuntimeError):
    """The solver refused its input or ended in a state that is no answer."""


@dataclass(frozen=True)
class Options:
    """How long and how far to search."""

    gap: float = 1e-3
    time_limit: float | None = None
    presolve: bool = True
    progress: Progress | None = None
    start: np.ndarray | None = None  #: values to start the search from

    def since(self, begin: float) -> Options:
        """The options with what is left of the time limit of a search that began at ``begin``, or with the grace."""
        if self.time_limit is None:
            return self
        left = self.time_limit - (time.perf_counter() - begin)
        return replace(self, time_limit=max(left, GRACE, PART * self.time_limit))


@dataclass(frozen=True)
class Answer:
    """What came back: outcome, column values, row duals (LPs only), objective, bound and gap."""

    outcome: Outcome
    values: np.ndarray
    duals: np.ndarray
    objective: float
    bound: float
    gap: float
    nodes: int = 0


@dataclass(frozen=True)
class Scaled:
    """Arrays near 1: columns by their usual size, rows by their largest coefficient, money by the largest cost."""

    arrays: Arrays
    row: np.ndarray
    column: np.ndarray
    money: float


LARGEST_COST = 2.0**10  #: what the largest cost coefficient is scaled to [1]


def scale(arrays: Arrays) -> Scaled:
    """The same program, scaled by powers of two, so that nothing is near HiGHS' limits for tiny and huge."""
    column = np.exp2(np.round(np.log2(arrays.size)))
    matrix = sp.csc_array(arrays.matrix @ sp.diags_array(column))
    largest = abs(matrix).max(axis=1).toarray().ravel() if matrix.nnz else np.ones(matrix.shape[0])
    row = np.exp2(-np.round(np.log2(np.where(largest > 0, largest, 1.0))))
    money = money_scale(arrays.cost * column)
    scaled = sp.csc_array(sp.diags_array(row) @ matrix)
    return Scaled(
        replace(
            arrays,
            matrix=scaled,
            cost=arrays.cost * column / money,
            constant=arrays.constant / money,
            lower=arrays.lower * row,
            upper=arrays.upper * row,
            at_least=arrays.at_least / column,
            at_most=arrays.at_most / column,
        ),
        row,
        column,
        money,
    )


def money_scale(cost: np.ndarray) -> float:
    """The power of two by which costs are divided."""
    most = np.abs(cost).max(initial=0.0)
    return float(np.exp2(np.round(np.log2(most / LARGEST_COST)))) if most > 0 else 1.0


def check_finite(arrays: Arrays) -> None:
    """Raises SolverError when a coefficient, cost or bound is no number, naming the row or column."""
    for name, values, names in (
        ("cost", arrays.cost, arrays.columns),
        ("lower bound", arrays.at_least, arrays.columns),
        ("upper bound", arrays.at_most, arrays.columns),
        ("lower limit", arrays.lower, arrays.rows),
        ("upper limit", arrays.upper, arrays.rows),
    ):
        wrong = np.isnan(values) | ((name == "cost") & np.isinf(values))
        if wrong.any():
            raise SolverError(f"{name} of {names[int(np.flatnonzero(wrong)[0])]} is not a number")
    wrong = ~np.isfinite(arrays.matrix.data)
    if wrong.any():
        place = int(np.flatnonzero(wrong)[0])
        column = int(np.searchsorted(arrays.matrix.indptr, place, side="right")) - 1
        row = int(arrays.matrix.indices[place])
        raise SolverError(f"coefficient of {arrays.columns[column]} in {arrays.rows[row]} is not a number")
    if not np.isfinite(arrays.constant):
        raise SolverError("the constant of the objective is not a number")


def solve(arrays: Arrays, options: Options = Options()) -> Answer:
    """Solve a program. Ctrl-C and the time limit keep the best solution so far.

    An "infeasible" is believed only when it is found a second time with presolve off, within the same time limit; a
    linear program that was stopped is no answer, as nothing bounds it. Raises SolverError.
    """
    begin = time.perf_counter()
    check_finite(arrays)
    scaled = scale(arrays)
    found = _solve_scaled(scaled, options)
    if found.outcome == "infeasible" and options.presolve:
        return _second_opinion(scaled, replace(options, presolve=False), begin)
    return found


def _second_opinion(scaled: Scaled, options: Options, begin: float) -> Answer:
    """The answer without presolve; what is infeasible without integers needs no search."""
    if scaled.arrays.integer.any():
        found = _solve_scaled(replace(scaled, arrays=relaxed(scaled.arrays)), options.since(begin))
        if found.outcome == "infeasible":
            return found
    return _solve_scaled(scaled, options.since(begin))


def _solve_scaled(scaled: Scaled, options: Options) -> Answer:
    solver = opened(scaled, options)
    with ctrl_c_stops() as asked:
        listen(solver, options.progress, scaled.money, asked)
        accept(solver.run(), "run", warning=True)
    return answer(solver, scaled)


def opened(scaled: Scaled, options: Options) -> highspy.Highs:
    """A solver that holds a program, ready to run."""
    solver = highspy.Highs()
    accept(solver.setOptionValue("output_flag", False), "output_flag")
    for name, value in (
        ("presolve", "on" if options.presolve else "off"),
        ("mip_rel_gap", options.gap),
        ("threads", 1),
        *((f"mip_heuristic_run_{name}", False) for name in SLOW_HEURISTICS),
        ("primal_feasibility_tolerance", 1e-9),
        ("dual_feasibility_tolerance", 1e-9),
    ):
        accept(solver.setOptionValue(name, value), name)
    if options.time_limit is not None:
        accept(solver.setOptionValue("time_limit", float(options.time_limit)), "time_limit")
    accept(solver.passModel(_model(scaled.arrays)), "passModel")
    if options.start is not None:
        begun = highspy.HighsSolution()
        begun.col_value = (options.start / scaled.column).tolist()
        accept(solver.setSolution(begun), "setSolution")
    return solver


def accept(status: highspy.HighsStatus, call: str, warning: bool = False) -> None:
    """Raises SolverError when HiGHS refused a call."""
    good = (highspy.HighsStatus.kOk, highspy.HighsStatus.kWarning) if warning else (highspy.HighsStatus.kOk,)
    if status not in good:
        raise SolverError(f"HiGHS answered {status} to {call}")


def _model(arrays: Arrays) -> highspy.HighsLp:
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(arrays.columns), len(arrays.rows)
    model.col_cost_, model.offset_ = arrays.cost, arrays.constant
    model.col_lower_, model.col_upper_ = arrays.at_least, arrays.at_most
    model.row_lower_, model.row_upper_ = arrays.lower, arrays.upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = (
        arrays.matrix.indptr,
        arrays.matrix.indices,
        arrays.matrix.data,
    )
    if arrays.integer.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        model.integrality_ = [kinds[int(whole)] for whole in arrays.integer]
    return model


def answer(solver: highspy.Highs, scaled: Scaled) -> Answer:
    """What a solver ended with, in the units of the arrays. Raises SolverError for an ending that is no answer."""
    kind, info, status = scaled.arrays.integer.any(), solver.getInfo(), solver.getModelStatus()
    outcomes = highspy.HighsModelStatus
    stopped = (outcomes.kTimeLimit, outcomes.kInterrupt, outcomes.kSolutionLimit)
    nothing = Answer("nothing found", np.array([]), np.array([]), np.nan, np.nan, np.inf)
    if status == outcomes.kInfeasible or status == outcomes.kUnboundedOrInfeasible:
        return replace(nothing, outcome="infeasible")
    if status == outcomes.kUnbounded:
        return replace(nothing, outcome="unbounded")
    if status not in (outcomes.kOptimal, *stopped):
        raise SolverError(f"HiGHS ended with {solver.modelStatusToString(status)}")
    if info.primal_solution_status != 2 or (status in stopped and not kind):  # 2: feasible
        return nothing
    solution = solver.getSolution()
    values = np.asarray(solution.col_value) * scaled.column
    whole = scaled.arrays.integer
    if not np.isfinite(values).all():
        raise SolverError("HiGHS returned a value that is not a number")
    if not np.abs(values[whole] - np.round(values[whole])).max(initial=0.0) <= INTEGRAL:
        raise SolverError("HiGHS returned an integer that is not whole")
    values[whole] = np.round(values[whole])
    objective = float(info.objective_function_value) * scaled.money
    bound = float(info.mip_dual_bound) * scaled.money if kind else objective
    gap = abs(objective - bound) / max(abs(objective), 1e-9) if kind else 0.0
    duals = np.asarray(solution.row_dual) * scaled.row * scaled.money if not kind else np.array([])
    return Answer(
        "optimal" if status == outcomes.kOptimal else "stopped",
        values,
        duals,
        objective,
        bound,
        gap,
        int(info.mip_node_count) if kind else 0,
    )


def relaxed(arrays: Arrays) -> Arrays:
    """The linear program in which integers may take any value between their bounds."""
    return replace(arrays, integer=np.zeros_like(arrays.integer))


def with_integers_fixed(arrays: Arrays, values: np.ndarray) -> Arrays:
    """The linear program that is left when every integer keeps its value, without the rows that only tighten."""
    at_least, at_most = arrays.at_least.copy(), arrays.at_most.copy()
    at_least[arrays.integer] = at_most[arrays.integer] = values[arrays.integer]
    needless = np.array([name in TIGHTENING for name, _ in arrays.rows])
    return replace(
        arrays,
        at_least=at_least,
        at_most=at_most,
        integer=np.zeros_like(arrays.integer),
        lower=np.where(needless, -np.inf, arrays.lower),
        upper=np.where(needless, np.inf, arrays.upper),
    )


def cheapest_as_good(arrays: Arrays, best: Answer) -> Arrays:
    """Among the answers to a program that are as good as the best: the cheapest."""
    slack = TIE * max(abs(best.objective), 1e-9)
    return replace(
        arrays,
        cost=arrays.tie,
        constant=0.0,
        tie=np.zeros(0),
        matrix=sp.csc_array(sp.vstack([arrays.matrix, sp.csr_array(arrays.cost[None, :])])),
        lower=np.append(arrays.lower, -np.inf),
        upper=np.append(arrays.upper, best.objective + slack - arrays.constant),
        rows=(*arrays.rows, ("as good", ())),
    )
