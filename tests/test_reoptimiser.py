"""A program held ready: hot answers equal cold ones, gaps are honest, other limits are those of a fresh build."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cities import changed as with_column
from cities import random_city
from scenarios import highs
from scenarios.case import Case
from scenarios.files import to_frame
from scenarios.keeping import with_dates
from scenarios.plan import Plan
from scenarios.program.build import Arrays
from scenarios.program.limits import limits, same_but_limits
from scenarios.session import Question, Session, with_question
from scenarios.solving import prepare
from scenarios.studies import reoptimiser as module
from scenarios.studies.axes import axis
from scenarios.studies.reoptimiser import Reoptimiser, Solution
from scenarios.tables import BY_NAME

INF = np.inf
SEEDS = (0, 2, 4, 5, 6, 8)  #: random cities in which a reoptimiser is asked
AWARD = 300_000.0  #: what the city of the toy receives beside its own money [CNY]
VARIANTS = 34  #: random costs and limits tried in each of them


def place(arrays: Any, name: str, *index: Any) -> int:
    return arrays.rows.index((name, index))


# ---------------------------------------------------------------- session


@pytest.fixture(scope="module")
def linear(toy_case: Case) -> Any:
    """The toy without integers; nobody may change it."""
    return highs.relaxed(prepare(toy_case).arrays)


@pytest.fixture(scope="module")
def session(linear: Any) -> Session:
    return Session(linear)


@pytest.fixture(scope="module")
def questions(linear: Any) -> list[Question]:
    """Other limits, bounds and costs, alone and together; the fourth has no answer."""
    sulphur, money = place(linear, "emission_target", "T1"), place(linear, "budget", "city", 2018)
    gas = [number for number, (name, index) in enumerate(linear.columns) if name == "conversion" and "gas" in index]
    draw = np.random.default_rng(1)
    closed = dict.fromkeys(gas, (0.0, 0.0))
    dearer = linear.cost * draw.uniform(0.5, 2, len(linear.cost))
    return [
        Question(),
        Question(rows={sulphur: (-INF, -10.0)}),
        Question(rows={sulphur: (-INF, -12.5), money: (-INF, 900_000.0)}),
        Question(rows={sulphur: (-INF, -64.0)}),
        Question(columns=closed, rows={sulphur: (-INF, -8.0)}),
        Question(columns={gas[-1]: (200.0, 300.0)}),
        Question(cost=dearer),
        Question(cost=-linear.cost, rows={sulphur: (-20.0, -15.0)}),
        Question(cost=dearer * 1e-6, columns=closed, rows={sulphur: (-INF, -8.0)}),
    ]


def test_hot_answers_equal_cold_ones(linear: Any, session: Session, questions: list[Question]) -> None:
    for question in questions:
        hot, cold = session.ask(question), highs.solve(with_question(linear, question))
        assert hot.outcome == cold.outcome
        if cold.outcome == "optimal":
            assert hot.objective == pytest.approx(cold.objective, rel=1e-9)
            made = with_question(linear, question)
            module.check_feasible(made, hot.values)
            assert float(made.cost @ hot.values) + made.constant == pytest.approx(cold.objective, rel=1e-9)


def test_one_of_the_questions_has_no_answer(session: Session, questions: list[Question]) -> None:
    assert [session.ask(question).outcome for question in questions].count("infeasible") == 1
    assert session.ask(questions[3]).outcome == "infeasible"


def test_answers_do_not_depend_on_the_order_of_the_questions(
    linear: Any, session: Session, questions: list[Question]
) -> None:
    first = [session.ask(question) for question in questions]
    again = [Session(linear).ask(question) for question in questions]
    back = [session.ask(question) for question in reversed(questions)][::-1]
    for one, other, third in zip(first, again, back, strict=True):
        assert one.values.tolist() == other.values.tolist() == third.values.tolist()
        assert one.duals.tolist() == other.duals.tolist() == third.duals.tolist()


def test_an_infeasible_question_does_not_spoil_the_next(session: Session, questions: list[Question]) -> None:
    before = session.ask(questions[1])
    session.ask(questions[3])
    after = session.ask(questions[1])
    assert (before.objective, before.values.tolist()) == (after.objective, after.values.tolist())


def test_a_question_leaves_the_program_as_it_was(linear: Any, session: Session, questions: list[Question]) -> None:
    kept = {name: getattr(linear, name).copy() for name in ("cost", "lower", "upper", "at_least", "at_most")}
    for question in questions:
        session.ask(question)
    assert all((getattr(session.arrays, name) == values).all() for name, values in kept.items())
    assert session.ask().objective == highs.solve(linear).objective


def test_going_on_from_the_answer_before_comes_to_the_same(linear: Any, questions: list[Question]) -> None:
    """Nor does it leave a mark on what is asked next."""
    fresh, beside = Session(linear), Session(linear)
    for question in questions:
        alone, onwards = beside.ask(question), fresh.ask(question, onwards=True)
        assert onwards.outcome == alone.outcome
        if len(alone.values):
            assert onwards.objective == pytest.approx(alone.objective, rel=1e-9)
    assert fresh.ask(questions[0]).values.tolist() == beside.ask(questions[0]).values.tolist()


@pytest.mark.parametrize("constant", [-1e7, 0.0, 1e7])
def test_a_better_answer_is_found_where_there_is_one(linear: Any, questions: list[Question], constant: float) -> None:
    """Whatever is added to the cost; and a search that was cut off leaves no mark on what is asked next."""
    moved = replace(linear, constant=linear.constant + constant)
    held = Session(moved)
    for question in questions:
        if question.cost is not None:
            continue
        cold = highs.solve(with_question(moved, question))
        if cold.outcome == "infeasible":
            assert held.better(question, np.inf) is None
            continue
        little = 1e-4 * abs(cold.objective)
        assert held.better(question, cold.objective - little) is None
        found = held.better(question, cold.objective + little)
        assert found is not None
        assert found.objective == pytest.approx(cold.objective, rel=1e-9)
        assert held.ask(question).objective == pytest.approx(cold.objective, rel=1e-9)


def test_a_question_that_is_out_of_patience_is_answered_from_nothing(
    linear: Any, questions: list[Question], monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh, cold = Session(linear), []
    whole = highs.solve
    monkeypatch.setattr(highs, "solve", lambda *given: cold.append(given) or whole(*given))
    monkeypatch.setattr(Session, "_run", lambda *_: False)
    answer = fresh.ask(questions[1])
    assert len(cold) == 1
    assert answer.objective == pytest.approx(whole(with_question(linear, questions[1])).objective, rel=1e-12)


def test_a_session_refuses_integers(toy_case: Case) -> None:
    with pytest.raises(highs.SolverError, match="linear programs only"):
        Session(prepare(toy_case).arrays)


@pytest.mark.parametrize("part", ["rows", "columns"])
def test_a_limit_that_is_no_number_is_refused_and_spoils_nothing(linear: Any, session: Session, part: str) -> None:
    before = session.ask().objective
    with pytest.raises(highs.SolverError, match="is not a number"):
        session.ask(Question(**{part: {3: (0.0, np.nan)}}))
    with pytest.raises(highs.SolverError, match="is not a number"):
        session.ask(Question(cost=np.full(len(linear.cost), np.nan)))
    assert session.ask().objective == before


# ---------------------------------------------------------------- reoptimiser


@pytest.fixture(scope="module")
def cities(toy_case: Case) -> list[Case]:
    return [random_city(toy_case, seed) for seed in SEEDS]


@pytest.fixture(scope="module")
def reoptimiser(toy_case: Case) -> Reoptimiser:
    return Reoptimiser(toy_case)


@pytest.fixture(scope="module")
def ready(cities: list[Case]) -> list[Reoptimiser]:
    return [Reoptimiser(case) for case in cities]


def least(arrays: Arrays) -> float | None:
    """The least cost, proven to nothing."""
    answer = highs.solve(arrays, highs.Options(gap=0))
    return answer.objective if len(answer.values) else None


@pytest.fixture(scope="module")
def proven(ready: list[Reoptimiser]) -> list[float | None]:
    return [least(held.arrays) for held in ready]


def test_some_random_cities_have_a_plan_and_some_have_none(proven: list[float | None]) -> None:
    assert {value is None for value in proven} == {True, False}


@pytest.mark.parametrize("gap", [0.0, 0.015, 0.5])
def test_the_gap_of_a_point_is_honest(ready: list[Reoptimiser], proven: list[float | None], gap: float) -> None:
    for held, true in zip(ready, proven, strict=True):
        point = held.minimise(gap=gap)
        assert (point is None) == (true is None)
        if point is not None and true is not None:
            assert point.bound <= true + 1e-6 * abs(true)
            assert true <= point.objective + 1e-6 * abs(true)
            assert point.gap <= gap + 1e-9


def test_points_do_not_depend_on_what_was_asked_before(toy_case: Case, reoptimiser: Reoptimiser) -> None:
    sulphur = reoptimiser.places["emission_target", ("T1",)]
    asked = [{sulphur: (-INF, -float(tonnes))} for tonnes in (14, 2, 40, 25, 9, 17)]
    forth = [reoptimiser.minimise(rows) for rows in asked]
    back = [Reoptimiser(toy_case).minimise(rows) for rows in reversed(asked)][::-1]
    for one, other in zip(forth, back, strict=True):
        assert (one is None) == (other is None)
        if one is not None and other is not None:
            assert (one.objective, one.bound, one.how) == (other.objective, other.bound, other.how)
            assert one.values.tolist() == other.values.tolist()


def test_a_point_holds_all_rows_and_whole_numbers(reoptimiser: Reoptimiser) -> None:
    point = reoptimiser.minimise(gap=0)
    assert point is not None
    module.check_feasible(reoptimiser.arrays, point.values)
    whole = point.values[reoptimiser.arrays.integer]
    assert (whole == np.round(whole)).all()
    assert point.objective == pytest.approx(607_875, rel=1e-9)


@pytest.mark.parametrize(("what", "by"), [("conversion", 5.0), ("lots", 1.0), ("done", 2.0)])
def test_an_answer_that_breaks_a_row_or_a_bound_is_refused(reoptimiser: Reoptimiser, what: str, by: float) -> None:
    point = reoptimiser.minimise(gap=0)
    assert point is not None
    columns = [number for number, (name, _) in enumerate(reoptimiser.arrays.columns) if name == what]
    broken = point.values.copy()
    broken[columns] += by
    with pytest.raises(highs.SolverError, match="the answer breaks the (row|bound)"):
        module.check_feasible(reoptimiser.arrays, broken)


def test_a_broken_answer_never_becomes_a_point(toy_case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = Reoptimiser(toy_case)
    whole = fresh.relaxed.ask

    def wrong(question: Question, onwards: bool = False) -> highs.Answer:
        answer = whole(question, onwards)
        return replace(answer, values=answer.values * 0.9)

    monkeypatch.setattr(fresh, "relaxed", SimpleNamespace(ask=wrong))
    with pytest.raises(highs.SolverError, match="the answer breaks"):
        fresh.minimise()


def test_the_gap_is_that_between_objective_and_bound() -> None:
    point = Solution(np.zeros(0), 200.0, 150.0, np.zeros(0), "searched")
    assert point.gap == 0.25
    assert replace(point, bound=200.0000001).gap == 0


def test_a_reoptimiser_keeps_the_schedule_it_is_given(toy_case: Case, toy_plan: Plan) -> None:
    """With the pipe a quarter earlier than it is wanted, 1,250 CNY more are paid."""
    early = toy_plan.agreed._replace(finish={**toy_plan.finish, "pipe": "2018Q3"})
    kept = Reoptimiser(toy_case, agreed=early).minimise()
    assert kept is not None
    assert kept.how == "kept"
    assert kept.objective <= 607_875 + 1_250 + 1e-6
    assert kept.gap <= 0.015


def test_a_schedule_that_cannot_be_kept_is_not_kept(toy_case: Case, toy_plan: Plan) -> None:
    """The pipe follows the survey, which cannot be done before the first quarter ends."""
    impossible = {"survey": "2018Q1", "pipe": "2018Q1"}
    assert with_dates(prepare(toy_case).arrays, toy_case.calendar, impossible) is None
    point = Reoptimiser(toy_case, agreed=toy_plan.agreed._replace(finish=impossible)).minimise()
    assert point is not None
    assert point.how != "kept"


def test_decisions_and_quantities_of_a_point_are_those_of_the_plan(reoptimiser: Reoptimiser, toy_plan: Plan) -> None:
    point = reoptimiser.minimise(gap=0)
    assert point is not None
    made = reoptimiser.decisions(point)
    assert made.done == toy_plan.finish
    wanted = toy_plan.conversions.groupby("measure")["quantity"].sum().to_dict()
    assert made.conversions.groupby("measure")["quantity"].sum().to_dict() == pytest.approx(wanted, rel=1e-7)
    assert reoptimiser.quantities(point).to_dict() == pytest.approx(wanted, rel=1e-7)


def test_an_axis_held_at_a_value_is_not_above_it(toy_case: Case) -> None:
    on = [axis(toy_case, name) for name in ("cost", "SO2", "PM2.5", "fuel:coal", "money")]
    ready = Reoptimiser(toy_case, on)
    for name, value in (("SO2", 45.0), ("PM2.5", 75.0), ("fuel:coal", 5000.0), ("money", 4_000_000.0)):
        point = ready.minimise(ready.at_most(name, value))
        assert point is not None
        assert ready.expressions[name].at(point.values) <= value * (1 + 1e-9)
        assert ready.expressions["cost"].at(point.values) == pytest.approx(point.objective, rel=1e-12)


# ---------------------------------------------------------------- other limits of the same program


DAYS = {"receptor": "toy", "pollutant": "PM2.5", "kind": "good", "median": 80.0, "spread": 0.5, "other": 10.0}


def more_targets(case: Case) -> Case:
    """The case with targets on good days, on coal and on what is converted, none of which binds, and ceilings."""
    common = {"name_zh": "试", "name_en": "trial", "clause": "9", "year": 2018, "area": "toy", "basis": "absolute"}
    common |= {"enforced": True, "sectors": "", "excluded": "", "by": "", "unit": "", "base_year": np.nan, "note": ""}
    made = [
        {"target": "D", "indicator": "good_days", "subject": "PM2.5", "operator": ">=", "value": 60.0},
        {"target": "F", "indicator": "fuel", "subject": "coal", "operator": "<=", "value": 8000.0},
        {"target": "C", "indicator": "converted", "subject": "gas briquettes", "operator": ">=", "value": 1.0},
        {"target": "S", "indicator": "share", "subject": "gas_boiler", "operator": ">=", "value": 0.001},
    ]
    rows = to_frame([common | row for row in made], list(range(101, 105)), BY_NAME["targets"])
    text = {"source": "toy", "grade": "assumed", "note": "", "low": np.nan, "high": np.nan}
    days = to_frame([DAYS | text], [2], BY_NAME["days"])
    settings = case.settings.model_copy(update={"money_at_most": 9e6, "cost_at_most": 5e6})
    case = replace(case, settings=settings).with_table("targets", pd.concat([case["targets"], rows]))
    return case.with_table("days", days)


def other_limits(case: Case, seed: int) -> Case:
    """The case with another value for every limit there is."""
    draw = np.random.default_rng(seed)
    case = with_column(case, "targets", "value", -draw.integers(0, 15) / 100, target="T1")
    case = with_column(case, "targets", "value", float(draw.integers(14, 20)), target="T2")
    case = with_column(case, "targets", "value", float(draw.integers(86, 98)), target="T3")
    case = with_column(case, "targets", "value", float(draw.integers(70, 110)), target="D")
    case = with_column(case, "targets", "value", float(draw.integers(6500, 8000)), target="F")
    case = with_column(case, "targets", "value", float(draw.integers(10, 800)), target="C")
    case = with_column(case, "supply", "quantity", float(draw.integers(0, 300)) * 1000, task="")
    case = with_column(case, "budgets", "amount", float(draw.integers(1, 30)) * 1e6 - AWARD)
    ceilings = {"money_at_most": float(draw.integers(5, 30)) * 1e6, "cost_at_most": float(draw.integers(10, 90)) * 1e5}
    return replace(case, settings=case.settings.model_copy(update=ceilings))


def test_other_limits_are_those_of_a_fresh_build(toy_case: Case) -> None:
    some, none = 0, 0
    for city, seed in ((5, 5), (9, 209), (11, 11)):
        first = more_targets(random_city(toy_case, city))
        other = other_limits(first, seed)
        held, fresh = Reoptimiser(first), Reoptimiser(other)
        rows = held.limits_of(other)
        assert rows is not None
        assert len(rows) >= 7
        moved = with_question(held.arrays, Question(rows=rows))
        assert moved.rows == fresh.arrays.rows
        assert moved.lower == pytest.approx(fresh.arrays.lower, rel=1e-9, abs=1e-9)
        assert moved.upper == pytest.approx(fresh.arrays.upper, rel=1e-9, abs=1e-9)
        hot, cold = held.minimise(rows, gap=0), fresh.minimise(gap=0)
        assert (hot is None) == (cold is None)
        none += cold is None
        if hot is not None and cold is not None:
            some += 1
            assert hot.objective == pytest.approx(cold.objective, rel=1e-9, abs=1e-6)
    assert some
    assert none


def test_limits_that_stay_move_no_row(toy_case: Case, reoptimiser: Reoptimiser) -> None:
    assert reoptimiser.limits_of(with_column(toy_case, "targets", "value", 17.0, target="T2")) == {}


def test_the_limits_of_a_case_are_what_its_tables_say(toy_case: Case) -> None:
    assert limits(toy_case, toy_case) == {
        ("emission_target", ("T1",)): pytest.approx(50, rel=1e-12),
        ("emission_target", ("T2",)): 17,
        ("concentration_target", ("T3",)): 85,
        ("supply", ("gas", 2018)): 100_000,
        ("budget", ("city", 2018)): 20_000_000,
    }


def test_a_target_that_no_variable_can_meet_is_built_anew(toy_case: Case) -> None:
    """Without any gas, 0 households are converted: more than none are never, whatever the row that says so asks."""
    without = with_column(more_targets(toy_case), "potentials", "share", 0.0, measure="gas")
    without = with_column(without, "targets", "enforced", False, target="S")
    without = with_column(without, "targets", "subject", "gas", target="C")
    none = with_column(without, "targets", "value", 0.0, target="C")
    for first, other in ((without, none), (none, without)):
        rows, held = Reoptimiser(first).limits_of(other), Reoptimiser(first)
        hot = Reoptimiser(other).minimise() if rows is None else held.minimise(rows)
        assert (hot is None) == (Reoptimiser(other).minimise() is None)


ANYTHING_ELSE = {
    "the value of a target on a share": ("targets", "value", 0.2, {"target": "S"}),
    "whether a target binds": ("targets", "enforced", False, {"target": "T2"}),
    "the year a target is counted from": ("targets", "base_year", 2016.0, {"target": "T1"}),
    "the subject of a target": ("targets", "subject", "NOx", {"target": "T1"}),
    "supply with a task": ("supply", "quantity", 7e5, {"task": "pipe"}),
    "a cost": ("costs", "value", 41.0, {"subject": "gas"}),
    "a potential": ("potentials", "share", 0.3, {"measure": "gas"}),
    "an emission factor": ("emission_factors", "factor", 1.7, {"technology": "stove", "pollutant": "SO2"}),
    "the capacity of a task": ("enables", "capacity", 2000.0, {}),
    "a price": ("prices", "price", 3.0, {"fuel": "gas"}),
}


@pytest.mark.parametrize("what", ANYTHING_ELSE)
def test_anything_else_is_built_anew(toy_case: Case, what: str) -> None:
    table, column, value, where = ANYTHING_ELSE[what]
    first = more_targets(toy_case)
    other = with_column(first, table, column, value, **where)
    assert not same_but_limits(first, other)
    assert not same_but_limits(other, first)


def test_rows_more_or_less_are_built_anew(toy_case: Case) -> None:
    for table in ("targets", "supply", "budgets"):
        assert not same_but_limits(toy_case, toy_case.with_table(table, toy_case[table].iloc[1:]))


@pytest.mark.parametrize(
    "setting",
    [
        {"discount_rate": 0.05},
        {"background": "unchanged"},
        {"targets": "shown"},
        {"minimise": "concentration"},
        {"money_at_most": 5e6},
        {"cost_at_most": 5e6},
    ],
)
def test_other_settings_are_built_anew(toy_case: Case, setting: dict[str, Any]) -> None:
    other = replace(toy_case, settings=toy_case.settings.model_copy(update=setting))
    assert not same_but_limits(toy_case, other)


def test_limits_alone_are_not_built_anew(toy_case: Case) -> None:
    first = more_targets(toy_case)
    assert same_but_limits(first, other_limits(first, 5))
    assert same_but_limits(first, with_column(first, "targets", "value", -0.1, target="T4"))


# ---------------------------------------------------------------- pooling


def varied(case: Case, arrays: Arrays, seed: int) -> Arrays:
    """Each measure dearer or cheaper, and every limit looser or tighter, by parts that do not distinguish areas."""
    draw = np.random.default_rng(seed)
    dearer = dict(zip(case["measures"]["measure"], draw.uniform(0.3, 3, len(case["measures"])), strict=True))
    said = limits(case, case)
    looser = {name: float(draw.uniform(-0.2, 0.2)) * limit for name, limit in said.items()}
    cost = [dearer.get(index[1], 1.0) if name == "conversion" else 1.0 for name, index in arrays.columns]
    upper = arrays.upper + [looser.get(name, 0.0) for name in arrays.rows]
    return replace(arrays, cost=arrays.cost * cost, upper=upper)


def test_pooled_and_unpooled_programs_have_the_same_least_cost(cities: list[Case], ready: list[Reoptimiser]) -> None:
    found = []
    for case, held in zip(cities, ready, strict=True):
        alone = prepare(case, pooled=False).arrays
        assert len(alone.columns) > len(held.arrays.columns)
        for seed in range(VARIANTS):
            one, other = (least(varied(case, arrays, seed)) for arrays in (held.arrays, alone))
            assert (one is None) == (other is None)
            found.append(one)
            if one is not None:
                assert one == pytest.approx(other, rel=1e-7, abs=1e-6)
    assert len(found) == len(SEEDS) * VARIANTS > 200
    assert sum(value is not None for value in found) > 50
