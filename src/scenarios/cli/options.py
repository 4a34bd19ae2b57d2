"""What all commands share: the group, options, exit codes, and problems printed instead of a traceback."""

from __future__ import annotations

import errno
import gc
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from scenarios.cli.telling import CHOICE, VARIABLE, ToldGroup
from scenarios.words import LANGUAGES, language, say, speak

A_PLAN, BAD_INPUT, INFEASIBLE, STOPPED, REFUSED = 0, 2, 3, 4, 5
DEFAULT = "least-cost"
COLLECTED = 200_000  #: objects after which Python looks for garbage; its 700 cost a command a tenth of its time
Command = TypeVar("Command", bound=Callable[..., Any])


def folders(command: Command) -> Command:
    """Where the model and the city are read from."""
    models = click.option(
        "--models",
        type=click.Path(file_okay=False, exists=True),
        help="Folder of models instead of ./models or the example library.",
    )
    inputs = click.option(
        "--inputs",
        type=click.Path(file_okay=False, exists=True),
        help="Folder of cities instead of ./inputs or the example library.",
    )
    return models(inputs(command))


def chosen(command: Command) -> Command:
    """The folders, and the scenario to read."""
    scenario = click.option(
        "--scenario", default=DEFAULT, show_default=True, help="A preset, or a file in the city's scenarios folder."
    )
    return folders(scenario(command))


changed = click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="CHANGE",
    help="TABLE.KEY=VALUE, TABLE.KEY*=FACTOR or -TABLE.KEY; again for more.",
)


LANGUAGE = click.option(
    CHOICE,
    type=click.Choice(LANGUAGES),
    default=language,
    help=f"Language of what is printed; else that of {VARIABLE}, or en.",
)


def _refused(error: OSError) -> str:
    """What the machine refused to read or write, and why; a file half written is told as the folder it was to be in."""
    reasons = {
        errno.EACCES: say("permission denied"),
        errno.EPERM: say("permission denied"),
        errno.EROFS: say("nothing can be written there"),
        errno.ENOENT: say("there is no such folder"),
        errno.ENOTDIR: say("a part of the path is a file, no folder"),
        errno.EEXIST: say("a part of the path is a file, no folder"),
        errno.EISDIR: say("it is a folder"),
        errno.ENOSPC: say("the disk is full"),
    }
    reason = reasons.get(error.errno or 0, error.strerror)
    if error.filename is None:
        return say(
            "Something cannot be read or written: {reason}. Nothing that was there before is lost.", reason=reason
        )
    path = Path(str(error.filename))
    return say(
        "{path} cannot be read or written: {reason}. Name another place, or mend this one.",
        path=path.parent if path.name.startswith(".") else path,
        reason=reason,
    )


def spoken(command: Command) -> Command:
    """The language option, and problems printed instead of a traceback."""

    @wraps(command)
    def guarded(*args: Any, lang: str, **options: Any) -> Any:
        speak(lang)
        from scenarios.problems import InputError

        try:
            return command(*args, **options)
        except InputError as error:
            click.echo(str(error), err=True)
            sys.exit(BAD_INPUT)
        except OSError as error:
            if error.errno in (None, errno.EPIPE):  # no word of the machine's; or no one reads on
                raise
            click.echo(_refused(error), err=True)
            sys.exit(BAD_INPUT)

    return cast("Command", LANGUAGE(guarded))


@click.group(cls=ToldGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="scenarios")
@LANGUAGE
def main(lang: str) -> None:
    """Least-cost plans for city air programmes.

    Exit codes: 0 a plan; 2 bad input or usage; 3 no plan can exist (it says why); 4 stopped, with the best plan
    so far or with none (it says which); 5 the plan found failed verification.
    """
    gc.set_threshold(COLLECTED)
