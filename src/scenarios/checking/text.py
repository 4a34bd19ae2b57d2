"""The plan's text: what represents a clause or a standard stands in its table, and what is held says why."""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.case import Case
from scenarios.cells import as_text
from scenarios.checking.places import place
from scenarios.frames import entries, labelled_rows
from scenarios.problems import Problem, nearest, phrase
from scenarios.tables import BY_NAME, named_rows

#: how a reference begins -> the table it leads to
KINDS = {
    "commitment": "commitments",
    "measure": "measures",
    "task": "tasks",
    "target": "targets",
    "standard": "standards",
    "order": "order",
    "emergency": "emergency",
}
#: role of a standard -> the tables that may embody it
ROLES: dict[str, tuple[str, ...]] = {
    "limit": ("technologies",),
    "ban": ("order",),
    "share": ("targets", "commitments"),
    "task": ("tasks",),
    "held": (),
}


def bodies(case: Case) -> Iterator[Problem]:
    """Each body named beside the lead department is one of the tables that its column may name."""
    for table in ("works", "tasks", "clauses"):
        for column in ("cooperating", "responsible"):
            tables = named_rows(BY_NAME[table])[column]
            known = {name for source in tables for name in case[source].iloc[:, 0]}
            for number, cell in entries(case[table][column]):
                for name in cell.split():
                    if name not in known:
                        allowed = phrase("a key of {tables}", tables=", ".join(tables))
                        yield Problem(place(case, table, number, column), as_text(name), allowed, nearest(name, known))


def clauses(case: Case) -> Iterator[Problem]:
    """References of clauses lead somewhere; a clause without any says why it is held."""
    known = {kind: set(case[table].iloc[:, 0]) for kind, table in KINDS.items()}
    for number, row in labelled_rows(case["clauses"]):
        for reference in row["represented"].split():
            kind, _, name = reference.partition(":")
            if kind not in known:
                yield Problem(
                    place(case, "clauses", number, "represented"),
                    as_text(reference),
                    phrase("one of {expected}", expected=", ".join(f"{kind}:" for kind in KINDS)),
                    nearest(kind, known),
                )
            elif name not in known[kind]:
                yield Problem(
                    place(case, "clauses", number, "represented"),
                    as_text(reference),
                    phrase("a key of {tables}", tables=KINDS[kind]),
                    nearest(name, known[kind]),
                )
        if not row["represented"] and not (row["reason_zh"] and row["reason_en"]):
            yield Problem(
                place(case, "clauses", number, "reason_zh" if row["reason_en"] else "reason_en"),
                phrase("an empty cell"),
                phrase("the reason why it is held"),
                phrase("Say it in one sentence."),
            )


def standards(case: Case) -> Iterator[Problem]:
    """What embodies a standard stands in a table of its role; a held one says why."""
    for number, row in labelled_rows(case["standards"]):
        tables = ROLES[row["role"]]
        known = {name for table in tables for name in case[table].iloc[:, 0]}
        for name in row["represents"].split() if tables else []:
            if name not in known:
                allowed = phrase("a key of {tables}", tables=", ".join(tables))
                yield Problem(
                    place(case, "standards", number, "represents"), as_text(name), allowed, nearest(name, known)
                )
        if tables and not row["represents"]:
            yield Problem(
                place(case, "standards", number, "represents"),
                phrase("an empty cell"),
                phrase("a key of {tables}", tables=", ".join(tables)),
                phrase("Name what embodies it, or make its role `held` and say why."),
            )
        if not tables and not row["note"]:
            yield Problem(
                place(case, "standards", number, "note"),
                phrase("an empty cell"),
                phrase("the reason why it is held"),
                phrase("Say it in one sentence."),
            )
