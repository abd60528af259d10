"""``muster routes``: draft one, try it, let it go live; how far each is; stop it, let it go on."""

import click

from muster.cli.doors import open_
from muster.cli.held import discard_, held, let_go_, limits, undo_
from muster.cli.ready import ready
from muster.cli.said import actor, text_of, told
from muster.cli.trials import accept, differences, live, trial, withdraw
from muster.cli.trying import try_
from muster.kernel.clock import SYSTEM_CLOCK

_REASON = click.option("--reason", required=True, help="Why; it is recorded. Do not name people.")
_NAMED = {
    "code": "CODE", "contract": "--contract", "source": "--from", "receiver": "--to",
    "agreement": "--agreement", "endpoint": "--endpoint", "population": "--population",
    "shards": "--shards",
}  # fmt: skip


@click.group()
def routes() -> None:
    """Routes between systems: draft, try, let go live; how far each is; pause, resume, decide."""


_FIRST = (open_, try_, trial, differences, accept, live, withdraw)
for _command in (*_FIRST, held, let_go_, discard_, undo_, limits):
    routes.add_command(_command)


@routes.command(name="list")
@click.option("--system", default="", help="Only those from or to this system.")
def list_routes(system: str) -> None:
    """List routes with their lag, their rate and what is parked, and the doors of files."""
    ready()
    from muster.hub.delivering.queries import routes as asked
    from muster.hub.forwarding.queries import doors

    found = asked(clock=SYSTEM_CLOCK, system=system)
    for one in found:
        click.echo(
            f"{one.state:<8} {one.behind:>7,} behind {one.last_hour:>7,} in the last hour"
            f" {one.subjects:>5,} subjects parked  {one.code}"
        )
        if one.paused or one.held or one.blocked:
            click.echo(f"    {one.paused or one.held or one.blocked}")
    for door in doors():
        if system in ("", door.sender):
            click.echo(f"door     {door.files:>7,} files of {door.contract}  {door.code}")
    if not found:
        click.echo("No message goes from one system to another yet")


@routes.command()
@click.argument("code")
@click.option("--contract", required=True, help="Of the messages it carries.")
@click.option("--from", "source", required=True, help="The sending system.")
@click.option("--to", "receiver", required=True, help="The receiving system.")
@click.option("--agreement", required=True, help="Under which agreement.")
@click.option("--endpoint", type=click.UUID, help="Which endpoint, if the receiver has several.")
@click.option("--mapping", metavar="FILE", help="Its translation (TOML); - reads it."
              " Without one the agreed fields go as they are.")  # fmt: skip
@click.option("--population", default="", help="Whose messages go: own, or case:NAME."
              " Otherwise everybody's.")  # fmt: skip
@click.option("--shards", type=int, default=1, show_default=True, help="Workers that may share it.")
@click.option("--from-start", is_flag=True, help="Begin with the first message there ever was.")
@click.option("--change", is_flag=True, help="Replace what the draft CODE says.")
def draft(
    code: str, mapping: str | None, population: str, from_start: bool, change: bool, **said: object
) -> None:
    """Draft the route CODE; it carries nothing before it goes live by a trial."""
    ready()
    from muster.hub.connecting.drafting import RouteDraft, change_draft, draft_route

    text = text_of(mapping, "--mapping") if mapping is not None else ""
    one = RouteDraft(
        code=code, translation=text, population=_population(population),
        **said,  # type: ignore[arg-type]  # the options above, by name
    )  # fmt: skip
    with told(**_NAMED):
        if change:
            begins = True if from_start else None
            change_draft(one, from_start=begins, by=actor(), clock=SYSTEM_CLOCK)
        else:
            draft_route(one, from_start=from_start, by=actor(), clock=SYSTEM_CLOCK)
    if not change:
        since = "the first message there is" if from_start else "what comes from now on"
        click.echo(f"{code} is drafted, and will begin with {since}")
    else:
        click.echo(f"{code} is changed")
    click.echo(f"Nothing is carried before it goes live: `muster routes try {code}` tries a record,"
               f" `muster routes trial {code}` begins its trial")  # fmt: skip


@routes.command()
@click.argument("code")
@_REASON
def delete(code: str, reason: str) -> None:
    """Take the draft CODE back, which has carried nothing."""
    ready()
    from muster.hub.connecting.drafting import delete_draft

    delete_draft(code=code, reason=reason, by=actor(), clock=SYSTEM_CLOCK)
    click.echo("Deleted")


@routes.command()
@click.argument("route")
@_REASON
def pause(route: str, reason: str) -> None:
    """Stop ROUTE: what comes waits in its order."""
    ready()
    from muster.hub.delivering import pausing

    pausing.pause(route, reason=reason, by=actor(), clock=SYSTEM_CLOCK)
    click.echo("Paused")


@routes.command()
@click.argument("route")
@_REASON
def resume(route: str, reason: str) -> None:
    """Let ROUTE go on."""
    ready()
    from muster.hub.delivering import pausing

    pausing.resume(route, reason=reason, by=actor(), clock=SYSTEM_CLOCK)
    click.echo("It goes on")


def _population(said: str) -> str:
    """Return a population by its first words, where they are those of one alone."""
    from muster.hub.populations import populations

    near = [one for one in populations() if said and one.startswith(said)]
    return near[0] if len(near) == 1 else said
