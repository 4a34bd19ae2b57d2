"""What is given to the equations (``c``): index sets and numbers, from a Case and its pools."""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Callable
from math import floor
from types import SimpleNamespace
from typing import Any

from scenarios import accounting, air, costs
from scenarios.case import QUARTERS, Case
from scenarios.inventory import emission_factors, in_scope, shares
from scenarios.program.pooling import Pools
from scenarios.stocks import growth, quarterly_wear, season
from scenarios.targets import limits
from scenarios.tasks import BEFORE, quarters, reduced, windows

RELATIONS: dict[str, Callable[[Any, Any], Any]] = {"<=": operator.le, ">=": operator.ge}
ABOVE_WHOLE = 1e-9  #: what a quotient may fall short of a whole number of projects by rounding [1]


def coefficients(case: Case, pools: Pools) -> SimpleNamespace:
    """Everything the equations read, by name."""
    c = SimpleNamespace()
    for part in (
        _calendar,
        _technologies,
        _stock,
        _measures,
        _effects,
        _targets,
        _fuels,
        _money,
        _tasks,
        _orders,
        _costs,
    ):
        vars(c).update(part(case, pools, c))
    return c


def _calendar(case: Case, pools: Pools, c: Any) -> dict[str, Any]:
    periods = case.calendar.periods

    def periods_before(period: str, wait: int) -> str | None:
        place = case.calendar.position[period] - wait
        return periods[place] if place >= 0 else None

    return {
        "periods": periods,
        "years": case.settings.years,
        "later_periods": periods[1:],
        "position": case.calendar.position,
        "previous": {period: periods[place - 1] if place else None for place, period in enumerate(periods)},
        "periods_of": {year: case.calendar.of_year(year) for year in case.settings.years},
        "periods_until": {period: periods[: place + 1] for place, period in enumerate(periods)},
        "periods_before": periods_before,
    }


def _technologies(case: Case, pools: Pools, c: Any) -> dict[str, Any]:
    activity_of = dict(zip(case["technologies"]["technology"], case["technologies"]["activity"], strict=True))
    of_activity = defaultdict(list)
    for technology, activity in activity_of.items():
        of_activity[activity].append(technology)
    sector_of = dict(zip(case["activities"]["activity"], case["activities"]["sector"], strict=True))
    return {
        "activity_of": activity_of,
        "sector_of": sector_of,
        "technologies_of": of_activity,
        "segments": tuple(pools.members),
        "quantity": pools.quantity,
    }


def _stock(case: Case, pools: Pools, c: Any) -> dict[str, Any]:
    share = shares(case, case.settings.start_year).to_dict()
    cells = tuple((a, k) for a, s in c.segments for k in c.technologies_of[s])
    wear: dict[str, float] = defaultdict(float)
    replaces: dict[tuple[str, str], list[tuple[str, float]]] = {cell: [] for cell in cells}
    for (worn, into), rate in quarterly_wear(case).items():
        wear[worn] += rate
        for a, s in c.segments:
            if s == c.activity_of[worn] and rate:
                replaces[a, into].append((worn, rate))
    start = {
        (a, k): pools.quantity[a, s] * share.get((next(iter(pools.members[a, s])), k), 0.0)
        for a, s in c.segments
        for k in c.technologies_of[s]
    }
    grown: dict[tuple[str, str, str], float] = defaultdict(float)
    added = {(row.area, row.technology, row.year): row.growth for row in growth(case).itertuples()}
    for (area, technology, year), amount in added.items():
        for a, s in c.segments:
            if s == c.activity_of[technology] and area in pools.members[a, s]:
                for period in case.calendar.of_year(year):
                    grown[a, technology, period] += amount
    return {"cells": cells, "wear": wear, "replaces": replaces, "start": start, "growth": grown}


def _measures(case: Case, pools: Pools, c: Any) -> dict[str, Any]:
    rows = case["measures"].to_dict("records")
    lot = {row["measure"]: row["lot"] for row in rows if row["lot"] > 0}
    moves, potential, pace, quarter_pace, at_most = [], {}, {}, {}, {}
    into: dict[tuple[str, str], list[str]] = {cell: [] for cell in c.cells}
    leaving: dict[tuple[str, str], list[str]] = {cell: [] for cell in c.cells}
    for row in rows:
        m = row["measure"]
        for a, s in c.segments:
            area = next(iter(pools.members[a, s]))
            quantity = pools.quantity[a, s]
            if s != c.activity_of[row["from_technology"]] or not pools.potential.get((area, m), 0.0) > 0:
                continue
            moves.append((a, m))
            potential[a, m] = pools.potential[area, m] * quantity
            leaving[a, row["from_technology"]].append(m)
            if row["to_technology"]:
                into[a, row["to_technology"]].append(m)
            if m in lot:
                at_most[a, m] = floor(potential[a, m] / lot[m] + ABOVE_WHOLE)
            for year in c.years:
                yearly = pools.pace.loc[(area, m, year)]
                pace[a, m, year] = yearly["share"] * quantity
                for t in c.periods_of[year]:
                    quarter_pace[a, m, t] = yearly["share"] * yearly["quarter_share"] * quantity
    areas_of = defaultdict(list)
    for a, m in moves:
        areas_of[m].append(a)
    return {
        "moves": tuple(moves),
        "lot_moves": tuple(move for move in moves if move[1] in lot),
        "lot": lot,
        "lots_at_most": at_most,
        "areas_of": areas_of,
        "potential": potential,
        "pace": pace,
        "quarter_pace": quarter_pace,
        "moves_into": into,
        "moves_from": leaving,
    }


def _effects(case: Case, pools: Pools, c: Any) -> dict[str, Any]:
    factor: dict[tuple[str, str], list[tuple[str, float]]] = defaultdict(list)
    for (technology, pollutant), value in emission_factors(case).items():
        factor[c.activity_of[technology], pollutant].append((technology, value))
    enforced = [target for target in case["targets"].to_dict("records") if target["enforced"]]
    needed = {target["subject"] for target in enforced if target["indicator"] == "emission"}
    airs = {
        (target["area"], target["subject"], target["year"])
        for target in enforced
        if target["indicator"] == "concentration"
    }
    coefficients_of = air.transfer(case)
    through_air = {key[3] for key in coefficients_of.index if (key[0], key[1]) in {(r, p) for r, p, _ in airs}}
    emitted = tuple(
        (a, s, p)
        for a, s in c.segments
        for p in case["pollutants"]["pollutant"]
        if p in needed | through_air and factor[s, p]
    )
    transfer: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for (receptor, in_air, sector, pollutant), value in coefficients_of.items():
        transfer[receptor, in_air] += [
            (source, value) for source in emitted if source[2] == pollutant and c.sector_of[source[1]] == sector
        ]
    shares_of = season(case)
    usual = {(a, s, p): sum(value * c.start[a, k] for k, value in factor[s, p]) / len(QUARTERS) for a, s, p in emitted}
    return {
        "emitted": emitted,
        "usual_emission": usual,
        "factors": {(a, s, p): factor[s, p] for a, s, p in emitted},
        "air_years": tuple(sorted(airs)),
        "transfer": transfer,
        "background": air.background(case).to_dict(),
        "season": {
            (s, t): float(shares_of.loc[s, case.calendar.quarter(t)]) for s in shares_of.index for t in c.periods
        },
    }


def _targets(case: Case, pools: Pools, c: Any) -> dict[str, Any]:
    table = limits(case).reset_index()
    enforced = {target["target"]: target for target in table[table["enforced"]].to_dict("records")}
    use = case["fuel_use"].to_dict("records")
    activities = case["activities"][["activity", "sector"]]
    sources, burners = {}, {}
    for name, target in enforced.items():
        counted = set(activities.loc[in_scope(activities, target["sectors"], target["excluded"]), "activity"])
        inside = {
            (a, s)
            for a, s in c.segments
            if s in counted and (target["area"] == case.settings.city or set(pools.members[a, s]) == {target["area"]})
        }
        sources[name] = [source for source in c.emitted if source[:2] in inside and source[2] == target["subject"]]
        burners[name] = [
            (a, row["technology"], s, row["use"])
            for a, s in inside
            for row in use
            if row["fuel"] == target["subject"] and c.activity_of[row["technology"]] == s
        ]

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
        "target_sources": sources,
        "target_burners": burners,
        "keeps": keeps,
        "target_periods": {name: c.periods_of[target["year"]] for name, target in enforced.items()},
        "target_air": {name: (target["area"], target["subject"], target["year"]) for name, target in enforced.items()},
    }


def _fuels(case: Case, pools: Pools, c: Any) -> dict[str, Any]:
    anyway, added = defaultdict(float), defaultdict(list)
    for row in case["supply"].to_dict("records"):
        if row["task"]:
            added[row["fuel"], row["year"]].append((row["task"], row["quantity"]))
        else:
            anyway[row["fuel"], row["year"]] += row["quantity"]
    burners = defaultdict(list)
    for row in case["fuel_use"].to_dict("records"):
        s = c.activity_of[row["technology"]]
        burners[row["fuel"]] += [(a, row["technology"], s, row["use"]) for a, segment in c.segments if segment == s]
    return {"fuel_years": tuple(anyway), "supply": anyway, "added_supply": added, "burners": burners}


def _money(case: Case, pools: Pools, c: Any) -> dict[str, Any]:
    capital, amount = costs.capital(case).to_dict(), case["tasks"].set_index("task")["cost"].to_dict()
    measures, tasks = defaultdict(list), defaultdict(list)
    for row in costs.payer_shares(case).itertuples():
        if row.item == "capital" and row.share * capital[row.subject]:
            measures[row.payer] += [(a, row.subject, row.share * capital[row.subject]) for a in c.areas_of[row.subject]]
        elif row.item == "task" and amount[row.subject]:
            tasks[row.payer].append((row.subject, row.share * amount[row.subject]))
    budget = {(row.payer, row.year): row.amount for row in case["budgets"].itertuples()}
    return {"capital_paid": measures, "task_paid": tasks, "budget": budget, "payer_years": tuple(budget)}


def _tasks(case: Case, pools: Pools, c: Any) -> dict[str, Any]:
    table = windows(case)
    tasks = tuple(case["tasks"]["task"])
    required = dict(zip(tasks, case["tasks"]["required"], strict=True))
    last = len(c.periods) - 1
    deadlines = [min(max(case.calendar.place_of_month(month), 0), last) for month in case["tasks"]["deadline"]]
    durations = {task: quarters(months) for task, months in zip(tasks, case["tasks"]["duration"], strict=True)}
    return {
        "tasks": tasks,
        "earliest_finish": table["earliest"].to_dict(),
        "required_tasks": tuple(t for t in tasks if required[t]),
        "optional_tasks": tuple(t for t in tasks if not required[t]),
        "deadline": {task: c.periods[place] for task, place in zip(tasks, deadlines, strict=True)},
        "waits": tuple((before, after, lag + durations[after]) for before, after, lag in reduced(case)),
    }


def _orders(case: Case, pools: Pools, c: Any) -> dict[str, Any]:
    enablers = defaultdict(list)
    for row in case["enables"].itertuples():
        enablers[row.measure].append((row.task, row.capacity))
    quarter_reach: dict[tuple[str, str], float] = defaultdict(float)
    for (_, m, t), most in c.quarter_pace.items():
        quarter_reach[m, t] += most
    reachable = {
        (m, t): min(sum(quarter_reach[m, u] for u in c.periods_until[t]), sum(c.potential[a, m] for a in c.areas_of[m]))
        for m in c.areas_of
        for t in c.periods
    }
    permits, followers, bans = [], [], []
    for row in case["order"].to_dict("records"):
        before, after = row["before"], row["after"]
        if row["relation"] in BEFORE and after in c.areas_of and before in c.tasks:
            permits.append((before, after))
        elif row["relation"] == "share":
            followers += [(a, before, after) for a in c.areas_of[after] if (a, before) in c.potential]
        elif row["relation"] == "ban_after":
            bans += [(before, a, k) for a, k in c.cells if k == after]
    most = {(a, k): 2 * pools.quantity[a, c.activity_of[k]] for _, a, k in bans}
    return {
        "enablers": enablers,
        "enabled_measures": tuple(m for m in enablers if c.areas_of[m]),
        "quarter_reach": quarter_reach,
        "reachable": reachable,
        "permits": tuple(permits),
        "followers": tuple(followers),
        "bans": tuple(bans),
        "stock_at_most": most,
    }


def _costs(case: Case, pools: Pools, c: Any) -> dict[str, Any]:
    discount, annuity = costs.discount(case), costs.capital_annuity(case).to_dict()
    quarter = {t: float(discount[case.calendar.year(t)]) / len(QUARTERS) for t in c.periods}
    until_end = {
        t: quarter[t] / 2 + sum(quarter[u] for u in c.periods[place + 1 :]) for place, t in enumerate(c.periods)
    }
    running, fuel = costs.running(case).to_dict(), costs.fuel(case).to_dict()
    unit = {
        (k, t): quarter[t] * (running[k] + fuel[k] * len(QUARTERS) * c.season[s, t])
        for k, s in c.activity_of.items()
        for t in c.periods
    }
    spent, yearly = {}, {}
    for task in case["tasks"].to_dict("records"):
        invested = task["lifetime"] > 0
        for t in c.periods:
            spent[task["task"], t] = 0.0 if invested else task["cost"] * quarter[t] * len(QUARTERS)
            yearly[task["task"], t] = (
                task["cost"] * float(costs.annuity(case.settings.discount_rate, task["lifetime"])) * quarter[t]
                if invested
                else 0.0
            )
    return {
        "capital_until_end": {(m, t): annuity[m] * until_end[t] for m in annuity for t in c.periods},
        "unit_cost": unit,
        "task_spent": spent,
        "task_annuity": yearly,
        "baseline": accounting.baseline(case),
    }
