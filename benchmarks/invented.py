"""An invented city as real, checked tables: counties, activities, technologies, tasks and targets from a seed.

``city(seed)`` has the size of a prefecture-level city: 22 counties, 60 activities, 60 tasks, 12 quarters, about 93,000
columns when no county is pooled. Factors and costs belong to technologies. Targets lie at a part of what all measures
together could reach, so that some plan keeps them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from scenarios.case import Case, Settings
from scenarios.checking import check
from scenarios.files import to_frame
from scenarios.problems import InputError
from scenarios.tables import TABLES

pd.set_option("mode.string_storage", "python")  # as the program's own processes do (runs.py)
Rows = dict[str, list[dict[str, Any]]]
YEARS = (2018, 2019, 2020)
BASE, START = 2015, 2017  #: reference year, and the year from whose end the plan starts
CITY = "city"
SECTORS = ("coal", "vehicles", "industry", "dust", "other")
POLLUTANTS = ("SO2", "NOx", "PM2.5", "VOC")
AIR = "PM2.5"
FORMS = {"PM2.5": 1.0, "SO2": 0.2, "NOx": 0.15}  #: effect of a tonne on PM2.5, relative to one of PM2.5 [1]
EMITTED = {"SO2": 0.45, "NOx": 0.45, "PM2.5": 0.6, "VOC": 0.5}  #: part of the activities that emits it [1]
REACH = 0.9  #: part of an activity that measures can convert [1]
EVIDENCE = {"source": "invented", "grade": "assumed"}


@dataclass(frozen=True)
class Size:
    """How large a city is, and how far its targets go: the part of what can be reached in each planning year."""

    counties: int = 22
    activities: int = 60
    tasks: int = 60
    strictness: tuple[float, ...] = (0.1, 0.35, 0.65)


def city(seed: int = 0, size: Size = Size(), county_targets: bool = False) -> Case:
    """A checked case; with ``county_targets`` every county has targets of its own and nothing can be pooled."""
    rng = np.random.default_rng(seed)
    rows: Rows = {row.table: [] for row in TABLES}
    rows["sources"] = [{"source": "invented", "title": "Drawn by a random generator for measuring speed"}]
    kinds = rng.choice([2, 3, 4], size.activities, p=[0.4, 0.4, 0.2])
    factors = _beliefs(rng, rows, kinds)
    quantity = rng.lognormal(7, 1, (size.counties, size.activities)) * rng.lognormal(0, 0.5, (size.counties, 1))
    _counts(rows, quantity, kinds)
    _tasks(rng, rows, size, quantity.sum(axis=0))
    _money(rng, rows, quantity.sum(axis=0))
    _targets(rows, size, quantity, factors, county_targets)
    case = Case(_settings(), "least-cost", {row.table: _table(rows, row) for row in TABLES})
    problems = check(case)
    if problems:
        raise InputError(problems)
    return case


def _table(rows: Rows, row: Any) -> Any:
    """The rows as a frame, every cell in its type; a row that breaks the declaration of its table is an error."""
    return to_frame([dict(row(**given)) for given in rows[row.table]], list(range(2, len(rows[row.table]) + 2)), row)


def _settings() -> Settings:
    return Settings(
        city=CITY,
        name_zh="城市",
        name_en="City",
        reference_year=BASE,
        start_year=START,
        years=YEARS,
        price_year=START,
        discount_rate=0.05,
        background="unchanged",
        population=9e6,
    )


def _named(name: str) -> dict[str, str]:
    return {"name_zh": name, "name_en": name}


def _beliefs(rng: np.random.Generator, rows: Rows, kinds: np.ndarray) -> dict[tuple[int, str], np.ndarray]:
    """Activities, technologies, factors, fuels, measures and costs. Returns the factors by activity and pollutant."""
    rows["pollutants"] = [{"pollutant": p, **_named(p)} for p in POLLUTANTS]
    rows["precursors"] = [{"pollutant": AIR, "precursor": p, "ratio": r, **EVIDENCE} for p, r in FORMS.items()]
    rows["sectors"] = [{"sector": s, "group": s, **_named(s)} for s in SECTORS]
    rows["fuels"] = [{"fuel": f, "unit": u, **_named(f)} for f, u in (("coal", "t"), ("gas", "m3"), ("power", "kWh"))]
    rows["prices"] = [
        {"fuel": f, "tariff": "industry", "price": x, **EVIDENCE}
        for f, x in (("coal", 600), ("gas", 2.6), ("power", 0.6))
    ]
    factors: dict[tuple[int, str], np.ndarray] = {}
    for s, count in enumerate(kinds):
        name, steps = f"a{s:02}", np.arange(count) / (count - 1)
        rows["activities"].append(
            {"activity": name, "sector": SECTORS[s % len(SECTORS)], "unit": "unit", **_named(name)}
        )
        rows["technologies"] += [
            {"technology": f"{name}k{k}", "activity": name, **_named(f"{name}k{k}")} for k in range(count)
        ]
        emits = [p for p in POLLUTANTS if rng.random() < EMITTED[p]] or [AIR]
        for p in emits:
            factors[s, p] = rng.lognormal(-3, 0.8) * rng.uniform(0.05, 0.35) ** (steps**0.7)
            rows["emission_factors"] += [
                {"technology": f"{name}k{k}", "pollutant": p, "factor": float(x), "unit": "t", **EVIDENCE}
                for k, x in enumerate(factors[s, p])
            ]
        _technology_costs(rng, rows, name, steps)
    return factors


def _technology_costs(rng: np.random.Generator, rows: Rows, name: str, steps: np.ndarray) -> None:
    """Fuel use and running cost of the technologies of an activity; measures from each to the next, and their cost."""
    capital = rng.lognormal(7, 0.6) * steps**1.4
    running = capital * rng.uniform(0.02, 0.06) + 20
    rows["costs"] += [
        {"subject": f"{name}k{k}", "item": "running", "value": float(x), **EVIDENCE} for k, x in enumerate(running)
    ]
    fuel = rng.choice(["", "gas", "power"], p=[0.4, 0.3, 0.3])
    used = [("coal", 0, rng.uniform(0.02, 0.1))] if rng.random() < 0.3 else []
    used += [(fuel, k, rng.uniform(20, 90)) for k in range(1, len(steps)) if fuel]
    rows["fuel_use"] += [
        {"technology": f"{name}k{k}", "fuel": f, "use": float(x), "tariff": "industry", **EVIDENCE} for f, k, x in used
    ]
    for k in range(len(steps) - 1):
        measure = f"{name}m{k}"
        rows["measures"].append(
            {
                "measure": measure,
                "from_technology": f"{name}k{k}",
                "to_technology": f"{name}k{k + 1}",
                "lifetime": 15,
                **_named(measure),
            }
        )
        rows["costs"].append(
            {"subject": measure, "item": "capital", "value": float(capital[k + 1] - 0.6 * capital[k]), **EVIDENCE}
        )
        rows["potentials"].append({"area": CITY, "measure": measure, "share": REACH, **EVIDENCE})
        rows["pace"] += [
            {"area": CITY, "measure": measure, "year": y, "share": 0.45, "quarter_share": 0.5, **EVIDENCE}
            for y in YEARS
        ]
    if rng.random() < 0.2:
        rows["turnover"].append({"technology": f"{name}k0", "into": f"{name}k1", "rate": 0.03, **EVIDENCE})


def _counts(rows: Rows, quantity: np.ndarray, kinds: np.ndarray) -> None:
    """Areas, activity, mix, growth, season, and the air. Quantities in activity units."""
    rows["areas"] = [
        {"area": f"c{a:02}", "code": str(a), "kind": "county", **_named(f"c{a:02}")} for a in range(len(quantity))
    ]
    for year in (BASE, START):
        rows["activity"] += [
            {"area": f"c{a:02}", "activity": f"a{s:02}", "year": year, "quantity": float(x), "unit": "unit", **EVIDENCE}
            for (a, s), x in np.ndenumerate(quantity)
        ]
        for s, count in enumerate(kinds):
            rows["mix"] += [
                {
                    "area": CITY,
                    "technology": f"a{s:02}k{k}",
                    "year": year,
                    "share": 0.82 if k == 0 else 0.18 / (count - 1),
                    **EVIDENCE,
                }
                for k in range(count)
            ]
    rows["growth"] = [
        {"technology": f"a{s:02}k0", "year": y, "rate": 0.01, **EVIDENCE}
        for s in range(0, len(kinds), 3)
        for y in YEARS
    ]
    rows["season"] = [
        {"activity": f"a{s:02}", "quarter": q, "share": share, **EVIDENCE}
        for s in range(0, len(kinds), len(SECTORS))
        for q, share in enumerate((0.5, 0.05, 0.05, 0.4), start=1)
    ]
    rows["observations"] = [{"receptor": CITY, "pollutant": AIR, "year": BASE, "value": 85, **EVIDENCE}]
    rows["apportionment"] = [
        {"receptor": CITY, "pollutant": AIR, "group": group, "share": share, **EVIDENCE}
        for group, share in (("regional", 0.3), *zip(SECTORS, (0.3, 0.2, 0.25, 0.15, 0.1), strict=True))
    ]
    rows["background"] = [
        {"receptor": CITY, "pollutant": AIR, "assumption": "unchanged", "year": y, "change": 0, **EVIDENCE}
        for y in YEARS
    ]


def _tasks(rng: np.random.Generator, rows: Rows, size: Size, whole: np.ndarray) -> None:
    """Tasks in four layers, each after one to three of the layer before; most measures wait for one of them."""
    layer = np.sort(rng.integers(0, 4, size.tasks))
    rows["departments"] = [{"department": "office", **_named("office")}]
    for j in range(size.tasks):
        rows["tasks"].append(
            {
                "task": f"t{j:02}",
                "number": j + 1,
                "lead": "office",
                "earliest": "2018-01",
                "duration": int(rng.integers(1, 3)) * 3,
                "deadline": "2020-12",
                "required": bool(rng.random() < 0.2),
                "cost": float(whole.sum() * rng.lognormal(0, 0.6) * 4),
                "lifetime": 20,
                **_named(f"t{j:02}"),
                **EVIDENCE,
            }
        )
        before = np.flatnonzero(layer == layer[j] - 1)
        for i in rng.choice(before, min(len(before), rng.integers(1, 4)), replace=False) if len(before) else ():
            rows["order"].append(
                {
                    "order": f"o{len(rows['order'])}",
                    "before": f"t{i:02}",
                    "after": f"t{j:02}",
                    "relation": "finish_to_start",
                    "clause": "1",
                    "stated": True,
                    "reason_en": "in this order",
                }
            )
    for measure in rows["measures"]:
        if rng.random() < 0.75:
            capacity = 1.1 * REACH * whole[int(measure["measure"][1:3])]
            task = f"t{rng.integers(0, size.tasks):02}"
            rows["enables"].append(
                {"task": task, "measure": measure["measure"], "capacity": float(capacity), **EVIDENCE}
            )


def _money(rng: np.random.Generator, rows: Rows, whole: np.ndarray) -> None:
    """Who pays, budgets, and fuel to be had: parts of what converting everything would take."""
    rows["funders"] = [{"payer": f, "public": f == "city", **_named(f)} for f in ("city", "enterprise")]
    parts = {"capital": {"city": 0.4, "enterprise": 0.6}, "running": {"enterprise": 1.0}, "fuel": {"enterprise": 1.0}}
    rows["payers"] = [
        {"subject": sector, "item": item, "payer": payer, "share": share, **EVIDENCE}
        for sector in SECTORS
        for item, payers in parts.items()
        for payer, share in payers.items()
    ]
    rows["payers"] += [
        {"subject": task["task"], "item": "task", "payer": "city", "share": 1.0, **EVIDENCE} for task in rows["tasks"]
    ]
    capital = {row["subject"]: row["value"] for row in rows["costs"] if row["item"] == "capital"}
    everything = sum(whole[int(measure[1:3])] * REACH * cost for measure, cost in capital.items())
    works = {"city": sum(task["cost"] for task in rows["tasks"])}
    rows["budgets"] = [
        {
            "payer": payer,
            "year": year,
            "amount": everything * share * part + works.get(payer, 0) / 4,
            "unit": "CNY",
            **EVIDENCE,
        }
        for payer, share in parts["capital"].items()
        for year, part in zip(YEARS, (0.25, 0.3, 0.3), strict=True)
    ]
    full = sum(row["use"] * whole[int(row["technology"][1:3])] for row in rows["fuel_use"] if row["fuel"] == "gas")
    for year, part in zip(YEARS, (0.4, 0.5, 0.6), strict=True):
        given = {"fuel": "gas", "year": year, "unit": "m3", **EVIDENCE}
        rows["supply"].append({**given, "quantity": full * part})
        rows["supply"].append({**given, "quantity": full * 0.1, "task": f"t{len(rows['tasks']) // 2:02}"})


def _targets(
    rows: Rows, size: Size, quantity: np.ndarray, factors: dict[tuple[int, str], np.ndarray], county_targets: bool
) -> None:
    """Emission of SO2, NOx and PM2.5 in every year, PM2.5 in the air in the last, for the city or for each county."""
    counted = [p for p in POLLUTANTS if p in FORMS]
    for p in counted:
        mean = np.array([_mean(factors[s, p]) if (s, p) in factors else 0.0 for s in range(size.activities)])
        best = np.array([factors[s, p][-1] if (s, p) in factors else 0.0 for s in range(size.activities)])
        before, reached = quantity * mean, quantity * (mean - (mean - best) * REACH)
        for year, part in zip(YEARS, size.strictness, strict=True):
            limit = before - part * (before - reached)
            whole = [(CITY, limit.sum(), 1.0)]
            own = [(f"c{a:02}", limit[a].sum(), 1.02) for a in range(size.counties)] if county_targets else []
            rows["targets"] += [_target(rows, p, area, year, value * loose) for area, value, loose in [*whole, *own]]
    cut = 1 - 0.7 * size.strictness[-1] * 0.45
    rows["targets"].append({**_target(rows, AIR, CITY, YEARS[-1], 85 * cut), "indicator": "concentration"})


def _mean(factor: np.ndarray) -> float:
    """Factor of the mix at the start. [t per unit]"""
    return float(0.82 * factor[0] + 0.18 * factor[1:].mean())


def _target(rows: Rows, pollutant: str, area: str, year: int, value: float) -> dict[str, Any]:
    name = f"{pollutant} {area} {year}"
    return {
        "target": f"{name} {len(rows['targets'])}",
        "clause": "1",
        "indicator": "emission",
        "subject": pollutant,
        "area": area,
        "year": year,
        "operator": "<=",
        "value": float(value),
        "basis": "absolute",
        "enforced": True,
        **_named(name),
    }
