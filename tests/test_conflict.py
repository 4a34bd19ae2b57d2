"""When no plan exists: the smallest conflict, the ways out and the elastic plan, against the toy solved by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cities import cell
from conftest import Toy
from scenarios import highs, targets
from scenarios.case import Case
from scenarios.cli import main
from scenarios.conflict import Conflict, Relaxation, WayOut, explain, relaxed_case
from scenarios.conflict.smallest import irreducible_conflict, smallest_conflict, smallest_hitting_set
from scenarios.program.build import Arrays, Name, build
from scenarios.program.equations import EQUATIONS
from scenarios.program.reduction import reduce
from scenarios.relaxing import solve_elastic
from scenarios.reports.conflict_text import conflict_text, round_outward
from scenarios.solving import InfeasibleError, solve
from test_goals import promising

NEGOTIABLE = {name for name, equation in EQUATIONS.items() if equation.negotiable}
SO2, NOX, PM = ("emission_target", ("T1",)), ("emission_target", ("T2",)), ("concentration_target", ("T3",))
GAS, MONEY = ("supply", ("gas", 2018)), ("budget", ("city", 2018))
FOREVER = 1e12


def target(case: Case, name: str, value: float) -> Case:
    return cell(case, "targets", {"target": name}, "value", value)


def gas(case: Case, anyway: float, pipe: float | None = None) -> Case:
    """The toy with other quantities of gas: to be had anyway, and with the pipe. [m3]"""
    case = cell(case, "supply", {"task": ""}, "quantity", anyway)
    if pipe is None:
        return case
    return cell(case, "supply", {"task": "pipe"}, "quantity", pipe)


def no_pipe_gas(case: Case, anyway: float) -> Case:
    """The toy with the gas that is to be had anyway, and none by the pipe. [m3]"""
    case = gas(case, anyway)
    return case.with_table("supply", case["supply"][case["supply"]["task"] == ""])


def budget(case: Case, amount: float) -> Case:
    """The toy in which the city has an amount, its award of 300,000 CNY included."""
    return cell(case, "budgets", {"payer": "city"}, "amount", amount - 300_000.0)


def why(case: Case) -> Conflict:
    found = explain(case)
    assert found is not None
    return found


def names(rows: tuple) -> set[Name]:
    return {(row.equation, row.index) for row in rows}


def of_kind(conflict: Conflict, kind: str) -> list[WayOut]:
    return [way for way in conflict.ways if way.kind == kind]


def only(way: WayOut) -> Relaxation:
    assert way.relaxations is not None
    (row,) = way.relaxations
    return row


# ---------------------------------------------------------------- by hand


def test_what_is_feasible_has_no_conflict(toy_case: Case) -> None:
    assert explain(toy_case) is None


def test_an_impossible_target_is_the_whole_conflict(toy_case: Case) -> None:
    """64 - 12 - 16 = 36 t can be reached (see test_cli), 6.4 t are asked."""
    found = why(target(toy_case, "T1", -0.9))
    assert names(found.rows) == {SO2}
    assert found.smallest
    row = only(found.ways[0])
    assert (row.limit, row.reachable) == (pytest.approx(6.4), pytest.approx(36.0))
    assert of_kind(found, "means")[0].relaxations is None


def test_too_little_gas_conflicts_with_the_target_that_needs_it(toy_case: Case) -> None:
    """12 t go by briquettes, 2 t by 250 gas boilers in Q2: 100,000 m3 (see test_cli); 50,000 m3 make it 51 t."""
    found = why(no_pipe_gas(toy_case, 50_000.0))
    assert names(found.rows) == {SO2, GAS}
    assert found.smallest
    alone = {row.equation: row for way in found.ways if way.relaxations for row in way.relaxations}
    assert alone["supply"].reachable == pytest.approx(100_000.0)
    assert alone["emission_target"].reachable == pytest.approx(51.0)
    assert only(found.ways[0]).equation == "emission_target"  # 2 % of the target against 100 % of the supply


def test_too_small_a_budget_conflicts_with_the_target_it_pays_for(toy_case: Case) -> None:
    """437,500 CNY are needed (see test_cli). 400,000 buy the pipe, briquettes for 200,000 and 200 gas boilers.

    These save 8 kg each in Q2: 64 - 12 - 1.6 = 50.4 t.
    """
    found = why(budget(toy_case, 400_000.0))
    assert names(found.rows) == {SO2, MONEY}
    rows = {row.equation: row for way in found.ways if way.relaxations for row in way.relaxations}
    assert rows["budget"].reachable == pytest.approx(437_500.0)
    assert rows["emission_target"].reachable == pytest.approx(50.4)


def test_a_deadline_before_the_work_can_be_done_is_moved_to_when_it_can(toy_case: Case) -> None:
    """A survey of nine months is done in September, its deadline is June; six months would do."""
    case = cell(toy_case, "tasks", {"task": "survey"}, "duration", 9)
    found = why(case)
    assert names(found.rows) == {("deadline", ("survey",))}
    row = only(found.ways[0])
    assert (row.limit, row.reachable) == (1.0, 2.0)
    text = conflict_text(case, found)
    assert "task survey Survey: done by 2018-06" in text
    assert "task survey Survey: done by 2018-09 instead of 2018-06 (3 months later)" in text
    assert "or one of these 3 months shorter: survey" in text


def test_the_deadline_of_a_task_that_something_needs_can_give_way(toy_case: Case) -> None:
    """Nobody requires the pipe, but without gas 12 t at most can go: due in March, it can be done in June."""
    found = why(cell(toy_case, "tasks", {"task": "pipe"}, "deadline", "2018-03"))
    assert names(found.rows) == {SO2, ("never_late", ("pipe",))}
    late = [row for way in found.ways for row in way.relaxations or () if row.equation == "never_late"]
    assert [(row.limit, row.reachable) for row in late] == [(0.0, 1.0)]


def test_a_required_task_that_takes_too_long_is_not_done_at_all(toy_case: Case) -> None:
    case = cell(toy_case, "tasks", {"task": "survey"}, "duration", 30)
    case = target(target(case, "T1", 0.5), "T3", 200.0)
    row = only(why(case).ways[0])
    assert (row.equation, row.reachable) == ("deadline", np.inf)
    assert "not done within the planning years instead of by 2018-06" in conflict_text(case, why(case))
    assert solve_elastic(case).plan.schedule.set_index("task").loc["survey", "finish"] is None


def test_of_many_late_tasks_the_first_are_listed_and_the_others_counted(toy_case: Case) -> None:
    """Ten of them: seven lines, and one for the other three; a change of next to nothing is shown without percents."""
    late = tuple(Relaxation("deadline", ("survey",), 1.0, np.inf, 1.0) for _ in range(10))
    paid = Relaxation("budget", ("city", 2018), 5.0, 4e7, 1.0)
    conflict = replace(why(cell(toy_case, "tasks", {"task": "survey"}, "duration", 9)), rows=(), others=())
    conflict = replace(conflict, ways=(WayOut("any", (*late, paid), True, 1.0, 1.0),))
    text, whole = (conflict_text(toy_case, conflict, *shown) for shown in ((), (None,)))
    assert text.count("not done within the planning years") == 7
    assert "and the deadlines of 3 more tasks" in text
    assert whole.count("not done within the planning years") == 10
    assert any(line.endswith("40.00 million CNY instead of 5.000 CNY") for line in text.splitlines())


def test_rows_that_conflict_only_together_are_all_named(toy_case: Case) -> None:
    """More gas, or more money, or a lower target: each alone is enough."""
    case = budget(no_pipe_gas(toy_case, 99_000.0), 437_000.0)
    found = why(case)
    assert found.smallest
    assert len(found.rows) == 2  # the gas alone is too little for the target already
    both = [names(way.relaxations) for way in found.ways if way.relaxations]
    assert {SO2} in both
    assert {GAS, MONEY} in both


def test_a_second_conflict_is_named_beside_the_first(toy_case: Case) -> None:
    """Boilers cannot emit less than nothing, and stoves not less than 36 t."""
    found = why(target(target(toy_case, "T1", -0.9), "T2", 0.5))
    assert len(found.rows) == 1
    assert [names(rows) for rows in found.others] == [{SO2, NOX} - names(found.rows)]


def test_what_only_whole_projects_cannot_keep_is_said_to_be_so(toy_case: Case) -> None:
    """Boilers are closed in lots of 10 t/h: at least 15 and at most 15 t/h asks for one and a half."""
    case = promising(
        toy_case,
        "C1,7.1,converted,boiler_closed,toy,2018-01,2018-12,>=,15,t/h",
        "C2,7.2,converted,boiler_closed,toy,2018-01,2018-12,<=,15,t/h",
    )
    found = why(case)
    assert found.only_whole
    assert found.smallest
    assert names(found.rows) == {("converted_commitment", ("C1",)), ("converted_commitment", ("C2",))}
    reachable = {row.index[0]: row.reachable for way in found.ways for row in way.relaxations or ()}
    assert reachable == {"C1": pytest.approx(10.0), "C2": pytest.approx(20.0)}
    assert "only whole ones conflict" in conflict_text(case, found)


# ---------------------------------------------------------------- against enumeration


def negotiable(arrays: Arrays) -> list[int]:
    return [place for place, name in enumerate(arrays.rows) if name[0] in NEGOTIABLE]


def possible(arrays: Arrays, kept: set[Name]) -> bool:
    """Whether a solution keeps these of the negotiable rows."""
    lower, upper = arrays.lower.copy(), arrays.upper.copy()
    for place in negotiable(arrays):
        if arrays.rows[place] not in kept:
            lower[place], upper[place] = -np.inf, np.inf
    return highs.solve(replace(arrays, lower=lower, upper=upper), highs.Options(gap=FOREVER)).outcome != "infeasible"


def fewest_that_conflict(arrays: Arrays) -> int:
    """Size of the smallest set of negotiable rows that no solution keeps, by trying all sets."""
    rows = [arrays.rows[place] for place in negotiable(arrays)]
    return next(
        size
        for size in range(len(rows) + 1)
        if any(not possible(arrays, set(kept)) for kept in combinations(rows, size))
    )


TIGHT = st.tuples(
    st.sampled_from([-0.2, -0.3, -0.4, -0.5]),  # T1, of 2015
    st.sampled_from([17.0, 13.0, 11.0, 5.0]),  # T2 [t]
    st.sampled_from([85.0, 75.0, 68.0, 55.0]),  # T3 [ug/m3]
    st.sampled_from([50_000.0, 300_000.0, 800_000.0]),  # gas [m3]
    st.sampled_from([300_000.0, 1_000_000.0, 3_000_000.0]),  # budget [CNY]
    st.sampled_from(["2018-03", "2018-06", "2018-12"]),  # deadline of the pipe
)
FEW = settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def tightened(case: Case, tight: tuple) -> Case:
    so2, nox, air, fuel, money, month = tight
    case = target(target(target(case, "T1", so2), "T2", nox), "T3", air)
    return cell(budget(gas(case, fuel), money), "tasks", {"task": "pipe"}, "deadline", month)


@FEW
@given(TIGHT)
def test_the_conflict_is_as_small_as_the_smallest_of_all_sets(toy_case: Case, tight: tuple) -> None:
    case = tightened(toy_case, tight)
    arrays = reduce(build(case).arrays).arrays
    found = explain(case)
    if found is None:
        assert possible(arrays, set(arrays.rows))
        return
    assert not possible(arrays, names(found.rows))
    if found.smallest:
        assert len(found.rows) == fewest_that_conflict(arrays)


@FEW
@given(TIGHT)
def test_every_way_out_makes_a_plan_possible_and_half_of_it_does_not(toy_case: Case, tight: tuple) -> None:
    case = tightened(toy_case, tight)
    found = explain(case)
    if found is None:
        return
    assert found.ways[0].price <= min(way.price for way in found.ways if way.relaxations) * (1 + 1e-3) + 1e-6
    for way in found.ways:
        if way.relaxations is None:
            continue
        assert way.whole
        solve(relaxed_case(case, way.relaxations))
        if len(way.relaxations) == 1:
            less = replace(way.relaxations[0], reachable=_halfway(way.relaxations[0]))
            if less.equation not in ("deadline", "never_late") and way.proven:
                with pytest.raises(InfeasibleError):
                    solve(relaxed_case(case, [less]))


def _halfway(row: Relaxation) -> float:
    return (row.limit + row.reachable) / 2


@pytest.mark.parametrize("seed", range(20))
def test_the_smallest_conflict_of_made_up_conflicts_is_found(seed: int) -> None:
    """Some sets of rows are conflicts; what is kept must hold none of them."""
    random = np.random.default_rng(seed)
    rows = frozenset(("row", (number,)) for number in range(8))
    conflicts = [
        frozenset(("row", (int(number),)) for number in random.choice(8, random.integers(1, 5), replace=False))
        for _ in range(random.integers(1, 6))
    ]

    def correction(kept: frozenset[Name]) -> frozenset[Name] | None:
        if any(conflict <= kept for conflict in conflicts):
            return None
        grown = set(kept)
        for name in sorted(rows, key=str):
            if not any(conflict <= grown | {name} for conflict in conflicts):
                grown.add(name)
        return rows - grown

    found = smallest_conflict(rows, correction, FOREVER)
    assert found.proven
    assert found.conflict in conflicts
    assert len(found.conflict) == min(map(len, conflicts))
    assert irreducible_conflict(rows, correction) in conflicts


def test_the_smallest_hitting_set_has_a_row_of_every_set() -> None:
    a, b, c = (("row", (name,)) for name in "abc")
    sets = [frozenset({a, b}), frozenset({b, c}), frozenset({b, a, c})]
    assert smallest_hitting_set(frozenset({a, b, c}), sets) == {b}


# ---------------------------------------------------------------- elastic plans


def test_an_elastic_plan_of_a_feasible_case_gives_nothing_way(toy_case: Case) -> None:
    found = solve_elastic(toy_case)
    assert found.relaxations == ()
    assert found.plan.objective == pytest.approx(607_875.0)


def test_an_elastic_plan_misses_the_target_by_what_cannot_be_reached(toy_case: Case) -> None:
    found = solve_elastic(target(toy_case, "T1", -0.9))
    row = found.plan.targets.set_index("target").loc["T1"]
    assert (row["value"], row["achieved"], row["met"]) == (pytest.approx(6.4), pytest.approx(36.0, rel=2e-6), False)
    others = found.plan.targets.set_index("target").drop(index="T1")
    assert others.loc[others["enforced"], "met"].all()
    (given,) = found.relaxations
    assert given.reachable == pytest.approx(36.0)


def test_an_elastic_plan_stays_within_the_least_budget(toy_case: Case) -> None:
    """What gives way is counted: money laid out is within what was asked, or within what it gave way to."""
    case = budget(toy_case, 436_000.0)
    found = solve_elastic(case)
    money = found.plan["funding"].query("payer == 'city' and item == 'investment'")["cny"].sum()
    given = {row.equation: row.reachable for row in found.relaxations}
    assert money <= given.get("budget", 436_000.0) * (1 + 3e-6)


# ---------------------------------------------------------------- words and commands


@pytest.mark.parametrize(
    ("value", "limit", "said"),
    [
        (63.625, 60.0, "63.63"),
        (36.0000000001, 6.4, "36.00"),
        (236.86, 360.0, "236.8"),
        (437_500.0000001, 400_000.0, "437,500"),
        (1_999.99999999, 2_500.0, "2,000"),
        (-0.37213, -0.4, "-0.3721"),
    ],
)
def test_what_is_shown_can_be_reached(value: float, limit: float, said: str) -> None:
    assert round_outward(value, limit) == said


def on(toy: Toy, command: str, *words: object) -> Result:
    where = ["--models", str(toy.models), "--inputs", str(toy.inputs)]
    return CliRunner().invoke(main, [command, "toy", *map(str, words), *where])


IMPOSSIBLE = ("changes:", "  - {table: targets, where: {target: T1}, column: value, set: -0.9}")


def test_explain_says_when_nothing_conflicts(toy: Toy) -> None:
    result = on(toy, "explain")
    assert result.exit_code == 0
    assert "nothing conflicts; a plan keeps all that is asked." in result.output
    assert "scenarios run toy --scenario least-cost" in result.output


def test_explain_names_the_conflict_and_ends_with_3(toy: Toy) -> None:
    toy.scenario("impossible", *IMPOSSIBLE)
    result = on(toy, "explain", "--scenario", "impossible")
    assert result.exit_code == 3
    assert "This cannot be kept, whatever else gives way:\n  target SO2 21.875 % down (1.1, 2018): at most 6.400 t" in (
        result.output
    )
    assert "36.00 instead of 6.400 t (+462.5 %; against 2015 -43.8 % instead of -90.0 %)" in result.output
    assert "--elastic" in result.output


def test_an_elastic_run_writes_a_plan_that_says_what_gave_way(toy: Toy, tmp_path: Path) -> None:
    toy.scenario("impossible", *IMPOSSIBLE)
    result = on(toy, "run", "--scenario", "impossible", "--elastic", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "Not everything can be kept. What gave way:" in result.output
    assert "36.00 instead of 6.400 t" in result.output
    assert "36.00 instead of 6.400 t" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "missed" in result.output


def test_what_a_limit_of_0_would_have_to_become_has_no_percentage(toy: Toy) -> None:
    result = on(toy, "run", "--set", "budgets.city=0", "--set", "awards.central=0")
    assert result.exit_code == 3
    assert "  City, budget of 2018: 437,500 instead of 0 CNY\n" in result.output


def test_a_budget_of_0_is_no_budget_that_is_used(toy: Toy, tmp_path: Path) -> None:
    nothing = ("--set", "budgets.city=0", "--set", "awards.central=0")
    result = on(toy, "run", *nothing, "--elastic", "--no-report", "--out", tmp_path / "out")
    assert result.exit_code == 0
    assert "No budget is used." in result.output


def test_an_elastic_plan_is_not_taken_for_the_scenarios_own(
    toy: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    toy.scenario("impossible", *IMPOSSIBLE)
    assert on(toy, "run", "--scenario", "impossible", "--elastic", "--no-report").exit_code == 0
    assert on(toy, "compare", "impossible").exit_code == 3


def test_explain_speaks_chinese(toy: Toy) -> None:
    toy.scenario("impossible", *IMPOSSIBLE)
    result = on(toy, "explain", "--scenario", "impossible", "--lang", "zh")
    assert "无论放宽其他任何一项，下列要求都无法满足：" in result.output


def test_a_limit_on_a_change_of_nothing_gives_way_as_a_value(toy_case: Case) -> None:
    """Roads emit no SO2: 21.875 % less of it is 0 t; where 3 t can be reached the target asks for 3 t and a hair."""
    case = cell(toy_case, "targets", {"target": "T1"}, "sectors", "dust")
    way = Relaxation("emission_target", ("T1",), 0.0, reachable=3.0, price=1.0)
    given = targets.limits(relaxed_case(case, [way]))
    assert given.loc["T1", "limit"] == pytest.approx(3.0, rel=1e-5)
    assert given.loc["T1", "limit"] > 3.0
    assert given.drop("T1")["limit"].tolist() == targets.limits(case).drop("T1")["limit"].tolist()
