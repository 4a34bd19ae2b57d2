"""The toy city of inputs/toy/README.md, solved by hand: the plan equals it to the last digit."""

from pathlib import Path

import pytest

import scenarios as sc
from scenarios import air, inventory

TOY = Path(__file__).parents[1]
EXACT = 1e-9


@pytest.fixture(scope="module")
def case():
    return sc.read_case("toy", models=TOY / "models", inputs=TOY / "inputs")


@pytest.fixture(scope="module", params=[True, False], ids=["pooled", "every area alone"])
def plan(case, request):
    return sc.solve(case, gap=0, pooled=request.param)


def total(frame, column, **where):
    for name, value in where.items():
        frame = frame[frame[name] == value]
    return float(frame[column].sum())


def test_the_city_total_is_shared_by_the_proxy(case):
    assert inventory.quantities(case, 2017)["east", "heating"] == 3000
    assert inventory.quantities(case, 2017)["west", "heating"] == 1000


def test_a_stove_emits_by_its_coal_and_the_sulphur_in_it(case):
    factors = inventory.emission_factors(case)
    assert factors["stove", "SO2"] == pytest.approx(0.016, rel=EXACT)  # 2 t coal x 0.5 % x 1.6 t/t
    assert factors["stove", "PM2.5"] == pytest.approx(0.005, rel=EXACT)  # 2 t coal x 2.5 kg/t
    assert factors["briquette_stove", "SO2"] == pytest.approx(0.008, rel=EXACT)


def test_the_inventory_of_the_reference_year(case):
    table = inventory.totals(case, 2015)
    assert table.loc["coal", "SO2"] == pytest.approx(64, rel=EXACT)
    assert table.loc["coal", "PM2.5"] == pytest.approx(20, rel=EXACT)
    assert table.loc["coal", "NOx"] == pytest.approx(20, rel=EXACT)
    assert table.loc["dust", "PM2.5"] == pytest.approx(20, rel=EXACT)


def test_comparable_totals_are_scaled_per_head_and_judged(case):
    table = inventory.comparison(case).set_index("region")
    assert table.loc["toy", "ours"] == pytest.approx(64, rel=EXACT)
    assert bool(table.loc["toy", "inside"])  # 50 to 70 t
    assert table.loc["province", "emission"] == pytest.approx(25, rel=EXACT)  # 50 t for twice the people
    assert bool(table.loc["province", "inside"])  # 20 t, allowed 20 to 30


def test_the_source_receptor_relation_meets_observation_and_apportionment(case):
    coefficient = air.transfer(case)
    assert coefficient["toy", "PM2.5", "coal", "PM2.5"] == pytest.approx(5 / 3, rel=EXACT)
    assert coefficient["toy", "PM2.5", "coal", "SO2"] == pytest.approx(5 / 12, rel=EXACT)
    assert coefficient["toy", "PM2.5", "dust", "PM2.5"] == pytest.approx(1, rel=EXACT)
    assert air.background(case)["toy", "PM2.5", 2018] == pytest.approx(18, rel=EXACT)


def test_the_least_cost(plan):
    assert plan.status == "optimal"
    assert plan.objective == pytest.approx(607_875, rel=EXACT)
    assert plan.largest_violation <= EXACT


def test_what_is_converted_and_when(plan):
    rows = plan.conversions
    assert total(rows, "quantity", measure="briquettes", period="2018Q3") == pytest.approx(2000, rel=EXACT)
    assert total(rows, "quantity", measure="gas", period="2018Q4") == pytest.approx(1500, rel=EXACT)
    assert total(rows, "quantity", measure="boiler_closed", period="2018Q3") == pytest.approx(10, rel=EXACT)
    assert set(rows["measure"]) == {"briquettes", "gas", "boiler_closed"}


def test_the_price_of_the_last_tonne(plan):
    assert plan.targets.set_index("target").loc["T1", "shadow_price"] == pytest.approx(46_875, rel=EXACT)


def test_targets_achieved(plan):
    table = plan.targets.set_index("target")
    assert table.loc["T1", "achieved"] == pytest.approx(50, rel=EXACT)
    assert table.loc["T2", "achieved"] == pytest.approx(16.25, rel=EXACT)
    assert table.loc["T3", "achieved"] == pytest.approx(82.375, rel=EXACT)
    # coal: 4,000 stoves x 2 t, less 2,000 for half and 1,500 for a quarter of the year's heat
    assert table.loc["T4", "achieved"] == pytest.approx(8000 - 2000 - 750, rel=EXACT)
    assert table["met"].to_dict() == {"T1": True, "T2": True, "T3": True, "T4": False}


def test_the_pipe_waits_for_the_survey_and_is_built_when_it_is_wanted(plan):
    table = plan.schedule.set_index("task")
    assert (table.loc["survey", "start"], table.loc["survey", "finish"]) == ("2018Q1", "2018Q1")
    assert table.loc["pipe", "finish"] == "2018Q4"


def test_costs_by_item_and_the_money_laid_out(plan):
    rows = plan.costs
    assert total(rows, "cny", item="annuity") == pytest.approx(2000 * 37.5 + 1500 * 37.5 + 375, rel=EXACT)
    assert total(rows, "cny", item="fuel") == pytest.approx(2000 * 125 + 1500 * 150, rel=EXACT)
    assert total(rows, "cny", item="task") == pytest.approx(1250, rel=EXACT)
    assert total(plan["funding"], "cny", payer="city", item="investment") == pytest.approx(1_375_000, rel=EXACT)
    assert total(plan["funding"], "cny", payer="household", item="fuel") == pytest.approx(362_500, rel=EXACT)
    assert total(plan["funding"], "cny", payer="city", item="fuel") == pytest.approx(112_500, rel=EXACT)


def test_emissions_by_quarter_follow_season_and_mean_stock(plan):
    rows = plan.emissions
    assert total(rows, "emission", pollutant="SO2", period="2018Q1") == pytest.approx(32, rel=EXACT)
    assert total(rows, "emission", pollutant="SO2", period="2018Q2") == 0
    assert total(rows, "emission", pollutant="SO2", period="2018Q4") == pytest.approx(18, rel=EXACT)
    assert total(rows, "emission", pollutant="NOx", period="2018Q3") == pytest.approx(3.75, rel=EXACT)


def test_frozen_does_nothing_and_costs_nothing(case):
    frozen = sc.solve(sc.read_case("toy", "frozen", models=TOY / "models", inputs=TOY / "inputs"))
    assert frozen.objective == pytest.approx(0, abs=1e-6)
    assert frozen.conversions.empty
    assert total(frozen.emissions, "emission", pollutant="SO2") == pytest.approx(64, rel=EXACT)
    assert total(frozen.concentrations, "concentration") == pytest.approx(98, rel=EXACT)


def test_every_number_here_is_assumed_and_the_evidence_says_so(plan):
    assert set(plan.evidence["grade"]) == {"assumed"}
    assert plan.evidence.groupby("quantity")["share"].sum().to_list() == pytest.approx([1] * 4)


# ---------------------------------------------------------------- presets

COMMITMENT = """commitment,name_zh,name_en,clause,kind,subject,area,start,end,operator,quantity,unit,source,grade
C1,燃气,gas,7,converted,gas,toy,2018-01,2018-12,>=,0.18,10^4 household,toy,assumed
"""


def promised(toy, preset):
    """The plan of a preset when the plan's text fixes 1,800 households on gas."""
    toy.path("commitments").write_text(COMMITMENT, encoding="utf-8")
    return sc.solve(toy.read(preset), gap=0)


def test_as_written_does_the_commitments_and_every_task_and_nothing_else(toy):
    """1,800 gas boilers in Q4 at 187.5; they burn 360,000 m3, so that the pipe is there from Q3: 2 x 1,250."""
    plan = promised(toy, "as-written")
    assert plan.objective == pytest.approx(340_000, rel=EXACT)
    assert set(plan.conversions["measure"]) == {"gas"}
    assert plan.schedule["finish"].notna().all()
    assert plan.targets["met"].to_list() == [False, False, False, False]
    assert not plan.targets["enforced"].any()
    assert plan["commitments"]["met"].to_list() == [True]


def test_least_cost_with_plan_keeps_targets_and_commitments(toy):
    """6.8 t are left to 1,400 briquette stoves in Q3 and 600 in Q4: 227,500 + 45,000 beside the 340,000 + 375."""
    plan = promised(toy, "least-cost-with-plan")
    assert plan.objective == pytest.approx(612_875, rel=EXACT)
    assert plan.targets["met"].to_list() == [True, True, True, False]
    assert plan["commitments"]["met"].to_list() == [True]


def test_least_cost_shows_the_commitments_only(toy):
    plan = promised(toy, "least-cost")
    assert plan.objective == pytest.approx(607_875, rel=EXACT)
    assert plan["commitments"]["met"].to_list() == [False]


def test_maximum_reduction_takes_all_the_budget_can_buy(toy):
    """98 - 15 - 15 - 4.375: briquettes in Q1, gas in Q3 with the pipe from Q2, sweeping in Q1.

    6,800,000 for heating, 50,000 for the pipe and 5,000,000 for sweepers, of 20,000,000 CNY.
    """
    plan = promised(toy, "maximum-reduction")
    assert plan.found.value == pytest.approx(63.625, rel=2e-7)
    assert plan.objective == pytest.approx(550_000 + 825_000 + 3_750 + 656_250, rel=1e-5)
    assert total(plan["funding"], "cny", item="investment") == pytest.approx(11_850_000, rel=1e-5)


def test_frozen_does_no_task(toy):
    plan = promised(toy, "frozen")
    assert plan.objective == pytest.approx(0, abs=1e-6)
    assert plan.schedule["finish"].isna().all()
    assert plan.conversions.empty
