"""Money between payers: subsidies by rule, awards, prices over the years, incomes."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from scenarios.tables.fields import (
    Alike,
    Evidence,
    Name,
    Named,
    NotNegative,
    Number,
    Positive,
    Year,
    holds_keys,
    measured,
    refers_to,
)


class Funder(Named):
    """Those who pay, in the order they are shown."""

    table, folder, key = "funders", "models", ("payer",)
    payer: Name = Field(description="identifier, such as `county`")
    public: bool = Field(description="yes: a public budget; no: an enterprise or a household")


class Deflator(Evidence):
    """Change of prices in a year, for amounts in money of the day."""

    table, folder, key, may_be_absent = "deflators", "models", ("year",), True
    year: Year = Field(description="year")
    change: Number = measured("1/yr", "change of the price level against the year before")


class Subsidy(Evidence):
    """What a payer gives by rule; what the rules of a subject and item leave is paid by the shares of payers.csv.

    Rules together never give more than the unit costs. They move money between payers and leave the cost as it is.
    """

    table, folder, key, may_be_absent = "subsidies", "inputs", ("subject", "item", "payer"), True
    alike = (Alike("value", ("kind", "item", "fuel", "payer")), Alike("value", ("kind", "item", "fuel")))
    subject: Name = refers_to(
        "measures", "technologies", description="a measure (capital), or the technology in service (running, fuel)"
    )
    item: Literal["capital", "running", "fuel"] = Field(description="what is subsidised")
    payer: Name = refers_to("funders", description="who gives")
    kind: Literal["share", "amount", "rate"] = Field(
        description="share: a part of the unit's cost; amount: a sum for each unit (and year); "
        "rate: so much for each unit of `fuel` that is used"
    )
    value: NotNegative = measured("1, CNY per unit (and year), or CNY per fuel unit", "the share, amount or rate")
    fuel: str = Field(
        "", description="for a rate: the fuel it is given for", json_schema_extra={"references": ["fuels"]}
    )
    ceiling: NotNegative | None = Field(
        None, description="at most so much for a unit (and year); blank: no ceiling [CNY per unit]"
    )
    years: Positive | None = Field(
        None, description="for running and fuel: years from the conversion on; blank: as long as it serves [yr]"
    )


class Award(Evidence):
    """Sums that one payer gives another in a year, whatever is converted; they move budgets."""

    table, folder, key, may_be_absent = "awards", "inputs", ("grantor", "payer", "year"), True
    converted = ("amount", "CNY")
    alike = (Alike("amount", ("grantor", "payer")), Alike("amount", ("grantor",)))
    grantor: Name = refers_to("funders", description="who gives")
    payer: Name = refers_to("funders", description="who receives")
    year: Year = Field(description="planning year")
    activities: str = holds_keys(
        "activities", default="", description="activities it may be spent on, separated by spaces; blank: any"
    )
    amount: NotNegative = measured("CNY", "the sum")
    unit: Name = Field(description="unit as written, such as `10^8 CNY`")


class Income(Evidence):
    """Income of those who carry out an activity, for one unit of it: what heating takes of a household's income."""

    table, folder, key, may_be_absent = "incomes", "inputs", ("activity",), True
    alike = (Alike("income"),)
    activity: Name = refers_to("activities", description="activity, such as heating of rural households")
    income: Positive = measured("CNY per unit and year", "income for one unit of the activity, money of the price year")


class Tax(Evidence):
    """What an emitter pays for each tonne; a row of an area goes before the city's.

    Taxes move money between payers. They are shown beside the cost of a plan and are no part of it.
    """

    table, folder, key, may_be_absent = "taxes", "inputs", ("area", "pollutant", "sector"), True
    alike = (Alike("rate", ("pollutant",)), Alike("rate"))
    area: Name = refers_to("areas", "city", description="an area, or the city as a whole")
    pollutant: Name = refers_to("pollutants", description="what is taxed")
    sector: Name = refers_to("sectors", description="whose emission is taxed")
    excluded: str = holds_keys("activities", default="", description="activities not taxed, separated by spaces")
    payer: Name = refers_to("funders", description="who pays the tax")
    receiver: Name = refers_to("funders", description="who receives it")
    rate: NotNegative = measured("CNY/t", "tax on a tonne, money of the day")
