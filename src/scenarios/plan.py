"""Plan: a frozen set of result tables, with how it was found and how well it was proven."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, NamedTuple

import pandas as pd

Status = Literal["optimal", "within gap", "stopped"]

#: table -> column -> what it holds; the result tables as they are written
RESULTS: Final[dict[str, dict[str, str]]] = {
    "conversions": {
        "area": "county, district or county-level city",
        "measure": "measure",
        "period": "quarter, such as 2018Q1",
        "quantity": "activity converted in the quarter [activity unit]",
        "unit": "unit of the activity",
    },
    "activity": {
        "area": "area",
        "technology": "technology",
        "period": "quarter; `start` is the state before the first",
        "quantity": "activity in the technology at the end of the quarter [activity unit]",
        "unit": "unit of the activity",
    },
    "emissions": {
        "area": "area",
        "sector": "sector",
        "activity": "activity",
        "pollutant": "pollutant",
        "period": "quarter",
        "emission": "emission in the quarter [t]",
    },
    "concentrations": {
        "receptor": "where",
        "air": "pollutant in the air",
        "year": "year",
        "source": "sector it comes from, or `regional`",
        "concentration": "annual mean it adds [ug/m3]",
    },
    "targets": {
        "target": "target",
        "clause": "clause of the plan",
        "indicator": "as in the city's targets.csv; `reported` ones are not computed",
        "scope": "what is counted",
        "year": "year",
        "operator": "<= or >=",
        "value": "limit [unit]",
        "achieved": "what the plan reaches [unit]",
        "met": "whether it is met; blank for `reported`",
        "goal": "whether the city's file says that it is to be met",
        "enforced": "whether the plan had to meet it",
        "binding": "whether it costs anything",
        "shadow_price": "what a limit looser by one unit would save [CNY per unit]",
        "unit": "unit of value and achieved",
    },
    "commitments": {
        "commitment": "commitment",
        "clause": "clauses of the plan",
        "kind": "converted or share",
        "end": "last month",
        "operator": "<= or >=",
        "value": "what the plan's text fixes [unit]",
        "achieved": "what the plan reaches [unit]",
        "met": "whether it is met",
        "enforced": "whether the plan had to meet it",
        "unit": "unit of value and achieved",
    },
    "schedule": {
        "task": "task",
        "start": "first quarter of work",
        "finish": "quarter in which it is done",
        "deadline": "quarter of the deadline",
        "slack": "quarters between finish and the latest finish that keeps every deadline",
        "critical": "whether no plan leaves it slack: its earliest possible finish is its latest",
    },
    "relaxed_schedule": {
        "task": "task",
        "period": "quarter",
        "share": "part of the task done in it if tasks need not be whole; what-ifs move the tasks where it changes [1]",
    },
    "costs": {
        "area": "area; blank for tasks",
        "measure": "measure or task; `turnover` is what wear changes after conversions",
        "item": "annuity, running, fuel and task make the objective; investment is the money laid out",
        "year": "year",
        "cny": "cost above the frozen baseline, undiscounted [CNY]",
    },
    "funding": {"payer": "who pays", "item": "as in costs", "year": "year", "cny": "amount [CNY]"},
    "measures": {
        "measure": "measure",
        "quantity": "converted over the horizon [activity unit]",
        "unit": "unit of the activity",
        "share": "part of the activity's quantity at the start [1]",
        "annual_cost": "annuity, running and fuel cost of a year in full service [CNY/yr]",
        "pollutant": "pollutant",
        "reduction": "emission avoided in a year in full service [t/yr]",
        "cost_per_tonne": "annual cost on this pollutant alone [CNY/t]",
    },
    "effects": {
        "measure": "measure",
        "year": "year",
        "medium": "emission or air",
        "pollutant": "pollutant emitted, or in the air (at the city's receptor, or the first if it has none)",
        "reduction": "what the measure's conversions take away, wear included; all measures add up to the plan",
        "unit": "t, or ug/m3",
    },
    "evidence": {
        "quantity": "pollutant, or `cost`",
        "grade": "reported, derived or assumed",
        "share": "part that rests on the grade [1]",
    },
}


class Agreed(NamedTuple):
    """The schedule of a plan, and what spoke for it: what what-ifs hold on to."""

    finish: Mapping[str, str]  #: task -> quarter in which it is done
    relaxed_schedule: Mapping[
        tuple[str, str], float
    ]  #: (task, quarter) -> part done in it when tasks need not be whole [1]


@dataclass(frozen=True)
class Found:
    """How a solution was found: size, times, status, bound and gap."""

    status: Status
    objective: float  # cost over the horizon [CNY]
    minimised: str  # cost, concentration or emission
    value: float  # what was minimised [CNY, ug/m3, weighted t a year]
    bound: float
    gap: float
    size: Mapping[str, int]
    seconds: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Plan:
    """What to do, and everything that follows from it. Tables are described in ``RESULTS``."""

    city: str
    scenario: str
    found: Found
    largest_violation: float
    tables: Mapping[str, pd.DataFrame]

    @property
    def status(self) -> Status:
        """optimal, within gap, or stopped (best plan so far)."""
        return self.found.status

    @property
    def objective(self) -> float:
        """Discounted cost over the horizon above the frozen baseline. [CNY]"""
        return self.found.objective

    @property
    def gap(self) -> float:
        """Proven distance from the best. [1]"""
        return self.found.gap

    def __getitem__(self, table: str) -> pd.DataFrame:
        return self.tables[table]

    @property
    def conversions(self) -> pd.DataFrame:
        """What is converted where and when."""
        return self.tables["conversions"]

    @property
    def activity(self) -> pd.DataFrame:
        """State of every technology at the end of each quarter."""
        return self.tables["activity"]

    @property
    def emissions(self) -> pd.DataFrame:
        """Emission by area, sector, activity, pollutant and quarter."""
        return self.tables["emissions"]

    @cached_property
    def yearly_emissions(self) -> pd.DataFrame:
        """Emission by area, sector, pollutant and year. [t]"""
        rows = self.emissions
        year = rows["period"].str[:4].astype(int).rename("year")
        return rows.groupby(["area", "sector", "pollutant", year])["emission"].sum().reset_index()

    @property
    def concentrations(self) -> pd.DataFrame:
        """Annual means by source."""
        return self.tables["concentrations"]

    @property
    def targets(self) -> pd.DataFrame:
        """Targets, what is achieved, and prices."""
        return self.tables["targets"]

    @property
    def schedule(self) -> pd.DataFrame:
        """Tasks with start, finish, slack."""
        return self.tables["schedule"]

    @property
    def finish(self) -> dict[str, str]:
        """Task -> quarter in which it is done; without the tasks the plan leaves out."""
        done = self.schedule[self.schedule["finish"].notna()]
        return dict(zip(done["task"], done["finish"], strict=True))

    @property
    def agreed(self) -> Agreed:
        """What a what-if holds on to."""
        rows = self["relaxed_schedule"]
        relaxed = {(str(task), str(period)): float(share) for task, period, share in rows.itertuples(index=False)}
        return Agreed(self.finish, relaxed)

    @property
    def costs(self) -> pd.DataFrame:
        """Cost by area, measure, item and year."""
        return self.tables["costs"]

    @property
    def evidence(self) -> pd.DataFrame:
        """What the numbers rest on."""
        return self.tables["evidence"]
