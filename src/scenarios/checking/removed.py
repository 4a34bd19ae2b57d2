"""Rows that need what a what-if took out of another table: they name the what-if, and how to take them out too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath

from scenarios.case import Case
from scenarios.changes import NOT_TO_BE_HAD
from scenarios.problems import Problem, phrase
from scenarios.tables import BY_NAME

Gone = Mapping[str, frozenset[str]]  #: table -> keys that a what-if took out of it


def told_of_removals(case: Case, problems: Sequence[Problem], gone: Gone) -> Iterator[Problem]:
    """The problems; those of cells that hold what is gone say so, once for each table, column and key."""
    lost, said = {key: table for table, keys in gone.items() for key in keys}, set()
    for problem in problems:
        where, table = problem.where, PurePath(problem.where.file).stem
        value = str(case[table].at[where.row, where.column]) if where.row is not None and where.column else ""
        if value not in lost:
            yield problem
        elif (table, where.column, value) not in said:
            said.add((table, where.column, value))
            found = phrase("“{value}”, which the what-if removes from {table}", value=value, table=lost[value])
            change = _out(case, table, where.row, where.column)
            remedy = phrase("Remove what needs it too, with “{change}”, or keep it.", change=change)
            keep = phrase("Keep what this row needs.")
            yield Problem(where, found, problem.allowed, remedy if change else keep)


def _out(case: Case, table: str, number: int | None, column: str) -> str:
    """The change that takes out the rows with the same key in a column, or this row; blank where none does."""
    if table == NOT_TO_BE_HAD[0]:
        return ""
    row, cells = BY_NAME[table], case[table].loc[number]
    wanted = (column,) if column in row.key else row.key
    parts = [str(cells[name]) if name in wanted else "*" for name in row.key]
    while parts[-1] == "*":
        parts.pop()
    return f"-{table}.{'/'.join(parts)}"
