"""Tables that a visitor edits: kept only when all of the city is right, and never in the place of the city's own."""

from __future__ import annotations

import pytest

from scenarios.problems import InputError
from scenarios.reading import read_case
from scenarios.web import drafts
from scenarios.web.drafts import Copy, Edits


@pytest.fixture
def copy(toy):
    return Copy("toy", toy.models, toy.inputs, toy.folder / "draft")


def refused(action, *given):
    with pytest.raises(InputError) as caught:
        action(*given)
    return caught.value.problems


def test_an_edited_cell_is_kept_in_the_copy_alone(copy, toy):
    before = toy.path("supply").read_bytes()
    assert drafts.edit_table(copy, "supply", Edits([(2, "quantity", "12")])) == ["supply"]
    assert toy.path("supply").read_bytes() == before
    edited = read_case("toy", models=copy.models, inputs=copy.folders.inputs)
    assert edited["supply"]["quantity"].tolist() == [120_000.0, 1_000_000.0]


def test_a_second_edit_starts_from_the_first(copy):
    drafts.edit_table(copy, "supply", Edits([(2, "quantity", "12")]))
    assert drafts.edit_table(copy, "prices", Edits([(2, "price", "510")])) == ["prices", "supply"]


def test_a_wrong_cell_is_reported_at_its_place_and_nothing_is_kept(copy):
    (problem,) = refused(drafts.edit_table, copy, "supply", Edits([(3, "quantity", "a lot")]))
    assert (problem.where.file, problem.where.row, problem.where.column) == ("supply.csv", 3, "quantity")
    assert str(problem.allowed) == "a number"
    assert copy.edited == []
    assert not (copy.draft / "toy").exists()


def test_a_cell_that_is_right_by_itself_and_wrong_in_the_city_is_refused(copy):
    (problem,) = refused(drafts.edit_table, copy, "enables", Edits([(2, "task", "pipes")]))
    assert problem.where.column == "task"


def test_a_row_is_added(copy):
    row = {"fuel": "gas", "year": "2018", "task": "survey", "quantity": "1", "unit": "m3", "source": "toy"}
    drafts.edit_table(copy, "supply", Edits(added=[row | {"grade": "assumed"}]))
    assert len(read_case("toy", models=copy.models, inputs=copy.folders.inputs)["supply"]) == 3


def test_a_row_is_removed_and_the_others_keep_their_numbers(copy):
    row = {"fuel": "gas", "year": "2018", "task": "pipe", "quantity": "50", "unit": "10^4 m3", "source": "toy"}
    drafts.edit_table(copy, "supply", Edits(removed=[3], added=[row | {"grade": "assumed"}]))
    assert [row["number"] for row in drafts.view(copy, "supply")["rows"]] == [2, 4]
    assert drafts.view(copy, "supply")["rows"][1]["cells"] == ["gas", "2018", "pipe", "50", "10^4 m3", "toy", "assumed"]


def test_edits_of_a_table_that_was_changed_since_are_refused(copy):
    seen = drafts.view(copy, "supply")["digest"]
    drafts.edit_table(copy, "supply", Edits([(2, "quantity", "12")], seen=seen))
    (problem,) = refused(drafts.edit_table, copy, "supply", Edits([(2, "quantity", "13")], seen=seen))
    assert str(problem.found) == "a table that was changed after this page was opened"
    assert drafts.view(copy, "supply")["rows"][0]["cells"][3] == "12"


def test_comments_above_the_header_stay(copy, toy):
    path = toy.path("supply")
    path.write_text("# what can be had\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    drafts.edit_table(copy, "supply", Edits([(3, "quantity", "12")]))
    assert drafts.text(copy, "supply").startswith("# what can be had\nfuel,")
    assert drafts.view(copy, "supply")["rows"][0]["cells"][3] == "12"


def test_a_file_handed_in_takes_the_place_of_the_table(copy, toy):
    text = toy.path("supply").read_text(encoding="utf-8").replace(",10,", ",11,")
    assert drafts.replace_table(copy, "supply", text.encode("gb18030")) == ["supply"]


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe\x00\x01\xff",
        b"",
        b"fuel,year\ngas",
        b"PK\x03\x04" + b"\x00" * 100,
        b'fuel,"' + b"x" * 300_000,
        b"a," * 100 + b"\n",
        b"fuel\n" + b"x\n" * 20_001,
        b"fuel,year,task,quantity,unit,source,grade\ngas,2018,," + b"9" * 5000 + b",m3,toy,assumed\n",
    ],
)
def test_a_broken_or_huge_file_is_refused_and_nothing_is_kept(content, copy):
    assert refused(drafts.replace_table, copy, "supply", content)
    assert not (copy.draft / "toy").exists()
    assert list(copy.draft.iterdir()) == []


@pytest.mark.parametrize("table", ["../../models/toy/costs", "costs", "supply.csv", "", "/etc/passwd"])
def test_only_tables_of_the_city_can_be_touched(table, copy):
    assert refused(drafts.replace_table, copy, table, b"x")
    assert refused(drafts.view, copy, table)


def test_thrown_away_edits_leave_the_city_as_it_was(copy):
    drafts.edit_table(copy, "supply", Edits([(2, "quantity", "12")]))
    drafts.discard_draft(copy)
    assert copy.edited == []
    assert drafts.view(copy, "supply")["rows"][0]["cells"][3] == "10"


def test_the_overview_says_which_tables_were_edited(copy):
    drafts.edit_table(copy, "supply", Edits([(2, "quantity", "12")]))
    marked = {row["table"]: (row["rows"], row["edited"]) for row in drafts.overview(copy)}
    assert marked["supply"] == (2, True)
    assert marked["prices"] == (3, False)
    assert marked["works"] == (0, False)
