"""``muster synthetic``: a whole pretend civil service, as the files its systems would send."""

import json
from pathlib import Path

import click

from muster.kernel.errors import BadInput, Where


@click.group()
def synthetic() -> None:
    """Make pretend data. Nobody in it is real."""


@synthetic.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="A folder that holds no pretend service yet.",
)
@click.option("--employers", default=12, show_default=True, help="Number of employers.")
@click.option("--people", default=20_000, show_default=True, help="People employed at the start.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same bytes.")
@click.option(
    "--damage",
    default=0.0,
    show_default=True,
    help="The chance that a file is damaged on its way, from 0 to 1.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of words.")
def make(out: Path, employers: int, people: int, seed: int, damage: float, as_json: bool) -> None:
    """Write month-end files of every employer, and the truth behind them."""
    from synthetic.make import make as make_service

    try:
        made = make_service(
            out,
            employers=employers,
            people=people,
            seed=seed,
            damage=damage,
            progress=None if as_json else lambda line: click.echo(f"  {line}", err=True),
        )
    except (ValueError, FileExistsError) as problem:
        raise BadInput(
            "The pretend service cannot be made",
            where=Where(thing=str(problem)),
            fix="Choose other numbers or another folder",
        ) from None
    figures = {
        "employers": len(made.employers),
        "files": len(made.files),
        "people": made.people,
        "rows": made.rows,
        "damaged_rows": sum(file.faults for file in made.files),
        "damaged_files": sum(file.damage is not None for file in made.files),
    }
    if as_json:
        click.echo(json.dumps(figures))
        return
    click.echo(
        f"{figures['files']} files of {figures['employers']} employers in {out / 'files'}:"
        f" {figures['rows']:,} rows of {figures['people']:,} people,"
        f" {figures['damaged_rows']:,} damaged on purpose, and {figures['damaged_files']:,} whole"
        f" files. The truth is in {out / 'truth'}"
    )
