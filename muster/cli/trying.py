"""``muster routes try``: what becomes of one record on a route, step by step."""

from typing import TYPE_CHECKING

import click

from muster.cli.ready import ready
from muster.cli.said import actor, content_of, told
from muster.kernel.clock import SYSTEM_CLOCK

if TYPE_CHECKING:
    from muster.hub.connecting.trying import Tried

_ENDS = {
    "goes": "It goes to the receiver",
    "waits": "It would wait until somebody mends that",
    "left out": "It would be left out",
}
_HOW = {
    "undone": "The receiver does it all, and undoes it",
    "aside": "A file is left that the receiver does not take",
    "seen": "The receiver really gets it, marked as a trial",
}


@click.command(name="try")
@click.argument("code")
@click.option("--record", metavar="FILE", help="A message, or its data alone, as JSON; - reads it."
              " Otherwise an example of the contract is made up.")  # fmt: skip
@click.option("--position", type=click.IntRange(0), help="A message that came; its values are not"
              " shown.")  # fmt: skip
@click.option("--subject", default="", help="Of whom data alone speaks, as the sender names them.")
@click.option("--example", is_flag=True, help="Print an example of the contract, and do no more.")
@click.option("--deliver", is_flag=True, help="Then hand it to the receiver as a rehearsal.")
@click.option("--yes", is_flag=True, help="The receiver may see it; do not ask.")
def try_(
    code: str, record: str | None, position: int | None, subject: str, example: bool,
    deliver: bool, yes: bool,
) -> None:  # fmt: skip
    """Try one record on the route CODE: nothing of it is kept, and nothing delivered.

    The exit code is 1 if the record would not go.
    """
    ready()
    from muster.hub.connecting import trying

    if record is not None and position is not None:
        raise click.UsageError("Say --record or --position")
    if example:
        click.echo(trying.example_for(code))
        return
    with told(record="--record", position="--position"):
        if position is not None:
            tried = trying.try_message(code, position, clock=SYSTEM_CLOCK)
        else:
            given = content_of(record, "--record") if record is not None else b""
            raw = given if record is not None else trying.example_for(code).encode()
            tried = trying.try_record(code, raw, subject=subject, clock=SYSTEM_CLOCK)
    _show(tried, shown=position is None)
    if deliver:
        _deliver(tried, yes=yes)
    if not tried.flows:
        raise SystemExit(1)


def _show(tried: "Tried", *, shown: bool) -> None:
    """Print each step; ``shown`` tells whether the values may be read here."""
    one = tried.envelope
    click.echo(f"1. What came in: {one.type}, subject {one.subject}")
    for field in tried.fields:
        if field.value is not None:
            value = f"{field.value}" if shown else "(stated)"
            click.echo(f"     {field.name:<30} {value}")
    click.echo(f"2. What agreement {tried.agreement} lets through:")
    through = [each for each in tried.fields if each.agreed and each.value is not None]
    kept = [each for each in tried.fields if not each.agreed and each.value is not None]
    click.echo(f"     {', '.join(each.name for each in through) or 'nothing'}")
    if kept:
        click.echo(f"     not: {', '.join(each.name for each in kept)}")
    made = "translated" if tried.translated else "as it is"
    click.echo(f"3. What the receiver would get, {made}:")
    for name, value in tried.gets:
        click.echo(f"     {name:<30} {value if shown else '(stated)'}")
    if not tried.gets:
        click.echo("     nothing")
    for wrong in tried.wrong:
        click.echo(f"   wrong ({wrong.stage}): {wrong.said}")
    if tried.end == "goes" and tried.wrong:
        click.echo("It would go, but the route may carry nothing now")
    else:
        click.echo(_ENDS[tried.end])


def _deliver(tried: "Tried", *, yes: bool) -> None:
    from muster.connectors.outlets import Unreachable
    from muster.hub.connecting.trying import rehearse

    if tried.rehearsal == "seen" and not yes:
        click.confirm("The receiver will really get this, marked as a trial. Send it?", abort=True)
    try:
        with told(confirmed="--yes"):
            done = rehearse(tried, confirmed=True, by=actor(), clock=SYSTEM_CLOCK)
    except Unreachable as problem:
        raise click.ClickException(f"The receiver could not be tried: {problem.said}") from None
    click.echo(f"4. Rehearsed. {_HOW.get(tried.rehearsal, '')}: {done.said}")
    for outcome, said in done.results.select("outcome", "said").iter_rows():
        click.echo(f"     {outcome}: {said}")
    if done.results.height:
        raise SystemExit(1)
