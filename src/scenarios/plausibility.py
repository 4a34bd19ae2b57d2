"""Numbers that look odd beside others of their kind, in the city's own tables and beside other cities."""

from __future__ import annotations

from pathlib import Path

from scenarios.beliefs import DEFAULT_MODEL, model_chain
from scenarios.case import Case
from scenarios.changes import kept_units
from scenarios.checking.goals import baseless
from scenarios.checking.magnitudes import Sums, magnitudes, per_head
from scenarios.checking.order import too_soon, unled
from scenarios.checking.parts import parts
from scenarios.files import display_path, in_kept_units, read_sheet, read_yaml
from scenarios.finding import Folders, cities, folders, library
from scenarios.problems import InputError, Place, Remark
from scenarios.reading import read_case
from scenarios.tables import TABLES, Alike, Row


def remarks(case: Case, models: Path | str | None = None, inputs: Path | str | None = None) -> list[Remark]:
    """Numbers of a case that look odd; none is an error. Other cities that share its beliefs are looked at too."""
    where = folders(models, inputs)
    others = _others(case, where)
    held = {
        (row.table, kin): {city: _sums(case, home / city, row, kin) for city, home in others.items()}
        for row in TABLES
        for kin in row.alike
        if kin.elsewhere
    }
    return [*magnitudes(case, held), *parts(case), *too_soon(case), *unled(case), *baseless(case)]


def odd_numbers(city: str, models: Path | str | None = None, inputs: Path | str | None = None) -> list[Remark]:
    """Numbers of a city's files that look odd, whatever its scenarios change; none when the files have problems."""
    try:
        return remarks(read_case(city, models=models, inputs=inputs), models, inputs)
    except InputError:
        return []


def _others(case: Case, where: Folders) -> dict[str, Path]:
    """Other cities at hand and of the example library, whose models extend the same one, and where they stand."""
    found: dict[str, Path] = {}
    for home in (library() / "inputs", where.inputs):
        found |= dict.fromkeys(cities(home), home)
    root = model_chain(where.models, case.settings.model)[-1]
    return {
        city: home for city, home in found.items() if city != case.settings.city and _root(home / city, where) == root
    }


def _root(folder: Path, where: Folders) -> str:
    """The model that a city's model rests on; blank when it cannot be read."""
    given, problems, _ = read_yaml(folder / "city.yaml")
    try:
        return "" if problems else model_chain(where.models, str(given.get("model", DEFAULT_MODEL)))[-1]
    except InputError:
        return ""


def _sums(case: Case, folder: Path, row: type[Row], kin: Alike) -> Sums:
    """The sums of another city for one resident; none when its files have problems."""
    path = folder / f"{row.table}.csv"
    sheet, population = read_sheet(path, row), read_yaml(folder / "city.yaml")[0].get("population")
    wanted = kept_units(case.tables, row, sheet.frame)
    if sheet.problems or wanted is None or not isinstance(population, int | float) or population <= 0:
        return {}
    frame, problems = in_kept_units(sheet.frame, row, wanted, Place(display_path(path)))
    return {} if problems else per_head(frame, kin, population)
