"""From emissions to concentrations: linear source-receptor relations, scaled to what was observed and apportioned.

For a receptor with observed concentration ``C0`` in the reference year, regional share ``R`` and source-group shares
``s_g`` of the local part, each tonne of precursor ``p`` from group ``g`` adds

    transfer[g, p] = (1 - R) * C0 * s_g * ratio_p / sum_p(ratio_p * E0[g, p])

so that the reference year's concentration and apportionment are met exactly and precursors keep the published ratios.
Where ``proximity.csv`` says that a tonne of one area counts more than of another, emissions are weighted so throughout.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import pandas as pd

from scenarios.case import Case, cached
from scenarios.frames import each_row, entries, keyed, where
from scenarios.inventory import emissions

REGIONAL = "regional"
EVERY_GROUP = "all"  #: what reaches a neighbour has the proportions that the city's sources have at home
Transfer = pd.Series  # key: receptor, air (pollutant in the air), sector, pollutant (precursor) [ug/m3 per t/yr]
Background = pd.Series  # key: receptor, air, year [ug/m3]


@cached
def observed(case: Case, year: int) -> pd.Series:
    """Concentration measured in a year. Key: receptor, air. [ug/m3]"""
    rows = where(case["observations"], year=year)
    return rows.rename(columns={"pollutant": "air"}).set_index(["receptor", "air"])["value"]


@cached
def reference_receptors(case: Case) -> dict[str, str]:
    """Pollutant in the air -> the receptor at which results that name none quote it: the city's own, else the first."""
    found: dict[str, str] = {}
    for row in each_row(case["apportionment"]):
        if row.receptor == case.settings.city or row.pollutant not in found:
            found[row.pollutant] = row.receptor
    return found


@cached
def transfer(case: Case) -> Transfer:
    """Concentration that a tonne a year adds. Key: receptor, air, sector, pollutant. [ug/m3 per t/yr]"""
    return _added(case, _local_parts(case), proximity(case))


@cached
def transfer_rows(case: Case) -> pd.DataFrame:
    """As ``transfer``. Columns: receptor, air, sector, pollutant, coefficient. [ug/m3 per t/yr]"""
    return transfer(case).rename("coefficient").reset_index()


@cached
def transfer_to_neighbours(case: Case) -> Transfer:
    """As ``transfer``, at the receptors of the other cities of a region. [ug/m3 per t/yr]"""
    found = []
    local = _local_parts(case)
    for (receptor, air, group), made in case.exchange.sends.items():
        at_home = local[local["air"] == air].groupby("group")["concentration"].sum()
        groups = made * at_home / at_home.sum() if group == EVERY_GROUP else pd.Series({group: made})
        found += [(receptor, air, each, amount) for each, amount in entries(groups)]
    return _added(case, pd.DataFrame(found, columns=list(local.columns)).astype({"concentration": float}))


def _added(case: Case, made: pd.DataFrame, near: pd.Series | None = None) -> Transfer:
    """What a tonne adds when source groups made so much in the reference year. [ug/m3 per t/yr]

    ``made`` has columns receptor, air, group, concentration [ug/m3]; with ``near`` it is a tonne of an area that
    weighs 1.
    """
    group_of = case.column("sectors", "group")
    ratio = {(row.pollutant, row.precursor): row.ratio for row in each_row(case["precursors"])}
    weight: dict[tuple[str, str, str], float] = defaultdict(float)
    for row in each_row(weighted_emission(emissions(case, case.settings.reference_year), near, made)):
        weight[row.receptor, row.air, group_of[row.sector]] += row.emission * ratio.get((row.air, row.pollutant), 0.0)
    added: dict[tuple[str, ...], float] = defaultdict(float)
    for part in each_row(made):
        weighed = weight[part.receptor, part.air, part.group]
        sectors = [sector for sector, group in group_of.items() if group == part.group and weighed > 0]
        forms = [(precursor, effect) for (air, precursor), effect in ratio.items() if air == part.air and effect > 0]
        for sector, (precursor, effect) in product(sectors, forms):
            added[part.receptor, part.air, sector, precursor] += part.concentration / weighed * effect
    return keyed(
        {key: value for key, value in added.items() if value > 0},
        ("receptor", "air", "sector", "pollutant"),
        "coefficient",
    )


@cached
def proximity(case: Case) -> pd.Series:
    """How much a tonne of an area counts at a receptor where that is not 1. Key: receptor, air, area. [1]"""
    rows = case["proximity"].rename(columns={"pollutant": "air"})
    return rows.set_index(["receptor", "air", "area"])["weight"]


def weighted_emission(
    rows: pd.DataFrame, near: pd.Series | None, places: pd.DataFrame, by: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Emission as it counts at each receptor. Columns: receptor, air, sector, pollutant, those of ``by``, emission. [t]

    ``places`` has columns receptor and air; ``rows`` sector, pollutant, emission, those of ``by``, and area where
    ``near`` weights areas.
    """
    keys = ["sector", "pollutant", *by]
    pairs = places[["receptor", "air"]].drop_duplicates()
    if near is None or near.empty:
        return rows.groupby(keys)["emission"].sum().reset_index().merge(pairs, how="cross")
    each = rows.groupby([*keys, "area"])["emission"].sum().reset_index().merge(pairs, how="cross")
    weight = near.reindex(pd.MultiIndex.from_frame(each[["receptor", "air", "area"]])).fillna(1.0).to_numpy()
    weighted = each.assign(emission=each["emission"] * weight)
    return weighted.groupby([*keys, "receptor", "air"])["emission"].sum().reset_index()


def _local_parts(case: Case) -> pd.DataFrame:
    """What each local group made in the reference year. Columns: receptor, air, group, concentration. [ug/m3]"""
    rows = case["apportionment"].rename(columns={"pollutant": "air"})
    regional = rows[rows["group"] == REGIONAL].set_index(["receptor", "air"])["share"].rename("regional")
    local = (
        rows[rows["group"] != REGIONAL]
        .join(regional, on=["receptor", "air"])
        .join(observed(case, case.settings.reference_year).rename("total"), on=["receptor", "air"])
    )
    return local.assign(concentration=local["total"] * (1 - local["regional"]) * local["share"])[
        ["receptor", "air", "group", "concentration"]
    ]


@cached
def background(case: Case) -> Background:
    """What comes from elsewhere, under the assumption chosen in city.yaml. Key: receptor, air, year. [ug/m3]"""
    regional = (
        where(case["apportionment"], group=REGIONAL)
        .rename(columns={"pollutant": "air"})
        .set_index(["receptor", "air"])["share"]
    )
    base = (regional * observed(case, case.settings.reference_year)).rename("base")
    rows = (
        where(case["background"], assumption=case.settings.background)
        .rename(columns={"pollutant": "air"})
        .join(base, on=["receptor", "air"])
    )
    return (
        rows.assign(value=rows["base"] * (1 + rows["change"]))
        .set_index(["receptor", "air", "year"])["value"]
        .sort_index()
    )


def concentrations(case: Case, yearly: pd.DataFrame) -> pd.DataFrame:
    """Concentration in each year, by source. Columns: receptor, air, year, source, concentration. [ug/m3]

    ``yearly`` has columns area, sector, pollutant, year, emission [t]; ``source`` is a sector or ``regional``.
    """
    local = local_concentration(case, yearly).groupby(["receptor", "air", "year", "sector"])["concentration"].sum()
    elsewhere = background(case).rename("concentration").reset_index().assign(source=REGIONAL)
    both = pd.concat([local.reset_index().rename(columns={"sector": "source"}), elsewhere])
    return both[["receptor", "air", "year", "source", "concentration"]].sort_values(
        ["receptor", "air", "year", "source"], ignore_index=True
    )


def local_concentration(case: Case, yearly: pd.DataFrame) -> pd.DataFrame:
    """What a year's emissions add at home. Columns: receptor, air, sector, pollutant, year, concentration. [ug/m3]"""
    return _made(yearly, transfer_rows(case), proximity(case))


def exported_concentration(case: Case, yearly: pd.DataFrame) -> pd.Series:
    """What a year's emissions add at the receptors of other cities. Key: receptor, air, year. [ug/m3]"""
    return (
        _made(yearly, transfer_to_neighbours(case).rename("coefficient").reset_index())
        .groupby(["receptor", "air", "year"])["concentration"]
        .sum()
    )


def _made(yearly: pd.DataFrame, table: pd.DataFrame, near: pd.Series | None = None) -> pd.DataFrame:
    """What emissions add. Columns: receptor, air, sector, pollutant, year, concentration. [ug/m3]"""
    rows = weighted_emission(yearly, near, table, ("year",)).merge(
        table, on=["receptor", "air", "sector", "pollutant"], validate="many_to_one"
    )
    return rows.assign(concentration=rows["emission"] * rows["coefficient"])
