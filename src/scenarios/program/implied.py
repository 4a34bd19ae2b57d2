"""Bounds that other limits imply: the solver need not see them, and would look for cuts in them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

ROUNDING = 1e-12  #: part of a coefficient that is rounding [1]
ENDLESS = 1e30  #: stands for no bound, so that nothing is multiplied by infinity


class Caps(NamedTuple):
    """Sets of columns of which each has a limit to its sum. ``group``: the set of a column; ``limit`` of each set."""

    group: np.ndarray
    limit: np.ndarray


def caps(matrix: sp.csr_array, upper: np.ndarray, at_least: np.ndarray) -> Caps:
    """The caps among the rows of a program: a column belongs to the longest of the sums with a limit that it is in.

    A part of a sum of what is never negative has the limit of the sum. Columns in no such sum are alone, without limit.
    """
    length = np.diff(matrix.indptr)
    row = np.repeat(np.arange(len(length)), length)
    each = np.maximum.reduceat(np.append(matrix.data, 1.0), matrix.indptr[:-1]) if len(length) else np.zeros(0)
    other = np.bincount(row, (matrix.data != each[row]) | (at_least[matrix.indices] < 0), minlength=len(length))
    limit = upper / np.where(each > 0, each, 1.0)
    last_wins = np.lexsort((-limit, length))
    sums = last_wins[((length > 1) & (other == 0) & (each > 0) & np.isfinite(limit))[last_wins]]
    group = len(sums) + np.arange(matrix.shape[1])
    plain = sp.csr_array(matrix[sums])
    group[plain.indices] = np.repeat(np.arange(len(sums)), np.diff(plain.indptr))
    return Caps(group, np.concatenate([limit[sums], np.full(matrix.shape[1], ENDLESS)]))


def largest(weights: sp.csr_array, at_most: np.ndarray, limits: Caps) -> np.ndarray:
    """What each row of weights, none negative, times the columns comes to at most."""
    entries = sp.csr_array(weights).sorted_indices()
    if not entries.nnz:
        return np.zeros(entries.shape[0])
    row = np.repeat(np.arange(entries.shape[0]), np.diff(entries.indptr))
    group = limits.group[entries.indices]
    starts = np.flatnonzero(np.diff(row, prepend=-1) | np.diff(group, prepend=-1))
    each = np.add.reduceat(entries.data * np.minimum(at_most[entries.indices], ENDLESS), starts)
    together = np.maximum.reduceat(entries.data, starts) * limits.limit[group[starts]]
    return np.bincount(row[starts], np.minimum(each, together), minlength=entries.shape[0])


def implied_by_next(rows: sp.csr_array, least: np.ndarray, most: np.ndarray) -> np.ndarray:
    """Whether ``row x >= least`` is some part of what the next row asks, or less, x being never negative.

    A stock that nothing enters and that does not grow is not overdrawn earlier when it is not at the end.
    """
    implied = np.zeros(len(least), dtype=bool)
    if len(least) < 2:
        return implied
    alike = (least[:-1] < 0) & (least[1:] < 0) & np.isinf(most[:-1])
    part = np.where(alike, least[:-1], 0.0) / np.where(alike, least[1:], 1.0)
    beyond = sp.csr_array(rows[:-1] - sp.diags_array(part * (1 + ROUNDING)) @ rows[1:])
    implied[:-1] = alike & (beyond.min(axis=1).toarray().ravel() >= 0)
    return implied
