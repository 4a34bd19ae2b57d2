"""Who pays a plan: subsidies by their rules, what they leave by the shares of payers.csv. The whole never changes."""

from __future__ import annotations

import pandas as pd

from scenarios import accounting, costs
from scenarios.accounting import TURNOVER, Accounts, Decisions
from scenarios.case import Calendar, Case
from scenarios.frames import flat, looked_up, where
from scenarios.operation import ITEMS, By, operating_cost, service, time_labels, unattributed_cost

WHAT = ["area", "measure", "item"]
PARTS = ["borne", "given", "received"]


def cost_by_payer(case: Case, decisions: Decisions, states: pd.DataFrame, by: By = "year") -> pd.DataFrame:
    """Who pays each cost. Columns: payer, area, measure, item, year (or period), borne, given, received, cny. [CNY]

    ``borne`` is the part of the cost before subsidies, ``given`` what a payer gives by rule, ``received`` what reaches
    those who bear the cost; ``cny`` is what is left to pay: borne + given - received. All payers together pay the cost.
    """
    booked = accounting.measure_costs(case, decisions, by)
    return _shared(case, booked, unattributed_cost(case, decisions.conversions, states, by), decisions.conversions, by)


def cost_after_plan(case: Case, conversions: pd.DataFrame, years: int) -> pd.DataFrame:
    """Who pays running cost, fuel and subsidies in the years after the plan for what it has converted, wear left out.

    Columns as of ``cost_by_payer``. [CNY]
    """
    last = case.settings.years[-1]
    calendar = Calendar((*case.settings.years, *range(last + 1, last + 1 + years)))
    rows = with_subjects(case, operating_cost(case, conversions, calendar=calendar))
    given = operating_subsidies(case, conversions, calendar=calendar)
    return _split(case, rows[rows["year"] > last], given[given["year"] > last], "year")


def funding(case: Case, accounts: Accounts, conversions: pd.DataFrame) -> pd.DataFrame:
    """Who pays how much each year. Columns: payer, item, year, cny. [CNY]"""
    booked, worn, converted = (
        rows.groupby([name for name in rows if name not in ("area", "unit", amount)])[amount]
        .sum()
        .reset_index()
        .assign(area="")
        for rows, amount in ((accounts.booked, "cny"), (accounts.worn, "cny"), (conversions, "quantity"))
    )
    rows = _shared(case, booked, worn, converted, "year")
    return rows.groupby(["payer", "item", "year"])["cny"].sum().reset_index()


def _shared(case: Case, booked: pd.DataFrame, worn: pd.DataFrame, conversions: pd.DataFrame, by: By) -> pd.DataFrame:
    rest = worn.rename(columns={"technology": "subject"})
    rows = pd.concat([with_subjects(case, booked), rest.assign(measure=TURNOVER, kind=rest["item"])], ignore_index=True)
    rows = rows[rows["cny"].abs() > 0]
    given = pd.concat([_given_for_capital(case, rows, by), operating_subsidies(case, conversions, by=by)])
    return _split(case, rows, given, by)


def _split(case: Case, rows: pd.DataFrame, given: pd.DataFrame, by: By) -> pd.DataFrame:
    """Costs among those who give by rule and those who bear the rest."""
    key = ["subject", "kind", *WHAT, by]
    summed = given.groupby(key)["given"].sum().rename("together").reset_index()
    whole = rows.groupby(key)["cny"].sum().rename("whole").reset_index().merge(summed, on=key, how="outer").fillna(0.0)
    shares = costs.payer_shares(case).rename(columns={"item": "kind"})
    joined = whole.merge(shares, on=["subject", "kind"], validate="many_to_many")
    borne = joined.assign(borne=joined["whole"] * joined["share"], received=joined["together"] * joined["share"])
    both = pd.concat([borne, given], ignore_index=True).fillna(dict.fromkeys(PARTS, 0.0))
    found = both.groupby(["payer", *WHAT, by])[PARTS].sum().reset_index()
    return found.assign(cny=found["borne"] + found["given"] - found["received"])


def with_subjects(case: Case, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the cost with the subject and the kind of cost that rules and shares are looked up by.

    Running and fuel cost of a measure are paid as those of the technology it leads to (or, for an end, leaves).
    """
    ends = case["measures"].set_index("measure")
    technology = ends["to_technology"].where(ends["to_technology"] != "", ends["from_technology"])
    runs_on = rows["item"].isin(ITEMS)
    subject = rows["measure"].where(~runs_on, rows["measure"].map(technology))
    kind = pd.Series("capital", rows.index).where(~runs_on, rows["item"])
    kind = kind.where(rows["measure"].isin(ends.index), "task")
    return rows.assign(subject=subject.astype(object), kind=kind.astype(object))


def _given_for_capital(case: Case, rows: pd.DataFrame, by: By) -> pd.DataFrame:
    """What rules give for capital, laid out or as annuity. [CNY]"""
    rules = where(costs.subsidies(case), item="capital")
    joined = rows[rows["kind"] == "capital"].merge(rules[["subject", "payer", "amount"]], on="subject")
    price = looked_up(joined["subject"], costs.capital(case))
    part = joined["amount"] / pd.Series(price, joined.index).where(lambda cny: cny > 0, 1.0)
    return joined.assign(given=joined["cny"] * part)[["payer", "subject", "kind", *WHAT, by, "given"]]


def operating_subsidies(
    case: Case, conversions: pd.DataFrame, *, by: By = "year", calendar: Calendar | None = None
) -> pd.DataFrame:
    """What rules give for running cost and fuel of what the plan converts. [CNY]

    Columns: payer, subject, kind, area, measure, item, year (or period), given. A rule without years goes on as long
    as the technology serves, and ends when a measure leaves the technology.
    """
    ends = case["measures"].set_index("measure")
    leads = ends["to_technology"].where(ends["to_technology"] != "", ends["from_technology"])
    parts = []
    rules = costs.subsidies(case)
    rules = rules[rules["item"] != "capital"].assign(years=lambda rows: rows["years"].fillna(float("inf")))
    for item, years in sorted(set(zip(rules["item"], rules["years"], strict=True))):
        group = rules[(rules["item"] == item) & (rules["years"] == years)]
        lasting = years == float("inf")
        serving = service(case, conversions, by, calendar, first_years=None if lasting else years)
        used, times = serving.of(item), time_labels(calendar or case.calendar, by)
        rows = flat(used, [serving.pairs, times], "service", used != 0)
        for end, sign in (("to_technology", 1.0), ("from_technology", -1.0))[: 1 + lasting]:
            technology = rows["measure"].map(ends[end])
            named = rows.assign(technology=technology, subject=rows["measure"].map(leads))
            joined = named.merge(group[["subject", "payer", "amount"]].rename(columns={"subject": "technology"}))
            parts.append(joined.assign(given=joined["service"] * joined["amount"] * sign, item=item, kind=item))
    columns = ["payer", "subject", "kind", *WHAT, by, "given"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)
