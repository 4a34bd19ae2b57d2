"""From a Case to arrays: the equations are written out by Pyomo and compiled once, with the name of every row and column."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyomo.environ as pyo
import scipy.sparse as sp
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from scenarios.case import Case
from scenarios.program import effect_equations, objective, order_equations, resource_equations, stock_equations, variables  # noqa: F401
from scenarios.program.coefficients import coefficients
from scenarios.program.pooling import Pools, pools
from scenarios.program.register import EQUATIONS, VARIABLES, indices

DOMAINS = {"reals": pyo.NonNegativeReals, "integers": pyo.NonNegativeIntegers, "binary": pyo.Binary}
Name = tuple[str, tuple[Any, ...]]  #: the variable or equation, and the index


@dataclass(frozen=True)
class Arrays:
    """A mixed-integer linear program: minimise cost x + constant subject to lower <= A x <= upper, at_least <= x <= at_most.

    ``size`` is the usual size of each column; integer columns have size 1.
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
    v = SimpleNamespace(**{name: getattr(model.v, name) for name in VARIABLES})
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
    model.cost = pyo.Objective(expr=objective.cost(v, c))
    return model


def compile_arrays(model: pyo.ConcreteModel, c: SimpleNamespace) -> Arrays:
    """The model as arrays."""
    form = LinearStandardFormCompiler().write(model, mixed_form=True, set_sense=None)
    columns = [_name(var) for var in form.columns]
    lower, upper = np.full(len(form.rows), -np.inf), np.full(len(form.rows), np.inf)
    rows = []
    for place, (row, bound) in enumerate(form.rows):
        rows.append(_name(row))
        if bound in (0, -1):
            lower[place] = form.rhs[place]
        if bound in (0, 1):
            upper[place] = form.rhs[place]
    bounds = [(var.lb if var.lb is not None else -np.inf, var.ub if var.ub is not None else np.inf) for var in form.columns]
    at_least, at_most = np.array(bounds, dtype=float).reshape(-1, 2).T
    return Arrays(form.c.toarray().ravel(), float(form.c_offset[0]), sp.csc_array(form.A), lower, upper, at_least, at_most,
                  np.array([not var.is_continuous() for var in form.columns]), np.array([_size(name, c) for name in columns]), tuple(columns), tuple(rows))


def _size(name: Name, c: SimpleNamespace) -> float:
    given = VARIABLES[name[0]].size if name[0] in VARIABLES else None
    usual = given(c, *name[1]) if given else 1.0
    return usual if usual > 0 else 1.0


def _name(part: Any) -> Name:
    index = part.index()
    return part.parent_component().local_name, index if isinstance(index, tuple) else (index,)
