"""Cities made for tests: random ones like the toy, and one of twelve all-or-nothing projects to be counted out."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.case import Case
from scenarios.reading import read_case
from scenarios.tables import BY_NAME

HOUSE = Path(__file__).parents[1]
EVIDENCE = ("toy", "assumed")


def changed(case: Case, table: str, column: str, values: Any, **where: Any) -> Case:
    """The case with a column of a table set, in the rows chosen."""
    frame = case[table]
    chosen = np.full(len(frame), True)
    for name, value in where.items():
        chosen &= (frame[name] == value).to_numpy()
    column_values = frame[column].copy()
    column_values[chosen] = values
    return case.with_table(table, frame.assign(**{column: column_values}))


def cell(case: Case, table: str, where: dict[str, object], column: str, value: object) -> Case:
    """The case with a column set in the rows chosen."""
    frame = case[table].copy()
    chosen = np.logical_and.reduce([frame[name] == given for name, given in where.items()])
    assert chosen.any()
    frame.loc[chosen, column] = value
    return case.with_table(table, frame)


def random_city(plain: Case, seed: int) -> Case:
    """The toy with other costs, potentials, pace, capacities, counties, supply and targets; some have no plan."""
    draw = np.random.default_rng(seed)
    case = plain
    for measure in plain["measures"]["measure"]:
        case = changed(case, "costs", "value", float(draw.integers(100, 5000)), subject=measure)
        case = changed(case, "potentials", "share", draw.integers(2, 11) / 10, measure=measure)
        case = changed(case, "pace", "quarter_share", draw.choice([0.25, 0.5, 1.0]), measure=measure)
    case = changed(case, "potentials", "share", draw.integers(5, 11) / 10, measure="boiler_closed")
    case = changed(case, "enables", "capacity", float(draw.integers(200, 4000)))
    case = changed(case, "proxies", "weight", float(draw.integers(1, 10)), area="east")
    case = changed(case, "tasks", "cost", float(draw.integers(0, 10**6)), task="pipe")
    case = changed(case, "supply", "quantity", float(draw.integers(0, 300)) * 1000, task="")
    case = changed(case, "targets", "value", -draw.integers(0, 25) / 100, target="T1")
    case = changed(case, "targets", "value", float(draw.integers(86, 98)), target="T3")
    return replace(case, digest=f"{plain.digest} {seed}")


@dataclass(frozen=True)
class Projects:
    """A city of all-or-nothing projects, and what each of them costs and takes away when it is done in time.

    All that a project closes runs in the first quarter only, so that closing it then takes away half of the year's
    emission; later it takes away nothing. The annuity of a tenth of the capital is paid from the middle of the quarter.
    """

    case: Case
    cost: np.ndarray  # done in the first quarter [CNY]
    late: np.ndarray  # done in the last quarter, for nothing [CNY]
    size: np.ndarray  # [t/h]
    emitted: Mapping[str, float]  # by all of them when nothing is done [t]
    reduction: Mapping[str, np.ndarray]  # [t]

    @cached_property
    def subsets(self) -> np.ndarray:
        """Every set of projects: a row each, a column a project."""
        count = len(self.cost)
        return (np.arange(2**count)[:, None] >> np.arange(count)) & 1

    def costs(self) -> np.ndarray:
        """Cost of every subset. [CNY]"""
        return self.subsets @ self.cost

    def left(self, pollutant: str) -> np.ndarray:
        """What every subset leaves of a pollutant. [t]"""
        return self.emitted[pollutant] - self.subsets @ self.reduction[pollutant]


def projects(folder: Path, count: int = 12, seed: int = 3) -> Projects:
    """A city of ``count`` projects, written to a folder and read from there."""
    draw = np.random.default_rng(seed)
    size, capital = draw.integers(2, 20, count), draw.integers(1000, 90000, count)
    factor = {pollutant: draw.integers(1, 40, count) / 10 for pollutant in ("SO2", "NOx", "PM2.5")}
    emitted = {pollutant: float(size @ each) for pollutant, each in factor.items()}
    numbers = [f"{number:02d}" for number in range(1, count + 1)]
    tables: dict[str, list[Sequence[object]]] = {name: [] for name in EMPTIED}
    tables |= {
        "areas": [("west", "西县", "West", 2, "county")],
        "sectors": [("coal", "煤", "coal", "coal")],
        "activities": [(f"b{n}", f"炉{n}", f"boiler {n}", "coal", "t/h") for n in numbers],
        "technologies": [(f"k{n}", f"锅炉{n}", f"boiler {n}", f"b{n}") for n in numbers],
        "measures": [(f"m{n}", f"关{n}", f"close {n}", f"k{n}", "", 10, s) for n, s in zip(numbers, size, strict=True)],
        "costs": [(f"m{n}", "capital", each, *EVIDENCE) for n, each in zip(numbers, capital, strict=True)]
        + [(f"k{n}", "running", 0, *EVIDENCE) for n in numbers],
        "emission_factors": [
            (f"k{n}", pollutant, "", "", each[place], "t", *EVIDENCE)
            for pollutant, each in factor.items()
            for place, n in enumerate(numbers)
        ],
        "activity": [
            ("west", f"b{n}", year, s, "t/h", "", *EVIDENCE)
            for n, s in zip(numbers, size, strict=True)
            for year in (2015, 2017)
        ],
        "mix": [("toy", f"k{n}", year, 1, *EVIDENCE) for n in numbers for year in (2015, 2017)],
        "season": [(f"b{n}", quarter, int(quarter == 1), *EVIDENCE) for n in numbers for quarter in (1, 2, 3, 4)],
        "potentials": [("toy", f"m{n}", 1, *EVIDENCE) for n in numbers],
        "pace": [("toy", f"m{n}", 2018, 1, 1, *EVIDENCE) for n in numbers],
        "payers": [(f"b{n}", item, "city", 1, *EVIDENCE) for n in numbers for item in ("capital", "running")],
        "apportionment": [("toy", "PM2.5", "regional", 0.2, *EVIDENCE), ("toy", "PM2.5", "coal", 1, *EVIDENCE)],
        "targets": [
            ("T1", "氮氧化物", "NOx", "1", "emission", "NOx", "toy", 2018, "<=", -0.25, "relative", 2015, "yes"),
            ("T2", "二氧化硫", "SO2", "2", "emission", "SO2", "toy", 2018, "<=", -0.2, "relative", 2015, "yes"),
        ],
    }
    _write(folder, tables)
    cost = size * capital / 10 * 7 / 8
    return Projects(
        read_case("toy", models=folder / "models", inputs=folder / "inputs"),
        cost=cost,
        late=cost / 7,
        size=size,
        emitted=emitted,
        reduction={pollutant: size * each / 2 for pollutant, each in factor.items()},
    )


EMPTIED = ("fuels", "fuel_use", "fuel_quality", "prices", "supply", "enables", "order", "tasks", "turnover", "proxies")
EMPTIED += ("comparables", "subsidies", "awards", "taxes", "incomes", "tiles")


def _write(folder: Path, tables: Mapping[str, list[Sequence[object]]]) -> None:
    """The toy's folders with the tables given in place of its own."""
    for part in ("models/toy", "models/presets", "inputs/toy"):
        shutil.copytree(HOUSE / part, folder / part)
    for name, rows in tables.items():
        path = folder / ("inputs" if BY_NAME[name].folder == "inputs" else "models") / "toy" / f"{name}.csv"
        header = path.read_text(encoding="utf-8").splitlines()[0]
        with path.open("w", encoding="utf-8", newline="") as file:
            file.write(header + "\n")
            csv.writer(file, lineterminator="\n").writerows(rows)
