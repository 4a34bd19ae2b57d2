"""All cities of a region in one matrix, which the planner never builds: what its agreement is held against."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp

from scenarios.program.build import Arrays
from scenarios.studies.subproblems import Subproblem


def one_matrix(subproblems: Sequence[Subproblem]) -> Arrays:
    """The programs of all subproblems side by side; no more is sent to a receptor than may arrive there."""
    arrays = [subproblem.arrays for subproblem in subproblems]
    first = np.cumsum([0, *(len(each.columns) for each in arrays)])
    keys = sorted({key for subproblem in subproblems for key in subproblem.links})
    place = {key: number for number, key in enumerate(keys)}
    link = sp.csr_array(
        (
            np.concatenate([subproblem.sign for subproblem in subproblems]),
            (
                [place[key] for subproblem in subproblems for key in subproblem.links],
                np.concatenate([start + one.places for start, one in zip(first, subproblems, strict=False)]),
            ),
        ),
        shape=(len(keys), first[-1]),
    )

    def beside(name: str) -> np.ndarray:
        return np.concatenate([getattr(each, name) for each in arrays])

    return Arrays(
        cost=beside("cost"),
        constant=sum(each.constant for each in arrays),
        matrix=sp.csc_array(sp.vstack([sp.block_diag([each.matrix for each in arrays]), link])),
        lower=np.append(beside("lower"), np.full(len(keys), -np.inf)),
        upper=np.append(beside("upper"), np.zeros(len(keys))),
        at_least=beside("at_least"),
        at_most=beside("at_most"),
        integer=beside("integer"),
        size=beside("size"),
        columns=tuple((name, (number, *index)) for number, each in enumerate(arrays) for name, index in each.columns),
        rows=(
            *((name, (number, *index)) for number, each in enumerate(arrays) for name, index in each.rows),
            *(("arrives", key) for key in keys),
        ),
    )
