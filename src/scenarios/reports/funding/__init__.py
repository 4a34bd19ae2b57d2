"""Funding: who pays what, when, under which rules, and what goes on after the plan."""

from scenarios.reports.funding.affordability import affordability
from scenarios.reports.funding.ledger import Loan, Terms, cash, known_loans, ledger, price_index
from scenarios.reports.funding.taxes import taxes
from scenarios.reports.funding.views import HEADS, after, awards, budgets, labelled, promises, quarters, tables, view

__all__ = [
    "HEADS",
    "Loan",
    "Terms",
    "affordability",
    "after",
    "awards",
    "budgets",
    "cash",
    "known_loans",
    "labelled",
    "ledger",
    "price_index",
    "promises",
    "quarters",
    "tables",
    "taxes",
    "view",
]
