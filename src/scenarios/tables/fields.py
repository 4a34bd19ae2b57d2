"""What a table is made of: the types of its columns, the row every table extends, and what a column declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from scenarios.words import say, term

Grade = Literal["reported", "derived", "assumed"]
Name = Annotated[str, Field(min_length=1)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Year = Annotated[int, Field(ge=1990, le=2100)]
Place = Annotated[int, Field(ge=1, le=99)]
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


def refers_to(*tables: str, description: str) -> Any:
    """A column whose value must be a key of one of the tables named."""
    return Field(description=description, json_schema_extra={"references": list(tables)})


def holds_keys(*tables: str, default: Any = ..., description: str) -> Any:
    """A column that may hold keys of the tables named, or something else; a check of its own says which."""
    return Field(default, description=description, json_schema_extra={"keys": list(tables)})


def measured(unit: str, description: str) -> Any:
    """A column that holds a quantity in the one unit that is used inside. [unit]"""
    return Field(description=description, json_schema_extra={"unit": unit})


def in_the_plan() -> Any:
    """A column that names the place in the plan's text."""
    return Field(
        description="where the plan says so: clauses, separated by spaces, or a section, such as `3.1` for 三（一）"
    )


@dataclass(frozen=True)
class Alike:
    """Rows whose numbers are of one magnitude: those that agree in the columns ``same``.

    A column of a row that is referred to is reached by a point, such as ``technology.activity``. A number more than
    ``beyond`` times as large as all others, or as small, is remarked on: errors of units are of a thousand or more,
    while the cities that come with the program hold few numbers apart by more than 30. Numbers of different units are
    never compared: where a blank cell changes the unit, ``given`` names the column that must not be blank.
    ``elsewhere``: held against other cities instead, as the city's sum for one resident.
    """

    column: str
    same: tuple[str, ...] = ()
    beyond: float = 30.0
    given: str = ""
    elsewhere: bool = False


#: what the note of a row says, in either language, when a number of unusual magnitude is meant
MEANT = ("magnitude checked", "量级已核")


class Row(BaseModel):
    """One row of a table. ``table`` is its file name, ``folder`` says who edits it, ``key`` what is unique."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    table: ClassVar[str]
    folder: ClassVar[Literal["models", "inputs"]]
    key: ClassVar[tuple[str, ...]]
    may_be_absent: ClassVar[bool] = False
    #: a quantity written in any unit, and the unit it is kept in: a name, or (table, column) to look it up
    converted: ClassVar[tuple[str, str | tuple[str, str]] | None] = None
    #: where `unit` may be blank, what it is then: a column, and the unit that follows from what the column holds
    implied: ClassVar[tuple[tuple[str, Mapping[str, str]], ...]] = ()
    #: what each number is held against, from near kin to far: the first in which a row has others counts
    alike: ClassVar[tuple[Alike, ...]] = ()
    #: a number that is at most as large for a pollutant as for the one that contains it
    contained: ClassVar[str] = ""
    note: str = Field("", description="anything a careful reader should know; for `derived`, the sum")


class Evidence(Row):
    """A row that carries a number: where it comes from and how sure it is."""

    low: Number | None = Field(None, description="lower end of the plausible range, in the unit of the value")
    high: Number | None = Field(None, description="upper end of the plausible range, in the unit of the value")
    source: Name = refers_to("sources", "city_sources", description="where the number was seen")
    grade: Grade = Field(
        description="reported: seen in the source; derived: computed from reported figures; "
        "assumed: a placeholder with a wide range"
    )


class Named(Row):
    """A row that names a member of a set in both languages."""

    name_zh: Name = Field(description="name in Chinese")
    name_en: Name = Field(description="name in English")


def references(row: type[Row]) -> dict[str, tuple[str, ...]]:
    """Column -> tables whose keys it must hold."""
    return _declared(row, "references")


@cache
def named_rows(row: type[Row]) -> dict[str, tuple[str, ...]]:
    """Column -> tables whose keys it must or may hold."""
    return _declared(row, "references") | _declared(row, "keys")


def _declared(row: type[Row], what: str) -> dict[str, tuple[str, ...]]:
    found = {}
    for name, field in row.model_fields.items():
        extra = field.json_schema_extra
        tables = extra.get(what) if isinstance(extra, dict) else None
        if isinstance(tables, list):
            found[name] = tuple(map(str, tables))
    return found


def unit_of(row: type[Row], column: str) -> str:
    """Unit in which a column is kept; blank when it holds no quantity."""
    extra = row.model_fields[column].json_schema_extra
    return str(extra["unit"]) if isinstance(extra, dict) and "unit" in extra else ""


def unit_written(row: type[Row], column: str, cells: Mapping[str, Any]) -> str:
    """Unit of a number as its row has it: as the row says, or as follows from others of its cells.

    A range has the unit of its value.
    """
    about = value_column(row) if column in ("low", "high") else column
    if about is None:
        return ""
    if about == value_column(row) and "unit" in row.model_fields:
        implied = (units.get(str(cells.get(name, ""))) for name, units in row.implied)
        return str(cells.get("unit") or "") or next(filter(None, implied), unit_of(row, about))
    return unit_of(row, about)


def about(row: type[Row]) -> str:
    """What a table holds, in the language in use: its docstring is the English text."""
    return say(" ".join((row.__doc__ or "").split()))


def meaning(kind: type[BaseModel], column: str) -> str:
    """What a column of a table, or an entry of a settings file, holds, in the language in use."""
    return say(kind.model_fields[column].description or "")


def described(row: type[Row], column: str) -> str:
    """What a column holds, with its unit, in the language in use."""
    text, unit = meaning(row, column), term("unit", unit_of(row, column))
    return f"{text} [{unit}]" if unit and f"[{unit}]" not in text else text


def plain_types(row: type[Row], column: str) -> set[Any]:
    """The plain types that the values of a column may have."""
    return set(_parts(row.model_fields[column].annotation))


def _parts(annotation: Any) -> list[Any]:
    inner = get_args(annotation)
    return [part for given in inner for part in _parts(given)] if inner else [annotation]


def holds_numbers(row: type[Row], column: str) -> bool:
    """Whether a column holds numbers."""
    return bool({int, float} & plain_types(row, column))


@cache
def columns(row: type[Row]) -> list[str]:
    """Columns in the order of the files: the key first, evidence and the note last."""
    last = [
        name for name in ("low", "high", "source", "grade", "note") if name in row.model_fields and name not in row.key
    ]
    middle = [name for name in row.model_fields if name not in row.key and name not in last]
    return [*row.key, *middle, *last]


@cache
def value_column(row: type[Row]) -> str | None:
    """The column that low and high belong to: the first measured one."""
    return next((name for name in columns(row) if unit_of(row, name)), None)
