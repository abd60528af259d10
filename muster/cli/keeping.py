"""``muster keeping`` and ``muster subject-access``: retention, holds, requests about own data.

Two people's decisions need two names: ``--by`` says for whom the one at the terminal speaks.
"""

import dataclasses
import datetime as dt
import json
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

import click

from muster.cli.ready import ready
from muster.cli.said import BY, actor, counted, told
from muster.kernel.clock import SYSTEM_CLOCK

_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
_REASON = click.option("--reason", required=True, help="Why; it is recorded. Name nobody.")


@click.group()
def keeping() -> None:
    """Retention: what is past its time, holds, runs that erase it, certificates."""


@keeping.command()
@BY
@_JSON
def preview(by: str, as_json: bool) -> None:
    """See what is past its time today; nothing is erased."""
    ready()
    from muster.register.keeping import actions, queries

    found = queries.run_of(actions.preview(by=actor(by), clock=SYSTEM_CLOCK))
    if found is None:
        return
    if as_json:
        _print([found], True)
        return
    for one in found.counts:
        click.echo(f"{one.things:>8,}  {one.line}, {one.employer or 'all employers'}"
                   f"{f': kept, {one.kept}' if one.kept else ''}")  # fmt: skip
    are = "thing is past its time" if found.total == 1 else "things are past their time"
    click.echo(f"{found.total:,} {are}: run {found.id}")
    if found.total:
        click.echo(f"Next: muster keeping propose {found.id} --reason ...")


@keeping.command()
@click.argument("run", type=click.UUID)
@_REASON
@BY
def propose(run: uuid.UUID, reason: str, by: str) -> None:
    """Propose that RUN erases what its preview found."""
    ready()
    from muster.register.keeping import actions

    with told(reason="--reason"):
        actions.propose(run=run, reason=reason, by=actor(by), clock=SYSTEM_CLOCK)
    click.echo(f"Proposed. Somebody else decides: muster keeping approve {run} --reason ...")


@keeping.command()
@click.argument("run", type=click.UUID)
@_REASON
@click.option("--refuse", is_flag=True, help="Erase nothing.")
@BY
def approve(run: uuid.UUID, reason: str, refuse: bool, by: str) -> None:
    """Let RUN erase what somebody else proposed."""
    ready()
    from muster.register.keeping import actions

    with told(reason="--reason"):
        actions.decide(run=run, approve=not refuse, reason=reason, by=actor(by), clock=SYSTEM_CLOCK)
    said = f"Approved. Nothing is erased yet: muster keeping run {run}"
    click.echo("Refused: nothing is erased" if refuse else said)


@keeping.command("run")
@click.argument("run", type=click.UUID)
@click.option("--seconds", type=float, help="Stop in good time after so long; go on later.")
@BY
def go_on(run: uuid.UUID, seconds: float | None, by: str) -> None:
    """Erase what RUN found, from where it stopped, and certify it."""
    ready()
    from muster.register.keeping import actions

    done = actions.go_on(run=run, by=actor(by), clock=SYSTEM_CLOCK, seconds=seconds)
    click.echo(f"{done.done:,} of {done.total:,} done{', and certified' * done.finished}")


@keeping.command()
@_JSON
def runs(as_json: bool) -> None:
    """Show the latest runs."""
    ready()
    from muster.register.keeping import queries

    _print(queries.runs(), as_json, "state", "as_at", "total", "erased", "kept")


@keeping.command()
@_JSON
@click.option("--lifted", is_flag=True, help="Those that were lifted.")
def holds(as_json: bool, lifted: bool) -> None:
    """Show legal holds, those to be looked at again soonest first; none on restricted people."""
    ready()
    from muster.register.keeping import queries

    _print(queries.holds(lifted=lifted), as_json, "kind", "target", "review_on", "why")


@keeping.command()
@click.argument("kind", type=click.Choice(["person", "employer", "landing", "line"]))
@click.argument("target")
@_REASON
@click.option("--review-on", required=True, type=click.DateTime(["%Y-%m-%d"]),
              help="When somebody looks at it again.")  # fmt: skip
@BY
def hold(kind: str, target: str, reason: str, review_on: dt.datetime, by: str) -> None:
    """Keep TARGET from being erased until somebody else lifts the hold."""
    ready()
    from muster.register.keeping.holds import hold as place

    with told(why="--reason", **{"review on": "--review-on"}):
        made = place(
            kind=kind, target=target, why=reason, review_on=review_on.date(), by=actor(by),
            clock=SYSTEM_CLOCK,
        )  # fmt: skip
    click.echo(f"Held: {made}")


@keeping.command()
@click.argument("hold", type=click.UUID)
@_REASON
@BY
def lift(hold: uuid.UUID, reason: str, by: str) -> None:
    """Lift HOLD, which somebody else placed."""
    ready()
    from muster.register.keeping.holds import lift as lift_hold

    with told(why="--reason"):
        lift_hold(hold=hold, why=reason, by=actor(by), clock=SYSTEM_CLOCK)
    click.echo("Lifted")


@keeping.command()
@click.argument("run", type=click.UUID, required=False)
@_JSON
def certificates(run: uuid.UUID | None, as_json: bool) -> None:
    """Show the runs that are certified, or the signed certificate of RUN."""
    ready()
    from muster.register.keeping import certificates as kept
    from muster.register.keeping import queries

    if run is not None:
        found = kept.certificate(run)
        said = {"run": str(run), "position": found.position, "note": found.note}
        click.echo(json.dumps(said) if as_json else found.note, nl=as_json)
        return
    done = [one for one in queries.runs() if one.state == "done"]
    _print(done, as_json, "done_at", "as_at", "erased", "kept")


@click.group("subject-access")
def subject_access() -> None:
    """Requests of people about their own data: what waits, and answering it."""


@subject_access.command("requests")
@_JSON
def list_requests(as_json: bool) -> None:
    """Show requests, the open ones by deadline; whose they are is told on their pages alone."""
    ready()
    from muster.register.keeping import queries

    _print(queries.requests(), as_json, "kind", "state", "due", "asked_at")


@subject_access.command()
@click.argument("request", type=click.UUID)
@BY
def check(request: uuid.UUID, by: str) -> None:
    """Note that you made sure that whoever asks is the person."""
    ready()
    from muster.register.keeping import requests

    requests.check(request=request, by=actor(by), clock=SYSTEM_CLOCK)
    click.echo("Noted")


@subject_access.command()
@click.argument("request", type=click.UUID)
@BY
def answer(request: uuid.UUID, by: str) -> None:
    """Make the copy that REQUEST asks for, or decide on erasure by the schedule."""
    ready()
    from muster.register.keeping import queries, requests

    found = queries.request_of(request)
    if found is not None and found.kind == "copy":
        requests.make_copy(request=request, by=actor(by), clock=SYSTEM_CLOCK)
        click.echo("The copy is ready: the person downloads it")
        return
    run = requests.decide_erasure(request=request, by=actor(by), clock=SYSTEM_CLOCK)
    click.echo(f"Decided: run {run.id} waits to be proposed" if run else "Decided: nothing may go")


@subject_access.command()
def expire() -> None:
    """Destroy copies whose time is up."""
    ready()
    from muster.register.keeping import requests

    destroyed = requests.expire_copies(clock=SYSTEM_CLOCK)
    click.echo(f"{counted(destroyed, 'copy', 'copies')} destroyed")


def _print(found: Iterable[Any], as_json: bool, *shown: str) -> None:
    """Print what was found: as JSON without whose it is, or its identifier and some of it."""
    rows: Sequence[dict[str, Any]] = [dataclasses.asdict(one) for one in found]
    for row in rows:
        for name in ("person", "only", "words", "objection", "reviewed", "answers", "asked_by"):
            row.pop(name, None)
        if as_json:
            click.echo(json.dumps(row, default=str))
        else:
            words = [f"{name.replace('_', ' ')}: {_plain(row[name])}" for name in shown]
            click.echo("  ".join([str(row["id"]), *words]))
    if not rows and not as_json:
        click.echo("There is none")


def _plain(value: object) -> str:
    """Return a value as people read it: an instant to the minute, a dash for none."""
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return "-" if value in (None, "") else str(value)
