"""Who asks: a visitor's cookie, the CSRF token of a form on our page, the key of a server others can reach."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

VISITOR, LANGUAGE, KEY = "scenarios_visitor", "scenarios_language", "scenarios_key"
SHORTEST_KEY = 16  #: letters of a key that is typed
BYTES = 32
LETTERS = 32  #: of the name a visitor's runs and tables are kept under
COOKIE = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class Seal:
    """Makes and checks what only this server can make."""

    secret: bytes

    def csrf_token(self, visitor: str) -> str:
        """What a form of this visitor's page carries."""
        return hmac.new(self.secret, f"form {visitor}".encode(), hashlib.sha256).hexdigest()

    def is_valid(self, visitor: str, csrf_token: str) -> bool:
        """Whether a form came from a page of this visitor."""
        return hmac.compare_digest(self.csrf_token(visitor).encode(), csrf_token.encode())

    def name(self, visitor: str) -> str:
        """What a visitor's runs and tables are kept under; it does not give the cookie away."""
        return hmac.new(self.secret, f"name {visitor}".encode(), hashlib.sha256).hexdigest()[:LETTERS]


def seal(folder: Path) -> Seal:
    """The seal of a folder of results, the same after a restart."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "seal"
    if not path.is_file():
        handle, beside = tempfile.mkstemp(prefix=".seal-", dir=folder)  # only its owner reads it
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(BYTES))
            os.replace(beside, path)
        finally:
            Path(beside).unlink(missing_ok=True)
    return Seal(path.read_bytes())


def new_visitor() -> str:
    """A cookie for somebody new."""
    return secrets.token_urlsafe(BYTES)


def is_visitor(cookie: str) -> bool:
    """Whether a cookie looks like one of ours."""
    return COOKIE.fullmatch(cookie) is not None


def constant_time_equal(one: str, other: str) -> bool:
    """Whether two keys are the same, in a time that does not depend on where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())
