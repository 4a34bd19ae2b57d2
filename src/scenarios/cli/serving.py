"""The command that serves the planner's page."""

from __future__ import annotations

from contextlib import suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING

import click

from scenarios.cli.options import folder_options, main, with_language
from scenarios.words import say

if TYPE_CHECKING:
    import socket

LOCAL = "127.0.0.1"
PORT = 8050
KEY_BYTES = 24


@main.command()
@click.argument("city", required=False, default="")
@folder_options
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    help="Where it listens; the next free port when this one is taken, 0 for any.",
)
@click.option(
    "--host", default=LOCAL, show_default=True, help="Another address lets other machines in, with a key only."
)
@click.option("--token", default="", help="The key others need, at least 16 letters; made and printed when not given.")
@click.option("--at-once", type=click.IntRange(min=1), help="Runs at a time; else one less than there are processors.")
@with_language
def serve(
    city: str, models: str | None, inputs: str | None, port: int, host: str, token: str, at_once: int | None
) -> None:
    """Serve the planner's page: choose CITY and scenario, move controls, run, compare, edit tables."""
    for package in ("starlette", "uvicorn", "python_multipart"):
        if find_spec(package) is None:
            raise click.ClickException(say("Install it: pip install 'scenarios[{extra}]'", extra="web"))
    import secrets
    import socket
    from urllib.parse import urlencode

    import uvicorn

    from scenarios.web.app import app
    from scenarios.web.guard import LOCAL as HERE
    from scenarios.web.guard import Access
    from scenarios.web.visitors import SHORTEST_KEY

    if token and len(token) < SHORTEST_KEY:
        raise click.BadParameter(say("at least {count} letters", count=SHORTEST_KEY), param_hint="--token")
    key = token or ("" if host in HERE else secrets.token_urlsafe(KEY_BYTES))
    listening = _listening(host, port)
    shown = host if host not in ("0.0.0.0", "::") else socket.gethostname()
    name = f"[{shown}]" if ":" in shown else shown
    path = f"/cities/{city}" if city else "/"
    query = f"?{urlencode({'key': key})}" if key else ""
    address = f"http://{name}:{listening.getsockname()[1]}{'/' if key else path}{query}"
    click.echo(say("Open {address} in a browser; Ctrl-C ends it.", address=address))
    made = app(Access(host, key), models=models, inputs=inputs, at_once=at_once or 0)
    config = uvicorn.Config(
        made, log_level="warning", timeout_graceful_shutdown=1, proxy_headers=False, server_header=False
    )
    with suppress(KeyboardInterrupt):  # Ctrl-C has ended it in good order
        uvicorn.Server(config).run(sockets=[listening])


def _listening(host: str, port: int) -> socket.socket:
    """A socket at the port asked for, or at a free one where that is taken."""
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for asked in (port, 0):
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, asked))
        except OSError as error:
            listening.close()
            if asked == 0:
                raise click.ClickException(say("{host} is no address of this machine.", host=host)) from error
        else:
            return listening
    raise AssertionError
