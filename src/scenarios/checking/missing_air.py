"""What the air model calls for: observations, regional parts, background, precursors."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from scenarios.air import REGIONAL
from scenarios.case import Case
from scenarios.checking.places import absent, place
from scenarios.files import as_text
from scenarios.frames import labelled_rows
from scenarios.problems import Place, Problem, nearest, phrase


def missing_air(case: Case) -> Iterator[Problem]:
    """Rows that the air model calls for and that are not there."""
    settings = case.settings
    pairs = list(dict.fromkeys(zip(case["apportionment"]["receptor"], case["apportionment"]["pollutant"], strict=True)))
    observed = case["observations"].query("year == @settings.reference_year")
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
    chosen = case["background"].query("assumption == @settings.background")
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
    for number, row in labelled_rows(case["targets"].query("indicator == 'concentration'")):
        if (row["area"], row["subject"]) not in pairs:
            yield Problem(
                place(case, "targets", number, "area"),
                as_text(f"{row['area']} {row['subject']}"),
                phrase("a receptor and pollutant of apportionment.csv"),
                phrase("Add the apportionment, or correct the target."),
            )
