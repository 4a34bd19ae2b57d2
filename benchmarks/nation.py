"""Many cities, each with its own case, shared among the cores: ``python benchmarks/nation.py [--lp] [--cities N]``.

A province is 11 cities, the nation 337; the cities are solved apart, without what crosses from one to the other. The
cases are drawn and checked first, as a planner's would be read; wall seconds count from there to the last answer.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import invented
import numpy as np

from scenarios import highs
from scenarios.program.build import build, collector_paused
from scenarios.program.reduction import reduce

SIZES = {"city": 1, "province": 11, "nation": 337}
GAP = 5e-3  #: proof asked of the plans with whole tasks [1]
LIMIT = 60.0  #: seconds a city may search


def draw(folder: Path, seed: int) -> None:
    """Draw a city and put its case into a file of the folder."""
    with open(folder / f"{seed}.pickle", "wb") as file:
        pickle.dump(invented.city(seed), file)


def one(folder: Path, relaxed: bool, seed: int) -> dict[str, float]:
    """Seconds from a city's case to its answer, the columns unpooled, and the gap; infeasible cities count too."""
    begin = time.perf_counter()
    with open(folder / f"{seed}.pickle", "rb") as file:
        case = pickle.load(file)
    with collector_paused():
        program = build(case)
        arrays = reduce(program.arrays).arrays
    built = time.perf_counter()
    if relaxed:
        arrays = replace(arrays, integer=np.zeros_like(arrays.integer))
    answer = highs.solve(arrays, highs.Options(gap=GAP, time_limit=LIMIT))
    return {
        "built": built - begin,
        "solved in": time.perf_counter() - built,
        "columns": len(program.arrays.columns),
        "gap": answer.gap if len(answer.values) else 0.0,
        "solved": answer.outcome == "optimal",
        "infeasible": answer.outcome == "infeasible",
    }


def summary(found: list[dict[str, float]], wall: float) -> dict[str, float]:
    """What is printed of the cities' answers."""
    total = {key: sum(city[key] for city in found) for key in found[0]}
    count = len(found)
    return {
        "cities": count,
        "wall": round(wall, 1),
        "columns": int(total["columns"]),
        "building a city": round(total["built"] / count, 3),
        "solving a city": round(total["solved in"] / count, 3),
        "us per column": round(1e6 * (total["built"] + total["solved in"]) / total["columns"], 1),
        "worst gap": round(max(city["gap"] for city in found), 4),
        "solved": int(total["solved"]),
        "infeasible": int(total["infeasible"]),
        "stopped": count - int(total["solved"] + total["infeasible"]),
    }


def main() -> None:
    """Print wall seconds and seconds per column, for a city, a province, the nation."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--lp", action="store_true", help="tasks as parts of a whole")
    arguments.add_argument("--cities", type=int, help="this many instead of a city, a province, the nation")
    asked = arguments.parse_args()
    counts = [asked.cities] if asked.cities else list(SIZES.values())
    with tempfile.TemporaryDirectory() as name, ProcessPoolExecutor(os.cpu_count()) as pool:
        folder = Path(name)
        list(pool.map(partial(draw, folder), range(max(counts))))
        for count in counts:
            begin = time.perf_counter()
            found = list(pool.map(partial(one, folder, asked.lp), range(count)))
            print(json.dumps(summary(found, time.perf_counter() - begin)), flush=True)


if __name__ == "__main__":
    main()
