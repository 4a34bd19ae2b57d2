"""An input that nothing uses is a problem."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scenarios.case import Case, cached
from scenarios.cells import as_text
from scenarios.checking.places import place
from scenarios.problems import Problem, phrase
from scenarios.tables import TABLES


def unused(case: Case) -> Iterator[Problem]:
    """Rows and keys that no other table uses."""
    ends = {name for column in ("from_technology", "to_technology") for name in case["measures"][column]}
    cited = {
        folder: {
            value
            for row in TABLES
            if "source" in row.model_fields and row.key != ("source",) and row.folder == folder
            for value in cited_by(case, row.table)
        }
        for folder in ("models", "inputs")
    }
    used: dict[str, tuple[str, set[Any]]] = {
        "sources": ("source", cited["models"] | cited["inputs"]),
        "city_sources": ("source", cited["inputs"]),
        "proxies": ("proxy", set(case["activity"]["proxy"])),
        "areas": ("area", set(case["proxies"][case["proxies"]["weight"] > 0]["area"]) | set(case["activity"]["area"])),
        "technologies": (
            "technology",
            ends | set(case["mix"]["technology"]) | set(case["turnover"]["into"]) | set(case["growth"]["technology"]),
        ),
        "fuels": ("fuel", set(case["fuel_use"]["fuel"])),
        "activities": ("activity", set(case["technologies"]["activity"])),
        "sectors": ("sector", set(case["activities"]["sector"])),
        "pollutants": ("pollutant", set(case["emission_factors"]["pollutant"]) | set(case["limits"]["pollutant"])),
    }
    for table, (column, names) in used.items():
        for value in dict.fromkeys(case[table][column]):
            if value not in names:
                number = case[table].index[case[table][column] == value][0]
                yield Problem(
                    place(case, table, number, column),
                    as_text(value),
                    phrase("something that another table uses"),
                    phrase("Use it, or remove the row."),
                )
    yield from _unused_pairs(case)


@cached
def cited_by(case: Case, table: str) -> frozenset[str]:
    """The sources that a table cites."""
    return frozenset(case[table]["source"])


def _unused_pairs(case: Case) -> Iterator[Problem]:
    factors, use = case["emission_factors"], case["fuel_use"]
    pairs: tuple[tuple[str, list[str], set[Any]], ...] = (
        ("prices", ["fuel", "tariff"], set(zip(use["fuel"], use["tariff"], strict=True))),
        ("fuel_quality", ["fuel", "content"], set(zip(factors["fuel"], factors["content"], strict=True))),
        ("budgets", ["payer"], set(zip(case["payers"]["payer"]))),
        ("growth", ["year"], set(zip(case.settings.years))),
        ("pace", ["year"], set(zip(case.settings.years))),
        ("supply", ["year"], set(zip(case.settings.years))),
        ("budgets", ["year"], set(zip(case.settings.years))),
        ("awards", ["year"], set(zip(case.settings.years))),
        ("activity", ["year"], {(case.settings.reference_year,), (case.settings.start_year,)}),
        ("mix", ["year"], {(case.settings.reference_year,), (case.settings.start_year,)}),
    )
    for table, columns, names in pairs:
        frame = case[table]
        keys = zip(*(frame[column].tolist() for column in columns), strict=True)
        for number, key in zip(frame.index, keys, strict=True):
            if key not in names:
                yield Problem(
                    place(case, table, number, columns[-1]),
                    as_text(" ".join(map(str, key))),
                    phrase("something that another table uses"),
                    phrase("Use it, or remove the row."),
                )
