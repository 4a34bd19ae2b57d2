"""The command line. Heavy modules are imported inside the commands, so that ``--help`` is instant."""

from scenarios.cli import (
    curving,
    drawing,
    explaining,
    funding,
    looking,
    making,
    planning,
    reporting,
    serving,
    varying,
    weighing,
)
from scenarios.cli.options import main

__all__ = [
    "curving",
    "drawing",
    "explaining",
    "funding",
    "looking",
    "main",
    "making",
    "planning",
    "reporting",
    "serving",
    "varying",
    "weighing",
]
