"""``muster returns``: what is asked of whom, at a terminal."""

import json
from typing import TYPE_CHECKING, Any

import click

from muster.cli.ready import ready
from muster.cli.said import counted
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import NotFound, Where

if TYPE_CHECKING:
    from muster.services.returns.queries import ReturnView

_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")


@click.group()
def returns() -> None:
    """Returns: figures asked of employers whose figure is missing."""


@returns.command("list")
@_JSON
def listed(as_json: bool) -> None:
    """List the returns under way, the one that is due first foremost."""
    ready()
    from muster.services.returns.queries import open_returns

    found = open_returns()
    for one in found:
        click.echo(json.dumps(_facts(one)) if as_json else _line(one))
    if not found and not as_json:
        click.echo("No return is under way")


@returns.command()
@click.argument("number", type=int)
@_JSON
def show(number: int, as_json: bool) -> None:
    """Show what return NUMBER asks of whom, and how far each employer is."""
    ready()
    from muster.services.returns.queries import return_of

    found = return_of(number)
    if found is None:
        raise NotFound(
            "There is no such return", where=Where(thing=str(number)),
            fix="See the returns under way", command="muster returns list",
        )  # fmt: skip
    if as_json:
        click.echo(json.dumps(_facts(found)))
        return
    click.echo(_line(found))
    for item in found.items:
        by = f" by {', '.join(item.by).lower()}" if item.by else ""
        click.echo(f"  {item.title}{by}")
    for one in found.asks:
        click.echo(f"  {one.state:>8}  {one.title}")


@returns.command()
def chase() -> None:
    """Close what is asked of employers whose feed came in, and remind the others that are due."""
    ready()
    from muster.services.returns.answering import close_fed, remind

    closed = close_fed(clock=SYSTEM_CLOCK)
    reminded = remind(clock=SYSTEM_CLOCK)
    click.echo(
        f"{counted(closed, 'employer')} sent a feed, {counted(reminded, 'employer')} reminded"
    )


def _line(one: "ReturnView") -> str:
    owing = one.count("asked", "stated")
    return (
        f"{one.number}: {one.question.words}\n"
        f"  {one.state}, as at {one.as_at}, due {one.deadline};"
        f" {counted(len(one.asks), 'employer')} asked, {one.stood} not asked, {owing} owing"
    )


def _facts(one: "ReturnView") -> dict[str, Any]:
    return {
        "number": one.number,
        "question": one.question.words,
        "state": one.state,
        "as_at": one.as_at.isoformat(),
        "deadline": one.deadline.isoformat(),
        "not_asked": one.stood,
        "minutes_saved": one.stood * one.minutes,
        "asked": {ask.title: ask.state for ask in one.asks},
        "releases": list(one.question.releases),
    }
