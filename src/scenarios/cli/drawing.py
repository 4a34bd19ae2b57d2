"""The command that draws the charts of a plan for paper: charts."""

from __future__ import annotations

from pathlib import Path

import click

from scenarios.cli.options import main, scenario_options, with_language
from scenarios.cli.planning import read_or_run
from scenarios.words import say


@main.command()
@click.argument("city")
@scenario_options
@click.option(
    "--only",
    "asked",
    multiple=True,
    metavar="NAME",
    help="A chart such as gantt or wedges-NOx, or a kind such as wedges; again for more.",
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["svg", "pdf", "png"]),
    default="svg",
    show_default=True,
    help="Format of the files.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the charts instead of outputs/CITY/SCENARIO-charts.",
)
@with_language
def charts(
    city: str,
    scenario: str,
    models: str | None,
    inputs: str | None,
    asked: tuple[str, ...],
    kind: str,
    out: Path | None,
) -> None:
    """Draw the charts of the plan of CITY for papers and slides (needs matplotlib)."""
    from scenarios import runs
    from scenarios.reading import read_case
    from scenarios.reports.charts import chart, names
    from scenarios.reports.charts.paper import draw, missing_glyphs
    from scenarios.storing import require_package
    from scenarios.writing import ensure_writable

    require_package("matplotlib", "plots")
    case = read_case(city, scenario, models=models, inputs=inputs)
    known = names(case)
    wanted = [name for name in known if not asked or name in asked or name.partition("-")[0] in asked]
    unknown = [name for name in asked if name not in known and not any(one.startswith(f"{name}-") for one in known)]
    if unknown:
        raise click.BadParameter(say("one of {names}", names=", ".join(known)), param_hint="--only")
    folder = out or runs.outputs(city) / f"{case.scenario}-charts"
    ensure_writable(folder)
    run = read_or_run(city, scenario, models, inputs)
    with missing_glyphs() as missing:
        for name in wanted:
            draw(chart(run.case, run.plan, name), folder / f"{name}.{kind}")
    if missing:
        letters = " ".join(sorted(missing))
        click.echo(
            say("No font of this machine has {letters}; on Debian: apt-get install fonts-noto-cjk", letters=letters)
        )
    click.echo(say("{count} charts written to {folder}.", count=len(wanted), folder=folder))
