"""Effects: what activities emit and what a tonne adds to the air."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from scenarios import air
from scenarios.case import QUARTERS, Case
from scenarios.days import KINDS
from scenarios.frames import entries, records
from scenarios.inventory import emission_factors
from scenarios.program.pooling import Pools
from scenarios.stocks import season
from scenarios.targets import limits


def emissions(case: Case, pools: Pools, c: Any) -> dict[str, Any]:
    """Sources (pool, activity, pollutant) that an enforced target counts, their factors and seasons. [t per unit, 1]"""
    factor: dict[tuple[str, str], list[tuple[str, float]]] = defaultdict(list)
    for (technology, pollutant), value in entries(emission_factors(case)):
        factor[c.activity_of[technology], pollutant].append((technology, value))
    enforced = [target for target in records(limits(case)) if target["enforced"]]
    in_air = [target for target in enforced if target["indicator"] in ("concentration", *KINDS)]
    airs = {(target["area"], target["subject"], target["year"]) for target in in_air}
    needed = {target["subject"] for target in enforced if target["indicator"] == "emission"}
    if case.settings.minimise == "concentration":
        airs |= {(receptor, pollutant, year) for receptor, pollutant, year in air.background(case).index}
    if case.settings.minimise == "emission":
        needed |= set(case["weights"][case["weights"]["weight"] > 0]["pollutant"])
    pairs = {(receptor, pollutant) for receptor, pollutant, _ in airs}
    needed |= {key[3] for key in air.transfer(case).index if (key[0], key[1]) in pairs}
    needed |= {key[3] for key in air.transfer_to_neighbours(case).index} if case.exchange.sent else set()
    factors = {
        (a, s, p): factor[s, p]
        for a, s in c.segments
        for p in case["pollutants"]["pollutant"]
        if p in needed and factor[s, p]
    }
    usual = {
        (a, s, p): sum(value * c.start[a, k] for k, value in given) / len(QUARTERS)
        for (a, s, p), given in factors.items()
    }
    seasons = season(case).to_dict("index")
    return {
        "emitted": tuple(factors),
        "usual_emission": usual,
        "factors": factors,
        "air_years": tuple(sorted(airs)),
        "weight": dict(zip(case["weights"]["pollutant"], case["weights"]["weight"], strict=True)),
        "season": {(s, t): part[case.calendar.quarter(t)] for s, part in seasons.items() for t in c.periods},
    }


def transfer(case: Case, pools: Pools, c: Any) -> dict[str, Any]:
    """What a tonne of each source adds at each receptor, and what comes from elsewhere. [ug/m3 per t/yr, ug/m3]"""
    near = dict(entries(air.proximity(case)))
    adds = _by_source(c, air.transfer(case))
    if near:
        first = {segment: next(iter(areas)) for segment, areas in pools.members.items()}
        for (receptor, in_air), sources in adds.items():
            weights = [near.get((receptor, in_air, first[source[:2]]), 1.0) for source, _ in sources]
            pairs = zip(sources, weights, strict=True)
            adds[receptor, in_air] = [(source, value * weight) for (source, value), weight in pairs]
    return {"transfer": adds, "background": air.background(case).to_dict()}


def exchange(case: Case, pools: Pools, c: Any) -> dict[str, Any]:
    """What a tonne adds in other cities of the region, and where theirs arrives. [ug/m3 per t/yr, ug/m3]"""
    given = case.exchange
    received = tuple(key for key in c.air_years if key in given.received)
    return {
        "sent": given.sent,
        "sending": _by_source(c, air.transfer_to_neighbours(case)) if given.sent else {},
        "received": received,
        "arriving": {key: (key,) * (key in received) for key in c.air_years},
        "arriving_at_most": given.received,
    }


def _by_source(c: Any, coefficients: air.Transfer) -> dict[tuple[str, str], list[Any]]:
    """Receptor and pollutant in the air -> the sources that add to it, and what a tonne of each adds."""
    adds: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for (receptor, in_air, sector, pollutant), value in entries(coefficients):
        adds[receptor, in_air] += [
            (source, value) for source in c.emitted if source[2] == pollutant and c.sector_of[source[1]] == sector
        ]
    return adds
