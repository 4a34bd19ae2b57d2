"""Stores of studies: answers kept one by one so that a sweep can go on, and tables as Parquet or DuckDB."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd

from scenarios.problems import InputError, Place, Problem, phrase
from scenarios.writing import naming_path, write_page

KINDS = {"parquet": "pyarrow", "duckdb": "duckdb"}  #: kind of store -> the package it needs


class Answers:
    """Answers in a folder, a file each, found again by their key. A file that was cut off counts as not there."""

    def __init__(self, folder: Path):
        self.folder = folder

    def known(self) -> dict[str, Any]:
        """Every answer kept so far, by its key."""
        found = {}
        for path in sorted(self.folder.glob("*.json")):
            try:
                found[path.stem] = json.loads(path.read_text(encoding="utf-8"))
            except ValueError:
                continue
        return found

    def keep(self, key: str, answer: Mapping[str, Any]) -> None:
        """Keep one more answer, whole or not at all."""
        write_page(self.folder / f"{key}.json", json.dumps(answer, ensure_ascii=False))


def require_package(package: str, extra: str) -> None:
    """Raises InputError when an optional package is not installed."""
    if find_spec(package) is None:
        remedy = phrase("Install it: pip install 'scenarios[{extra}]'", extra=extra)
        raise InputError(
            [Problem(Place(package), phrase("no such package"), phrase("the package {name}", name=package), remedy)]
        )


def write_store(folder: Path, tables: Mapping[str, pd.DataFrame], kind: str) -> list[Path]:
    """Tables as Parquet files, or in one DuckDB database; each file whole or not at all. Raises InputError."""
    require_package(KINDS[kind], "store")
    folder.mkdir(parents=True, exist_ok=True)
    with naming_path(folder):
        return _stored(folder, tables, kind)


def _stored(folder: Path, tables: Mapping[str, pd.DataFrame], kind: str) -> list[Path]:
    if kind == "parquet":
        paths = [folder / f"{name}.parquet" for name in tables]
        for path, frame in zip(paths, tables.values(), strict=True):
            beside = path.with_name(f".{path.name}")
            frame.to_parquet(beside, index=False)
            os.replace(beside, path)
        return paths
    import duckdb

    path = folder / "sweep.duckdb"
    with tempfile.TemporaryDirectory(dir=folder) as there:
        beside = Path(there) / path.name
        with duckdb.connect(str(beside)) as base:
            for name, frame in tables.items():
                base.register("frame", frame)
                base.execute(f'CREATE TABLE "{name}" AS SELECT * FROM frame')
        os.replace(beside, path)
    return [path]
