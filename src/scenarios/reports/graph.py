"""The task graph as a picture: for Graphviz, and as a page with tasks on the calendar and arrows between them."""

from __future__ import annotations

from html import escape
from typing import Any

from scenarios.case import Case
from scenarios.frames import records
from scenarios.reports.format import width
from scenarios.tasks import critical_path, graph, transitive_reduction, windows
from scenarios.words import language, name_column, say

LETTER, COLUMN, LINE, BAR = 7, 86, 22, 14  #: width of a letter and of a quarter, height of a line and of a bar [px]
LONGEST = 64  #: columns of a terminal that a name may take before it is cut
MARGIN = 24  #: beside the names [px]


def dot_text(case: Case) -> str:
    """The graph in the language of Graphviz: one cluster a numbered work, the critical path in red."""
    names, path = case.names("tasks", language()), set(critical_path(case))
    lines = ["digraph tasks {", '  rankdir=LR; node [shape=box, fontname="sans-serif"];']
    for number in dict.fromkeys(case["tasks"]["number"]):
        lines.append(f'  subgraph "cluster_{number}" {{ label="{_quoted(_title(case, int(number)))}";')
        for task in case["tasks"].loc[case["tasks"]["number"] == number, "task"]:
            colour = ", color=red" if task in path else ""
            lines.append(f'    "{_quoted(task)}" [label="{_quoted(f"{task} {names[task]}")}"{colour}];')
        lines.append("  }")
    for before, after, lag in transitive_reduction(case):
        label = f' [label="+{lag}"]' if lag else ""
        lines.append(f'  "{_quoted(before)}" -> "{_quoted(after)}"{label};')
    return "\n".join([*lines, "}"]) + "\n"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _title(case: Case, number: int) -> str:
    works = case["works"].set_index("number")[name_column()]
    return f"{number} {works[number]}" if number in works.index else str(number)


def graph_page(case: Case) -> str:
    """A page of its own: a line a task from its earliest start to its latest finish, arrows where one waits."""
    rows = _lines(case)
    place = {row["task"]: number for number, row in enumerate(rows) if row["task"]}
    periods = case.calendar.periods
    left = MARGIN + LETTER * max((width(_cut(row["name"])) for row in rows), default=0)
    size = left + COLUMN * len(periods) + 20, LINE * (len(rows) + 2)
    parts = [_heads(periods, left, size[1]), *[_line(row, number, left) for number, row in enumerate(rows)]]
    parts += [_arrow(rows, place[before], place[after], left) for before, after, _ in transitive_reduction(case)]
    frame = f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}" role="img">'
    picture = f"{frame}{''.join(parts)}</svg>"
    title = escape(say("Tasks of {city}", city=case.settings.name(language())))
    note = escape(
        say("Pale: earliest start to latest finish; dark: the work at its earliest; red: no slack; arrows: waits for.")
    )
    return PAGE.format(language="zh-CN" if language() == "zh" else "en", title=title, note=note, picture=picture)


def _lines(case: Case) -> list[dict[str, Any]]:
    """Headings and tasks in the order of the picture."""
    order, table, names = graph(case), windows(case), case.names("tasks", language())
    lines: list[dict[str, Any]] = []
    tasks = records(case["tasks"].sort_values(["number", "task"]))
    for number in dict.fromkeys(row["number"] for row in tasks):
        lines.append({"task": "", "name": _title(case, int(number))})
        for row in (row for row in tasks if row["number"] == number):
            window, work = table.loc[row["task"]], max(order.nodes[row["task"]]["duration"], 1)
            lines.append(
                {
                    "task": row["task"],
                    "name": f"{row['task']} {names[row['task']]}",
                    "start": int(window["earliest"]) - work + 1,
                    "done": int(window["earliest"]),
                    "latest": int(window["latest"]),
                    "critical": bool(window["critical"]),
                }
            )
    return lines


def _heads(periods: tuple[str, ...], left: int, height: int) -> str:
    cells = [
        f'<line x1="{left + COLUMN * place}" x2="{left + COLUMN * place}" y1="0" y2="{height}" class="grid"/>'
        f'<text x="{left + COLUMN * (place + 0.5)}" y="14" class="head">{period}</text>'
        for place, period in enumerate(periods)
    ]
    return "".join(cells)


def _line(row: dict[str, Any], number: int, left: int) -> str:
    y = LINE * (number + 1)
    if not row["task"]:
        return f'<text x="4" y="{y + 15}" class="work">{escape(_cut(row["name"]))}</text>'
    kind = "critical" if row["critical"] else "task"
    tip = f"<title>{escape(row['name'])}</title>"
    pale, x = max(row["latest"], row["done"]) - row["start"] + 1, left + COLUMN * row["start"]
    return (
        f'<g>{tip}<text x="16" y="{y + 15}">{escape(_cut(row["name"]))}</text>'
        f'<rect x="{x}" y="{y + 4}" width="{COLUMN * pale}" height="{BAR}" class="window"/>'
        f'<rect x="{x}" y="{y + 4}" width="{COLUMN * (row["done"] - row["start"] + 1) - 2}" '
        f'height="{BAR}" class="{kind}"/></g>'
    )


def _arrow(rows: list[dict[str, Any]], before: int, after: int, left: int) -> str:
    x1, x2 = left + COLUMN * (rows[before]["done"] + 1) - 2, left + COLUMN * rows[after]["start"]
    y1, y2 = (LINE * (place + 1) + 4 + BAR / 2 for place in (before, after))
    bend = max(12.0, abs(x2 - x1) / 2)
    return f'<path d="M{x1},{y1} C{x1 + bend},{y1} {x2 - bend},{y2} {x2},{y2}" class="arrow" marker-end="url(#tip)"/>'


def _cut(text: str) -> str:
    """A name that fits beside the bars."""
    if width(text) <= LONGEST:
        return text
    while width(text) >= LONGEST:
        text = text[:-1]
    return text + "…"


PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ margin: 20px; color: #1d2733;
  font: 13px "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", system-ui, sans-serif; }}
text {{ font-size: 12.5px; fill: #1d2733; }}
.head {{ text-anchor: middle; fill: #5d6b7a; }} .work {{ font-weight: 600; }}
.grid {{ stroke: #e7ecf1; }} .window {{ fill: #dfe7ef; }} .task {{ fill: #1f5fa8; }} .critical {{ fill: #b3261e; }}
.arrow {{ fill: none; stroke: #7a8794; stroke-width: 1; opacity: .65; }}
</style></head><body><h1>{title}</h1><p>{note}</p>
<svg width="0" height="0"><defs>
<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
<path d="M0,0 L8,4 L0,8 z" fill="#7a8794"/></marker></defs></svg>
{picture}
</body></html>
"""
