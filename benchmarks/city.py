"""What pooling and substitution bring on the real city, side by side in one run: `make bench`.

Each way is built and solved in turn, several times; ratios count, seconds depend on the machine.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import scenarios as sc
from scenarios import highs
from scenarios.program.build import build, collector_paused
from scenarios.program.reduction import reduce

ROOT = Path(__file__).parents[1]
ROUNDS = 1  #: raise it on a noisy machine
LIMIT = 60.0  #: seconds after which a way counts as not solved


def timed(step: Callable[[], object]) -> float:
    """Seconds a step takes."""
    begin = time.perf_counter()
    step()
    return time.perf_counter() - begin


def main() -> None:
    """Print median seconds and the ratio to the way the program goes."""
    case = sc.read_case("shijiazhuang", models=ROOT / "models", inputs=ROOT / "inputs")
    options = highs.Options(gap=1e-3, time_limit=LIMIT)
    ways = {
        "pooled, substituted (ours)": (True, True),
        "pooled, as written": (True, False),
        "every county alone, substituted": (False, True),
    }
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    sizes = {}
    for _ in range(ROUNDS):
        for way, (pooled, substituted) in ways.items():
            begin = time.perf_counter()
            with collector_paused():
                arrays = build(case, pooled).arrays
                arrays = reduce(arrays).arrays if substituted else arrays
            built = time.perf_counter() - begin
            solved = timed(lambda arrays=arrays: highs.solve(arrays, options))
            seconds[way].append(built + solved)
            sizes[way] = (len(arrays.rows), len(arrays.columns), built, solved)
    ours = median(next(iter(seconds.values())))
    for way, taken in seconds.items():
        rows, columns, built, solved = sizes[way]
        size = f"rows {rows:>7,} columns {columns:>7,}"
        print(f"{way:<34} {size}  build {built:6.2f} s  solve {solved:7.2f} s  x {median(taken) / ours:.1f}")


if __name__ == "__main__":
    main()
