"""The gate around the solver: only finite numbers go in, only known outcomes come out, and a plan is verified."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import highspy
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from scenarios import highs, solving
from scenarios.case import Case
from scenarios.checking import check
from scenarios.plan import Plan
from scenarios.program.build import Arrays
from scenarios.reading import read_case
from scenarios.verification import TOLERANCE, VerificationError, verify
from scenarios.verification.effects import limits
from scenarios.verification.given import Given

INF = np.inf
HOUSE = Path(__file__).parents[1]


def program(
    cost: Sequence[float] = (2.0, 3.0),
    matrix: Sequence[Sequence[float]] = ((1.0, 1.0), (1.0, -1.0)),
    lower: Sequence[float] = (4.0, -1.0),
    upper: Sequence[float] = (INF, INF),
    at_least: Sequence[float] = (0.0, 0.0),
    at_most: Sequence[float] = (3.0, 9.0),
    whole: bool = False,
    size: Sequence[float] = (1.0, 1.0),
    constant: float = 0.0,
) -> Arrays:
    """Unless said otherwise: least 2 x + 3 y with x + y >= 4, x - y >= -1, x <= 3; that is 9, at x = 3 and y = 1."""
    width, height = len(cost), len(lower)
    return Arrays(
        np.array(cost, float),
        constant,
        sp.csc_array(np.array(matrix, float)),
        np.array(lower, float),
        np.array(upper, float),
        np.array(at_least, float),
        np.array(at_most, float),
        np.full(width, whole),
        np.array(size, float),
        tuple(("amount", (name,)) for name in "xyzuvw"[:width]),
        tuple(("limit", (number,)) for number in range(1, height + 1)),
    )


def with_cell(arrays: Arrays, row: int, column: int, value: float) -> Arrays:
    """The program with one coefficient replaced, which scipy must not drop."""
    matrix = arrays.matrix.copy()
    begin, end = matrix.indptr[column], matrix.indptr[column + 1]
    matrix.data[begin + list(matrix.indices[begin:end]).index(row)] = value
    return replace(arrays, matrix=matrix)


# ---------------------------------------------------------------- what goes in


def test_a_sound_program_is_solved() -> None:
    answer = highs.solve(program())
    assert (answer.outcome, answer.objective, answer.values.tolist()) == ("optimal", 9.0, [3.0, 1.0])


def test_a_sound_program_of_whole_numbers_is_solved() -> None:
    # 2 x + 3 y with x + y >= 3.5 and x <= 2: x = y = 2
    answer = highs.solve(program(lower=(3.5, -9.0), at_most=(2.0, 9.0), whole=True))
    assert (answer.outcome, answer.objective, answer.values.tolist()) == ("optimal", 10.0, [2.0, 2.0])


def test_the_worth_of_a_limit_is_what_one_unit_more_costs() -> None:
    # one unit more is bought with y at 3
    assert highs.solve(program()).duals.tolist() == [3.0, 0.0]


def test_the_constant_counts() -> None:
    assert highs.solve(program(constant=5.0)).objective == 14.0


@pytest.mark.parametrize("value", [np.nan, INF, -INF])
def test_a_coefficient_that_is_no_number_is_refused_and_named(value: float) -> None:
    with pytest.raises(highs.SolverError, match=r"coefficient of \('amount', \('y',\)\) in \('limit', \(2,\)\)"):
        highs.solve(with_cell(program(), 1, 1, value))


def test_a_coefficient_after_an_empty_column_is_named_rightly() -> None:
    arrays = program(
        cost=(1.0, 1.0, 1.0),
        matrix=((1.0, 0.0, 1.0),),
        lower=(1.0,),
        upper=(INF,),
        at_least=(0.0,) * 3,
        at_most=(9.0,) * 3,
        size=(1.0,) * 3,
    )
    with pytest.raises(highs.SolverError, match=r"coefficient of \('amount', \('z',\)\) in \('limit', \(1,\)\)"):
        highs.solve(with_cell(arrays, 0, 2, np.nan))


@pytest.mark.parametrize("value", [np.nan, INF, -INF])
def test_a_cost_that_is_no_number_is_refused_and_named(value: float) -> None:
    with pytest.raises(highs.SolverError, match=r"cost of \('amount', \('y',\)\) is not a number"):
        highs.solve(program(cost=(2.0, value)))


@pytest.mark.parametrize("side", ["lower", "upper"])
def test_a_limit_that_is_no_number_is_refused_and_named(side: str) -> None:
    with pytest.raises(highs.SolverError, match=rf"{side} limit of \('limit', \(2,\)\) is not a number"):
        highs.solve(program(**{side: (4.0, np.nan)}))


@pytest.mark.parametrize(("side", "name"), [("at_least", "lower"), ("at_most", "upper")])
def test_a_bound_that_is_no_number_is_refused_and_named(side: str, name: str) -> None:
    with pytest.raises(highs.SolverError, match=rf"{name} bound of \('amount', \('x',\)\) is not a number"):
        highs.solve(program(**{side: (np.nan, 9.0)}))


@pytest.mark.parametrize("value", [np.nan, INF])
def test_a_constant_that_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(highs.SolverError, match="constant of the objective"):
        highs.solve(program(constant=value))


def test_a_limit_that_nothing_can_reach_is_no_optimum() -> None:
    with pytest.raises(highs.SolverError, match="passModel"):
        highs.solve(program(lower=(INF, -1.0)))


def test_what_is_refused_never_reaches_the_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    reached: list[object] = []
    monkeypatch.setattr(highs, "_solve_scaled", lambda *given: reached.append(given))
    with pytest.raises(highs.SolverError):
        highs.solve(with_cell(program(), 0, 0, np.nan))
    assert reached == []


@pytest.mark.parametrize("tiny", [1e-9, 1e-12, 1e-15])
def test_a_tiny_coefficient_is_not_dropped(tiny: float) -> None:
    # tiny x + y >= 1 where y costs more: x = 1 / tiny
    arrays = program(
        cost=(1.0, 10 / tiny),
        matrix=((tiny, 1.0),),
        lower=(1.0,),
        upper=(INF,),
        at_most=(INF, INF),
        size=(1 / tiny, 1.0),
    )
    assert highs.solve(arrays).objective == pytest.approx(1 / tiny, rel=1e-9)


def test_a_row_of_huge_coefficients_is_solved() -> None:
    # 1e16 (x + y) >= 1e16 where x is the cheaper: x = 1
    arrays = program(cost=(1.0, 2.0), matrix=((1e16, 1e16),), lower=(1e16,), upper=(INF,))
    assert highs.solve(arrays).objective == pytest.approx(1.0, rel=1e-9)


def test_a_coefficient_the_solver_would_drop_is_refused() -> None:
    # 1e16 x + y >= 1e16: scaled to its largest coefficient the row has 1e-16 for y
    arrays = program(cost=(1.0, 1.0), matrix=((1e16, 1.0),), lower=(1e16,), upper=(INF,))
    with pytest.raises(highs.SolverError, match="passModel"):
        highs.solve(arrays)


@pytest.mark.parametrize("money", [1e-9, 1.0, 1e12])
def test_the_currency_does_not_change_the_plan(money: float) -> None:
    answer = highs.solve(program(cost=(2 * money, 3 * money)))
    assert answer.objective == pytest.approx(9 * money, rel=1e-9)
    assert answer.values.tolist() == pytest.approx([3.0, 1.0], rel=1e-9)


def test_a_misspelt_option_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(highs, "SLOW_HEURISTICS", ("no_such_thing",))
    with pytest.raises(highs.SolverError, match="mip_heuristic_run_no_such_thing"):
        highs.solve(program())


def test_an_option_out_of_its_range_is_refused() -> None:
    with pytest.raises(highs.SolverError, match="mip_rel_gap"):
        highs.solve(program(whole=True), highs.Options(gap=-1.0))


def test_a_linear_program_that_was_stopped_is_no_answer_as_nothing_bounds_it(liar: type[Liar]) -> None:
    liar.getModelStatus = lambda self: highspy.HighsModelStatus.kTimeLimit
    assert highs.solve(program()).outcome == "nothing found"


# ---------------------------------------------------------------- what comes out


IMPOSSIBLE = {"lower": (40.0, -1.0)}  # x + y is 12 at most


@pytest.mark.parametrize("whole", [False, True])
def test_what_is_infeasible_is_no_answer_of_nothing(whole: bool) -> None:
    answer = highs.solve(program(**IMPOSSIBLE, whole=whole))
    assert answer.outcome == "infeasible"
    assert np.isnan(answer.objective)
    assert answer.values.size == 0


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether presolve was on in each search."""
    seen: list[bool] = []
    whole = highs._solve_scaled

    def spy(scaled: highs.Scaled, options: highs.Options) -> highs.Answer:
        seen.append(options.presolve)
        return whole(scaled, options)

    monkeypatch.setattr(highs, "_solve_scaled", spy)
    return seen


def test_infeasible_is_believed_only_when_it_is_found_without_presolve_too(asked: list[bool]) -> None:
    highs.solve(program(**IMPOSSIBLE))
    assert asked == [True, False]


def test_what_is_feasible_is_searched_once(asked: list[bool]) -> None:
    highs.solve(program())
    assert asked == [True]


def test_an_infeasible_of_presolve_alone_is_overruled(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, nothing = highs._solve_scaled, np.array([])
    wrong = highs.Answer("infeasible", nothing, nothing, np.nan, np.nan, INF)

    def presolve_errs(scaled: highs.Scaled, options: highs.Options) -> highs.Answer:
        return wrong if options.presolve else whole(scaled, options)

    monkeypatch.setattr(highs, "_solve_scaled", presolve_errs)
    assert highs.solve(program()).objective == 9.0


def test_presolve_is_really_off_in_the_second_search(monkeypatch: pytest.MonkeyPatch) -> None:
    values: list[str] = []

    class Listening(highspy.Highs):
        def setOptionValue(self, name: str, value: object) -> Any:
            if name == "presolve":
                values.append(str(value))
            return super().setOptionValue(name, value)

    monkeypatch.setattr(highspy, "Highs", Listening)
    highs.solve(program(**IMPOSSIBLE))
    assert values == ["on", "off"]


@pytest.mark.parametrize("whole", [False, True])
def test_what_has_no_lower_end_is_unbounded(whole: bool) -> None:
    answer = highs.solve(program(cost=(-1.0, 0.0), lower=(0.0, -INF), at_most=(INF, 9.0), whole=whole))
    assert answer.outcome == "unbounded"
    assert np.isnan(answer.objective)


def knapsack(width: int = 60, height: int = 30) -> Arrays:
    """Whole amounts of many goods that fill many bags exactly: hard, and no rounding finds a way."""
    random = np.random.default_rng(7)
    weight = random.integers(20, 99, (height, width)).astype(float)
    bags = weight.sum(axis=1) // 2
    return Arrays(
        random.random(width),
        0.0,
        sp.csc_array(weight),
        bags,
        bags,
        np.zeros(width),
        np.ones(width),
        np.full(width, True),
        np.ones(width),
        tuple(("amount", (number,)) for number in range(width)),
        tuple(("bag", (number,)) for number in range(height)),
    )


def test_a_time_limit_without_a_plan_is_no_plan_of_cost_0() -> None:
    answer = highs.solve(knapsack(), highs.Options(time_limit=0.05))
    assert answer.outcome == "nothing found"
    assert np.isnan(answer.objective)
    assert answer.values.size == 0


def test_a_time_limit_on_a_linear_program_is_no_plan_of_cost_0() -> None:
    answer = highs.solve(replace(knapsack(400, 200), integer=np.zeros(400, bool)), highs.Options(time_limit=1e-9))
    assert answer.outcome == "nothing found"
    assert np.isnan(answer.objective)


def test_the_second_opinions_have_what_is_left_of_the_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each search takes 50 s of 100; when the time is up a tenth is left."""
    now, limits, nothing = [0.0], [], np.array([])
    impossible = highs.Answer("infeasible", nothing, nothing, np.nan, np.nan, INF)
    found = [impossible, replace(impossible, outcome="nothing found")]

    def slow(scaled: highs.Scaled, options: highs.Options) -> highs.Answer:
        limits.append(options.time_limit)
        now[0] += 50.0
        return found[len(limits) > 1]

    monkeypatch.setattr(highs, "_solve_scaled", slow)
    monkeypatch.setattr(highs.time, "perf_counter", lambda: now[0])
    answer = highs.solve(program(**IMPOSSIBLE, whole=True), highs.Options(time_limit=100.0))
    assert limits == [100.0, 50.0, 10.0]
    assert answer.outcome == "nothing found"


def test_a_plan_keeps_the_time_limit_in_all_its_steps(toy_case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the whole tasks comes a linear program, after them another that gives the prices."""
    now, limits, whole = [0.0], [], highs._solve_scaled

    def slow(scaled: highs.Scaled, options: highs.Options) -> highs.Answer:
        limits.append(options.time_limit)
        now[0] += 40.0
        return whole(scaled, options)

    monkeypatch.setattr(highs, "_solve_scaled", slow)
    monkeypatch.setattr(highs.time, "perf_counter", lambda: now[0])
    solving.solve(toy_case, time_limit=60.0)
    assert limits == [60.0, 20.0, 6.0]


def test_a_linear_program_that_takes_all_the_time_leaves_no_plan(
    toy_case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = np.array([])
    late = highs.Answer("nothing found", nothing, nothing, np.nan, np.nan, INF)
    monkeypatch.setattr(highs, "_solve_scaled", lambda scaled, options: late)
    with pytest.raises(solving.NothingFoundError):
        solving.solve(toy_case, time_limit=60.0)


class Liar(highspy.Highs):
    """A solver that works, until a test makes it lie."""


@pytest.fixture
def liar(monkeypatch: pytest.MonkeyPatch) -> type[Liar]:
    lying = type("Lying", (Liar,), {})
    monkeypatch.setattr(highspy, "Highs", lying)
    return lying


@pytest.mark.parametrize("status", ["kUnknown", "kSolveError", "kNotset", "kMemoryLimit", "kPresolveError"])
def test_a_status_that_is_no_answer_is_refused(liar: type[Liar], status: str) -> None:
    liar.getModelStatus = lambda self: getattr(highspy.HighsModelStatus, status)
    with pytest.raises(highs.SolverError, match="HiGHS ended with"):
        highs.solve(program())


def test_an_error_of_the_search_is_refused_whatever_it_found(liar: type[Liar]) -> None:
    liar.run = lambda self: highspy.HighsStatus.kError
    with pytest.raises(highs.SolverError, match="to run"):
        highs.solve(program())


def test_a_model_the_solver_warns_about_is_refused(liar: type[Liar]) -> None:
    liar.passModel = lambda self, model: highspy.HighsStatus.kWarning
    with pytest.raises(highs.SolverError, match="to passModel"):
        highs.solve(program())


def test_an_integer_that_is_not_whole_is_refused(liar: type[Liar]) -> None:
    def half(self: Liar) -> Any:
        solution = highspy.HighsSolution()
        solution.col_value, solution.row_dual = [2.5, 1.5], [0.0, 0.0]
        return solution

    liar.getSolution = half
    with pytest.raises(highs.SolverError, match="not whole"):
        highs.solve(program(whole=True))


def test_an_integer_that_is_no_number_is_refused(liar: type[Liar]) -> None:
    def nothing(self: Liar) -> Any:
        solution = highspy.HighsSolution()
        solution.col_value, solution.row_dual = [np.nan, 1.0], [0.0, 0.0]
        return solution

    liar.getSolution = nothing
    with pytest.raises(highs.SolverError):
        highs.solve(program(whole=True))


def test_a_search_that_was_stopped_with_a_plan_is_stopped(liar: type[Liar]) -> None:
    liar.getModelStatus = lambda self: highspy.HighsModelStatus.kTimeLimit
    answer = highs.solve(program(whole=True))
    assert (answer.outcome, answer.objective) == ("stopped", 9.0)


def test_a_fixed_integer_leaves_a_linear_program() -> None:
    fixed = highs.with_integers_fixed(program(whole=True), np.array([2.0, 2.0]))
    assert (fixed.at_least.tolist(), fixed.at_most.tolist(), fixed.integer.any()) == ([2.0, 2.0], [2.0, 2.0], False)


def test_rows_that_only_tighten_are_free_once_integers_are_fixed(toy_case: Case) -> None:
    """So that no price of a limit or a measure is taken for the price of such a row."""
    arrays = solving.prepare(toy_case).arrays
    fixed = highs.with_integers_fixed(arrays, np.zeros(len(arrays.columns)))
    tightening = np.array([name in ("opening", "opened_so_far") for name, _ in arrays.rows])
    assert tightening.any()
    assert np.isfinite(arrays.upper[tightening]).all()
    assert not np.isfinite([*fixed.lower[tightening], *fixed.upper[tightening]]).any()
    assert (fixed.upper[~tightening] == arrays.upper[~tightening]).all()


# ---------------------------------------------------------------- verification

Tables = dict[str, pd.DataFrame]


def worst(case: Case, plan: Plan, tables: Tables, objective: float | None = None) -> float:
    return verify(case, tables, plan.objective if objective is None else objective)[0].size


def doctored(plan: Plan, table: str, where: dict[str, object], column: str, value: object) -> Tables:
    """The plan's tables with one cell changed."""
    frame = plan[table].copy()
    chosen = np.logical_and.reduce([frame[name] == given for name, given in where.items()])
    assert chosen.sum() == 1
    frame[column] = frame[column].astype(object).where(~chosen, value).infer_objects()
    return {**plan.tables, table: frame}


def test_a_sound_plan_breaks_nothing(toy_case: Case, toy_plan: Plan) -> None:
    assert worst(toy_case, toy_plan, dict(toy_plan.tables)) <= TOLERANCE


HEATING_SO2 = {"area": "east", "activity": "heating", "pollutant": "SO2"}
#: what is changed -> table, row, column, value
CHANGES: dict[str, tuple[str, dict[str, object], str, float | str]] = {
    "a stock": ("activity", {"area": "east", "technology": "stove", "period": "2018Q3"}, "quantity", 1501.0),
    "the stock at the start": (
        "activity",
        {"area": "west", "technology": "coal_boiler", "period": "start"},
        "quantity",
        21.0,
    ),
    "the last stock": (
        "activity",
        {"area": "west", "technology": "gas_boiler", "period": "2018Q4"},
        "quantity",
        375.01,
    ),
    "an emission": ("emissions", HEATING_SO2 | {"period": "2018Q1"}, "emission", 23.999),
    "an emission of nothing": ("emissions", HEATING_SO2 | {"period": "2018Q2"}, "emission", 0.001),
    "a concentration": ("concentrations", {"source": "coal"}, "concentration", 44.374),
    "the concentration from elsewhere": ("concentrations", {"source": "regional"}, "concentration", 17.999),
    "a conversion": ("conversions", {"area": "east", "measure": "gas"}, "quantity", 1126.0),
    "a whole project": ("conversions", {"measure": "boiler_closed"}, "quantity", 9.0),
    "the quarter of a conversion": ("conversions", {"area": "east", "measure": "briquettes"}, "period", "2018Q2"),
    "the area of a conversion": ("conversions", {"measure": "boiler_closed"}, "area", "east"),
    "the finish of a task that costs": ("schedule", {"task": "pipe"}, "finish", "2018Q3"),
    "the finish of a task after its deadline": ("schedule", {"task": "survey"}, "finish", "2018Q3"),
    "the finish of a task before its predecessor": ("schedule", {"task": "pipe"}, "finish", "2018Q1"),
    "the finish of a required task": ("schedule", {"task": "survey"}, "finish", ""),
    "what a target reaches": ("targets", {"target": "T1"}, "achieved", 49.999),
    "what a target that is only shown reaches": ("targets", {"target": "T4"}, "achieved", 4000.0),
    "the limit of a target": ("targets", {"target": "T1"}, "value", 51.0),
    "an annuity": ("costs", {"area": "east", "measure": "gas", "item": "annuity"}, "cny", 42_177.5),
    "a fuel cost": ("costs", {"area": "west", "measure": "gas", "item": "fuel"}, "cny", 56_260.0),
    "the cost of a task": ("costs", {"measure": "pipe", "item": "task"}, "cny", 1_260.0),
    "money laid out": ("costs", {"area": "east", "measure": "gas", "item": "investment"}, "cny", 3_000_000.0),
    "what a payer pays": ("funding", {"payer": "city", "item": "investment"}, "cny", 1.0),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_doctored_plan_is_found_out(toy_case: Case, toy_plan: Plan, what: str) -> None:
    assert worst(toy_case, toy_plan, doctored(toy_plan, *CHANGES[what])) > TOLERANCE


def test_a_conversion_that_is_taken_back_is_found_out(toy_case: Case, toy_plan: Plan) -> None:
    """100 of the 1,500 stoves go back to raw coal: potential, pace and stock are kept."""
    back = pd.DataFrame([("east", "briquettes", "2018Q4", -100.0, "household")], columns=toy_plan.conversions.columns)
    rows = pd.concat([toy_plan.conversions, back], ignore_index=True)
    broken = [violation.statement for violation in limits(Given(toy_case), rows) if violation.size > TOLERANCE]
    assert broken == [("not negative", "east", "briquettes", "2018Q4")]


@pytest.mark.parametrize(
    ("table", "where", "column"),
    [
        ("activity", {"area": "east", "technology": "stove", "period": "2018Q3"}, "quantity"),
        ("emissions", {"area": "east", "activity": "heating", "pollutant": "SO2", "period": "2018Q1"}, "emission"),
        ("concentrations", {"source": "coal"}, "concentration"),
        ("conversions", {"area": "east", "measure": "gas"}, "quantity"),
        ("targets", {"target": "T1"}, "achieved"),
        ("costs", {"area": "east", "measure": "gas", "item": "annuity"}, "cny"),
    ],
)
@pytest.mark.parametrize("value", [np.nan, INF])
def test_a_number_that_is_none_is_found_out(
    toy_case: Case, toy_plan: Plan, table: str, where: dict[str, object], column: str, value: float
) -> None:
    size = worst(toy_case, toy_plan, doctored(toy_plan, table, where, column, value))
    assert not size <= TOLERANCE


@pytest.mark.parametrize("table", ["activity", "emissions", "concentrations", "conversions", "costs"])
def test_a_row_left_out_is_found_out(toy_case: Case, toy_plan: Plan, table: str) -> None:
    frame = toy_plan[table]
    column = frame.select_dtypes("float").columns[0]
    largest = frame[column].abs().idxmax() if table != "costs" else frame.index[frame["item"] == "fuel"][0]
    assert worst(toy_case, toy_plan, {**toy_plan.tables, table: frame.drop(index=largest)}) > TOLERANCE


def test_a_target_left_out_is_found_out(toy_case: Case, toy_plan: Plan) -> None:
    left = {**toy_plan.tables, "targets": toy_plan.targets.iloc[1:]}
    assert worst(toy_case, toy_plan, left) > TOLERANCE


def test_a_cost_that_is_off_by_a_hundred_thousandth_is_found_out(toy_case: Case, toy_plan: Plan) -> None:
    assert worst(toy_case, toy_plan, dict(toy_plan.tables), 607_875 * (1 + 1e-5)) > TOLERANCE


def test_a_concentration_moved_from_one_source_to_another_is_found_out(toy_case: Case, toy_plan: Plan) -> None:
    rows = toy_plan.concentrations
    moved = rows["concentration"] + rows["source"].map({"coal": -1.0, "dust": 1.0, "regional": 0.0})
    tables = {**toy_plan.tables, "concentrations": rows.assign(concentration=moved)}
    assert worst(toy_case, toy_plan, tables) > TOLERANCE


def test_a_cost_moved_from_one_measure_to_another_is_found_out(toy_case: Case, toy_plan: Plan) -> None:
    rows = toy_plan.costs
    moved = rows["cny"].copy()
    fuel = rows.index[(rows["item"] == "fuel") & (rows["area"] == "east")]
    moved[fuel] += [10_000.0, -10_000.0]
    assert worst(toy_case, toy_plan, {**toy_plan.tables, "costs": rows.assign(cny=moved)}) > TOLERANCE


def without(case: Case, table: str, column: str, where: dict[str, object], value: object) -> Case:
    """The case with one cell changed after the plan was made."""
    frame = case[table].copy()
    chosen = np.logical_and.reduce([frame[name] == given for name, given in where.items()])
    assert chosen.sum() == 1
    frame.loc[chosen, column] = value
    return case.with_table(table, frame)


@pytest.mark.parametrize(
    ("statement", "table", "column", "where", "value"),
    [
        ("target", "targets", "value", {"target": "T1"}, -0.3),
        ("supply", "supply", "quantity", {"task": "pipe"}, 100_000.0),
        ("budget", "budgets", "amount", {"payer": "city"}, 700_000.0),
        ("budget", "awards", "amount", {"grantor": "central"}, -18_700_000.0),
        ("potential", "potentials", "share", {"measure": "gas"}, 0.3),
        ("pace", "pace", "share", {"measure": "gas"}, 0.3),
        ("quarter pace", "pace", "quarter_share", {"measure": "gas"}, 0.3),
        ("whole projects", "measures", "lot", {"measure": "boiler_closed"}, 4.0),
        ("enabling", "enables", "capacity", {"task": "pipe"}, 1000.0),
        ("earliest", "tasks", "earliest", {"task": "survey"}, "2018-06"),
        ("deadline", "tasks", "deadline", {"task": "pipe"}, "2018-09"),
        ("order", "order", "lag", {"order": "O1"}, 9),
        ("objective", "prices", "price", {"fuel": "gas"}, 3.0),
        ("emission", "fuel_quality", "value", {"fuel": "coal"}, 0.006),
        ("concentration", "observations", "value", {"receptor": "toy"}, 101.0),
        ("start", "mix", "share", {"technology": "stove", "year": 2017}, 0.9),
    ],
)
def test_a_promise_that_is_not_kept_is_named(
    toy_case: Case, toy_plan: Plan, statement: str, table: str, column: str, where: dict[str, object], value: object
) -> None:
    found = verify(without(toy_case, table, column, where, value), toy_plan.tables, toy_plan.objective)
    assert statement in {violation.statement[0] for violation in found if violation.size > TOLERANCE}


def test_the_most_violated_statement_comes_first(toy_case: Case, toy_plan: Plan) -> None:
    tables = doctored(toy_plan, *CHANGES["a stock"])
    sizes = [violation.size for violation in verify(toy_case, tables, toy_plan.objective)]
    assert sizes == sorted(sizes, reverse=True)


def test_no_plan_is_handed_over_when_its_tables_are_wrong(toy_case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    whole: Callable[..., Tables] = solving.tables

    def wrong(*given: Any) -> Tables:
        made = whole(*given)
        return {**made, "emissions": made["emissions"].assign(emission=made["emissions"]["emission"] * 0.99)}

    monkeypatch.setattr(solving, "tables", wrong)
    with pytest.raises(VerificationError, match="emission"):
        solving.solve(toy_case)


# ---------------------------------------------------------------- verification of goals


@pytest.fixture(scope="module")
def promised() -> Case:
    """The toy with a commitment, a target of each kind and a ceiling of money and cost."""
    case = read_case("toy", models=HOUSE / "models", inputs=HOUSE / "inputs")
    last = {"low": np.nan, "high": np.nan, "source": "toy", "grade": "assumed", "note": ""}
    names = {"name_zh": "试", "name_en": "trial", "area": "toy", "clause": "1"}
    kinds = [("C1", "converted", "gas", ">=", 0.18, "10^4 household"), ("C2", "share", "stove", "<=", 50.0, "%")]
    commitments = [
        dict(zip(("commitment", "kind", "subject", "operator", "quantity", "unit"), kind, strict=True))
        | names
        | {"start": "2018-01", "end": "2018-12"}
        | last
        for kind in kinds
    ]
    fresh = dict.fromkeys(("sectors", "excluded", "by", "unit", "note"), "")
    targets = [
        fresh
        | names
        | {"target": name, "indicator": indicator, "subject": subject, "operator": operator, "value": value}
        | {"year": 2018, "basis": "absolute", "base_year": np.nan, "enforced": True}
        for name, indicator, subject, operator, value in (
            ("S1", "share", "stove", "<=", 0.5),
            ("S2", "converted", "gas", ">=", 1000.0),
            ("S3", "fuel", "coal briquette", "<=", 7000.0),
            ("S4", "good_days", "PM2.5", ">=", 100.0),
            ("S5", "heavy_days", "PM2.5", "<=", 250.0),
        )
    ]
    days = [
        {"receptor": "toy", "pollutant": "PM2.5", "kind": kind, "median": 80.0, "spread": 0.5, "other": 10.0} | last
        for kind in ("good", "heavy")
    ]
    case = case.with_table("commitments", pd.DataFrame(commitments)[case["commitments"].columns])
    case = case.with_table("days", pd.DataFrame(days)[case["days"].columns])
    both = pd.concat([case["targets"], pd.DataFrame(targets)[case["targets"].columns]], ignore_index=True)
    asked = {"commitments": "kept", "money_at_most": 2e7, "cost_at_most": 650_000.0}
    settled = replace(case.with_table("targets", both), settings=case.settings.model_copy(update=asked))
    assert [str(problem) for problem in check(settled)] == []
    return settled


@pytest.fixture(scope="module")
def promised_plan(promised: Case) -> Plan:
    """1,800 gas in Q4, 1,400 briquettes in Q3 and 600 in Q4, the pipe from Q3: 612,875 CNY."""
    plan = solving.solve(promised, gap=0)
    assert plan.objective == pytest.approx(612_875, rel=1e-9)
    return plan


def found_out(case: Case, plan: Plan, tables: Tables) -> set[str]:
    """The kinds of statement that are broken."""
    found = verify(case, tables, plan.objective, plan.found.value)
    return {str(violation.statement[0]) for violation in found if not violation.size <= TOLERANCE}


def test_a_sound_plan_with_promises_breaks_nothing(promised: Case, promised_plan: Plan) -> None:
    assert found_out(promised, promised_plan, dict(promised_plan.tables)) == set()


@pytest.mark.parametrize(
    ("table", "where", "column", "value", "statement"),
    [
        ("commitments", {"commitment": "C1"}, "achieved", 1801.0, "commitment"),
        ("commitments", {"commitment": "C1"}, "achieved", np.nan, "commitment"),
        ("commitments", {"commitment": "C1"}, "value", 1799.0, "commitment limit"),
        ("commitments", {"commitment": "C2"}, "achieved", 0.0, "commitment"),
        ("commitments", {"commitment": "C2"}, "value", 0.4, "commitment limit"),
        *(("targets", {"target": f"S{number}"}, "achieved", 99.0, "target") for number in range(1, 6)),
        *(("targets", {"target": f"S{number}"}, "value", 99.0, "limit") for number in range(1, 6)),
    ],
)
def test_a_doctored_promise_is_found_out(
    promised: Case, promised_plan: Plan, table: str, where: dict[str, object], column: str, value: float, statement: str
) -> None:
    assert statement in found_out(promised, promised_plan, doctored(promised_plan, table, where, column, value))


@pytest.mark.parametrize("table", ["commitments", "targets"])
def test_a_promise_left_out_is_found_out(promised: Case, promised_plan: Plan, table: str) -> None:
    for row in promised_plan[table].index:
        left = {**promised_plan.tables, table: promised_plan[table].drop(index=row)}
        assert found_out(promised, promised_plan, left)


@pytest.mark.parametrize(
    ("table", "column", "where", "value", "statement"),
    [
        ("commitments", "quantity", {"commitment": "C1"}, 0.19, ("commitment", "C1")),
        ("commitments", "quantity", {"commitment": "C2"}, 4.0, ("commitment", "C2")),
        ("commitments", "area", {"commitment": "C1"}, "west", ("commitment", "C1")),
        ("commitments", "end", {"commitment": "C1"}, "2018-06", ("commitment", "C1")),
        ("targets", "value", {"target": "S1"}, 0.04, ("target", "S1")),
        ("targets", "by", {"target": "S2"}, "2018-09", ("target", "S2")),
        ("targets", "value", {"target": "S3"}, 5000.0, ("target", "S3")),
        ("targets", "value", {"target": "S4"}, 200.0, ("target", "S4")),
        ("targets", "value", {"target": "S5"}, 100.0, ("target", "S5")),
    ],
)
def test_a_goal_that_is_not_kept_is_named(
    promised: Case,
    promised_plan: Plan,
    table: str,
    column: str,
    where: dict[str, object],
    value: object,
    statement: tuple[str, str],
) -> None:
    found = verify(without(promised, table, column, where, value), promised_plan.tables, promised_plan.objective)
    assert statement in {violation.statement for violation in found if violation.size > TOLERANCE}


@pytest.mark.parametrize(
    ("setting", "value", "statement"),
    [
        ("money_at_most", 6_000_000.0, "money in all"),  # 800,000 + 5,400,000 + 50,000 + 10,000 are laid out
        ("cost_at_most", 612_000.0, "cost in all"),
        ("minimise", "concentration", "minimised"),
        ("minimise", "emission", "minimised"),
    ],
)
def test_a_setting_that_is_not_kept_is_named(
    promised: Case, promised_plan: Plan, setting: str, value: object, statement: str
) -> None:
    other = replace(promised, settings=promised.settings.model_copy(update={setting: value}))
    assert statement in found_out(other, promised_plan, dict(promised_plan.tables))


def test_money_of_budgets_is_verified_as_their_sum(promised: Case, promised_plan: Plan) -> None:
    poor = without(promised, "budgets", "amount", {"payer": "city"}, 5_700_000.0)  # and the award of 0.3
    poor = replace(poor, settings=poor.settings.model_copy(update={"money_at_most": "budgets"}))
    assert "money in all" in found_out(poor, promised_plan, dict(promised_plan.tables))


def test_goals_that_are_shown_need_not_be_kept(promised: Case, promised_plan: Plan) -> None:
    """Whatever the targets, commitments and budgets ask, the tables only have to say how far they are met."""
    asked = {"targets": "shown", "commitments": "ignored", "budgets": "shown"}
    shown = replace(promised, settings=promised.settings.model_copy(update=asked))
    shown = without(shown, "budgets", "amount", {"payer": "city"}, 1.0)
    shown = without(shown, "targets", "value", {"target": "S3"}, 5000.0)
    tables = doctored(promised_plan, "targets", {"target": "S3"}, "value", 5000.0)
    assert found_out(shown, promised_plan, tables) == set()


def test_a_value_that_was_not_reached_is_found_out(promised: Case, promised_plan: Plan) -> None:
    found = verify(promised, promised_plan.tables, promised_plan.objective, promised_plan.objective - 1)
    assert "minimised" in {violation.statement[0] for violation in found if violation.size > TOLERANCE}
