"""All cities of a region in one matrix, which the planner never builds: what its agreement is held against."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp

from scenarios.program.build import Arrays
from scenarios.studies.members import Member


def one_matrix(members: Sequence[Member]) -> Arrays:
    """The programs of all members side by side; no more is sent to a receptor than may arrive there."""
    arrays = [member.arrays for member in members]
    first = np.cumsum([0, *(len(each.columns) for each in arrays)])
    keys = sorted({key for member in members for key in member.links})
    place = {key: number for number, key in enumerate(keys)}
    link = sp.csr_array(
        (
            np.concatenate([member.sign for member in members]),
            (
                [place[key] for member in members for key in member.links],
                np.concatenate([start + member.places for start, member in zip(first, members, strict=False)]),
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
