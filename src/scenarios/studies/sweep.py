"""Sweeps: one or more numbers of the input over ranges, lists or samples, a plan for each point.

Points that differ from the base in limits only are asked of the program as it is held; others are built anew. A point
is a set of changes in short (``shorthand.parse_change``), so that any of them can be run by itself, and its answer
depends on nothing but the case, the changes and the gap.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pandas as pd

from scenarios import accounting, costs, effects, version
from scenarios.accounting import NOTHING, Decisions, emission_by_period
from scenarios.air import concentrations, reference_receptors
from scenarios.case import Case, cached
from scenarios.checking import check
from scenarios.frames import entries, looked_up
from scenarios.operation import unattributed_cost
from scenarios.plan import Agreed
from scenarios.problems import InputError
from scenarios.reading import with_changes
from scenarios.solving import NEAR
from scenarios.stocks import evolve
from scenarios.studies.axes import COST
from scenarios.studies.reoptimiser import Reoptimiser
from scenarios.studies.variations import as_read
from scenarios.units import MICROGRAM

Answer = dict[str, Any]  #: what is kept of a point: plain numbers, texts and lists, ready for JSON
COST_UNIT = "CNY"


@dataclass(frozen=True)
class Base:
    """What every point starts from: a case, and the plan whose schedule its points try to keep."""

    case: Case
    agreed: Agreed | None
    gap: float = NEAR

    def key(self, point: Sequence[str]) -> str:
        """What a point is known by: equal keys have equal answers of the same version of the program."""
        agreed = [sorted(part.items()) for part in self.agreed or ()]
        parts = [version.VERSION, self.case.digest, repr(self.gap), repr(agreed), *point]
        return sha256("\n".join(parts).encode()).hexdigest()[:16]


def sweep(
    base: Base,
    points: Sequence[tuple[str, ...]],
    *,
    known: Mapping[str, Answer] | None = None,
    keep: Callable[[str, Answer], None] | None = None,
    jobs: int = 1,
    scheduler: str = "",
) -> Iterator[tuple[int, Answer]]:
    """The number of each point and its answer, as they come; those ``known`` by their key are not asked again.

    ``keep`` is called with each new answer and its key. ``jobs`` processes of this machine, or the Dask cluster at
    ``scheduler``.
    """
    known = known or {}
    keys = [base.key(point) for point in points]
    yield from ((number, known[key]) for number, key in enumerate(keys) if key in known)
    left = [number for number, key in enumerate(keys) if key not in known]
    for number, answer in _answers(base, [(number, points[number]) for number in left], jobs, scheduler):
        if keep is not None:
            keep(keys[number], answer)
        yield number, answer


def _answers(
    base: Base, points: list[tuple[int, tuple[str, ...]]], jobs: int, scheduler: str
) -> Iterator[tuple[int, Answer]]:
    if jobs == 1 and not scheduler:
        yield from ((number, answer_to(base, point)) for number, point in points)
        return
    from contextlib import nullcontext

    from joblib import Parallel, delayed, parallel_config

    if scheduler:
        from dask import distributed

        context: Any = distributed.Client(scheduler)
        backend: Any = parallel_config(backend="dask")
    else:
        context, backend = nullcontext(), parallel_config(backend="loky")
    with context, backend:
        numbered = delayed(_numbered)
        workers = Parallel(n_jobs=-1 if scheduler else jobs, return_as="generator_unordered")
        yield from workers(numbered(base, number, point) for number, point in points)


def _numbered(base: Base, number: int, point: tuple[str, ...]) -> tuple[int, Answer]:
    """An answer with its number; threads of one process take turns, as they share a reoptimiser."""
    with _TURN:
        return number, answer_to(base, point)


def answer_to(base: Base, point: Sequence[str]) -> Answer:
    """What a point comes to: cost, bound, gap, how it was found, outcomes and what each measure converts.

    The cost is that of the plan, whatever is minimised; bound and gap are of what is minimised, and a bound is given
    where that is the cost.
    """
    reoptimiser = _reoptimiser(base)
    case = with_changes(reoptimiser.given, point, swept=True)  # in another process the base comes anew with every point
    shifted = reoptimiser.limits_of(case)
    if shifted is None:
        problems = check(case)
        if problems:
            raise InputError(problems)
        reoptimiser, shifted = Reoptimiser(case, agreed=base.agreed), {}
    found = reoptimiser.minimise(shifted, gap=base.gap)
    head: Answer = {"changes": list(point)}
    if found is None:
        return {**head, "how": "no plan"}
    decisions = reoptimiser.decisions(found)
    converted = decisions.conversions.groupby("measure")["quantity"].sum()
    cheapest = reoptimiser.case.settings.minimise == COST
    return {
        **head,
        "how": found.how,
        "cost": found.objective if cheapest else _cost(reoptimiser.case, decisions),
        "bound": found.bound if cheapest else None,
        "gap": found.gap,
        "outcomes": outcomes(reoptimiser.case, decisions),
        "measures": {str(name): float(value) for name, value in converted.items()},
    }


def _cost(case: Case, decisions: Decisions) -> float:
    """Cost over the plan. [CNY]"""
    worn = unattributed_cost(case, decisions.conversions, evolve(case, decisions.conversions))
    return accounting.objective(case, accounting.cost(accounting.measure_costs(case, decisions), worn))


_REOPTIMISERS: dict[str, Reoptimiser] = {}
_TURN = threading.Lock()


def _reoptimiser(base: Base) -> Reoptimiser:
    """The reoptimiser of the base, made once in each process."""
    key = base.key(())
    if key not in _REOPTIMISERS:
        _REOPTIMISERS.clear()
        _REOPTIMISERS[key] = Reoptimiser(base.case, agreed=base.agreed)
    return _REOPTIMISERS[key]


def outcomes(case: Case, decisions: Decisions) -> list[dict[str, Any]]:
    """Money laid out, emissions and annual means of each year: quantity, year (none for the plan), value, unit."""
    avoided, cleaner = effects.total_avoided(case, decisions.conversions)
    emitted = _frozen(case).sub(avoided, fill_value=0.0)
    air = _frozen_air(case).sub(cleaner, fill_value=0.0)
    made = decisions.conversions
    capital = looked_up(made["measure"], costs.capital(case)) * made["quantity"]
    tasks = case["tasks"].set_index("task")["cost"].reindex(list(decisions.done)).sum()
    rows: list[dict[str, Any]] = [
        {"quantity": "money", "year": None, "value": float(capital.sum() + tasks), "unit": COST_UNIT}
    ]
    for series, unit in ((emitted, "t"), (air, MICROGRAM)):
        for (name, year), value in entries(series):
            rows.append({"quantity": str(name), "year": int(year), "value": float(value), "unit": unit})
    return rows


@cached
def _frozen(case: Case) -> pd.Series:
    """Emission when nothing new is done. Key: pollutant, year. [t]"""
    rows = emission_by_period(case, evolve(case, NOTHING.conversions))
    return rows.groupby(["pollutant", rows["period"].map(case.calendar.year).rename("year")])["emission"].sum()


@cached
def _frozen_air(case: Case) -> pd.Series:
    """Annual means when nothing new is done. Key: air, year. [ug/m3]"""
    rows = emission_by_period(case, evolve(case, NOTHING.conversions))
    yearly = rows.assign(year=rows["period"].map(case.calendar.year))
    rows = concentrations(case, yearly)
    return (
        rows[rows["receptor"] == rows["air"].map(reference_receptors(case))]
        .groupby(["air", "year"])["concentration"]
        .sum()
    )


def tables(points: Sequence[tuple[str, ...]], answers: Mapping[int, Answer]) -> dict[str, pd.DataFrame]:
    """Tidy tables: points (one row each), outcomes and measures (one row a point and quantity, or measure)."""
    rows: list[dict[str, Any]] = []
    results: list[dict[str, Any]] = []
    measures: list[dict[str, Any]] = []
    for number in sorted(answers):
        answer = answers[number]
        varied = dict(as_read(change) for change in points[number])
        plain = {name: answer.get(name) for name in ("cost", "bound", "gap")}
        rows.append({"point": number + 1, **varied, "how": answer["how"], **plain})
        results += [{"point": number + 1, **row} for row in answer.get("outcomes", [])]
        measures += [
            {"point": number + 1, "measure": name, "quantity": value}
            for name, value in answer.get("measures", {}).items()
        ]
    return {
        "points": pd.DataFrame(rows),
        "outcomes": pd.DataFrame(results, columns=["point", "quantity", "year", "value", "unit"]).astype(
            {"year": "Int64"}
        ),
        "measures": pd.DataFrame(measures, columns=["point", "measure", "quantity"]),
    }
