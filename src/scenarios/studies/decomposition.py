"""The least cost of cities that share the air, found by prices (Dantzig and Wolfe 1960).

Each city is asked what it would do at some price of a microgram at each receptor: it pays for what it sends, and is
paid for what it lets arrive. A small master program mixes the answers so that no more is sent than is let arrive; its
prices are the next question. Whatever the prices, the answers added up bound the cost from below, and the mix bounds it
from above: when the two meet, the mix is the optimum of the one program of all cities, which is never built. Prices are
smoothed towards those with the best bound (Wentges 1997), which saves most of the rounds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from scenarios import highs
from scenarios.program.build import Arrays
from scenarios.regions import Link
from scenarios.studies.subproblems import Proposal

SMOOTHING = 0.7  #: part of the best prices so far in the next question [1]
MET = 1e-7  #: distance of the two bounds at which they have met [1]
ROUNDS = 300
PENALTY = 100.0  #: price of a microgram that nobody lets arrive, against the highest price that a city would pay [1]
PENALTY_FACTOR = 1000.0  #: factor by which that price rises when it is still paid at the end [1]
RAISES = 2  #: how often it rises before it is believed that no plan exists
NONE = 1e-8  #: micrograms that count as none [ug/m3]
Ask = Callable[[np.ndarray], Sequence[Proposal]]


@dataclass(frozen=True)
class Linked:
    """The receptors, pollutants and years where cities meet, and the place of each city's links among them."""

    keys: tuple[Link, ...]
    places: tuple[np.ndarray, ...]
    signs: tuple[np.ndarray, ...]

    def net(self, city: int, flows: np.ndarray) -> np.ndarray:
        """What a city sends less what it lets arrive, at its links. [ug/m3]"""
        sent: np.ndarray = self.signs[city] * flows
        return sent


@dataclass(frozen=True)
class JointOptimum:
    """What every city sends and lets arrive at its links, the cost of all and its bound, and the prices.

    ``short``: micrograms beyond what is let arrive; above 0 no plan of all cities exists.
    """

    value: float
    bound: float
    prices: np.ndarray
    flows: tuple[np.ndarray, ...]
    rounds: int
    short: float


@dataclass
class _Master:
    """The answers so far, and the master program over them."""

    linked: Linked
    penalty: float
    city: list[int]
    proposals: list[Proposal]

    def add(self, proposals: Sequence[Proposal]) -> None:
        self.city += range(len(proposals))
        self.proposals += proposals

    def solved(self) -> tuple[float, np.ndarray, np.ndarray, np.ndarray, float]:
        """Value, prices of the keys and of the cities, part of each answer, micrograms short."""
        keys, cities, count = len(self.linked.keys), len(self.linked.places), len(self.proposals)
        nets = [self.linked.net(at, proposal.flows) for at, proposal in zip(self.city, self.proposals, strict=True)]
        places = [self.linked.places[at] for at in self.city]
        lengths = [len(place) for place in places]
        shortage = np.arange(keys)
        rows = np.concatenate([*places, np.array(self.city) + keys, shortage])
        columns = np.concatenate([np.repeat(np.arange(count), lengths), np.arange(count), count + shortage])
        data = np.concatenate([*nets, np.ones(count), -np.ones(keys)])
        answer = highs.solve(
            Arrays(
                cost=np.concatenate([[proposal.cost for proposal in self.proposals], np.full(keys, self.penalty)]),
                constant=0.0,
                matrix=sp.csc_array((data, (rows, columns)), shape=(keys + cities, count + keys)),
                lower=np.concatenate([np.full(keys, -np.inf), np.ones(cities)]),
                upper=np.concatenate([np.zeros(keys), np.ones(cities)]),
                at_least=np.zeros(count + keys),
                at_most=np.full(count + keys, np.inf),
                integer=np.zeros(count + keys, dtype=bool),
                size=np.ones(count + keys),
                columns=tuple(("part", (place,)) for place in range(count + keys)),
                rows=tuple(("row", (place,)) for place in range(keys + cities)),
            )
        )
        duals, parts = answer.duals, answer.values
        return answer.objective, -duals[:keys], duals[keys:], parts[:count], float(parts[count:].sum())

    def flows(self, parts: np.ndarray) -> tuple[np.ndarray, ...]:
        """The mix of each city's answers, at its links. [ug/m3]"""
        mixed = [np.zeros(len(place)) for place in self.linked.places]
        for at, proposal, part in zip(self.city, self.proposals, parts, strict=True):
            mixed[at] += part * proposal.flows
        return tuple(mixed)


def dantzig_wolfe(ask: Ask, linked: Linked, first: Sequence[Sequence[Proposal]], prices: np.ndarray) -> JointOptimum:
    """The least cost of all cities together.

    ``ask`` returns every city's answer at some prices of the keys; ``first`` are answers known already, a list for each
    time all cities were asked; ``prices`` those to begin with. [CNY per ug/m3]
    """
    master = _Master(linked, 0.0, [], [])
    for proposals in first:
        master.add(proposals)
    proposals = ask(prices)
    best = sum(proposal.bound for proposal in proposals)
    master.add(proposals)
    centre, weight = prices, SMOOTHING
    master.penalty = PENALTY * max(
        float(prices.max(initial=0.0)), max(abs(proposal.cost) for proposal in master.proposals), 1.0
    )
    raised = 0
    rounds = 0
    while rounds < ROUNDS:
        rounds += 1
        value, own, homes, parts, short = master.solved()
        if value - best <= MET * max(abs(value), 1.0):
            if short <= NONE or raised == RAISES:
                break
            master.penalty, raised, weight = master.penalty * PENALTY_FACTOR, raised + 1, 0.0
            continue
        asked = weight * centre + (1 - weight) * own
        proposals = ask(asked)
        bound = sum(proposal.bound for proposal in proposals)
        if bound > best:
            best, centre = bound, asked
        better = any(
            proposal.cost + own[linked.places[at]] @ linked.net(at, proposal.flows) < homes[at] - MET * abs(homes[at])
            for at, proposal in enumerate(proposals)
        )
        weight = SMOOTHING if better else weight / 2 if weight > 0.1 else 0.0
        master.add(proposals)
    return JointOptimum(value, min(best, value), centre, master.flows(parts), rounds, short if short > NONE else 0.0)


def equilibrium(
    ask: Callable[[Sequence[np.ndarray]], Sequence[Proposal | None]],
    linked: Linked,
    flows: Sequence[np.ndarray],
    rounds: int = 50,
) -> tuple[list[Proposal], bool] | None:
    """What each city does for itself, taking what the others send as it is, and whether that came to rest.

    ``flows`` is what arrives at first. None when a city has no plan then.
    """
    for _ in range(rounds):
        proposals = [proposal for proposal in ask(flows) if proposal is not None]
        if len(proposals) < len(linked.places):
            return None
        moved = arriving(linked, [proposal.flows for proposal in proposals])
        change = max((np.abs(new - old).max(initial=0.0) for new, old in zip(moved, flows, strict=True)), default=0.0)
        if change <= NONE:
            break
        flows = moved
    return None if any(proposal.fails for proposal in proposals) else (proposals, change <= NONE)


def arriving(linked: Linked, flows: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The flows with what arrives put equal to what is sent there. [ug/m3]"""
    whole = np.zeros(len(linked.keys))
    for place, sign, sent in zip(linked.places, linked.signs, flows, strict=True):
        np.add.at(whole, place, np.where(sign > 0, sent, 0.0))
    return [
        np.where(sign > 0, sent, whole[place])
        for place, sign, sent in zip(linked.places, linked.signs, flows, strict=True)
    ]
