"""Access to the page: who may come in, and what every answer says to the browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from scenarios.web.bounds import BODY
from scenarios.web.guard import Access, Guard
from scenarios.web.visitors import KEY, is_visitor, new_visitor, seal
from scenarios.words import language

LOCAL = "http://127.0.0.1:8050"
SECRET = "a-key-of-sixteen-letters"


async def _echo(request: Request) -> PlainTextResponse:
    size = len(await request.body())
    return PlainTextResponse(f"{language()} {size}")


HOME = Access()


def visit(access: Access = HOME, **options) -> TestClient:
    page = Starlette(routes=[Route("/", _echo, methods=["GET", "POST"])])
    return TestClient(Guard(page, access), base_url=LOCAL, **options)


@pytest.mark.parametrize("host", ["127.0.0.1:8050", "localhost:8050", "[::1]:8050"])
def test_this_machine_may_come_in(host):
    assert visit().get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:8050", "192.168.1.5:8050", "", "[::1"])
def test_a_name_that_somebody_else_gave_us_is_turned_away(host):
    assert visit().get("/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:9999", "http://localhost:8050"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_page_is_turned_away(method, origin):
    assert visit().request(method, "/", headers={"origin": origin}).status_code == 403


def test_our_own_page_may_ask():
    headers = {"origin": LOCAL, "sec-fetch-site": "same-origin"}
    assert visit().post("/", headers=headers).status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_browser_that_says_it_comes_from_elsewhere_changes_nothing(site):
    assert visit().post("/", headers={"sec-fetch-site": site}).status_code == 403
    assert visit().get("/", headers={"sec-fetch-site": site}).status_code == 200


@pytest.mark.parametrize("size", [str(BODY + 1), "-1", "many"])
def test_a_request_that_says_it_is_too_large_is_not_read(size):
    assert visit().post("/", headers={"content-length": size}).status_code == 413


def test_a_request_that_lies_about_its_size_is_cut_off():
    def endless():
        for _ in range(BODY // 2**16 + 2):
            yield b"x" * 2**16

    answer = visit(raise_server_exceptions=False).post("/", content=endless())
    assert answer.status_code == 500


def test_a_request_of_the_size_allowed_is_read():
    assert visit().post("/", content=b"x" * 1000).text == "en 1000"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cache-control", "no-store"),
    ],
)
def test_every_answer_is_signed(name, value):
    assert visit().get("/").headers[name] == value
    assert visit().get("/", headers={"host": "evil.example"}).headers[name] == value


def test_no_script_or_style_runs_that_is_not_a_file_of_ours():
    policy = visit().get("/").headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_a_visitor_gets_a_cookie_that_no_script_and_no_other_site_can_use():
    cookie = visit().get("/").headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


def test_a_visitor_keeps_the_cookie():
    client = visit()
    client.get("/")
    assert "set-cookie" not in client.get("/").headers


@pytest.mark.parametrize(
    ("accepted", "spoken"), [("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("en-US", "en"), ("fr, zh;q=0.5", "zh"), ("fr", "en")]
)
def test_the_page_speaks_the_language_of_the_browser(accepted, spoken):
    assert visit().get("/", headers={"accept-language": accepted}).text.split()[0] == spoken


def test_the_language_chosen_goes_before_that_of_the_browser():
    client = visit(cookies={"scenarios_language": "zh"})
    assert client.get("/", headers={"accept-language": "en"}).text.split()[0] == "zh"


def test_without_the_key_nobody_comes_in():
    assert visit(Access("0.0.0.0", SECRET)).get("/").status_code == 401
    assert visit(Access("0.0.0.0", SECRET)).get("/?key=wrong").status_code == 401
    assert visit(Access("0.0.0.0", SECRET), cookies={KEY: "wrong"}).get("/").status_code == 401


def test_the_key_in_the_address_becomes_a_cookie_and_leaves_the_address():
    client = visit(Access("0.0.0.0", SECRET), follow_redirects=False)
    entered = client.get("/", params={"key": SECRET})
    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    assert client.get("/").status_code == 200


def test_the_key_does_not_come_in_by_a_form():
    assert visit(Access("0.0.0.0", SECRET)).post("/", params={"key": SECRET}).status_code == 401


@pytest.mark.parametrize("host", ["192.168.1.5:8050", "[2001:db8::1]:8050"])
def test_a_server_for_others_is_known_by_its_addresses(host):
    client = visit(Access("0.0.0.0", SECRET), cookies={KEY: SECRET})
    assert client.get("/", headers={"host": host}).status_code == 200


def test_a_server_for_others_is_not_known_by_any_name():
    client = visit(Access("0.0.0.0", SECRET), cookies={KEY: SECRET})
    assert client.get("/", headers={"host": "rebound.example"}).status_code == 421


def test_a_seal_that_was_not_written_whole_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> int:
        raise OSError("the disk is full")

    with monkeypatch.context() as disk:
        disk.setattr("os.replace", full)
        with pytest.raises(OSError, match="disk is full"):
            seal(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert len(seal(tmp_path).secret) == 32


def test_a_seal_is_the_same_after_a_restart_and_nobody_else_reads_it(tmp_path: Path):
    first = seal(tmp_path)
    assert seal(tmp_path) == first
    assert (tmp_path / "seal").stat().st_mode & 0o077 == 0


def test_a_csrf_token_is_of_one_visitor(tmp_path: Path):
    one, other, made = new_visitor(), new_visitor(), seal(tmp_path)
    assert is_visitor(one)
    assert made.is_valid(one, made.csrf_token(one))
    assert not made.is_valid(other, made.csrf_token(one))
    assert not made.is_valid(one, "")
    assert one not in made.name(one)


@pytest.mark.parametrize("cookie", ["", "../../etc/passwd", "x" * 44, "ü" * 43])
def test_a_cookie_that_is_not_ours_is_replaced(cookie):
    assert not is_visitor(cookie)
