"""Where models and cities are found, and what cities and scenarios are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from scenarios.files import read_yaml
from scenarios.naming import Register, register

DESCRIBING = ("city.yaml", "region.yaml", "model.yaml", "sources.csv")  #: marks of inputs
PRESETS = "presets"  #: the folder beside the models that holds the scenarios of every city


class Folders(NamedTuple):
    """Where beliefs and counts are read from."""

    models: Path
    inputs: Path


def library() -> Path:
    """The folder that holds the example ``models`` and ``inputs``: in the wheel, or the checkout this runs from."""
    packaged = Path(__file__).parent / "library"
    return packaged if packaged.is_dir() else Path(__file__).parents[2]


def folders(models: Path | str | None = None, inputs: Path | str | None = None) -> Folders:
    """The folders asked for, or those below the working directory, or the example library."""

    def choose(asked: Path | str | None, name: str) -> Path:
        here = Path.cwd() / name
        return Path(asked) if asked else here if here.is_dir() else library() / name

    return Folders(choose(models, "models"), choose(inputs, "inputs"))


def model_folder(models: Path, model: str) -> Path:
    """Where a model stands: in the folder of models, else in the example library."""
    here, bundled = models / model, library() / "models" / model
    return bundled if not here.is_dir() and bundled.is_dir() else here


def models_known(models: Path) -> set[str]:
    """The models of a folder and of the example library."""
    homes = (home for home in (models, library() / "models") if home.is_dir())
    return {path.name for home in homes for path in home.iterdir() if path.is_dir() and path.name != PRESETS}


def cities(inputs: Path) -> list[str]:
    """Cities that have a folder."""
    return sorted(path.parent.name for path in inputs.glob("*/city.yaml"))


def holds_inputs(folder: Path) -> bool:
    """Whether a folder holds the tables of a city, a region or a model."""
    return any((folder / name).is_file() for name in DESCRIBING)


def city_files(inputs: Path) -> dict[str, Path]:
    """City -> the file that says what it is called."""
    return {city: inputs / city / "city.yaml" for city in cities(inputs)}


def scenario_files(city: str, where: Folders) -> dict[str, Path]:
    """Scenario name -> file: the presets of the model, then the city's own."""
    found = {path.stem: path for path in sorted(model_folder(where.models, PRESETS).glob("*.yaml"))}
    return found | {path.stem: path for path in sorted((where.inputs / city / "scenarios").glob("*.yaml"))}


def names(files: Mapping[str, Path]) -> Register:
    """What is described by YAML files, and what it is called there."""
    return register(files, _names(files.items()))


def code_of(text: str, files: Mapping[str, Path]) -> str:
    """The code of what may be called by its name; the text itself when it is the name of none or of several."""
    return text if not text or text in files else names(files).code(text)


def _names(files: Iterable[tuple[str, Path]]) -> list[tuple[str, str]]:
    """Code and name, in both languages, as YAML files say."""
    read = [(code, read_yaml(path)[0]) for code, path in files]
    return [(code, str(given[key])) for code, given in read for key in ("name_zh", "name_en") if given.get(key)]
