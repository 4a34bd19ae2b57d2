"""The command line. Heavy modules are imported inside the commands, so that ``--help`` is instant."""

from scenarios.cli import explaining, looking, making, planning
from scenarios.cli.options import main

__all__ = ["explaining", "looking", "main", "making", "planning"]
