"""What each measure of a plan did: emission and concentration it took away, exactly, summing to the whole.

Stocks are linear in conversions, wear included, and so are emission and concentration. The effect of a measure is
therefore what its conversions alone change against doing nothing, whatever else is done; the effects of all measures
add up to the difference between the plan and the frozen city.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from scenarios import air
from scenarios.case import Case, cached
from scenarios.frames import entries, flat, labels
from scenarios.inventory import factor_table
from scenarios.stocks import activity_left, replacement, season, sector_left


@cached
def responses(case: Case) -> tuple[np.ndarray, dict[str, int], list[str]]:
    """Emission avoided in each year by a unit converted in each quarter. [t per activity unit]

    Shape: measures, quarters of conversion, years, pollutants; with the place of each measure, and the pollutants.
    """
    technologies = list(case["technologies"]["technology"])
    place = {name: number for number, name in enumerate(technologies)}
    factors = factor_table(case).reindex(technologies, fill_value=0.0)
    kept = np.eye(len(technologies)) + replacement(case)
    measures = case["measures"]
    moved = np.zeros((len(measures), len(technologies)))
    for number, (leaves, enters) in enumerate(zip(measures["from_technology"], measures["to_technology"], strict=True)):
        moved[number, place[leaves]] -= 1.0
        if enters:
            moved[number, place[enters]] += 1.0
    count = len(case.calendar.periods)
    emitted = np.empty((count, len(measures), factors.shape[1]))
    for age in range(count):
        emitted[age] = moved @ factors.to_numpy()
        moved = moved @ kept
    moments = [case.calendar.quarter(t) for t in case.calendar.periods]
    weights = season(case).reindex(activity_left(case).to_numpy())[moments].to_numpy()
    avoided = np.zeros((len(measures), count, len(case.settings.years), factors.shape[1]))
    for start in range(count):
        for later in range(start, count):
            age = later - start
            serving = emitted[age] + (emitted[age - 1] if age else 0.0)
            year = case.settings.years.index(case.calendar.year(case.calendar.periods[later]))
            avoided[:, start, year] -= weights[:, later, None] * serving / 2
    return avoided, {name: number for number, name in enumerate(measures["measure"])}, list(factors.columns)


@cached
def air_responses(case: Case) -> tuple[np.ndarray, list[tuple[str, str]], np.ndarray | None]:
    """Annual mean taken away in each year by a unit converted in each quarter. [ug/m3 per activity unit]

    Shape: measures, quarters of conversion, years, places in the air: of each pollutant the receptor that is quoted.
    With those places (receptor, air), and what a tonne of each area counts there where areas differ. Shape: areas,
    places. [1]
    """
    table, place, pollutants = responses(case)
    added = air.transfer(case)
    places = sorted((receptor, kind) for kind, receptor in air.reference_receptors(case).items())
    sector = sector_left(case)
    of_sector: dict[str, np.ndarray] = {}
    for (receptor, kind, where, pollutant), made in entries(added):
        into = of_sector.setdefault(where, np.zeros((len(pollutants), len(places))))
        if pollutant in pollutants and (receptor, kind) in places:
            into[pollutants.index(pollutant), places.index((receptor, kind))] = made
    nothing = np.zeros((len(pollutants), len(places)))
    made = np.stack([table[at] @ of_sector.get(sector[measure], nothing) for measure, at in place.items()])
    near = air.proximity(case)
    if near.empty:
        return made, places, None
    keys = pd.MultiIndex.from_tuples([(*each, area) for area in case["areas"]["area"] for each in places])
    return made, places, near.reindex(keys).fillna(1.0).to_numpy().reshape(-1, len(places))


def avoided(case: Case, conversions: pd.DataFrame, by: tuple[str, ...] = ("measure",)) -> pd.DataFrame:
    """Emission avoided, by measure (and area). Columns: those of ``by``, pollutant, year, reduction. [t]

    ``conversions`` has columns area, measure, period, quantity.
    """
    table, _, pollutants = responses(case)
    made = _summed(case, conversions, by, table[_cells(case, conversions)], labels("pollutant", pollutants))
    return made[[*by, "pollutant", "year", "reduction"]]


def concentration_avoided(case: Case, conversions: pd.DataFrame, by: tuple[str, ...] = ("measure",)) -> pd.DataFrame:
    """Annual mean taken away. Columns: those of ``by``, receptor, air, year, reduction. [ug/m3]

    ``conversions`` has columns area, measure, period, quantity.
    """
    table, places, near = air_responses(case)
    each = table[_cells(case, conversions)]
    if near is not None:
        each = each * near[_areas(case, conversions)][:, None, :]
    made = _summed(case, conversions, by, each, pd.DataFrame(places, columns=["receptor", "air"]))
    return made[[*by, "receptor", "air", "year", "reduction"]]


def total_avoided(case: Case, conversions: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Emission [t] and annual mean [ug/m3] that all conversions take away. Keys: pollutant, year; air, year."""
    quantity, at = conversions["quantity"].to_numpy(dtype=float), _cells(case, conversions)
    years = pd.DataFrame({"year": case.settings.years})
    table, _, pollutants = responses(case)
    emitted = flat(np.tensordot(quantity, table[at], 1), [years, labels("pollutant", pollutants)], "reduction")
    made, places, near = air_responses(case)
    weighed = quantity[:, None] * (1.0 if near is None else near[_areas(case, conversions)]) * np.ones(len(places))
    cleaned = np.einsum("ip,iyp->yp", weighed, made[at])
    means = flat(cleaned, [years, labels("air", [air for _, air in places])], "reduction")
    return emitted.groupby(["pollutant", "year"])["reduction"].sum(), means.groupby(["air", "year"])["reduction"].sum()


def _areas(case: Case, conversions: pd.DataFrame) -> np.ndarray:
    """The place of each conversion's area."""
    return np.asarray(pd.Index(case["areas"]["area"]).get_indexer(conversions["area"]))


def _cells(case: Case, conversions: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """The place of each conversion's measure and quarter."""
    _, place, _ = responses(case)
    measures = np.array([place[measure] for measure in conversions["measure"].to_numpy()], dtype=int)
    position = case.calendar.position
    return measures, np.array([position[period] for period in conversions["period"].to_numpy()], dtype=int)


def _summed(
    case: Case, conversions: pd.DataFrame, by: tuple[str, ...], each: np.ndarray, kinds: pd.DataFrame
) -> pd.DataFrame:
    """What units converted do each (shape: conversions, years, kinds), times their quantity, summed over ``by``."""
    members = conversions[list(by)].drop_duplicates().sort_values(list(by))
    group = pd.MultiIndex.from_frame(members).get_indexer(pd.MultiIndex.from_frame(conversions[list(by)]))
    summed = np.zeros((len(members), *each.shape[1:]))
    np.add.at(summed, group, conversions["quantity"].to_numpy(dtype=float)[:, None, None] * each)
    years = pd.DataFrame({"year": case.settings.years})
    return flat(summed.swapaxes(0, 1), [years, members, kinds], "reduction")
