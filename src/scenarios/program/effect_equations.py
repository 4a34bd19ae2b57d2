"""Effects: emission, concentration, and the targets on them."""

from typing import Any

from scenarios.program.register import equation
from scenarios.program.stock_equations import in_service


@equation(over="emitted periods", defines="emission")
def emission(v: Any, c: Any, a: str, s: str, p: str, t: str) -> Any:
    r"""An activity emits by factor and season on the mean of its opening and closing stock.

    .. math:: E_{a,s,p,t} = \sigma_{s,t} \sum_{k \in s} f_{k,p}\, \tfrac12 (x_{a,k,t-1} + x_{a,k,t})
    """
    return v.emission[a, s, p, t] == sum(
        in_service(v, c, a, k, t, c.season[s, t] * factor) for k, factor in c.factors[a, s, p]
    )


@equation(over="air_years", defines="concentration")
def concentration(v: Any, c: Any, r: str, p: str, y: int) -> Any:
    r"""The annual mean is what comes from elsewhere and what each tonne emitted here adds.

    .. math:: C_{r,y} = b_{r,y} + \sum_{a,s,p} \tau_{r,s,p} \sum_{t \in y} E_{a,s,p,t}
    """
    local = sum(
        coefficient * v.emission[source + (t,)] for source, coefficient in c.transfer[r, p] for t in c.periods_of[y]
    )
    return v.concentration[r, p, y] == c.background[r, p, y] + local


@equation(over="emission_targets", negotiable=True)
def emission_target(v: Any, c: Any, i: str) -> Any:
    r"""Emission in the target's scope and year keeps the target.

    .. math:: \sum_{(a,s) \in i} \sum_{t \in y_i} E_{a,s,p_i,t} \le \bar E_i
    """
    return c.keeps(i, sum(v.emission[source + (t,)] for source in c.target_sources[i] for t in c.target_periods[i]))


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


def burnt(v: Any, c: Any, burners: Any, periods: Any) -> Any:
    """Fuel used by (area, technology, activity, use of one unit) in some quarters. [fuel unit]"""
    return sum(in_service(v, c, a, k, t, c.season[s, t] * use) for a, k, s, use in burners for t in periods)
