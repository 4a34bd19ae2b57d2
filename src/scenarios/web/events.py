"""A run as it goes, reported to the browser (server-sent events): first how it stands, then every move, to its end."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import StreamingResponse

from scenarios.reports.format import money, number, percent
from scenarios.web.pages import step_words
from scenarios.web.server import Server, server_of, visible_run
from scenarios.web.store import Run
from scenarios.words import language, say, speaking

PATIENCE = 10.0  #: time after which a quiet run says that it is still there [s]
COST = "cost"  #: what is minimised in money


async def events(request: Request) -> StreamingResponse:
    """The moves of a run."""
    run = visible_run(request)
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    stream = _stream(server_of(request), run.run, language())
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


async def _stream(server: Server, run: str, spoken: str) -> AsyncIterator[str]:
    """Each move as an event; a comment where nothing moves, so that nobody hangs up."""
    count = 0
    async for now in server.jobs.watch(run, PATIENCE):
        if now is None:
            yield ": still there\n\n"
            continue
        count += 1
        with speaking(spoken):
            data = json.dumps(run_state(now, server.jobs.before(run)), ensure_ascii=False)
        yield f"id: {count}\nevent: run\ndata: {data}\n\n"


def run_state(run: Run, before: int) -> dict[str, object]:
    """A run as its page shows it while it goes on."""
    moment = run.moment
    words = step_words(run)
    if run.state == "waiting" and before:
        words = say("waiting; {count} runs before it", count=before)
    return {
        "state": run.state,
        "open": run.is_open,
        "words": words,
        "incumbent": moment.get("incumbent"),
        "bound": moment.get("bound"),
        "gap": moment.get("gap"),
        "line": _line(run),
    }


def _line(run: Run) -> str:
    """Best plan so far, bound and gap in words; blank before there is any."""
    values = {name: run.moment.get(name) for name in ("incumbent", "bound", "gap")}
    if values["bound"] is None and values["incumbent"] is None:
        return ""
    show = money if run.minimised == COST else number
    shown = {name: "–" if value is None else show(value) for name, value in values.items() if name != "gap"}
    gap = "–" if values["gap"] is None else percent(values["gap"], 2)
    return say("best plan so far {incumbent}, at least {bound}, gap {gap}", gap=gap, **shown)
