"""A city in which every county has targets of its own, so that nothing can be pooled: HiGHS alone, and from our start.

Both have the same seconds in all and the same matrix; what counts is the gap left. ``python benchmarks/search.py``
"""

from __future__ import annotations

import time
from dataclasses import replace

import invented

from scenarios import highs, rounding, starts
from scenarios.program.build import build, collector_paused
from scenarios.program.reduction import reduce

LIMIT = 60.0  #: seconds each may search


def main() -> None:
    """Print what each way found and proved, and the ratio of the gaps."""
    case = invented.city(0, county_targets=True)
    begin = time.perf_counter()
    with collector_paused():
        arrays = reduce(build(case).arrays).arrays
    print(f"built in {time.perf_counter() - begin:.1f} s: {len(arrays.rows):,} rows, {len(arrays.columns):,} columns")
    options = highs.Options(gap=1e-3, time_limit=LIMIT)
    alone = highs.solve(arrays, options)
    begin = time.perf_counter()
    first = starts.start(arrays, "conversion", rounding.TASK, options)
    spent = time.perf_counter() - begin
    begun = highs.solve(arrays, replace(options, start=first, time_limit=LIMIT - spent))
    for way, answer in (("HiGHS alone", alone), (f"from our start ({spent:.1f} s of the {LIMIT:.0f})", begun)):
        print(f"{way:<34} cost {answer.objective:.5g}  bound {answer.bound:.5g}  gap {answer.gap:.2%}")
    print(f"gap alone / gap from our start: {alone.gap / begun.gap:.1f}")


if __name__ == "__main__":
    main()
