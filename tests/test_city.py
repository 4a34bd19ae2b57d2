"""Shijiazhuang end to end. Its totals may change only with a line in the changelog."""

import os
import signal
from pathlib import Path

import networkx as nx
import pandas as pd
import pytest

import scenarios as sc
from scenarios import highs, inventory, tasks
from scenarios.air import observed, transfer
from scenarios.program.build import build

ROOT = Path(__file__).parents[1]


def read(scenario="least-cost"):
    return sc.read_case("shijiazhuang", scenario, models=ROOT / "models", inputs=ROOT / "inputs")


@pytest.fixture(scope="module")
def case():
    return read()


def test_it_has_the_size_the_issue_asks_for(case):
    assert len(case["areas"]) == 22
    assert len(case["activities"]) >= 30
    assert len(case["technologies"]) >= 90
    assert len(case["measures"]) >= 60
    assert len(case["tasks"]) >= 60
    assert set(case["tasks"]["number"]) == set(range(1, 51))
    assert set(case["pollutants"]["pollutant"]) == {
        "SO2", "NOx", "PM10", "PM2.5", "VOC", "NH3", "CO", "BC", "OC", "CO2"}  # fmt: skip


#: emission of the city [kt]; change with a line in the changelog that says by how much and why
TOTALS = {
    2015: {"SO2": 135.0, "NOx": 166.6, "PM2.5": 111.5, "VOC": 251.7, "NH3": 96.8},
    2017: {"SO2": 72.1, "NOx": 131.7, "PM2.5": 83.4, "VOC": 204.6, "NH3": 89.4},
}


@pytest.mark.parametrize("year", TOTALS)
def test_city_totals(case, year):
    found = inventory.totals(case, year).sum() / 1e3
    assert {p: found[p] for p in TOTALS[year]} == pytest.approx(TOTALS[year], rel=5e-3)


def test_county_emissions_add_up_to_the_city(case):
    rows = inventory.emissions(case, 2017)
    assert rows["area"].nunique() == 22
    by_county = rows.groupby(["area", "pollutant"])["emission"].sum().groupby("pollutant").sum()
    whole = inventory.totals(case, 2017).sum().reindex(by_county.index)
    pd.testing.assert_series_equal(by_county, whole, check_names=False)


def test_every_factor_has_a_range_around_it(case):
    rows = case["emission_factors"]
    assert (rows["low"] <= rows["factor"] * (1 + 1e-9)).all()
    assert (rows["high"] >= rows["factor"] * (1 - 1e-9)).all()


def test_most_published_totals_hold_ours_in_their_band(case):
    judged = inventory.comparison(case).dropna(subset=["inside"])
    city = judged[(judged["region"] == "Shijiazhuang") & judged["pollutant"].isin(["SO2", "NOx", "PM2.5", "NH3"])]
    whole = city[city["scope"].str.split().str.len() >= 5]
    assert whole["inside"].all()
    assert judged["inside"].mean() > 0.75


def test_the_reference_concentration_is_met_exactly(case):
    base = inventory.emissions(case, 2015).groupby(["sector", "pollutant"])["emission"].sum()
    coefficient = transfer(case).xs(("shijiazhuang", "PM2.5"), level=("receptor", "air"))
    local = (base * coefficient).dropna().sum()
    value = observed(case, 2015)["shijiazhuang", "PM2.5"]
    assert local == pytest.approx(0.735 * value, rel=1e-9)


def test_the_apportionment_is_met_exactly(case):
    base = inventory.emissions(case, 2015).groupby(["sector", "pollutant"])["emission"].sum()
    made = (base * transfer(case).xs(("shijiazhuang", "PM2.5"), level=("receptor", "air"))).dropna()
    group = case["sectors"].set_index("sector")["group"]
    share = made.groupby(made.index.get_level_values("sector").map(group)).sum() / made.sum()
    expected = {"coal": 0.285, "industry": 0.252, "dust": 0.225, "vehicles": 0.150, "other": 0.088}
    assert share.to_dict() == pytest.approx(expected, rel=1e-9)


def test_precursors_keep_the_published_ratios(case):
    row = transfer(case)["shijiazhuang", "PM2.5", "industry"]
    assert row["SO2"] / row["PM2.5"] == pytest.approx(0.1378, rel=1e-9)
    assert row["NOx"] / row["PM2.5"] == pytest.approx(0.1273, rel=1e-9)


def test_the_task_graph_has_no_ring_and_every_deadline_can_be_kept(case):
    assert nx.is_directed_acyclic_graph(tasks.graph(case))
    table = tasks.windows(case)
    assert (table["slack"] >= 0).all()


@pytest.mark.parametrize("pooled", [True, False])
def test_the_solver_takes_the_whole_program_before_anything_is_substituted(case, pooled):
    """It refuses coefficients that are rounding beside the largest of their row."""
    matrix = highs.scale(highs.relaxed(build(case, pooled).arrays)).arrays.matrix
    assert abs(matrix.data[matrix.data != 0]).min() > 1e-9


def test_frozen_leaves_the_targets_unmet_and_costs_nothing():
    frozen = sc.solve(read("frozen"))
    assert frozen.objective == pytest.approx(0, abs=1)
    table = frozen.targets.set_index("target")["met"]
    assert not table["SJZ-T-002"]
    assert not table["SJZ-T-014"]


@pytest.fixture
def heard():
    """Ctrl-C reaches this process: one that was started in the background may have been set to ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heard")
def test_ctrl_c_keeps_the_best_plan_so_far(case):
    pressed = []

    def interrupt(moment):
        if moment.incumbent is not None and not pressed:
            pressed.append(moment.gap)
            os.kill(os.getpid(), signal.SIGINT)

    plan = sc.solve(case, gap=0, progress=interrupt)
    assert pressed
    assert plan.status == "stopped"
    assert plan.largest_violation <= 1e-6
    assert plan.targets[plan.targets["enforced"]]["met"].all()


def test_a_search_that_is_asked_to_stop_keeps_the_best_plan_so_far(case):
    plan = sc.solve(case, gap=0, progress=lambda moment: moment.incumbent is not None)
    assert plan.status == "stopped"
    assert plan.gap > 0
    assert plan.largest_violation <= 1e-6
