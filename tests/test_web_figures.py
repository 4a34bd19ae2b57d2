"""What the page shows of a plan, and two of them side by side: the hand-solved toy."""

from __future__ import annotations

import json

import pytest

from scenarios.reading import read_case, with_changes
from scenarios.solving import solve
from scenarios.web import comparison
from scenarios.web.figures import figures
from scenarios.words import speaking


@pytest.fixture(scope="module")
def plain(toy_case, toy_plan):
    return json.loads(json.dumps(figures(toy_case, toy_plan), allow_nan=False))


@pytest.fixture(scope="module")
def tighter(toy_case):
    case = with_changes(toy_case, ["targets.T1=-0.3"])
    return json.loads(json.dumps(figures(case, solve(case)), allow_nan=False))


def test_a_plan_that_leaves_tasks_and_measures_out_has_figures_too():
    case = read_case("toy", "frozen")
    shown = figures(case, solve(case))
    assert [row["done"] for row in shown["schedule"]] == [False, False]
    assert [row["slack"] for row in shown["schedule"]] == [None, None]
    assert comparison.headline(shown, None)[0]["value"] == "0 CNY"


def test_the_figures_are_those_of_the_plan(plain):
    assert plain["totals"]["cost_cny"] == pytest.approx(607_875)
    assert {row["measure"]: row["quantity"] for row in plain["measures"] if "quantity" in row} == {
        "briquettes": 2000,
        "gas": 1500,
        "boiler_closed": 10,
    }
    assert [row["spent"] for row in plain["counties"]] == pytest.approx([3_975_000, 1_335_000])


def test_the_difference_is_reported_with_its_sign(plain, tighter):
    first = comparison.headline(tighter, plain)[0]
    assert (first["value"], first["before"], first["change"]) == (
        "0.883 million CNY",
        "0.608 million CNY",
        "+0.275 million CNY",
    )
    assert comparison.headline(plain, tighter)[0]["change"] == "−0.275 million CNY"


def test_the_causes_add_up_to_the_difference(plain, tighter):
    found = comparison.causes(tighter, plain)
    assert "Gas" in [row["name"] for row in found["rows"]]  # others too: several plans cost the same
    assert found["cost"] == "+0.275 million CNY"
    assert found["taken"][comparison.effects(tighter).index("SO2")] == "+5.20"


def test_a_measure_that_only_one_plan_uses_enters_or_leaves(plain):
    case = read_case("toy", "frozen")
    nothing = figures(case, solve(case))
    assert {row["only"] for row in comparison.causes(plain, nothing)["rows"] if row["name"] == "Gas"} == {"enters"}
    assert {row["only"] for row in comparison.causes(nothing, plain)["rows"] if row["name"] == "Gas"} == {"leaves"}


def test_a_plan_beside_itself_differs_in_nothing(plain):
    assert comparison.causes(plain, plain)["rows"] == []
    assert {row["change"] for row in comparison.headline(plain, plain)} == {""}
    assert not any(row["moved"] for row in comparison.schedule(plain, plain))


def test_payers_stand_as_in_their_table(plain):
    assert [row["name"] for row in comparison.payers(plain)] == ["City", "Enterprise", "Household"]


def test_targets_say_limit_reached_and_worth(plain):
    first = comparison.goals(plain, None)[0]
    assert (first["limit"], first["reached"], first["met"]) == ("≤ 50.0 t", "50.0 t", True)
    assert first["price"] == "46,875 CNY per t"


def test_it_is_all_said_in_chinese_too(plain, tighter):
    with speaking("zh"):
        assert comparison.headline(tighter, plain)[0]["change"] == "+27.5 万元"
        assert "散煤改气" in [row["name"] for row in comparison.causes(tighter, plain)["rows"]]
        assert comparison.counties(tighter, plain)["rows"][0]["name"] == "东区"
