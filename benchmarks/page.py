"""The planner's page at Shijiazhuang: first page, dashboard, a slider moved to its new optimum, and a stop [s]."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

ROOT = Path(__file__).parents[1]
CITY, KEY, POSITIONS = "shijiazhuang", "supply.natural_gas/2019", ("90", "89", "88")
QUIET = 12.0  #: a planner reads the page before the first move, and looks at a result before the next one


def main() -> None:
    """Start a server in an empty folder, ask as a browser asks, and print the seconds."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        command = [sys.executable, "-c", "from scenarios.cli import main; main()", "serve", "--port", str(port)]
        command += ["--models", str(ROOT / "models"), "--inputs", str(ROOT / "inputs")]
        server = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            measured(f"http://127.0.0.1:{port}", begin)
        finally:
            server.terminate()
            server.wait()


def measured(home: str, begin: float) -> None:
    """Print what each step takes."""
    visitor = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(path: str) -> str:
        return visitor.open(home + path).read().decode()

    while True:
        try:
            page = get("/")
            break
        except OSError:
            time.sleep(0.01)
    print(f"serve to first page      {time.perf_counter() - begin:6.2f}")
    token = re.search(r'name="csrf-token" content="(\w+)"', page)[1]

    def post(path: str, sent: object) -> dict[str, object]:
        asked = urllib.request.Request(home + path, json.dumps(sent).encode(), method="POST")
        asked.add_header("content-type", "application/json")
        asked.add_header("x-csrf-token", token)
        return json.loads(visitor.open(asked).read())

    def plan(what: str, positions: dict[str, str], how: str = "kept") -> None:
        start = time.perf_counter()
        run = post("/runs", {"city": CITY, "scenario": "least-cost", "positions": positions, "how": how})["run"]
        get(f"/runs/{run}/events")
        page = get(f"/runs/{run}/result")
        assert "figures" in page, page
        print(f"{what:24s} {time.perf_counter() - start:6.2f}", flush=True)
        time.sleep(QUIET)

    start = time.perf_counter()
    get(f"/cities/{CITY}")
    print(f"dashboard of the city    {time.perf_counter() - start:6.2f}")
    time.sleep(QUIET)
    plan("first plan", {})
    for position in POSITIONS:
        plan(f"slider to {position}", {KEY: position})
    run = post("/runs", {"city": CITY, "scenario": "least-cost", "positions": {KEY: "80"}, "how": "anew"})["run"]
    time.sleep(5)
    start = time.perf_counter()
    post(f"/runs/{run}/stop", {})
    get(f"/runs/{run}/events")
    print(f"stop, best plan shown    {time.perf_counter() - start:6.2f}", flush=True)
    time.sleep(QUIET)
    run = post("/runs", {"city": CITY, "scenario": "least-cost", "positions": {KEY: "79"}, "how": "anew"})["run"]
    time.sleep(5)
    start = time.perf_counter()
    post(f"/runs/{run}/cancel", {})
    get(f"/runs/{run}/events")
    print(f"cancel of a search       {time.perf_counter() - start:6.2f}")


if __name__ == "__main__":
    main()
