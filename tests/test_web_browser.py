"""The page in a real browser (chromium), as a planner uses it, in both languages. Pictures: tests/artefacts/."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "tests" / "artefacts"
CHROMIUM = shutil.which("chromium") or "chromium is not installed: apt-get install chromium"
QUIET = [f"--disable-{name}" for name in ("gpu", "quic", "background-networking", "component-update", "sync")]
PATIENCE = 60_000  #: a machine that does other things too takes longer [ms]
COMPLAINTS = ("error", "warning")
REFUSED = "422"  #: the answer to a table with a problem, which a browser logs
WORDS = {
    "en": {
        "plan": "Plan",
        "cost": "0.608 million CNY",
        "tighter": "0.883 million CNY",
        "save": "Save",
        "stop": "stopped",
    },
    "zh": {"plan": "测算方案", "cost": "60.8 万元", "tighter": "88.3 万元", "save": "保存", "stop": "已停止"},
}


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A server in a folder of its own."""
    folder = tmp_path_factory.mktemp("browser")
    for part in ("models/toy", "models/presets", "inputs/toy"):
        shutil.copytree(ROOT / part, folder / part)
    program = "from scenarios.cli import main; main()"
    command = [sys.executable, "-u", "-c", program, "serve", "--port", "0"]
    spoken = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    with subprocess.Popen(command, cwd=folder, env=spoken, stdout=subprocess.PIPE, text=True) as server:
        yield re.search(r"http://[\d.:]+", server.stdout.readline())[0]
        server.terminate()


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--no-first-run", *QUIET])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, address):
    """A new visitor's page; whatever it complains of or asks of others is a failure."""
    wrong: list[str] = []
    contexts = []

    def opened(language: str = "en", size: tuple[int, int] = (1366, 768)) -> Page:
        locale = {"en": "en-GB", "zh": "zh-CN"}[language]
        context = chromium.new_context(locale=locale, viewport={"width": size[0], "height": size[1]}, base_url=address)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console",
            lambda said: wrong.append(said.text) if said.type in COMPLAINTS and REFUSED not in said.text else None,
        )
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "request",
            lambda asked: None if asked.url.startswith((address, "data:", "blob:")) else wrong.append(asked.url),
        )
        return page

    expect.set_options(timeout=PATIENCE)
    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


def picture(page: Page, name: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")


def moved(page: Page, key: str, value: str) -> None:
    page.locator(f'input[type=number][data-key="{key}"]').fill(value)
    expect(page.locator("#changes li").first).to_be_visible()


def planned(page: Page) -> None:
    """Press the button and wait for the figures of that run."""
    before = page.locator("#result").get_attribute("data-run") or "none"
    page.locator("button.main[type=submit]").click()
    expect(page.locator(f'#result:not([data-run="{before}"]) .figures')).to_be_visible()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_planner_chooses_moves_runs_compares_saves_takes_away_and_comes_back(language, visit):
    words, page = WORDS[language], visit(language)
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", {"en": "en", "zh": "zh-CN"}[language])
    picture(page, f"{language}-start")
    page.locator(".cities a").first.click()
    expect(page.get_by_role("button", name=words["plan"], exact=True)).to_be_enabled()
    picture(page, f"{language}-dashboard")
    planned(page)
    expect(page.locator(".figures dd").first).to_have_text(words["cost"])
    moved(page, "targets.T1", "-30")
    expect(page.locator("#command")).to_contain_text("--set targets.T1=-0.3")
    planned(page)
    expect(page.locator(".figures dd").first).to_have_text(words["tighter"])
    expect(page.locator("#beside")).not_to_have_value("none")
    expect(page.locator("#charts canvas")).to_have_count(2)
    picture(page, f"{language}-beside")
    page.locator("#name").fill("T1")
    page.get_by_role("button", name=words["save"]).click()
    expect(page.locator("#result h1")).to_have_text("T1")
    with page.expect_download() as taken:
        page.locator(".files a").first.click()
    assert Path(taken.value.path()).stat().st_size > 1000
    page.reload()
    expect(page.locator(".figures dd").first).to_have_text(words["tighter"])
    expect(page.locator('input[type=number][data-key="targets.T1"]')).to_have_value("-30")
    page.locator(".outcome").evaluate("place => place.scrollTo(0, place.scrollHeight)")
    picture(page, f"{language}-below")


def test_on_a_phone_nothing_is_wider_than_the_screen(visit):
    page = visit("zh", (390, 844))
    page.goto("/cities/toy")
    planned(page)
    expect(page.locator("#charts canvas").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_language_is_switched_and_the_result_stays(visit):
    page = visit("en")
    page.goto("/cities/toy")
    planned(page)
    page.get_by_role("button", name="中文").click()
    expect(page.locator(".figures dd").first).to_have_text(WORDS["zh"]["cost"])
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


def test_a_page_that_is_loaded_again_during_a_run_comes_to_its_result(visit):
    page = visit("en", (1920, 1080))
    page.goto("/cities/toy")
    moved(page, "targets.T2", "16.5")
    page.locator("button.main[type=submit]").click()
    page.wait_for_url("**run=*")
    page.reload()
    expect(page.locator(".figures")).to_be_visible()
    picture(page, "en-projector")


def test_back_and_forward_lead_from_result_to_result(visit):
    page = visit("en")
    page.goto("/cities/toy")
    for value in ("-25", "-30"):
        moved(page, "targets.T1", value)
        planned(page)
    page.go_back()
    expect(page.locator("#result h1")).to_contain_text("-25 %")
    expect(page.locator('input[type=number][data-key="targets.T1"]')).to_have_value("-25")
    page.go_forward()
    expect(page.locator("#result h1")).to_contain_text("-30 %")


def test_a_double_click_plans_once(visit):
    page, asked = visit("en"), []
    page.on("request", lambda sent: asked.append(sent.url) if sent.method == "POST" else None)
    page.goto("/cities/toy")
    page.locator("button.main[type=submit]").dblclick()
    expect(page.locator(".figures")).to_be_visible()
    assert len([url for url in asked if url.endswith("/runs")]) == 1


def test_two_planners_at_once_each_get_their_own_plan(visit):
    pages = [visit("en"), visit("zh")]
    for page, value in zip(pages, ("-25", "-30"), strict=True):
        page.goto("/cities/toy")
        moved(page, "targets.T1", value)
        page.locator("button.main[type=submit]").click()
    expect(pages[0].locator("#result h1")).to_contain_text("SO2 21.875 % down (2018) -25 %")
    expect(pages[1].locator("#result h1")).to_contain_text("二氧化硫下降21.875% (2018) -30 %")
    pages[0].goto("/")
    expect(pages[0].locator("main")).not_to_contain_text("-30 %")


def test_a_run_that_waits_is_stopped_at_once(visit):
    busy, page = visit("en"), visit("en")
    for waiting in (busy, page):
        waiting.goto("/cities/toy")
    busy.locator("button.main[type=submit]").click()
    page.locator('[data-how="anew"]').click()
    page.locator("#stop").click()
    expect(page.locator("#result h1")).to_be_visible()
    expect(page.locator("#running")).to_be_hidden()


def test_what_cannot_be_is_explained_and_planned_with_the_least_giving_way(visit):
    page = visit("zh")
    page.goto("/cities/toy")
    moved(page, "targets.T1", "-90")
    page.locator("button.main[type=submit]").click()
    expect(page.locator("pre.text")).to_contain_text("二氧化硫下降21.875%")
    picture(page, "zh-infeasible")
    page.locator('#result [data-how="elastic"]').click()
    expect(page.locator(".figures")).to_be_visible()
    expect(page.locator(".missed").first).to_be_visible()


def test_a_table_is_edited_by_keyboard_and_a_wrong_cell_is_shown(visit):
    page = visit("en")
    page.goto("/cities/toy/tables/supply")
    page.locator('tr[data-row="2"] td').nth(3).click()
    page.keyboard.type("lots")
    page.keyboard.press("Enter")
    page.locator("#keep").click()
    expect(page.locator('td[aria-invalid="true"]')).to_have_text("lots")
    expect(page.locator("#problems")).to_contain_text("a number")
    picture(page, "en-wrong-cell")
    page.keyboard.press("Escape")
    page.locator('tr[data-row="2"] td').nth(3).click()
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    page.locator("#keep").click()
    expect(page.locator("#kept")).to_contain_text("Kept.")


def test_a_broken_upload_is_refused_at_its_cell(visit, tmp_path):
    page = visit("zh")
    page.goto("/cities/toy/tables/supply")
    text = (ROOT / "inputs/toy/supply.csv").read_text(encoding="utf-8").replace("100,", "很多,")
    (tmp_path / "supply.csv").write_text(text, encoding="gb18030")
    page.locator("input[type=file]").set_input_files(tmp_path / "supply.csv")
    page.locator("#upload button").click()
    expect(page.locator("#problems li")).to_contain_text("supply.csv")
    expect(page.locator('td[aria-invalid="true"]')).to_have_count(1)
    picture(page, "zh-upload")


def test_the_dashboard_can_be_used_by_keyboard_alone(visit):
    page = visit("en")
    page.goto("/cities/toy")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.locator("input[type=range]").first.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#changes li")).to_have_count(1)
    page.locator("#scenario").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".figures")).to_be_visible()
    unnamed = page.locator("input:visible, select:visible, button:visible, textarea:visible").evaluate_all(
        "fields => fields.filter(f => !(f.labels && f.labels.length) && !f.getAttribute('aria-label')"
        " && !f.textContent.trim()).map(f => f.outerHTML)"
    )
    assert unnamed == []


def test_a_slip_is_shown_where_the_planner_looks_and_loses_nothing(visit):
    page = visit("en")
    page.goto("/cities/toy")
    moved(page, "targets.T1", "-30")
    expect(page.locator("#command")).to_be_visible()
    moved(page, "targets.T1", "")
    expect(page.locator("#command")).to_be_hidden()
    moved(page, "targets.T1", "-30")
    page.locator("#more").fill("suply.gas=1")
    chosen = page.locator("#scenario").input_value()
    page.once("dialog", lambda asked: asked.dismiss())
    page.locator("#scenario").select_option(index=1)
    expect(page.locator("#scenario")).to_have_value(chosen)
    expect(page.locator("#more")).to_have_value("suply.gas=1")
    page.locator("#more").scroll_into_view_if_needed()
    page.locator("#controls").evaluate("form => form.requestSubmit()")
    expect(page.locator("#refusals")).to_contain_text("supply")
    expect(page.locator("#refusals p").first).to_be_in_viewport()
