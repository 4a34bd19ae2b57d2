"""Case: a frozen set of checked tables, and the calendar that follows from its settings."""

from __future__ import annotations

import copyreg
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, wraps
from inspect import signature
from types import MappingProxyType
from typing import Annotated, Any, Concatenate, Literal, NamedTuple, ParamSpec, TypeVar, cast

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from scenarios.problems import phrase
from scenarios.units import UnitError, amount

QUARTERS = (1, 2, 3, 4)
MONTHS_PER_QUARTER = 3
UNIT = re.compile(r"\[(.+?)\]")  #: what an entry of city.yaml is counted in, as its description says
SUM = phrase("a sum of money, or budgets").text
IN_A_ROW = phrase("planning years in a row, each once").text


def _frozen(held: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(held)


copyreg.pickle(MappingProxyType, lambda held: (_frozen, (dict(held),)))  # tables go to other processes


class Named:
    """What has a name in every language."""

    name_zh: str
    name_en: str

    def name(self, language: str) -> str:
        """Its name in a language."""
        return str(getattr(self, f"name_{language}"))


def _amount(kind: type[BaseModel], name: str, value: Any) -> Any:
    """A number written as a text, where an entry holds an amount; any other value as it is."""
    unit = UNIT.search(kind.model_fields[name].description or "") if name in kind.model_fields else None
    try:
        return amount(value, unit[1]) if unit and isinstance(value, str) else value
    except UnitError:
        return value


class Settings(BaseModel, Named):
    """What a city decides once: ``city.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    city: str = Field(description="identifier of the city, the name of its folder")
    name_zh: str = Field(description="name in Chinese")
    name_en: str = Field(description="name in English")
    model: str = Field("base", description="folder of models/ that the city is planned with")
    reference_year: int = Field(description="year that relative targets and the apportionment refer to")
    start_year: int = Field(description="the plan starts from the state at the end of this year")
    years: tuple[int, ...] = Field(description="planning years", min_length=1)
    price_year: int = Field(description="year of the money all costs are given in")
    discount_rate: Annotated[float, Field(ge=0, le=0.2)] = Field(description="social discount rate [1/yr]")
    background: str = Field(
        description="assumption on the regional part of the concentration, a name in background.csv"
    )
    population: Annotated[float, Field(gt=0)] = Field(description="resident population in the start year [person]")
    commitments: Literal["ignored", "kept", "exact"] = Field(
        "ignored", description="what becomes of commitments.csv; exact: kept, and nothing beyond them is done"
    )
    targets: Literal["kept", "shown"] = Field("kept", description="shown: enforced targets are held against, not kept")
    budgets: Literal["kept", "shown"] = Field(
        "kept", description="shown: what payers lay out is held against budgets.csv, not kept below it"
    )
    tasks: Literal["needed", "all", "none"] = Field(
        "needed",
        description="needed: required tasks and those something waits for; all: every task is done in time; "
        "none: no task is required",
    )
    minimise: Literal["cost", "concentration", "emission"] = Field(
        "cost",
        description="what is minimised: the cost, the annual means of the planning years, or the emission weighted "
        "by weights.csv; ties are broken by cost",
    )
    money_at_most: float | Literal["budgets"] | None = Field(
        None,
        description="money all payers together lay out at most for capital and tasks [CNY]; budgets: the sum of "
        "budgets.csv",
    )
    cost_at_most: Annotated[float, Field(allow_inf_nan=False)] | None = Field(
        None, description="cost over the plan at most: annuities, running and fuel cost, tasks, discounted [CNY]"
    )

    @property
    def titles(self) -> dict[str, str]:
        """Name of the city -> its code."""
        return {self.name_zh: self.city, self.name_en: self.city}

    @model_validator(mode="before")
    @classmethod
    def amounts_as_numbers(cls, given: Any) -> Any:
        """Amounts such as ``50亿元`` and ``4.9%`` are read as numbers in the unit in brackets."""
        return {name: _amount(cls, name, value) for name, value in given.items()} if isinstance(given, dict) else given

    @field_validator("money_at_most", mode="plain")
    @classmethod
    def a_sum_or_the_budgets(cls, given: object) -> float | Literal["budgets"] | None:
        """A sum of money is a number; one error says so, whatever was written."""
        if given is None or given == "budgets":
            return given
        if not isinstance(given, int | float) or isinstance(given, bool) or not 0 <= given < float("inf"):
            raise ValueError(SUM)
        return float(given)

    @field_validator("years")
    @classmethod
    def one_after_the_other(cls, years: tuple[int, ...]) -> tuple[int, ...]:
        """Planning years follow each other."""
        if years != tuple(range(years[0], years[0] + len(years))):
            raise ValueError(IN_A_ROW)
        return years


@dataclass(frozen=True)
class Calendar:
    """The quarters of the planning years, in order."""

    years: tuple[int, ...]

    @cached_property
    def periods(self) -> tuple[str, ...]:
        """Names such as ``2018Q1``."""
        return tuple(f"{year}Q{quarter}" for year in self.years for quarter in QUARTERS)

    @cached_property
    def position(self) -> dict[str, int]:
        """Place of each period, counted from 0."""
        return {period: place for place, period in enumerate(self.periods)}

    def year(self, period: str) -> int:
        """Year of a period."""
        return int(period[:4])

    def quarter(self, period: str) -> int:
        """Quarter of a period."""
        return int(period[5])

    def of_year(self, year: int) -> tuple[str, ...]:
        """Periods of a year."""
        return tuple(f"{year}Q{quarter}" for quarter in QUARTERS)

    def place_of_month(self, month: str) -> int:
        """Place of the period a month such as ``2019-05`` lies in; negative before the horizon."""
        year, number = int(month[:4]), int(month[5:])
        return (year - self.years[0]) * len(QUARTERS) + (number - 1) // MONTHS_PER_QUARTER

    def middle(self, period: str) -> float:
        """Years from the start of the horizon to the middle of the period. [yr]"""
        return (self.position[period] + 0.5) / len(QUARTERS)


Value = TypeVar("Value")
Rest = ParamSpec("Rest")


class Call(NamedTuple):
    """A function of a case, with what else it was given, what it takes by default included."""

    function: Callable[..., Any]
    args: tuple[Any, ...]

    @property
    def is_plain(self) -> bool:
        """Whether it was given words and numbers only, and no plan that would be held for as long as the answer."""
        return all(isinstance(value, str | int | float) for value in self.args)


class Known(NamedTuple):
    """What a function of a case returned, and the tables it read."""

    value: Any
    read: frozenset[str]


def cached(function: Callable[Concatenate[Case, Rest], Value]) -> Callable[Concatenate[Case, Rest], Value]:
    """A pure function of a case, worked out once for each case; what it returns must not be changed.

    It holds for what-ifs of the case too, unless they change a table that was read (``Case.heir``).
    """
    _, *others = signature(function).parameters.values()

    @wraps(function)
    def looked_up(case: Case, *args: Rest.args, **kwargs: Rest.kwargs) -> Value:
        key = Call(function, (*args, *(kwargs.get(one.name, one.default) for one in others[len(args) :])))
        if key not in case.known:
            read: set[str] = set()
            case.readers.append(read)
            try:
                case.known[key] = Known(function(case, *args, **kwargs), frozenset(read))
            finally:
                case.readers.pop()
        known = case.known[key]
        for reader in case.readers:
            reader.update(known.read)
        value: Value = known.value
        return value

    return cast("Callable[Concatenate[Case, Rest], Value]", looked_up)


@dataclass(frozen=True)
class Exchange:
    """What a city of a region gives to the air of the others, and where theirs arrives; empty for a city by itself.

    ``sends``: (receptor elsewhere, air, source group or ``all``) -> what it made there in the reference year [ug/m3].
    ``sent``: (receptor elsewhere, air, year) that count. ``received``: (own receptor, air, year) -> the most that may
    arrive [ug/m3].
    """

    sends: Mapping[tuple[str, str, str], float] = field(default_factory=dict)
    sent: tuple[tuple[str, str, int], ...] = ()
    received: Mapping[tuple[str, str, int], float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Case:
    """All that is given: settings, checked tables, and which files they came from."""

    settings: Settings
    scenario: str
    tables: Mapping[str, pd.DataFrame]
    description: Mapping[str, str] = field(default_factory=dict)
    digest: str = ""
    exchange: Exchange = Exchange()
    title: Mapping[str, str] = field(default_factory=dict)  #: language -> what the scenario is called

    def __getitem__(self, table: str) -> pd.DataFrame:
        for reader in self.readers:
            reader.add(table)
        return self.tables[table]

    def __getstate__(self) -> dict[str, object]:
        """All but what was worked out from it, for another process."""
        return {name: value for name, value in vars(self).items() if name not in ("known", "readers")}

    @cached_property
    def known(self) -> dict[Call, Known]:
        """What was worked out from it (``cached``)."""
        return {}

    @cached_property
    def readers(self) -> list[set[str]]:
        """The tables read so far by the functions at work, the outermost first."""
        return []

    def heir(self, **fields: Any) -> Case:
        """Another case with other fields, to which all that was worked out from the same tables is handed down."""
        other = replace(self, **fields)
        if (other.settings, other.exchange) == (self.settings, self.exchange):
            same = {name for name, frame in other.tables.items() if self.tables.get(name) is frame}
            lasting = ((key, known) for key, known in self.known.items() if key.is_plain and known.read <= same)
            other.known.update(lasting)
        return other

    @cached_property
    def calendar(self) -> Calendar:
        """The planning periods."""
        return Calendar(self.settings.years)

    @cached
    def column(self, table: str, name: str) -> dict[str, Any]:
        """Identifier -> what the column holds, for a table that names a set; not to be changed."""
        frame = self[table]
        return dict(zip(frame.iloc[:, 0].tolist(), frame[name].tolist(), strict=True))

    def names(self, table: str, language: str) -> dict[str, str]:
        """Identifier -> name in the language, for a table that names a set."""
        return self.column(table, f"name_{language}")

    def called(self, language: str) -> str:
        """What the scenario is called in the language; without a name, its identifier."""
        return self.title.get(language) or self.scenario

    def with_table(self, name: str, frame: pd.DataFrame) -> Case:
        """Another case, with one table replaced."""
        return self.heir(tables=MappingProxyType({**self.tables, name: frame}))
