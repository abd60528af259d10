"""``muster routes trial``, ``differences``, ``accept``, ``live``, ``withdraw``: the airlock.

What is tried here is a new route, or another translation of one that is live. Whoever proposes it
does not accept it: at one terminal that takes two names.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from muster.cli.ready import ready
from muster.cli.said import BY, actor, text_of, told
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import NotPermitted

if TYPE_CHECKING:
    from muster.hub.airlock.queries import TrialView

_REASON = click.option("--reason", required=True, help="Why; it is recorded. Do not name people.")


@click.command()
@click.argument("code")
@click.option("--mapping", metavar="FILE", help="Another translation (TOML) to try; - reads it.")
@click.option("--revision", type=int, help="A drafted revision of the contract to try.")
@_REASON
@BY
def trial(code: str, mapping: str | None, revision: int | None, reason: str, by: str) -> None:
    """Begin a trial on the route CODE: it looks at messages and delivers nothing."""
    ready()
    from muster.hub.airlock.looking import look_on
    from muster.hub.airlock.queries import tried_route
    from muster.hub.airlock.trials import begin

    text = text_of(mapping, "--mapping") if mapping is not None else None
    with told(reason="--reason"):
        one = begin(
            code, translation=text, revision=revision, reason=reason, by=actor(by),
            clock=SYSTEM_CLOCK,
        )  # fmt: skip
    look_on(clock=SYSTEM_CLOCK, route=tried_route(code).id)
    _show(_trial(one))
    click.echo(f"Somebody else lets it go live: `muster routes live {code}`")


@click.command()
@click.argument("code")
def differences(code: str) -> None:
    """Say how the trial on CODE differs from what is live; of a new route, what it would do."""
    ready()
    from muster.hub.airlock.looking import look_on
    from muster.hub.airlock.queries import tried_route

    look_on(clock=SYSTEM_CLOCK, route=tried_route(code).id)
    _show(_running(code))


@click.command()
@click.argument("code")
@click.option("--kind", "kinds", type=int, multiple=True, help="Its number; otherwise all of them.")
@_REASON
@BY
def accept(code: str, kinds: tuple[int, ...], reason: str, by: str) -> None:
    """Accept how the trial on CODE differs; whoever proposed it may not."""
    ready()
    from muster.hub.airlock.trials import accept_differences

    found = _running(code)
    with _by_two():
        left = accept_differences(
            found.id, kinds or _waiting(found), reason=reason, by=actor(by), clock=SYSTEM_CLOCK
        )
    click.echo(f"Accepted; {left} kinds of difference wait" if left else "Accepted; none waits")


@click.command()
@click.argument("code")
@click.option("--accept", "accepting", is_flag=True, help="Accept every difference it has now.")
@_REASON
@BY
def live(code: str, accepting: bool, reason: str, by: str) -> None:
    """Let what is tried on CODE go live; whoever proposed it may not."""
    ready()
    from muster.hub.airlock.trials import go_live

    found = _running(code)
    accepted = _waiting(found) if accepting else ()
    with _by_two():
        version = go_live(found.id, accepted, reason=reason, by=actor(by), clock=SYSTEM_CLOCK)
    click.echo(f"{code} is live, version {version} of its translation")


@click.command()
@click.argument("code")
@_REASON
@BY
def withdraw(code: str, reason: str, by: str) -> None:
    """Give the trial on CODE up; what is live stays as it is."""
    ready()
    from muster.hub.airlock.trials import withdraw as give_up

    give_up(_running(code).id, reason=reason, by=actor(by), clock=SYSTEM_CLOCK)
    click.echo("Withdrawn")


@contextmanager
def _by_two() -> Iterator[None]:
    """Let the refusal of one and the same person name the option that says who it is."""
    try:
        yield
    except NotPermitted as problem:
        problem.command = "--by NAME"
        raise


def _running(code: str) -> "TrialView":
    from muster.hub.airlock.queries import tried_route

    one = tried_route(code).trial
    if one is None:
        raise click.ClickException(f"No trial runs on {code}; begin one by `muster routes trial`")
    return _trial(one)


def _trial(one: uuid.UUID) -> "TrialView":
    from muster.hub.airlock.queries import trial as asked

    return asked(one)


def _waiting(found: "TrialView") -> list[int]:
    return [one.id for one in found.kinds if one.accepted_at is None]


def _show(found: "TrialView") -> None:
    """Print what a trial found, one line a kind of difference, without what messages hold."""
    what = "a new route" if found.fresh else "beside what is live"
    click.echo(f"{found.route}, {what}: {found.looked:,} looked at, {found.alike:,} alike,"
               f" {found.ahead:,} ahead")  # fmt: skip
    if found.fault:
        click.echo(f"It stands still: {found.fault}")
    for one in found.kinds:
        state = f"accepted by {one.accepted_by}" if one.accepted_at else "waits for somebody"
        words = ": ".join(word for word in (one.field, one.kind, one.said) if word)
        click.echo(f"  {one.id:>5}  {one.messages:>7,}  {words}  ({state})")
