"""What every view needs: the runs, the processes, the seal; who asks, and whether the request is well formed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from scenarios.replacing import there
from scenarios.web.bounds import UPLOAD
from scenarios.web.jobs import Jobs
from scenarios.web.processes import GoneError, Message, WorkerPool
from scenarios.web.store import WHOLE, Run
from scenarios.web.visitors import Seal
from scenarios.words import language, say

SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
RUN = re.compile(r"[0-9a-f]{32}")
CSRF_HEADER = "x-csrf-token"
UNEDITED = "-"
View = Callable[[Request], Awaitable[Response]]
Changing = Callable[[Request, Any], Awaitable[Response]]


@dataclass(frozen=True)
class Server:
    """The state that the views of a server share."""

    folder: Path
    models: str | None
    inputs: str | None
    jobs: Jobs
    pool: WorkerPool
    seal: Seal
    cities: list[dict[str, Any]] = field(default_factory=list)  #: as they were last read
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def name(self, request: Request) -> str:
        """What the visitor's runs and tables are kept under."""
        return self.seal.name(request.state.visitor)

    def draft(self, visitor: str) -> Path:
        """Where a visitor's edited tables are."""
        return self.folder / "drafts" / (visitor or UNEDITED)

    def is_complete(self, run: Run) -> bool:
        """Whether all files of a result are written."""
        return (self.jobs.results / run.run / WHOLE).exists()

    def background(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something while the answer goes out."""
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def has_draft(self, visitor: str, city: str) -> bool:
        """Whether a visitor has edited tables of a city."""
        return there(self.draft(visitor) / city)


def city_context(folder: Path, models: str | None, inputs: str | None) -> Callable[[str, str], Message]:
    """(visitor, city) -> what every question about a city says; without a visitor the city as it is."""

    def about(visitor: str, city: str) -> Message:
        draft = folder / "drafts" / (visitor or UNEDITED)
        return {"models": models, "inputs": inputs, "city": city, "draft": str(draft)}

    return about


def server_of(request: Request) -> Server:
    """The server a request came to."""
    server: Server = request.app.state.server
    return server


async def ask(request: Request, task: str, visitor: str = "", city: str = "", **more: Any) -> Message:
    """The answer to a query. Raises HTTPException when there is none in time."""
    server = server_of(request)
    about = city_context(server.folder, server.models, server.inputs)(visitor, city)
    return await _ask_pool(server, {**about, "task": task, **more})


async def _ask_pool(server: Server, question: Message) -> Message:
    try:
        return await server.pool.ask({**question, "language": language()})
    except GoneError as error:
        raise HTTPException(503, say("That took too long; ask for less, or try again.")) from error


async def ask_value(request: Request, task: str, visitor: str = "", city: str = "", **more: Any) -> Any:
    """What a question is answered with. Raises HTTPException when there is no answer."""
    return _value(await ask(request, task, visitor, city, **more))


async def ensure_complete(request: Request, run: Run) -> None:
    """All files of a result are there. Raises HTTPException when they cannot be made any more."""
    server = server_of(request)
    if not server.is_complete(run):
        question = {**server.jobs.question(run), "task": "report", "digest": run.answer.get("digest", "")}
        _value(await _ask_pool(server, question))


def _value(found: Message) -> Any:
    if found["event"] != "done":
        problems = found.get("problems", [])
        raise HTTPException(
            422 if problems else 500, "\n".join(problem_texts(problems)) or say("Something went wrong.")
        )
    return found["value"]


def problem_texts(problems: list[dict[str, Any]]) -> list[str]:
    """Problems in the language in use."""
    return [problem["text"][language()] for problem in problems]


async def known_city(request: Request) -> dict[str, Any]:
    """The city a request is about. Raises HTTPException when there is none of that name."""
    name = request.path_params.get("city", "")
    if SLUG.fullmatch(name):
        cities = server_of(request).cities
        if not any(city["city"] == name for city in cities):
            cities[:] = await ask_value(request, "cities")
        for city in cities:
            if city["city"] == name:
                return city
    raise HTTPException(404, say("There is no such city."))


def known_scenario(city: dict[str, Any], name: str) -> str:
    """A scenario of a city. Raises HTTPException when there is none of that name."""
    if name not in city["scenarios"]:
        raise HTTPException(404, say("There is no such scenario."))
    return name


def visible_run(request: Request, run: str | None = None) -> Run:
    """A run the visitor may see: an own one, or one that was saved. Raises HTTPException."""
    server, name = server_of(request), request.path_params["run"] if run is None else run
    found = server.jobs.find(name) if RUN.fullmatch(name) else None
    if found is None or not (found.saved or found.visitor == server.name(request)):
        raise HTTPException(404, say("There is no such run."))
    return found


def own_run(request: Request) -> Run:
    """A run of the visitor. Raises HTTPException."""
    found = visible_run(request)
    if found.visitor != server_of(request).name(request):
        raise HTTPException(403, say("Only who made a run can change it."))
    return found


def csrf_protected(view: Changing) -> View:
    """A view that changes something: only for a form of our own page. It is given what was sent (JSON or a form)."""

    @wraps(view)
    async def checked(request: Request) -> Response:
        kind = request.headers.get("content-type", "").partition(";")[0]
        token = request.headers.get(CSRF_HEADER, "")
        sent: Any = {}
        if kind == "application/json":
            if not token:
                raise HTTPException(403, say("Another page asked for this; it is refused."))
            sent = await _json(request)
        elif kind:
            sent = await request.form(max_files=1, max_fields=20, max_part_size=UPLOAD)
            token = token or str(sent.get("csrf_token", ""))
        if not server_of(request).seal.is_valid(request.state.visitor, token):
            raise HTTPException(403, say("The page is too old; load it again."))
        return await view(request, sent)

    checked.__dict__["is_changing"] = True
    return checked


async def _json(request: Request) -> dict[str, Any]:
    try:
        sent = await request.json()
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, say("The question cannot be read.")) from error
    if not isinstance(sent, dict):
        raise HTTPException(400, say("The question cannot be read."))
    return sent


def text_of(sent: dict[str, Any] | FormData, name: str) -> str:
    """A text that was sent; blank when there is none."""
    found = sent.get(name)
    return found if isinstance(found, str) else ""
