"""The commands of studies on the toy city, in both languages: what is printed, written and drawn, and exit codes."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from conftest import TOY
from scenarios.cli import main
from scenarios.highs import SolverError
from scenarios.solving import NEAR

CHINESE = re.compile(r"[\u4e00-\u9fff]")
DOCS = Path(__file__).parents[1] / "docs"
LANGUAGES = ("en", "zh")
STUDIES = ("what-if", "sweep", "pareto", "budget-curve", "macc", "prices", "alternatives", "shares")
FEW = {"pareto": ["--points", "3"], "budget-curve": ["--points", "3"], "macc": ["--points", "4", "--pollutant", "SO2"]}
VARIED = {"sweep": ["--vary", "targets.T1=-0.2:-0.25:3"], "what-if": ["--set", "targets.T1=-0.2"]}
TABLES = {
    "what-if": {
        "causes",
        "commitments",
        "concentrations",
        "emissions",
        "payers",
        "quantities",
        "schedule",
        "targets",
        "totals",
    },
    "sweep": {"points", "outcomes", "measures"},
    "pareto": {"points", "measures"},
    "budget-curve": {"points", "measures"},
    "macc": {"measures", "system"},
    "prices": {"limits", "dates", "next"},
    "alternatives": {"ranges", "plans", "costs"},
    "shares": {"shares"},
}
CHARTED = ("sweep", "pareto", "budget-curve", "macc")


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to work in; the plan of the toy is made in it once."""
    return tmp_path_factory.mktemp("studies")


def call(folder: Path, command: str, *words: object) -> Result:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        given = [command, "toy", "--models", TOY / "models", "--inputs", TOY / "inputs", *words]
        return CliRunner().invoke(main, list(map(str, given)))


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.filterwarnings("error:Glyph")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", STUDIES)
def test_every_study_prints_writes_and_draws(here: Path, command: str, language: str, tmp_path: Path) -> None:
    kind = "svg" if language == "zh" else "png"
    chart = tmp_path / f"chart.{kind}"
    words = [*FEW.get(command, ()), *VARIED.get(command, ()), *(["--chart", chart] if command in CHARTED else ())]
    result = call(here, command, *words, "--lang", language, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert bool(CHINESE.search(result.output)) == (language == "zh")
    assert {path.stem for path in (tmp_path / "out").glob("*.csv")} == TABLES[command]
    assert all(rows_of(path) for path in (tmp_path / "out").glob("*.csv") if path.stem != "commitments")
    if command in CHARTED:
        drawn = chart.read_bytes()
        assert len(drawn) > 5_000
        assert drawn.startswith(b"\x89PNG" if kind == "png" else b"<?xml")
    assert sorted(path.name for path in tmp_path.iterdir()) == (
        [f"chart.{kind}", "out"] if command in CHARTED else ["out"]
    )


#: columns named by what is asked: scenarios, pollutants, axes, what is varied
NAMED = re.compile(r"least-cost.*|targets\..*|SO2|NOx|PM2\.5( ug/m3)?|money")


@pytest.mark.parametrize("page", ["studies.md", "studies.zh.md"])
@pytest.mark.parametrize("command", STUDIES)
def test_every_column_of_a_study_is_described(here: Path, command: str, page: str, tmp_path: Path) -> None:
    words = [*FEW.get(command, ()), *VARIED.get(command, ())]
    assert call(here, command, *words, "--out", tmp_path).exit_code == 0
    lines = [line for line in (DOCS / page).read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    for path in tmp_path.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            columns = [name for name in next(csv.reader(file)) if not NAMED.fullmatch(name)]
        described = [line for line in lines if f"`{path.stem}`" in line]
        assert all(any(f"`{name}`" in line for line in described) for name in columns), (path.stem, columns)


def test_studies_ask_for_the_proof_that_their_functions_do() -> None:
    gaps = [option.default for name in STUDIES for option in main.commands[name].params if option.name == "gap"]
    assert set(gaps) == {NEAR}


@pytest.mark.parametrize("command", STUDIES)
def test_every_study_has_help(command: str) -> None:
    result = CliRunner().invoke(main, [command, "--help"])
    assert result.exit_code == 0
    assert result.output.startswith(f"Usage: main {command}")
    assert "--lang" in result.output


@pytest.mark.parametrize("command", ["pareto", "alternatives"])
def test_a_study_of_a_case_without_a_plan_ends_with_3(here: Path, command: str, tmp_path: Path) -> None:
    words = [*FEW.get(command, ()), "--set", "supply.gas*=0.1", "--set", "potentials.toy/boiler_closed=0"]
    result = call(here, command, *words, "--out", tmp_path / "out")
    assert result.exit_code == 3
    assert result.stderr.startswith("No plan exists; ask why: scenarios explain toy --scenario least-cost")
    assert not (tmp_path / "out").exists()


def test_a_sweep_shows_points_without_a_plan_and_goes_on(here: Path, tmp_path: Path) -> None:
    words = ["--vary", "targets.T1=-0.2,-0.9", "--out", tmp_path]
    result = call(here, "sweep", *words)
    assert result.exit_code == 0
    assert "no plan" in result.output
    rows = rows_of(tmp_path / "points.csv")
    assert [row["how"] for row in rows] == ["kept", "no plan"]
    # 12.8 t instead of 14 t
    assert float(rows[0]["cost"]) == pytest.approx(607_875 - 1.2 * 46_875, rel=1e-7)
    assert rows[1]["cost"] == ""
    kept = sorted((tmp_path / "answers").iterdir())
    assert len(kept) == 2
    found = next(path for path in kept if json.loads(path.read_text(encoding="utf-8"))["how"] == "kept")
    spoilt = json.loads(found.read_text(encoding="utf-8")) | {"how": "searched"}
    found.write_text(json.dumps(spoilt), encoding="utf-8")
    assert call(here, "sweep", *words).exit_code == 0
    assert "searched" in [row["how"] for row in rows_of(tmp_path / "points.csv")]


def test_an_interrupted_sweep_writes_what_it_has_and_ends_with_4(
    here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scenarios.studies import sweep

    whole, asked = sweep.answer_to, []

    def stopped(base: sweep.Base, point: tuple[str, ...]) -> sweep.Answer:
        asked.append(point)
        if len(asked) == 3:
            raise KeyboardInterrupt
        return whole(base, point)

    monkeypatch.setattr(sweep, "answer_to", stopped)
    words = ["--vary", "targets.T1=-0.2:-0.25:4", "--out", tmp_path]
    result = call(here, "sweep", *words)
    assert result.exit_code == 4
    assert "Stopped after 2 of 4 points; the same command goes on." in result.output
    assert len(rows_of(tmp_path / "points.csv")) == 2
    assert call(here, "sweep", *words).exit_code == 0
    assert len(asked) == 5
    assert len(rows_of(tmp_path / "points.csv")) == 4


@pytest.mark.parametrize("kind", ["parquet", "duckdb"])
def test_a_sweep_is_kept_in_a_store(here: Path, tmp_path: Path, kind: str) -> None:
    result = call(here, "sweep", "--vary", "targets.T1=-0.2,-0.22", "--format", kind, "--out", tmp_path)
    assert result.exit_code == 0
    assert list(tmp_path.glob(f"*.{kind}"))
    assert not list(tmp_path.glob("*.csv"))


def test_a_sample_of_two_ranges_has_as_many_points_as_asked(here: Path, tmp_path: Path) -> None:
    two = ["--vary", "targets.T1=-0.2:-0.25:2", "--vary", "targets.T3=83:90:2"]
    result = call(here, "sweep", *two, "--samples", 3, "--out", tmp_path)
    assert result.exit_code == 0
    rows = rows_of(tmp_path / "points.csv")
    assert len(rows) == 3
    assert all(-0.25 <= float(row["targets.T1"]) <= -0.2 and 83 <= float(row["targets.T3"]) <= 90 for row in rows)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["sweep", "--vary", "targets.T1=1:2"], "STEPS is a whole number of at least 2"),
        (["sweep", "--vary", "suply.gas*=0.8,1"], "Did you mean “supply”?"),
        (["sweep", "--vary", "targets.T1=-0.2,-0.3", "--samples", "3"], "A sample is drawn between two ends"),
        (["pareto", "cost"], "Name two or three axes."),
        (["pareto", "cost", "NOX"], "Did you mean “NOx”?"),
        (["macc", "--pollutant", "SO3"], "Did you mean “SO2”?"),
        (["budget-curve", "--of", "weighted"], "no weight"),
        (["shares", "--year", "2031"], "2018"),
        (["alternatives", "--set", "targets.T1=-0.21875"], "a change that changes nothing"),
    ],
)
def test_bad_input_of_a_study_ends_with_2(here: Path, words: list[str], text: str) -> None:
    result = call(here, *words)
    assert result.exit_code == 2, result.output
    assert text in result.stderr


def test_a_chart_of_an_unknown_kind_is_refused(here: Path, tmp_path: Path) -> None:
    result = call(here, "sweep", "--vary", "targets.T1=-0.2,-0.25", "--chart", "x.gif", "--out", tmp_path)
    assert result.exit_code == 2
    assert ".svg, .png, .pdf" in result.stderr


def test_prices_say_the_last_tonne_and_where_it_holds(here: Path, tmp_path: Path) -> None:
    result = call(here, "prices", "--out", tmp_path)
    line = next(line for line in result.output.splitlines() if "SO2 21.875 % down" in line)
    # 46,875 CNY/t between 49.0 and 52.8 t
    assert re.search(r"46,875 CNY per t +50.000 +49.000 +52.800", line)
    row = next(row for row in rows_of(tmp_path / "limits.csv") if row["index"] == "T1")
    assert float(row["price"]) == pytest.approx(46_875, rel=1e-7)


def test_shares_say_what_each_measure_took_away(here: Path, tmp_path: Path) -> None:
    result = call(here, "shares", "--out", tmp_path)
    line = next(line for line in result.output.splitlines() if line.strip().startswith("Briquettes"))
    # 8 t of SO2 and 10 ug/m3
    assert re.search(r"8.00 .*10.0", line)


def at_a_loss(*_: object, **__: object) -> None:
    raise SolverError("HiGHS ended with Unknown")


@pytest.mark.parametrize("command", ["pareto", "macc", "sweep", "prices", "alternatives", "explain", "what-if"])
def test_a_solver_at_a_loss_ends_any_study_with_5(here: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    assert call(here, "run", "--no-report").exit_code == 0
    monkeypatch.setattr("scenarios.session.Session.ask", at_a_loss)
    monkeypatch.setattr("scenarios.highs.solve", at_a_loss)
    result = call(here, command, *VARIED.get(command, ()))
    assert result.exit_code == 5
    assert "The plan was refused: HiGHS ended with Unknown" in result.stderr


@pytest.mark.parametrize("axes", [("cost", "cost"), ("cost", "PM2.5", "air:PM2.5@2018"), ("氮氧化物", "NOx")])
def test_an_axis_is_held_against_others_only(here: Path, axes: tuple[str, ...]) -> None:
    result = call(here, "pareto", *axes)
    assert result.exit_code == 2
    assert "Name each axis once." in result.stderr
@pytest.mark.parametrize(
    ("command", "words", "text"),
    [
        ("sweep", ["--vary", "targets.T1=-0.2,-0.3", "--vary", "targets.T1=-0.1,-0.2"], "targets.T1 is varied twice."),
    ],
)
def test_what_is_asked_twice_is_refused(here: Path, command: str, words: list[str], text: str) -> None:
    result = call(here, command, *words)
    assert result.exit_code == 2
    assert text in result.stderr


def test_a_weighted_curve_says_what_a_tonne_of_each_pollutant_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """2 for SO2, a half for NOx; 0 for PM2.5 is left away."""
    monkeypatch.chdir(tmp_path)
    for part in ("models", "inputs"):
        shutil.copytree(TOY / part, tmp_path / part)
    lines = ["pollutant,weight,source,grade", "SO2,2,toy,assumed", "NOx,0.5,toy,assumed", "PM2.5,0,toy,assumed"]
    (tmp_path / "models/toy/weights.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    words = ["macc", "toy", "--pollutant", "weighted", "--models", "models", "--inputs", "inputs"]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    text = "weighted 2018 [t]: a t of each counts as SO2 2.00, NOx 0.500 t (weights.csv)"
    assert result.output.splitlines().count(text) == 2  # above either curve
