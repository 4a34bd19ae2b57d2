"""read_case: the folders of a model and a city, and a scenario, become one checked Case."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import pandas as pd
from pydantic import BaseModel, ValidationError

from scenarios.beliefs import DEFAULT_MODEL, incomplete, model_chain, table_path
from scenarios.case import Case, Settings
from scenarios.cells import allowed_by, as_text
from scenarios.changes import Change, WhatIf, apply, apply_change, gone, kept_units
from scenarios.checking import check, ranges
from scenarios.files import display_path, in_kept_units, read_sheet, read_yaml, unknown_files
from scenarios.finding import (
    Folders,
    cities,
    city_files,
    code_of,
    folders,
    library,
    model_folder,
    models_known,
    names,
    scenario_files,
)
from scenarios.naming import Titles, in_codes
from scenarios.problems import InputError, Place, Problem, nearest, phrase
from scenarios.shorthand import parse_change
from scenarios.tables import TABLES

Model = TypeVar("Model", Settings, WhatIf)
DEFAULT_SCENARIO = "least-cost"
LONGEST_NAME = 60  #: characters of a what-if's name taken from its changes


def read_case(
    city: str,
    scenario: str = DEFAULT_SCENARIO,
    *,
    models: Path | str | None = None,
    inputs: Path | str | None = None,
    settings: Mapping[str, object] | None = None,
) -> Case:
    """The Case of a city under a scenario. Raises InputError with every problem of every file.

    ``scenario`` is a name, or the path of a YAML file; ``settings`` are set after those of the city and the scenario.
    """
    where = folders(models, inputs)
    city = _known(city, where)
    try:
        return _read(city, scenario, where, settings or {}, by_name=False)
    except InputError:  # most tables hold codes alone: names are looked for where these leave a problem
        return _read(city, scenario, where, settings or {}, by_name=True)


def _read(city: str, scenario: str, where: Folders, settings: Mapping[str, object], by_name: bool) -> Case:
    """The Case of a city; ``by_name``: rows may be referred to by their names."""
    scenario, files = scenario_path(city, scenario, where)
    chain, problems = _scenario_chain(city, scenario, where, files)
    given, wrong, digest = read_yaml(where.inputs / city / "city.yaml")
    problems += wrong
    if wrong:
        raise InputError(problems)
    asked, wrong_settings = _settings(given, chain, city, display_path(where.inputs / city / "city.yaml"), settings)
    problems += wrong_settings
    model = str(given.get("model", DEFAULT_MODEL))
    if not model_folder(where.models, model).is_dir():
        known = models_known(where.models)
        place = Place(display_path(where.inputs / city / "city.yaml"), None, "model")
        raise InputError(
            [*problems, Problem(place, as_text(model), phrase("a folder of models"), nearest(model, known))]
        )
    titles = {str(given[name]): city for name in ("name_zh", "name_en") if name in given} if by_name else None
    tables, wrong_tables, digests = read_tables(where, city, model, titles)
    problems += wrong_tables
    if problems or asked is None:
        raise InputError(problems)
    before = tables
    for file, what_if in chain:
        tables, wrong_changes = apply(tables, what_if.changes, file, asked.titles)
        problems += wrong_changes
    case = Case(
        asked,
        scenario,
        MappingProxyType(dict(tables)),
        MappingProxyType(chain[-1][1].description),
        _digest([digest, *digests, *(what_if.model_dump_json() for _, what_if in chain), repr(settings)]),
        title=MappingProxyType({"zh": chain[-1][1].name_zh, "en": chain[-1][1].name_en}),
    )
    problems += check(case, gone(before, tables))
    if problems:
        raise InputError(problems)
    return case


def with_changes(case: Case, changes: Sequence[str], name: str = "", *, swept: bool = False) -> Case:
    """Another case: a what-if typed in short, such as ``supply.natural_gas/2019*=0.7``. Raises InputError.

    It is called ``name``, or after the scenario and its changes. A ``swept`` change may change nothing, and only the
    changes themselves are checked.
    """
    tables, settings, problems = dict(case.tables), case.settings.model_dump(), []
    for text in changes:
        asked, wrong = parse_change(text)
        problems += wrong
        for key, value in asked.settings.items():
            if key in settings and settings[key] == value and not swept:
                found, remedy = phrase("a change that changes nothing"), phrase("The rows hold this value already.")
                problems.append(Problem(Place(text), found, phrase("a new value"), remedy))
            settings[key] = value
        if asked.change is not None:
            tables, wrong = apply_change(tables, asked.change, Place(text), case.settings.titles, swept)
            problems += wrong
    kept, wrong = _parsed(Settings, settings, " ".join(changes))
    problems += wrong
    if problems or kept is None:
        raise InputError(problems)
    said = {language: f"{text} ({', '.join(changes)})" for language, text in case.description.items()}
    titles = {} if name else {language: f"{text}+{slug(changes)}" for language, text in case.title.items() if text}
    other = case.heir(
        settings=kept,
        scenario=name or f"{case.scenario}+{slug(changes)}",
        title=MappingProxyType(titles),
        tables=MappingProxyType(tables),
        description=MappingProxyType(said),
        digest=_digest([case.digest, *changes]),
    )
    problems = [] if swept else check(other, gone(case.tables, tables))
    if problems:
        raise InputError(problems)
    return other


def slug(changes: Sequence[str]) -> str:
    """Changes as the name of a folder; what is long ends in a digest."""
    text = "+".join(re.sub(r"[^\w.*-]+", "-", change.replace("*=", " x").replace("*", "")) for change in changes)
    return text if len(text) <= LONGEST_NAME else f"{text[:LONGEST_NAME]}-{_digest(list(changes))[:6]}"


def _known(city: str, where: Folders) -> str:
    """The code of a city that may be called by its name. Raises InputError for a city without a folder."""
    files = city_files(where.inputs)
    code = code_of(city, files)
    if code not in files:
        known = names(files)
        examples = library() / "inputs"
        remedy = nearest(city, known.codes, known.names)
        if city in cities(examples):
            remedy = phrase("This folder is read now; for the examples, say --inputs {folder}.", folder=examples)
        allowed = phrase("a folder with a city.yaml")
        several = known.ambiguous(city, Place(str(where.inputs)))
        raise InputError(several or [Problem(Place(str(where.inputs)), as_text(city), allowed, remedy)])
    return code


def read_tables(
    where: Folders, city: str, model: str, titles: Titles | None
) -> tuple[dict[str, pd.DataFrame], list[Problem], list[str]]:
    """Every table in the units kept, the problems found, and the digests of the files.

    With ``titles``, what the city is called, rows may be referred to by their names.
    """
    tables: dict[str, pd.DataFrame] = {}
    chain = model_chain(where.models, model)
    problems = unknown_files(where.inputs / city, "inputs")
    problems += [wrong for name in chain for wrong in unknown_files(model_folder(where.models, name), "models")]
    lacking = incomplete(where.models, chain)
    problems += lacking
    digests: list[str] = []
    paths = {
        row: where.inputs / city / f"{row.table}.csv"
        if row.folder == "inputs"
        else table_path(where.models, chain, row)
        for row in TABLES
    }
    for row, path in paths.items():
        sheet = read_sheet(path, row)
        tables[row.table] = sheet.frame
        is_reported = lacking and row.folder == "models" and not path.is_file()
        problems += [*([] if is_reported else sheet.problems), *ranges(sheet.frame, row, display_path(path))]
        digests.append(f"{row.table}:{sheet.digest}")
    if titles is not None:
        tables = in_codes(tables, titles)
    for row in TABLES:
        wanted = kept_units(tables, row, tables[row.table])
        if wanted is not None:
            tables[row.table], wrong = in_kept_units(tables[row.table], row, wanted, Place(display_path(paths[row])))
            problems += wrong
    return tables, problems, digests


def scenario_path(city: str, scenario: str, where: Folders) -> tuple[str, dict[str, Path]]:
    """The name of a scenario that may be given as the path of a file, and all scenarios with their files."""
    files = scenario_files(city, where)
    if scenario.endswith((".yaml", ".yml")):
        path = Path(scenario)
        return path.stem, files | {path.stem: path}
    return code_of(scenario, files), files


def parent_scenario(
    city: str, scenario: str, *, models: Path | str | None = None, inputs: Path | str | None = None
) -> str:
    """The scenario that a scenario extends; blank when it stands by itself."""
    where = folders(models, inputs)
    city = _known(city, where)
    name, files = scenario_path(city, scenario, where)
    chain, problems = _scenario_chain(city, name, where, files)
    if problems:
        raise InputError(problems)
    return chain[-1][1].extends


def _scenario_chain(
    city: str, name: str, where: Folders, files: Mapping[str, Path]
) -> tuple[list[tuple[str, WhatIf]], list[Problem]]:
    """A scenario and all it extends, the first ancestor first."""
    chain: list[tuple[str, WhatIf]] = []
    seen: list[str] = []
    while name:
        if name not in files or name in seen:
            place = Place(chain[0][0] if chain else display_path(where.inputs / city / "scenarios"))
            return chain, [
                Problem(
                    place,
                    as_text(name),
                    phrase("one of {names}", names=", ".join(sorted(set(files) - set(seen)))),
                    nearest(name, set(files) - set(seen), names(files).names),
                )
            ]
        seen.append(name)
        content, problems, _ = read_yaml(files[name])
        if problems:
            return chain, list(problems)
        what_if, wrong = _parsed(WhatIf, content, display_path(files[name]))
        if what_if is None:
            return chain, wrong
        chain.insert(0, (display_path(files[name]), what_if))
        name = code_of(what_if.extends, files)
    return chain, []


def _settings(
    given: dict[str, Any], chain: list[tuple[str, WhatIf]], city: str, file: str, last: Mapping[str, object]
) -> tuple[Settings | None, list[Problem]]:
    """The city's settings with what the scenarios set; problems name the file that made them."""
    settings, problems = _parsed(Settings, given, file)
    if given.get("city") not in (None, city):
        allowed = phrase("the name of the folder, {city}", city=city)
        problems.append(Problem(Place(file, None, "city"), as_text(given["city"]), allowed, phrase("Mend the entry.")))
    for scenario, what_if in chain:
        if settings is None or problems:
            break
        given = {**given, **what_if.settings}
        settings, problems = _parsed(Settings, given, scenario)
    if settings is not None and last and not problems:
        settings, problems = _parsed(Settings, {**given, **last}, file)
    return settings, problems


def _parsed(kind: type[Model], given: dict[str, Any], file: str) -> tuple[Model | None, list[Problem]]:
    try:
        return kind.model_validate(given), []
    except ValidationError as error:
        return None, [_entry_problem(detail, kind, file) for detail in error.errors()]


def _entry_problem(detail: Any, kind: type[BaseModel], file: str) -> Problem:
    """One wrong entry of a YAML file; entries of a list are counted from 1."""
    key = ".".join(str(part + 1) if isinstance(part, int) else part for part in detail["loc"])
    remedy = phrase("Mend the entry.")
    if detail["type"] == "extra_forbidden":
        known = Change.model_fields if len(detail["loc"]) > 1 else kind.model_fields
        remedy = nearest(str(detail["loc"][-1]), known)
    found = phrase("nothing") if detail["type"] == "missing" else as_text(detail["input"])
    return Problem(Place(file, None, key), found, allowed_by(detail), remedy)


def _digest(parts: list[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
