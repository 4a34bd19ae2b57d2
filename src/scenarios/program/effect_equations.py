"""Effects: emission, concentration, and the targets on them."""

from typing import Any

from scenarios.program.algebra import quicksum
from scenarios.program.register import equation
from scenarios.program.stock_equations import in_service


@equation(over="emitted periods", defines="emission")
def emission(v: Any, c: Any, a: str, s: str, p: str, t: str) -> Any:
    r"""An activity emits by factor and season on the mean of its opening and closing stock.

    .. math:: E_{a,s,p,t} = \sigma_{s,t} \sum_{k \in s} f_{k,p}\, \tfrac12 (x_{a,k,t-1} + x_{a,k,t})
    """
    return v.emission[a, s, p, t] == quicksum(
        in_service(v, c, a, k, t, c.season[s, t] * factor) for k, factor in c.factors[a, s, p]
    )


@equation(over="air_years", defines="concentration")
def concentration(v: Any, c: Any, r: str, p: str, y: int) -> Any:
    r"""The annual mean is what comes from elsewhere and what each tonne emitted here adds; in a region what the other
    cities send stands by itself.

    .. math:: C_{r,y} = b_{r,y} + I_{r,y} + \sum_{a,s,p} \tau_{r,s,p} \sum_{t \in y} E_{a,s,p,t}
    """
    arriving = quicksum(v.incoming[key] for key in c.arriving[r, p, y])
    return v.concentration[r, p, y] == c.background[r, p, y] + arriving + added(v, c, c.transfer[r, p], y)


@equation(over="sent")
def outgoing(v: Any, c: Any, r: str, p: str, y: int) -> Any:
    r"""What the city adds at a receptor of another city of the region.

    .. math:: O_{r,y} = \sum_{a,s,p} \tau_{r,s,p} \sum_{t \in y} E_{a,s,p,t}
    """
    return v.outgoing[r, p, y] == added(v, c, c.sending[r, p], y)


@equation(over="emission_targets", negotiable=True)
def emission_target(v: Any, c: Any, i: str) -> Any:
    r"""Emission in the target's scope and year keeps the target.

    .. math:: \sum_{(a,s) \in i} \sum_{t \in y_i} E_{a,s,p_i,t} \le \bar E_i
    """
    return c.keeps(
        i, quicksum(v.emission[source + (t,)] for source in c.target_sources[i] for t in c.target_periods[i])
    )


@equation(over="concentration_targets", negotiable=True)
def concentration_target(v: Any, c: Any, i: str) -> Any:
    r"""The annual mean at the receptor keeps the target.

    .. math:: C_{r_i,y_i} \le \bar C_i
    """
    return c.keeps(i, v.concentration[c.target_air[i]])


@equation(over="fuel_targets", negotiable=True)
def fuel_target(v: Any, c: Any, i: str) -> Any:
    r"""Fuel used in the target's scope and year keeps the target.

    .. math:: \sum_{(a,s) \in i} \sum_{t \in y_i} \sigma_{s,t}
        \sum_{k \in s} u_{k,f_i}\, \tfrac12 (x_{a,k,t-1} + x_{a,k,t}) \le \bar F_i
    """
    return c.keeps(i, burnt(v, c, c.target_burners[i], c.target_periods[i]))


@equation(over="days_targets", negotiable=True)
def days_target(v: Any, c: Any, i: str) -> Any:
    r"""The annual mean is at most the one at which just as many days are good, or heavily polluted, as the target asks.

    .. math:: C_{r_i,y_i} \le D^{-1}(\bar D_i)
    """
    return v.concentration[c.target_air[i]] <= c.mean_at_most[i]


@equation(over="share_targets", negotiable=True)
def share_target(v: Any, c: Any, i: str) -> Any:
    r"""The share of some technologies in their activities keeps the target at the end of a quarter.

    .. math:: \sum_{(a,k) \in i} x_{a,k,t_i} \ge \bar v_i \sum_{(a,k') \in s_i} x_{a,k',t_i}
    """
    return c.relation[i](standing(v, c.target_cells[i], c.target_span[i]), 0)


@equation(over="converted_targets", negotiable=True)
def converted_target(v: Any, c: Any, i: str) -> Any:
    r"""What some measures convert in the year, up to a quarter of it, keeps the target.

    .. math:: \sum_{(a,m) \in i} \sum_{t \in y_i,\, t \le t_i} y_{a,m,t} \ge \bar Y_i
    """
    return c.relation[i](moved(v, c.target_moves[i], c.target_span[i]), c.target_limit[i])


@equation(over="share_commitments", negotiable=True)
def share_commitment(v: Any, c: Any, i: str) -> Any:
    r"""The share of some technologies in their activities is what the plan's text fixes.

    .. math:: \sum_{(a,k) \in i} x_{a,k,t_i} \ge \bar v_i \sum_{(a,k') \in s_i} x_{a,k',t_i}
    """
    return c.commitment_relation[i](standing(v, c.commitment_cells[i], c.commitment_span[i]), 0)


@equation(over="converted_commitments", negotiable=True)
def converted_commitment(v: Any, c: Any, i: str) -> Any:
    r"""Some measures convert what the plan's text fixes, from its first to its last quarter.

    .. math:: \sum_{(a,m) \in i} \sum_{t \in i} y_{a,m,t} \ge \bar Y_i
    """
    return c.commitment_relation[i](moved(v, c.commitment_moves[i], c.commitment_span[i]), c.commitment_limit[i])


@equation(over="exact_commitments")
def nothing_beyond(v: Any, c: Any, i: str) -> Any:
    r"""In a plan that does nothing beyond its commitments, counted measures convert no more than is fixed.

    .. math:: \sum_{(a,m) \in i} \sum_{t \in i} y_{a,m,t} \le \bar Y_i
    """
    return moved(v, c.exact_moves[i], c.commitment_span[i]) <= c.exact_limit[i]


def added(v: Any, c: Any, coefficients: Any, y: int) -> Any:
    """What the year's emissions add to an annual mean. [ug/m3]"""
    return quicksum(
        coefficient * v.emission[source + (t,)] for source, coefficient in coefficients for t in c.periods_of[y]
    )


def standing(v: Any, cells: Any, periods: Any) -> Any:
    """How far the share of some technologies is above its limit at the end of the last quarter. [1]"""
    return quicksum(weight * v.activity[a, k, periods[-1]] for a, k, weight in cells)


def moved(v: Any, moves: Any, periods: Any) -> Any:
    """What some measures convert in some quarters. [activity unit]"""
    return quicksum(v.conversion[a, m, t] for a, m in moves for t in periods)


def burnt(v: Any, c: Any, burners: Any, periods: Any) -> Any:
    """Fuel used by (area, technology, activity, use of one unit) in some quarters. [fuel unit]"""
    return quicksum(in_service(v, c, a, k, t, c.season[s, t] * use) for a, k, s, use in burners for t in periods)
