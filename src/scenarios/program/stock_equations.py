"""Stock: balance, potential, pace and whole projects."""

from typing import Any

from scenarios.program.algebra import quicksum
from scenarios.program.register import equation


@equation(over="cells periods", defines="activity")
def balance(v: Any, c: Any, a: str, k: str, t: str) -> Any:
    r"""Activity in a technology changes only by wear and its replacement, by growth and by conversion.

    .. math:: x_{a,k,t} = x_{a,k,t-1} (1 - \omega_k) + \sum_{k'} \omega_{k',k}\, x_{a,k',t-1}
        + g_{a,k,t} + \sum_{m:\,\to k} y_{a,m,t} - \sum_{m:\,k\to} y_{a,m,t}
    """
    arriving = sum(v.conversion[a, m, t] for m in c.moves_into[a, k])
    leaving = sum(v.conversion[a, m, t] for m in c.moves_from[a, k])
    replacing = sum(rate * before(v, c, a, worn, t) for worn, rate in c.replaces[a, k])
    return (
        v.activity[a, k, t]
        == before(v, c, a, k, t) * (1 - c.wear[k]) + replacing + c.growth[a, k, t] + arriving - leaving
    )


def before(v: Any, c: Any, a: str, k: str, t: str) -> Any:
    """Activity in a technology at the end of the quarter before; at first the given start. [activity unit]"""
    earlier = c.previous[t]
    return v.activity[a, k, earlier] if earlier else c.start[a, k]


def in_service(v: Any, c: Any, a: str, k: str, t: str, weight: float) -> Any:
    """A weight times the activity in service: the mean of opening and closing stock."""
    return weight / 2 * before(v, c, a, k, t) + weight / 2 * v.activity[a, k, t]


@equation(over="moves")
def potential(v: Any, c: Any, a: str, m: str) -> Any:
    r"""Over the horizon a measure converts no more than its potential.

    .. math:: \sum_{t} y_{a,m,t} \le \bar Y_{a,m}
    """
    return quicksum(v.conversion[a, m, t] for t in c.periods) <= c.potential[a, m]


@equation(over="moves years")
def pace(v: Any, c: Any, a: str, m: str, y: int) -> Any:
    r"""In a year a measure converts no more than crews, makers and money can carry out.

    .. math:: \sum_{t \in y} y_{a,m,t} \le \bar y_{a,m,y}
    """
    return quicksum(v.conversion[a, m, t] for t in c.periods_of[y]) <= c.pace[a, m, y]


@equation(over="lot_moves periods", defines="conversion")
def whole_projects(v: Any, c: Any, a: str, m: str, t: str) -> Any:
    r"""A measure that comes in projects is carried out in whole ones.

    .. math:: y_{a,m,t} = \ell_m\, n_{a,m,t}
    """
    return v.conversion[a, m, t] == c.lot[m] * v.lots[a, m, t]
