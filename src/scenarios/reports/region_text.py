"""A region on the screen: what it costs together and apart, who does more for whom, what a microgram is worth where."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from scenarios.case import Case
from scenarios.costs import discount_factors
from scenarios.frames import entries, looked_up, records
from scenarios.plan import Plan
from scenarios.regions import Region, receptor_key
from scenarios.reports.format import grid, in_one_unit, money, number, percent, unit_name, with_unit
from scenarios.reports.prices_text import basis
from scenarios.studies.region import RegionStudy
from scenarios.targets import units
from scenarios.units import MICROGRAM
from scenarios.words import language, say

FEW = 8  #: measures shown of each city
CENTS = 2  #: decimals of a price; one that is 0 with so many is the solver's rounding
SLIGHT = 1e-6  #: differences below this part of the largest are rounding [1]


def tables(study: RegionStudy) -> dict[str, pd.DataFrame]:
    """The tables of a region study: cities, receptors, exchange, measures."""
    return {
        "cities": cities(study),
        "receptors": receptors(study),
        "exchange": exchange(study),
        "measures": measures(study),
    }


def cities(study: RegionStudy) -> pd.DataFrame:
    """What each city spends and what its air does for the others, together and apart.

    Columns: city, apart, together [CNY], spared [ug/m3 less at all receptors of the others, in all years with a price],
    given and got [CNY: what it spares the others, and they it, at the prices of the air].
    """
    exchanged = exchange(study)
    rows = []
    for city, plan in study.together.plans.items():
        mine, theirs = exchanged[exchanged["from_city"] == city], exchanged[exchanged["to_city"] == city]
        rows.append(
            {
                "city": city,
                "apart": study.apart.plans[city].found.objective if study.apart else float("nan"),
                "together": plan.found.objective,
                "spared": float((mine["apart"] - mine["together"])[mine["price"] > 0].sum()),
                "given": float(mine["value"].sum()),
                "got": float(theirs["value"].sum()),
            }
        )
    return pd.DataFrame(rows)


def exchange(study: RegionStudy) -> pd.DataFrame:
    """What each city adds in the air of each other one, and what the difference is worth there.

    Columns: from_city, to_city, receptor, air, year, apart, together [ug/m3], price [CNY per ug/m3], value [CNY].
    """
    places = {
        receptor_key(city, receptor): (city, receptor)
        for city, case in study.region.cases.items()
        for receptor in [city, *case["areas"]["area"]]
    }
    rows = []
    for (sender, place, air, year), now in study.together.sent.items():
        before = study.apart.sent[sender, place, air, year] if study.apart else float("nan")
        price = study.prices.get((place, air, year), 0.0)
        city, receptor = places[place]
        value = price * (before - now) if study.apart else 0.0
        rows.append((sender, city, receptor, air, year, before, now, price, value))
    names = ["from_city", "to_city", "receptor", "air", "year", "apart", "together", "price", "value"]
    return pd.DataFrame(rows, columns=names).sort_values(names[:5], ignore_index=True)


def receptors(study: RegionStudy) -> pd.DataFrame:
    """Annual means, and what one microgram less from the neighbours is worth.

    Columns: city, receptor, air, year, apart, together [ug/m3], price [CNY per ug/m3].
    """
    rows = []
    for city, plan in study.together.plans.items():
        before = _means(study.apart.plans[city]) if study.apart else {}
        for (receptor, air, year), mean in _means(plan).items():
            price = study.prices.get((receptor_key(city, receptor), air, year), 0.0)
            rows.append((city, receptor, air, year, before.get((receptor, air, year), float("nan")), mean, price))
    return pd.DataFrame(rows, columns=["city", "receptor", "air", "year", "apart", "together", "price"])


def _means(plan: Plan) -> dict[tuple[str, str, int], float]:
    """Annual means. Key: receptor, air, year. [ug/m3]"""
    return dict(entries(plan["concentrations"].groupby(["receptor", "air", "year"])["concentration"].sum()))


def measures(study: RegionStudy) -> pd.DataFrame:
    """What each city converts, apart and together, the largest difference of cost over the plan first.

    Columns: city, measure, apart, together [activity unit], unit, difference [CNY].
    """
    parts = []
    for city, plan in study.together.plans.items():
        plans = {"together": plan} | ({"apart": study.apart.plans[city]} if study.apart else {})
        case = study.region.cases[city]
        done = {name: one["conversions"].groupby("measure")["quantity"].sum() for name, one in plans.items()}
        frame = pd.DataFrame(done, columns=["apart", "together"]).rename_axis("measure").reset_index()
        frame = frame.assign(together=frame["together"].fillna(0.0), city=city)
        if study.apart:
            frame = frame.assign(apart=frame["apart"].fillna(0.0))
        unit = frame["measure"].map(units(case)["measures"])
        cost = {name: looked_up(frame["measure"], _cost(case, one)) for name, one in plans.items()}
        change = np.nan_to_num(cost["together"]) - np.nan_to_num(cost.get("apart", 0.0))
        parts.append(frame.assign(unit=unit, difference=change, size=np.abs(change)))
    rows = pd.concat(parts, ignore_index=True)
    ordered = rows.sort_values(["city", "size", "measure"], ascending=[True, False, True], ignore_index=True)
    return ordered[["city", "measure", "apart", "together", "unit", "difference"]]


def _cost(case: Case, plan: Plan) -> pd.Series:
    """Discounted cost over the plan. Key: measure. [CNY]"""
    rows = plan.costs[plan.costs["item"] != "investment"]
    return (rows["cny"] * rows["year"].map(discount_factors(case))).groupby(rows["measure"]).sum()


def region_text(study: RegionStudy) -> str:
    """The study in the language in use."""
    region, first = study.region, next(iter(study.region.cases.values()))
    name = region.settings.name(language())
    cost = {"name": name, "cost": money(study.together.cost), "gap": percent(study.gap, 2)}
    lines = [say("{name}: together {cost}, proven to {gap} of the least cost of all cities", **cost)]
    if study.apart is not None:
        saved = {"cost": money(study.apart.cost), "saved": money(study.apart.cost - study.together.cost)}
        lines.append(say("Each city for itself: {cost}; together {saved} are saved", **saved))
    else:
        lines.append(say("Each city for itself: one of them has no plan; only together are all targets met"))
    if study.linear_apart is not None:
        exact = {"apart": study.linear_apart, "together": study.linear, "saved": study.linear_apart - study.linear}
        lines.append(
            say(
                "Without whole projects and tasks, both proven exactly: {apart} for itself, {together} together, "
                "{saved} saved",
                **{name: money(value) for name, value in exact.items()},
            )
        )
    if not study.at_rest:
        lines.append(say("Apart, the cities did not come to rest; the last round is shown."))
    lines += [basis(first), "", _cities_grid(study), "", _receptors_grid(study), "", _exchange_grid(study)]
    changed = _measures_grid(study)
    return "\n".join([*lines, "", changed] if changed else lines)


def _names(region: Region) -> dict[str, str]:
    """City -> its name in the language in use."""
    return {city: case.settings.name(language()) for city, case in region.cases.items()}


def _receptor_name(region: Region, city: str, receptor: str) -> str:
    names = _names(region)
    inside = region.cases[city].names("areas", language())
    return names[city] if receptor == city else f"{names[city]}, {inside[receptor]}"


def _cities_grid(study: RegionStudy) -> str:
    names = _names(study.region)
    table, sums = cities(study), ["apart", "together", "given", "got"]
    unit, in_unit = in_one_unit(table[sums].to_numpy().ravel())
    rows = [[names[row["city"]], *(in_unit(row[name]) for name in sums)] for row in records(table)]
    head = [with_unit(say("City"), unit), "for itself", "jointly", "value to others", "value of others to it"]
    return say("Cost over the plan, and what each does for the others at the prices below") + "\n" + grid(head, rows)


def _receptors_grid(study: RegionStudy) -> str:
    rows = [
        [
            f"{_receptor_name(study.region, row['city'], row['receptor'])}, {row['air']}",
            str(row["year"]),
            number(row["apart"], 4),
            number(row["together"], 4),
            _price(row["price"]),
        ]
        for row in records(receptors(study))
    ]
    head = ["annual mean", "year", "for itself", "jointly", "price of one less"]
    return say("The air, and what one microgram less from a neighbour is worth there") + "\n" + grid(head, rows)


def _price(price: float) -> str:
    return say("{price} per {unit}", price=money(price), unit=unit_name(MICROGRAM)) if round(price, CENTS) > 0 else "0"


def _exchange_grid(study: RegionStudy) -> str:
    names, table = _names(study.region), exchange(study)
    unit, in_unit = in_one_unit(table["value"])
    rows = [
        [
            names[row["from_city"]],
            _receptor_name(study.region, row["to_city"], row["receptor"]),
            str(row["year"]),
            number(row["apart"], 4),
            number(row["together"], 4),
            in_unit(row["value"]),
        ]
        for row in records(table)
    ]
    head = [
        "from city",
        "in the air of",
        "year",
        "for itself",
        "jointly",
        with_unit(say("value of the difference"), unit),
    ]
    return say("What each city adds to the air of the others [ug/m3]") + "\n" + grid(head, rows, left=2)


def _measures_grid(study: RegionStudy) -> str:
    if study.apart is None:
        return ""
    names, rows, lines = _names(study.region), measures(study), []
    unit, in_unit = in_one_unit(rows["difference"])
    for city, part in rows.groupby("city", sort=False):
        moved = part[part["difference"].abs() > SLIGHT * rows["difference"].abs().max()].head(FEW)
        called_by = study.region.cases[str(city)].names("measures", language())
        lines += [_moved(names[str(city)], called_by, row, in_unit) for row in records(moved)]
    if not lines:
        return ""
    head = ["City", "measure", "for itself", "jointly", "unit", with_unit(say("cost over the plan"), unit)]
    return say("Measures taken otherwise, largest sums first (measures.csv has all)") + "\n" + grid(head, lines, left=2)


def _moved(city: str, names: dict[str, str], row: dict[str, Any], in_unit: Callable[[float], str]) -> list[str]:
    sign = "+" if row["difference"] > 0 else ""
    amounts = [number(row["apart"]), number(row["together"]), unit_name(row["unit"])]
    return [city, names[row["measure"]], *amounts, f"{sign}{in_unit(row['difference'])}"]
