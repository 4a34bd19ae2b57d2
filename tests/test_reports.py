"""Readings of plans on the toy: comparison, administration, task sheets, coverage of the text, the task graph.

The toy is given the text of a programme: three numbered works, eleven clauses, two commitments. Numbers are those of
inputs/toy/README.md: briquettes in 2,000 stoves (325,000 CNY, 8 t SO2, 4 t PM2.5), gas in 1,500 (281,250 CNY, 6 t,
1.875 t), a pipe (1,250 CNY) and 10 t/h of boilers closed (375 CNY, 3.75 t NOx).
"""

from __future__ import annotations

import contextlib
import csv
import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TextIO
from xml.etree import ElementTree

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from conftest import TOY, Toy
from scenarios import runs, solving, writing
from scenarios.case import Case
from scenarios.cli import main
from scenarios.coverage import coverage
from scenarios.plan import Plan
from scenarios.reading import with_changes
from scenarios.reports import administration, comparison
from scenarios.reports.format import grid, number, within
from scenarios.reports.page import pages
from scenarios.verification.given import Violation

CHINESE = re.compile(r"[\u4e00-\u9fff]")
NOBODY = "(no work of the plan)"

TEXT = {
    "departments": [
        "department,name_zh,name_en",
        "环保局,环保局,Environmental Protection Bureau",
        "住建局,住建局,Housing Bureau",
        "财政局,财政局,Finance Bureau",
    ],
    "works": [
        "number,name_zh,name_en,section,lead,cooperating,responsible",
        "1,取暖,Heating,二,环保局,住建局 财政局,东区 西县",
        "2,锅炉,Boilers,二,住建局,,西县",
        "3,扬尘,Dust,三,,,",
    ],
    "duties": ["measure,number", "briquettes,1", "boiler_closed,2"],
    "commitments": [
        "commitment,name_zh,name_en,clause,kind,subject,area,start,end,operator,quantity,unit,source,grade",
        "C1,千户型煤,a thousand stoves,K1,converted,briquettes,toy,2018-01,2018-12,>=,1000,household,toy,assumed",
        "C2,锅炉全关,every boiler,K3,converted,boiler_closed,toy,2018-01,2018-12,>=,20,t/h,toy,assumed",
    ],
    "standards": [
        "standard,name_zh,name_en,clause,role,represents,note",
        "S1,道路限值,a limit for roads,K6,held,,nobody measures it",
        "S2,煤炭减半,half the coal,K10,share,T4,",
    ],
    "emergency": ["rule,name_zh,name_en,clause,kind", "E1,黄色预警,yellow warning,K9,alert_cut"],
    "clauses": [
        "clause,name_zh,name_en,number,sector,kind,operator,quantity,unit,year,deadline,represented,reason_zh,reason_en",
        "K1,型煤千户,briquettes for a thousand,1,coal,rollout,>=,1000,household,2018,2018-12,"
        "commitment:C1 measure:briquettes,,",
        "K2,摸底,count the stoves,1,coal,survey,,,,,2018-06,task:survey,,",
        "K3,关停锅炉,close the boilers,2,coal,project,>=,20,t/h,2018,2018-12,commitment:C2,,",
        "K4,办好会议,five meetings,2,other,policy,=,5,meeting,,,,会议不排放,a meeting emits nothing",
        "K5,绿化裸地,green the bare land,3,dust,rollout,>=,40,%,,,,没有面积,no area is printed",
        "K6,道路限值,a limit for roads,3,dust,standard,<=,10,mg/m3,,,standard:S1,,",
        "K7,先查后建,survey before pipe,1,coal,policy,,,,,,order:O1,,",
        "K8,煤炭减半,half the coal,2,coal,rollout,<=,50,%,,,target:T4,,",
        "K9,黄色预警,cut at yellow warning,3,other,policy,>=,30,%,,,emergency:E1,,",
        "K10,禁煤,ban on coal,2,coal,ban,,,,,,standard:S2,,",
        "K11,三座公园,three parks,3,dust,project,=,3,park,2018,,target:T5,,",
    ],
}


def give_a_text(toy: Toy) -> Toy:
    """The toy with works, duties, commitments, clauses and what stands for them."""
    for table, lines in TEXT.items():
        toy.path(table).write_text("\n".join(lines) + "\n", encoding="utf-8")
    toy.add("targets", "T5,三座公园,three parks,1.5,reported,parks,toy,2018,>=,3,absolute,,no")
    toy.edit("targets", 6, "note", "parks are counted elsewhere")
    return toy


def call(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def on(toy: Toy, command: str, *words: object) -> Result:
    """A command on a copy of the toy, from the folder that holds it."""
    with contextlib.chdir(toy.folder):
        return call(command, "toy", "--models", "models", "--inputs", "inputs", *words)


def copied(source: Path, target: Path) -> Toy:
    shutil.copytree(source, target)
    return Toy(target)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Toy, Result]:
    """Three plans of the toy with its text, compared; nobody may change the folder."""
    folder = tmp_path_factory.mktemp("made") / "toy"
    for part in ("models/toy", "models/presets", "inputs/toy"):
        shutil.copytree(TOY / part, folder / part)
    toy = give_a_text(Toy(folder))
    toy.scenario("impossible", "changes:", "  - {table: targets, where: {target: T1}, column: value, set: -0.9}")
    result = on(toy, "compare", "least-cost", "frozen", "maximum-reduction")
    assert result.exit_code == 0, result.stderr
    return toy, result


@pytest.fixture
def mine(made: tuple[Toy, Result], tmp_path: Path) -> Toy:
    """A copy of the folder with its plans, to spoil."""
    return copied(made[0].folder, tmp_path / "mine")


@pytest.fixture
def text(toy: Toy) -> Toy:
    """The toy with its text and no plan."""
    return give_a_text(toy)


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"{name}.csv")


def compared(toy: Toy, name: str) -> pd.DataFrame:
    return table(toy.folder / "outputs" / "toy" / "compare", name)


def planned(toy: Toy, name: str, scenario: str = "least-cost") -> pd.DataFrame:
    return table(toy.folder / "outputs" / "toy" / scenario, name)


def line_of(result: Result, *words: str) -> str:
    return next(line for line in result.output.splitlines() if all(word in line for word in words))


def never(*_: object, **__: object) -> None:
    raise AssertionError("a plan was made anew")


# ---------------------------------------------------------------- compare


def test_a_comparison_has_a_column_for_each_scenario_in_the_order_asked(made: tuple[Toy, Result]) -> None:
    assert made[1].output.splitlines()[0].split() == ["least-cost", "frozen", "maximum-reduction"]


def test_a_comparison_shows_what_each_plan_costs(made: tuple[Toy, Result]) -> None:
    """One unit, and as many decimals, in every column: 607,500 CNY, nothing and 2.03 million."""
    assert line_of(made[1], "cost over the plan").split()[4:] == ["[million", "CNY]", "0.61", "0.00", "2.03"]


def test_a_comparison_counts_the_goals_each_plan_meets(made: tuple[Toy, Result]) -> None:
    # frozen: 64 t, 20 t, 98 ug/m3; the lowest annual mean closes no boiler
    assert line_of(made[1], "goals met").split()[2:] == ["3", "/", "3", "0", "/", "3", "2", "/", "3"]


def test_a_comparison_names_the_goals_missed_and_by_how_much(made: tuple[Toy, Result]) -> None:
    assert "frozen misses SO2 21.875 % down (2018): 64.0 t against <= 50.0 t" in made[1].output
    assert "maximum-reduction misses NOx at most 17 t (2018): 20.0 t against <= 17.0 t" in made[1].output
    assert "least-cost misses" not in made[1].output


def test_the_totals_of_a_comparison_are_the_plans_own(made: tuple[Toy, Result]) -> None:
    rows = compared(made[0], "totals").set_index("quantity")
    assert rows.loc["cost_cny", ["least-cost", "frozen"]].tolist() == pytest.approx([607_875, 0])
    assert rows.loc["investment_cny", ["least-cost", "frozen"]].tolist() == pytest.approx([5_360_000, 0])
    assert rows.loc["measures", ["least-cost", "frozen"]].tolist() == [3, 0]
    assert rows.loc["tasks_done", ["least-cost", "frozen"]].tolist() == [2, 0]
    assert rows.loc["commitments_met", ["least-cost", "frozen"]].tolist() == [1, 0]
    assert rows.loc["commitments", ["least-cost", "frozen"]].tolist() == [2, 2]


def test_every_table_of_a_comparison_is_written(made: tuple[Toy, Result]) -> None:
    folder = made[0].folder / "outputs" / "toy" / "compare"
    assert sorted(path.name for path in folder.iterdir()) == [
        f"{name}.csv"
        for name in (
            "causes",
            "commitments",
            "concentrations",
            "emissions",
            "quantities",
            "schedule",
            "targets",
            "totals",
        )
    ]


def test_a_comparison_holds_emissions_concentrations_and_targets_by_scenario(made: tuple[Toy, Result]) -> None:
    emissions = compared(made[0], "emissions").set_index(["sector", "pollutant", "year"])
    assert emissions.loc[("coal", "SO2", 2018), ["least-cost", "frozen"]].tolist() == pytest.approx([50, 64])
    means = compared(made[0], "concentrations").set_index(["receptor", "air", "year"])
    assert means.loc[("toy", "PM2.5", 2018), ["least-cost", "frozen"]].tolist() == pytest.approx([82.375, 98])
    targets = compared(made[0], "targets").set_index("target")
    assert targets.loc["T2", ["least-cost", "frozen"]].tolist() == pytest.approx([16.25, 20])


def test_quantities_of_a_scenario_without_measures_are_zero(made: tuple[Toy, Result]) -> None:
    rows = compared(made[0], "quantities")
    assert rows["frozen"].eq(0).all()
    assert rows.groupby("measure")["least-cost"].sum()["gas"] == pytest.approx(1_500)


def test_differences_by_measure_are_those_solved_by_hand(made: tuple[Toy, Result]) -> None:
    rows = compared(made[0], "causes").query("scenario == 'frozen'").set_index("measure")
    assert rows["cny"].to_dict() == pytest.approx(
        {"briquettes": -325_000, "gas": -281_250, "pipe": -1_250, "boiler_closed": -375}
    )
    assert rows.loc["briquettes", ["SO2", "PM2.5", "PM2.5 ug/m3"]].tolist() == pytest.approx([-8, -4, -10])
    assert rows.loc["boiler_closed", "NOx"] == pytest.approx(-3.75)


@pytest.mark.parametrize("other", ["frozen", "maximum-reduction"])
def test_differences_by_measure_add_up_to_the_whole_difference(made: tuple[Toy, Result], other: str) -> None:
    toy = made[0]
    causes = compared(toy, "causes").query("scenario == @other").sum(numeric_only=True)
    totals = compared(toy, "totals").set_index("quantity").loc["cost_cny"]
    assert causes["cny"] == pytest.approx(totals[other] - totals["least-cost"])
    emitted = compared(toy, "emissions").groupby("pollutant")[["least-cost", other]].sum()
    for pollutant in ("SO2", "NOx", "PM2.5"):
        avoided = emitted.loc[pollutant, "least-cost"] - emitted.loc[pollutant, other]
        assert causes[pollutant] == pytest.approx(avoided, abs=1e-9)
    means = compared(toy, "concentrations")
    assert causes["PM2.5 ug/m3"] == pytest.approx((means["least-cost"] - means[other]).sum())


def test_differences_add_up_when_later_money_counts_less(toy: Toy) -> None:
    toy.replace(toy.city, "discount_rate: 0", "discount_rate: 0.1")
    plans = {name: solving.solve(toy.read(name)) for name in ("frozen", "least-cost")}
    assert plans["frozen"].objective == pytest.approx(0)
    runs = [(toy.read(name), plan) for name, plan in plans.items()]
    assert comparison.causes(runs)["cny"].sum() == pytest.approx(plans["least-cost"].objective)


def test_differences_add_up_when_the_discount_rate_itself_is_what_differs(toy_case: Case, toy_plan: Plan) -> None:
    """Capital is dearer at 8 % and counts less in the middle of the year: each plan is discounted at its own rate."""
    case = with_changes(toy_case, ["settings.discount_rate=0.08"])
    plan = solving.solve(case)
    rows = comparison.causes([(toy_case, toy_plan), (case, plan)])
    assert rows["cny"].sum() == pytest.approx(plan.objective - toy_plan.objective)


def test_a_scenario_given_as_a_file_has_one_folder_when_it_is_read_again(toy: Toy) -> None:
    path = toy.scenario("trial", "extends: least-cost")
    with contextlib.chdir(toy.folder):
        found = [runs.read_or_run("toy", str(path), models=toy.models, inputs=toy.inputs).folder for _ in range(2)]
        assert set(found) == {Path("outputs/toy/trial")}


def test_a_difference_of_rounding_is_no_cause(made: tuple[Toy, Result]) -> None:
    # nothing wears out in the toy, so turnover costs nothing
    assert "turnover" not in list(compared(made[0], "causes")["measure"])


def test_the_last_line_of_a_difference_is_the_whole(made: tuple[Toy, Result]) -> None:
    part = made[1].output.split("frozen against least-cost")[1].split("against")[0]
    line = next(line for line in part.splitlines() if line.startswith("  all"))
    assert re.search(r"all +−0\.608 +−14\.0 +−3\.75 +−5\.88 +−15\.6", line)


def test_stored_plans_are_read_when_nothing_changed(mine: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "solve", never)
    again = on(mine, "compare", "least-cost", "frozen", "maximum-reduction")
    assert again.exit_code == 0


def test_a_comparison_of_stored_plans_says_what_the_first_said(made: tuple[Toy, Result], mine: Toy) -> None:
    assert on(mine, "compare", "least-cost", "frozen", "maximum-reduction").output == made[1].output


def test_a_plan_is_made_anew_when_a_file_changed(mine: Toy) -> None:
    # at most 51 t: 13 t must go, 1 t less by gas in the 4th quarter: 46,875 CNY less
    mine.edit("targets", 2, "basis", "absolute")
    mine.edit("targets", 2, "base_year", "")
    mine.edit("targets", 2, "value", "51")
    assert on(mine, "compare", "least-cost").exit_code == 0
    assert compared(mine, "totals").set_index("quantity").loc["cost_cny", "least-cost"] == pytest.approx(561_000)


def test_a_changed_city_setting_makes_the_plan_anew(mine: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "solve", never)
    mine.replace(mine.city, "background: neighbours", "background: unchanged")
    assert isinstance(on(mine, "compare", "frozen").exception, AssertionError)


def test_a_plan_for_another_sum_of_money_leaves_the_scenarios_own_where_it_is(mine: Toy) -> None:
    # frozen spends nothing and stays feasible at no money
    made = mine.folder / "outputs" / "toy"
    before = (made / "frozen" / "run.json").read_bytes()
    assert on(mine, "run", "--scenario", "frozen", "--money", "5", "--no-report").exit_code == 0
    assert (made / "frozen" / "run.json").read_bytes() == before
    assert (made / "frozen+settings.money_at_most-5" / "run.json").is_file()


@pytest.mark.parametrize("table_name", ["costs", "targets"])
def test_a_stored_plan_that_cannot_be_read_is_made_anew(mine: Toy, table_name: str) -> None:
    (mine.folder / "outputs" / "toy" / "frozen" / f"{table_name}.csv").write_text("", encoding="utf-8")
    assert on(mine, "compare", "frozen").exit_code == 0


def test_a_scenario_named_twice_is_compared_once(mine: Toy) -> None:
    assert on(mine, "compare", "frozen", "frozen").output.splitlines()[0].split() == ["frozen"]


def test_without_names_three_presets_are_compared(text: Toy) -> None:
    # every boiler closed: 10 t/h in the 3rd quarter (375) and 10 t/h in the 4th (125); what the text fixes, alone:
    # 1,000 briquette stoves in the 4th quarter (75,000), 20 t/h in the 4th (250) and the pipe (1,250)
    result = on(text, "compare")
    assert result.exit_code == 0
    rows = compared(text, "totals").set_index("quantity").loc["cost_cny"]
    assert rows.to_dict() == pytest.approx(
        {"as-written": 76_500, "least-cost": 607_875, "least-cost-with-plan": 608_000}
    )


def test_tables_go_to_the_folder_asked_for(mine: Toy, tmp_path: Path) -> None:
    result = on(mine, "compare", "least-cost", "frozen", "--out", tmp_path / "side" / "by side")
    assert f"Tables written to {tmp_path / 'side' / 'by side'}." in result.output
    assert (tmp_path / "side" / "by side" / "totals.csv").is_file()


def test_an_unknown_scenario_is_no_comparison_and_the_nearest_is_named(mine: Toy) -> None:
    result = on(mine, "compare", "frozn", "least-cost")
    assert result.exit_code == 2
    assert "Did you mean “frozen”?" in result.stderr


def test_a_scenario_without_a_plan_ends_with_3_and_is_named(mine: Toy) -> None:
    result = on(mine, "compare", "frozen", "impossible")
    assert result.exit_code == 3
    assert result.stderr.startswith("impossible: ")
    assert "target SO2 21.875 % down" in result.stderr


def test_a_scenario_without_a_plan_leaves_the_last_tables(mine: Toy) -> None:
    before = compared(mine, "totals")
    on(mine, "compare", "frozen", "impossible")
    assert compared(mine, "totals").equals(before)


@pytest.mark.parametrize("command", [("compare", "least-cost"), ("report",)])
def test_a_plan_that_fails_verification_ends_any_command_with_5(
    toy: Toy, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setattr(solving, "verify", lambda *_: [Violation(("balance", "east", "stove"), 0.5)])
    assert on(toy, *command).exit_code == 5


def fail(*_: object, **__: object) -> None:
    raise OSError("the disk is full")


def stop(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


@pytest.fixture
def tables_there(tmp_path: Path) -> Path:
    folder = tmp_path / "compare"
    writing.write_tables(folder, {"totals": pd.DataFrame({"a": [1]}), "causes": pd.DataFrame({"a": [2]})})
    return folder


@pytest.mark.parametrize("break_off", [fail, stop])
def test_an_interrupted_table_of_a_comparison_leaves_the_last_one(
    tables_there: Path, monkeypatch: pytest.MonkeyPatch, break_off: Callable[..., None]
) -> None:
    monkeypatch.setattr(os, "replace", break_off)
    with pytest.raises((OSError, KeyboardInterrupt)):
        writing.write_tables(tables_there, {"totals": pd.DataFrame({"a": [7]})})
    assert table(tables_there, "totals")["a"].tolist() == [1]
    assert [path.name for path in tables_there.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("break_off", [fail, stop])
@pytest.mark.parametrize("step", ["write", "replace"])
def test_an_interrupted_page_leaves_the_last_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, break_off: Callable[..., None], step: str
) -> None:
    writing.write_page(tmp_path / "tasks.html", "old")
    if step == "write":
        monkeypatch.setattr(os, "fdopen", break_off)
    else:
        monkeypatch.setattr(os, "replace", break_off)
    with pytest.raises((OSError, KeyboardInterrupt)):
        writing.write_page(tmp_path / "tasks.html", "new")
    assert (tmp_path / "tasks.html").read_text(encoding="utf-8") == "old"


def test_an_interrupted_page_leaves_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writing.write_page(tmp_path / "tasks.html", "old")
    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="disk is full"):
        writing.write_page(tmp_path / "tasks.html", "new")
    assert [path.name for path in tmp_path.iterdir()] == ["tasks.html"]


def test_an_interrupted_report_leaves_the_last_table(
    mine: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "report.csv"
    target.write_text("an earlier table\n", encoding="utf-8")
    whole = csv.writer

    class Breaking:
        def __init__(self, file: TextIO) -> None:
            self.inner = whole(file)

        def writerow(self, row: list[str]) -> None:
            self.inner.writerow(row)

        def writerows(self, _: object) -> None:
            fail()

    monkeypatch.setattr(writing.csv, "writer", Breaking)
    on(mine, "report", "--out", target)
    assert target.read_text(encoding="utf-8") == "an earlier table\n"


# ---------------------------------------------------------------- report


def reported(toy: Toy, by: str, folder: Path) -> pd.DataFrame:
    """The table of a report as written to a file, keyed by its first column."""
    target = folder / f"{by}.csv"
    result = on(toy, "report", "--by", by, "--out", target)
    assert result.exit_code == 0, result.output
    return table(folder, by).set_index(by)


@pytest.mark.parametrize("by", ["department", "county", "task", "sector"])
def test_each_column_of_a_report_adds_up_to_the_plan(made: tuple[Toy, Result], tmp_path: Path, by: str) -> None:
    rows = reported(made[0], by, tmp_path)
    costs, effects = planned(made[0], "costs"), planned(made[0], "effects")
    laid_out = costs["item"] == "investment"
    assert rows["investment"].sum() == pytest.approx(costs.loc[laid_out, "cny"].sum()) == pytest.approx(5_360_000)
    assert rows["cost"].sum() == pytest.approx(costs.loc[~laid_out, "cny"].sum()) == pytest.approx(607_875)
    emitted = effects[effects["medium"] == "emission"].groupby("pollutant")["reduction"].sum()
    assert rows[["SO2", "NOx", "PM2.5"]].sum().to_dict() == pytest.approx(emitted.to_dict())
    assert rows["PM2.5 ug/m3"].sum() == pytest.approx(15.625)


@pytest.mark.parametrize("by", ["department", "task"])
def test_tasks_and_commitments_of_a_report_add_up_to_the_plan(
    made: tuple[Toy, Result], tmp_path: Path, by: str
) -> None:
    rows = reported(made[0], by, tmp_path)[["tasks done", "tasks", "commitments met", "commitments"]]
    assert rows.sum().tolist() == [2, 2, 1, 2]


@pytest.mark.parametrize(
    ("by", "heating", "boilers"),
    [("department", "Environmental Protection Bureau", "Housing Bureau"), ("task", "1 Heating", "2 Boilers")],
)
def test_a_report_gives_each_work_its_measures_and_tasks(
    made: tuple[Toy, Result], tmp_path: Path, by: str, heating: str, boilers: str
) -> None:
    # the pipe is a task of work 2, led by the same department; gas falls under no work
    rows = reported(made[0], by, tmp_path)
    columns = ["investment", "cost", "SO2", "NOx", "PM2.5", "PM2.5 ug/m3", "measures", "tasks done"]
    assert rows.loc[heating, columns].tolist() == pytest.approx([800_000, 325_000, 8, 0, 4, 10, 1, 1])
    assert rows.loc[boilers, columns].tolist() == pytest.approx([60_000, 1_625, 0, 3.75, 0, 0, 1, 1])
    assert rows.loc[NOBODY, columns].tolist() == pytest.approx([4_500_000, 281_250, 6, 0, 1.875, 5.625, 1, 0])


def test_a_report_gives_each_work_its_commitments(made: tuple[Toy, Result], tmp_path: Path) -> None:
    rows = reported(made[0], "task", tmp_path)
    assert rows.loc["1 Heating", ["commitments met", "commitments"]].tolist() == [1, 1]
    assert rows.loc["2 Boilers", ["commitments met", "commitments"]].tolist() == [0, 1]


def test_a_report_by_county_gives_each_county_its_own(made: tuple[Toy, Result], tmp_path: Path) -> None:
    # boilers stand in the west only, tasks are the whole city's
    rows = reported(made[0], "county", tmp_path)
    costs = planned(made[0], "costs")
    assert list(rows.index) == ["East", "West", "whole city"]
    for name, area in (("East", "east"), ("West", "west")):
        laid_out = costs[(costs["area"] == area) & (costs["item"] == "investment")]["cny"].sum()
        assert rows.loc[name, "investment"] == pytest.approx(laid_out)
    assert rows.loc[["East", "West"], "NOx"].tolist() == pytest.approx([0, 3.75])
    assert rows.loc["whole city", ["investment", "cost"]].tolist() == pytest.approx([50_000, 1_250])


def test_a_report_by_sector_gives_each_sector_its_own(made: tuple[Toy, Result], tmp_path: Path) -> None:
    rows = reported(made[0], "sector", tmp_path)
    assert rows.loc["Coal", ["investment", "cost", "SO2"]].tolist() == pytest.approx([5_310_000, 606_625, 14])
    assert rows.loc["tasks", ["investment", "cost", "SO2"]].tolist() == pytest.approx([50_000, 1_250, 0])


@pytest.mark.parametrize("by", ["department", "county", "task", "sector"])
def test_the_last_row_of_a_report_is_the_whole(made: tuple[Toy, Result], by: str) -> None:
    line = line_of(on(made[0], "report", "--by", by), "  all ")
    assert re.search(r"all +5\.36 +0\.61 +14\.0 +3\.75 +5\.88 +15\.6", line)


def test_the_whole_counts_a_measure_of_two_counties_once(made: tuple[Toy, Result]) -> None:
    assert line_of(on(made[0], "report", "--by", "county"), "  all ").split()[-1] == "3"


def test_a_report_without_works_gives_all_to_nobody(toy_case: Case, toy_plan: Plan) -> None:
    rows = administration.table(toy_case, toy_plan, "task").set_index("task")
    assert rows["investment"].to_dict() == pytest.approx({NOBODY: 5_360_000})


def test_a_report_of_a_plan_without_measures_is_all_zero(mine: Toy, tmp_path: Path) -> None:
    result = on(mine, "report", "--scenario", "frozen", "--by", "county", "--out", tmp_path / "county.csv")
    assert result.exit_code == 0
    assert table(tmp_path, "county").drop(columns="county").to_numpy().sum() == 0


def test_a_report_in_a_text_file_is_what_is_printed(made: tuple[Toy, Result], tmp_path: Path) -> None:
    result = on(made[0], "report", "--out", tmp_path / "new" / "report.txt")
    assert result.exit_code == 0
    assert result.output.startswith((tmp_path / "new" / "report.txt").read_text(encoding="utf-8"))


def test_a_report_in_a_new_folder_is_written(made: tuple[Toy, Result], tmp_path: Path) -> None:
    assert on(made[0], "report", "--out", tmp_path / "new" / "report.csv").exit_code == 0
    assert (tmp_path / "new" / "report.csv").is_file()


def test_a_department_like_a_formula_gets_an_apostrophe(text: Toy, toy_plan: Plan, tmp_path: Path) -> None:
    text.edit("departments", 2, "name_en", "=1+1")
    writing.write_table(tmp_path / "t.csv", administration.table(text.read(), toy_plan, "department"))
    assert "'=1+1" in list(table(tmp_path, "t")["department"])


def test_the_page_tells_each_department_in_its_language_with_tonnes_and_the_annual_mean(text: Toy) -> None:
    # briquettes: 8 t of SO2, 4 t of PM2.5, 8 x 5/12 + 4 x 5/3 = 10 ug/m3; the boiler: 10 t of NOx
    case = text.read()
    made = pages(case, solving.solve(case))
    for name, head, department in (
        ("report.html", "PM2.5 µg/m³", "Environmental Protection Bureau"),
        ("report.zh.html", "PM2.5降幅 微克/立方米", "环保局"),
    ):
        assert f"<th>{head}</th>" in made[name]
        row = next(line for line in made[name].splitlines() if f"<tr><td>{department}</td>" in line)
        assert re.findall("<td>([^<]*)</td>", row)[3:7] == ["8.0", "0.0", "4.0", "10.0"]


def test_the_sheet_of_a_work_goes_from_text_to_result(made: tuple[Toy, Result]) -> None:
    result = on(made[0], "report", "--task", "1")
    assert result.exit_code == 0
    words = (
        "Work 1: Heating (二)",
        "Lead: Environmental Protection Bureau",
        "Cooperating: Housing Bureau, Finance Bureau",
        "Responsible: East, West",
        "K1  briquettes for a thousand  >= 1,000 household  2018 2018-12",
        "commitment C1 a thousand stoves: 2,000 household (>= 1,000 household) met",
        "measure briquettes Briquettes: 2,000 household",
        "order O1 Survey → Gas pipe",
    )
    assert [part for part in words if part not in result.output] == []


def test_the_sheet_of_a_work_has_its_measures_by_year_with_money_and_effect(made: tuple[Toy, Result]) -> None:
    line = next(line for line in on(made[0], "report", "--task", "1").output.splitlines() if line.startswith("  Briq"))
    assert line.split() == ["Briquettes", "2,000", "household", "0.800", "million", "CNY", "8.00", "0", "4.00", "10.0"]


def test_the_sheet_of_a_work_has_its_tasks_with_their_dates(made: tuple[Toy, Result]) -> None:
    line = next(line for line in on(made[0], "report", "--task", "2").output.splitlines() if "Gas pipe" in line)
    assert re.search(r"pipe +Gas pipe +2018Q\d +2018Q\d +2018-12 +50,000 CNY", line)


def test_the_sheet_of_a_work_says_what_is_missed_and_what_is_held(made: tuple[Toy, Result]) -> None:
    output = on(made[0], "report", "--task", "2").output
    assert "commitment C2 every boiler: 10.0 t/h (>= 20.0 t/h) missed" in output
    assert "held: a meeting emits nothing" in output


def test_the_sheet_of_a_work_without_departments_has_dashes(made: tuple[Toy, Result]) -> None:
    assert "Lead: –" in on(made[0], "report", "--task", "3").output


def test_sheets_are_those_of_all_works_in_order(made: tuple[Toy, Result]) -> None:
    result = on(made[0], "report", "--sheets")
    assert re.findall(r"(?m)^Work (\d+):", result.output) == ["1", "2", "3"]


def test_a_sheet_is_written_as_text(made: tuple[Toy, Result], tmp_path: Path) -> None:
    on(made[0], "report", "--task", "1", "--out", tmp_path / "one.txt")
    assert (tmp_path / "one.txt").read_text(encoding="utf-8").startswith("Work 1: Heating")


@pytest.mark.parametrize("command", ["report", "clauses"])
def test_an_unknown_number_of_a_work_is_reported_with_those_known(made: tuple[Toy, Result], command: str) -> None:
    result = on(made[0], command, "--task", "9")
    assert result.exit_code == 2
    assert "inputs/toy/works.csv: found “9”. Allowed: one of 1, 2, 3." in result.stderr


def test_a_report_of_a_scenario_without_a_plan_ends_with_3(mine: Toy) -> None:
    result = on(mine, "report", "--scenario", "impossible")
    assert result.exit_code == 3
    assert result.stderr.startswith("impossible: ")


# ---------------------------------------------------------------- clauses


def test_clauses_are_counted_as_by_hand(made: tuple[Toy, Result]) -> None:
    # quantified in coal or dust: K1 K3 K5 K6 K8 K11; of these K1 K3 K8 have an effect
    assert on(made[0], "clauses").output.splitlines()[0] == (
        "11 clauses, 9 represented, 2 held with a reason. Of 6 quantified clauses in emitting sectors 3 have an "
        "effect in the model (50 %)."
    )


@pytest.mark.parametrize(
    ("row", "counts"),
    [
        ("1 Heating", [3, 3, 0, 1, 1]),
        ("2 Boilers", [4, 3, 1, 2, 2]),
        ("3 Dust", [4, 0, 1, 3, 0]),
        ("coal", [6, 6, 0, 3, 3]),
        ("dust", [3, 0, 1, 3, 0]),
        ("other", [2, 0, 1, 0, 0]),
        ("rollout", [3, 2, 1, 3, 2]),
        ("policy", [3, 1, 1, 0, 0]),
        ("project", [2, 1, 0, 2, 1]),
        ("ban", [1, 1, 0, 0, 0]),
        ("standard", [1, 0, 0, 1, 0]),
        ("survey", [1, 1, 0, 0, 0]),
    ],
)
def test_clauses_are_counted_by_work_sector_and_kind(made: tuple[Toy, Result], row: str, counts: list[int]) -> None:
    # clauses, with effect, held, quantified and emitting, of these with effect
    lines = on(made[0], "clauses").output.splitlines()
    line = next(line for line in lines if line.startswith(f"  {row} "))
    assert [int(part) for part in line.split()[-5:]] == counts


def test_clauses_without_effect_are_listed_with_the_reason(made: tuple[Toy, Result]) -> None:
    lines = on(made[0], "clauses").output.split("without effect:\n")[1].splitlines()
    assert lines == [
        "  K5 green the bare land: no area is printed",
        "  K6 a limit for roads: represented, but only shown: standard S1",
        "  K11 three parks: represented, but only shown: target T5",
    ]


@pytest.mark.parametrize(
    ("reference", "effect"),
    [
        ("commitment:C1", True),
        ("measure:sweeping", True),
        ("task:survey", True),
        ("task:pipe", True),
        ("task:meeting", False),
        ("target:T1", True),
        ("target:T5", False),
        ("standard:S2", True),
        ("standard:S1", False),
        ("order:O2", True),
        ("order:O3", False),
        ("emergency:E1", False),
        ("emergency:E1 target:T1", True),
    ],
)
def test_what_stands_for_a_clause_decides_whether_it_has_an_effect(text: Toy, reference: str, effect: bool) -> None:
    # nothing waits for the meeting, O3 is not expressed, T5 is not computed, S1 is held
    text.add("tasks", "meeting,会议,meeting,3,住建局,2018-01,3,2018-12,no,0,,toy,assumed")
    text.add("order", "O3,K4,K5,held,0,1,yes,,said of clauses")
    text.edit("order", 4, "note", "between clauses that have no rows")
    text.edit("clauses", 2, "represented", reference)
    assert bool(coverage(text.read()).set_index("clause").loc["K1", "effect"]) is effect


def test_a_task_whose_follower_is_waited_for_has_an_effect(text: Toy) -> None:
    # the gas waits for the pipe, the pipe for the permit
    text.add("tasks", "permit,许可,permit,2,住建局,2018-01,3,2018-12,no,0,,toy,assumed")
    text.add("order", "O3,permit,pipe,finish_to_start,0,1,no,,a permit first")
    text.edit("clauses", 2, "represented", "task:permit")
    assert coverage(text.read()).set_index("clause").loc["K1", "effect"]


def test_a_city_without_clauses_says_so(toy: Toy) -> None:
    result = on(toy, "clauses")
    assert result.exit_code == 0
    assert "toy has no clauses.csv" in result.output


def test_a_work_before_a_run_has_its_text_and_the_command_that_makes_results(text: Toy) -> None:
    result = on(text, "clauses", "--task", "1")
    assert result.exit_code == 0
    assert "commitment C1 a thousand stoves\n" in result.output
    assert "Results follow once the plan is made: scenarios run toy" in result.output
    assert " met" not in result.output


def test_a_work_after_a_run_has_its_results(made: tuple[Toy, Result]) -> None:
    output = on(made[0], "clauses", "--task", "1").output
    assert "commitment C1 a thousand stoves: 2,000 household (>= 1,000 household) met" in output
    assert "Results follow" not in output


def test_a_work_after_a_change_no_longer_has_old_results(mine: Toy) -> None:
    mine.edit("prices", 2, "price", "501")
    assert "Results follow" in on(mine, "clauses", "--task", "1").output


@pytest.mark.parametrize(
    ("represented", "found"),
    [("commitment:C9", "“commitment:C9”"), ("comitment:C1", "Did you mean “commitment”?"), ("survey", "“survey”")],
)
def test_a_reference_that_leads_nowhere_is_told(text: Toy, represented: str, found: str) -> None:
    text.edit("clauses", 3, "represented", represented)
    result = on(text, "clauses")
    assert result.exit_code == 2
    assert "inputs/toy/clauses.csv, row 3, column “represented”" in result.stderr
    assert found in result.stderr


def test_a_clause_that_is_neither_represented_nor_held_is_told(text: Toy) -> None:
    text.edit("clauses", 6, "reason_en", "")
    assert "inputs/toy/clauses.csv, row 6, column “reason_en”" in text.problem()


# ---------------------------------------------------------------- tasks


NODE = re.compile(r'^    "((?:[^"\\]|\\.)*)" \[label="((?:[^"\\]|\\.)*)"(, color=red)?\];$')
EDGE = re.compile(r'^  "((?:[^"\\]|\\.)*)" -> "((?:[^"\\]|\\.)*)"( \[label="\+(\d+)"\])?;$')
CLUSTER = re.compile(r'^  subgraph "cluster_(\d+)" \{ label="((?:[^"\\]|\\.)*)";$')


def dot(toy: Toy, target: Path) -> list[str]:
    result = on(toy, "tasks", "--dot", target)
    assert result.exit_code == 0
    assert f"Written: {target}" in result.output
    return target.read_text(encoding="utf-8").splitlines()


def test_the_graph_for_graphviz_has_tasks_as_nodes_and_orders_as_edges(text: Toy, tmp_path: Path) -> None:
    text.edit("order", 2, "lag", "4")
    text.edit("tasks", 3, "deadline", "2018-12")
    lines = dot(text, tmp_path / "tasks.dot")
    inner = lines[2:-1]
    assert (lines[0], lines[-1]) == ("digraph tasks {", "}")
    assert [
        line for line in inner if not (NODE.match(line) or EDGE.match(line) or CLUSTER.match(line) or line == "  }")
    ] == []
    assert [match.group(1, 2) for line in inner if (match := NODE.match(line))] == [
        ("survey", "survey Survey"),
        ("pipe", "pipe Gas pipe"),
    ]
    # four months are two quarters
    assert [match.group(1, 2, 4) for line in inner if (match := EDGE.match(line))] == [("survey", "pipe", "2")]
    assert [match.group(1, 2) for line in inner if (match := CLUSTER.match(line))] == [
        ("1", "1 Heating"),
        ("2", "2 Boilers"),
    ]


def test_the_graph_for_graphviz_keeps_quotes_and_backslashes_in_names(text: Toy, tmp_path: Path) -> None:
    text.edit("tasks", 3, "name_en", 'gas "A" \\ B')
    text.edit("works", 2, "name_en", 'the "heat"')
    lines = dot(text, tmp_path / "tasks.dot")
    assert '    "pipe" [label="pipe gas \\"A\\" \\\\ B", color=red];' in lines
    assert '  subgraph "cluster_1" { label="1 the \\"heat\\"";' in lines


def test_an_order_that_a_chain_implies_has_no_edge(text: Toy, tmp_path: Path) -> None:
    text.add("tasks", "permit,许可,permit,2,住建局,2018-01,3,2018-12,no,0,,toy,assumed")
    text.add("order", "O3,survey,permit,finish_to_start,0,1,no,,a permit needs the survey")
    text.add("order", "O4,permit,pipe,finish_to_start,0,1,no,,a permit first")
    edges = [match.group(1, 2) for line in dot(text, tmp_path / "t.dot") if (match := EDGE.match(line))]
    assert sorted(edges) == [("permit", "pipe"), ("survey", "permit")]


SVG = "{http://www.w3.org/2000/svg}"


def svg(page: str) -> ElementTree.Element:
    return ElementTree.fromstring(page[page.index('<svg xmlns="') : page.rindex("</svg>") + len("</svg>")])


def html(toy: Toy, target: Path, *words: str) -> str:
    result = on(toy, "tasks", "--html", target, *words)
    assert result.exit_code == 0
    return target.read_text(encoding="utf-8")


def test_the_page_of_tasks_has_a_bar_for_each_task_and_an_arrow_for_each_order(text: Toy, tmp_path: Path) -> None:
    picture = svg(html(text, tmp_path / "new" / "tasks.html"))
    assert [group.findtext(f"{SVG}title") for group in picture.iter(f"{SVG}g")] == ["survey Survey", "pipe Gas pipe"]
    assert len(list(picture.iter(f"{SVG}path"))) == 1
    texts = [text.text for text in picture.iter(f"{SVG}text")]
    assert [period for period in texts if period and period.startswith("2018Q")] == [f"2018Q{n}" for n in (1, 2, 3, 4)]
    assert {"1 Heating", "2 Boilers"} <= set(texts)


def test_a_bar_goes_from_the_earliest_start_to_the_latest_finish(text: Toy, tmp_path: Path) -> None:
    # a quarter is 86 wide; the survey may be done in the 1st or 2nd, the pipe in the 2nd, 3rd or 4th
    picture = svg(html(text, tmp_path / "tasks.html"))
    bars = [rect.attrib for rect in picture.iter(f"{SVG}rect") if rect.attrib["class"] == "window"]
    first = int(next(picture.iter(f"{SVG}line")).attrib["x1"])
    assert [(int(bar["x"]) - first, int(bar["width"])) for bar in bars] == [(0, 2 * 86), (86, 3 * 86)]


def test_the_page_of_tasks_escapes_names(text: Toy, tmp_path: Path) -> None:
    name = 'a <b> & "c" <script>'
    text.edit("tasks", 3, "name_en", name)
    text.edit("works", 2, "name_en", "<i>heat")
    text.replace(text.city, "name_en: Toy", 'name_en: "T<oy>"')
    page = html(text, tmp_path / "tasks.html")
    assert "<script>" not in page
    assert "<i>heat" not in page
    assert "<title>Tasks of T&lt;oy&gt;</title>" in page
    picture = svg(page)
    assert f"pipe {name}" in [group.findtext(f"{SVG}title") for group in picture.iter(f"{SVG}g")]


def test_the_whole_page_of_tasks_is_well_formed(text: Toy, tmp_path: Path) -> None:
    page = html(text, tmp_path / "tasks.html")
    body = page.removeprefix("<!doctype html>").replace('<meta charset="utf-8">', "")
    assert ElementTree.fromstring(body).tag == "html"


def test_a_deadline_before_the_end_of_the_plan_that_cannot_be_met_is_reported_with_the_quarter(text: Toy) -> None:
    # survey of 3 months, pipe of 3: done by June at the earliest, due in March
    text.edit("tasks", 3, "deadline", "2018-03")
    output = on(text, "tasks").output
    assert "pipe Gas pipe is due 2018-03 but cannot be done before the end of 2018Q2" in output
    assert "waits for survey" in output


def test_a_deadline_that_cannot_be_met_within_the_plan_is_reported_in_words_that_make_sense(text: Toy) -> None:
    text.edit("tasks", 3, "duration", "12")
    assert "before the end of after the plan" not in on(text, "tasks").output


def test_a_name_too_long_for_its_place_is_cut(text: Toy, tmp_path: Path) -> None:
    text.edit("tasks", 3, "name_en", "x" * 200)
    texts = [node.text or "" for node in svg(html(text, tmp_path / "tasks.html")).iter(f"{SVG}text")]
    assert [shown for shown in texts if "xxx" in shown] == ["pipe " + "x" * 58 + "…"]


def test_tasks_that_cannot_meet_a_deadline_are_named_and_red(text: Toy, tmp_path: Path) -> None:
    # a pipe of 12 months after a survey of 3 ends in the year after
    text.edit("tasks", 3, "duration", "12")
    result = on(text, "tasks", "--html", tmp_path / "tasks.html")
    assert result.exit_code == 0
    assert "cannot be kept" in line_of(result, "Gas pipe", "Housing Bureau")
    assert "pipe Gas pipe is due 2018-12 but cannot be done within the plan" in result.output
    assert "Every deadline can be kept." not in result.output
    bars = [rect.attrib["class"] for rect in svg((tmp_path / "tasks.html").read_text("utf-8")).iter(f"{SVG}rect")]
    assert bars == ["window", "critical", "window", "critical"]


def test_a_city_without_orders_between_tasks_has_a_graph(text: Toy, tmp_path: Path) -> None:
    text.drop("order", 2)
    text.drop("clauses", 8)
    assert [line for line in dot(text, tmp_path / "tasks.dot") if EDGE.match(line)] == []


# ---------------------------------------------------------------- run --money, --cost


def of(toy: Toy, *words: object) -> tuple[Result, dict[str, float], pd.DataFrame]:
    """A run with its record and its costs."""
    result = on(toy, "run", *words, "--no-report", "--out", "out")
    folder = toy.folder / "out"
    return result, json.loads((folder / "run.json").read_text(encoding="utf-8")), table(folder, "costs")


def test_with_as_little_money_as_can_be_the_plan_costs_more(toy: Toy) -> None:
    # 2,000 briquette stoves in the 1st quarter (12 t, lays out 800,000, costs 550,000), 250 gas boilers in the 3rd
    # (2 t, 750,000, 103,125), the pipe done by then (50,000, 2,500), one boiler (10,000, 375)
    result, record, costs = of(toy, "--money", "1610000")
    assert result.exit_code == 0
    assert record["objective_cny"] == pytest.approx(656_000)
    assert costs.loc[costs["item"] == "investment", "cny"].sum() == pytest.approx(1_610_000)


def test_too_little_money_is_named_with_what_is_needed(toy: Toy) -> None:
    result = on(toy, "run", "--money", "1600000")
    assert result.exit_code == 3
    assert "  money of all payers: 1,610,000 instead of 1,600,000 CNY (+0.6 %)" in result.stderr.splitlines()


def test_the_lowest_mean_for_a_sum_of_money(toy: Toy) -> None:
    # 400,000 buy 1,000 briquette stoves in the 1st quarter: 3/4 of (4 kg x 5/3 + 8 kg x 5/12) is 0.0075 ug/m3
    result, record, _ = of(toy, "--scenario", "maximum-reduction", "--money", "400000")
    assert result.exit_code == 0
    assert (record["minimised"], record["value"]) == ("concentration", pytest.approx(90.5))
    assert record["objective_cny"] == pytest.approx(275_000, rel=1e-4)


def test_a_cost_that_is_just_enough_gives_the_least_cost(toy: Toy) -> None:
    result, record, _ = of(toy, "--cost", "607875")
    assert result.exit_code == 0
    assert record["objective_cny"] == pytest.approx(607_875)


def test_a_cost_that_is_too_small_is_named_with_the_least_cost(toy: Toy) -> None:
    result = on(toy, "run", "--cost", "600000")
    assert result.exit_code == 3
    assert "  cost of the plan: 607,875 instead of 600,000 CNY (+1.3 %)" in result.stderr.splitlines()


def test_the_lowest_mean_for_a_cost(toy: Toy) -> None:
    # 75 CNY buy a briquette stove in the 4th quarter: a quarter of the year's heat, 0.0025 ug/m3; 2,000 of them
    result, record, _ = of(toy, "--scenario", "maximum-reduction", "--cost", "150000")
    assert result.exit_code == 0
    assert record["value"] == pytest.approx(93)
    assert record["objective_cny"] == pytest.approx(150_000, rel=1e-4)


@pytest.mark.parametrize("words", [("--money", "-1"), ("--money", "much"), ("--cost", "nan")])
def test_a_limit_that_is_no_sum_is_wrong_usage(toy: Toy, words: tuple[str, str]) -> None:
    assert on(toy, "run", *words).exit_code == 2


def test_a_sum_of_money_is_part_of_the_digest(toy: Toy) -> None:
    first = runs.read_case("toy", models=toy.models, inputs=toy.inputs, settings={"money_at_most": 1e7})
    assert first.digest != toy.read().digest


# ---------------------------------------------------------------- both languages


@pytest.mark.parametrize(
    "words",
    [
        ("compare", "least-cost", "frozen"),
        ("report",),
        ("report", "--by", "county"),
        ("report", "--by", "task"),
        ("report", "--by", "sector"),
        ("report", "--task", "2"),
        ("report", "--sheets"),
        ("clauses",),
        ("clauses", "--task", "1"),
        ("clauses", "--task", "3"),
        ("tasks", "--dot", "t.dot", "--html", "t.html"),
    ],
)
def test_in_chinese_every_reading_speaks_chinese(mine: Toy, words: tuple[str, ...]) -> None:
    result = on(mine, *words, "--lang", "zh")
    assert result.exit_code == 0, result.output
    assert CHINESE.search(result.output)


def test_in_chinese_the_page_of_tasks_is_chinese(text: Toy, tmp_path: Path) -> None:
    page = html(text, tmp_path / "tasks.html", "--lang", "zh")
    assert '<html lang="zh-CN">' in page
    assert "燃气管道" in page


def test_in_chinese_an_unknown_work_is_reported_in_chinese(made: tuple[Toy, Result]) -> None:
    result = on(made[0], "clauses", "--task", "9", "--lang", "zh")
    assert result.exit_code == 2
    assert CHINESE.search(result.stderr)
    assert "Allowed" not in result.stderr


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test writes into the project."""
    monkeypatch.chdir(tmp_path)


def test_a_half_is_shown_the_same_however_the_solver_rounded_it() -> None:
    assert {number(value) for value in (5.625, 5.625 - 1e-9, 5.625 + 1e-9)} == {"5.62"}
    assert number(5.6251) == "5.63"
    assert [number(value) for value in (4e-8, -4e-8, 0.0, -1e-12)] == ["0"] * 4
    assert number(26_651_714.4) == "26,651,714"
    assert number(0.0004567) == "0.000457"


# ---------------------------------------------------------------- the width of a terminal


def test_a_table_gives_way_to_a_narrow_terminal_but_its_numbers_stay() -> None:
    """Room for 34: the number takes 9 with its blank, 4 blanks stand beside the name, which keeps 21."""
    table = (["measure", "cost a year"], [["Coal to gas, plain villages", "1,234.5"], ["Gas", "6"]])
    whole = grid(*table)
    assert [len(line) for line in whole.splitlines()] == [42, 42, 42]
    with within(42):
        assert grid(*table) == whole
    with within(34):
        assert grid(*table).splitlines() == [
            "  measure                   cost a",
            "                              year",
            "  Coal to gas, plain vil…  1,234.5",
            "  Gas                            6",
        ]


def test_names_that_would_be_alike_once_cut_go_on_below() -> None:
    with within(27):
        assert grid(["", "t"], [["Annual mean of 2018", "1,234,567"], ["Annual mean of 2019", "1"]]).splitlines() == [
            "                          t",
            "  Annual mean of  1,234,567",
            "  2018",
            "  Annual mean of          1",
            "  2019",
        ]


def test_a_chinese_name_is_cut_by_the_columns_it_takes() -> None:
    """A letter takes two columns: six of them and the ellipsis fit in 14."""
    with within(20):
        assert grid(["", ""], [["农村散煤改洁净型煤", "12"]]).splitlines()[1] == "  农村散煤改洁…   12"


def test_a_table_in_a_file_is_whole_whatever_the_terminal(made: tuple[Toy, Result], mine: Toy) -> None:
    path = mine.folder / "by.txt"
    with within(30):
        assert on(mine, "report", "--by", "sector", "--out", path).exit_code == 0
    assert "cost over the plan [million CNY]" in path.read_text(encoding="utf-8")


def test_the_terminal_says_how_much_room_there_is(made: tuple[Toy, Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "70")
    heads = [on(made[0], "report", "--by", "sector").output.splitlines()[0]]
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _: True, raising=False)
    heads.append(on(made[0], "report", "--by", "sector").output.splitlines()[0])
    assert [len(head) > 70 for head in heads] == [True, False]
