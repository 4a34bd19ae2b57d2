"""What is given to the equations (``c``): index sets and numbers, from a Case and its pools."""

from __future__ import annotations

from types import SimpleNamespace

from scenarios.case import Case
from scenarios.program.coefficients.effects import emissions, exchange, transfer
from scenarios.program.coefficients.measures import measures, pace, projects
from scenarios.program.coefficients.order import enablers, gates, permits, tasks
from scenarios.program.coefficients.resources import costs, fuels, money, task_costs
from scenarios.program.coefficients.stock import calendar, growth, stock, technologies
from scenarios.program.coefficients.targets import commitments, targets
from scenarios.program.pooling import Pools

__all__ = ["coefficients"]
#: each part reads the case and what the parts before it gave
PARTS = (
    calendar,
    technologies,
    stock,
    growth,
    measures,
    projects,
    pace,
    emissions,
    transfer,
    exchange,
    targets,
    commitments,
    fuels,
    money,
    tasks,
    permits,
    enablers,
    gates,
    costs,
    task_costs,
)


def coefficients(case: Case, pools: Pools) -> SimpleNamespace:
    """Everything the equations read, by name."""
    c = SimpleNamespace()
    for part in PARTS:
        vars(c).update(part(case, pools, c))
    return c
