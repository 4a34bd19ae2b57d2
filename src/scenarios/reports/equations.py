"""models/README.md and README.zh.md: every variable and equation of the program, from the register itself."""

from __future__ import annotations

from scenarios.program.equations import OBJECTIVES, THEMES, VARIABLES
from scenarios.program.register import Equation, formula, registered, sentence
from scenarios.words import say


def equations_page() -> str:
    """The page, in Markdown with LaTeX, in the language in use."""
    lines = [say(INTRODUCTION), "## " + say("What is decided"), "", say(DECIDED), "|---|---|---|---|---|"]
    lines += [
        f"| ${v.letter}$ | `{v.name}` | {v.over} | {say(v.domain)} | {say(v.meaning)} |" for v in VARIABLES.values()
    ]
    lines += ["", "## " + say("What is minimised"), ""]
    lines += [say("`minimise` in a scenario's settings chooses; ties are broken by cost.")]
    for name, rule in OBJECTIVES.items():
        lines += ["", f"**`{name}`**: {say(sentence(rule))}", "", f"$${formula(rule)}$$"]
    for title, module in THEMES.items():
        lines += ["", f"## {say(title)}"]
        for equation in registered(module):
            lines += ["", _statement(equation), "", f"$${equation.latex}$$"]
    return "\n".join([*lines, "", say(SYMBOLS)]) + "\n"


def _statement(equation: Equation) -> str:
    over = equation.over.replace(" ", " × ")
    stated = say(
        "**`{name}`** for all {over}: {sentence}", name=equation.name, over=over, sentence=say(equation.sentence)
    )
    if equation.negotiable:
        return stated + say(" *Negotiable: its rows are priced when nothing fits.*")
    return stated + (say(" *Follows from the others; it shortens the search.*") if equation.tightens else "")


DECIDED = "| letter | variable | index | domain | meaning [unit] |"


INTRODUCTION = """# The model

*This page is written by `scenarios equations`; a test keeps it current.*

`base/` holds what is believed in any city: pollutants, activities, technologies, emission factors, fuel use, measures,
unit costs, sources. What is counted or decided in one city stands in `inputs/`. The columns of every table are
described in `inputs/README.md`; why a number was chosen where sources disagree stands in `NOTES.md` beside this page.

Conversions serve half of the quarter they are made in: activity in service is the mean of opening and closing stock.
Emission factors belong to technologies, and the technologies of an activity always add up to it, so measures that
interact are never counted twice.
"""

SYMBOLS = r"""## What is given

| letter | meaning [unit] |
|---|---|
| $a, s, k, m$ | area, activity, technology, measure |
| $p, t, y, r$ | pollutant, quarter, year, receptor |
| $i, j, f$ | target or predecessor task, task, payer or fuel |
| $\omega_{k',k}$ | share of technology $k'$ that wears out in a quarter and is replaced by $k$ [1/quarter] |
| $g$ | growth without any measure [activity unit per quarter] |
| $\bar Y, \bar y, \ell$ | potential, pace, size of a project [activity unit] |
| $\sigma_{s,t}$ | share of a year's activity that falls in a quarter [1] |
| $f_{k,p}, u_{k,f}$ | emission factor, fuel use [t, fuel unit per activity unit and year] |
| $\tau, b$ | transfer coefficient, concentration from elsewhere [ug/m3 per t/yr, ug/m3] |
| $\alpha, \rho, K$ | annuity, running and fuel cost, capital [CNY/yr, CNY/yr, CNY] |
| $\delta, \pi$ | discount factor, part a payer pays [1] |
| $\lambda, d, T_j$ | lag, duration, deadline of a task [quarters] |
| $Q_{j,m}, \bar Q_{m,t}$ | capacity a task opens, reach of the pace so far [activity unit] |
| $\bar Z$ | cost of the frozen baseline [CNY] |
| $D, \bar v_i, \bar Y_i$ | days at an annual mean, share, quantity a target or commitment asks [d, 1, activity unit] |
| $w_p, \bar M$ | weight of a pollutant, money of all payers [1/t, CNY] |
"""
