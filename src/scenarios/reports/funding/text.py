"""The funding of a plan on the screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from scenarios.case import Case
from scenarios.frames import records
from scenarios.plan import Plan
from scenarios.reports.format import grid, in_one_unit, join_sentences, money, percent, with_unit
from scenarios.reports.funding.affordability import average, money_year
from scenarios.reports.funding.ledger import AFTER, PLAIN, Terms, ordered_payers, payer_names
from scenarios.reports.funding.remarks import on_budgets, on_loans
from scenarios.reports.funding.taxes import tax_changes
from scenarios.reports.funding.views import HEADS, tables, view
from scenarios.words import language, say

MOST = 15  #: rows shown on the screen
Line = tuple[Sequence[str], Sequence[float], Sequence[str]]  #: names, sums [CNY], and what stands behind them


def funding_text(case: Case, plan: Plan, by: str, terms: Terms = PLAIN) -> str:
    """What is paid out, read by a key, then budgets, promises, what goes on, and what heating takes of an income."""
    parts = [
        say(
            "{city}, {scenario}: who pays what, when",
            city=case.settings.name(language()),
            scenario=case.called(language()),
        ),
        money_line(case, terms),
        "",
        view_text(case, plan, by, terms),
    ]
    made = tables(case, plan, terms)
    parts += [f"  {line}" for line in on_loans(case, made["loans"], terms)]
    year = money_year(case, terms)
    for heading, lines in (
        (say("Budgets for capital and tasks"), _budget_lines(case, made, terms)),
        (say("Promised by rule in the year, and paid"), _promise_lines(case, made)),
        (say("Paid a year after the plan, for what it has converted"), _after_lines(case, made)),
        (
            say("Yearly running cost and fuel of one unit, and its part of an income, in money of {year}", year=year),
            _income_lines(case, made["incomes"]),
        ),
        (
            say("Taxes on emissions: more paid, or less received, by the plan; no part of its cost"),
            _tax_lines(case, made),
        ),
    ):
        if lines:
            parts += ["", heading, lines]
    return "\n".join(parts)


def money_line(case: Case, terms: Terms) -> str:
    """In which money amounts are given."""
    lines = [
        say(
            "Paid out: capital and tasks in the year they are laid out, running cost and fuel above doing nothing new."
        ),
        say("Money of the day (deflators.csv).")
        if terms.nominal
        else say("Money of {year}.", year=case.settings.price_year),
    ]
    for loan in terms.loans:
        name = payer_names(case, language())[loan.payer]
        lines.append(
            say("{payer} borrows: {rate} a year, {years} years.", payer=name, rate=percent(loan.rate), years=loan.years)
        )
    return join_sentences(lines)


def view_text(case: Case, plan: Plan, by: str, terms: Terms) -> str:
    """The cash read by a key, with its total."""
    rows = view(case, plan, by, terms)
    names = payer_names(case, language())
    columns = [str(name) for name in rows if name != "name"]
    shown = rows.head(MOST)
    lines: list[Line] = [((str(row["name"]),), [row[name] for name in columns], ()) for row in records(shown)]
    if len(rows) > len(shown):
        others = say("{count} more", count=len(rows) - len(shown))
        lines.append(((others,), rows.iloc[len(shown) :][columns].sum().tolist(), ()))
    lines.append(((say("all"),), rows[columns].sum().tolist(), ()))
    head = [names.get(name, say("all") if name == "all" else name) for name in columns]
    return _grid(HEADS[by], head, lines)


def _grid(name: str, head: Sequence[str], rows: Sequence[Line]) -> str:
    """A table of sums in one unit, which stands with the heading of its first column."""
    unit, in_unit = in_one_unit(cny for _, sums, _ in rows for cny in sums)
    body = [[*names, *map(in_unit, sums), *behind] for names, sums, behind in rows]
    return grid([with_unit(say(name), unit), *head], body)


def _lines(case: Case, rows: pd.DataFrame, head: list[str], cells: Callable[[dict[str, Any]], Line]) -> str:
    """Rows by payer, in the order of the payers; ``cells`` are what stands behind the year, as of ``_grid``."""
    if rows.empty:
        return ""
    names, order = payer_names(case, language()), ordered_payers(case, rows)
    ranked = rows.assign(rank=rows["payer"].map(order.index)).sort_values(["rank", "year"], kind="stable")
    made = [(row, *cells(row)) for row in records(ranked)]
    lines = [([names[row["payer"]], str(row["year"]), *before], sums, behind) for row, before, sums, behind in made]
    return _grid("who pays", ["year", *head], lines)


def _budget_lines(case: Case, made: dict[str, pd.DataFrame], terms: Terms) -> str:
    award = made["awards"].groupby(["payer", "year"])["amount"].sum().to_dict()

    def cells(row: dict[str, Any]) -> Line:
        share = row["laid_out"] / row["budget"] if row["budget"] else float("nan")
        given = award.get((row["payer"], row["year"]), 0.0)
        sums = [row["budget"], given, row["laid_out"], row["left"], row["operating"]]
        return (), sums, ["" if share != share else percent(share, 0)]

    head = ["budget", "award in it", "laid out", "left", "running and fuel beside it", "used"]
    lines = on_budgets(case, made["budgets"], terms)
    if lines and not terms.nominal:
        lines[0] += " " + say("With --nominal they are held against money of the day.")
    return "\n".join([_lines(case, made["budgets"], head, cells), *(f"  {line}" for line in lines)]).strip("\n")


def _promise_lines(case: Case, made: dict[str, pd.DataFrame]) -> str:
    head = ["for capital", "for running and fuel", "promised", "paid"]
    columns = ("capital", "running", "promised", "paid")
    return _lines(case, made["promises"], head, lambda row: ((), [row[name] for name in columns], ()))


def _after_lines(case: Case, made: dict[str, pd.DataFrame]) -> str:
    rows = made["after"]
    if rows.empty:
        return ""
    return _by_year(case, rows[rows["year"] <= case.settings.years[-1] + AFTER])


def _by_year(case: Case, rows: pd.DataFrame) -> str:
    """What each payer pays, year by year."""
    wide = rows.groupby(["payer", "year"])["cny"].sum().unstack().fillna(0.0)
    wide = wide.reindex([payer for payer in ordered_payers(case, rows) if wide.loc[payer].abs().sum() > 0])
    names = payer_names(case, language())
    lines = [((names[str(payer)],), sums, ()) for payer, sums in zip(wide.index, wide.to_numpy().tolist(), strict=True)]
    return _grid("who pays", [str(year) for year in wide], lines)


def _tax_lines(case: Case, made: dict[str, pd.DataFrame]) -> str:
    rows = made["taxes"]
    if rows.empty:
        return ""
    due, without = rows["due"].sum(), rows["without"].sum()
    sums = say("All taxes of the plan's years: {due} instead of {without}.", due=money(due), without=money(without))
    return "\n".join([_by_year(case, tax_changes(rows)), "  " + sums])


def _income_lines(case: Case, rows: pd.DataFrame) -> str:
    if rows.empty:
        return ""
    names = case.names("technologies", language())
    body = [
        [names[row["technology"]], *[f"{row[end]:,.0f}" for end in ("before", "after")]]
        + [f"{row[name]:,.0f}" for name in ("yearly_cost", "subsidy", "with_subsidy")]
        + [percent(row["share_without"]), percent(row["share_with"])]
        for row in records(rows)
    ]
    activities = case.names("activities", language())
    for row in records(average(rows)):
        mean = say("{activity}: mean before", activity=activities[row["activity"]])
        body.append([mean, "", "", f"{row['yearly_before']:,.0f}", "", "", percent(row["share_before"]), ""])
        later = say("{activity}: mean after", activity=activities[row["activity"]])
        cny = [f"{row['yearly_without']:,.0f}", f"{row['yearly_without'] - row['yearly_with']:,.0f}"]
        body.append(
            [
                later,
                "",
                "",
                *cny,
                f"{row['yearly_with']:,.0f}",
                percent(row["share_without"]),
                percent(row["share_with"]),
            ]
        )
    head = ["technology", "before", "after", "CNY a year", "subsidy", "with subsidy", "part of income", "with subsidy"]
    return grid(head, body)
