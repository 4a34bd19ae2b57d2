"""What the air model calls for: observations, regional parts, background, precursors."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from scenarios.air import REGIONAL
from scenarios.case import Case
from scenarios.cells import as_text
from scenarios.checking.places import absent, place
from scenarios.days import KINDS
from scenarios.frames import labelled_rows, where
from scenarios.problems import Phrase, Place, Problem, nearest, phrase

IN_AIR = ("concentration", *KINDS)  #: indicators read from an annual mean


def missing_air(case: Case) -> Iterator[Problem]:
    """Rows that the air model calls for and that are not there."""
    settings = case.settings
    pairs = list(dict.fromkeys(zip(case["apportionment"]["receptor"], case["apportionment"]["pollutant"], strict=True)))
    observed = where(case["observations"], year=settings.reference_year)
    yield from absent(
        case,
        "observations",
        [(*pair, settings.reference_year) for pair in pairs],
        zip(observed["receptor"], observed["pollutant"], observed["year"], strict=True),
        "the apportionment is scaled to what was observed in the reference year",
    )
    yield from absent(
        case,
        "apportionment",
        [(*pair, REGIONAL) for pair in pairs],
        zip(
            case["apportionment"]["receptor"],
            case["apportionment"]["pollutant"],
            case["apportionment"]["group"],
            strict=True,
        ),
        "the part that comes from elsewhere",
    )
    chosen = where(case["background"], assumption=settings.background)
    if chosen.empty:
        yield Problem(
            Place(f"inputs/{settings.city}/city.yaml", None, "background"),
            as_text(settings.background),
            phrase("an assumption of background.csv"),
            nearest(settings.background, set(case["background"]["assumption"])),
        )
        return
    yield from _formed(case, pairs, chosen)


def _formed(case: Case, pairs: list[tuple[str, str]], chosen: pd.DataFrame) -> Iterator[Problem]:
    yield from absent(
        case,
        "background",
        [(*pair, y) for pair in pairs for y in case.settings.years],
        zip(chosen["receptor"], chosen["pollutant"], chosen["year"], strict=True),
        "the chosen assumption covers every planning year",
    )
    yield from absent(
        case,
        "precursors",
        [pair[1] for pair in pairs],
        case["precursors"]["pollutant"],
        "what forms the pollutant in the air",
    )
    yield from _groups(case)
    remedy = phrase("Add the apportionment, or remove the row.")
    yield from _unknown_air(case, "proximity", case["proximity"], ("receptor", "pollutant"), remedy)
    aimed = case["targets"][case["targets"]["indicator"].isin(IN_AIR)]
    relative = where(aimed, basis="relative").dropna(subset=["base_year"])
    observed = case["observations"]
    yield from absent(
        case,
        "observations",
        zip(relative["area"], relative["subject"], relative["base_year"].astype(int), strict=True),
        zip(observed["receptor"], observed["pollutant"], observed["year"], strict=True),
        "a relative target counts from what was observed in its base year",
    )
    remedy = phrase("Add the apportionment, or correct the target.")
    yield from _unknown_air(case, "targets", aimed, ("area", "subject"), remedy)


def _unknown_air(
    case: Case, table: str, rows: pd.DataFrame, columns: tuple[str, str], remedy: Phrase
) -> Iterator[Problem]:
    """Rows that speak of a receptor and a pollutant without an apportionment."""
    known = set(zip(case["apportionment"]["receptor"], case["apportionment"]["pollutant"], strict=True))
    for number, row in labelled_rows(rows):
        receptor, air = (row[column] for column in columns)
        if (receptor, air) not in known:
            found, allowed = as_text(f"{receptor} {air}"), phrase("a receptor and pollutant of apportionment.csv")
            yield Problem(place(case, table, number, columns[0]), found, allowed, remedy)


def _groups(case: Case) -> Iterator[Problem]:
    """Every source group of an apportionment has sectors, and they emitted something that forms the pollutant."""
    known = set(case["sectors"]["group"])
    rows = case["apportionment"][case["apportionment"]["group"] != REGIONAL]
    for number, row in labelled_rows(rows[~rows["group"].isin(known)]):
        allowed = phrase("a source group of sectors.csv, or {regional}", regional=REGIONAL)
        where = place(case, "apportionment", number, "group")
        yield Problem(where, as_text(row["group"]), allowed, nearest(row["group"], known))
    formed = case["precursors"][case["precursors"]["ratio"] > 0]
    forming = set(zip(formed["pollutant"], formed["precursor"], strict=True))
    made = _emitted(case)
    for number, row in labelled_rows(rows[rows["group"].isin(known)]):
        precursors = {precursor for pollutant, precursor in forming if pollutant == row["pollutant"]}
        if precursors and not any((row["group"], precursor) in made for precursor in precursors):
            yield Problem(
                place(case, "apportionment", number, "group"),
                phrase("{group}, which emits nothing that forms {air}", group=row["group"], air=row["pollutant"]),
                phrase("a source group that emits"),
                phrase("Add its emission factors and activity, or correct the apportionment."),
            )


def _emitted(case: Case) -> set[tuple[str, str]]:
    """Source groups, each with the pollutants that technologies of its activities emit."""
    group_of, sector_of = case.column("sectors", "group"), case.column("activities", "sector")
    activity_of = case.column("technologies", "activity")
    mixed = set(case["mix"]["technology"])
    return {
        (group_of[sector_of[activity_of[technology]]], pollutant)
        for table, amount in (("emission_factors", "factor"), ("limits", "share"))
        for technology, pollutant, value in zip(
            *(case[table][column].tolist() for column in ("technology", "pollutant", amount)), strict=True
        )
        if value > 0 and technology in mixed
    }
