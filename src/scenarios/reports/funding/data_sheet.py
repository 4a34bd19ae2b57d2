"""The sheet of data that all others add up: a row for each payer, area and measure; money of each year in CNY."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from scenarios.case import Case
from scenarios.reports.administration import NOBODY
from scenarios.reports.funding.book import Book, cell, new_sheet, set_widths, write_totals
from scenarios.reports.funding.ledger import CASH
from scenarios.reports.funding.views import keys
from scenarios.words import language, say

#: kinds of rows, in the order of the columns: kind -> (column of the ledger, heading)
HEADS = {"payer": "who pays", "county": "area", "measure": "measure", "task": "work", "department": "department"}
ITEMS = ("investment", "running", "fuel", "annuity", "task")
PRINTED = 3  #: kinds of rows that stand left of what is paid out, and are printed with it
CODE_WIDTH = 5  #: of a column of codes [characters]
FIRST = 5  #: first row of data, below title and heading
GIVEN = ("given", "received")
ABOUT = (
    "All other sheets add these rows up. Printed is what is paid out; its works and items stand to the right. [{unit}]"
)


@dataclass(frozen=True)
class Data:
    """What stands where on the sheet of data.

    ``codes``: kind -> name -> number, as in the columns of codes; ``kind``: kind -> the column of its codes, with its
    names to the right; ``column``: (item or cash, year) -> its column.
    """

    sheet: str
    rows: pd.DataFrame  # a column for each kind (its name), then (item, year) [CNY]
    codes: dict[str, dict[str, int]]
    kind: dict[str, int]
    column: dict[tuple[str, int], int]
    years: tuple[int, ...]

    def range(self, column: int) -> str:
        """All cells of a column, as a formula names them."""
        last = FIRST + max(len(self.rows), 1) - 1
        return f"'{self.sheet}'!{cell(FIRST, column, 'rc')}:{cell(last, column, 'rc')}"

    def code_range(self, kind: str) -> str:
        """The cells of the codes of a kind."""
        return self.range(self.kind[kind])


def gather(case: Case, ledger: pd.DataFrame) -> Data:
    """The ledger by payer, area and measure, with a number for each name."""
    payers = case.names("funders", language())
    named = ledger.assign(
        payer_=ledger["payer"].map(payers),
        county_=keys(case, ledger, "county"),
        measure_=keys(case, ledger, "measure"),
        task_=keys(case, ledger, "task") if len(case["works"]) else say(NOBODY),
        department_=keys(case, ledger, "department"),
    )
    ids = ["payer", "area", "measure", *(f"{kind}_" for kind in HEADS)]
    paid = named.groupby([*ids, "item", "year"])["cny"].sum().unstack(["item", "year"]).fillna(0.0)
    cash = named[named["item"].isin(CASH)].groupby([*ids, "year"])[list(GIVEN)].sum().unstack("year").fillna(0.0)
    years = case.settings.years
    wide = pd.concat([paid, cash], axis=1).fillna(0.0)
    columns = [(item, year) for item in (*ITEMS, *GIVEN) for year in years]
    wide = wide.reindex(columns=pd.MultiIndex.from_tuples(columns), fill_value=0.0)
    rows = wide.set_axis(pd.Index(columns, tupleize_cols=False), axis=1).reset_index()
    rows = rows.rename(columns={f"{kind}_": f"{kind} name" for kind in HEADS})
    for year in years:
        rows[("cash", year)] = sum(rows[(item, year)] for item in CASH)
    rows[("cash", 0)] = sum(rows[("cash", year)] for year in years)
    order = [name for name in payers.values() if name in set(rows["payer name"])]
    codes = {kind: {name: number for number, name in enumerate(_order(rows, kind, order), 1)} for kind in HEADS}
    paid_out = [*(("cash", year) for year in years), ("cash", 0)]
    left = 2 * PRINTED
    beside = len(paid_out)  # works and departments stand to the right of what is paid out
    kinds = {kind: 2 * number + (beside if number >= PRINTED else 0) for number, kind in enumerate(HEADS)}
    places = {name: left + number for number, name in enumerate(paid_out)}
    places |= {name: 2 * len(HEADS) + beside + number for number, name in enumerate(columns)}
    return Data(say("Data"), rows, codes, kinds, places, years)


def _order(rows: pd.DataFrame, kind: str, payers: list[str]) -> list[str]:
    """Names of a kind: payers as in funders.csv, others by what is paid for them."""
    if kind == "payer":
        return payers
    return list(rows.groupby(f"{kind} name")[[("cash", 0)]].sum().iloc[:, 0].sort_values(ascending=False).index)


def heading(item: str, year: int) -> str:
    """The heading of a column of money. [CNY]"""
    return f"{say(item)} {year}" if year else say("paid out over the plan")


def write_data(book: Book, data: Data) -> Any:
    """The sheet of data; what is paid out and the totals are formulas."""
    heads = {column: say("No.") for column in data.kind.values()}
    heads |= {data.kind[kind] + 1: say(text) for kind, text in HEADS.items()}
    heads |= {at: heading("paid out" if item == "cash" else item, year) for (item, year), at in data.column.items()}
    head = [heads[column] for column in sorted(heads)]
    title = say("Data: who pays what for each measure and area")
    sheet = new_sheet(book, data.sheet, title, head, FIRST - 1)
    sheet.write_string(1, 0, say(ABOUT, unit=book.cny), book.style["note"])
    for number, row in enumerate(data.rows.to_dict("records")):
        at = FIRST + number
        for kind, column in data.kind.items():
            name = row[f"{kind} name"]
            sheet.write_number(at, column, data.codes[kind][name], book.style["code"])
            sheet.write_string(at, column + 1, name, book.style["text"])
        for (item, year), column in data.column.items():
            value = float(row[(item, year)])
            if item != "cash":
                if value:
                    sheet.write_number(at, column, value, book.style["cny"])
                continue
            parts = [(part, year) for part in CASH] if year else [("cash", each) for each in data.years]
            formula = "=" + "+".join(cell(at, data.column[part]) for part in parts)
            sheet.write_formula(at, column, formula, book.style["cny"], value)
    last = FIRST + max(len(data.rows), 1)
    sheet.write_string(last, 1, say("all"), book.style["total_cny"])
    sums = {column: float(data.rows[name].sum()) for name, column in data.column.items()}
    write_totals(book, sheet, last, sums, FIRST, "total_cny")
    sheet.autofilter(FIRST - 1, 0, last - 1, len(head) - 1)
    sheet.print_area(0, 0, last, data.column["cash", 0])
    texts = {data.kind[kind] + 1: [head[data.kind[kind] + 1], *names] for kind, names in data.codes.items()}
    set_widths(sheet, [texts.get(column, ["1,234,567,890"]) for column in range(len(head))])
    for column in data.kind.values():
        sheet.set_column(column, column, CODE_WIDTH)
    return sheet
