"""Orders and dates of tasks that can be kept."""

from __future__ import annotations

from collections.abc import Iterator

from scenarios import tasks
from scenarios.case import Case
from scenarios.cells import as_text
from scenarios.checking.keys import unknown_among
from scenarios.checking.places import place
from scenarios.frames import labelled_rows, records
from scenarios.inventory import quantities
from scenarios.problems import Problem, Remark, phrase
from scenarios.stocks import activity_left


def order(case: Case) -> Iterator[Problem]:
    """Orders join what their relation can join, and never run in a ring."""
    allowed = {
        "finish_to_start": (("tasks",), ("tasks", "measures")),
        "standard_before": (("tasks",), ("tasks", "measures")),
        "share": (("measures",), ("measures",)),
        "ban_after": (("tasks",), ("technologies",)),
        "capacity": (("tasks",), ("measures",)),
        "held": ((), ()),
    }
    opened = set(zip(case["enables"]["task"], case["enables"]["measure"], strict=True))
    for number, row in labelled_rows(case["order"]):
        for column, tables in zip(("before", "after"), allowed[row["relation"]], strict=True):
            if tables:
                yield from unknown_among(case, "order", number, column, row[column], row["relation"], tables)
        if row["relation"] == "capacity" and (row["before"], row["after"]) not in opened:
            yield Problem(
                place(case, "order", number, "after"),
                as_text(f"{row['before']} {row['after']}"),
                phrase("for {relation}: a pair of enables.csv", relation=row["relation"]),
                phrase("Add the row to enables.csv, or correct the order."),
            )
        if row["relation"] == "held" and not row["note"]:
            yield Problem(
                place(case, "order", number, "note"),
                phrase("an empty cell"),
                phrase("the reason why it is held"),
                phrase("Say it in one sentence."),
            )
    ring = tasks.find_cycle(case)
    if ring:
        yield Problem(
            place(case, "order"),
            phrase("tasks that wait for each other: {ring}", ring=" → ".join([*ring, ring[0]])),
            phrase("an order without a ring"),
            phrase("Remove one of these orders."),
        )


def too_soon(case: Case) -> Iterator[Remark]:
    """Deadlines before the month in which the work can be done; the plan, in quarters, may not see a month or two."""
    soonest = tasks.soonest(case)
    for number, row in labelled_rows(case["tasks"]):
        end, begin, months = soonest[row["task"]], row["earliest"], row["duration"]
        if end > row["deadline"]:
            yield Remark(
                place(case, "tasks", number, "deadline"),
                phrase("{task} is due {deadline}", task=row["task"], deadline=row["deadline"]),
                phrase(
                    "from {begin}, with {months} months and what it waits for, it ends {end}",
                    begin=begin,
                    months=months,
                    end=end,
                ),
                phrase("Correct the deadline, the begin, the duration or the order."),
            )


def unled(case: Case) -> Iterator[Remark]:
    """Measures that wait for nothing in an area where what leads them has nothing to convert: 0 of 0 is done."""
    shares = {(row["area"], row["measure"]): row["share"] for row in records(case["potentials"])}
    quantity = quantities(case, case.settings.start_year)
    activity = activity_left(case)

    def potential(area: str, measure: str) -> float:
        share = shares.get((area, measure), shares.get((case.settings.city, measure), 0.0))
        return float(share * quantity.get((area, activity[measure]), 0.0))

    for number, row in labelled_rows(case["order"]):
        leader, follower = row["before"], row["after"]
        if row["relation"] != "share":
            continue
        free = [area for area in case["areas"]["area"] if potential(area, follower) > 0 >= potential(area, leader)]
        if free:
            yield Remark(
                place(case, "order", number, "before"),
                phrase("{leader} has no potential in {areas}", leader=leader, areas=", ".join(free)),
                phrase("{follower} waits for nothing there", follower=follower),
                phrase("Give the leader a potential there, or leave the follower none."),
            )


def deadlines(case: Case) -> Iterator[Problem]:
    """No task is due before the plan begins: nothing of the plan could be done by then."""
    first = f"{case.settings.years[0]}-01"
    for number, row in labelled_rows(case["tasks"]):
        if case.calendar.place_of_month(row["deadline"]) < 0:
            allowed = phrase("a month from {first} on, in which the plan begins", first=first)
            remedy = phrase("Give a later month; leave out a task that was done before, and what waits for it.")
            yield Problem(place(case, "tasks", number, "deadline"), as_text(row["deadline"]), allowed, remedy)
