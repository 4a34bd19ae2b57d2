"""funding.xlsx: the funding of a plan as a workbook that a budget officer can trace and change."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pandas as pd

from scenarios.case import Case
from scenarios.plan import Plan
from scenarios.reports.funding.affordability import money_year
from scenarios.reports.funding.assumptions import write_assumptions
from scenarios.reports.funding.book import UNIT, Book, cell, new_book, unit_name
from scenarios.reports.funding.data_sheet import gather, write_data
from scenarios.reports.funding.ledger import AFTER, PLAIN, Terms, in_money, of_money
from scenarios.reports.funding.more_sheets import (
    write_budgets,
    write_debts,
    write_incomes,
    write_promises,
    write_remarks,
    write_years,
)
from scenarios.reports.funding.remarks import on_budgets, on_loans
from scenarios.reports.funding.sheets import Checked, write_payer, write_pivot, write_summary
from scenarios.reports.funding.taxes import tax_changes
from scenarios.reports.funding.text import money_line
from scenarios.reports.funding.views import tables
from scenarios.reports.summary import heading
from scenarios.words import language, say

LONGEST = 31  #: characters of a sheet's name
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
#: kind of row -> name of its sheet, and its title
PIVOTS = {
    "measure": ("By measure", "Who pays for each measure"),
    "county": ("By county", "Who pays in each area"),
    "task": ("By work", "Who pays for each numbered work of the plan"),
    "department": ("By department", "Who pays for the works of each lead department"),
}


def workbook(case: Case, plan: Plan, terms: Terms = PLAIN) -> bytes:
    """The workbook in the language in use. Totals are formulas, with their values worked out beside them."""
    buffer = io.BytesIO()
    book = new_book(buffer, lambda unit: of_money(case, terms, unit))
    made = tables(case, plan, terms)
    data = gather(case, made["ledger"])
    names = _sheet_names([*data.codes["payer"]])
    write_summary(book, data, _checked(case, plan, terms), say("Summary"))
    for payer in data.codes["payer"]:
        write_payer(book, data, payer, names[payer])
    for kind, (name, title) in PIVOTS.items():
        write_pivot(book, data, kind, say(name), say(title))
    if len(made["quarters"]):
        _write_quarters(book, case, made["quarters"])
    if len(made["budgets"]):
        sheet = write_budgets(book, data, (case, made["budgets"]), made["awards"], say("Budgets"))
        write_remarks(book, sheet, on_budgets(case, made["budgets"], terms))
    if len(made["promises"]):
        write_promises(book, (case, made["promises"]), say("Promises"))
    if made["after"]["cny"].abs().sum() > 0:
        title, note = say("After the plan: what goes on"), say(AFTER_NOTE, years=AFTER, unit=book.money)
        write_years(book, (case, made["after"]), say("After the plan"), title, note)
    if terms.loans:
        note = say(LOAN_NOTE, unit=book.money)
        sheet = write_years(book, (case, made["cash"]), say("With loans"), say("What is paid out, with loans"), note)
        write_debts(book, sheet, (case, made["loans"]))
        write_remarks(book, sheet, on_loans(case, made["loans"], terms))
    if len(made["taxes"]):
        _write_taxes(book, case, tax_changes(made["taxes"]), terms)
    if len(made["incomes"]):
        write_incomes(book, (case, made["incomes"]), money_year(case, terms), say("Incomes"))
    write_assumptions(book, case, made, say("Assumptions"))
    write_data(book, data)
    _write_front(book, case, plan, terms)
    book.file.close()
    return buffer.getvalue()


#: label on the cover -> how the workbook is read
READ = {
    "cost": "Costs stand above doing nothing new. Subsidies move money between payers; together all pay the cost.",
    "rules": "Subsidies follow subsidies.csv; what they leave is shared by payers.csv; awards.csv feeds budgets.",
    "to trace": "Sums by payer, measure, area, work and department are formulas over the sheet of data; change a "
    "number there, and they follow. Quarters, promises, what goes on after the plan, loans, taxes and sentences stand "
    "as worked out.",
    "sources": "Numbers are reported, derived or assumed; the sheet of assumptions has range and source of each.",
}
AFTER_NOTE = (
    "Running cost and fuel of what has been converted, for {years} years, with subsidies as long as their rules last; "
    "repayments to their end. [{unit}]"
)
TAX_NOTE = "More paid, or less received, than with nothing new; taxes move money and are no part of the cost. [{unit}]"
TAX_RATES = "Rates are those of the law: they are money of the day and do not rise with prices."
TAX_REAL = "Sums are converted into money of {year} by deflators.csv."
QUARTER_NOTE = "Capital and tasks in the quarter in which they are laid out; loans are left out. [{unit}]"
LOANS_APART = (
    "The sheets “With loans” and “After the plan” hold what is borrowed and repaid; all others are as without loans."
)
LOAN_NOTE = "What a payer borrows is repaid in equal yearly sums from the next year on. [{unit}]"


def _write_quarters(book: Book, case: Case, rows: pd.DataFrame) -> None:
    """What each payer pays out in each quarter, by item."""
    periods = rows["year"].astype(str) + "Q" + rows["quarter"].astype(str)
    title, note = say("Who pays what in each quarter"), say(QUARTER_NOTE, unit=book.money)
    write_years(book, (case, rows.assign(year=periods)), say("By payer and quarter"), title, note)


def _write_taxes(book: Book, case: Case, rows: pd.DataFrame, terms: Terms) -> None:
    """What the plan changes of the taxes, and in which money their rates are; ``rows`` as of ``tax_changes``."""
    title, note = say("Taxes on emissions, which the plan changes"), say(TAX_NOTE, unit=book.money)
    sheet = write_years(book, (case, rows), say("Taxes"), title, note)
    real = [] if terms.nominal else [say(TAX_REAL, year=case.settings.price_year)]
    write_remarks(book, sheet, [say(TAX_RATES), *real])


def _checked(case: Case, plan: Plan, terms: Terms) -> Checked:
    """costs.csv in the money asked for, and what it is called then: the file itself is in money of the price year."""
    label = say("costs.csv times price level") if terms.nominal else say("in costs.csv")
    return Checked(label, in_money(case, plan.costs, terms))


def _sheet_names(payers: Sequence[str]) -> dict[str, str]:
    """Payer -> a name that a sheet can bear; names that clash get a number."""
    found: dict[str, str] = {}
    for place, payer in enumerate(payers, 1):
        name = payer.translate(FORBIDDEN).strip()[: LONGEST - 3] or str(place)
        taken = {text.lower() for text in found.values()}
        found[payer] = name if name.lower() not in taken else f"{name} {place}"
    return found


def _write_front(book: Book, case: Case, plan: Plan, terms: Terms) -> None:
    """What this is, of which plan, in which money, how it was found, and where to look; and the head of the charts."""
    sheet = book.cover
    for page in (book.cover, book.charts):
        page.hide_gridlines(2)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 1)
    book.charts.write_string(0, 0, say("Charts: who pays what"), book.style["title"])
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 96)
    settings = case.settings
    city = settings.name(language())
    title = say(
        "Funding of the air plan of {city}, {first} to {last}",
        city=city,
        first=settings.years[0],
        last=settings.years[-1],
    )
    sheet.write_string(0, 0, title, book.style["title"])
    found = [
        say("{name}: {meaning}", name=case.called(language()), meaning=case.description.get(language(), "")),
        heading(case, plan),
        money_line(case, terms),
        *([say(LOANS_APART)] if terms.loans else []),
    ]
    labels = [say("scenario"), say("how it was found"), say("money"), *([say("With loans")] if terms.loans else [])]
    labels += [say("cost"), say("rules"), say("to trace")]
    texts = [*found, *(say(text) for text in READ.values())]
    lines = list(zip([*labels, say("sources")], texts, strict=True))
    for row, (label, text) in enumerate(lines, 2):
        sheet.write_string(row, 0, label, book.style["label"])
        sheet.write_string(row, 1, text, book.style["wrap"])
        sheet.set_row(row, 32)
    row = 3 + len(lines)
    sheet.write_string(row, 0, say("amounts are divided by"), book.style["label"])
    sheet.write_number(row, 1, book.unit, book.style["divisor"])
    sheet.write_string(
        row + 1, 1, say("CNY; {unit} as it stands. Change it here.", unit=unit_name()), book.style["note"]
    )
    book.file.define_name(UNIT, f"='{say('Cover')}'!{cell(row, 1, 'rc')}")
    sheet.activate()
