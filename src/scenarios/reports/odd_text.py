"""Numbers that look odd beside others of their kind, as a list."""

from __future__ import annotations

from collections.abc import Sequence

from scenarios.problems import Remark
from scenarios.words import say


def odd_lines(odd: Sequence[Remark]) -> list[str]:
    """What looks odd, numbered below its heading; nothing when nothing does."""
    if not odd:
        return []
    head = say("Numbers that look odd beside others of their kind ({count}); plans are made with them:", count=len(odd))
    return [head, *(f"  {number}. {remark}" for number, remark in enumerate(odd, 1))]
