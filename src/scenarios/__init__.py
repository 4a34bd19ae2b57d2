"""Least-cost plans for city air programmes: tables in, Case, Plan, tables out.

>>> import scenarios as sc
>>> case = sc.read_case("shijiazhuang")  # doctest: +SKIP
>>> plan = sc.solve(case)  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from scenarios.version import VERSION

__version__ = VERSION
_DOORS = {
    "read_case": "scenarios.reading",
    "solve": "scenarios.solving",
    "solve_keeping": "scenarios.solving",
    "run": "scenarios.runs",
    "Case": "scenarios.case",
    "Plan": "scenarios.plan",
    "InputError": "scenarios.problems",
}
__all__ = ["Case", "InputError", "Plan", "read_case", "run", "solve", "solve_keeping"]

if TYPE_CHECKING:
    from scenarios.case import Case
    from scenarios.plan import Plan
    from scenarios.problems import InputError
    from scenarios.reading import read_case
    from scenarios.runs import run
    from scenarios.solving import solve, solve_keeping


def __getattr__(name: str) -> Any:
    """Heavy modules are imported when they are first asked for, so that ``--help`` is instant."""
    if name in _DOORS:
        return getattr(import_module(_DOORS[name]), name)
    raise AttributeError(name)
