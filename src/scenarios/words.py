"""The program's own words, in the reader's language (gettext catalogues under ``locale/``)."""

from __future__ import annotations

import gettext
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "zh")
CATALOGUES = Path(__file__).parent / "locale"
COMMAND_LINE = "click"  #: the catalogue of the words of the library that reads the command line
CHINESE = re.compile(r"[\u4e00-\u9fff]")  #: what a text in Chinese holds, and one in English does not
_language: ContextVar[str] = ContextVar("language", default="en")


def speak(language: str) -> None:
    """Everything said from here on is said in this language."""
    _language.set(language)


def speak_throughout(language: str) -> None:
    """Speak a language from here on, also in what the command line's library says by itself."""
    speak(language)
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain(COMMAND_LINE, str(CATALOGUES))
    gettext.textdomain(COMMAND_LINE)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """What is said inside is said in this language."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


def language() -> str:
    """The language in use: ``en`` or ``zh``."""
    return _language.get()


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("scenarios", CATALOGUES, [language], fallback=True)


def say(text: str, **values: object) -> str:
    """The English text, translated, with its ``{places}`` filled in."""
    spoken = _catalogue(language()).gettext(text) if text else ""
    return spoken.format(**values) if values else spoken


def say_of_command_line(text: str) -> str:
    """What the command line's library says by itself, in the language spoken throughout."""
    return gettext.gettext(text)


def term(kind: str, name: str) -> str:
    """What a name in the tables (a ``unit``, a ``sector``, a ``kind`` of clause) is called in the language in use."""
    return _catalogue(language()).pgettext(kind, name) if name else ""


def note(text: str) -> str:
    """The note of a row for who reads the language in use; blank where it is written in the other one."""
    translated = term("note", text)
    return translated if bool(CHINESE.search(translated)) == (language() != LANGUAGES[0]) else ""


def terms(kind: str, name: str) -> tuple[str, ...]:
    """What a name in the tables is called in each language."""
    return tuple(_catalogue(language).pgettext(kind, name) for language in LANGUAGES) if name else ()


def name_column() -> str:
    """The column of a table that holds names in the language in use."""
    return f"name_{language()}"
