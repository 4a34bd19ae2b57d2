"""What becomes of results when the disk is full, a place cannot be written, or two runs write at the same time."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from conftest import Toy
from scenarios import highs, replacing, runs, writing
from scenarios.case import Case
from scenarios.cli import main
from scenarios.plan import RESULTS, Plan
from scenarios.web import drafts
from scenarios.web.drafts import Copy, Edits


def on(toy: Toy, command: str, *words: object) -> Result:
    asked = [command, "toy", *words, "--models", toy.models, "--inputs", toy.inputs]
    return CliRunner().invoke(main, [str(word) for word in asked])


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def cells(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A folder with an earlier result."""
    folder = tmp_path / "old"
    folder.mkdir()
    (folder / "run.json").write_text("{}", encoding="utf-8")
    (folder / "costs.csv").write_text("an earlier result\n", encoding="utf-8")
    return folder


# ---------------------------------------------------------------- places that cannot be written


ASKED = {
    "compare": ["frozen", "least-cost"],
    "what-if": ["--set", "targets.T3=94"],
    "sweep": ["--vary", "targets.T1=-0.2,-0.25"],
    "macc": [],
    "pareto": [],
    "budget-curve": [],
    "prices": [],
    "alternatives": [],
    "shares": [],
    "region": [],
    "charts": [],
}


@pytest.mark.parametrize(
    ("command", "option"),
    [*((name, "--out") for name in ASKED), ("pareto", "--chart"), ("funding", "--csv"), ("report", "--out")],
)
def test_a_place_that_cannot_be_written_is_reported_before_anything_is_solved(
    toy: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, option: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setattr(highs, "solve", None)  # it would fail if it were called
    result = on(toy, command, *ASKED.get(command, []), option, tmp_path / "file" / "x.svg")
    assert result.exit_code == 2, result.output
    assert result.stderr == (
        f"{tmp_path / 'file'} cannot be read or written: a part of the path is a file, no folder. "
        "Name another place, or mend this one.\n"
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "toy"]


# ---------------------------------------------------------------- places of inputs


INTO = [*((name, "--out", "") for name in ASKED), ("funding", "--csv", "")]
INTO += [("report", "--out", "targets.csv"), ("funding", "--xlsx", "toy.xlsx"), ("tasks", "--html", "targets.csv")]
INTO += [("pareto", "--chart", "toy.svg")]


@pytest.mark.parametrize(("command", "option", "file"), INTO)
def test_results_do_not_go_among_the_tables_of_a_city(
    toy: Toy, monkeypatch: pytest.MonkeyPatch, command: str, option: str, file: str
) -> None:
    before = contents(toy.folder)
    monkeypatch.setattr(highs, "solve", None)  # it would fail if it were called
    result = on(toy, command, *ASKED.get(command, []), option, toy.inputs / "toy" / file)
    assert result.exit_code == 2, result.output
    assert f"{toy.inputs / 'toy'}: found a folder of inputs. Allowed: a folder of results." in result.stderr
    assert contents(toy.folder) == before


@pytest.mark.parametrize("folder", ["inputs", "models", "models/toy"])
def test_tables_do_not_go_among_the_folders_of_cities_and_models(toy: Toy, folder: str) -> None:
    before = contents(toy.folder)
    result = on(toy, "compare", "frozen", "--out", toy.folder / folder)
    assert result.exit_code == 2, result.output
    assert "found a folder of inputs" in result.stderr
    assert contents(toy.folder) == before


def test_a_file_may_stand_beside_the_folders_of_cities(toy: Toy) -> None:
    assert on(toy, "tasks", "--html", toy.inputs / "tasks.html").exit_code == 0


# ---------------------------------------------------------------- a full disk


class Full(io.StringIO):
    """A file on a disk that is full: the machine does not say which."""

    def write(self, text: Any) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def fill(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int, *_: Any, **__: Any) -> Full:
        os.close(handle)
        return Full()

    monkeypatch.setattr(writing.os, "fdopen", full)


def test_a_full_disk_is_reported_in_one_line_and_the_old_output_is_kept(
    toy: Toy, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(monkeypatch)
    result = on(toy, "tasks", "--html", old / "costs.csv")
    assert result.exit_code == 2, result.output
    assert result.stderr == (
        f"{old / 'costs.csv'} cannot be read or written: the disk is full. Name another place, or mend this one.\n"
    )
    assert contents(old)["costs.csv"] == b"an earlier result\n"


WAYS: dict[str, Callable[[Path, Plan], None]] = {
    "a plan": lambda folder, plan: writing.write_plan(folder, plan, {}, dict),
    "the tables of a study": lambda folder, plan: writing.write_tables(folder, plan.tables),
}


@pytest.mark.parametrize("way", WAYS)
def test_tables_that_do_not_fit_on_the_disk_are_reported_with_their_folder_and_leave_the_old_ones(
    toy_plan: Plan, old: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    before = contents(old.parent)
    fill(monkeypatch)
    with pytest.raises(OSError, match="No space left") as caught:
        WAYS[way](old, toy_plan)
    assert caught.value.filename == str(old)
    assert contents(old.parent) == before


def test_a_page_that_does_not_fit_on_the_disk_is_reported_with_the_folder_of_the_plan(
    toy_plan: Plan, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = contents(old.parent)
    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space left") as caught:
        writing.write_plan(old, toy_plan, {"page.html": ""}, dict)
    assert caught.value.filename == str(old)
    assert contents(old.parent) == before


def test_a_workbook_that_does_not_fit_on_the_disk_leaves_the_old_one(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(monkeypatch)
    with pytest.raises(OSError, match="No space left") as caught:
        writing.write_binary(old / "costs.csv", b"x")
    assert caught.value.filename == str(old / "costs.csv")
    assert contents(old)["costs.csv"] == b"an earlier result\n"


def test_an_error_of_the_machine_without_a_place_is_one_line_in_both_languages(
    toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(runs, "run", full)
    assert on(toy, "run").stderr == (
        "Something cannot be read or written: the disk is full. Nothing that was there before is lost.\n"
    )
    assert on(toy, "run", "--lang", "zh").stderr == "有内容无法读写：磁盘已满。原有文件均未受影响。\n"


# ---------------------------------------------------------------- two runs at a time


def together(count: int, act: Callable[[int], None]) -> None:
    """Several threads that act over and over at the same time."""
    with ThreadPoolExecutor(count) as hands:
        for done in [hands.submit(act, number) for number in range(count)]:
            done.result()


def test_two_runs_into_one_folder_leave_the_plan_of_one_of_them_whole(toy_plan: Plan, tmp_path: Path) -> None:
    def act(number: int) -> None:
        for _ in range(3):
            tables = {
                name: frame.assign(**{frame.columns[0]: f"run{number}"}) for name, frame in toy_plan.tables.items()
            }
            plan = replace(toy_plan, tables=tables)
            writing.write_plan(tmp_path / "out", plan, {"page.txt": f"run{number}"}, lambda: {"run": f"run{number}"})

    together(3, act)
    last = (tmp_path / "out" / "page.txt").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8")) == {"run": last}
    held = {row[0] for name in RESULTS for row in cells(tmp_path / "out" / f"{name}.csv")[1:]}
    assert held == {last}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_two_studies_into_one_folder_leave_the_tables_of_one_of_them(tmp_path: Path) -> None:
    def act(number: int) -> None:
        for _ in range(10):
            frame = pd.DataFrame({"run": [number]})
            writing.write_tables(tmp_path / "out", dict.fromkeys("abcdefgh", frame))

    together(3, act)
    assert len({cells(path)[1][0] for path in (tmp_path / "out").glob("*.csv")}) == 1
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [f"{name}.csv" for name in "abcdefgh"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_the_mark_of_a_run_that_was_killed_is_waited_for_a_while_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replacing, "PATIENCE", 0.05)
    (tmp_path / ".out-busy").mkdir()
    writing.write_tables(tmp_path / "out", {"a": pd.DataFrame({"x": [1]})})
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_plan_that_another_run_replaces_while_it_is_read_is_read_anew(
    toy_case: Case, toy_plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = writing.read_table
    writing.write_plan(tmp_path / "out", toy_plan, {}, lambda: runs.record(toy_case, toy_plan, {}, {}))
    other = {**runs.record(toy_case, toy_plan, {}, {}), "scenario": "other"}

    def replaced(home: Path, name: str) -> pd.DataFrame:
        (tmp_path / "out" / "run.json").write_text(json.dumps(other), encoding="utf-8")
        return reading(home, name)

    monkeypatch.setattr(writing, "read_table", replaced)
    assert writing.read_plan(tmp_path / "out").scenario == "other"


def killed(monkeypatch: pytest.MonkeyPatch, folder: Path, act: Callable[[], object]) -> None:
    """Whoever acts is killed when the old folder is set aside and the new one is not yet there."""
    whole = os.replace

    def stop(source: Any, target: Any) -> None:
        if Path(target) == folder:
            os._exit(9)
        whole(source, target)

    child = os.fork()
    if not child:
        monkeypatch.setattr(os, "replace", stop)
        act()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert not folder.exists()
    monkeypatch.setattr(replacing, "PATIENCE", 0.05)  # the mark of the one that was killed


def test_a_plan_is_found_again_when_a_program_was_killed_while_it_was_replaced(
    toy_case: Case, toy_plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write() -> None:
        writing.write_plan(tmp_path / "out", toy_plan, {}, lambda: runs.record(toy_case, toy_plan, {}, {}))

    write()
    before = contents(tmp_path)
    killed(monkeypatch, tmp_path / "out", write)
    assert writing.read_plan(tmp_path / "out").objective == toy_plan.objective
    assert {name: text for name, text in contents(tmp_path).items() if name.startswith("out/")} == before


def test_the_next_run_puts_back_what_a_killed_one_left_before_it_searches(
    toy_plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing.write_plan(tmp_path / "out", toy_plan, {}, dict)
    before = contents(tmp_path / "out")
    killed(monkeypatch, tmp_path / "out", lambda: writing.write_plan(tmp_path / "out", toy_plan, {}, dict))
    writing.ensure_result_writable(tmp_path / "out")
    assert contents(tmp_path / "out") == before


def test_a_reader_waits_while_a_plan_takes_the_place_of_another(
    toy_case: Case, toy_plan: Plan, tmp_path: Path
) -> None:
    def act(number: int) -> None:
        for _ in range(4):
            if number:
                assert writing.read_plan(tmp_path / "out").objective == toy_plan.objective
            else:
                writing.write_plan(tmp_path / "out", toy_plan, {}, lambda: runs.record(toy_case, toy_plan, {}, {}))

    act(0)
    together(3, act)


def test_edited_tables_are_found_again_when_a_server_was_killed_while_they_were_replaced(
    toy: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = Copy("toy", toy.models, toy.inputs, tmp_path / "draft")
    drafts.edit_table(copy, "supply", Edits([(2, "quantity", "12")]))
    again = Edits([(2, "quantity", "13")])
    killed(monkeypatch, tmp_path / "draft" / "toy", lambda: drafts.edit_table(copy, "supply", again))
    assert drafts.view(copy, "supply")["rows"][0]["cells"][3] == "12"
    drafts.discard_draft(copy)
    assert copy.edited == []
