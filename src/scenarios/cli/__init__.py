"""The command line. Heavy modules are imported inside the commands, so that ``--help`` is instant."""

from scenarios.cli import (
    curves,
    drawing,
    explaining,
    funding,
    inspecting,
    making,
    planning,
    reporting,
    serving,
    varying,
    weighing,
)
from scenarios.cli.options import main

__all__ = [
    "curves",
    "drawing",
    "explaining",
    "funding",
    "inspecting",
    "main",
    "making",
    "planning",
    "reporting",
    "serving",
    "varying",
    "weighing",
]
