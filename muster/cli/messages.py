"""``muster messages`` and ``muster hub``: messages between systems."""

import getpass
import json
import sys
from pathlib import Path

import click

from muster.cli.ready import ready
from muster.cli.said import content_of
from muster.kernel.clock import SYSTEM_CLOCK

_REASON = click.option("--reason", required=True, help="Why; it is recorded. Do not name people.")


def _by() -> str:
    return f"operator:{getpass.getuser()}"


def _kept_back() -> tuple[str, ...]:
    """Return of whom no message is shown: a terminal is not where restricted people are seen."""
    from muster.register.people.restricting.queries import hidden_subjects
    from muster.register.people.restricting.rules import NOBODY

    return hidden_subjects(NOBODY)


@click.group()
def messages() -> None:
    """Messages between systems: find them, see what waits, release, replay."""


@messages.command(name="list")
@click.argument("words", default="")
@click.option("--contract", default="", help="Only of this contract.")
@click.option("--system", default="", help="Only those this system sent.")
@click.option("--refused", is_flag=True, help="Only those that go nowhere.")
@click.option("--limit", type=click.IntRange(1), default=25, show_default=True, help="How many.")
def list_messages(words: str, contract: str, system: str, refused: bool, limit: int) -> None:
    """List messages, the latest first; WORDS is a position, an id, a subject or a case."""
    ready()
    from muster.hub.messages.queries import messages as asked

    page = asked(
        words=words, contract=contract, system=system, refused=refused, limit=limit,
        without=_kept_back(),
    )  # fmt: skip
    for one in page.found:
        state = f"refused: {one.refused}" if one.refused else "accepted"
        click.echo(f"{one.position:>10}  {one.contract}  {one.system}  {one.subject}  {state}")
    if not page.found:
        click.echo("No message fits")


@messages.command()
@click.argument("file")
@click.option("--system", required=True, help="The sending system, which its source names.")
def send(file: str, system: str) -> None:
    """Take in the message in FILE, one CloudEvent or a list of them; - reads it.

    As if SYSTEM had sent it. Exit code 1 if one of them was not accepted.
    """
    ready()
    from muster.hub.messages.acceptance import accept
    from muster.hub.messages.envelope import split_batch
    from muster.hub.messages.systems import system as known

    known(system)
    raw = content_of(file, "FILE").strip()
    raws = split_batch(raw) if raw.startswith(b"[") else [raw]
    answers = accept(raws, system=system, clock=SYSTEM_CLOCK)
    for one in answers:
        place = "" if one.position is None else f" at position {one.position}"
        said = f": {one.said}" if one.said else ""
        click.echo(f"{one.outcome}{place}{said}")
    if any(one.outcome not in ("accepted", "known") for one in answers):
        sys.exit(1)


@messages.command()
@click.argument("position", type=click.IntRange(0))
def show(position: int) -> None:
    """Show the whole way of the message at POSITION, without what it holds."""
    ready()
    from muster.hub.messages.queries import journey

    found = journey(position, without=_kept_back())
    one = found.message
    click.echo(f"{one.contract} from {one.system}, received {one.received_at:%Y-%m-%d %H:%M:%S}Z")
    click.echo(f"id {one.id}, subject {one.subject}")
    click.echo(f"SHA-256 {one.digest}, {f'signed by {one.key}' if one.key else 'not signed'}")
    if one.refused:
        click.echo(f"refused: {one.refused}")
    for leg in found.legs:
        because = f": {leg.because}" if leg.because else ""
        click.echo(f"  {leg.route} to {leg.receiver}: {leg.state}{because}")
        for shipment in (*([leg.shipment] if leg.shipment else []), *leg.again):
            why = f", again because {shipment.why}" if shipment.why else ""
            click.echo(
                f"    {shipment.handed_at:%Y-%m-%d %H:%M:%S}Z under {shipment.agreement}"
                f" version {shipment.agreement_version}{why}"
            )
    for other in found.same_case:
        click.echo(f"  same case: {other.position} {other.contract} from {other.system}")


@messages.command()
@click.option("--route", default="", help="Only of this route.")
def parked(route: str) -> None:
    """Say why messages wait, one line for each cause."""
    ready()
    from muster.hub.delivering.queries import causes

    found = causes(route=route)
    for one in found:
        behind = f" and {one.behind:,} behind" if one.behind else ""
        again = ", handed over again by itself" if one.retrying else ""
        click.echo(f"{one.messages:>8,}{behind}  {one.route}  {one.stage}: {one.cause}{again}")
    if not found:
        click.echo("No message waits for anything but its turn")


@messages.command()
@click.argument("route")
@click.option("--cause", default="", help="Those that wait for this cause, as it is listed.")
@click.option("--stage", default="", help="Where they failed, as it is listed.")
@click.option("--subject", default="", help="Those of this subject.")
@_REASON
def release(route: str, cause: str, stage: str, subject: str, reason: str) -> None:
    """Let messages that wait on ROUTE be handed over again, with all behind them."""
    ready()
    from muster.hub.delivering.releasing import release_all

    if not (subject or (cause and stage)):
        raise click.UsageError("Say --cause and --stage, or --subject")
    went = release_all(
        route, stage=stage, cause=cause, subject=subject, reason=reason, by=_by(),
        clock=SYSTEM_CLOCK,
    )  # fmt: skip
    click.echo(f"Released: {went:,}")


@messages.command()
@click.argument("route")
@click.argument("position", type=click.IntRange(0))
@_REASON
@click.confirmation_option(prompt="It cannot be undone. Discard it for good?")
def discard(route: str, position: int, reason: str) -> None:
    """Decide that the message at POSITION is never handed over on ROUTE."""
    ready()
    from muster.hub.delivering import parking
    from muster.hub.messages.queries import journey

    for leg in journey(position).legs:
        if leg.route == route and leg.parked is not None:
            parking.discard(parked=leg.parked.id, reason=reason, by=_by(), clock=SYSTEM_CLOCK)
            click.echo("Discarded; what waited behind it goes on")
            return
    raise click.ClickException(f"Message {position} does not wait on {route}")


@messages.command()
@click.argument("route")
@click.option("--first", type=click.IntRange(0), help="The first position.")
@click.option("--last", type=click.IntRange(0), help="The last position.")
@click.option("--subject", default="", help="Only of this subject.")
@click.option("--case", default="", help="Only of this case (correlationid).")
@_REASON
def replay(
    route: str, first: int | None, last: int | None, subject: str, case: str, reason: str
) -> None:
    """Hand messages of ROUTE over once more."""
    ready()
    from muster.hub.delivering import replaying

    which = {"subject": subject, "correlation": case}
    planned = replaying.plan(route, first=first, last=last, **which)
    made = replaying.replay(
        route, first=first, last=last, **which, reason=reason, by=_by(), clock=SYSTEM_CLOCK
    )
    click.echo(f"{made}: {planned.messages:,} messages, {planned.first} to {planned.last}")


@click.group()
def hub() -> None:
    """The exchange hub as a whole."""


@hub.command()
@click.option("--address", default="https://muster.example",
              help="Where the hub is reached from outside.")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it there.")
def asyncapi(address: str, out: Path | None) -> None:
    """Write what systems may send and get, as an AsyncAPI 3 document."""
    ready()
    from muster.hub.messages.asyncapi import document

    text = json.dumps(document(address=address), indent=2, ensure_ascii=False)
    if out is None:
        click.echo(text)
        return
    out.write_text(f"{text}\n", encoding="utf-8")
    click.echo(f"Written to {out}")
