"""What each measure of a plan took away: by hand on the toy, and adding up to the plan on random cities."""

from __future__ import annotations

from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

import scenarios as sc
from scenarios import accounting
from scenarios.accounting import Decisions
from scenarios.case import Case
from scenarios.effects import avoided, concentration_avoided
from scenarios.plan import Plan
from scenarios.studies.axes import axis
from scenarios.studies.sweep import outcomes

HOUSE = Path(__file__).parents[1]
PLAIN = sc.read_case("toy", models=HOUSE / "models", inputs=HOUSE / "inputs")
EXACT = 1e-9


def effect(plan: Plan, measure: str, medium: str, pollutant: str) -> float:
    rows = plan["effects"].set_index(["measure", "year", "medium", "pollutant"])["reduction"]
    return float(rows.get((measure, 2018, medium, pollutant), 0.0))


@pytest.mark.parametrize(
    ("measure", "medium", "pollutant", "reduction"),
    [
        # 2,000 briquette stoves in Q3: 4 kg SO2 and 2 kg PM2.5 each; 5/12 and 5/3 ug/m3 a tonne
        ("briquettes", "emission", "SO2", 8.0),
        ("briquettes", "emission", "PM2.5", 4.0),
        ("briquettes", "air", "PM2.5", 8 * 5 / 12 + 4 * 5 / 3),
        # 1,500 gas boilers in Q4: 4 kg SO2 and 1.25 kg PM2.5 each
        ("gas", "emission", "SO2", 6.0),
        ("gas", "emission", "PM2.5", 1.875),
        ("gas", "air", "PM2.5", 6 * 5 / 12 + 1.875 * 5 / 3),
        # 10 t/h closed in Q3; NOx forms no PM2.5 here
        ("boiler_closed", "emission", "NOx", 3.75),
        ("boiler_closed", "air", "PM2.5", 0.0),
        ("sweeping", "emission", "PM2.5", 0.0),
    ],
)
def test_what_each_measure_of_the_least_cost_took_away(
    toy_plan: Plan, measure: str, medium: str, pollutant: str, reduction: float
) -> None:
    assert effect(toy_plan, measure, medium, pollutant) == pytest.approx(reduction, rel=EXACT, abs=1e-12)


def test_a_second_receptor_does_not_count_twice(toy_case: Case, toy_plan: Plan) -> None:
    """The village of the west breathes half of what the city does: results that name no receptor are the city's."""
    case = toy_case
    for table, column in (("observations", "value"), ("apportionment", ""), ("background", "")):
        there = case[table].assign(receptor="west")
        there = there.assign(value=there["value"] / 2) if column else there
        case = case.with_table(table, pd.concat([there, case[table]], ignore_index=True))
    plan = sc.solve(case)
    assert plan.objective == pytest.approx(toy_plan.objective)
    for measure in ("briquettes", "gas"):
        assert effect(plan, measure, "air", "PM2.5") == pytest.approx(effect(toy_plan, measure, "air", "PM2.5"))
    assert axis(case, "PM2.5").area == "toy"
    values = [
        {(row["quantity"], row["year"]): row["value"] for row in outcomes(each, Decisions(made.conversions, {}))}
        for each, made in ((case, plan), (toy_case, toy_plan))
    ]
    assert values[0] == pytest.approx(values[1])


def test_effects_are_written_in_tonnes_and_micrograms(toy_plan: Plan) -> None:
    assert set(zip(toy_plan["effects"]["medium"], toy_plan["effects"]["unit"], strict=True)) == {
        ("emission", "t"),
        ("air", "ug/m3"),
    }


def test_the_effects_of_the_least_cost_are_what_the_city_is_cleaner_by(toy_plan: Plan) -> None:
    """64 - 50 t SO2, 20 - 16.25 t NOx, 98 - 82.375 ug/m3."""
    total = toy_plan["effects"].groupby(["medium", "pollutant"])["reduction"].sum()
    assert total["emission", "SO2"] == pytest.approx(14, rel=EXACT)
    assert total["emission", "NOx"] == pytest.approx(3.75, rel=EXACT)
    assert total["air", "PM2.5"] == pytest.approx(15.625, rel=EXACT)


def test_a_plan_that_does_nothing_has_no_effects() -> None:
    plan = sc.solve(sc.read_case("toy", "frozen", models=HOUSE / "models", inputs=HOUSE / "inputs"))
    assert plan["effects"].empty


# ---------------------------------------------------------------- on random cities with wear, growth and several years


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Case, pd.DataFrame]:
    """A toy of one to three years with random wear, and random conversions that leave something in every stock."""
    years = tuple(range(2018, 2018 + draw(st.integers(1, 3))))
    case = PLAIN
    background = pd.concat(
        [case["background"].query("year == 2018").assign(year=year) for year in years], ignore_index=True
    )
    case = Case(
        case.settings.model_copy(update={"years": years}), case.scenario, {**case.tables, "background": background}
    )
    wear = [
        ("unswept", "swept", draw(st.integers(0, 40)) / 100),
        ("stove", "briquette_stove", draw(st.integers(0, 30)) / 100),
        ("stove", "gas_boiler", draw(st.integers(0, 30)) / 100),
        ("briquette_stove", "gas_boiler", draw(st.integers(0, 40)) / 100),
        ("gas_boiler", "stove", draw(st.integers(0, 20)) / 100),
    ]
    turnover = pd.DataFrame(wear, columns=["technology", "into", "rate"])
    columns = {name: "" for name in case["turnover"].columns if name not in turnover}
    growth = pd.DataFrame(
        [("stove", year, draw(st.integers(-5, 5)) / 100) for year in years], columns=["technology", "year", "rate"]
    )
    case = case.with_table("turnover", turnover.assign(**columns)).with_table("growth", growth)
    made = [
        (area, measure, period, float(draw(st.integers(0, 20))))
        for area in ("east", "west")
        for measure in ("briquettes", "gas", "sweeping", "boiler_closed")
        for period in draw(st.sets(st.sampled_from(case.calendar.periods), max_size=3))
        if (area, measure) not in (("east", "boiler_closed"),)
    ]
    return case, pd.DataFrame(made, columns=["area", "measure", "period", "quantity"]).astype({"quantity": float})


def emitted(case: Case, conversions: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Emission by pollutant and year, and annual mean by year, with some conversions alone."""
    yearly = accounting.account(case, Decisions(conversions, {})).yearly
    return (
        yearly.emission.groupby(["pollutant", "year"])["emission"].sum(),
        yearly.concentration.groupby(["air", "year"])["concentration"].sum(),
    )


def taken(case: Case, conversions: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """What the effects of the conversions add up to."""
    reduction = avoided(case, conversions)
    air = concentration_avoided(case, conversions)
    return (
        reduction.groupby(["pollutant", "year"])["reduction"].sum(),
        air.groupby(["air", "year"])["reduction"].sum(),
    )


def agree(found: pd.Series, wanted: pd.Series) -> None:
    both = pd.concat([found, wanted], axis=1).fillna(0.0).to_numpy()
    np.testing.assert_allclose(both[:, 0], both[:, 1], rtol=1e-9, atol=1e-9)


quiet = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quiet
@given(worlds())
def test_the_effects_of_all_measures_add_up_to_the_plan_less_the_frozen_city(world: tuple[Case, pd.DataFrame]) -> None:
    case, conversions = world
    nothing = conversions.iloc[:0]
    for found, before, after in zip(
        taken(case, conversions), emitted(case, nothing), emitted(case, conversions), strict=True
    ):
        agree(found, before.sub(after, fill_value=0.0))


@quiet
@given(worlds(), st.sampled_from(["briquettes", "gas", "sweeping", "boiler_closed"]))
def test_a_measure_alone_takes_away_its_own_effect(world: tuple[Case, pd.DataFrame], measure: str) -> None:
    case, conversions = world
    alone = conversions[conversions["measure"] == measure]
    of_all = avoided(case, conversions)
    before, after = emitted(case, conversions.iloc[:0])[0], emitted(case, alone)[0]
    own = of_all[of_all["measure"] == measure].groupby(["pollutant", "year"])["reduction"].sum()
    agree(own, before.sub(after, fill_value=0.0))


@quiet
@given(worlds())
def test_the_effects_by_area_add_up_to_the_effects_of_the_city(world: tuple[Case, pd.DataFrame]) -> None:
    case, conversions = world
    by_area = avoided(case, conversions, ("area", "measure"))
    key = ["measure", "pollutant", "year"]
    agree(by_area.groupby(key)["reduction"].sum(), avoided(case, conversions).set_index(key)["reduction"])


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 43))
def test_the_table_of_effects_adds_up_whatever_the_target(percent: int) -> None:
    frame = PLAIN["targets"].copy()
    frame.loc[frame["target"] == "T1", "value"] = -percent / 100
    plan = sc.solve(PLAIN.with_table("targets", frame))
    total = plan["effects"].groupby(["medium", "pollutant"])["reduction"].sum()
    emission = plan.emissions.groupby("pollutant")["emission"].sum()
    # frozen: 64 t SO2, 20 t NOx, 40 t PM2.5 and 98 ug/m3
    for pollutant, before in (("SO2", 64.0), ("NOx", 20.0), ("PM2.5", 40.0)):
        left = before - total.get(("emission", pollutant), 0.0)
        assert emission.get(pollutant, 0.0) == pytest.approx(left, rel=1e-9, abs=1e-9)
    mean = plan.concentrations["concentration"].sum()
    assert mean == pytest.approx(98 - total.get(("air", "PM2.5"), 0.0), rel=1e-9)
