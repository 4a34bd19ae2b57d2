"""Subproblems: the programs of a region's cities, held hot, each asked what it would do at other prices of the air.

A subproblem knows its own city only. What crosses to other cities are columns of its program: ``incoming``, what may
arrive at its receptors, and ``outgoing``, what it adds at those of others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import Any, Literal, NamedTuple

import numpy as np

from scenarios import accounting, air, highs
from scenarios.case import Case
from scenarios.frames import entries
from scenarios.plan import Plan
from scenarios.program.build import Arrays, collector_paused
from scenarios.regions import Link, receptor_key, with_arriving
from scenarios.session import Question, Session
from scenarios.solving import Clock, SearchResult, decisions_of, plan_of, prepare
from scenarios.stocks import evolve

SENDS, TAKES = 1.0, -1.0
Terms = Literal["priced", "taken", "capped"]
ROUNDING = 1e-10  #: part of what a city may send that is left for rounding [1]


@dataclass(frozen=True)
class Proposal:
    """What a city would do: its cost [CNY], and what it sends and takes at each of its links [ug/m3].

    ``bound`` is the least of cost plus prices times what it sends less prices times what it takes. [CNY]
    ``shadow_prices`` are what a microgram less would save it at each link where it takes. [CNY per ug/m3]
    ``fails``: more arrives than it can stand, and it does all it can.
    """

    cost: float
    flows: np.ndarray
    bound: float
    shadow_prices: np.ndarray
    fails: bool = False


class About(NamedTuple):
    """A city, its links, whether it sends or takes at each, and whether it decides on whole projects or tasks."""

    city: str
    links: tuple[Link, ...]
    sign: np.ndarray
    whole: bool


class Subproblem:
    """A city's program without integers, or with its integers fixed, ready for questions."""

    def __init__(self, case: Case):
        with collector_paused():
            self.prepared = prepare(case)
        self.arrays = self.prepared.arrays
        city = case.settings.city
        columns = list(enumerate(self.arrays.columns))
        taking = [(place, index) for place, (name, index) in columns if name == "incoming"]
        sending = [(place, index) for place, (name, index) in columns if name == "outgoing"]
        self.places = np.array([place for place, _ in [*taking, *sending]], dtype=int)
        self.links: tuple[Link, ...] = (
            *((receptor_key(city, receptor), air, year) for _, (receptor, air, year) in taking),
            *(index for _, index in sending),
        )
        self.sign = np.array([TAKES] * len(taking) + [SENDS] * len(sending))
        self._linear = highs.relaxed(self.arrays)
        self._session: Session | None = None

    def about(self) -> About:
        """What the others must know of it."""
        return About(self.prepared.case.settings.city, self.links, self.sign, bool(self.arrays.integer.any()))

    def hold(self, prices: np.ndarray) -> None:
        """Be ready for questions near some prices at its links. [CNY per ug/m3]"""
        self._session = Session(self._priced(self._linear, prices))

    def fix(self, values: np.ndarray) -> None:
        """Keep whole projects and tasks as they are in some values from here on."""
        self._linear, self._session = highs.with_integers_fixed(self.arrays, values), None

    def proposal(self, prices: np.ndarray) -> Proposal | None:
        """The best at some prices of what is sent and taken; None when the city has no plan even in clean air."""
        return self._proposal(Question(cost=self._priced(self._linear, prices).cost), self._linear.constant)

    def at_home(self, arriving: np.ndarray) -> Proposal | None:
        """The least cost when so much arrives at its receptors and nobody asks what it sends.

        Where it then has no plan: the cleanest there is. None when it has no plan even in clean air. ``arriving`` has
        an entry for every link; only those where the city takes count. [ug/m3]
        """
        fixed = {int(place): (x, x) for place, x in self._taken(arriving)}
        proposal = self._proposal(Question(columns=fixed, cost=self._linear.cost), self._linear.constant)
        if proposal is not None:
            return proposal
        cleanest = np.zeros(len(self._linear.cost))
        cleanest[self.places[self.sign == TAKES]] = -1.0
        proposal = self._proposal(Question(cost=cleanest), self._linear.constant)
        return None if proposal is None else replace(proposal, fails=True)

    def settle(self, flows: np.ndarray) -> dict[Link, float] | None:
        """Settle on the least cost when so much arrives and no more than so much may be sent; what it then sends.

        None when there is no plan. [ug/m3]
        """
        answer = highs.solve(self._within(self._linear, flows))
        if answer.outcome != "optimal":
            return None
        self._answer = answer
        case, program = self.prepared.case, self.prepared.program
        decisions = decisions_of(case, program, self.prepared.reduction.recover(answer.values))
        emission = accounting.emission_by_period(case, evolve(case, decisions.conversions))
        sent = air.exported_concentration(case, emission.assign(year=emission["period"].map(case.calendar.year)))
        return dict(entries(sent))

    def plan(self, arrives: Mapping[Link, float], gap: float) -> Plan:
        """The verified plan settled on, when so much arrives at its receptors [ug/m3], and its distance from the best.

        To the plan what neighbours send is part of what comes from elsewhere.
        """
        case, answer = self.prepared.case, self._answer
        city = case.settings.city
        here = {
            key: arrives.get((receptor_key(city, key[0]), *key[1:]), 0.0) for key, _ in entries(air.background(case))
        }
        proven = replace(answer, bound=answer.objective - gap * abs(answer.objective))
        return plan_of(
            replace(self.prepared, case=with_arriving(case, here)), SearchResult(answer, proven), gap, Clock({})
        )

    def searched(self, flows: np.ndarray, prices: np.ndarray, options: highs.Options, terms: Terms) -> highs.Answer:
        """The best with whole projects and tasks at some prices; ``terms`` say what of ``flows`` stands.

        ``priced``: nothing, and its bound is one of what any plan costs at these prices. ``taken``: what arrives.
        ``capped``: what arrives, and no more is sent.
        """
        if terms == "priced":
            return highs.solve(self._priced(self.arrays, prices), options)
        arrays = self._priced(self.arrays, np.where(self.sign == SENDS, prices, 0.0))
        return highs.solve(self._within(arrays, flows, terms == "capped"), options)

    def _taken(self, flows: np.ndarray) -> list[tuple[int, float]]:
        return [(self.places[at], float(flows[at])) for at in np.flatnonzero(self.sign == TAKES)]

    def _priced(self, arrays: Arrays, prices: np.ndarray) -> Arrays:
        cost = arrays.cost.copy()
        cost[self.places] += self.sign * prices
        return replace(arrays, cost=cost)

    def _within(self, arrays: Arrays, flows: np.ndarray, capped: bool = True) -> Arrays:
        at_least, at_most = arrays.at_least.copy(), arrays.at_most.copy()
        for place, x in self._taken(flows):
            at_least[place] = at_most[place] = x
        for at in np.flatnonzero(self.sign == SENDS) if capped else ():
            at_most[self.places[at]] = flows[at] * (1 + ROUNDING)
        return replace(arrays, at_least=at_least, at_most=at_most)

    def _proposal(self, question: Question, constant: float) -> Proposal | None:
        if self._session is None:
            self.hold(np.zeros(len(self.links)))
        assert self._session is not None
        answer = self._session.ask(question)
        if answer.outcome != "optimal":
            return None
        cost = float(self._linear.cost @ answer.values) + constant
        shadow_prices = np.asarray(self._linear.matrix[:, self.places].T @ answer.duals) * (self.sign == TAKES)
        return Proposal(cost, answer.values[self.places], answer.objective + constant, -shadow_prices)


CaseMaker = Callable[[], Case]  #: reads or makes the case of a city, in the process that keeps it
_SUBPROBLEMS: dict[int, Subproblem] = {}  #: the subproblems of this process


def _make(numbers: Sequence[int], makers: Sequence[CaseMaker]) -> None:
    _SUBPROBLEMS.update((number, Subproblem(maker())) for number, maker in zip(numbers, makers, strict=True))


def _ask(numbers: Sequence[int], what: str, arguments: Sequence[tuple[Any, ...]]) -> list[Any]:
    return [getattr(_SUBPROBLEMS[number], what)(*given) for number, given in zip(numbers, arguments, strict=True)]


class SubproblemPool:
    """Subproblems in as many processes as asked; each process makes its own and keeps them."""

    def __init__(self, makers: Sequence[CaseMaker], jobs: int = 1):
        self.size = len(makers)
        self._shares = [list(range(first, self.size, jobs)) for first in range(min(jobs, self.size))]
        self._here = [Subproblem(maker()) for maker in makers] if len(self._shares) == 1 else []
        count = 0 if self._here else len(self._shares)
        self._executors = [ProcessPoolExecutor(1, get_context("spawn")) for _ in range(count)]
        for made in [
            executor.submit(_make, share, [makers[number] for number in share])
            for executor, share in zip(self._executors, self._shares, strict=False)
        ]:
            made.result()

    def each(self, what: str, arguments: Sequence[tuple[Any, ...]] = ()) -> list[Any]:
        """What every subproblem answers to a question with its own arguments, in the order of the makers."""
        given = list(arguments) or [()] * self.size
        if self._here:
            return [getattr(subproblem, what)(*each) for subproblem, each in zip(self._here, given, strict=True)]
        asked = [
            executor.submit(_ask, share, what, [given[number] for number in share])
            for executor, share in zip(self._executors, self._shares, strict=True)
        ]
        found: dict[int, Any] = {}
        for share, answers in zip(self._shares, asked, strict=True):
            found.update(zip(share, answers.result(), strict=True))
        return [found[number] for number in range(self.size)]

    def close(self) -> None:
        """Let the processes go."""
        for executor in self._executors:
            executor.shutdown()
