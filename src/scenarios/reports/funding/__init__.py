"""Funding: who pays what, when, under which rules, and what goes on after the plan."""

from scenarios.reports.funding.affordability import affordability
from scenarios.reports.funding.ledger import Loan, Terms, cash, known_loans, ledger, price_index
from scenarios.reports.funding.taxes import taxes
from scenarios.reports.funding.views import (
    HEADS,
    awards,
    budgets,
    costs_after,
    promises,
    quarters,
    tables,
    view,
    with_money_column,
)

__all__ = [
    "HEADS",
    "Loan",
    "Terms",
    "affordability",
    "costs_after",
    "awards",
    "budgets",
    "cash",
    "known_loans",
    "with_money_column",
    "ledger",
    "price_index",
    "promises",
    "quarters",
    "tables",
    "taxes",
    "view",
]
