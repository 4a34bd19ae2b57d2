"""Axes: what a study holds against cost. Each is a sum that the program can limit or minimise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from unicodedata import normalize

import pandas as pd

from scenarios.air import reference_receptors
from scenarios.case import Case
from scenarios.cells import as_text
from scenarios.days import KINDS
from scenarios.files import to_frame
from scenarios.frames import records
from scenarios.naming import names
from scenarios.problems import NAMELESS, InputError, Place, Problem, nearest, phrase
from scenarios.program.build import Name
from scenarios.tables import BY_NAME
from scenarios.units import MICROGRAM
from scenarios.words import terms

COST, MONEY, WEIGHTED = "cost", "money", "weighted"
SUBJECTS = ("pollutants", "fuels")  #: tables whose rows an axis may be of
KIND_OF = {"emission": "emission", "air": "concentration", "fuel": "fuel"}  #: prefix of an axis -> indicator
PROBE = "axis"  #: what the rows that measure an axis are called
OUT_OF_REACH = {"emission": 1e9, "concentration": 1e6, "fuel": 1e12}  #: limits that never bind [t, ug/m3, fuel unit]
ALL_MONEY = 1e13  #: more money than there is [CNY]


@dataclass(frozen=True)
class Axis:
    """A sum held against others: ``weights`` says of what, pollutants or fuels, in a year; cost and money have none."""

    name: str
    kind: str  # cost, money, emission, concentration or fuel
    weights: Mapping[str, float]
    year: int
    area: str  # the city, or the receptor
    unit: str

    @property
    def targets(self) -> dict[str, str]:
        """Subject -> name of the target that measures it and asks nothing."""
        return {subject: f"{PROBE} {self.kind} {subject} {self.year}" for subject in self.weights}

    def probes(self) -> dict[Name, float]:
        """The rows of the program that measure the axis, and the weight of each."""
        return {(f"{self.kind}_target", (self.targets[subject],)): weight for subject, weight in self.weights.items()}


def axis(case: Case, text: str) -> Axis:
    """The axis called ``text``, such as ``cost``, ``money``, ``NOx``, ``PM2.5``, ``emission:PM2.5@2019``, ``weighted``.

    A pollutant with an apportionment is meant in the air, unless ``emission:`` stands before it; the year is the last
    one unless ``@`` gives another. Pollutants and fuels may be called by their names. Raises InputError.
    """
    name, at, year_text = normalize("NFKC", text).partition("@")
    name = _in_codes(case, name)
    text = f"{name}{at}{year_text}"
    year, city = case.settings.years[-1], case.settings.city
    if year_text:
        known = {str(number): number for number in case.settings.years}
        if year_text not in known:
            raise _unknown(text, year_text, known)
        year = known[year_text]
    if name in (COST, MONEY):
        return Axis(text, name, {}, year, city, "CNY")
    if name == WEIGHTED:
        rows = case["weights"][case["weights"]["weight"] > 0]
        if rows.empty:
            allowed = phrase("weights of pollutants, as `minimise: emission` asks for")
            remedy = phrase("Add them, or minimise something else.")
            raise InputError([Problem(Place("weights.csv"), phrase("no weight"), allowed, remedy)])
        weights = dict(zip(rows["pollutant"], rows["weight"], strict=True))
        return Axis(text, "emission", weights, year, city, "t")
    register = names(case.tables, SUBJECTS, {})
    pollutants, fuels = set(case["pollutants"]["pollutant"]), set(case["fuels"]["fuel"])
    receptors = reference_receptors(case)
    prefix, _, subject = name.rpartition(":")
    kind = KIND_OF.get(prefix, "") or ("concentration" if subject in receptors else "emission")
    members = {"emission": pollutants, "concentration": set(receptors), "fuel": fuels}[kind]
    if subject not in members or (prefix and prefix not in KIND_OF):
        several = register.ambiguous(subject, Place(text))
        if several:
            raise InputError(several)
        axes = list(
            dict.fromkeys(
                [COST, MONEY, WEIGHTED, *receptors, *sorted(pollutants), *(f"fuel:{fuel}" for fuel in sorted(fuels))]
            )
        )
        raise _unknown(text, name, axes, register.names)
    unit = {"emission": "t", "concentration": MICROGRAM}.get(kind) or str(
        case["fuels"].set_index("fuel").loc[subject, "unit"]
    )
    return Axis(text, kind, {subject: 1.0}, year, receptors[subject] if kind == "concentration" else city, unit)


def _in_codes(case: Case, name: str) -> str:
    """The name of an axis in codes, whichever language it is written in."""
    prefix, colon, subject = name.rpartition(":")
    words = {word: kind for kind in (COST, MONEY, WEIGHTED, *KIND_OF) for word in terms("axis", kind)}
    code = names(case.tables, SUBJECTS, {}).code(subject)
    return f"{words.get(prefix, prefix)}:{code}" if colon else words.get(subject, code)


def default_axis(case: Case) -> str:
    """The axis meant when none is named: the first pollutant with an apportionment, in the air."""
    return str(case["apportionment"]["pollutant"].iloc[0])


def _unknown(text: str, found: str, known: Iterable[str], called: Mapping[str, str] = NAMELESS) -> InputError:
    allowed = phrase("one of {names}", names=", ".join(sorted(known)))
    return InputError([Problem(Place(text), as_text(found), allowed, nearest(found, known, called))])


def require_least_cost(case: Case) -> None:
    """Nothing; a study of the prices of the least cost is refused where something else is minimised."""
    aim = case.settings.minimise
    if aim != COST:
        remedy = phrase("Choose a scenario that minimises the cost.")
        raise InputError([Problem(Place(case.scenario, None, "minimise"), as_text(aim), as_text(COST), remedy)])


def with_probes(case: Case, axes: Sequence[Axis], alone: bool = False) -> Case:
    """The case with a row that measures each axis, and without the targets that stand on an axis.

    ``alone`` lifts every target.
    """
    rows = case["targets"]
    if alone or case.settings.targets == "shown":
        rows = rows.assign(enforced=False)
    for on in axes:
        rows = rows.assign(enforced=rows["enforced"] & ~rows["target"].isin(lifted_targets(case, on)))
    probes = [probe for on in axes if on.weights for probe in _probes(on)]
    if probes:
        first = int(rows.index.max()) + 1 if len(rows) else 0
        extra = to_frame(probes, list(range(first, first + len(probes))), BY_NAME["targets"])
        rows = pd.concat([rows, extra.drop_duplicates("target")])
    settings = case.settings.model_copy(
        update={"targets": "kept", "minimise": "cost"}
        | ({"money_at_most": ALL_MONEY} if any(on.kind == MONEY for on in axes) else {})
        | ({"cost_at_most": None} if any(on.kind == COST for on in axes) else {})
    )
    return replace(case.with_table("targets", rows), settings=settings)


def lifted_targets(case: Case, on: Axis) -> list[str]:
    """The enforced targets that ask the same as an axis: its subject and year, in the whole city."""
    found = []
    for row in records(case["targets"]):
        same = row["indicator"] == on.kind or (on.kind == "concentration" and row["indicator"] in KINDS)
        inside = set(row["subject"].split()) & set(on.weights)
        whole = row["area"] == on.area and not row["sectors"] and not row["excluded"]
        if row["enforced"] and same and inside and whole and row["year"] == on.year:
            found.append(row["target"])
    return found


def _probes(on: Axis) -> list[dict[str, object]]:
    """Rows of targets.csv that ask nothing and measure the parts of an axis."""
    row = BY_NAME["targets"]
    blank = {name: field.get_default() for name, field in row.model_fields.items() if not field.is_required()}
    return [
        {
            **blank,
            "target": name,
            "clause": "",
            "name_zh": on.name,
            "name_en": on.name,
            "indicator": on.kind,
            "subject": subject,
            "area": on.area,
            "year": on.year,
            "operator": "<=",
            "value": OUT_OF_REACH[on.kind],
            "basis": "absolute",
            "enforced": True,
        }
        for subject, name in on.targets.items()
    ]
