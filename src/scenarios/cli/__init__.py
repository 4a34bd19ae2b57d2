"""The command line. Heavy modules are imported inside the commands, so that ``--help`` is instant."""

from scenarios.cli import curving, explaining, looking, making, planning, serving, varying, weighing
from scenarios.cli.options import main

__all__ = ["curving", "explaining", "looking", "main", "making", "planning", "serving", "varying", "weighing"]
