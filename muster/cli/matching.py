"""``muster matching``: find records that are likely of one person, and decide on what a run did."""

import getpass
import uuid
from typing import TYPE_CHECKING

import click

from muster.cli.ready import ready
from muster.cli.said import counted
from muster.kernel.clock import SYSTEM_CLOCK

if TYPE_CHECKING:
    from muster.register.people.matching.queries import RunView


@click.group()
def matching() -> None:
    """Records that are likely of one person: run, see what runs did, accept or refuse one."""


@matching.command()
def run() -> None:
    """Weigh all records of all systems against each other.

    What is certain enough is linked, what is likely is put to people. A run that would change
    unusually much does nothing and waits to be accepted.
    """
    ready()
    from muster.register.people.matching import actions, queries

    made = queries.run_of(actions.run(by=_operator(), clock=SYSTEM_CLOCK))
    if made is not None:
        for line in _words(made):
            click.echo(line)


@matching.command("catch-up")
def catch_up() -> None:
    """Look at records that came or changed since the last run, as workers do by themselves."""
    ready()
    from muster.register.people.matching.between import Looked, look_at_changes

    looks = list[Looked]()
    while (found := look_at_changes(by=_operator(), clock=SYSTEM_CLOCK)) is not None:
        looks.append(found)
    records, links, asked, taken = (
        sum(getattr(one, name) for one in looks)
        for name in ("records", "links", "asked", "taken_back")
    )
    click.echo(
        f"{counted(records, 'changed record')} looked at: {counted(links, 'new link')},"
        f" {taken:,} taken back, {counted(asked, 'question')}"
    )
    if any(one.left for one in looks):
        click.echo("Some would change unusually much and are left to the next run")


@matching.command()
def runs() -> None:
    """Show the latest runs."""
    ready()
    from muster.register.people.matching import queries

    found = queries.runs()
    for one in found:
        click.echo(
            f"{one.id}  {one.at:%Y-%m-%d %H:%M}  {one.state}: {counted(one.links, 'link')},"
            f" {one.taken_back:,} taken back, {counted(one.asked, 'question')}"
        )
    if not found:
        click.echo("Matching has not run yet")


@matching.command()
@click.argument("run", type=click.UUID)
@click.option("--reason", required=True, help="Why; it is recorded.")
def accept(run: uuid.UUID, reason: str) -> None:
    """Let RUN do what it reported."""
    ready()
    from muster.register.people.matching import actions

    actions.accept(run=run, reason=reason, by=_operator(), clock=SYSTEM_CLOCK)
    click.echo("Done")


@matching.command()
@click.argument("run", type=click.UUID)
@click.option("--reason", required=True, help="Why; it is recorded.")
def refuse(run: uuid.UUID, reason: str) -> None:
    """Let RUN change nothing."""
    ready()
    from muster.register.people.matching import actions

    actions.refuse(run=run, reason=reason, by=_operator(), clock=SYSTEM_CLOCK)
    click.echo("Refused: nothing was changed")


@matching.command("many-of-one")
@click.argument("system")
def many_of_one(system: str) -> None:
    """Say that SYSTEM may hold a person more than once, each time under another number."""
    ready()
    from muster.register.people.matching import actions

    actions.declare_many_of_one(system=system, by=_operator(), clock=SYSTEM_CLOCK)
    click.echo(f"Noted: {system} may hold a person more than once")


def _operator() -> str:
    return f"operator:{getpass.getuser()}"


def _words(made: "RunView") -> list[str]:
    sure = made.automatic_from
    return [
        f"{counted(made.records, 'record')} weighed by {', '.join(made.fields) or 'nothing'}",
        f"{counted(made.links, 'new link')}, {made.taken_back:,} taken back"
        + (f" (linked from probability {sure:.4f} on)" if sure is not None else ""),
        f"{counted(made.asked, 'question')} for people, from probability {made.review_from:.3f} on",
        f"By the model's own estimate {made.precision:.2%} of likely pairs are right",
        f"and {made.recall:.2%} of what there is to find is found",
        f"Model {made.model[:16]}",
        "Done"
        if made.state == "applied"
        else "This would change unusually much and waits to be decided:"
        f" muster matching accept {made.id} --reason ..., or refuse",
    ]
