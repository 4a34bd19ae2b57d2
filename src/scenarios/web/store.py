"""Runs on disk (SQLite): what was asked, how it ended, what the page shows of it. They outlive the server."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

from scenarios import version

State = Literal[
    "waiting",
    "running",
    "stopping",
    "done",
    "bad",
    "infeasible",
    "nothing",
    "refused",
    "cancelled",
    "lost",
    "failed",
    "outdated",
]
OPEN: tuple[State, ...] = ("waiting", "running", "stopping")
TABLE = """
create table if not exists runs (
    run text primary key, visitor text not null, name text not null, saved integer not null,
    city text not null, created real not null, record text not null, answer text not null
)
"""
REPORTS = ("report.html", "report.zh.html")
WORKBOOK, WHAT_IF = "funding.xlsx", "what-if.yaml"
FILES = (*REPORTS, WORKBOOK, WHAT_IF)  #: what a result is taken away as, beside its tables
CHARTS = "charts.{language}.json"
WHOLE = "whole"  #: the file that says that all others are written
LISTED = 50  #: runs in a list; no more of one visitor are kept without a name (bounds.OWN)


@dataclass(frozen=True)
class Run:
    """One run: what was asked for, and where it stands."""

    run: str
    visitor: str
    city: str
    scenario: str
    changes: tuple[str, ...] = ()
    how: str = "kept"
    titles: Mapping[str, str] = field(default_factory=dict)  #: scenario and what was moved, in each language
    drafted: bool = False  #: whether it was made with tables the visitor had edited
    name: str = ""
    saved: bool = False
    created: float = 0.0
    state: State = "waiting"
    step: str = ""
    minimised: str = ""
    moment: Mapping[str, float | None] = field(default_factory=dict)
    seconds: float = 0.0
    answer: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether it still goes on."""
        return self.state in OPEN

    @property
    def figures(self) -> Mapping[str, Any]:
        """What the page shows of the plan; empty when there is none, or another version of the program wrote it."""
        found: Mapping[str, Any] = self.answer.get("figures", {}) if self.state != "outdated" else {}
        return found


def new_run(visitor: str, city: str, scenario: str, changes: tuple[str, ...], how: str, drafted: bool) -> Run:
    """A run that waits."""
    return Run(uuid4().hex, visitor, city, scenario, changes, how, drafted=drafted, created=time.time())


KEPT = ("scenario", "changes", "how", "titles", "drafted", "state", "seconds")  #: what the record of a run holds


class Store:
    """The runs on disk."""

    def __init__(self, folder: Path):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._base = sqlite3.connect(folder / "runs.sqlite", check_same_thread=False)
        self._base.execute(TABLE)
        self._base.commit()
        for run in self._where("1 = 1", (), limit=-1):
            if run.is_open:
                self.keep(replace(run, state="lost"))

    def keep(self, run: Run) -> None:
        """Write a run down."""
        record = {name: getattr(run, name) for name in KEPT} | {"version": version.VERSION}
        values = (
            *(run.run, run.visitor, run.name, int(run.saved), run.city, run.created),
            *(json.dumps(part, ensure_ascii=False) for part in (record, dict(run.answer))),
        )
        self._base.execute("insert or replace into runs values (?, ?, ?, ?, ?, ?, ?, ?)", values)
        self._base.commit()

    def find(self, run: str) -> Run | None:
        """The run of that name."""
        found = self._where("run = ?", (run,), limit=1)
        return found[0] if found else None

    def seen_by(self, visitor: str, city: str = "") -> list[Run]:
        """A visitor's own runs and all that are saved, the newest first."""
        if city:
            return self._where("(visitor = ? or saved = 1) and city = ?", (visitor, city))
        return self._where("visitor = ? or saved = 1", (visitor,))

    def drop(self, run: str) -> None:
        """Forget a run."""
        self._base.execute("delete from runs where run = ?", (run,))
        self._base.commit()

    def surplus(self, own: int, together: int) -> list[str]:
        """Runs without a name beyond the newest of their visitor, or of all; one that goes on may be among them."""
        ranked = (
            "select run, row_number() over (partition by visitor order by created desc) as own, "
            "row_number() over (order by created desc) as together from runs where saved = 0"
        )
        asked = f"select run from ({ranked}) where own > ? or together > ?"
        return [run for (run,) in self._base.execute(asked, (own, together))]

    def close(self) -> None:
        """Let the file go."""
        self._base.close()

    def _where(self, condition: str, values: tuple[object, ...], limit: int = LISTED) -> list[Run]:
        columns = "run, visitor, name, saved, city, created, record, answer"
        asked = f"select {columns} from runs where {condition} order by created desc limit ?"
        return [_run(row) for row in self._base.execute(asked, (*values, limit))]


def _run(row: tuple[Any, ...]) -> Run:
    run, visitor, name, saved, city, created, record, answer = row
    kept = json.loads(record)
    if kept.pop("version", "") != version.VERSION and kept["state"] == "done":
        kept["state"] = "outdated"
    given = {**kept, "changes": tuple(kept["changes"]), "answer": json.loads(answer)}
    return Run(run, visitor, city, name=name, saved=bool(saved), created=created, **given)
