"""Write the real output of `scenarios run shijiazhuang` and its pictures into the README (part of `make pages`)."""

from pathlib import Path

import scenarios as sc
from scenarios.reports.picture import picture
from scenarios.reports.summary import summary
from scenarios.words import speaking

ROOT = Path(__file__).parents[1]
BEGIN, END = "<!-- output: scenarios run shijiazhuang -->\n", "<!-- end -->"


def block(text: str) -> str:
    """The output as it stands in README.md."""
    return f"{BEGIN}```text\n{text}\n```\n{END}"


def main() -> None:
    """Plan the city and write the pages."""
    case = sc.read_case("shijiazhuang", models=ROOT / "models", inputs=ROOT / "inputs")
    plan = sc.solve(case)
    readme = ROOT / "README.md"
    before, rest = readme.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END, 1)[1]
    readme.write_text(before + block(summary(case, plan)) + after, encoding="utf-8")
    for language, name in (("en", "plan.svg"), ("zh", "plan.zh.svg")):
        with speaking(language):
            (ROOT / "docs" / name).write_text(picture(case, plan), encoding="utf-8")


if __name__ == "__main__":
    main()
