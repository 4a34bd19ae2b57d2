"""What follows from decisions: balances, potentials and pace, emissions, concentrations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from itertools import product

import numpy as np
import pandas as pd

from scenarios.frames import each_row, entries
from scenarios.verification.given import Given, Violation, means, violation, violations


def balances(given: Given, stock: np.ndarray, conversions: pd.DataFrame) -> list[Violation]:
    """Each stock follows from the one before by wear, growth and conversion, starts as given and is never negative."""
    keys = list(product(given.areas, given.activity_of))
    levels = stock.reshape(len(keys), -1)
    activity = [given.activity_of[technology] for _, technology in keys]
    size = np.array([given.start.get(key, 0.0) for key in zip([area for area, _ in keys], activity, strict=True)])
    start = np.array([given.start_stock.get(key, 0.0) for key in keys])
    growth = {(row["technology"], row["year"]): row["rate"] for row in given.rows["growth"]}
    rate = np.array(
        [[growth.get((technology, int(t[:4])), 0.0) for t in given.periods] for technology in given.activity_of]
    )
    worn_out, into = _wear(given)
    arriving = np.einsum("kj,akt->ajt", into, stock[:, :, :-1]).reshape(len(keys), -1)
    expected = (
        levels[:, :-1] * (1 - np.tile(worn_out, len(given.areas)))[:, None]
        + arriving
        + np.tile(rate, (len(given.areas), 1)) * size[:, None] / 4
        + _moved(given, keys, conversions)
    )
    sizes, after, count = np.repeat(size, len(given.periods)), levels[:, 1:].ravel(), len(given.periods)

    def named(what: str) -> Callable[[int], tuple[object, ...]]:
        return lambda place: (what, *keys[place // count], given.periods[place % count])

    return [
        *violations(lambda place: ("start", *keys[place]), levels[:, 0], "==", start, size),
        *violations(named("balance"), after, "==", expected.ravel(), sizes),
        *violations(named("not negative"), after, ">=", np.zeros(len(after)), sizes),
    ]


def _moved(given: Given, keys: list[tuple[str, str]], conversions: pd.DataFrame) -> np.ndarray:
    """Net arrival by area and technology, in each quarter. [activity unit]"""
    row_of = {key: number for number, key in enumerate(keys)}
    place = {period: number for number, period in enumerate(given.periods)}
    moved = np.zeros((len(keys), len(given.periods)))
    for row in each_row(conversions):
        ends, when = given.measure[row.measure], place[row.period]
        moved[row_of[row.area, ends["from_technology"]], when] -= row.quantity
        if ends["to_technology"]:
            moved[row_of[row.area, ends["to_technology"]], when] += row.quantity
    return moved


def _wear(given: Given) -> tuple[np.ndarray, np.ndarray]:
    """Share of each technology that wears out in a quarter, and what of it comes into each other. [1/quarter]"""
    place = {technology: number for number, technology in enumerate(given.activity_of)}
    yearly: dict[str, float] = defaultdict(float)
    for row in given.rows["turnover"]:
        yearly[row["technology"]] += row["rate"]
    worn, into = np.zeros(len(place)), np.zeros((len(place), len(place)))
    for technology, rate in yearly.items():
        worn[place[technology]] = 1 - (1 - rate) ** 0.25
    for row in given.rows["turnover"]:
        number, rate = place[row["technology"]], yearly[row["technology"]]
        into[number, place[row["into"]]] += worn[number] * row["rate"] / rate if rate else 0.0
    return worn, into


def limits(given: Given, conversions: pd.DataFrame) -> list[Violation]:
    """Conversions are never negative, and keep potential, pace and whole projects."""
    over: dict[tuple[str, str], float] = defaultdict(float)
    year: dict[tuple[str, str, int], float] = defaultdict(float)
    found = []
    for row in each_row(conversions):
        key = (row.area, row.measure, int(row.period[:4]))
        over[row.area, row.measure] += row.quantity
        year[key] += row.quantity
        size = _size(given, row.area, row.measure)
        found.append(violation(("not negative", row.area, row.measure, row.period), row.quantity, ">=", 0.0, size))
        most = given.limit("pace", key, "share") * given.limit("pace", key, "quarter_share") * size
        found.append(violation(("quarter pace", row.area, row.measure, row.period), row.quantity, "<=", most, size))
        lot = given.measure[row.measure]["lot"]
        if lot and lot > 0:
            count = row.quantity / lot
            found.append(violation(("whole projects", row.area, row.measure, row.period), count, "==", round(count)))
    for (area, measure), amount in over.items():
        size = _size(given, area, measure)
        most = given.limit("potentials", (area, measure), "share") * size
        found.append(violation(("potential", area, measure), amount, "<=", most, size))
    for (area, measure, when), amount in year.items():
        size = _size(given, area, measure)
        most = given.limit("pace", (area, measure, when), "share") * size
        found.append(violation(("pace", area, measure, when), amount, "<=", most, size))
    return found


def _size(given: Given, area: str, measure: str) -> float:
    """Quantity at the start of the activity that a measure converts. [activity unit]"""
    return given.start.get((area, given.activity_of[given.measure[measure]["from_technology"]]), 0.0)


def emissions_written(given: Given, stock: np.ndarray, emissions: pd.DataFrame) -> list[Violation]:
    """Emissions as written are factor, season and mean stock."""
    weights = np.array([given.weights[activity] for activity in given.activity_of.values()])
    working = means(stock) * weights
    activities, pollutants = list(given.sector_of), [row["pollutant"] for row in given.rows["pollutants"]]
    belongs = np.zeros((len(given.activity_of), len(activities), len(pollutants)))
    for number, (technology, activity) in enumerate(given.activity_of.items()):
        for pollutant, factor in given.emits[technology]:
            belongs[number, activities.index(activity), pollutants.index(pollutant)] += factor
    expected = np.einsum("ksp,akt->aspt", belongs, working, optimize=True)
    sets = (given.areas, activities, pollutants, given.periods)
    names = ("area", "activity", "pollutant", "period")
    where = [pd.Index(members).get_indexer(emissions[name]) for members, name in zip(sets, names, strict=True)]
    written = np.zeros(expected.shape)
    written[tuple(where)] = emissions["emission"].to_numpy(dtype=float)
    size = np.broadcast_to(expected.sum(axis=(0, 3))[None, :, :, None], expected.shape)

    def named(place: int) -> tuple[object, ...]:
        index = np.unravel_index(place, expected.shape)
        return "emission", *(members[number] for members, number in zip(sets, index, strict=True))

    strangers = [("emission", "of something unknown")] if any((places < 0).any() for places in where) else []
    return [
        *violations(named, written.ravel(), "==", expected.ravel(), size.ravel()),
        *(Violation(statement, np.inf) for statement in strangers),
    ]


def air(given: Given, tables: Mapping[str, pd.DataFrame]) -> list[Violation]:
    """Concentrations as written follow from emissions in the proportions of the apportionment."""
    settings = given.case.settings
    observed = {
        (row["receptor"], row["pollutant"]): row["value"]
        for row in given.rows["observations"]
        if row["year"] == settings.reference_year
    }
    base = _base_emission(given)
    group_of = {row["sector"]: row["group"] for row in given.rows["sectors"]}
    rows = tables["emissions"]
    emitted = rows.groupby([rows["period"].str[:4].astype(int), "area", "sector", "pollutant"])["emission"].sum()
    yearly: dict[int, dict[tuple[str, str, str], float]] = defaultdict(dict)
    for (year, *key), amount in entries(emitted):
        yearly[year][key[0], key[1], key[2]] = amount
    part = {(row["receptor"], row["pollutant"], row["group"]): row["share"] for row in given.rows["apportionment"]}
    expected: dict[tuple[str, str, int, str], float] = {}
    for row in given.rows["background"]:
        if row["assumption"] == settings.background:
            receptor, air, year = row["receptor"], row["pollutant"], row["year"]
            before, regional = observed[receptor, air], part[receptor, air, "regional"]
            expected[receptor, air, year, "regional"] = before * regional * (1 + row["change"])
            whole: dict[str, float] = defaultdict(float)
            for sector, weight in _weights(given, base, receptor, air).items():
                whole[group_of[sector]] += weight
            for sector, weight in _weights(given, yearly[year], receptor, air).items():
                share = part.get((receptor, air, group_of[sector]))
                if share is not None and weight:
                    made = before * (1 - regional) * share * weight / whole[group_of[sector]]
                    expected[receptor, air, year, sector] = made
    written = {
        (row.receptor, row.air, row.year, row.source): row.concentration for row in each_row(tables["concentrations"])
    }
    return [
        violation(("concentration", *key), written.get(key, 0.0), "==", expected.get(key, 0.0))
        for key in expected.keys() | written.keys()
    ]


def _base_emission(given: Given) -> dict[tuple[str, str, str], float]:
    """Emission of the reference year by area, sector and pollutant. [t]"""
    base: dict[tuple[str, str, str], float] = defaultdict(float)
    for (area, technology), amount in given.stock(given.case.settings.reference_year).items():
        for pollutant, factor in given.emits[technology]:
            base[area, given.sector_of[given.activity_of[technology]], pollutant] += amount * factor
    return base


def _weights(given: Given, emission: Mapping[tuple[str, str, str], float], receptor: str, air: str) -> dict[str, float]:
    """Emission of each sector, weighted by what each pollutant forms and by how near each area is. [t]"""
    ratio = {row["precursor"]: row["ratio"] for row in given.rows["precursors"] if row["pollutant"] == air}
    near = {
        row["area"]: row["weight"]
        for row in given.rows["proximity"]
        if (row["receptor"], row["pollutant"]) == (receptor, air)
    }
    weights: dict[str, float] = defaultdict(float)
    for (area, sector, pollutant), amount in emission.items():
        if pollutant in ratio:
            weights[sector] += ratio[pollutant] * near.get(area, 1.0) * amount
    return weights
