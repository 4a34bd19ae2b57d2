"""The road: read, solve, write."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import metadata
from math import isfinite
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy.sparse as sp

from scenarios import highs, version
from scenarios.case import Case
from scenarios.listening import Progress
from scenarios.plan import Plan
from scenarios.problems import InputError
from scenarios.program.build import Arrays, collector_paused
from scenarios.reading import DEFAULT_SCENARIO, read_case, with_changes
from scenarios.relaxing import solve_elastic
from scenarios.reports.conflict_text import with_relaxations
from scenarios.reports.dictionary import outputs_page, readmes
from scenarios.reports.funding.ledger import PLAIN, Terms
from scenarios.solving import NEAR, PROOF, solve, solve_keeping
from scenarios.writing import ensure_result_writable, made_from, read_plan, write_binary, write_plan

#: our tables are small and read text by text: kept by Arrow, each step takes a fifth longer
pd.set_option("mode.string_storage", "python")

ROUNDING = 1e-9  #: part by which a gap may differ for rounding [1]
PACKAGES = ("highspy", "networkx", "numpy", "pandas", "pyomo", "pydantic", "scipy")


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
    settings: Mapping[str, object] | None = None,
    changes: Sequence[str] = (),
    elastic: bool = False,
    report: bool = True,
) -> Run:
    """Read a case, solve it, write the plan; the folder is ``outputs/<city>/<scenario>`` unless another is given.

    The plan of a search that was stopped goes to ``<scenario>-stopped`` where a proven one of the same inputs stands.
    ``settings`` are set after those of the city and the scenario, then ``changes`` in short (``reading.with_changes``).
    ``elastic``: when no plan keeps everything, the least gives way, and case and plan say what. Without ``report``
    only tables are written.
    """
    with collector_paused():
        begin = time.perf_counter()
        case = read_case(city, scenario, models=models, inputs=inputs, settings=settings)
        case = with_changes(case, changes) if changes else case
        read = time.perf_counter() - begin
        ensure_result_writable(Path(out) if out else outputs(case.settings.city) / case.scenario)
        options: dict[str, object] = {"gap": gap, "time_limit": time_limit}
        if elastic:
            plan, given = solve_elastic(case, gap=gap, time_limit=time_limit, progress=progress)
            case = with_relaxations(case, given)
            options["relaxed"] = [
                asdict(row) | {"reachable": row.reachable if isfinite(row.reachable) else None} for row in given
            ]
        else:
            plan = solve(case, gap=gap, time_limit=time_limit, progress=progress)
        folder = Path(out) if out else _home(case, plan)
        begin = time.perf_counter()

        def drawn() -> Mapping[str, str]:
            from scenarios.reports.page import pages

            return {**pages(case, plan), **readmes(outputs_page)}

        def made() -> dict[str, object]:
            seconds = {"read": read, **plan.found.seconds, "write": time.perf_counter() - begin}
            return record(case, plan, seconds, options)

        write_plan(folder, plan, drawn() if report else {}, made)
    return Run(case, plan, folder)


def _home(case: Case, plan: Plan) -> Path:
    """Where a plan goes: a search that was stopped does not take the place of a plan that was proven."""
    home = outputs(case.settings.city) / case.scenario
    return home.with_name(f"{case.scenario}-stopped") if plan.status == "stopped" and stored_plan(case) else home


def read_or_run(
    city: str,
    scenario: str,
    *,
    models: Path | str | None = None,
    inputs: Path | str | None = None,
    gap: float = PROOF,
    progress: Progress | None = None,
) -> Run:
    """The plan in ``outputs/<city>/<scenario>`` when it was made from these very inputs, else a new run of tables."""
    case = read_case(city, scenario, models=models, inputs=inputs)
    plan = stored_plan(case, gap)
    if plan is not None:
        return Run(case, plan, outputs(case.settings.city) / case.scenario)
    return run(city, scenario, models=models, inputs=inputs, gap=gap, progress=progress, report=False)


def other_plans(
    case: Case, models: Path | str | None = None, inputs: Path | str | None = None
) -> list[tuple[Case, Plan]]:
    """The other plans of the city that are stored and were made from the present inputs."""
    found = []
    for folder in sorted(path.parent for path in outputs(case.settings.city).glob("*/run.json")):
        if folder.name == case.scenario:
            continue
        try:
            one = read_case(case.settings.city, folder.name, models=models, inputs=inputs)
        except InputError:
            continue
        plan = stored_plan(one)
        if plan is not None:
            found.append((one, plan))
    return found


def what_if(
    base: Plan, case: Case, *, gap: float = NEAR, time_limit: float | None = None, progress: Progress | None = None
) -> tuple[Plan, bool]:
    """The plan of a case that differs a little from the one ``base`` was made for, and whether it keeps its schedule.

    The schedule is kept when that is within ``gap`` of the least cost; else all is planned anew from there, proven to
    0.01 %. A gap of 0 asks for the tasks to be planned anew.
    """
    return solve_keeping(case, base.agreed, near=gap, time_limit=time_limit, progress=progress)


def funding_workbook(case: Case, plan: Plan, path: Path | str, terms: Terms = PLAIN) -> Path:
    """The file in which the funding of a plan was written as a workbook, in the language in use."""
    from scenarios.reports.funding.workbook import workbook

    write_binary(Path(path), workbook(case, plan, terms))
    return Path(path)


def outputs(city: str) -> Path:
    """Where the results of a city go."""
    return Path("outputs") / city


def stored_plan(case: Case, gap: float = PROOF, folder: Path | None = None) -> Plan | None:
    """The plan written for a case; None when there is none, or inputs, program or proof asked were others, or when its
    search was stopped before the proof.

    It is looked for in ``outputs/<city>/<scenario>`` unless another folder is given.
    """
    folder = folder or outputs(case.settings.city) / case.scenario
    digest, options = made_from(folder)
    if (digest, options.get("version"), options.get("gap")) != (case.digest, version.VERSION, gap):
        return None
    try:
        plan = read_plan(folder)
    except (OSError, KeyError, ValueError):
        return None
    return plan if plan.gap <= gap * (1 + ROUNDING) else None


def record(case: Case, plan: Plan, seconds: Mapping[str, float], options: Mapping[str, object]) -> dict[str, object]:
    """What made a result: run.json."""
    return {
        "city": plan.city,
        "scenario": plan.scenario,
        "status": plan.status,
        "objective_cny": plan.objective,
        "minimised": plan.found.minimised,
        "value": plan.found.value,
        "bound": plan.found.bound,
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
    found = {"scenarios": version.VERSION}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
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
