"""A page on paper: PDF through a browser of this machine, without the network."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from scenarios.problems import InputError, Place, Problem, phrase

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
PATIENCE = 120  #: time a browser has to print a page [s]
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-pdf-header-footer",
    "--virtual-time-budget=10000",
)


def find_browser() -> str:
    """The browser of this machine; empty when there is none."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), "")


def required_browser() -> str:
    """The browser that prints. Raises InputError when there is none."""
    program = find_browser()
    if not program:
        remedy = phrase("Install it (on Debian: apt-get install chromium), or print report.html from your browser.")
        raise InputError(
            [Problem(Place("chromium"), phrase("no such program"), phrase("Chromium or Chrome on the PATH"), remedy)]
        )
    return program


def print_pdf(page: Path, target: Path) -> Path:
    """Print a page into a PDF file, whole or not at all. Raises InputError when the browser cannot."""
    program = required_browser()
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as own:
        made = Path(own) / "page.pdf"
        command = [program, *QUIET, f"--user-data-dir={own}/profile", f"--print-to-pdf={made}", page.resolve().as_uri()]
        try:
            ran = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
            said = ran.stderr.strip().splitlines()[-1:] or [""]
        except subprocess.TimeoutExpired:
            said = [f"> {PATIENCE} s"]
        if not made.is_file():
            nothing = phrase("no page printed ({reason})", reason=said[0])
            raise InputError(
                [Problem(Place(program), nothing, phrase("a PDF file"), phrase("Print report.html from your browser."))]
            )
        beside = target.with_name(f".beside-{target.name}")
        try:
            shutil.move(made, beside)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
    return target
