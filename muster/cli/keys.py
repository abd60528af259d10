"""``muster keys``: make, rotate and list keys. Their secrets are never printed."""

import click

from muster.kernel.keys import PURPOSES, Purpose
from muster.kernel.running import keyring
from muster.ledger.merkle import shown


@click.group()
def keys() -> None:
    """The keys in MUSTER_HOME/keys."""


@keys.command()
@click.argument("purposes", nargs=-1, type=click.Choice(PURPOSES))
def make(purposes: tuple[Purpose, ...]) -> None:
    """Make a new key for each purpose (all by default); it becomes the current one."""
    for purpose in purposes or PURPOSES:
        click.echo(f"{purpose}: {keyring().make(purpose).id}")


@keys.command(name="list")
def list_keys() -> None:
    """List keys by purpose, oldest first; for signing keys, what witnesses need."""
    for key in keyring().all():
        public = shown(keyring().public_key(key.id)) if key.purpose == "signing" else ""
        click.echo(f"{key.purpose:<12} {key.id}  {key.origin:<12} {key.created[:19]}  {public}")
