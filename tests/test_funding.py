"""Funding: rules first, shares for the rest; the parts are the whole by every key; an office adds the workbook up."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from functools import cache

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from openpyxl import load_workbook

import scenarios as sc
from cities import HOUSE, cell, changed, random_city
from scenarios import accounting, costs, operation, payments, results, runs
from scenarios.accounting import Accounts, Decisions
from scenarios.case import Case
from scenarios.cli import main
from scenarios.inventory import quantities
from scenarios.plan import RESULTS, Found, Plan
from scenarios.problems import InputError
from scenarios.program.pooling import by_area
from scenarios.reading import with_changes
from scenarios.reports import funding
from scenarios.reports.funding import Loan, Terms
from scenarios.reports.funding.assumptions import EVIDENCE, ranked_by_weight
from scenarios.reports.funding.taxes import tax_changes
from scenarios.reports.funding.text import funding_text
from scenarios.reports.funding.workbook import workbook
from scenarios.reports.payers_text import payers, payers_text
from scenarios.stocks import evolve
from scenarios.words import speaking

YUAN = 1.0
COUNTY = {"subject": "gas", "item": "capital", "payer": "county"}
LESS = ["--set", "budgets.city=700000"]  #: with the award of 300,000 CNY the city has a million
CITIES = ("shijiazhuang", "baoding")
FORMULA = re.compile(rb"(<f>[^<]*</f>)<v>[^<]*</v>")
RULE = {"fuel": "", "ceiling": float("nan"), "years": float("nan"), "low": float("nan"), "high": float("nan")}


@cache
def planned(city: str, scenario: str = "least-cost") -> tuple[Case, Plan]:
    case = sc.read_case(city, scenario, models=HOUSE / "models", inputs=HOUSE / "inputs")
    return (case, sc.solve(case)) if city == "toy" else (case, invented(case))


def invented(case: Case) -> Plan:
    """A plan that nobody solved for: one in eleven measures and areas converts a part of what it could, all tasks."""
    share = by_area(case["potentials"], case, ["measure"])["share"]
    size, rows = quantities(case, case.settings.start_year), []
    activity = case["technologies"].set_index("technology")["activity"]
    activity_of = case["measures"].set_index("measure")["from_technology"].map(activity)
    for number, ((area, measure), part) in enumerate(share[share > 0].items()):
        amount = 0.1 * part * size.get((area, activity_of[measure]), 0.0)
        if number % 11 == 0 and amount:
            rows.append((area, measure, case.calendar.periods[number % 12], amount))
    converted = pd.DataFrame(rows, columns=["area", "measure", "period", "quantity"])
    decisions = Decisions(converted, dict.fromkeys(case["tasks"]["task"], case.calendar.periods[5]))
    relaxed_schedule = pd.DataFrame({name: [] for name in RESULTS["relaxed_schedule"]})
    tables = results.tables(case, accounting.account(case, decisions), decisions, {}, relaxed_schedule)
    cost = accounting.objective(case, tables["costs"])
    return Plan(case.settings.city, case.scenario, Found("stopped", cost, "cost", cost, 0.0, 1.0, {}, {}), 0.0, tables)


@pytest.fixture(scope="module")
def toy() -> tuple[Case, Plan]:
    return planned("toy")


def with_rules(case: Case, *rules: dict[str, object]) -> Case:
    rows = [{**RULE, "source": "toy", "grade": "assumed", "note": "", **rule} for rule in rules]
    return case.with_table("subsidies", pd.DataFrame(rows)[list(case["subsidies"])].reset_index(drop=True))


def with_award_given(case: Case, own: float) -> Case:
    """The toy in which the centre, too, has a budget."""
    rows = case["budgets"]
    more = rows.assign(payer="central", amount=own).set_axis(rows.index + 1)
    shares = case["payers"]
    first = shares.iloc[:1].assign(payer="central", share=0.0).set_axis([shares.index.max() + 1])
    return case.with_table("budgets", pd.concat([rows, more])).with_table("payers", pd.concat([shares, first]))


def summed(rows: pd.DataFrame, **where: object) -> float:
    for name, value in where.items():
        rows = rows[rows[name] == value]
    return float(rows["cny"].sum())


# who pays: rules


def test_a_running_subsidy_is_paid_for_the_heat_delivered(toy):
    """1,500 gas boilers in the 4th quarter deliver a quarter of a season: 0.5 CNY x 800 m3 = 400, at most 300."""
    rows = funding.ledger(*toy)
    given = rows[(rows["payer"] == "city") & (rows["item"] == "fuel")]["given"].sum()
    assert given == pytest.approx(1_500 * 300 / 4)


def test_who_receives_a_subsidy_is_who_bears_the_cost(toy):
    rows = funding.ledger(*toy)
    fuel = rows[(rows["item"] == "fuel") & (rows["measure"] == "gas")]
    household = fuel[fuel["payer"] == "household"]
    assert household["received"].sum() == pytest.approx(112_500)
    assert household["cny"].sum() == pytest.approx(1_500 * 600 / 4 - 112_500)


def test_a_capital_rule_goes_before_the_shares(toy):
    """Of 3,000 CNY a boiler the county gives 1,000; the city pays a quarter of the 2,000 left, households the rest."""
    case = with_rules(toy[0], {**COUNTY, "kind": "amount", "value": 1000.0})
    shares = costs.capital_shares(case).query("subject == 'gas'").set_index("payer")["share"]
    assert shares.to_dict() == pytest.approx({"city": 500 / 3000, "county": 1000 / 3000, "household": 1500 / 3000})


@pytest.mark.parametrize(
    ("rule", "each"),
    [
        ({"kind": "share", "value": 0.5, "ceiling": 1200.0}, 1200),
        ({"kind": "share", "value": 0.3, "ceiling": 1200.0}, 900),
        ({"kind": "amount", "value": 700.0}, 700),
        ({"kind": "amount", "value": 5000.0}, 3000),
    ],
)
def test_a_rule_gives_its_value_up_to_its_ceiling_and_never_more_than_the_cost(toy, rule, each):
    case = with_rules(toy[0], {"subject": "gas", "item": "capital", "payer": "county", **rule})
    assert costs.subsidies(case)["amount"].tolist() == pytest.approx([each])


def test_rules_that_together_exceed_the_cost_are_cut_alike(toy):
    rule = {"subject": "gas", "item": "capital", "kind": "amount"}
    case = with_rules(toy[0], {**rule, "payer": "county", "value": 4000.0}, {**rule, "payer": "city", "value": 2000.0})
    assert costs.subsidies(case)["amount"].tolist() == pytest.approx([2000, 1000])


def test_a_rule_ends_after_its_years(toy):
    """Converted in the middle of the 4th quarter of 2018: a quarter of a season in 2018, whole in 2019 and 2020, and
    in 2021 half of the year until the 4th quarter and half of that, 0.5 + 0.25.
    """
    after = payments.cost_after_plan(toy[0], toy[1].conversions, 5)
    given = after[after["payer"] == "city"].groupby("year")["given"].sum()
    assert given.to_dict() == pytest.approx({2019: 450_000, 2020: 450_000, 2021: 337_500})


def test_leaving_a_technology_ends_a_subsidy_without_years(toy):
    """The stoves' coal at 100 CNY a tonne: 2 t less for each household that leaves them."""
    rule = {"subject": "stove", "item": "fuel", "payer": "city", "kind": "rate", "value": 100.0, "fuel": "coal"}
    case = with_rules(toy[0], rule)
    plan = toy[1]
    rows = payments.cost_by_payer(case, Decisions(plan.conversions, plan.finish), evolve(case, plan.conversions))
    assert rows[rows["payer"] == "city"]["given"].sum() == pytest.approx(-200 * (2_000 / 2 + 1_500 / 4))


def test_a_subsidy_leaves_the_optimum_where_it_is(toy):
    none = toy[0].with_table("subsidies", toy[0]["subsidies"].head(0))
    assert sc.solve(none).objective == pytest.approx(toy[1].objective)


def test_a_budget_counts_what_a_rule_gives(toy):
    """The county gives 1,000 CNY a gas boiler and has 1 million: 1,000 boilers; the optimum keeps that."""
    rule = {"subject": "gas", "item": "capital", "payer": "county", "kind": "amount", "value": 1000.0}
    case = with_rules(toy[0], rule)
    budget = case["budgets"].assign(payer="county", amount=1_000_000.0)
    plan = sc.solve(case.with_table("budgets", budget))
    assert summed(plan["funding"], payer="county", item="investment") <= 1_000_000 * (1 + 1e-6)
    assert plan.conversions.query("measure == 'gas'")["quantity"].sum() == pytest.approx(1000, rel=1e-6)


# taxes


def test_a_tax_moves_money_by_what_the_plan_does_not_emit(toy):
    """A boiler closed in the 3rd quarter saves 3.75 of 20 t NOx, at 6,000 CNY a tonne."""
    owed = funding.taxes(*toy)
    assert owed["without"].sum() == pytest.approx(20 * 6_000)
    assert owed["due"].sum() == pytest.approx(16.25 * 6_000)
    more = tax_changes(owed).set_index("payer")["cny"]
    assert more.to_dict() == pytest.approx({"city": 22_500, "enterprise": -22_500})


def test_a_tax_of_an_area_goes_before_that_of_the_city(toy):
    """East emits 48 t SO2 with nothing new, west 16 t."""
    row = {**toy[0]["taxes"].iloc[0].to_dict(), "pollutant": "SO2", "excluded": "", "rate": 100.0}
    rows = pd.DataFrame([row, {**row, "area": "west", "rate": 300.0}])
    owed = funding.taxes(toy[0].with_table("taxes", rows), toy[1])
    assert owed.groupby("area")["without"].sum().to_dict() == pytest.approx({"east": 4_800, "west": 4_800})
    assert owed["due"].sum() == pytest.approx(37.5 * 100 + 12.5 * 300)


def test_taxes_cost_nothing_and_change_no_plan(toy):
    dear = toy[0].with_table("taxes", toy[0]["taxes"].assign(rate=1e9))
    assert sc.solve(dear).objective == pytest.approx(toy[1].objective)


@pytest.mark.parametrize("city", CITIES)
def test_what_taxes_take_from_one_they_give_to_another(city):
    case, plan = planned(city)
    owed = funding.taxes(case, plan)
    assert owed["without"].sum() > 1e8
    assert abs(tax_changes(owed)["cny"].sum()) < YUAN


def test_what_is_not_taxed_must_be_an_activity(toy):
    with pytest.raises(InputError) as caught:
        with_changes(toy[0], ["taxes.toy/NOx/coal:excluded=heatin"])
    (problem,) = caught.value.problems
    assert (problem.where.row, problem.where.column, str(problem.found)) == (2, "excluded", "“heatin”")
    assert "heating" in str(problem.remedy)


# the law: the parts are the whole


def held(case: Case, plan: Plan) -> None:
    rows, written = funding.ledger(case, plan), plan.costs
    for key in (["item"], ["item", "year"], ["item", "area"], ["item", "measure"], ["item", "measure", "area", "year"]):
        ours, theirs = rows.groupby(key)["cny"].sum(), written.groupby(key)["cny"].sum()
        assert ours.sub(theirs, fill_value=0.0).abs().max() < YUAN, key
    assert rows["given"].sum() == pytest.approx(rows["received"].sum(), abs=YUAN)
    by_payer = rows.groupby(["payer", "item", "year"])["cny"].sum()
    table = plan["funding"].set_index(["payer", "item", "year"])["cny"]
    assert by_payer.sub(table, fill_value=0.0).abs().max() < YUAN


@pytest.mark.parametrize("city", ["toy", *CITIES])
def test_what_payers_pay_adds_up_to_the_costs_by_every_key(city):
    held(*planned(city))


@settings(max_examples=6, deadline=None)
@drawn(
    seed=st.integers(0, 10**6),
    kind=st.sampled_from(["amount", "share", "rate"]),
    value=st.floats(0, 2000),
    ceiling=st.sampled_from([float("nan"), 0.0, 150.0]),
    years=st.sampled_from([float("nan"), 0.25, 1.0, 3.0]),
)
def test_the_parts_are_the_whole_in_any_city_under_any_rule(seed, kind, value, ceiling, years):
    case = random_city(planned("toy")[0], seed)
    rule = {"kind": kind, "value": value % 1 if kind == "share" else value, "ceiling": ceiling}
    gas = {**rule, "subject": "gas_boiler", "item": "fuel", "payer": "city", "fuel": "gas", "years": years}
    stove = {**rule, "subject": "stove", "item": "fuel", "payer": "province", "fuel": "coal"}
    case = with_rules(case, gas, stove, {**rule, "subject": "gas", "item": "capital", "payer": "county"})
    rows = [("east", "briquettes", "2018Q2", 800.0), ("east", "gas", "2018Q3", 500.0), ("west", "gas", "2018Q1", 200.0)]
    converted = pd.DataFrame(rows, columns=["area", "measure", "period", "quantity"])
    decisions = Decisions(converted, {"survey": "2018Q1", "pipe": "2018Q2"})
    states = evolve(case, converted)
    booked, worn = accounting.measure_costs(case, decisions), operation.unattributed_cost(case, converted, states)
    accounts = Accounts(states, pd.DataFrame(), None, booked, worn, accounting.cost(booked, worn))
    paid = payments.cost_by_payer(case, decisions, states)
    key = ["area", "measure", "item", "year"]
    ours, theirs = paid.groupby(key)["cny"].sum(), accounts.cost.set_index(key)["cny"]
    assert ours.sub(theirs, fill_value=0.0).abs().max() < YUAN
    assert summed(payments.funding(case, accounts, converted)) == pytest.approx(summed(accounts.cost), abs=YUAN)


def test_the_solver_and_the_report_split_capital_alike():
    """What the budgets of the optimisation count is what the ledger says each payer lays out."""
    case, plan = planned("baoding")
    shares = costs.capital_shares(case).query("item == 'capital'")
    joined = plan.conversions.merge(shares, left_on="measure", right_on="subject")
    each = joined["quantity"] * joined["share"] * joined["measure"].map(costs.capital(case))
    counted = each.groupby(joined["payer"]).sum()
    rows = funding.ledger(case, plan)
    invested = rows[(rows["item"] == "investment") & rows["measure"].isin(case["measures"]["measure"])]
    assert invested.groupby("payer")["cny"].sum().sub(counted, fill_value=0.0).abs().max() < YUAN


@pytest.mark.parametrize("by", ["payer", "measure", "county", "year", "quarter", "task", "department"])
def test_every_way_of_reading_adds_up_to_the_same_cash(by):
    case, plan = planned("baoding")
    cash = plan.costs[plan.costs["item"].isin(["investment", "running", "fuel"])]["cny"].sum()
    assert funding.view(case, plan, by)["all"].sum() == pytest.approx(cash, abs=YUAN)


def test_quarters_add_up_to_years(toy):
    quarters = funding.ledger(*toy, by="period")
    assert quarters.groupby("item")["cny"].sum().to_dict() == pytest.approx(
        toy[1].costs.groupby("item")["cny"].sum().to_dict()
    )


# promises, awards, prices, loans, incomes


def test_a_conversion_promises_its_running_subsidy_for_all_years(toy):
    rows = funding.tables(*toy)["promises"].set_index("payer")
    assert rows.loc["city", ["capital", "running", "promised", "paid"]].tolist() == pytest.approx(
        [0, 1_500 * 300 * 3, 1_350_000, 112_500]
    )


def test_a_budget_is_the_own_money_and_what_awards_bring_and_take(toy):
    """The city receives 300,000 CNY beside its own 19.7 million; what the centre gives it has no more."""
    case = with_award_given(toy[0], own=1_000_000.0)
    found = costs.budgets(case).set_index("payer")["amount"]
    assert found.to_dict() == pytest.approx({"city": 20_000_000, "central": 700_000})
    without = costs.budgets(with_changes(case, ["awards.**=0"]))
    assert without["amount"].tolist() == pytest.approx([19_700_000, 1_000_000])
    rows = funding.budgets(case, funding.ledger(*toy)).set_index("payer")
    assert rows["budget"].to_dict() == pytest.approx(found.to_dict())


def test_an_award_moves_what_the_plan_can_pay(toy):
    """With 700,000 of its own and the award the city pays 1,000 gas boilers, with half the award 800 (750 CNY each)."""
    case = with_changes(toy[0], LESS[1:])
    boilers = []
    for one in (case, with_changes(case, ["awards.central*=0.5"])):
        plan = sc.solve(one)
        boilers.append(plan.conversions.query("measure == 'gas'")["quantity"].sum())
    assert boilers == pytest.approx([1_000, 800], rel=1e-5)


def test_an_award_larger_than_what_its_grantor_has_is_a_problem(toy):
    case = with_award_given(toy[0], own=400_000.0)
    with pytest.raises(
        InputError, match="an award of 450,000 CNY. Allowed: at most 400,000 CNY, what central has in 2018"
    ):
        with_changes(case, ["awards.central*=1.5"])


@pytest.mark.parametrize("city", CITIES)
def test_awards_move_budgets_and_leave_their_sum(city):
    case = planned(city)[0]
    assert costs.budgets(case)["amount"].sum() == pytest.approx(case["budgets"]["amount"].sum())
    halved = costs.budgets(with_changes(case, ["awards.central*=0.5"])).set_index(["payer", "year"])["amount"]
    change = halved - costs.budgets(case).set_index(["payer", "year"])["amount"]
    half = float(case["awards"]["amount"].iloc[0]) / 2
    assert (change["city", 2018], change["central", 2018]) == pytest.approx((-half, half))


def test_an_award_is_used_by_what_its_receiver_pays_for_its_purpose(toy):
    award = funding.awards(toy[0], funding.ledger(*toy)).iloc[0]
    assert (award["amount"], award["used"], award["unused"]) == pytest.approx((300_000, 300_000, 0))
    larger = cell(toy[0], "awards", {"grantor": "central"}, "amount", 2_000_000.0)
    award = funding.awards(larger, funding.ledger(*toy)).iloc[0]
    assert award["used"] == pytest.approx(1_325_000 + 112_500)  # without the pipe, which heats nobody by itself


@pytest.mark.parametrize(("purpose", "second"), [("heating", 437_500), ("", 487_500), ("heating boilers", 437_500)])
def test_what_is_spent_uses_one_award_only_that_of_the_narrowest_purpose(toy, purpose, second):
    """The city pays 1,437,500 for heating, and 50,000 for the pipe, which only an award for anything may pay."""
    case = cell(toy[0], "awards", {"grantor": "central"}, "amount", 1_000_000.0)
    case = with_rows_like(case, "awards", {"grantor": "central"}, {"grantor": "province", "activities": purpose})
    for rows in (case["awards"], case["awards"].iloc[::-1]):
        table = funding.awards(case.with_table("awards", rows), funding.ledger(*toy)).set_index("grantor")
        if purpose == "heating" and rows["grantor"].iloc[0] == "province":
            table = table.rename({"central": "province", "province": "central"})  # of one purpose, the first
        assert table["used"].to_dict() == pytest.approx({"central": 1_000_000, "province": second})
        assert table["unused"]["province"] == pytest.approx(1_000_000 - second)


def test_an_award_for_two_purposes_leaves_another_the_one_it_may_use(toy):
    """The city is said to pay 300 for heating and 200 for boilers."""
    case = cell(toy[0], "awards", {"grantor": "central"}, "amount", 250.0)
    changes = [{"grantor": "province", "activities": "heating boilers"}, {"grantor": "county", "activities": "boilers"}]
    case = with_rows_like(case, "awards", {"grantor": "central"}, *changes)
    paid = {"payer": "city", "area": "", "item": "investment", "year": 2018}
    rows = pd.DataFrame([{**paid, "measure": "gas", "cny": 300.0}, {**paid, "measure": "boiler_closed", "cny": 200.0}])
    used = funding.awards(case, rows).set_index("grantor")["used"].to_dict()
    assert used == {"central": 250, "county": 200, "province": 50}


def test_sums_of_a_table_on_the_screen_are_in_one_unit_that_its_head_says(toy):
    """Laid out and paid for fuel: 1,487,500 CNY by the city, 10,000 by enterprises; taxes are small, and in CNY."""
    lines = [line.split() for line in funding_text(*toy, "payer").splitlines()]
    assert ["who", "pays", "[million", "CNY]", "2018", "all"] in lines
    assert ["City", "1.49", "1.49"] in lines
    assert ["Enterprise", "0.01", "0.01"] in lines
    assert ["City", "22,059"] in lines
    with speaking("zh"):
        lines = [line.split() for line in funding_text(*toy, "payer").splitlines()]
    assert ["市级", "149", "149"] in lines


def test_money_of_the_day_follows_the_prices(toy):
    index = funding.price_index(toy[0], [2017, 2018, 2019])
    assert index.tolist() == pytest.approx([1, 1.02, 1.02 * 1.05])
    real, nominal = (funding.view(*toy, "year", Terms(flag))["all"].sum() for flag in (False, True))
    assert nominal == pytest.approx(real * 1.02)


def test_a_year_without_a_price_is_said(toy):
    with pytest.raises(InputError, match="no row for 2024, 2025"):
        funding.price_index(toy[0], [2025])


@pytest.mark.parametrize("asked", [["city:0.049:10", "city:0.049:10"], ["city:0.049:10", "city:0.06:5"]])
def test_a_payer_borrows_under_one_set_of_terms(toy, asked):
    with pytest.raises(InputError, match="2 loans of city"):
        funding.known_loans(toy[0], asked)
    with pytest.raises(InputError, match="2 loans of city"):
        funding.tables(*toy, Terms(loans=(Loan("city", 0.049, 10), Loan("city", 0.06, 5))))


ENOUGH = ["budgets.city=1090000"]  #: with the award the city has 1,390,000 CNY, of which the plan needs 1,375,000


def report_text(pair: tuple[Case, Plan], terms: Terms) -> str:
    return " ".join(funding_text(*pair, "payer", terms).split())


def with_rows_like(case: Case, table: str, where: dict[str, object], *changes: dict[str, object]) -> Case:
    """The case with copies of a row of a table, each changed."""
    rows = case[table]
    like = rows[(rows[list(where)] == pd.Series(where)).all(axis=1)].iloc[0]
    return case.with_table(
        table, pd.concat([rows, pd.DataFrame([{**like, **change} for change in changes])], ignore_index=True)
    )


def test_a_county_with_a_payer_and_a_measure_of_its_own_keeps_a_budget_of_its_own(toy):
    """East has 450,000 CNY and pays a quarter of 3,000 CNY: 600 boilers in East, the others in West."""
    own = {"measure": "gas_east"}
    case = with_rows_like(toy[0], "funders", {"payer": "county"}, {"payer": "east", "name_en": "East county"})
    case = with_rows_like(case, "measures", {"measure": "gas"}, own)
    case = with_rows_like(case, "costs", {"subject": "gas", "item": "capital"}, {"subject": "gas_east"})
    for table, where in (("pace", {"measure": "gas"}), ("enables", {"measure": "gas"})):
        case = with_rows_like(case, table, where, own)
    shares = [{**own, "share": 0.0}, {**own, "area": "east"}, {"area": "east", "share": 0.0}]
    case = with_rows_like(case, "potentials", {"measure": "gas"}, *shares)
    paid = [{"subject": "gas_east", "payer": "east", "share": 0.25}, {"subject": "gas_east", "payer": "household"}]
    case = with_rows_like(case, "payers", {"subject": "heating", "item": "capital", "payer": "household"}, *paid)
    case = with_rows_like(case, "budgets", {"payer": "city"}, {"payer": "east", "amount": 450_000.0})
    plan = sc.solve(case)
    made = plan.conversions.groupby(["measure", "area"])["quantity"].sum()
    assert made["gas_east", "east"] == pytest.approx(600, rel=1e-5)
    assert ("gas", "east") not in made
    rows = funding.tables(case, plan)["budgets"].set_index("payer")
    assert rows.loc["east", "laid_out"] == pytest.approx(450_000, rel=1e-5)
    assert funding.view(case, plan, "county").set_index("name").loc["East", "east"] == pytest.approx(450_000, rel=1e-5)


def test_prices_alone_take_a_plan_above_a_budget_that_it_keeps_and_that_is_said(toy):
    """1,375,000 CNY of 2017 are 1,402,500 of 2018: 12,500 more than 1,390,000; in money of 2017 15,000 are left."""
    pair = with_changes(toy[0], ENOUGH), toy[1]
    real, nominal = (funding.tables(*pair, Terms(flag))["budgets"].iloc[0] for flag in (False, True))
    assert (real["over"], real["over_by_prices"]) == (0, 0)
    assert (nominal["over"], nominal["over_by_prices"]) == pytest.approx((12_500, 12_500))
    said = (
        "City, 2018: 1.40 million CNY are laid out in money of the day, 12,500 CNY more than the budget, which is kept "
    )
    said += "in money of 2017: prices have risen by 2.0 % since. So much more budget would be needed."
    assert said in report_text(pair, Terms(True))
    assert "more than the budget" not in report_text(pair, Terms())
    assert "taken as money of 2017, in which the plan is found. With --nominal" in report_text(pair, Terms())


def test_what_prices_add_to_a_budget_already_exceeded_is_shown_apart(toy):
    """Of 1,402,500 against 1,300,000 CNY, 75,000 are missing in money of 2017 too, 27,500 by prices."""
    pair = with_changes(toy[0], ["budgets.city=1000000"]), toy[1]
    assert "102,500 CNY" not in report_text(pair, Terms())
    assert "City, 2018: 1.38 million CNY are laid out, 75,000 CNY more than the budget." in report_text(pair, Terms())
    assert "0.102 million CNY more than the budget; 27,500 CNY of it because prices" in report_text(pair, Terms(True))


def test_a_budget_kept_to_the_last_yuan_is_not_reported_as_exceeded(toy):
    case = with_changes(toy[0], LESS[1:])
    plan = sc.solve(case)
    row = funding.tables(case, plan)["budgets"].iloc[0]
    assert (row["laid_out"], row["over"]) == (pytest.approx(1_000_000), 0)
    assert "No budget is exceeded" in report_text(toy, Terms(True))


def test_the_workbook_says_of_budgets_what_the_screen_says(toy):
    pair = with_changes(toy[0], ENOUGH), toy[1]
    sheet = load_workbook(io.BytesIO(workbook(*pair, Terms(True))), data_only=True)["Budgets"]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[1][0].endswith("[million CNY, money of the day]")
    assert rows[4][7] == "more needed"
    assert rows[5][7] == pytest.approx(0.0125)
    below = [row[0] for row in rows[7:] if row[0]]
    assert below[0].startswith("Budgets and awards stand as written")
    assert below[1].startswith("City, 2018: 1.40 million CNY are laid out in money of the day, 12,500 CNY more")


def test_every_sheet_of_money_says_which_money_it_is(toy):
    """Of the day on every sheet when that is asked for; what one unit costs in a year is in money of the last year."""
    for terms, money in ((Terms(), "money of 2017]"), (Terms(True, (Loan("city", 0.02, 3),)), "money of the day]")):
        book = load_workbook(io.BytesIO(workbook(*toy, terms)), data_only=True)
        last = "money of 2018]" if terms.nominal else money
        for sheet in book.worksheets[2:]:
            notes = [str(row[0]) for row in sheet.iter_rows(min_row=2, max_row=4, max_col=1, values_only=True)]
            wanted = last if sheet.title == "Incomes" else money
            assert any(note.endswith(wanted) for note in notes), (sheet.title, notes)


def test_taxes_are_of_the_day_and_shown_in_the_money_asked_for(toy):
    """6,000 CNY a tonne are the law's: 22,500 CNY of 2018, which are 22,059 of 2017."""
    for terms, more in ((Terms(True), 22_500), (Terms(), 22_500 / 1.02)):
        rows = tax_changes(funding.tables(*toy, terms)["taxes"]).set_index("payer")["cny"]
        assert rows.to_dict() == pytest.approx({"city": more, "enterprise": -more})


def test_the_burden_of_a_household_follows_prices_as_its_income_does(toy):
    """1,600 CNY of 2017 are 1,632 of 2018, the last year of the plan; the part of the income stays 8 %."""
    row = funding.tables(*toy, Terms(True))["incomes"].set_index("technology").loc["gas_boiler"]
    assert row[["yearly_cost", "with_subsidy", "income", "capital"]].tolist() == pytest.approx(
        [1_632, 1_326, 20_400, 229.5]
    )
    assert (row["share_without"], row["share_with"]) == pytest.approx((0.08, 0.065))
    assert "part of an income, in money of 2018 technology" in report_text(toy, Terms(True))


def test_written_tables_say_in_which_money_they_are(toy):
    kinds = (Terms(), Terms(True))
    real, nominal = (funding.with_money_column(toy[0], funding.tables(*toy, one), one) for one in kinds)
    assert {tuple(rows["money"].unique()) for name, rows in real.items() if len(rows)} == {("2017",)}
    assert {tuple(rows["money"].unique()) for name, rows in nominal.items() if name != "incomes" and len(rows)} == {
        ("nominal",)
    }
    assert set(nominal["incomes"]["money"]) == {"2018"}


def test_the_check_against_costs_says_when_they_are_raised_with_prices(toy):
    """10,000 CNY a boiler, 2,000 x 400, 1,500 x 3,000 and the pipe: 5,360,000 CNY of 2017, 5,467,200 of 2018."""
    for terms, label, whole in ((Terms(), "in costs.csv", 5.36), (Terms(True), "costs.csv times price level", 5.4672)):
        sheet = load_workbook(io.BytesIO(workbook(*toy, terms)), data_only=True)["Summary"]
        rows = [row[1:6] for row in sheet.iter_rows(values_only=True)]
        assert ("By item, held against costs.csv", None, None, label, "difference") in rows
        line = next(row for row in rows if row[0] == "investment")
        assert line[1:] == pytest.approx((whole, whole, whole, 0))


def test_budgets_are_held_against_money_of_the_day_where_that_is_asked_for(toy):
    """1,375,000 CNY of 2017 are 1,402,500 of 2018, and 112,500 beside them 114,750; the budget stands as it is."""
    row = funding.tables(*toy, Terms(nominal=True))["budgets"].iloc[0]
    assert (row["laid_out"], row["operating"]) == pytest.approx((1_402_500, 114_750))
    assert row["left"] == pytest.approx(20_000_000 - 1_402_500)


def test_screen_and_workbook_show_the_same_budgets(toy):
    """In million CNY: laid out, left, running and fuel of the city, in money of the day."""
    terms = Terms(nominal=True)
    sheet = load_workbook(io.BytesIO(workbook(*toy, terms)), data_only=True)["Budgets"]
    written = next(row for row in sheet.iter_rows(min_row=6, values_only=True) if row[0] == 2018)
    row = funding.tables(*toy, terms)["budgets"].iloc[0]
    wanted = [row[name] / 1e6 for name in ("budget", "laid_out", "left", "operating")]
    assert [written[place] for place in (2, 4, 5, 8)] == pytest.approx(wanted)
    assert re.search(r"who pays \[million CNY\].*\n.* 1\.40 +18\.60 ", funding_text(*toy, "payer", terms))


def test_a_loan_turns_what_is_laid_out_into_yearly_sums(toy):
    """1,375,000 CNY laid out in 2018 at no interest over five years: 275,000 a year of the money borrowed."""
    cash = funding.tables(*toy, Terms(True, (Loan("city", 0.0, 5),)))["cash"]
    city = cash[cash["payer"] == "city"]
    assert "investment" not in set(city["item"])
    repaid = city[city["item"] == "repayment"].groupby("year")["cny"].sum()
    assert repaid.to_dict() == pytest.approx(dict.fromkeys(range(2019, 2024), 1_375_000 * 1.02 / 5))


def test_a_loan_of_nobody_is_a_problem(toy):
    with pytest.raises(InputError, match="bank:0.05:3"):
        funding.known_loans(toy[0], ["bank:0.05:3"])


def test_heating_is_held_against_an_income(toy):
    rows = funding.affordability(*toy).set_index("technology")
    gas = rows.loc["gas_boiler"]
    assert gas[["before", "after", "yearly_cost", "subsidy", "with_subsidy"]].tolist() == pytest.approx(
        [0, 1500, 1600, 300, 1300]
    )
    assert gas["capital"] == pytest.approx(225)  # three quarters of 3,000 over ten years
    assert (gas["share_without"], gas["share_with"]) == pytest.approx((0.08, 0.065))


@pytest.mark.parametrize(("city", "low", "high"), [("shijiazhuang", 900, 900), ("baoding", 900, 1200)])
def test_the_rules_of_both_cities_are_those_of_their_notices(city, low, high):
    """Hebei 2016 and 2017: about 900 to 1,200 CNY a season for a gas household, some 6,000 CNY at the conversion."""
    rules = costs.subsidies(planned(city)[0]).groupby(["subject", "item"])["amount"].sum()
    assert low - 1 <= rules["plain_gas_wall_boiler", "fuel"] <= high + 1
    assert 5_000 < rules["plain_raw_coal_to_gas", "capital"] < 7_000


def test_a_loan_says_what_is_borrowed_repaid_and_left(toy):
    """1,402,500 CNY of the day at no interest over five years: nothing is repaid in 2018, the plan's one year."""
    terms = Terms(True, (Loan("city", 0.0, 5),))
    row = funding.tables(*toy, terms)["loans"].iloc[0]
    assert row[["borrowed", "repaid", "left"]].tolist() == pytest.approx([1_402_500, 0, 1_402_500])
    said = "City borrows 1.40 million CNY, repays 0 CNY within the plan and 1.40 million CNY after it"
    assert said in funding_text(*toy, "payer", terms)
    sheet = load_workbook(io.BytesIO(workbook(*toy, terms)), data_only=True)["With loans"]
    debts = [row for row in sheet.iter_rows(values_only=True) if row[1] == "City"][-1]
    assert debts[2:7] == pytest.approx((1.4025, 0, 1.4025, 1.4025, 1.4025))


def test_a_loan_below_inflation_repays_less_of_what_money_buys_and_that_is_said(toy):
    """1,402,500 CNY of 2018 at 4 % over five years: 1,402,500 x 0.2246271 = 315,039.5 a year, 1,575,198 in all.

    In money of 2017, prices 5 % higher each year: 315,039.5 / 1.02 x (1 - 1.05^-5) / 0.05 = 1,337,212 of 1,375,000.
    """
    terms = Terms(loans=(Loan("city", 0.04, 5),))
    row = funding.tables(*toy, terms)["loans"].iloc[0]
    assert row[["borrowed", "repaid", "left"]].tolist() == pytest.approx([1_375_000, 0, 1_337_212], abs=1)
    assert row[["borrowed_of_the_day", "repaid_of_the_day"]].tolist() == pytest.approx([1_402_500, 1_575_198], abs=1)
    sums = "In money of the day it borrows 1.40 million CNY and repays 1.58 million CNY in all."
    assert sums in report_text(toy, terms)
    why = "In money of 2017 that is less than it borrows: prices rise faster than the interest of 4.0 %"
    assert why in report_text(toy, terms)
    assert why not in report_text(toy, Terms(loans=(Loan("city", 0.06, 5),)))
    sheet = load_workbook(io.BytesIO(workbook(*toy, terms)), data_only=True)["With loans"]
    assert any(str(row[0]).startswith(why) for row in sheet.iter_rows(values_only=True))


def test_a_loan_of_years_within_the_plan_is_repaid_in_them():
    """Of what is borrowed in 2018 and 2019 at no interest for a year, all is repaid by 2020; that of 2020 is left."""
    case, plan = planned("baoding")
    terms = Terms(True, (Loan("city", 0.0, 1),))
    rows = funding.tables(case, plan, terms)
    laid_out = rows["budgets"].query("payer == 'city'").set_index("year")["laid_out"]
    row = rows["loans"].iloc[0]
    assert row["left"] == pytest.approx(laid_out.get(2020, 0.0), abs=YUAN)
    assert row["borrowed"] == pytest.approx(row["repaid"] + row["left"], abs=YUAN)
    assert row["repaid"] > 0


@pytest.mark.parametrize("nominal", [False, True])
def test_quarters_of_each_payer_add_up_to_its_years(nominal):
    rows = funding.tables(*planned("baoding"), Terms(nominal))
    key = ["payer", "item", "year"]
    quarters, years = (rows[name].groupby(key)["cny"].sum() for name in ("quarters", "cash"))
    assert quarters.sub(years, fill_value=0.0).abs().max() < YUAN
    assert set(rows["quarters"]["quarter"]) == {1, 2, 3, 4}
    assert funding.view(*planned("baoding"), "quarter", Terms(nominal))["all"].sum() == pytest.approx(years.sum())


def test_the_workbook_shows_the_quarters(toy):
    sheet = load_workbook(io.BytesIO(workbook(*toy)), data_only=True)["By payer and quarter"]
    head, *_, last = (row for row in sheet.iter_rows(min_row=5, values_only=True))
    assert head[2:] == ("2018Q1", "2018Q2", "2018Q3", "2018Q4", "all")
    whole = funding.view(*toy, "payer")["all"].sum() / 1e6
    assert last[-1] == pytest.approx(whole)
    assert sum(last[2:-1]) == pytest.approx(whole)


# the workbook


def test_what_is_converted_or_finished_in_a_year_is_laid_out_in_it():
    """Quantity times unit cost by the year of the quarter; a task's whole cost in the year in which it is finished."""
    case, plan = planned("baoding")
    made = plan.conversions
    year = made["period"].map(case.calendar.year)
    laid_out = (made["quantity"] * made["measure"].map(costs.capital(case))).groupby(year).sum()
    cost, done = case["tasks"].set_index("task")["cost"], pd.Series(plan.finish)
    laid_out = laid_out.add(cost.reindex(done.index).groupby(done.map(case.calendar.year)).sum(), fill_value=0.0)
    rows = funding.tables(case, plan)["cash"].query("item == 'investment'").groupby("year")["cny"].sum()
    assert rows.sub(laid_out, fill_value=0.0).abs().max() < YUAN


WRITTEN = (("toy", "en"), ("shijiazhuang", "zh"))


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    """Each workbook as written, and as LibreOffice works it out with every cached value taken away."""
    folder, contents = tmp_path_factory.mktemp("books"), {}
    for city, language in WRITTEN:
        with speaking(language):
            contents[city, language] = workbook(*planned(city))
        with (
            zipfile.ZipFile(io.BytesIO(contents[city, language])) as source,
            zipfile.ZipFile(folder / f"{city}.xlsx", "w", zipfile.ZIP_DEFLATED) as target,
        ):
            for name in source.namelist():
                target.writestr(name, FORMULA.sub(rb"\1", source.read(name)))
    office = shutil.which("soffice")
    assert office, "LibreOffice is missing; on Debian: apt-get install libreoffice-calc-nogui"
    command = [office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "xlsx"]
    asked = [str(folder / f"{city}.xlsx") for city, _ in WRITTEN]
    subprocess.run([*command, "--outdir", str(folder / "out"), *asked], check=True, capture_output=True)
    return {
        (city, language): (
            load_workbook(io.BytesIO(content), data_only=True),
            load_workbook(folder / "out" / f"{city}.xlsx", data_only=True),
        )
        for (city, language), content in contents.items()
    }


def test_a_payment_stands_in_one_year_on_the_screen_in_the_workbook_and_in_the_tables(books):
    """Of each payer, in 万元; the workbook's quarters too add up to its years."""
    case, plan = planned("shijiazhuang")
    sheets, unit = books["shijiazhuang", "zh"][0], 1e4
    cash = funding.tables(case, plan)["cash"].groupby(["payer", "year"])["cny"].sum().unstack().fillna(0.0) / unit
    with speaking("zh"):
        shown = funding.view(case, plan, "payer").set_index("name") / unit
    summary = {row[1]: row[2:5] for row in sheets["汇总"].iter_rows(min_row=6, max_row=11, values_only=True)}
    quarters = {name: [0.0] * 3 for name in shown.index}
    for row in sheets["出资方分季度"].iter_rows(min_row=6, values_only=True):
        if row[1] in quarters:
            sums = [sum(row[2 + 4 * year : 6 + 4 * year]) for year in range(3)]
            quarters[row[1]] = [had + more for had, more in zip(quarters[row[1]], sums, strict=True)]
    names = case.names("funders", "zh")
    assert set(shown.index) == set(summary) == {names[payer] for payer in cash.index}
    for payer, wanted in cash.iterrows():
        name = names[payer]
        assert shown.loc[name, ["2018", "2019", "2020"]].tolist() == pytest.approx(wanted.tolist())
        assert list(summary[name]) == pytest.approx(wanted.tolist())
        assert quarters[name] == pytest.approx(wanted.tolist())


@pytest.mark.parametrize(("city", "language"), WRITTEN)
def test_an_office_works_out_every_number_that_we_wrote(books, city, language):
    ours, theirs = books[city, language]
    unit, count = 1e4 if language == "zh" else 1e6, 0
    assert ours.sheetnames == theirs.sheetnames
    for sheet in ours:
        for row in sheet.iter_rows():
            for here in row:
                if isinstance(here.value, int | float):
                    there = theirs[sheet.title][here.coordinate].value
                    assert isinstance(there, int | float), (sheet.title, here.coordinate, there)
                    assert abs(here.value - there) * (unit if sheet is not ours.worksheets[-1] else 1) < YUAN
                    count += 1
    assert count > 100


@pytest.mark.parametrize(("city", "language"), WRITTEN)
def test_the_recalculated_totals_are_those_of_the_costs(books, city, language):
    sheet, costs_rows = books[city, language][1].worksheets[-1], planned(city)[1].costs
    with speaking(language):
        from scenarios.words import say

        heads = {say(item): item for item in ("investment", "running", "fuel", "annuity", "task")}
    head = [cell.value for cell in sheet[5]]
    last = [cell.value for cell in list(sheet.iter_rows())[-1]]
    found = 0
    for text, total in zip(head, last, strict=False):
        item, _, year = str(text).rpartition(" ")
        if item in heads:
            assert abs(total - summed(costs_rows, item=heads[item], year=int(year))) < YUAN
            found += 1
    assert found == 5 * len(planned(city)[0].settings.years)


def test_text_never_becomes_a_formula(toy):
    evil = "=cmd|' /C calc'!A0"
    case = changed(toy[0], "measures", "name_en", evil, measure="gas")
    case = changed(case, "subsidies", "note", "=1+1")
    book = load_workbook(io.BytesIO(workbook(case, toy[1])))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value in (evil, "=1+1")]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}


def test_the_workbook_of_a_plan_that_does_nothing_is_whole():
    case = sc.read_case("toy", "frozen", models=HOUSE / "models", inputs=HOUSE / "inputs")
    book = load_workbook(io.BytesIO(workbook(case, sc.solve(case))))
    assert book.sheetnames[:3] == ["Cover", "Charts", "Summary"]


def test_the_command_prints_and_writes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folders = ["--models", str(HOUSE / "models"), "--inputs", str(HOUSE / "inputs")]
    result = CliRunner().invoke(main, ["funding", "toy", "--by", "measure", "--xlsx", "--csv", "money", *folders])
    assert result.exit_code == 0, result.output
    assert "Gas boiler" in result.output
    assert (tmp_path / "outputs/toy/least-cost/funding.xlsx").stat().st_size > 5000
    assert {path.stem for path in (tmp_path / "money").glob("*.csv")} == {
        "ledger",
        "cash",
        "budgets",
        "awards",
        "promises",
        "after",
        "taxes",
        "quarters",
        "loans",
        "incomes",
    }


def test_tables_of_funding_take_no_place_of_a_table_of_the_plan(tmp_path, monkeypatch):
    """Both had a table of commitments: in the plan's own folder one replaced the other, and the plan was lost."""
    monkeypatch.chdir(tmp_path)
    folders = ["--models", str(HOUSE / "models"), "--inputs", str(HOUSE / "inputs")]
    for _ in range(2):
        result = CliRunner().invoke(main, ["funding", "toy", "--csv", "outputs/toy/least-cost", *folders])
        assert result.exit_code == 0, result.output
    assert runs.stored_plan(sc.read_case("toy", models=HOUSE / "models", inputs=HOUSE / "inputs")) is not None


def test_funding_and_report_show_the_plan_that_answers_a_change(tmp_path, monkeypatch):
    """With 1,000,000 CNY the city lays out that and no more."""
    monkeypatch.chdir(tmp_path)
    folders = ["--models", str(HOUSE / "models"), "--inputs", str(HOUSE / "inputs"), *LESS]
    result = CliRunner().invoke(main, ["funding", "toy", "--xlsx", *folders])
    assert result.exit_code == 0, result.output
    assert "budgets.city=700000: 700,000 CNY, whatever unit the file has" in result.output
    assert re.search(r"\[million CNY\] .*left.*\n +City +2018 +1\.00 +0\.30 +1\.00 +0\.00 ", result.output)
    assert (tmp_path / "outputs/toy/least-cost+budgets.city-700000/funding.xlsx").is_file()
    result = CliRunner().invoke(main, ["report", "toy", *folders])
    assert re.search(r"all +3\.86 ", result.output)


def test_a_plan_that_run_wrote_after_a_change_is_read_and_not_made_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folders = ["--models", str(HOUSE / "models"), "--inputs", str(HOUSE / "inputs"), *LESS]
    assert CliRunner().invoke(main, ["run", "toy", "--no-report", *folders]).exit_code == 0
    result = CliRunner().invoke(main, ["funding", "toy", *folders])
    assert result.exit_code == 0, result.output
    assert "schedule" not in result.output


def test_a_what_if_says_who_pays_more_or_less(toy):
    """The city's money falls from 1,375,000 to 1,000,000 CNY; all lay out 1.5 million less."""
    case = with_changes(toy[0], LESS[1:])
    pairs = [toy, (case, sc.solve(case))]
    rows = payers(pairs)
    change = (rows[case.scenario] - rows["least-cost"]).groupby([rows["payer"], rows["part"]]).sum()
    assert change["city", "laid_out"] == pytest.approx(-375_000, rel=1e-4)
    text = payers_text(pairs, rows)
    assert re.search(r"who pays \[million CNY\].*\n +City +1\.00 +−0\.3[78] +0\.0[78] +−0\.04\n", text)
    assert re.search(r"all +3\.86 +−1\.50 ", text)


def test_the_workbook_is_written_whole(toy, tmp_path):
    path = runs.funding_workbook(*toy, tmp_path / "a" / "funding.xlsx")
    assert [name.name for name in path.parent.iterdir()] == ["funding.xlsx"]


def test_a_plan_with_doctored_subsidies_is_refused(toy):
    from scenarios.verification import TOLERANCE, verify

    case, plan = toy
    other = replace(cell(case, "subsidies", {"payer": "city"}, "ceiling", 200.0), digest="other")
    found = verify(other, plan.tables, plan.objective, plan.found.value)
    assert found[0].statement[0] == "funding"
    assert found[0].size > TOLERANCE


def test_assumptions_stand_in_the_order_of_the_money_they_bear_on(toy):
    """1,500 boilers of 3,000 CNY; measures that are not used bear on nothing and are left out, and counted."""
    rows, left = ranked_by_weight(toy[0], funding.ledger(*toy), funding.taxes(*toy))
    money = [cny for cny, _, _ in rows if cny is not None]
    assert money == sorted(money, reverse=True)
    capital = {row["subject"]: cny for cny, table, row in rows if table == "costs" and row["item"] == "capital"}
    assert capital["gas"] == pytest.approx(1_500 * 3_000)
    assert set(capital) <= set(toy[1].conversions["measure"])
    assert left == sum(len(toy[0][table]) for table in EVIDENCE) - len(rows) > 0


@pytest.mark.parametrize(("spoken", "text"), [("en", "first step of 2017"), ("zh", "按门站价推算")])
def test_a_note_is_shown_where_its_language_is_the_readers(toy, spoken, text):
    case = changed(toy[0], "prices", "note", "first step of 2017", fuel="gas")
    case = changed(case, "prices", "note", "按门站价推算", fuel="coal")
    with speaking(spoken):
        sheet = load_workbook(io.BytesIO(workbook(case, toy[1])), data_only=True).worksheets[-2]
    notes = [row[8] for row in sheet.iter_rows(min_row=6, values_only=True) if row[9] == "prices.csv"]
    assert [note for note in notes if note] == [text]


def test_assumptions_have_the_unit_of_what_they_are_about(toy):
    sheet = load_workbook(io.BytesIO(workbook(*toy)), data_only=True)["Assumptions"]
    unit = {(row[1], row[9]): row[3] for row in sheet.iter_rows(min_row=6, values_only=True)}
    assert unit["Gas, capital", "costs.csv"] == "CNY per household"
    assert unit["Natural gas, household", "prices.csv"] == "CNY per m3"
    assert unit["Heating", "incomes.csv"] == "CNY per household and year"
    assert not unit["Heating, capital, Household", "payers.csv"]
