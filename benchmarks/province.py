"""Many cities that share the air, agreed on by prices, beside the one matrix of all: ``python benchmarks/province.py``.

``--cities 11 --counties 17`` is a province of some 180 counties, ``--cities 337`` the nation. Cities lie in a row that
closes; each gives to the next four. With ``--near`` every county counts otherwise at the receptor and none is pooled.
``--whole hipo`` (or ipm, simplex) solves the one matrix in the same run, ``--tasks 0.005`` searches for whole tasks.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import Any

import highspy
import invented
import numpy as np
import pandas as pd
from one_matrix import one_matrix

from scenarios import highs
from scenarios.case import Case, Exchange
from scenarios.files import to_frame
from scenarios.program.build import Arrays
from scenarios.regions import ROOM, without_neighbours
from scenarios.studies.decomposition import equilibrium
from scenarios.studies.region import Coordinator, first_flows, linear, with_whole
from scenarios.studies.subproblems import Subproblem
from scenarios.tables import BY_NAME

GIVEN = {1: 0.06, -1: 0.04, 2: 0.03, -2: 0.02}  #: steps along the row -> share of the annual mean there [1]
STRICTNESS = (0.05, 0.2, 0.35)
TARGETS = (68.0, 70.0, 73.0)  #: annual mean of the last year, city by city [ug/m3]
OBSERVED = 85.0  #: as ``invented`` sets it [ug/m3]


def name(number: int) -> str:
    """What a city is called in the region."""
    return f"n{number:03}"


def city_case(number: int, count: int, counties: int, near: bool) -> Case:
    """An invented city as a part of the region."""
    case = invented.city(number, invented.Size(counties=counties, strictness=STRICTNESS))
    case = renamed(case, name(number))
    if near:
        case = weighted(case, np.random.default_rng(number).lognormal(0, 0.4, counties))
    case = aimed(case, TARGETS[number % len(TARGETS)])
    steps = GIVEN if count > len(GIVEN) else dict(list(GIVEN.items())[:1])
    year = case.settings.years[-1]
    rows = [
        {"to_city": name(number), "receptor": name(number), "pollutant": invented.AIR, "share": share}
        for share in steps.values()
    ]
    here = pd.DataFrame(rows, columns=["to_city", "receptor", "pollutant", "share"])
    to = {step: name((number + step) % count) for step in steps}
    sends = {(place, invented.AIR, "all"): steps[step] * OBSERVED for step, place in to.items()}
    taken = {(name(number), invented.AIR, year): ROOM * OBSERVED * sum(steps.values())} if steps else {}
    exchange = Exchange(sends, tuple((place, invented.AIR, year) for place in to.values()), taken)
    return replace(without_neighbours(case, here), exchange=exchange)


def aimed(case: Case, mean: float) -> Case:
    """The case with another target on the annual mean. [ug/m3]"""
    rows = case["targets"]
    value = rows["value"].where(rows["indicator"] != "concentration", mean)
    return case.with_table("targets", rows.assign(value=value))


def renamed(case: Case, city: str) -> Case:
    """The case of a city under another name."""
    old = case.settings.city
    tables = {
        table: frame.assign(
            **{column: frame[column].replace(old, city) for column in ("area", "receptor") if column in frame}
        )
        for table, frame in case.tables.items()
    }
    return replace(case, settings=case.settings.model_copy(update={"city": city}), tables=tables)


def weighted(case: Case, weights: np.ndarray) -> Case:
    """The case with a weight of its own for every county."""
    row = BY_NAME["proximity"]
    rows = [
        dict(row(receptor=case.settings.city, pollutant=invented.AIR, area=area, weight=float(x), **invented.EVIDENCE))
        for area, x in zip(case["areas"]["area"], weights, strict=True)
    ]
    return case.with_table("proximity", to_frame(rows, list(range(len(rows))), row))


def whole(arrays: Arrays, method: str, limit: float) -> tuple[float, float]:
    """Objective and seconds of the one matrix without integers, by one of HiGHS' methods."""
    scaled = highs.scale(highs.relaxed(arrays))
    solver = highs.opened(scaled, highs.Options(time_limit=limit))
    highs.accept(solver.setOptionValue("solver", method), "solver")
    begin = time.perf_counter()
    solver.run()
    seconds = time.perf_counter() - begin
    done = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return (solver.getInfo().objective_function_value * scaled.money if done else np.nan), seconds


class Clock:
    """Seconds by step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def __call__(self, step: str, work: Callable[[], Any]) -> Any:
        """What the step returns."""
        begin = time.perf_counter()
        found = work()
        self.seconds[step] = round(time.perf_counter() - begin, 2)
        return found


def main() -> None:
    """Print one line: seconds by step, objective and bound, and those of the one matrix."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--cities", type=int, default=11)
    arguments.add_argument("--counties", type=int, default=17)
    arguments.add_argument("--jobs", type=int, default=2)
    arguments.add_argument("--near", action="store_true")
    arguments.add_argument("--whole", choices=["hipo", "ipm", "simplex"])
    arguments.add_argument("--limit", type=float, default=240.0)
    arguments.add_argument("--tasks", type=float, help="the gap asked for")
    asked = arguments.parse_args()
    makers = [partial(city_case, number, asked.cities, asked.counties, asked.near) for number in range(asked.cities)]
    clock, line = Clock(), {"cities": asked.cities, "counties": asked.counties, "near": asked.near}
    coordinator = clock("draw and build", lambda: Coordinator(makers, asked.jobs))
    with closing(coordinator.pool):
        begin = first_flows(coordinator, {})
        selfish = clock("apart", lambda: equilibrium(coordinator.for_themselves, coordinator.linked, begin))
        joint = clock("agree", lambda: linear(coordinator, selfish[0] if selfish else None))
        line |= {"rounds": joint.rounds, "objective": joint.value, "bound": joint.bound, "short": joint.short}
        if asked.tasks:
            found = clock("tasks", lambda: with_whole(coordinator, joint, asked.tasks))
            line |= {"with tasks": found.value, "gap": (found.value - found.bound) / abs(found.value)}
    if asked.whole:
        arrays = one_matrix([Subproblem(maker()) for maker in makers])
        objective, clock.seconds[asked.whole] = whole(arrays, asked.whole, asked.limit)
        line |= {"columns": len(arrays.columns), "rows": len(arrays.rows), "one matrix": objective}
    print(json.dumps(line | {"seconds": clock.seconds}), flush=True)


if __name__ == "__main__":
    main()
