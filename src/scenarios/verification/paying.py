"""Who pays: subsidies by rule and shares of the rest, worked out again from the tables as written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from math import inf

import numpy as np
import pandas as pd

from scenarios.frames import each_row, entries
from scenarios.verification.cost import operating, unit_costs
from scenarios.verification.given import Given, Violation, means, violation

ROUNDED = 1e-6  #: part of what the city costs to run below which the difference of two such sums is rounding [1]
Shares = dict[str, float]  # payer -> part of a cost [1]
Spent = dict[tuple[str, str, int], float]  # technology (or payer), item, year [CNY]
Converted = tuple[tuple[str, str], float]  # measure and period, quantity [activity unit]


class Payers:
    """Rules and shares, looked up by subject and kind of cost."""

    def __init__(self, given: Given):
        self.given = given
        self.unit = unit_costs(given)
        self.capital = {row["subject"]: row["value"] for row in given.rows["costs"] if row["item"] == "capital"}
        self.share: dict[tuple[str, str], Shares] = defaultdict(dict)
        for row in given.rows["payers"]:
            self.share[row["subject"], row["item"]][row["payer"]] = row["share"]
        use = {(row["technology"], row["fuel"]): row["use"] for row in given.rows["fuel_use"]}
        self.rules: dict[tuple[str, str], list[tuple[str, float, float]]] = defaultdict(list)
        for row in given.rows["subsidies"]:
            by = {"amount": 1.0, "share": self.price(row["subject"], row["item"])}
            each = row["value"] * by.get(row["kind"], use.get((row["subject"], row["fuel"]), 0.0))
            each = min(each, row["ceiling"] if row["ceiling"] >= 0 else inf)
            years = row["years"] if row["years"] > 0 else inf
            self.rules[row["subject"], row["item"]].append((row["payer"], each, years))
        self._capital_parts: dict[str, Shares] = {}
        for (subject, item), rules in self.rules.items():
            together, price = sum(each for _, each, _ in rules), self.price(subject, item)
            if together > price:
                rules[:] = [(payer, each * price / together, years) for payer, each, years in rules]

    def price(self, subject: str, item: str) -> float:
        """What a unit of a measure or technology costs. [CNY per unit (and year)]"""
        return float(self.capital[subject] if item == "capital" else self.unit[item][subject])

    def rest(self, subject: str, kind: str) -> Shares:
        """Who pays what the rules leave: the subject's own rows, its activity's, its sector's."""
        leaves = self.given.measure.get(subject, {}).get("from_technology", subject)
        activity = self.given.activity_of.get(leaves, "")
        names = [subject, activity, self.given.sector_of.get(activity, "")]
        return self.share[next(((name, kind) for name in names if (name, kind) in self.share), ("", kind))]

    def capital_parts(self, measure: str) -> Shares:
        """Who pays which part of a measure's capital, rules included."""
        if measure not in self._capital_parts:
            self._capital_parts[measure] = self._found_capital_parts(measure)
        return self._capital_parts[measure]

    def _found_capital_parts(self, measure: str) -> Shares:
        price = self.price(measure, "capital")
        found = {payer: each / price for payer, each, _ in self.rules[measure, "capital"]} if price else {}
        left = 1.0 - sum(found.values())
        for payer, part in self.rest(measure, "capital").items():
            found[payer] = found.get(payer, 0.0) + part * left
        return found


def funding(given: Given, stock: np.ndarray, tables: Mapping[str, pd.DataFrame]) -> list[Violation]:
    """The funding table shares all costs among payers, who pay alike in all areas. [CNY]"""
    payers = Payers(given)
    expected: Spent = defaultdict(float)
    for (measure, item, year), cny in entries(tables["costs"].groupby(["measure", "item", "year"])["cny"].sum()):
        ends = given.measure.get(measure, {})
        runs_on = item in payers.unit
        if not ends and runs_on:  # wear
            continue
        if runs_on:
            shares = payers.rest(ends["to_technology"] or ends["from_technology"], item)
        else:
            shares = payers.capital_parts(measure) if ends else payers.rest(measure, "task")
        for payer, part in shares.items():
            expected[payer, item, year] += part * cny
    converted = list(entries(tables["conversions"].groupby(["measure", "period"])["quantity"].sum()))
    for (technology, item, year), cny in _worn(given, payers, stock, converted).items():
        for payer, part in payers.rest(technology, item).items():
            expected[payer, item, year] += part * cny
    for payer, leads, item, year, cny in _subsidised(payers, converted):
        expected[payer, item, year] += cny
        for bearer, part in payers.rest(leads, item).items():
            expected[bearer, item, year] -= part * cny
    written = {(row.payer, row.item, row.year): row.cny for row in each_row(tables["funding"])}
    size = sum(map(abs, expected.values())) * 1e-3 + abs(operating(given, stock)) * ROUNDED
    return [
        violation(("funding", *key), written.get(key, 0.0), "==", expected.get(key, 0.0), size)
        for key in expected.keys() | written.keys()
    ]


def _quarters(given: Given, converted: Converted, item: str, years: float = inf) -> Iterator[tuple[int, float]]:
    """Year and unit-years of what a conversion has in service in each quarter."""
    (measure, period), quantity = converted
    first = given.periods.index(period)
    weights = given.weights[given.activity_of[given.measure[measure]["from_technology"]]]
    for place in range(first, len(given.periods)):
        age = place - first
        part = 0.5 if age in (0, 4 * years) else float(age < 4 * years)
        yield int(given.periods[place][:4]), quantity * part * (weights[place] if item == "fuel" else 0.25)


def _worn(given: Given, payers: Payers, stock: np.ndarray, conversions: Iterable[Converted]) -> Spent:
    """Running and fuel cost that wear changes, by technology, item and year. [CNY]"""
    found: Spent = defaultdict(float)
    more = means((stock - given.frozen).sum(axis=0))
    for technology, working in zip(given.activity_of, more.tolist(), strict=True):
        weights = given.weights[given.activity_of[technology]]
        running, fuel = payers.unit["running"][technology] / 4, payers.unit["fuel"][technology]
        for mean, weight, period in zip(working, weights, given.periods, strict=True):
            found[technology, "running", int(period[:4])] += mean * running
            found[technology, "fuel", int(period[:4])] += mean * weight * fuel
    for converted in conversions:
        ends = given.measure[converted[0][0]]
        for item in payers.unit:
            for year, units in _quarters(given, converted, item):
                found[ends["from_technology"], item, year] += units * payers.unit[item][ends["from_technology"]]
                if ends["to_technology"]:
                    found[ends["to_technology"], item, year] -= units * payers.unit[item][ends["to_technology"]]
    return found


def _subsidised(payers: Payers, conversions: Iterable[Converted]) -> Iterator[tuple[str, str, str, int, float]]:
    """Payer, technology that is led to, item, year and what a rule gives for running it or its fuel. [CNY]"""
    for converted in conversions:
        ends = payers.given.measure[converted[0][0]]
        leads = ends["to_technology"] or ends["from_technology"]
        for item in payers.unit:
            for payer, each, years in payers.rules.get((ends["to_technology"], item), ()):
                for year, units in _quarters(payers.given, converted, item, years):
                    yield payer, leads, item, year, units * each
            for payer, each, years in payers.rules.get((ends["from_technology"], item), ()):
                for year, units in _quarters(payers.given, converted, item) if years == inf else ():
                    yield payer, leads, item, year, -units * each
