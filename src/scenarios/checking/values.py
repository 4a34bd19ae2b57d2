"""Values inside their own ranges, shares that add up to 1, conversions and wear that stay within what there is."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from scenarios.air import REGIONAL
from scenarios.case import Case
from scenarios.cells import as_text
from scenarios.checking.places import place, spelt
from scenarios.frames import entries, labelled_rows
from scenarios.operation import UNCHANGED
from scenarios.problems import Place, Problem, nearest, phrase
from scenarios.stocks import evolve
from scenarios.tables import Row, value_column

LARGEST = 1e15  #: far beyond what a country counts in any unit kept: a thousand billion tonnes of anything
DIGITS = 15  #: digits of a number as it stands in a file
WHOLE = 1e-6  #: how far shares may miss 1 by rounding [1]


def oversized(case: Case, table: str) -> Iterator[Problem]:
    """Numbers of a table beyond all that is counted, which the solver cannot take."""
    frame = case[table]
    for column in map(str, frame):
        values = frame[column].to_numpy()
        for number, value in entries(frame[column][np.abs(values) > LARGEST]) if values.dtype.kind in "if" else ():
            yield Problem(
                place(case, table, number, column),
                as_text(f"{value:g}"),
                phrase("at most {largest} in the unit kept", largest=f"{LARGEST:g}"),
                phrase("Correct the number or its unit."),
            )


def ranges(frame: pd.DataFrame, row: type[Row], file: str) -> Iterator[Problem]:
    """Values of a file, in the units it is written in, outside their own low and high.

    What a scenario sets may leave the range.
    """
    value = value_column(row)
    if value is None or "low" not in frame or frame.empty:
        return
    values, low, high = (frame[name].to_numpy() for name in (value, "low", "high"))
    slack = WHOLE * abs(values)
    outside = (low > values + slack) | (high < values - slack)
    for number, given in labelled_rows(frame[outside]) if outside.any() else ():
        unit = f" {given['unit']}" if row.converted else ""
        yield Problem(
            Place(file, number, value),
            as_text(f"{given[value]:.{DIGITS}g}{unit}"),
            phrase(
                "between low {low} and high {high}",
                low=f"{given['low']:.{DIGITS}g}",
                high=f"{given['high']:.{DIGITS}g}{unit}",
            ),
            phrase("Correct the value or its range."),
        )


def sums(case: Case) -> Iterator[Problem]:
    """Shares that must add up to 1."""
    activity_of = case["technologies"].set_index("technology")["activity"]
    mix = case["mix"].assign(activity=case["mix"]["technology"].map(activity_of))
    local = case["apportionment"][case["apportionment"]["group"] != REGIONAL]
    for table, frame, by in (
        ("mix", mix, ["area", "activity", "year"]),
        ("season", case["season"], ["activity"]),
        ("payers", case["payers"], ["subject", "item"]),
        ("apportionment", local, ["receptor", "pollutant"]),
    ):
        total = frame.groupby(by)["share"].sum()
        for key, value in entries(total[(total - 1).abs() > WHOLE]):
            yield Problem(
                place(case, table, None, "share"),
                phrase("shares of {key} that add up to {value}", key=spelt(key), value=f"{value:.6g}"),
                phrase("a sum of 1"),
                phrase("Correct the shares."),
            )


def wear(case: Case) -> Iterator[Problem]:
    """No more of a technology wears out in a year than there is."""
    worn = case["turnover"].groupby("technology")["rate"].sum()
    for technology, rate in entries(worn[worn > 1]):
        yield Problem(
            place(case, "turnover", None, "rate"),
            phrase("rates of {key} that add up to {value}", key=technology, value=f"{rate:.6g}"),
            phrase("at most 1 in all"),
            phrase("Correct the rates."),
        )


def shrinking(case: Case) -> Iterator[Problem]:
    """What shrinks without any measure leaves no less than nothing of any technology."""
    if case["growth"].empty:
        return
    states = evolve(case, UNCHANGED)
    short = states[states.min(axis=1) < -WHOLE * states.max(axis=1)]
    for technology, rows in short.groupby(level="technology"):
        first = {"area": rows.index[0][0], "period": rows.columns[rows.iloc[0].to_numpy() < 0][0]}
        yield Problem(
            place(case, "growth", None, "rate"),
            phrase("{technology}: less than nothing in {area} in {period}", technology=technology, **first),
            phrase("no more taken away than there is, when nothing is done"),
            phrase("Correct the rates, or let another technology of the activity shrink."),
        )


def same_activity(case: Case) -> Iterator[Problem]:
    """Conversions and wear stay within one activity."""
    activity_of = case["technologies"].set_index("technology")["activity"]
    for table, left, right in (("measures", "from_technology", "to_technology"), ("turnover", "technology", "into")):
        frame = case[table]
        for number, row in labelled_rows(frame[frame[right] != ""]):
            if activity_of[row[left]] != activity_of[row[right]]:
                yield Problem(
                    place(case, table, number, right),
                    as_text(row[right]),
                    phrase("a technology of the activity {activity}", activity=activity_of[row[left]]),
                    nearest(row[right], set(activity_of.index[activity_of == activity_of[row[left]]])),
                )


def one_factor(case: Case) -> Iterator[Problem]:
    """A technology that meets a stack limit for a pollutant has no other factor of it."""
    given = set(zip(case["emission_factors"]["technology"], case["emission_factors"]["pollutant"], strict=True))
    for number, row in labelled_rows(case["limits"]):
        if (row["technology"], row["pollutant"]) in given:
            yield Problem(
                place(case, "limits", number, "pollutant"),
                as_text(f"{row['technology']} {row['pollutant']}"),
                phrase("either a stack limit or emission factors, not both"),
                phrase("Remove one of the two rows."),
            )
