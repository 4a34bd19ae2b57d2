"""The toy city, copied where a test may spoil it, and the plan of the toy as it stands."""

from __future__ import annotations

import csv
import gc
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from scenarios.case import Case
from scenarios.cli.options import COLLECTED
from scenarios.plan import Plan
from scenarios.problems import InputError
from scenarios.reading import read_case
from scenarios.solving import solve
from scenarios.tables import BY_NAME
from scenarios.words import speak_throughout

TOY = Path(__file__).parents[1]
gc.set_threshold(COLLECTED)  # as a command does; a tenth of the time
pd.set_option("mode.string_storage", "python")  # as the program's own processes do (runs.py)
os.environ.pop("SCENARIOS_LANG", None)  # the language of whoever runs the tests is not that of the tests


@dataclass(frozen=True)
class Toy:
    """A copy of the toy city. Rows are counted as a planner counts them: the header is row 1."""

    folder: Path

    @property
    def models(self) -> Path:
        return self.folder / "models"

    @property
    def inputs(self) -> Path:
        return self.folder / "inputs"

    @property
    def city(self) -> Path:
        return self.inputs / "toy" / "city.yaml"

    def path(self, table: str) -> Path:
        base = self.inputs / "toy" if BY_NAME[table].folder == "inputs" else self.models / "toy"
        return base / f"{table}.csv"

    def lines(self, table: str) -> list[list[str]]:
        with self.path(table).open(encoding="utf-8", newline="") as file:
            return list(csv.reader(file))

    def write(self, table: str, lines: list[list[str]]) -> None:
        with self.path(table).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(lines)

    def edit(self, table: str, row: int, column: str, value: str) -> None:
        """Write a value into a cell; a column the file does not have yet is added, blank elsewhere."""
        lines = self.lines(table)
        if column not in lines[0]:
            lines = [[*cells, column if place == 0 else ""] for place, cells in enumerate(lines)]
        lines[row - 1][lines[0].index(column)] = value
        self.write(table, lines)

    def drop(self, table: str, *rows: int) -> None:
        self.write(table, [cells for number, cells in enumerate(self.lines(table), 1) if number not in rows])

    def add(self, table: str, cells: str) -> int:
        """Append a row written as CSV text; returns its row number."""
        with self.path(table).open("a", encoding="utf-8", newline="") as file:
            file.write(cells + "\n")
        return len(self.lines(table))

    def rename(self, table: str, column: str, name: str) -> None:
        lines = self.lines(table)
        lines[0][lines[0].index(column)] = name
        self.write(table, lines)

    def drop_column(self, table: str, column: str) -> None:
        lines = self.lines(table)
        place = lines[0].index(column)
        self.write(table, [cells[:place] + cells[place + 1 :] for cells in lines])

    def replace(self, path: Path, old: str, new: str) -> None:
        """Change a text that stands once in a file."""
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")

    def encode(self, path: Path, encoding: str) -> None:
        path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))

    def scenario(self, name: str, *lines: str) -> Path:
        """A scenario file of the city, with its descriptions and the lines given."""
        path = self.inputs / "toy" / "scenarios" / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(["description_zh: 试", "description_en: a trial", *lines]) + "\n", encoding="utf-8")
        return path

    def read(self, scenario: str = "least-cost", city: str = "toy") -> Case:
        return read_case(city, scenario, models=self.models, inputs=self.inputs)

    def problems(self, scenario: str = "least-cost", city: str = "toy") -> list[str]:
        """What the program says about the input, one text a problem."""
        with pytest.raises(InputError) as caught:
            self.read(scenario, city)
        return [str(problem) for problem in caught.value.problems]

    def problem(self, scenario: str = "least-cost", city: str = "toy") -> str:
        """The only problem of the input."""
        texts = self.problems(scenario, city)
        assert len(texts) == 1, texts
        return texts[0]


def copied(folder: Path) -> Toy:
    """A copy of the toy city below a folder."""
    for part in ("models/toy", "models/presets", "inputs/toy"):
        shutil.copytree(TOY / part, folder / "toy" / part, copy_function=shutil.copyfile)
    return Toy(folder / "toy")


@pytest.fixture
def toy(tmp_path: Path) -> Toy:
    return copied(tmp_path)


@pytest.fixture(scope="session")
def toy_case() -> Case:
    """The toy as it stands; nobody may change it."""
    return read_case("toy", models=TOY / "models", inputs=TOY / "inputs")


@pytest.fixture(scope="session")
def toy_plan(toy_case: Case) -> Plan:
    """The plan of the toy as it stands; nobody may change it."""
    return solve(toy_case)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Every test begins in English, whatever the one before it spoke, and so does what tests of a module share."""
    speak_throughout("en")
    yield
    speak_throughout("en")
