"""A region: the least cost of all its cities together, and what each would do for itself.

A city by itself counts what its emissions do at home and takes what the others send as it is. Together each also
counts what it does to its neighbours. The cities are never put into one program: see ``decomposition``. Whole projects
and tasks are found city by city at the agreed prices, and what is left is agreed on once more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from scenarios import highs
from scenarios.case import Case
from scenarios.plan import Plan
from scenarios.regions import Link, Region, coupled_cases, expected_flows, receptor_key
from scenarios.solving import NEAR
from scenarios.studies.decomposition import JointOptimum, Linked, arriving, dantzig_wolfe, equilibrium
from scenarios.studies.subproblems import CaseMaker, Proposal, SubproblemPool, Terms

TERMS: tuple[Terms, ...] = ("priced", "taken", "capped")
SECONDS = 60.0  #: time that one search of one city may take; what it proves until then counts [s]
SPLIT = 0.5  #: part of the proof asked for that each city's own search may leave [1]


class RegionError(RuntimeError):
    """No plan keeps the targets of all cities: ``city`` has none whatever the others do, or blank: together none."""

    def __init__(self, city: str = ""):
        self.city = city
        super().__init__("no plan exists")


@dataclass(frozen=True)
class Planned:
    """Plans of all cities, and what each sends to the others. Key: from city, receptor, air, year. [ug/m3]"""

    plans: Mapping[str, Plan]
    sent: Mapping[tuple[str, str, str, int], float]

    @property
    def cost(self) -> float:
        """Cost of all cities. [CNY]"""
        return sum(plan.found.objective for plan in self.plans.values())


@dataclass(frozen=True)
class RegionStudy:
    """A region planned together, with the price of a microgram at each receptor [CNY per ug/m3] and the bound [CNY].

    ``apart``: what each city would do for itself, None where one then has no plan; ``at_rest``: whether each then
    answers what the others really do. ``linear`` and ``linear_apart`` are the cost of all without whole projects and
    tasks, together and each for itself, both without any gap. [CNY]
    """

    region: Region
    together: Planned
    bound: float
    prices: Mapping[Link, float]
    rounds: int
    apart: Planned | None
    at_rest: bool
    linear: float
    linear_apart: float | None

    @property
    def gap(self) -> float:
        """Proven distance from the least cost of all cities. [1]"""
        return max(self.together.cost - self.bound, 0.0) / max(abs(self.together.cost), 1e-9)


class Coordinator:
    """The pool of subproblems, one for each city, and the links between them."""

    def __init__(self, makers: Sequence[CaseMaker], jobs: int = 1):
        self.pool = SubproblemPool(makers, jobs)
        about = self.pool.each("about")
        keys: tuple[Link, ...] = tuple(sorted({key for one in about for key in one.links}))
        place = {key: number for number, key in enumerate(keys)}
        places = tuple(np.array([place[key] for key in one.links], dtype=int) for one in about)
        self.cities = [one.city for one in about]
        self.linked = Linked(keys, places, tuple(one.sign for one in about))
        self.whole = any(one.whole for one in about)

    def ask(self, what: str, prices: np.ndarray) -> list[Any]:
        """Every city's answer at some prices of the links."""
        return self.pool.each(what, [(prices[place],) for place in self.linked.places])

    def proposals(self, prices: np.ndarray) -> list[Proposal]:
        """What every city would do at some prices. Raises RegionError for one without a plan even in clean air."""
        found = self.ask("proposal", prices)
        for city, proposal in zip(self.cities, found, strict=True):
            if proposal is None:
                raise RegionError(city)
        return found

    def for_themselves(self, flows: Sequence[np.ndarray]) -> list[Proposal | None]:
        """What every city would do for itself when so much arrives."""
        return self.pool.each("at_home", [(each,) for each in flows])

    def agree(self, known: Sequence[Sequence[Proposal]], prices: np.ndarray) -> JointOptimum:
        """The least cost of all, from some answers known and prices to begin with."""
        self.ask("hold", prices)
        return dantzig_wolfe(self.proposals, self.linked, known, prices)

    def keep(self, values: Sequence[np.ndarray]) -> None:
        """Keep whole projects and tasks as they are in some values from here on."""
        self.pool.each("fix", [(each,) for each in values])

    def shadow_prices(self, proposals: Sequence[Proposal]) -> np.ndarray:
        """What a microgram less would save the city in whose air it is. [CNY per ug/m3]"""
        prices = np.zeros(len(self.linked.keys))
        for place, proposal in zip(self.linked.places, proposals, strict=True):
            np.maximum.at(prices, place, proposal.shadow_prices)
        return prices


def plan_region(region: Region, *, gap: float = NEAR, jobs: int = 1) -> RegionStudy:
    """The least cost of a region, proven to ``gap`` where it can be, and what its cities would do for themselves.

    Raises RegionError when the cities have no plan together, SolverError when one cannot keep what was agreed on.
    """
    cases = coupled_cases(region)
    coordinator = Coordinator([partial(_itself, case) for case in cases.values()], jobs)
    with closing(coordinator.pool):
        begin = first_flows(
            coordinator, {city: expected_flows(case, region.cases[city]) for city, case in cases.items()}
        )
        selfish = equilibrium(coordinator.for_themselves, coordinator.linked, begin)
        joint = linear(coordinator, selfish[0] if selfish else None)
        if joint.short:
            raise RegionError
        whole = with_whole(coordinator, joint, gap)
        together = _planned(coordinator, whole.flows, (whole.value - whole.bound) / max(abs(whole.value), 1e-9))
        by_itself, at_rest = _by_itself(coordinator, selfish[0], gap) if selfish else (None, True)
    if together is None:
        raise highs.SolverError("a city cannot keep what was agreed on")
    prices = dict(zip(coordinator.linked.keys, whole.prices.tolist(), strict=True))
    before = sum(proposal.cost for proposal in selfish[0]) if selfish else None
    return RegionStudy(region, together, whole.bound, prices, joint.rounds, by_itself, at_rest, joint.value, before)


def _itself(case: Case) -> Case:
    return case


def first_flows(coordinator: Coordinator, expected: Mapping[str, Mapping[Link, float]]) -> list[np.ndarray]:
    """What arrives by each city's own assumption, at its links. Key of each city: own receptor, air, year. [ug/m3]"""
    whole = {
        (receptor_key(city, receptor), air, year): value
        for city, given in expected.items()
        for (receptor, air, year), value in given.items()
    }
    amounts = np.array([whole.get(key, 0.0) for key in coordinator.linked.keys])
    return [amounts[place] for place in coordinator.linked.places]


def linear(coordinator: Coordinator, known: Sequence[Proposal] | None) -> JointOptimum:
    """The least cost of all without whole projects and tasks, begun from what each does for itself."""
    prices = coordinator.shadow_prices(known) if known else np.zeros(len(coordinator.linked.keys))
    return coordinator.agree([known] if known else [], prices)


def with_whole(coordinator: Coordinator, joint: JointOptimum, gap: float) -> JointOptimum:
    """The best found with whole projects and tasks, and the bound that proves it. Raises RegionError.

    Each city searches at the agreed prices; with what it then does whole, all agree anew. What the cities prove in
    these searches adds up to a bound. Where that is not close enough, each searches on with what arrives taken as
    agreed, and then with no more sent than agreed.
    """
    if not coordinator.whole:
        return joint
    options = highs.Options(gap=gap * SPLIT, time_limit=SECONDS)
    best, held, bound = None, None, joint.bound
    for terms in TERMS:
        answers = _searched(coordinator, joint.flows, joint.prices, options, terms)
        if terms == "priced":
            bound = float(np.fmax(bound, sum(answer.bound for answer in answers)))
        values = _kept(coordinator, answers)
        kept = coordinator.agree([], joint.prices) if values is not None else None
        if kept is not None and not kept.short and (best is None or kept.value < best.value):
            best, held = kept, values
        if best is not None and best.value - bound <= gap * abs(best.value):
            break
    if best is None or held is None:
        raise RegionError
    coordinator.keep(held)
    return replace(best, bound=min(bound, best.value))


def _searched(
    coordinator: Coordinator, flows: Sequence[np.ndarray], prices: np.ndarray, options: highs.Options, terms: Terms
) -> list[highs.Answer]:
    """Every city's best with whole projects and tasks."""
    given = zip(arriving(coordinator.linked, flows), coordinator.linked.places, strict=True)
    return coordinator.pool.each("searched", [(each, prices[place], options, terms) for each, place in given])


def _kept(coordinator: Coordinator, answers: Sequence[highs.Answer]) -> list[np.ndarray] | None:
    """Whole projects and tasks as they were found, kept from here on; None when a city found nothing."""
    if any(not len(answer.values) for answer in answers):
        return None
    values = [answer.values for answer in answers]
    coordinator.keep(values)
    return values


def _by_itself(coordinator: Coordinator, selfish: Sequence[Proposal], gap: float) -> tuple[Planned | None, bool]:
    """What each city does for itself, with whole projects and tasks; whether that came to rest."""
    flows, at_rest = arriving(coordinator.linked, [proposal.flows for proposal in selfish]), True
    if coordinator.whole:
        nothing, options = np.zeros(len(coordinator.linked.keys)), highs.Options(gap=gap * SPLIT, time_limit=SECONDS)
        if _kept(coordinator, _searched(coordinator, flows, nothing, options, "taken")) is None:
            return None, True
        found = equilibrium(coordinator.for_themselves, coordinator.linked, flows)
        if found is None:
            return None, True
        flows, at_rest = arriving(coordinator.linked, [proposal.flows for proposal in found[0]]), found[1]
    return _planned(coordinator, flows, gap * SPLIT), at_rest


def _planned(coordinator: Coordinator, flows: Sequence[np.ndarray], gap: float) -> Planned | None:
    """Verified plans that send no more than so much, when what is sent arrives; None when there are none."""
    settled = coordinator.pool.each("settle", [(each,) for each in arriving(coordinator.linked, flows)])
    if any(sent is None for sent in settled):
        return None
    arrives: dict[Link, float] = defaultdict(float)
    for sent in settled:
        for key, value in sent.items():
            arrives[key] += value
    plans = coordinator.pool.each("plan", [(dict(arrives), gap)] * coordinator.pool.size)
    by_city = {
        (city, *key): value
        for city, sent in zip(coordinator.cities, settled, strict=True)
        for key, value in sent.items()
    }
    return Planned(dict(zip(coordinator.cities, plans, strict=True)), by_city)
