"""Write real outputs and pictures into the pages: README, and the studies of the toy city (part of `make pages`)."""

import contextlib
import re
import shlex
import tempfile
from pathlib import Path

from click.testing import CliRunner

import scenarios as sc
from scenarios.cli import main as command_line
from scenarios.reports.comparison import comparison_text, tables
from scenarios.reports.picture import picture
from scenarios.reports.prices_text import prices_text
from scenarios.reports.summary import summary
from scenarios.studies.prices import prices
from scenarios.words import LANGUAGES, speaking

ROOT = Path(__file__).parents[1]
END = "<!-- end -->"
PAGES = ("studies.md", "funding.md", "studies.zh.md", "funding.zh.md")  #: what commands print of the toy city
WRITTEN = ("Tables written to ", "数据表已写入")  #: how the line that says where tables are begins
COMPARED = ("as-written", "least-cost")
OUTPUT = re.compile(r"<!-- output: (scenarios .*?) -->\n```text\n(.*?)```\n<!-- end -->", re.DOTALL)


def written(page: str, command: str, text: str) -> str:
    """The page with the output of a command in its place."""
    begin = f"<!-- output: {command} -->\n"
    before, rest = page.split(begin)
    return f"{before}{begin}```text\n{text}\n```\n{END}{rest.split(END, 1)[1]}"


def compared(city: str) -> str:
    """Cost, goals and air of the plan as written beside the cheapest, and what each misses."""
    cases = [sc.read_case(city, name, models=ROOT / "models", inputs=ROOT / "inputs") for name in COMPARED]
    pairs = [(case, sc.solve(case)) for case in cases]
    lines = comparison_text(pairs, tables(pairs)).splitlines()
    end = next(number for number, line in enumerate(lines) if "[kt]" in line)
    return "\n".join([*lines[:end], "", *(line for line in lines if " misses " in line)])


def priced(text: str) -> str:
    """The first part of the prices: what the last unit is worth."""
    return "\n\n".join(text.split("\n\n")[:2])


def said(command: str, folder: Path) -> str:
    """What a command prints in a folder, without the line that says where its tables are."""
    folders = ["--models", str(ROOT / "models"), "--inputs", str(ROOT / "inputs")]
    with contextlib.chdir(folder), speaking(LANGUAGES[0]):  # what a command speaks does not last
        result = CliRunner().invoke(command_line, [*shlex.split(command)[1:], *folders])
    if result.exit_code:
        raise RuntimeError(f"{command}: {result.output}")
    lines = [line for line in result.stdout.splitlines() if not line.startswith(WRITTEN)]
    return "\n".join(lines).strip("\n")


def studies(page: str) -> str:
    """The page of the studies with the output of each command."""
    with tempfile.TemporaryDirectory() as folder:
        for command, _ in OUTPUT.findall(page):
            page = written(page, command, said(command, Path(folder)))
    return page


def main() -> None:
    """Plan the city and write the pages."""
    case = sc.read_case("shijiazhuang", models=ROOT / "models", inputs=ROOT / "inputs")
    plan = sc.solve(case)
    readme = ROOT / "README.md"
    page = written(readme.read_text(encoding="utf-8"), "scenarios run shijiazhuang", summary(case, plan))
    for city in ("shijiazhuang", "baoding"):
        page = written(page, f"scenarios compare {city} as-written least-cost", compared(city))
    text = prices_text(case, prices(case, plan.finish), plan.finish)
    page = written(page, "scenarios prices shijiazhuang", priced(text))
    readme.write_text(page, encoding="utf-8")
    for language, name in (("en", "plan.svg"), ("zh", "plan.zh.svg")):
        with speaking(language):
            (ROOT / "docs" / name).write_text(picture(case, plan), encoding="utf-8")
    for name in PAGES:
        asked = ROOT / "docs" / name
        asked.write_text(studies(asked.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
