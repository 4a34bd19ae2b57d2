"""The equations of the plan as mathematics a browser draws: LaTeX from the register, turned into MathML."""

from __future__ import annotations

from functools import cache
from typing import Any

from markupsafe import Markup

from scenarios.program.equations import OBJECTIVES, THEMES, VARIABLES
from scenarios.program.register import formula, registered, sentence
from scenarios.words import say


@cache
def mathml(latex: str) -> Markup:
    """A formula as MathML."""
    from latex2mathml.converter import convert

    return Markup(convert(latex))


def themes(minimised: str) -> list[dict[str, Any]]:
    """What is minimised, and every equation by theme: name, sentence, formula."""
    rule = OBJECTIVES[minimised]
    goal = {"name": minimised, "sentence": say(sentence(rule)), "formula": mathml(formula(rule))}
    found = [{"title": say("What is minimised"), "equations": [goal]}]
    for title, module in THEMES.items():
        equations = [
            {"name": one.name, "sentence": say(one.sentence), "formula": mathml(one.latex)}
            for one in registered(module)
        ]
        found.append({"title": say(title), "equations": equations})
    return found


def letters() -> list[dict[str, Any]]:
    """What is decided: letter, name and meaning."""
    return [
        {"letter": mathml(one.letter), "name": name, "meaning": say(one.meaning)} for name, one in VARIABLES.items()
    ]
