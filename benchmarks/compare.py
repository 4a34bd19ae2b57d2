"""Ways side by side on one invented city, each in a process of its own: ``python benchmarks/compare.py [--small]``.

Seconds depend on the machine; what counts is the ratio to linopy in the same run. Rounds are interleaved, the least
seconds of each way count.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time

SMALL = {"counties": 3, "activities": 20, "tasks": 12}
STEPS = ("numbers", "build", "reduce", "hand over", "solve", "solve again")


def one(way: str, small: bool, solve: bool) -> dict[str, float]:
    """Seconds, peak memory and objective of one way, measured in this process."""
    import invented
    from ways import WAYS

    case = invented.city(1, invented.Size(**SMALL)) if small else invented.city(0)
    before = peak()
    begin = time.perf_counter()
    found = WAYS[way](case, solve)
    return {**found, "all": time.perf_counter() - begin, "start": before, "memory": peak()}


def peak() -> float:
    """Largest memory of this process so far. [MB]"""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print a table, and fail when the ways do not agree."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--way")
    arguments.add_argument("--small", action="store_true")
    arguments.add_argument("--no-solve", dest="solve", action="store_false")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--ways", nargs="+", help="these ways only, linopy among them")
    asked = arguments.parse_args()
    if asked.way:
        print(json.dumps(one(asked.way, asked.small, asked.solve)))
        return
    from ways import WAYS

    runs: dict[str, list[dict[str, float]]] = {way: [] for way in asked.ways or WAYS}
    for _ in range(asked.rounds):
        for way, found in runs.items():
            options = [*(["--small"] if asked.small else []), *([] if asked.solve else ["--no-solve"])]
            made = subprocess.run(
                [sys.executable, __file__, "--way", way, *options], capture_output=True, text=True, check=True
            )
            found.append(json.loads(made.stdout.splitlines()[-1]))
    print(table(runs))
    agree(runs)


def table(runs: dict[str, list[dict[str, float]]]) -> str:
    """Least seconds of each step, and ratios to linopy: seconds before the solve, and peak memory."""
    best = {way: {key: min(run.get(key, 0.0) for run in found) for key in found[0]} for way, found in runs.items()}
    before = {way: sum(seconds.get(step, 0.0) for step in STEPS[:4]) for way, seconds in best.items()}
    lines = ["| way | columns | rows | " + " | ".join(STEPS) + " | up to hand-over | x | memory [MB] | x |"]
    lines.append("|---|" + "--:|" * (len(STEPS) + 6))
    for way, seconds in best.items():
        steps = " | ".join(f"{seconds[step]:.2f}" if step in seconds else "" for step in STEPS)
        lines.append(
            f"| {way} | {seconds['columns']:,.0f} | {seconds['rows']:,.0f} | {steps} | {before[way]:.2f} | "
            f"{before[way] / before['linopy']:.2f} | {seconds['memory']:.0f} | "
            f"{seconds['memory'] / best['linopy']['memory']:.2f} |"
        )
    return "\n".join(lines)


def agree(runs: dict[str, list[dict[str, float]]]) -> None:
    """Raises SystemExit unless every way found the same optima, to a millionth."""
    for key in ("objective", "tighter"):
        found = [run[key] for way in runs.values() for run in way if key in run]
        if found and max(found) - min(found) > 1e-6 * max(map(abs, found)):
            raise SystemExit(f"the ways differ in {key}: {found}")


if __name__ == "__main__":
    main()
