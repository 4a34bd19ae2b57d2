"""Sheets that add the data up by SUMIFS: the summary, a sheet a payer, and the money by measure, area, work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from scenarios.reports.funding.book import SERIES, UNIT, Book, cell, new_sheet, set_widths, span, write_totals
from scenarios.reports.funding.data_sheet import HEADS, ITEMS, Data
from scenarios.words import say

HEADED = 10  #: letters of the heading of an amount that stand in one line
TOP = 5  #: first row below the heading
CHARTED = 12  #: rows shown in a chart
CHART = (760, 420)  #: width and height of a chart [pixels]
CHART_CELLS = (22, 12)  #: rows and columns of cells that a chart takes
AXIS = {"num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": "#DDDDDD"}}}
BY_ITEM = "By item, held against costs.csv"
NOT_ADDED = "Investment is money laid out; annuity and task are the same money spread over years, never added to it."
DIGITS = 6  #: of a difference, in the unit shown
Selection = Mapping[str, tuple[str, int]]  #: kind -> the cell that holds a code, and the code


class Checked(NamedTuple):
    """What the sums by item are held against: costs.csv in the money of the book, and what it is called."""

    label: str
    costs: pd.DataFrame


def sumifs(data: Data, columns: Sequence[int], selection: Selection) -> str:
    """What the data add up to in some columns where the codes of the selection stand, in the unit shown."""
    where = "".join(f",{data.code_range(kind)},{at}" for kind, (at, _) in selection.items())
    if not where:
        return "+".join(f"SUM({data.range(column)})" for column in columns)
    return "+".join(f"SUMIFS({data.range(column)}{where})" for column in columns)


def value_of(data: Data, names: Sequence[tuple[str, int]], selection: Selection) -> float:
    """The same, worked out. [CNY]"""
    rows = data.rows
    for kind, (_, code) in selection.items():
        rows = rows[rows[f"{kind} name"].map(data.codes[kind]) == code]
    return float(sum(rows[name].sum() for name in names))


def write_sum(
    book: Book, sheet: Any, data: Data, at: tuple[int, int], names: list[tuple[str, int]], selection: Selection
) -> float:
    """A sum of the data in a cell, live; its value in the unit shown."""
    formula = f"=({sumifs(data, [data.column[name] for name in names], selection)})/{UNIT}"
    value = value_of(data, names, selection) / book.unit
    sheet.write_formula(*at, formula, book.style["amount"], value)
    return value


def write_pivot(book: Book, data: Data, kind: str, name: str, title: str) -> Any:
    """What is paid out by a kind of row: over the plan by payer, and in each year; with a chart of the largest rows."""
    payers, last = data.codes["payer"], 2 + len(data.codes["payer"])
    head = [say("No."), say(HEADS[kind]), *payers, say("all"), *map(str, data.years)]
    sheet = new_sheet(book, name, title, head, TOP - 1)
    sheet.write_string(1, 0, say("Paid out over the plan. [{unit}]", unit=book.money), book.style["note"])
    for place, code in enumerate(payers.values()):
        sheet.write_number(TOP - 2, 2 + place, code, book.style["code"])
    sums = dict.fromkeys(range(2, len(head)), 0.0)
    wide = data.rows.assign(code=data.rows[f"{kind} name"].map(data.codes[kind]))
    by_payer = wide.groupby(["code", "payer name"])[[("cash", 0)]].sum().iloc[:, 0].to_dict()
    by_year = {year: wide.groupby("code")[[("cash", year)]].sum().iloc[:, 0].to_dict() for year in data.years}

    def write(at: tuple[int, int], year: int, selection: Selection, cny: float) -> None:
        formula = f"={sumifs(data, [data.column['cash', year]], selection)}/{UNIT}"
        sheet.write_formula(*at, formula, book.style["amount"], cny / book.unit)
        sums[at[1]] += cny / book.unit

    for row, (text, code) in enumerate(data.codes[kind].items(), TOP):
        sheet.write_number(row, 0, code, book.style["code"])
        sheet.write_string(row, 1, text, book.style["text"])
        own = {kind: (cell(row, 0, "c"), code)}
        for place, payer in enumerate(payers, 2):
            selection = {"payer": (cell(TOP - 2, place, "r"), payers[payer]), **own}
            write((row, place), 0, selection, by_payer.get((code, payer), 0.0))
        whole = sum(by_payer.get((code, payer), 0.0) for payer in payers) / book.unit
        sheet.write_formula(row, last, f"=SUM({span((row, 2), (row, last - 1))})", book.style["amount"], whole)
        sums[last] += whole
        for place, year in enumerate(data.years, last + 1):
            write((row, place), year, own, by_year[year].get(code, 0.0))
    finish(book, sheet, TOP + len(data.codes[kind]), sums, [head, *([[""], list(data.codes[kind])])])
    if data.codes[kind]:
        shown = (TOP, TOP + min(CHARTED, len(data.codes[kind])) - 1)
        chart = stack(book, name, shown, range(2, 2 + len(payers)))
        place_chart(book, chart, title, list(HEADS).index(kind))
    return sheet


def finish(book: Book, sheet: Any, row: int, sums: Mapping[int, float], texts: Sequence[Sequence[str]]) -> None:
    """Totals, filter and widths of a table whose heading stands above ``TOP``."""
    head, *names = texts
    sheet.write_string(row, 1, say("all"), book.style["total"])
    if row > TOP:
        write_totals(book, sheet, row, sums, TOP)
        sheet.autofilter(TOP - 1, 0, row - 1, len(head) - 1)
    columns = [list(names[place]) if place < len(names) else ["1,234,567.89"] for place in range(len(head))]
    set_widths(sheet, [[text[:HEADED] if place > 1 else text, *columns[place]] for place, text in enumerate(head)])
    sheet.set_column(0, 0, 6)


def stack(book: Book, name: str, rows: tuple[int, int], columns: range) -> Any:
    """Lying bars of a block of cells, a series a column, from the top."""
    chart = book.file.add_chart({"type": "bar", "subtype": "stacked"})
    for number, column in enumerate(columns):
        chart.add_series(
            {
                "name": [name, TOP - 1, column],
                "categories": [name, rows[0], 1, rows[1], 1],
                "values": [name, rows[0], column, rows[1], column],
                "fill": {"color": SERIES[number % len(SERIES)]},
                "gap": 60,
            }
        )
    chart.set_y_axis({"reverse": True, "num_font": {"size": 8}})
    chart.set_x_axis({**AXIS, "name": book.money, "label_position": "high"})
    return chart


def place_chart(book: Book, chart: Any, title: str, number: int) -> None:
    """A chart in its place on the sheet of charts, two a row."""
    chart.set_title({"name": title, "name_font": {"size": 12}, "overlay": False})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": CHART[0], "height": CHART[1]})
    row, column = divmod(number, 2)
    book.charts.insert_chart(2 + row * CHART_CELLS[0], column * CHART_CELLS[1], chart)
    book.charts.print_area(0, 0, 7 + (row + 1) * CHART_CELLS[0], 2 * CHART_CELLS[1] - 1)


def write_payer(book: Book, data: Data, payer: str, name: str) -> Any:
    """One payer: capital and tasks, and running cost and fuel, of each measure and year."""
    code = data.codes["payer"][payer]
    own = data.rows[data.rows["payer name"] == payer]
    order = own.groupby("measure name")[[("cash", 0)]].sum().iloc[:, 0].sort_values(ascending=False).index.tolist()
    parts = {say("capital and tasks"): ["investment"], say("running and fuel"): ["running", "fuel"]}
    head = [say("No."), say("measure"), *(f"{text} {year}" for text in parts for year in data.years), say("all")]
    sheet = new_sheet(book, name, say("{payer}: what is paid for each measure", payer=payer), head, TOP - 1)
    note = say("Subsidies given and received are in it. [{unit}]", unit=book.money)
    sheet.write_string(1, 0, note, book.style["note"])
    sheet.write_number(2, 0, code, book.style["code"])
    known = own.groupby("measure name")[list(data.column)].sum().to_dict()
    asked_for = [[(item, year) for item in items] for items in parts.values() for year in data.years]
    sums = dict.fromkeys(range(2, 3 + len(asked_for)), 0.0)
    for row, text in enumerate(order, TOP):
        sheet.write_number(row, 0, data.codes["measure"][text], book.style["code"])
        sheet.write_string(row, 1, text, book.style["text"])
        selection = {"payer": (cell(2, 0, "rc"), code), "measure": (cell(row, 0, "c"), 0)}
        for place, names in enumerate(asked_for, 2):
            value = sum(known[each][text] for each in names) / book.unit
            formula = f"=({sumifs(data, [data.column[each] for each in names], selection)})/{UNIT}"
            sheet.write_formula(row, place, formula, book.style["amount"], value)
            sums[place] += value
        last = 2 + len(asked_for)
        whole = sum(known[each][text] for names in asked_for for each in names) / book.unit
        sheet.write_formula(row, last, f"=SUM({span((row, 2), (row, last - 1))})", book.style["amount"], whole)
        sums[last] += whole
    finish(book, sheet, TOP + len(order), sums, [head, [""], order])
    return sheet


def write_summary(book: Book, data: Data, checked: Checked, name: str) -> Any:
    """Who pays what in each year, subsidies given and received, and the items held against costs.csv."""
    head = [say("No."), say("who pays"), *(str(year) for year in data.years), say("all")]
    sheet = new_sheet(book, name, say("Summary: what each payer pays out"), head, TOP - 1)
    sheet.write_string(1, 0, say("Above doing nothing new. [{unit}]", unit=book.money), book.style["note"])
    sheet.fit_to_pages(1, 1)
    row = _by_payer(book, sheet, data, TOP, [[("cash", year)] for year in data.years])
    charted = (TOP, row - 1)
    for title, item in ((say("Subsidies given by rule"), "given"), (say("Subsidies received"), "received")):
        sheet.write_string(row + 1, 1, title, book.style["label"])
        row = _by_payer(book, sheet, data, row + 2, [[(item, year)] for year in data.years])
    _by_item(book, sheet, data, checked, row + 1)
    if data.codes["payer"]:
        _chart_of_years(book, name, data, charted)
    columns = [["1,234,567.89"]] * (len(data.years) + 1)
    set_widths(sheet, [["No."], [*data.codes["payer"], say(BY_ITEM)], *columns, [checked.label], [say("difference")]])
    sheet.set_column(0, 0, 6)
    return sheet


def _by_item(book: Book, sheet: Any, data: Data, checked: Checked, row: int) -> None:
    """A row an item from a row on, beside what costs.csv says of it and how far the two differ."""
    all_years = 2 + len(data.years)
    sheet.write_string(row, 1, say(BY_ITEM), book.style["label"])
    sheet.write_string(row, all_years + 1, checked.label, book.style["label_right"])
    sheet.write_string(row, all_years + 2, say("difference"), book.style["label_right"])
    for at, item in enumerate(ITEMS, row + 1):
        sheet.write_string(at, 1, say(item), book.style["text"])
        for place, year in enumerate(data.years, 2):
            write_sum(book, sheet, data, (at, place), [(item, year)], {})
        whole = value_of(data, [(item, year) for year in data.years], {}) / book.unit
        formula = f"=SUM({span((at, 2), (at, all_years - 1))})"
        sheet.write_formula(at, all_years, formula, book.style["amount"], whole)
        written = float(checked.costs.loc[checked.costs["item"] == item, "cny"].sum())
        value = written / book.unit
        sheet.write_formula(at, all_years + 1, f"={written!r}/{UNIT}", book.style["amount"], value)
        formula = f"=ROUND({cell(at, all_years)}-{cell(at, all_years + 1)},{DIGITS})"
        sheet.write_formula(at, all_years + 2, formula, book.style["amount"], round(whole - value, DIGITS))
    sheet.write_string(row + 1 + len(ITEMS), 1, say(NOT_ADDED), book.style["note"])


def _by_payer(book: Book, sheet: Any, data: Data, row: int, columns: Sequence[list[tuple[str, int]]]) -> int:
    """A row a payer and a total, from a row on; the row below them."""
    first, sums = row, dict.fromkeys(range(2, 3 + len(columns)), 0.0)
    for payer, code in data.codes["payer"].items():
        sheet.write_number(row, 0, code, book.style["code"])
        sheet.write_string(row, 1, payer, book.style["text"])
        selection = {"payer": (cell(row, 0, "c"), code)}
        values = [
            write_sum(book, sheet, data, (row, place), names, selection) for place, names in enumerate(columns, 2)
        ]
        last = 2 + len(columns)
        sheet.write_formula(row, last, f"=SUM({span((row, 2), (row, last - 1))})", book.style["amount"], sum(values))
        for place, value in enumerate([*values, sum(values)], 2):
            sums[place] += value
        row += 1
    sheet.write_string(row, 1, say("all"), book.style["total"])
    write_totals(book, sheet, row, sums, first)
    return row + 1


def _chart_of_years(book: Book, name: str, data: Data, rows: tuple[int, int]) -> None:
    """What is paid out, a column a year, stacked by payer."""
    chart = book.file.add_chart({"type": "column", "subtype": "stacked"})
    for number, row in enumerate(range(rows[0], rows[1])):
        chart.add_series(
            {
                "name": [name, row, 1],
                "categories": [name, TOP - 1, 2, TOP - 1, 1 + len(data.years)],
                "values": [name, row, 2, row, 1 + len(data.years)],
                "fill": {"color": SERIES[number % len(SERIES)]},
                "gap": 80,
            }
        )
    chart.set_y_axis({**AXIS, "name": book.money})
    place_chart(book, chart, say("What is paid out in each year"), 0)
