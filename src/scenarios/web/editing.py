"""The views of the tables: look, edit cells, hand in a file, take one away, and go back to the city's own."""

from __future__ import annotations

import base64
from typing import Any

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from scenarios.web.bounds import CELL, EDITS, UPLOAD
from scenarios.web.pages import page
from scenarios.web.server import SLUG, ask, ask_value, csrf_protected, known_city, server_of
from scenarios.words import language, say

ROWS = 400  #: rows of a table on one page


async def tables(request: Request) -> Response:
    """Every table of a city, and which of them the visitor has edited."""
    place = await known_city(request)
    server = server_of(request)
    found = await ask_value(request, "tables", server.name(request), place["city"])
    return page(request, "tables.html.j2", city=place, tables=found)


async def table(request: Request) -> Response:
    """One table as a grid."""
    place, name = await known_city(request), _name(request)
    found = await ask_value(request, "table", server_of(request).name(request), place["city"], table=name)
    asked = request.query_params.get("part", "1")
    count = max(1, -(-len(found["rows"]) // ROWS))
    part = min(max(int(asked), 1), count) if asked.isdecimal() and len(asked) < len(str(EDITS)) else 1
    rows = found["rows"][(part - 1) * ROWS : part * ROWS]
    return page(request, "table.html.j2", city=place, table=found, rows=rows, part=part, count=count)


async def file(request: Request) -> Response:
    """One table as the visitor has it, to be taken away."""
    place, name = await known_city(request), _name(request)
    text = await ask_value(request, "file", server_of(request).name(request), place["city"], table=name)
    headers = {"content-disposition": f'attachment; filename="{name}.csv"'}
    return Response(text.encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)


def _name(request: Request) -> str:
    name = str(request.path_params["table"])
    if not SLUG.fullmatch(name):
        raise HTTPException(404, say("There is no such table."))
    return name


@csrf_protected
async def edit(request: Request, sent: Any) -> Response:
    """Change cells, remove rows, add rows; nothing is kept unless all of the city is right."""
    place, name = await known_city(request), _name(request)
    return await _kept(request, place["city"], "edit", table=name, **_edits(sent))


def _edits(sent: Any) -> dict[str, Any]:
    """What was sent as edits. Raises HTTPException when it is none."""
    cells, removed, added = (sent.get(name, []) for name in ("cells", "removed", "added"))
    try:
        if len(cells) + len(removed) + len(added) > EDITS:
            raise HTTPException(413, say("That is too large."))
        made = {
            "cells": [(int(number), str(column), _cell(text)) for number, column, text in cells],
            "removed": [int(number) for number in removed],
            "added": [{str(column): _cell(text) for column, text in row.items()} for row in added],
            "seen": str(sent["seen"]),
        }
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise HTTPException(400, say("The question cannot be read.")) from error
    return made


def _cell(text: Any) -> str:
    """A cell as it was typed: one line."""
    if len(str(text)) > CELL:
        raise HTTPException(413, say("That is too large."))
    return " ".join(str(text).split())


@csrf_protected
async def upload(request: Request, sent: Any) -> Response:
    """Put a file in the place of a table; nothing is kept unless all of the city is right."""
    place, name = await known_city(request), _name(request)
    given = sent.get("file")
    if not isinstance(given, UploadFile):
        raise HTTPException(400, say("Choose a file first."))
    content = await given.read(UPLOAD + 1)
    if len(content) > UPLOAD:
        raise HTTPException(413, say("That is too large."))
    encoded = base64.b64encode(content).decode()
    return await _kept(request, place["city"], "upload", table=name, content=encoded)


async def _kept(request: Request, city: str, task: str, **more: Any) -> Response:
    """What became of an edit: which tables differ now, or every problem at its cell."""
    server = server_of(request)
    found = await ask(request, task, server.name(request), city, **more)
    if found["event"] == "done":
        return JSONResponse({"edited": found["value"]})
    if "problems" not in found:
        raise HTTPException(500, say("Something went wrong."))
    return JSONResponse({"problems": [_shown(problem) for problem in found["problems"]]}, 422)


def _shown(problem: dict[str, Any]) -> dict[str, Any]:
    """A problem in the language in use, with its place."""
    words = {name: problem[name][language()] for name in ("found", "allowed", "remedy", "text")}
    return {**{name: problem[name] for name in ("file", "row", "column")}, **words}


@csrf_protected
async def discard(request: Request, sent: Any) -> Response:
    """Throw the edited tables of a city away."""
    place = await known_city(request)
    await ask_value(request, "discard", server_of(request).name(request), place["city"])
    return RedirectResponse(f"/cities/{place['city']}/tables", 303)
