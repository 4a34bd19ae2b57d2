"""inputs/: what a city can do and what it has promised: measures, money, targets, tasks, order."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from scenarios.tables.fields import (
    Alike,
    Evidence,
    Grade,
    Month,
    Name,
    Named,
    NotNegative,
    Number,
    Positive,
    Row,
    Share,
    Year,
    holds_keys,
    in_the_plan,
    measured,
    refers_to,
)
from scenarios.units import MICROGRAM


class Potential(Evidence):
    """How far a measure can go: at most this share of the activity's quantity at the start.

    Every measure of the model needs a row; a row of 0 says that the measure is not to be had here.
    """

    table, folder, key = "potentials", "inputs", ("area", "measure")
    area: Name = refers_to("areas", "city", description="an area, or the city: each area without a row of its own")
    measure: Name = refers_to("measures", description="measure")
    share: Share = measured("1", "share of the activity's quantity at the start that can be converted over the horizon")


class Pace(Evidence):
    """How fast a measure can go: at most this share of the activity's quantity at the start in a year."""

    table, folder, key = "pace", "inputs", ("area", "measure", "year")
    area: Name = refers_to("areas", "city", description="an area, or the city: each area without a row of its own")
    measure: Name = refers_to("measures", description="measure")
    year: Year = Field(description="planning year")
    share: Share = measured("1/yr", "share of the activity's quantity at the start that can be converted in the year")
    quarter_share: Share = Field(0.5, description="largest part of the year's pace that one quarter may take [1]")


class PayerShare(Evidence):
    """Who pays which part of what subsidies leave of a cost; the shares of one subject and item add up to 1."""

    table, folder, key = "payers", "inputs", ("subject", "item", "payer")
    subject: Name = refers_to(
        "measures",
        "technologies",
        "activities",
        "sectors",
        "tasks",
        description="a measure, technology, task, activity or sector; the most specific row holds",
    )
    item: Literal["capital", "running", "fuel", "task"] = Field(description="what is paid for")
    payer: Name = refers_to("funders", description="who pays")
    share: Share = measured("1", "part of what subsidies leave of the cost")


class Budget(Evidence):
    """A payer's own money for capital and tasks in a year; awards.csv adds what it receives and takes what it gives.

    Plans keep it in money of the price year. A level such as `county` is all counties together; for the budget of one
    county see docs/funding.md.
    """

    table, folder, key, may_be_absent = "budgets", "inputs", ("payer", "year"), True
    converted = ("amount", "CNY")
    alike = (Alike("amount", ("payer",)), Alike("amount"))
    payer: Name = refers_to("funders", description="who pays")
    year: Year = Field(description="planning year")
    amount: NotNegative = measured("CNY", "own money for capital and tasks in the year, before awards")
    unit: Name = Field(description="unit as written, such as `10^8 CNY`")


class Target(Named):
    """What the plan promises: an indicator, its scope, a year, a value."""

    table, folder, key = "targets", "inputs", ("target",)
    implied = (
        ("basis", {"relative": "1"}),
        ("indicator", {"emission": "t", "concentration": MICROGRAM, "good_days": "d", "heavy_days": "d", "share": "1"}),
    )
    alike = (Alike("value", ("indicator", "subject", "basis", "unit")),)
    target: Name = Field(description="identifier, such as `SJZ-T-001`")
    clause: Name = in_the_plan()
    indicator: Literal[
        "emission", "concentration", "good_days", "heavy_days", "fuel", "share", "converted", "reported"
    ] = Field(
        description="emission of a pollutant, annual mean of a pollutant, good or heavily polluted days, fuels burnt, "
        "share of technologies in their activities, what measures convert in the year; "
        "reported: shown, not computed (the note says why)"
    )
    subject: Name = holds_keys(
        "pollutants",
        "fuels",
        "technologies",
        "measures",
        description="the pollutant; the fuels, technologies or measures, separated by spaces; or a name for `reported`",
    )
    area: Name = refers_to("areas", "city", description="an area, or the city as a whole")
    sectors: str = holds_keys("sectors", default="", description="sectors counted, separated by spaces; blank: all")
    excluded: str = holds_keys("activities", default="", description="activities not counted, separated by spaces")
    year: Year = Field(description="planning year")
    by: Month | Literal[""] = Field(
        "", description="for share and converted: the month by whose end it is reached; blank: December of the year"
    )
    operator: Literal["<=", ">="] = Field(description="<= or >=")
    value: Number | None = Field(
        None,
        description="limit, or relative change such as -0.4; blank only for `reported`",
        json_schema_extra={"unit": "unit of the indicator, or 1 if relative"},
    )
    unit: str = Field("", description="unit as written; blank: t, ug/m3, d, the fuel's or the activity's unit, 1")
    basis: Literal["absolute", "relative"] = Field(description="absolute, or relative to base_year")
    base_year: Year | None = Field(None, description="year the change is counted from")
    enforced: bool = Field(description="yes: the plan must meet it; no: it is shown only")


class Commitment(Named, Evidence):
    """Quantities that the plan's text fixes; kept in `as-written` and `least-cost-with-plan`."""

    table, folder, key, may_be_absent = "commitments", "inputs", ("commitment",), True
    alike = (Alike("quantity", ("kind", "subject")),)
    commitment: Name = Field(description="identifier, such as `SJZ-07-26`")
    clause: Name = Field(description="clauses of the plan, separated by spaces")
    kind: Literal["converted", "share"] = Field(
        description="converted: what the measures convert from `start` to `end`; "
        "share: the part of their activities in the technologies at the end of `end`"
    )
    subject: Name = holds_keys("measures", "technologies", description="measures, or technologies, separated by spaces")
    area: Name = refers_to("areas", "city", description="an area, or the city as a whole")
    start: Month = Field(description="first month in which conversions count")
    end: Month = Field(description="last month: reached by its end")
    operator: Literal["<=", ">="] = Field(description="<= or >=")
    quantity: NotNegative = measured("activity unit, or 1 for a share", "quantity or share")
    unit: Name = Field(description="unit as written, such as `10^4 household` or `%`")


class Task(Named):
    """Numbered works of the plan that take time; they emit nothing but enable measures."""

    table, folder, key = "tasks", "inputs", ("task",)
    alike = (Alike("cost", ("number",), beyond=100),)
    task: Name = Field(description="identifier, such as `SJZ-12-05`")
    number: Annotated[int, Field(ge=1, le=1_000_000)] = Field(description="number of the task in the plan")
    lead: Name = refers_to("departments", description="lead department")
    cooperating: str = holds_keys("departments", default="", description="cooperating departments, separated by spaces")
    responsible: str = holds_keys(
        "departments", "areas", default="", description="areas or bodies responsible, separated by spaces"
    )
    earliest: Month = Field(description="first month in which work can start")
    duration: Annotated[int, Field(ge=0, le=60)] = Field(description="months of work [months]")
    deadline: Month = Field(description="last month: done by its end")
    required: bool = Field(description="yes: done in every plan; no: done when something needs it")
    cost: NotNegative = measured("CNY", "cost of the task itself")
    lifetime: Positive | None = Field(
        None, description="years over which the cost serves, paid as an annuity once done; blank: spent when done [yr]"
    )
    low: NotNegative | None = Field(None, description="lower end of the cost")
    high: NotNegative | None = Field(None, description="upper end of the cost")
    source: Name = refers_to("sources", "city_sources", description="where cost and duration come from")
    grade: Grade = Field(description="grade of cost and duration")


class Enables(Evidence):
    """How much of a measure a task makes possible; a measure with rows needs one of its tasks."""

    table, folder, key, may_be_absent = "enables", "inputs", ("task", "measure"), True
    alike = (Alike("capacity", ("measure",)), Alike("capacity", ("measure.from_technology.activity",)))
    task: Name = refers_to("tasks", description="task")
    measure: Name = refers_to("measures", description="measure")
    capacity: Positive = measured(
        "activity unit", "how much may be converted, in the whole city, once the task is done"
    )


class Order(Row):
    """What must come before what."""

    table, folder, key, may_be_absent = "order", "inputs", ("order",), True
    order: Name = Field(description="identifier, such as `SJZ-P-001`")
    before: Name = holds_keys(
        "tasks", "measures", description="a task; for `share` the leading measure; for `held` a clause"
    )
    after: Name = holds_keys(
        "tasks",
        "measures",
        "technologies",
        description="a task or measure; for `ban_after` the technology that must be gone; for `held` a clause",
    )
    relation: Literal["finish_to_start", "standard_before", "share", "ban_after", "capacity", "held"] = Field(
        description="kind of ordering; share: where the leader has no potential nothing is waited for; "
        "capacity: enables.csv says how much; held: not expressed, the note says why"
    )
    lag: Annotated[int, Field(ge=0, le=60)] = Field(
        0, description="months between the end of `before` and the start of `after` [months]"
    )
    clause: Name = Field(description="rows of the plan it comes from")
    stated: bool = Field(description="yes: the plan says so; no: implied")
    reason_zh: str = Field("", description="why, in Chinese")
    reason_en: Name = Field(description="why, in English")
