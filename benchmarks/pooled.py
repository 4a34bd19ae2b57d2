"""Pooled against every county alone, on many small invented cities: the same least cost to a ten-millionth.

``python benchmarks/pooled.py [--cities N]``: each city is built and proven both ways, with whole tasks; it fails at the
first that differs. In every other city two counties are held to targets of their own, so that not all of them pool.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import count, islice

import invented
import numpy as np

from scenarios import highs
from scenarios.case import Case
from scenarios.problems import InputError
from scenarios.solving import prepare

SAME = 1e-7  #: part by which the two least costs may differ [1]
PROVEN = 1e-8  #: gap to which each is searched [1]


def drawn(seed: int) -> Case:
    """A small city; with an odd seed the first two counties have targets of their own."""
    rng = np.random.default_rng(seed)
    size = invented.Size(int(rng.integers(3, 6)), int(rng.integers(12, 17)), int(rng.integers(2, 5)))
    if seed % 2 == 0:
        return invented.city(seed, size)
    case = invented.city(seed, size, county_targets=True)
    targets = case["targets"]
    bound = targets["area"].isin([invented.CITY, *case["areas"]["area"][:2]])
    return replace(case, tables={**case.tables, "targets": targets[bound].reset_index(drop=True)})


def cities() -> Iterator[tuple[int, Case]]:
    """Seeds and their cities; those that our own check refuses (something is left without a use) are passed over."""
    for seed in count():
        with suppress(InputError):
            yield seed, drawn(seed)


def main() -> None:
    """Print how many cities agree, how much the programs shrink, and the largest difference."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--cities", type=int, default=200)
    begin, worst, none, shrunk = time.perf_counter(), 0.0, 0, []
    for seed, case in islice(cities(), arguments.parse_args().cities):
        programs = [prepare(case, pooled) for pooled in (True, False)]
        together, alone = (highs.solve(one.arrays, highs.Options(gap=PROVEN)) for one in programs)
        shrunk.append(len(programs[0].program.arrays.columns) / len(programs[1].program.arrays.columns))
        if together.outcome != alone.outcome:
            raise SystemExit(f"city {seed}: {together.outcome} pooled, {alone.outcome} alone")
        if not len(alone.values):
            none += 1
            continue
        worst = max(worst, abs(together.objective / alone.objective - 1))
        if worst > SAME:
            raise SystemExit(f"city {seed}: {together.objective} pooled, {alone.objective} alone")
    print(
        f"{len(shrunk)} cities, {none} of them without a plan: largest difference {worst:.1e}; pooled programs have "
        f"{min(shrunk):.0%} to {max(shrunk):.0%} of the columns; {time.perf_counter() - begin:.0f} s"
    )


if __name__ == "__main__":
    main()
