"""``muster routes held`` and what is decided of messages that a route stopped for."""

import json
from dataclasses import asdict

import click

from muster.cli.ready import ready
from muster.cli.said import BY, actor, told
from muster.kernel.clock import SYSTEM_CLOCK

_REASON = click.option("--reason", required=True, help="Why; it is recorded. Do not name people.")
_NUMBER = click.IntRange(0, 10_000_000)


@click.command()
@click.option("--system", default="", help="Only routes from or to this system.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def held(system: str, as_json: bool) -> None:
    """List the routes that stopped by themselves, why, and what waits for a decision."""
    ready()
    from muster.hub.delivering.deciding import held as asked
    from muster.hub.delivering.queries import routes

    there = [one.code for one in routes(clock=SYSTEM_CLOCK, system=system) if one.held]
    found = [one for one in map(asked, there) if one is not None]
    if as_json:
        click.echo(json.dumps({"held": [asdict(one) for one in found]}, default=str))
        return
    for one in found:
        click.echo(
            f"{one.route}  {one.messages:,} messages, positions {one.first} to {one.last},"
            f" since {one.raised_at:%Y-%m-%d %H:%M}Z"
        )
        click.echo(f"    {one.said}")
        if one.due_at is not None:
            click.echo(
                f"    To be discarded at {one.due_at:%Y-%m-%d %H:%M:%S}Z, by {one.decided_by}:"
                f" {one.reason}"
            )
    if not found:
        click.echo("No route stopped by itself")


@click.command(name="let-go")
@click.argument("route")
@_REASON
@BY
def let_go_(route: str, reason: str, by: str) -> None:
    """Let exactly the messages go that ROUTE stopped for; what came since is looked at anew."""
    ready()
    from muster.hub.delivering.deciding import let_go

    count = let_go(route, reason=reason, by=actor(by), clock=SYSTEM_CLOCK)
    click.echo(f"Let go: {count:,} messages. They go on with the next worker")


@click.command(name="discard")
@click.argument("route")
@_REASON
@BY
def discard_(route: str, reason: str, by: str) -> None:
    """Discard the messages that ROUTE stopped for; for ten minutes it can be undone."""
    ready()
    from muster.hub.delivering.deciding import discard

    due = discard(route, reason=reason, by=actor(by), clock=SYSTEM_CLOCK)
    click.echo(
        f"They are discarded at {due:%Y-%m-%d %H:%M:%S}Z;"
        f" until then `muster routes undo {route}` takes it back"
    )


@click.command(name="undo")
@click.argument("route")
@BY
def undo_(route: str, by: str) -> None:
    """Take back that the messages ROUTE stopped for are discarded."""
    ready()
    from muster.hub.delivering.deciding import undo

    undo(route, by=actor(by), clock=SYSTEM_CLOCK)
    click.echo("They wait again for a decision")


@click.command()
@click.argument("route")
@click.option("--touched", type=_NUMBER,
              help="Of how many subjects messages may come within an hour.")  # fmt: skip
@click.option("--ending", type=_NUMBER,
              help="How many subjects they may end within an hour.")  # fmt: skip
@_REASON
@BY
def limits(route: str, touched: int | None, ending: int | None, reason: str, by: str) -> None:
    """Set what stops ROUTE by itself; what is not given is as usual."""
    ready()
    from muster.hub.delivering.deciding import set_limits

    with told(touched="--touched", ending="--ending"):
        set_limits(
            route, touched=touched, ending=ending, reason=reason, by=actor(by),
            clock=SYSTEM_CLOCK,
        )  # fmt: skip
    said = ["as usual" if one is None else f"{one:,}" for one in (touched, ending)]
    click.echo(f"Set: about {said[0]}, ending {said[1]}")
