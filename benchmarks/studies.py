"""What asking again costs on the real city, side by side in one run: kept schedules, sweeps, conflicts.

``python benchmarks/studies.py [LEVELS]``: ratios count, seconds depend on the machine.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

import scenarios as sc
from scenarios import highs
from scenarios.conflict import explain
from scenarios.reading import with_changes
from scenarios.session import Question, with_question
from scenarios.solving import PROOF, prepare
from scenarios.studies.reoptimiser import Reoptimiser
from scenarios.studies.sweep import Base, answer_to

ROOT = Path(__file__).parents[1]
TARGET = "targets.SJZ-T-002"  #: NOx in 2020 against 2015
#: what a planner asks: a target tighter and looser, less gas in a year, less money in a year
WHAT_IFS = (f"{TARGET}=-0.41", f"{TARGET}=-0.39", "supply.natural_gas/2020*=0.9", "budgets.*/2019*=0.7")
T = TypeVar("T")


def timed(step: Callable[[], T]) -> tuple[float, T]:
    """Seconds a step takes, and what it gives."""
    begin = time.perf_counter()
    done = step()
    return time.perf_counter() - begin, done


def asked(case: sc.Case, change: str, plan: sc.Plan, reoptimiser: Reoptimiser) -> float:
    """Print a what-if near the agreed schedule and with the tasks planned anew; seconds of one linear program. [s]

    Once of the program as it is held, against the search alone; once whole, from the case to the verified plan.
    """
    other = with_changes(case, [change])
    arrays = prepare(other).arrays
    relaxed, _ = timed(lambda: highs.solve(highs.relaxed(arrays)))
    searched, full = timed(lambda: highs.solve(arrays, highs.Options(PROOF)))
    held, near = timed(lambda: reoptimiser.minimise(reoptimiser.limits_of(with_changes(case, [change], swept=True))))
    anew, _ = timed(lambda: sc.solve(other))
    whole, (_, kept) = timed(lambda: sc.solve_keeping(other, plan.agreed))
    if near is None or near.how != "kept" or not kept:
        raise RuntimeError("the schedule was not kept")
    apart = near.objective / full.objective - 1
    print(
        f"{change:<28} LP {relaxed:.2f} s, held {held:.2f}, search {searched:.2f} = {searched / held:.0f} x; "
        f"whole {whole:.2f}, planned anew {anew:.2f} = {anew / whole:.1f} x; {apart:+.3%}"
    )
    return relaxed


def main() -> None:
    """Print seconds and ratios."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    case = sc.read_case("shijiazhuang", models=ROOT / "models", inputs=ROOT / "inputs")
    plan = sc.solve(case)
    reoptimiser = Reoptimiser(case, agreed=plan.agreed)
    reoptimiser.minimise()
    relaxed = [asked(case, change, plan, reoptimiser) for change in WHAT_IFS][0]

    levels = [f"{TARGET}={level:.6f}" for level in np.linspace(-0.41, -0.36, count)]
    base = Base(case, plan.agreed)
    first, _ = timed(lambda: answer_to(base, [levels[0]]))
    swept = [timed(lambda level=level: answer_to(base, [level])) for level in levels[1:]]
    hot = [seconds for seconds, _ in swept]
    fresh = []
    for level in levels[:: max(count // 5, 1)]:
        seconds, _ = timed(lambda level=level: answer_to(Base(with_changes(case, [level]), plan.agreed), []))
        fresh.append(seconds)
    print(f"{count} levels             {first + sum(hot):8.1f} s   longest {max(hot):.2f} s")
    alone = float(np.mean(fresh)) * count
    print(f"{count} fresh (from {len(fresh)})     {alone:8.1f} s   x {alone / (first + sum(hot)):.1f}")

    worst = 0.0
    for level in levels[:: max(count // 10, 1)]:
        rows = reoptimiser.limits_of(with_changes(case, [level], swept=True)) or {}
        point = reoptimiser.minimise(rows)
        if point is None:
            continue
        question = with_question(reoptimiser.arrays, Question(rows=rows))
        cold = highs.solve(highs.with_integers_fixed(question, point.values))
        worst = max(worst, abs(point.objective / cold.objective - 1))
    print(f"hot against cold          {worst:.1e} largest difference of the cost, relative")

    impossible = with_changes(case, [f"{TARGET}=-0.6"])
    seconds, _ = timed(lambda: explain(impossible))
    print(f"a conflict explained      {seconds:8.2f} s   {seconds / relaxed:.0f} x one LP, building included")


if __name__ == "__main__":
    main()
