"""Which folders of models a city is planned with: a model takes the tables it does not have from the one it extends."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scenarios.cells import as_text
from scenarios.files import display_path, read_yaml
from scenarios.finding import model_folder
from scenarios.problems import InputError, Place, Problem, phrase
from scenarios.tables import TABLES, Row

DEFAULT_MODEL = "base"
DESCRIBED, EXTENDS = "model.yaml", "extends"  #: the file of a model, and the only key that it may hold


def model_chain(models: Path, model: str) -> list[str]:
    """A model and those it extends, nearest first.

    Raises InputError for a model that is not there, a ring, and a key that is not known.
    """
    chain: list[str] = []
    while model:
        if model in chain or not model_folder(models, model).is_dir():
            place = Place(display_path(model_folder(models, (chain or [model])[-1]) / DESCRIBED), None, EXTENDS)
            raise InputError(
                [Problem(place, as_text(model), phrase("another folder of models"), phrase("Mend the entry."))]
            )
        chain.append(model)
        model = _extended(model_folder(models, model) / DESCRIBED)
    return chain


def _extended(described: Path) -> str:
    """The model that a model says it extends; blank when it says none."""
    given, problems, _ = read_yaml(described) if described.is_file() else ({}, (), "")
    unknown = [
        Problem(
            Place(display_path(described), None, str(key)),
            as_text(value),
            phrase("a known key"),
            phrase("Did you mean “{close}”?", close=EXTENDS),
        )
        for key, value in given.items()
        if key != EXTENDS
    ]
    if problems or unknown:
        raise InputError([*problems, *unknown])
    return str(given.get(EXTENDS) or "")


def table_path(models: Path, chain: Sequence[str], row: type[Row]) -> Path:
    """Where a table of the models stands: with the nearest model that has it."""
    paths = [model_folder(models, name) / f"{row.table}.csv" for name in chain]
    return next((path for path in paths if path.is_file()), paths[0])


def bundled(models: Path, model: str) -> list[Path]:
    """The folders of the example library that a model rests on because the folder of models does not have them."""
    homes = [model_folder(models, name) for name in model_chain(models, model)]
    return [home for home in homes if home.parent != models]


def incomplete(models: Path, chain: Sequence[str]) -> list[Problem]:
    """That models lack tables and extend no model that has them, as one problem; nothing when they lack none."""
    needed = [row for row in TABLES if row.folder == "models" and not row.may_be_absent]
    lacking = [f"{row.table}.csv" for row in needed if not table_path(models, chain, row).is_file()]
    if not lacking or chain[-1] == DEFAULT_MODEL:
        return []
    extends = f"{EXTENDS}: {DEFAULT_MODEL}"
    found = phrase("no model that it extends, and no {names}", names=", ".join(lacking))
    allowed = phrase("the line “{line}”, or every table", line=extends)
    remedy = phrase("Write “{line}” into {file}.", line=extends, file=DESCRIBED)
    return [Problem(Place(display_path(model_folder(models, chain[-1]) / DESCRIBED)), found, allowed, remedy)]
