"""What keeps a plan from being made, as every command says it: why, and with which exit code it ends."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from scenarios.words import language, say

if TYPE_CHECKING:
    from scenarios.case import Case
    from scenarios.conflict import Conflict

A_PLAN, BAD_INPUT, INFEASIBLE, STOPPED, REFUSED = 0, 2, 3, 4, 5  #: exit codes


@contextmanager
def refusals(can_give_way: bool = False) -> Iterator[None]:
    """What keeps a plan from being made is said, and ends the command with its exit code.

    ``can_give_way``: the command has an option --elastic.
    """
    from scenarios.highs import SolverError
    from scenarios.solving import InfeasibleError, NothingFoundError
    from scenarios.verification import VerificationError
    from scenarios.writing import ReadBackError

    try:
        yield
    except InfeasibleError as error:
        text = conflict_message(error.case, error.conflict)
        click.echo(say("{name}: {meaning}", name=error.case.called(language()), meaning=text), err=True)
        if can_give_way and error.conflict.ways[0].relaxations is not None:
            again = say("Next: the same command with --elastic makes the best plan with the first way out.")
            click.echo("\n" + again, err=True)
        sys.exit(INFEASIBLE)
    except NothingFoundError:
        click.echo(say("Stopped before any plan was found; give it more time."), err=True)
        sys.exit(STOPPED)
    except (VerificationError, SolverError, ReadBackError) as error:
        click.echo(say("The plan was refused: {error}", error=error), err=True)
        sys.exit(REFUSED)


def conflict_message(case: Case, conflict: Conflict) -> str:
    """Why no plan exists and the ways out; where that is too long for a screen, its first lines and a file of all."""
    from scenarios.reports.conflict_text import conflict_text
    from scenarios.runs import outputs
    from scenarios.writing import write_page

    text, whole = conflict_text(case, conflict), conflict_text(case, conflict, None)
    if whole == text:
        return text
    path = outputs(case.settings.city) / "conflict" / f"{case.scenario}.txt"
    write_page(path, whole + "\n")
    return text + "\n\n" + say("All tasks and ways out: {path}", path=path)
