"""``muster forwards``: files that wait for a person at a receiver, and telling one again."""

import json
import uuid
from dataclasses import asdict

import click

from muster.cli.ready import ready
from muster.cli.said import BY, actor
from muster.kernel.clock import SYSTEM_CLOCK

_REASON = click.option("--reason", required=True, help="Why; it is recorded. Do not name people.")


@click.group()
def forwards() -> None:
    """Files that go on to other systems: see which wait, let one go, tell a receiver again."""


@forwards.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_forwards(as_json: bool) -> None:
    """List the files that wait at a receiver, because they would change too much there."""
    ready()
    from muster.hub.forwarding.letting_go import held_forwards

    found = held_forwards()
    if as_json:
        shown = [{**asdict(one), "senders": sorted(one.senders)} for one in found]
        click.echo(json.dumps({"forwards": shown}, default=str))
        return
    for one in found:
        who = one.approver or "nobody named"
        click.echo(f"{one.id}  {one.route}  {one.name}: {one.said} (approver {who})")
        click.echo(
            f"    {one.effect.get('covered', 0):,} records told before:"
            f" {one.effect.get('ending', 0):,} would go, {one.effect.get('changed', 0):,} change,"
            f" {one.effect.get('joining', 0):,} are new"
        )
    if not found:
        click.echo("No file waits at a receiver")


@forwards.command(name="let-go")
@click.argument("forward", type=click.UUID)
@_REASON
@BY
def let_go_(forward: uuid.UUID, reason: str, by: str) -> None:
    """Let FORWARD go on to its receiver, with the next worker."""
    ready()
    from muster.hub.forwarding.letting_go import let_go

    let_go(forward=forward, reason=reason, by=actor(by), clock=SYSTEM_CLOCK)
    click.echo("It goes on with the next worker")


@forwards.command(name="tell-again")
@click.argument("route")
@_REASON
def tell_again_(route: str, reason: str) -> None:
    """Have the receiver of ROUTE told everything once more that the files in force say."""
    ready()
    from muster.hub.forwarding.letting_go import tell_again

    tell_again(route=route, reason=reason, by=actor(), clock=SYSTEM_CLOCK)
    click.echo(f"The receiver of {route} is told everything again, with the next worker")
