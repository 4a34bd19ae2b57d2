"""Sheets beside the data: budgets, promises, what goes on after the plan, incomes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from scenarios.case import Case
from scenarios.frames import records
from scenarios.reports.funding.book import LINE, UNIT, Book, cell, lines, new_sheet, set_widths, span, write_note
from scenarios.reports.funding.data_sheet import Data
from scenarios.reports.funding.ledger import ordered_payers
from scenarios.reports.funding.sheets import TOP, finish, write_sum
from scenarios.words import language, say

REMARK, REMARK_COLUMNS = 100, 8  #: characters of a line of remarks, and the last column it goes over
Table = tuple[Case, pd.DataFrame]
PROMISED = "Promised: capital, and running subsidies for all years of their rules; without end: only paid. [{unit}]"
OF_A_UNIT = "Running cost and fuel of one unit, before and after the plan in units. [CNY a year, money of {year}]"
#: column of the debts -> its heading
DEBT = {
    "borrowed": "borrowed",
    "repaid": "repaid within the plan",
    "left": "left after it",
    "borrowed_of_the_day": "borrowed, in money of the day",
    "repaid_of_the_day": "repaid in all, in money of the day",
}


def write_amount(book: Book, sheet: Any, row: int, column: int, cny: float) -> float:
    """An amount that is given, as a formula of CNY and the unit; its value in the unit shown."""
    sheet.write_formula(row, column, f"={float(cny)!r}/{UNIT}", book.style["amount"], cny / book.unit)
    return cny / book.unit


def write_budgets(book: Book, data: Data, made: Table, awards: pd.DataFrame, name: str) -> Any:
    """Budgets for capital and tasks, the award in them, what is laid out (live), what is left and what is missing."""
    case, rows = made
    head = ["year", "who pays", "budget", "award in it", "laid out", "left", "used", "more needed"]
    head.append("running and fuel beside it")
    title = say("Budgets for capital and tasks, and what is left of them")
    sheet = new_sheet(book, name, title, [say(text) for text in head], TOP - 1)
    write_note(book, sheet, say("Budgets of budgets.csv. [{unit}]", unit=book.money))
    names, award = case.names("funders", language()), awards.groupby(["payer", "year"])["amount"].sum().to_dict()
    row, sums = TOP, dict.fromkeys((2, 3, 4, 5, 7, 8), 0.0)
    for payer in ordered_payers(case, rows):
        code = data.codes["payer"].get(names[payer], 0)
        for line in records(rows[rows["payer"] == payer]):
            sheet.write_number(row, 0, line["year"], book.style["year"])
            sheet.write_string(row, 1, names[payer], book.style["text"])
            asked = {"payer": (str(code), code)}
            budget = write_amount(book, sheet, row, 2, line["budget"])
            given = write_amount(book, sheet, row, 3, award.get((payer, line["year"]), 0.0))
            laid_out = write_sum(book, sheet, data, (row, 4), [("investment", line["year"])], asked)
            left, missing = budget - laid_out, max(laid_out - budget, 0.0)
            sheet.write_formula(row, 5, f"={cell(row, 2)}-{cell(row, 4)}", book.style["amount"], left)
            used = f"=IF({cell(row, 2)}=0,0,{cell(row, 4)}/{cell(row, 2)})"
            sheet.write_formula(row, 6, used, book.style["share"], laid_out / budget if budget else 0.0)
            sheet.write_formula(row, 7, f"=MAX(-{cell(row, 5)},0)", book.style["amount"], missing)
            operating = [("running", line["year"]), ("fuel", line["year"])]
            beside = write_sum(book, sheet, data, (row, 8), operating, asked)
            for column, value in zip(sums, (budget, given, laid_out, left, missing, beside), strict=True):
                sums[column] += value
            row += 1
    finish(book, sheet, row, sums, [[say(text) for text in head], ["2018"], list(names.values())])
    used = f"=IF({cell(row, 2)}=0,0,{cell(row, 4)}/{cell(row, 2)})"
    sheet.write_formula(row, 6, used, book.style["total_share"], sums[4] / sums[2] if sums[2] else 0.0)
    return sheet


def write_remarks(book: Book, sheet: Any, remarks: Sequence[str]) -> None:
    """Sentences below a table, each over the width of a page."""
    row = sheet.dim_rowmax + 2
    for line in remarks:
        sheet.merge_range(row, 0, row, REMARK_COLUMNS, line, book.style["wrap"])
        sheet.set_row(row, LINE * lines(line, REMARK))
        row += 1


def write_promises(book: Book, made: Table, name: str) -> Any:
    """What rules promise in the year of a conversion, and what is paid by rule in that year."""
    case, rows = made
    head = [say(text) for text in ("year", "who pays", "for capital", "for running and fuel", "promised", "paid")]
    sheet = new_sheet(book, name, say("Subsidies promised and paid"), head, TOP - 1)
    write_note(book, sheet, say(PROMISED, unit=book.money))
    names, row, sums = case.names("funders", language()), TOP, dict.fromkeys((2, 3, 4, 5), 0.0)
    for payer in ordered_payers(case, rows):
        for line in records(rows[rows["payer"] == payer]):
            sheet.write_number(row, 0, line["year"], book.style["year"])
            sheet.write_string(row, 1, names[payer], book.style["text"])
            for column, key in ((2, "capital"), (3, "running"), (5, "paid")):
                sums[column] += write_amount(book, sheet, row, column, line[key])
            promised = line["promised"] / book.unit
            sheet.write_formula(row, 4, f"={cell(row, 2)}+{cell(row, 3)}", book.style["amount"], promised)
            sums[4] += promised
            row += 1
    finish(book, sheet, row, sums, [head, ["2018"], list(names.values())])
    return sheet


def write_years(book: Book, made: Table, name: str, title: str, note: str) -> Any:
    """Amounts by payer, item and year: what goes on after the plan, or cash with loans."""
    case, rows = made
    wide = rows.groupby(["payer", "item", "year"])["cny"].sum().unstack().fillna(0.0)
    wide = wide[wide.abs().max(axis=1) > 0]
    head = [say("item"), say("who pays"), *(str(year) for year in wide), say("all")]
    sheet = new_sheet(book, name, title, head, TOP - 1)
    write_note(book, sheet, note)
    names, row = case.names("funders", language()), TOP
    sums = dict.fromkeys(range(2, len(head)), 0.0)
    for payer in ordered_payers(case, rows):
        for item in [item for who, item in wide.index if who == payer]:
            sheet.write_string(row, 0, say(item), book.style["text"])
            sheet.write_string(row, 1, names[payer], book.style["text"])
            values = [
                write_amount(book, sheet, row, column, cny) for column, cny in enumerate(wide.loc[(payer, item)], 2)
            ]
            formula = f"=SUM({span((row, 2), (row, len(head) - 2))})"
            sheet.write_formula(row, len(head) - 1, formula, book.style["amount"], sum(values))
            for column, value in enumerate([*values, sum(values)], 2):
                sums[column] += value
            row += 1
    finish(book, sheet, row, sums, [head, [say(item) for item in rows["item"].unique()], list(names.values())])
    sheet.set_column(0, 0, 16)
    return sheet


def write_debts(book: Book, sheet: Any, made: Table) -> None:
    """Below a table, what each loan comes to: borrowed, repaid within the plan and after it, and as the bank counts."""
    case, rows = made
    first, names = sheet.dim_rowmax + 2, case.names("funders", language())
    head = [say("who pays"), *(say(text) for text in DEBT.values())]
    sheet.set_row(first, 3 * LINE)
    for column, text in enumerate(head, 1):
        sheet.write_string(first, column, text, book.style["head"])
    for row, line in enumerate(records(rows), first + 1):
        sheet.write_string(row, 1, names[line["payer"]], book.style["text"])
        for column, key in enumerate(DEBT, 2):
            write_amount(book, sheet, row, column, line[key])


def write_incomes(book: Book, made: Table, year: int, name: str) -> Any:
    """Running cost and fuel of a unit in each technology, with and without subsidy, against an income; live.

    ``year`` is the year of the money.
    """
    case, rows = made
    head = [
        "activity",
        "technology",
        "before",
        "after",
        "CNY a year",
        "subsidy",
        "with subsidy",
        "own capital a year",
        "income",
        "part of income",
        "part of income with subsidy",
    ]
    sheet = new_sheet(book, name, say("What it costs, against an income"), [say(text) for text in head], TOP - 1)
    sheet.write_string(1, 0, say(OF_A_UNIT, year=year), book.style["note"])
    names = case.names("activities", language()), case.names("technologies", language())
    for row, line in enumerate(records(rows), TOP):
        sheet.write_string(row, 0, names[0][line["activity"]], book.style["text"])
        sheet.write_string(row, 1, names[1][line["technology"]], book.style["text"])
        for column, key in enumerate(("before", "after", "yearly_cost", "subsidy"), 2):
            sheet.write_number(row, column, line[key], book.style["count"])
        formula = f"={cell(row, 4)}-{cell(row, 5)}"
        sheet.write_formula(row, 6, formula, book.style["count"], line["with_subsidy"])
        sheet.write_number(row, 7, line["capital"], book.style["count"])
        sheet.write_number(row, 8, line["income"], book.style["count"])
        for column, (cost, key) in {9: (4, "share_without"), 10: (6, "share_with")}.items():
            formula = f"={cell(row, cost)}/{cell(row, 8)}"
            sheet.write_formula(row, column, formula, book.style["share"], line[key])
    texts = [[names[place][line] for line in rows[key]] for place, key in enumerate(("activity", "technology"))]
    set_widths(sheet, [texts[0], texts[1], *[["1,234,567,89"]] * (len(head) - 2)])
    return sheet
