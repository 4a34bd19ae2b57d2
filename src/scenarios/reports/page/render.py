"""The page as text: templates, the words and numbers they may use, and the scripts that draw the charts."""

from __future__ import annotations

import json
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from scenarios.files import packaged_file
from scenarios.reports import format as form
from scenarios.words import say

LIBRARY = "vendored/echarts.min.js"
STARTER = "reports/page/parts/start.js"
STYLE = "reports/page/parts/style.css"
UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "parts"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {
        "say": say,
        "number": lambda value: form.number(value).replace("-", "−"),
        "tonnes": form.tonnes,
        "money": form.money,
        "percent": lambda share, digits=1: form.percent(share, digits).replace("-", "−"),
        "in_column": form.in_column,
        "column_unit": form.column_unit,
        "typeset": form.typeset,
        "unit_name": lambda unit: form.typeset(form.unit_name(unit)),
    }
    return made


def data(value: Any) -> Markup:
    """A value as JSON that may stand inside a script element: nothing in it can end the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for letter, escaped in UNSAFE.items():
        text = text.replace(letter, escaped)
    return Markup(text)


@cache
def _scripts() -> tuple[Markup, Markup, str, Markup]:
    """The library, what starts it, the policy that allows these two and nothing else, and the style."""
    library, starter, style = (packaged_file(name).decode("utf-8") for name in (LIBRARY, STARTER, STYLE))
    sums = " ".join(f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in (library, starter))
    allowed = {"default-src": "'none'", "script-src": sums, "style-src": "'unsafe-inline'", "img-src": "data:"}
    policy = "; ".join(f"{what} {where}" for what, where in allowed.items()) + "; base-uri 'none'; form-action 'none'"
    return Markup(library), Markup(starter), policy, Markup(style)


def page(**values: Any) -> str:
    """The report page: one file that asks nothing of the network."""
    library, starter, policy, style = _scripts()
    template = _environment().get_template("page.html.j2")
    return template.render(library=library, starter=starter, policy=policy, style=style, **values)
