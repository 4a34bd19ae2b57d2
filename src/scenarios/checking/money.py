"""Costs, subsidies, shares, awards and taxes that are of something: a row of another kind would be passed over."""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.case import Case
from scenarios.cells import as_text
from scenarios.checking.keys import unknown_among
from scenarios.checking.places import place
from scenarios.checking.scopes import scopes
from scenarios.frames import labelled_rows, records
from scenarios.problems import Problem, nearest, phrase

#: item -> the table whose keys a cost, subsidy or share of it is of
SUBJECTS = {"capital": "measures", "running": "technologies", "fuel": "technologies", "task": "tasks"}
#: table -> the tables whose keys stand for all that belongs to them, but for tasks
WIDER: dict[str, tuple[str, ...]] = {"costs": (), "subsidies": (), "payers": ("activities", "sectors")}


def subjects(case: Case) -> Iterator[Problem]:
    """Capital is of a measure, running cost and fuel of a technology, the cost of a task of a task."""
    for table, wider in WIDER.items():
        for number, row in labelled_rows(case[table]):
            tables = (SUBJECTS[row["item"]], *(wider if row["item"] != "task" else ()))
            yield from unknown_among(case, table, number, "subject", row["subject"], row["item"], tables)


def rates(case: Case) -> Iterator[Problem]:
    """A subsidy for each unit of a fuel is given for a fuel that its technology uses."""
    used = set(zip(case["fuel_use"]["technology"], case["fuel_use"]["fuel"], strict=True))
    for number, row in labelled_rows(case["subsidies"]):
        if row["kind"] == "rate" and (row["subject"], row["fuel"]) not in used:
            fuels = [fuel for technology, fuel in sorted(used) if technology == row["subject"]]
            yield Problem(
                place(case, "subsidies", number, "fuel"),
                as_text(row["fuel"]) if row["fuel"] else phrase("an empty cell"),
                phrase("a fuel that {subject} uses: {names}", subject=row["subject"], names=", ".join(fuels)),
                nearest(row["fuel"], fuels),
            )


def awards(case: Case) -> Iterator[Problem]:
    """Nobody gives more in awards than its budget and what it receives."""
    has = {(row["payer"], row["year"]): row["amount"] for row in records(case["budgets"])}
    for row in records(case["awards"]):
        if (row["payer"], row["year"]) in has:
            has[row["payer"], row["year"]] += row["amount"]
    for number, row in labelled_rows(case["awards"]):
        key = (row["grantor"], row["year"])
        if key not in has:
            continue
        if row["amount"] > has[key]:
            found = phrase("an award of {amount} CNY", amount=f"{row['amount']:,.0f}")
            left, (grantor, year) = f"{has[key]:,.0f}", key
            allowed = phrase("at most {left} CNY, what {grantor} has in {year}", left=left, grantor=grantor, year=year)
            remedy = phrase("Lower the award, or raise the grantor's budget in budgets.csv.")
            yield Problem(place(case, "awards", number, "amount"), found, allowed, remedy)
        has[key] = max(has[key] - row["amount"], 0.0)


def taxes(case: Case) -> Iterator[Problem]:
    """What is not taxed is an activity."""
    yield from scopes(case, "taxes", "sector", set(case["sectors"]["sector"]), set(case["activities"]["activity"]))
