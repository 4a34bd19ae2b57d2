"""The plan's own text: every clause with what it became, and links from clause numbers to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

from scenarios.case import Case
from scenarios.coverage import references
from scenarios.frames import records
from scenarios.words import language, name_column, say

_SPACES = re.compile(r"(\s+)")


def link_clauses(known: frozenset[str], text: str) -> Markup:
    """A text in which every clause number that is known leads to the appendix."""
    parts = [
        Markup('<a href="#clause-{0}">{0}</a>').format(part) if part in known else escape(part)
        for part in _SPACES.split(text)
    ]
    return Markup("").join(parts)


def clauses(case: Case) -> list[dict[str, Any]]:
    """The numbered works with their clauses: number, title, quantity and what stands for each in the model."""
    if case["clauses"].empty:
        return []
    titles = dict(zip(case["works"]["number"], case["works"][name_column()], strict=True))
    rows, names = records(case["clauses"]), {"measure": case.names("measures", language())}
    return [
        {
            "number": number,
            "title": titles.get(number, ""),
            "clauses": [_clause(row, names) for row in rows if row["number"] == number],
        }
        for number in dict.fromkeys(row["number"] for row in rows)
    ]


def _clause(row: dict[str, Any], names: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """A clause with what it became: by name where there are ``names`` of a kind, else by number."""
    stands = [f"{say(kind)} {names.get(kind, {}).get(name, name)}" for kind, name in references(row)]
    became = say("; ").join(stands) if stands else say("held: {reason}", reason=row[f"reason_{language()}"])
    return {"clause": row["clause"], "title": row[name_column()], "became": became}
