"""Targets and commitments that can be read: years, units, and subjects of their kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pandas import Series, isna

from scenarios import commitments as promised
from scenarios import targets as goals
from scenarios.case import Case
from scenarios.cells import as_text
from scenarios.checking.places import absent, place
from scenarios.checking.promises import scopes
from scenarios.days import KINDS
from scenarios.frames import labelled_rows
from scenarios.problems import Problem, nearest, phrase
from scenarios.units import UnitError, factor

#: indicator or kind -> the table whose keys its subjects are, and whether there may be several
SUBJECTS: dict[str, tuple[str, bool]] = {
    "emission": ("pollutants", False),
    "concentration": ("pollutants", False),
    "good_days": ("pollutants", False),
    "heavy_days": ("pollutants", False),
    "fuel": ("fuels", True),
    "share": ("technologies", True),
    "converted": ("measures", True),
}


def targets(case: Case) -> Iterator[Problem]:
    """Targets name a base year, a planning year, subjects, sectors and activities that are known."""
    bases = (case.settings.reference_year, case.settings.start_year)
    for number, row in labelled_rows(case["targets"]):
        wrong = list(_subjects(case, "targets", number, row, row["indicator"]))
        yield from wrong
        if row["basis"] == "relative" and row["base_year"] not in bases:
            found = phrase("an empty cell") if isna(row["base_year"]) else as_text(f"{row['base_year']:g}")
            allowed = phrase("one of {years}", years=", ".join(map(str, bases)))
            yield Problem(
                place(case, "targets", number, "base_year"),
                found,
                allowed,
                phrase("Give the base year of a relative target."),
            )
        if row["year"] not in case.settings.years:
            allowed = phrase("one of {years}", years=", ".join(map(str, case.settings.years)))
            yield Problem(
                place(case, "targets", number, "year"), as_text(row["year"]), allowed, phrase("Give a planning year.")
            )
        if row["by"] and row["by"][:4] != str(row["year"]):
            allowed = phrase("a month of {year}", year=row["year"])
            yield Problem(place(case, "targets", number, "by"), as_text(row["by"]), allowed, phrase("Mend the entry."))
        if isna(row["value"]) and row["indicator"] != "reported":
            yield Problem(
                place(case, "targets", number, "value"),
                phrase("an empty cell"),
                phrase("a number"),
                phrase("Give the limit, or make the target a `reported` one."),
            )
        if row["enforced"] and row["indicator"] == "reported":
            yield Problem(
                place(case, "targets", number, "enforced"),
                as_text("yes"),
                phrase("no, for a target that is only reported"),
                phrase("Choose an indicator that is computed, or write no."),
            )
        if not wrong and row["basis"] == "absolute" and row["indicator"] != "reported":
            yield from _unit(case, "targets", number, row, lambda row=row: goals.kept_in(case, dict(row)))
    yield from scopes(case, "targets", "sectors", set(case["sectors"]["sector"]), set(case["activities"]["activity"]))
    counted = case["targets"][case["targets"]["indicator"].isin(KINDS)]
    yield from absent(
        case,
        "days",
        zip(counted["area"], counted["subject"], counted["indicator"].map(KINDS), strict=True),
        zip(case["days"]["receptor"], case["days"]["pollutant"], case["days"]["kind"], strict=True),
        "a target on days needs the parameters of its days",
    )


def commitments(case: Case) -> Iterator[Problem]:
    """Commitments name subjects that are known, and quarters of the plan in order."""
    for number, row in labelled_rows(case["commitments"]):
        wrong = list(_subjects(case, "commitments", number, row, row["kind"]))
        yield from wrong
        if not promised.periods(case, dict(row)):
            years = ", ".join(map(str, case.settings.years))
            yield Problem(
                place(case, "commitments", number, "end"),
                as_text(f"{row['start']} {row['end']}"),
                phrase("months of {years}, the first not after the last", years=years),
                phrase("Mend the entry."),
            )
        if not wrong:
            unit = promised.unit_of(case, dict(row))
            yield from _unit(case, "commitments", number, row, lambda row=row, unit=unit: factor(row["unit"], unit))


def _subjects(case: Case, table: str, number: Any, row: Series, kind: str) -> Iterator[Problem]:
    if kind not in SUBJECTS:
        return
    among, several = SUBJECTS[kind]
    known = set(case[among].iloc[:, 0])
    names: Iterable[str] = row["subject"].split() if several else [row["subject"]]
    for name in names:
        if name not in known:
            allowed = phrase("a key of {tables}", tables=among)
            yield Problem(place(case, table, number, "subject"), as_text(name), allowed, nearest(name, known))


def _unit(case: Case, table: str, number: Any, row: Series, convert: Any) -> Iterator[Problem]:
    try:
        convert()
    except UnitError as error:
        wanted = str(error).partition(" -> ")[2]
        yield Problem(
            place(case, table, number, "unit"),
            as_text(row["unit"]),
            phrase("a unit that can be turned into {unit}", unit=wanted),
            phrase("Write the quantity in {unit}, or in a multiple such as “10^4 {unit}”.", unit=wanted),
        )
