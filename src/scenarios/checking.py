"""What must hold between the rows of a case. All problems of all tables are found, none is raised here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from scenarios import costs, tasks
from scenarios.air import REGIONAL
from scenarios.case import Case
from scenarios.files import as_text
from scenarios.problems import Place, Problem, nearest, phrase
from scenarios.tables import BY_NAME, TABLES, references, value_column

WHOLE = 1e-6  #: how far shares may miss 1 by rounding [1]


def check(case: Case) -> list[Problem]:
    """Everything wrong with a case; broken references first, because the rest cannot be judged before they hold."""
    first = [*_duplicates(case), *_references(case)]
    if first:
        return first
    return [problem for rule in RULES for problem in rule(case)]


def place(case: Case, table: str, row: int | None = None, column: str = "") -> Place:
    """A row of a table as a planner finds it."""
    folder = f"inputs/{case.settings.city}" if BY_NAME[table].folder == "inputs" else "models/base"
    return Place(f"{folder}/{table}.csv", row, column)


def ranges(case: Case) -> Iterator[Problem]:
    """Values as read that lie outside their own low and high; what a scenario sets may leave the range."""
    for row in TABLES:
        value = value_column(row)
        frame = case[row.table]
        if value is None or "low" not in frame or frame.empty:
            continue
        slack = WHOLE * frame[value].abs()
        for number, given in frame[
            (frame["low"] > frame[value] + slack) | (frame["high"] < frame[value] - slack)
        ].iterrows():
            yield Problem(
                place(case, row.table, number, value),
                as_text(f"{given[value]:g}"),
                phrase("between low {low} and high {high}", low=f"{given['low']:g}", high=f"{given['high']:g}"),
                phrase("Correct the value or its range."),
            )


def _duplicates(case: Case) -> Iterator[Problem]:
    for row in TABLES:
        frame = case[row.table]
        keys = frame[list(row.key)]
        for number in frame.index[keys.duplicated()]:
            value = keys.loc[number]
            first = frame.index[(keys == value).all(axis=1)][0]
            yield Problem(
                place(case, row.table, number),
                phrase("the key {key} again (first in row {first})", key=" ".join(map(str, value)), first=first),
                phrase("each key once"),
                phrase("Remove one of the two rows."),
            )


def _references(case: Case) -> Iterator[Problem]:
    known = {row.table: set(case[row.table][row.key[0]]) for row in TABLES if len(row.key) == 1} | {
        "city": {case.settings.city}
    }
    for row in TABLES:
        for column, among in references(row).items():
            frame = case[row.table]
            allowed = set().union(*(known[table] for table in among))
            for number, value in frame[column].items():
                if value != "" and value not in allowed:
                    yield Problem(
                        place(case, row.table, number, column),
                        as_text(value),
                        phrase("a key of {tables}", tables=", ".join(among)),
                        nearest(str(value), allowed),
                    )


def _sums(case: Case) -> Iterator[Problem]:
    """Shares that must add up to 1."""
    activity_of = case["technologies"].set_index("technology")["activity"]
    mix = case["mix"].assign(activity=case["mix"]["technology"].map(activity_of))
    local = case["apportionment"].query("group != @REGIONAL")
    for table, frame, by in (
        ("mix", mix, ["area", "activity", "year"]),
        ("season", case["season"], ["activity"]),
        ("payers", case["payers"], ["subject", "item"]),
        ("apportionment", local, ["receptor", "pollutant"]),
    ):
        total = frame.groupby(by)["share"].sum()
        for key, value in total[(total - 1).abs() > WHOLE].items():
            name = " ".join(map(str, key)) if isinstance(key, tuple) else str(key)
            yield Problem(
                place(case, table, None, "share"),
                phrase("shares of {key} that add up to {value}", key=name, value=f"{value:.6g}"),
                phrase("a sum of 1"),
                phrase("Correct the shares."),
            )


def _absent(case: Case, table: str, wanted: Iterable[Any], given: Iterable[Any], why: str) -> Iterator[Problem]:
    """A missing row is never zero."""
    have = set(given)
    for key in dict.fromkeys(wanted):
        if key not in have:
            name = " ".join(map(str, key)) if isinstance(key, tuple) else str(key)
            yield Problem(
                place(case, table),
                phrase("no row for {key}", key=name),
                phrase("a row: {why}", why=phrase(why)),
                phrase("Add the row; write 0 if it is zero."),
            )


def _missing(case: Case) -> Iterator[Problem]:
    activity_of = case["technologies"].set_index("technology")["activity"]
    settings = case.settings
    years = (settings.reference_year, settings.start_year)
    mix = case["mix"].assign(activity=case["mix"]["technology"].map(activity_of))
    yield from _absent(
        case,
        "activity",
        [(s, y) for s in case["activities"]["activity"] for y in years],
        zip(case["activity"]["activity"], case["activity"]["year"], strict=True),
        "every activity has a quantity in the reference and the start year",
    )
    yield from _absent(
        case,
        "mix",
        [(s, y) for s in case["activities"]["activity"] for y in years],
        zip(mix["activity"], mix["year"], strict=True),
        "every activity has shares of its technologies in the reference and the start year",
    )
    measures = list(case["measures"]["measure"])
    ends = [end for end in [*case["measures"]["from_technology"], *case["measures"]["to_technology"]] if end]
    given = list(zip(case["costs"]["subject"], case["costs"]["item"], strict=True))
    yield from _absent(case, "costs", [(m, "capital") for m in measures], given, "every measure has a capital cost")
    yield from _absent(
        case,
        "costs",
        [(k, "running") for k in ends],
        given,
        "every technology a measure leaves or enters has a running cost",
    )
    whole = case["potentials"].query("area == @settings.city")
    yield from _absent(
        case,
        "potentials",
        [(settings.city, m) for m in measures],
        zip(whole["area"], whole["measure"], strict=True),
        "every measure has a potential for the city",
    )
    paced = case["pace"].query("area == @settings.city")
    yield from _absent(
        case,
        "pace",
        [(settings.city, m, y) for m in measures for y in settings.years],
        zip(paced["area"], paced["measure"], paced["year"], strict=True),
        "every measure has a pace for the city in every planning year",
    )
    yield from _absent(
        case,
        "prices",
        zip(case["fuel_use"]["fuel"], case["fuel_use"]["tariff"], strict=True),
        zip(case["prices"]["fuel"], case["prices"]["tariff"], strict=True),
        "every fuel that is used has a price at its tariff",
    )
    yield from _missing_factors(case)
    yield from _missing_payers(case)
    yield from _missing_air(case)


def _missing_factors(case: Case) -> Iterator[Problem]:
    factors = case["emission_factors"]
    by_fuel = factors[factors["fuel"] != ""]
    yield from _absent(
        case,
        "fuel_use",
        zip(by_fuel["technology"], by_fuel["fuel"], strict=True),
        zip(case["fuel_use"]["technology"], case["fuel_use"]["fuel"], strict=True),
        "an emission factor is given per unit of this fuel",
    )
    by_content = factors[factors["content"] != ""]
    yield from _absent(
        case,
        "fuel_quality",
        zip(by_content["fuel"], by_content["content"], strict=True),
        zip(case["fuel_quality"]["fuel"], case["fuel_quality"]["content"], strict=True),
        "an emission factor is given per content of this fuel",
    )
    for number, row in by_content[by_content["fuel"] == ""].iterrows():
        yield Problem(
            place(case, "emission_factors", number, "fuel"),
            phrase("an empty cell"),
            phrase("the fuel that holds {content}", content=row["content"]),
            phrase("Name the fuel."),
        )
    city = case["activity"].query("area == @case.settings.city")
    yield from _absent(
        case, "proxies", city["proxy"], case["proxies"]["proxy"], "a city total is shared among areas by it"
    )


def _missing_payers(case: Case) -> Iterator[Problem]:
    chains = costs.subject_chains(case)
    covered = costs.payer_shares(case)
    found = set(zip(covered["subject"], covered["item"], strict=True))
    ends = {end for column in ("from_technology", "to_technology") for end in case["measures"][column]}
    concerned = {
        "capital": set(case["measures"]["measure"]),
        "running": ends,
        "fuel": ends & set(case["fuel_use"]["technology"]),
        "task": set(case["tasks"].query("cost > 0")["task"]),
    }
    wanted = [
        (subject, item)
        for subject, item in zip(chains["subject"], chains["item"], strict=True)
        if subject in concerned[item]
    ]
    yield from _absent(case, "payers", wanted, found, "someone pays for it (a row for it, its activity or its sector)")


def _missing_air(case: Case) -> Iterator[Problem]:
    settings = case.settings
    pairs = list(dict.fromkeys(zip(case["apportionment"]["receptor"], case["apportionment"]["pollutant"], strict=True)))
    observed = case["observations"].query("year == @settings.reference_year")
    yield from _absent(
        case,
        "observations",
        [(*pair, settings.reference_year) for pair in pairs],
        zip(observed["receptor"], observed["pollutant"], observed["year"], strict=True),
        "the apportionment is scaled to what was observed in the reference year",
    )
    yield from _absent(
        case,
        "apportionment",
        [(*pair, REGIONAL) for pair in pairs],
        zip(
            case["apportionment"]["receptor"],
            case["apportionment"]["pollutant"],
            case["apportionment"]["group"],
            strict=True,
        ),
        "the part that comes from elsewhere",
    )
    chosen = case["background"].query("assumption == @settings.background")
    if chosen.empty:
        yield Problem(
            Place(f"inputs/{settings.city}/city.yaml", None, "background"),
            as_text(settings.background),
            phrase("an assumption of background.csv"),
            nearest(settings.background, set(case["background"]["assumption"])),
        )
        return
    yield from _absent(
        case,
        "background",
        [(*pair, y) for pair in pairs for y in settings.years],
        zip(chosen["receptor"], chosen["pollutant"], chosen["year"], strict=True),
        "the chosen assumption covers every planning year",
    )
    yield from _absent(
        case,
        "precursors",
        [pair[1] for pair in pairs],
        case["precursors"]["pollutant"],
        "what forms the pollutant in the air",
    )
    receptors = {(*pair,) for pair in pairs}
    for number, row in case["targets"].query("indicator == 'concentration'").iterrows():
        if (row["area"], row["subject"]) not in receptors:
            yield Problem(
                place(case, "targets", number, "area"),
                as_text(f"{row['area']} {row['subject']}"),
                phrase("a receptor and pollutant of apportionment.csv"),
                phrase("Add the apportionment, or correct the target."),
            )


def _same_activity(case: Case) -> Iterator[Problem]:
    """Conversions and wear stay within one activity."""
    activity_of = case["technologies"].set_index("technology")["activity"]
    for table, left, right in (("measures", "from_technology", "to_technology"), ("turnover", "technology", "into")):
        frame = case[table]
        for number, row in frame[frame[right] != ""].iterrows():
            if activity_of[row[left]] != activity_of[row[right]]:
                yield Problem(
                    place(case, table, number, right),
                    as_text(row[right]),
                    phrase("a technology of the activity {activity}", activity=activity_of[row[left]]),
                    nearest(row[right], set(activity_of.index[activity_of == activity_of[row[left]]])),
                )


def _targets(case: Case) -> Iterator[Problem]:
    years = (case.settings.reference_year, case.settings.start_year)
    sectors, activities = set(case["sectors"]["sector"]), set(case["activities"]["activity"])
    for number, row in case["targets"].iterrows():
        if row["basis"] == "relative" and row["base_year"] not in years:
            yield Problem(
                place(case, "targets", number, "base_year"),
                as_text(row["base_year"]),
                phrase("one of {years}", years=", ".join(map(str, years))),
                phrase("Give the base year of a relative target."),
            )
        if row["year"] not in case.settings.years:
            yield Problem(
                place(case, "targets", number, "year"),
                as_text(row["year"]),
                phrase("one of {years}", years=", ".join(map(str, case.settings.years))),
                phrase("Give a planning year."),
            )
        for column, names in (("sectors", sectors), ("excluded", activities)):
            for name in row[column].split():
                if name not in names:
                    yield Problem(
                        place(case, "targets", number, column),
                        as_text(name),
                        phrase("a key of {tables}", tables=column),
                        nearest(name, names),
                    )


def _order(case: Case) -> Iterator[Problem]:
    known = {table: set(case[table].iloc[:, 0]) for table in ("tasks", "measures", "technologies")}
    allowed = {
        "finish_to_start": (("tasks",), ("tasks", "measures")),
        "standard_before": (("tasks",), ("tasks", "measures")),
        "share": (("measures",), ("measures",)),
        "ban_after": (("tasks",), ("technologies",)),
    }
    for number, row in case["order"].iterrows():
        for column, among in zip(("before", "after"), allowed[row["relation"]], strict=True):
            names = set().union(*(known[table] for table in among))
            if row[column] not in names:
                yield Problem(
                    place(case, "order", number, column),
                    as_text(row[column]),
                    phrase("for {relation}: a key of {tables}", relation=row["relation"], tables=", ".join(among)),
                    nearest(row[column], names),
                )
    ring = tasks.cycle(case)
    if ring:
        yield Problem(
            place(case, "order"),
            phrase("tasks that wait for each other: {ring}", ring=" → ".join([*ring, ring[0]])),
            phrase("an order without a ring"),
            phrase("Remove one of these orders."),
        )


def _unused(case: Case) -> Iterator[Problem]:
    """An input that nothing uses is a problem."""
    ends = {name for column in ("from_technology", "to_technology") for name in case["measures"][column]}
    used: dict[str, tuple[str, set[Any]]] = {
        "sources": (
            "source",
            {
                value
                for row in TABLES
                if "source" in row.model_fields and row.table != "sources"
                for value in case[row.table]["source"]
            },
        ),
        "proxies": ("proxy", set(case["activity"]["proxy"])),
        "technologies": (
            "technology",
            ends | set(case["mix"]["technology"]) | set(case["turnover"]["into"]) | set(case["growth"]["technology"]),
        ),
        "fuels": ("fuel", set(case["fuel_use"]["fuel"])),
        "activities": ("activity", set(case["technologies"]["activity"])),
        "sectors": ("sector", set(case["activities"]["sector"])),
        "pollutants": ("pollutant", set(case["emission_factors"]["pollutant"])),
    }
    for table, (column, names) in used.items():
        for value in dict.fromkeys(case[table][column]):
            if value not in names:
                number = case[table].index[case[table][column] == value][0]
                yield Problem(
                    place(case, table, number, column),
                    as_text(value),
                    phrase("something that another table uses"),
                    phrase("Use it, or remove the row."),
                )
    yield from _unused_pairs(case)


def _unused_pairs(case: Case) -> Iterator[Problem]:
    factors, use = case["emission_factors"], case["fuel_use"]
    pairs: tuple[tuple[str, list[str], set[Any]], ...] = (
        ("prices", ["fuel", "tariff"], set(zip(use["fuel"], use["tariff"], strict=True))),
        ("fuel_quality", ["fuel", "content"], set(zip(factors["fuel"], factors["content"], strict=True))),
        ("season", ["activity"], set(zip(case["activities"]["activity"]))),
        ("growth", ["year"], set(zip(case.settings.years))),
        ("pace", ["year"], set(zip(case.settings.years))),
        ("supply", ["year"], set(zip(case.settings.years))),
        ("budgets", ["year"], set(zip(case.settings.years))),
        ("activity", ["year"], {(case.settings.reference_year,), (case.settings.start_year,)}),
        ("mix", ["year"], {(case.settings.reference_year,), (case.settings.start_year,)}),
    )
    for table, columns, names in pairs:
        frame = case[table]
        for number, key in zip(frame.index, frame[columns].itertuples(index=False, name=None), strict=True):
            if key not in names:
                yield Problem(
                    place(case, table, number, columns[-1]),
                    as_text(" ".join(map(str, key))),
                    phrase("something that another table uses"),
                    phrase("Use it, or remove the row."),
                )


RULES: tuple[Callable[[Case], Iterator[Problem]], ...] = (_sums, _same_activity, _targets, _order, _missing, _unused)
