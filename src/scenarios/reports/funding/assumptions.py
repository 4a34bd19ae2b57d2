"""The sheet of assumptions: the numbers that the funding rests on, those that bear on most money first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pandas as pd

from scenarios.case import Case
from scenarios.frames import entries, records
from scenarios.operation import ITEMS as RUN
from scenarios.reports.format import join_names, percent, tariff_name, unit_name
from scenarios.reports.funding.book import LINE, UNIT, Book, lines, new_sheet
from scenarios.reports.funding.ledger import CASH, LAID_OUT
from scenarios.reports.funding.sheets import TOP
from scenarios.targets import units
from scenarios.words import language, name_column, note, say

#: tables whose numbers the funding rests on -> columns that say what a row is about
EVIDENCE = {
    "costs": ("subject", "item"),
    "prices": ("fuel", "tariff"),
    "subsidies": ("subject", "item", "payer", "kind", "fuel"),
    "payers": ("subject", "item", "payer"),
    "awards": ("grantor", "payer", "year", "activities"),
    "budgets": ("payer", "year"),
    "taxes": ("area", "pollutant", "sector", "payer", "receiver"),
    "incomes": ("activity",),
    "deflators": ("year",),
}
LEAST = 0.002  #: part of all money paid out that a number must bear on to be shown [1]
BURNT = "burnt: "  #: before the name of a fuel, among what money is paid for
LARGE = 1_000  #: numbers from here on have their thousands apart
SIZES = (13, 42, 15, 16, 15, 15, 11, 32, 42, 13)  #: widths of the columns [characters]
WHAT, UNITS, SOURCE, NOTE = 1, 3, 7, 8  #: columns of text that runs over lines
TAXED = "CNY/t"  #: unit of a tax
#: words of the tables, as they are said
FOUND = {
    "capital": "capital",
    "amount": "a sum for each unit",
    "share": "a part of the cost",
    "rate": "for each unit of the fuel",
    "running": "running",
    "fuel": "fuel",
    "task": "task",
}
BEARS = "Bears on: the money of the measures and payers that the number takes part in, at most. [{unit}]"
ITEMS = {
    "capital": LAID_OUT,
    "task": LAID_OUT,
}  #: item of the inputs -> item of the ledger, where it is called otherwise


class Money(NamedTuple):
    """Money that is paid out, whatever its sign, by what it is paid for. [CNY]"""

    spent: dict[tuple[str, str], float]  # measure, task, technology, activity or sector, and item
    given: dict[tuple[str, str], float]  # the same, and the payer that gives it by rule
    laid_out: dict[tuple[str, str], float]  # payer and year
    owed: dict[tuple[str, str, str], float]  # area (or city), pollutant and sector of a tax, with nothing new
    whole: float


def money(case: Case, ledger: pd.DataFrame, owed: pd.DataFrame) -> Money:
    """The ledger by all that its measures belong to, and taxes (as of ``taxes``) by their rows."""
    paid = ledger[ledger["item"].isin(CASH)]
    paid = paid.assign(size=paid["cny"].abs(), year=paid["year"].astype(str))
    above = {row["measure"]: _above(case, row) for row in records(case["measures"])}
    spent, given = defaultdict[tuple[str, str], float](float), defaultdict[tuple[str, str], float](float)
    for found, column, value in ((spent, "item", "size"), (given, "payer", "given")):
        for (measure, other), cny in entries(paid.groupby(["measure", column])[value].sum()):
            for subject in {measure, *above.get(measure, ())}:
                found[subject, other] += cny
    laid_out = paid[paid["item"] == LAID_OUT].groupby(["payer", "year"])["size"].sum()
    return Money(dict(spent), dict(given), dict(entries(laid_out)), _owed(case, owed), float(paid["size"].sum()))


def _owed(case: Case, owed: pd.DataFrame) -> dict[tuple[str, str, str], float]:
    """Taxes with nothing new by area, or by city where the area has no row of its own. [CNY]"""
    key = ["area", "pollutant", "sector"]
    own = set(zip(*(case["taxes"][name] for name in key), strict=True))
    found = defaultdict[tuple[str, str, str], float](float)
    for (area, *rest), cny in entries(owed.groupby(key)["without"].sum()):
        found[area if (area, *rest) in own else case.settings.city, rest[0], rest[1]] += cny
    return dict(found)


def _above(case: Case, measure: dict[str, Any]) -> set[str]:
    """The technologies of a measure with their activities, sectors and fuels."""
    ends = {measure["from_technology"], measure["to_technology"]}
    technologies = case["technologies"][case["technologies"]["technology"].isin(ends)]
    activities = case["activities"][case["activities"]["activity"].isin(technologies["activity"])]
    fuels = case["fuel_use"][case["fuel_use"]["technology"].isin(ends)]["fuel"]
    burnt = {f"{BURNT}{fuel}" for fuel in fuels}  # a measure may bear the name of a fuel
    return {*technologies["technology"], *activities["activity"], *activities["sector"], *burnt}


def weight(table: str, row: dict[str, Any], paid: Money) -> float | None:
    """The money that a number bears on, at most; none for a condition on which no sum rests. [CNY]"""
    if table == "costs":
        return paid.spent.get((row["subject"], ITEMS.get(row["item"], row["item"])), 0.0)
    if table == "prices":
        return paid.spent.get((f"{BURNT}{row['fuel']}", "fuel"), 0.0)
    if table == "subsidies":
        return paid.given.get((row["subject"], row["payer"]), 0.0)
    if table == "payers":
        return float(row["share"]) * paid.spent.get((row["subject"], ITEMS.get(row["item"], row["item"])), 0.0)
    if table == "budgets":
        return paid.laid_out.get((row["payer"], str(row["year"])), 0.0)
    if table == "taxes":
        return paid.owed.get((row["area"], row["pollutant"], row["sector"]), 0.0)
    return float(row["amount"]) if table == "awards" else None


def ranked_by_weight(
    case: Case, ledger: pd.DataFrame, owed: pd.DataFrame
) -> tuple[list[tuple[float | None, str, dict[str, Any]]], int]:
    """Money, table and row of each number that is shown, the weightiest first, and how many are not shown."""
    paid = money(case, ledger, owed)
    every = [(weight(table, row, paid), table, row) for table in EVIDENCE for row in records(case[table])]
    kept = [found for found in every if found[0] is None or found[0] >= LEAST * paid.whole > 0]
    kept.sort(key=lambda found: -1.0 if found[0] is None else found[0], reverse=True)
    return kept, len(every) - len(kept)


def write_assumptions(book: Book, case: Case, made: Mapping[str, pd.DataFrame], name: str) -> Any:
    """The numbers that the funding rests on, with range, grade and source, ordered by the money they bear on."""
    head = ["bears on", "what", "value", "unit", "lowest", "highest", "grade", "source", "note", "table"]
    sheet = new_sheet(book, name, say("Assumptions and their sources"), [say(text) for text in head], TOP - 1)
    rows, left = ranked_by_weight(case, made["ledger"], made["taxes"])
    notes = (
        say("Rows of the tables in inputs/ and models/; change them there. Values stand as they do there."),
        say(BEARS, unit=book.money),
        say(
            "{count} numbers that bear on less than {part} of the money are left out.", count=left, part=percent(LEAST)
        ),
    )
    for at, text in enumerate(notes, 1):
        sheet.write_string(at, 0, text, book.style["note"])
    for at, line in enumerate(_lines(case, rows), TOP):
        sheet.set_row(at, LINE * max(lines(str(line[column]), SIZES[column]) for column in (WHAT, UNITS, SOURCE, NOTE)))
        for column, value in enumerate(line):
            if column == 0 and value is not None:
                sheet.write_formula(at, 0, f"={value!r}/{UNIT}", book.style["amount_top"], value / book.unit)
            elif isinstance(value, str):
                sheet.write_string(at, column, value, book.style["wrap_in"])
            elif value is not None:
                sheet.write_number(at, column, value, book.style["number" if abs(value) < LARGE else "number_large"])
    sheet.autofilter(TOP - 1, 0, TOP + max(len(rows) - 1, 0), len(head) - 1)
    for column, size in enumerate(SIZES):
        sheet.set_column(column, column, size)
    return sheet


def _lines(case: Case, rows: list[tuple[float | None, str, dict[str, Any]]]) -> Iterator[list[Any]]:
    """What stands in the columns, row by row."""
    from scenarios.tables import BY_NAME, value_column

    titles = {row["source"]: row["title"] for table in ("sources", "city_sources") for row in records(case[table])}
    named = ("measures", "technologies", "tasks", "funders", "activities", "sectors", "fuels", "pollutants", "areas")
    labels = {
        (column, key): text
        for table in reversed(named)  # a measure that bears the name of a fuel counts as a measure
        for key, text in _labels(case, table).items()
        for column in ("", str(case[table].columns[0]))
    }
    labels |= {("tariff", tariff): tariff_name(tariff) for tariff in case["prices"]["tariff"]}
    labels["", case.settings.city] = case.settings.name(language())
    of = _units(case)
    for cny, table, row in rows:
        ends = [row[key] if row[key] == row[key] else None for key in ("low", "high")]
        value, unit = row[value_column(BY_NAME[table]) or ""], _unit(of, table, row)
        said = [say(row["grade"]), titles.get(row["source"], row["source"]), note(row["note"]), f"{table}.csv"]
        yield [cny, _about(row, EVIDENCE[table], labels), value, unit, *ends, *said]


def _units(case: Case) -> dict[str, str]:
    """Measure, technology, activity or fuel (as ``BURNT``) -> the unit that money is counted for."""
    fuels = {f"{BURNT}{fuel}": unit for fuel, unit in case.column("fuels", "unit").items()}
    known = units(case)
    return {**case.column("activities", "unit"), **known["technologies"], **known["measures"], **fuels}


def _unit(of: Mapping[str, str], table: str, row: dict[str, Any]) -> str:
    """The unit of a number, in words; blank for a part of a whole. ``of`` as of ``_units``."""
    if "unit" in row:
        return unit_name(str(row["unit"]))
    if table == "prices" or row.get("kind") == "rate":
        return say("CNY per {unit}", unit=unit_name(of[f"{BURNT}{row['fuel']}"]))
    if table == "taxes":
        return unit_name(TAXED)
    if table == "incomes" or row.get("item") in RUN and table != "payers":
        about = row["activity" if table == "incomes" else "subject"]
        return "" if row.get("kind") == "share" else say("CNY per {unit} and year", unit=unit_name(of[about]))
    if table in ("costs", "subsidies") and row.get("kind") != "share":
        return say("CNY per {unit}", unit=unit_name(of[row["subject"]]))
    return ""


def _about(line: dict[str, Any], about: tuple[str, ...], labels: dict[tuple[str, str], str]) -> str:
    """What a row is about, in words; ``labels`` by column, or for any column."""
    texts = [(key, text) for key in about if line[key] is not None for text in str(line[key]).split()]
    said = [
        labels.get((key, text)) or labels.get(("", text)) or (say(FOUND[text]) if text in FOUND else text)
        for key, text in texts
    ]
    if line.get("ceiling", -1.0) >= 0:
        said.append(say("at most {ceiling}", ceiling=f"{line['ceiling']:,.10g}"))
    if line.get("years", 0.0) > 0:
        said.append(say("{years} years", years=f"{line['years']:g}"))
    return join_names(said)


def _labels(case: Case, table: str) -> dict[str, str]:
    return dict(zip(case[table].iloc[:, 0], case[table][name_column()], strict=True))
