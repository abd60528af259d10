"""``muster quarantine``: why rows wait, and letting them go on once the cause is mended."""

import getpass
import uuid
from pathlib import Path

import click

from muster.cli.ready import ready
from muster.kernel.clock import SYSTEM_CLOCK

# So many of the rows that did not go on are named.
_NAMED = 20


@click.group(invoke_without_command=True)
@click.pass_context
def quarantine(context: click.Context) -> None:
    """Rows that could not go on, by cause."""
    if context.invoked_subcommand is not None:
        return
    ready()
    from muster.hub.queries import causes
    from muster.register.people.restricting import queries as restricting
    from muster.register.people.restricting.rules import NOBODY

    found = causes(without=restricting.hidden_rows(NOBODY))
    for cause in found:
        rows = "row " if cause.rows == 1 else "rows"
        files = "file " if cause.feeds == 1 else "files"
        click.echo(f"{cause.rows:>8,} {rows} in {cause.feeds:>4,} {files}  {cause.cause}")
    if not found:
        click.echo("Nothing is in quarantine")


@quarantine.command()
@click.argument("stated")
@click.argument("employer")
def employer(stated: str, employer: str) -> None:
    """Remember that the name STATED means EMPLOYER (its key), and let its rows go on."""
    ready()
    from muster.hub.reading import read
    from muster.register.employers.queries import find
    from muster.register.names import choose_employer

    found = find(employer)
    if found is None:
        raise click.ClickException(f"No employer has the key {employer}; see `muster employers`")
    by = f"operator:{getpass.getuser()}"
    went_on = choose_employer(
        stated=stated, employer=found[0], by=by, read=read, clock=SYSTEM_CLOCK
    )
    click.echo(f"{stated} means {found[1].title}: {went_on:,} rows went on")


@quarantine.command()
@click.argument("cause")
@click.argument("value")
@click.option("--reason", required=True, help="Why it means that; recorded.")
@click.option("--route", default="", help="Only on this route, where several have the cause.")
def fix(cause: str, value: str, reason: str, route: str) -> None:
    """Remember that the value of CAUSE means VALUE ("" for nothing), and let its rows go on."""
    ready()
    from muster.hub.mending.fixing import let_go_on, say_meaning
    from muster.hub.mending.meanings import questions
    from muster.hub.reading import read

    asked = [one for one in questions(cause) if route in ("", one.route)]
    if not asked:
        raise click.ClickException(
            "No such cause can be settled once for all; see `muster quarantine` for the causes."
            " Values about people are corrected in their own rows (`muster quarantine download`)"
        )
    by = f"operator:{getpass.getuser()}"
    for question in asked:
        said = say_meaning(question, value, reason=reason, by=by, clock=SYSTEM_CLOCK)
        went_on = let_go_on(said, read, by=by, clock=SYSTEM_CLOCK).rows
        click.echo(f"{question.route}: {question.stated} means {value}: {went_on:,} rows went on")


@quarantine.command()
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--feed", type=click.UUID, help="Only rows of this feed.")
@click.option("--cause", default="", help="Only rows that wait for this cause.")
def download(out: Path, feed: uuid.UUID | None, cause: str) -> None:
    """Write rows that wait into the workbook OUT, to be corrected; faulty cells are marked."""
    ready()
    from muster.gates.access import Actor
    from muster.gates.people import hidden_rows
    from muster.hub.mending.handing import hand_out
    from muster.services.exchange.pages.quarantine import note_rows_seen
    from muster.services.exchange.pages.workbooks import written
    from muster.services.exchange.wording import problem_words

    user = getpass.getuser()
    operator = Actor(f"operator:{user}", user, frozenset({"service operator"}))
    hidden = hidden_rows(operator)
    found = hand_out(landing=feed, cause=cause, words=problem_words, without=hidden)
    note_rows_seen(operator, "operation", found.rows)
    out.write_bytes(written(found))
    rows = sum(map(len, found.rows.values()))
    click.echo(f"{rows:,} rows in {out}: correct them and `muster quarantine upload` it")


@quarantine.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--reason", required=True, help="Why the cells are corrected; recorded.")
def upload(file: Path, reason: str) -> None:
    """Take the corrections in the workbook FILE, and say what became of its rows."""
    ready()
    from muster.connectors.contract import Offer
    from muster.hub.mending.returned import Fate, bring_back
    from muster.hub.reading import read
    from muster.register.people.restricting.queries import hidden_rows
    from muster.register.people.restricting.rules import NOBODY
    from muster.services.exchange.pages.workbooks import own_texts

    by, hidden = f"operator:{getpass.getuser()}", frozenset(hidden_rows(NOBODY))
    came = bring_back(
        Offer(file.name, file.read_bytes()),
        reason=reason, employer=None, by=by, read=read, clock=SYSTEM_CLOCK,
        ours=own_texts(), without=hidden,
    )  # fmt: skip
    for fate in Fate:
        rows = came.of(fate)
        if rows:
            click.echo(f"{sum(len(row.lines) for row in rows):>8,} {fate}")
        for row in rows[:_NAMED] if fate != Fate.WENT_ON else ():
            click.echo(f"         {row.workbook}: {row.said or row.place or 'no known reference'}")


@click.command()
@click.argument("words", nargs=-1)
def employers(words: tuple[str, ...]) -> None:
    """Search the register's employers by name; prints their keys."""
    ready()
    from muster.register.employers.queries import search

    page = search(" ".join(words), limit=40)
    for _, organisation in page.found:
        click.echo(f"{organisation.key:<60} {organisation.title} ({organisation.status})")
    if not page.found:
        click.echo(f"No employer has a name with {' '.join(words)}; try fewer or other words")
    if page.total > len(page.found):
        click.echo(f"and {page.total - len(page.found)} more")
