"""The command line on the toy city: what is printed, what is written, and the exit codes."""

from __future__ import annotations

import codecs
import csv
import errno
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from conftest import TOY, Toy, copied
from scenarios import highs, listening, runs, solving, writing
from scenarios.cli import main
from scenarios.cli.planning import _progress
from scenarios.plan import RESULTS, Plan
from scenarios.program.register import EQUATIONS
from scenarios.tables import BY_NAME
from scenarios.verification.given import Violation

CHINESE = re.compile(r"[\u4e00-\u9fff]")
REPORTS = ("report.html", "report.zh.html", "summary.md", "summary.zh.md")
READMES = ("README.md", "README.zh.md")
PAGES = ("plan.svg", "plan.zh.svg", *READMES, *REPORTS, "run.json")
EVERY_FILE = sorted([*(f"{name}.csv" for name in RESULTS), *PAGES])


def call(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def on(toy: Toy, command: str, *words: object) -> Result:
    """A command on the copy of the toy."""
    return call(command, "toy", "--models", toy.models, "--inputs", toy.inputs, *words)


def contents(folder: Path) -> dict[str, str]:
    """Digest of every file below a folder, hidden ones too."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def line_of(result: Result, *words: str) -> str:
    return next(line for line in result.output.splitlines() if all(word in line for word in words))


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """One run of the toy as it stands, and its folder; nobody may change it."""
    folder = tmp_path_factory.mktemp("outputs") / "toy"
    result = call("run", "toy", "--models", TOY / "models", "--inputs", TOY / "inputs", "--out", folder)
    return result, folder


@pytest.fixture(scope="module")
def record(ran: tuple[Result, Path]) -> dict[str, Any]:
    return json.loads((ran[1] / "run.json").read_text(encoding="utf-8"))


def earlier(folder: Path) -> Path:
    """A folder with an earlier result."""
    folder.mkdir()
    (folder / "run.json").write_text("{}", encoding="utf-8")
    (folder / "costs.csv").write_text("an earlier result\n", encoding="utf-8")
    return folder


@pytest.fixture
def old(toy: Toy, tmp_path: Path) -> Path:
    return earlier(tmp_path / "old")


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """A run over an earlier result with a file too many, and its folder; nobody may change it."""
    folder = earlier(tmp_path_factory.mktemp("again") / "old")
    (folder / "left_over.csv").write_text("x\n", encoding="utf-8")
    return call("run", "toy", "--models", TOY / "models", "--inputs", TOY / "inputs", "--out", folder), folder


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """A run of the frozen preset, and its folder; nobody may change it."""
    folder = tmp_path_factory.mktemp("frozen") / "out"
    words = ("--models", TOY / "models", "--inputs", TOY / "inputs", "--out", folder)
    return call("run", "toy", "--scenario", "frozen", *words), folder


# ---------------------------------------------------------------- run


def test_a_run_ends_with_0(ran: tuple[Result, Path]) -> None:
    assert ran[0].exit_code == 0


def test_a_run_writes_every_table_both_reports_and_its_record(ran: tuple[Result, Path]) -> None:
    assert sorted(path.name for path in ran[1].iterdir()) == EVERY_FILE


@pytest.mark.parametrize("table", RESULTS)
def test_a_result_table_begins_with_the_mark_that_excel_needs_for_chinese(ran: tuple[Result, Path], table: str) -> None:
    assert (ran[1] / f"{table}.csv").read_bytes().startswith(codecs.BOM_UTF8 + next(iter(RESULTS[table])).encode())


@pytest.mark.parametrize("name", ["run.json", *READMES, *REPORTS])
def test_nothing_else_does(ran: tuple[Result, Path], name: str) -> None:
    assert not (ran[1] / name).read_bytes().startswith(codecs.BOM_UTF8)


@pytest.mark.parametrize(
    ("name", "described"),
    [("README.md", "| `unit` | unit of the activity |"), ("README.zh.md", "| `unit` | 活动的单位 |")],
)
def test_the_folder_of_a_result_says_in_both_languages_what_the_columns_hold(
    ran: tuple[Result, Path], name: str, described: str
) -> None:
    assert described in (ran[1] / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("table", RESULTS)
def test_a_result_table_has_the_columns_of_the_dictionary(ran: tuple[Result, Path], table: str) -> None:
    with (ran[1] / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.reader(file)) == list(RESULTS[table])


def test_a_run_says_what_the_plan_costs(ran: tuple[Result, Path]) -> None:
    assert "Costs in the planning years, capital as annuities: 0.608 million CNY above doing nothing." in ran[0].output


@pytest.mark.parametrize(
    ("target", "limit", "value"),
    [("SO2 21.875 % down", "50.0", "50.0"), ("NOx at most 17 t", "17.0", "16.2"), ("PM2.5 at most 85", "85.0", "82.4")],
)
def test_a_run_shows_each_goal_with_limit_value_and_whether_it_is_met(
    ran: tuple[Result, Path], target: str, limit: str, value: str
) -> None:
    # 16.25 t and 82.375 ug/m3 by hand
    line = line_of(ran[0], target)
    assert re.search(rf"<= +{re.escape(limit)} +{re.escape(value)} .*\bmet\b", line)
    assert "missed" not in line


def test_a_target_that_does_not_bind_is_judged_in_its_table(ran: tuple[Result, Path]) -> None:
    # 8,000 t of coal in 2015; 4,000 t are allowed, and 3,500 converted households late in the year save less
    rows = {row["target"]: row for row in rows_of(ran[1] / "targets.csv")}
    assert (rows["T4"]["met"], rows["T4"]["goal"], rows["T1"]["met"], rows["T1"]["goal"]) == (
        "False",
        "False",
        "True",
        "True",
    )


def test_a_run_says_where_it_wrote_and_what_to_open(ran: tuple[Result, Path]) -> None:
    assert f"Written to {ran[1]}; open {ran[1]}/report.html in a browser." in ran[0].output


def test_the_record_holds_what_made_the_result(record: dict[str, Any]) -> None:
    assert set(record) >= {
        "city",
        "scenario",
        "status",
        "objective_cny",
        "gap",
        "largest_violation",
        "seconds",
        "size",
        "versions",
        "inputs_sha256",
        "options",
        "created",
    }


def test_the_record_names_city_and_scenario(record: dict[str, Any]) -> None:
    assert (record["city"], record["scenario"]) == ("toy", "least-cost")


def test_the_record_holds_the_least_cost(record: dict[str, Any]) -> None:
    assert record["objective_cny"] == pytest.approx(607_875, rel=1e-9)


def test_the_record_holds_the_gap_that_was_asked_for_or_less(record: dict[str, Any]) -> None:
    assert record["status"] in ("optimal", "within gap")
    assert 0 <= record["gap"] <= 1e-4


def test_the_record_holds_a_violation_below_a_millionth(record: dict[str, Any]) -> None:
    assert 0 <= record["largest_violation"] <= 1e-6


def test_the_record_holds_the_seconds_of_each_step(record: dict[str, Any]) -> None:
    assert set(record["seconds"]) >= {"read", "build", "solve", "verify", "write"}
    assert all(value >= 0 for value in record["seconds"].values())


def test_the_record_holds_the_size_of_the_program(record: dict[str, Any]) -> None:
    assert set(record["size"]) == {"rows", "columns", "nonzeros", "integers"}
    assert all(isinstance(value, int) and value > 0 for value in record["size"].values())


def test_the_record_holds_versions(record: dict[str, Any]) -> None:
    assert set(record["versions"]) >= {"scenarios", "highspy", "numpy", "pandas", "pyomo"}
    assert "missing" not in record["versions"].values()


def test_the_record_holds_a_digest_of_the_inputs(record: dict[str, Any]) -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", record["inputs_sha256"])


def test_a_changed_cell_changes_the_digest_of_the_inputs(toy: Toy, toy_case: Any) -> None:
    toy.edit("areas", 2, "name_en", "Easter")
    assert toy.read().digest != toy_case.digest


def test_the_record_holds_the_options(record: dict[str, Any]) -> None:
    assert record["options"] == {"gap": 1e-4, "time_limit": None}


def test_the_record_holds_its_moment_with_the_time_zone(record: dict[str, Any]) -> None:
    assert datetime.fromisoformat(record["created"]).tzinfo is not None


def test_without_a_folder_results_go_to_outputs(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(toy.folder)
    assert call("run", "toy", "--no-report").exit_code == 0
    assert (toy.folder / "outputs" / "toy" / "least-cost" / "run.json").is_file()


def test_a_run_replaces_an_earlier_result_whole(again: tuple[Result, Path]) -> None:
    assert again[0].exit_code == 0
    assert sorted(path.name for path in again[1].iterdir()) == EVERY_FILE


def test_a_run_leaves_nothing_beside_its_folder(again: tuple[Result, Path]) -> None:
    assert [path.name for path in again[1].parent.iterdir()] == ["old"]


def test_the_frozen_preset_costs_nothing(frozen: tuple[Result, Path]) -> None:
    assert frozen[0].exit_code == 0
    assert json.loads((frozen[1] / "run.json").read_text(encoding="utf-8"))["objective_cny"] == 0


def test_the_frozen_preset_converts_nothing(frozen: tuple[Result, Path]) -> None:
    assert (frozen[1] / "conversions.csv").read_text(encoding="utf-8-sig") == "area,measure,period,quantity,unit\n"


# ---------------------------------------------------------------- bad input


def test_bad_input_ends_with_2_and_says_what_is_wrong(toy: Toy, tmp_path: Path) -> None:
    toy.edit("activity", 2, "quantity", "many")
    result = on(toy, "run", "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "inputs/toy/activity.csv, row 2, column “quantity”: found “many”. Allowed: a number." in result.stderr


def test_bad_input_leaves_the_old_result_untouched(toy: Toy, old: Path) -> None:
    before = contents(old)
    toy.edit("activity", 2, "quantity", "many")
    on(toy, "run", "--out", old)
    assert contents(old) == before


def test_bad_input_writes_no_folder(toy: Toy, tmp_path: Path) -> None:
    toy.edit("activity", 2, "quantity", "many")
    on(toy, "run", "--out", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_unknown_city_ends_with_2_and_the_nearest_one(toy: Toy) -> None:
    result = call("run", "tooy", "--models", toy.models, "--inputs", toy.inputs)
    assert result.exit_code == 2
    assert "Did you mean “toy”?" in result.stderr


def test_an_unknown_scenario_ends_with_2_and_the_nearest_one(toy: Toy) -> None:
    result = on(toy, "run", "--scenario", "frozn")
    assert result.exit_code == 2
    assert "Did you mean “frozen”?" in result.stderr


@pytest.mark.parametrize("words", [("--gap", "-1"), ("--time-limit", "0"), ("--lang", "fr"), ("--outt", "x")])
def test_wrong_usage_ends_with_2(toy: Toy, words: tuple[str, str]) -> None:
    assert on(toy, "run", *words).exit_code == 2


# ---------------------------------------------------------------- no plan


IMPOSSIBLE = ("changes:", "  - {table: targets, where: {target: T1}, column: value, set: -0.9}")


@pytest.fixture(scope="module")
def impossible(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """A run of a scenario without a plan."""
    toy = copied(tmp_path_factory.mktemp("impossible"))
    toy.scenario("impossible", *IMPOSSIBLE)
    return on(toy, "run", "--scenario", "impossible", "--out", toy.folder / "out")


def test_an_impossible_target_ends_with_3(impossible: Result) -> None:
    assert impossible.exit_code == 3


def test_an_impossible_target_is_named_in_words_with_what_can_be_reached(impossible: Result) -> None:
    # 2,000 briquette stoves from the 1st quarter save 6 kg each, 2,000 gas boilers from the 2nd (the pipe) 8 kg each:
    # 64 - 12 - 16 = 36 t are reachable instead of 6.4 t
    assert re.search(
        r"target SO2 21\.875 % down \(1\.1, 2018\): 36\.0+ instead of 6\.40+ t \(\+462\.5 %; ", impossible.stderr
    )


def test_when_only_means_may_give_way_an_impossible_target_has_no_way_out(impossible: Result) -> None:
    kept = impossible.stderr.split("If every target is kept")[1]
    assert re.search(r"potentials\b.* pace\b.* stand in the way", kept)


def test_an_impossible_target_leaves_the_old_result_untouched(toy: Toy, old: Path) -> None:
    before = contents(old)
    toy.scenario("impossible", *IMPOSSIBLE)
    on(toy, "run", "--scenario", "impossible", "--out", old)
    assert contents(old) == before


def test_a_supply_that_is_too_small_is_named(toy: Toy, tmp_path: Path) -> None:
    # briquettes avoid 12 t at most, so 2 t must go by gas: 2,000 kg / 16 kg x 800 m3 = 100,000 m3
    toy.drop("supply", 3)
    toy.edit("supply", 2, "quantity", "5")
    result = on(toy, "run", "--out", tmp_path / "out")
    assert result.exit_code == 3
    assert "Natural gas, supply of 2018: 100,000 instead of 50,000 m3 (+100.0 %)" in result.stderr


def test_a_budget_that_is_too_small_is_named(toy: Toy, tmp_path: Path) -> None:
    # 2,000 briquette stoves from the 1st quarter (12 t): 200,000; 250 gas boilers from the 2nd (2 t): 187,500;
    # the pipe: 50,000; the city has 100,000 of its own and an award of 300,000
    toy.edit("budgets", 2, "amount", "0.001")
    result = on(toy, "run", "--out", tmp_path / "out")
    assert result.exit_code == 3
    assert (
        "City, budget of 2018 with 0.300 million CNY of awards: 437,500 instead of 400,000 CNY (+9.4 %)"
        in result.stderr
    )


def test_a_deadline_that_cannot_be_kept_is_named(toy: Toy, tmp_path: Path) -> None:
    toy.edit("tasks", 2, "duration", "9")
    result = on(toy, "run", "--out", tmp_path / "out")
    assert result.exit_code == 3
    assert "task survey Survey: done by 2018-09 instead of 2018-06 (3 months later)" in result.stderr


# ---------------------------------------------------------------- refused and stopped


def refuse(*_: object) -> list[Violation]:
    return [Violation(("balance", "east", "stove"), 0.5)]


def test_a_plan_that_fails_verification_ends_with_5_and_says_where(
    toy: Toy, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solving, "verify", refuse)
    result = on(toy, "run", "--out", old)
    assert result.exit_code == 5
    assert "The plan was refused: balance east stove: 0.5" in result.stderr


def test_a_plan_that_fails_verification_leaves_the_old_result_untouched(
    toy: Toy, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(old)
    monkeypatch.setattr(solving, "verify", refuse)
    on(toy, "run", "--out", old)
    assert contents(old) == before


def test_a_violation_that_is_no_number_is_refused(toy: Toy, old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solving, "verify", lambda *_: [Violation(("balance",), float("nan"))])
    assert on(toy, "run", "--out", old).exit_code == 5


def test_a_solver_that_fails_ends_with_5(toy: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> highs.Answer:
        raise highs.SolverError("HiGHS ended with Unknown")

    monkeypatch.setattr(highs, "solve", broken)
    result = on(toy, "run", "--out", tmp_path / "out")
    assert result.exit_code == 5
    assert "HiGHS ended with Unknown" in result.stderr


def test_an_unbounded_program_ends_with_5(toy: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = np.array([])
    endless = highs.Answer("unbounded", nothing, nothing, np.nan, np.nan, np.inf)
    monkeypatch.setattr(highs, "solve", lambda *_: endless)
    result = on(toy, "run", "--out", tmp_path / "out")
    assert result.exit_code == 5
    assert "the cost has no lower end" in result.stderr


def test_a_search_that_found_nothing_in_time_ends_with_4(toy: Toy, old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, nothing = contents(old), np.array([])
    late = highs.Answer("nothing found", nothing, nothing, np.nan, np.nan, np.inf)
    monkeypatch.setattr(highs, "solve", lambda *_: late)
    result = on(toy, "run", "--out", old)
    assert result.exit_code == 4
    assert "Stopped before any plan was found; give it more time." in result.stderr
    assert contents(old) == before


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """A run by a solver that is stopped with the best plan, but has proven only that it cannot cost less than nothing.

    With its folder; nobody may change it.
    """
    whole: Callable[..., highs.Answer] = highs.solve

    def halted(*given: Any) -> highs.Answer:
        answer = whole(*given)
        return replace(answer, outcome="stopped", bound=0.0, gap=1.0) if given[0].integer.any() else answer

    folder = tmp_path_factory.mktemp("stopped") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(highs, "solve", halted)
        words = ("--models", TOY / "models", "--inputs", TOY / "inputs", "--out", folder)
        return call("run", "toy", *words), folder


def test_a_stopped_search_ends_with_4_and_writes_the_best_plan_so_far(stopped: tuple[Result, Path]) -> None:
    assert stopped[0].exit_code == 4
    assert sorted(path.name for path in stopped[1].iterdir()) == EVERY_FILE


def test_a_stopped_search_says_how_far_it_may_be_from_the_least_cost(stopped: tuple[Result, Path]) -> None:
    assert "stopped: the best plan so far, within 100.00 % of the least cost" in stopped[0].output


def test_a_stopped_search_is_recorded_as_stopped(stopped: tuple[Result, Path]) -> None:
    record = json.loads((stopped[1] / "run.json").read_text(encoding="utf-8"))
    assert (record["status"], record["gap"]) == ("stopped", 1.0)


def test_progress_shows_what_is_known_and_a_dash_for_the_rest(capsys: pytest.CaptureFixture[str]) -> None:
    _progress(listening.Moment(1.25, None, 2_500_000.0, None))
    assert capsys.readouterr().err.rstrip() == "\r1.2 s  best –  bound 2,500,000  gap –"


# ---------------------------------------------------------------- the other commands


def test_check_counts_the_rows_it_found_in_order(toy: Toy) -> None:
    rows = sum(len(toy.lines(name)) - 1 for name in BY_NAME if toy.path(name).is_file())
    result = on(toy, "check")
    assert result.exit_code == 0
    assert f"toy: {rows} rows, no problem found in any file or scenario." in result.output


def test_check_lists_every_problem_and_ends_with_2(toy: Toy) -> None:
    toy.edit("activity", 2, "quantity", "many")
    toy.edit("prices", 2, "price", "-1")
    result = on(toy, "check")
    assert result.exit_code == 2
    assert [line[:5] for line in result.stderr.splitlines()] == ["2 pro", "  1. ", "  2. "]


def test_check_reads_the_scenario_asked_for(toy: Toy) -> None:
    toy.scenario("trial", "changes:", "  - {table: price, column: price, set: 1}")
    assert on(toy, "check", "--scenario", "trial").exit_code == 2


def test_the_inventory_holds_a_total_inside_its_band_to_be_inside(toy: Toy) -> None:
    # 4,000 stoves x 16 kg = 0.064 kt SO2 lie between 0.05 and 0.07
    result = on(toy, "inventory")
    assert result.exit_code == 0
    line = line_of(result, "toy", "2015/2015")
    assert "0.0640" in line
    assert line.endswith(" inside")


def test_the_inventory_marks_a_total_outside_its_band(toy: Toy) -> None:
    toy.edit("comparables", 2, "high", "0.063")
    assert line_of(on(toy, "inventory"), "toy", "2015/2015").endswith(" OUTSIDE")


def test_the_inventory_counts_how_many_totals_are_inside(toy: Toy) -> None:
    toy.edit("comparables", 2, "high", "0.063")
    assert "Inside the band: 1 of 2." in on(toy, "inventory").output


def test_the_inventory_says_what_a_published_total_counts(toy: Toy) -> None:
    assert "not counted" not in on(toy, "inventory").output
    path = toy.inputs / "toy" / "comparables.csv"
    head, city, *others = path.read_text(encoding="utf-8").splitlines()
    lines = [f"{head},excluded", f"{city},boilers", *(f"{line}," for line in others)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    result = on(toy, "inventory")
    assert re.search(r"^  toy +all sectors -1 +SO2 +2015/2015 ", line_of(result, "toy", "2015/2015"))
    assert re.search(r"^  province +Coal +PM2.5 ", line_of(result, "province"))
    assert "-n: n of their activities are not counted (column excluded of comparables.csv)." in result.output


def test_the_inventory_names_the_notes_of_a_city_only_where_there_are_some(toy: Toy) -> None:
    assert "Why we differ" not in on(toy, "inventory").output
    (toy.inputs / "toy" / "NOTES.md").write_text("why\n", encoding="utf-8")
    assert "2 of 2. Why we differ where we do: inputs/toy/NOTES.md.\n" in on(toy, "inventory").output


def test_the_inventory_scales_another_region_by_head(toy: Toy) -> None:
    # 0.05 kt of 20,000 people are 0.025 kt of 10,000; stoves emit 4,000 x 5 kg = 0.02 kt
    line = line_of(on(toy, "inventory"), "province")
    assert re.search(r"0\.0250 +0\.0200–0\.0300 +0\.0200 +0\.80 +inside$", line)


def test_tasks_shows_the_window_of_each_task(toy: Toy) -> None:
    result = on(toy, "tasks")
    assert result.exit_code == 0
    assert re.search(r"required +2018Q1 +2018Q2 +1$", line_of(result, "Survey", "Environmental Protection Bureau"))
    pipe = line_of(result, "Gas pipe", "Bureau of Housing and Urban-Rural Development")
    assert re.search(r"2018Q2 +2018Q4 +2$", pipe)


def test_tasks_shows_the_longest_chain(toy: Toy) -> None:
    assert "Longest chain: survey Survey → pipe Gas pipe" in on(toy, "tasks").output


def test_tasks_says_that_every_deadline_can_be_kept(toy: Toy) -> None:
    assert "Every deadline can be kept." in on(toy, "tasks").output


def test_tasks_names_those_that_cannot_meet_their_deadline(toy: Toy) -> None:
    toy.edit("tasks", 2, "duration", "9")
    result = on(toy, "tasks")
    assert "cannot be kept" in line_of(result, "Survey", "Environmental Protection Bureau")
    assert "survey Survey is due 2018-06 but cannot be done before the end of 2018Q3" in result.output


def test_equations_writes_every_equation_into_the_models_folder(toy: Toy) -> None:
    result = call("equations", "--models", toy.models)
    assert result.exit_code == 0
    page = (toy.models / "README.md").read_text(encoding="utf-8")
    assert [name for name in EQUATIONS if name not in page] == []


def test_equations_writes_the_formulas(toy: Toy) -> None:
    call("equations", "--models", toy.models)
    page = (toy.models / "README.md").read_text(encoding="utf-8")
    assert r"z_{j,T_j} \ge 1" in page


def test_dictionary_writes_every_input_table(tmp_path: Path) -> None:
    result = call("dictionary", "--root", tmp_path)
    assert result.exit_code == 0
    page = (tmp_path / "inputs" / "README.md").read_text(encoding="utf-8")
    assert [name for name in BY_NAME if f"{name}" not in page] == []


def test_dictionary_writes_every_result_table_and_column(tmp_path: Path) -> None:
    call("dictionary", "--root", tmp_path)
    page = (tmp_path / "outputs" / "README.md").read_text(encoding="utf-8")
    assert [name for table, columns in RESULTS.items() for name in (table, *columns) if name not in page] == []


def test_list_shows_cities_presets_and_own_scenarios(toy: Toy) -> None:
    toy.scenario("trial")
    result = call("list", "--models", toy.models, "--inputs", toy.inputs)
    assert result.exit_code == 0
    names = [line.split()[0] for line in result.output.splitlines()[:-1]]
    presets = {"as-written", "frozen", "least-cost", "least-cost-with-plan", "maximum-reduction"}
    assert (names[0], set(names[1:-1]), names[-1]) == ("toy", presets, "trial")


def test_list_shows_the_description_of_a_scenario(toy: Toy) -> None:
    toy.scenario("trial")
    assert line_of(call("list", "--models", toy.models, "--inputs", toy.inputs), "trial").endswith("a trial")


def test_doctor_says_that_the_solver_works() -> None:
    result = call("doctor")
    assert result.exit_code == 0
    assert "The solver works." in result.output


def test_doctor_names_the_browser_and_the_font(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "font of charts: ScenariosSansSC-Regular.otf" in call("doctor").output
    monkeypatch.setattr("scenarios.printing.BROWSERS", ("no-such-browser",))
    assert "browser for PDF: none; on Debian: apt-get install chromium" in call("doctor").output


def test_doctor_names_the_version_of_the_solver() -> None:
    assert re.search(r"highspy +\d+\.\d+", call("doctor").output)


def test_doctor_says_when_the_solver_gives_wrong_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    # the least whole number of at least 1.5 is 2
    wrong = highs.Answer("optimal", np.array([1.5]), np.array([]), 1.5, 1.5, 0.0)
    monkeypatch.setattr(highs, "solve", lambda *_: wrong)
    result = call("doctor")
    assert result.exit_code != 0
    assert "The solver gives wrong answers" in result.output


# ---------------------------------------------------------------- language and help


@pytest.fixture(scope="module")
def in_chinese(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """One run of the toy in Chinese."""
    folder = tmp_path_factory.mktemp("in_chinese") / "out"
    words = ("--models", TOY / "models", "--inputs", TOY / "inputs", "--out", folder)
    return call("run", "toy", "--lang", "zh", *words)


def test_in_chinese_a_run_names_the_city_in_chinese(in_chinese: Result) -> None:
    assert in_chinese.exit_code == 0
    assert in_chinese.output.startswith("玩具市")


def test_in_chinese_a_run_names_targets_and_report_in_chinese(in_chinese: Result) -> None:
    assert "二氧化硫下降21.875%" in in_chinese.output
    assert "report.zh.html" in in_chinese.output


@pytest.mark.parametrize("command", ["check", "inventory", "tasks"])
def test_in_chinese_a_command_speaks_chinese(toy: Toy, command: str) -> None:
    result = on(toy, command, "--lang", "zh")
    assert result.exit_code == 0
    assert CHINESE.search(result.output.splitlines()[0])


def test_in_chinese_an_impossible_target_is_named_in_chinese(toy: Toy, tmp_path: Path) -> None:
    toy.scenario("impossible", *IMPOSSIBLE)
    result = on(toy, "run", "--scenario", "impossible", "--lang", "zh", "--out", tmp_path / "out")
    assert "二氧化硫下降21.875%" in result.stderr
    assert "instead of" not in result.stderr


HEAVY = ("dataclasses", "hashlib", "socket", "numpy", "pandas", "scipy", "pyomo", "highspy", "networkx", "pydantic")
HEAVY += ("jinja2", "ruamel")


@pytest.mark.parametrize("words", [["--help"], ["run", "--help"], ["check", "-h"], ["--version"]])
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    code = (
        "import sys\n"
        "from scenarios.cli import main\n"
        f"main({words!r}, standalone_mode=False)\n"
        f"print('loaded:', [name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "loaded: []"


def test_run_asks_for_the_proof_that_stored_plans_are_known_by() -> None:
    (gap,) = [option for option in main.commands["run"].params if option.name == "gap"]
    assert gap.default == solving.PROOF


def test_help_names_every_exit_code() -> None:
    text = " ".join(call("--help").output.split())
    for words in ("0 a plan", "2 bad input", "3 no plan", "4 stopped", "5 the plan found failed verification"):
        assert words in text


def test_every_option_says_what_it_does() -> None:
    silent = [
        (name, option.name)
        for name, command in main.commands.items()
        for option in command.params
        if isinstance(option, click.Option) and not option.help
    ]
    assert not silent


def test_help_writes_no_bound_where_there_is_none() -> None:
    for name in main.commands:
        assert "None" not in call(name, "--help").output


def test_help_tells_what_a_command_does_to_the_end() -> None:
    text = call("--help").output
    assert "..." not in text.partition("Commands:")[2]
    assert "Say which targets, supplies, budgets and deadlines of CITY" in text


# ---------------------------------------------------------------- writing


def test_a_folder_with_other_files_is_refused_and_untouched(toy: Toy, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "thesis.txt").write_text("years of work\n", encoding="utf-8")
    before = contents(home)
    result = on(toy, "run", "--out", home)
    assert result.exit_code == 2
    assert (
        f"{home}: found a folder with other files. Allowed: an empty folder, or an earlier result. "
        "Choose another --out."
    ) in result.stderr
    assert contents(home) == before


def test_an_empty_folder_is_written_to(toy_plan: Plan, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    writing.write_plan(tmp_path / "out", toy_plan, {}, dict)
    assert (tmp_path / "out" / "costs.csv").is_file()


def fail(*_: object, **__: object) -> None:
    raise OSError("the disk is full")


def stop(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("break_off", [fail, stop])
def test_a_table_that_cannot_be_written_leaves_the_old_result(
    toy_plan: Plan, old: Path, monkeypatch: pytest.MonkeyPatch, break_off: Callable[..., None]
) -> None:
    before = contents(old.parent)
    whole = writing.write_table
    monkeypatch.setattr(
        writing, "write_table", lambda path, frame: break_off() if "targets" in path.name else whole(path, frame)
    )
    with pytest.raises((OSError, KeyboardInterrupt)):
        writing.write_plan(old, toy_plan, {}, dict)
    assert contents(old.parent) == before


@pytest.mark.parametrize("break_off", [fail, stop])
@pytest.mark.parametrize("which", [1, 2])
def test_a_folder_that_cannot_be_put_in_place_leaves_the_old_result(
    toy_plan: Plan, old: Path, monkeypatch: pytest.MonkeyPatch, which: int, break_off: Callable[..., None]
) -> None:
    before, whole, calls = contents(old.parent), os.replace, []

    def sometimes(source: Any, target: Any) -> None:
        calls.append(target)
        if len(calls) == which:
            break_off()
        whole(source, target)

    monkeypatch.setattr(os, "replace", sometimes)
    with pytest.raises((OSError, KeyboardInterrupt)):
        writing.write_plan(old, toy_plan, {}, dict)
    assert contents(old.parent) == before


def test_a_record_that_cannot_be_made_leaves_the_old_result(toy_plan: Plan, old: Path) -> None:
    before = contents(old.parent)
    with pytest.raises(OSError, match="disk is full"):
        writing.write_plan(old, toy_plan, {}, fail)
    assert contents(old.parent) == before


def test_a_table_that_does_not_read_back_is_refused(toy_plan: Plan, old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, whole = contents(old.parent), writing.write_table
    monkeypatch.setattr(writing, "write_table", lambda path, frame: whole(path, frame.round(0)))
    with pytest.raises(writing.ReadBackError):
        writing.write_plan(old, toy_plan, {}, dict)
    assert contents(old.parent) == before


def cells(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("text", ["=1+1", "+86", "-cmd", "@sum", "\tx", "\rx"])
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(tmp_path: Path, text: str) -> None:
    writing.write_table(tmp_path / "t.csv", pd.DataFrame({"name": ["plain", text]}))
    assert cells(tmp_path / "t.csv") == [["name"], ["plain"], ["'" + text]]


def test_a_negative_number_gets_no_apostrophe(tmp_path: Path) -> None:
    writing.write_table(tmp_path / "t.csv", pd.DataFrame({"cny": [-1.5, 2.0]}))
    assert cells(tmp_path / "t.csv") == [["cny"], ["-1.5"], ["2.0"]]


def test_a_formula_in_the_inputs_reaches_no_result_table(toy: Toy, tmp_path: Path) -> None:
    toy.edit("targets", 2, "clause", "=HYPERLINK(1)")
    assert on(toy, "run", "--no-report", "--out", tmp_path / "out").exit_code == 0
    assert cells(tmp_path / "out" / "targets.csv")[1][1] == "'=HYPERLINK(1)"


def test_what_is_missing_is_a_blank(tmp_path: Path) -> None:
    writing.write_table(tmp_path / "t.csv", pd.DataFrame({"a": ["x", None], "b": [np.nan, 1.0]}))
    assert cells(tmp_path / "t.csv") == [["a", "b"], ["x", ""], ["", "1.0"]]


@pytest.mark.parametrize(
    "value", [0.1 + 0.2, 1 / 3, 5e-324, 1e23, 123456789.12345679, -2.5e-17, 1.7976931348623157e308]
)
def test_a_float_reads_back_exactly(tmp_path: Path, value: float) -> None:
    writing.write_table(tmp_path / "t.csv", pd.DataFrame({"a": [value]}))
    assert float(cells(tmp_path / "t.csv")[1][0]) == value


def test_a_written_table_reads_back_as_it_was(toy_plan: Plan, tmp_path: Path) -> None:
    writing.write_plan(tmp_path / "out", toy_plan, {}, dict)
    back = writing.read_table(tmp_path / "out", "conversions")
    assert back.to_dict("list") == toy_plan.conversions.to_dict("list")


def test_a_table_written_without_the_mark_reads_the_same(toy_plan: Plan, tmp_path: Path) -> None:
    writing.write_plan(tmp_path / "out", toy_plan, {}, dict)
    marked = {name: writing.read_table(tmp_path / "out", name) for name in RESULTS}
    for path in (tmp_path / "out").glob("*.csv"):
        path.write_bytes(path.read_bytes().removeprefix(codecs.BOM_UTF8))
    assert all(writing.read_table(tmp_path / "out", name).equals(marked[name]) for name in RESULTS)


def test_a_line_break_inside_a_text_stays_inside_its_cell(tmp_path: Path) -> None:
    writing.write_table(tmp_path / "t.csv", pd.DataFrame({"clause": ["1\n2", "1\r2"]}))
    assert cells(tmp_path / "t.csv") == [["clause"], ["1\n2"], ["1\r2"]]


def test_a_line_break_inside_an_input_ends_with_a_plan(toy: Toy, tmp_path: Path) -> None:
    toy.replace(toy.path("targets"), "down,1.1,", 'down,"1\r1",')
    assert on(toy, "run", "--out", tmp_path / "out").exit_code == 0


# ---------------------------------------------------------------- a city where little goes on


@pytest.mark.parametrize("kept", ["heating", "boilers", "roads"])
def test_what_is_at_rest_is_shown_as_zero(toy: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: str) -> None:
    monkeypatch.chdir(tmp_path)
    for number, cells_of in enumerate(toy.lines("activity")[1:], 2):
        if cells_of[1] != kept:
            toy.edit("activity", number, "quantity", "0")
    for command in ("run", "inventory", "funding", "shares"):
        assert on(toy, command).exit_code == 0, command


# ---------------------------------------------------------------- folders that cannot be written


def test_a_run_reports_a_folder_that_cannot_be_written_before_it_solves(
    toy: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setattr(runs, "solve", None)  # it would fail if it were called
    result = on(toy, "run", "--out", tmp_path / "file" / "out")
    assert result.exit_code == 2
    assert result.stderr == (
        f"{tmp_path / 'file'} cannot be read or written: a part of the path is a file, no folder. "
        "Name another place, or mend this one.\n"
    )


@pytest.mark.parametrize(
    "words", [["compare", "least-cost", "--out"], ["tasks", "--html"], ["funding", "--csv"], ["what-if", "--set"]]
)
def test_a_command_reports_a_folder_that_cannot_be_written(
    toy: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    if words[0] == "what-if":
        words = [*words, "targets.T3=99", "--out"]
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = on(toy, *words, tmp_path / "file" / "out", "--lang", "zh")
    assert result.exit_code == 2, result.output
    assert "无法读写：路径中有一部分是文件，不是文件夹。" in result.stderr


def test_no_right_to_write_is_reported_as_such(toy: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(tmp_path / ".half"))

    monkeypatch.setattr(writing.tempfile, "mkdtemp", refuse)
    result = on(toy, "run", "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{tmp_path} cannot be read or written: permission denied.")
