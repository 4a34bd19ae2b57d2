"""The program of an invented city with linopy: the equations of scenarios.program on dense axes."""

from __future__ import annotations

import warnings

import linopy
import numpy as np
import xarray as xr
from dense import Numbers

warnings.filterwarnings("ignore", category=linopy.LinopySemanticsWarning)  # what is shifted out counts as 0, as meant


def model(n: Numbers) -> linopy.Model:
    """Variables, equations and objective."""
    m = linopy.Model()
    axis = {
        "area": np.arange(len(n.areas)),
        "activity": np.arange(len(n.activities)),
        "technology": np.arange(len(n.technologies)),
        "measure": np.arange(len(n.measures)),
        "pollutant": np.arange(len(n.pollutants)),
        "task": np.arange(len(n.tasks)),
        "period": np.arange(len(n.periods)),
        "year": np.arange(len(n.years)),
        "payer": np.arange(len(n.budget)),
    }

    def data(values: np.ndarray, *dims: str) -> xr.DataArray:
        return xr.DataArray(values, dims=dims, coords={dim: axis[dim] for dim in dims})

    def coords(*dims: str) -> list:
        return [xr.DataArray(axis[dim], dims=dim, name=dim).to_index() for dim in dims]

    count, last = len(n.periods), len(n.periods) - 1
    x = m.add_variables(lower=0, coords=coords("area", "technology", "period"), name="activity")
    y = m.add_variables(lower=0, upper=data(n.quarter_pace, "area", "measure", "period"), name="conversion")
    open_from = data((np.arange(count) >= n.earliest[:, None]).astype(float), "task", "period")
    z = m.add_variables(lower=0, upper=open_from, name="done")
    emits = data(n.emits, "activity", "pollutant")
    shape = coords("area", "activity", "pollutant", "period")
    there = emits.expand_dims(area=axis["area"], period=axis["period"]).transpose(
        "area", "activity", "pollutant", "period"
    )
    e = m.add_variables(lower=0, coords=shape, mask=there, name="emission")
    c = m.add_variables(lower=0, coords=coords("year"), mask=_years_of(n, data), name="concentration")
    f = m.add_variables(lower=0, coords=coords("year"), name="fuel_use")
    s = m.add_variables(coords=coords("payer", "year"), name="spending")

    # what stands at the end of a quarter: what stood before, worn and replaced, and what is converted
    before = x.shift(period=1)
    into, leaving = (xr.DataArray(ends, dims="measure", name="technology") for ends in (n.enters, n.leaves))
    every = axis["technology"]
    arriving = y.groupby(into).sum().reindex(technology=every)
    departing = y.groupby(leaving).sum().reindex(technology=every)
    first = np.zeros((len(n.areas), len(n.technologies), count))
    first[:, :, 0] = n.start @ n.kept
    worn, replaced = np.nonzero(n.kept - np.diag(np.diag(n.kept)))
    moved = x - before * data(np.diag(n.kept), "technology") - arriving + departing
    if len(worn):
        rate = xr.DataArray(n.kept[worn, replaced], dims="pair")
        old = before.sel(technology=xr.DataArray(worn, dims="pair")) * rate
        old = old.drop_vars("technology", errors="ignore").groupby(
            xr.DataArray(replaced, dims="pair", name="technology")
        )
        moved = moved - old.sum().reindex(technology=every)
    m.add_constraints(moved == data(first + n.growth, "area", "technology", "period"), name="balance")

    # emission of what is in service
    of = xr.DataArray(n.activity_of, dims="technology", name="activity")
    weight = n.season[n.activity_of][:, None, :] * n.factor[:, :, None] / 2
    weights = data(weight, "technology", "pollutant", "period")
    served = (x * weights).groupby(of).sum() + (before * weights).groupby(of).sum()
    opening = np.zeros((len(n.areas), len(n.activities), len(n.pollutants)))
    np.add.at(opening, (slice(None), n.activity_of), n.start[:, :, None] * weight[None, :, :, 0])
    start = np.zeros((*opening.shape, count))
    start[..., 0] = opening
    m.add_constraints(e - served == data(start, "area", "activity", "pollutant", "period"), mask=there, name="emission")
    for number, (p, year, areas, limit) in enumerate(n.caps):
        of_year = np.flatnonzero(n.year_of == year)
        m.add_constraints(e.isel(pollutant=p, period=of_year, area=areas).sum() <= limit, name=f"cap {number}")
    year_of = xr.DataArray(n.year_of, dims="period", name="year")
    added = (
        (e * data(n.transfer, "activity", "pollutant")).sum(["area", "activity", "pollutant"]).groupby(year_of).sum()
    )
    for number, (year, limit) in enumerate(n.means):
        m.add_constraints(c.isel(year=year) - added.isel(year=year) == 0, name=f"concentration {number}")
        m.add_constraints(c.isel(year=year) <= limit, name=f"mean {number}")

    # fuel and money
    use = data(n.burnt[:, None] * n.season[n.activity_of] / 2, "technology", "period")
    burnt = ((x * use).sum(["area", "technology"]) + (before * use).sum(["area", "technology"])).groupby(year_of).sum()
    opened = np.zeros(len(n.years))
    opened[0] = (n.start * use.values[:, 0]).sum()
    m.add_constraints(f - burnt == data(opened, "year"), name="fuel_balance")
    per_year = np.bincount(n.year_of)
    gained = (z.groupby(year_of).sum() * data(n.more / per_year, "task", "year")).sum("task")
    m.add_constraints(f - gained <= data(n.supply, "year"), name="supply")
    finished = z - z.shift(period=1)
    invested = (y.groupby(year_of).sum() * data(n.paid, "payer", "measure")).sum(["area", "measure"])
    works = (finished.groupby(year_of).sum() * data(n.works, "payer", "task")).sum("task")
    m.add_constraints(s - invested - works == 0, name="money_laid_out")
    m.add_constraints(s <= data(n.budget, "payer", "year"), name="budget")

    # how far and how fast
    m.add_constraints(y.sum("period") <= data(n.potential, "area", "measure"), name="potential")
    m.add_constraints(y.groupby(year_of).sum() <= data(n.pace, "area", "measure", "year"), name="pace")

    # tasks
    later = slice(1, None)
    m.add_constraints((z.shift(period=1) - z).isel(period=later) <= 0, name="stays_done")
    waits = np.array(n.waits).reshape(-1, 3)
    for wait in np.unique(waits[:, 2]):
        first_of, then = (xr.DataArray(ends, dims="row") for ends in waits[waits[:, 2] == wait, :2].T)
        earlier = (1 * z.shift(period=wait).sel(task=first_of)).drop_vars("task")
        m.add_constraints((1 * z.sel(task=then)).drop_vars("task") - earlier <= 0, name=f"precedence {wait}")
    due = (1 * z.sel(task=data(axis["task"], "task"), period=data(n.deadline, "task"))).drop_vars("period")
    must = data(n.required, "task")
    m.add_constraints(due >= 1, mask=must, name="deadline")
    m.add_constraints(z.isel(period=last, drop=True) - due <= 0, mask=~must, name="never_late")
    quarter = n.quarter_pace.sum(axis=0)
    reach = n.reach[:, 0]
    task, measure, capacity = (np.array(part) for part in zip(*n.enables, strict=True))
    order = np.argsort(measure)
    upon, of_measure = xr.DataArray(task[order], dims="row"), xr.DataArray(measure[order], dims="row")
    converted = y.sum("area")
    for name, made, most in (("enabling", converted.cumsum("period"), reach), ("opening", converted, quarter)):
        gate = xr.DataArray(np.minimum(capacity[:, None], most[measure])[order], dims=("row", "period"))
        gate = gate.assign_coords(period=axis["period"])
        opened_by = (z.sel(task=upon) * gate).drop_vars("task", errors="ignore")
        waiting = made.sel(measure=of_measure).drop_vars("measure", errors="ignore")
        m.add_constraints(waiting - opened_by <= 0, name=name)

    within = np.minimum(capacity[:, None, None], n.reach[measure])[order]
    sooner = xr.DataArray(within - np.pad(within, ((0, 0), (0, 1), (0, 0)))[:, 1:], dims=("row", "since", "period"))
    sooner = sooner.assign_coords(since=axis["period"], period=axis["period"])
    since = z.sel(task=upon).rename(period="since") * sooner
    so_far = converted.cumsum("period").sel(measure=of_measure).drop_vars("measure", errors="ignore")
    behind = so_far - since.sum("since").drop_vars("task", errors="ignore")
    m.add_constraints(behind.isel(period=later) <= 0, name="opened_so_far")

    # cost
    half = data(n.running / 2, "technology", "period")
    m.add_objective(
        (y * data(n.capital, "measure", "period")).sum()
        + (x * half).sum()
        + (before * half).sum()
        + (z * data(n.works_cost, "task", "period")).sum()
    )
    return m


def tighten(m: linopy.Model, n: Numbers, factor: float) -> None:
    """Multiply the limit of the first cap."""
    m.constraints["cap 0"].rhs = n.caps[0][3] * factor


def _years_of(n: Numbers, data) -> xr.DataArray:
    return data(np.isin(np.arange(len(n.years)), [year for year, _ in n.means]), "year")
