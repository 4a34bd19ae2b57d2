"""Templates become pages in the visitor's language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from time import localtime, strftime
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from scenarios.reports.format import assumption_name, join_names, money, number, percent
from scenarios.reports.scales import unit_sign
from scenarios.web.moves import YES, Control, positions_of
from scenarios.web.store import Run
from scenarios.words import LANGUAGES, language, name_column, say, speaking

HERE = Path(__file__).parent
NAMED = 3  #: moves that a title names
#: where a run stands, in a planner's words
STATES = {
    "waiting": "waiting",
    "running": "being planned",
    "stopping": "stopping; the best plan so far is kept",
    "done": "done",
    "bad": "the input has problems",
    "infeasible": "no plan keeps all that is asked",
    "nothing": "stopped before any plan was found",
    "refused": "the plan found was refused",
    "cancelled": "stopped",
    "lost": "interrupted by a restart of the server; run it again",
    "failed": "ended without an answer; run it again",
    "outdated": "made by another version of the program; run it again",
}
#: what a running plan is at
STEPS = {
    "": "waiting for its turn",
    "read": "reading the city",
    "base": "the scenario itself is planned first",
    "search": "looking for the best plan",
}
#: groups of controls
GROUPS = {
    "targets": "Targets",
    "supply": "Supplies",
    "budgets": "Budgets",
    "neighbours": "Neighbours",
    "growth": "Growth",
    "measures": "Measures on and off",
    "tasks": "Deadlines of tasks",
    "rules": "Rules of the plan",
}
#: what a choice in the settings is called
CHOICES = {
    "ignored": "not binding",
    "exact": "kept, and nothing beyond them",
    "kept": "kept",
    "shown": "shown only",
    "needed": "those that are needed",
    "all": "all",
    "none": "none",
    "cost": "cost",
    "concentration": "annual means",
    "emission": "weighted emission",
}


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"say": say, "number": number, "money": money, "percent": percent, "unit_name": unit_sign}
    environment.globals |= {"state_words": state_words, "group_words": group_words, "choice_words": choice_words}
    environment.globals |= {"run_title": run_title, "run_titles": run_titles, "of": of}
    return environment


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page, or a part of one."""
    server = request.app.state.server
    visitor = request.state.visitor
    common = {
        "lang": language(),
        "csrf_token": server.seal.csrf_token(visitor),
        "here": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
    }
    return HTMLResponse(_environment().get_template(template).render(**common, **values), status)


def of(record: Any) -> str:
    """The name of a record in the language in use."""
    return str(record[name_column()])


def state_words(run: Run) -> str:
    """Where a run stands."""
    return say(STATES[run.state])


def step_words(run: Run) -> str:
    """What a run is at."""
    return say(STEPS[run.step]) if run.state == "running" else state_words(run)


def group_words(group: str) -> str:
    """What a group of controls is called."""
    return say(GROUPS[group])


def choice_words(choice: str) -> str:
    """What a choice is called: an assumption of the city, or a word of the settings."""
    return say(CHOICES[choice]) if choice in CHOICES else assumption_name(choice)


def run_title(run: Run) -> str:
    """What a run is called: its name, or its scenario and what was moved."""
    return run.name or run.titles.get(language()) or run.scenario


def run_titles(runs: Sequence[Run]) -> dict[str, str]:
    """Run -> what it is called among others: runs that are called the same have the time of each behind."""
    called = {run.run: run_title(run) for run in runs}
    for clock in ("%m-%d %H:%M", "%m-%d %H:%M:%S"):
        counts = Counter(called.values())
        alike = [run for run in runs if counts[called[run.run]] > 1]
        called |= {run.run: f"{run_title(run)} ({strftime(clock, localtime(run.created))})" for run in alike}
    return called


def default_titles(scenario: Mapping[str, str], moved: Mapping[str, str]) -> dict[str, str]:
    """What a run without a name is called in each language: its scenario, and what was moved."""
    titles = {}
    for spoken in LANGUAGES:
        name = scenario[f"name_{spoken}"]
        with speaking(spoken):
            titles[spoken] = say("{scenario}: {moved}", scenario=name, moved=moved[spoken]) if moved[spoken] else name
    return titles


def change_titles(controls: Sequence[Control], changes: Sequence[str]) -> dict[str, str]:
    """What some changes move, in the words of each language."""
    moved, rest = positions_of(controls, changes)
    by_key = {control.key: control for control in controls}
    names = {}
    for spoken in LANGUAGES:
        with speaking(spoken):
            parts = [*(_moved(by_key[key], position) for key, position in moved.items()), *rest]
            names[spoken] = join_names(parts[:NAMED])
            if len(parts) > NAMED:
                names[spoken] = say("{names} and {count} more", names=names[spoken], count=len(parts) - NAMED)
    return names


def _moved(control: Control, position: str) -> str:
    """What it means that a control stands somewhere else."""
    name = control.called
    if control.kind == "off":
        return say("{name} left out", name=name)
    if control.kind == "flag":
        return say("{name} binding", name=name) if position == YES else say("{name} not binding", name=name)
    if control.kind == "months":
        later = say("{name} {months} months later", name=name, months=position)
        return later if float(position) > 0 else say("{name} {months} months earlier", name=name, months=position[1:])
    if control.kind == "choice":
        return f"{name}: {choice_words(position)}"
    if control.kind == "sum":
        return f"{name} {money(float(position))}"
    return f"{name} {position} {unit_sign(control.unit)}"
