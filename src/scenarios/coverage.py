"""How much of the plan's text the model holds: what represents each clause, and whether that has an effect."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from scenarios.case import Case, cached
from scenarios.frames import records
from scenarios.tasks import gates


class Reference(NamedTuple):
    """What stands for a clause: the kind of row, and its identifier."""

    kind: str
    name: str


def references(clause: dict[str, Any]) -> list[Reference]:
    """What represents a clause."""
    parts = [text.partition(":") for text in clause["represented"].split()]
    return [Reference(kind, name) for kind, _, name in parts]


def effective(case: Case, reference: Reference) -> bool:
    """Whether what stands for a clause changes what a plan may or must do, or is computed from it."""
    if reference.kind in ("commitment", "measure"):
        return True
    if reference.kind == "task":
        return reference.name in gates(case)
    if reference.kind == "target":
        return reference.name in _those(case, "targets", "indicator", "reported")
    if reference.kind == "standard":
        return reference.name in _those(case, "standards", "role", "held", "task")
    if reference.kind == "order":
        return reference.name in _those(case, "order", "relation", "held")
    return False


@cached
def _those(case: Case, table: str, column: str, *without: str) -> frozenset[str]:
    frame = case[table]
    return frozenset(frame.loc[~frame[column].isin(without)].iloc[:, 0])


@cached
def coverage(case: Case) -> pd.DataFrame:
    """Clauses with ``quantified``, ``emitting`` (its sector is one of the inventory), ``held``, ``effect``."""
    rows = case["clauses"]
    effect = [any(effective(case, reference) for reference in references(row)) for row in records(rows)]
    return rows.assign(
        quantified=rows["quantity"].notna(),
        emitting=rows["sector"].isin(case["sectors"]["sector"]),
        held=rows["represented"] == "",
        effect=pd.Series(effect, rows.index, dtype=bool),
    )
