"""A problem says where, what was found, what is allowed and how to mend it; many are collected and raised once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from scenarios.words import say


@dataclass(frozen=True)
class Phrase:
    """A sentence in waiting: English text with places, filled in and translated when it is read."""

    text: str
    values: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return say(self.text, **{name: str(value) for name, value in self.values.items()})


def phrase(text: str, /, **values: object) -> Phrase:
    """A sentence with its values, to be translated when it is shown."""
    return Phrase(text, values)


@dataclass(frozen=True)
class Place:
    """Where a problem lies: a file, and if known the row and the column in it, or the change of a scenario."""

    file: str
    row: int | None = None
    column: str = ""
    change: int | None = None

    def __str__(self) -> str:
        parts = [self.file]
        if self.change is not None:
            parts.append(say("change {number}", number=self.change))
        if self.row is not None:
            parts.append(say("row {row}", row=self.row))
        if self.column:
            parts.append(say("column “{column}”", column=self.column))
        return say(", ").join(parts)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with the input, in words a planner can act on."""

    where: Place
    found: Phrase
    allowed: Phrase
    remedy: Phrase

    def __str__(self) -> str:
        return say(
            "{where}: found {found}. Allowed: {allowed}. {remedy}",
            where=self.where,
            found=self.found,
            allowed=self.allowed,
            remedy=self.remedy,
        )


@dataclass(frozen=True)
class Remark:
    """A number that is no error but looks odd: the plan is made with it."""

    where: Place
    found: Phrase
    others: Phrase
    remedy: Phrase

    def __str__(self) -> str:
        return say(
            "{where}: {found}; {others}. {remedy}",
            where=self.where,
            found=self.found,
            others=self.others,
            remedy=self.remedy,
        )


class InputError(ValueError):
    """Everything that is wrong with the input, at once."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        count = len(self.problems)
        head = say("1 problem in the input:") if count == 1 else say("{count} problems in the input:", count=count)
        return "\n".join([head] + [f"  {number}. {problem}" for number, problem in enumerate(self.problems, 1)])


def nearest(value: str, allowed: Iterable[str]) -> Phrase:
    """The advice that names the closest right value, or asks for the missing row."""
    close = get_close_matches(value, sorted(allowed), n=1, cutoff=0.6)
    if close:
        return phrase("Did you mean “{close}”?", close=close[0])
    return phrase("Correct the value, or add the row it refers to.")
