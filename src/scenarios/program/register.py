"""The register of variables and equations: each is declared once, with its index, its sentence and its LaTeX."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Literal

Index = tuple[Any, ...]
Domain = Literal["reals", "integers", "binary", "any sign"]


@dataclass(frozen=True)
class Variable:
    """Something decided: name, index sets, letter, sentence and unit, usual size, bounds."""

    name: str
    over: str
    letter: str
    meaning: str
    domain: Domain = "reals"
    size: Callable[..., float] | None = None
    upper: Callable[..., float | None] | None = None


@dataclass(frozen=True)
class Equation:
    """Something that must hold: name, theme, index sets, rule, if it is negotiable or tightens, what it defines."""

    name: str
    theme: str
    over: str
    rule: Callable[..., Any]
    negotiable: bool
    tightens: bool
    defines: str

    @property
    def sentence(self) -> str:
        """What the equation means for the city."""
        return sentence(self.rule)

    @property
    def latex(self) -> str:
        """The formula."""
        return formula(self.rule)


def sentence(rule: Callable[..., Any]) -> str:
    """What a rule says in words."""
    return " ".join(inspect.cleandoc(rule.__doc__ or "").split(".. math::")[0].split("\n\n")[0].split())


def formula(rule: Callable[..., Any]) -> str:
    """What a rule says in LaTeX, on one line."""
    return " ".join(inspect.cleandoc(rule.__doc__ or "").split(".. math::", 1)[1].split())


VARIABLES: dict[str, Variable] = {}
EQUATIONS: dict[str, Equation] = {}


def variable(
    name: str,
    over: str,
    letter: str,
    meaning: str,
    domain: Domain = "reals",
    *,
    size: Callable[..., float] | None = None,
    upper: Callable[..., float | None] | None = None,
) -> None:
    """Declare something to be decided; ``size(c, *index)`` is its usual size, ``upper(c, *index)`` its upper bound."""
    VARIABLES[name] = Variable(name, over, letter, meaning, domain, size, upper)


def equation(
    over: str, *, negotiable: bool = False, tightens: bool = False, defines: str = ""
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a rule ``(v, c, *index)`` that returns a relation, over the product of the named sets of ``c``.

    A negotiable equation is one a planner knows (a target, a supply, a budget, a deadline): when nothing fits, its rows
    are the ones whose relaxation is priced. One that tightens follows from the others for whole tasks and projects: it
    shortens their search, and is left out once they are fixed. An equation that defines a variable of the same index is
    an equality that says what the variable is; such variables are substituted before the solver sees the program.
    """

    def register(rule: Callable[..., Any]) -> Callable[..., Any]:
        theme = _theme(rule.__module__)
        EQUATIONS[rule.__name__] = Equation(rule.__name__, theme, over, rule, negotiable, tightens, defines)
        return rule

    return register


def registered(module: ModuleType) -> list[Equation]:
    """The equations that a theme's module states, in its order."""
    return [equation for equation in EQUATIONS.values() if equation.theme == _theme(module.__name__)]


def _theme(module: str) -> str:
    return module.rpartition(".")[2]


def indices(c: object, over: str) -> list[Index]:
    """Every index of the product of the named sets, tuples flattened."""
    found: list[Index] = [()]
    for name in over.split():
        members = [member if isinstance(member, tuple) else (member,) for member in getattr(c, name)]
        found = [index + member for index in found for member in members]
    return found
