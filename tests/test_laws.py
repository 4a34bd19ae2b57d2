"""Laws that hold in every city, tried on random ones made from the toy city."""

from dataclasses import replace
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

import scenarios as sc
from cities import changed
from scenarios import highs, starts
from scenarios.files import to_frame
from scenarios.inventory import emissions
from scenarios.solving import InfeasibleError, prepare
from scenarios.studies.reoptimiser import check_feasible
from scenarios.tables import BY_NAME, columns

TOY = Path(__file__).parents[1]
PLAIN = sc.read_case("toy", models=TOY / "models", inputs=TOY / "inputs")
quiet = settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
CENT = 1e-6


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
@given(cities(), cities())
def test_a_schedule_that_is_kept_costs_no_less_than_the_least_and_no_more_than_its_proof(before, after):
    """One random city's plan is agreed, another city is asked; where no plan exists, neither finds one."""
    agreed, least = plan_or_none(before), plan_or_none(after)
    if agreed is None:
        return
    if least is None:
        with pytest.raises(InfeasibleError):
            sc.solve_keeping(after, agreed.agreed)
        return
    plan, kept = sc.solve_keeping(after, agreed.agreed, near=0.015)
    bound, cost, gap, best = plan.found.bound, plan.objective, plan.gap, least.objective
    slack = CENT * abs(best) + CENT
    assert bound <= best + slack
    assert best <= cost + slack
    assert gap <= (0.015 if kept else 1e-3) + 1e-9


@quiet
@given(cities())
def test_a_schedule_is_kept_whole_when_nothing_changes(case):
    """Dates are the same; whole projects are rounded where that adds no more than a ten-thousandth."""
    plan = plan_or_none(case)
    if plan is not None:
        again, kept = sc.solve_keeping(case, plan.agreed, near=1.0)
        dates, wanted, cost, least = again.finish, plan.finish, again.objective, plan.objective
        assert kept
        assert dates == wanted
        assert least - CENT * abs(least) - CENT <= cost <= least + 1e-4 * abs(least) + 1.0


@quiet
@given(cities(), st.integers(1, 2000))
def test_equations_that_tighten_cut_off_no_plan(case, more):
    also = case["enables"].assign(task="survey", capacity=float(more))
    prepared = prepare(case.with_table("enables", pd.concat([case["enables"], also], ignore_index=True)))
    arrays = prepared.arrays
    idle = np.array([name in highs.TIGHTENING for name, _ in arrays.rows])
    assert idle.any()
    freed = replace(arrays, lower=np.where(idle, -np.inf, arrays.lower), upper=np.where(idle, np.inf, arrays.upper))
    with_them, without = (highs.solve(one, highs.Options(gap=0)) for one in (arrays, freed))
    assert with_them.outcome == without.outcome
    if without.outcome == "optimal":
        assert with_them.objective == pytest.approx(without.objective, rel=1e-7, abs=CENT)
    looser, tighter = (highs.solve(highs.relaxed(one)) for one in (freed, arrays))
    if tighter.outcome == "optimal":
        assert tighter.objective >= looser.objective - CENT * abs(looser.objective) - CENT


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
        table = emissions(case, 2017)
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
        answer = highs.solve(prepare(left).arrays, highs.Options(gap=0))
        if len(answer.values) and (best is None or answer.objective < best):
            best = answer.objective
    return best


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cities())
def test_the_optimum_is_the_best_over_all_subsets_of_measures(case):
    plan = plan_or_none(case)
    best = all_or_nothing(case)
    assert (plan is None) == (best is None)
    if plan is not None:
        assert plan.objective == pytest.approx(best, rel=1e-7, abs=CENT)


# ---------------------------------------------------------------- commitments and shares

few = settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def promises(draw):
    """Commitments of the city or an area, few enough to be kept: conversions of a measure, and a share of stoves."""
    places = st.sampled_from(["toy", "east", "west"])
    size = {"toy": 4000, "east": 3000, "west": 1000}
    rows = []
    for number, measure in enumerate(
        draw(st.sets(st.sampled_from(["gas", "briquettes", "boiler_closed"]), min_size=1))
    ):
        area = "toy" if measure == "boiler_closed" else draw(places)
        amount = draw(st.integers(1, 19)) if measure == "boiler_closed" else size[area] * draw(st.integers(1, 15)) / 100
        rows.append((f"C{number}", "converted", measure, area, ">=", float(amount)))
    if draw(st.booleans()):
        rows.append(("S", "share", "stove", draw(places), "<=", 1 - draw(st.integers(1, 30)) / 100))
    names = ("commitment", "kind", "subject", "area", "operator", "quantity")
    common = {"name_zh": "试", "name_en": "trial", "clause": "1", "start": "2018-01", "end": "2018-12"}
    unit = {"share": "1", "boiler_closed": "t/h"}
    made = [dict(zip(names, row, strict=True)) | common for row in rows]
    made = [row | {"unit": unit.get(row["kind"]) or unit.get(row["subject"], "household")} for row in made]
    blank = dict.fromkeys(columns(BY_NAME["commitments"]), "") | {"low": np.nan, "high": np.nan}
    return to_frame([blank | row for row in made], list(range(2, len(made) + 2)), BY_NAME["commitments"])


def with_plan(case, commitments, kept="kept", **changes):
    promised = case.with_table("commitments", commitments)
    return replace(promised, settings=case.settings.model_copy(update={"commitments": kept, **changes}))


@few
@given(cities(), promises())
def test_keeping_the_plans_text_never_costs_less_than_the_least(case, commitments):
    least, kept = plan_or_none(case), plan_or_none(with_plan(case, commitments))
    if kept is not None:
        assert least is not None
        assert kept.objective >= least.objective - CENT * abs(least.objective) - CENT
        assert kept["commitments"]["met"].all()


@few
@given(cities(), promises())
def test_nothing_beyond_the_commitments_is_done(case, commitments):
    """Counted measures by what is fixed, in whole boilers; others only where a share of stoves asks for them."""
    plan = plan_or_none(with_plan(case, commitments, "exact", targets="shown"))
    if plan is None:
        return
    done = plan.conversions.groupby("measure")["quantity"].sum()
    fixed = commitments[commitments["kind"] == "converted"].set_index("subject")["quantity"]
    shared = (commitments["kind"] == "share").any()
    for measure, quantity in done.items():
        if shared and measure in ("gas", "briquettes"):
            continue
        lot = 10 if measure == "boiler_closed" else 0
        most = np.ceil(fixed[measure] / lot) * lot if lot else fixed[measure]
        assert quantity <= most * (1 + 1e-7) + CENT
    assert plan["commitments"]["met"].all()


@few
@given(cities(), promises())
def test_doing_only_the_commitments_costs_no_less_than_keeping_them(case, commitments):
    """Without targets, every plan that does just the commitments is one that keeps them."""
    only = plan_or_none(with_plan(case, commitments, "exact", targets="shown"))
    kept = plan_or_none(with_plan(case, commitments, "kept", targets="shown"))
    assert only is None or kept is not None
    if only is not None:
        assert only.objective >= kept.objective - CENT * abs(kept.objective) - CENT


@few
@given(cities(), promises(), st.sampled_from(["kept", "exact"]))
def test_pooled_and_unpooled_cost_the_same_with_commitments_of_areas(case, commitments, kept):
    asked = with_plan(case, commitments, kept, targets="kept" if kept == "kept" else "shown")
    pooled, alone = plan_or_none(asked), plan_or_none(asked, pooled=False)
    assert (pooled is None) == (alone is None)
    if pooled is not None:
        assert pooled.objective == pytest.approx(alone.objective, rel=1e-7, abs=CENT)


@few
@given(cities(), st.integers(0, 90), st.integers(1, 10), st.sampled_from(["toy", "west"]))
def test_a_tighter_share_never_costs_less(case, percent, more, area):
    def plan(asked):
        row = dict.fromkeys(case["targets"].columns, "") | {
            "target": "S", "indicator": "share", "subject": "gas_boiler briquette_stove", "area": area, "year": 2018,
            "operator": ">=", "value": asked / 100, "basis": "absolute", "base_year": np.nan, "enforced": True,
        }  # fmt: skip
        both = pd.concat([case["targets"], pd.DataFrame([row])], ignore_index=True)
        return plan_or_none(case.with_table("targets", both))

    loose, tight = plan(percent), plan(percent + more)
    if tight is not None:
        assert loose is not None
        assert tight.objective >= loose.objective - CENT * abs(loose.objective) - CENT


@quiet
@given(cities())
def test_a_start_of_our_own_is_a_plan(case):
    arrays = prepare(case, pooled=False).arrays
    best = highs.solve(arrays, highs.Options(gap=0))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(starts, "MANY", 0)
        begun = starts.start(arrays, "conversion", "done", highs.Options(gap=0))
    assert len(best.values) or begun is None
    if begun is not None:
        check_feasible(arrays, begun)
        assert np.abs(begun - np.round(begun))[arrays.integer].max(initial=0) <= 1e-6
        assert float(arrays.cost @ begun) + arrays.constant >= best.objective - CENT * abs(best.objective) - CENT


def test_a_small_program_needs_no_start():
    assert starts.start(prepare(PLAIN).arrays, "conversion", "done", highs.Options()) is None
