"""A missing row is never zero: every row that something else calls for must be there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from scenarios import costs
from scenarios.case import QUARTERS, Case
from scenarios.cells import as_text
from scenarios.checking.places import absent, place
from scenarios.frames import labelled_rows, records, where
from scenarios.problems import Problem, nearest, phrase


def missing_activity(case: Case) -> Iterator[Problem]:
    """Quantities and mixes of every activity in the years that count, and the proxies that share them out."""
    activity_of = case["technologies"].set_index("technology")["activity"]
    years = (case.settings.reference_year, case.settings.start_year)
    mix = case["mix"].assign(activity=case["mix"]["technology"].map(activity_of))
    yield from absent(
        case,
        "activity",
        [(s, y) for s in case["activities"]["activity"] for y in years],
        zip(case["activity"]["activity"], case["activity"]["year"], strict=True),
        "every activity has a quantity in the reference and the start year",
    )
    yield from absent(
        case,
        "mix",
        [(s, y) for s in case["activities"]["activity"] for y in years],
        zip(mix["activity"], mix["year"], strict=True),
        "every activity has shares of its technologies in the reference and the start year",
    )
    seasonal = list(case["season"]["activity"])
    yield from absent(
        case,
        "season",
        [(s, quarter) for s in seasonal for quarter in QUARTERS],
        zip(seasonal, case["season"]["quarter"], strict=True),
        "an activity with a season has a share for every quarter",
    )
    yield from _proxies(case)
    yield from _at_rest(case)


def _proxies(case: Case) -> Iterator[Problem]:
    """A city total names the proxy that shares it among areas."""
    known = set(case["proxies"]["proxy"])
    for number, row in labelled_rows(where(case["activity"], area=case.settings.city)):
        if row["proxy"] not in known:
            found = as_text(row["proxy"]) if row["proxy"] else phrase("an empty cell")
            allowed = phrase("a proxy of proxies.csv, by which the city total is shared among areas")
            yield Problem(place(case, "activity", number, "proxy"), found, allowed, nearest(row["proxy"], known))


def _at_rest(case: Case) -> Iterator[Problem]:
    """Something goes on when the plan begins."""
    rows = where(case["activity"], year=case.settings.start_year)
    if len(rows) and not rows["quantity"].any():
        found = phrase("nothing but zeros in {year}", year=case.settings.start_year)
        allowed, remedy = phrase("a city in which something goes on"), phrase("Give the quantities of that year.")
        yield Problem(place(case, "activity", None, "quantity"), found, allowed, remedy)


def missing_measures(case: Case) -> Iterator[Problem]:
    """What every measure, end and technology costs, how much of it can be done, and how fast."""
    settings = case.settings
    measures = list(case["measures"]["measure"])
    ends = [end for end in [*case["measures"]["from_technology"], *case["measures"]["to_technology"]] if end]
    given = list(zip(case["costs"]["subject"], case["costs"]["item"], strict=True))
    yield from absent(case, "costs", [(m, "capital") for m in measures], given, "every measure has a capital cost")
    yield from absent(
        case,
        "costs",
        [(k, "running") for k in ends],
        given,
        "every technology a measure leaves or enters has a running cost",
    )
    whole = where(case["potentials"], area=settings.city)
    yield from absent(
        case,
        "potentials",
        [(settings.city, m) for m in measures],
        zip(whole["area"], whole["measure"], strict=True),
        "every measure has a potential for the city",
    )
    paced = where(case["pace"], area=settings.city)
    yield from absent(
        case,
        "pace",
        [(settings.city, m, y) for m in measures for y in settings.years],
        zip(paced["area"], paced["measure"], paced["year"], strict=True),
        "every measure has a pace for the city in every planning year",
    )


def missing_factors(case: Case) -> Iterator[Problem]:
    """What every technology emits; a technology nobody has thought of would else count as clean."""
    given = [*case["emission_factors"]["technology"], *case["limits"]["technology"]]
    used = [*case["mix"]["technology"], *case["measures"]["to_technology"], *case["turnover"]["into"]]
    wanted = [(name,) for name in used if name]
    yield from absent(
        case, "emission_factors", wanted, zip(given, strict=True), "every technology has an emission factor"
    )
    emits = _emits(case)
    leads = [
        *zip(case["measures"]["from_technology"], case["measures"]["to_technology"], strict=True),
        *zip(case["turnover"]["technology"], case["turnover"]["into"], strict=True),
    ]
    yield from absent(
        case,
        "emission_factors",
        [(end, pollutant) for start, end in leads if any(emits[end].values()) for pollutant in _some(emits[start])],
        [(technology, pollutant) for technology, factors in emits.items() for pollutant in factors],
        "what a measure leads to has a factor for all that is emitted before it (0 when there is none)",
    )


def _emits(case: Case) -> dict[str, dict[str, float]]:
    """Technology -> pollutant -> the largest of its factors, or share of a stack limit, as written."""
    found: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for table, amount in (("emission_factors", "factor"), ("limits", "share")):
        for row in records(case[table]):
            factors = found[row["technology"]]
            factors[row["pollutant"]] = max(factors[row["pollutant"]], row[amount])
    return found


def _some(factors: dict[str, float]) -> list[str]:
    """The pollutants that are emitted at all."""
    return [pollutant for pollutant, factor in factors.items() if factor > 0]


def missing_fuels(case: Case) -> Iterator[Problem]:
    """Prices, use and quality of the fuels that technologies burn."""
    yield from absent(
        case,
        "prices",
        zip(case["fuel_use"]["fuel"], case["fuel_use"]["tariff"], strict=True),
        zip(case["prices"]["fuel"], case["prices"]["tariff"], strict=True),
        "every fuel that is used has a price at its tariff",
    )
    supply = case["supply"]
    added, anyway = supply[supply["task"] != ""], supply[supply["task"] == ""]
    yield from absent(
        case,
        "supply",
        zip(added["fuel"], added["year"], strict=True),
        zip(anyway["fuel"], anyway["year"], strict=True),
        "what a task adds is added to a row without a task; without that row, fuel would have no limit",
    )
    factors = case["emission_factors"]
    by_fuel = factors[factors["fuel"] != ""]
    yield from absent(
        case,
        "fuel_use",
        zip(by_fuel["technology"], by_fuel["fuel"], strict=True),
        zip(case["fuel_use"]["technology"], case["fuel_use"]["fuel"], strict=True),
        "an emission factor is given per unit of this fuel",
    )
    stacks = case["limits"][case["limits"]["fuel"] != ""]
    yield from absent(
        case,
        "fuel_use",
        zip(stacks["technology"], stacks["fuel"], strict=True),
        zip(case["fuel_use"]["technology"], case["fuel_use"]["fuel"], strict=True),
        "the flue gas of a stack limit is given per unit of this fuel",
    )
    by_content = factors[factors["content"] != ""]
    of_fuel = by_content[by_content["fuel"] != ""]
    yield from absent(
        case,
        "fuel_quality",
        zip(of_fuel["fuel"], of_fuel["content"], strict=True),
        zip(case["fuel_quality"]["fuel"], case["fuel_quality"]["content"], strict=True),
        "an emission factor is given per content of this fuel",
    )
    for number, row in labelled_rows(by_content[by_content["fuel"] == ""]):
        yield Problem(
            place(case, "emission_factors", number, "fuel"),
            phrase("an empty cell"),
            phrase("the fuel that holds {content}", content=row["content"]),
            phrase("Name the fuel."),
        )


def missing_payers(case: Case) -> Iterator[Problem]:
    """Someone who pays each cost."""
    covered = costs.payer_shares(case)
    found = set(zip(covered["subject"], covered["item"], strict=True))
    ends = {end for column in ("from_technology", "to_technology") for end in case["measures"][column]}
    worn = case["turnover"][case["turnover"]["rate"] > 0]
    ends |= {*worn["technology"], *worn["into"]}
    concerned = {
        "capital": set(case["measures"]["measure"]),
        "running": ends,
        "fuel": ends & set(case["fuel_use"]["technology"]),
        "task": set(case["tasks"][case["tasks"]["cost"] > 0]["task"]),
    }
    wanted = [(subject, item) for subject, item in costs.payer_names(case) if subject in concerned[item]]
    yield from absent(case, "payers", wanted, found, "someone pays for it (a row for it, its activity or its sector)")
