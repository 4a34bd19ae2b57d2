"""Questions of the page that are no runs: which cities, which controls, what a table holds, an edit of it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scenarios.files import read_yaml
from scenarios.finding import cities, folders, scenario_files
from scenarios.plausibility import remarks
from scenarios.problems import InputError
from scenarios.reading import DEFAULT_SCENARIO, altered
from scenarios.solving import prepare
from scenarios.web import drafts, plans
from scenarios.web.controls import controls
from scenarios.web.drafts import Copy
from scenarios.web.plans import Shelf
from scenarios.words import LANGUAGES

Asked = dict[str, Any]


def copy_of(asked: Asked) -> Copy:
    """Where a question's city stands, and the visitor's copy of it."""
    where = folders(asked.get("models"), asked.get("inputs"))
    return Copy(asked["city"], where.models, where.inputs, Path(asked["draft"]))


def asked_of(asked: Asked) -> plans.Asked:
    """A question about a run."""
    return plans.Asked(
        copy_of(asked),
        asked["scenario"],
        tuple(asked["changes"]),
        asked["how"],
        float(asked["time_limit"]),
        Path(asked["results"]),
        Path(asked["bases"]),
    )


def answers(task: str, asked: Asked, shelf: Shelf) -> Any:
    """What a question is answered with."""
    return TASKS[task](asked, shelf)


def _cities(asked: Asked, shelf: Shelf) -> Any:
    """Every city with its names and its scenarios with what they say."""
    where = folders(asked.get("models"), asked.get("inputs"))
    found = []
    for city in cities(where.inputs):
        given, _, _ = read_yaml(where.inputs / city / "city.yaml")
        scenarios = {}
        for name, path in scenario_files(city, where).items():
            scenario, _, _ = read_yaml(path)
            scenarios[name] = {spoken: str(scenario.get(f"description_{spoken}", "")) for spoken in LANGUAGES}
            scenarios[name] |= {f"name_{spoken}": str(scenario.get(f"name_{spoken}") or name) for spoken in LANGUAGES}
        names = {f"name_{spoken}": str(given.get(f"name_{spoken}", city)) for spoken in LANGUAGES}
        found.append({"city": city, **names, "scenarios": scenarios})
    return found


def _controls(asked: Asked, shelf: Shelf) -> Any:
    """The controls of a scenario, and which tables the visitor has edited."""
    copy = copy_of(asked)
    return {"controls": controls(shelf.case(copy, asked["scenario"])), "edited": copy.edited}


def _warm(asked: Asked, shelf: Shelf) -> Any:
    """Read the case and the plan a run will start from, and work out what its what-ifs are handed down."""
    case = shelf.case(copy_of(asked), asked["scenario"])
    prepare(case)
    return shelf.plan(case, Path(asked["bases"])) is not None


def _changes(asked: Asked, shelf: Shelf) -> Any:
    """Whether some changes can be made. Raises InputError."""
    case = shelf.case(copy_of(asked), asked["scenario"])
    return altered(case, asked["changes"]).scenario if asked["changes"] else case.scenario


def _tables(asked: Asked, shelf: Shelf) -> Any:
    return drafts.overview(copy_of(asked))


def _table(asked: Asked, shelf: Shelf) -> Any:
    """A table with what its columns hold, and its numbers that look odd."""
    copy = copy_of(asked)
    return drafts.view(copy, asked["table"]) | {"remarks": _odd(copy, f"{asked['table']}.csv", shelf)}


def _odd(copy: Copy, file: str, shelf: Shelf) -> list[str]:
    try:
        case = shelf.case(copy, DEFAULT_SCENARIO)
    except InputError:
        return []
    return [str(one) for one in remarks(case, copy.models, copy.inputs) if Path(one.where.file).name == file]


def _file(asked: Asked, shelf: Shelf) -> Any:
    return drafts.text(copy_of(asked), asked["table"])


def _edit(asked: Asked, shelf: Shelf) -> Any:
    cells = [(int(number), str(column), str(value)) for number, column, value in asked["cells"]]
    edits = drafts.Edits(cells, asked["removed"], asked["added"], asked["seen"])
    return drafts.edit(copy_of(asked), asked["table"], edits)


def _upload(asked: Asked, shelf: Shelf) -> Any:
    return drafts.replaced(copy_of(asked), asked["table"], base64.b64decode(asked["content"]))


def _report(asked: Asked, shelf: Shelf) -> Any:
    return plans.report(asked_of(asked), shelf, asked["digest"])


def _discard(asked: Asked, shelf: Shelf) -> Any:
    return drafts.discarded(copy_of(asked))


TASKS: dict[str, Callable[[Asked, Shelf], Any]] = {
    "cities": _cities,
    "controls": _controls,
    "warm": _warm,
    "changes": _changes,
    "tables": _tables,
    "table": _table,
    "file": _file,
    "edit": _edit,
    "upload": _upload,
    "report": _report,
    "discard": _discard,
}
