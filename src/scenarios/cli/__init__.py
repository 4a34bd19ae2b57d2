"""The command line. Heavy modules are imported inside the commands, so that ``--help`` is instant."""

from scenarios.cli import curving, explaining, funding, looking, making, planning, varying, weighing
from scenarios.cli.options import main

__all__ = ["curving", "explaining", "funding", "looking", "main", "making", "planning", "varying", "weighing"]
