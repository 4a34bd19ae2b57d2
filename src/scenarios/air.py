"""From emissions to concentrations: linear source-receptor relations, scaled to what was observed and apportioned.

For a receptor with observed concentration ``C0`` in the reference year, regional share ``R`` and source-group shares
``s_g`` of the local part, each tonne of precursor ``p`` from group ``g`` adds

    transfer[g, p] = (1 - R) * C0 * s_g * ratio_p / sum_p(ratio_p * E0[g, p])

so that the reference year's concentration and apportionment are met exactly and precursors keep the published ratios.
"""

from __future__ import annotations

import pandas as pd

from scenarios.case import Case, once
from scenarios.frames import where
from scenarios.inventory import emissions, stock

REGIONAL = "regional"
Transfer = pd.Series  # key: receptor, air (pollutant in the air), sector, pollutant (precursor) [ug/m3 per t/yr]
Background = pd.Series  # key: receptor, air, year [ug/m3]


def observed(case: Case, year: int) -> pd.Series:
    """Concentration measured in a year. Key: receptor, air. [ug/m3]"""
    rows = where(case["observations"], year=year)
    return rows.rename(columns={"pollutant": "air"}).set_index(["receptor", "air"])["value"]


@once
def transfer(case: Case) -> Transfer:
    """Concentration that a tonne a year adds. Key: receptor, air, sector, pollutant. [ug/m3 per t/yr]"""
    base = emissions(case, stock(case, case.settings.reference_year))
    group_of = case["sectors"].set_index("sector")["group"]
    by_sector = base.groupby(["sector", "pollutant"])["emission"].sum().reset_index()
    ratios = case["precursors"].rename(columns={"pollutant": "air", "precursor": "pollutant"})[
        ["air", "pollutant", "ratio"]
    ]
    weighted = by_sector.merge(ratios, on="pollutant", validate="many_to_many").assign(
        group=lambda frame: frame["sector"].map(group_of), weight=lambda frame: frame["emission"] * frame["ratio"]
    )
    group_weight = weighted.groupby(["air", "group"])["weight"].sum()
    part = _local_parts(case).join(group_weight, on=["air", "group"], how="inner")
    part = part.assign(scale=part["concentration"] / part["weight"])
    sectors = case["sectors"][["sector", "group"]].merge(
        part[["receptor", "air", "group", "scale"]], on="group", validate="many_to_many"
    )
    rows = sectors.merge(ratios, on="air", validate="many_to_many").assign(
        coefficient=lambda frame: frame["scale"] * frame["ratio"]
    )
    rows = rows[rows["coefficient"] > 0]
    return rows.set_index(["receptor", "air", "sector", "pollutant"])["coefficient"].sort_index()


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


@once
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

    ``yearly`` has columns sector, pollutant, year, emission [t]; ``source`` is a sector or ``regional``.
    """
    coefficients = transfer(case).rename("coefficient").reset_index()
    made = (
        yearly.groupby(["sector", "pollutant", "year"])["emission"]
        .sum()
        .reset_index()
        .merge(coefficients, on=["sector", "pollutant"], validate="many_to_many")
    )
    local = (
        made.assign(concentration=made["emission"] * made["coefficient"])
        .groupby(["receptor", "air", "year", "sector"])["concentration"]
        .sum()
    )
    elsewhere = background(case).rename("concentration").reset_index().assign(source=REGIONAL)
    both = pd.concat([local.reset_index().rename(columns={"sector": "source"}), elsewhere])
    return both[["receptor", "air", "year", "source", "concentration"]].sort_values(
        ["receptor", "air", "year", "source"], ignore_index=True
    )
