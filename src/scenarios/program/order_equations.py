"""Order: tasks take time, wait for each other, meet deadlines, and open the way for measures."""

from typing import Any

from scenarios.program.algebra import quicksum
from scenarios.program.register import equation


@equation(over="tasks later_periods")
def stays_done(v: Any, c: Any, j: str, t: str) -> Any:
    r"""A task that is done stays done.

    .. math:: z_{j,t-1} \le z_{j,t}
    """
    return v.done[j, c.previous[t]] <= v.done[j, t]


@equation(over="waits periods")
def precedence(v: Any, c: Any, i: str, j: str, wait: int, t: str) -> Any:
    r"""A task is done only when its predecessor was done a lag and its own duration earlier.

    .. math:: z_{j,t} \le z_{i,\,t - \lambda_{ij} - d_j}
    """
    earlier = c.periods_before(t, wait)
    return v.done[j, t] <= (v.done[i, earlier] if earlier else 0)


@equation(over="required_tasks", negotiable=True)
def deadline(v: Any, c: Any, j: str) -> Any:
    r"""A required task is done by its deadline.

    .. math:: z_{j,T_j} \ge 1
    """
    return v.done[j, c.deadline[j]] >= 1


@equation(over="optional_tasks", negotiable=True)
def never_late(v: Any, c: Any, j: str) -> Any:
    r"""A task that is not required is done by its deadline or not at all.

    .. math:: z_{j,T} \le z_{j,T_j}
    """
    return v.done[j, c.periods[-1]] <= v.done[j, c.deadline[j]]


@equation(over="enabled_measures periods")
def enabling(v: Any, c: Any, m: str, t: str) -> Any:
    r"""All that was converted so far fits the capacity of the enabling tasks that are done, cut to what pace can reach.

    .. math:: \sum_a \sum_{\tau \le t} y_{a,m,\tau} \le \sum_j \min(Q_{j,m}, \bar Q_{m,t})\, z_{j,t}
    """
    converted = quicksum(v.conversion[a, m, u] for a in c.areas_of[m] for u in c.periods_until[t])
    return converted <= sum(min(capacity, c.reachable[m, t]) * v.done[j, t] for j, capacity in c.enablers[m])


@equation(over="enabled_measures periods", tightens=True)
def opening(v: Any, c: Any, m: str, t: str) -> Any:
    r"""What is converted in a quarter waits for enabling tasks, each opening no more than pace reaches in the quarter.

    .. math:: \sum_a y_{a,m,t} \le \sum_j \min(Q_{j,m}, \bar y_{m,t})\, z_{j,t}
    """
    converted = quicksum(v.conversion[a, m, t] for a in c.areas_of[m])
    return converted <= sum(min(capacity, c.quarter_reach[m, t]) * v.done[j, t] for j, capacity in c.enablers[m])


@equation(over="gates later_periods", tightens=True)
def opened_so_far(v: Any, c: Any, m: str, gate: str, t: str) -> Any:
    r"""What was converted so far is no more than pace can reach since the tasks that open the way were done.

    .. math:: \sum_a \sum_{\tau \le t} y_{a,m,\tau}
        \le \sum_j \sum_{s \le t} \min(Q_{j,m}, \bar Q_{m,s,t}) (z_{j,s} - z_{j,s-1})
    """
    converted = quicksum(v.conversion[a, m, u] for a in c.areas_of[m] for u in c.periods_until[t])
    return converted <= quicksum(more * v.done[j, s] for j, s, more in c.opened.get((m, gate, t), ()))


@equation(over="permits periods")
def permission(v: Any, c: Any, j: str, m: str, t: str) -> Any:
    r"""A measure waits for the tasks that must be finished before it.

    .. math:: \sum_a y_{a,m,t} \le \bar y_{m,t}\, z_{j,t}
    """
    return quicksum(v.conversion[a, m, t] for a in c.areas_of[m]) <= c.quarter_reach[m, t] * v.done[j, t]


@equation(over="followers periods")
def leader(v: Any, c: Any, a: str, lead: str, follow: str, t: str) -> Any:
    r"""The share done of what follows never runs ahead of the share done of what leads.

    .. math:: \frac{1}{\bar Y_{a,m'}} \sum_{\tau \le t} y_{a,m',\tau}
        \le \frac{1}{\bar Y_{a,m}} \sum_{\tau \le t} y_{a,m,\tau}
    """

    def part(m: str) -> Any:
        return quicksum(v.conversion[a, m, u] for u in c.periods_until[t]) / c.potential[a, m]

    return part(follow) <= part(lead)


@equation(over="bans periods")
def ban(v: Any, c: Any, j: str, a: str, k: str, t: str) -> Any:
    r"""Once the ban is in force nothing remains in the technology.

    .. math:: x_{a,k,t} \le \bar X_{a,k} (1 - z_{j,t})
    """
    return v.activity[a, k, t] <= c.stock_at_most[a, k] * (1 - v.done[j, t])
