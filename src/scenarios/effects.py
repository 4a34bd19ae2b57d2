"""What each measure of a plan did: emission and concentration it took away, exactly, summing to the whole.

Stocks are linear in conversions, wear included, and so are emission and concentration. The effect of a measure is
therefore what its conversions alone change against doing nothing, whatever else is done; the effects of all measures
add up to the difference between the plan and the frozen city.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from scenarios import air
from scenarios.case import Case, once
from scenarios.frames import flat, labels
from scenarios.inventory import factor_table
from scenarios.stocks import activity_left, replacement, season


@once
def responses(case: Case) -> tuple[np.ndarray, dict[str, int], list[str]]:
    """Emission avoided in each year by a unit converted in each quarter. [t per activity unit]

    Shape: measures, quarters of conversion, years, pollutants; with the place of each measure, and the pollutants.
    """
    technologies = list(case["technologies"]["technology"])
    place = {name: number for number, name in enumerate(technologies)}
    factors = factor_table(case).reindex(technologies, fill_value=0.0)
    kept = np.eye(len(technologies)) + replacement(case)
    measures = case["measures"]
    moved = np.zeros((len(measures), len(technologies)))
    for number, (leaves, enters) in enumerate(zip(measures["from_technology"], measures["to_technology"], strict=True)):
        moved[number, place[leaves]] -= 1.0
        if enters:
            moved[number, place[enters]] += 1.0
    count = len(case.calendar.periods)
    emitted = np.empty((count, len(measures), factors.shape[1]))
    for age in range(count):
        emitted[age] = moved @ factors.to_numpy()
        moved = moved @ kept
    moments = [case.calendar.quarter(t) for t in case.calendar.periods]
    weights = season(case).reindex(activity_left(case).to_numpy())[moments].to_numpy()
    avoided = np.zeros((len(measures), count, len(case.settings.years), factors.shape[1]))
    for start in range(count):
        for later in range(start, count):
            age = later - start
            serving = emitted[age] + (emitted[age - 1] if age else 0.0)
            year = case.settings.years.index(case.calendar.year(case.calendar.periods[later]))
            avoided[:, start, year] -= weights[:, later, None] * serving / 2
    return avoided, {name: number for number, name in enumerate(measures["measure"])}, list(factors.columns)


def avoided(case: Case, conversions: pd.DataFrame, by: tuple[str, ...] = ("measure",)) -> pd.DataFrame:
    """Emission avoided, by measure (and area). Columns: those of ``by``, pollutant, year, reduction. [t]

    ``conversions`` has columns area, measure, period, quantity.
    """
    table, place, pollutants = responses(case)
    keys = list(by)
    if conversions.empty:
        kinds = {**dict.fromkeys([*keys, "pollutant"], "object"), "year": "int64", "reduction": "float64"}
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})
    start = conversions["period"].map(case.calendar.position).to_numpy()
    rows = (
        conversions["quantity"].to_numpy()[:, None, None] * table[conversions["measure"].map(place).to_numpy(), start]
    )
    group = conversions.groupby(keys).ngroup().to_numpy()
    summed = np.zeros((group.max() + 1, *rows.shape[1:]))
    np.add.at(summed, group, rows)
    members = conversions[keys].drop_duplicates().sort_values(keys)
    when = pd.DataFrame({"year": case.settings.years})
    made = flat(summed.swapaxes(0, 1), [when, members, labels("pollutant", pollutants)], "reduction")
    return made[[*keys, "pollutant", "year", "reduction"]]


def cleaner(case: Case, conversions: pd.DataFrame, by: tuple[str, ...] = ("measure",)) -> pd.DataFrame:
    """Annual mean taken away. Columns: those of ``by``, receptor, air, year, reduction. [ug/m3]

    ``by`` names the measure; ``conversions`` has columns area, measure, period, quantity.
    """
    near = air.proximity(case)
    weighted = ("area",) if len(near) and "area" not in by else ()
    reductions = avoided(case, conversions, (*by, *weighted))
    sector = activity_left(case).map(case.column("activities", "sector"))
    rows = reductions.assign(sector=reductions["measure"].map(sector)).merge(
        air.transfer_rows(case), on=["sector", "pollutant"], validate="many_to_many"
    )
    if len(near):
        weight = near.reindex(pd.MultiIndex.from_frame(rows[["receptor", "air", "area"]])).fillna(1.0).to_numpy()
        rows = rows.assign(coefficient=rows["coefficient"] * weight)
    return (
        rows.assign(reduction=rows["reduction"] * rows["coefficient"])
        .groupby([*by, "receptor", "air", "year"])["reduction"]
        .sum()
        .reset_index()
    )
