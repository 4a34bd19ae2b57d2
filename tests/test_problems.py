"""What is wrong with the input is said in full: where, what was found, what is allowed, how to mend it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from conftest import Toy
from scenarios.case import Case
from scenarios.files import read_yaml
from scenarios.problems import InputError, Place, Problem, nearest, phrase
from scenarios.reading import altered
from scenarios.words import speak, speaking

CHINESE = re.compile(r"[\u4e00-\u9fff]")
UNCLEAR = "Correct the value, or add the row it refers to."
PRESETS = "as-written, frozen, least-cost, least-cost-with-plan, maximum-reduction"


# ---------------------------------------------------------------- the words of a problem


def test_a_place_without_row_and_column_is_its_file() -> None:
    assert str(Place("models/toy/fuels.csv")) == "models/toy/fuels.csv"


def test_a_problem_says_where_what_was_found_what_is_allowed_and_how_to_mend_it() -> None:
    place = Place("models/toy/fuels.csv", 3, "unit")
    problem = Problem(place, phrase("“{value}”", value="lb"), phrase("a unit"), phrase("Mend it."))
    assert str(problem) == "models/toy/fuels.csv, row 3, column “unit”: found “lb”. Allowed: a unit. Mend it."


def test_an_input_error_counts_and_numbers_its_problems() -> None:
    problem = Problem(Place("a.csv"), phrase("a"), phrase("b"), phrase("C."))
    assert str(InputError([problem, problem])).splitlines() == [
        "2 problems in the input:",
        "  1. a.csv: found a. Allowed: b. C.",
        "  2. a.csv: found a. Allowed: b. C.",
    ]


def test_a_single_problem_is_counted_as_one() -> None:
    error = InputError([Problem(Place("a.csv"), phrase("a"), phrase("b"), phrase("C."))])
    with speaking("zh"):
        assert str(error).splitlines()[0] == "输入数据有 1 处问题："
    assert str(error).splitlines()[0] == "1 problem in the input:"


def test_a_choice_that_finds_no_row_is_told_in_words_in_chinese_too(toy_case: Case) -> None:
    with pytest.raises(InputError) as caught:
        altered(toy_case, ["targets.XX=1"])
    with speaking("zh"):
        assert "targets 表中没有符合 target = XX 的行" in str(caught.value)


def test_the_nearest_right_value_is_the_advice() -> None:
    assert str(nearest("gas_boiller", ["stove", "gas_boiler"])) == "Did you mean “gas_boiler”?"


def test_without_a_near_value_the_advice_is_to_correct_it_or_to_add_the_row() -> None:
    assert str(nearest("xyz", ["stove", "gas_boiler"])) == UNCLEAR


@pytest.mark.parametrize(
    ("value", "allowed", "meant"),
    [
        ("gas", ["natural_gas", "steam_coal"], "Did you mean “natural_gas”?"),
        ("coal", ["natural_gas", "raw_coal", "steam_coal"], "Did you mean one of raw_coal, steam_coal?"),
        ("so2", ["NOx", "SO2"], "Did you mean “SO2”?"),
        ("discount", ["discount_rate", "price_year"], "Did you mean “discount_rate”?"),
        ("natral_gas", ["natural_gas", "natural_gas_lng"], "Did you mean “natural_gas”?"),
        ("boil", ["gas_boiler", "stove"], "Did you mean “gas_boiler”?"),
        ("a", [f"a_{number}" for number in range(9)], UNCLEAR),
        ("", ["gas", "coal"], UNCLEAR),
    ],
)
def test_what_holds_a_value_is_near_to_it_too(value: str, allowed: list[str], meant: str) -> None:
    assert str(nearest(value, allowed)) == meant


# ---------------------------------------------------------------- files


def test_a_missing_file_names_the_columns_it_must_have(toy: Toy) -> None:
    toy.path("areas").unlink()
    assert toy.problem() == (
        "inputs/toy/areas.csv: found no such file. Allowed: a CSV file with the columns area, name_zh, name_en, code, "
        "kind, note. Write the file; inputs/README.md describes its columns."
    )


@pytest.mark.parametrize(
    ("table", "wrong"), [("budgets", "inputs/toy/budget.csv"), ("turnover", "models/toy/turn_over.csv")]
)
def test_a_misnamed_table_is_a_problem_with_the_nearest_right_name(toy: Toy, table: str, wrong: str) -> None:
    toy.path(table).rename(toy.folder / wrong)
    assert (
        f"{wrong}: found a file that is no table. Allowed: the tables that inputs/README.md lists, and files that are "
        f"no CSV. Did you mean “{table}.csv”?"
    ) in toy.problems()


def test_notes_and_workbooks_beside_the_tables_are_no_problem(toy: Toy) -> None:
    for name in ("NOTES.md", "toy.xlsx", ".budgets.csv", "~$budgets.csv"):
        (toy.inputs / "toy" / name).write_text("", encoding="utf-8")
    assert toy.read()["budgets"].size


def test_a_file_that_may_be_absent_is_no_problem_when_it_is(toy: Toy) -> None:
    toy.path("comparables").unlink()
    assert toy.read()["comparables"].empty


def test_bytes_that_are_no_text_are_a_problem(toy: Toy) -> None:
    toy.path("areas").write_bytes(b"area,name_zh\n\xff\xff\n")
    assert toy.problem() == (
        "inputs/toy/areas.csv: found bytes that are no text. Allowed: utf-8 or GB18030 text. "
        "Save the file as CSV UTF-8."
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_reads_the_same_in_every_allowed_encoding(toy: Toy, encoding: str) -> None:
    toy.encode(toy.path("areas"), encoding)
    assert toy.read()["areas"][["area", "name_zh"]].to_numpy().tolist() == [["east", "东区"], ["west", "西县"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_settings_read_the_same_in_every_allowed_encoding(toy: Toy, encoding: str) -> None:
    toy.encode(toy.city, encoding)
    assert toy.read().settings.name_zh == "玩具市"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_scenario_reads_the_same_in_every_allowed_encoding(toy: Toy, encoding: str) -> None:
    toy.encode(toy.scenario("trial"), encoding)
    assert toy.read("trial").description["zh"] == "试"


def test_an_unknown_column_is_reported_once_with_the_columns_of_the_table(toy: Toy) -> None:
    toy.edit("areas", 1, "colour", "colour")
    assert toy.problem() == (
        "inputs/toy/areas.csv, row 1, column “colour”: found an unknown column “colour”. Allowed: area, name_zh, "
        "name_en, code, kind, note. Remove the column; what it says may go into “note”."
    )


def test_a_misspelt_column_is_reported_with_the_nearest_right_name(toy: Toy) -> None:
    toy.rename("areas", "kind", "kinds")
    assert toy.problems()[0] == (
        "inputs/toy/areas.csv, row 1, column “kinds”: found an unknown column “kinds”. Allowed: area, name_zh, "
        "name_en, code, kind, note. Did you mean “kind”?"
    )


def test_a_misspelt_column_is_one_problem_not_an_unknown_one_and_a_missing_one(toy: Toy) -> None:
    toy.rename("areas", "kind", "kinds")
    assert len(toy.problems()) == 1


def test_a_missing_column_is_a_problem(toy: Toy) -> None:
    toy.drop_column("areas", "kind")
    assert toy.problem() == (
        "inputs/toy/areas.csv, row 1, column “kind”: found no such column. Allowed: a column “kind”. Add the column."
    )


def test_a_column_given_twice_is_a_problem(toy: Toy) -> None:
    toy.write("areas", [[*cells, cells[-1]] for cells in toy.lines("areas")])
    assert toy.problem() == (
        "inputs/toy/areas.csv, row 1, column “kind”: found the column twice. Allowed: each column once. "
        "Remove one of the two."
    )


def test_an_empty_file_lacks_its_columns(toy: Toy) -> None:
    toy.path("fuels").write_text("", encoding="utf-8")
    assert toy.problems() == [
        f"models/toy/fuels.csv, row 1, column “{name}”: found no such column. Allowed: a column “{name}”. "
        "Add the column."
        for name in ("name_zh", "name_en", "fuel", "unit")
    ]


def test_a_row_with_too_few_cells_is_a_problem(toy: Toy) -> None:
    row = toy.add("areas", "north,北区")
    assert toy.problem() == (
        f"inputs/toy/areas.csv, row {row}: found 2 cells. Allowed: 5 cells. "
        "Give every column its cell, a blank one too."
    )


def test_a_row_with_too_many_cells_is_a_problem(toy: Toy) -> None:
    row = toy.add("areas", "north,北区,North, Upper,3,county")
    assert toy.problem() == (
        f"inputs/toy/areas.csv, row {row}: found 6 cells. Allowed: 5 cells. "
        "Put text that holds a comma in double quotes; write numbers without commas."
    )


@pytest.mark.parametrize(("mark", "called"), [(";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")])
def test_another_mark_between_the_cells_is_one_problem_that_names_it(toy: Toy, mark: str, called: str) -> None:
    text = toy.path("areas").read_text(encoding="utf-8")
    toy.path("areas").write_text(text.replace(",", mark), encoding="utf-8")
    assert toy.problem() == (
        f"inputs/toy/areas.csv, row 1: found {called} between the cells. Allowed: commas between the cells. "
        "Save the file with commas; in Excel, as “CSV UTF-8 (comma delimited)”."
    )


TYPED = (
    "found Chinese commas between the cells. Allowed: commas between the cells. "
    "Replace each “，” between cells by the comma of the English keyboard “,”."
)


@pytest.mark.parametrize("count", [-1, 1], ids=["everywhere", "once"])
def test_chinese_commas_in_a_header_are_told_how_to_be_mended(toy: Toy, count: int) -> None:
    text = toy.path("areas").read_text(encoding="utf-8")
    toy.path("areas").write_text(text.replace(",", "，", count), encoding="utf-8")
    assert toy.problem() == f"inputs/toy/areas.csv, row 1: {TYPED}"


@pytest.mark.parametrize("row", ["toy，coal_boiler，2015，1，toy，assumed", "toy,coal_boiler,2015，1,toy,assumed"])
def test_chinese_commas_in_a_row_are_told_of_the_row(toy: Toy, row: str) -> None:
    text = toy.path("mix").read_text(encoding="utf-8")
    toy.path("mix").write_text(text.replace("toy,coal_boiler,2015,1,toy,assumed", row), encoding="utf-8")
    assert toy.problem() == f"inputs/toy/mix.csv, row 3: {TYPED}"


def test_a_blank_line_is_passed_over_and_counted(toy: Toy) -> None:
    toy.add("areas", "")
    row = toy.add("areas", "north,北区")
    assert row == 5
    assert toy.problem().startswith("inputs/toy/areas.csv, row 5: found 2 cells.")


# ---------------------------------------------------------------- cells


def test_a_text_where_a_number_belongs_is_a_problem(toy: Toy) -> None:
    toy.edit("activity", 2, "quantity", "0,4")
    assert toy.problem() == (
        "inputs/toy/activity.csv, row 2, column “quantity”: found “0,4”. Allowed: a number. "
        "Write 0.4. The column holds: quantity of the activity."
    )


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,200", "1200"),
        ("1,234,567.5", "1234567.5"),
        ("1 200", "1200"),
        ("１２，０００", "12000"),
        ("90%", "0.9"),
        ("5.5 ％", "0.055"),
    ],
)
def test_a_number_as_people_write_it_is_a_problem_that_says_how_to_write_it(toy: Toy, text: str, number: str) -> None:
    toy.edit("activity", 2, "quantity", text)
    assert f"found “{text}”. Allowed: a number. Write {number}. The column holds: " in toy.problem()


def test_percents_are_written_as_they_are_where_the_unit_says_percent(toy: Toy) -> None:
    toy.edit("activity", 2, "unit", "%")
    toy.edit("activity", 2, "quantity", "90%")
    assert "Write 90." in toy.problems()[0]


def test_what_only_looks_like_a_number_is_not_read_as_one(toy: Toy) -> None:
    toy.edit("activity", 2, "quantity", "1,20,0")
    assert "Allowed: a number. The column holds: " in toy.problem()


def test_a_fraction_where_a_whole_number_belongs_is_a_problem(toy: Toy) -> None:
    toy.edit("tasks", 3, "duration", "2.5")
    assert toy.problem() == (
        "inputs/toy/tasks.csv, row 3, column “duration”: found “2.5”. Allowed: a whole number. "
        "The column holds: months of work [months]."
    )


def test_neither_yes_nor_no_is_a_problem(toy: Toy) -> None:
    toy.edit("order", 2, "stated", "perhaps")
    assert toy.problem() == (
        "inputs/toy/order.csv, row 2, column “stated”: found “perhaps”. Allowed: yes or no. "
        "The column holds: yes: the plan says so; no: implied."
    )


@pytest.mark.parametrize(
    ("column", "written", "advice"),
    [
        ("enforced", "是", "Did you mean “yes”?"),
        ("operator", "≤", "Did you mean “<=”?"),
        ("basis", "相对", "Correct the value."),
    ],
)
def test_one_of_a_few_choices_written_otherwise_is_told_and_never_a_missing_row(
    toy: Toy, column: str, written: str, advice: str
) -> None:
    toy.edit("targets", 2, column, written)
    assert toy.problem().endswith(advice)


def test_an_empty_cell_where_a_value_belongs_is_a_problem(toy: Toy) -> None:
    toy.edit("areas", 3, "code", " ")
    assert toy.problem() == (
        "inputs/toy/areas.csv, row 3, column “code”: found an empty cell. Allowed: a value. "
        "The column holds: code of the national division list."
    )


@pytest.mark.parametrize("month", ["2018-13", "2018-6", "June 2018", "2018-06-30"])
def test_what_is_no_month_is_a_problem(toy: Toy, month: str) -> None:
    toy.edit("tasks", 2, "deadline", month)
    assert toy.problem() == (
        f"inputs/toy/tasks.csv, row 2, column “deadline”: found “{month}”. Allowed: a month such as 2019-05. "
        "The column holds: last month: done by its end."
    )


def test_a_misspelt_choice_is_a_problem_with_the_nearest_right_one(toy: Toy) -> None:
    toy.edit("prices", 2, "grade", "asumed")
    assert toy.problem() == (
        "inputs/toy/prices.csv, row 2, column “grade”: found “asumed”. Allowed: one of reported, derived, assumed. "
        "Did you mean “assumed”?"
    )


def test_a_choice_of_two_names_both(toy: Toy) -> None:
    toy.edit("targets", 2, "operator", "<")
    assert toy.problem() == (
        "inputs/toy/targets.csv, row 2, column “operator”: found “<”. Allowed: one of <=, >=. Did you mean “<=”?"
    )


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "allowed"),
    [
        ("measures", 2, "lifetime", "0", "more than 0"),
        ("prices", 2, "price", "-1", "at least 0"),
        ("season", 2, "quarter", "5", "at most 4"),
        ("season", 2, "quarter", "0", "at least 1"),
        ("mix", 2, "share", "1.5", "at most 1"),
        ("mix", 2, "share", "-0.5", "at least 0"),
        ("targets", 2, "year", "1066", "at least 1990"),
        ("targets", 2, "year", "20188", "at most 2100"),
    ],
)
def test_a_value_outside_its_bounds_is_a_problem(
    toy: Toy, table: str, row: int, column: str, value: str, allowed: str
) -> None:
    toy.edit(table, row, column, value)
    text = toy.problem()
    assert f"{table}.csv, row {row}, column “{column}”: found “{value}”. Allowed: {allowed}" in text


def test_a_bound_is_told_with_what_the_column_holds(toy: Toy) -> None:
    toy.edit("targets", 2, "year", "1066")
    assert toy.problem() == (
        "inputs/toy/targets.csv, row 2, column “year”: found “1066”. Allowed: at least 1990. "
        "The column holds: planning year."
    )


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e999"])
def test_a_number_that_is_not_finite_is_a_problem(toy: Toy, value: str) -> None:
    toy.edit("costs", 2, "value", value)
    assert toy.problem() == (
        f"models/toy/costs.csv, row 2, column “value”: found “{value}”. Allowed: a finite number. "
        "The column holds: cost of one unit of activity."
    )


def test_every_bad_cell_of_a_row_is_found(toy: Toy) -> None:
    toy.edit("prices", 2, "price", "dear")
    toy.edit("prices", 2, "grade", "guessed")
    assert [text.split(":")[0] for text in toy.problems()] == [
        "inputs/toy/prices.csv, row 2, column “grade”",
        "inputs/toy/prices.csv, row 2, column “price”",
    ]


def test_all_problems_of_all_files_are_raised_at_once(toy: Toy) -> None:
    toy.edit("activity", 2, "quantity", "many")
    toy.edit("fuels", 2, "unit", "")
    toy.edit("prices", 2, "price", "-1")
    assert sorted(text.split(",")[0] for text in toy.problems()) == [
        "inputs/toy/activity.csv",
        "inputs/toy/prices.csv",
        "models/toy/fuels.csv",
    ]


def test_a_bad_cell_a_bad_setting_and_a_bad_scenario_are_raised_at_once(toy: Toy) -> None:
    toy.edit("activity", 2, "quantity", "many")
    toy.replace(toy.city, "discount_rate: 0", "discount_rate: 5")
    toy.scenario("trial", "extends: nothing_such")
    assert sorted(text.split(":")[0].split(",")[0] for text in toy.problems("trial")) == [
        "inputs/toy/activity.csv",
        "inputs/toy/city.yaml",
        "inputs/toy/scenarios/trial.yaml",
    ]


# ---------------------------------------------------------------- units


def test_a_unit_that_cannot_be_converted_is_a_problem(toy: Toy) -> None:
    toy.edit("activity", 2, "unit", "kt")
    assert toy.problem() == (
        "inputs/toy/activity.csv, row 2, column “unit”: found “kt”. Allowed: a unit that can be turned into household. "
        "Write the quantity in household, or in a multiple such as “10^4 household”."
    )


def test_money_in_a_unit_of_mass_is_a_problem(toy: Toy) -> None:
    toy.edit("budgets", 2, "unit", "t")
    assert toy.problem() == (
        "inputs/toy/budgets.csv, row 2, column “unit”: found “t”. Allowed: a unit that can be turned into CNY. "
        "Write the quantity in CNY, or in a multiple such as “10^4 CNY”."
    )


def test_a_quantity_and_its_range_are_kept_in_the_unit_of_the_activity(toy: Toy) -> None:
    toy.edit("activity", 2, "low", "0.3")
    toy.edit("activity", 2, "high", "0.5")
    assert toy.read()["activity"].loc[2, ["quantity", "low", "high", "unit"]].tolist() == [
        4000.0,
        3000.0,
        5000.0,
        "household",
    ]


# ---------------------------------------------------------------- keys, references, ranges


def test_a_key_given_twice_is_a_problem_that_names_both_rows(toy: Toy) -> None:
    row = toy.add("fuels", "gas,天然气,natural gas,m3")
    assert toy.problem() == (
        f"models/toy/fuels.csv, row {row}: found the key gas again (first in row 4). Allowed: each key once. "
        "Remove one of the two rows."
    )


def test_a_key_of_three_columns_given_twice_is_a_problem(toy: Toy) -> None:
    row = toy.add("mix", "toy,stove,2015,0,toy,assumed")
    assert toy.problem() == (
        f"inputs/toy/mix.csv, row {row}: found the key toy stove 2015 again (first in row 2). Allowed: each key once. "
        "Remove one of the two rows."
    )


def test_a_broken_reference_is_a_problem_with_the_nearest_right_value(toy: Toy) -> None:
    toy.edit("measures", 3, "to_technology", "gas_boiller")
    assert toy.problem() == (
        "models/toy/measures.csv, row 3, column “to_technology”: found “gas_boiller”. Allowed: a key of technologies. "
        "Did you mean “gas_boiler”?"
    )


def test_a_reference_to_one_of_several_tables_names_them_all(toy: Toy) -> None:
    toy.edit("payers", 2, "subject", "heatings")
    assert toy.problem() == (
        "inputs/toy/payers.csv, row 2, column “subject”: found “heatings”. Allowed: a key of measures, technologies, "
        "activities, sectors, tasks. Did you mean “heating”?"
    )


def test_an_area_is_an_area_or_the_city(toy: Toy) -> None:
    toy.edit("activity", 4, "area", "wst")
    assert toy.problem() == (
        "inputs/toy/activity.csv, row 4, column “area”: found “wst”. Allowed: a key of areas, city. "
        "Did you mean “west”?"
    )


def test_a_reference_with_nothing_near_asks_for_the_row(toy: Toy) -> None:
    toy.edit("prices", 2, "source", "hearsay")
    assert toy.problem() == (
        f"inputs/toy/prices.csv, row 2, column “source”: found “hearsay”. Allowed: a key of sources, "
        f"city_sources. {UNCLEAR}"
    )


def test_a_value_above_its_own_range_is_a_problem(toy: Toy) -> None:
    toy.edit("prices", 2, "low", "300")
    toy.edit("prices", 2, "high", "400")
    assert toy.problem() == (
        "inputs/toy/prices.csv, row 2, column “price”: found “500”. Allowed: between low 300 and high 400. "
        "Correct the value or its range."
    )


def test_a_number_beyond_all_sense_is_a_problem_of_its_cell(toy: Toy) -> None:
    toy.edit("costs", 2, "value", "1e300")
    assert toy.problem() == (
        "models/toy/costs.csv, row 2, column “value”: found “1e+300”. Allowed: at most 1e+15 in the unit kept. "
        "Correct the number or its unit."
    )


def test_a_number_is_sane_or_not_in_the_unit_kept(toy: Toy) -> None:
    toy.edit("activity", 2, "unit", "10^16 household")
    assert "found “4e+15" in toy.problems()[0]


def test_a_number_beyond_all_sense_is_a_problem_in_a_what_if_too(toy_case: Case) -> None:
    with pytest.raises(InputError, match="Correct the number or its unit"):
        altered(toy_case, ["budgets.city=1e300"])


def test_a_whole_number_beyond_all_sense_is_a_problem(toy: Toy) -> None:
    toy.edit("tasks", 2, "number", "1" + "0" * 30)
    assert "column “number”: found “1000000000000000000000000000000”. Allowed: at most 1000000." in toy.problem()


def test_a_low_above_its_high_is_a_problem_of_its_own_as_written(toy: Toy) -> None:
    toy.edit("activity", 2, "low", "0.9")
    toy.edit("activity", 2, "high", "0.3")
    assert toy.problem() == (
        "inputs/toy/activity.csv, row 2, column “low”: found low 0.9 above high 0.3. Allowed: low at most high. "
        "Swap the two."
    )


def test_a_value_below_its_own_range_is_a_problem(toy: Toy) -> None:
    toy.edit("prices", 2, "low", "600")
    toy.edit("prices", 2, "high", "700")
    assert toy.problem() == (
        "inputs/toy/prices.csv, row 2, column “price”: found “500”. Allowed: between low 600 and high 700. "
        "Correct the value or its range."
    )


def test_a_value_outside_its_range_is_told_in_the_unit_of_its_file(toy: Toy) -> None:
    toy.edit("activity", 2, "low", "0.5")  # 0.4 x 10^4 households, kept as 4,000
    toy.edit("activity", 2, "high", "0.6")
    assert toy.problem() == (
        "inputs/toy/activity.csv, row 2, column “quantity”: found “0.4 10^4 household”. Allowed: between low 0.5 and "
        "high 0.6 10^4 household. Correct the value or its range."
    )


def test_a_scenario_may_set_a_value_outside_its_range(toy: Toy) -> None:
    toy.edit("prices", 2, "low", "400")
    toy.edit("prices", 2, "high", "600")
    toy.scenario("trial", "changes:", "  - {table: prices, where: {fuel: coal}, column: price, set: 1000}")
    assert toy.read("trial")["prices"].loc[2, "price"] == 1000


# ---------------------------------------------------------------- sums


@pytest.mark.parametrize(
    ("table", "row", "value", "key", "total"),
    [
        ("mix", 2, "0.9", "toy heating 2015", "0.9"),
        ("season", 2, "0.25", "heating", "0.75"),
        ("payers", 2, "0.5", "heating capital", "1.25"),
        ("apportionment", 4, "0.2", "toy PM2.5", "0.95"),
    ],
)
def test_shares_that_do_not_add_up_to_1_are_a_problem(
    toy: Toy, table: str, row: int, value: str, key: str, total: str
) -> None:
    toy.edit(table, row, "share", value)
    assert toy.problem() == (
        f"inputs/toy/{table}.csv, column “share”: found shares of {key} that add up to {total}. Allowed: a sum of 1. "
        "Correct the shares."
    )


# ---------------------------------------------------------------- missing rows


def missing(file: str, key: str, why: str) -> str:
    return f"{file}: found no row for {key}. Allowed: a row: {why}. Add the row; write 0 if it is zero."


@pytest.mark.parametrize(
    ("table", "row", "key", "why"),
    [
        ("activity", 2, "heating 2015", "every activity has a quantity in the reference and the start year"),
        ("activity", 3, "heating 2017", "every activity has a quantity in the reference and the start year"),
        ("mix", 2, "heating 2015", "every activity has shares of its technologies in the reference and the start year"),
        ("costs", 2, "briquettes capital", "every measure has a capital cost"),
        ("costs", 6, "stove running", "every technology a measure leaves or enters has a running cost"),
        ("emission_factors", 9, "gas_boiler", "every technology has an emission factor"),
        (
            "emission_factors",
            5,
            "briquette_stove PM2.5",
            "what a measure leads to has a factor for all that is emitted before it (0 when there is none)",
        ),
        ("potentials", 3, "toy gas", "every measure has a potential for the city"),
        ("pace", 3, "toy gas 2018", "every measure has a pace for the city in every planning year"),
        ("prices", 4, "gas household", "every fuel that is used has a price at its tariff"),
        ("fuel_quality", 2, "coal sulphur", "an emission factor is given per content of this fuel"),
        ("payers", 6, "boiler_closed capital", "someone pays for it (a row for it, its activity or its sector)"),
        ("payers", 10, "pipe task", "someone pays for it (a row for it, its activity or its sector)"),
        ("observations", 2, "toy PM2.5 2015", "the apportionment is scaled to what was observed in the reference year"),
        ("apportionment", 2, "toy PM2.5 regional", "the part that comes from elsewhere"),
    ],
)
def test_a_missing_row_is_never_zero(toy: Toy, table: str, row: int, key: str, why: str) -> None:
    folder = "models/toy" if table in ("costs", "emission_factors") else "inputs/toy"
    toy.drop(table, row)
    assert toy.problem() == missing(f"{folder}/{table}.csv", key, why)


def test_a_factor_per_unit_of_a_fuel_needs_the_use_of_that_fuel(toy: Toy) -> None:
    toy.add("emission_factors", "gas_boiler,NOx,coal,,1,kg,toy,assumed")
    toy.add("emission_factors", "gas_boiler,PM2.5,,,0,kg,toy,assumed")
    assert toy.problem() == missing(
        "models/toy/fuel_use.csv", "gas_boiler coal", "an emission factor is given per unit of this fuel"
    )


def test_a_factor_per_content_needs_the_fuel_that_holds_it(toy: Toy) -> None:
    toy.edit("emission_factors", 5, "content", "ash")
    assert (
        "models/toy/emission_factors.csv, row 5, column “fuel”: found an empty cell. Allowed: the fuel that holds "
        "ash. Name the fuel."
    ) in toy.problems()


def test_a_content_without_a_fuel_is_one_problem(toy: Toy) -> None:
    toy.edit("emission_factors", 5, "content", "ash")
    assert len(toy.problems()) == 1


def test_a_proxy_without_weights_is_a_problem_of_the_row_that_names_it(toy: Toy) -> None:
    toy.edit("activity", 2, "proxy", "people")
    assert toy.problem().startswith("inputs/toy/activity.csv, row 2, column “proxy”: found “people”.")


def test_a_city_total_without_a_proxy_is_a_problem_of_its_own_row(toy: Toy) -> None:
    toy.edit("activity", 2, "proxy", "")
    assert toy.problem().startswith("inputs/toy/activity.csv, row 2, column “proxy”: found an empty cell.")


def test_a_city_where_nothing_goes_on_is_a_problem(toy: Toy) -> None:
    for row in range(2, 8):
        toy.edit("activity", row, "quantity", "0")
    assert toy.problem() == (
        "inputs/toy/activity.csv, column “quantity”: found nothing but zeros in 2017. Allowed: a city in which "
        "something goes on. Give the quantities of that year."
    )


def test_everyone_who_runs_a_technology_is_paid_for(toy: Toy) -> None:
    toy.drop("payers", 4)
    assert toy.problems() == [
        missing(
            "inputs/toy/payers.csv",
            f"{technology} running",
            "someone pays for it (a row for it, its activity or its sector)",
        )
        for technology in ("stove", "briquette_stove", "gas_boiler")
    ]


def test_the_chosen_background_covers_every_planning_year(toy: Toy) -> None:
    toy.replace(toy.city, "years: [2018]", "years: [2018, 2019]")
    assert (
        missing("inputs/toy/background.csv", "toy PM2.5 2019", "the chosen assumption covers every planning year")
        in toy.problems()
    )


def test_every_planning_year_has_a_pace(toy: Toy) -> None:
    toy.replace(toy.city, "years: [2018]", "years: [2018, 2019]")
    why = "every measure has a pace for the city in every planning year"
    assert [text for text in toy.problems() if "pace.csv" in text] == [
        missing("inputs/toy/pace.csv", f"toy {measure} 2019", why)
        for measure in ("briquettes", "gas", "boiler_closed", "sweeping")
    ]


def test_a_pollutant_in_the_air_has_precursors(toy: Toy) -> None:
    toy.drop("precursors", 2, 3)
    assert toy.problem() == missing("models/toy/precursors.csv", "PM2.5", "what forms the pollutant in the air")


def test_an_unknown_background_is_a_problem_with_the_nearest_assumption(toy: Toy) -> None:
    toy.replace(toy.city, "background: neighbours", "background: neighbors")
    assert toy.problem() == (
        "inputs/toy/city.yaml, column “background”: found “neighbors”. Allowed: an assumption of background.csv. "
        "Did you mean “neighbours”?"
    )


def test_a_concentration_target_needs_an_apportionment_where_it_holds(toy: Toy) -> None:
    toy.edit("targets", 4, "area", "east")
    assert toy.problem() == (
        "inputs/toy/targets.csv, row 4, column “area”: found “east PM2.5”. Allowed: a receptor and pollutant of "
        "apportionment.csv. Add the apportionment, or correct the target."
    )


def test_a_relative_concentration_target_needs_an_observation_of_its_base_year(toy: Toy) -> None:
    toy.edit("targets", 4, "basis", "relative")
    toy.edit("targets", 4, "value", "-0.1")
    toy.edit("targets", 4, "base_year", "2017")
    assert "toy PM2.5 2017" in toy.problem()


def test_a_season_with_a_quarter_missing_is_a_problem(toy: Toy) -> None:
    toy.drop("season", 4)
    assert "heating 3" in toy.problem()


def test_a_source_group_that_no_sector_belongs_to_is_a_problem(toy: Toy) -> None:
    toy.edit("apportionment", 3, "group", "coall")
    text = toy.problem()
    assert text.startswith("inputs/toy/apportionment.csv, row 3, column “group”: found “coall”.")
    assert text.endswith("Did you mean “coal”?")


def test_a_source_group_that_emitted_nothing_in_the_reference_year_is_a_problem(toy: Toy) -> None:
    toy.drop("emission_factors", 7)
    assert any("dust" in text for text in toy.problems())


# ---------------------------------------------------------------- one activity


def test_a_measure_stays_within_one_activity(toy: Toy) -> None:
    toy.edit("measures", 5, "to_technology", "gas_boiler")
    assert toy.problem() == (
        "models/toy/measures.csv, row 5, column “to_technology”: found “gas_boiler”. Allowed: a technology of the "
        f"activity roads. {UNCLEAR}"
    )


def test_wear_stays_within_one_activity(toy: Toy) -> None:
    toy.edit("turnover", 2, "into", "stove")
    assert toy.problem() == (
        "models/toy/turnover.csv, row 2, column “into”: found “stove”. Allowed: a technology of the activity roads. "
        f"{UNCLEAR}"
    )


# ---------------------------------------------------------------- targets


def test_a_relative_target_counts_from_the_reference_or_the_start_year(toy: Toy) -> None:
    toy.edit("targets", 2, "base_year", "2016")
    assert toy.problem() == (
        "inputs/toy/targets.csv, row 2, column “base_year”: found “2016”. Allowed: one of 2015, 2017. "
        "Give the base year of a relative target."
    )


def test_a_relative_target_without_a_base_year_has_an_empty_cell(toy: Toy) -> None:
    toy.edit("targets", 2, "base_year", "")
    assert toy.problem() == (
        "inputs/toy/targets.csv, row 2, column “base_year”: found an empty cell. Allowed: one of 2015, 2017. "
        "Give the base year of a relative target."
    )


def test_a_target_lies_in_a_planning_year(toy: Toy) -> None:
    toy.edit("targets", 2, "year", "2019")
    assert toy.problem() == (
        "inputs/toy/targets.csv, row 2, column “year”: found “2019”. Allowed: one of 2018. Give a planning year."
    )


def test_a_target_counts_known_sectors(toy: Toy) -> None:
    toy.edit("targets", 2, "sectors", "coall dust")
    assert toy.problem() == (
        "inputs/toy/targets.csv, row 2, column “sectors”: found “coall”. Allowed: a key of sectors. "
        "Did you mean “coal”?"
    )


def test_a_target_leaves_out_known_activities(toy: Toy) -> None:
    toy.edit("targets", 2, "excluded", "heating boiler")
    text = toy.problem()
    assert text.startswith("inputs/toy/targets.csv, row 2, column “excluded”: found “boiler”.")
    assert text.endswith("Did you mean “boilers”?")


def test_what_a_target_leaves_out_is_a_key_of_activities(toy: Toy) -> None:
    toy.edit("targets", 2, "excluded", "heating boiler")
    assert "Allowed: a key of activities." in toy.problem()


# ---------------------------------------------------------------- order


@pytest.mark.parametrize(
    ("relation", "column", "value", "among", "advice"),
    [
        ("finish_to_start", "before", "gas", "tasks", UNCLEAR),
        ("finish_to_start", "after", "stove", "tasks, measures", UNCLEAR),
        ("standard_before", "before", "gas", "tasks", UNCLEAR),
        ("standard_before", "after", "gas_boiler", "tasks, measures", UNCLEAR),
        ("ban_after", "after", "briquettes", "technologies", "Did you mean “briquette_stove”?"),
    ],
)
def test_a_relation_joins_what_it_can_join(
    toy: Toy, relation: str, column: str, value: str, among: str, advice: str
) -> None:
    toy.edit("order", 3, "relation", relation)
    toy.edit("order", 3, column, value)
    assert toy.problem() == (
        f"inputs/toy/order.csv, row 3, column “{column}”: found “{value}”. Allowed: for {relation}: a key of {among}. "
        f"{advice}"
    )


def test_a_share_joins_two_measures(toy: Toy) -> None:
    toy.edit("order", 3, "relation", "share")
    assert toy.problem() == (
        "inputs/toy/order.csv, row 3, column “before”: found “survey”. Allowed: for share: a key of measures. "
        f"{UNCLEAR}"
    )


def ring(*tasks: str) -> str:
    return (
        f"inputs/toy/order.csv: found tasks that wait for each other: {' → '.join(tasks)}. "
        "Allowed: an order without a ring. Remove one of these orders."
    )


def test_tasks_that_wait_for_each_other_are_reported_as_a_ring(toy: Toy) -> None:
    toy.add("order", "O3,pipe,survey,finish_to_start,0,1,yes,,the survey follows the pipe")
    assert toy.problem() in (ring("survey", "pipe", "survey"), ring("pipe", "survey", "pipe"))


def test_a_task_that_leads_into_a_ring_is_no_part_of_it(toy: Toy) -> None:
    lines = toy.lines("tasks")
    lines.insert(1, ["letter", "发函", "letter", "3", "x", "2018-01", "0", "2018-12", "no", "0", "", "toy", "assumed"])
    toy.write("tasks", lines)
    toy.add("order", "O3,pipe,survey,finish_to_start,0,1,yes,,the survey follows the pipe")
    toy.add("order", "O4,letter,survey,finish_to_start,0,1,yes,,the survey follows the letter")
    assert toy.problem() in (ring("survey", "pipe", "survey"), ring("pipe", "survey", "pipe"))


def test_a_task_that_waits_for_itself_is_a_ring(toy: Toy) -> None:
    toy.add("order", "O3,pipe,pipe,finish_to_start,0,1,yes,,the pipe follows itself")
    assert toy.problem() == ring("pipe", "pipe")


# ---------------------------------------------------------------- unused rows


@pytest.mark.parametrize(
    ("table", "cells", "column", "found"),
    [
        ("sources", "hearsay,Heard in passing", "source", "hearsay"),
        ("proxies", "people,east,1,toy,assumed", "proxy", "people"),
        ("technologies", "fireplace,壁炉,fireplace,heating", "technology", "fireplace"),
        ("fuels", "wood,木柴,wood,t", "fuel", "wood"),
        ("sectors", "farms,农业,farms,other", "sector", "farms"),
        ("pollutants", "CO,一氧化碳,carbon monoxide", "pollutant", "CO"),
        ("prices", "gas,industry,3,toy,assumed", "tariff", "gas industry"),
        ("fuel_quality", "gas,sulphur,0,toy,assumed", "content", "gas sulphur"),
        ("pace", "toy,gas,2019,1,1,toy,assumed", "year", "2019"),
        ("supply", "gas,2019,,10,10^4 m3,toy,assumed", "year", "2019"),
        ("budgets", "city,2019,0.2,10^8 CNY,toy,assumed", "year", "2019"),
        ("activity", "toy,heating,2016,0.4,10^4 household,households,toy,assumed", "year", "2016"),
        ("mix", "toy,stove,2016,1,toy,assumed", "year", "2016"),
    ],
)
def test_a_row_that_nothing_uses_is_a_problem(toy: Toy, table: str, cells: str, column: str, found: str) -> None:
    row = toy.add(table, cells)
    folder = "models/toy" if table in ("sources", "technologies", "fuels", "sectors", "pollutants") else "inputs/toy"
    assert toy.problem() == (
        f"{folder}/{table}.csv, row {row}, column “{column}”: found “{found}”. Allowed: something that another table "
        "uses. Use it, or remove the row."
    )


def test_an_activity_without_technologies_is_a_problem(toy: Toy) -> None:
    row = toy.add("activities", "cooking,炊事,cooking,coal,household")
    assert (
        f"models/toy/activities.csv, row {row}, column “activity”: found “cooking”. Allowed: something that another "
        "table uses. Use it, or remove the row."
    ) in toy.problems()


def test_growth_outside_the_planning_years_is_a_problem(toy: Toy) -> None:
    toy.path("growth").write_text("technology,year,rate,source,grade\nstove,2017,0.1,toy,assumed\n", encoding="utf-8")
    assert toy.problem() == (
        "inputs/toy/growth.csv, row 2, column “year”: found “2017”. Allowed: something that another table uses. "
        "Use it, or remove the row."
    )


def test_a_budget_of_someone_who_pays_nothing_is_a_problem(toy: Toy) -> None:
    row = toy.add("budgets", "citty,2018,0.2,10^8 CNY,toy,assumed")
    assert toy.problem().startswith(f"inputs/toy/budgets.csv, row {row}, column “payer”: found “citty”.")


def test_a_published_total_held_against_an_unknown_sector_is_a_problem(toy: Toy) -> None:
    toy.edit("comparables", 3, "scope", "coall")
    text = toy.problem()
    assert text.startswith("inputs/toy/comparables.csv, row 3, column “scope”: found “coall”.")
    assert text.endswith("Did you mean “coal”?")


def test_a_published_total_held_against_a_year_without_inventory_is_a_problem(toy: Toy) -> None:
    toy.edit("comparables", 3, "against", "2014")
    assert toy.problem().startswith("inputs/toy/comparables.csv, row 3, column “against”: found “2014”.")


# ---------------------------------------------------------------- settings


def test_a_key_given_twice_in_a_yaml_file_is_a_problem_with_its_line(toy: Toy) -> None:
    toy.city.write_text(toy.city.read_text(encoding="utf-8") + "name_en: Again\n", encoding="utf-8")
    text = toy.problems()[0]
    assert text.startswith("inputs/toy/city.yaml, row 12: found ")
    assert "duplicate key" in text
    assert "name_en" in text
    assert text.endswith("Allowed: YAML 1.2 with each key once. Mend the line.")


def test_a_yaml_file_that_cannot_be_read_is_one_problem(toy: Toy) -> None:
    toy.city.write_text(toy.city.read_text(encoding="utf-8") + "name_en: Again\n", encoding="utf-8")
    assert len(toy.problems()) == 1


def test_broken_yaml_is_a_problem_with_its_line(toy: Toy) -> None:
    toy.replace(toy.city, "years: [2018]", "years: [2018")
    text = toy.problems()[0]
    assert text.startswith("inputs/toy/city.yaml, row 7: found ")
    assert text.endswith("Allowed: YAML 1.2 with each key once. Mend the line.")


def test_a_yaml_file_without_keys_is_a_problem(toy: Toy) -> None:
    toy.city.write_text("- toy\n", encoding="utf-8")
    assert toy.problems()[0] == (
        "inputs/toy/city.yaml: found no mapping. Allowed: keys and values. Write “key: value” lines."
    )


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "{}\n"])
def test_an_empty_file_of_settings_lacks_every_entry_that_is_needed(toy: Toy, text: str) -> None:
    toy.city.write_text(text, encoding="utf-8")
    lacking = [text for text in toy.problems() if "found nothing. Allowed: a value" in text]
    assert len(lacking) == 10
    assert any(text.startswith("inputs/toy/city.yaml, column “city”") for text in lacking)


def test_a_yaml_file_that_holds_an_empty_list_is_a_problem(toy: Toy) -> None:
    toy.city.write_text("[]\n", encoding="utf-8")
    assert "found no mapping" in toy.problem()


def test_a_yaml_file_of_bytes_that_are_no_text_is_a_problem(toy: Toy) -> None:
    toy.city.write_bytes(b"\xff\xff")
    assert toy.problems()[0].startswith("inputs/toy/city.yaml: found ")
    assert "neither utf-8 nor GB18030" in toy.problems()[0]


def test_a_yaml_file_that_is_not_there_is_a_problem(toy: Toy) -> None:
    _, problems, _ = read_yaml(toy.inputs / "toy" / "other.yaml")
    assert [str(problem) for problem in problems] == [
        "inputs/toy/other.yaml: found no such file. Allowed: a YAML file. Write the file."
    ]


def test_an_unknown_setting_is_a_problem_with_the_nearest_right_key(toy: Toy) -> None:
    toy.city.write_text(toy.city.read_text(encoding="utf-8") + "populaton: 1\n", encoding="utf-8")
    text = toy.problem()
    assert text.startswith("inputs/toy/city.yaml, column “populaton”: found “1”. Allowed: ")
    assert text.endswith("Did you mean “population”?")


def test_a_missing_setting_is_a_problem(toy: Toy) -> None:
    toy.replace(toy.city, "population: 10000\n", "")
    assert toy.problem().startswith("inputs/toy/city.yaml, column “population”: found nothing. Allowed: ")


def test_a_setting_out_of_bounds_is_a_problem(toy: Toy) -> None:
    toy.replace(toy.city, "discount_rate: 0", "discount_rate: 0.5")
    text = toy.problem()
    assert text.startswith("inputs/toy/city.yaml, column “discount_rate”: found “0.5”. Allowed: ")
    assert "0.2" in text


def test_a_city_without_planning_years_is_a_problem(toy: Toy) -> None:
    toy.replace(toy.city, "years: [2018]", "years: []")
    assert toy.problem().startswith("inputs/toy/city.yaml, column “years”: found “[]”. Allowed: ")


def test_a_planning_year_given_twice_is_a_problem(toy: Toy) -> None:
    toy.replace(toy.city, "years: [2018]", "years: [2018, 2018]")
    assert toy.problem().startswith("inputs/toy/city.yaml, column “years”: found ")


def test_a_city_whose_settings_bear_another_name_is_one_problem(toy: Toy) -> None:
    toy.replace(toy.city, "city: toy", "city: tooy")
    assert toy.problem().startswith("inputs/toy/city.yaml, column “city”: found “tooy”.")


# ---------------------------------------------------------------- cities and scenarios


def test_an_unknown_city_is_a_problem_with_the_nearest_one(toy: Toy) -> None:
    assert toy.problem(city="toyy") == (
        f"{toy.inputs}: found “toyy”. Allowed: a folder with a city.yaml. Did you mean “toy”?"
    )


def test_an_unknown_scenario_is_a_problem_with_the_nearest_one(toy: Toy) -> None:
    assert toy.problem("least-cots") == (
        f"inputs/toy/scenarios: found “least-cots”. Allowed: one of {PRESETS}. Did you mean “least-cost”?"
    )


def test_a_scenario_that_extends_an_unknown_one_is_a_problem_of_its_own_file(toy: Toy) -> None:
    toy.scenario("trial", "extends: frozzen")
    assert toy.problem("trial") == (
        f"inputs/toy/scenarios/trial.yaml: found “frozzen”. Allowed: one of {PRESETS}. Did you mean “frozen”?"
    )


def test_a_scenario_that_extends_itself_is_a_problem(toy: Toy) -> None:
    toy.scenario("trial", "extends: trial")
    assert toy.problem("trial").startswith("inputs/toy/scenarios/trial.yaml: found “trial”. Allowed: one of")


def test_a_scenario_that_extends_itself_is_not_advised_to_do_so(toy: Toy) -> None:
    toy.scenario("trial", "extends: trial")
    assert "Did you mean “trial”?" not in toy.problem("trial")


def test_scenarios_that_extend_each_other_are_a_problem(toy: Toy) -> None:
    toy.scenario("one", "extends: two")
    toy.scenario("two", "extends: one")
    assert toy.problem("one").startswith("inputs/toy/scenarios/two.yaml: found “one”.")


def test_a_scenario_does_what_it_extends_does_first(toy: Toy) -> None:
    toy.scenario("one", "changes:", "  - {table: prices, where: {fuel: coal}, column: price, set: 700}")
    toy.scenario("two", "extends: one", "changes:", "  - {table: prices, where: {fuel: coal}, column: price, scale: 2}")
    assert toy.read("two")["prices"].loc[2, "price"] == 1400


def test_a_broken_scenario_file_is_a_problem_with_its_line(toy: Toy) -> None:
    toy.scenario("trial", "description_en: again")
    assert toy.problem("trial").startswith("inputs/toy/scenarios/trial.yaml, row 3: found ")


def test_a_scenario_without_a_description_is_a_problem(toy: Toy) -> None:
    toy.scenario("trial").write_text("extends: frozen\n", encoding="utf-8")
    assert "a sentence saying why: description_zh, description_en or both" in toy.problem("trial")


def test_a_scenario_described_in_one_language_is_told_so_in_both(toy: Toy) -> None:
    toy.scenario("trial").write_text("description_zh: 试\nextends: frozen\n", encoding="utf-8")
    assert dict(toy.read("trial").description) == {"zh": "试", "en": "试"}


def test_an_unknown_key_of_a_scenario_is_a_problem_with_the_nearest_right_one(toy: Toy) -> None:
    toy.scenario("trial", "chnges: []")
    text = toy.problem("trial")
    assert text.startswith("inputs/toy/scenarios/trial.yaml, column “chnges”: found “[]”. Allowed: ")
    assert text.endswith("Did you mean “changes”?")


def test_an_unknown_setting_of_a_scenario_is_a_problem_of_the_scenario_file(toy: Toy) -> None:
    toy.scenario("trial", "settings: {backgroud: unchanged}")
    text = toy.problem("trial")
    assert text.startswith("inputs/toy/scenarios/trial.yaml")
    assert text.endswith("Did you mean “background”?")


def test_a_scenario_sets_a_setting(toy: Toy) -> None:
    toy.scenario("trial", "settings: {background: unchanged}")
    assert toy.read("trial").settings.background == "unchanged"


# ---------------------------------------------------------------- what-ifs


def what_if(toy: Toy, change: str) -> str:
    """The only problem of a scenario with one change."""
    toy.scenario("trial", "changes:", f"  - {change}")
    return toy.problem("trial")


TASK = "{table: tasks, where: {task: survy}, column: cost, set: 0}"
CHANGE = "inputs/toy/scenarios/trial.yaml, change 1: found "
COLUMNS = "area, measure, share, low, high, source, grade, note"


def test_a_change_of_an_unknown_table_is_a_problem(toy: Toy) -> None:
    assert what_if(toy, "{table: potential, column: share, set: 0}") == (
        CHANGE + "“potential”. Allowed: the name of a table. Did you mean “potentials”?"
    )


def test_a_change_of_an_unknown_column_is_a_problem(toy: Toy) -> None:
    assert what_if(toy, "{table: potentials, column: shares, set: 0}") == (
        CHANGE + f"“shares”. Allowed: a column of potentials: {COLUMNS}. Did you mean “share”?"
    )


def test_a_choice_by_an_unknown_column_is_a_problem(toy: Toy) -> None:
    assert what_if(toy, "{table: potentials, where: {mesure: gas}, column: share, set: 0}") == (
        CHANGE + f"“mesure”. Allowed: a column of potentials: {COLUMNS}. Did you mean “measure”?"
    )


def test_a_change_that_finds_no_row_is_a_problem_with_the_nearest_value(toy: Toy) -> None:
    assert what_if(toy, "{table: potentials, where: {measure: gass}, column: share, set: 0}") == (
        CHANGE + "no row of potentials where measure = gass. Allowed: a choice that finds rows. Did you mean “gas”?"
    )


def test_a_change_whose_patterns_never_meet_in_a_row_is_a_problem(toy: Toy) -> None:
    assert what_if(toy, "{table: activity, where: {area: west, activity: heating}, column: quantity, scale: 2}") == (
        CHANGE + "no row of activity where area = west, activity = heating. Allowed: a choice that finds rows. "
        "With area = west, “activity” holds boilers."
    )


def test_a_part_of_a_value_is_told_with_the_file_and_the_change(toy: Toy) -> None:
    toy.scenario("trial", "changes:", "  - {table: supply, column: quantity, scale: 2}", "  - " + TASK)
    assert toy.problem("trial") == (
        "inputs/toy/scenarios/trial.yaml, change 2: found no row of tasks where task = survy. Allowed: a choice that "
        "finds rows. Did you mean “survey”?"
    )


def test_a_choice_in_an_empty_table_is_told_as_such(toy: Toy) -> None:
    assert what_if(toy, "{table: standards, where: {pollutant: SO2}, column: limit, set: 0}") == (
        CHANGE + "no row of standards where pollutant = SO2. Allowed: a choice that finds rows. "
        "The table holds no row yet."
    )


def test_a_change_to_a_value_out_of_bounds_is_a_problem(toy: Toy) -> None:
    text = what_if(toy, "{table: potentials, column: share, set: 1.5}")
    assert text.startswith(CHANGE + "“1.5”. Allowed: at most 1")
    assert text.endswith(
        "The column holds: share of the activity's quantity at the start that can be converted over the horizon."
    )


def test_a_scale_beyond_the_bounds_is_a_problem(toy: Toy) -> None:
    assert what_if(toy, "{table: potentials, where: {measure: gas}, column: share, scale: 3}").startswith(
        CHANGE + "“1.5”. Allowed: at most 1"
    )


def test_a_change_of_a_year_to_a_fraction_is_a_problem(toy: Toy) -> None:
    assert what_if(toy, "{table: targets, column: year, set: 2018.5}") == (
        CHANGE + "“2018.5”. Allowed: a whole number. The column holds: planning year."
    )


def test_a_change_to_infinity_is_a_problem(toy: Toy) -> None:
    assert what_if(toy, "{table: prices, column: price, set: .inf}") == (
        CHANGE + "“inf”. Allowed: a finite number. The column holds: price without subsidy."
    )


def test_a_change_to_nothing_is_a_problem(toy: Toy) -> None:
    assert what_if(toy, '{table: tasks, column: deadline, set: ""}') == (
        CHANGE + "an empty cell. Allowed: a value. The column holds: last month: done by its end."
    )


def test_a_change_to_a_list_is_a_problem(toy: Toy) -> None:
    assert what_if(toy, "{table: prices, column: price, set: [1, 2]}").startswith(CHANGE + "“[1, 2]”.")


def test_a_change_that_breaks_a_reference_is_a_problem(toy: Toy) -> None:
    text = what_if(toy, "{table: targets, where: {target: T2}, column: subject, set: NOX}")
    assert text.endswith("found “NOX”. Allowed: a key of pollutants. Did you mean “NOx”?")


BOTH = "give a column with `set` or `scale`, or `remove: true`"


@pytest.mark.parametrize(
    "change",
    [
        "{table: potentials, column: share, set: 0, scale: 2}",
        "{table: potentials, column: share, set: 0, remove: true}",
        "{table: potentials, column: share}",
        "{table: potentials, set: 0}",
    ],
)
def test_a_change_says_one_thing(toy: Toy, change: str) -> None:
    text = what_if(toy, change)
    assert text.startswith("inputs/toy/scenarios/trial.yaml")
    assert BOTH in text


def test_a_misspelt_key_of_a_change_is_a_problem_with_the_nearest_right_one(toy: Toy) -> None:
    assert what_if(toy, "{table: potentials, colum: share, set: 0}").endswith("Did you mean “column”?")


def test_a_negative_scale_is_a_problem(toy: Toy) -> None:
    text = what_if(toy, "{table: potentials, column: share, scale: -1}")
    assert text.startswith("inputs/toy/scenarios/trial.yaml")
    assert "found “-1”" in text


def test_the_second_change_is_numbered_two(toy: Toy) -> None:
    toy.scenario(
        "trial",
        "changes:",
        "  - {table: prices, column: price, scale: 2}",
        "  - {table: potentials, column: shares, set: 0}",
    )
    assert toy.problem("trial").startswith("inputs/toy/scenarios/trial.yaml, change 2: found “shares”.")


def test_every_mistake_of_a_scenario_is_raised_at_once(toy: Toy) -> None:
    toy.scenario(
        "trial",
        "changes:",
        "  - {table: price, column: price, scale: 2}",
        "  - {table: potentials, column: shares, set: 0}",
    )
    assert [text.split(":")[0] for text in toy.problems("trial")] == [
        "inputs/toy/scenarios/trial.yaml, change 1",
        "inputs/toy/scenarios/trial.yaml, change 2",
    ]


@pytest.mark.parametrize("word", ["false", "no", '"no"', "0"])
def test_no_means_no_in_a_scenario_as_in_a_table(toy: Toy, word: str) -> None:
    toy.scenario("trial", "changes:", f"  - {{table: targets, where: {{target: T2}}, column: enforced, set: {word}}}")
    assert toy.read("trial")["targets"]["enforced"].tolist() == [True, False, True, False]


def test_a_number_in_quotes_is_a_number_in_a_scenario(toy: Toy) -> None:
    toy.scenario("trial", "changes:", '  - {table: prices, where: {fuel: gas}, column: price, set: "3"}')
    assert toy.read("trial")["prices"]["price"].tolist() == [500.0, 1000.0, 3.0]


def test_a_row_is_chosen_by_yes_as_it_stands_in_the_table(toy: Toy) -> None:
    toy.scenario("trial", "changes:", "  - {table: targets, where: {enforced: no}, column: value, set: -0.4}")
    assert toy.read("trial")["targets"]["value"].tolist() == [-0.21875, 17.0, 85.0, -0.4]


def test_a_row_is_chosen_by_a_base_year_as_it_stands_in_the_table(toy: Toy) -> None:
    toy.scenario("trial", "changes:", "  - {table: targets, where: {base_year: 2015}, column: value, set: -0.1}")
    assert toy.read("trial")["targets"]["value"].tolist() == [-0.1, 17.0, 85.0, -0.1]


def test_a_change_removes_the_rows_it_chooses(toy: Toy) -> None:
    toy.scenario("trial", "changes:", "  - {table: targets, where: {target: T*, indicator: fuel}, remove: true}")
    assert toy.read("trial")["targets"]["target"].tolist() == ["T1", "T2", "T3"]


# ---------------------------------------------------------------- in Chinese


def misspell_a_column(toy: Toy) -> None:
    toy.edit("areas", 1, "colour", "colour")


def write_no_number(toy: Toy) -> None:
    toy.edit("activity", 2, "quantity", "many")


def break_a_reference(toy: Toy) -> None:
    toy.edit("prices", 2, "source", "hearsay")


def forget_a_row(toy: Toy) -> None:
    toy.drop("potentials", 3)


def miss_the_sum(toy: Toy) -> None:
    toy.edit("mix", 2, "share", "0.9")


@pytest.mark.parametrize("mistake", [misspell_a_column, write_no_number, break_a_reference, forget_a_row, miss_the_sum])
def test_in_chinese_the_frame_of_a_problem_is_chinese(toy: Toy, mistake: Callable[[Toy], None]) -> None:
    mistake(toy)
    speak("zh")
    text = toy.problem()
    assert CHINESE.search(text)
    for english in ("found", "Allowed", "row ", "column "):
        assert english not in text


def test_in_chinese_the_count_of_problems_is_chinese() -> None:
    speak("zh")
    head = str(InputError([Problem(Place("a.csv"), phrase("a"), phrase("b"), phrase("C."))])).splitlines()[0]
    assert CHINESE.search(head)
    assert "problems in the input" not in head


@pytest.mark.parametrize(
    ("old", "new"), [("population: 10000\n", ""), ("population", "populaton"), ("discount_rate: 0", "discount_rate: 5")]
)
def test_in_chinese_a_bad_setting_is_not_explained_in_english(toy: Toy, old: str, new: str) -> None:
    toy.replace(toy.city, old, new)
    speak("zh")
    for text in toy.problems():
        for english in ("Field required", "Extra inputs", "Input should"):
            assert english not in text


def test_in_chinese_a_text_where_a_text_belongs_but_a_number_stands_is_not_explained_in_english(toy: Toy) -> None:
    toy.scenario("trial", "changes:", "  - {table: tasks, column: deadline, set: 2018}")
    speak("zh")
    assert "Input should" not in toy.problem("trial")


def test_in_chinese_what_a_column_holds_is_said_in_chinese(toy: Toy) -> None:
    write_no_number(toy)
    speak("zh")
    assert toy.problem() == (
        "inputs/toy/activity.csv，第 2 行，“quantity”列：发现“many”。要求：数字。该列填写：活动水平。"
    )


def test_one_and_the_same_problem_is_told_in_either_language(toy: Toy) -> None:
    write_no_number(toy)
    with pytest.raises(InputError) as caught:
        toy.read()
    with speaking("zh"):
        assert "该列填写：活动水平。" in str(caught.value)
    with speaking("en"):
        assert "The column holds: quantity of the activity." in str(caught.value)


# ---------------------------------------------------------------- models, and comments above a header


def test_a_model_that_is_not_there_is_a_problem_with_the_nearest_one(toy: Toy) -> None:
    toy.replace(toy.city, "model: toy", "model: toyy")
    assert toy.problem() == (
        "inputs/toy/city.yaml, column “model”: found “toyy”. Allowed: a folder of models. Did you mean “toy”?"
    )


def test_a_model_takes_the_files_it_does_not_have_from_the_one_it_extends(toy: Toy) -> None:
    own = toy.models / "mine"
    own.mkdir()
    (own / "model.yaml").write_text("extends: toy\n", encoding="utf-8")
    text = toy.path("fuels").read_text(encoding="utf-8").replace("natural gas", "town gas")
    (own / "fuels.csv").write_text(text, encoding="utf-8")
    toy.replace(toy.city, "model: toy", "model: mine")
    case = toy.read()
    assert case.names("fuels", "en")["gas"] == "town gas"
    assert len(case["technologies"]) == 6


def own_model(toy: Toy, text: str | None) -> None:
    """A model of the toy's own, with fuels and what its model.yaml says."""
    own = toy.models / "mine"
    own.mkdir()
    (own / "fuels.csv").write_text(toy.path("fuels").read_text(encoding="utf-8"), encoding="utf-8")
    if text is not None:
        (own / "model.yaml").write_text(text, encoding="utf-8")
    toy.replace(toy.city, "model: toy", "model: mine")


def test_an_unknown_key_of_a_model_is_a_problem_with_the_right_one(toy: Toy) -> None:
    own_model(toy, "extend: toy\n")
    assert toy.problem() == (
        "models/mine/model.yaml, column “extend”: found “toy”. Allowed: a known key. Did you mean “extends”?"
    )


@pytest.mark.parametrize("text", [None, "", "extends:\n"])
def test_a_model_that_lacks_tables_and_extends_none_is_one_problem(toy: Toy, text: str | None) -> None:
    own_model(toy, text)
    said = toy.problem()
    assert said.startswith("models/mine/model.yaml: found no model that it extends, and no sources.csv, ")
    assert said.endswith("Allowed: the line “extends: base”, or every table. Write “extends: base” into model.yaml.")


def test_rows_are_counted_with_the_comments_above_the_header(toy: Toy) -> None:
    path = toy.path("prices")
    text = path.read_text(encoding="utf-8").replace("coal,household,500", "coal,household,much")
    path.write_text("# prices of 2017\n# without subsidy\n" + text, encoding="utf-8")
    assert toy.problem().startswith("inputs/toy/prices.csv, row 4, column “price”: found “much”. Allowed: a number.")


def test_a_column_that_is_missing_below_comments_is_a_problem(toy: Toy) -> None:
    path = toy.path("areas")
    toy.drop_column("areas", "kind")
    path.write_text("# counties\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert "column “kind”: found no such column. Allowed: a column “kind”." in toy.problem()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_comments_above_the_header_change_nothing(toy: Toy, encoding: str) -> None:
    path = toy.path("areas")
    path.write_text("# 区县\n#\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    toy.encode(path, encoding)
    assert toy.read()["areas"]["name_zh"].to_list() == ["东区", "西县"]


# ---------------------------------------------------------------- targets and commitments of every kind

MEND = "Mend the entry."
MULTIPLE = "Write the quantity in {0}, or in a multiple such as “10^4 {0}”."
TARGET = ("indicator", "subject", "area", "year", "by", "operator", "value", "unit", "basis", "base_year", "enforced")


def add_target(toy: Toy, line: str) -> int:
    """A target that is only shown: indicator, subject, area, year, by, operator, value, unit, basis, base_year."""
    toy.edit("targets", 1, "by", "by")
    toy.edit("targets", 1, "unit", "unit")
    names = toy.lines("targets")[0]
    given = dict(zip(TARGET, line.split(","), strict=True))
    cells = {"target": "T9", "name_zh": "试", "name_en": "trial", "clause": "9"} | given
    return toy.add("targets", ",".join(cells.get(name, "") for name in names))


@pytest.mark.parametrize(
    ("line", "column", "found", "allowed", "remedy"),
    [
        # subjects of each kind
        ("emission,SO22,toy,2018,,<=,1,,absolute,,no", "subject", "SO22", "a key of pollutants", "Did you mean “SO2”?"),
        ("emission,SO2 NOx,toy,2018,,<=,1,,absolute,,no", "subject", "SO2 NOx", "a key of pollutants", ""),
        ("fuel,coal gass,toy,2018,,<=,1,,absolute,,no", "subject", "gass", "a key of fuels", "Did you mean “gas”?"),
        ("share,stove gaz_boiler,toy,2018,,<=,1,,absolute,,no", "subject", "gaz_boiler", "a key of technologies", ""),
        ("converted,briquette,toy,2018,,>=,1,,absolute,,no", "subject", "briquette", "a key of measures", ""),
        # months
        ("share,stove,toy,2018,2019-06,<=,1,,absolute,,no", "by", "2019-06", "a month of 2018", MEND),
        # units
        ("share,stove,toy,2018,,<=,1,km,absolute,,no", "unit", "km", "a unit that can be turned into 1", ""),
        (
            "converted,gas,toy,2018,,>=,1,10^4 t,absolute,,no",
            "unit",
            "10^4 t",
            "a unit that can be turned into household",
            MULTIPLE.format("household"),
        ),
        (
            "emission,SO2,toy,2018,,<=,1,%,absolute,,no",
            "unit",
            "%",
            "a unit that can be turned into t",
            MULTIPLE.format("t"),
        ),
        (
            "fuel,gas,toy,2018,,<=,1,t,absolute,,no",
            "unit",
            "t",
            "a unit that can be turned into m3",
            MULTIPLE.format("m3"),
        ),
        # what is only reported
        (
            "reported,trees,toy,2018,,>=,1,mu,absolute,,yes",
            "enforced",
            "yes",
            "no, for a target that is only reported",
            "Choose an indicator that is computed, or write no.",
        ),
    ],
)
def test_a_target_that_cannot_be_read_is_a_problem(
    toy: Toy, line: str, column: str, found: str, allowed: str, remedy: str
) -> None:
    row = add_target(toy, line)
    text = toy.problem()
    assert text.startswith(
        f"inputs/toy/targets.csv, row {row}, column “{column}”: found “{found}”. Allowed: {allowed}. "
    )
    assert text.endswith(remedy)


def test_only_a_reported_target_may_lack_its_value(toy: Toy) -> None:
    row = add_target(toy, "emission,SO2,toy,2018,,<=,,,absolute,,no")
    assert toy.problem() == (
        f"inputs/toy/targets.csv, row {row}, column “value”: found an empty cell. Allowed: a number. "
        "Give the limit, or make the target a `reported` one."
    )


def test_a_target_on_days_needs_the_parameters_of_its_days(toy: Toy) -> None:
    add_target(toy, "good_days,PM2.5,toy,2018,,>=,200,,absolute,,no")
    assert toy.problem() == (
        "inputs/toy/days.csv: found no row for toy PM2.5 good. Allowed: a row: a target on days needs the parameters "
        "of its days. Add the row; write 0 if it is zero."
    )


def test_a_target_on_days_needs_an_apportionment(toy: Toy) -> None:
    toy.path("days").write_text(
        "receptor,pollutant,kind,median,spread,other,source,grade\nwest,PM2.5,good,80,0.5,10,toy,assumed\n",
        encoding="utf-8",
    )
    row = add_target(toy, "good_days,PM2.5,west,2018,,>=,200,,absolute,,no")
    assert toy.problem() == (
        f"inputs/toy/targets.csv, row {row}, column “area”: found “west PM2.5”. Allowed: a receptor and pollutant of "
        "apportionment.csv. Add the apportionment, or correct the target."
    )


# what is accepted or passed by today, and must be refused: see each line
@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("converted,gas,toy,2018,,>=,-0.1,,relative,2015,no", "basis"),  # there is no base year of conversions
        ("emission,SO2,toy,2018,,<=,-21.875,t,relative,2015,no", "unit"),  # a change is a share, not tonnes
        ("emission,SO2,toy,2018,,<=,-45,,relative,2015,no", "value"),  # meant as per cent
        ("emission,SO2,toy,2018,,<=,-145,%,relative,2015,no", "value"),
        ("fuel,coal gas,toy,2018,,<=,9000,,absolute,,no", "subject"),  # t and m3
        ("converted,gas boiler_closed,toy,2018,,>=,1000,,absolute,,no", "subject"),  # households and t/h
        ("share,gas_boiler swept,toy,2018,,>=,0.1,,absolute,,no", "subject"),  # households and km
        ("converted,gas gas,toy,2018,,>=,1000,,absolute,,no", "subject"),  # counted twice
        ("good_days,PM2.5,toy,2018,,<=,100,,absolute,,no", "operator"),  # fewer good days is no goal
        ("heavy_days,PM2.5,toy,2018,,>=,100,,absolute,,no", "operator"),
    ],
)
def test_a_target_that_means_nothing_is_a_problem(toy: Toy, line: str, column: str) -> None:
    toy.path("days").write_text(
        "receptor,pollutant,kind,median,spread,other,source,grade\n"
        "toy,PM2.5,good,80,0.5,10,toy,assumed\ntoy,PM2.5,heavy,80,0.5,10,toy,assumed\n",
        encoding="utf-8",
    )
    row = add_target(toy, line)
    assert toy.problem().startswith(f"inputs/toy/targets.csv, row {row}, column “{column}”: ")


COMMITMENTS = "commitment,name_zh,name_en,clause,kind,subject,area,start,end,operator,quantity,unit,source,grade\n"


def promise(toy: Toy, line: str) -> None:
    toy.path("commitments").write_text(f"{COMMITMENTS}C1,试,trial,7,{line},toy,assumed\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "converted,gaz,toy,2018-01,2018-12,>=,1,household",
            "column “subject”: found “gaz”. Allowed: a key of measures. Did you mean “gas”?",
        ),
        (
            "share,stove gas_boiller,toy,2018-01,2018-12,>=,1,1",
            "column “subject”: found “gas_boiller”. Allowed: a key of technologies. Did you mean “gas_boiler”?",
        ),
        (
            "converted,gas,toy,2018-10,2018-06,>=,1,household",
            "column “end”: found “2018-10 2018-06”. Allowed: months of 2018, the first not after the last. "
            "Mend the entry.",
        ),
        (
            "converted,gas,toy,2019-01,2019-06,>=,1,household",
            "column “end”: found “2019-01 2019-06”. Allowed: months of 2018, the first not after the last. "
            "Mend the entry.",
        ),
        (
            "converted,gas,toy,2018-01,2018-12,>=,10,%",
            "column “unit”: found “%”. Allowed: a unit that can be turned into household. "
            "Write the quantity in household, or in a multiple such as “10^4 household”.",
        ),
        (
            "share,stove,toy,2018-01,2018-12,<=,1,household",
            "column “unit”: found “household”. Allowed: a unit that can be turned into 1. "
            "Write the quantity in 1, or in a multiple such as “10^4 1”.",
        ),
        (
            "converted,gas,north,2018-01,2018-12,>=,1,household",
            f"column “area”: found “north”. Allowed: a key of areas, city. {UNCLEAR}",
        ),
    ],
)
def test_a_commitment_that_cannot_be_read_is_a_problem(toy: Toy, line: str, said: str) -> None:
    promise(toy, line)
    assert toy.problem() == f"inputs/toy/commitments.csv, row 2, {said}"


# ---------------------------------------------------------------- orders that are held or opened elsewhere


@pytest.mark.parametrize(
    ("line", "column", "said"),
    [
        (
            "O3,survey,gas,capacity,,1,yes,,why",
            "after",
            "found “survey gas”. Allowed: for capacity: a pair of enables.csv. "
            "Add the row to enables.csv, or correct the order.",
        ),
        ("O3,gas,gas,capacity,,1,yes,,why", "before", f"found “gas”. Allowed: for capacity: a key of tasks. {UNCLEAR}"),
        (
            "O3,4.1,4.2,held,,1,yes,,why",
            "note",
            "found an empty cell. Allowed: the reason why it is held. Say it in one sentence.",
        ),
    ],
)
def test_an_order_that_is_not_expressed_elsewhere_is_a_problem(toy: Toy, line: str, column: str, said: str) -> None:
    row = toy.add("order", line)
    assert f"inputs/toy/order.csv, row {row}, column “{column}”: {said}" in toy.problems()


def test_orders_that_are_held_or_opened_by_capacity_are_sound(toy: Toy) -> None:
    toy.edit("order", 1, "note", "note")
    toy.add("order", "O3,pipe,gas,capacity,,1,yes,,why,")
    toy.add("order", "O4,4.1,4.2,held,,1,yes,,why,no quarter tells them apart")
    assert len(toy.read()["order"]) == 4


# ---------------------------------------------------------------- stack limits

LIMITS = "technology,pollutant,share,standard,limit,volume,fuel,source,grade\n"


def test_a_stack_limit_beside_an_emission_factor_is_a_problem(toy: Toy) -> None:
    toy.path("limits").write_text(f"{LIMITS}coal_boiler,NOx,0.8,plan,100,1000,,toy,assumed\n", encoding="utf-8")
    assert toy.problem() == (
        "models/toy/limits.csv, row 2, column “pollutant”: found “coal_boiler NOx”. Allowed: either a stack limit or "
        "emission factors, not both. Remove one of the two rows."
    )


def test_the_flue_gas_of_a_stack_limit_needs_a_fuel_use(toy: Toy) -> None:
    toy.path("limits").write_text(f"{LIMITS}swept,NOx,0.8,plan,100,1000,gas,toy,assumed\n", encoding="utf-8")
    assert toy.problem() == (
        "models/toy/fuel_use.csv: found no row for swept gas. Allowed: a row: the flue gas of a stack limit is given "
        "per unit of this fuel. Add the row; write 0 if it is zero."
    )


def test_a_pollutant_that_only_a_stack_limit_emits_is_used(toy: Toy) -> None:
    """The boilers' ton of NOx per t/h as 100 mg/m3 in ten million m3."""
    toy.drop("emission_factors", 6)
    toy.path("limits").write_text(f"{LIMITS}coal_boiler,NOx,1,plan,100,10000000,,toy,assumed\n", encoding="utf-8")
    assert len(toy.read()["limits"]) == 1


def test_a_source_group_that_emits_by_stack_limits_only_emits(toy: Toy) -> None:
    toy.drop("emission_factors", 7, 8)
    rows = "unswept,PM2.5,1,plan,100,2000000,,toy,assumed\nswept,PM2.5,1,plan,100,1000000,,toy,assumed\n"
    toy.path("limits").write_text(LIMITS + rows, encoding="utf-8")
    assert len(toy.read()["limits"]) == 2


# ---------------------------------------------------------------- settings of a scenario


@pytest.mark.parametrize(
    ("setting", "column", "allowed"),
    [
        ("commitments: keep", "commitments", "one of ignored, kept, exact"),
        ("targets: hidden", "targets", "one of kept, shown"),
        ("tasks: some", "tasks", "one of needed, all, none"),
        ("minimise: price", "minimise", "one of cost, concentration, emission"),
        ("cost_at_most: cheap", "cost_at_most", "a number"),
    ],
)
def test_a_setting_that_is_not_known_is_a_problem(toy: Toy, setting: str, column: str, allowed: str) -> None:
    toy.scenario("trial", f"settings: {{{setting}}}")
    value = setting.split(": ")[1]
    assert toy.problem("trial") == (
        f"inputs/toy/scenarios/trial.yaml, column “{column}”: found “{value}”. Allowed: {allowed}. {MEND}"
    )


@pytest.mark.parametrize("value", ["lots", "-1"])
def test_a_sum_of_money_that_is_none_is_one_problem(toy: Toy, value: str) -> None:
    toy.scenario("trial", f"settings: {{money_at_most: {value}}}")
    assert toy.problem("trial").startswith("inputs/toy/scenarios/trial.yaml, column “money_at_most")


def test_emission_cannot_be_weighed_without_weights(toy: Toy) -> None:
    toy.scenario("trial", "settings: {minimise: emission}")
    assert "weights" in toy.problem("trial")


# ---------------------------------------------------------------- the plan's own text

CLAUSES = "clause,name_zh,name_en,number,sector,kind,represented,reason_zh,reason_en\n"
STANDARDS = "standard,name_zh,name_en,clause,role,represents,note\n"


def write_text(toy: Toy, clause: str = "", standard: str = "") -> None:
    works = "number,name_zh,name_en,section\n1,工作,work,1\n"
    toy.path("works").write_text(works, encoding="utf-8")
    if clause:
        toy.path("clauses").write_text(f"{CLAUSES}{clause}\n", encoding="utf-8")
    if standard:
        toy.path("standards").write_text(f"{STANDARDS}{standard}\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("clause", "column", "said"),
    [
        (
            "K1,试,trial,1,coal,ban,tasks:pipe,,",
            "represented",
            "found “tasks:pipe”. Allowed: one of commitment:, measure:, task:, target:, standard:, order:, emergency:. "
            "Did you mean “task”?",
        ),
        (
            "K1,试,trial,1,coal,ban,task:pipe measure:gaz,,",
            "represented",
            "found “measure:gaz”. Allowed: a key of measures. Did you mean “gas”?",
        ),
        ("K1,试,trial,1,coal,ban,order:O9,,", "represented", f"found “order:O9”. Allowed: a key of order. {UNCLEAR}"),
        (
            "K1,试,trial,1,coal,ban,,无,",
            "reason_en",
            "found an empty cell. Allowed: the reason why it is held. Say it in one sentence.",
        ),
        (
            "K1,试,trial,1,coal,ban,,,no model",
            "reason_zh",
            "found an empty cell. Allowed: the reason why it is held. Say it in one sentence.",
        ),
        ("K1,试,trial,7,coal,ban,task:pipe,,", "number", f"found “7”. Allowed: a key of works. {UNCLEAR}"),
    ],
)
def test_a_clause_that_stands_for_nothing_is_a_problem(toy: Toy, clause: str, column: str, said: str) -> None:
    write_text(toy, clause)
    assert toy.problem() == f"inputs/toy/clauses.csv, row 2, column “{column}”: {said}"


@pytest.mark.parametrize(
    ("standard", "column", "said"),
    [
        (
            "S1,试,trial,1,limit,gas_boiller,",
            "represents",
            "found “gas_boiller”. Allowed: a key of technologies. Did you mean “gas_boiler”?",
        ),
        ("S1,试,trial,1,ban,pipe,", "represents", f"found “pipe”. Allowed: a key of order. {UNCLEAR}"),
        (
            "S1,试,trial,1,share,T22,",
            "represents",
            "found “T22”. Allowed: a key of targets, commitments. Did you mean “T2”?",
        ),
        (
            "S1,试,trial,1,task,,",
            "represents",
            "found an empty cell. Allowed: a key of tasks. Name what embodies it, or make its role `held` and say why.",
        ),
        (
            "S1,试,trial,1,held,,",
            "note",
            "found an empty cell. Allowed: the reason why it is held. Say it in one sentence.",
        ),
    ],
)
def test_a_standard_that_nothing_embodies_is_a_problem(toy: Toy, standard: str, column: str, said: str) -> None:
    write_text(toy, standard=standard)
    assert toy.problem() == f"inputs/toy/standards.csv, row 2, column “{column}”: {said}"


def test_a_text_that_is_represented_or_held_is_sound(toy: Toy) -> None:
    write_text(
        toy,
        "K1,试,trial,1,coal,ban,task:pipe measure:gas target:T1 order:O1,,\nK2,试,trial,1,coal,ban,,无,no model",
        "S1,试,trial,1,limit,gas_boiler,\nS2,试,trial,1,held,,nobody counts it",
    )
    case = toy.read()
    assert (len(case["clauses"]), len(case["standards"])) == (2, 2)
