"""Many cities, each with a case of its own, shared among the cores: ``python benchmarks/nation.py [--lp]``.

A province is 11 cities, the nation 337; the cities are solved apart, without what crosses from one to the other.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import invented
import numpy as np

from scenarios import highs
from scenarios.program.build import build, collector_paused
from scenarios.program.reduction import reduce

SIZES = {"city": 1, "province": 11, "nation": 337}
GAP = 5e-3  #: proof asked of the plans with whole tasks [1]
LIMIT = 60.0  #: seconds a city may search


def one(seed: int, relaxed: bool) -> dict[str, float]:
    """Seconds from a city's case to its answer, the columns unpooled, and the gap; infeasible cities count too."""
    case = invented.city(seed)
    begin = time.perf_counter()
    with collector_paused():
        program = build(case)
        arrays = reduce(program.arrays).arrays
    if relaxed:
        arrays = replace(arrays, integer=np.zeros_like(arrays.integer))
    answer = highs.solve(arrays, highs.Options(gap=GAP, time_limit=LIMIT))
    return {
        "seconds": time.perf_counter() - begin,
        "columns": len(program.arrays.columns),
        "gap": answer.gap,
        "solved": answer.outcome == "optimal",
        "infeasible": answer.outcome == "infeasible",
    }


def main() -> None:
    """Print wall seconds and seconds per column, for a city, a province, the nation."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--lp", action="store_true", help="tasks as parts of a whole")
    arguments.add_argument("--cities", type=int, help="this many instead of a city, a province, the nation")
    asked = arguments.parse_args()
    counts = [asked.cities] if asked.cities else list(SIZES.values())
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(one, range(1000, 1000 + (os.cpu_count() or 1)), [True] * (os.cpu_count() or 1)))
        for count in counts:
            begin = time.perf_counter()
            found = list(pool.map(one, range(count), [asked.lp] * count))
            wall = time.perf_counter() - begin
            spent, columns = (sum(city[key] for city in found) for key in ("seconds", "columns"))
            print(
                json.dumps(
                    {
                        "cities": count,
                        "wall": round(wall, 1),
                        "columns": columns,
                        "us per column": round(1e6 * spent / columns, 1),
                        "solved": sum(city["solved"] for city in found),
                        "infeasible": sum(city["infeasible"] for city in found),
                        "stopped": count - sum(city["solved"] or city["infeasible"] for city in found),
                    }
                ),
                flush=True,
            )


if __name__ == "__main__":
    main()
