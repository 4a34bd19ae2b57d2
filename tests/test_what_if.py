"""What-ifs in YAML and in short: what they change, what is refused and why."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conftest import Toy
from scenarios.case import Case
from scenarios.problems import InputError
from scenarios.reading import parent_scenario, read_case, with_changes
from scenarios.shorthand import unit_set
from scenarios.solving import solve

EVIDENCE = "source: toy, grade: assumed"


def cells(case: Case, table: str, column: str) -> dict[str, object]:
    """A column by the first key column, or by the row's whole key where that is longer."""
    frame = case[table]
    return dict(zip(frame.iloc[:, 0].astype(str), frame[column], strict=True))


def refused(case: Case, *changes: str) -> str:
    """The only problem of changes in short."""
    with pytest.raises(InputError) as caught:
        with_changes(case, changes)
    texts = [str(problem) for problem in caught.value.problems]
    assert len(texts) == 1, texts
    return texts[0]


def asked(toy: Toy, *changes: str) -> Case:
    toy.scenario("trial", "changes:", *(f"  - {change}" for change in changes))
    return toy.read("trial")


def problem(toy: Toy, *changes: str) -> str:
    toy.scenario("trial", "changes:", *(f"  - {change}" for change in changes))
    return toy.problem("trial")


# ---------------------------------------------------------------- in short: what changes


def test_a_number_is_scaled_in_every_row_the_key_finds(toy_case: Case) -> None:
    # 100,000 m3, and 1,000,000 m3 with the pipe
    assert with_changes(toy_case, ["supply.gas*=0.7"])["supply"]["quantity"].tolist() == [70_000, 700_000]


def test_all_other_tables_stay_the_same_objects(toy_case: Case) -> None:
    other = with_changes(toy_case, ["supply.gas*=0.7"])
    assert all(other[name] is frame for name, frame in toy_case.tables.items() if name != "supply")


def test_the_case_that_is_changed_stays_as_it_was(toy_case: Case) -> None:
    before = toy_case["supply"].copy()
    with_changes(toy_case, ["supply.gas*=0.7", "-order.O2"])
    assert toy_case["supply"].equals(before)
    assert len(toy_case["order"]) == 2


def test_the_last_part_of_a_key_may_be_blank(toy_case: Case) -> None:
    assert with_changes(toy_case, ["supply.gas/2018/=5000"])["supply"]["quantity"].tolist() == [5_000, 1_000_000]


def test_a_key_of_several_parts_finds_one_row(toy_case: Case) -> None:
    assert with_changes(toy_case, ["supply.gas/2018/pipe*=2"])["supply"]["quantity"].tolist() == [100_000, 2_000_000]


def test_a_value_is_set_in_the_column_the_table_is_about(toy_case: Case) -> None:
    changed = with_changes(toy_case, ["targets.T1=-0.3"])
    assert cells(changed, "targets", "value") == {"T1": -0.3, "T2": 17, "T3": 85, "T4": -0.5}


def test_another_column_is_named_after_a_colon(toy_case: Case) -> None:
    changed = with_changes(toy_case, ["pace.toy/gas/2018:quarter_share=0.25"])
    values = dict(zip(changed["pace"]["measure"], changed["pace"]["quarter_share"], strict=True))
    assert values == {"briquettes": 1, "gas": 0.25, "boiler_closed": 1, "sweeping": 1}


def test_patterns_find_rows(toy_case: Case) -> None:
    changed = with_changes(toy_case, ["potentials.*/b*:share=0.25"])
    values = dict(zip(changed["potentials"]["measure"], changed["potentials"]["share"], strict=True))
    assert values == {"briquettes": 0.25, "gas": 0.5, "boiler_closed": 0.25, "sweeping": 0.5}


def test_yes_and_no_are_set(toy_case: Case) -> None:
    changed = with_changes(toy_case, ["targets.*:enforced=no", "targets.T4:enforced=yes"])
    assert changed["targets"]["enforced"].tolist() == [False, False, False, True]


def test_a_row_is_removed(toy_case: Case) -> None:
    assert with_changes(toy_case, ["-order.O2"])["order"]["order"].tolist() == ["O1"]


def test_a_setting_is_set(toy_case: Case) -> None:
    changed = with_changes(toy_case, ["settings.discount_rate=0.08", "settings.background=unchanged"])
    assert (changed.settings.discount_rate, changed.settings.background) == (0.08, "unchanged")
    assert toy_case.settings.discount_rate == 0


def test_a_setting_is_set_to_nothing(toy_case: Case) -> None:
    capped = with_changes(toy_case, ["settings.cost_at_most=700000"])
    assert capped.settings.cost_at_most == 700_000
    assert with_changes(capped, ["settings.cost_at_most=none"]).settings.cost_at_most is None


def test_changes_are_made_one_after_the_other(toy_case: Case) -> None:
    changed = with_changes(toy_case, ["supply.gas/2018/*=0.5", "supply.gas/2018/=7000", "supply.gas/2018/*=2"])
    assert changed["supply"]["quantity"].tolist() == [14_000, 1_000_000]


def test_a_star_before_the_equals_sign_is_a_factor_and_two_stars_are_every_row(toy_case: Case) -> None:
    assert with_changes(toy_case, ["potentials.**=0.5"])["potentials"]["share"].tolist() == [0.25, 0.25, 0.5, 0.25]
    assert with_changes(toy_case, ["potentials.*:share=0.5"], swept=True)["potentials"]["share"].tolist() == [0.5] * 4


def test_another_case_has_a_name_a_description_and_a_digest_of_its_own(toy_case: Case) -> None:
    changed, twice = with_changes(toy_case, ["supply.gas*=0.7"]), with_changes(toy_case, ["supply.gas*=0.8"])
    assert changed.scenario == "least-cost+supply.gas-x0.7"
    assert changed.description["en"].endswith("(supply.gas*=0.7)")
    assert len({toy_case.digest, changed.digest, twice.digest}) == 3


def test_a_case_may_be_given_a_name(toy_case: Case) -> None:
    assert with_changes(toy_case, ["supply.gas*=0.7"], "short-of-gas").scenario == "short-of-gas"


def test_a_long_name_is_cut_and_stays_its_own(toy_case: Case) -> None:
    many = [f"costs.{name}/capital*=1.5" for name in ("briquettes", "gas", "boiler_closed", "sweeping")]
    first, second = (
        with_changes(toy_case, many).scenario,
        with_changes(toy_case, [*many[:3], "costs.sweeping/capital*=2"]).scenario,
    )
    assert first != second
    assert len(first) < 90
    assert re.fullmatch(r"[\w.+-]+", first)


# ---------------------------------------------------------------- in short: what is refused


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ("suply.gas*=0.7", "found “suply”. Allowed: the name of a table. Did you mean “supply”?"),
        ("-ordr.O1", "found “ordr”. Allowed: the name of a table. Did you mean “order”?"),
        (
            "targets.T1:valeu=-0.3",
            "found “valeu”. Allowed: a column of targets: target, name_zh, name_en, clause, indicator, subject, area, "
            "sectors, excluded, year, by, operator, value, unit, basis, base_year, enforced, note. "
            "Did you mean “value”?",
        ),
        (
            "supply.ga/2019*=0.7",
            "found no row of supply where fuel = ga, year = 2019. Allowed: a choice that finds rows. "
            "“fuel”: Did you mean “gas”? “year” holds 2018.",
        ),
        (
            "supply.2018/gas*=0.7",
            "found no row of supply where fuel = 2018, year = gas. Allowed: a choice that finds rows. "
            "“2018” stands in “year”, not in “fuel” (key: fuel/year/task). "
            "“gas” stands in “fuel”, not in “year” (key: fuel/year/task).",
        ),
        (
            "prices.gas/mill*=2",
            "found no row of prices where fuel = gas, tariff = mill. Allowed: a choice that finds rows. "
            "“tariff” holds household.",
        ),
        (
            "activity.west/heating*=2",
            "found no row of activity where area = west, activity = heating. Allowed: a choice that finds rows. "
            "With area = west, “activity” holds boilers.",
        ),
        (
            "supply.gass*=0.7",
            "found no row of supply where fuel = gass. Allowed: a choice that finds rows. Did you mean “gas”?",
        ),
        (
            "-order.O9",
            "found no row of order where order = O9. Allowed: a choice that finds rows. “order” holds O1, O2.",
        ),
        (
            "targets.T1=-0.21875",
            "found a change that changes nothing. Allowed: a new value. The rows hold this value already.",
        ),
        (
            "supply.gas*=1",
            "found a change that changes nothing. Allowed: a new value. The rows hold this value already.",
        ),
        (
            "settings.discount_rate=0",
            "found a change that changes nothing. Allowed: a new value. The rows hold this value already.",
        ),
        ("targets.T1/2018=-0.3", "found “T1/2018”. Allowed: at most 1 parts: target. Leave the rest away."),
        (
            "supply.gas/2018/pipe/toy*=2",
            "found “gas/2018/pipe/toy”. Allowed: at most 3 parts: fuel/year/task. Leave the rest away.",
        ),
        ("supply.gas*=much", "found “much”. Allowed: a number of at least 0. Give the factor to scale by."),
        ("supply.gas*=-1", "found “-1”. Allowed: a number of at least 0. Give the factor to scale by."),
        ("supply.gas*=nan", "found “nan”. Allowed: a number of at least 0. Give the factor to scale by."),
        ("supply.gas*=none", "found “None”. Allowed: a number of at least 0. Give the factor to scale by."),
    ],
)
def test_a_change_in_short_that_is_refused(toy_case: Case, change: str, text: str) -> None:
    assert refused(toy_case, change) == f"{change}: {text}"


FORMS = "Allowed: TABLE.KEY=VALUE, TABLE.KEY*=FACTOR, -TABLE.KEY or settings.NAME=VALUE. "


@pytest.mark.parametrize(
    "change", ["supply.gas", "-supply.gas=3", "", "gas is short", "settings.discount_rate*=2", "-settings.budgets"]
)
def test_what_is_no_change_is_shown_what_one_looks_like(toy_case: Case, change: str) -> None:
    assert refused(toy_case, change) == f"{change}: found “{change}”. {FORMS}" + (
        "Such as supply.natural_gas/2019*=0.7 or targets.*:enforced=no."
    )


def test_what_could_scale_or_set_every_row_is_refused(toy_case: Case) -> None:
    assert refused(toy_case, "budgets.*=3") == f"budgets.*=3: found “budgets.*=3”. {FORMS}" + (
        "For every row, TABLE.**=FACTOR scales and TABLE.*:COLUMN=VALUE sets."
    )


@pytest.mark.parametrize("value", ["inf", "2e400"])
def test_what_is_no_finite_number_is_refused(toy_case: Case, value: str) -> None:
    assert "found “inf”. Allowed: a finite number." in refused(toy_case, f"supply.gas={value}")


def test_a_factor_beyond_the_bounds_of_the_column_is_refused(toy_case: Case) -> None:
    assert "found “1.5”. Allowed: at most 1" in refused(toy_case, "potentials.toy/gas*=3")


@pytest.mark.parametrize("nothing", ["", "none"])
def test_a_cell_that_may_not_be_empty_is_not_emptied(toy_case: Case, nothing: str) -> None:
    assert "found an empty cell." in refused(toy_case, f"supply.gas={nothing}")


def test_a_table_about_no_number_needs_its_column_named(toy_case: Case) -> None:
    text = refused(toy_case, "order.O1=3")
    assert text.startswith("order.O1=3: found “order.O1=3”. Allowed: TABLE.KEY:COLUMN=VALUE, with one of the columns ")
    assert "lag" in text


def test_a_misspelt_setting_names_the_nearest(toy_case: Case) -> None:
    assert refused(toy_case, "settings.discount_rte=0.1").endswith("Did you mean “discount_rate”?")


def test_a_setting_out_of_its_bounds_is_refused(toy_case: Case) -> None:
    assert "found “0.5”. Allowed: at most 0.2" in refused(toy_case, "settings.discount_rate=0.5")


def test_rows_that_need_a_removed_task_blame_the_what_if_and_say_how_to_remove_them_too(toy_case: Case) -> None:
    changes = ["-tasks.pipe"]

    def refused(case: Case, *asked: str) -> str:
        with pytest.raises(InputError) as caught:
            with_changes(case, asked)
        return str(caught.value)

    for row, change in (("supply.csv, row 3", "-supply.*/*/pipe"), ("payers.csv, row 10", "-payers.pipe")):
        text = refused(toy_case, *changes)
        assert f"{row}, column" in text
        assert "found “pipe”, which the what-if removes from tasks" in text
        assert f"Remove what needs it too, with “{change}”, or keep it." in text
        changes.append(change)
    text = refused(toy_case, *changes, "-enables.pipe")
    assert "order.csv, row 2, column “after”: found “pipe”, which the what-if removes from tasks" in text
    assert "with “-order.O1”" in text
    assert "pipe" not in set(with_changes(toy_case, [*changes, "-enables.pipe", "-order.O1"])["tasks"]["task"])


def test_a_measure_that_needs_what_is_removed_is_not_told_to_be_removed(toy_case: Case) -> None:
    with pytest.raises(InputError) as caught:
        with_changes(toy_case, ["-technologies.stove"])
    text = str(caught.value)
    assert "measures.csv, row 2, column “from_technology”" in text
    assert "Keep what this row needs." in text
    assert text.count("emission_factors.csv") == 1  # of two rows that hold it


def test_removing_what_others_refer_to_is_refused(toy_case: Case) -> None:
    with pytest.raises(InputError) as caught:
        with_changes(toy_case, ["-pollutants.SO2"])
    assert "found “SO2”, which the what-if removes from pollutants. Allowed: a key of pollutants" in str(caught.value)


def test_every_wrong_change_is_reported_at_once(toy_case: Case) -> None:
    wrong = ["suply.gas*=0.7", "targets.T1=-0.3", "targets.T9=-0.3", "settings.background=none_such"]
    with pytest.raises(InputError) as caught:
        with_changes(toy_case, wrong)
    found = [str(problem.where) for problem in caught.value.problems]
    assert found[:2] == ["suply.gas*=0.7", "targets.T9=-0.3"]


def test_a_swept_change_may_change_nothing(toy_case: Case) -> None:
    same = with_changes(toy_case, ["supply.gas*=1", "settings.discount_rate=0"], swept=True)
    assert same["supply"].equals(toy_case["supply"])


def test_a_swept_change_is_still_refused_when_it_is_wrong(toy_case: Case) -> None:
    with pytest.raises(InputError, match="Did you mean “supply”"):
        with_changes(toy_case, ["suply.gas*=1"], swept=True)


# ---------------------------------------------------------------- in YAML


def test_rows_are_added_in_the_unit_kept(toy: Toy) -> None:
    case = asked(toy, f"{{table: supply, add: [{{fuel: coal, year: 2018, quantity: 5, unit: kt, {EVIDENCE}}}]}}")
    assert cells(case, "supply", "quantity") == {"gas": 1_000_000, "coal": 5_000}
    assert len(case["supply"]) == 3
    assert case["supply"]["unit"].tolist() == ["m3", "m3", "t"]


def test_a_row_that_is_added_is_planned_with(toy: Toy) -> None:
    """SO2 at most 49 t: one tonne more at 46,875 CNY, 250 households more on gas."""
    row = "target: T5, name_zh: 试, name_en: trial, clause: '9', indicator: emission, subject: SO2, area: toy"
    case = asked(
        toy,
        f"{{table: targets, add: [{{{row}, year: 2018, operator: <=, value: 0.049, unit: kt, basis: absolute, "
        "enforced: true}]}",
    )
    assert solve(case, gap=0).objective == pytest.approx(607_875 + 46_875, rel=1e-9)


def test_several_rows_are_added_at_once_and_keep_their_numbers_apart(toy: Toy) -> None:
    row = f"{{fuel: coal, year: 2018, quantity: 5, unit: t, {EVIDENCE}}}"
    other = f"{{fuel: briquette, year: 2018, quantity: 6, unit: t, {EVIDENCE}}}"
    case = asked(toy, f"{{table: supply, add: [{row}, {other}]}}")
    assert case["supply"]["quantity"].tolist()[2:] == [5, 6]
    assert case["supply"].index.is_unique


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (
            "fuel: gas, year: 2018, quantity: 5, unit: m3",
            "found the key “gas, 2018, ” again. Allowed: each key once. Use `set` to change a row.",
        ),
        (
            "fuel: coal, year: 2018, quantty: 5, unit: t",
            "found “quantty”. Allowed: a column of supply: fuel, year, task, quantity, unit, low, high, source, grade, "
            "note. Did you mean “quantity”?",
        ),
        (
            "fuel: coal, year: 2018, quantity: many, unit: t",
            "column “quantity”: found “many”. Allowed: a number. "
            "The column holds: quantity to be had by the activities of the inventory.",
        ),
        (
            "fuel: coal, year: 2018, unit: t",
            "column “quantity”: found an empty cell. Allowed: a value. "
            "The column holds: quantity to be had by the activities of the inventory.",
        ),
        (
            "fuel: coal, year: 2018, quantity: 5, unit: km",
            "column “unit”: found “km”. Allowed: a unit that can be turned into t. "
            "Write the quantity in t, or in a multiple such as “10^4 t”.",
        ),
    ],
)
def test_a_row_that_cannot_be_added(toy: Toy, row: str, text: str) -> None:
    found = problem(toy, f"{{table: supply, add: [{{{row}, {EVIDENCE}}}]}}")
    assert found.startswith("inputs/toy/scenarios/trial.yaml")
    assert found.endswith(text)


def test_a_key_is_added_once(toy: Toy) -> None:
    row = f"{{fuel: coal, year: 2018, quantity: 5, unit: t, {EVIDENCE}}}"
    assert "found the key “coal, 2018, ” again" in problem(toy, f"{{table: supply, add: [{row}, {row}]}}")


def test_a_row_that_refers_to_nothing_is_refused(toy: Toy) -> None:
    row = f"{{fuel: coal, year: 2018, task: none_such, quantity: 5, unit: t, {EVIDENCE}}}"
    assert problem(toy, f"{{table: supply, add: [{row}]}}").endswith(
        "found “none_such”. Allowed: a key of tasks. Correct the value, or add the row it refers to."
    )


ONE_THING = "give a column with `set` or `scale`, or `remove: true`, or `add` with rows"


@pytest.mark.parametrize(
    "change",
    [
        "{table: supply, add: []}",
        "{table: supply, where: {fuel: gas}, add: [{fuel: coal}]}",
        "{table: supply, column: quantity, set: 3, add: [{fuel: coal}]}",
        "{table: supply, remove: true, add: [{fuel: coal}]}",
    ],
)
def test_adding_is_one_thing_too(toy: Toy, change: str) -> None:
    assert ONE_THING in problem(toy, change)


def test_full_width_signs_of_a_typed_change_are_read_as_plain_ones(toy: Toy) -> None:
    case = toy.read()
    plain = with_changes(case, ["prices.coal=700"])["prices"]
    assert with_changes(case, ["prices.coal＝７００"])["prices"].equals(plain)


def test_a_change_that_changes_nothing_is_refused(toy: Toy) -> None:
    found = problem(toy, "{table: supply, where: {fuel: gas}, column: quantity, scale: 1}")
    assert found.endswith(
        "found a change that changes nothing. Allowed: a new value. The rows hold this value already."
    )


def test_the_same_change_in_yaml_and_in_short_makes_the_same_tables(toy: Toy, toy_case: Case) -> None:
    written = asked(
        toy,
        "{table: supply, where: {fuel: gas}, column: quantity, scale: 0.7}",
        "{table: targets, where: {target: T1}, column: value, set: -0.3}",
        "{table: order, where: {order: O2}, remove: true}",
    )
    typed = with_changes(toy_case, ["supply.gas*=0.7", "targets.T1=-0.3", "-order.O2"])
    assert all(written[name].equals(frame) for name, frame in typed.tables.items())


def test_a_scenario_is_given_by_the_path_of_its_file(toy: Toy, tmp_path: Path) -> None:
    path = tmp_path / "elsewhere.yaml"
    path.write_text(
        "description_zh: 试\ndescription_en: a trial\nextends: least-cost\n"
        "changes:\n  - {table: supply, column: quantity, scale: 0.5}\n",
        encoding="utf-8",
    )
    case = toy.read(str(path))
    assert case.scenario == "elsewhere"
    assert case["supply"]["quantity"].tolist() == [50_000, 500_000]
    assert parent_scenario("toy", str(path), models=toy.models, inputs=toy.inputs) == "least-cost"


def test_a_file_that_is_not_there_is_a_problem(toy: Toy, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        toy.read(str(tmp_path / "none.yaml"))


def test_what_is_extended_is_changed_first(toy: Toy) -> None:
    toy.scenario("half", "changes:", "  - {table: supply, column: quantity, scale: 0.5}")
    toy.scenario("quarter", "extends: half", "changes:", "  - {table: supply, column: quantity, scale: 0.5}")
    assert toy.read("quarter")["supply"]["quantity"].tolist() == [25_000, 250_000]
    assert parent_scenario("toy", "quarter", models=toy.models, inputs=toy.inputs) == "half"
    assert parent_scenario("toy", "half", models=toy.models, inputs=toy.inputs) == ""


def test_a_read_case_with_settings_has_another_digest(toy: Toy) -> None:
    plain = toy.read()
    other = read_case("toy", models=toy.models, inputs=toy.inputs, settings={"discount_rate": 0.05})
    assert plain.digest != other.digest


def test_the_year_of_the_money_cannot_be_changed(toy_case: Case, toy: Toy) -> None:
    """Amounts are given in its money; another year would relabel them and change none."""
    assert "no change of price_year" in refused(toy_case, "settings.price_year=2019")
    toy.scenario("trial", "settings: {price_year: 2019}")
    with pytest.raises(InputError, match="no change of price_year"):
        toy.read("trial")


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("budgets.city=15.5", (15.5, ["CNY"])),
        ("supply.gas/2018=3", (3, ["m3"])),
        ("budgets.city*=0.5", None),
        ("targets.T1=-0.3", None),
        ("settings.discount_rate=0.05", None),
    ],
)
def test_a_change_says_the_unit_in_which_it_sets_an_amount(toy_case: Case, change: str, found: object) -> None:
    assert unit_set(toy_case.tables, change, toy_case.settings.titles) == found
