"""read_region: cities that share the air, and what each makes in the air of the others, become one checked Region."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from scenarios.air import EVERY_GROUP, REGIONAL, background, observed
from scenarios.case import Case, Exchange, Named
from scenarios.cells import allowed_by, as_text
from scenarios.checking.keys import repeated
from scenarios.checking.values import WHOLE, ranges
from scenarios.days import KINDS
from scenarios.files import display_path, read_sheet, read_yaml
from scenarios.finding import Folders, cities, folders, names
from scenarios.frames import entries, labelled_rows, records
from scenarios.problems import InputError, Phrase, Place, Problem, nearest, phrase
from scenarios.reading import DEFAULT_SCENARIO, read_case
from scenarios.tables import CitySource, TransferBetween
from scenarios.targets import limits

FILE = "region.yaml"
SHARED = ("years", "start_year", "reference_year", "price_year", "minimise")  #: settings that all cities have alike
SOURCES = ("sources", "city_sources")
ROOM = 5.0  #: how much more may arrive than did in the reference year, a bound that never binds [1]
IN_AIR = ("concentration", *KINDS)
Link = tuple[str, str, int]  #: receptor, as the region calls it; pollutant in the air; year


class RegionSettings(BaseModel, Named):
    """What a region is made of: ``region.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    region: str = Field(description="identifier of the region, the name of its folder")
    name_zh: str = Field(description="name in Chinese")
    name_en: str = Field(description="name in English")
    cities: tuple[str, ...] = Field(
        description="its cities: folders inside the region's own, or beside it", min_length=2
    )


@dataclass(frozen=True, eq=False)
class Region:
    """Cities as cases, and what each made in the air of the others in the reference year."""

    settings: RegionSettings
    scenario: str
    cases: Mapping[str, Case]
    between: pd.DataFrame
    sources: pd.DataFrame


def regions(inputs: Path) -> list[str]:
    """Regions that have a folder."""
    return sorted(path.parent.name for path in inputs.glob(f"*/{FILE}"))


def region_code(name: str, inputs: Path | str | None = None) -> str:
    """The code of a region that may be called by its name."""
    home = folders(None, inputs).inputs
    return names({code: home / code / FILE for code in regions(home)}).code(name)


def read_region(
    name: str, scenario: str = DEFAULT_SCENARIO, *, models: Path | str | None = None, inputs: Path | str | None = None
) -> Region:
    """A region, all of its cities under one scenario. Raises InputError with every problem of every file."""
    where = folders(models, inputs)
    home = where.inputs / name
    if name not in regions(where.inputs):
        allowed = phrase("a folder with a {file}", file=FILE)
        place = Place(str(where.inputs))
        raise InputError([Problem(place, as_text(name), allowed, nearest(name, regions(where.inputs)))])
    settings, problems = _settings(home, name)
    sheet = read_sheet(home / f"{TransferBetween.table}.csv", TransferBetween)
    cited = read_sheet(home / f"{CitySource.table}.csv", CitySource)
    for read, row in ((sheet, TransferBetween), (cited, CitySource)):
        file = display_path(home / f"{row.table}.csv")
        problems += [*read.problems, *ranges(read.frame, row, file), *repeated(read.frame, row, file)]
    cases: dict[str, Case] = {}
    for city in dict.fromkeys(settings.cities) if settings else ():
        try:
            cases[city] = _case(city, scenario, home, where)
        except InputError as error:
            problems += error.problems
    if settings is None or problems:
        raise InputError(problems)
    region = Region(settings, scenario, cases, sheet.frame, cited.frame)
    problems = [
        *_alike(region, display_path(home / FILE)),
        *_rows(region, display_path(home / f"{TransferBetween.table}.csv")),
    ]
    for number, source in cited.frame["source"].items():
        if source not in set(sheet.frame["source"]):
            place = Place(display_path(home / f"{CitySource.table}.csv"), int(str(number)), "source")
            use = phrase("Use it, or remove the row.")
            problems.append(Problem(place, as_text(source), phrase("something that another table uses"), use))
    if problems:
        raise InputError(problems)
    return region


def _case(city: str, scenario: str, home: Path, where: Folders) -> Case:
    """A city of a region: its folder stands inside the region's, or beside it."""
    inside = city in cities(home)
    return read_case(city, scenario, models=where.models, inputs=home if inside else where.inputs)


def _settings(home: Path, name: str) -> tuple[RegionSettings | None, list[Problem]]:
    given, wrong, _ = read_yaml(home / FILE)
    file, problems = display_path(home / FILE), list(wrong)
    mend = phrase("Mend the entry.")
    if problems:
        return None, problems
    try:
        settings = RegionSettings.model_validate(given)
    except ValidationError as error:
        for detail in error.errors():
            key = ".".join(map(str, detail["loc"]))
            found = phrase("nothing") if detail["type"] == "missing" else as_text(detail["input"])
            remedy = nearest(key, RegionSettings.model_fields) if detail["type"] == "extra_forbidden" else mend
            problems.append(Problem(Place(file, None, key), found, allowed_by(detail), remedy))
        return None, problems
    if settings.region != name:
        allowed = phrase("the name of the folder, {city}", city=name)
        problems.append(Problem(Place(file, None, "region"), as_text(settings.region), allowed, mend))
    for city in dict.fromkeys(settings.cities):
        if settings.cities.count(city) > 1:
            place, again = Place(file, None, "cities"), phrase("{city} twice", city=city)
            problems.append(Problem(place, again, phrase("each city once"), phrase("Remove one of the two.")))
    return settings, problems


def _alike(region: Region, file: str) -> Iterator[Problem]:
    """Cities planned together count the same years in the same money, and minimise the cost."""
    first, *others = region.cases.values()
    for case in others:
        for name in SHARED:
            mine, theirs = getattr(first.settings, name), getattr(case.settings, name)
            if mine != theirs:
                yield Problem(
                    Place(file, None, "cities"),
                    phrase("{name} is {value} in {city}", name=name, value=theirs, city=case.settings.city),
                    phrase("{value}, as in {city}", value=mine, city=first.settings.city),
                    phrase("Give the cities of a region the same years, money and aim."),
                )
    if first.settings.minimise != "cost":
        found = phrase("{name} is {value} in {city}", name="minimise", value=first.settings.minimise, city="all")
        remedy = phrase("Choose a scenario that minimises the cost.")
        yield Problem(Place(file, None, "cities"), found, as_text("cost"), remedy)


def _rows(region: Region, file: str) -> Iterator[Problem]:
    """Every row names two cities, a receptor and a group that are there; together no more than the regional part."""
    rows = region.between
    for number, row in labelled_rows(rows):
        wrong = _wrong(region, row)
        if wrong:
            yield Problem(Place(file, number, wrong[0]), as_text(str(row[wrong[0]])), *wrong[1:])
    for (city, receptor, air), share in entries(rows.groupby(["to_city", "receptor", "pollutant"])["share"].sum()):
        regional = _regional(region.cases[city]).get((receptor, air)) if city in region.cases else None
        if regional is not None and share > regional * (1 + WHOLE):
            yield Problem(
                Place(file, None, "share"),
                phrase("shares at {receptor} that add up to {value}", receptor=receptor, value=f"{share:g}"),
                phrase("at most the regional part of {city}, {value}", city=city, value=f"{regional:g}"),
                phrase("What a neighbour gave is part of the regional part: correct the shares or the apportionment."),
            )


def _wrong(region: Region, row: Mapping[str, object]) -> tuple[str, Phrase, Phrase] | None:
    """The column of a row that names something that is not there, what is allowed, and the remedy."""
    known = list(region.cases)
    for column in ("to_city", "from_city"):
        if row[column] not in known:
            return column, phrase("a city of region.yaml"), nearest(str(row[column]), known)
    if row["to_city"] == row["from_city"]:
        return "from_city", phrase("another city"), phrase("What a city makes at home is in its own apportionment.")
    to_case, from_case = region.cases[str(row["to_city"])], region.cases[str(row["from_city"])]
    receptors = list(_regional(to_case))
    if (row["receptor"], row["pollutant"]) not in receptors:
        names = [each for each, air in receptors if air == row["pollutant"]]
        column, given = ("receptor", names) if names else ("pollutant", [air for _, air in receptors])
        return column, phrase("a receptor and pollutant of apportionment.csv"), nearest(str(row[column]), given)
    own = from_case["apportionment"]
    own = own[own["group"] != REGIONAL]
    groups = [EVERY_GROUP, *dict.fromkeys(own.loc[own["pollutant"] == row["pollutant"], "group"])]
    if row["group"] not in groups or len(groups) == 1:
        allowed = phrase(
            "a source group in the apportionment of {city}, or {all}", city=row["from_city"], all=EVERY_GROUP
        )
        return "group", allowed, nearest(str(row["group"]), groups)
    sources = {name for case in (to_case, from_case) for table in SOURCES for name in case[table]["source"]}
    sources |= set(region.sources["source"])
    if row["source"] not in sources:
        return (
            "source",
            phrase("a source of the model, of a city or of the region"),
            nearest(str(row["source"]), sources),
        )
    return None


def _regional(case: Case) -> dict[tuple[str, str], float]:
    """Receptor and pollutant in the air -> the part from elsewhere in the reference year. [1]"""
    rows = case["apportionment"]
    rows = rows[rows["group"] == REGIONAL]
    return dict(zip(zip(rows["receptor"], rows["pollutant"], strict=True), rows["share"], strict=True))


def receptor_key(city: str, receptor: str) -> str:
    """What a region calls a receptor of a city."""
    return city if receptor == city else f"{city}/{receptor}"


def coupled_cases(region: Region) -> dict[str, Case]:
    """Each city as a part of the region: its background comes from beyond the region, and the air is exchanged."""
    return {
        city: replace(without_neighbours(case, region.between), exchange=exchange(region, city))
        for city, case in region.cases.items()
    }


def without_neighbours(case: Case, between: pd.DataFrame) -> Case:
    """The case with the neighbours' part taken out of its background; what is left changes as it was assumed to."""
    regional = _regional(case)
    inside = between[between["to_city"] == case.settings.city].groupby(["receptor", "pollutant"])["share"].sum()
    rows = case["background"]
    keys = list(zip(rows["receptor"], rows["pollutant"], strict=True))
    left = pd.Series(
        [1 - inside.get(key, 0.0) / regional[key] if regional.get(key) else 1.0 for key in keys], rows.index
    )
    return case.with_table("background", rows.assign(change=left * (1 + rows["change"]) - 1))


def with_arriving(case: Case, more: Mapping[tuple[str, str, int], float]) -> Case:
    """The case with what neighbours send [ug/m3] added to its background. Key: receptor, air, year."""
    regional, before = _regional(case), observed(case, case.settings.reference_year)
    rows = case["background"]
    added = [
        more.get(key, 0.0) / (regional[key[:2]] * before[key[:2]]) if more.get(key) else 0.0
        for key in zip(rows["receptor"], rows["pollutant"], rows["year"], strict=True)
    ]
    return case.with_table("background", rows.assign(change=rows["change"] + added))


def exchange(region: Region, city: str) -> Exchange:
    """What a city gives to the others, and where theirs arrives: at receptors and in years with a target that binds."""
    sends: dict[tuple[str, str, str], float] = {}
    sent: dict[Link, None] = {}
    received: dict[Link, float] = {}
    for row in records(region.between):
        case = region.cases[row["to_city"]]
        made = row["share"] * observed(case, case.settings.reference_year)[row["receptor"], row["pollutant"]]
        binding = (
            [key for key in binding_links(case) if key[:2] == (row["receptor"], row["pollutant"])] if made > 0 else []
        )
        place = receptor_key(row["to_city"], row["receptor"])
        if row["from_city"] == city and made > 0:
            sends[place, row["pollutant"], row["group"]] = made
            sent |= {(place, air, year): None for _, air, year in binding}
        if row["to_city"] == city:
            received |= {key: received.get(key, 0.0) + ROOM * made for key in binding}
    return Exchange(sends, tuple(sent), received)


def binding_links(case: Case) -> list[Link]:
    """Receptors, pollutants and years with a target on the annual mean or the days that binds."""
    rows = limits(case)
    rows = rows[rows["enforced"] & rows["indicator"].isin(IN_AIR)]
    return sorted(set(zip(rows["area"], rows["subject"], rows["year"], strict=True)))


def expected_flows(case: Case, alone: Case) -> dict[Link, float]:
    """What neighbours send by the city's assumption: what ``without_neighbours`` took out. Key: receptor, air, year."""
    by_assumption, left = background(alone), background(case)
    return {key: float(by_assumption[key] - left[key]) for key in case.exchange.received}
