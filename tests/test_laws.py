"""Laws that hold in every city, tried on random ones made from the toy city."""

from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

import scenarios as sc
from scenarios.inventory import emissions, stock
from scenarios.solving import InfeasibleError

TOY = Path(__file__).parents[1]
PLAIN = sc.read_case("toy", models=TOY / "models", inputs=TOY / "inputs")
quiet = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
CENT = 1e-6


def changed(case, table, column, values, **where):
    """The case with a column of a table set, in the rows chosen."""
    frame = case[table]
    chosen = np.full(len(frame), True)
    for name, value in where.items():
        chosen &= (frame[name] == value).to_numpy()
    column_values = frame[column].copy()
    column_values[chosen] = values
    return case.with_table(table, frame.assign(**{column: column_values}))


@st.composite
def cities(draw):
    """Random costs, potentials, pace, county mixes, capacities and a random SO2 target."""
    case = PLAIN
    for measure in PLAIN["measures"]["measure"]:
        case = changed(case, "costs", "value", draw(st.integers(100, 5000)), subject=measure)
        case = changed(case, "potentials", "share", draw(st.integers(2, 10)) / 10, measure=measure)
        case = changed(case, "pace", "quarter_share", draw(st.sampled_from([0.25, 0.5, 1.0])), measure=measure)
    case = changed(case, "enables", "capacity", float(draw(st.integers(200, 4000))))
    case = changed(case, "proxies", "weight", float(draw(st.integers(1, 9))), area="east")
    case = changed(case, "tasks", "duration", draw(st.integers(0, 6)), task="pipe")
    case = changed(case, "tasks", "cost", float(draw(st.integers(0, 10**6))), task="pipe")
    return changed(case, "targets", "value", -draw(st.integers(0, 40)) / 100, target="T1")


def plan_or_none(case, **options):
    try:
        return sc.solve(case, gap=0, **options)
    except InfeasibleError:
        return None


@quiet
@given(cities())
def test_pooled_and_unpooled_cost_the_same(case):
    pooled, alone = plan_or_none(case), plan_or_none(case, pooled=False)
    assert (pooled is None) == (alone is None)
    if pooled is not None:
        assert pooled.objective == pytest.approx(alone.objective, rel=1e-7, abs=CENT)


@quiet
@given(cities(), st.integers(1, 20))
def test_a_tighter_target_never_costs_less(case, percent):
    loose = plan_or_none(case)
    value = case["targets"].set_index("target").loc["T1", "value"]
    tight = plan_or_none(changed(case, "targets", "value", value - percent / 100, target="T1"))
    if tight is not None:
        assert loose is not None
        assert tight.objective >= loose.objective - CENT * abs(loose.objective) - CENT


@quiet
@given(cities(), st.sampled_from(["supply", "budgets"]))
def test_removing_a_restriction_never_costs_more(case, table):
    bound = plan_or_none(case)
    free = plan_or_none(case.with_table(table, case[table].iloc[:0]))
    if bound is not None:
        assert free is not None
        assert free.objective <= bound.objective + CENT * abs(bound.objective) + CENT


@quiet
@given(cities())
def test_no_task_finishes_before_what_it_waits_for(case):
    plan = plan_or_none(case)
    if plan is not None:
        finish = plan.schedule.set_index("task")["finish"]
        if isinstance(finish["pipe"], str):
            order = list(case.calendar.periods)
            duration = -(-int(case["tasks"].set_index("task").loc["pipe", "duration"]) // 3)
            assert order.index(finish["pipe"]) >= order.index(finish["survey"]) + duration
        used = plan.conversions[plan.conversions["measure"] == "gas"]
        assert used.empty or used["period"].min() >= finish["pipe"]


@quiet
@given(cities())
def test_the_objective_is_the_sum_of_what_is_booked(case):
    plan = plan_or_none(case)
    if plan is not None:
        booked = plan.costs[plan.costs["item"] != "investment"]["cny"].sum()
        assert plan.objective == pytest.approx(booked, rel=1e-9, abs=CENT)  # one year, no discounting


@quiet
@given(cities())
def test_every_conversion_stays_within_the_stock(case):
    plan = plan_or_none(case)
    if plan is not None:
        assert (plan.activity["quantity"] >= -CENT).all()


@quiet
@given(st.integers(1, 99))
def test_switching_a_county_back_to_coal_raises_emissions_by_the_factor_difference(percent):
    """A share of west on gas instead of coal: 1,000 households x share x (16 - 0) kg SO2."""
    rows = PLAIN["mix"]
    own = rows[(rows["technology"] == "stove") & (rows["year"] == 2017)].assign(area="west")
    gas = own.assign(technology="gas_boiler", share=percent / 100)
    own = own.assign(share=1 - percent / 100)
    on_gas = PLAIN.with_table("mix", pd.concat([rows, own, gas], ignore_index=True))

    def sulphur(case):
        table = emissions(case, stock(case, 2017))
        return table[(table["area"] == "west") & (table["pollutant"] == "SO2")]["emission"].sum()

    assert sulphur(PLAIN) - sulphur(on_gas) == pytest.approx(1000 * percent / 100 * 0.016, rel=1e-9)


def all_or_nothing(case):
    """Every subset of the toy's discrete choices, by fixing potentials to 0: the least of the feasible costs."""
    measures = ["briquettes", "gas", "boiler_closed", "sweeping"]
    best = None
    for code in range(2 ** len(measures)):
        left = case
        for bit, measure in enumerate(measures):
            if not code >> bit & 1:
                left = changed(left, "potentials", "share", 0.0, measure=measure)
        plan = plan_or_none(left)
        if plan is not None and (best is None or plan.objective < best):
            best = plan.objective
    return best


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cities())
def test_the_optimum_is_the_best_over_all_subsets_of_measures(case):
    plan = plan_or_none(case)
    best = all_or_nothing(case)
    assert (plan is None) == (best is None)
    if plan is not None:
        assert plan.objective == pytest.approx(best, rel=1e-7, abs=CENT)
