"""``muster quarantine``: why rows wait, and letting them go on once the cause is mended."""

import getpass

import click

from muster.cli.ready import ready
from muster.kernel.clock import SYSTEM_CLOCK


@click.group(invoke_without_command=True)
@click.pass_context
def quarantine(context: click.Context) -> None:
    """Rows that could not go on, by cause."""
    if context.invoked_subcommand is not None:
        return
    ready()
    from muster.hub.queries import causes

    found = causes()
    for cause in found:
        rows = "row " if cause.rows == 1 else "rows"
        files = "file " if cause.feeds == 1 else "files"
        click.echo(f"{cause.rows:>8,} {rows} in {cause.feeds:>4,} {files}  {cause.cause}")
    if not found:
        click.echo("Nothing is in quarantine")


@quarantine.command()
@click.argument("stated")
@click.argument("employer")
def employer(stated: str, employer: str) -> None:
    """Remember that the name STATED means EMPLOYER (its key), and let its rows go on."""
    ready()
    from muster.connectors.csv_drop.reader import read
    from muster.register.employers.queries import find
    from muster.register.names import choose_employer

    found = find(employer)
    if found is None:
        raise click.ClickException(f"No employer has the key {employer}; see `muster employers`")
    by = f"operator:{getpass.getuser()}"
    went_on = choose_employer(
        stated=stated, employer=found[0], by=by, read=read, clock=SYSTEM_CLOCK
    )
    click.echo(f"{stated} means {found[1].title}: {went_on:,} rows went on")


@click.command()
@click.argument("words", nargs=-1)
def employers(words: tuple[str, ...]) -> None:
    """Search the register's employers by name; prints their keys."""
    ready()
    from muster.register.employers.queries import search

    page = search(" ".join(words), limit=40)
    for _, organisation in page.found:
        click.echo(f"{organisation.key:<60} {organisation.title} ({organisation.status})")
    if not page.found:
        click.echo(f"No employer has a name with {' '.join(words)}; try fewer or other words")
    if page.total > len(page.found):
        click.echo(f"and {page.total - len(page.found)} more")
