"""The road: read, solve, write."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from scenarios import highs
from scenarios.case import Case
from scenarios.highs import Progress
from scenarios.plan import Plan
from scenarios.program.build import Arrays, collector_paused
from scenarios.reading import DEFAULT_SCENARIO, read_case
from scenarios.reports.page import pages
from scenarios.solving import PROOF, solve
from scenarios.writing import write_plan

PACKAGES = ("scenarios", "highspy", "networkx", "numpy", "pandas", "pyomo", "pydantic", "scipy")


class Run(NamedTuple):
    """What a run leaves: the case, the plan and where it was written."""

    case: Case
    plan: Plan
    folder: Path


def run(
    city: str,
    scenario: str = DEFAULT_SCENARIO,
    *,
    out: Path | str | None = None,
    models: Path | str | None = None,
    inputs: Path | str | None = None,
    gap: float = PROOF,
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> Run:
    """Read a case, solve it, write the plan; the folder is ``outputs/<city>/<scenario>`` unless another is given."""
    with collector_paused():
        begin = time.perf_counter()
        case = read_case(city, scenario, models=models, inputs=inputs)
        read = time.perf_counter() - begin
        plan = solve(case, gap=gap, time_limit=time_limit, progress=progress)
        folder = Path(out) if out else Path("outputs") / city / scenario
        begin = time.perf_counter()

        def made() -> dict[str, object]:
            seconds = {"read": read, **plan.found.seconds, "write": time.perf_counter() - begin}
            return record(case, plan, seconds, {"gap": gap, "time_limit": time_limit})

        write_plan(folder, plan, pages(case, plan), made)
    return Run(case, plan, folder)


def record(case: Case, plan: Plan, seconds: Mapping[str, float], options: Mapping[str, object]) -> dict[str, object]:
    """What made a result: run.json."""
    return {
        "city": plan.city,
        "scenario": plan.scenario,
        "status": plan.status,
        "objective_cny": plan.objective,
        "bound_cny": plan.found.bound,
        "gap": plan.gap,
        "largest_violation": plan.largest_violation,
        "seconds": {name: round(value, 3) for name, value in seconds.items()},
        "size": dict(plan.found.size),
        "versions": versions(),
        "inputs_sha256": case.digest,
        "options": dict(options),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def versions() -> dict[str, str]:
    """Versions of this program and of what it stands on."""
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "missing"
    return found


def solver_works() -> bool:
    """Whether the solver finds the smallest whole number that is at least 1.5."""
    one = np.ones(1)
    smallest = Arrays(
        cost=one,
        constant=0.0,
        matrix=sp.csc_array(np.ones((1, 1))),
        lower=one * 1.5,
        upper=one * np.inf,
        at_least=one * 0,
        at_most=one * 9,
        integer=np.array([True]),
        size=one,
        columns=(("x", ()),),
        rows=(("row", ()),),
    )
    return highs.solve(smallest).objective == 2.0
