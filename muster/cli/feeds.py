"""``muster feeds``: what came in, and running it: withdraw, decide, announce, expect, tokens."""

import datetime as dt
import getpass
import json
import uuid
from typing import TYPE_CHECKING, Any

import click

from muster.cli.hints import hint
from muster.cli.ready import ready
from muster.kernel.clock import SYSTEM_CLOCK

if TYPE_CHECKING:
    from muster.hub.alarms import Plan
    from muster.hub.approval import Announcement
    from muster.hub.queries import LandingView

_STATES = ["", "received", "accepted", "held", "refused", "superseded", "withdrawn"]
_DAY = click.DateTime(["%Y-%m-%d"])
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
_REASON = click.option("--reason", required=True, help="Why; it is recorded. Do not name people.")
_FEED = click.argument("feed", type=click.UUID)


@click.group()
def feeds() -> None:
    """Feeds: see them, withdraw one, decide on held ones, plan those to come."""


def _by() -> str:
    return f"operator:{getpass.getuser()}"


def _date(moment: dt.datetime) -> dt.date:
    return moment.date()


@feeds.command(name="list")
@click.option("--state", type=click.Choice(_STATES), default="", help="Only feeds in this state.")
@click.option("--route", default="", help="Only feeds of this route.")
@click.option("--undecided", is_flag=True, help="Only feeds that wait for a decision.")
@click.option("--limit", type=click.IntRange(1), default=25, show_default=True, help="How many.")
@_JSON
def list_feeds(state: str, route: str, undecided: bool, limit: int, as_json: bool) -> None:
    """List feeds, newest first, with what each is and what became of it."""
    ready()
    from muster.hub.approval import feeds_to_decide
    from muster.hub.queries import landings

    found = (
        feeds_to_decide() if undecided else landings(state=state, route=route, limit=limit).found
    )
    if as_json:
        click.echo(json.dumps({"feeds": [_feed(one) for one in found[:limit]]}))
        return
    for one in found[:limit]:
        rows = f"{one.accepted:,} of {one.rows:,} rows accepted"
        as_at = str(one.as_at or "no date")
        click.echo(f"{one.id}  {one.state:<10}  {as_at:<10}  {one.name}: {rows}")
        if one.state in ("held", "refused", "withdrawn"):
            click.echo(f"    {one.said}{hint(one.waits_for)}")
        for note in one.notes:
            click.echo(f"    noticed: {note}")
    if not found:
        click.echo("No feed fits")


@feeds.command()
@_FEED
@_REASON
def withdraw(feed: uuid.UUID, reason: str) -> None:
    """Withdraw FEED: afterwards everything is as if it had never come."""
    ready()
    from muster.hub import withdrawal

    undone = withdrawal.would_undo(feed)
    withdrawal.withdraw(landing=feed, reason=reason, by=_by(), clock=SYSTEM_CLOCK)
    click.echo(f"Withdrawn: {undone.accepted:,} accepted rows no longer count")
    if undone.again is not None:
        _id, name, as_at = undone.again
        click.echo(f"{name} as at {as_at} stands again")


@feeds.command()
@_FEED
@_REASON
def approve(feed: uuid.UUID, reason: str) -> None:
    """Approve a held FEED, so that its rows go on."""
    ready()
    from muster.hub import approval
    from muster.hub.queries import landing
    from muster.hub.reading import read

    approval.approve(landing=feed, reason=reason, by=_by(), read=read, clock=SYSTEM_CLOCK)
    found = landing(feed)
    click.echo(f"{found.state}: {found.accepted:,} of {found.rows:,} rows accepted. {found.said}")


@feeds.command()
@_FEED
@_REASON
def refuse(feed: uuid.UUID, reason: str) -> None:
    """Refuse a held FEED; its sender can send a better one."""
    ready()
    from muster.hub import approval

    approval.refuse(landing=feed, reason=reason, by=_by())
    click.echo("Refused: nothing of it went on")


@feeds.command()
@click.argument("route")
@click.option("--from", "starts", type=_DAY, required=True, help="First day such feeds speak of.")
@click.option("--to", "ends", type=_DAY, help="Last day such feeds speak of; the first by default.")
@click.option("--ending", default=0, show_default=True, help="How many people end at most.")
@click.option("--changed", default=0, show_default=True, help="How many people change at most.")
@_REASON
def announce(
    route: str,
    starts: dt.datetime,
    ends: dt.datetime | None,
    ending: int,
    changed: int,
    reason: str,
) -> None:
    """Announce that feeds of ROUTE will end or change unusually many people."""
    ready()
    from muster.hub import approval

    made = approval.announce(
        route=route, starts=_date(starts), ends=_date(ends or starts), ending=ending,
        changed=changed, reason=reason, by=_by(), clock=SYSTEM_CLOCK,
    )  # fmt: skip
    click.echo(f"Announced: {made}")


@feeds.command()
@click.argument("announcement", type=click.UUID)
def retract(announcement: uuid.UUID) -> None:
    """Take an ANNOUNCEMENT back; `muster feeds due` lists them."""
    ready()
    from muster.hub import approval

    approval.take_back(announcement=announcement, by=_by(), clock=SYSTEM_CLOCK)
    click.echo("Taken back")


@feeds.command()
@click.argument("route")
@click.option("--every", type=click.Choice(["day", "week", "month", "quarter"]), required=True)
@click.option("--days", default=10, show_default=True, help="Days it may come after the period.")
@click.option("--since", type=_DAY, required=True, help="First day this holds for.")
@click.option("--until", type=_DAY, help="First day it no longer holds for.")
@click.option("--owner", help="Who is told of late feeds; stays as it is by default.")
@click.option("--approver", help="Who decides on unusual feeds; stays as it is by default.")
def expect(
    route: str,
    every: str,
    days: int,
    since: dt.datetime,
    until: dt.datetime | None,
    owner: str | None,
    approver: str | None,
) -> None:
    """Declare when feeds of ROUTE are due, and who answers for them."""
    ready()
    from muster.hub import alarms
    from muster.hub.expected import Rhythm

    planned = alarms.plan_of(route, clock=SYSTEM_CLOCK)
    alarms.expect(
        route=route,
        rhythm=Rhythm(every, days, _date(since), None if until is None else _date(until)),
        owner=planned.owner if owner is None else owner,
        approver=planned.approver if approver is None else approver,
        by=_by(),
        clock=SYSTEM_CLOCK,
    )
    click.echo("\n".join(_plan_words(route, alarms.plan_of(route, clock=SYSTEM_CLOCK))))


@feeds.command()
@click.argument("route", required=False)
@_JSON
def due(route: str | None, as_json: bool) -> None:
    """Show what is due of ROUTE or of all: next and late feeds, owner, approver, announcements."""
    ready()
    from muster.hub.alarms import plan_of, raise_alarms
    from muster.hub.approval import announcements
    from muster.hub.routes import routes

    raise_alarms(clock=SYSTEM_CLOCK)
    codes = [route] if route else [one.code for one in routes()]
    shown = [(code, plan_of(code, clock=SYSTEM_CLOCK), announcements(code)) for code in codes]
    if as_json:
        click.echo(json.dumps({"routes": [_plan(*one) for one in shown]}, default=str))
        return
    for code, planned, announced in shown:
        click.echo("\n".join(_plan_words(code, planned)))
        for one in announced:
            most = f"up to {one.ending:,} end, up to {one.changed:,} change"
            click.echo(f"    announced {one.id}: {one.starts} to {one.ends}, {most}: {one.reason}")


@feeds.command()
@_FEED
@click.argument("row", type=click.IntRange(1))
@click.argument("fields", metavar="[FIELD]...", nargs=-1)
def where(feed: uuid.UUID, row: int, fields: tuple[str, ...]) -> None:
    """Tell where the FIELDs of a ROW of FEED came from: cells, exact bytes, and what was done.

    Without a FIELD, all that are not personal. The look at a personal one is recorded.
    """
    ready()
    from muster.cli.where import lines

    for line in lines(feed, row, fields):
        click.echo(line)


@feeds.group(invoke_without_command=True)
@click.pass_context
def token(context: click.Context) -> None:
    """Tokens of systems; lists them by itself."""
    if context.invoked_subcommand is not None:
        return
    ready()
    from muster.hub.tokens import systems, tokens

    found = tokens()
    for one in found:
        used = f"last used {one.used_at:%Y-%m-%d}" if one.used_at else "never used"
        state = f"revoked {one.revoked_at:%Y-%m-%d}" if one.revoked_at else "in force"
        click.echo(f"{one.id}  {one.system}  {one.title}: {state}, {used}")
    if not found:
        named = ", ".join(one.code for one in systems()) or "none yet"
        click.echo(f"No system has a token. Systems that can have one: {named}")


@token.command()
@click.argument("system")
@click.option("--title", required=True, help="What it is for, such as nightly export.")
def make(system: str, title: str) -> None:
    """Make a token for SYSTEM and print it: it cannot be shown again."""
    ready()
    from muster.hub.tokens import make_token

    click.echo(make_token(system=system, title=title, by=_by(), clock=SYSTEM_CLOCK))


@token.command()
@click.argument("token_id", metavar="TOKEN", type=click.UUID)
def revoke(token_id: uuid.UUID) -> None:
    """Revoke TOKEN, by the identifier that the list shows."""
    ready()
    from muster.hub.tokens import revoke_token

    revoke_token(token=token_id, by=_by(), clock=SYSTEM_CLOCK)
    click.echo("Revoked: whoever shows it is refused")


def _feed(view: "LandingView") -> dict[str, Any]:
    return {
        "id": str(view.id),
        "name": view.name,
        "route": view.route,
        "as_at": str(view.as_at or ""),
        "state": view.state,
        "said": view.said,
        "full": view.full,
        "sheets": list(view.sheets),
        "rows": view.rows,
        "accepted": view.accepted,
        "quarantined": view.quarantined,
        "set_aside": dict(view.aside),
        "notes": list(view.notes),
        "waits_for": view.waits_for,
        "effect": dict(view.effect),
        "received_by": view.received_by,
    }


def _plan(route: str, planned: "Plan", announced: "tuple[Announcement, ...]") -> dict[str, Any]:
    return {
        "route": route,
        "owner": planned.owner,
        "approver": planned.approver,
        "rhythm": vars(planned.rhythm) if planned.rhythm else None,
        "next": vars(planned.awaited) if planned.awaited else None,
        "late": [vars(one) for one in planned.late],
        "announced": [vars(one) for one in announced],
    }


def _plan_words(route: str, planned: "Plan") -> list[str]:
    rhythm, awaited = planned.rhythm, planned.awaited
    every = f"every {rhythm.period}, up to {rhythm.days} days later" if rhythm else "not declared"
    coming = f"; next as at {awaited.as_at} by {awaited.by}" if awaited else ""
    people = f"owner {planned.owner or 'nobody'}, approver {planned.approver or 'nobody named'}"
    late = [f"    late: as at {one.as_at}, was due by {one.due}" for one in planned.late]
    return [f"{route}: {every}{coming}; {people}", *late]
