"""models/: what is believed in any city."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from scenarios.tables.fields import (
    Alike,
    Evidence,
    Name,
    Named,
    NotNegative,
    Number,
    Positive,
    Row,
    Share,
    measured,
    refers_to,
)


class Source(Row):
    """Where numbers come from."""

    table, key = "sources", ("source",)
    folder: ClassVar[Literal["models", "inputs"]] = "models"
    source: Name = Field(description="short key, such as `vein_ef_china`")
    title: Name = Field(description="author, year, title")
    address: str = Field("", description="where it was seen: DOI, journal, repository, document number")
    licence: str = Field("", description="licence of the source, where one is stated")


class Pollutant(Named):
    """Substances that are counted."""

    table, folder, key = "pollutants", "models", ("pollutant",)
    pollutant: Name = Field(description="identifier, such as `SO2`")
    part_of: str = Field(
        "",
        description="the pollutant that contains it, such as fine particles the coarser ones; blank: none",
        json_schema_extra={"references": ["pollutants"]},
    )


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
    contained = "factor"
    alike = (
        Alike("factor", ("pollutant", "fuel", "content", "technology.activity")),
        Alike("factor", ("pollutant", "fuel", "content", "technology.activity.sector", "technology.activity.unit")),
        Alike("factor", ("pollutant", "fuel", "content", "technology.activity.unit")),
        Alike("factor", ("pollutant", "fuel", "content"), given="fuel"),
    )
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


class Limit(Evidence):
    """Technologies that meet a stack limit: factor = limit x flue gas x share. It stands for their emission factor.

    A technology and pollutant with a row here has none in emission_factors.
    """

    table, folder, key, may_be_absent = "limits", "models", ("technology", "pollutant"), True
    alike = (
        Alike("share", ("pollutant",)),
        Alike("limit", ("pollutant", "fuel")),
        Alike("limit", ("pollutant",)),
        Alike("volume", ("fuel", "technology.activity")),
        Alike("volume", ("fuel",)),
    )
    technology: Name = refers_to("technologies", description="technology that meets the standard")
    pollutant: Name = refers_to("pollutants", description="pollutant")
    share: NotNegative = measured(
        "1", "mean operating concentration as a share of the limit; for PM2.5 and PM10 also their part of the dust"
    )
    standard: Name = Field(description="the standard, such as `DB13/2169-2018, sintering`")
    limit: Positive = measured("mg/m3", "limit of the concentration in the flue gas")
    volume: Positive = measured(
        "m3 per fuel unit, or per activity unit and year", "dry flue gas at the oxygen content of the standard"
    )
    fuel: str = Field(
        "",
        description="fuel the volume is given for; blank: for a unit of activity in a year",
        json_schema_extra={"references": ["fuels"]},
    )


class Weight(Evidence):
    """Weights of the pollutants in a weighted sum of emissions."""

    table, folder, key, may_be_absent = "weights", "models", ("pollutant",), True
    pollutant: Name = refers_to("pollutants", description="pollutant")
    weight: NotNegative = measured("1/t", "weight of a tonne")


class FuelUse(Evidence):
    """Fuel used by one unit of activity in a year."""

    table, folder, key = "fuel_use", "models", ("technology", "fuel")
    alike = (Alike("use", ("fuel", "technology.activity")), Alike("use", ("fuel", "technology.activity.unit")))
    technology: Name = refers_to("technologies", description="technology that uses the fuel")
    fuel: Name = refers_to("fuels", description="fuel used")
    use: NotNegative = measured("fuel unit per activity unit and year", "fuel used by one unit")
    tariff: Name = Field(description="price class, such as `household`, `industry`, `transport`, `power`")


class Measure(Named):
    """Conversions of an activity from one technology to another, or its end."""

    table, folder, key = "measures", "models", ("measure",)
    alike = (Alike("lifetime", ("from_technology.activity",)), Alike("lot", ("from_technology.activity",)))
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
    alike = (
        Alike("value", ("item", "subject.activity")),
        Alike("value", ("item", "subject.from_technology.activity")),
        Alike("value", ("item", "subject.activity.unit")),
        Alike("value", ("item", "subject.from_technology.activity.unit")),
    )
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
