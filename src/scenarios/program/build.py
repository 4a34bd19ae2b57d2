"""From a Case to arrays: Pyomo writes the equations out; they are compiled once, every row and column named."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyomo.environ as pyo
import scipy.sparse as sp
from pyomo.repn.linear import LinearRepnVisitor
from pyomo.repn.util import VarRecorder

from scenarios.case import Case
from scenarios.program.coefficients import coefficients
from scenarios.program.equations import EQUATIONS, OBJECTIVES, VARIABLES
from scenarios.program.pooling import Pools, pools
from scenarios.program.register import indices

DOMAINS = {
    "reals": pyo.NonNegativeReals,
    "integers": pyo.NonNegativeIntegers,
    "binary": pyo.Binary,
    "any sign": pyo.Reals,
}
NOTHING = "nothing"  #: the variable that is always 0
DEARNESS = "cost"  #: the objective in money, which breaks the ties of every other
Name = tuple[str, tuple[Any, ...]]  #: the variable or equation, and the index


@dataclass(frozen=True)
class Arrays:
    """A mixed-integer linear program: least cost x + constant with lower <= A x <= upper, at_least <= x <= at_most.

    ``tie`` breaks ties among the least: the cost in money where something else is minimised, and empty otherwise.
    ``size`` is the usual size of each column; integer columns have size 1. ``shift`` is the constant of each row: its
    limits as the equation says them are lower + shift and upper + shift.
    """

    cost: np.ndarray
    constant: float
    matrix: sp.csc_array
    lower: np.ndarray
    upper: np.ndarray
    at_least: np.ndarray
    at_most: np.ndarray
    integer: np.ndarray
    size: np.ndarray
    columns: tuple[Name, ...]
    rows: tuple[Name, ...]
    tie: np.ndarray = field(default_factory=lambda: np.zeros(0))
    shift: np.ndarray = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True)
class Program:
    """The arrays, and the pools that lead back to areas."""

    arrays: Arrays
    pools: Pools


@contextmanager
def collector_paused() -> Iterator[None]:
    """The cyclic garbage collector off: it would scan millions of live objects while a model is built."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def build(case: Case, pooled: bool = True) -> Program:
    """The program of a case."""
    areas = pools(case, pooled)
    c = coefficients(case, areas)
    with collector_paused():
        return Program(compile_arrays(write_out(c), c), areas)


def write_out(c: SimpleNamespace) -> pyo.ConcreteModel:
    """Variables, equations and objective as a Pyomo model: ``v`` decided, ``equations`` what must hold.

    A relation without any variable is left out when it is true and kept as ``0 >= 1`` when it is false.
    """
    model = pyo.ConcreteModel()
    model.v, model.equations = pyo.Block(), pyo.Block()
    model.nothing = pyo.Var(bounds=(0, 0))
    for variable in VARIABLES.values():
        keys = indices(c, variable.over)
        var = pyo.Var(keys, within=DOMAINS[variable.domain], dense=True)
        setattr(model.v, variable.name, var)
        if variable.upper is not None:
            for key in keys:
                var[key].setub(variable.upper(c, *key))
    v = SimpleNamespace(**{name: dict(getattr(model.v, name).items()) for name in VARIABLES})
    for equation in EQUATIONS.values():
        rows = pyo.Constraint(pyo.Any)
        setattr(model.equations, equation.name, rows)
        for key in indices(c, equation.over):
            relation = equation.rule(v, c, *key)
            if relation is True or relation is False:
                if relation:
                    continue
                relation = model.nothing >= 1
            rows[key] = relation
    model.objective = pyo.Objective(expr=OBJECTIVES[c.minimise](v, c))
    if c.minimise != DEARNESS:
        model.tie = pyo.Expression(expr=OBJECTIVES[DEARNESS](v, c))
    return model


def compile_arrays(model: pyo.ConcreteModel, c: SimpleNamespace) -> Arrays:
    """The model as arrays, row by row and in the order of the register."""
    variables = [var for component in model.component_objects(pyo.Var) for var in component.values()]
    place = {id(var): number for number, var in enumerate(variables)}
    visitor = LinearRepnVisitor({}, var_recorder=VarRecorder({}, None))
    matrix, lower, upper, shift, rows = _rows(model, visitor, place)
    cost, constant = _vector(model.objective.expr, visitor, place)
    tie = _vector(model.tie.expr, visitor, place)[0] if model.component("tie") is not None else np.zeros(0)
    names = tuple((var.parent_component().local_name, _index(var.index())) for var in variables)
    return Arrays(
        cost=cost,
        tie=tie,
        shift=shift,
        constant=constant,
        matrix=matrix,
        lower=lower,
        upper=upper,
        at_least=np.array([-np.inf if var.lb is None else var.lb for var in variables], dtype=float),
        at_most=np.array([np.inf if var.ub is None else var.ub for var in variables], dtype=float),
        integer=np.array([not var.is_continuous() for var in variables]),
        size=np.array([_size(name, c) for name in names]),
        columns=names,
        rows=rows,
    )


def _rows(
    model: pyo.ConcreteModel, visitor: LinearRepnVisitor, place: dict[int, int]
) -> tuple[sp.csc_array, np.ndarray, np.ndarray, np.ndarray, tuple[Name, ...]]:
    """The coefficients, lower and upper limits, constants and names of the rows."""
    columns: list[int] = []
    values: list[float] = []
    starts, lower, upper, shift, rows = [0], [], [], [], []
    for component in model.component_objects(pyo.Constraint):
        for key, row in component.items():
            low, body, high = row.to_bounded_expression()
            linear = visitor.walk_expression(body)
            columns += [place[name] for name in linear.linear]
            values += linear.linear.values()
            starts.append(len(columns))
            lower.append(-np.inf if low is None else low - linear.constant)
            upper.append(np.inf if high is None else high - linear.constant)
            shift.append(linear.constant)
            rows.append((component.local_name, _index(key)))
    matrix = sp.csr_array(
        (np.array(values), np.array(columns, dtype=np.int32), np.array(starts, dtype=np.int32)),
        shape=(len(rows), len(place)),
    )
    return sp.csc_array(matrix), np.array(lower), np.array(upper), np.array(shift, dtype=float), tuple(rows)


def _vector(expression: Any, visitor: LinearRepnVisitor, place: dict[int, int]) -> tuple[np.ndarray, float]:
    """The coefficients of a linear expression, and its constant."""
    linear = visitor.walk_expression(expression)
    vector = np.zeros(len(place))
    vector[[place[name] for name in linear.linear]] = list(linear.linear.values())
    return vector, float(linear.constant)


def _index(key: Any) -> tuple[Any, ...]:
    return key if isinstance(key, tuple) else (key,)


def _size(name: Name, c: SimpleNamespace) -> float:
    given = VARIABLES[name[0]].size if name[0] in VARIABLES else None
    usual = given(c, *name[1]) if given else 1.0
    return usual if usual > 0 else 1.0
