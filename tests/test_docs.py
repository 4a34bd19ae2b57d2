"""Pages of docs/ show what the commands print, in either language."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(("name", "count"), [("studies.md", 9), ("funding.md", 1), ("studies.zh.md", 9), ("funding.zh.md", 1)])
def test_a_page_shows_the_real_output(name, count):
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    spec = spec_from_file_location("readme", ROOT / "docs" / "readme.py")
    pages = module_from_spec(spec)
    spec.loader.exec_module(pages)
    assert len(pages.OUTPUT.findall(page)) == count
    for command, shown in pages.OUTPUT.findall(page):
        assert pages.said(command) == shown.rstrip("\n"), command
