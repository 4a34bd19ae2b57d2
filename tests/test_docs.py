"""Pages of docs/ show what the commands print, in either language."""

import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from textwrap import dedent

import pytest

from scenarios.reading import read_case
from scenarios.reports import funding

SCENARIO = re.compile(r"```yaml\n(.*?extends:.*?)```", re.DOTALL)
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    """A folder to work in; the plan of the toy is made in it once."""
    return tmp_path_factory.mktemp("docs")


@pytest.mark.parametrize("language", ["", ".zh"])
@pytest.mark.parametrize(("page", "count"), [("studies", 9), ("funding", 1)])
def test_a_page_shows_the_real_output(page, count, language, here):
    text = (ROOT / "docs" / f"{page}{language}.md").read_text(encoding="utf-8")
    spec = spec_from_file_location("readme", ROOT / "docs" / "readme.py")
    pages = module_from_spec(spec)
    spec.loader.exec_module(pages)
    assert len(pages.OUTPUT.findall(text)) == count
    for command, shown in pages.OUTPUT.findall(text):
        assert pages.said(command, here) == shown.rstrip("\n"), command


@pytest.mark.parametrize("page", ["docs/studies.md", "docs/studies.zh.md", "README.md", "README.zh.md"])
def test_a_scenario_that_a_page_shows_can_be_read(page, tmp_path):
    """As a reader would copy it; the one shown was refused for three reasons."""
    text = (ROOT / page).read_text(encoding="utf-8")
    shown = [dedent(example) for example in SCENARIO.findall(text)]
    assert shown
    for number, example in enumerate(shown):
        path = tmp_path / f"{number}.yaml"
        path.write_text(example, encoding="utf-8")
        case = read_case("shijiazhuang", str(path), models=ROOT / "models", inputs=ROOT / "inputs")
        assert case.scenario == str(number)


@pytest.mark.parametrize("page", ["funding.md", "funding.zh.md"])
def test_the_functions_that_a_page_names_exist(page):
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    (others,) = re.findall(r"^funding\.view\(.*  # (.*)$", text, re.MULTILINE)
    names = re.findall(r"[a-z_]{4,}", others.removeprefix("also: "))
    assert len(names) == 9
    assert [name for name in names if not hasattr(funding, name)] == []
