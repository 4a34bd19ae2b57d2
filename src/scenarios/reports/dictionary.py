"""inputs/README.md and outputs/README.md: the data dictionaries in every language, from the declarations themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

from pydantic import BaseModel

from scenarios.case import Settings
from scenarios.plan import RESULTS
from scenarios.regions import FILE, RegionSettings
from scenarios.reports.format import join_names
from scenarios.tables import REGION_TABLES, TABLES, Alike, Row, about, columns, meaning, references, unit_of
from scenarios.words import LANGUAGES, say, speaking, term


def inputs_page() -> str:
    """Every table of models/ and inputs/ with its columns, in Markdown, in the language in use."""
    lines = [say(HEAD), say(MAGNITUDES), *_settings("city.yaml", Settings)]
    for row in TABLES:
        lines += _table(row, say("models/<model>") if row.folder == "models" else say("inputs/<city>"))
    lines += [say(REGIONS), *_settings(FILE, RegionSettings)]
    for row in REGION_TABLES:
        lines += _table(row, say("inputs/<region>"))
    return "\n".join(lines) + "\n"


def _head(*names: str) -> list[str]:
    """The head of a table of Markdown."""
    return [f"| {' | '.join(map(say, names))} |", "|" + "---|" * len(names)]


def _settings(file: str, kind: type[BaseModel]) -> list[str]:
    rows = [f"| `{name}` | {meaning(kind, name)} |" for name in kind.model_fields]
    return [f"## {file}", "", *_head("key", "meaning"), *rows]


def _table(row: type[Row], folder: str) -> list[str]:
    absent = say(" The file may be absent.") if row.may_be_absent else ""
    cells = [
        (f"`{name}`", meaning(row, name), term("unit", unit_of(row, name)), _allowed(row, name))
        for name in columns(row)
    ]
    return [
        "",
        f"## {row.table}.csv",
        "",
        say("`{file}`: {about}", file=f"{folder}/{row.table}.csv", about=about(row)) + absent,
        "",
        say("Key: {columns}.", columns=join_names(f"`{name}`" for name in row.key)),
        "",
        *_held(row),
        *_head("column", "holds", "unit", "allowed"),
        *(f"| {' | '.join(line)} |" for line in cells),
    ]


def _held(row: type[Row]) -> list[str]:
    """What the magnitude of each number is held against, near kin before far."""
    lines = []
    for column in dict.fromkeys(kin.column for kin in row.alike):
        kin = [one for one in row.alike if one.column == column]
        kinds = say("; where there is none, ").join(map(_kind, kin))
        lines.append(
            say(
                "- `{column}`: odd beyond {times} times {kinds}.",
                column=column,
                times=f"{kin[0].beyond:g}",
                kinds=kinds,
            )
        )
    return [say("Magnitude, held against others by `scenarios check`:"), "", *lines, ""] if lines else []


def _kind(kin: Alike) -> str:
    """What numbers are of one kind."""
    if not kin.same:
        return say("any other row")
    same = join_names(f"`{path}`" for path in kin.same)
    if kin.elsewhere:
        return say("what any other city has for a resident with the same {columns}", columns=same)
    return say("any other row with the same {columns}", columns=same)


def _allowed(row: type[Row], column: str) -> str:
    """What a column may hold."""
    field = row.model_fields[column]
    blank = [] if field.is_required() else [say("may be blank")]
    if "pattern" in str(field):
        return say(", ").join([say("month such as `2019-05`"), *blank])
    if column in references(row):
        tables = say(" or ").join(f"`{table}`" for table in references(row)[column])
        return say(", ").join([say("key of {tables}", tables=tables), *blank])
    if "Literal" in str(field.annotation) and get_args(field.annotation):
        return join_names(f"`{value}`" for value in get_args(field.annotation))
    parts = [
        f"{sign} {getattr(rule, name)}"
        for rule in field.metadata
        for name, sign in (("gt", ">"), ("ge", "≥"), ("le", "≤"))
        if getattr(rule, name, None) is not None
    ]
    return say(", ").join([*parts, *blank])


def outputs_page() -> str:
    """Every result table with its columns, in Markdown, in the language in use."""
    lines = [say(OUT)]
    for name, described in RESULTS.items():
        rows = [f"| `{column}` | {say(text)} |" for column, text in described.items()]
        lines += ["", f"## {name}.csv", "", *_head("column", "holds"), *rows]
    return "\n".join(lines) + "\n"


def readmes(page: Callable[[], str]) -> dict[str, str]:
    """A page in every language, by the name of its file: README.md in English, README.zh.md in Chinese."""
    pages = {}
    for asked in LANGUAGES:
        with speaking(asked):
            pages["README.md" if asked == LANGUAGES[0] else f"README.{asked}.md"] = page()
    return pages


HEAD = """# The data dictionary

*This page is written by `scenarios dictionary`; a test keeps it current.*

One question decides where a row belongs: would it change if we moved to another city? Yes: `inputs/<city>/`. Only if
the literature changed: `models/<model>/`, which is `base` unless `model` in city.yaml names another. Files are CSV in
UTF-8 (with or without BOM) or GB18030, one fact a row, keys first. Every number carries a `source` (a key of
sources.csv or city_sources.csv), a `grade` (reported, derived, assumed) and, where known,
`low` and `high`. A missing row is never zero, and a row that nothing uses is an error. Booleans are `yes` and `no`.
Names stand in both languages; `note`, titles of sources and words quoted from a plan are in the language of the source.

What-ifs are YAML files in `inputs/<city>/scenarios/` (and presets for every city in `models/presets/`): a sentence
saying why and, if wanted, a name (`name_zh`, `name_en`) in both languages, `extends`, `settings`, and `changes`, each
with `table`, `where` (column: value or pattern with `*`) and one of `column` + `set`, `column` + `scale`, or
`remove: true`.
"""

MAGNITUDES = """
Numbers far beyond all others of their kind, such as kilograms written for tonnes, are no error, but `scenarios check`
lists them. Each number is held against the first of the kinds named below in which there is another row; zeros are not
counted. Where it is meant, `magnitude checked` in the note of the row, with the reason, says so; the row is then held
against nothing, and nothing against it.
"""

REGIONS = """
# Regions

Cities that share the air are planned together by `scenarios region NAME`: a folder `inputs/<region>/` with a
`region.yaml` and one table, and if need be `city_sources.csv` for sources that no city names.
"""

OUT = """# Results

*This page is written by `scenarios dictionary`; a test keeps it current.*

`outputs/<city>/<scenario>/` is written whole or not at all and never edited; of two runs into one folder at the same
time the last to end stands, never a mixture. `run.json` holds what made the result (version, input hash, options,
solver, gap, times, largest violation); `report.html` and `report.zh.html` show it, `summary.md` is their first page as
text. Tables are CSV in UTF-8 with a byte order mark, which spreadsheets need to show Chinese:
"""
