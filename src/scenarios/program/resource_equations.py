"""Resources: fuel supply and money."""

from typing import Any

from scenarios.program.algebra import quicksum
from scenarios.program.effect_equations import burnt
from scenarios.program.register import equation


@equation(over="fuel_years", defines="fuel_use")
def fuel_balance(v: Any, c: Any, f: str, y: int) -> Any:
    r"""Fuel used in a year is what the activity in service burns.

    .. math:: F_{f,y} = \sum_{a,s} \sum_{t \in y} \sigma_{s,t}
        \sum_{k \in s} u_{k,f}\, \tfrac12 (x_{a,k,t-1} + x_{a,k,t})
    """
    return v.fuel_use[f, y] == burnt(v, c, c.burners[f], c.periods_of[y])


@equation(over="fuel_years", negotiable=True)
def supply(v: Any, c: Any, f: str, y: int) -> Any:
    r"""No more fuel is used than can be had; works add to it from the quarter in which they are done.

    .. math:: F_{f,y} \le \bar F_{f,y} + \sum_j \Delta F_{f,y,j}\, \tfrac1{|y|} \sum_{t \in y} z_{j,t}
    """
    added = quicksum(
        more * quicksum(v.done[j, t] for t in c.periods_of[y]) / len(c.periods_of[y])
        for j, more in c.added_supply[f, y]
    )
    return v.fuel_use[f, y] <= c.supply[f, y] + added


@equation(over="payer_years", defines="spending")
def money_laid_out(v: Any, c: Any, f: str, y: int) -> Any:
    r"""A payer lays out its part of the capital of what is converted and of the tasks done in the year.

    .. math:: S_{f,y} = \sum_{a,m} \pi_{f,m} K_m \sum_{t \in y} y_{a,m,t}
        + \sum_j \pi_{f,j} K_j \sum_{t \in y} (z_{j,t} - z_{j,t-1})
    """
    measures = quicksum(unit * v.conversion[a, m, t] for a, m, unit in c.capital_paid[f] for t in c.periods_of[y])
    tasks = quicksum(amount * finished(v, c, j, t) for j, amount in c.task_paid[f] for t in c.periods_of[y])
    return v.spending[f, y] == measures + tasks


def finished(v: Any, c: Any, j: str, t: str) -> Any:
    """1 in the quarter in which a task is finished."""
    return v.done[j, t] - (v.done[j, c.previous[t]] if c.previous[t] else 0)


@equation(over="payer_years", negotiable=True)
def budget(v: Any, c: Any, f: str, y: int) -> Any:
    r"""A payer keeps its budget.

    .. math:: S_{f,y} \le B_{f,y}
    """
    return v.spending[f, y] <= c.budget[f, y]
