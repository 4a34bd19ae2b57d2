"""What is said of money in sentences: in which money budgets and loans stand, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from scenarios.case import Case
from scenarios.frames import records
from scenarios.reports.format import money, percent
from scenarios.reports.funding.ledger import Terms, payer_names, price_index
from scenarios.words import language, say


def on_budgets(case: Case, rows: pd.DataFrame, terms: Terms) -> list[str]:
    """In which money budgets stand, and each that is exceeded: by how much, and why; ``rows`` as of ``budgets``."""
    base = case.settings.price_year
    if rows.empty:
        return []
    if not terms.nominal:
        plain = say("Budgets and awards are taken as money of {year}, in which the plan is found.", year=base)
        return [plain, *_exceeded(case, rows, terms)]
    basis = say(
        "Budgets and awards stand as written and are held against money of the day; the plan is found in money of "
        "{year}, so that prices alone can take it above a budget.",
        year=base,
    )
    lines = list(_exceeded(case, rows, terms))
    return [basis, *(lines or [say("No budget is exceeded in money of the day.")])]


def _exceeded(case: Case, rows: pd.DataFrame, terms: Terms) -> Iterator[str]:
    names, base = payer_names(case, language()), case.settings.price_year
    for row in records(rows[rows["over"] > 0]):
        sums = {"laid_out": money(row["laid_out"]), "over": money(row["over"]), "part": money(row["over_by_prices"])}
        said = {"payer": names[row["payer"]], "year": row["year"], "base": base, **sums}
        if not terms.nominal or not row["over_by_prices"]:
            yield say("{payer}, {year}: {laid_out} are laid out, {over} more than the budget.", **said)
            continue
        said["rise"] = percent(price_index(case, [row["year"]])[row["year"]] - 1)
        if row["over_by_prices"] < row["over"]:
            yield say(
                "{payer}, {year}: {laid_out} are laid out in money of the day, {over} more than the budget; {part} of "
                "it because prices have risen by {rise} since {base}. So much more budget would be needed.",
                **said,
            )
            continue
        yield say(
            "{payer}, {year}: {laid_out} are laid out in money of the day, {over} more than the budget, which is kept "
            "in money of {base}: prices have risen by {rise} since. So much more budget would be needed.",
            **said,
        )


def on_loans(case: Case, rows: pd.DataFrame, terms: Terms) -> list[str]:
    """What each loan comes to, and why it can repay less than was borrowed; ``rows`` as of ``debts``."""
    names, rates = payer_names(case, language()), {loan.payer: loan.rate for loan in terms.loans}
    lines = []
    for row in records(rows):
        sums = {name: money(row[name]) for name in ("borrowed", "repaid", "left")}
        lines.append(
            say(
                "{payer} borrows {borrowed}, repays {repaid} within the plan and {left} after it, interest included.",
                payer=names[row["payer"]],
                **sums,
            )
        )
        if terms.nominal:
            continue
        sums = {name: money(row[f"{name}_of_the_day"]) for name in ("borrowed", "repaid")}
        lines.append(say("In money of the day it borrows {borrowed} and repays {repaid} in all.", **sums))
        if row["repaid"] + row["left"] < row["borrowed"]:
            lines.append(
                say(
                    "In money of {year} that is less than it borrows: prices rise faster than the interest of {rate}, "
                    "so each repayment buys less than what was borrowed.",
                    year=case.settings.price_year,
                    rate=percent(rates[row["payer"]]),
                )
            )
    return lines
