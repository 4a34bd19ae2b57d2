"""A folder for a new city, copied from one that exists."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from scenarios.cells import as_text
from scenarios.exchange import keys_known, table_lines, write_table
from scenarios.files import decode
from scenarios.finding import Folders, cities, library
from scenarios.problems import InputError, Place, Problem, nearest, phrase
from scenarios.reading import read_case
from scenarios.tables import Row, columns, references
from scenarios.workbook import Lines, city_tables, write_workbook

NAME = re.compile(r"[a-z][a-z0-9_-]*")


SOURCES = "city_sources"
#: totals that others have published, and the column that is blank where they are the city's own
PUBLISHED = ("comparables", "population")


class NewCity(NamedTuple):
    """The folder of a new city, and how many published totals of the city it comes from were left out."""

    folder: Path
    left_out: int


def new_city(
    city: str, source: str, where: Folders, target: Path, own: Mapping[str, str | float] | None = None
) -> NewCity:
    """A folder ``target/city`` with commented tables, city.yaml, scenarios and a workbook, all copied from a city.

    What was published of the old city is left out: it says nothing of the new one. ``own`` are entries of city.yaml
    that are known to be others, such as its name. Raises InputError when the name is no identifier, the folder exists
    or the source does not.
    """
    folder = target / city
    problem = _wrong_name(city, source, where, folder)
    if problem:
        raise InputError([problem])
    home = _home(source, where)
    case, old = read_case(source, models=home.models, inputs=home.inputs), home.inputs / source
    held = {row: table_lines(old / f"{row.table}.csv", row) for row in city_tables()}
    tables = {row.table: _renamed(lines, row, source, city) for row, lines in held.items()}
    left_out = _leave_out_totals(tables)
    known = keys_known(case, city)
    target.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{city}-", dir=target))
    try:
        for row in city_tables():
            write_table(staging / f"{row.table}.csv", tables[row.table], row)
        text = decode(old / "city.yaml")[0]
        for key, value in ({"city": city, "name_zh": city, "name_en": city} | dict(own or {})).items():
            line = f"{key}: {value if value == city else json.dumps(_whole(value), ensure_ascii=False)}"
            text = re.sub(rf"(?m)^{key}:.*$", line.replace("\\", r"\\"), text)
        (staging / "city.yaml").write_text(text, encoding="utf-8")
        if (old / "scenarios").is_dir():
            (staging / "scenarios").mkdir()
            for path in sorted((old / "scenarios").glob("*.yaml")):
                named = re.sub(rf"\b{re.escape(source)}\b", city, decode(path)[0])
                (staging / "scenarios" / path.name).write_text(named, encoding="utf-8")
        write_workbook(staging / f"{city}.xlsx", tables, known)
        staging.chmod(0o755)
        staging.rename(folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return NewCity(folder, left_out)


def _leave_out_totals(tables: dict[str, Lines]) -> int:
    """Take the published totals of the city itself out of its tables, and the sources of nothing else; how many."""
    table, column = PUBLISHED
    head, *rows = tables[table]
    kept = [cells for cells in rows if cells[head.index(column)].strip()]
    tables[table] = [head, *kept]
    sources = {
        cells[columns(row).index(name)]
        for row in city_tables()
        for name, among in references(row).items()
        if SOURCES in among
        for cells in tables[row.table][1:]
    }
    gone = {cells[head.index("source")] for cells in rows if cells not in kept} - sources
    tables[SOURCES] = [cells for cells in tables[SOURCES] if cells[0] not in gone]
    return len(rows) - len(kept)


def _whole(value: str | float) -> str | float:
    """A number without a point where it needs none."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _home(source: str, where: Folders) -> Folders:
    """Where the source stands: among the cities at hand, or in the example library."""
    if source in cities(where.inputs) or source not in cities(library() / "inputs"):
        return where
    return Folders(library() / "models", library() / "inputs")


def _wrong_name(city: str, source: str, where: Folders, folder: Path) -> Problem | None:
    if not NAME.fullmatch(city):
        allowed = phrase("a name of small letters, digits, - and _, beginning with a letter")
        return Problem(Place("CITY"), as_text(city), allowed, phrase("Choose another name."))
    if folder.exists():
        place = Place(str(folder))
        return Problem(
            place, phrase("a folder with other files"), phrase("a new folder"), phrase("Choose another name.")
        )
    known = sorted({*cities(where.inputs), *cities(library() / "inputs")})
    if source not in known:
        place = Place(str(where.inputs))
        return Problem(place, as_text(source), phrase("one of {names}", names=", ".join(known)), nearest(source, known))
    return None


def _renamed(lines: Lines, row: type[Row], source: str, city: str) -> Lines:
    """The lines with the old city's name replaced where a column may hold the city."""
    places = [columns(row).index(name) for name, tables in references(row).items() if "city" in tables]
    return [
        lines[0],
        *[
            [city if number in places and cell == source else cell for number, cell in enumerate(cells)]
            for cells in lines[1:]
        ],
    ]
