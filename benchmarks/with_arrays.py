"""The program of an invented city as blocks of numpy arrays: the floor that a modelling layer is measured against."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
import scipy.sparse as sp
from dense import Numbers


class Blocks:
    """Rows in blocks: limits, and the places and values of coefficients."""

    def __init__(self) -> None:
        self.count = 0
        self.places: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self.lower: list[np.ndarray] = []
        self.upper: list[np.ndarray] = []

    def rows(self, shape: tuple[int, ...], lower: object, upper: object) -> np.ndarray:
        """New rows with their limits; their places."""
        count = int(np.prod(shape))
        here = self.count + np.arange(count).reshape(shape)
        self.count += count
        for limits, given in ((self.lower, lower), (self.upper, upper)):
            limits.append(np.broadcast_to(np.asarray(given, float), shape).ravel())
        return here

    def put(self, rows: np.ndarray, columns: np.ndarray, values: object) -> None:
        """Coefficients, broadcast against each other."""
        row, column, value = np.broadcast_arrays(rows, columns, values)
        keep = value.ravel() != 0
        self.places.append((row.ravel()[keep], column.ravel()[keep], value.ravel()[keep].astype(float)))


@dataclass
class Stated:
    """The whole program; ``caps`` are the rows of the caps on emission."""

    cost: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    at_least: np.ndarray
    at_most: np.ndarray
    matrix: sp.csc_array
    caps: list[int]


def stated(n: Numbers) -> Stated:
    """Columns, rows, coefficients."""
    count, last, free = len(n.periods), len(n.periods) - 1, np.inf
    width = 0

    def columns(*shape: int) -> np.ndarray:
        nonlocal width
        here = width + np.arange(int(np.prod(shape))).reshape(shape)
        width += here.size
        return here

    areas, years = len(n.areas), len(n.years)
    x = columns(areas, len(n.technologies), count)
    y = columns(areas, len(n.measures), count)
    z = columns(len(n.tasks), count)
    s_of, p_of = np.nonzero(n.emits)
    e = columns(areas, len(s_of), count)
    c, f, s = columns(len(n.means)), columns(years), columns(len(n.budget), years)
    at_least, at_most, cost = np.zeros(width), np.full(width, free), np.zeros(width)
    at_most[y], at_most[z], at_least[s] = n.quarter_pace, np.arange(count) >= n.earliest[:, None], -free
    cost[x] = n.running / 2
    cost[x[:, :, :-1]] += n.running[:, 1:] / 2
    cost[y], cost[z] = n.capital, n.works_cost
    rows = Blocks()

    given = n.growth.copy()
    given[:, :, 0] += n.start @ n.kept
    balance = rows.rows(x.shape, given, given)
    rows.put(balance, x, 1.0)
    worn, replaced = np.nonzero(n.kept)
    rows.put(balance[:, replaced, 1:], x[:, worn, :-1], -n.kept[worn, replaced][:, None])
    rows.put(balance[:, n.enters], y, -1.0)
    rows.put(balance[:, n.leaves], y, 1.0)

    technology, pollutant = np.nonzero(n.factor)
    pair = np.full(n.emits.shape, -1)
    pair[s_of, p_of] = np.arange(len(s_of))
    of = pair[n.activity_of[technology], pollutant]
    weight = n.season[n.activity_of[technology]] * n.factor[technology, pollutant][:, None] / 2
    opening = np.zeros((areas, len(s_of)))
    np.add.at(opening, (slice(None), of), n.start[:, technology] * weight[:, 0])
    start = np.zeros(e.shape)
    start[:, :, 0] = opening
    emission = rows.rows(e.shape, start, start)
    rows.put(emission, e, 1.0)
    rows.put(emission[:, of], x[:, technology], -weight)
    rows.put(emission[:, of, 1:], x[:, technology, :-1], -weight[:, 1:])
    caps = []
    for p, year, inside, limit in n.caps:
        cap = rows.rows((1,), -free, limit)
        rows.put(cap, e[np.ix_(inside, np.flatnonzero(p_of == p), np.flatnonzero(n.year_of == year))], 1.0)
        caps.append(int(cap[0]))
    for place, (year, limit) in enumerate(n.means):
        mean = rows.rows((1,), 0.0, 0.0)
        rows.put(mean, c[place], 1.0)
        rows.put(mean, e[:, :, n.year_of == year], -n.transfer[s_of, p_of][:, None])
        at_most[c[place]] = limit

    use = n.burnt[:, None] * n.season[n.activity_of] / 2
    first = np.zeros(years)
    first[0] = (n.start * use[:, 0]).sum()
    fuel = rows.rows((years,), first, first)
    rows.put(fuel, f, 1.0)
    rows.put(fuel[n.year_of], x, -use)
    rows.put(fuel[n.year_of[1:]], x[:, :, :-1], -use[:, 1:])
    supply = rows.rows((years,), -free, n.supply)
    rows.put(supply, f, 1.0)
    rows.put(supply[n.year_of], z, -(n.more / np.bincount(n.year_of))[:, n.year_of])
    money = rows.rows(s.shape, 0.0, 0.0)
    rows.put(money, s, 1.0)
    for payer in range(len(n.budget)):
        rows.put(money[payer, n.year_of], y, -n.paid[payer][:, None])
        rows.put(money[payer, n.year_of], z, -n.works[payer][:, None])
        rows.put(money[payer, n.year_of[1:]], z[:, :-1], n.works[payer][:, None])
    rows.put(rows.rows(s.shape, -free, n.budget), s, 1.0)
    rows.put(rows.rows(y.shape[:2], -free, n.potential)[:, :, None], y, 1.0)
    rows.put(rows.rows(n.pace.shape, -free, n.pace)[:, :, n.year_of], y, 1.0)

    stays = rows.rows((len(n.tasks), last), -free, 0.0)
    rows.put(stays, z[:, :-1], 1.0)
    rows.put(stays, z[:, 1:], -1.0)
    for i, j, wait in n.waits:
        order = rows.rows((count,), -free, 0.0)
        rows.put(order, z[j], 1.0)
        rows.put(order[wait:], z[i, : count - wait], -1.0)
    for j, due in enumerate(n.deadline):
        if n.required[j]:
            rows.put(rows.rows((1,), 1.0, free), z[j, due], 1.0)
        elif due < last:
            never = rows.rows((1,), -free, 0.0)
            rows.put(never, z[j, last], 1.0)
            rows.put(never, z[j, due], -1.0)
    quarter = n.quarter_pace.sum(axis=0)
    until = np.tril(np.ones((count, count)))
    for j, m, capacity in n.enables:
        gate = rows.rows((count,), -free, 0.0)
        rows.put(gate[:, None, None], y[:, m][None], until[:, None, :])
        rows.put(gate, z[j], -np.minimum(capacity, n.reach[m, 0]))
        gate = rows.rows((count,), -free, 0.0)
        rows.put(gate[None, :], y[:, m], 1.0)
        rows.put(gate, z[j], -np.minimum(capacity, quarter[m]))
        within = np.minimum(capacity, n.reach[m])
        gate = rows.rows((last,), -free, 0.0)
        rows.put(gate[:, None, None], y[:, m][None], until[1:, None, :])
        rows.put(gate[:, None], z[j][None], -(within - np.pad(within, ((0, 1), (0, 0)))[1:]).T[1:])
    row, column, value = (np.concatenate(parts) for parts in zip(*rows.places, strict=True))
    matrix = sp.csc_array(sp.coo_array((value, (row, column)), shape=(rows.count, width)))
    return Stated(cost, np.concatenate(rows.lower), np.concatenate(rows.upper), at_least, at_most, matrix, caps)


def handed_over(stated: Stated) -> highspy.Highs:
    """HiGHS with the program."""
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = stated.matrix.shape
    model.col_cost_, model.col_lower_, model.col_upper_ = stated.cost, stated.at_least, stated.at_most
    model.row_lower_, model.row_upper_ = stated.lower, stated.upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_ = stated.matrix.indptr, stated.matrix.indices
    model.a_matrix_.value_ = stated.matrix.data
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.passModel(model)
    return solver


def tighten(stated: Stated, n: Numbers, factor: float) -> None:
    """Multiply the limit of the first cap."""
    stated.upper[stated.caps[0]] = n.caps[0][3] * factor
