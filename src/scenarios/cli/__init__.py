"""The command line. Heavy modules are imported inside the commands, so that ``--help`` is instant."""

from scenarios.cli import looking, making, planning
from scenarios.cli.options import main

__all__ = ["looking", "main", "making", "planning"]
