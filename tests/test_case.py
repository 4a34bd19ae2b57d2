"""A case and its what-ifs: what was worked out once is handed down while the tables it came from stay."""

from __future__ import annotations

import pandas as pd
import pytest

from cities import changed
from conftest import TOY
from scenarios.case import Case, cached
from scenarios.inventory import quantities, shares, stock
from scenarios.plan import Plan
from scenarios.reading import read_case, with_changes
from scenarios.solving import solve
from scenarios.targets import limits


@pytest.fixture
def case(toy_case: Case) -> Case:
    """The toy, of which nothing is known yet."""
    return toy_case.heir(settings=toy_case.settings.model_copy(update={"discount_rate": 0.01}))


def test_a_what_if_inherits_what_rests_on_the_tables_it_leaves(case: Case) -> None:
    known = stock(case, 2017)
    assert stock(with_changes(case, ["supply.gas*=2"]), 2017) is known


def test_a_what_if_works_out_anew_what_rests_on_the_tables_it_changes(case: Case) -> None:
    before = limits(case).loc["T1", "limit"]
    after = limits(with_changes(case, ["targets.T1=-0.25"])).loc["T1", "limit"]
    assert (before, after) == pytest.approx((50.0, 48.0))  # 64 t less 21.875 and 25 %


def test_what_rests_on_another_answer_rests_on_its_tables_too(case: Case) -> None:
    assert stock(case, 2017)["west", "coal_boiler"] == 20
    other = changed(case, "activity", "quantity", 40.0, area="west", activity="boilers")
    assert shares(other, 2017) is shares(case, 2017)
    assert stock(other, 2017)["west", "coal_boiler"] == 40


def test_what_was_already_known_counts_as_read(case: Case) -> None:
    @cached
    def doubled(given: Case) -> float:
        return 2 * float(quantities(given, 2017).sum())

    quantities(case, 2017)
    before = doubled(case)
    other = changed(case, "activity", "quantity", 0.0, activity="heating")
    assert doubled(other) != before


def test_other_settings_leave_nothing_of_what_was_known(case: Case) -> None:
    known = stock(case, 2017)
    assert stock(with_changes(case, ["settings.discount_rate=0.05"]), 2017) is not known


def test_an_answer_about_a_plan_is_not_handed_down(case: Case) -> None:
    @cached
    def about(given: Case, plan: object) -> object:
        return object()

    plan = object()
    assert about(case, plan) is about(case, plan)
    assert about(with_changes(case, ["supply.gas*=2"]), plan) is not about(case, plan)


def test_texts_kept_by_arrow_make_the_same_plan(toy_plan: Plan) -> None:
    with pd.option_context("mode.string_storage", "pyarrow"):
        plan = solve(read_case("toy", models=TOY / "models", inputs=TOY / "inputs"))
    assert plan.objective == toy_plan.objective
    for name, frame in plan.tables.items():
        pd.testing.assert_frame_equal(frame.astype(object), toy_plan[name].astype(object), check_column_type=False)
