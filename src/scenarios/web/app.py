"""The server: its routes, what it starts and ends, and what it says when something is wrong."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from scenarios.web import downloads, editing, events, planning
from scenarios.web.guard import Access, Guard
from scenarios.web.jobs import Jobs
from scenarios.web.pages import HERE, page
from scenarios.web.processes import WorkerPool
from scenarios.web.server import Server, city_context
from scenarios.web.store import Store
from scenarios.web.visitors import seal
from scenarios.words import say

STATIC = (HERE / "static", HERE.parent / "vendored", HERE.parent / "fonts")  #: what any browser may read as it is
FOLDER = Path("outputs") / ".web"  #: where the server keeps runs, results and edited tables


def app(
    access: Access, *, folder: Path = FOLDER, models: str | None = None, inputs: str | None = None, at_once: int = 0
) -> ASGIApp:
    """The server as application, behind its access control; ``at_once`` runs at a time, 0: one less than processors."""

    @asynccontextmanager
    async def life(application: Starlette) -> AsyncIterator[None]:
        store, pool = Store(folder), WorkerPool(at_once or max((os.cpu_count() or 2) - 1, 1))
        jobs = Jobs(store, pool, city_context(folder, models, inputs))
        application.state.server = Server(folder, models, inputs, jobs, pool, seal(folder))
        await pool.start()
        await jobs.purge()
        try:
            yield
        finally:
            await jobs.end()
            await pool.end()
            store.close()

    refused = {HTTPException: _refused, Exception: _broken}
    return Guard(Starlette(routes=routes(), lifespan=life, exception_handlers=refused), access)


def routes() -> list[Route | Mount]:
    """Every address of the server."""
    post = ["POST"]
    return [
        Route("/", planning.start),
        Route("/cities", planning.cities),
        Route("/language", planning.language, methods=post),
        Route("/cities/{city}", planning.city),
        Route("/cities/{city}/tables", editing.tables),
        Route("/cities/{city}/discard", editing.discard, methods=post),
        Route("/cities/{city}/tables/{table}", editing.table),
        Route("/cities/{city}/tables/{table}/file", editing.file),
        Route("/cities/{city}/tables/{table}/edit", editing.edit, methods=post),
        Route("/cities/{city}/tables/{table}/upload", editing.upload, methods=post),
        Route("/changes", planning.changes, methods=post),
        Route("/runs", planning.submit, methods=post),
        Route("/runs/{run}/events", events.events),
        Route("/runs/{run}/result", planning.result),
        Route("/runs/{run}/charts", downloads.charts),
        Route("/runs/{run}/stop", planning.stop, methods=post),
        Route("/runs/{run}/cancel", planning.cancel, methods=post),
        Route("/runs/{run}/keep", planning.keep, methods=post),
        Route("/runs/{run}/drop", planning.drop, methods=post),
        Route("/runs/{run}/files/{name}", downloads.download),
        *(Mount(f"/{folder.name}", StaticFiles(directory=folder)) for folder in STATIC),
    ]


async def _refused(request: Request, error: Exception) -> Response:
    """What cannot be answered, in words."""
    assert isinstance(error, HTTPException)
    return _said(request, error.status_code, error.detail)


async def _broken(request: Request, error: Exception) -> Response:
    """A mistake of ours: the log has it, the visitor gets an apology."""
    return _said(request, 500, say("Something went wrong."))


def _said(request: Request, status: int, text: str) -> Response:
    if request.method == "POST" and request.headers.get("content-type", "").startswith("application/json"):
        return JSONResponse({"problems": [text]}, status)
    return page(request, "refused.html.j2", status, text=text)
