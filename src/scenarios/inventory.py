"""The inventory: activity in technologies, factors, and emission = activity x factor. Quantities per year."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from scenarios.case import Case, cached
from scenarios.frames import each_row, entries, keyed, where
from scenarios.units import factor

EVERY_SECTOR = "all"  #: the scope of a published total that covers every sector
Stock = pd.Series  # key: area, technology -> activity in the technology [activity unit]
Factors = pd.Series  # key: technology, pollutant -> emission of one unit of activity in a year [t per unit]
Emissions = pd.DataFrame  # columns: area, sector, activity, pollutant, ..., emission [t]


@cached
def quantities(case: Case, year: int) -> pd.Series:
    """Quantity of each activity in each area at the end of a year. Key: area, activity. [activity unit]

    A city total is shared among areas in proportion to the weights of its proxy.
    """
    rows = where(case["activity"], year=year)
    city = rows[rows["area"] == case.settings.city]
    own = rows[rows["area"] != case.settings.city]
    weights = case["proxies"].assign(
        share=lambda frame: frame["weight"] / frame.groupby("proxy")["weight"].transform("sum")
    )
    shared = city[["activity", "quantity", "proxy"]].merge(
        weights[["proxy", "area", "share"]], on="proxy", validate="many_to_many"
    )
    shared = shared.assign(quantity=shared["quantity"] * shared["share"])
    both = pd.concat([own[["area", "activity", "quantity"]], shared[["area", "activity", "quantity"]]])
    return both[both["quantity"] > 0].set_index(["area", "activity"])["quantity"].sort_index()


@cached
def shares(case: Case, year: int) -> pd.Series:
    """Share of each technology in its activity. Key: area, technology. [1]

    An area with rows of its own for an activity uses them; every other area uses the city's.
    """
    activity_of = case.column("technologies", "activity")
    given: dict[tuple[str, str], list[tuple[str, float]]] = {}
    for row in each_row(where(case["mix"], year=year)):
        given.setdefault((row.area, activity_of[row.technology]), []).append((row.technology, row.share))
    city = {activity: rows for (area, activity), rows in given.items() if area == case.settings.city}
    held = {
        (area, technology): share
        for area in sorted(case["areas"]["area"])
        for activity in dict.fromkeys(activity_of.values())
        for technology, share in given.get((area, activity), city.get(activity, ()))
    }
    return keyed(held, ("area", "technology"), "share")


@cached
def stock(case: Case, year: int) -> Stock:
    """Activity in each technology at the end of a year. Key: area, technology. [activity unit]"""
    activity_of = case.column("technologies", "activity")
    quantity = dict(entries(quantities(case, year)))
    held = {
        (area, technology): quantity.get((area, activity_of[technology]), 0.0) * share
        for (area, technology), share in entries(shares(case, year))
    }
    return keyed({key: amount for key, amount in held.items() if amount > 0}, ("area", "technology"), "stock")


@cached
def emission_factors(case: Case) -> Factors:
    """Emission of one unit of activity in a year, all pathways added. Key: technology, pollutant. [t per unit]

    Pathways: directly per unit; per unit of fuel, times fuel use; per content of the fuel, times fuel use and content;
    the stack limit a technology meets, times its flue gas.
    """
    rows = case["emission_factors"]
    use = case["fuel_use"].set_index(["technology", "fuel"])["use"]
    quality = case["fuel_quality"].set_index(["fuel", "content"])["value"]
    per_fuel = rows["fuel"] != ""
    per_content = rows["content"] != ""
    used = pd.Series(use.reindex(pd.MultiIndex.from_frame(rows[["technology", "fuel"]])).to_numpy(), rows.index).where(
        per_fuel, 1.0
    )
    content = pd.Series(
        quality.reindex(pd.MultiIndex.from_frame(rows[["fuel", "content"]])).to_numpy(), rows.index
    ).where(per_content, 1.0)
    per_unit = rows.assign(factor=rows["factor"] * used * content)
    both = pd.concat([per_unit[["technology", "pollutant", "factor"]], stack_limits(case)])
    return both.groupby(["technology", "pollutant"])["factor"].sum()


@cached
def factor_table(case: Case) -> pd.DataFrame:
    """Emission of one unit of activity in a year. Index: technology; columns: pollutants. [t per unit]"""
    return emission_factors(case).unstack(fill_value=0)


def stack_limits(case: Case) -> pd.DataFrame:
    """Factors of technologies that meet a stack limit. Columns: technology, pollutant, factor. [t per unit]

    Limit times flue gas times the share of the limit at which they operate, per unit of fuel or of activity.
    """
    rows = case["limits"]
    use = case["fuel_use"].set_index(["technology", "fuel"])["use"]
    used = pd.Series(use.reindex(pd.MultiIndex.from_frame(rows[["technology", "fuel"]])).to_numpy(), rows.index)
    amount = rows["volume"] * used.where(rows["fuel"] != "", 1.0)
    emitted = rows["limit"] * rows["share"] * amount * factor("mg", "t")
    return rows.assign(factor=emitted)[["technology", "pollutant", "factor"]]


@cached
def emissions(case: Case, year: int) -> Emissions:
    """Emission with the state of a year. Columns: area, sector, activity, technology, pollutant, emission. [t]"""
    activity_of = case.column("technologies", "activity")
    sector_of = case.column("activities", "sector")
    factors = emission_factors(case).rename("factor").reset_index()
    factors["activity"] = factors["technology"].map(activity_of)
    factors["sector"] = factors["activity"].map(sector_of)
    rows = stock(case, year).reset_index().merge(factors, on="technology", validate="many_to_many")
    rows["emission"] = rows["stock"] * rows["factor"]
    return rows[["area", "sector", "activity", "technology", "pollutant", "emission"]]


def totals(case: Case, year: int) -> pd.DataFrame:
    """Emission of the city by sector (rows) and pollutant (columns) with the state of a year. [t]"""
    rows = emissions(case, year)
    table = rows.pivot_table(index="sector", columns="pollutant", values="emission", aggfunc="sum", fill_value=0.0)
    return table.reindex(
        index=[s for s in case["sectors"]["sector"] if s in table.index],
        columns=[p for p in case["pollutants"]["pollutant"] if p in table.columns],
    )


def in_scope(rows: pd.DataFrame, sectors: str, excluded: str) -> pd.Series:
    """Whether each row (columns sector, activity) is of a sector named (blank or `all`: any) and not excluded."""
    named: Iterable[str] = sectors.split()
    counted = pd.Series(True, rows.index) if sectors in ("", EVERY_SECTOR) else rows["sector"].isin(list(named))
    return counted & ~rows["activity"].isin(excluded.split())


def comparison(case: Case) -> pd.DataFrame:
    """Our totals beside every published one. Columns as in comparables.csv, with ours, ratio, inside. [t]

    A total of another region is scaled per head; a total without a range has no band, and ``inside`` is blank.
    """
    ours = {year: emissions(case, year) for year in sorted(set(case["comparables"]["against"]))}
    rows = []
    for published in case["comparables"].to_dict("records"):
        mine = ours[published["against"]]
        counted = mine[
            in_scope(mine, published["scope"], published["excluded"]) & (mine["pollutant"] == published["pollutant"])
        ]
        scale = case.settings.population / published["population"] if published["population"] > 0 else 1.0
        emission, low, high = (published[name] * scale for name in ("emission", "low", "high"))
        own = float(counted["emission"].sum())
        rows.append(
            {
                **published,
                "emission": emission,
                "low": low,
                "high": high,
                "ours": own,
                "ratio": own / emission if emission else float("nan"),
                "inside": None if pd.isna(low) or pd.isna(high) else bool(low <= own <= high),
            }
        )
    return pd.DataFrame(rows)


@cached
def evidence(case: Case, year: int) -> pd.DataFrame:
    """Share of the emission of a year that rests on each grade. Columns: quantity, grade, share. [1]

    An emission is as good as the weakest number in it: activity, mix, factor, fuel use and fuel quality.
    """
    rank = {"reported": 0, "derived": 1, "assumed": 2}

    def weakest_of(frame: pd.DataFrame, key: str) -> pd.Series:
        return frame["grade"].map(rank).groupby(frame[key]).max()

    rows = emissions(case, year)
    activity_grade = weakest_of(where(case["activity"], year=year), "activity")
    mix_grade = weakest_of(where(case["mix"], year=year), "technology")
    use_grade = weakest_of(case["fuel_use"], "technology")
    factors = case["emission_factors"].assign(rank=lambda frame: frame["grade"].map(rank))
    through_fuel = factors["technology"].map(use_grade).where(factors["fuel"] != "", 0)
    quality = case["fuel_quality"].set_index(["fuel", "content"])["grade"].map(rank)
    of_content = pd.Series(
        quality.reindex(pd.MultiIndex.from_frame(factors[["fuel", "content"]])).to_numpy(), factors.index
    ).fillna(0)
    stacks = case["limits"]
    stack_rank = pd.concat(
        [stacks["grade"].map(rank), stacks["technology"].map(use_grade).where(stacks["fuel"] != "", 0)], axis=1
    ).max(axis=1)
    ranked = pd.concat(
        [
            factors.assign(rank=pd.concat([factors["rank"], through_fuel, of_content], axis=1).max(axis=1)),
            stacks.assign(rank=stack_rank),
        ]
    )
    factor_grade = ranked.groupby(["technology", "pollutant"])["rank"].max()
    weakest = pd.concat(
        [
            rows["activity"].map(activity_grade),
            rows["technology"].map(mix_grade),
            rows[["technology", "pollutant"]].join(factor_grade, on=["technology", "pollutant"])["rank"],
        ],
        axis=1,
    ).max(axis=1)
    names = {place: name for name, place in rank.items()}
    summed = rows.assign(grade=weakest.map(names)).groupby(["pollutant", "grade"])["emission"].sum()
    share = (summed / summed.groupby("pollutant").transform("sum")).rename("share").reset_index()
    return share.rename(columns={"pollutant": "quantity"})
