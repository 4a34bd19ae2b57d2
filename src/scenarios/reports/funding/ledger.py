"""The ledger: every cost of a plan with who pays it, and the cash that follows from it, with loans and prices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from unicodedata import normalize

import pandas as pd

from scenarios import payments
from scenarios.accounting import Decisions
from scenarios.case import Case
from scenarios.costs import annuity
from scenarios.naming import names
from scenarios.operation import By
from scenarios.plan import Plan
from scenarios.problems import InputError, Place, Problem, phrase
from scenarios.stocks import evolve
from scenarios.units import amount
from scenarios.words import say

LAID_OUT = "investment"
REPAID = "repayment"
CASH = (LAID_OUT, "running", "fuel")  #: items that are paid out; annuities and task costs spread what is laid out
ROUNDING = 1e-6  #: below this an amount is rounding [CNY]
AFTER = 5  #: years after the plan for which what goes on is shown [yr]


class Loan(NamedTuple):
    """A payer borrows what it lays out and repays it in equal yearly sums from the next year on."""

    payer: str
    rate: float  # interest in money of the day [1/yr]
    years: int  # [yr]


class Terms(NamedTuple):
    """How money is asked for: in money of the day or of the price year, and what is borrowed."""

    nominal: bool = False
    loans: tuple[Loan, ...] = ()


PLAIN = Terms()  #: real money, nothing borrowed


def ledger(case: Case, plan: Plan, by: By = "year") -> pd.DataFrame:
    """Who pays each cost. Columns: payer, area, measure, item, year (or period), borne, given, received, cny. [CNY]

    Its rows add up to costs.csv by every key but the payer; ``payments.cost_by_payer`` says what the columns mean.
    """
    rows = payments.cost_by_payer(case, Decisions(plan.conversions, plan.finish), evolve(case, plan.conversions), by)
    return rows[(rows[[*payments.PARTS, "cny"]].abs() > ROUNDING).any(axis=1)].reset_index(drop=True)


def price_index(case: Case, years: Sequence[int]) -> pd.Series:
    """Price level of each year against the price year. Key: year. [1]

    Raises InputError when a year between the two has no row in deflators.csv.
    """
    change, base = case["deflators"].set_index("year")["change"], case.settings.price_year
    passed = range(min(base, *years) + 1, max(base, *years) + 1)
    missing = [year for year in passed if year not in change.index]
    if missing:
        place = Place(f"models/{case.settings.model}/deflators.csv", None, "year")
        allowed = phrase("a row for every year from {first} to {last}", first=passed[0], last=passed[-1])
        found = phrase("no row for {years}", years=", ".join(map(str, missing)))
        raise InputError(
            [Problem(place, found, allowed, phrase("Add the rows, or ask for real money without loans and taxes."))]
        )
    level = pd.Series(1.0, index=[passed[0] - 1 if passed else base])
    for year in passed:
        level[year] = level[year - 1] * (1 + change[year])
    return (level / level[base]).reindex(list(years)).rename_axis("year")


def known_loans(case: Case, asked: Sequence[str]) -> tuple[Loan, ...]:
    """Loans as typed: ``payer:rate:years``. Raises InputError for what is no loan of a payer, or its second one."""
    found, problems = [], []
    for text in asked:
        payer, _, rest = normalize("NFKC", text).partition(":")
        rate, _, years = rest.partition(":")
        payer = names(case.tables, ("funders",), {}).code(payer)
        try:
            loan = Loan(payer, amount(rate, "1/yr"), int(years))
        except ValueError:
            loan = Loan(payer, -1.0, 0)
        if payer in set(case["funders"]["payer"]) and 0 <= loan.rate <= 1 and loan.years > 0:
            found.append(loan)
            continue
        example = phrase("PAYER:RATE:YEARS with a payer among {payers}", payers=", ".join(case["funders"]["payer"]))
        problems.append(
            Problem(Place("--loan"), phrase("“{value}”", value=text), example, phrase("Such as city:0.049:10."))
        )
    problems += _twice(found)
    if problems:
        raise InputError(problems)
    return tuple(found)


def _twice(loans: Sequence[Loan]) -> list[Problem]:
    """A problem for each payer with more than one loan: what it lays out can be borrowed once."""
    counts = Counter(loan.payer for loan in loans)
    allowed, remedy = phrase("one loan for each payer"), phrase("Give rate and years of each payer once.")
    return [
        Problem(Place("--loan"), phrase("{count} loans of {payer}", count=count, payer=payer), allowed, remedy)
        for payer, count in counts.items()
        if count > 1
    ]


def cash(case: Case, rows: pd.DataFrame, terms: Terms = PLAIN) -> pd.DataFrame:
    """What is paid out in each year. Columns: payer, area, measure, item, year, cny. [CNY]

    ``rows`` is a ledger by year, of the plan or of the years after it. What a loan pays for comes as yearly repayments,
    which go on after the plan. Raises InputError when a payer has two loans.
    """
    problems = _twice(terms.loans)
    if problems:
        raise InputError(problems)
    paid = rows[rows["item"].isin(CASH)][["payer", "area", "measure", "item", "year", "cny"]]
    borrowed = paid["payer"].isin([loan.payer for loan in terms.loans]) & (paid["item"] == LAID_OUT)
    parts = [paid[~borrowed]]
    for loan in terms.loans:
        drawn = paid[borrowed & (paid["payer"] == loan.payer)]
        yearly = float(annuity(loan.rate, float(loan.years)))
        for year, sums in drawn.groupby("year"):
            due = [int(str(year)) + later for later in range(1, loan.years + 1)]
            level = price_index(case, [int(str(year)), *due])
            parts += [
                sums.assign(year=then, item=REPAID, cny=sums["cny"] * yearly * level.iloc[0] / level[then])
                for then in due
            ]
    found = pd.concat(parts, ignore_index=True)
    return in_money(case, found, terms)


def debts(case: Case, rows: pd.DataFrame, terms: Terms) -> pd.DataFrame:
    """What each loan comes to, in the money asked for and, as the bank counts it, in money of the day. [CNY]

    Columns: payer, borrowed, repaid (within the plan's years), left (after them), borrowed_of_the_day,
    repaid_of_the_day (in all). Interest is in what is repaid and left.
    """
    asked, bank = (_debt(case, rows, one) for one in (terms, terms._replace(nominal=True)))
    return pd.DataFrame(
        {**asked, "borrowed_of_the_day": bank["borrowed"], "repaid_of_the_day": bank["repaid"] + bank["left"]}
    ).reset_index()


def _debt(case: Case, rows: pd.DataFrame, terms: Terms) -> dict[str, pd.Series]:
    """borrowed, repaid and left by payer, in one money. [CNY]"""
    drawn = in_money(case, rows[rows["item"] == LAID_OUT], terms)
    due = cash(case, rows, terms)
    due = due[due["item"] == REPAID]
    within = due["year"] <= case.settings.years[-1]
    borrowers = pd.Index([loan.payer for loan in terms.loans], name="payer", dtype=object)
    parts = {"borrowed": drawn, "repaid": due[within], "left": due[~within]}
    return {name: part.groupby("payer")["cny"].sum().reindex(borrowers, fill_value=0.0) for name, part in parts.items()}


def in_money(case: Case, rows: pd.DataFrame, terms: Terms, columns: Sequence[str] = ("cny",)) -> pd.DataFrame:
    """Rows by year in money of the day where that is asked for."""
    if not terms.nominal or rows.empty:
        return rows
    level = rows["year"].map(price_index(case, sorted(set(rows["year"]))))
    return rows.assign(**{name: rows[name] * level for name in columns})


def from_day(case: Case, rows: pd.DataFrame, terms: Terms, columns: Sequence[str]) -> pd.DataFrame:
    """Rows by year that are given in money of the day, such as rates of a law, in the money asked for."""
    if terms.nominal or rows.empty:
        return rows
    level = rows["year"].map(price_index(case, sorted(set(rows["year"]))))
    return rows.assign(**{name: rows[name] / level for name in columns})


def of_money(case: Case, terms: Terms, unit: str) -> str:
    """A unit of money, with the money it is of."""
    if terms.nominal:
        return say("{unit}, money of the day", unit=unit)
    return say("{unit}, money of {year}", unit=unit, year=case.settings.price_year)


def ordered_payers(case: Case, rows: pd.DataFrame) -> list[str]:
    """The payers that occur, in the order of funders.csv."""
    there = set(rows["payer"])
    return [payer for payer in case["funders"]["payer"] if payer in there]


def payer_names(case: Case, language: str) -> Mapping[str, str]:
    """Payer -> its name in the language."""
    return case.names("funders", language)
