"""The command that explains why there is no plan."""

from __future__ import annotations

import sys

import click

from scenarios.cli.options import A_PLAN, INFEASIBLE, chosen, main, spoken
from scenarios.words import say


@main.command()
@click.argument("city")
@chosen
@click.option("--money", type=click.FloatRange(min=0), help="Money all payers together lay out at most [CNY].")
@click.option("--cost", type=float, help="Cost over the plan at most [CNY].")
@spoken
def explain(
    city: str, scenario: str, models: str | None, inputs: str | None, money: float | None, cost: float | None
) -> None:
    """Say which targets, supplies, budgets and deadlines of CITY conflict, and the ways out."""
    from scenarios.conflict import explain as explained
    from scenarios.reading import read_case
    from scenarios.reports.conflict_text import conflict_text

    settings = {name: value for name, value in (("money_at_most", money), ("cost_at_most", cost)) if value is not None}
    case = read_case(city, scenario, models=models, inputs=inputs, settings=settings)
    found = explained(case)
    command = f"scenarios run {city} --scenario {scenario}"
    if found is None:
        click.echo(say("{scenario}: nothing conflicts; a plan keeps all that is asked.", scenario=scenario))
        click.echo(say("Next: {command}", command=command))
        sys.exit(A_PLAN)
    click.echo(f"{scenario}: {conflict_text(case, found)}")
    if found.ways[0].relaxations is not None:
        next_step = say("Next: {command} makes the best plan with the first way out.", command=f"{command} --elastic")
        click.echo("\n" + next_step)
    sys.exit(INFEASIBLE)
