"""The whole program in one place: every theme of equations, the variables and what is minimised."""

from __future__ import annotations

from types import ModuleType

from scenarios.program import ceiling_equations, effect_equations, order_equations, resource_equations, stock_equations
from scenarios.program.objective import OBJECTIVES
from scenarios.program.register import Equation, registered
from scenarios.program.variables import VARIABLES

__all__ = ["EQUATIONS", "OBJECTIVES", "THEMES", "VARIABLES"]

#: title -> the module that states the equations of the theme
THEMES: dict[str, ModuleType] = {
    "Stock": stock_equations,
    "Effects and targets": effect_equations,
    "Resources": resource_equations,
    "Order": order_equations,
    "Ceilings": ceiling_equations,
}
#: every equation by name, theme by theme: the order of the rows
EQUATIONS: dict[str, Equation] = {
    equation.name: equation for module in THEMES.values() for equation in registered(module)
}
