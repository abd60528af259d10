"""``muster oversight``: look for unusual reading in what was added to the access log."""

import click

from muster.cli.ready import ready
from muster.cli.said import counted
from muster.kernel.clock import SYSTEM_CLOCK


@click.group()
def oversight() -> None:
    """Who has read whose record: look for what is unusual."""


@oversight.command()
def run() -> None:
    """Judge the entries of the access log that nobody has judged yet.

    What is unusual is raised once, on the pages of those who look into it. Nobody is named here.
    """
    ready()
    from muster.gates.watching import watch

    click.echo(f"{counted(watch(clock=SYSTEM_CLOCK), 'alert')} raised")


@oversight.command()
def alerts() -> None:
    """Count the alerts that wait to be settled."""
    ready()
    from muster.gates.watching import count_alerts

    waiting = count_alerts()
    wait = "waits" if waiting == 1 else "wait"
    click.echo(f"{counted(waiting, 'alert')} {wait} to be settled, on the page Unusual reading")
