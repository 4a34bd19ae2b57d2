"""Sweeps: every point is what a plan of its own would be, whatever the order, the interruptions and the machines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cloudpickle
import distributed
import duckdb
import numpy as np
import pandas as pd
import pytest

from scenarios import highs
from scenarios.case import Case
from scenarios.keeping import with_dates
from scenarios.plan import Agreed, Plan
from scenarios.problems import InputError
from scenarios.reading import with_changes
from scenarios.solving import prepare, solve_keeping
from scenarios.storing import Answers, require_package, write_store
from scenarios.studies import sweep as study
from scenarios.studies.reoptimiser import Reoptimiser
from scenarios.studies.sweep import Answer, Base, sweep, tables
from scenarios.studies.variations import grid, sample, variation

LEVELS = grid([variation("targets.T1=-0.16:-0.28:20")])
FEW = LEVELS[::6]


@pytest.fixture(scope="module")
def base(toy_case: Case, toy_plan: Plan) -> Base:
    return Base(toy_case, toy_plan.agreed)


@pytest.fixture(scope="module")
def answers(base: Base) -> dict[int, Answer]:
    """The answers at twenty levels of SO2; nobody may change them."""
    return dict(sweep(base, LEVELS))


# ---------------------------------------------------------------- what varies


def test_a_range_has_steps_with_both_ends() -> None:
    found = variation("supply.gas/2018*=0.6:1.2:4")
    assert found == ("supply.gas/2018*=", ("0.6", "0.8", "1", "1.2"), (0.6, 1.2), "")


def test_a_list_holds_any_values() -> None:
    assert variation("targets.*:enforced=yes, no") == ("targets.*:enforced=", ("yes", "no"), None, "")
    assert variation("targets.T1=-0.3").values == ("-0.3",)


@pytest.mark.parametrize("values", ["5亿元,600,7万", "-40%,-0.35", "600,7万"])
def test_a_list_with_units_behind_some_numbers_only_is_refused(values: str) -> None:
    with pytest.raises(InputError, match="Write the unit behind each number, or behind none"):
        variation(f"budgets.city/2018={values}")


@pytest.mark.parametrize("values", ["5亿元,7万", "0,5亿元", "0.8,1,1.2", "-40%,-35%", "yes,no"])
def test_a_list_written_alike_is_taken_as_it_stands(values: str) -> None:
    assert variation(f"budgets.city/2018={values}").values == tuple(values.split(","))


def test_a_range_may_be_written_in_a_unit_that_its_points_keep() -> None:
    found = variation("budgets.市级=0.5亿元:1亿元:3")
    assert found.values == ("0.5亿元", "0.75亿元", "1亿元")
    points = tables(grid([found]), {0: {"how": "exact"}, 2: {"how": "exact"}})["points"]
    assert points["budgets.市级 [亿元]"].tolist() == [0.5, 1.0]


def test_a_grid_holds_every_combination_the_last_varying_first() -> None:
    assert grid([variation("a*=1,2"), variation("b=x,y")]) == [
        ("a*=1", "b=x"),
        ("a*=1", "b=y"),
        ("a*=2", "b=x"),
        ("a*=2", "b=y"),
    ]


@pytest.mark.parametrize(
    "text", ["a*=1:2", "a*=1:2:1", "a*=1:2:x", "a*=x:2:3", "a*=1:2:3:4", "a*=1:2:2.5", "a", "a*=", ""]
)
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        variation(text)
    assert "Allowed: TABLE.KEY=LOW:HIGH:STEPS, or a list such as TABLE.KEY*=0.8,1,1.2. STEPS" in str(caught.value)


def test_a_sample_has_one_point_in_each_slice_of_each_range_and_is_the_same_again() -> None:
    two = [variation("a*=0:10:2"), variation("b=-3:-1:5")]
    points = sample(two, 10)
    assert points == sample(two, 10)
    assert points != sample(two, 10, seed=2)
    first = np.array([float(point[0].removeprefix("a*=")) for point in points])
    second = np.array([float(point[1].removeprefix("b=")) for point in points])
    assert sorted(np.floor(first)) == list(range(10))
    assert sorted(np.floor((second + 3) / 0.2)) == list(range(10))


def test_a_range_of_a_sample_may_fall_or_stand_still() -> None:
    points = sample([variation("a*=3:1:2"), variation("b=7:7:2")], 4)
    assert sorted(np.floor(2 * float(point[0].removeprefix("a*="))) for point in points) == [2, 3, 4, 5]
    assert {point[1] for point in points} == {"b=7"}


def test_a_sample_is_drawn_between_ends_only() -> None:
    with pytest.raises(InputError, match="A sample is drawn between two ends"):
        sample([variation("a*=0:10:2"), variation("b=1,2")], 5)


# ---------------------------------------------------------------- answers


def test_twenty_levels_cost_at_most_what_the_kept_schedule_does_and_at_least_the_least(
    toy_case: Case, toy_plan: Plan, answers: dict[int, Answer]
) -> None:
    """64 t less the share is left to emit; the row of the program holds what is above 64 t."""
    prepared = prepare(toy_case)
    arrays = with_dates(prepared.arrays, toy_case.calendar, toy_plan.finish)
    assert arrays is not None
    row = arrays.rows.index(("emission_target", ("T1",)))
    assert len(answers) == 20
    for number, point in enumerate(LEVELS):
        share = float(point[0].removeprefix("targets.T1="))
        arrays.upper[row] = prepared.arrays.upper[row] = 64 * share
        kept = highs.solve(arrays, highs.Options(gap=0)).objective
        least = highs.solve(prepared.arrays, highs.Options(gap=0)).objective
        assert answers[number]["how"] == "kept"
        assert answers[number]["bound"] <= least * (1 + 1e-9)
        assert least * (1 - 1e-9) <= answers[number]["cost"] <= kept * (1 + 1e-6)


@pytest.mark.parametrize("number", [0, 13])
def test_a_level_costs_what_a_plan_of_its_own_does(
    base: Base, toy_plan: Plan, answers: dict[int, Answer], number: int
) -> None:
    plan, _ = solve_keeping(with_changes(base.case, LEVELS[number]), toy_plan.agreed, gap=0, near=1.0)
    assert answers[number]["cost"] == pytest.approx(plan.objective, rel=1e-6)
    whole = plan.conversions.groupby("measure")["quantity"].sum().to_dict()
    assert answers[number]["measures"] == pytest.approx(whole, rel=1e-6)


def test_a_point_that_is_no_limit_costs_what_a_plan_of_its_own_does(base: Base) -> None:
    """Gas boilers at 3,300 CNY: 37.5 / 10 CNY more for each of 1,500 households."""
    point = ("costs.gas/capital*=1.1",)
    answer = study.answer_to(base, point)
    assert answer["cost"] == pytest.approx(607_875 + 1_500 * 3.75, rel=1e-9)


def test_what_a_point_comes_to_is_worked_out_by_hand(base: Base) -> None:
    """The plan of the toy (README): money for 2,000 briquette stoves, 1,500 gas boilers, a boiler and the pipe."""
    answer = study.answer_to(base, ("supply.gas/2018/*=1",))
    found = {(row["quantity"], row["unit"]): row["value"] for row in answer["outcomes"]}
    assert found == pytest.approx(
        {
            ("money", "CNY"): 2_000 * 400 + 1_500 * 3_000 + 10 * 1_000 + 50_000,
            ("SO2", "t"): 50,
            ("NOx", "t"): 16.25,
            ("PM2.5", "t"): 14.125 + 20,
            ("PM2.5", "ug/m3"): 82.375,
        },
        rel=1e-7,
    )


def test_what_a_point_costs_is_reported_where_the_air_is_minimised(toy_case: Case) -> None:
    """500,000 CNY buy 1,250 briquette stoves in the first quarter, 275 CNY each (README); it gave the air as cost."""
    cleanest = with_changes(toy_case, ["settings.minimise=concentration", "settings.targets=shown"])
    answer = study.answer_to(Base(cleanest, None), ("settings.money_at_most=500000",))
    assert answer["measures"] == pytest.approx({"briquettes": 1_250})
    assert answer["cost"] == pytest.approx(1_250 * 275, rel=1e-9)
    assert answer["bound"] is None


def test_a_point_without_a_plan_says_so(base: Base) -> None:
    assert study.answer_to(base, ("targets.T1=-0.9",)) == {"changes": ["targets.T1=-0.9"], "how": "no plan"}


def test_answers_do_not_depend_on_the_order_of_the_points(base: Base, answers: dict[int, Answer]) -> None:
    study._REOPTIMISERS.clear()
    back = dict(sweep(base, FEW[::-1]))
    assert [back[number] for number in reversed(range(len(FEW)))] == [answers[number] for number in range(0, 20, 6)]


def test_answers_survive_being_written(answers: dict[int, Answer]) -> None:
    assert {number: json.loads(json.dumps(answer)) for number, answer in answers.items()} == answers


@pytest.mark.parametrize(
    ("point", "text"),
    [
        (("suply.gas*=1",), "Did you mean “supply”?"),
        (("targets.T9=-0.1",), "found no row of targets"),
        (("potentials.toy/gas=2",), "Allowed: at most 1"),
        (("targets.T1:subject=NOX",), "Did you mean “NOx”?"),
        (("settings.discount_rate=0.9",), "Allowed: at most 0.2"),
    ],
)
def test_a_wrong_point_is_refused(base: Base, point: tuple[str, ...], text: str) -> None:
    with pytest.raises(InputError) as caught:
        list(sweep(base, [point]))
    assert text in str(caught.value)


# ---------------------------------------------------------------- going on


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The points that are really asked."""
    seen: list[tuple[str, ...]] = []
    whole = study.answer_to
    monkeypatch.setattr(study, "answer_to", lambda base, point: seen.append(point) or whole(base, point))
    return seen


def test_an_interrupted_sweep_goes_on_where_it_was(
    base: Base, answers: dict[int, Answer], asked: list[tuple[str, ...]], tmp_path: Path
) -> None:
    store = Answers(tmp_path / "answers")
    assert store.known() == {}
    begun = sweep(base, LEVELS, keep=store.keep)
    for _ in range(7):
        next(begun)
    begun.close()
    assert len(asked) == 7
    found = dict(sweep(base, LEVELS, known=store.known(), keep=store.keep))
    assert asked == LEVELS
    assert found == answers
    assert dict(sweep(base, LEVELS, known=store.known())) == answers
    assert len(asked) == 20


def test_an_answer_that_was_cut_off_is_asked_again(base: Base, asked: list[tuple[str, ...]], tmp_path: Path) -> None:
    store = Answers(tmp_path)
    list(sweep(base, FEW, keep=store.keep))
    cut = tmp_path / f"{base.key(FEW[1])}.json"
    cut.write_text(cut.read_text(encoding="utf-8")[:40], encoding="utf-8")
    list(sweep(base, FEW, known=store.known(), keep=store.keep))
    assert asked == [*FEW, FEW[1]]
    assert len(store.known()) == len(FEW)


def test_answers_of_another_version_are_asked_again(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    before = base.key(("targets.T1=-0.2",))
    monkeypatch.setattr("scenarios.version.VERSION", "0.0.1")
    assert base.key(("targets.T1=-0.2",)) != before


def test_another_base_has_other_keys(base: Base) -> None:
    others = [
        Base(with_changes(base.case, ["supply.gas*=0.9"]), base.agreed),
        Base(base.case, None),
        Base(base.case, Agreed({"survey": "2018Q2", "pipe": "2018Q3"}, {})),
        Base(base.case, base.agreed, 0.0),
    ]
    assert len({one.key(FEW[0]) for one in [base, *others]}) == 5
    assert base.key(FEW[0]) != base.key(FEW[1])


# ---------------------------------------------------------------- many hands


def test_two_processes_find_what_one_does(base: Base, answers: dict[int, Answer]) -> None:
    found = dict(sweep(base, FEW, jobs=2))
    assert [found[number] for number in range(len(FEW))] == [answers[number] for number in range(0, 20, 6)]


def test_a_base_that_is_sent_again_with_every_point_is_built_once(
    base: Base, answers: dict[int, Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    built = []

    def build(*given: Any, **named: Any) -> Reoptimiser:
        built.append(given)
        return Reoptimiser(*given, **named)

    monkeypatch.setattr(study, "Reoptimiser", build)
    study._REOPTIMISERS.clear()
    sent = [cloudpickle.loads(cloudpickle.dumps(base)) for _ in FEW]
    found = [study.answer_to(one, point) for one, point in zip(sent, FEW, strict=True)]
    assert found == [answers[number] for number in range(0, 20, 6)]
    assert len(built) == 1


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """A Dask cluster in this process whose one worker has two threads."""
    with distributed.LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None) as local:
        yield local.scheduler_address


def test_a_cluster_finds_what_one_process_does(base: Base, answers: dict[int, Answer], cluster: str) -> None:
    points = LEVELS[::2]
    found = dict(sweep(base, points, scheduler=cluster))
    assert [found[number] for number in range(len(points))] == [answers[number] for number in range(0, 20, 2)]


# ---------------------------------------------------------------- tables


@pytest.fixture(scope="module")
def made(base: Base) -> dict[str, pd.DataFrame]:
    """Two numbers that vary, one point of which has no plan."""
    points = grid([variation("targets.T1=-0.2,-0.9"), variation("targets.T4:enforced=no")])
    return tables(points, dict(sweep(base, points)))


def test_the_tables_of_a_sweep_are_tidy(made: dict[str, pd.DataFrame]) -> None:
    assert list(made["points"]) == ["point", "targets.T1", "targets.T4:enforced", "how", "cost", "bound", "gap"]
    assert made["points"]["point"].to_list() == [1, 2]
    assert made["points"]["targets.T1"].to_list() == [-0.2, -0.9]
    assert made["points"]["how"].to_list()[1] == "no plan"
    assert made["points"]["cost"].isna().to_list() == [False, True]
    assert list(made["outcomes"]) == ["point", "quantity", "year", "value", "unit"]
    assert not made["outcomes"].duplicated(["point", "quantity", "year", "unit"]).any()
    assert list(made["measures"]) == ["point", "measure", "quantity"]
    assert set(made["measures"]["point"]) == {1}


def test_a_sweep_of_points_without_a_plan_has_the_same_tables(base: Base) -> None:
    points = [("targets.T1=-0.9",)]
    empty = tables(points, dict(sweep(base, points)))
    assert len(empty["points"]) == 1
    assert list(empty["outcomes"]) == ["point", "quantity", "year", "value", "unit"]
    assert empty["measures"].empty


def test_parquet_files_are_read_back_equal(made: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    paths = write_store(tmp_path, made, "parquet")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in paths)
    for path in paths:
        pd.testing.assert_frame_equal(pd.read_parquet(path), made[path.stem], check_dtype=False)


def test_a_database_is_read_back_equal_and_replaced_whole(made: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    for _ in range(2):
        (path,) = write_store(tmp_path, made, "duckdb")
    assert list(tmp_path.iterdir()) == [path]
    with duckdb.connect(str(path), read_only=True) as held:
        for name, frame in made.items():
            back = held.execute(f'SELECT * FROM "{name}"').df()
            pd.testing.assert_frame_equal(back, frame, check_dtype=False)


def test_a_package_that_is_missing_is_named_with_how_to_install_it() -> None:
    with pytest.raises(InputError) as caught:
        require_package("no_such_package", "store")
    assert "pip install 'scenarios[store]'" in str(caught.value)
