"""Names for codes and amounts as people write them, wherever a planner types."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from conftest import TOY, Toy
from scenarios.case import Case
from scenarios.cli import main
from scenarios.problems import InputError
from scenarios.reading import with_changes
from scenarios.regions import region_code
from scenarios.reports.funding import known_loans
from scenarios.shorthand import removed_codes, unit_set
from scenarios.studies.axes import axis
from scenarios.units import UnitError, amount
from scenarios.words import speaking


def refused(case: Case, change: str) -> str:
    """The only problem of a change in short."""
    with pytest.raises(InputError) as caught:
        with_changes(case, [change])
    (problem,) = caught.value.problems
    return str(problem)


def called(*words: str) -> str:
    """What a command on the toy prints."""
    places = ["--models", str(TOY / "models"), "--inputs", str(TOY / "inputs")]
    return CliRunner().invoke(main, [*words, *places]).output


# ---------------------------------------------------------------- names in place of codes


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ("budgets.市级*=0.5", "budgets.city*=0.5"),
        ("targets.NOX AT MOST 17 t=16", "targets.T2=16"),
        ("targets.氮氧化物不超过１７吨=16", "targets.T2=16"),
        ("potentials.玩具市/散煤改气=0.25", "potentials.toy/gas=0.25"),
        ("potentials.玩具/散煤改*:share=0.25", "potentials.toy/[bg][ra]*:share=0.25"),
        ("activity.西县/boilers=30", "activity.west/boilers=30"),
        ("targets.T1:area=东区", "targets.T1:area=east"),
    ],
)
def test_a_row_is_chosen_by_its_name_in_either_language(toy_case: Case, change: str, same: str) -> None:
    table = same.partition(".")[0]
    assert with_changes(toy_case, [change], swept=True)[table].equals(with_changes(toy_case, [same], swept=True)[table])


def test_a_code_goes_before_a_name(toy: Toy) -> None:
    toy.edit("measures", 4, "name_en", "gas")  # boilers are called what stoves are turned to by
    changed = with_changes(toy.read(), ["potentials.toy/gas=0.25"])
    assert changed["potentials"]["share"].tolist() == [0.5, 0.25, 1, 0.5]


def test_a_name_of_several_rows_is_no_choice(toy: Toy) -> None:
    toy.edit("measures", 4, "name_zh", "散煤改气")
    assert refused(toy.read(), "potentials.toy/散煤改气=0.25") == (
        "potentials.toy/散煤改气=0.25: found “散煤改气”, the name of several rows. "
        "Allowed: a name that one row has. Write the code: gas, boiler_closed."
    )


def test_a_pattern_finds_all_rows_whose_names_fit(toy_case: Case) -> None:
    changed = with_changes(toy_case, ["potentials.*/散煤*:share=0.125"])
    assert changed["potentials"]["share"].tolist() == [0.125, 0.125, 1, 0.5]


def test_a_name_that_is_nearly_right_is_reported_with_its_code(toy_case: Case) -> None:
    assert refused(toy_case, "budgets.市级财政=1").endswith("Did you mean city (市级)?")


def test_rows_of_a_scenario_may_be_called_by_their_names(toy: Toy) -> None:
    where = "where: {payer: 市级}, column: amount, set: 5000000"
    row = "{payer: 居民, year: 2018, amount: 9, unit: CNY, source: toy, grade: assumed}"
    toy.scenario("trial", "changes:", f"  - {{table: budgets, {where}}}", f"  - {{table: budgets, add: [{row}]}}")
    assert toy.read("trial")["budgets"]["payer"].tolist() == ["city", "household"]
    assert toy.read("trial")["budgets"]["amount"].tolist() == [5_000_000, 9]


def test_cells_that_refer_to_rows_may_hold_their_names(toy: Toy, toy_case: Case) -> None:
    toy.edit("activity", 2, "area", "玩具市")
    toy.edit("activity", 4, "area", "West")
    toy.edit("budgets", 2, "payer", "市级")
    for table in ("activity", "budgets"):
        assert toy.read()[table].equals(toy_case[table])


def test_cells_that_hold_several_codes_may_hold_names(toy: Toy, toy_case: Case) -> None:
    toy.edit("targets", 2, "subject", "二氧化硫")
    toy.edit("targets", 3, "sectors", "燃煤 扬尘")
    toy.edit("taxes", 2, "excluded", toy_case.names("activities", "zh")["heating"])
    assert toy.read()["targets"]["subject"].tolist() == toy_case["targets"]["subject"].tolist()
    assert toy.read()["targets"]["sectors"].tolist()[1] == "coal dust"
    assert toy.read()["taxes"]["excluded"].tolist() == ["heating"]


def test_a_target_is_found_by_the_name_of_its_subject(toy: Toy) -> None:
    toy.scenario("trial", "changes:", "  - {table: targets, where: {subject: 氮氧化物}, column: value, set: 16}")
    assert toy.read("trial")["targets"]["value"].tolist()[1] == 16


def test_a_loan_is_given_by_name_and_in_percent(toy_case: Case) -> None:
    assert known_loans(toy_case, ["企业：4.9%：10"]) == known_loans(toy_case, ["enterprise:0.049:10"])


def test_a_wrong_name_in_a_cell_gets_the_nearest_one(toy: Toy) -> None:
    toy.edit("activity", 4, "area", "西部县")
    assert toy.problems()[0].endswith("Did you mean west (西县)?")


@pytest.mark.parametrize("name", ["玩具市", "玩具", "Toy"])
def test_a_city_is_called_by_its_name(toy: Toy, name: str) -> None:
    assert toy.read(city=name).settings.city == "toy"


def test_a_wrong_name_of_a_city_gets_the_nearest_one(toy: Toy) -> None:
    assert toy.problem(city="玩偶市").endswith("Did you mean toy (玩具市)?")


def test_a_scenario_is_called_by_its_name_and_may_extend_one_by_its_name(toy: Toy) -> None:
    toy.scenario("trial", "name_zh: 试算", "extends: 不采取新措施")
    assert toy.read("试算").scenario == "trial"
    assert toy.read("试算")["targets"]["enforced"].tolist() == toy.read("frozen")["targets"]["enforced"].tolist()


@pytest.mark.parametrize(
    ("text", "code"),
    [("二氧化硫", "SO2"), ("排放：细颗粒物@2018", "emission:PM2.5@2018"), ("成本", "cost"), ("燃料:煤", "fuel:coal")],
)
def test_an_axis_is_called_by_its_name(toy_case: Case, text: str, code: str) -> None:
    assert axis(toy_case, text) == axis(toy_case, code)


def test_a_command_takes_names_and_choices_in_chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = called("report", "玩具市", "--scenario", "成本最低", "--by", "县区", "--lang", "zh")
    assert result.splitlines()[0].split()[0] == "区域"


def test_a_wrong_name_of_a_scenario_gets_the_nearest_one(toy: Toy) -> None:
    assert toy.problem("成本最小").endswith("Did you mean least-cost (成本最低)?")


def test_a_new_city_comes_from_an_example_called_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "inputs").mkdir()
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["new", "third", "--from", "玩具", "--population", "1.2万人"])
    assert result.exit_code == 0, result.output
    assert "population: 12000\n" in (tmp_path / "inputs/third/city.yaml").read_text(encoding="utf-8")


def test_a_region_is_called_by_its_name() -> None:
    assert region_code("玩具区域", TOY / "inputs") == "toy_pair"
    assert region_code("toy_pair", TOY / "inputs") == "toy_pair"


def test_a_choice_that_is_none_is_reported_in_the_readers_words() -> None:
    assert "县区" in called("report", "toy", "--by", "乡镇", "--lang", "zh")


# ---------------------------------------------------------------- amounts


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("50亿", "CNY", 5e9),
        ("50 亿元", "CNY", 5e9),
        ("1.5万户", "household", 15_000),
        ("1.5万户", "10^4 household", 1.5),
        ("1.5万", "10^4 household", 1.5),
        ("４.９％", "1", 0.049),
        ("-40%", "%", -40),
        ("百分之5", "1/yr", 0.05),
        ("3 kt", "t", 3000),
        ("3万吨", "t", 30_000),
        ("2万元", "CNY per unit (capital) or CNY per unit and year (running)", 20_000),
        ("59微克/立方米", "ug/m3", 59),
        ("120只", "head", 120),
        ("7", "t", 7),
    ],
)
def test_an_amount_is_read_as_people_write_it(text: str, unit: str, number: float) -> None:
    assert amount(text, unit) == number


@pytest.mark.parametrize(
    ("text", "unit"), [("5户", "CNY"), ("很多", "CNY"), ("1,000", "CNY"), ("2万元", "t"), ("inf", "1")]
)
def test_an_amount_of_another_thing_and_no_amount_are_refused(text: str, unit: str) -> None:
    with pytest.raises(UnitError):
        amount(text, unit)


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ("budgets.city=0.3亿元", "budgets.city=30000000"),
        ("budgets.city*=70%", "budgets.city*=0.7"),
        ("targets.T1=-30%", "targets.T1=-0.3"),
        ("targets.T2=1.6万kg", "targets.T2=16"),
        ("activity.west/boilers=2.5万蒸吨", "activity.west/boilers=25000"),
        ("costs.gas/capital=0.6万元", "costs.gas/capital=6000"),
        ("potentials.toy/gas=25%", "potentials.toy/gas=0.25"),
    ],
)
def test_a_change_in_short_takes_amounts(toy_case: Case, change: str, same: str) -> None:
    table = same.partition(".")[0]
    assert with_changes(toy_case, [change])[table].equals(with_changes(toy_case, [same])[table])


def test_settings_take_amounts(toy_case: Case) -> None:
    changed = with_changes(
        toy_case, ["settings.discount_rate=4.9%", "settings.money_at_most=1.2亿元", "settings.population=2万人"]
    )
    assert changed.settings.discount_rate == 0.049
    assert changed.settings.money_at_most == 120_000_000
    assert changed.settings.population == 20_000


def test_an_amount_in_a_unit_of_another_thing_lists_what_is_understood(toy_case: Case) -> None:
    assert refused(toy_case, "budgets.city=1万户") == (
        "budgets.city=1万户: found “1万户”. Allowed: a number, also with 万 or 亿, a percent sign or its unit (CNY) "
        "after it. Such as 15000, 1.5万 or 4.9%."
    )


def test_rows_of_a_scenario_take_amounts(toy: Toy) -> None:
    row = "{payer: household, year: 2018, amount: 0.2亿元, unit: 10^4 CNY, source: toy, grade: assumed}"
    toy.scenario("trial", "changes:", f"  - {{table: budgets, add: [{row}]}}")
    assert toy.read("trial")["budgets"]["amount"].tolist()[-1] == 20_000_000


def test_a_scenario_sets_and_scales_by_amounts(toy: Toy) -> None:
    setting = "settings: {discount_rate: 4.9%}"
    scaled = "{table: budgets, where: {payer: city}, column: amount, scale: 50%}"
    given = "{table: targets, where: {target: T2}, column: value, set: 1.6万公斤}"
    toy.scenario("trial", setting, "changes:", f"  - {scaled}", f"  - {given}")
    case = toy.read("trial")
    assert case.settings.discount_rate == 0.049
    assert case["budgets"]["amount"].tolist() == [9_850_000]
    assert case["targets"]["value"].tolist()[1] == 16


def test_a_share_lists_what_a_share_may_be(toy_case: Case) -> None:
    assert "found “5户”. Allowed: a number, also with 万 or 亿 or a percent sign after it." in refused(
        toy_case, "potentials.*/gas=5户"
    )


def test_a_cell_with_an_amount_gets_the_number_in_the_unit_of_its_row(toy: Toy) -> None:
    toy.edit("budgets", 2, "amount", "1970万元")
    assert toy.problem().startswith(
        "inputs/toy/budgets.csv, row 2, column “amount”: found “1970万元”. Allowed: a number. "
    )
    assert "Write 0.197." in toy.problem()


def test_the_unit_of_an_amount_that_is_set_is_reported_in_plain_numbers(toy_case: Case) -> None:
    assert unit_set(toy_case.tables, "budgets.市级=0.3亿", toy_case.settings.titles) == (30_000_000, ["CNY"])


def test_an_option_of_money_takes_amounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "is no amount in CNY" in called("run", "toy", "--money", "5万吨")
    assert "Money laid out: 5." in called("run", "toy", "--money", "0.06亿", "--no-report")


# ---------------------------------------------------------------- what is not to be had


def test_a_measure_that_is_removed_is_not_to_be_had(toy_case: Case) -> None:
    changed = with_changes(toy_case, ["-measures.散煤改气"])
    assert dict(zip(changed["potentials"]["measure"], changed["potentials"]["share"], strict=True))["gas"] == 0
    assert {name for name, frame in changed.tables.items() if frame is not toy_case[name]} == {"potentials"}


def test_a_scenario_removes_measures_too(toy: Toy) -> None:
    toy.scenario("trial", "changes:", "  - {table: measures, where: {from_technology: stove}, remove: true}")
    assert toy.read("trial")["potentials"]["share"].tolist() == [0, 0, 1, 0.5]


def test_a_measure_that_was_never_to_be_had_is_a_change_that_changes_nothing(toy_case: Case) -> None:
    once = with_changes(toy_case, ["-measures.gas"])
    assert "found a change that changes nothing" in refused(once, "-measures.gas")


def test_what_is_not_to_be_had_is_known_by_its_code(toy_case: Case) -> None:
    titles = toy_case.settings.titles
    assert removed_codes(toy_case.tables, "-measures.散煤*", titles) == ["briquettes", "gas"]
    assert removed_codes(toy_case.tables, "-order.O1", titles) == []


def test_what_is_said_of_the_readers_words_is_said_in_chinese(toy_case: Case) -> None:
    with speaking("zh"):
        assert refused(toy_case, "budgets.city=1万户").endswith("例如 15000、1.5万 或 4.9%。")
