"""A new city from one that exists, and its workbook: copied, edited in rows only, planned, turned back into tables."""

from __future__ import annotations

import codecs
import contextlib
import csv
import hashlib
import os
import re
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from conftest import TOY, Toy
from scenarios import exchange, newcity
from scenarios.cli import main
from scenarios.files import read_sheet, read_yaml
from scenarios.plan import Plan
from scenarios.reading import read_case
from scenarios.solving import solve
from scenarios.tables import BY_NAME, TABLES, columns

CITY_TABLES = [row.table for row in TABLES if row.folder == "inputs"]
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def call(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def contents(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def table(folder: Path, name: str) -> list[dict[str, Any]]:
    """The rows of a table as read, rows counted from 0."""
    sheet = read_sheet(folder / f"{name}.csv", BY_NAME[name])
    assert sheet.problems == ()
    return [{key: value for key, value in row.items() if value == value} for row in sheet.frame.to_dict("records")]


def renamed(rows: list[dict[str, Any]], name: str, old: str, new: str) -> list[dict[str, Any]]:
    """Rows with the city's name replaced where a column may hold the city."""
    extras = {key: BY_NAME[name].model_fields[key].json_schema_extra for key in columns(BY_NAME[name])}
    places = {key for key, extra in extras.items() if isinstance(extra, dict) and "city" in extra.get("references", [])}
    return [{k: new if k in places and v == old else v for k, v in row.items()} for row in rows]


class City(Toy):
    """The third city, read and planned beside the toy."""

    @property
    def home(self) -> Path:
        return self.inputs / "third"

    @property
    def book(self) -> Path:
        return self.home / "third.xlsx"

    def path(self, table: str) -> Path:
        return self.home / f"{table}.csv" if BY_NAME[table].folder == "inputs" else self.models / "toy" / f"{table}.csv"

    def plan(self) -> Plan:
        return solve(read_case("third", models=self.models, inputs=self.inputs), gap=1e-9)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """The toy and a third city made from it; nobody may change them."""
    folder = tmp_path_factory.mktemp("third")
    for part in ("models/toy", "models/presets", "inputs/toy"):
        shutil.copytree(TOY / part, folder / part)
    (folder / "inputs" / "toy" / "scenarios").mkdir(exist_ok=True)
    (folder / "inputs" / "toy" / "scenarios" / "trial.yaml").write_text(
        "description_zh: 试\ndescription_en: a trial\n", encoding="utf-8"
    )
    return folder, call("new", "third", "--models", folder / "models", "--inputs", folder / "inputs")


def spoilt(written: tuple[Path, Result], folder: Path) -> City:
    """A copy of both cities, to spoil."""
    shutil.copytree(written[0], folder / "home")
    return City(folder / "home")


@pytest.fixture
def third(written: tuple[Path, Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    """A copy of both cities, to spoil; the working directory is their folder."""
    copy = spoilt(written, tmp_path)
    monkeypatch.chdir(copy.folder)
    return copy


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test writes into the project."""
    monkeypatch.chdir(tmp_path)


# ---------------------------------------------------------------- new


def test_a_new_city_says_what_was_written_and_what_comes_next(written: tuple[Path, Result]) -> None:
    assert written[1].exit_code == 0
    for part in ("third.xlsx", "scenarios check third", "scenarios run third"):
        assert part in written[1].output


def test_a_new_city_has_every_table_its_settings_scenarios_and_workbook(written: tuple[Path, Result]) -> None:
    names = {
        str(path.relative_to(written[0] / "inputs" / "third")) for path in (written[0] / "inputs/third").rglob("*")
    }
    assert names == {
        *(f"{name}.csv" for name in CITY_TABLES),
        "city.yaml",
        "scenarios",
        "scenarios/trial.yaml",
        "third.xlsx",
    }


def test_a_new_city_leaves_nothing_beside_its_folder(written: tuple[Path, Result]) -> None:
    assert sorted(path.name for path in (written[0] / "inputs").iterdir()) == ["third", "toy"]


@pytest.mark.parametrize("name", CITY_TABLES)
def test_a_table_of_a_new_city_reads_back_as_the_old_but_for_the_name(written: tuple[Path, Result], name: str) -> None:
    old, new = (table(written[0] / "inputs" / city, name) for city in ("toy", "third"))
    assert new == renamed(of_others(old, name), name, "toy", "third")


OF_TOTALS = ("ammonia_per_rural_head", "ceads_cities", "shijiazhuang_bulletin_2019_copy", "yang_2018_downscaled")
OF_TOTALS += ("zheng_2019_downscaled",)


def of_others(rows: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """Rows without the totals published of the city itself, and without the sources of these alone."""
    kept = [row for row in rows if name != "comparables" or row.get("population")]
    return [row for row in kept if name != "city_sources" or row["source"] not in OF_TOTALS]


def test_a_new_city_leaves_out_what_was_published_of_the_old_and_says_so(written: tuple[Path, Result]) -> None:
    assert [row["region"] for row in table(written[0] / "inputs/third", "comparables")] == ["province"]
    assert "Left out: published totals of toy (1); put the city's own into comparables.csv." in written[1].output


def test_a_table_of_a_new_city_says_what_each_column_holds(written: tuple[Path, Result]) -> None:
    lines = (written[0] / "inputs/third/potentials.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(":")[0] for line in lines[1:-5]] == [f"# {name}" for name in columns(BY_NAME["potentials"])]
    assert lines[-5] == ",".join(columns(BY_NAME["potentials"]))


def test_the_settings_of_a_new_city_are_the_old_but_for_the_name(written: tuple[Path, Result]) -> None:
    old, new = (read_yaml(written[0] / "inputs" / city / "city.yaml")[0] for city in ("toy", "third"))
    assert new == {**old, "city": "third", "name_zh": "third", "name_en": "third"}


def test_a_new_city_plans_as_the_old(third: City) -> None:
    result = call("run", "third")
    assert result.exit_code == 0
    assert "0.608 million CNY above doing nothing" in result.output
    assert (third.folder / "outputs/third/least-cost/report.html").is_file()


def test_a_new_city_is_listed(third: City) -> None:
    lines = [line for line in call("list").output.splitlines() if not line.startswith(" ")]
    assert lines[:2] == ["third  third", "toy  Toy"]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A city made from Shijiazhuang; nobody may change it."""
    home = tmp_path_factory.mktemp("large")
    with contextlib.chdir(home):
        assert call("new", "xingtai", "--from", "shijiazhuang").exit_code == 0
    return home / "inputs" / "xingtai"


def of_shijiazhuang(name: str) -> list[dict[str, Any]]:
    """A table of Shijiazhuang as it would stand in the city made from it."""
    folder = TOY / "inputs" / "shijiazhuang"
    rows = table(folder, name) if (folder / f"{name}.csv").is_file() else []
    return renamed(of_others(rows, name), name, "shijiazhuang", "xingtai")


def test_a_new_city_from_a_large_one_has_the_same_tables(large: Path) -> None:
    assert [name for name in CITY_TABLES if table(large, name) != of_shijiazhuang(name)] == []
    scenarios = TOY / "inputs" / "shijiazhuang" / "scenarios"
    assert {path.name for path in (large / "scenarios").iterdir()} == {path.name for path in scenarios.iterdir()}


def test_scenarios_that_name_the_city_name_the_new_one(third: City) -> None:
    third.scenario("named", "changes:", "  - {table: potentials, where: {area: toy}, column: share, scale: 0.5}")
    assert call("new", "fourth").exit_code == 0
    assert read_case("fourth", "named").scenario == "named"


@pytest.mark.parametrize("name", ["Third", "3rd", "new city", "", "../third", "third/x", "-third", "第三", "a.b"])
def test_a_name_that_is_no_identifier_is_refused(third: City, name: str) -> None:
    before = contents(third.folder)
    result = call("new", "--", name)
    assert result.exit_code == 2
    assert "a name of small letters, digits, - and _, beginning with a letter" in result.stderr
    assert contents(third.folder) == before


@pytest.mark.parametrize("name", ["a", "xing_tai-2"])
def test_small_letters_digits_and_dashes_are_a_name(third: City, name: str) -> None:
    assert call("new", name).exit_code == 0
    assert (third.inputs / name / f"{name}.xlsx").is_file()


def test_a_folder_that_exists_is_refused_and_untouched(third: City) -> None:
    before = contents(third.folder)
    result = call("new", "third")
    assert result.exit_code == 2
    assert "inputs/third: found a folder with other files. Allowed: a new folder. Choose another name." in result.stderr
    assert contents(third.folder) == before


def test_an_unknown_source_is_refused_with_the_nearest(third: City) -> None:
    result = call("new", "fourth", "--from", "tooy")
    assert result.exit_code == 2
    assert "Did you mean “toy”?" in result.stderr
    assert not (third.inputs / "fourth").exists()


def test_a_source_with_a_wrong_cell_is_refused_and_nothing_is_written(third: City) -> None:
    shutil.copy(third.inputs / "toy" / "activity.csv", third.inputs / "toy" / "copy.csv")
    text = (third.inputs / "toy" / "activity.csv").read_text(encoding="utf-8").replace("0.4", "many", 1)
    (third.inputs / "toy" / "activity.csv").write_text(text, encoding="utf-8")
    before = contents(third.folder)
    assert call("new", "fourth").exit_code == 2
    assert contents(third.folder) == before


def test_in_a_folder_without_anything_a_city_is_made_from_the_library_and_plans(tmp_path: Path) -> None:
    assert call("new", "third").exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["inputs"]
    assert call("run", "third").exit_code == 0
    assert (tmp_path / "outputs/third/least-cost/run.json").is_file()


def test_a_second_city_in_that_folder_may_come_from_the_library_or_the_first(tmp_path: Path) -> None:
    for words in (("third",), ("fourth",), ("fifth", "--from", "third")):
        result = call("new", *words)
        assert result.exit_code == 0, result.stderr
    assert table(tmp_path / "inputs/fifth", "mix")[0]["area"] == "fifth"


def test_a_model_of_ones_own_extends_a_bundled_one_that_is_not_beside_it(tmp_path: Path) -> None:
    assert call("new", "third").exit_code == 0
    (tmp_path / "models/mine").mkdir(parents=True)
    (tmp_path / "models/mine/model.yaml").write_text("extends: toy\n", encoding="utf-8")
    settings = tmp_path / "inputs/third/city.yaml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("model: toy", "model: mine"), encoding="utf-8")
    result = call("check", "third")
    assert result.exit_code == 0, result.stderr
    assert f"Model toy: not in {tmp_path / 'models'}, so the bundled one is read." in result.output
    assert read_case("third", "as-written").settings.model == "mine"


def test_an_example_that_a_folder_of_ones_own_hides_is_reported_with_its_place(tmp_path: Path) -> None:
    assert call("new", "third").exit_code == 0
    result = call("run", "shijiazhuang")
    assert result.exit_code == 2
    assert f"{tmp_path / 'inputs'}: found “shijiazhuang”." in result.stderr
    assert f"This folder is read now; for the examples, say --inputs {TOY / 'inputs'}." in result.stderr


def test_a_new_city_says_which_settings_are_not_its_own_yet(written: tuple[Path, Result]) -> None:
    assert "First put the city's own values into city.yaml: name_zh, name_en, population." in written[1].output


def test_a_new_city_takes_the_names_and_residents_given(third: City) -> None:
    result = call("new", "fourth", "--name-zh", "第四市", "--name-en", 'Fourth: "IV" \\1')
    assert result.exit_code == 0
    assert "into city.yaml: population." in result.output
    given = read_yaml(third.inputs / "fourth" / "city.yaml")[0]
    assert (given["name_zh"], given["name_en"], given["population"]) == ("第四市", 'Fourth: "IV" \\1', 10_000)
    named = ["--name-zh", "五", "--name-en", "Fifth", "--population", 20_000]
    assert "city.yaml:" not in call("new", "fifth", *named).output
    assert read_yaml(third.inputs / "fifth" / "city.yaml")[0]["population"] == 20_000
    assert read_case("fifth").settings.name_zh == "五"


def test_an_interrupted_new_city_leaves_nothing(third: City, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("the disk is full")

    before = contents(third.folder)
    monkeypatch.setattr(newcity, "write_workbook", fail)
    call("new", "fourth")
    assert contents(third.folder) == before
    assert sorted(path.name for path in third.inputs.iterdir()) == ["third", "toy"]


# ---------------------------------------------------------------- the third city, edited by adding rows


def row_of(third: City, name: str, **cells: object) -> None:
    """Add a row to a table, cell by name, below what stands there."""
    lines = [line for line in third.path(name).read_text(encoding="utf-8-sig").splitlines() if not line.startswith("#")]
    header = next(csv.reader(lines[:1]))
    assert set(cells) <= set(header)
    with third.path(name).open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerow([cells.get(column, "") for column in header])


SEEN = {"source": "toy", "grade": "assumed"}


def test_a_new_citys_tables_begin_with_the_mark_that_excel_needs_for_chinese(third: City) -> None:
    assert all(path.read_bytes().startswith(codecs.BOM_UTF8) for path in third.path("areas").parent.glob("*.csv"))


def test_a_county_added_shares_the_citys_stoves(third: City) -> None:
    # households 3 : 1 : 4, so half of the 4,000 stoves stand in the north; the whole stays as it was
    row_of(third, "areas", area="north", name_zh="北县", name_en="North", code=3, kind="county")
    row_of(third, "proxies", proxy="households", area="north", weight=4, **SEEN)
    plan = third.plan()
    start = plan.activity.query("period == 'start' and technology == 'stove'").set_index("area")["quantity"]
    assert start.to_dict() == pytest.approx({"east": 1_500, "north": 2_000, "west": 500})
    assert plan.objective == pytest.approx(607_875)
    briquettes = plan.conversions.query("measure == 'briquettes'").groupby("area")["quantity"].sum()
    assert briquettes.to_dict() == pytest.approx({"east": 750, "north": 1_000, "west": 250})


def test_a_target_added_binds(third: City) -> None:
    # 15 t instead of 14: 250 more gas boilers in the 4th quarter, 46,875 CNY
    row_of(
        third,
        "targets",
        target="T9",
        name_zh="49吨",
        name_en="SO2 at most 49 t",
        clause="1.9",
        indicator="emission",
        subject="SO2",
        area="third",
        year=2018,
        operator="<=",
        value=49,
        basis="absolute",
        enforced="yes",
    )
    plan = third.plan()
    assert plan.objective == pytest.approx(654_750)
    reached = plan.targets.set_index("target").loc["T9"]
    assert (reached["achieved"], bool(reached["met"])) == (pytest.approx(49), True)
    assert reached["shadow_price"] >= 46_875 - 1e-3


def test_a_measure_added_is_chosen_when_it_pays(third: City) -> None:
    # 400 stoves given up in the 1st quarter save 3/4 of 1,000 CNY of coal and 12 kg each, and cost 100 x 7/8 CNY;
    # 14 - 4.8 t are left: 8 by briquettes, 1.2 by 300 gas boilers: 325,000 + 56,250 + 1,250 + 375 - 265,000
    row_of(
        third,
        "measures",
        measure="given_up",
        name_zh="弃用",
        name_en="given up",
        from_technology="stove",
        to_technology="",
        lifetime=10,
    )
    row_of(third, "costs", subject="given_up", item="capital", value=1000, **SEEN)
    row_of(third, "potentials", area="third", measure="given_up", share=0.1, **SEEN)
    row_of(third, "pace", area="third", measure="given_up", year=2018, share=1, quarter_share=1, **SEEN)
    plan = third.plan()
    done = plan.conversions.groupby(["measure", "period"])["quantity"].sum()
    assert done["given_up", "2018Q1"] == pytest.approx(400)
    assert done.groupby("measure").sum()["gas"] == pytest.approx(300)
    assert plan.objective == pytest.approx(117_875)
    effects = plan["effects"].query("pollutant == 'SO2'").set_index("measure")["reduction"]
    assert effects["given_up"] == pytest.approx(4.8)


def test_a_task_added_is_waited_for_and_paid(third: City) -> None:
    # a permit of 6 months before the pipe: done by June at the earliest, the pipe in the 3rd quarter or later
    row_of(
        third,
        "tasks",
        task="permit",
        name_zh="许可",
        name_en="permit",
        number=3,
        lead="住建局",
        earliest="2018-01",
        duration=6,
        deadline="2018-12",
        required="no",
        cost=20_000,
        **SEEN,
    )
    row_of(
        third,
        "order",
        order="O3",
        before="permit",
        after="pipe",
        relation="finish_to_start",
        lag=0,
        clause="1",
        stated="no",
        reason_en="a permit first",
    )
    row_of(third, "payers", subject="permit", item="task", payer="city", share=1, **SEEN)
    plan = third.plan()
    assert plan.objective == pytest.approx(627_875)
    finish = plan.schedule.set_index("task")["finish"]
    assert "2018Q2" <= finish["permit"] < finish["pipe"] <= "2018Q4"


def test_a_pollutant_added_is_counted(third: City) -> None:
    # 50 kg a stove: 200 t, less 2,000 stoves for half of the heat and 1,500 for a quarter: 68.75 t
    row_of(third, "pollutants", pollutant="CO", name_zh="一氧化碳", name_en="carbon monoxide")
    row_of(third, "emission_factors", technology="stove", pollutant="CO", factor=50, unit="kg", **SEEN)
    row_of(third, "emission_factors", technology="briquette_stove", pollutant="CO", factor=0, unit="kg", **SEEN)
    plan = third.plan()
    emitted = plan.emissions.groupby("pollutant")["emission"].sum()
    assert emitted["CO"] == pytest.approx(131.25)
    taken = plan["effects"].query("pollutant == 'CO'").set_index("measure")["reduction"]
    assert taken.to_dict() == pytest.approx({"briquettes": 50, "gas": 18.75})


# ---------------------------------------------------------------- the workbook


@pytest.fixture(scope="module")
def book(written: tuple[Path, Result]) -> Workbook:
    """The workbook of the third city; nobody may change it."""
    return load_workbook(written[0] / "inputs" / "third" / "third.xlsx")


def test_the_workbook_has_a_sheet_for_every_table(book: Workbook) -> None:
    assert sorted(book.sheetnames) == sorted([*CITY_TABLES, "lists"])
    assert [sheet.title for sheet in book.worksheets if sheet.sheet_state == "hidden"] == ["lists"]


def test_each_sheet_has_the_columns_with_what_they_hold_as_comments(book: Workbook) -> None:
    for name in CITY_TABLES:
        head = book[name][1]
        assert [cell.value for cell in head] == columns(BY_NAME[name])
        assert [cell.value for cell in head if cell.comment is None or not cell.comment.text] == []


def test_the_head_of_a_sheet_stays_in_sight(book: Workbook) -> None:
    assert {book[name].freeze_panes for name in CITY_TABLES} == {"A2"}


def choices(book: Workbook, name: str, column: str) -> list[str]:
    """What the drop-down of a column offers."""
    sheet: Worksheet = book[name]
    letter = next(cell.column_letter for cell in sheet[1] if cell.value == column)
    for rule in sheet.data_validations.dataValidation:
        if f"{letter}2:{letter}" in str(rule.sqref):
            if rule.formula1.startswith('"'):
                return rule.formula1.strip('"').split(",")
            area = rule.formula1.split("!")[1].replace("$", "")
            return [str(cell.value) for (cell,) in book["lists"][area]]
    return []


@pytest.mark.parametrize(
    ("name", "column", "expected"),
    [
        ("targets", "operator", ["<=", ">="]),
        ("targets", "enforced", ["yes", "no"]),
        ("targets", "basis", ["absolute", "relative"]),
        ("targets", "area", ["east", "west", "third"]),
        ("tasks", "required", ["yes", "no"]),
        ("tasks", "grade", ["reported", "derived", "assumed"]),
        ("activity", "activity", ["heating", "boilers", "roads"]),
        ("enables", "task", ["survey", "pipe"]),
        ("payers", "payer", ["central", "province", "city", "county", "enterprise", "household"]),
        ("potentials", "measure", ["briquettes", "gas", "boiler_closed", "sweeping"]),
        ("order", "relation", ["finish_to_start", "standard_before", "share", "ban_after", "capacity", "held"]),
    ],
)
def test_a_column_with_few_values_has_a_drop_down(book: Workbook, name: str, column: str, expected: list[str]) -> None:
    assert choices(book, name, column) == expected


def test_a_column_of_free_text_has_no_drop_down(book: Workbook) -> None:
    assert choices(book, "tasks", "name_en") == []


def test_numbers_of_the_workbook_are_numbers_and_months_are_text(book: Workbook) -> None:
    sheet = book["tasks"]
    cells = dict(zip((cell.value for cell in sheet[1]), (cell.value for cell in sheet[3]), strict=True))
    assert (cells["cost"], cells["duration"], cells["deadline"]) == (50_000, 3, "2018-12")


# ---------------------------------------------------------------- import-excel


def put(third: City, name: str, row: int, column: str, value: Any) -> None:
    """Write a value into a cell of the workbook as Excel would."""
    made = load_workbook(third.book)
    sheet = made[name]
    sheet.cell(row, [cell.value for cell in sheet[1]].index(column) + 1).value = value
    made.save(third.book)


def import_it(third: City, *words: object) -> Result:
    return call("import-excel", third.book, "third", *words)


def test_the_workbook_turns_back_into_the_same_files(third: City) -> None:
    before = contents(third.home)
    result = import_it(third)
    assert result.exit_code == 0
    assert contents(third.home) == before


def test_the_import_says_what_was_written_and_what_comes_next(third: City) -> None:
    result = import_it(third)
    assert "targets.csv" in result.output
    assert "No problem found. Next: scenarios run third" in result.output


def test_a_large_citys_workbook_turns_back_into_the_same_tables(large: Path, tmp_path: Path) -> None:
    shutil.copytree(large, tmp_path / "inputs" / "xingtai")
    assert call("import-excel", large / "xingtai.xlsx", "xingtai").exit_code == 0
    folder = tmp_path / "inputs" / "xingtai"
    assert [name for name in CITY_TABLES if table(folder, name) != of_shijiazhuang(name)] == []


def test_a_row_typed_into_the_workbook_arrives(third: City) -> None:
    made = load_workbook(third.book)
    made["areas"].append(["north", "北县", "North", 3, "county"])
    made["proxies"].append(["households", "north", 1, None, None, "toy", "assumed"])
    made.save(third.book)
    result = import_it(third)
    assert result.exit_code == 0, result.stderr
    assert table(third.home, "areas")[-1] == {
        "area": "north",
        "name_zh": "北县",
        "name_en": "North",
        "code": "3",
        "kind": "county",
        **({"note": ""} if "note" in columns(BY_NAME["areas"]) else {}),
    }


def test_a_month_that_excel_turned_into_a_date_stays_a_month(third: City) -> None:
    put(third, "tasks", 3, "deadline", datetime(2018, 11, 1))
    assert import_it(third).exit_code == 0
    assert table(third.home, "tasks")[1]["deadline"] == "2018-11"


NUMBERS = [0.3, 12345678.9, 1e-7, 3, 0.123456789012345]


@pytest.fixture(scope="module")
def typed(written: tuple[Path, Result], tmp_path_factory: pytest.TempPathFactory) -> list[float]:
    """Quantities after each of the numbers was typed into the workbook, one a row, and it was imported."""
    third = spoilt(written, tmp_path_factory.mktemp("numbers"))
    with contextlib.chdir(third.folder):
        made = load_workbook(third.book)
        column = [cell.value for cell in made["activity"][1]].index("quantity") + 1
        for row, value in enumerate(NUMBERS, 2):
            made["activity"].cell(row, column).value = value
        made.save(third.book)
        assert import_it(third).exit_code == 0
    return [row["quantity"] for row in table(third.home, "activity")]


@pytest.mark.parametrize("value", NUMBERS)
def test_a_number_is_kept_exactly(typed: list[float], value: float) -> None:
    assert typed[NUMBERS.index(value)] == value


def test_yes_and_no_that_excel_turned_into_truth_stay_yes_and_no(third: City) -> None:
    put(third, "targets", 5, "enforced", True)
    assert import_it(third).exit_code == 0
    assert table(third.home, "targets")[3]["enforced"] is True


TEXTS = ["007", "1.10", "1.5", "12", "1e5", "2018-01", "TRUE", "+86", "-x", "@a", 'a "b", c', "a\nb", "#1"]
STRANGE = ["=1+1", "nan", "inf", "1.0", "-0"]


@pytest.fixture(scope="module")
def noted(written: tuple[Path, Result], tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], ...]:
    """Each text as the note of a row: as a city made from there has it, and after that city's workbook came back."""
    third = spoilt(written, tmp_path_factory.mktemp("notes"))
    left, places = [*TEXTS, *STRANGE], {}
    for name in ("payers", "mix", "activity"):
        with (third.inputs / "toy" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file)
        if "note" not in head:
            head, rows = [*head, "note"], [[*row, ""] for row in rows]
        for number, row in enumerate(rows[: len(left)]):
            row[head.index("note")] = left.pop(0)
            places[row[head.index("note")]] = name, number
        with (third.inputs / "toy" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([head, *rows])

    def notes() -> dict[str, str]:
        return {text: table(third.inputs / "fourth", name)[row]["note"] for text, (name, row) in places.items()}

    with contextlib.chdir(third.folder):
        assert call("new", "fourth").exit_code == 0
        made = notes()
        assert call("import-excel", third.inputs / "fourth" / "fourth.xlsx", "fourth").exit_code == 0
    return made, notes()


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_of_the_tables_survives_the_workbook(noted: tuple[dict[str, str], ...], text: str) -> None:
    assert [notes[text] for notes in noted] == [text, text]


@pytest.mark.parametrize("text", STRANGE)
def test_a_text_like_a_formula_or_another_number_survives_the_workbook(
    noted: tuple[dict[str, str], ...], text: str
) -> None:
    assert [notes[text] for notes in noted] == [text, text]


def test_a_wrong_cell_is_reported_with_sheet_row_and_column_and_nothing_is_written(third: City) -> None:
    put(third, "targets", 2, "operator", "<")
    put(third, "proxies", 3, "weight", "many")
    put(third, "areas", 2, "name_en", "Easter")
    before = contents(third.home)
    result = import_it(third)
    assert result.exit_code == 2
    assert "third.xlsx/targets, row 2, column “operator”: found “<”." in result.stderr
    assert "third.xlsx/proxies, row 3, column “weight”: found “many”. Allowed: a number." in result.stderr
    assert contents(third.home) == before
    assert sorted(path.name for path in third.inputs.iterdir()) == ["third", "toy"]


def test_a_row_is_counted_as_excel_counts_it_below_blank_rows(third: City) -> None:
    put(third, "proxies", 7, "proxy", "households")
    result = import_it(third)
    assert result.exit_code == 2
    assert "third.xlsx/proxies, row 7, column “area”" in result.stderr


def test_below_blank_rows_a_problem_of_the_city_keeps_the_workbooks_row_and_nothing_is_written(third: City) -> None:
    put(third, "areas", 6, "area", "north")
    for column, value in (("name_zh", "北县"), ("name_en", "North"), ("code", 3), ("kind", "county")):
        put(third, "areas", 6, column, value)
    before = contents(third.home)
    result = import_it(third)
    assert result.exit_code == 2
    assert "third.xlsx/areas, row 6, column “area”: found “north”. Allowed: something that another" in result.stderr
    assert contents(third.home) == before


def test_a_city_with_problems_may_keep_some_and_says_so(third: City) -> None:
    path = third.home / "areas.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "north,北县,North,3,county,\nsouth,南县,South,4,county,\n", encoding="utf-8")
    put(third, "areas", 4, "area", "north")
    for column, value in (("name_zh", "北县"), ("name_en", "North"), ("code", 3), ("kind", "county")):
        put(third, "areas", 4, column, value)
    result = import_it(third, "--overwrite")
    assert result.exit_code == 2
    assert "The city had problems before the import; these are left:" in result.stderr
    assert "found “north”" in result.stderr
    assert [row["area"] for row in table(third.home, "areas")] == ["east", "west", "north"]


def test_another_citys_workbook_is_refused_and_nothing_is_written(third: City) -> None:
    before = contents(third.inputs)
    result = call("import-excel", third.book, "toy", "--overwrite")
    assert result.exit_code == 2
    assert "third.xlsx: found the workbook of third. Allowed: the workbook of toy. Name the city" in result.stderr
    assert contents(third.inputs) == before


def test_another_citys_tables_in_a_workbook_that_does_not_say_so_are_refused(third: City) -> None:
    made = load_workbook(third.book)
    made.properties.subject = None
    made.save(third.book)
    before = contents(third.inputs)
    result = call("import-excel", third.book, "toy", "--overwrite")
    assert result.exit_code == 2
    assert "third.xlsx/targets, row 2, column “area”: found “third”. Allowed: a key of areas, city." in result.stderr
    assert contents(third.inputs) == before


def test_tables_saved_after_the_workbook_are_not_lost(third: City) -> None:
    path = third.home / "targets.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("<=,17,", "<=,18,"), encoding="utf-8")
    later = third.book.stat().st_mtime + 10
    os.utime(path, (later, later))
    before = contents(third.home)
    result = import_it(third)
    assert result.exit_code == 2
    assert "third.xlsx: found tables that were saved after it: targets.csv." in result.stderr
    assert contents(third.home) == before
    assert import_it(third, "--overwrite").exit_code == 0
    assert "<=,17," in path.read_text(encoding="utf-8")


def test_tables_saved_again_without_a_change_are_in_no_ones_way(third: City) -> None:
    put(third, "targets", 3, "value", 19)
    later = third.book.stat().st_mtime + 10
    os.utime(third.home / "targets.csv", (later, later))
    os.utime(third.home / "areas.csv", (later, later))
    put(third, "areas", 2, "name_en", "East")
    os.utime(third.home / "areas.csv", (later + 10, later + 10))
    assert import_it(third).exit_code == 2  # targets differ
    put(third, "targets", 3, "value", 17)
    os.utime(third.home / "targets.csv", (later + 10, later + 10))
    assert import_it(third).exit_code == 0


def test_where_workbook_and_tables_were_both_edited_the_cells_that_differ_are_reported_with_what_keeps_which(
    third: City,
) -> None:
    put(third, "targets", 3, "value", 19)
    raise_a_target(third)
    row = "east,gas,2018,1,1,,,toy,assumed,"
    with (third.home / "pace.csv").open("a", encoding="utf-8") as file:
        file.write(row + "\n")
    later = third.book.stat().st_mtime + 10
    for name in ("targets", "pace"):
        os.utime(third.home / f"{name}.csv", (later, later))
    text = import_it(third).stderr
    assert (
        "third.xlsx/targets, row 3, column “value”: found “19”, and “18” in targets.csv. Allowed: the same in both. "
        "import-excel --overwrite keeps what the workbook has, export-excel --overwrite what the table has."
    ) in text
    assert "third.xlsx/pace: found no row “east gas 2018”, which pace.csv has." in text
    text = call("export-excel", "third").stderr
    assert "third.xlsx/targets, row 3, column “value”: found “19”, and “18” in targets.csv." in text


def test_the_workbook_is_written_anew_from_the_tables(third: City) -> None:
    path = third.home / "targets.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("<=,17,", "<=,18,"), encoding="utf-8")
    assert call("export-excel", "third").exit_code == 0
    before = contents(third.home)
    assert import_it(third).exit_code == 0
    assert contents(third.home) == before


def raise_a_target(third: City) -> None:
    path = third.home / "targets.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("<=,17,", "<=,18,"), encoding="utf-8")


def test_a_workbook_that_was_changed_and_not_imported_is_not_written_over(third: City) -> None:
    put(third, "targets", 3, "value", 19)
    raise_a_target(third)  # saved last, so that the workbook looks older
    before = contents(third.home)
    result = call("export-excel", "third")
    assert result.exit_code == 2
    assert "third.xlsx: found changes that were not imported: targets." in result.stderr
    assert "import-excel" in result.stderr
    assert "--overwrite" in result.stderr
    assert contents(third.home) == before
    assert call("export-excel", "third", "--overwrite").exit_code == 0
    assert load_workbook(third.book)["targets"].cell(3, columns(BY_NAME["targets"]).index("value") + 1).value == 18


def test_a_workbook_that_was_changed_and_imported_is_written_over(third: City) -> None:
    put(third, "targets", 3, "value", 19)
    assert import_it(third).exit_code == 0
    assert call("export-excel", "third").exit_code == 0
    put(third, "targets", 3, "value", 18)
    assert import_it(third).exit_code == 0
    raise_a_target(third)
    assert call("export-excel", "third").exit_code == 0


def test_a_workbook_saved_again_without_a_change_is_written_over(third: City) -> None:
    load_workbook(third.book).save(third.book)
    raise_a_target(third)
    assert call("export-excel", "third").exit_code == 0


def test_a_workbook_with_a_sheet_of_ones_own_is_not_written_over(third: City) -> None:
    made = load_workbook(third.book)
    made.create_sheet("reckoning")
    made.save(third.book)
    result = call("export-excel", "third")
    assert result.exit_code == 2
    assert "changes that were not imported: third.xlsx/reckoning." in result.stderr


def test_blank_rows_of_the_workbook_do_not_land_in_the_tables(third: City) -> None:
    made = load_workbook(third.book)
    made["targets"].insert_rows(3, 4)
    made.save(third.book)
    before = contents(third.home)["targets.csv"]
    assert import_it(third).exit_code == 0
    assert contents(third.home)["targets.csv"] == before


def test_the_import_lists_what_looks_odd_as_check_does(third: City) -> None:
    put(third, "activity", 6, "quantity", 100_000)  # km of roads in 2015; 100 in 2017
    result = import_it(third)
    assert result.exit_code == 0, result.output
    odd = [line for line in call("check", "third").output.splitlines() if "odd" in line or line.startswith("  1. ")]
    assert len(odd) == 2
    assert "\n".join([*odd, "Next: scenarios run third"]) in result.output
    assert "No problem found" not in result.output


def test_a_county_where_nothing_goes_on_is_a_problem(third: City) -> None:
    path = third.home / "areas.csv"
    path.write_text(path.read_text(encoding="utf-8") + "north,北县,North,3,county,\n", encoding="utf-8")
    result = call("check", "third")
    assert result.exit_code == 2
    assert "found “north”. Allowed: something that another table uses." in result.stderr


def test_an_unknown_column_is_told(third: City) -> None:
    put(third, "proxies", 1, "weight", "wait")
    result = import_it(third)
    assert result.exit_code == 2
    assert "third.xlsx/proxies, row 1, column “wait”" in result.stderr
    assert "Did you mean “weight”?" in result.stderr


def test_a_sheet_with_an_unknown_name_is_reported_with_the_nearest_and_nothing_is_written(third: City) -> None:
    made = load_workbook(third.book)
    made["targets"].title = "tagets"
    made.save(third.book)
    before = contents(third.home)
    result = import_it(third)
    assert result.exit_code == 2
    assert "third.xlsx/tagets: found “tagets”. Allowed: the name of a table. Did you mean “targets”?" in result.stderr
    assert contents(third.home) == before


def test_a_sheet_of_ones_own_is_to_be_removed(third: City) -> None:
    made = load_workbook(third.book)
    made.create_sheet("计算")
    made.save(third.book)
    assert "Remove the sheet, or keep it in another workbook." in import_it(third).stderr


def test_a_sheet_that_is_missing_leaves_its_file_alone(third: City) -> None:
    made = load_workbook(third.book)
    del made["targets"]
    made["areas"]["C2"] = "Easter"
    made.save(third.book)
    before = contents(third.home)
    assert import_it(third).exit_code == 0
    after = contents(third.home)
    assert {name for name in before if before[name] != after[name]} == {"areas.csv"}


@pytest.mark.parametrize("content", [b"area,name\n", b"", b"PK\x03\x04 but no more"])
def test_a_file_that_is_no_workbook_is_told(third: City, content: bytes) -> None:
    third.book.write_bytes(content)
    result = import_it(third)
    assert result.exit_code == 2
    assert "third.xlsx: found" in result.stderr
    assert "Save it again as .xlsx." in result.stderr


def test_a_zip_that_is_no_workbook_is_told(third: City) -> None:
    shutil.make_archive(str(third.folder / "zip"), "zip", third.home)
    (third.folder / "zip.zip").replace(third.book)
    result = import_it(third)
    assert result.exit_code == 2
    assert "an Excel workbook (.xlsx)" in result.stderr


def test_a_file_of_another_kind_is_told(third: City) -> None:
    result = call("import-excel", third.home / "areas.csv", "third")
    assert result.exit_code == 2
    assert "areas.csv: found" in result.stderr


def test_an_unknown_city_of_an_import_is_reported_with_the_nearest(third: City) -> None:
    result = call("import-excel", third.book, "thrid")
    assert result.exit_code == 2
    assert "Did you mean “third”?" in result.stderr


def test_a_workbook_that_does_not_exist_is_wrong_usage(third: City) -> None:
    assert call("import-excel", third.home / "none.xlsx", "third").exit_code == 2


def test_an_interrupted_import_leaves_the_last_tables(third: City, monkeypatch: pytest.MonkeyPatch) -> None:
    put(third, "areas", 2, "name_en", "Easter")
    before = contents(third.home)
    whole = exchange.write_table

    def breaking(path: Path, lines: Any, row: Any) -> None:
        if row.table == "tasks":
            raise OSError("the disk is full")
        whole(path, lines, row)

    monkeypatch.setattr(exchange, "write_table", breaking)
    assert isinstance(import_it(third).exception, OSError)
    assert contents(third.home) == before
    assert sorted(path.name for path in third.inputs.iterdir()) == ["third", "toy"]


def test_an_interrupted_export_leaves_the_last_workbook(third: City, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(book: Any, target: Any) -> None:
        if isinstance(target, Path):
            target.write_bytes(b"half")
        else:
            target.write(b"half")
        raise KeyboardInterrupt

    before = contents(third.folder)
    monkeypatch.setattr("openpyxl.Workbook.save", half)
    call("export-excel", "third", "--overwrite")
    assert contents(third.folder) == before


def test_a_target_edited_in_excel_changes_the_plan(third: City) -> None:
    # one tonne less: 250 more gas boilers in the 4th quarter, 46,875 CNY
    for column, value in (("basis", "absolute"), ("base_year", None), ("value", 49)):
        put(third, "targets", 2, column, value)
    assert import_it(third).exit_code == 0
    assert third.plan().objective == pytest.approx(654_750)


def test_tables_with_comments_keep_the_row_numbers_of_the_file(third: City) -> None:
    path = third.home / "proxies.csv"
    text = path.read_text(encoding="utf-8")
    number = next(n for n, line in enumerate(text.splitlines(), 1) if line.startswith("households,west"))
    path.write_text(text.replace("households,west,1", "households,west,many"), encoding="utf-8")
    assert f"inputs/third/proxies.csv, row {number}, column “weight”" in call("check", "third").stderr


def test_a_large_workbook_keeps_numbers_as_read(written: tuple[Path, Result]) -> None:
    frame = pd.read_excel(written[0] / "inputs/third/third.xlsx", sheet_name="payers")
    assert frame["share"].tolist() == [0.25, 0.75, 1, 1, 1, 1, 1, 1, 1]


# ---------------------------------------------------------------- both languages


def test_in_chinese_a_city_is_made_and_imported_in_chinese(third: City) -> None:
    made = call("new", "fourth", "--lang", "zh")
    assert made.exit_code == 0
    assert CHINESE.search(made.output)
    result = import_it(third, "--lang", "zh")
    assert result.exit_code == 0
    assert CHINESE.search(result.output)


def test_in_chinese_a_wrong_cell_is_reported_in_chinese(third: City) -> None:
    put(third, "proxies", 3, "weight", "many")
    result = import_it(third, "--lang", "zh")
    assert result.exit_code == 2
    assert CHINESE.search(result.stderr)
    assert "Allowed" not in result.stderr


def test_a_sheet_is_printed_a_page_wide_with_names_in_full(tmp_path: Path) -> None:
    """No column stands alone on a page of its own, which looked blank; a name of 14 Chinese letters takes 28."""
    path = tmp_path / "book.xlsx"
    names = columns(BY_NAME["areas"])
    lines = [names, [{"area": "a", "name_zh": "石家庄高新技术产业开发区管委"}.get(name, "") for name in names]]
    newcity.write_workbook(path, {"areas": lines}, {"city": ["x"]})
    sheet: Any = load_workbook(path)["areas"]
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert sheet.column_dimensions["B"].width > 28
