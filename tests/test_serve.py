"""The command that serves the page: what it prints, and whom it lets in."""

from __future__ import annotations

import re
import socket

import pytest
from click.testing import CliRunner

from scenarios.cli import main


@pytest.fixture
def served(monkeypatch):
    """The command, with a server that ends at once."""
    monkeypatch.setattr("uvicorn.Server.run", lambda self, sockets: [one.close() for one in sockets])
    return lambda *options: CliRunner().invoke(main, ["serve", *options])


def test_it_prints_the_address_of_this_machine(served):
    result = served("--port", "0")
    assert re.search(r"Open http://127\.0\.0\.1:\d+/ in a browser", result.output)


def test_it_leads_straight_to_a_city(served):
    assert "/cities/toy " in served("toy", "--port", "0").output


def test_it_speaks_chinese(served):
    assert "请用浏览器打开 http://127.0.0.1:" in served("--port", "0", "--lang", "zh").output


def test_another_address_comes_with_a_key(served):
    keys = {re.search(r"\?key=([\w-]{32})", served("--host", "0.0.0.0", "--port", "0").output)[1] for _ in range(2)}
    assert len(keys) == 2


def test_a_key_of_ones_own_is_used_when_it_is_long_enough(served):
    assert "?key=sixteen-letters-16" in served("--port", "0", "--token", "sixteen-letters-16").output
    refused = served("--port", "0", "--token", "short")
    assert refused.exit_code == 2
    assert "16" in refused.output


def test_a_port_that_is_taken_gives_way_to_a_free_one(served):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = served("--port", str(port))
    assert result.exit_code == 0
    assert f":{port}/" not in result.output


def test_ctrl_c_ends_it_without_a_complaint(monkeypatch):
    def interrupted(self, sockets):
        sockets[0].close()
        raise KeyboardInterrupt

    monkeypatch.setattr("uvicorn.Server.run", interrupted)
    result = CliRunner().invoke(main, ["serve", "--port", "0"])
    assert (result.exit_code, result.stderr) == (0, "")


def test_an_address_that_is_not_ours_is_told(served):
    result = served("--host", "203.0.113.7", "--port", "0")
    assert result.exit_code == 1
    assert "203.0.113.7 is no address of this machine." in result.output


def test_without_the_packages_it_says_what_to_install(served, monkeypatch):
    monkeypatch.setattr("scenarios.cli.serving.find_spec", lambda name: None)
    assert "pip install 'scenarios[web]'" in served("--port", "0").output
