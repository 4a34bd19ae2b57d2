"""What a planner can move: controls, the changes their positions stand for, and the same as a command or a file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from shlex import quote
from typing import Any, Literal

from scenarios.problems import InputError, Phrase, Place, Problem, phrase
from scenarios.web.bounds import CHANGES, TEXT
from scenarios.words import name_column

Kind = Literal["level", "factor", "off", "flag", "months", "choice", "sum"]
MONTHS_PER_YEAR = 12
YES, NO = "yes", "no"

PERCENT = 0.01  #: a percent [1]


@dataclass(frozen=True)
class Control:
    """One thing that can be moved. ``key`` is what stands left of the sign in a change in short; ``value`` is now."""

    key: str
    group: str
    kind: Kind
    name_zh: str
    name_en: str
    value: str
    least: float = 0.0
    most: float = 0.0
    step: float = 1.0
    unit: str = ""
    size: float = 1.0  #: what a position is multiplied by to stand in the table
    options: tuple[str, ...] = ()
    near: bool = True  #: shown at once; others stand in a list that opens
    of: str = ""  #: the key of the control it stands beside

    @property
    def called(self) -> str:
        """Its name in the language in use."""
        return str(getattr(self, name_column()))


def controls_from(records: Sequence[Mapping[str, Any]]) -> list[Control]:
    """Controls as they come from a process."""
    return [Control(**{**record, "options": tuple(record["options"])}) for record in records]


def changes_of(controls: Sequence[Control], positions: Mapping[str, str]) -> list[str]:
    """The changes in short that some positions stand for, in the order of the controls. Raises InputError."""
    known = {control.key: control for control in controls}
    problems = [_refused(key, key, phrase("a control of this page")) for key in positions if key not in known]
    changes = []
    for key, control in known.items():
        if key not in positions or positions[key] == control.value:
            continue
        text = _change(control, str(positions[key]).strip())
        if text is None:
            allowed = phrase("one of the choices" if control.options else "a number within the range")
            problems.append(_refused(control.called, str(positions[key]), allowed))
        else:
            changes.append(text)
    if problems:
        raise InputError(problems)
    return changes


def _refused(where: str, found: str, allowed: Phrase) -> Problem:
    remedy = phrase("Correct the value.")
    return Problem(Place(where[:TEXT]), phrase("“{value}”", value=found[:TEXT]), allowed, remedy)


def _change(control: Control, position: str) -> str | None:
    """The change a position stands for; None when it is none of the control's positions."""
    if control.kind in ("off", "flag", "choice"):
        return _chosen(control, position)
    try:
        number = float(position)
    except ValueError:
        return None
    if not isfinite(number) or (control.kind != "level" and not control.least <= number <= control.most):
        return None  # a level may be typed beyond its slider; the tables say what is too far
    if control.kind == "factor":
        return f"{control.key}*={number * control.size:.6g}"
    if control.kind == "months":
        return f"{control.key}={month_after(control.unit, int(number))}"
    return f"{control.key}={number * control.size:.10g}"


def _chosen(control: Control, position: str) -> str | None:
    if position not in control.options:
        return None
    return f"{control.key}=0" if control.kind == "off" else f"{control.key}={position}"


def month_after(month: str, months: int) -> str:
    """The month so many months after another, both such as 2019-05."""
    year, place = divmod(int(month[:4]) * MONTHS_PER_YEAR + int(month[5:]) - 1 + months, MONTHS_PER_YEAR)
    return f"{year}-{place + 1:02d}"


def positions_of(controls: Sequence[Control], changes: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """The positions that stand for some changes, and the changes that no control stands for."""
    moved: dict[str, str] = {}
    rest = []
    for change in changes:
        key, _, value = change.partition("=")
        found = next((control for control in controls if control.key == key.removesuffix("*")), None)
        found = found or next((control for control in controls if control.key == key), None)
        position = _position(found, value) if found is not None else None
        if found is None or position is None or _change(found, position) != change:
            rest.append(change)
        else:
            moved[found.key] = position
    return moved, rest


def _position(control: Control, value: str) -> str | None:
    """The position of a control that a value in a change stands for."""
    if control.kind == "off":
        return NO
    if control.kind in ("flag", "choice"):
        return value
    try:
        if control.kind == "months":
            first, last = (int(text[:4]) * MONTHS_PER_YEAR + int(text[5:7]) for text in (control.unit, value))
            return str(last - first)
        number = float(value)
    except ValueError:
        return None
    return f"{number / control.size:.10g}"


def typed_changes(text: str) -> list[str]:
    """Changes typed one on a line. Raises InputError when there are too many or one is too long."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > CHANGES or any(len(line) > TEXT for line in lines):
        found = phrase("“{value}”", value=max(lines, key=len)[:TEXT])
        allowed = phrase("at most {count} changes of {letters} letters", count=CHANGES, letters=TEXT)
        raise InputError([Problem(Place("--set"), found, allowed, phrase("Leave the rest away."))])
    return lines


def command(city: str, scenario: str, changes: Sequence[str], kept: bool) -> str:
    """What to type for the same: ``what-if`` where the schedule of tasks is kept, ``run`` where all is planned anew."""
    sets = [f"--set {quote(text)}" for text in changes]
    if kept and changes:
        return " ".join(["scenarios what-if", city, f"--from {scenario}", *sets])
    return " ".join(["scenarios run", city, f"--scenario {scenario}", *sets])


def scenario_file(
    description: Mapping[str, str], scenario: str, settings: Mapping[str, Any], changes: Sequence[Mapping[str, Any]]
) -> str:
    """A scenario file (YAML) that makes the same case; each entry is written as JSON, which YAML 1.2 reads."""
    lines = [f"description_{spoken}: {_json(text)}" for spoken, text in sorted(description.items(), reverse=True)]
    lines.append(f"extends: {_json(scenario)}")
    if settings:
        lines.append(f"settings: {_json(dict(settings))}")
    if changes:
        lines += ["changes:", *(f"  - {_json(dict(change))}" for change in changes)]
    return "\n".join(lines) + "\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
