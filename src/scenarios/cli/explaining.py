"""The command that explains why there is no plan."""

from __future__ import annotations

import sys
from shlex import quote

import click

from scenarios.cli.errors import A_PLAN, INFEASIBLE, conflict_message
from scenarios.cli.options import cap_options, change_option, main, scenario_options, with_language
from scenarios.cli.shared import case_of
from scenarios.words import language, say


@main.command()
@click.argument("city")
@scenario_options
@change_option
@cap_options
@with_language
def explain(
    city: str,
    scenario: str,
    models: str | None,
    inputs: str | None,
    changes: tuple[str, ...],
    money: float | None,
    cost: float | None,
) -> None:
    """Say which targets, supplies, budgets and deadlines of CITY conflict, and the ways out."""
    from scenarios.conflict import explain as explained

    settings = {name: value for name, value in (("money_at_most", money), ("cost_at_most", cost)) if value is not None}
    case = case_of(city, scenario, models, inputs, changes, settings)
    found = explained(case)
    command = " ".join([f"scenarios run {city} --scenario {scenario}", *(f"--set {quote(text)}" for text in changes)])
    if found is None:
        click.echo(
            say("{scenario}: nothing conflicts; a plan keeps all that is asked.", scenario=case.called(language()))
        )
        click.echo(say("Next: {command}", command=command))
        sys.exit(A_PLAN)
    click.echo(say("{name}: {meaning}", name=case.called(language()), meaning=conflict_message(case, found)))
    if found.ways[0].relaxations is not None:
        next_step = say("Next: {command} makes the best plan with the first way out.", command=f"{command} --elastic")
        click.echo("\n" + next_step)
    sys.exit(INFEASIBLE)
