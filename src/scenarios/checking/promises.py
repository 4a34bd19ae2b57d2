"""Comparables and orders that can be read."""

from __future__ import annotations

from collections.abc import Iterator

from scenarios import tasks
from scenarios.case import Case
from scenarios.cells import as_text
from scenarios.checking.places import place
from scenarios.frames import entries, labelled_rows
from scenarios.inventory import EVERY_SECTOR
from scenarios.problems import Problem, nearest, phrase


def comparables(case: Case) -> Iterator[Problem]:
    """Published totals are held against sectors, activities and years of the inventory."""
    years = (case.settings.reference_year, case.settings.start_year)
    for number, row in labelled_rows(case["comparables"]):
        if row["against"] not in years:
            yield Problem(
                place(case, "comparables", number, "against"),
                as_text(row["against"]),
                phrase("one of {years}", years=", ".join(map(str, years))),
                phrase("Give a year of the inventory."),
            )
    sectors = {*case["sectors"]["sector"], EVERY_SECTOR}
    yield from scopes(case, "comparables", "scope", sectors, set(case["activities"]["activity"]))


def taxes(case: Case) -> Iterator[Problem]:
    """What is not taxed is an activity."""
    yield from scopes(case, "taxes", "sector", set(case["sectors"]["sector"]), set(case["activities"]["activity"]))


def scopes(case: Case, table: str, column: str, sectors: set[str], activities: set[str]) -> Iterator[Problem]:
    """Names in the columns that say which sectors count and which activities do not."""
    for name_column, names, source in ((column, sectors, "sectors"), ("excluded", activities, "activities")):
        for number, text in entries(case[table][name_column]):
            for name in text.split():
                if name not in names:
                    allowed = phrase("a key of {tables}", tables=source)
                    yield Problem(place(case, table, number, name_column), as_text(name), allowed, nearest(name, names))


def order(case: Case) -> Iterator[Problem]:
    """Orders join what their relation can join, and never run in a ring."""
    known = {table: set(case[table].iloc[:, 0]) for table in ("tasks", "measures", "technologies")}
    allowed = {
        "finish_to_start": (("tasks",), ("tasks", "measures")),
        "standard_before": (("tasks",), ("tasks", "measures")),
        "share": (("measures",), ("measures",)),
        "ban_after": (("tasks",), ("technologies",)),
        "capacity": (("tasks",), ("measures",)),
        "held": ((), ()),
    }
    opened = set(zip(case["enables"]["task"], case["enables"]["measure"], strict=True))
    for number, row in labelled_rows(case["order"]):
        for column, among in zip(("before", "after"), allowed[row["relation"]], strict=True):
            names = set().union(*(known[table] for table in among))
            if among and row[column] not in names:
                yield Problem(
                    place(case, "order", number, column),
                    as_text(row[column]),
                    phrase("for {relation}: a key of {tables}", relation=row["relation"], tables=", ".join(among)),
                    nearest(row[column], names),
                )
        if row["relation"] == "capacity" and (row["before"], row["after"]) not in opened:
            yield Problem(
                place(case, "order", number, "after"),
                as_text(f"{row['before']} {row['after']}"),
                phrase("for {relation}: a pair of enables.csv", relation=row["relation"]),
                phrase("Add the row to enables.csv, or correct the order."),
            )
        if row["relation"] == "held" and not row["note"]:
            yield Problem(
                place(case, "order", number, "note"),
                phrase("an empty cell"),
                phrase("the reason why it is held"),
                phrase("Say it in one sentence."),
            )
    ring = tasks.cycle(case)
    if ring:
        yield Problem(
            place(case, "order"),
            phrase("tasks that wait for each other: {ring}", ring=" → ".join([*ring, ring[0]])),
            phrase("an order without a ring"),
            phrase("Remove one of these orders."),
        )
