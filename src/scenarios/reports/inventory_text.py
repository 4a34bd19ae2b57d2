"""The inventory beside every comparable total, and where it stands outside their bands."""

from __future__ import annotations

from typing import Any

import pandas as pd

from scenarios.air import REGIONAL, local_concentration, observed
from scenarios.case import Case
from scenarios.frames import entries, records
from scenarios.inventory import EVERY_SECTOR, comparison, emissions, evidence, totals
from scenarios.reports.format import grid, join_names, join_sentences, number, percent
from scenarios.units import factor
from scenarios.words import language, name_column, say, term

KILOTONNE = factor("kt", "t")
KILOGRAMS = factor("kt", "kg")


def inventory_text(case: Case, notes: str = "") -> str:
    """Totals by sector for both years, comparable totals, grades; ``notes`` is the file that says why we differ."""
    parts = [total_lines(case, year) for year in (case.settings.reference_year, case.settings.start_year)]
    return "\n\n".join([*parts, air_lines(case), comparison_lines(case, notes), grade_lines(case)])


def air_lines(case: Case) -> str:
    """Concentration that the states of both years give when the part from elsewhere stays, beside what was observed."""
    lines = []
    rows = case["apportionment"]
    regional = rows[rows["group"] == REGIONAL].set_index(["receptor", "pollutant"])["share"]
    for year in (case.settings.reference_year, case.settings.start_year):
        made = local_concentration(case, emissions(case, year).assign(year=year)).groupby(["receptor", "air"])
        local_of = made["concentration"].sum()
        for (receptor, air), share in entries(regional):
            local = local_of.get((receptor, air), 0.0)
            elsewhere = share * observed(case, case.settings.reference_year)[receptor, air]
            seen = observed(case, year).get((receptor, air))
            lines.append(
                say(
                    "{air} with the state at the end of {year}: {value} ug/m3; observed mean of the year: {seen}",
                    air=air,
                    year=year,
                    value=number(float(local + elsewhere)),
                    seen=number(float(seen)) if seen is not None else "–",
                )
            )
    return "\n".join(lines)


def total_lines(case: Case, year: int) -> str:
    """Emission by sector and pollutant in kt."""
    table = totals(case, year) / KILOTONNE
    names = case["sectors"].set_index("sector")[name_column()]
    rows = [
        [names[sector], *[number(value) for value in row]]
        for sector, row in zip(table.index, table.to_numpy(), strict=True)
    ]
    whole = table.sum()
    rows += [
        [say("all sectors"), *[number(value) for value in whole]],
        [say("kg a head"), *[number(value * KILOGRAMS / case.settings.population) for value in whole]],
    ]
    return (
        say("Emission with the state at the end of {year} [kt/yr]", year=year)
        + "\n"
        + grid(["sector", *table.columns], rows)
    )


def comparison_lines(case: Case, notes: str = "") -> str:
    """Ours beside others', the outside ones set apart."""
    table = comparison(case)
    judged = table[table["inside"].notna()]
    inside = int(judged["inside"].astype(bool).sum())
    count = say("Inside the band: {inside} of {judged}.", inside=inside, judged=len(judged))
    marked = bool(table["excluded"].any())
    why = [say("Why we differ where we do: {notes}.", notes=notes)] if notes else []
    return "\n".join(
        [
            say("Beside published totals [kt/yr; other regions scaled per head]"),
            grid(
                ["region", "what is counted", "pollutant", "year/ours", "published", "band", "ours", "ratio", ""],
                [_compared(case, row) for row in records(table)],
                left=3,
            ),
            *([say("-n: n of their activities are not counted (column excluded of comparables.csv).")] * marked),
            join_sentences([count, *why]),
        ]
    )


def _compared(case: Case, row: dict[str, Any]) -> list[str]:
    """One published total, ours and the verdict."""
    low, high, inside = row["low"], row["high"], row["inside"]
    has_band = pd.notna(low) and pd.notna(high)
    return [
        term("region", row["region"]),
        _scope(case, row["scope"], row["excluded"]),
        row["pollutant"],
        f"{row['year']}/{row['against']}",
        number(row["emission"] / KILOTONNE),
        f"{number(low / KILOTONNE)}–{number(high / KILOTONNE)}" if has_band else "",
        number(row["ours"] / KILOTONNE),
        f"{row['ratio']:.2f}",
        "" if inside is None or pd.isna(inside) else say("inside") if inside else say("OUTSIDE"),
    ]


def _scope(case: Case, scope: str, excluded: str) -> str:
    """What a published total covers, by the shorter of what is in and what is not; -n: n activities left out."""
    given = set(case["sectors"]["sector"]) if scope == EVERY_SECTOR else set(scope.split())
    left = [sector for sector in case["sectors"]["sector"] if sector not in given]
    mark = " -" + str(len(excluded.split())) if excluded else ""
    if not left:
        return say("all sectors") + mark
    if len(left) < len(given):
        return say("all but {sectors}", sectors=_sectors(case, left)) + mark
    return _sectors(case, scope.split()) + mark


def _sectors(case: Case, sectors: list[str]) -> str:
    names = case.names("sectors", language())
    return join_names(names[sector] for sector in sectors)


def grade_lines(case: Case) -> str:
    """What the reference year rests on."""
    table = evidence(case, case.settings.reference_year).pivot_table(
        index="quantity", columns="grade", values="share", fill_value=0.0
    )
    grades = [grade for grade in ("reported", "derived", "assumed") if grade in table]
    order = [p for p in case["pollutants"]["pollutant"] if p in table.index]
    rows = [[p, *[percent(table.loc[p, grade], 0) for grade in grades]] for p in order]
    return (
        say(
            "What the emission of {year} rests on (weakest link of activity, mix, factor and fuel)",
            year=case.settings.reference_year,
        )
        + "\n"
        + grid(["pollutant", *grades], rows)
    )
