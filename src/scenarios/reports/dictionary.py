"""inputs/README.md and outputs/README.md: the data dictionaries, from the declarations themselves."""

from __future__ import annotations

from typing import get_args

from pydantic import BaseModel

from scenarios.case import Settings
from scenarios.plan import RESULTS
from scenarios.regions import FILE, RegionSettings
from scenarios.tables import REGION_TABLES, TABLES, Row, columns, references, unit_of


def inputs_page() -> str:
    """Every table of models/ and inputs/ with its columns, in Markdown."""
    lines = [HEAD, *_settings("city.yaml", Settings)]
    for row in TABLES:
        lines += _table(row, "models/<model>" if row.folder == "models" else "inputs/<city>")
    lines += [REGIONS, *_settings(FILE, RegionSettings)]
    for row in REGION_TABLES:
        lines += _table(row, "inputs/<region>")
    return "\n".join(lines) + "\n"


def _settings(file: str, kind: type[BaseModel]) -> list[str]:
    fields = kind.model_fields.items()
    return [
        f"## {file}",
        "",
        "| key | meaning |",
        "|---|---|",
        *(f"| `{name}` | {f.description} |" for name, f in fields),
    ]


def _table(row: type[Row], folder: str) -> list[str]:
    absent = " The file may be absent." if row.may_be_absent else ""
    return [
        "",
        f"## {row.table}.csv",
        "",
        f"`{folder}/{row.table}.csv`: {' '.join((row.__doc__ or '').split())}{absent}",
        "",
        f"Key: {', '.join(f'`{name}`' for name in row.key)}.",
        "",
        "| column | holds | unit | allowed |",
        "|---|---|---|---|",
        *(
            f"| `{name}` | {row.model_fields[name].description or ''} | {unit_of(row, name)} | {_allowed(row, name)} |"
            for name in columns(row)
        ),
    ]


def _allowed(row: type[Row], column: str) -> str:
    field = row.model_fields[column]
    if "pattern" in str(field):
        return "month such as `2019-05`" + ("" if field.is_required() else ", or blank")
    if column in references(row):
        return (
            "key of "
            + " or ".join(f"`{table}`" for table in references(row)[column])
            + ("" if field.is_required() else ", or blank")
        )
    if "Literal" in str(field.annotation) and get_args(field.annotation):
        return ", ".join(f"`{value}`" for value in get_args(field.annotation))
    parts = [
        f"{sign} {getattr(rule, name)}"
        for rule in field.metadata
        for name, sign in (("gt", ">"), ("ge", "≥"), ("le", "≤"))
        if getattr(rule, name, None) is not None
    ]
    return ", ".join([*parts, *([] if field.is_required() else ["may be blank"])])


def outputs_page() -> str:
    """Every result table with its columns, in Markdown."""
    lines = [OUT]
    for name, described in RESULTS.items():
        lines += [
            "",
            f"## {name}.csv",
            "",
            "| column | holds |",
            "|---|---|",
            *[f"| `{column}` | {meaning} |" for column, meaning in described.items()],
        ]
    return "\n".join(lines) + "\n"


HEAD = """# The data dictionary

*This page is written by `scenarios dictionary`; a test keeps it current.*

One question decides where a row belongs: would it change if we moved to another city? Yes: `inputs/<city>/`. Only if
the literature changed: `models/<model>/`, which is `base` unless `model` in city.yaml names another. Files are CSV in
UTF-8 (with or without BOM) or GB18030, one fact a row, keys first. Every number carries a `source` (a key of
sources.csv or city_sources.csv), a `grade` (reported, derived, assumed) and, where known,
`low` and `high`. A missing row is never zero, and a row that nothing uses is an error. Booleans are `yes` and `no`.

What-ifs are YAML files in `inputs/<city>/scenarios/` (and presets for every city in `models/presets/`): a sentence
saying why in both languages, `extends`, `settings`, and `changes`, each with `table`, `where` (column: value or pattern
with `*`) and one of `column` + `set`, `column` + `scale`, or `remove: true`.
"""

REGIONS = """
# Regions

Cities that share the air are planned together by `scenarios region NAME`: a folder `inputs/<region>/` with a
`region.yaml` and one table, and if need be `city_sources.csv` for sources that no city names.
"""

OUT = """# Results

*This page is written by `scenarios dictionary`; a test keeps it current.*

`outputs/<city>/<scenario>/` is written whole or not at all and never edited. `run.json` holds what made the result
(version, input hash, options, solver, gap, times, largest violation); `report.html` and `report.zh.html` show it,
`summary.md` is their first page as text; the tables are:
"""
