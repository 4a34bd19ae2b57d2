"""A problem says where, what was found, what is allowed and how to mend it; many are collected and raised once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType

from scenarios.words import say

SHORTEST, SEVERAL = 2, 5  #: letters of a value that is looked for inside others, and names that one advice holds
NAMELESS: Mapping[str, str] = MappingProxyType({})
WORD = re.compile(r"[^\W_]+")


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


def nearest(value: str, allowed: Iterable[str], called: Mapping[str, str] = NAMELESS) -> Phrase:
    """The advice that names the closest right value, or asks for the missing row.

    ``called``: name -> value, of values that have names too; a value found by its name is shown with it.
    """
    close = named_like(value, allowed)
    if not close and called:
        return _nearest_name(value, called)
    if len(close) > 1:
        return phrase("Did you mean one of {names}?", names=", ".join(close))
    if close:
        return phrase("Did you mean “{close}”?", close=close[0])
    return phrase("Correct the value, or add the row it refers to.")


def _nearest_name(value: str, called: Mapping[str, str]) -> Phrase:
    """The advice that names the value whose name is closest."""
    names = [f"{called[name]} ({name})" for name in named_like(value, called)]
    if len(names) > 1:
        return phrase("Did you mean one of {names}?", names=", ".join(names))
    if names:
        return phrase("Did you mean {name}?", name=names[0])
    return phrase("Correct the value, or add the row it refers to.")


def named_like(value: str, allowed: Iterable[str]) -> list[str]:
    """The values that were most likely meant, a few at most.

    They are those written in other letters; else those that hold the value as a word; else the one most alike; else
    those that hold it anywhere.
    """
    known = sorted(set(allowed))
    small, folded = value.lower(), {name: name.lower() for name in known}
    holding = [name for name in known if small in folded[name]] if len(small) >= SHORTEST else []
    alike = get_close_matches(small, sorted(set(folded.values())), n=1, cutoff=0.6)
    tries = (
        [name for name in known if folded[name] == small],
        [name for name in holding if small in WORD.findall(folded[name])],
        [name for name in known if folded[name] in alike][:1],
        holding,
    )
    found = next((names for names in tries if names), [])
    return found if len(found) <= SEVERAL else []
