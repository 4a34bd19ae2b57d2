"""What is minimised."""

from typing import Any

from scenarios.program.algebra import quicksum
from scenarios.program.resource_equations import finished
from scenarios.program.stock_equations import in_service


def cost(v: Any, c: Any) -> Any:
    r"""Discounted cost over the horizon above the frozen baseline: annuities of the capital in service, running and
    fuel cost of the activity in service, and tasks. Taxes and subsidies move money between payers and are not counted.

    .. math:: \sum_t \delta_t \Big[
        \sum_{a,m} \alpha_m \big(\textstyle\sum_{\tau<t} y_{a,m,\tau} + \tfrac12 y_{a,m,t}\big)
        + \sum_{a,k} \rho_{k,t}\, \tfrac12 (x_{a,k,t-1} + x_{a,k,t})
        + \sum_j \big(K_j (z_{j,t} - z_{j,t-1}) + \alpha_j z_{j,t}\big) \Big] - \bar Z
    """
    capital = quicksum(
        c.capital_until_end[m, t] * v.conversion[a, m, t]
        for a, m in c.moves
        for t in c.periods
        if c.capital_until_end[m, t]
    )
    running = quicksum(
        in_service(v, c, a, k, t, c.unit_cost[k, t]) for a, k in c.cells for t in c.periods if c.unit_cost[k, t]
    )
    tasks = quicksum(
        c.task_spent[j, t] * finished(v, c, j, t) + c.task_annuity[j, t] * v.done[j, t]
        for j in c.tasks
        for t in c.periods
        if c.task_spent[j, t] or c.task_annuity[j, t]
    )
    return capital + running + tasks - c.baseline


def concentration(v: Any, c: Any) -> Any:
    r"""The annual means at all receptors, averaged over the planning years.

    .. math:: \frac1{|y|} \sum_{r,y} C_{r,y}
    """
    return quicksum(v.concentration[key] for key in c.air_years) / len(c.years)


def emission(v: Any, c: Any) -> Any:
    r"""Emissions weighted by pollutant, averaged over the planning years.

    .. math:: \frac1{|y|} \sum_{a,s,p,t} w_p E_{a,s,p,t}
    """
    return quicksum(
        c.weight[source[2]] * v.emission[source + (t,)]
        for source in c.emitted
        for t in c.periods
        if c.weight.get(source[2])
    ) / len(c.years)


#: what can be minimised, by the name a scenario's settings use
OBJECTIVES = {"cost": cost, "concentration": concentration, "emission": emission}
