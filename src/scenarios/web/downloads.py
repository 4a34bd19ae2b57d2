"""Results as files to take away: reports, the workbook, the what-if, and everything in one archive."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from scenarios.web.server import ensure_complete, server_of, visible_run
from scenarios.web.store import CHARTS, FILES, WHAT_IF, WHOLE
from scenarios.words import LANGUAGES, language, say

ARCHIVE = "tables.zip"
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".yaml": "application/yaml; charset=utf-8",
    ".zip": "application/zip",
}


async def download(request: Request) -> Response:
    """One file of a result; always to be saved, never shown in our name."""
    run, name = visible_run(request), request.path_params["name"]
    folder = server_of(request).jobs.results / run.run
    stem = f"{run.city}-{run.run[:8]}"
    if not run.figures or name not in (ARCHIVE, *FILES):
        raise HTTPException(404, say("There is no such file."))
    if name not in (ARCHIVE, WHAT_IF):
        await ensure_complete(request, run)
    if name == ARCHIVE:
        content = await run_in_threadpool(archive, folder)
        headers = {"content-disposition": f'attachment; filename="{stem}.zip"'}
        return Response(content, media_type=KINDS[".zip"], headers=headers)
    path = folder / name
    if not path.is_file():
        raise HTTPException(404, say("There is no such file."))
    return FileResponse(path, media_type=KINDS[path.suffix], filename=f"{stem}-{name}")


async def charts(request: Request) -> Response:
    """The charts of a result, as ECharts takes them; nothing yet while they are being made."""
    path = server_of(request).jobs.results / visible_run(request).run / CHARTS.format(language=language())
    return FileResponse(path, media_type="application/json") if path.is_file() else Response(status_code=204)


def archive(folder: Path) -> bytes:
    """A folder as one archive."""
    held = io.BytesIO()
    left_out = {WHOLE, *(CHARTS.format(language=spoken) for spoken in LANGUAGES)}
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.name not in left_out:
                made.write(path, path.relative_to(folder).as_posix())
    return held.getvalue()
