"""Runs with changes and what-ifs: where results go, what is said of the difference, and when a schedule is kept."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from conftest import TOY
from scenarios import runs
from scenarios.case import Case
from scenarios.cli import main
from scenarios.plan import Plan
from scenarios.reading import with_changes
from scenarios.reports.moves_text import how_made, moves
from scenarios.solving import solve


def call(folder: Path, command: str, *words: object) -> Result:
    """A command on the toy as it stands, with its outputs below a folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        given = [command, "toy", "--models", TOY / "models", "--inputs", TOY / "inputs", *words]
        return CliRunner().invoke(main, list(map(str, given)))


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to work in; its outputs hold the plan of the toy once a what-if has asked for it."""
    return tmp_path_factory.mktemp("here")


def test_a_run_with_changes_has_a_folder_of_its_own(tmp_path: Path) -> None:
    result = call(tmp_path, "run", "--no-report", "--set", "targets.T1=-0.2", "--set", "supply.gas*=0.9")
    assert result.exit_code == 0, result.output
    assert [path.name for path in (tmp_path / "outputs" / "toy").iterdir()] == [
        "least-cost+targets.T1--0.2+supply.gas-x0.9"
    ]
    record = json.loads(next(tmp_path.glob("outputs/toy/*/run.json")).read_text(encoding="utf-8"))
    # 1.2 t less than 14 t to go: 12.8 t, at 46,875 CNY/t less
    assert record["objective_cny"] == pytest.approx(607_875 - 1.2 * 46_875, rel=1e-9)
    assert record["scenario"] == "least-cost+targets.T1--0.2+supply.gas-x0.9"


def test_a_search_that_was_stopped_is_no_basis_and_leaves_the_proven_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    where = {"models": TOY / "models", "inputs": TOY / "inputs"}
    proven = runs.run("toy", **where, report=False)
    far = replace(proven.plan, found=replace(proven.plan.found, status="stopped", gap=0.26))
    with monkeypatch.context() as patch:
        patch.setattr(runs, "solve", lambda *_, **__: far)
        late = runs.run("toy", **where, report=False)
    assert late.folder.name == "least-cost-stopped"
    assert runs.stored_plan(proven.case, folder=late.folder) is None
    assert runs.read_or_run("toy", "least-cost", **where).plan.gap == proven.plan.gap


def test_a_run_with_a_wrong_change_writes_nothing(tmp_path: Path) -> None:
    result = call(tmp_path, "run", "--set", "suply.gas*=0.7")
    assert result.exit_code == 2
    assert "Did you mean “supply”?" in result.stderr
    assert not list(tmp_path.iterdir())


def test_a_what_if_without_anything_to_ask_is_refused(tmp_path: Path) -> None:
    result = call(tmp_path, "what-if")
    assert result.exit_code == 2
    assert "give a change with --set" in result.stderr


@pytest.mark.parametrize("command", ["what-if", "compare"])
def test_two_files_of_one_name_are_refused_and_one_given_twice_counts_once(tmp_path: Path, command: str) -> None:
    for folder, value in (("a", -0.2), ("b", -0.125)):
        (tmp_path / folder).mkdir()
        change = f"{{table: targets, where: {{target: T1}}, column: value, set: {value}}}"
        text = f"description_en: looser\nextends: least-cost\nchanges:\n  - {change}\n"
        (tmp_path / folder / "l.yaml").write_text(text, encoding="utf-8")
    result = call(tmp_path, command, "a/l.yaml", "b/l.yaml")
    assert result.exit_code == 2
    assert "a/l.yaml and b/l.yaml are both called l; rename one." in result.stderr
    assert call(tmp_path, command, "a/l.yaml", "./a/l.yaml").exit_code == 0


def test_a_factor_that_may_be_meant_as_a_value_is_told(tmp_path: Path) -> None:
    result = call(tmp_path, "run", "--no-report", "--set", "supply.gas/2018/*=500000")
    assert "supply.gas/2018/*=500000: multiplies by 500,000; to set a value name its column" in result.output


def test_a_limit_that_may_rise_is_told(tmp_path: Path) -> None:
    for command in ("run", "what-if"):
        result = call(tmp_path, command, *(["--no-report"] if command == "run" else []), "--set", "targets.T1=30%")
        assert "target T1 may rise by 30.0 %; a cut has a minus: targets.T1=-0.3" in result.output
    assert "may rise" not in call(tmp_path, "what-if", "--set", "targets.T1=-0.3").output


def test_a_search_anew_that_is_stopped_finds_nothing_worse_than_the_kept_schedule(
    toy_case: Case, toy_plan: Plan
) -> None:
    case = with_changes(toy_case, ["targets.T1=-0.3"])
    kept, keeps = runs.what_if(toy_plan, case)
    stopped, anew = runs.what_if(toy_plan, case, gap=0.0, time_limit=1e-6)
    assert keeps
    assert not anew
    assert stopped.objective <= kept.objective * (1 + 1e-9)


BASE, LOOSER = "least-cost", "least-cost+targets.T1--0.125"


@pytest.fixture(scope="module")
def what_if_run(here: Path) -> tuple[Result, Path]:
    """The toy asked what happens when 8 instead of 14 t of SO2 must go; nobody may change it."""
    return call(here, "what-if", "--set", "targets.T1=-0.125"), here / "outputs" / "toy"


def test_a_what_if_says_whether_the_schedule_is_kept(what_if_run: tuple[Result, Path]) -> None:
    assert what_if_run[0].exit_code == 0
    kept = (
        "the schedule is kept but for pipe Gas pipe (left out); "
        "planning all tasks anew (what-if --replan) could save at most"
    )
    assert what_if_run[0].output.startswith(f"{LOOSER}: {kept} ")


def test_a_what_if_that_moves_no_task_says_so(here: Path, tmp_path: Path) -> None:
    result = call(here, "what-if", "--set", "targets.T1=-0.2", "--out", tmp_path)
    kept = "the schedule of tasks is kept; planning the tasks anew (what-if --replan) could save at most "
    assert result.output.startswith(f"least-cost+targets.T1--0.2: {kept}")


def test_a_what_if_says_what_leaves(what_if_run: tuple[Result, Path]) -> None:
    assert "  leave: Gas\n" in what_if_run[0].output
    assert "  enter: " not in what_if_run[0].output


def column(folder: Path, table: str, key: str, name: str) -> dict[str, float]:
    """A column of a table of the what-if, summed by a key."""
    sums: dict[str, float] = {}
    with (folder / "what-if" / LOOSER / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            sums[row[key]] = sums.get(row[key], 0.0) + float(row[name])
    return sums


def test_the_causes_of_a_what_if_add_up_to_the_difference(what_if_run: tuple[Result, Path]) -> None:
    """8 t of SO2 are gone with 2,000 briquette stoves in Q3; 3 of 13 ug/m3 are left to go.

    1,200 of the stoves in Q1 take them at 112.5 CNY more, instead of 1,500 households on gas at 187.5 CNY and the pipe
    that waited for them.
    """
    causes = column(what_if_run[1], "causes", "measure", "cny")
    assert causes == pytest.approx({"briquettes": 1_200 * 112.5, "gas": -1_500 * 187.5, "pipe": -1_250}, rel=1e-7)
    cost = {name: column(what_if_run[1], "totals", "quantity", name)["cost_cny"] for name in (BASE, LOOSER)}
    assert cost[BASE] == pytest.approx(607_875, rel=1e-7)
    assert sum(causes.values()) == pytest.approx(cost[LOOSER] - cost[BASE], rel=1e-9)
    assert sum(column(what_if_run[1], "causes", "measure", "SO2").values()) == pytest.approx(1.2 * 2 - 6, rel=1e-7)


def test_a_what_if_leaves_the_plan_it_is_held_against_in_its_folder(what_if_run: tuple[Result, Path]) -> None:
    assert sorted(path.name for path in what_if_run[1].iterdir()) == ["least-cost", "what-if"]


def test_a_what_if_has_a_folder_of_its_own_and_says_so(what_if_run: tuple[Result, Path], here: Path) -> None:
    assert f"Tables written to outputs/toy/what-if/{LOOSER}." in what_if_run[0].output
    before = (what_if_run[1] / "what-if" / LOOSER / "totals.csv").read_bytes()
    other = call(here, "what-if", "--set", "targets.T1=-0.15")
    assert "Tables written to outputs/toy/what-if/least-cost+targets.T1--0.15." in other.output
    assert (what_if_run[1] / "what-if" / LOOSER / "totals.csv").read_bytes() == before
    scenario = call(here, "what-if", "frozen", "--from", "least-cost", "--set", "targets.T1=-0.125")
    assert "Tables written to outputs/toy/what-if/least-cost+frozen+targets.T1--0.125." in scenario.output


def test_a_what_if_says_which_measures_enter(what_if_run: tuple[Result, Path], here: Path, tmp_path: Path) -> None:
    """Sweeping takes 0.1 ug/m3 a kilometre and year; at 100 CNY of capital and nothing to run it is the cheapest."""
    cheap = ["--set", "costs.sweeping/*:value=1", "--set", "costs.swept/running=0", "--set", "targets.T3=82"]
    result = call(here, "what-if", *cheap, "--out", tmp_path)
    assert result.exit_code == 0, result.output
    assert "  enter: Sweeping\n" in result.output
    assert "  leave: " not in result.output


def test_the_kept_schedule_is_within_its_gap_of_the_least_cost(toy_case: Case, toy_plan: Plan) -> None:
    case = with_changes(toy_case, ["supply.gas/2018/*=0.5", "targets.T1=-0.2"])
    plan, kept = runs.what_if(toy_plan, case)
    least = solve(case, gap=0).objective
    assert kept
    assert plan.found.bound <= least * (1 + 1e-9)
    assert least <= plan.objective * (1 + 1e-9)
    assert plan.objective - least <= 0.015 * plan.objective
    assert plan.finish == toy_plan.finish


def test_a_task_that_a_change_makes_late_moves_and_is_named(toy_case: Case, toy_plan: Plan) -> None:
    """With the pipe due in the third quarter, the one done in the fourth is late."""
    case = with_changes(toy_case, ["tasks.pipe:deadline=2018-09", "tasks.pipe:required=yes"])
    plan, kept = runs.what_if(toy_plan, case)
    assert kept
    # the pipe serves two quarters: 1,250 CNY more
    assert plan.objective == pytest.approx(607_875 + 1_250, rel=1e-9)
    assert moves(toy_plan, plan) == ["pipe (2018Q3 instead of 2018Q4)"]


def test_a_task_that_moves_is_reported_by_its_name_too(toy_case: Case, toy_plan: Plan) -> None:
    after = planned(toy_plan, {"survey": "2018Q1", "pipe": "2018Q3"})
    assert "but for pipe Gas pipe (2018Q3 instead of 2018Q4); planning" in how_made(
        toy_case, toy_plan, after, kept=True
    )


def test_more_moves_than_three_are_counted(toy_case: Case, toy_plan: Plan) -> None:
    """Of five tasks one stays, one is left out, one moves and two are new."""
    before = planned(toy_plan, {"a": "2018Q1", "b": "2018Q2", "c": "2018Q3"})
    after = planned(toy_plan, {"a": "2018Q1", "c": "2018Q4", "d": "2018Q1", "e": "2018Q2"})
    assert moves(before, after) == [
        "b (left out)",
        "c (2018Q4 instead of 2018Q3)",
        "d (done now, in 2018Q1)",
        "e (done now, in 2018Q2)",
    ]
    named = "b (left out); c (2018Q4 instead of 2018Q3); d (done now, in 2018Q1); 1 more; planning"
    assert named in how_made(toy_case, before, after, kept=True)


def planned(plan: Plan, finish: dict[str, str]) -> Plan:
    """A plan with another schedule."""
    rows = pd.DataFrame({"task": list(finish), "finish": list(finish.values())})
    return replace(plan, tables={**plan.tables, "schedule": rows})


def test_a_schedule_that_costs_too_much_is_given_up(toy_case: Case, toy_plan: Plan) -> None:
    """Not a yuan more is allowed than without whole tasks, where a part of the pipe would do."""
    case = with_changes(toy_case, ["targets.T1=-0.4", "supply.gas*=10"])
    plan, kept = runs.what_if(toy_plan, case, gap=0)
    assert not kept
    assert plan.finish["pipe"] < toy_plan.finish["pipe"]
    assert plan.gap <= 1e-3


def test_a_what_if_without_a_plan_ends_with_3(what_if_run: tuple[Result, Path], here: Path, tmp_path: Path) -> None:
    result = call(here, "what-if", "--set", "targets.T1=-0.9", "--out", tmp_path / "out")
    assert result.exit_code == 3
    assert "least-cost+targets.T1--0.9" in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_what_if_of_a_file_is_held_against_what_it_extends(tmp_path: Path) -> None:
    path = tmp_path / "late.yaml"
    path.write_text(
        "description_zh: 试\ndescription_en: a trial\nextends: frozen\nsettings: {background: unchanged}\n",
        encoding="utf-8",
    )
    result = call(tmp_path, "what-if", path, "--lang", "zh")
    assert result.exit_code == 0, result.output
    assert sorted(folder.name for folder in (tmp_path / "outputs" / "toy").iterdir()) == ["frozen", "what-if"]
    assert [folder.name for folder in (tmp_path / "outputs" / "toy" / "what-if").iterdir()] == ["late"]


def test_a_scenario_is_not_held_against_itself(here: Path) -> None:
    result = call(here, "what-if", "least-cost")
    assert result.exit_code == 2
    assert "least-cost cannot be held against itself; name another --from." in result.stderr


def test_a_what_if_that_changes_nothing_says_why(tmp_path: Path) -> None:
    """The pipe is done when gas needs it, in the 3rd quarter; nothing else is gained by a later deadline."""
    result = call(tmp_path, "what-if", "--set", "tasks.pipe:deadline=2019-06")
    assert result.exit_code == 0, result.output
    assert "It changes neither the cost nor the tasks" in result.output
    assert "pipe Gas pipe is done in" in result.output
    again = call(tmp_path, "what-if", "--set", "targets.T1=-0.2")
    assert "It changes neither" not in again.output


def test_a_run_without_a_plan_names_the_way_to_the_best_one(tmp_path: Path) -> None:
    result = call(tmp_path, "run", "--set", "targets.T1=-0.9")
    assert result.exit_code == 3
    assert "with --elastic makes the best plan" in result.stderr
    assert call(tmp_path, "run", "--set", "targets.T1=-0.9", "--elastic", "--no-report").exit_code == 0
