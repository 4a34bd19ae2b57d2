"""What would be passed over without a word, or end in a number that is none, is a problem of the input."""

from __future__ import annotations

import pytest

from conftest import Toy
from scenarios.case import Case
from scenarios.problems import InputError
from scenarios.reading import with_changes


@pytest.mark.parametrize(
    ("table", "row", "problem"),
    [
        ("costs", "gas,running,5,toy,assumed", "found “gas”. Allowed: for running: a key of technologies."),
        ("costs", "gas_boiler,capital,5,toy,assumed", "found “gas_boiler”. Allowed: for capital: a key of measures."),
        ("payers", "gas,running,city,1,toy,assumed", "for running: a key of technologies, activities, sectors."),
        ("payers", "heating,task,city,1,toy,assumed", "found “heating”. Allowed: for task: a key of tasks."),
        ("subsidies", "gas_boiler,capital,city,share,1,,,,toy,assumed", "for capital: a key of measures."),
        ("subsidies", "gas,running,city,amount,100,,,,toy,assumed", "for running: a key of technologies."),
        ("awards", "central,city,2019,,1,CNY,toy,assumed", "column “year”: found “2019”"),
    ],
)
def test_money_for_what_it_cannot_be_of_is_a_problem(toy: Toy, table: str, row: str, problem: str) -> None:
    number = toy.add(table, row)
    assert f"{table}.csv, row {number}" in toy.problem()
    assert problem in toy.problem()


@pytest.mark.parametrize(("fuel", "found"), [("coal", "“coal”"), ("", "an empty cell")])
def test_a_rate_is_given_for_a_fuel_that_is_used(toy: Toy, fuel: str, found: str) -> None:
    toy.edit("subsidies", 2, "fuel", fuel)
    assert f"found {found}. Allowed: a fuel that gas_boiler uses: gas." in toy.problem()


def test_fuel_that_only_a_task_adds_would_have_no_limit(toy: Toy) -> None:
    toy.drop("supply", 2)
    assert toy.problem().startswith("inputs/toy/supply.csv: found no row for gas 2018.")


def test_no_more_wears_out_than_there_is(toy: Toy) -> None:
    toy.edit("turnover", 2, "rate", "0.7")
    toy.add("turnover", "unswept,unswept,0.5,toy,assumed")
    assert "found rates of unswept that add up to 1.2. Allowed: at most 1 in all." in toy.problem()


@pytest.mark.parametrize(("technology", "rate", "sound"), [("swept", "-0.01", False), ("unswept", "-1", True)])
def test_nothing_shrinks_below_nothing(toy: Toy, technology: str, rate: str, sound: bool) -> None:
    """All roads are unswept at the start: they may all go, but none that is swept."""
    header = "technology,year,rate,source,grade\n"
    toy.path("growth").write_text(f"{header}{technology},2018,{rate},toy,assumed\n", encoding="utf-8")
    if sound:
        assert len(toy.read()["growth"]) == 1
    else:
        assert "found swept: less than nothing in east in 2018Q1." in toy.problem()


@pytest.mark.parametrize(
    ("row", "column", "value"), [(4, "sectors", "coal"), (4, "excluded", "heating"), (3, "by", "2018-06")]
)
def test_a_column_that_an_indicator_does_not_read_is_blank(toy: Toy, row: int, column: str, value: str) -> None:
    toy.edit("targets", row, column, value)
    assert f"column “{column}”: found “{value}”. Allowed: an empty cell" in toy.problem()


def test_a_task_cannot_be_due_before_the_plan_begins(toy: Toy, toy_case: Case) -> None:
    toy.edit("tasks", 2, "deadline", "2017-12")
    problem = "found “2017-12”. Allowed: a month from 2018-01 on, in which the plan begins."
    assert problem in toy.problem()
    with pytest.raises(InputError, match="a month from 2018-01 on"):
        with_changes(toy_case, ["tasks.survey:deadline=2017-12"])


@pytest.mark.parametrize(("name", "value"), [("model", "base"), ("city", "other")])
def test_another_city_or_model_would_only_relabel_the_tables(toy_case: Case, toy: Toy, name: str, value: str) -> None:
    with pytest.raises(InputError, match="no change of city or model"):
        with_changes(toy_case, [f"settings.{name}={value}"])
    toy.scenario("trial", f"settings: {{{name}: {value}}}")
    with pytest.raises(InputError, match="no change of city or model"):
        toy.read("trial")


def test_what_is_blank_stays_blank_when_it_is_scaled(toy_case: Case) -> None:
    lots = with_changes(toy_case, ["measures.*:lot*=2"])["measures"].set_index("measure")["lot"]
    assert lots.dropna().to_dict() == {"boiler_closed": 20}


@pytest.mark.parametrize("change", ["targets.*:clause*=2", "targets.*:enforced*=2", "measures.gas:lot*=2"])
def test_only_numbers_are_scaled(toy_case: Case, change: str) -> None:
    with pytest.raises(InputError, match="found no number in"):
        with_changes(toy_case, [change])
