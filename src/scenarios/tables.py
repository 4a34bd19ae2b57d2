"""The data model, declared once: every table, its key, its columns, their units and bounds.

Reading and checking, the data dictionary in ``inputs/README.md`` and the empty files of a new city
all come from the row classes below. A row class is one table; a field is one column.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

Grade = Literal["reported", "derived", "assumed"]
Name = Annotated[str, Field(min_length=1)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Year = Annotated[int, Field(ge=1990, le=2100)]
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


def refers_to(*tables: str, description: str) -> Any:
    """A column whose value must be a key of one of the tables named."""
    return Field(description=description, json_schema_extra={"references": list(tables)})


def measured(unit: str, description: str) -> Any:
    """A column that holds a quantity in the one unit that is used inside. [unit]"""
    return Field(description=description, json_schema_extra={"unit": unit})


class Row(BaseModel):
    """One row of a table. ``table`` is its file name, ``folder`` says who edits it, ``key`` what is unique."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    table: ClassVar[str]
    folder: ClassVar[Literal["models", "inputs"]]
    key: ClassVar[tuple[str, ...]]
    may_be_absent: ClassVar[bool] = False
    #: a quantity written in any unit, and the unit it is kept in: a name, or (table, column) to look it up
    converted: ClassVar[tuple[str, str | tuple[str, str]] | None] = None
    note: str = Field("", description="anything a careful reader should know; for `derived`, the sum")


class Evidence(Row):
    """A row that carries a number: where it comes from and how sure it is."""

    low: Number | None = Field(None, description="lower end of the plausible range, in the unit of the value")
    high: Number | None = Field(None, description="upper end of the plausible range, in the unit of the value")
    source: Name = refers_to("sources", description="where the number was seen")
    grade: Grade = Field(
        description="reported: seen in the source; derived: computed from reported figures; "
        "assumed: a placeholder with a wide range"
    )


class Named(Row):
    """A row that names a member of a set in both languages."""

    name_zh: Name = Field(description="name in Chinese")
    name_en: Name = Field(description="name in English")


# ------------------------------------------------------------------ models/: what is believed in any city


class Source(Row):
    """Where numbers come from."""

    table, folder, key = "sources", "models", ("source",)
    source: Name = Field(description="short key, such as `vein_ef_china`")
    title: Name = Field(description="author, year, title")
    address: str = Field("", description="where it was seen: DOI, journal, repository, document number")
    licence: str = Field("", description="licence of the source, where one is stated")


class Pollutant(Named):
    """Substances that are counted."""

    table, folder, key = "pollutants", "models", ("pollutant",)
    pollutant: Name = Field(description="identifier, such as `SO2`")


class Sector(Named):
    """Sectors of the inventory, and the source group of receptor-model apportionments each belongs to."""

    table, folder, key = "sectors", "models", ("sector",)
    sector: Name = Field(description="identifier, such as `coal`")
    group: Name = Field(description="source group of a receptor-model apportionment, such as `coal`, `dust`, `other`")


class Activity(Named):
    """Services that go on whatever the technology."""

    table, folder, key = "activities", "models", ("activity",)
    activity: Name = Field(description="identifier, such as `rural_heating`")
    sector: Name = refers_to("sectors", description="sector of the inventory")
    unit: Name = Field(
        description="unit of the quantity, such as `household`, `t/h`, `vehicle`, `t/yr`, `m2`, `mu`, `head`"
    )


class Technology(Named):
    """Ways of carrying out one activity, controls included."""

    table, folder, key = "technologies", "models", ("technology",)
    technology: Name = Field(description="identifier, such as `raw_coal_stove`")
    activity: Name = refers_to("activities", description="the activity carried out")


class Fuel(Named):
    """Fuels and other inputs that are bought."""

    table, folder, key = "fuels", "models", ("fuel",)
    fuel: Name = Field(description="identifier, such as `natural_gas`")
    unit: Name = Field(description="unit of the fuel: `t`, `m3`, `kWh`, `L`, `GJ`")


class EmissionFactor(Evidence):
    """Emission of one unit of activity in a technology in a year.

    With ``fuel`` blank the factor is mass per unit of activity and year. With ``fuel`` it is mass per unit of
    that fuel, multiplied by the fuel use of the technology. With ``content`` too it is mass per mass of that
    content (sulphur 2 x share released), multiplied by the city's fuel quality.
    """

    table, folder, key = "emission_factors", "models", ("technology", "pollutant", "fuel")
    converted = ("factor", "t")
    technology: Name = refers_to("technologies", description="technology that emits")
    pollutant: Name = refers_to("pollutants", description="what is emitted")
    fuel: str = Field(
        "",
        description="blank: per unit of activity; a fuel: per unit of that fuel",
        json_schema_extra={"references": ["fuels"]},
    )
    content: str = Field("", description="blank, or the content of the fuel that is released, such as `sulphur`")
    factor: NotNegative = measured("t per unit", "emission of one unit")
    unit: Literal["g", "kg", "t"] = Field("kg", description="mass in which factor, low and high are written")


class FuelUse(Evidence):
    """Fuel used by one unit of activity in a year."""

    table, folder, key = "fuel_use", "models", ("technology", "fuel")
    technology: Name = refers_to("technologies", description="technology that uses the fuel")
    fuel: Name = refers_to("fuels", description="fuel used")
    use: NotNegative = measured("fuel unit per activity unit and year", "fuel used by one unit")
    tariff: Name = Field(description="price class, such as `household`, `industry`, `transport`, `power`")


class Measure(Named):
    """Conversions of an activity from one technology to another, or its end."""

    table, folder, key = "measures", "models", ("measure",)
    measure: Name = Field(description="identifier, such as `gas_for_raw_coal_household`")
    from_technology: Name = refers_to("technologies", description="technology that is left")
    to_technology: str = Field(
        "",
        description="technology that is entered; blank: the activity ends",
        json_schema_extra={"references": ["technologies"]},
    )
    lifetime: Positive = measured("yr", "years over which the capital serves")
    lot: Positive | None = Field(None, description="size of one project, in activity units; blank: any amount")


class Cost(Evidence):
    """Unit costs: capital of a measure, running cost (without fuel) of a technology."""

    table, folder, key = "costs", "models", ("subject", "item")
    subject: Name = refers_to("measures", "technologies", description="a measure (capital) or a technology (running)")
    item: Literal["capital", "running"] = Field(
        description="capital: once, per unit converted; running: each year, per unit in service"
    )
    value: Number = measured(
        "CNY per unit (capital) or CNY per unit and year (running)", "cost of one unit of activity"
    )


class Turnover(Evidence):
    """Natural replacement: the share of a technology's stock that wears out each year and what replaces it."""

    table, folder, key = "turnover", "models", ("technology", "into")
    technology: Name = refers_to("technologies", description="technology that wears out")
    into: Name = refers_to("technologies", description="technology that replaces it, of the same activity")
    rate: Share = measured("1/yr", "share of the stock replaced each year")


class Precursor(Evidence):
    """Effect of a tonne of each precursor on a pollutant in the air, relative to a tonne of the pollutant itself."""

    table, folder, key = "precursors", "models", ("pollutant", "precursor")
    pollutant: Name = refers_to("pollutants", description="pollutant in the air")
    precursor: Name = refers_to("pollutants", description="what is emitted")
    ratio: NotNegative = measured("1", "concentration per tonne, relative to the primary pollutant")


# ------------------------------------------------------------------ inputs/: what is counted or decided in a city


class Area(Named):
    """Counties, districts and county-level cities."""

    table, folder, key = "areas", "inputs", ("area",)
    area: Name = Field(description="identifier, such as `zhengding`")
    code: Name = Field(description="code of the national division list")
    kind: Name = Field(description="district, county or county-level city")


class Proxy(Evidence):
    """Weights that share a city total among areas."""

    table, folder, key = "proxies", "inputs", ("proxy", "area")
    proxy: Name = Field(description="identifier, such as `rural_population`")
    area: Name = refers_to("areas", description="area")
    weight: NotNegative = measured("any", "weight of the area; only the proportions count")


class ActivityQuantity(Evidence):
    """How much of an activity goes on in an area in a year."""

    table, folder, key = "activity", "inputs", ("area", "activity", "year")
    converted = ("quantity", ("activities", "activity"))
    area: Name = refers_to("areas", "city", description="an area, or the city with a proxy")
    activity: Name = refers_to("activities", description="activity")
    year: Year = Field(description="the reference year or the start year (state at its end)")
    quantity: NotNegative = measured("activity unit", "quantity of the activity")
    unit: Name = Field(description="unit as written, converted to the unit of the activity")
    proxy: str = Field("", description="for a city total: the proxy that shares it among areas")


class Mix(Evidence):
    """Shares of the technologies in an activity; they add up to 1 for each activity, area and year."""

    table, folder, key = "mix", "inputs", ("area", "technology", "year")
    area: Name = refers_to("areas", "city", description="an area, or the city for every area without rows of its own")
    technology: Name = refers_to("technologies", description="technology")
    year: Year = Field(description="the reference year or the start year (state at its end)")
    share: Share = measured("1", "share of the activity")


class Growth(Evidence):
    """Growth of an activity without any measure, and the technology it falls to."""

    table, folder, key, may_be_absent = "growth", "inputs", ("technology", "year"), True
    technology: Name = refers_to("technologies", description="technology that grows or shrinks")
    year: Year = Field(description="planning year")
    rate: Number = measured("1/yr", "change in the year, as a share of the activity's quantity at the start")


class Season(Evidence):
    """Share of a year's activity in each quarter; four rows add up to 1. An activity without rows is even."""

    table, folder, key, may_be_absent = "season", "inputs", ("activity", "quarter"), True
    activity: Name = refers_to("activities", description="activity")
    quarter: Annotated[int, Field(ge=1, le=4)] = Field(description="quarter of the year")
    share: Share = measured("1", "share of the year's activity")


class FuelQuality(Evidence):
    """Contents of the fuels burnt in the city."""

    table, folder, key, may_be_absent = "fuel_quality", "inputs", ("fuel", "content"), True
    fuel: Name = refers_to("fuels", description="fuel")
    content: Name = Field(description="such as `sulphur`")
    value: Share = measured("kg/kg", "mass share of the content")


class Price(Evidence):
    """Prices of fuels."""

    table, folder, key = "prices", "inputs", ("fuel", "tariff")
    fuel: Name = refers_to("fuels", description="fuel")
    tariff: Name = Field(description="price class, as in fuel_use")
    price: NotNegative = measured("CNY per fuel unit", "price without subsidy")


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


class Supply(Evidence):
    """Fuel to be had in a year; a row with a task is added once the task is done."""

    table, folder, key, may_be_absent = "supply", "inputs", ("fuel", "year", "task"), True
    converted = ("quantity", ("fuels", "fuel"))
    fuel: Name = refers_to("fuels", description="fuel")
    year: Year = Field(description="planning year")
    task: str = Field(
        "",
        description="blank: to be had anyway; a task: added once it is done",
        json_schema_extra={"references": ["tasks"]},
    )
    quantity: NotNegative = measured("fuel unit per year", "quantity to be had by the activities of the inventory")
    unit: Name = Field(description="unit as written")


class PayerShare(Evidence):
    """Who pays which part of a cost; the shares of the payers of one subject and item add up to 1."""

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
    payer: Literal["central", "province", "city", "county", "enterprise", "household"] = Field(description="who pays")
    share: Share = measured("1", "part of the cost")


class Budget(Evidence):
    """Money a payer can spend on capital and tasks in a year."""

    table, folder, key, may_be_absent = "budgets", "inputs", ("payer", "year"), True
    converted = ("amount", "CNY")
    payer: Name = Field(description="payer, as in payers")
    year: Year = Field(description="planning year")
    amount: NotNegative = measured("CNY", "money for capital and tasks in the year")
    unit: Name = Field(description="unit as written, such as `10^8 CNY`")


class Observation(Evidence):
    """Measured annual mean concentrations."""

    table, folder, key = "observations", "inputs", ("receptor", "pollutant", "year")
    receptor: Name = refers_to("areas", "city", description="where the air was measured")
    pollutant: Name = refers_to("pollutants", description="pollutant")
    year: Year = Field(description="year")
    value: Positive = measured("ug/m3", "annual mean")


class Apportionment(Evidence):
    """Shares of the sources in the concentration of the reference year, as a published study found them."""

    table, folder, key = "apportionment", "inputs", ("receptor", "pollutant", "group")
    receptor: Name = refers_to("areas", "city", description="where the air was measured")
    pollutant: Name = refers_to("pollutants", description="pollutant")
    group: Name = Field(description="a source group of sectors.csv, or `regional` for what comes from elsewhere")
    share: Share = measured("1", "regional: of the concentration; others: of the local part")


class Background(Evidence):
    """Change of the regional part against the reference year, under each assumption that can be chosen in city.yaml."""

    table, folder, key = "background", "inputs", ("receptor", "pollutant", "assumption", "year")
    receptor: Name = refers_to("areas", "city", description="where the air was measured")
    pollutant: Name = refers_to("pollutants", description="pollutant")
    assumption: Name = Field(description="name of the assumption, chosen by `background` in city.yaml")
    year: Year = Field(description="planning year")
    change: Number = measured("1", "relative change of the regional part against the reference year")


class Target(Named):
    """What the plan promises: an indicator, its scope, a year, a value."""

    table, folder, key = "targets", "inputs", ("target",)
    target: Name = Field(description="identifier, such as `SJZ-T-001`")
    clause: Name = Field(description="where the plan says so")
    indicator: Literal["emission", "concentration", "fuel"] = Field(description="what is limited")
    subject: Name = refers_to("pollutants", "fuels", description="the pollutant or fuel")
    area: Name = refers_to("areas", "city", description="an area, or the city as a whole")
    sectors: str = Field("", description="sectors counted, separated by spaces; blank: all")
    excluded: str = Field("", description="activities not counted, separated by spaces")
    year: Year = Field(description="planning year")
    operator: Literal["<=", ">="] = Field(description="<= or >=")
    value: Number = measured("t, ug/m3, fuel unit, or 1 if relative", "limit, or relative change such as -0.4")
    basis: Literal["absolute", "relative"] = Field(description="absolute, or relative to base_year")
    base_year: Year | None = Field(None, description="year the change is counted from")
    enforced: bool = Field(description="yes: the plan must meet it; no: it is shown only")


class Task(Named):
    """Numbered works of the plan that take time; they emit nothing but enable measures."""

    table, folder, key = "tasks", "inputs", ("task",)
    task: Name = Field(description="identifier, such as `SJZ-12-05`")
    number: Annotated[int, Field(ge=1)] = Field(description="number of the task in the plan")
    lead: Name = Field(description="lead department")
    cooperating: str = Field("", description="cooperating departments, separated by spaces")
    responsible: str = Field("", description="areas or bodies responsible")
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
    source: Name = refers_to("sources", description="where cost and duration come from")
    grade: Grade = Field(description="grade of cost and duration")


class Enables(Evidence):
    """How much of a measure a task makes possible; a measure with rows needs one of its tasks."""

    table, folder, key, may_be_absent = "enables", "inputs", ("task", "measure"), True
    task: Name = refers_to("tasks", description="task")
    measure: Name = refers_to("measures", description="measure")
    capacity: Positive = measured(
        "activity unit", "how much may be converted, in the whole city, once the task is done"
    )


class Order(Row):
    """What must come before what."""

    table, folder, key, may_be_absent = "order", "inputs", ("order",), True
    order: Name = Field(description="identifier, such as `SJZ-P-001`")
    before: Name = refers_to("tasks", "measures", description="a task, or for `share` the leading measure")
    after: Name = refers_to(
        "tasks",
        "measures",
        "technologies",
        description="a task or measure; for `ban_after` the technology that must be gone",
    )
    relation: Literal["finish_to_start", "standard_before", "share", "ban_after"] = Field(
        description="kind of ordering"
    )
    lag: Annotated[int, Field(ge=0, le=60)] = Field(
        0, description="months between the end of `before` and the start of `after` [months]"
    )
    clause: Name = Field(description="rows of the plan it comes from")
    stated: bool = Field(description="yes: the plan says so; no: implied")
    reason_zh: str = Field("", description="why, in Chinese")
    reason_en: Name = Field(description="why, in English")


class Comparable(Evidence):
    """Totals others have published, to hold the inventory against."""

    table, folder, key, may_be_absent = (
        "comparables",
        "inputs",
        ("region", "year", "scope", "pollutant", "source"),
        True,
    )
    converted = ("emission", "t")
    region: Name = Field(description="what the figure covers, such as the city, Hebei, Jing-Jin-Ji")
    year: Year = Field(description="year of the figure")
    against: Year = Field(description="year of our inventory it is held against")
    scope: Name = Field(description="sectors covered, separated by spaces, or `all`")
    excluded: str = Field("", description="activities not covered, separated by spaces")
    pollutant: Name = refers_to("pollutants", description="pollutant")
    emission: NotNegative = measured("t", "total")
    unit: Name = Field(description="unit as written, such as `kt`")
    population: Positive | None = Field(
        None, description="for another region: its population; the total is scaled per head [person]"
    )


TABLES: tuple[type[Row], ...] = (
    Source,
    Pollutant,
    Sector,
    Activity,
    Technology,
    Fuel,
    EmissionFactor,
    FuelUse,
    Measure,
    Cost,
    Turnover,
    Precursor,
    Area,
    Proxy,
    ActivityQuantity,
    Mix,
    Growth,
    Season,
    FuelQuality,
    Price,
    Potential,
    Pace,
    Supply,
    PayerShare,
    Budget,
    Observation,
    Apportionment,
    Background,
    Target,
    Task,
    Enables,
    Order,
    Comparable,
)
BY_NAME: dict[str, type[Row]] = {row.table: row for row in TABLES}


def references(row: type[Row]) -> dict[str, tuple[str, ...]]:
    """Column -> tables whose keys it may hold."""
    extra = {name: field.json_schema_extra for name, field in row.model_fields.items()}
    return {
        name: tuple(given["references"])
        for name, given in extra.items()  # type: ignore[arg-type]
        if isinstance(given, dict) and "references" in given
    }


def unit_of(row: type[Row], column: str) -> str:
    """Unit in which a column is kept; blank when it holds no quantity."""
    extra = row.model_fields[column].json_schema_extra
    return str(extra["unit"]) if isinstance(extra, dict) and "unit" in extra else ""


def columns(row: type[Row]) -> list[str]:
    """Columns in the order of the files: the key first, evidence and the note last."""
    last = [
        name for name in ("low", "high", "source", "grade", "note") if name in row.model_fields and name not in row.key
    ]
    middle = [name for name in row.model_fields if name not in row.key and name not in last]
    return [*row.key, *middle, *last]


def value_column(row: type[Row]) -> str | None:
    """The column that low and high belong to: the first measured one."""
    return next((name for name in columns(row) if unit_of(row, name)), None)
