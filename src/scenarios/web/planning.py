"""The views of planning: choose a city, move what can be moved, run, watch, compare, keep."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from scenarios.problems import InputError
from scenarios.web import comparison
from scenarios.web.bounds import CHANGES, TEXT
from scenarios.web.jobs import FullError
from scenarios.web.moves import Control, changes_of, command, controls_from, positions_of, typed_changes
from scenarios.web.pages import GROUPS, change_titles, default_titles, page, run_title
from scenarios.web.server import (
    Server,
    ask,
    ask_value,
    csrf_protected,
    known_city,
    known_scenario,
    own_run,
    problem_texts,
    server_of,
    text_of,
    visible_run,
)
from scenarios.web.store import FILES, Run, new_run
from scenarios.web.visitors import LANGUAGE
from scenarios.words import LANGUAGES, say

DEFAULT = "least-cost"
WAYS = ("kept", "anew", "elastic")
YEAR = 365 * 24 * 3600


async def start(request: Request) -> Response:
    """The first page: cities, own runs, saved results. It waits for nothing."""
    server = server_of(request)
    runs = server.jobs.seen_by(server.name(request))
    own = [run for run in runs if not run.saved]
    return page(request, "start.html.j2", cities=server.cities, own=own, saved=[run for run in runs if run.saved])


async def cities(request: Request) -> Response:
    """The cities, once they are read."""
    server = server_of(request)
    server.cities[:] = await ask_value(request, "cities")
    return page(request, "cities.html.j2", cities=server.cities)


@csrf_protected
async def language(request: Request, sent: Any) -> Response:
    """Speak another language from here on."""
    chosen, onward = text_of(sent, "language"), text_of(sent, "onward")
    if chosen not in LANGUAGES or not onward.startswith("/") or onward.startswith(("//", "/\\")):
        raise HTTPException(400, say("The question cannot be read."))
    answered = RedirectResponse(onward, 303)
    answered.set_cookie(LANGUAGE, chosen, max_age=YEAR, httponly=True, samesite="strict")
    return answered


async def city(request: Request) -> Response:
    """The dashboard of a city: what can be moved to the left, what comes of it to the right."""
    server, place = server_of(request), await known_city(request)
    run = visible_run(request, request.query_params["run"]) if "run" in request.query_params else None
    if run is not None and run.city != place["city"]:
        raise HTTPException(404, say("There is no such run."))
    default = DEFAULT if DEFAULT in place["scenarios"] else next(iter(place["scenarios"]))
    scenario = known_scenario(place, run.scenario if run else request.query_params.get("scenario", default))
    visitor = server.name(request)
    has_draft = server.has_draft(visitor, place["city"])
    drafted = has_draft and (run.drafted if run else request.query_params.get("tables") != "original")
    found = await ask_value(request, "controls", visitor if drafted else "", place["city"], scenario=scenario)
    controls = controls_from(found["controls"])
    moved, rest = positions_of(controls, run.changes) if run else ({}, [])
    if run is None:
        await _warm(server, Run("", visitor, place["city"], scenario, drafted=drafted))
    return page(
        request,
        "dashboard.html.j2",
        city=place,
        scenario=scenario,
        groups=_grouped(controls),
        moved=moved,
        rest="\n".join(rest),
        drafted=drafted,
        has_draft=has_draft,
        edited=found["edited"],
        run=run,
        runs=server.jobs.seen_by(visitor, place["city"]),
        body=_body(server, request, run, request.query_params.get("beside", "")),
    )


async def _warm(server: Server, run: Run) -> None:
    """Let a process read the city while the planner reads the page."""
    server.background(server.jobs.warm(run))


def _grouped(controls: list[Control]) -> list[dict[str, Any]]:
    """The controls by group: those at hand, those in a list that opens, and what stands beside each."""
    beside_of = {control.of: control for control in controls if control.of}
    groups = []
    for group in GROUPS:
        members = [control for control in controls if control.group == group and not control.of]
        near, far = ([control for control in members if control.near is at_hand] for at_hand in (True, False))
        if members:
            groups.append({"group": group, "near": near, "far": far, "beside": beside_of})
    return groups


def _body(server: Server, request: Request, run: Run | None, other: str) -> dict[str, Any] | None:
    """What the result of a run shows, beside another one where that is asked for."""
    if run is None:
        return None
    runs = [found for found in server.jobs.seen_by(server.name(request), run.city) if found.figures and found != run]
    held = next((found for found in runs if found.run == other), None) if other != "none" else None
    held = held or (next(iter(runs), None) if not other else None)
    shown = {"run": run, "others": runs, "held": held, "own": run.visitor == server.name(request)}
    shown["problems"] = problem_texts(list(run.answer.get("problems", ())))
    now = run.figures
    if not now:
        return shown
    past = held.figures if held is not None else None
    return {
        **shown,
        "now": now,
        "headline": comparison.headline(now, past),
        "proven": comparison.proof(now),
        "goals": comparison.goals(now, past),
        "air": comparison.air(now, past),
        "heads": comparison.effect_headings(comparison.effects(now)),
        "measures": comparison.measures(now),
        "causes": comparison.causes(now, past) if past is not None else None,
        "counties": comparison.counties(now, past),
        "schedule": comparison.schedule(now, past),
        "payers": comparison.payers(now),
        "command": command(run.city, run.scenario, run.changes, bool(run.answer.get("kept"))),
        "files": FILES,
    }


async def result(request: Request) -> Response:
    """The result of a run, as a part of the dashboard."""
    run = visible_run(request)
    body = _body(server_of(request), request, run, request.query_params.get("beside", ""))
    return page(request, "result.html.j2", body=body, run=run)


async def _asked(request: Request, sent: Any) -> tuple[Run, list[dict[str, Any]]]:
    """The run that was asked for, and what is wrong with it. Raises HTTPException and InputError."""
    server = server_of(request)
    request.path_params["city"] = text_of(sent, "city")
    place = await known_city(request)
    scenario, how = known_scenario(place, text_of(sent, "scenario")), text_of(sent, "how") or WAYS[0]
    positions = sent.get("positions", {})
    if how not in WAYS or not isinstance(positions, dict) or len(positions) > CHANGES:
        raise HTTPException(400, say("The question cannot be read."))
    visitor = server.name(request)
    drafted = bool(sent.get("drafted")) and server.has_draft(visitor, place["city"])
    own = visitor if drafted else ""
    found = await ask_value(request, "controls", own, place["city"], scenario=scenario)
    held = {str(key): str(position) for key, position in positions.items()}
    controls = controls_from(found["controls"])
    changes = [*changes_of(controls, held), *typed_changes(text_of(sent, "more"))]
    checked = await ask(request, "changes", own, place["city"], scenario=scenario, changes=changes)
    run = new_run(visitor, place["city"], scenario, tuple(changes), how, drafted)
    called = default_titles(place["scenarios"][scenario], change_titles(controls, changes))
    return replace(run, titles=called), checked.get("problems", [])


def _problems(error: InputError, status: int = 422) -> JSONResponse:
    return JSONResponse({"problems": [str(problem) for problem in error.problems]}, status)


@csrf_protected
async def changes(request: Request, sent: Any) -> Response:
    """What the positions of the controls stand for, as changes, as a command, and what is wrong with them."""
    try:
        run, problems = await _asked(request, sent)
    except InputError as error:
        return _problems(error, 200)
    typed_in = command(run.city, run.scenario, run.changes, run.how == WAYS[0])
    return JSONResponse({"changes": run.changes, "command": typed_in, "problems": problem_texts(problems)})


@csrf_protected
async def submit(request: Request, sent: Any) -> Response:
    """Put a run into the queue."""
    try:
        run, problems = await _asked(request, sent)
    except InputError as error:
        return _problems(error)
    if problems:
        return JSONResponse({"problems": problem_texts(problems)}, 422)
    try:
        server_of(request).jobs.submit(run)
    except FullError:
        return JSONResponse({"problems": [say("Too many runs are waiting; stop one, or wait.")]}, 429)
    return JSONResponse({"run": run.run, "title": run_title(run)}, 202)


@csrf_protected
async def stop(request: Request, sent: Any) -> Response:
    """Stop a run, and keep the best plan so far."""
    run = own_run(request)
    await server_of(request).jobs.stop(run.run)
    return JSONResponse({"run": run.run})


@csrf_protected
async def cancel(request: Request, sent: Any) -> Response:
    """End a run at once."""
    run = own_run(request)
    await server_of(request).jobs.cancel(run.run)
    return JSONResponse({"run": run.run})


@csrf_protected
async def keep(request: Request, sent: Any) -> Response:
    """Save a result under a name that all visitors see; a blank name takes it back."""
    run, name = own_run(request), text_of(sent, "name").strip()[:TEXT]
    await server_of(request).jobs.keep(run.run, name)
    return JSONResponse({"run": run.run, "name": name})


@csrf_protected
async def drop(request: Request, sent: Any) -> Response:
    """Delete a run and its results."""
    run = own_run(request)
    await server_of(request).jobs.drop(run.run)
    return JSONResponse({"run": run.run})
