"""What follows from decisions: balances, potentials and pace, emissions, concentrations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import pandas as pd

from scenarios.verification.given import Given, Stock, Violation, means, off


def balances(given: Given, stock: Stock, conversions: pd.DataFrame) -> list[Violation]:
    """Each stock follows from the one before by wear, growth and conversion, starts as given and is never negative."""
    moved: dict[tuple[str, str, str], float] = defaultdict(float)
    for row in conversions.itertuples():
        ends = given.measure[row.measure]
        moved[row.area, ends["from_technology"], row.period] -= row.quantity
        if ends["to_technology"]:
            moved[row.area, ends["to_technology"], row.period] += row.quantity
    yearly: dict[str, float] = defaultdict(float)
    for row in given.rows["turnover"]:
        yearly[row["technology"]] += row["rate"]
    part = {technology: (1 - (1 - rate) ** 0.25) / rate if rate else 0.0 for technology, rate in yearly.items()}
    into = defaultdict(list)
    for row in given.rows["turnover"]:
        into[row["into"]].append((row["technology"], row["rate"] * part[row["technology"]]))
    growth = {(row["technology"], row["year"]): row["rate"] for row in given.rows["growth"]}
    found = []
    none = [0.0] * (len(given.periods) + 1)
    for area in given.areas:
        for technology, activity in given.activity_of.items():
            size = given.start.get((area, activity), 0.0)
            levels = stock.get((area, technology), none)
            if levels is none and not size:
                continue
            found.append(
                off(("start", area, technology), levels[0], "==", given.start_stock.get((area, technology), 0.0), size)
            )
            worn_out = yearly.get(technology, 0.0) * part.get(technology, 0.0)
            arriving = [(rate, stock.get((area, worn), none)) for worn, rate in into[technology]]
            for place, period in enumerate(given.periods):
                grown = growth.get((technology, int(period[:4])), 0.0) * size / 4
                expected = (
                    levels[place] * (1 - worn_out)
                    + sum(rate * other[place] for rate, other in arriving)
                    + grown
                    + moved.get((area, technology, period), 0.0)
                )
                found += [
                    off(("balance", area, technology, period), levels[place + 1], "==", expected, size),
                    off(("not negative", area, technology, period), levels[place + 1], ">=", 0.0, size),
                ]
    return found


def limits(given: Given, conversions: pd.DataFrame) -> list[Violation]:
    """Conversions keep potential, pace and whole projects."""
    over: dict[tuple[str, str], float] = defaultdict(float)
    year: dict[tuple[str, str, int], float] = defaultdict(float)
    found = []
    for row in conversions.itertuples():
        over[row.area, row.measure] += row.quantity
        year[row.area, row.measure, int(row.period[:4])] += row.quantity
        size = given.start[row.area, given.activity_of[given.measure[row.measure]["from_technology"]]]
        key = (row.area, row.measure, int(row.period[:4]))
        most = given.limit("pace", key, "share") * given.limit("pace", key, "quarter_share") * size
        found.append(off(("quarter pace", row.area, row.measure, row.period), row.quantity, "<=", most, size))
        lot = given.measure[row.measure]["lot"]
        if lot and lot > 0:
            found.append(
                off(
                    ("whole projects", row.area, row.measure, row.period),
                    row.quantity / lot,
                    "==",
                    round(row.quantity / lot),
                )
            )
    for (area, measure), amount in over.items():
        size = given.start[area, given.activity_of[given.measure[measure]["from_technology"]]]
        found.append(
            off(
                ("potential", area, measure),
                amount,
                "<=",
                given.limit("potentials", (area, measure), "share") * size,
                size,
            )
        )
    for (area, measure, when), amount in year.items():
        size = given.start[area, given.activity_of[given.measure[measure]["from_technology"]]]
        found.append(
            off(
                ("pace", area, measure, when),
                amount,
                "<=",
                given.limit("pace", (area, measure, when), "share") * size,
                size,
            )
        )
    return found


def emissions_written(given: Given, stock: Stock, emissions: pd.DataFrame) -> list[Violation]:
    """Emissions as written are factor, season and mean stock."""
    expected: dict[tuple[str, str, str, str], float] = defaultdict(float)
    for (area, technology), levels in stock.items():
        activity = given.activity_of[technology]
        working = [mean * weight for mean, weight in zip(means(levels), given.weights[activity], strict=True)]
        for pollutant, factor in given.emits[technology]:
            for period, amount in zip(given.periods, working, strict=True):
                expected[area, activity, pollutant, period] += amount * factor
    written = dict(
        zip(
            zip(emissions["area"], emissions["activity"], emissions["pollutant"], emissions["period"], strict=True),
            emissions["emission"],
            strict=True,
        )
    )
    size: dict[tuple[str, str], float] = defaultdict(float)
    for (_, activity, pollutant, _), amount in expected.items():
        size[activity, pollutant] += amount
    return [
        off(("emission", *key), written.get(key, 0.0), "==", expected.get(key, 0.0), size[key[1], key[2]])
        for key in expected.keys() | written.keys()
    ]


def air(given: Given, tables: Mapping[str, pd.DataFrame]) -> list[Violation]:
    """Concentrations as written follow from emissions in the proportions of the apportionment."""
    case = given.case
    observed = {
        (row["receptor"], row["pollutant"]): row["value"]
        for row in given.rows["observations"]
        if row["year"] == case.settings.reference_year
    }
    ratio = {(row["pollutant"], row["precursor"]): row["ratio"] for row in given.rows["precursors"]}
    group_of = {row["sector"]: row["group"] for row in given.rows["sectors"]}
    base: dict[tuple[str, str], float] = defaultdict(float)
    for (_, technology), amount in given.stock(case.settings.reference_year).items():
        for pollutant, factor in given.emits[technology]:
            base[given.sector_of[given.activity_of[technology]], pollutant] += amount * factor
    yearly = (
        tables["emissions"]
        .groupby(["sector", "pollutant", tables["emissions"]["period"].str[:4].astype(int)])["emission"]
        .sum()
        .to_dict()
    )
    part = {(row["receptor"], row["pollutant"], row["group"]): row["share"] for row in given.rows["apportionment"]}
    written = tables["concentrations"].groupby(["receptor", "air", "year"])["concentration"].sum().to_dict()
    found = []
    for row in given.rows["background"]:
        if row["assumption"] != case.settings.background:
            continue
        receptor, air, year = row["receptor"], row["pollutant"], row["year"]
        regional = part[receptor, air, "regional"]
        level = observed[receptor, air] * regional * (1 + row["change"])
        for (r, p, group), share in part.items():
            if (r, p) == (receptor, air) and group != "regional":
                then = sum(ratio.get((air, q), 0.0) * e for (sector, q), e in base.items() if group_of[sector] == group)
                now = sum(
                    ratio.get((air, q), 0.0) * e
                    for (sector, q, y), e in yearly.items()
                    if group_of[sector] == group and y == year
                )
                level += observed[receptor, air] * (1 - regional) * share * now / then
        found.append(
            off(("concentration", receptor, air, year), written.get((receptor, air, year), float("nan")), "==", level)
        )
    return found
