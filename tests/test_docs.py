"""Pages of docs/ show what the commands print, in either language."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

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
