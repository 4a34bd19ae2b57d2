"""What follows from decisions: balances, potentials and pace, emissions, concentrations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import pandas as pd

from scenarios.verification.given import Given, Stock, Violation, off, served


def balances(given: Given, stock: Stock, conversions: pd.DataFrame) -> list[Violation]:
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
    for area in given.areas:
        for technology, activity in given.activity_of.items():
            start = given.start_stock.get((area, technology), 0.0)
            size = given.start.get((area, activity), 0.0)
            levels = stock.get((area, technology), {})
            if not (levels or start or size):
                continue
            found.append(off(("start", area, technology), levels.get("start", 0.0), "==", start, size))
            last = start
            for place, period in enumerate(given.periods):
                opening = given.periods[place - 1] if place else "start"
                arrived = sum(rate * stock.get((area, worn), {}).get(opening, 0.0) for worn, rate in into[technology])
                grown = growth.get((technology, int(period[:4])), 0.0) * size / 4
                worn_out = yearly.get(technology, 0.0) * part.get(technology, 0.0)
                expected = last * (1 - worn_out) + arrived + grown + moved.get((area, technology, period), 0.0)
                last = levels.get(period, 0.0)
                found += [off(("balance", area, technology, period), last, "==", expected, size), off(("not negative", area, technology, period), last, ">=", 0.0, size)]
    return found


def limits(given: Given, conversions: pd.DataFrame) -> list[Violation]:
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
            found.append(off(("whole projects", row.area, row.measure, row.period), row.quantity / lot, "==", round(row.quantity / lot)))
    for (area, measure), amount in over.items():
        size = given.start[area, given.activity_of[given.measure[measure]["from_technology"]]]
        found.append(off(("potential", area, measure), amount, "<=", given.limit("potentials", (area, measure), "share") * size, size))
    for (area, measure, when), amount in year.items():
        size = given.start[area, given.activity_of[given.measure[measure]["from_technology"]]]
        found.append(off(("pace", area, measure, when), amount, "<=", given.limit("pace", (area, measure, when), "share") * size, size))
    return found


def emissions_written(given: Given, stock: Stock, emissions: pd.DataFrame) -> list[Violation]:
    expected: dict[tuple[str, str, str, str], float] = defaultdict(float)
    for (area, technology), _ in stock.items():
        activity = given.activity_of[technology]
        for period in given.periods:
            working = served(given, stock, (area, technology), period) * given.weight(activity, period)
            if working:
                for pollutant, factor in given.emits[technology]:
                    expected[area, activity, pollutant, period] += working * factor
    written = emissions.set_index(["area", "activity", "pollutant", "period"])["emission"].to_dict()
    size: dict[tuple[str, str], float] = defaultdict(float)
    for (_, activity, pollutant, _), amount in expected.items():
        size[activity, pollutant] += amount
    return [off(("emission", *key), written.get(key, 0.0), "==", expected.get(key, 0.0), size[key[1], key[2]])
            for key in expected.keys() | written.keys()]


def air(given: Given, tables: Mapping[str, pd.DataFrame]) -> list[Violation]:
    case = given.case
    observed = {(row["receptor"], row["pollutant"]): row["value"] for row in given.rows["observations"] if row["year"] == case.settings.reference_year}
    ratio = {(row["pollutant"], row["precursor"]): row["ratio"] for row in given.rows["precursors"]}
    group_of = {row["sector"]: row["group"] for row in given.rows["sectors"]}
    base: dict[tuple[str, str], float] = defaultdict(float)
    for (_, technology), amount in given.stock(case.settings.reference_year).items():
        for pollutant, factor in given.emits[technology]:
            base[given.sector_of[given.activity_of[technology]], pollutant] += amount * factor
    yearly = tables["emissions"].groupby(["sector", "pollutant", tables["emissions"]["period"].str[:4].astype(int)])["emission"].sum().to_dict()
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
                now = sum(ratio.get((air, q), 0.0) * e for (sector, q, y), e in yearly.items() if group_of[sector] == group and y == year)
                level += observed[receptor, air] * (1 - regional) * share * now / then
        found.append(off(("concentration", receptor, air, year), written.get((receptor, air, year), float("nan")), "==", level))
    return found
