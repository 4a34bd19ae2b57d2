"""Targets and orders that can be read."""

from __future__ import annotations

from collections.abc import Iterator

from pandas import isna

from scenarios import tasks
from scenarios.case import Case
from scenarios.cells import as_text
from scenarios.checking.places import place
from scenarios.frames import entries, labelled_rows
from scenarios.inventory import EVERY_SECTOR
from scenarios.problems import Problem, nearest, phrase


def targets(case: Case) -> Iterator[Problem]:
    """Targets name a base year, a planning year, sectors and activities that are known."""
    years = (case.settings.reference_year, case.settings.start_year)
    sectors, activities = set(case["sectors"]["sector"]), set(case["activities"]["activity"])
    for number, row in labelled_rows(case["targets"]):
        if row["basis"] == "relative" and row["base_year"] not in years:
            yield Problem(
                place(case, "targets", number, "base_year"),
                phrase("an empty cell") if isna(row["base_year"]) else as_text(f"{row['base_year']:g}"),
                phrase("one of {years}", years=", ".join(map(str, years))),
                phrase("Give the base year of a relative target."),
            )
        if row["year"] not in case.settings.years:
            yield Problem(
                place(case, "targets", number, "year"),
                as_text(row["year"]),
                phrase("one of {years}", years=", ".join(map(str, case.settings.years))),
                phrase("Give a planning year."),
            )
    yield from _scopes(case, "targets", "sectors", sectors, activities)


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
    yield from _scopes(case, "comparables", "scope", sectors, set(case["activities"]["activity"]))


def _scopes(case: Case, table: str, column: str, sectors: set[str], activities: set[str]) -> Iterator[Problem]:
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
    }
    for number, row in labelled_rows(case["order"]):
        for column, among in zip(("before", "after"), allowed[row["relation"]], strict=True):
            names = set().union(*(known[table] for table in among))
            if row[column] not in names:
                yield Problem(
                    place(case, "order", number, column),
                    as_text(row[column]),
                    phrase("for {relation}: a key of {tables}", relation=row["relation"], tables=", ".join(among)),
                    nearest(row[column], names),
                )
    ring = tasks.cycle(case)
    if ring:
        yield Problem(
            place(case, "order"),
            phrase("tasks that wait for each other: {ring}", ring=" → ".join([*ring, ring[0]])),
            phrase("an order without a ring"),
            phrase("Remove one of these orders."),
        )
