"""How much of the plan's text the model holds, by work, sector and kind."""

from __future__ import annotations

import pandas as pd

from scenarios.case import Case
from scenarios.coverage import coverage, references
from scenarios.frames import records
from scenarios.reports.format import grid, join_names, percent
from scenarios.words import name_column, say, term


def clauses_text(case: Case) -> str:
    """Coverage by work, sector and kind, and every quantified clause of an emitting sector without effect."""
    rows = coverage(case)
    if rows.empty:
        return say(
            "{city} has no clauses.csv: nothing of its plan's text is tied to the model.", city=case.settings.city
        )
    works = case["works"].set_index("number")[name_column()]
    effect = say(
        "With effect: a measure, commitment, computed target or standard, or a task or order that measures wait for. "
        "The rest is held, or represented by what is only carried along (offices, monitoring, targets that are shown)."
    )
    parts = [_summary(rows), effect]
    for title, key in (
        (say("work"), rows["number"].map(lambda number: f"{number} {works[number]}")),
        (say("sector"), rows["sector"].map(lambda sector: term("sector", sector))),
        (say("kind"), rows["kind"].map(lambda kind: term("kind", kind))),
    ):
        parts += ["", _table(rows, key, title)]
    parts += ["", _open(case, rows)]
    return "\n".join(parts)


def _summary(rows: pd.DataFrame) -> str:
    counted = rows[rows["quantified"] & rows["emitting"]]
    share = counted["effect"].mean() if len(counted) else 1.0
    return say(
        "{rows} clauses, {represented} represented, {held} held with a reason. Of {counted} quantified clauses in "
        "emitting sectors {effect} have an effect in the model ({share}).",
        rows=len(rows),
        represented=int((~rows["held"]).sum()),
        held=int(rows["held"].sum()),
        counted=len(counted),
        effect=int(counted["effect"].sum()),
        share=percent(share, 0),
    )


def _table(rows: pd.DataFrame, key: pd.Series, title: str) -> str:
    both = rows["quantified"] & rows["emitting"]
    table = pd.DataFrame(
        {
            "clauses": rows.groupby(key, sort=False).size(),
            "effect": rows["effect"].groupby(key, sort=False).sum(),
            "held": rows["held"].groupby(key, sort=False).sum(),
            "counted": both.groupby(key, sort=False).sum(),
            "counted effect": (both & rows["effect"]).groupby(key, sort=False).sum(),
        }
    )
    head = [title, "clauses", "with effect", "held", "quantified, emitting", "of these with effect"]
    return grid(
        head, [[str(name), *map(str, map(int, row))] for name, row in zip(table.index, table.to_numpy(), strict=True)]
    )


def _open(case: Case, rows: pd.DataFrame) -> str:
    left = rows[rows["quantified"] & rows["emitting"] & ~rows["effect"]]
    if left.empty:
        return say("Every quantified clause of an emitting sector has an effect.")
    reason = "reason_zh" if name_column() == "name_zh" else "reason_en"
    lines = []
    for row in records(left):
        shown = join_names(f"{say(reference.kind)} {reference.name}" for reference in references(row))
        why = row[reason] or say("represented, but only shown: {what}", what=shown)
        lines.append("  " + say("{name}: {meaning}", name=f"{row['clause']} {row[name_column()]}", meaning=why))
    return "\n".join([say("Quantified clauses of emitting sectors without effect:"), *lines])
