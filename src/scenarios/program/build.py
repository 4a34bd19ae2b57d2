"""From a Case to arrays: Pyomo writes the equations out; they are compiled once, every row and column named."""

from __future__ import annotations

import gc
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp

from scenarios.case import Case
from scenarios.program.algebra import (
    DivisionExpression,
    EqualityExpression,
    LinearExpression,
    MonomialTermExpression,
    NegationExpression,
    ProductExpression,
    SumExpression,
    native_numeric_types,
    pyo,
)
from scenarios.program.coefficients import coefficients
from scenarios.program.equations import EQUATIONS, OBJECTIVES, VARIABLES
from scenarios.program.pooling import Pools, pools
from scenarios.program.register import Variable, indices

DOMAINS = {
    "reals": pyo.NonNegativeReals,
    "integers": pyo.NonNegativeIntegers,
    "binary": pyo.Binary,
    "any sign": pyo.Reals,
}
SUMS = (LinearExpression, SumExpression)
NOTHING = "nothing"  #: the column that is 0
COST = "cost"  #: the objective in money, which breaks the ties of every other
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

    @cached_property
    def _places(self) -> dict[str, np.ndarray]:
        found: dict[str, list[int]] = {}
        for place, (name, _) in enumerate(self.columns):
            found.setdefault(name, []).append(place)
        return {name: np.array(places) for name, places in found.items()}

    def places(self, variable: str) -> np.ndarray:
        """Where the columns of a variable stand."""
        return self._places.get(variable, np.zeros(0, dtype=int))


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
    with collector_paused():
        return Program(arrays_of(coefficients(case, areas)), areas)


class Columns(NamedTuple):
    """What is decided, column by column: Pyomo's variables, their names, limits, integrality and usual size."""

    model: pyo.ConcreteModel
    v: SimpleNamespace
    place: dict[int, int]  # id of a Pyomo variable -> its column
    names: tuple[Name, ...]
    at_least: np.ndarray
    at_most: np.ndarray
    integer: np.ndarray
    size: np.ndarray


def columns_of(c: SimpleNamespace) -> Columns:
    """The variables, declared to Pyomo. The first column, ``nothing``, is 0; a false relation asks it for 1."""
    model = pyo.ConcreteModel()
    model.nothing = pyo.Var()
    variables: list[Any] = [model.nothing]
    names: list[Name] = [(NOTHING, ())]
    least, most, integer, size = array("d", [0]), array("d", [0]), [False], array("d", [1])
    v = SimpleNamespace()
    for variable in VARIABLES.values():
        keys = indices(c, variable.over)
        domain = DOMAINS[variable.domain]
        declared = pyo.Var(keys, within=domain, dense=True)
        model.add_component(variable.name, declared)
        setattr(v, variable.name, dict(declared.items()))
        variables += declared.values()
        names += [(variable.name, key) for key in keys]
        low, high, step = domain.get_interval()
        least.extend([-np.inf if low is None else low] * len(keys))
        most.extend(_upper(variable, c, keys, np.inf if high is None else high))
        integer += [step != 0] * len(keys)
        size.extend(_sizes(variable, c, keys))
    place = {id(var): number for number, var in enumerate(variables)}
    return Columns(model, v, place, tuple(names), *map(np.array, (least, most, integer, size)))


def _upper(variable: Variable, c: SimpleNamespace, keys: list[tuple[Any, ...]], most: float) -> list[float]:
    """Upper bounds: the domain's, or a lower one of the variable's own."""
    if variable.upper is None:
        return [most] * len(keys)
    own = [variable.upper(c, *key) for key in keys]
    return [most if bound is None else min(bound, most) for bound in own]


def _sizes(variable: Variable, c: SimpleNamespace, keys: list[tuple[Any, ...]]) -> list[float]:
    """Usual sizes; 1 where there is none."""
    if variable.size is None:
        return [1.0] * len(keys)
    usual = [variable.size(c, *key) for key in keys]
    return [size if size > 0 else 1.0 for size in usual]


def arrays_of(c: SimpleNamespace) -> Arrays:
    """The program as arrays: Pyomo writes each row out by its rule, and its coefficients are read off at once.

    No row is kept as an expression, which would take most of the memory. A relation without any variable is left out
    when it is true and kept as ``0 >= 1`` when it is false.
    """
    columns = columns_of(c)
    never = columns.model.nothing >= 1
    entries, values, starts = array("i"), array("d"), array("i", [0])
    lower, upper, shift = array("d"), array("d"), array("d")
    names: list[Name] = []
    for equation in EQUATIONS.values():
        for key in indices(c, equation.over):
            relation = equation.rule(columns.v, c, *key)
            if relation is True:
                continue
            low, body, high = bounded(never if relation is False else relation)
            constant = 0.0
            for sign, part in body:
                constant += read(part, sign, columns.place, entries, values)
            starts.append(len(entries))
            lower.append(low - constant)
            upper.append(high - constant)
            shift.append(constant)
            names.append((equation.name, key))
    matrix = sp.csr_array((values, entries, starts), shape=(len(names), len(columns.names)))
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    cost, constant = vector(OBJECTIVES[c.minimise](columns.v, c), columns)
    tie = np.zeros(0) if c.minimise == COST else vector(OBJECTIVES[COST](columns.v, c), columns)[0]
    return Arrays(
        cost=cost,
        tie=tie,
        shift=np.array(shift),
        constant=constant,
        matrix=sp.csc_array(matrix),
        lower=np.array(lower),
        upper=np.array(upper),
        at_least=columns.at_least,
        at_most=columns.at_most,
        integer=columns.integer,
        size=columns.size,
        columns=columns.names,
        rows=tuple(names),
    )


def bounded(relation: Any) -> tuple[float, tuple[tuple[float, Any], ...], float]:
    """Lower limit, body as signed parts, upper limit: what stands beside a number is the body, else left less right."""
    left, right = relation.args
    equal = isinstance(relation, EqualityExpression)
    if type(right) in native_numeric_types:
        return right if equal else -np.inf, ((1.0, left),), right
    if type(left) in native_numeric_types:
        return left, ((1.0, right),), left if equal else np.inf
    return 0.0 if equal else -np.inf, ((1.0, left), (-1.0, right)), 0.0


def read(expression: Any, factor: float, place: dict[int, int], entries: array[int], values: array[float]) -> float:
    """Append the columns and coefficients of a linear expression times a factor; its constant times the factor.

    Raises TypeError for what is not linear.
    """
    kind = type(expression)
    if kind in SUMS:
        constant = 0.0
        enter, put = entries.append, values.append
        for term in expression.args:
            if type(term) is MonomialTermExpression:
                coefficient, variable = term.args
                enter(place[id(variable)])
                put(factor * coefficient)
            elif id(term) in place:
                enter(place[id(term)])
                put(factor)
            else:
                constant += read(term, factor, place, entries, values)
        return constant
    if id(expression) in place:
        entries.append(place[id(expression)])
        values.append(factor)
        return 0.0
    if kind in native_numeric_types:
        return factor * float(expression)
    if kind is NegationExpression:
        return read(expression.args[0], -factor, place, entries, values)
    if kind in (MonomialTermExpression, ProductExpression):
        left, right = expression.args
        if type(left) in native_numeric_types:
            return read(right, factor * left, place, entries, values)
        if type(right) in native_numeric_types:
            return read(left, factor * right, place, entries, values)
    if kind is DivisionExpression and type(expression.args[1]) in native_numeric_types:
        return read(expression.args[0], factor / expression.args[1], place, entries, values)
    raise TypeError(f"{expression} is not linear in what is decided")


def vector(expression: Any, columns: Columns) -> tuple[np.ndarray, float]:
    """The coefficients of a linear expression by column, and its constant."""
    entries, values = array("i"), array("d")
    constant = read(expression, 1.0, columns.place, entries, values)
    return np.bincount(entries, values, minlength=len(columns.names)), constant
