"""inputs/: what is counted in a city: activity, fuels, the air."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from scenarios.tables.fields import (
    Alike,
    Evidence,
    Name,
    Named,
    NotNegative,
    Number,
    Place,
    Positive,
    Row,
    Share,
    Year,
    holds_keys,
    measured,
    refers_to,
)
from scenarios.tables.models import Source


class CitySource(Source):
    """Where numbers of this city come from, beside the sources of the model."""

    table, key, may_be_absent = "city_sources", ("source",), True
    folder = "inputs"


class Area(Named):
    """Counties, districts and county-level cities."""

    table, folder, key = "areas", "inputs", ("area",)
    area: Name = Field(description="identifier, such as `zhengding`")
    code: Name = Field(description="code of the national division list")
    kind: Name = Field(description="district, county or county-level city")


class Tile(Row):
    """Where the areas stand on the map: tiles in rough geographic position; areas without a row follow below."""

    table, folder, key, may_be_absent = "tiles", "inputs", ("area",), True
    area: Name = refers_to("areas", description="area")
    column: Place = Field(description="column of the tile, counted from the west")
    row: Place = Field(description="row of the tile, counted from the north")
    source: Name = refers_to("sources", "city_sources", description="where the position comes from")


class Proxy(Evidence):
    """Weights that share a city total among areas."""

    table, folder, key = "proxies", "inputs", ("proxy", "area")
    alike = (Alike("weight", ("proxy",)),)
    proxy: Name = Field(description="identifier, such as `rural_population`")
    area: Name = refers_to("areas", description="area")
    weight: NotNegative = measured("any", "weight of the area; only the proportions count")


class ActivityQuantity(Evidence):
    """How much of an activity goes on in an area in a year."""

    table, folder, key = "activity", "inputs", ("area", "activity", "year")
    converted = ("quantity", ("activities", "activity"))
    alike = (
        Alike("quantity", ("activity",), elsewhere=True),
        Alike("quantity", ("activity", "area")),
        Alike("quantity", ("activity",)),
    )
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
    alike = (Alike("value", ("content",)),)
    fuel: Name = refers_to("fuels", description="the fuel")
    content: Name = Field(description="such as `sulphur`")
    value: Share = measured("kg/kg", "mass share of the content")


class Price(Evidence):
    """Prices of fuels."""

    table, folder, key = "prices", "inputs", ("fuel", "tariff")
    alike = (Alike("price", ("fuel",)),)
    fuel: Name = refers_to("fuels", description="the fuel")
    tariff: Name = Field(description="price class, as in fuel_use")
    price: NotNegative = measured("CNY per fuel unit", "price without subsidy")


class Supply(Evidence):
    """Fuel to be had in a year; a row with a task is added once the task is done."""

    table, folder, key, may_be_absent = "supply", "inputs", ("fuel", "year", "task"), True
    converted = ("quantity", ("fuels", "fuel"))
    alike = (Alike("quantity", ("fuel", "task")), Alike("quantity", ("fuel",)))
    fuel: Name = refers_to("fuels", description="the fuel")
    year: Year = Field(description="planning year")
    task: str = Field(
        "",
        description="blank: to be had anyway; a task: added once it is done",
        json_schema_extra={"references": ["tasks"]},
    )
    quantity: NotNegative = measured("fuel unit per year", "quantity to be had by the activities of the inventory")
    unit: Name = Field(description="unit as written")


class Observation(Evidence):
    """Measured annual mean concentrations."""

    table, folder, key = "observations", "inputs", ("receptor", "pollutant", "year")
    contained = "value"
    alike = (Alike("value", ("pollutant", "receptor")), Alike("value", ("pollutant",)))
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


class Proximity(Evidence):
    """How much a tonne emitted in an area counts at a receptor, against one of an area without a row (1).

    Only the proportions count: transfer is scaled to what was observed. Areas that weigh alike are planned as one.
    """

    table, folder, key, may_be_absent = "proximity", "inputs", ("receptor", "pollutant", "area"), True
    receptor: Name = refers_to("areas", "city", description="where the air was measured")
    pollutant: Name = refers_to("pollutants", description="pollutant in the air")
    area: Name = refers_to("areas", description="area that emits")
    weight: NotNegative = measured("1", "what a tonne of the area counts")


class Background(Evidence):
    """Change of the regional part against the reference year, under each assumption that can be chosen in city.yaml."""

    table, folder, key = "background", "inputs", ("receptor", "pollutant", "assumption", "year")
    receptor: Name = refers_to("areas", "city", description="where the air was measured")
    pollutant: Name = refers_to("pollutants", description="pollutant")
    assumption: Name = Field(description="name of the assumption, chosen by `background` in city.yaml")
    year: Year = Field(description="planning year")
    change: Number = measured("1", "relative change of the regional part against the reference year")


class Days(Evidence):
    """How many days are good or heavily polluted at an annual mean: a log-normal year of two parameters.

    The share of days above the threshold is the normal distribution of ln(mean / median) / spread.
    """

    table, folder, key, may_be_absent = "days", "inputs", ("receptor", "pollutant", "kind"), True
    receptor: Name = refers_to("areas", "city", description="where the air is measured")
    pollutant: Name = refers_to("pollutants", description="pollutant")
    kind: Literal["good", "heavy"] = Field(
        description="good: days not above the limit; heavy: days above heavy pollution"
    )
    median: Positive = measured("ug/m3", "annual mean at which half of the days lie above the threshold")
    spread: Positive = measured("1", "standard deviation of the logarithm of the daily means")
    other: NotNegative = measured(
        "d", "days a year that other pollutants take from the good ones, or add to the heavy ones"
    )


class Comparable(Evidence):
    """Totals others have published, to hold the inventory against."""

    table, folder, key, may_be_absent = (
        "comparables",
        "inputs",
        ("region", "year", "scope", "pollutant", "source"),
        True,
    )
    converted = ("emission", "t")
    contained = "emission"
    alike = (Alike("emission", ("region", "scope", "pollutant")),)
    region: Name = Field(description="what the figure covers, such as the city, Hebei, Jing-Jin-Ji")
    year: Year = Field(description="year of the figure")
    against: Year = Field(description="year of our inventory it is held against")
    scope: Name = holds_keys("sectors", description="sectors covered, separated by spaces, or `all`")
    excluded: str = holds_keys("activities", default="", description="activities not covered, separated by spaces")
    pollutant: Name = refers_to("pollutants", description="pollutant")
    emission: NotNegative = measured("t", "total")
    unit: Name = Field(description="unit as written, such as `kt`")
    population: Positive | None = Field(
        None, description="for another region: its population; the total is scaled per head [person]"
    )
