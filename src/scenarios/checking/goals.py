"""Targets and commitments that can be read: years, units, and subjects of their kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pandas import isna

from scenarios import commitments as promised
from scenarios import naming
from scenarios import targets as goals
from scenarios.case import Case
from scenarios.cells import as_text
from scenarios.checking.places import absent, place
from scenarios.checking.scopes import scopes
from scenarios.days import KINDS
from scenarios.frames import labelled_rows
from scenarios.problems import Problem, nearest, phrase
from scenarios.units import UnitError, factor

LARGEST_RISE = 3.0  #: beyond any change against a base year that a plan asks for [1]
RISING = ("emission", "concentration", *KINDS)  #: indicators that do not begin with next to nothing, as shares may
DAYS = 366  #: the most that a year has [d]
#: column -> the indicators that read it
READ_BY = {"sectors": ("emission", "fuel"), "excluded": ("emission", "fuel"), "by": ("share", "converted")}
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
    """Targets name years, subjects, sectors and activities that are known, and values their indicator can have."""
    for number, row in labelled_rows(case["targets"]):
        wrong = list(_subjects(case, "targets", number, row, row["indicator"]))
        yield from wrong
        yield from _years(case, number, row)
        yield from _unread(case, number, row)
        yield from _value(case, number, row)
        yield from _change(case, number, row)
        if not wrong and row["indicator"] != "reported":
            yield from _unit(case, "targets", number, row, lambda row=row: _as_kept(case, dict(row)))
    yield from scopes(case, "targets", "sectors", set(case["sectors"]["sector"]), set(case["activities"]["activity"]))
    counted = case["targets"][case["targets"]["indicator"].isin(KINDS)]
    yield from absent(
        case,
        "days",
        zip(counted["area"], counted["subject"], counted["indicator"].map(KINDS), strict=True),
        zip(case["days"]["receptor"], case["days"]["pollutant"], case["days"]["kind"], strict=True),
        "a target on days needs the parameters of its days",
    )
    if case.settings.minimise == "emission" and case["weights"].empty:
        yield Problem(
            place(case, "weights"),
            phrase("no weight"),
            phrase("weights of pollutants, as `minimise: emission` asks for"),
            phrase("Add them, or minimise something else."),
        )


def _years(case: Case, number: Any, row: dict[str, Any]) -> Iterator[Problem]:
    """Base year, planning year and month fit the city's settings."""
    bases = (case.settings.reference_year, case.settings.start_year)
    if row["basis"] == "relative" and row["indicator"] != "reported" and row["base_year"] not in bases:
        found = phrase("an empty cell") if isna(row["base_year"]) else as_text(f"{row['base_year']:g}")
        allowed = phrase("one of {years}", years=", ".join(map(str, bases)))
        remedy = phrase("Give the base year of a relative target.")
        yield Problem(place(case, "targets", number, "base_year"), found, allowed, remedy)
    if row["year"] not in case.settings.years:
        allowed = phrase("one of {years}", years=", ".join(map(str, case.settings.years)))
        remedy = phrase("Give a planning year.")
        yield Problem(place(case, "targets", number, "year"), as_text(row["year"]), allowed, remedy)
    if row["by"] and row["by"][:4] != str(row["year"]):
        allowed = phrase("a month of {year}", year=row["year"])
        yield Problem(place(case, "targets", number, "by"), as_text(row["by"]), allowed, phrase("Mend the entry."))


def _unread(case: Case, number: Any, row: dict[str, Any]) -> Iterator[Problem]:
    """Nothing stands in a column that the indicator does not read."""
    for column, indicators in READ_BY.items():
        if row[column] and row["indicator"] not in (*indicators, "reported"):
            yield Problem(
                place(case, "targets", number, column),
                as_text(row[column]),
                phrase("an empty cell: {indicator} does not read the column", indicator=row["indicator"]),
                phrase("Clear the cell, or choose one of {names}.", names=", ".join(indicators)),
            )


def _value(case: Case, number: Any, row: dict[str, Any]) -> Iterator[Problem]:
    """Value, basis, operator and enforcement are such as the indicator can have."""
    indicator = row["indicator"]
    if isna(row["value"]) and indicator != "reported":
        yield Problem(
            place(case, "targets", number, "value"),
            phrase("an empty cell"),
            phrase("a number"),
            phrase("Give the limit, or make the target a `reported` one."),
        )
    if row["enforced"] and indicator == "reported":
        yield Problem(
            place(case, "targets", number, "enforced"),
            as_text("yes"),
            phrase("no, for a target that is only reported"),
            phrase("Choose an indicator that is computed, or write no."),
        )
    if indicator == "converted" and row["basis"] == "relative":
        yield Problem(
            place(case, "targets", number, "basis"),
            as_text("relative"),
            phrase("absolute, for what is converted in a year"),
            phrase("Give the quantity."),
        )
    if indicator in KINDS and row["operator"] != (">=" if KINDS[indicator] == "good" else "<="):
        yield Problem(
            place(case, "targets", number, "operator"),
            as_text(row["operator"]),
            phrase(">= for good days, <= for heavily polluted ones"),
            phrase("Mend the entry."),
        )


def _change(case: Case, number: Any, row: dict[str, Any]) -> Iterator[Problem]:
    """Nothing can fall by more than all of it; what is no share of something is not multiplied either."""
    part = {"": 1.0, "1": 1.0, "%": 0.01}.get(row["unit"])
    if row["basis"] == "relative" and part and row["value"] * part < -1:
        yield Problem(
            place(case, "targets", number, "value"),
            as_text(f"{row['value']:g} {row['unit']}".strip()),
            phrase("a change of at most the whole, -1 or -100 %"),
            phrase("Write a share such as -0.4, or -40 with the unit %."),
        )
    if row["basis"] == "relative" and part and row["indicator"] in RISING and row["value"] * part > LARGEST_RISE:
        yield Problem(
            place(case, "targets", number, "value"),
            as_text(f"{row['value']:g} {row['unit']}".strip()),
            phrase("a change of at most +{most} %", most=f"{LARGEST_RISE / factor('%', '1'):g}"),
            phrase("Write a share such as -0.4, or `absolute` as the basis of a value that is no change."),
        )
    if row["basis"] == "absolute" and row["indicator"] in KINDS and not 0 <= row["value"] <= DAYS:
        yield Problem(
            place(case, "targets", number, "value"),
            as_text(f"{row['value']:g}"),
            phrase("0 to {most} days of a year", most=DAYS),
            phrase("Mend the entry."),
        )


def _as_kept(case: Case, target: dict[str, Any]) -> None:
    """Raises UnitError when the value's unit cannot be turned into the one kept; a relative one is a share."""
    if target["basis"] == "relative":
        factor(target["unit"] or "1", "1")
    else:
        goals.kept_in(case, target)


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


def _subjects(case: Case, table: str, number: Any, row: dict[str, Any], kind: str) -> Iterator[Problem]:
    """Subjects are known, each named once, and of one unit where they are added up."""
    if kind not in SUBJECTS:
        return
    among, several = SUBJECTS[kind]
    known = set(case[among].iloc[:, 0])
    names: list[str] = row["subject"].split() if several else [row["subject"]]
    where = place(case, table, number, "subject")
    unknown = [name for name in dict.fromkeys(names) if name not in known]
    called = naming.names(case.tables, (among,), {}).names if unknown else {}
    for name in unknown:
        yield Problem(where, as_text(name), phrase("a key of {tables}", tables=among), nearest(name, known, called))
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        yield Problem(
            where, phrase("“{value}” twice", value=name), phrase("each name once"), phrase("Remove one of the two.")
        )
    units = [] if unknown else list(dict.fromkeys(_unit_of(case, among, name) for name in names))
    if len(units) > 1:
        yield Problem(
            where,
            phrase("subjects in {units}", units=", ".join(units)),
            phrase("subjects of one unit, as they are added up"),
            phrase("Make a row for each unit."),
        )


def _unit_of(case: Case, table: str, name: str) -> str:
    """Unit in which a fuel, or the activity of a technology or measure, is counted; one for all else."""
    if table == "fuels":
        return str(dict(zip(case["fuels"]["fuel"], case["fuels"]["unit"], strict=True))[name])
    return goals.units(case)[table][name] if table in goals.units(case) else ""


def _unit(case: Case, table: str, number: Any, row: dict[str, Any], convert: Any) -> Iterator[Problem]:
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
