"""Pool what no row distinguishes: areas that share start mix, potential, pace and scopes solve as one, exactly.

All data of an activity being the same shares of its quantity, the stocks of pooled areas stay in proportion to their
quantities in every quarter. Solving the sum and splitting it back by those weights is therefore exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenarios.air import proximity
from scenarios.case import Case, cached
from scenarios.frames import each_row, entries, records, where
from scenarios.inventory import emission_factors, in_scope, quantities, shares
from scenarios.targets import limits


@dataclass(frozen=True)
class Pools:
    """``members``: (pool, activity) -> area -> weight; ``limits``: potential and pace of each area and measure."""

    members: dict[tuple[str, str], dict[str, float]]
    quantity: dict[tuple[str, str], float]
    potential: pd.Series  # key: area, measure [share]
    pace: pd.DataFrame  # index: area, measure, year; columns: share, quarter_share

    def split(self, rows: pd.DataFrame, activity_of: dict[str, str]) -> pd.DataFrame:
        """Rows (pool in column area, measure, period, quantity) shared among the areas of each pool."""
        pairs = zip(rows["area"], rows["measure"], strict=True)
        shared = [self.members[pool, activity_of[measure]] for pool, measure in pairs]
        each = [len(areas) for areas in shared]
        weight = np.array([weight for areas in shared for weight in areas.values()])
        return pd.DataFrame(
            {
                "area": pd.Series([area for areas in shared for area in areas], dtype="str"),
                "measure": np.repeat(rows["measure"].to_numpy(), each),
                "period": np.repeat(rows["period"].to_numpy(), each),
                "quantity": np.repeat(rows["quantity"].to_numpy(), each) * weight,
            }
        )


def by_area(rows: pd.DataFrame, case: Case, key: list[str]) -> pd.DataFrame:
    """Rows given for the city hold for each area without a row of its own. Index: area and key."""
    city = rows[rows["area"] == case.settings.city].drop(columns="area").merge(case["areas"][["area"]], how="cross")
    own = rows[rows["area"] != case.settings.city]
    both = pd.concat([own, city]).drop_duplicates(["area", *key])
    return both.set_index(["area", *key]).sort_index()


@cached
def potentials(case: Case) -> pd.Series:
    """How much of the activity each measure can convert. Key: area, measure. [1]"""
    return by_area(case["potentials"][["area", "measure", "share"]], case, ["measure"])["share"]


@cached
def paces(case: Case) -> pd.DataFrame:
    """How much of it in a year, and of that in a quarter. Index: area, measure, year; share, quarter_share. [1]"""
    return by_area(case["pace"][["area", "measure", "year", "share", "quarter_share"]], case, ["measure", "year"])


def pools(case: Case, pooled: bool = True) -> Pools:
    """The pools of a case; with ``pooled`` off every area stands alone."""
    quantity = dict(entries(quantities(case, case.settings.start_year)))
    potential, pace = potentials(case), paces(case)
    signatures = _signatures(case, quantity, potential, pace) if pooled else {key: key[0] for key in quantity}
    groups: dict[tuple[str, object], list[str]] = {}
    for (area, activity), signature in signatures.items():
        groups.setdefault((activity, signature), []).append(area)
    members, sums = {}, {}
    for (activity, _), areas in groups.items():
        pool = areas[0] if len(areas) == 1 else f"{areas[0]}+{len(areas) - 1}"
        total = sum(quantity[area, activity] for area in areas)
        members[pool, activity] = {area: quantity[area, activity] / total for area in areas}
        sums[pool, activity] = total
    return Pools(members, sums, potential, pace)


def _signatures(
    case: Case, quantity: dict[tuple[str, str], float], potential: pd.Series, pace: pd.DataFrame
) -> dict[tuple[str, str], object]:
    """(area, activity) -> all that distinguishes the area."""
    activity_of = case.column("technologies", "activity")
    mix: dict[tuple[str, str], list[object]] = {}
    for (area, technology), share in entries(shares(case, case.settings.start_year)):
        mix.setdefault((area, activity_of[technology]), []).append((technology, round(share, 12)))
    limits: dict[tuple[str, str], list[object]] = {}
    shares_of = potential.to_dict()
    pace_of: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for (area, measure, _), share, quarter_share in zip(pace.index, pace["share"], pace["quarter_share"], strict=True):
        pace_of.setdefault((area, measure), []).append((share, quarter_share))
    areas = case["areas"]["area"].tolist()
    for row in each_row(case["measures"]):
        measure, activity = row.measure, activity_of[row.from_technology]
        for area in areas:
            share = shares_of.get((area, measure), 0.0)
            limits.setdefault((area, activity), []).append(
                (measure, share, tuple(pace_of.get((area, measure), ())), area if row.lot > 0 and share > 0 else "")
            )
    near = _near(case)
    scopes: dict[tuple[str, str], list[object]] = {}
    for name, (area, activities) in _scopes(case).items():
        for activity in activities:
            scopes.setdefault((area, activity), []).append(name)
    result: dict[tuple[str, str], object] = {}
    for area, activity in quantity:
        inside = tuple(scopes.get((area, activity), ()))
        signature = (mix.get((area, activity), []), limits.get((area, activity), []), near.get((area, activity), []))
        result[area, activity] = (*map(tuple, signature), inside)
    return result


def _near(case: Case) -> dict[tuple[str, str], list[object]]:
    """(area, activity) -> what a tonne counts at receptors where it is not 1, for activities that add to the air."""
    if case["proximity"].empty:
        return {}
    activity_of = case.column("technologies", "activity")
    adding: dict[str, set[str]] = {}
    formed = case["precursors"][case["precursors"]["ratio"] > 0]
    forms = formed.groupby("precursor")["pollutant"].agg(set).to_dict()
    for (technology, pollutant), _ in entries(emission_factors(case)):
        adding.setdefault(activity_of[technology], set()).update(forms.get(pollutant, ()))
    found: dict[tuple[str, str], list[object]] = {}
    for (receptor, air, area), weight in entries(proximity(case)):
        for activity in (name for name, airs in adding.items() if air in airs and weight != 1):
            found.setdefault((area, activity), []).append((receptor, air, weight))
    return found


def _scopes(case: Case) -> dict[str, tuple[str, set[str]]]:
    """Targets and commitments that count a single area: the area, and the activities counted."""
    activities = case["activities"][["activity", "sector"]]
    activity_of = case.column("technologies", "activity")
    leaves = case.column("measures", "from_technology")

    def of_subject(subject: str) -> set[str]:
        return {activity_of[leaves.get(name, name)] for name in subject.split()}

    binding, scopes = where(limits(case), enforced=True), {}
    for target in records(binding[binding["area"] != case.settings.city].reset_index()):
        if target["indicator"] in ("share", "converted"):
            scopes[target["target"]] = target["area"], of_subject(target["subject"])
        elif target["indicator"] in ("emission", "fuel"):
            inside = activities.loc[in_scope(activities, target["sectors"], target["excluded"]), "activity"]
            scopes[target["target"]] = target["area"], set(inside)
    if case.settings.commitments != "ignored":
        for row in records(case["commitments"][case["commitments"]["area"] != case.settings.city]):
            scopes[f"commitment {row['commitment']}"] = row["area"], of_subject(row["subject"])
    return scopes
