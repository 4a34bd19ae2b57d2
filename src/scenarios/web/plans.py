"""A run as a process of the page makes it: the case, the plan it starts from, the new plan, and all that is written."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from math import inf, isfinite
from pathlib import Path
from typing import Any, NamedTuple

from scenarios import runs
from scenarios.case import Case
from scenarios.conflict import Relaxation
from scenarios.listening import Progress
from scenarios.plan import Plan
from scenarios.problems import InputError, Place, Problem, phrase
from scenarios.program.build import collector_paused
from scenarios.reading import read_case, with_changes
from scenarios.relaxing import solve_elastic
from scenarios.reports import charts
from scenarios.reports.conflict_text import with_relaxations
from scenarios.reports.dictionary import outputs_page, readmes
from scenarios.reports.page import pages
from scenarios.shorthand import parse_change
from scenarios.solving import PROOF, solve
from scenarios.web import drafts
from scenarios.web.drafts import Copy
from scenarios.web.figures import figures
from scenarios.web.moves import scenario_file
from scenarios.web.store import CHARTS, WHAT_IF, WHOLE, WORKBOOK
from scenarios.words import LANGUAGES, speaking
from scenarios.writing import made_from, read_plan, write_page, write_plan

ReportStep = Callable[[str, str], None]  #: what a run is at, and what it minimises
KEPT, ANEW, ELASTIC = "kept", "anew", "elastic"  #: how a run treats the schedule of tasks, and what cannot be kept
DIGITS = 16  #: of a digest, in the name of a folder


class RunRequest(NamedTuple):
    """What a run is about."""

    copy: Copy
    scenario: str
    changes: tuple[str, ...]
    how: str
    time_limit: float
    results: Path  # the folder of this run
    bases: Path  # where plans of whole scenarios are kept


class RunResult(NamedTuple):
    """What a run made, with the case it starts from."""

    base: Case
    case: Case
    plan: Plan
    kept: bool
    relaxed: tuple[dict[str, Any], ...]
    digest: str  # of all inputs, before anything gave way


class Cache:
    """Cases and plans of scenarios that were read or made before, as long as their files stay as they are."""

    def __init__(self) -> None:
        self._cases: dict[tuple[str, str, Path], tuple[int, Case]] = {}
        self._plans: dict[str, Plan] = {}

    def case(self, copy: Copy, scenario: str) -> Case:
        """The case of a scenario. Raises InputError."""
        stamp, key = _stamp(copy), (copy.city, scenario, copy.folders.inputs)
        if key not in self._cases or self._cases[key][0] != stamp:
            read = read_case(copy.city, scenario, models=copy.models, inputs=copy.folders.inputs)
            self._cases[key] = (stamp, read)
        return self._cases[key][1]

    def plan(self, case: Case, bases: Path) -> Plan | None:
        """The plan of a whole scenario, where one was made from these very inputs."""
        folders = (runs.outputs(case.settings.city) / case.scenario, bases / case.digest[:DIGITS])
        for folder in () if case.digest in self._plans else folders:
            found = runs.stored_plan(case, folder=folder)
            if found is not None:
                self._plans[case.digest] = found
        return self._plans.get(case.digest)

    def keep(self, case: Case, plan: Plan, bases: Path) -> None:
        """Put a plan of a whole scenario into the cache, and beside the results for other processes and days."""
        self._plans[case.digest] = plan
        options = {"gap": PROOF}
        record = runs.record(case, plan, plan.found.seconds, options)
        write_plan(bases / case.digest[:DIGITS], plan, {}, lambda: record)


def _stamp(copy: Copy) -> int:
    """Changes whenever a file of the city or of the models does."""
    files = [*copy.home.rglob("*"), *copy.models.rglob("*")]
    return hash(tuple((str(path), path.stat().st_mtime_ns) for path in files if path.is_file()))


def make(request: RunRequest, cache: Cache, progress: Progress, report_step: ReportStep) -> RunResult:
    """The plan asked for. Raises whatever reading, altering and solving raise."""
    with collector_paused():
        base = cache.case(request.copy, request.scenario)
        case = with_changes(base, request.changes) if request.changes else base
        report_step("search", case.settings.minimise)
        if request.how == ELASTIC:
            return _elastic(request, base, case, progress)
        known = cache.plan(base, request.bases)
        if not request.changes and request.how == KEPT and known is not None:
            return RunResult(base, case, known, True, (), case.digest)
        if request.changes and request.how == KEPT:
            if known is None:
                report_step("base", base.settings.minimise)
                known = solve(base, progress=progress)
                if known.status != "stopped":
                    cache.keep(base, known, request.bases)
                report_step("search", case.settings.minimise)
            plan, kept = runs.what_if(known, case, progress=progress)
            return RunResult(base, case, plan, kept, (), case.digest)
        if request.changes and known is not None:
            plan, kept = runs.what_if(known, case, gap=0.0, time_limit=request.time_limit, progress=progress)
            return RunResult(base, case, plan, kept, (), case.digest)
        plan = solve(case, time_limit=request.time_limit, progress=progress)
        if not request.changes and plan.status != "stopped":
            cache.keep(base, plan, request.bases)
        return RunResult(base, case, plan, False, (), case.digest)


def _elastic(request: RunRequest, base: Case, case: Case, progress: Progress) -> RunResult:
    """The best plan when not everything can be kept."""
    plan, given = solve_elastic(case, time_limit=request.time_limit, progress=progress)
    rows = (asdict(row) | {"reachable": row.reachable if isfinite(row.reachable) else None} for row in given)
    return RunResult(base, with_relaxations(case, given), plan, False, tuple(rows), case.digest)


def write(request: RunRequest, result: RunResult) -> dict[str, Any]:
    """Write tables and the what-if of a run; what the page shows of it."""
    begin = time.perf_counter()
    options = {"gap": PROOF, "changes": list(request.changes), "how": request.how, "relaxed": list(result.relaxed)}

    def record() -> Mapping[str, object]:
        seconds = {**result.plan.found.seconds, "write": time.perf_counter() - begin}
        return runs.record(result.case, result.plan, seconds, options)

    write_plan(request.results, result.plan, {WHAT_IF: what_if(request, result), **readmes(outputs_page)}, record)
    for table in request.copy.edited:
        write_page(request.results / "edited" / f"{table}.csv", drafts.text(request.copy, table))
    return figures(result.case, result.plan)


def finish(request: RunRequest, result: RunResult) -> None:
    """Write the charts of a run, in every language."""
    for spoken in LANGUAGES:
        with speaking(spoken):
            drawn = [charts.options(result.case, result.plan, name) for name in charts.names(result.case)]
        write_page(request.results / CHARTS.format(language=spoken), json.dumps(drawn, ensure_ascii=False))


def report(request: RunRequest, cache: Cache, digest: str) -> None:
    """Write what is made only when somebody wants to have it: the reports and the workbook.

    Raises InputError when the inputs are no longer those the plan was made from.
    """
    base = cache.case(request.copy, request.scenario)
    case = with_changes(base, request.changes) if request.changes else base
    if case.digest != digest:
        found, allowed = phrase("inputs that were changed since"), phrase("the inputs the plan was made from")
        raise InputError([Problem(Place(request.copy.city), found, allowed, phrase("Plan again."))])
    if request.how == ELASTIC:
        case = with_relaxations(case, _relaxed(request.results))
    plan = read_plan(request.results)
    for name, text in pages(case, plan).items():
        write_page(request.results / name, text)
    runs.funding_workbook(case, plan, request.results / WORKBOOK)
    write_page(request.results / WHOLE, "")


def _relaxed(folder: Path) -> tuple[Relaxation, ...]:
    """What gave way, as it was written down."""
    _, options = made_from(folder)
    rows: Any = options["relaxed"]
    return tuple(
        Relaxation(
            **{**row, "index": tuple(row["index"]), "reachable": inf if row["reachable"] is None else row["reachable"]}
        )
        for row in rows
    )


def what_if(request: RunRequest, result: RunResult) -> str:
    """The scenario file that makes the same plan on the command line."""
    settings: dict[str, Any] = {}
    changes = []
    for text in request.changes:
        found, _ = parse_change(text)
        settings |= found.settings
        if found.change is not None:
            changes.append(found.change.model_dump(exclude_defaults=True, mode="json"))
    said = result.case.description if request.changes else result.base.description
    described = {spoken: said.get(spoken, request.scenario) for spoken in LANGUAGES}
    return scenario_file(described, request.scenario, settings, changes)
