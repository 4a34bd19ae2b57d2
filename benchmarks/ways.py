"""Five ways from the same case to a solved program: ours, plain Pyomo through two interfaces, linopy, bare arrays.

Every way states the same program, tasks as parts of a whole (the linear relaxation), no county pooled. A way returns
its seconds and what it found; each is run in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from scenarios.case import Case

TIGHTER = 0.99  #: for solving again, the first cap on emission is multiplied by this [1]
Found = dict[str, float]


class Clock:
    """Seconds by the name of the step."""

    def __init__(self) -> None:
        self.seconds: Found = {}

    def __call__(self, name: str, step: Callable[[], Any]) -> Any:
        """Run a step and keep its seconds."""
        begin = time.perf_counter()
        result = step()
        self.seconds[name] = time.perf_counter() - begin
        return result


def ours(case: Case, solve: bool) -> Found:
    """The road of scenarios: build, substitute, hand over, without pools."""
    import highspy
    import numpy as np

    from scenarios import highs
    from scenarios.program.build import build, collector_paused
    from scenarios.program.reduction import reduce

    clock = Clock()
    with collector_paused():
        program = clock("build", lambda: build(case, pooled=False))
        reduced = clock("reduce", lambda: reduce(program.arrays).arrays)
    relaxed = replace(reduced, integer=np.zeros_like(reduced.integer))

    def hand_over() -> None:
        highs.check_finite(relaxed)
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.passModel(highs._model(highs.scale(relaxed).arrays))

    clock("hand over", hand_over)
    if solve:
        clock.seconds["objective"] = clock("solve", lambda: highs.solve(relaxed)).objective
        upper = relaxed.upper.copy()
        name = next(name for name in relaxed.rows if name[0] == "emission_target")
        written = program.arrays.rows.index(name)
        limit = program.arrays.upper[written] + program.arrays.shift[written]
        upper[relaxed.rows.index(name)] -= (1 - TIGHTER) * limit
        again = replace(relaxed, upper=upper)
        clock.seconds["tighter"] = clock("solve again", lambda: highs.solve(again)).objective
    return {**clock.seconds, "columns": len(program.arrays.columns), "rows": len(program.arrays.rows)}


def plain_pyomo(case: Case, solve: bool, interface: str) -> Found:
    """The same rules as a textbook Pyomo model, handed over by one of Pyomo's own interfaces."""
    import pyomo.environ as pyo

    from scenarios.program.build import DOMAINS
    from scenarios.program.coefficients import coefficients
    from scenarios.program.equations import EQUATIONS, OBJECTIVES, VARIABLES
    from scenarios.program.pooling import pools
    from scenarios.program.register import indices

    def model() -> tuple[pyo.ConcreteModel, Any]:
        c = coefficients(case, pools(case, pooled=False))
        m, v = pyo.ConcreteModel(), SimpleNamespace()
        for name, variable in VARIABLES.items():
            bounds = (lambda m, *key, of=variable.upper: (0, of(c, *key))) if variable.upper else None
            domain = pyo.NonNegativeReals if variable.domain == "binary" else DOMAINS[variable.domain]
            m.add_component(name, pyo.Var(indices(c, variable.over), within=domain, bounds=bounds))
            setattr(v, name, m.component(name))
        for name, equation in EQUATIONS.items():

            def rule(m: Any, *key: Any, of: Any = equation) -> Any:
                relation = of.rule(v, c, *key)
                return pyo.Constraint.Skip if relation is True else relation

            m.add_component(f"row_{name}", pyo.Constraint(indices(c, equation.over), rule=rule))
        m.cost = pyo.Objective(expr=OBJECTIVES["cost"](v, c))
        return m, c

    clock = Clock()
    m, c = clock("build", model)
    solver = pyo.SolverFactory(interface)
    clock("hand over", lambda: solver.set_instance(m))
    if solve:
        clock("solve", lambda: solver.solve(m))
        clock.seconds["objective"] = pyo.value(m.cost)
        cap = c.emission_targets[0]
        row = m.row_emission_target[cap]
        row.set_value(row.body <= TIGHTER * c.target_limit[cap])
        clock("solve again", lambda: solver.solve(m))
        clock.seconds["tighter"] = pyo.value(m.cost)
    return {**clock.seconds, "columns": m.nvariables(), "rows": m.nconstraints()}


def linopy(case: Case, solve: bool) -> Found:
    """Dense axes with linopy."""
    import dense
    import with_linopy

    clock = Clock()
    n = clock("numbers", lambda: dense.numbers(case))
    m = clock("build", lambda: with_linopy.model(n))
    return _with_highs(clock, n, lambda: m.to_highspy(), lambda: with_linopy.tighten(m, n, TIGHTER), solve)


def arrays(case: Case, solve: bool) -> Found:
    """Blocks of numpy arrays straight to HiGHS."""
    import dense
    import with_arrays

    clock = Clock()
    n = clock("numbers", lambda: dense.numbers(case))
    stated = clock("build", lambda: with_arrays.stated(n))
    return _with_highs(
        clock, n, lambda: with_arrays.handed_over(stated), lambda: with_arrays.tighten(stated, n, TIGHTER), solve
    )


def _with_highs(clock: Clock, n: Any, hand_over: Any, tighten: Any, solve: bool) -> Found:
    """Hand over and solve, tighten the first cap, hand over and solve again."""
    from dense import constant

    solver = clock("hand over", hand_over)
    found = {"columns": solver.getNumCol(), "rows": solver.getNumRow()}
    if solve:
        for step, objective in (("solve", "objective"), ("solve again", "tighter")):
            solver.setOptionValue("output_flag", False)
            clock(step, solver.run)
            found[objective] = solver.getInfo().objective_function_value + constant(n)
            if step == "solve":
                tighten()
                solver = hand_over()
    return {**clock.seconds, **found}


WAYS: dict[str, Callable[[Case, bool], Found]] = {
    "ours": ours,
    "linopy": linopy,
    "arrays": arrays,
    "pyomo, appsi_highs": lambda case, solve: plain_pyomo(case, solve, "appsi_highs"),
    "pyomo, highs": lambda case, solve: plain_pyomo(case, solve, "highs"),
}
