"""What all commands share: the group, options, exit codes, and problems printed instead of a traceback."""

from __future__ import annotations

import errno
import gc
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from shutil import get_terminal_size
from typing import Any, TypeVar, cast

import click

from scenarios.cli.errors import BAD_INPUT, refusals
from scenarios.cli.localized import CHOICE, VARIABLE, LocalizedGroup
from scenarios.version import VERSION
from scenarios.words import LANGUAGES, language, say, speak, term, terms

BY_NAME = ("city", "source", "scenario", "start", "names", "files")  #: arguments that may be names for codes
DEFAULT = "least-cost"
COLLECTED = 200_000  #: objects after which Python looks for garbage; its 700 cost a command a tenth of its time
Command = TypeVar("Command", bound=Callable[..., Any])


def folder_options(command: Command) -> Command:
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


def scenario_options(command: Command) -> Command:
    """The folders, and the scenario to read."""
    scenario = click.option(
        "--scenario", default=DEFAULT, show_default=True, help="A preset, or a file in the city's scenarios folder."
    )
    return folder_options(scenario(command))


class Amount(click.FloatRange):
    """A number that may be written as people write it, such as ``50亿元``."""

    def __init__(self, unit: str, **bounds: Any):
        super().__init__(**bounds)
        self.unit = unit

    def _describe_range(self) -> str:
        """The bounds, for the help; blank where there are none, which click writes as a bound of None."""
        return super()._describe_range() if (self.min, self.max) != (None, None) else ""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number, in the unit of the option."""
        from scenarios.units import UnitError, amount

        if isinstance(value, str):
            try:
                value = amount(value, self.unit)
            except UnitError:
                text = say("“{value}” is no amount in {unit}; such as 15000, 1.5万 or 2亿", value=value, unit=self.unit)
                self.fail(text, param, ctx)
        return super().convert(value, param, ctx)


class Word(click.Choice[str]):
    """A choice that may be made in the words of either language."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The choice that a word means."""
        meant = [choice for choice in self.choices if value in terms("choice", choice)]
        return super().convert(meant[0] if meant else value, param, ctx)

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        """What may be chosen, in the words of the language in use."""
        words = {choice: term("choice", choice) for choice in self.choices}
        names = ", ".join(choice if word == choice else f"{word} ({choice})" for choice, word in words.items())
        return say("“{value}” is none of {names}", value=value, names=names)


def cap_options(command: Command) -> Command:
    """The most that may be laid out, and that the plan may cost."""
    text = "Money all payers together lay out at most for capital and tasks [CNY]."
    money = click.option("--money", type=Amount("CNY", min=0), help=text)
    cost = click.option("--cost", type=Amount("CNY"), help="Cost over the plan at most [CNY].")
    return money(cost(command))


change_option = click.option(
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
    """What the machine refused to read or write, and why; for a file half written, the folder it was meant for."""
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


def _in_codes(options: dict[str, Any]) -> dict[str, Any]:
    """The options of a command with codes in place of the names of cities and scenarios."""
    if not any(options.get(name) for name in BY_NAME):
        return options
    from scenarios.finding import city_files, code_of, folders, library, scenario_files

    where, codes = folders(options.get("models"), options.get("inputs")), dict(options)
    cities = city_files(where.inputs)
    if "source" in options:  # the city of `new` is not there yet
        codes["source"] = code_of(options["source"], city_files(library() / "inputs") | cities)
    elif options.get("city"):
        codes["city"] = code_of(options["city"], cities)
    files = scenario_files(str(codes.get("city", "")), where)
    for name in ("scenario", "start"):
        if options.get(name):
            codes[name] = code_of(options[name], files)
    for name in ("names", "files"):
        if name in options:
            codes[name] = tuple(code_of(text, files) for text in options[name])
    return codes


def with_language(command: Command) -> Command:
    """The language option; problems, and what keeps a plan from being made, are printed instead of a traceback."""

    @wraps(command)
    def guarded(*args: Any, lang: str, **options: Any) -> Any:
        speak(lang)
        from scenarios.problems import InputError

        try:
            return command(*args, **_in_codes(options))
        except InputError as error:
            click.echo(str(error), err=True)
            sys.exit(BAD_INPUT)
        except RuntimeError:
            with refusals():
                raise
        except OSError as error:
            if error.errno in (None, errno.EPIPE):  # no word of the machine's; or no one reads on
                raise
            click.echo(_refused(error), err=True)
            sys.exit(BAD_INPUT)

    return cast("Command", LANGUAGE(guarded))


@click.group(cls=LocalizedGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION)
@LANGUAGE
def main(lang: str) -> None:
    """Least-cost plans for city air programmes.

    Exit codes: 0 a plan; 2 bad input or usage; 3 no plan can exist (it says why); 4 stopped, with the best plan
    so far or with none (it says which); 5 the plan found failed verification.
    """
    gc.set_threshold(COLLECTED)
    if sys.stdout.isatty():  # a file or a pipe gets whole tables
        from scenarios.reports.format import within

        click.get_current_context().with_resource(within(get_terminal_size().columns))
