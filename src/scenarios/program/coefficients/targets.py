"""Targets: what each enforced one counts, and the relation it keeps."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from scenarios.case import Case
from scenarios.frames import records
from scenarios.inventory import in_scope
from scenarios.program.pooling import Pools
from scenarios.targets import Target, limits

RELATIONS: dict[str, Callable[[Any, Any], Any]] = {"<=": operator.le, ">=": operator.ge}


def targets(case: Case, pools: Pools, c: Any) -> dict[str, Any]:
    """What each enforced target counts, and the relation it keeps."""
    table = limits(case).reset_index()
    enforced = {target["target"]: target for target in records(table[table["enforced"]])}
    inside = {name: _segments(case, pools, c, target) for name, target in enforced.items()}

    def keeps(name: str, amount: Any) -> Any:
        return RELATIONS[enforced[name]["operator"]](amount, enforced[name]["limit"])

    of_kind = {
        kind: tuple(name for name, target in enforced.items() if target["indicator"] == kind)
        for kind in ("emission", "concentration", "fuel")
    }
    return {
        "emission_targets": of_kind["emission"],
        "concentration_targets": of_kind["concentration"],
        "fuel_targets": of_kind["fuel"],
        "target_sources": {
            name: [source for source in c.emitted if source[:2] in inside[name] and source[2] == target["subject"]]
            for name, target in enforced.items()
        },
        "target_burners": {name: _burners(case, c, target, inside[name]) for name, target in enforced.items()},
        "keeps": keeps,
        "target_periods": {name: c.periods_of[target["year"]] for name, target in enforced.items()},
        "target_air": {name: (target["area"], target["subject"], target["year"]) for name, target in enforced.items()},
    }


def _segments(case: Case, pools: Pools, c: Any, target: Target) -> dict[tuple[str, str], None]:
    """Pool and activity of all that a target counts, in the order of the segments."""
    activities = case["activities"][["activity", "sector"]]
    counted = set(activities.loc[in_scope(activities, target["sectors"], target["excluded"]), "activity"])
    everywhere = target["area"] == case.settings.city
    return dict.fromkeys(
        (a, s) for a, s in c.segments if s in counted and (everywhere or set(pools.members[a, s]) == {target["area"]})
    )


def _burners(
    case: Case, c: Any, target: Target, inside: dict[tuple[str, str], None]
) -> list[tuple[str, str, str, float]]:
    """Pool, technology, activity and fuel use of one unit of all that burns the target's fuel."""
    burning = records(case["fuel_use"][case["fuel_use"]["fuel"] == target["subject"]])
    return [
        (a, row["technology"], s, row["use"])
        for a, s in inside
        for row in burning
        if c.activity_of[row["technology"]] == s
    ]
