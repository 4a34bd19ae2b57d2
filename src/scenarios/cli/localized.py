"""Commands whose help is shown in the reader's language: chosen by --lang, or by SCENARIOS_LANG once for all."""

from __future__ import annotations

import os
from collections.abc import Sequence
from copy import copy

import click

from scenarios.words import LANGUAGES, language, say, say_of_command_line, speak_throughout

CHOICE = "--lang"
VARIABLE = "SCENARIOS_LANG"  #: of the environment
WIDE = 0.7  #: letters in a line of help where most take two columns, as a part of the columns [1]


def paragraphs(text: str | None) -> str:
    """The help of a command without the breaks of its lines: what the catalogue translates."""
    return "\n\n".join(" ".join(part.split()) for part in (text or "").split("\n\n"))


def requested_language(args: Sequence[str]) -> str:
    """The language asked for anywhere in a command line; else that of the environment, else English."""
    values = [*args, ""]
    given = [after for word, after in zip(values, values[1:], strict=False) if word == CHOICE]
    given += [word.partition("=")[2] for word in args if word.startswith(f"{CHOICE}=")]
    wanted = [*given, os.environ.get(VARIABLE, "")]
    return next((one for one in wanted if one in LANGUAGES), LANGUAGES[0])


class LocalizedCommand(click.Command):
    """A command whose help is in the language in use."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option that shows the help, in the language in use: click keeps it, words and all, once made."""
        option = super().get_help_option(ctx)
        if option:
            option.help = say_of_command_line("Show this message and exit.")
        return option

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help in the language in use."""
        translated = copy(self)
        translated.help, translated.params = say(paragraphs(self.help)), [_translated(param) for param in self.params]
        if language() != LANGUAGES[0]:
            formatter.width = int(formatter.width * WIDE)
        super(LocalizedCommand, translated).format_help(ctx, formatter)

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first paragraph of the help, whole, in the language in use; click would cut it at ``limit`` letters."""
        return say(paragraphs(self.help)).partition("\n")[0].removesuffix("。").removesuffix(".")


class LocalizedGroup(LocalizedCommand, click.Group):
    """A group of commands that speaks the language asked for before anything is said."""

    command_class = LocalizedCommand

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Choose the language, then read the command line."""
        speak_throughout(requested_language(args))
        return super().parse_args(ctx, args)


def _translated(param: click.Parameter) -> click.Parameter:
    """A parameter with its help in the language in use."""
    translated = copy(param)
    if isinstance(translated, click.Option) and translated.help:
        translated.help = say_of_command_line(say(translated.help))  # ours, or click's own
    return translated
