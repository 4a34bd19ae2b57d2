"""Short queries of the page, which are no runs: which cities, which controls, what a table holds, an edit of it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scenarios.files import read_yaml
from scenarios.finding import cities, folders, scenario_files
from scenarios.plausibility import remarks
from scenarios.problems import InputError
from scenarios.reading import DEFAULT_SCENARIO, with_changes
from scenarios.solving import prepare
from scenarios.web import drafts, plans
from scenarios.web.controls import controls
from scenarios.web.drafts import Copy
from scenarios.web.plans import Cache
from scenarios.words import LANGUAGES

Query = dict[str, Any]


def copy_of(query: Query) -> Copy:
    """Where a query's city stands, and the visitor's copy of it."""
    where = folders(query.get("models"), query.get("inputs"))
    return Copy(query["city"], where.models, where.inputs, Path(query["draft"]))


def run_request(query: Query) -> plans.RunRequest:
    """The request of a run that a query is about."""
    return plans.RunRequest(
        copy_of(query),
        query["scenario"],
        tuple(query["changes"]),
        query["how"],
        float(query["time_limit"]),
        Path(query["results"]),
        Path(query["bases"]),
    )


def answer(task: str, query: Query, cache: Cache) -> Any:
    """What a query is answered with."""
    return TASKS[task](query, cache)


def _cities(query: Query, cache: Cache) -> Any:
    """Every city with its names and its scenarios with what they say."""
    where = folders(query.get("models"), query.get("inputs"))
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


def _controls(query: Query, cache: Cache) -> Any:
    """The controls of a scenario, and which tables the visitor has edited."""
    copy = copy_of(query)
    return {"controls": controls(cache.case(copy, query["scenario"])), "edited": copy.edited}


def _warm(query: Query, cache: Cache) -> Any:
    """Read the case and the plan a run will start from, and work out what its what-ifs are handed down."""
    case = cache.case(copy_of(query), query["scenario"])
    prepare(case)
    return cache.plan(case, Path(query["bases"])) is not None


def _changes(query: Query, cache: Cache) -> Any:
    """Whether some changes can be made. Raises InputError."""
    case = cache.case(copy_of(query), query["scenario"])
    return with_changes(case, query["changes"]).scenario if query["changes"] else case.scenario


def _tables(query: Query, cache: Cache) -> Any:
    return drafts.overview(copy_of(query))


def _table(query: Query, cache: Cache) -> Any:
    """A table with what its columns hold, and its numbers that look odd."""
    copy = copy_of(query)
    return drafts.view(copy, query["table"]) | {"remarks": _odd(copy, f"{query['table']}.csv", cache)}


def _odd(copy: Copy, file: str, cache: Cache) -> list[str]:
    try:
        case = cache.case(copy, DEFAULT_SCENARIO)
    except InputError:
        return []
    return [str(one) for one in remarks(case, copy.models, copy.inputs) if Path(one.where.file).name == file]


def _file(query: Query, cache: Cache) -> Any:
    return drafts.text(copy_of(query), query["table"])


def _edit(query: Query, cache: Cache) -> Any:
    cells = [(int(number), str(column), str(value)) for number, column, value in query["cells"]]
    edits = drafts.Edits(cells, query["removed"], query["added"], query["seen"])
    return drafts.edit_table(copy_of(query), query["table"], edits)


def _upload(query: Query, cache: Cache) -> Any:
    return drafts.replace_table(copy_of(query), query["table"], base64.b64decode(query["content"]))


def _report(query: Query, cache: Cache) -> Any:
    return plans.report(run_request(query), cache, query["digest"])


def _discard(query: Query, cache: Cache) -> Any:
    return drafts.discard_draft(copy_of(query))


TASKS: dict[str, Callable[[Query, Cache], Any]] = {
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
