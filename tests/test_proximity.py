"""Areas whose tonnes count more in the air: coefficients by hand, pooling, effects, and what is refused."""

from __future__ import annotations

from math import inf

import pandas as pd
import pytest

from cities import changed
from conftest import Toy
from scenarios import air, effects
from scenarios.case import Case
from scenarios.files import to_frame
from scenarios.plan import Plan
from scenarios.program.pooling import pools
from scenarios.solving import solve
from scenarios.tables import BY_NAME


def nearer(case: Case, **weights: float) -> Case:
    """The case in which a tonne of some areas counts otherwise."""
    row = BY_NAME["proximity"]
    rows = [
        {"receptor": "toy", "pollutant": "PM2.5", "area": area, "weight": weight, "low": None, "high": None}
        | {"source": "toy", "grade": "assumed", "note": ""}
        for area, weight in weights.items()
    ]
    return case.with_table("proximity", to_frame(rows, list(range(len(rows))), row))


@pytest.fixture(scope="module")
def near(toy_case: Case) -> Case:
    """Stoves of the east, three quarters of all, count twice; the air must reach 76 ug/m3."""
    return changed(nearer(toy_case, east=2.0), "targets", "value", 76.0, target="T3")


@pytest.fixture(scope="module")
def plan(near: Case) -> Plan:
    return solve(near, gap=1e-7)


def test_the_reference_year_is_met_whatever_the_weights(near: Case) -> None:
    # 36 t of coal PM2.5 and a quarter of SO2 weigh 36 x (3/4 x 2 + 1/4) = 63: a tonne of the west adds 60/63 ug/m3
    coefficients = air.transfer(near)
    assert coefficients["toy", "PM2.5", "coal", "PM2.5"] == pytest.approx(60 / 63)
    assert coefficients["toy", "PM2.5", "coal", "SO2"] == pytest.approx(60 / 63 / 4)
    assert coefficients["toy", "PM2.5", "dust", "PM2.5"] == pytest.approx(20 / (20 * 1.75))


def test_pooled_and_not_pooled_cost_the_same(near: Case, plan: Plan) -> None:
    alone = solve(near, gap=1e-7, pooled=False)
    assert plan.found.objective == pytest.approx(alone.found.objective, rel=1e-7)
    assert plan["targets"].set_index("target").loc["T3", "achieved"] == pytest.approx(76, rel=1e-6)


def test_the_nearer_area_does_more(near: Case, plan: Plan) -> None:
    done = plan.conversions.groupby(["measure", "area"])["quantity"].sum()
    assert done["gas", "east"] / 3000 > done.get(("gas", "west"), 0.0) / 1000


def test_effects_add_up_to_the_difference_of_the_air(near: Case, plan: Plan) -> None:
    taken = effects.concentration_avoided(near, plan.conversions)["reduction"].sum()
    frozen = 18 + 60 + 20
    assert frozen - taken == pytest.approx(float(plan.concentrations["concentration"].sum()), rel=1e-9)


def test_only_areas_that_count_otherwise_stand_alone(toy_case: Case) -> None:
    def count(case: Case) -> dict[str, int]:
        rows = pd.DataFrame(list(pools(case).members), columns=["pool", "activity"])
        found: dict[str, int] = rows.groupby("activity")["pool"].size().to_dict()
        return found

    together = {"boilers": 1, "heating": 1, "roads": 1}
    assert count(toy_case) == together
    assert count(nearer(toy_case, east=2.0)) == together | {"heating": 2, "roads": 2}
    assert count(nearer(toy_case, east=2.0, west=2.0)) == together


def test_weights_that_are_all_alike_change_nothing(toy_case: Case, toy_plan: Plan) -> None:
    alike = solve(nearer(toy_case, east=3.0, west=3.0))
    assert alike.found.objective == pytest.approx(toy_plan.found.objective, rel=1e-9)
    assert alike.found.objective < inf


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ("toy,PM2.5,eest,2,,,toy,assumed,", "found “eest”"),
        ("west,PM2.5,east,2,,,toy,assumed,", "a receptor and pollutant of apportionment.csv"),
        ("toy,PM2.5,east,-1,,,toy,assumed,", "row 2, column “weight”"),
    ],
)
def test_a_wrong_weight_is_named(toy: Toy, row: str, text: str) -> None:
    header = "receptor,pollutant,area,weight,low,high,source,grade,note"
    toy.path("proximity").write_text(f"{header}\n{row}\n", encoding="utf-8")
    assert text in toy.problem()
