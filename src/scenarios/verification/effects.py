"""What follows from decisions: balances, potentials and pace, emissions, concentrations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import product

import numpy as np
import pandas as pd

from scenarios.frames import each_row, entries
from scenarios.verification.given import Given, Stock, Violation, means, off


def balances(given: Given, stock: Stock, conversions: pd.DataFrame) -> list[Violation]:
    """Each stock follows from the one before by wear, growth and conversion, starts as given and is never negative."""
    moved = _moved(given, conversions)
    worn_out, into = _wear(given)
    growth = {(row["technology"], row["year"]): row["rate"] for row in given.rows["growth"]}
    found = []
    none = [0.0] * (len(given.periods) + 1)
    for area, (technology, activity) in product(given.areas, given.activity_of.items()):
        size = given.start.get((area, activity), 0.0)
        levels = stock.get((area, technology), none)
        if levels is none and not size:
            continue
        start = given.start_stock.get((area, technology), 0.0)
        found.append(off(("start", area, technology), levels[0], "==", start, size))
        arriving = [(rate, stock.get((area, worn), none)) for worn, rate in into[technology]]
        for place, period in enumerate(given.periods):
            expected = (
                levels[place] * (1 - worn_out[technology])
                + sum(rate * other[place] for rate, other in arriving)
                + growth.get((technology, int(period[:4])), 0.0) * size / 4
                + moved.get((area, technology, period), 0.0)
            )
            found += [
                off(("balance", area, technology, period), levels[place + 1], "==", expected, size),
                off(("not negative", area, technology, period), levels[place + 1], ">=", 0.0, size),
            ]
    return found


def _moved(given: Given, conversions: pd.DataFrame) -> dict[tuple[str, str, str], float]:
    """Net arrival by area, technology and quarter. [activity unit]"""
    moved: dict[tuple[str, str, str], float] = defaultdict(float)
    for row in each_row(conversions):
        ends = given.measure[row.measure]
        moved[row.area, ends["from_technology"], row.period] -= row.quantity
        if ends["to_technology"]:
            moved[row.area, ends["to_technology"], row.period] += row.quantity
    return moved


def _wear(given: Given) -> tuple[dict[str, float], dict[str, list[tuple[str, float]]]]:
    """Share of each technology that wears out in a quarter, and what comes into each from which. [1/quarter]"""
    yearly: dict[str, float] = defaultdict(float)
    for row in given.rows["turnover"]:
        yearly[row["technology"]] += row["rate"]
    part = {technology: (1 - (1 - rate) ** 0.25) / rate if rate else 0.0 for technology, rate in yearly.items()}
    into: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for row in given.rows["turnover"]:
        into[row["into"]].append((row["technology"], row["rate"] * part[row["technology"]]))
    return defaultdict(float, {technology: rate * part[technology] for technology, rate in yearly.items()}), into


def limits(given: Given, conversions: pd.DataFrame) -> list[Violation]:
    """Conversions keep potential, pace and whole projects."""
    over: dict[tuple[str, str], float] = defaultdict(float)
    year: dict[tuple[str, str, int], float] = defaultdict(float)
    found = []
    for row in each_row(conversions):
        key = (row.area, row.measure, int(row.period[:4]))
        over[row.area, row.measure] += row.quantity
        year[key] += row.quantity
        size = _size(given, row.area, row.measure)
        most = given.limit("pace", key, "share") * given.limit("pace", key, "quarter_share") * size
        found.append(off(("quarter pace", row.area, row.measure, row.period), row.quantity, "<=", most, size))
        lot = given.measure[row.measure]["lot"]
        if lot and lot > 0:
            count = row.quantity / lot
            found.append(off(("whole projects", row.area, row.measure, row.period), count, "==", round(count)))
    for (area, measure), amount in over.items():
        size = _size(given, area, measure)
        most = given.limit("potentials", (area, measure), "share") * size
        found.append(off(("potential", area, measure), amount, "<=", most, size))
    for (area, measure, when), amount in year.items():
        size = _size(given, area, measure)
        most = given.limit("pace", (area, measure, when), "share") * size
        found.append(off(("pace", area, measure, when), amount, "<=", most, size))
    return found


def _size(given: Given, area: str, measure: str) -> float:
    """Quantity at the start of the activity that a measure converts. [activity unit]"""
    return given.start.get((area, given.activity_of[given.measure[measure]["from_technology"]]), 0.0)


def emissions_written(given: Given, stock: Stock, emissions: pd.DataFrame) -> list[Violation]:
    """Emissions as written are factor, season and mean stock."""
    place = {period: number for number, period in enumerate(given.periods)}
    expected: dict[tuple[str, str, str], np.ndarray] = {}
    for (area, technology), levels in stock.items():
        activity = given.activity_of[technology]
        with np.errstate(invalid="ignore"):  # an infinite stock in a quarter without activity is no number
            working = np.array(means(levels)) * given.weights[activity]
        for pollutant, factor in given.emits[technology]:
            source = area, activity, pollutant
            expected[source] = expected.get(source, 0.0) + working * factor
    names = ("area", "activity", "pollutant", "period", "emission")
    columns = (emissions[name].to_numpy(dtype=object) for name in names)
    written: dict[tuple[str, str, str], np.ndarray] = {}
    for area, activity, pollutant, period, emission in zip(*columns, strict=True):
        of_source = written.setdefault((area, activity, pollutant), np.zeros(len(place)))
        of_source[place[period]] = emission
    size: dict[tuple[str, str], float] = defaultdict(float)
    for (_, activity, pollutant), amounts in expected.items():
        size[activity, pollutant] += float(amounts.sum())
    nothing = np.zeros(len(place))
    return [
        off(("emission", *source, period), left, "==", right, size[source[1:]])
        for source in expected.keys() | written.keys()
        for period, left, right in zip(
            given.periods, written.get(source, nothing).tolist(), expected.get(source, nothing).tolist(), strict=True
        )
    ]


def air(given: Given, tables: Mapping[str, pd.DataFrame]) -> list[Violation]:
    """Concentrations as written follow from emissions in the proportions of the apportionment."""
    settings = given.case.settings
    observed = {
        (row["receptor"], row["pollutant"]): row["value"]
        for row in given.rows["observations"]
        if row["year"] == settings.reference_year
    }
    base = _weights(given, _base_emission(given))
    whole: dict[tuple[str, str], float] = defaultdict(float)
    group_of = {row["sector"]: row["group"] for row in given.rows["sectors"]}
    for (air, sector), weight in base.items():
        whole[air, group_of[sector]] += weight
    rows = tables["emissions"]
    emitted = rows.groupby([rows["period"].str[:4].astype(int), "sector", "pollutant"])["emission"].sum()
    part = {(row["receptor"], row["pollutant"], row["group"]): row["share"] for row in given.rows["apportionment"]}
    expected: dict[tuple[str, str, int, str], float] = {}
    for row in given.rows["background"]:
        if row["assumption"] == settings.background:
            receptor, air, year = row["receptor"], row["pollutant"], row["year"]
            before, regional = observed[receptor, air], part[receptor, air, "regional"]
            expected[receptor, air, year, "regional"] = before * regional * (1 + row["change"])
            now = _weights(given, {key[1:]: amount for key, amount in entries(emitted) if key[0] == year})
            for (formed, sector), weight in now.items():
                share = part.get((receptor, air, group_of[sector]))
                if formed == air and share is not None and weight:
                    made = before * (1 - regional) * share * weight / whole[air, group_of[sector]]
                    expected[receptor, air, year, sector] = made
    written = {
        (row.receptor, row.air, row.year, row.source): row.concentration for row in each_row(tables["concentrations"])
    }
    return [
        off(("concentration", *key), written.get(key, 0.0), "==", expected.get(key, 0.0))
        for key in expected.keys() | written.keys()
    ]


def _base_emission(given: Given) -> dict[tuple[str, str], float]:
    """Emission of the reference year by sector and pollutant. [t]"""
    base: dict[tuple[str, str], float] = defaultdict(float)
    for (_, technology), amount in given.stock(given.case.settings.reference_year).items():
        for pollutant, factor in given.emits[technology]:
            base[given.sector_of[given.activity_of[technology]], pollutant] += amount * factor
    return base


def _weights(given: Given, emission: Mapping[tuple[str, str], float]) -> dict[tuple[str, str], float]:
    """Emission of each sector weighted by what each pollutant forms. Key: pollutant in the air, sector. [t]"""
    weights: dict[tuple[str, str], float] = defaultdict(float)
    for row in given.rows["precursors"]:
        for (sector, pollutant), amount in emission.items():
            if pollutant == row["precursor"]:
                weights[row["pollutant"], sector] += row["ratio"] * amount
    return weights
