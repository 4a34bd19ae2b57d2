"""Access control of the server: who may come in, from where, with how much, and the headers of every answer."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlsplit

from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scenarios.web.bounds import BODY
from scenarios.web.visitors import KEY, LANGUAGE, VISITOR, constant_time_equal, is_visitor, new_visitor
from scenarios.words import LANGUAGES, say, speaking

LOCAL = ("127.0.0.1", "localhost", "::1")
READING = ("GET", "HEAD")
UNCHANGING = ("/static/", "/vendored/", "/fonts/")
YEAR = 365 * 24 * 3600
HEADERS = {
    "content-security-policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


@dataclass(frozen=True)
class Access:
    """Under which names the server is reached, and the key it asks for; blank when only this machine reaches it."""

    host: str = LOCAL[0]
    key: str = ""

    def knows(self, name: str) -> bool:
        """Whether a Host header may name us so: an address or this machine, never a name somebody else gives us."""
        if name in LOCAL or name == self.host:
            return True
        if not self.key:
            return False
        return _is_address(name) or name == socket.gethostname()


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


class Guard:
    """Lets requests through to the page that may come in, in the visitor's language, and signs every answer."""

    def __init__(self, page: ASGIApp, access: Access):
        self._page, self._access = page, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or turn it away."""
        if scope["type"] != "http":
            await self._page(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        cookies = _cookies(headers.get("cookie", ""))
        language = _language(cookies.get(LANGUAGE, ""), headers.get("accept-language", ""))
        visitor = cookies.get(VISITOR, "")
        fresh = not is_visitor(visitor)
        scope.setdefault("state", {})["visitor"] = new_visitor() if fresh else visitor
        signed = _signed(send, scope["state"]["visitor"] if fresh else "", scope["path"])
        with speaking(language):
            refusal = self._refusal(scope, headers, cookies)
            if refusal is not None:
                await refusal(scope, receive, signed)
                return
            await self._page(scope, _measured(receive), signed)

    def _refusal(self, scope: Scope, headers: dict[str, str], cookies: dict[str, str]) -> Response | None:
        """Why a request is turned away; None when it may come in."""
        host = headers.get("host", "")
        if not self._access.knows(_name(host)):
            return PlainTextResponse(say("This address is not known here."), 421)
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != host:
            return PlainTextResponse(say("Another page asked for this; it is refused."), 403)
        site = headers.get("sec-fetch-site", "none")
        if scope["method"] not in READING and site not in ("none", "same-origin"):
            return PlainTextResponse(say("Another page asked for this; it is refused."), 403)
        size = headers.get("content-length", "0")
        if not size.isdecimal() or int(size) > BODY:
            return PlainTextResponse(say("That is too large."), 413)
        return self._keyless(scope, cookies) if self._access.key else None

    def _keyless(self, scope: Scope, cookies: dict[str, str]) -> Response | None:
        """Where a key is asked for: whoever brings it in the address gets it as a cookie, others are turned away."""
        if constant_time_equal(cookies.get(KEY, ""), self._access.key):
            return None
        given = parse_qs(scope["query_string"].decode("latin-1")).get("key", [""])[0]
        if scope["method"] in READING and constant_time_equal(given, self._access.key):
            entered = RedirectResponse("/", 303)
            entered.set_cookie(KEY, given, max_age=YEAR, httponly=True, samesite="strict")
            return entered
        return PlainTextResponse(say("This server asks for its key: open the address it printed when it started."), 401)


def _name(host: str) -> str:
    """The name in a Host header, without the port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _cookies(header: str) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}


def _language(cookie: str, accepted: str) -> str:
    """The language chosen, else the first the browser accepts that we speak."""
    if cookie in LANGUAGES:
        return cookie
    wishes = (part.partition(";")[0].strip().lower().partition("-")[0] for part in accepted.split(","))
    return next((wish for wish in wishes if wish in LANGUAGES), LANGUAGES[0])


def _measured(receive: Receive) -> Receive:
    """What a request says, to the size allowed; whoever says more is cut off."""
    left = BODY

    async def limited() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        return {"type": "http.disconnect"} if left < 0 else message

    return limited


def _signed(send: Send, visitor: str, path: str) -> Send:
    """Every answer with our headers, and with a cookie for a new visitor."""

    async def sign(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = {name for name, _ in message["headers"]}
            message["headers"] = [*message["headers"], *_added(given, visitor, path)]
        await send(message)

    return sign


def _added(given: set[bytes], visitor: str, path: str) -> Iterable[tuple[bytes, bytes]]:
    for name, value in HEADERS.items():
        yield name.encode(), value.encode()
    if b"cache-control" not in given:
        yield b"cache-control", b"no-cache" if path.startswith(UNCHANGING) else b"no-store"
    if visitor:
        cookie = f"{VISITOR}={visitor}; Path=/; Max-Age={YEAR}; HttpOnly; SameSite=Strict"
        yield b"set-cookie", cookie.encode()
