"""The report: what it says, that nothing in it can break out or call home, and how a browser draws and prints it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scenarios import printing
from scenarios.case import Case
from scenarios.cli import main
from scenarios.plan import Plan
from scenarios.reports.format import column_unit, in_column, tonnes
from scenarios.reports.page import pages
from scenarios.reports.page.answer import answer, markdown
from scenarios.reports.page.render import data
from scenarios.solving import solve
from scenarios.words import speaking

ROOT = Path(__file__).parents[1]
ARTEFACTS = ROOT / "tests" / "artefacts"
ARGUMENTS = [*printing.QUIET[1:8], "--disable-features=Translate"]
EVIL = "</script><script>document.title='caught'</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def evil(toy_case: Case) -> Case:
    """The toy with a name that tries to break out of the page."""
    rows = toy_case["measures"]
    named = rows.assign(name_en=rows["name_en"].where(rows["measure"] != "gas", EVIL))
    return toy_case.with_table("measures", named)


@pytest.fixture(scope="module")
def made(evil: Case, toy_plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of that toy, in a folder."""
    folder = tmp_path_factory.mktemp("pages")
    for name, text in pages(evil, toy_plan).items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as tools:
        chromium = tools.chromium.launch(executable_path=printing.required_browser(), args=ARGUMENTS)
        yield chromium
        chromium.close()


def test_the_answer_names_goals_first_steps_and_what_decides(toy_case: Case, toy_plan: Plan) -> None:
    said = answer(toy_case, toy_plan)
    assert said.is_met
    assert said.verdict == "All 3 goals are met."
    assert [row["name"] for row in said.tasks] == ["Survey"]
    assert [row["when"] for row in said.measures] == ["2018Q3", "2018Q3", "2018Q4"]
    assert said.decides == ["SO2 21.875 % down (2018): the last unit costs 46,875 CNY per t"]


def test_a_missed_goal_is_said_with_what_is_reached(toy_case: Case) -> None:
    frozen = replace(toy_case, settings=toy_case.settings.model_copy(update={"targets": "shown", "tasks": "none"}))
    said = answer(frozen, solve(frozen))
    assert not said.is_met
    assert said.verdict == "3 of 3 goals are missed."
    assert said.missed[0] == "SO2 21.875 % down (2018): 64.0 t against <= 50.0 t"


def test_the_summary_is_markdown_in_both_languages(toy_case: Case, toy_plan: Plan) -> None:
    text = markdown(toy_case, toy_plan)
    assert text.startswith("# Toy, least-cost: ")
    assert "**All 3 goals are met.**" in text
    with speaking("zh"):
        assert "## 决定性目标" in markdown(toy_case, toy_plan)


def test_json_in_a_script_cannot_end_the_script() -> None:
    text = data({"name": f"{EVIL}\u2028&"})
    assert not re.search("[<>&\u2028]", text)
    assert json.loads(text) == {"name": f"{EVIL}\u2028&"}


@pytest.mark.parametrize("name", ["report.html", "report.zh.html"])
def test_a_page_is_small_and_names_no_address(made: Path, name: str) -> None:
    text = (made / name).read_text(encoding="utf-8")
    assert len(text.encode()) < 3_000_000
    own = text.partition('<script type="application/json"')[0]
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", own)
    assert EVIL not in text
    assert "<script" not in own


def test_text_and_tables_stand_there_without_javascript(made: Path) -> None:
    text = (made / "report.html").read_text(encoding="utf-8")
    visible = re.sub(r"<script.*", "", text, flags=re.DOTALL)
    for words in ("All 3 goals are met.", "46,875 CNY per t", "82.4", "<math", "A payer keeps its budget."):
        assert words in visible


@pytest.mark.parametrize(("language", "width"), [("", 1180), (".zh", 1180), (".zh", 420)])
def test_a_browser_draws_the_page_whole_and_asks_nothing_of_the_network(
    made: Path, browser: Any, language: str, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto((made / f"report{language}.html").as_uri())
    page.wait_for_function("document.documentElement.dataset.drawn > 10")
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"report{language}-{width}.png", full_page=True)
    assert said == []
    assert len(asked) == 1
    assert page.title() != "caught"
    shapes = "Array.from(document.querySelectorAll('[data-chart]'), one => one.querySelectorAll('path, text').length)"
    assert min(page.evaluate(shapes)) > 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_charts_are_drawn_for_the_paper_before_it_is_printed(made: Path, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto((made / "report.html").as_uri())
    page.wait_for_function("document.documentElement.dataset.drawn > 10")
    drawn = "name => document.querySelector(`[data-chart=${name}] svg`)"
    printing_now = f"() => {{ dispatchEvent(new Event('beforeprint')); return ['money', 'gantt'].map({drawn})"
    assert page.evaluate(f"{printing_now}.map(one => one.getAttribute('width')) }}") == ["448", "920"]
    assert page.evaluate(f"({drawn})('money').querySelectorAll('pattern').length") > 0  # hatched, for grey print
    page.close()


def test_every_link_of_the_page_leads_somewhere(made: Path) -> None:
    text = (made / "report.html").read_text(encoding="utf-8")
    text = text.partition('<script type="application/json"')[0]
    known = set(re.findall(r'id="([^"]+)"', text))
    assert set(re.findall(r'href="#([^"]+)"', text)) <= known


def test_the_page_is_printed(made: Path, tmp_path: Path) -> None:
    target = printing.print_pdf(made / "report.html", tmp_path / "new" / "report.pdf")
    assert target.read_bytes().startswith(b"%PDF")
    assert target.stat().st_size > 50_000


def test_without_a_browser_the_package_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(printing, "BROWSERS", ("no-such-browser",))
    result = CliRunner().invoke(main, ["report", "toy", "--pdf", "--inputs", str(ROOT / "inputs")])
    assert result.exit_code == 2
    assert "apt-get install chromium" in result.stderr


def test_the_page_puts_other_plans_of_the_city_beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    places = ["--models", str(ROOT / "models"), "--inputs", str(ROOT / "inputs")]
    for words in (["run", "toy", "--scenario", "frozen", "--no-report"], ["report", "toy", "--page"]):
        result = CliRunner().invoke(main, [*words, *places])
        assert result.exit_code == 0, result.output
    text = (tmp_path / "outputs/toy/least-cost/report.html").read_text(encoding="utf-8")
    compared = text.partition('id="compared"')[2].partition("</section>")[0]
    assert "<th>least-cost</th><th>frozen</th>" in compared
    assert "frozen misses" in compared


def test_a_column_of_money_has_one_unit(toy_case: Case, toy_plan: Plan) -> None:
    """3.98 million CNY by households, 1,250 CNY a year for the pipe: one unit for both, and no sum lost."""
    assert (column_unit(), in_column(3_980_000), in_column(1_250), in_column(0)) == (
        "million CNY",
        "3.98",
        "0.001",
        "0.00",
    )
    with speaking("zh"):
        assert (column_unit(), in_column(39_800_000), in_column(-12_500)) == ("万元", "3,980", "−1")


def test_the_page_has_no_unit_as_it_is_typed(toy_case: Case, toy_plan: Plan) -> None:
    for language, wrong in (("en", ("ug/m3", "&lt;=")), ("zh", ("ug/m3", "&lt;=", "kt", "t/yr", "neighbours"))):
        with speaking(language):
            text = pages(toy_case, toy_plan)[{"en": "report.html", "zh": "report.zh.html"}[language]]
        body = text.partition("<main>")[2].partition('<section id="method">')[0]
        assert [word for word in wrong if word in body] == []


def test_tonnes_have_no_digits_that_mean_nothing() -> None:
    assert [tonnes(value) for value in (0.000675, -0.00718, 12.34, -282.0)] == ["0.0", "0.0", "12.3", "−282"]
