"""``muster routes open``: let files of a system come in that only go on to other systems."""

import click

from muster.cli.ready import ready
from muster.cli.said import actor, told


@click.command(name="open")
@click.argument("code")
@click.option("--contract", required=True, help="Of the files; no room of the register takes it.")
@click.option("--from", "sender", required=True, help="The sending system.")
def open_(code: str, contract: str, sender: str) -> None:
    """Let files of CONTRACT come in from a system by CODE, to be carried on to others.

    What goes on, and to whom, is for each agreement with the sender to say.
    """
    ready()
    from muster.hub.forwarding.doors import open_door

    with told(code="CODE"):
        open_door(code=code, contract=contract, sender=sender, by=actor())
    click.echo(f"{code} is open: files of {contract} come in from {sender}")
