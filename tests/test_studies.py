"""Fronts, curves, prices and alternatives, against cities solved by hand and counted out subset by subset."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from cities import Projects, changed, projects
from scenarios.case import Case
from scenarios.plan import Plan
from scenarios.problems import InputError
from scenarios.reading import with_changes
from scenarios.solving import NEAR, solve
from scenarios.studies.abatement_cost import SystemCurve, measure_curve, system_curve
from scenarios.studies.alternatives import Alternatives, alternatives
from scenarios.studies.axes import Axis, axis
from scenarios.studies.pareto import Front, pareto
from scenarios.studies.prices import Prices, ScheduleError, prices
from scenarios.studies.prices import tables as plain
from scenarios.studies.reoptimiser import Reoptimiser

EXACT = 1e-9
ROWS = 1e-7  # the bound is of a program whose rows HiGHS keeps to a billionth of their largest term


@pytest.fixture(scope="module")
def twelve(tmp_path_factory: pytest.TempPathFactory) -> Projects:
    """Twelve all-or-nothing projects, of which every subset can be counted out; nobody may change them."""
    return projects(tmp_path_factory.mktemp("twelve") / "city")


@pytest.fixture(scope="module")
def toy_reoptimiser(toy_case: Case) -> Reoptimiser:
    return Reoptimiser(toy_case)


def test_a_city_without_tasks_is_planned_at_the_least_cost_of_all_subsets(twelve: Projects) -> None:
    plan = solve(twelve.case, gap=0)
    assert plan.objective == pytest.approx(float((good(twelve, np.inf) @ twelve.cost).min()), rel=EXACT)
    assert plan.finish == {}


# ---------------------------------------------------------------- axes


@pytest.mark.parametrize(
    ("text", "kind", "weights", "unit"),
    [
        ("cost", "cost", {}, "CNY"),
        ("money", "money", {}, "CNY"),
        ("NOx", "emission", {"NOx": 1.0}, "t"),
        ("PM2.5", "concentration", {"PM2.5": 1.0}, "ug/m3"),
        ("emission:PM2.5", "emission", {"PM2.5": 1.0}, "t"),
        ("air:PM2.5", "concentration", {"PM2.5": 1.0}, "ug/m3"),
        ("PM2.5@2018", "concentration", {"PM2.5": 1.0}, "ug/m3"),
        ("fuel:coal", "fuel", {"coal": 1.0}, "t"),
    ],
)
def test_an_axis_is_what_its_name_says(
    toy_case: Case, text: str, kind: str, weights: dict[str, float], unit: str
) -> None:
    on = axis(toy_case, text)
    assert (on.kind, dict(on.weights), on.unit, on.year) == (kind, weights, unit, 2018)


@pytest.mark.parametrize(
    ("text", "remedy"),
    [("NOX", "Did you mean “NOx”?"), ("fuel:cool", "Did you mean “fuel:coal”?"), ("NOx@2081", "“2018”"), ("x:NOx", "")],
)
def test_an_axis_that_is_not_there_names_the_nearest(toy_case: Case, text: str, remedy: str) -> None:
    with pytest.raises(InputError) as caught:
        axis(toy_case, text)
    assert remedy in str(caught.value)


# ---------------------------------------------------------------- fronts


@pytest.mark.parametrize(("names", "count"), [(("cost", "SO2"), 4), (("cost", "NOx", "PM2.5"), 7)])
def test_a_front_reports_how_many_of_its_points_are_done(toy_case: Case, names: tuple[str, ...], count: int) -> None:
    """An end for each axis, and two steps between the ends of each axis but the first."""
    heard: list[tuple[int, int]] = []
    pareto(toy_case, [axis(toy_case, name) for name in names], 4, progress=lambda *done: heard.append(done))
    assert heard == [(done, count) for done in range(count + 1)]


@pytest.fixture(scope="module")
def fronts(twelve: Projects) -> dict[int, Front]:
    """Fronts of two and of three axes; the target on NOx stands on one of them, that on SO2 on the third."""
    made = {}
    for count, steps in ((2, 9), (3, 4)):
        names = ("cost", "NOx", "SO2")[:count]
        front = pareto(twelve.case, [axis(twelve.case, name) for name in names], steps, gap=0, ends=0)
        assert front is not None
        made[count] = front
    return made


def counted(twelve: Projects, count: int) -> np.ndarray:
    """Cost, NOx and (of three) SO2 of the subsets that keep the targets which still bind."""
    table = np.column_stack([twelve.costs(), twelve.left("NOx"), twelve.left("SO2")])
    return table if count == 3 else table[table[:, 2] <= 0.8 * twelve.emitted["SO2"] + 1e-9, :2]


def test_a_front_lifts_the_targets_that_stand_on_its_axes(fronts: dict[int, Front]) -> None:
    assert fronts[2].lifted == ("T1",)
    assert set(fronts[3].lifted) == {"T1", "T2"}


@pytest.mark.parametrize("count", [2, 3])
def test_the_ends_of_a_front_are_the_least_of_each_axis(twelve: Projects, fronts: dict[int, Front], count: int) -> None:
    table, points = counted(twelve, count), fronts[count].points
    for place, on in enumerate(fronts[count].axes):
        assert points[on.name].min() == pytest.approx(table[:, place].min(), rel=EXACT)


@pytest.mark.parametrize("count", [2, 3])
def test_every_point_of_a_front_is_one_that_no_subset_betters(
    twelve: Projects, fronts: dict[int, Front], count: int
) -> None:
    table, points = counted(twelve, count), fronts[count].points
    slack = 1e-7 * (table.max(axis=0) - table.min(axis=0))
    assert len(points) >= 6
    for row in points[[on.name for on in fronts[count].axes]].to_numpy():
        assert (np.abs(table - row) <= slack).all(axis=1).any()
        better = (table <= row + slack).all(axis=1) & (table < row - slack).any(axis=1)
        assert not better.any()


def test_a_front_of_two_axes_has_the_least_cost_at_every_step(twelve: Projects, fronts: dict[int, Front]) -> None:
    table, points = counted(twelve, 2), fronts[2].points
    free = table[table[:, 0] <= table[:, 0].min() * (1 + EXACT)]
    steps = np.linspace(free[:, 1].min(), table[:, 1].min(), 9)
    wanted = np.unique([table[table[:, 1] <= step + 1e-9, 0].min().round(6) for step in steps])
    assert points["cost"].to_numpy() == pytest.approx(wanted, rel=EXACT)


def test_an_end_of_a_front_is_proven_in_its_first_axis_whatever_is_made_small_last(toy_case: Case) -> None:
    """The last axis minimised may be next to nothing; held against that, a rounding is thousands of percent."""
    front = pareto(toy_case, [axis(toy_case, name) for name in ("cost", "PM2.5", "NOx")], 3)
    assert front is not None
    assert front.points["gap"].max() <= NEAR


def test_the_measures_of_a_point_make_its_values(twelve: Projects, fronts: dict[int, Front]) -> None:
    front = fronts[2]
    assert front.points["gap"].max() <= ROWS
    for row in front.points.to_dict("records"):
        made = front.measures[front.measures["point"] == row["point"]].set_index("measure")["quantity"]
        done = np.array([made.get(f"m{number:02d}", 0.0) for number in range(1, 13)]) / twelve.size
        assert done == pytest.approx(np.round(done), abs=1e-7)
        assert float(done @ twelve.cost) == pytest.approx(row["cost"], rel=1e-7, abs=1e-6)


def test_a_front_of_a_case_without_a_plan_is_none(toy_case: Case) -> None:
    case = with_changes(toy_case, ["targets.T2=1"])
    assert pareto(case, [axis(case, "cost"), axis(case, "PM2.5")], 3) is None


def test_a_front_without_any_target_begins_at_nothing(toy_case: Case) -> None:
    """By then 98 ug/m3; at the other end all that money can buy, worked out in test_toy.py."""
    front = pareto(toy_case, [axis(toy_case, "cost"), axis(toy_case, "PM2.5")], 2, gap=0, ends=0, alone=True)
    assert front is not None
    assert front.points.iloc[0][["cost", "PM2.5"]].to_list() == pytest.approx([0, 98], abs=1e-6)
    assert front.points.iloc[-1]["PM2.5"] == pytest.approx(63.625, rel=1e-7)
    assert front.lifted == ("T1", "T2", "T3")


# ---------------------------------------------------------------- cost curves


@pytest.fixture(scope="module")
def curve(twelve: Projects) -> SystemCurve:
    found = system_curve(twelve.case, "NOx", 10, gap=0)
    assert found is not None
    return found


def test_the_system_curve_is_the_least_cost_at_each_level(twelve: Projects, curve: SystemCurve) -> None:
    table = counted(twelve, 2)
    assert len(curve.steps) == 10
    for row in curve.steps.to_dict("records"):
        least = table[table[:, 1] <= row["limit"] + 1e-9, 0].min()
        assert row["cost"] == pytest.approx(least, rel=EXACT)


def test_the_price_of_the_system_curve_is_what_one_tonne_less_costs(toy_case: Case) -> None:
    """56.25 CNY/kg from briquettes in Q1 and gas in Q3 (README); half a tonne either way costs as much."""
    found = system_curve(toy_case, "SO2", 6, gap=0)
    assert found is not None
    on = axis(toy_case, "SO2")
    held = Reoptimiser(toy_case, [on])
    priced = 0
    for row in found.steps.iloc[1:-1].to_dict("records"):
        less, more = (held.minimise(held.at_most("SO2", row["limit"] + step), gap=0) for step in (-0.01, 0.01))
        assert less is not None
        assert more is not None
        assert row["price"] == pytest.approx((less.objective - more.objective) / 0.02, rel=1e-6)
        priced += row["price"] > 0
    assert priced == 4
    assert {round(float(price), 3) for price in found.steps["price"][1:]} == {46_875, 56_250}


def test_the_curve_of_a_case_without_a_plan_is_none(toy_case: Case) -> None:
    assert system_curve(with_changes(toy_case, ["targets.T2=1"]), "SO2", 3) is None


def test_the_measure_curve_adds_up_to_what_the_plan_takes_away(toy_case: Case, toy_plan: Plan) -> None:
    """8 t at 40,625 and 6 t at 46,875 CNY; what closes the boiler serves other ends."""
    rows = measure_curve(toy_case, toy_plan, axis(toy_case, "SO2"))
    assert rows["measure"].to_list() == ["briquettes", "gas", "boiler_closed"]
    assert rows["reduction"].to_list() == pytest.approx([8, 6, 0], rel=1e-7, abs=1e-9)
    assert rows["unit_cost"].to_list()[:2] == pytest.approx([40_625, 46_875], rel=1e-7)
    assert np.isnan(rows["unit_cost"].iloc[2])
    assert rows["cumulated"].iloc[-1] == pytest.approx(14, rel=1e-7)
    assert rows["cost"].sum() == pytest.approx(607_875 - 1_250, rel=1e-7)


@pytest.mark.parametrize("name", ["fuel:coal", "money", "cost"])
def test_what_measures_take_off_a_fuel_or_money_is_refused_and_not_shown_as_nothing(
    toy_case: Case, toy_plan: Plan, name: str
) -> None:
    with pytest.raises(InputError, match="counted of pollutants only"):
        measure_curve(toy_case, toy_plan, axis(toy_case, name))


@pytest.mark.parametrize("name", ["money", "cost"])
def test_a_system_curve_of_money_is_refused(toy_case: Case, name: str) -> None:
    with pytest.raises(InputError, match="budget-curve"):
        system_curve(toy_case, name, 2)


def test_savings_come_first_by_what_they_save_and_never_by_a_ratio(toy_case: Case, toy_plan: Plan) -> None:
    """The saving of 10 CNY takes away 1 t, that of 9 CNY a gram: by ratio the second would lead."""
    years = {"item": "running", "year": 2018, "area": "west"}
    costs = [("gas", -10.0), ("briquettes", -9.0), ("sweeping", 6.0), ("boiler_closed", 5.0)]
    effect = {"briquettes": 1e-6, "gas": 1.0, "sweeping": 3.0, "boiler_closed": 2.0}
    taken = {"area": "west", "sector": "coal", "pollutant": "SO2", "medium": "emission", "year": 2018, "unit": "t"}
    tables = {
        "costs": pd.DataFrame([{"measure": name, "cny": cny, **years} for name, cny in costs]),
        "effects": pd.DataFrame([{"measure": name, "reduction": each, **taken} for name, each in effect.items()]),
    }
    plan = Plan("toy", "trial", toy_plan.found, 0.0, tables)
    rows = measure_curve(toy_case, plan, axis(toy_case, "SO2"))
    assert rows["measure"].to_list() == ["gas", "briquettes", "sweeping", "boiler_closed"]
    assert rows["unit_cost"].isna().to_list() == [True, True, False, False]
    assert rows["unit_cost"].to_list()[2:] == [2.0, 2.5]
    assert rows["cumulated"].iloc[-1] == pytest.approx(6.000001, rel=1e-12)


# ---------------------------------------------------------------- prices


@pytest.fixture(scope="module")
def priced(toy_case: Case, toy_plan: Plan) -> Prices:
    return prices(toy_case, toy_plan.finish, gap=0)


def price_of(priced: Prices, equation: str, *index: object) -> dict[str, float]:
    rows = [row for row in priced.limits.to_dict("records") if (row["equation"], row["index"]) == (equation, index)]
    assert len(rows) == 1
    return rows[0]


def test_the_last_tonne_of_the_toy_costs_46875(priced: Prices) -> None:
    row = price_of(priced, "emission_target", "T1")
    assert row["price"] == pytest.approx(46_875, rel=EXACT)
    assert row["limit"] == pytest.approx(50, rel=EXACT)


def test_the_price_holds_while_gas_in_the_fourth_quarter_is_the_last_step(priced: Prices) -> None:
    """T3 holds 13 ug/m3: 800 households on gas at least, 3.2 t; the supply for 1,750 lets 7 t go."""
    row = price_of(priced, "emission_target", "T1")
    assert (row["least"], row["most"]) == pytest.approx((64 - 8 - 7, 64 - 8 - 3.2), rel=1e-7)


def cost_at(toy_reoptimiser: Reoptimiser, limit: float) -> float:
    """The least cost with so much SO2 left."""
    row = toy_reoptimiser.places["emission_target", ("T1",)]
    point = toy_reoptimiser.minimise({row: (-np.inf, limit - toy_reoptimiser.arrays.shift[row])}, gap=0)
    assert point is not None
    return point.objective


def test_inside_the_range_the_cost_changes_by_the_price(priced: Prices, toy_reoptimiser: Reoptimiser) -> None:
    row = price_of(priced, "emission_target", "T1")
    for limit in (row["least"] + 1e-3, row["most"] - 1e-3, 50.5):
        assert cost_at(toy_reoptimiser, limit) == pytest.approx(607_875 - (limit - 50) * row["price"], rel=1e-8)


def test_outside_the_range_it_does_not(priced: Prices, toy_reoptimiser: Reoptimiser) -> None:
    row = price_of(priced, "emission_target", "T1")
    for limit in (row["least"] - 0.5, row["most"] + 0.5):
        assert cost_at(toy_reoptimiser, limit) > 607_875 - (limit - 50) * row["price"] + 100


def test_a_limit_that_does_not_bind_is_worth_nothing_and_says_what_is_reached(priced: Prices) -> None:
    # 300,000 m3 are burnt, of which the pipe brings 250,000
    for name, index, limit, reached in (
        ("emission_target", ("T2",), 17, 16.25),
        ("concentration_target", ("T3",), 85, 82.375),
        ("supply", ("gas", 2018), 100_000, 50_000),
        ("budget", ("city", 2018), 20_000_000, 1_375_000),
    ):
        row = price_of(priced, name, *index)
        assert row["price"] == 0
        assert row["limit"] == pytest.approx(limit, rel=EXACT)
        assert row["reached"] == pytest.approx(reached, rel=1e-7)
        assert np.isnan(row["least"])


def test_a_supply_that_binds_is_priced_at_its_limit(toy_case: Case) -> None:
    """At most 1,250 + 100 households can burn gas: the last 0.6 t come from briquettes in Q1 at 56.25 CNY/kg.

    A cubic metre is 1/200 of a household in Q4: 4 kg at 56.25 instead of 187.5 CNY, 37.5 / 200 CNY.
    """
    case = changed(toy_case, "supply", "quantity", 20_000.0, task="")
    row = price_of(prices(case, {"survey": "2018Q1", "pipe": "2018Q4"}, gap=0), "supply", "gas", 2018)
    assert row["price"] == pytest.approx(37.5 / 200, rel=1e-7)
    assert row["limit"] == pytest.approx(20_000, rel=EXACT)
    assert row["least"] < 20_000 < row["most"]
    # 30,000 m3 more are for the 150 households that are short
    assert row["most"] == pytest.approx(50_000, rel=1e-7)


def test_a_month_of_the_pipe_is_worth_what_its_annuity_costs(priced: Prices) -> None:
    """A quarter earlier 1,250 CNY more are paid; nothing is won by the date. Later than the last quarter it is not."""
    row = priced.dates.set_index("task").loc["pipe"]
    assert row["earlier"] == pytest.approx(1_250 / 3, rel=1e-7)
    assert np.isnan(row["later"])


def test_a_month_of_a_task_that_others_wait_for_is_worth_what_is_dearer_without_it(toy_case: Case) -> None:
    """17.92 t must go, and a gas boiler costs 2,500 CNY: 181.25 CNY in Q4, 393.75 in Q3.

    Briquettes in Q3 and gas in Q4 take 16 t away. The rest, 1.92 t, costs 53.125 CNY/kg by gas in Q3 and 56.25 by
    briquettes in Q1, which need no pipe then: 6,000 CNY more, less the 1,250 of a quarter of the pipe.
    """
    case = with_changes(toy_case, ["targets.T1=-0.28", "supply.gas*=3", "costs.gas/capital=2500"])
    found = prices(case, {"survey": "2018Q1", "pipe": "2018Q3"}, gap=0).dates.set_index("task").loc["pipe"]
    assert found["later"] == pytest.approx((6_000 - 1_250) / 3, rel=1e-7)
    assert found["earlier"] == pytest.approx(1_250 / 3, rel=1e-7)


def test_prices_of_a_schedule_that_cannot_be_kept_are_refused(toy_case: Case) -> None:
    with pytest.raises(ScheduleError):
        prices(toy_case, {"survey": "2018Q1", "pipe": "2018Q1"})


def test_the_next_measure_enters_when_it_is_a_little_cheaper_than_its_cut(toy_case: Case, priced: Prices) -> None:
    """Sweeping has no worth here but in PM2.5; with T3 at 80 it is worth something and is the next in line."""
    case = changed(toy_case, "targets", "value", 79.0, target="T3")
    case = changed(case, "costs", "value", 70_000.0, subject="sweeping")
    plan = solve(case, gap=0)
    queue = prices(case, plan.finish, gap=0).next.set_index("measure")
    cut = float(queue.loc["sweeping", "cut"])
    assert queue.loc["sweeping", "used"] == 0
    assert 0 < cut < 1
    for part, enters in ((cut + 0.01, True), (cut - 0.01, False)):
        cheaper = changed(case, "costs", "value", 70_000 * (1 - part), subject="sweeping", item="capital")
        cheaper = changed(cheaper, "costs", "value", 5_000 * (1 - part), subject="swept", item="running")
        held = Reoptimiser(cheaper)
        point = held.minimise(gap=0)
        assert point is not None
        assert (held.quantities(point).get("sweeping", 0.0) > 1e-6) == enters


@pytest.mark.parametrize("study", [lambda case: prices(case, {}), alternatives])
def test_what_the_least_cost_is_worth_is_not_asked_where_the_air_is_minimised(
    toy_case: Case, study: Callable[[Case], object]
) -> None:
    cleanest = with_changes(toy_case, ["settings.minimise=concentration"])
    with pytest.raises(InputError, match="Choose a scenario that minimises the cost"):
        study(cleanest)


def test_prices_are_written_by_the_names_of_their_rows(priced: Prices) -> None:
    tables = plain(priced)
    assert tables["limits"]["index"].to_list() == ["T1", "T2", "T3", "gas 2018", "city 2018"]
    assert tables["next"].set_index("measure").loc["gas", "through"] == "emission_target T1"


# ---------------------------------------------------------------- alternatives


SLACK = 0.1


@pytest.fixture(scope="module")
def choices(twelve: Projects) -> Alternatives:
    found = alternatives(twelve.case, SLACK, 3, gap=0)
    assert found is not None
    return found


def good(twelve: Projects, ceiling: float) -> np.ndarray:
    """The subsets that keep both targets and cost no more than a good plan may."""
    kept = (twelve.left("NOx") <= 0.75 * twelve.emitted["NOx"] + 1e-9) & (
        twelve.left("SO2") <= 0.8 * twelve.emitted["SO2"] + 1e-9
    )
    return twelve.subsets[kept & (twelve.costs() <= ceiling + 1e-6)]


def test_a_good_plan_may_cost_the_slack_more_than_the_least(twelve: Projects, choices: Alternatives) -> None:
    least = min(float(done @ twelve.cost) for done in good(twelve, np.inf))
    assert choices.best == pytest.approx(least, rel=EXACT)
    assert choices.ceiling == pytest.approx(least * (1 + SLACK), rel=EXACT)


def test_no_good_plan_lies_outside_the_ranges(twelve: Projects, choices: Alternatives) -> None:
    """A project may also be closed late, for nothing, by a plan that can still pay for it."""
    rows, sets = choices.ranges.set_index("measure"), good(twelve, choices.ceiling)
    assert len(sets) > 3
    left = choices.ceiling - sets @ twelve.cost
    for place in range(12):
        row = rows.loc[f"m{place + 1:02d}"]
        inside = sets[:, place] == 1
        late = bool((left[~inside] >= twelve.late[place]).any())
        assert row["least"] <= twelve.size[place] * float(inside.all()) + 1e-6
        assert row["most"] >= twelve.size[place] * float(inside.any() or late) - 1e-6


def test_what_must_be_done_is_in_every_good_plan_and_what_is_never_done_in_none(
    twelve: Projects, choices: Alternatives
) -> None:
    sets = good(twelve, choices.ceiling)
    verdicts = choices.ranges.set_index("measure")["verdict"]
    must = [int(name[1:]) - 1 for name in verdicts.index[verdicts == "must"]]
    never = [int(name[1:]) - 1 for name in verdicts.index[verdicts == "never"]]
    assert must
    assert (sets[:, must] == 1).all()
    assert (sets[:, never] == 0).all()


def test_alternatives_are_good_plans_that_differ(twelve: Projects, choices: Alternatives) -> None:
    assert len(choices.costs) >= 2
    assert (choices.costs["cost"] <= choices.ceiling * (1 + EXACT)).all()
    assert (choices.costs["different"].iloc[1:] > 0.01).all()
    wide = choices.plans.pivot_table(index="measure", columns="plan", values="quantity", fill_value=0.0)
    assert wide.T.round(3).drop_duplicates().shape[0] == len(choices.costs)


def test_the_ranges_of_the_toy_hold_its_best_plan(toy_case: Case) -> None:
    found = alternatives(toy_case, 0.02, 1, gap=0)
    assert found is not None
    rows = found.ranges
    assert (rows["least"] <= rows["best"] + 1e-6).all()
    assert (rows["best"] <= rows["most"] + 1e-6).all()
    assert (rows["most"] <= rows["potential"] + 1e-6).all()


def test_alternatives_of_a_case_without_a_plan_are_none(toy_case: Case) -> None:
    assert alternatives(with_changes(toy_case, ["targets.T2=1"])) is None


def test_a_front_is_proven_to_what_is_asked(toy_case: Case) -> None:
    front = pareto(toy_case, [axis(toy_case, "cost"), axis(toy_case, "SO2")], 4)
    assert front is not None
    assert isinstance(front.axes[0], Axis)
    assert (front.points["gap"] <= NEAR).all()
