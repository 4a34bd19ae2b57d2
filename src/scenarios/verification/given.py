"""The case's tables as dictionaries, and the stocks as written: what verification starts from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import cached_property
from math import inf, isfinite, nan
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from scenarios.case import Case
from scenarios.frames import records

ROUNDING = 1e-12  #: relative difference that is rounding of the arithmetic [1]


class Violation(NamedTuple):
    """How far a statement is off, relative to the size of its terms. [1]"""

    statement: tuple[object, ...]
    size: float


def violation(statement: tuple[object, ...], left: float, relation: str, right: float, size: float = 0.0) -> Violation:
    """How far ``left relation right`` is off, in parts of the larger side or of ``size``."""
    gap = left - right if relation == "<=" else right - left if relation == ">=" else abs(left - right)
    if -inf < gap <= 0:
        return Violation(statement, 0.0)
    amount = gap / max(abs(left), abs(right), size, 1e-9)
    return Violation(statement, amount if isfinite(left) and isfinite(right) else inf)


def violations(
    statement: Callable[[int], tuple[object, ...]], left: np.ndarray, relation: str, right: np.ndarray, size: np.ndarray
) -> list[Violation]:
    """As ``violation`` for many statements at once, by place; those that hold but for rounding are left out."""
    gap = left - right if relation == "<=" else right - left if relation == ">=" else np.abs(left - right)
    held = (gap <= 0) & (gap > -inf)
    if held.all():
        return []
    whole = np.maximum(np.maximum(np.abs(left), np.abs(right)), np.maximum(size, 1e-9))
    numbers = np.isfinite(left) & np.isfinite(right)
    amount = np.divide(gap, whole, out=np.full(len(gap), inf), where=numbers)
    return [
        Violation(statement(place), float(amount[place]))
        for place in np.flatnonzero(~held & ~(amount < ROUNDING)).tolist()
    ]


class Given:
    """The case's tables as dictionaries, looked up by key."""

    def __init__(self, case: Case):
        self.case, self.city = case, case.settings.city
        self.rows = {name: records(frame) for name, frame in case.tables.items()}
        self.activity_of = {row["technology"]: row["activity"] for row in self.rows["technologies"]}
        self.sector_of = {row["activity"]: row["sector"] for row in self.rows["activities"]}
        self.measure = {row["measure"]: row for row in self.rows["measures"]}
        self.areas = [row["area"] for row in self.rows["areas"]]
        self.periods = [f"{year}Q{quarter}" for year in case.settings.years for quarter in range(1, 5)]
        self._stocks: dict[int, dict[tuple[str, str], float]] = {}
        self.start = self.quantity(case.settings.start_year)
        self.start_stock = self.stock(case.settings.start_year)
        use = {(row["technology"], row["fuel"]): row["use"] for row in self.rows["fuel_use"]}
        quality = {(row["fuel"], row["content"]): row["value"] for row in self.rows["fuel_quality"]}
        self.factor: dict[tuple[str, str], float] = defaultdict(float)
        for row in self.rows["emission_factors"]:
            self.factor[row["technology"], row["pollutant"]] += (
                row["factor"]
                * (use[row["technology"], row["fuel"]] if row["fuel"] else 1)
                * (quality[row["fuel"], row["content"]] if row["content"] else 1)
            )
        for row in self.rows["limits"]:
            gas = row["volume"] * (use[row["technology"], row["fuel"]] if row["fuel"] else 1)
            self.factor[row["technology"], row["pollutant"]] += row["limit"] * row["share"] * gas / 1e9
        self.season = {(row["activity"], row["quarter"]): row["share"] for row in self.rows["season"]}
        self.weights = {
            activity: [self.season.get((activity, int(period[5])), 0.25) for period in self.periods]
            for activity in self.sector_of
        }
        self.emits = defaultdict(list)
        for (technology, pollutant), value in self.factor.items():
            self.emits[technology].append((pollutant, value))

    def quantity(self, year: int) -> dict[tuple[str, str], float]:
        """Activity by area, shared out by proxy."""
        weights: dict[str, dict[str, float]] = defaultdict(dict)
        for row in self.rows["proxies"]:
            weights[row["proxy"]][row["area"]] = row["weight"]
        result: dict[tuple[str, str], float] = {}
        for row in self.rows["activity"]:
            if row["year"] == year and row["area"] == self.city:
                whole = sum(weights[row["proxy"]].values())
                for area, weight in weights[row["proxy"]].items():
                    result[area, row["activity"]] = (
                        result.get((area, row["activity"]), 0.0) + row["quantity"] * weight / whole
                    )
            elif row["year"] == year:
                result[row["area"], row["activity"]] = result.get((row["area"], row["activity"]), 0.0) + row["quantity"]
        return result

    def stock(self, year: int) -> dict[tuple[str, str], float]:
        """Activity in each technology by area."""
        if year not in self._stocks:
            self._stocks[year] = self._stock(year)
        return self._stocks[year]

    def _stock(self, year: int) -> dict[tuple[str, str], float]:
        mix: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
        for row in self.rows["mix"]:
            if row["year"] == year:
                mix[row["area"], self.activity_of[row["technology"]]][row["technology"]] = row["share"]
        result = {}
        for (area, activity), amount in self.quantity(year).items():
            for technology, share in (mix.get((area, activity)) or mix[self.city, activity]).items():
                result[area, technology] = amount * share
        return result

    def limit(self, table: str, key: tuple[Any, ...], column: str) -> float:
        """A row of an area, or else of the city."""
        index = self.__dict__.setdefault(f"_{table}", {})
        if not index:
            names = {"potentials": ("area", "measure"), "pace": ("area", "measure", "year")}[table]
            index.update({tuple(row[name] for name in names): row for row in self.rows[table]})
        return float((index.get(key) or index[(self.city, *key[1:])])[column])

    @cached_property
    def frozen(self) -> np.ndarray:
        """Stocks when nothing is converted. Shape: areas, technologies, times. [activity unit]"""
        place = {technology: number for number, technology in enumerate(self.activity_of)}
        yearly: dict[str, float] = defaultdict(float)
        for row in self.rows["turnover"]:
            yearly[row["technology"]] += row["rate"]
        kept = np.eye(len(place))
        for row in self.rows["turnover"]:
            whole, worn = yearly[row["technology"]], place[row["technology"]]
            moved = (1 - (1 - whole) ** 0.25) * row["rate"] / whole if whole else 0.0
            kept[worn, worn] -= moved
            kept[worn, place[row["into"]]] += moved
        growth = {(row["technology"], row["year"]): row["rate"] for row in self.rows["growth"]}
        keys = [(area, technology) for area in self.areas for technology in place]
        shape = len(self.areas), len(place)
        levels = [np.array([self.start_stock.get(key, 0.0) for key in keys]).reshape(shape)]
        size = np.array([self.start.get((area, self.activity_of[name]), 0.0) for area, name in keys]).reshape(shape)
        for period in self.periods:
            rate = np.array([growth.get((technology, int(period[:4])), 0.0) for technology in place])
            levels.append(levels[-1] @ kept + rate * size / 4)
        return np.stack(levels, axis=-1)


def stocks(given: Given, activity: pd.DataFrame) -> np.ndarray:
    """Stocks as written, at the start and after each quarter. Shape: areas, technologies, times. [activity unit]

    A technology without any row has none; a row that is missing among others is no number.
    """
    axes = given.areas, list(given.activity_of), ["start", *given.periods]
    names = ("area", "technology", "period")
    places = [pd.Index(members).get_indexer(activity[name]) for members, name in zip(axes, names, strict=True)]
    written = np.full([len(members) for members in axes], nan)
    written[tuple(places)] = activity["quantity"].to_numpy(dtype=float)
    some = np.zeros(written.shape[:2], dtype=bool)
    some[places[0], places[1]] = True
    written[~some] = 0.0
    return written


def means(levels: np.ndarray) -> np.ndarray:
    """Activity in service in each quarter; the last axis is time."""
    opened: np.ndarray = (levels[..., :-1] + levels[..., 1:]) / 2
    return opened


def served(given: Given, stock: np.ndarray, year: int) -> np.ndarray:
    """Activity in service over a year, each quarter by its share of the year. Shape: areas, technologies."""
    weights = np.array([given.weights[activity] for activity in given.activity_of.values()])
    within = np.array([int(period[:4]) == year for period in given.periods])
    total: np.ndarray = (means(stock) * weights)[:, :, within].sum(axis=2)
    return total
