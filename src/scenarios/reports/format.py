"""Numbers and tables as people read them, in the language in use."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial, reduce
from itertools import accumulate, zip_longest
from math import floor, inf, isnan, log10
from unicodedata import east_asian_width

from scenarios.units import HUNDRED_MILLION, TEN_THOUSAND
from scenarios.words import language, say, term

NOTHING = 1e-9  #: below this a number is rounding
NOISE = 4  #: digits behind the last one shown; beyond them only rounding of the solver makes a half or less
SIGNS = {"<=": "≤", ">=": "≥"}  #: comparisons as they are printed
POWERS = {"2": "²", "3": "³"}
RAISED = re.compile(r"\b(k?m)([23])\b")
MICRO = re.compile(r"\bug\b")
MILLION, BILLION = 1e6, 1e9
SMALL = 1e5  #: a table whose sums are all below is in CNY [CNY]
LEAST = 14  #: columns of a terminal that a text keeps, however little room there is
_room: ContextVar[float] = ContextVar("room", default=inf)


def money(cny: float) -> str:
    """An amount of money: 亿元, 万元 or 元 in Chinese, million or billion CNY in English."""
    if language() == "zh":
        if abs(cny) >= HUNDRED_MILLION:
            return f"{number(cny / HUNDRED_MILLION)} 亿元"
        return f"{number(cny / TEN_THOUSAND)} 万元" if abs(cny) >= TEN_THOUSAND else f"{number(cny)} 元"
    if abs(cny) >= BILLION:
        return f"{number(cny / BILLION)} billion CNY"
    return f"{number(cny / MILLION)} million CNY" if abs(cny) >= MILLION / 10 else f"{number(cny)} CNY"


def column_unit() -> str:
    """The unit of money in the columns of a table, one for all: 万元 in Chinese, million CNY in English."""
    return "万元" if language() == "zh" else say("million CNY")


def in_column(cny: float, digits: int = 0) -> str:
    """An amount of money in ``column_unit``, or blank; all of a column have the same decimals, ``digits`` at least."""
    if isnan(cny):
        return ""
    value, decimals = (cny / TEN_THOUSAND, 0) if language() == "zh" else (cny / MILLION, 2)
    text = f"{value + 0.0:,.{max(decimals, digits)}f}"
    is_lost = cny != 0 and float(text.replace(",", "")) == 0
    return number(value, 1) if is_lost else text.replace("-", "−")


def in_one_unit(sums: Iterable[float]) -> tuple[str, Callable[[float], str]]:
    """The unit of all sums of a table on the screen, and what writes one in it."""
    largest = max((abs(cny) for cny in sums if not isnan(cny)), default=0.0)
    if largest < SMALL:
        return unit_name("CNY"), in_yuan
    size = TEN_THOUSAND if language() == "zh" else MILLION
    return column_unit(), partial(in_column, digits=2 - floor(log10(largest / size)))


def in_yuan(cny: float) -> str:
    """An amount of money in a column of CNY; blank when there is none."""
    return "" if isnan(cny) else f"{round(cny):,}".replace("-", "−")


def with_unit(name: str, unit: str) -> str:
    """The heading of a column whose numbers all have one unit; ``name`` in the language in use."""
    return say("{name} [{unit}]", name=name, unit=unit)


def number(value: float, digits: int = 3) -> str:
    """A number with some significant digits, thousands apart; blank when there is none."""
    if value is None or isnan(value):
        return ""
    if abs(value) < NOTHING:
        return "0"
    size = abs(value)
    decimals = max(0, digits - 1 - int(f"{size:e}".split("e")[1]))
    text = f"{round(value, decimals + NOISE):,.{min(decimals, 6)}f}"
    return text if text.strip("-0.") else "0"


def tonnes(value: float) -> str:
    """A mass in a column of tonnes: no more digits than a tenth of a tonne. [t]"""
    return (number(value) if abs(value) >= 10 else f"{round(value, 1) + 0.0:.1f}").replace("-", "−")


def signed(change: float) -> str:
    """A change with its sign."""
    return f"+{number(change)}" if change > 0 else number(change).replace("-", "−")


def percent(share: float, digits: int = 1) -> str:
    """A share in percent."""
    return f"{0.0 if abs(share) < NOTHING else share * 100:.{digits}f} %"


def signed_percent(share: float) -> str:
    """A change in percent with its sign."""
    text = percent(abs(share))
    return text if abs(share) < NOTHING else ("+" if share > 0 else "−") + text


def amount(value: float, unit: str) -> str:
    """A quantity with its unit; a share in percent."""
    if value is None or isnan(value):
        return ""
    return percent(value) if unit == "1" else f"{number(value)} {unit_name(unit)}"


def unit_name(unit: str) -> str:
    """A unit as it is called on the screen and on the page; the tables keep it as it is."""
    if unit.startswith("%"):
        return f"% {term('unit', unit[1:].strip(' _'))}".strip()
    return term("unit", unit)


def typeset(text: str) -> str:
    """A text with its units and comparisons as they are printed, for pages and charts; a terminal keeps plain signs."""
    for plain, printed in SIGNS.items():
        text = text.replace(plain, printed)
    return RAISED.sub(lambda found: found[1] + POWERS[found[2]], MICRO.sub("µg", text))


def assumption_name(assumption: str) -> str:
    """What the air from elsewhere is assumed to do, in words."""
    return term("assumption", assumption).replace("_", " ")


def tariff_name(tariff: str) -> str:
    """A price class of prices.csv, in words."""
    return term("tariff", tariff).replace("_", " ")


def turnover_name() -> str:
    """What costs less or more because what has been converted wears otherwise."""
    return say("natural replacement")


def join_names(names: Iterable[str]) -> str:
    """Names one after the other, by the comma of the language in use, or by semicolons where a name holds a comma."""
    listed = list(names)
    if any(", " in name for name in listed):
        return reduce(lambda before, name: say("{names}; {name}", names=before, name=name), listed)
    return reduce(lambda before, name: say("{names}, {name}", names=before, name=name), listed or [""])


def join_sentences(sentences: Iterable[str]) -> str:
    """Sentences one after the other, apart where the language in use writes them apart; empty ones are left out."""
    known = [sentence for sentence in sentences if sentence]
    return reduce(lambda before, more: say("{sentences} {sentence}", sentences=before, sentence=more), known or [""])


def width(text: str) -> int:
    """Columns a text takes on a terminal: Chinese characters take two."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


@contextmanager
def within(columns: float) -> Iterator[None]:
    """Tables made inside are no wider than so many columns of a terminal, as far as their numbers allow."""
    token = _room.set(columns)
    try:
        yield
    finally:
        _room.reset(token)


def grid(head: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """A table of text; the first ``left`` columns to the left, the rest to the right.

    Where there is no room for it, heads are broken into lines, and texts of the columns to the left give way.
    """
    table = [[say(cell) for cell in head], *[[str(cell) for cell in row] for row in rows]]
    sizes = [max(map(width, column)) for column in zip(*table, strict=True)]
    if _across(sizes) > _room.get():
        sizes = _narrowed(table, left)
    columns = [_fitted(*column, size=size) for column, size in zip(zip(*table, strict=True), sizes, strict=True)]

    def line(row: Sequence[str]) -> str:
        return "  ".join(
            cell + " " * (size - width(cell)) if place < left else " " * (size - width(cell)) + cell
            for place, (cell, size) in enumerate(zip(row, sizes, strict=True))
        ).rstrip()

    lines = [cells for row in zip(*columns, strict=True) for cells in zip_longest(*row, fillvalue="")]
    return "\n".join(["  " + line(cells) for cells in lines])


def _across(sizes: Sequence[int]) -> int:
    """Columns of a terminal that a table takes."""
    return sum(2 + size for size in sizes)


def _narrowed(table: Sequence[Sequence[str]], left: int) -> list[int]:
    """Sizes of the columns once heads are broken and the widest text has given way."""
    words = [max(map(width, cell.split()), default=0) for cell in table[0]]
    sizes = [max([word, *(width(row[place]) for row in table[1:])]) for place, word in enumerate(words)]
    while left and _across(sizes) > _room.get():
        widest = max(range(left), key=sizes.__getitem__)
        if sizes[widest] <= max(words[widest], LEAST):
            break
        sizes[widest] -= 1
    return sizes


def _fitted(head: str, *cells: str, size: int) -> list[list[str]]:
    """The lines of each cell of a column: long texts are cut, or go on below where two would look alike."""
    cut = {cell: cell if width(cell) <= size else _beginning(cell, size - 1).rstrip() + "…" for cell in cells}
    looks = Counter(cut.values())
    return [_broken(head, size), *(_broken(cell, size) if looks[cut[cell]] > 1 else [cut[cell]] for cell in cells)]


def _beginning(text: str, size: int) -> str:
    """As much of a text as so many columns of a terminal hold."""
    return text[: sum(so_far <= size for so_far in accumulate(map(width, text)))]


def _broken(text: str, size: int) -> list[str]:
    """A text in lines, each no wider than its column."""
    if width(text) <= size:
        return [text]
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".lstrip()
        if width(longer) <= size:
            lines[-1] = longer
            continue
        rest = word
        while rest:
            lines.append(_beginning(rest, size))
            rest = rest[len(lines[-1]) :]
    return [line for line in lines if line]
