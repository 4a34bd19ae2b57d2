"""Write the real output of `scenarios run shijiazhuang` and its pictures into the README (part of `make pages`)."""

from pathlib import Path

import scenarios as sc
from scenarios.reports.comparison import comparison_text
from scenarios.reports.picture import picture
from scenarios.reports.summary import summary
from scenarios.words import speaking

ROOT = Path(__file__).parents[1]
END = "<!-- end -->"
COMPARED = ("as-written", "least-cost")


def written(page: str, command: str, text: str) -> str:
    """The page with the output of a command in its place."""
    begin = f"<!-- output: {command} -->\n"
    before, rest = page.split(begin)
    return f"{before}{begin}```text\n{text}\n```\n{END}{rest.split(END, 1)[1]}"


def compared(city: str) -> str:
    """Cost, goals and air of the plan as written beside the cheapest, and what each misses."""
    cases = [sc.read_case(city, name, models=ROOT / "models", inputs=ROOT / "inputs") for name in COMPARED]
    lines = comparison_text([(case, sc.solve(case)) for case in cases]).splitlines()
    end = next(number for number, line in enumerate(lines) if "[kt]" in line)
    return "\n".join([*lines[:end], "", *(line for line in lines if " misses " in line)])


def main() -> None:
    """Plan the city and write the pages."""
    case = sc.read_case("shijiazhuang", models=ROOT / "models", inputs=ROOT / "inputs")
    plan = sc.solve(case)
    readme = ROOT / "README.md"
    page = written(readme.read_text(encoding="utf-8"), "scenarios run shijiazhuang", summary(case, plan))
    for city in ("shijiazhuang", "baoding"):
        page = written(page, f"scenarios compare {city} as-written least-cost", compared(city))
    readme.write_text(page, encoding="utf-8")
    for language, name in (("en", "plan.svg"), ("zh", "plan.zh.svg")):
        with speaking(language):
            (ROOT / "docs" / name).write_text(picture(case, plan), encoding="utf-8")


if __name__ == "__main__":
    main()
