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
from scenarios.reading import altered
from scenarios.session import Question, changed
from scenarios.solving import PROOF, keeping, prepare
from scenarios.studies.desk import Desk
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


def asked(case: sc.Case, change: str, plan: sc.Plan) -> float:
    """Print a what-if with the schedule kept and with the tasks planned anew; seconds of one linear program. [s]"""
    other = prepare(altered(case, [change]))
    relaxed, _ = timed(lambda: highs.solve(highs.relaxed(other.arrays)))
    whole, full = timed(lambda: highs.solve(other.arrays, highs.Options(PROOF)))
    arrays = keeping(other, plan.finish)
    if arrays is None:
        raise RuntimeError("the schedule cannot be kept")
    kept, near = timed(lambda: highs.solve(arrays, highs.Options(PROOF)))
    apart = near.objective / full.objective - 1
    seconds = f"LP {relaxed:.2f} s, kept {kept:.2f} s, full {whole:.2f} s = {whole / kept:.0f} x"
    print(f"{change:<28} {seconds}; {apart:+.2%}")
    return relaxed


def main() -> None:
    """Print seconds and ratios."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    case = sc.read_case("shijiazhuang", models=ROOT / "models", inputs=ROOT / "inputs")
    plan = sc.solve(case)
    relaxed = [asked(case, change, plan) for change in WHAT_IFS][0]

    levels = [f"{TARGET}={level:.6f}" for level in np.linspace(-0.41, -0.36, count)]
    base = Base(case, plan.finish)
    desk = Desk(case, schedule=plan.finish)
    first, _ = timed(lambda: answer_to(base, [levels[0]]))
    swept = [timed(lambda level=level: answer_to(base, [level])) for level in levels[1:]]
    hot = [seconds for seconds, _ in swept]
    fresh = []
    for level in levels[:: max(count // 5, 1)]:
        seconds, _ = timed(lambda level=level: Desk(altered(case, [level]), schedule=plan.finish).quick({}))
        fresh.append(seconds)
    print(f"{count} levels             {first + sum(hot):8.1f} s   longest {max(hot):.2f} s")
    alone = float(np.mean(fresh)) * count
    print(f"{count} fresh (from {len(fresh)})     {alone:8.1f} s   x {alone / (first + sum(hot)):.1f}")

    worst = 0.0
    for level in levels[:: max(count // 10, 1)]:
        rows = desk.shifted(altered(case, [level], swept=True)) or {}
        question = highs.with_integers_fixed(desk.arrays, desk.base.values) if desk.base else desk.arrays
        cold = highs.solve(changed(question, Question(rows=rows)))
        point = desk.quick(rows, gap=1.0)
        if point is not None and cold.outcome == "optimal":
            worst = max(worst, abs(point.objective / cold.objective - 1))
    print(f"hot against cold          {worst:.1e} largest difference of the cost, relative")

    impossible = altered(case, [f"{TARGET}=-0.6"])
    seconds, _ = timed(lambda: explain(impossible))
    print(f"a conflict explained      {seconds:8.2f} s   {seconds / relaxed:.0f} x one LP, building included")


if __name__ == "__main__":
    main()
