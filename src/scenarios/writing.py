"""Results go to disk whole or not at all: written beside the old ones, read back, then put in their place."""

from __future__ import annotations

import csv
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import pandas as pd

from scenarios.finding import holds_inputs
from scenarios.plan import RESULTS, Found, Plan
from scenarios.problems import InputError, Place, Problem, phrase
from scenarios.replacing import alone, take_place, there

#: Excel on Windows takes a CSV file for one in the machine's own encoding unless it begins with a byte order mark
ENCODINGS = {".csv": "utf-8-sig"}
#: columns of the results that hold names, also where these look like numbers
NAMES = ("area", "clause", "unit", "target", "commitment", "measure", "task", "technology", "activity", "receptor")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  #: a text cell that starts so would be run by a spreadsheet


class ReadBackError(RuntimeError):
    """What was written is not what was meant."""


def write_plan(folder: Path, plan: Plan, pages: Mapping[str, str], run: Callable[[], Mapping[str, object]]) -> None:
    """Write tables, pages and run.json into ``folder``; an earlier result stays untouched until all is written.

    Raises InputError when the folder holds something that is no result, ReadBackError when a table does not come back.
    """
    folder = folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    there(folder)
    with alone(folder):
        ensure_result_writable(folder)
    with _staging(folder.parent, folder) as staging:
        for name in RESULTS:
            write_table(staging / f"{name}.csv", plan.tables[name])
        for name, text in pages.items():
            (staging / name).write_text(text, encoding="utf-8")
        _read_back(staging, plan)
        (staging / "run.json").write_text(json.dumps(run(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        staging.chmod(0o755)
        take_place(staging, folder)


@contextmanager
def _staging(home: Path, meant: Path) -> Iterator[Path]:
    """A folder to write in until all is there. What the machine refuses is put down to the place it was meant for."""
    staging = Path(tempfile.mkdtemp(prefix=f".{meant.name}-", dir=home))
    try:
        with naming_path(meant, staging):
            yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


@contextmanager
def naming_path(path: Path, staging: Path | None = None) -> Iterator[None]:
    """An error of the machine that names no file, such as a full disk, or one in ``staging``, names this one."""
    try:
        yield
    except OSError as error:
        named = error.filename is not None and not (staging and Path(str(error.filename)).is_relative_to(staging))
        if named or error.errno is None:
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error


def ensure_result_writable(folder: Path) -> None:
    """Nothing when a result can be written into ``folder``, before there is one; nothing is left there.

    Raises InputError when the folder holds something that is no result, OSError when it cannot be written.
    """
    folder = folder.resolve()
    if there(folder) and any(folder.iterdir()) and not (folder / "run.json").is_file():
        raise InputError(
            [
                Problem(
                    Place(str(folder)),
                    phrase("a folder with other files"),
                    phrase("an empty folder, or an earlier result"),
                    phrase("Choose another --out."),
                )
            ]
        )
    _made(folder.parent)


def ensure_writable(folder: Path) -> None:
    """Nothing when results can be written into ``folder``; nothing is left there.

    Raises InputError for a folder of inputs, whose tables they might replace, OSError when it cannot be written.
    """
    folder = folder.resolve()
    _no_inputs(folder, *(folder.iterdir() if folder.is_dir() else ()))
    _made(folder)


def ensure_file_writable(path: Path) -> None:
    """Nothing when a file of results can be written; raises as ``ensure_writable`` does for its folder."""
    folder = path.resolve().parent
    _no_inputs(folder)
    _made(folder)


def _no_inputs(folder: Path, *below: Path) -> None:
    """Raises InputError when a folder, or one in it, holds inputs."""
    if any(holds_inputs(path) for path in (folder, *below)):
        found, allowed = phrase("a folder of inputs"), phrase("a folder of results")
        raise InputError([Problem(Place(str(folder)), found, allowed, phrase("Choose another folder for results."))])


def _made(folder: Path) -> None:
    """Nothing when files can be made in a folder. Raises OSError."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=there)).rmdir()


def write_table(path: Path, frame: pd.DataFrame) -> None:
    """A table as CSV: floats in the shortest form that reads back exactly, blanks for what is missing.

    It begins with a byte order mark, which pandas and spreadsheets pass over. Text that a spreadsheet would take for a
    formula gets an apostrophe. The file is written whole or not at all.
    """
    columns = [frame[name].astype(object).where(frame[name].notna(), "").tolist() for name in frame]
    for place, values in enumerate(columns):
        if any(isinstance(value, str) and value.startswith(FORMULA) for value in set(values)):
            columns[place] = [
                f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value for value in values
            ]
    with _whole(path) as file:
        writer = csv.writer(file)
        writer.writerow(frame.columns)
        writer.writerows(zip(*columns, strict=True))


@contextmanager
def _whole(path: Path) -> Iterator[TextIO]:
    """A text file that takes the place of the old one when it is complete, and leaves nothing behind when it is not."""
    with (
        _put_in_place(path) as handle,
        os.fdopen(handle, "w", encoding=ENCODINGS.get(path.suffix, "utf-8"), newline="") as file,
    ):
        yield file


@contextmanager
def _put_in_place(path: Path) -> Iterator[int]:
    """The handle of a file beside ``path`` that takes its place when it is complete, and is gone when it is not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with naming_path(path):
            yield handle
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_tables(folder: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Tables beside the results, all of them or none."""
    folder.mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()
    with _staging(folder, folder) as staging:
        for name, frame in tables.items():
            write_table(staging / f"{name}.csv", frame)
        with alone(folder):
            for name in tables:
                os.replace(staging / f"{name}.csv", folder / f"{name}.csv")


def read_table(folder: Path, name: str) -> pd.DataFrame:
    """A result table as it was written."""
    return pd.read_csv(folder / f"{name}.csv", keep_default_na=True, dtype=dict.fromkeys(NAMES, "str"))


def read_plan(folder: Path) -> Plan:
    """A plan as it was written; when another takes its place meanwhile, that one.

    Raises OSError when there is none, KeyError when an older version wrote it.
    """
    record = _record(folder)
    try:
        plan = _plan(folder, json.loads(record))
    except FileNotFoundError:
        if _record(folder) == record:
            raise
    else:
        if _record(folder) == record:
            return plan
    return read_plan(folder)


def _record(folder: Path) -> str:
    """run.json of a plan as it stands. Raises OSError when there is none."""
    try:
        return (folder / "run.json").read_text(encoding="utf-8")
    except FileNotFoundError:
        there(folder)  # another may be taking its place
        return (folder / "run.json").read_text(encoding="utf-8")


def _plan(folder: Path, run: Mapping[str, Any]) -> Plan:
    tables = {}
    for name, columns in RESULTS.items():
        frame = read_table(folder, name)[list(columns)]
        texts = {column: frame[column].fillna("") for column in ("area", "clause", "unit") if column in frame}
        tables[name] = frame.assign(**texts)
    found = Found(
        run["status"],
        run["objective_cny"],
        run["minimised"],
        run["value"],
        run["bound"],
        run["gap"],
        run["size"],
        run["seconds"],
    )
    return Plan(run["city"], run["scenario"], found, run["largest_violation"], tables)


def made_from(folder: Path) -> tuple[str, Mapping[str, object]]:
    """The digest of the inputs and the options of the plan in a folder; blank when there is none."""
    try:
        run = json.loads(_record(folder))
        return str(run["inputs_sha256"]), {**run["options"], "version": run["versions"]["scenarios"]}
    except (OSError, ValueError, KeyError):
        return "", {}


def write_binary(path: Path, content: bytes) -> None:
    """A file beside the results, such as a workbook: written whole or not at all."""
    with _put_in_place(path) as handle, os.fdopen(handle, "wb") as file:
        file.write(content)


def write_page(path: Path, text: str) -> None:
    """A page beside the results: written whole or not at all."""
    with _whole(path) as file:
        file.write(text)


def _read_back(folder: Path, plan: Plan) -> None:
    for name, frame in plan.tables.items():
        numbers = frame.select_dtypes("float")
        back = (
            pd.read_csv(folder / f"{name}.csv", usecols=list(numbers))
            if len(numbers.columns)
            else pd.DataFrame(index=frame.index)
        )
        if len(back) != len(frame) or not numbers.reset_index(drop=True).equals(back[list(numbers)].astype("float64")):
            raise ReadBackError(name)
