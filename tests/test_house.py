"""The house: who imports what, where files are opened, how large a module is, whether generated pages are current."""

import ast
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

import scenarios as sc
from scenarios.cli import main
from scenarios.reports.dictionary import inputs_page, outputs_page
from scenarios.reports.equations import equations_page
from scenarios.words import LANGUAGES, speaking

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "scenarios"
MODULES = sorted(SOURCE.rglob("*.py"))
LARGEST_MODULE = 300
COMMANDS = ["curves", "drawing", "errors", "explaining", "funding", "inspecting", "localized", "making", "options"]
COMMANDS += ["planning", "reporting", "serving", "shared", "varying", "weighing"]
PAPER = {f"reports/charts/paper/{name}.py" for name in ("places", "sheet", "stacks")}


def name(path):
    return path.relative_to(SOURCE).as_posix()


@cache
def imported(path):
    """The packages a module imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize(
    ("package", "rooms"),
    [
        ("pyomo", {"program/algebra.py"}),
        ("highspy", {"highs.py", "listening.py", "session.py"}),
        ("networkx", {"tasks.py", "schedule.py"}),
        ("jinja2", {"reports/page/render.py", "web/pages.py"}),
        ("uvicorn", {"cli/serving.py"}),
        ("sqlite3", {"web/store.py"}),
        ("click", {f"cli/{name}.py" for name in COMMANDS}),
        ("ruamel", {"files.py"}),
        ("gettext", {"words.py"}),
        ("openpyxl", {"workbook.py"}),
        ("matplotlib", PAPER),
        ("xlsxwriter", {"reports/funding/book.py"}),
        ("joblib", {"studies/sweep.py"}),
        ("dask", {"studies/sweep.py"}),
        ("duckdb", {"storing.py"}),
    ],
)
def test_a_library_lives_in_its_own_room(package, rooms):
    assert {name(path) for path in MODULES if package in imported(path)} == rooms


def test_files_are_opened_at_the_doors_only():
    doors = {"files.py", "writing.py", "storing.py", "newcity.py", "exchange.py"}
    doors |= {"web/drafts.py", "web/visitors.py"}
    verbs = {"open", "read_text", "write_text", "read_bytes", "write_bytes", "read_csv", "to_csv"}
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
        calls = {call.attr for call in called if isinstance(call, ast.Attribute)}
        calls |= {call.id for call in called if isinstance(call, ast.Name)}
        assert name(path) in doors or not calls & verbs, name(path)


def test_no_module_is_larger_than_a_reader_can_hold():
    sizes = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {module: size for module, size in sizes.items() if size > LARGEST_MODULE} == {}


def test_no_member_of_a_set_is_named_in_the_code():
    case = sc.read_case("shijiazhuang", models=ROOT / "models", inputs=ROOT / "inputs")
    members = {case.settings.city}
    for table in ("pollutants", "activities", "technologies", "measures", "areas", "tasks", "targets"):
        members |= set(case[table].iloc[:, 0])
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
        texts = {value for value in constants if isinstance(value, str)}
        assert not texts & members, name(path)


@pytest.mark.parametrize("spoken", LANGUAGES)
@pytest.mark.parametrize(
    ("folder", "made"), [("models", equations_page), ("inputs", inputs_page), ("outputs", outputs_page)]
)
def test_generated_pages_are_current(folder, made, spoken):
    page = ROOT / folder / ("README.md" if spoken == LANGUAGES[0] else f"README.{spoken}.md")
    with speaking(spoken):
        assert page.read_text(encoding="utf-8") == made(), f"run `make pages`: {page} is old"


def test_the_readme_names_every_command_a_planner_needs():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    result = CliRunner().invoke(main, ["--help"])
    commands = [
        "run",
        "explain",
        "compare",
        "report",
        "check",
        "inventory",
        "tasks",
        "clauses",
        "equations",
        "list",
        "doctor",
        "new",
        "import-excel",
    ]
    for command in commands:
        assert command in result.output
        assert f"scenarios {command}" in text
