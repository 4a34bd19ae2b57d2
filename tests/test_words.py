"""Every word of the program is in the Chinese catalogue, with the same places, and the catalogue is compiled."""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from typing import get_args

import click
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from click.testing import CliRunner

import scenarios
from scenarios.case import Settings
from scenarios.checking.text import KINDS
from scenarios.cli import main
from scenarios.cli.localized import VARIABLE, paragraphs
from scenarios.cli.options import Word
from scenarios.plan import RESULTS
from scenarios.program.equations import EQUATIONS, OBJECTIVES, THEMES, VARIABLES
from scenarios.program.register import sentence
from scenarios.regions import RegionSettings
from scenarios.reports import dictionary, equations
from scenarios.reports.format import grid, join_names
from scenarios.studies.axes import COST, KIND_OF, MONEY, WEIGHTED
from scenarios.tables import BY_NAME, REGION_TABLES, TABLES, columns, unit_of
from scenarios.units import MICROGRAM, UNITS
from scenarios.words import language, say, speak, term

SOURCE = Path(scenarios.__file__).parent
CATALOGUE = SOURCE / "locale" / "zh" / "LC_MESSAGES" / "scenarios.po"
OF_CLICK = CATALOGUE.with_name("click.po")  #: what the library of the command line says by itself
#: dicts whose values are said later
DICTS = ("STATUS", "BEST", "HEADS", "READ", "PIVOTS", "HOLDS", "FOUND", "VERDICTS", "DAYS", "_ALLOWED", "HEADINGS")
DICTS += ("STATES", "STEPS", "GROUPS", "CHOICES", "TITLES", "UNREADABLE", "DEBT")
#: the items of money in the results and in the funding
ITEMS = ("investment", "annuity", "task", "running", "fuel", "repayment", "tax", "given", "received", "paid out")
SAID_OF_DATA = {"cost", "whole city", "tasks", *ITEMS, *KINDS}
ROOT = Path(__file__).parents[1]
#: units written alike in every language
SYMBOLS = {*UNITS, "kW", "kV", "gce/kWh", "kPa", "1/t", "kg/kg", "mg/m3", MICROGRAM}
#: tables whose notes budget offices read in Chinese; those of costs.csv are for engineers, and stay in English
NOTED = ("prices", "payers", "subsidies", "budgets", "awards", "taxes", "incomes", "deflators")
#: kind of term -> the columns of tables that hold it
TERMS = {
    "unit": (("activities", "unit"), ("fuels", "unit"), ("targets", "unit"), ("clauses", "unit")),
    "sector": (("sectors", "sector"), ("clauses", "sector")),
    "kind": (("clauses", "kind"),),
    "region": (("comparables", "region"),),
    "assumption": (("background", "assumption"),),
    "note": tuple((table, "note") for table in ("targets", *NOTED)),
    "tariff": (("prices", "tariff"),),
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@cache
def _trees() -> tuple[ast.Module, ...]:
    return tuple(ast.parse(path.read_text(encoding="utf-8")) for path in sorted(SOURCE.rglob("*.py")))


@cache
def _nodes() -> tuple[ast.AST, ...]:
    return tuple(node for tree in _trees() for node in ast.walk(tree))


@cache
def _calls(*names: str) -> tuple[ast.Call, ...]:
    return tuple(
        node
        for node in _nodes()
        if isinstance(node, ast.Call)
        and (node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")) in names
    )


def _texts(node: ast.AST) -> set[str]:
    return {part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def said_in_python() -> set[str]:
    """The first argument of every say and phrase that is written out, both branches of a choice included."""
    found: set[str] = set()
    for call in _calls("say", "phrase"):
        options = [call.args[0].body, call.args[0].orelse] if isinstance(call.args[0], ast.IfExp) else [call.args[0]]
        found |= {option.value for option in options if isinstance(option, ast.Constant)}
    return found


def said_on_pages() -> set[str]:
    """Every say of the page templates."""
    pattern = re.compile(r"""\bsay\(\s*(?:"([^"]*)"|'([^']*)')""")
    texts = [path.read_text(encoding="utf-8") for path in sorted(SOURCE.rglob("*.j2"))]
    return {double or single for text in texts for double, single in pattern.findall(text)}


def headings() -> set[str]:
    """Columns of the tables on the screen; what is already said inside a heading is no heading."""
    heads: list[ast.AST] = [call.args[0] for call in _calls("grid") if isinstance(call.func, ast.Name)]
    assert all(isinstance(head, ast.List) or ast.unparse(head) == "head" for head in heads)
    heads += [
        node.value
        for node in _nodes()
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.List) and ast.unparse(node.targets[0]) == "head"
    ]
    return {text for head in heads for text in _cells(head)} - {"", MICROGRAM}


def _cells(node: ast.AST) -> Iterator[str]:
    """The words written out in a list, also where they stand in it only under a condition."""
    if isinstance(node, ast.List):
        for cell in node.elts:
            yield from _cells(cell)
    elif isinstance(node, ast.Starred):
        yield from _cells(node.value)
    elif isinstance(node, ast.IfExp):
        yield from [*_cells(node.body), *_cells(node.orelse)]
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def constants() -> set[str]:
    """What is said of a constant with a name."""
    named = {call.args[0].id for call in _calls("say", "phrase") if isinstance(call.args[0], ast.Name)}
    return {
        node.value.value
        for tree in _trees()
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and ast.unparse(node.targets[0]) in named
    }


@cache
def terms(kind: str) -> set[str]:
    """The terms of a kind in all tables of the repository."""
    found: set[str] = set()
    for table, column in TERMS[kind]:
        for path in [*ROOT.glob(f"models/*/{table}.csv"), *ROOT.glob(f"inputs/*/{table}.csv")]:
            with path.open(encoding="utf-8-sig", newline="") as file:
                found |= {(row.get(column) or "").lstrip("%").lstrip(" _") for row in csv.DictReader(file)}
    return (found | declared_units() if kind == "unit" else found) - {""}


def reasons() -> set[str]:
    """Why a row may not be absent."""
    return {call.args[-1].value for call in _calls("absent", "_absent") if isinstance(call.args[-1], ast.Constant)}


@cache
def _dicts() -> dict[str, set[str]]:
    """Name of a dict that is written out -> its values, of every dict of that name."""
    found: dict[str, set[str]] = {}
    for node in _nodes():
        if not isinstance(node, ast.Assign | ast.AnnAssign) or not isinstance(node.value, ast.Dict):
            continue
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(target, ast.Name):
                found.setdefault(target.id, set()).update(text for part in node.value.values for text in _texts(part))
    return found


def kept_in(name: str) -> set[str]:
    """The values of every dict of that name."""
    return _dicts().get(name, set())


def literals(table: str, column: str) -> set[str]:
    """The words a column of a table can hold."""
    return set(get_args(BY_NAME[table].model_fields[column].annotation))


def payers() -> set[str]:
    """Those who pay, as pages call them, in every model."""
    found: set[str] = set()
    for path in ROOT.glob("models/*/funders.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            found |= {row["payer"] for row in csv.DictReader(file)}
    return found


def grades() -> set[str]:
    return literals("payers", "grade")


def mathematics() -> set[str]:
    """What the report says of every equation, variable and theme."""
    rules = [*OBJECTIVES.values(), *(one.rule for one in EQUATIONS.values())]
    texts = {text for one in VARIABLES.values() for text in (one.meaning, one.domain)}
    return {*map(sentence, rules), *texts, *THEMES}


def tables() -> set[str]:
    """What every table holds, in its declaration."""
    return {" ".join((row.__doc__ or "").split()) for row in (*TABLES, *REGION_TABLES)}


def described() -> set[str]:
    """What every column, every setting and every column of a result holds, in its declaration."""
    kinds = (*TABLES, *REGION_TABLES, Settings, RegionSettings)
    found = {field.description or "" for kind in kinds for field in kind.model_fields.values()}
    return found.union(*(columns.values() for columns in RESULTS.values())) - {""}


def declared_units() -> set[str]:
    """The units of all columns, as the tables declare them."""
    return {unit_of(row, name) for row in (*TABLES, *REGION_TABLES) for name in columns(row)} - {""}


def pages() -> set[str]:
    """The running text of the pages that are written from the code."""
    heads = [call.args for call in _calls("_head")]
    words = {part.value for args in heads for part in args if isinstance(part, ast.Constant)}
    texts = (dictionary.HEAD, dictionary.MAGNITUDES, dictionary.REGIONS, dictionary.OUT)
    return {*words, *texts, equations.INTRODUCTION, equations.DECIDED, equations.SYMBOLS}


def helps() -> set[str]:
    """The help of every command and option."""
    commands = [main, *main.commands.values()]
    shown = {param.help for one in commands for param in one.params if isinstance(param, click.Option) and param.help}
    own = {param.help for param in (main.params[0], main.get_help_option(click.Context(main))) if param}
    return {paragraphs(one.help) for one in commands} | shown - own


@cache
def said_by_click() -> set[str]:
    """What click says through gettext."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in Path(click.__file__).parent.glob("*.py")]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in ("_", "ngettext")]
    return {text for call in named for text in _texts(call)}


def everything() -> set[str]:
    said = (
        said_in_python() | said_on_pages() | headings() | reasons() | constants() | payers() | grades() | SAID_OF_DATA
    )
    declared = mathematics() | tables() | described() | pages() | helps()
    return said.union(declared, *(kept_in(name) for name in DICTS))


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh")


@pytest.fixture
def chinese() -> Iterator[None]:
    before = language()
    speak("zh")
    yield
    speak(before)


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def without_places(text: str) -> str:
    return "".join(text for text, *_ in Formatter().parse(text))


def untranslated(words: set[str], catalogue: Catalog) -> list[str]:
    """Words that are absent, fuzzy, blank, left in English, or whose places differ."""
    wrong = []
    for word in sorted(words):
        message = catalogue.get(word)
        if message is None or message.fuzzy or not message.string:
            wrong.append(f"not translated: {word}")
        elif places(word) != places(message.string):
            wrong.append(f"other places: {word} / {message.string}")
        elif re.search("[A-Za-z]", without_places(message.string)) and not CHINESE.search(message.string):
            wrong.append(f"still English: {word}")
    return wrong


def test_what_is_said_is_translated(catalogue: Catalog) -> None:
    words = said_in_python() | said_on_pages()
    assert len(said_in_python()) > 100
    assert len(said_on_pages()) > 30
    assert not untranslated(words, catalogue)


@pytest.mark.parametrize("name", DICTS)
def test_what_is_kept_in_a_dict_is_translated(name: str, catalogue: Catalog) -> None:
    assert kept_in(name), f"no dict {name} in src"
    assert not untranslated(kept_in(name), catalogue)


@pytest.mark.parametrize(
    "words", [headings, reasons, constants, payers, grades, mathematics, tables, described, pages, helps]
)
def test_what_is_said_indirectly_is_translated(words, catalogue: Catalog) -> None:
    assert len(words()) >= 2
    assert not untranslated(words(), catalogue)


def test_items_and_cost_are_translated(catalogue: Catalog) -> None:
    assert not untranslated(SAID_OF_DATA, catalogue)


@pytest.mark.parametrize("kind", ["unit", "sector", "kind", "region", "assumption", "tariff"])
def test_terms_of_the_tables_are_translated(kind: str, catalogue: Catalog) -> None:
    assert len(terms(kind)) >= 3
    assert [word for word in sorted(terms(kind) - SYMBOLS) if catalogue.get(word, kind) is None] == []


def test_the_catalogue_holds_nothing_that_is_never_said(catalogue: Catalog) -> None:
    said = {(None, text) for text in everything()} | {(kind, text) for kind in TERMS for text in terms(kind)}
    said |= {("axis", word) for word in (COST, MONEY, WEIGHTED, *KIND_OF)}
    said |= {
        ("choice", word)
        for command in main.commands.values()
        for option in command.params
        if isinstance(option.type, Word)
        for word in option.type.choices
    }
    assert {(message.context, str(message.id)) for message in catalogue if message.id} - said == set()


def _context(read: str | bytes | None) -> str | None:
    """The context of a compiled message, which babel leaves in bytes."""
    return read.decode() if isinstance(read, bytes) else read


def _texts_of(said: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """One text, or those for one and for many."""
    return (said,) if isinstance(said, str) else tuple(said)


@pytest.mark.parametrize("path", [CATALOGUE, OF_CLICK])
def test_a_catalogue_is_compiled(path: Path) -> None:
    with path.open("rb") as file:
        catalogue = read_po(file, locale="zh")
    with path.with_suffix(".mo").open("rb") as file:
        compiled = read_mo(file)
    kept = {(_context(message.context), _texts_of(message.id)): _texts_of(message.string) for message in compiled}
    written = {(message.context, _texts_of(message.id)): _texts_of(message.string) for message in catalogue}
    head = (None, ("",))
    assert {key: text for key, text in kept.items() if key != head} == {
        key: text for key, text in written.items() if key != head
    }


def test_what_click_says_is_translated_with_the_same_places() -> None:
    with OF_CLICK.open("rb") as file:
        catalogue = read_po(file, locale="zh")
    for message in catalogue:
        if message.id:
            texts, chinese = _texts_of(message.id), _texts_of(message.string)[0]
            assert set(texts) <= said_by_click() | {"required"}
            assert places(chinese) <= places(texts[-1]) | places(texts[0]), chinese
            assert CHINESE.search(chinese)


@pytest.mark.parametrize("words", [("--lang", "zh", "shares", "--help"), ("shares", "--help", "--lang=zh")])
def test_help_is_shown_in_the_language_asked_for_wherever_it_is_asked(words: tuple[str, ...]) -> None:
    assert "Show this message and exit." in CliRunner().invoke(main, ["shares", "--help"]).output
    text = CliRunner().invoke(main, words).output
    for chinese in ("用法：", "选项", "各项相加等于总量", "规划年；默认为末年。", "显示本说明并退出。"):
        assert chinese in text
    for english in ("Usage", "Options", "default:", "Folder", "Show"):
        assert english not in text


def test_what_click_alone_describes_is_shown_in_chinese_too() -> None:
    text = CliRunner().invoke(main, ["--lang", "zh", "--help"]).output
    assert "显示版本并退出。" in text
    assert "显示本说明并退出。" in text
    assert "exit" not in text


def test_a_wrong_command_line_is_refused_in_the_language_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "zh")
    assert "错误：没有选项 '--nix'。" in CliRunner().invoke(main, ["run", "--nix"]).output
    assert "No such option" in CliRunner().invoke(main, ["run", "--nix", "--lang", "en"]).output


def test_the_language_of_the_group_is_that_of_its_commands() -> None:
    assert "下一步" in CliRunner().invoke(main, ["--lang", "zh", "list"]).output
    assert "Next" in CliRunner().invoke(main, ["list"]).output


def test_a_payer_and_a_unit_of_one_name_are_distinguished(chinese: None) -> None:
    assert (say("household"), term("unit", "household")) == ("居民", "户")
    assert term("unit", "MW") == "兆瓦"
    assert term("unit", "") == ""


def test_places_are_filled_in_chinese(chinese: None) -> None:
    assert say("{price} per {unit}", price=3, unit="t") == "每t 3"
    assert say("Targets") == "目标"


def test_an_empty_heading_stays_empty(chinese: None) -> None:
    """Gettext answers "" with the header of the catalogue."""
    assert say("") == ""
    assert grid(["target", ""], [["a", "b"]]) == "  目标\n  a     b"


def test_names_that_hold_commas_are_kept_apart_by_semicolons() -> None:
    assert join_names(["Gas", "Coal"]) == "Gas, Coal"
    assert join_names(["Gas, hill villages", "Coal"]) == "Gas, hill villages; Coal"
    assert join_names([]) == ""


def test_names_are_listed_in_chinese(chinese: None) -> None:
    assert join_names(["天然气", "煤"]) == "天然气、煤"
