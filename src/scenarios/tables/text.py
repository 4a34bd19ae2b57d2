"""inputs/: the plan's own text: numbered works, clauses, standards, emergency rules, and who answers for what."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from scenarios.tables.fields import Month, Name, Named, Number, Row, holds_keys, in_the_plan, refers_to

Numbered = Annotated[int, Field(ge=1, le=1_000_000)]


class Department(Named):
    """Departments and other bodies that the plan gives work to, by the names they bear in it."""

    table, folder, key, may_be_absent = "departments", "inputs", ("department",), True
    department: Name = Field(description="as the plan writes it, such as `市发改委`")


class Work(Named):
    """Numbered works of the plan, as departments are held to them."""

    table, folder, key, may_be_absent = "works", "inputs", ("number",), True
    number: Numbered = Field(description="number of the work in the plan")
    section: Name = Field(description="section of the plan it stands in")
    lead: str = Field("", description="lead department", json_schema_extra={"references": ["departments"]})
    cooperating: str = holds_keys("departments", default="", description="cooperating departments, separated by spaces")
    responsible: str = holds_keys(
        "departments", "areas", default="", description="areas or bodies responsible, separated by spaces"
    )


class Duty(Row):
    """The numbered work under which a measure falls."""

    table, folder, key, may_be_absent = "duties", "inputs", ("measure",), True
    measure: Name = refers_to("measures", description="measure")
    number: Numbered = Field(description="number of the work in the plan", json_schema_extra={"references": ["works"]})
    clause: str = Field("", description="clauses that name it, separated by spaces; blank: the closest work")


class Clause(Named):
    """Every action of the plan, and what represents it here; a held one says why it has no effect."""

    table, folder, key, may_be_absent = "clauses", "inputs", ("clause",), True
    clause: Name = Field(description="identifier, such as `SJZ-07-03`: work, place in the text")
    number: Numbered = Field(description="number of the work in the plan", json_schema_extra={"references": ["works"]})
    sector: Name = Field(description="sector of the plan it belongs to")
    kind: Name = Field(description="ban, monitoring, policy, project, rollout, standard or survey")
    operator: str = Field("", description="as the plan says it: <=, >=, =, ~")
    quantity: Number | None = Field(None, description="quantity the clause prints or implies, in `unit`")
    unit: str = Field("", description="unit of the quantity")
    year: str = Field("", description="year or years the quantity is for")
    deadline: Month | Literal[""] = Field("", description="last month")
    lead: str = Field("", description="lead department", json_schema_extra={"references": ["departments"]})
    cooperating: str = holds_keys("departments", default="", description="cooperating departments, separated by spaces")
    responsible: str = holds_keys(
        "departments", "areas", default="", description="areas or bodies responsible, separated by spaces"
    )
    represented: str = Field(
        "",
        description="what stands for it, separated by spaces: `commitment:`, `measure:`, `task:`, `target:`, "
        "`standard:`, `order:` or `emergency:` and the identifier; blank: held without effect",
    )
    reason_zh: str = Field("", description="for a held clause: why, in Chinese")
    reason_en: str = Field("", description="for a held clause: why, in English")


class Standard(Named):
    """Limits and standards the plan sets, and what embodies them."""

    table, folder, key, may_be_absent = "standards", "inputs", ("standard",), True
    standard: Name = Field(description="identifier, such as `SJZ-S-31-01`")
    clause: Name = in_the_plan()
    pollutant: str = Field("", description="what is limited, as printed")
    operator: str = Field("", description="<= or >=")
    limit: Number | None = Field(None, description="limit, in `unit`")
    unit: str = Field("", description="unit of the limit")
    effective: Month | Literal[""] = Field("", description="first month")
    role: Literal["limit", "ban", "share", "task", "held"] = Field(
        description="limit: technologies meet it (limits.csv, or their factors); ban: orders close what fails it; "
        "share: targets or commitments count it; task: tasks carry it; held: the note says why"
    )
    represents: str = Field("", description="technologies, orders, targets, commitments or tasks, separated by spaces")


class EmergencyRule(Named):
    """Rules for days of heavy pollution: held for the emergency plan, no effect on a yearly programme."""

    table, folder, key, may_be_absent = "emergency", "inputs", ("rule",), True
    rule: Name = Field(description="identifier, such as `SJZ-E-01`")
    clause: Name = in_the_plan()
    kind: Name = Field(description="kind of rule")
    level: str = Field("", description="warning level or class")
    operator: str = Field("", description="<=, >=, = or ~")
    value: Number | None = Field(None, description="value, in `unit`")
    value_max: Number | None = Field(None, description="upper end of a range, in `unit`")
    unit: str = Field("", description="unit of the value")
