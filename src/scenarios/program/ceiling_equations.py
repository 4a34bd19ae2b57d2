"""Ceilings: the money and the cost of the whole plan."""

from typing import Any

from scenarios.program.algebra import quicksum
from scenarios.program.objective import cost
from scenarios.program.register import equation


@equation(over="purses", negotiable=True)
def money_in_all(v: Any, c: Any, purse: str) -> Any:
    r"""All payers together lay out no more than there is.

    .. math:: \sum_{a,m,t} K_m\, y_{a,m,t} + \sum_j K_j z_{j,T} \le \bar M
    """
    measures = quicksum(c.capital[m] * v.conversion[a, m, t] for a, m in c.moves for t in c.periods)
    tasks = quicksum(amount * v.done[j, c.periods[-1]] for j, amount in c.task_cost.items())
    return measures + tasks <= c.money_at_most


@equation(over="ceilings", negotiable=True)
def cost_in_all(v: Any, c: Any, ceiling: str) -> Any:
    r"""The plan costs no more than is asked.

    .. math:: Z \le \bar Z_{max}
    """
    return cost(v, c) <= c.cost_at_most
