"""The whole page with its processes, asked as a browser asks: plan, compare, keep, take away; and what it refuses."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from starlette.routing import Route
from starlette.testclient import TestClient

from scenarios.cli import main
from scenarios.web.app import app, routes
from scenarios.web.bounds import UPLOAD
from scenarios.web.guard import Access

ROOT = Path(__file__).parents[1]
LOCAL = "http://127.0.0.1:8050"
T1 = {"targets.T1": "-30"}


class Visitor:
    """A browser that knows our page."""

    def __init__(self, client: TestClient, language: str = "en"):
        self.client = client
        self.client.headers["accept-language"] = language
        self.csrf_token = re.search(r'name="csrf-token" content="(\w+)"', client.get("/").text)[1]

    def get(self, path, **options):
        return self.client.get(path, **options)

    def ask(self, path, sent=None, **headers):
        return self.client.post(path, json=sent or {}, headers={"x-csrf-token": self.csrf_token, **headers})

    def plan(self, positions=None, **more):
        """A run, followed to its end."""
        asked = {"city": "toy", "scenario": "least-cost", "positions": positions or {}, "how": "kept", **more}
        answer = self.ask("/runs", asked)
        assert answer.status_code == 202, answer.text
        run = answer.json()["run"]
        stream = self.get(f"/runs/{run}/events").text
        events = [json.loads(line[6:]) for line in stream.splitlines() if line.startswith("data: ")]
        assert not events[-1]["open"]
        return run, events


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("web")
    for part in ("models/toy", "models/presets", "inputs/toy"):
        shutil.copytree(ROOT / part, folder / part)
    return folder


@pytest.fixture(scope="module")
def made(place):
    return app(Access(), folder=place / "web", models=str(place / "models"), inputs=str(place / "inputs"), at_once=1)


@pytest.fixture(scope="module")
def server(made):
    with TestClient(made, base_url=LOCAL, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def planner(server):
    return Visitor(server)


@pytest.fixture(scope="module")
def first(planner):
    return planner.plan()[0]


@pytest.fixture(scope="module")
def tighter(planner, first):
    return planner.plan(T1)[0]


@pytest.fixture
def guest(made, server):
    """Another browser at the same server."""
    client = TestClient(made, base_url=LOCAL, raise_server_exceptions=False)
    client.portal = server.portal
    return Visitor(client)


def test_the_first_page_waits_for_nothing_and_names_the_cities_when_they_are_read(planner):
    assert 'data-load="/cities"' in planner.get("/").text or "Toy" in planner.get("/").text
    assert "Toy" in planner.get("/cities").text


def test_the_dashboard_has_a_control_for_what_can_be_moved(planner):
    page = planner.get("/cities/toy").text
    for key in ("targets.T1", "supply.gas", "budgets.city", "potentials.*/gas", "tasks.pipe:deadline"):
        assert f'data-key="{key}"' in page


def test_a_run_shows_what_the_hand_solved_toy_costs(planner, first):
    page = planner.get(f"/cities/toy?run={first}").text
    assert "0.608 million CNY" in page
    assert "SO2 21.875 % down" in page


def test_a_what_if_is_shown_beside_the_plan_before(planner, first, tighter):
    page = planner.get(f"/runs/{tighter}/result?beside={first}").text
    assert "0.883 million CNY" in page
    assert "+0.275 million CNY" in page
    assert "+5.20" in page


def test_the_same_in_chinese(planner, first, tighter):
    page = planner.get(f"/runs/{tighter}/result?beside={first}", headers={"accept-language": "zh"}).text
    assert "88.3 万元" in page
    assert "差异来自哪里" in page


def test_the_page_of_a_run_has_its_controls_where_they_were(planner, tighter):
    page = planner.get(f"/cities/toy?run={tighter}").text
    field = re.search(r'<input type="number"[^>]*data-key="targets.T1"[^>]*>', page)[0]
    assert 'value="-30"' in field
    assert 'data-now="-21.875"' in field


def test_the_what_if_makes_the_same_cost_on_the_command_line(planner, tighter, place, tmp_path, monkeypatch):
    text = planner.get(f"/runs/{tighter}/files/what-if.yaml").text
    (tmp_path / "again.yaml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    where = ["--models", str(place / "models"), "--inputs", str(place / "inputs")]
    result = CliRunner().invoke(main, ["run", "toy", "--no-report", "--scenario", "again.yaml", *where])
    assert result.exit_code == 0, result.output
    run = json.loads((tmp_path / "outputs/toy/again/run.json").read_text(encoding="utf-8"))
    archive = zipfile.ZipFile(io.BytesIO(planner.get(f"/runs/{tighter}/files/tables.zip").content))
    assert run["objective_cny"] == pytest.approx(json.loads(archive.read("run.json"))["objective_cny"])


def test_the_archive_holds_every_table_of_the_result(planner, tighter):
    archive = zipfile.ZipFile(io.BytesIO(planner.get(f"/runs/{tighter}/files/tables.zip").content))
    assert {"costs.csv", "targets.csv", "schedule.csv", "run.json", "what-if.yaml"} <= set(archive.namelist())
    rows = list(csv.DictReader(io.StringIO(archive.read("targets.csv").decode("utf-8-sig"))))
    assert [row["target"] for row in rows] == ["T1", "T2", "T3", "T4"]


def test_the_report_and_the_workbook_are_made_when_somebody_wants_them(planner, tighter):
    assert planner.get(f"/runs/{tighter}/files/funding.xlsx").content[:2] == b"PK"
    assert "SO2 21.875 % down" in planner.get(f"/runs/{tighter}/files/report.html").text


def test_files_are_taken_away_and_never_shown_in_our_name(planner, tighter):
    answer = planner.get(f"/runs/{tighter}/files/what-if.yaml")
    assert answer.headers["content-disposition"].startswith("attachment")


def test_where_no_plan_exists_the_page_says_why_and_offers_the_least_that_gives_way(planner):
    run, events = planner.plan({"targets.T1": "-90"})
    assert events[-1]["words"] == "no plan keeps all that is asked"
    page = planner.get(f"/runs/{run}/result").text
    assert "This cannot be kept, whatever else gives way:" in page
    assert 'data-how="elastic"' in page
    elastic, _ = planner.plan({"targets.T1": "-90"}, how="elastic")
    assert "What gave way:" in planner.get(f"/runs/{elastic}/result").text


def test_a_plan_made_anew_is_proven_closer(planner):
    run, _ = planner.plan(T1, how="anew")
    assert "the tasks are planned anew" in planner.get(f"/runs/{run}/result").text


def test_a_change_that_cannot_be_is_reported_before_anything_runs(planner):
    asked = {"city": "toy", "scenario": "least-cost", "more": "targets.T9=1"}
    answer = planner.ask("/runs", asked)
    assert answer.status_code == 422
    assert "no row of targets" in answer.json()["problems"][0]


def test_changes_are_shown_as_what_to_type(planner):
    asked = {"city": "toy", "scenario": "least-cost", "positions": {"supply.gas": "70"}, "more": "prices.gas*=1.2"}
    answer = planner.ask("/changes", asked).json()
    assert answer["changes"] == ["supply.gas*=0.7", "prices.gas*=1.2"]
    assert answer["command"].endswith("--set 'supply.gas*=0.7' --set 'prices.gas*=1.2'")


def test_a_saved_result_is_seen_by_others_and_changed_by_its_maker_only(planner, tighter, guest):
    assert guest.get(f"/runs/{tighter}/result").status_code == 404
    planner.ask(f"/runs/{tighter}/keep", {"name": "tight <b>"})
    assert "tight &lt;b&gt;" in guest.get(f"/runs/{tighter}/result").text
    assert "tight &lt;b&gt;" in guest.get("/").text
    for action in ("keep", "drop", "stop"):
        assert guest.ask(f"/runs/{tighter}/{action}").status_code == 403
    planner.ask(f"/runs/{tighter}/keep", {"name": ""})
    assert guest.get(f"/runs/{tighter}/result").status_code == 404


def test_a_deleted_result_is_gone(planner):
    run, _ = planner.plan()
    assert planner.ask(f"/runs/{run}/drop").status_code == 200
    assert planner.get(f"/runs/{run}/result").status_code == 404


def test_edited_tables_are_planned_with_by_who_edited_them(planner, guest, place):
    editor = guest
    (seen,) = re.findall(r'data-digest="(\w+)"', editor.get("/cities/toy/tables/targets").text)
    wrong = {"cells": [[2, "value", "many"]], "seen": seen}
    answer = editor.ask("/cities/toy/tables/targets/edit", wrong)
    assert answer.status_code == 422
    (problem,) = answer.json()["problems"]
    assert (problem["file"], problem["row"], problem["column"], problem["allowed"]) == (
        *("targets.csv", 2, "value"),
        "a number",
    )
    right = {"cells": [[2, "value", "-0.3"]], "seen": seen}
    assert editor.ask("/cities/toy/tables/targets/edit", right).json() == {"edited": ["targets"]}
    assert editor.ask("/cities/toy/tables/targets/edit", right).status_code == 422
    assert editor.ask("/cities/toy/tables/targets/edit", {"cells": [[2, "value", "-0.3"]]}).status_code == 400
    assert "With the tables you edited: targets." in editor.get("/cities/toy").text
    run, _ = editor.plan(drafted=True)
    assert "0.883 million CNY" in editor.get(f"/runs/{run}/result").text
    archive = zipfile.ZipFile(io.BytesIO(editor.get(f"/runs/{run}/files/tables.zip").content))
    assert "edited/targets.csv" in archive.namelist()
    assert "With the tables you edited" not in planner.get("/cities/toy").text
    assert "-0.21875" in (place / "inputs/toy/targets.csv").read_text(encoding="utf-8")
    editor.client.post("/cities/toy/discard", data={"csrf_token": editor.csrf_token})
    assert "With the tables you edited" not in editor.get("/cities/toy").text


def test_a_table_is_taken_away_as_it_is(planner):
    text = planner.get("/cities/toy/tables/supply/file").content.decode("utf-8-sig")
    assert text == (ROOT / "inputs/toy/supply.csv").read_text(encoding="utf-8")


def test_a_broken_upload_is_reported_at_its_cell(planner):
    text = (ROOT / "inputs/toy/supply.csv").read_text(encoding="utf-8").replace("100,", "x,")
    sent = {"file": ("supply.csv", text.encode(), "text/csv")}
    headers = {"x-csrf-token": planner.csrf_token}
    answer = planner.client.post("/cities/toy/tables/supply/upload", files=sent, headers=headers)
    assert answer.status_code == 422
    assert [(problem["row"], problem["column"]) for problem in answer.json()["problems"]] == [(3, "quantity")]


def test_an_upload_that_is_too_large_is_refused(planner):
    sent = {"file": ("supply.csv", b"x" * (UPLOAD + 1), "text/csv")}
    headers = {"x-csrf-token": planner.csrf_token}
    answer = planner.client.post("/cities/toy/tables/supply/upload", files=sent, headers=headers)
    assert answer.status_code in (400, 413)


POSTS = [route.path for route in routes() if isinstance(route, Route) and "POST" in (route.methods or ())]


@pytest.mark.parametrize("path", POSTS)
def test_nothing_changes_without_the_token_of_our_page(path, server):
    at = path.replace("{run}", "0" * 32).replace("{city}", "toy").replace("{table}", "supply")
    assert server.post(at, json={}).status_code == 403
    assert server.post(at, json={}, headers={"x-csrf-token": "0" * 64}).status_code == 403
    assert server.post(at, data={"csrf_token": "0" * 64}).status_code == 403
    assert server.post(at).status_code == 403


def test_every_view_that_changes_something_asks_for_a_token():
    unproven = [
        route.path
        for route in routes()
        if isinstance(route, Route)
        and "POST" in (route.methods or ())
        and not getattr(route.endpoint, "is_changing", False)
    ]
    assert unproven == []


@pytest.mark.parametrize(
    "path",
    [
        "/cities/..%2f..%2fetc",
        "/cities/%2e%2e/tables",
        "/cities/nowhere",
        "/cities/toy?scenario=../../secret",
        "/cities/toy?run=" + "0" * 32,
        "/cities/toy/tables/..%2fcity",
        "/cities/toy/tables/city.yaml/file",
        "/runs/..%2f..%2fseal/result",
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/nothing",
    ],
)
def test_what_is_no_name_of_ours_is_not_there(path, planner):
    assert planner.get(path).status_code in (404, 422)


@pytest.mark.parametrize("name", ["run.json", "..%2f..%2fseal", "../../runs.sqlite", "charts.en.json", "whole"])
def test_only_the_files_of_a_result_are_taken_away(name, planner, first):
    assert planner.get(f"/runs/{first}/files/{name}").status_code == 404


@pytest.mark.parametrize(
    "sent",
    [
        b"not json",
        b"[1, 2]",
        b"[" * 100_000,
        b'{"city": 5}',
        b'{"city": "toy", "scenario": "least-cost", "positions": [1]}',
        b'{"city": "toy", "scenario": "least-cost", "how": "rudely"}',
    ],
)
def test_a_question_that_makes_no_sense_is_refused_in_words(sent, planner):
    headers = {"x-csrf-token": planner.csrf_token, "content-type": "application/json"}
    answer = planner.client.post("/runs", content=sent, headers=headers)
    assert answer.status_code in (400, 404)
    assert answer.json()["problems"]
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("onward", ["//evil.example", "https://evil.example", "/\\evil.example", ""])
def test_the_choice_of_a_language_leads_nowhere_else(onward, planner):
    sent = {"csrf_token": planner.csrf_token, "language": "zh", "onward": onward}
    assert planner.client.post("/language", data=sent, follow_redirects=False).status_code == 400


def test_a_mistake_of_ours_shows_no_inside(planner, monkeypatch):
    def broken(*_):
        raise RuntimeError("the inside")

    monkeypatch.setattr("scenarios.web.planning._body", broken)
    answer = planner.get("/cities/toy")
    assert answer.status_code == 500
    assert "the inside" not in answer.text
    assert answer.headers["x-frame-options"] == "DENY"


def test_results_outlive_the_server(planner, tighter, place):
    again = TestClient(app(Access(), folder=place / "web"), base_url=LOCAL, cookies=dict(planner.client.cookies))
    with again:
        assert "0.883 million CNY" in again.get(f"/runs/{tighter}/result").text
        headers = {"x-csrf-token": planner.csrf_token}
        assert again.post(f"/runs/{tighter}/keep", json={}, headers=headers).status_code == 200
