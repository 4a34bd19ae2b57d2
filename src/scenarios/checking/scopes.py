"""Which sectors and activities a row counts: names that are known, and years of the inventory."""

from __future__ import annotations

from collections.abc import Iterator

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


def scopes(case: Case, table: str, column: str, sectors: set[str], activities: set[str]) -> Iterator[Problem]:
    """Names in the columns that say which sectors count and which activities do not."""
    for name_column, names, source in ((column, sectors, "sectors"), ("excluded", activities, "activities")):
        for number, text in entries(case[table][name_column]):
            for name in text.split():
                if name not in names:
                    allowed = phrase("a key of {tables}", tables=source)
                    yield Problem(place(case, table, number, name_column), as_text(name), allowed, nearest(name, names))
