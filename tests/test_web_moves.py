"""Controls of the page: worked out from the tables of a case, turned into changes, and back."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from scenarios.problems import InputError
from scenarios.reading import with_changes
from scenarios.web.controls import controls
from scenarios.web.moves import (
    changes_of,
    command,
    controls_from,
    month_after,
    positions_of,
    scenario_file,
    typed_changes,
)
from scenarios.web.pages import change_titles

#: a control of the toy -> another position of it, and the change that it stands for
MOVES = {
    "targets.T1": ("-30", "targets.T1=-0.3"),
    "targets.T2": ("16", "targets.T2=16"),
    "targets.T3:enforced": ("no", "targets.T3:enforced=no"),
    "supply.gas": ("70", "supply.gas*=0.7"),
    "supply.gas/2018": ("50", "supply.gas/2018*=0.5"),
    "budgets.city": ("80", "budgets.city*=0.8"),
    "settings.money_at_most": ("5000000", "settings.money_at_most=5000000"),
    "settings.background": ("unchanged", "settings.background=unchanged"),
    "background.*/*/neighbours": ("150", "background.*/*/neighbours*=1.5"),
    "potentials.*/sweeping": ("no", "potentials.*/sweeping=0"),
    "tasks.pipe:deadline": ("-3", "tasks.pipe:deadline=2018-09"),
    "settings.tasks": ("all", "settings.tasks=all"),
}


@pytest.fixture(scope="module")
def held(toy_case):
    return controls_from(json.loads(json.dumps(controls(toy_case))))


@pytest.mark.parametrize("key", MOVES)
def test_a_control_stands_for_one_change_that_the_case_takes(key, held, toy_case):
    position, change = MOVES[key]
    assert changes_of(held, {key: position}) == [change]
    assert with_changes(toy_case, [change]).digest != toy_case.digest


@pytest.mark.parametrize("key", MOVES)
def test_a_change_is_found_again_at_its_control(key, held):
    position, change = MOVES[key]
    assert positions_of(held, [change]) == ({key: position}, [])


def test_budgets_stand_as_their_payers_in_their_table(toy_case):
    city = toy_case["budgets"]
    case = toy_case.with_table("budgets", pd.concat([city, city.assign(payer="province")]))
    keys = [control["key"] for control in controls(case)]
    assert [key for key in keys if key.startswith("budgets.")] == ["budgets.province", "budgets.city"]


def test_every_control_of_the_toy_can_be_moved(held, toy_case):
    groups = {control.group for control in held}
    assert groups == {"targets", "supply", "budgets", "neighbours", "measures", "tasks", "rules"}
    assert sum(control.kind == "off" for control in held) == len(toy_case["measures"])


def test_a_control_that_is_not_moved_changes_nothing(held):
    assert changes_of(held, {control.key: control.value for control in held}) == []


def test_sliders_stop_at_multiples_of_their_step(held):
    """The target of 21.875 % down has -52 to 8.5 % by halves, that of 17 t has 8.5 to 25.5 by tenths."""
    by_key = {control.key: control for control in held}
    ends = {key: (by_key[key].least, by_key[key].most, by_key[key].step) for key in ("targets.T1", "targets.T2")}
    assert ends["targets.T1"] == pytest.approx((-52.0, 8.5, 0.5))
    assert ends["targets.T2"] == pytest.approx((8.5, 25.5, 0.1))


def test_changes_come_in_the_order_of_the_controls(held):
    moved = {"budgets.city": "80", "targets.T1": "-30"}
    assert changes_of(held, moved) == ["targets.T1=-0.3", "budgets.city*=0.8"]


@pytest.mark.parametrize(
    ("key", "position"),
    [
        ("targets.T1", "much"),
        ("targets.T1", "nan"),
        ("targets.T1", "inf"),
        ("supply.gas", "-1"),
        ("supply.gas", "1e9"),
        ("settings.background", "sunshine"),
        ("targets.T3:enforced", "maybe"),
        ("tasks.pipe:deadline", "400"),
        ("targets.T1=0\n-tasks.*", "1"),
    ],
)
def test_a_position_that_is_none_is_refused(key, position, held):
    with pytest.raises(InputError):
        changes_of(held, {key: position})


def test_what_no_control_stands_for_stays_as_typed(held):
    assert positions_of(held, ["prices.gas*=1.2", "targets.T1=-0.3"]) == ({"targets.T1": "-30"}, ["prices.gas*=1.2"])


@pytest.mark.parametrize(
    ("month", "months", "moved"),
    [("2018-12", 1, "2019-01"), ("2018-01", -1, "2017-12"), ("2018-05", 0, "2018-05"), ("2018-06", 18, "2019-12")],
)
def test_months_are_counted_over_the_year(month, months, moved):
    assert month_after(month, months) == moved


def test_typed_changes_are_one_a_line_and_not_too_many():
    assert typed_changes(" targets.T1=-0.3 \n\n-order.O1\n") == ["targets.T1=-0.3", "-order.O1"]
    with pytest.raises(InputError):
        typed_changes("targets.T1=-0.3\n" * 501)
    with pytest.raises(InputError):
        typed_changes("x" * 201)


def test_a_command_quotes_what_a_shell_would_read():
    assert command("toy", "least-cost", ["supply.gas*=0.7"], True) == (
        "scenarios what-if toy --from least-cost --set 'supply.gas*=0.7'"
    )
    assert command("toy", "least-cost", [], True) == "scenarios run toy --scenario least-cost"


def test_a_scenario_file_says_what_was_changed():
    text = scenario_file({"zh": "试: 一", "en": "a: trial"}, "least-cost", {}, [{"table": "supply", "scale": 0.7}])
    assert text.splitlines() == [
        'description_zh: "试: 一"',
        'description_en: "a: trial"',
        'extends: "least-cost"',
        "changes:",
        '  - {"table": "supply", "scale": 0.7}',
    ]


@pytest.mark.parametrize(
    ("change", "english", "chinese"),
    [
        ("targets.T1=-0.3", "SO2 21.875 % down (2018) -30 %", "二氧化硫下降21.875% (2018) -30 %"),
        ("supply.gas*=0.7", "Natural gas 70 %", "天然气 70 %"),
        ("potentials.*/gas=0", "Gas left out", "不用散煤改气"),
        ("targets.T2:enforced=no", "NOx at most 17 t (2018) not binding", "氮氧化物不超过17吨 (2018)不作约束"),
        ("tasks.pipe:deadline=2018-09", "2 Gas pipe 3 months earlier", "2 燃气管道提前 3 个月"),
        ("tasks.pipe:deadline=2019-01", "2 Gas pipe 1 months later", "2 燃气管道推迟 1 个月"),
        (
            "settings.money_at_most=5000000",
            "all payers together, at most 5.00 million CNY",
            "各出资方投入合计上限 500 万元",
        ),
        ("prices.gas*=1.2", "prices.gas*=1.2", "prices.gas*=1.2"),
    ],
)
def test_a_run_is_called_by_what_was_moved(change, english, chinese, held):
    assert change_titles(held, [change]) == {"en": english, "zh": chinese}


def test_a_title_names_three_moves_and_counts_the_rest(held):
    moved = ["targets.T1=-0.3", "supply.gas*=0.7", "budgets.city*=0.8", "prices.gas*=1.2", "prices.coal*=1.2"]
    assert change_titles(held, moved)["en"].endswith("City 80 % and 2 more")
