"""``muster agreements``: how agreements stand, what ends soon, the record of processing, stopping.

At a terminal somebody speaks for the service, which stands above both sides of an agreement: it can
draft one, stop one and let it go on. A signature is somebody's of a side, who is named; one and the
same never signs for both.
"""

import datetime as dt
import json
from typing import Any

import click

from muster.cli.ready import ready
from muster.cli.said import actor, text_of, told
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day

_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
_REASON = click.option("--reason", required=True, help="Why; it is recorded. Do not name people.")


@click.group()
def agreements() -> None:
    """Agreements: draft and sign one; how they stand, which end soon; stop one."""


def _today() -> dt.date:
    return legal_day(SYSTEM_CLOCK.now())


@agreements.command(name="list")
@_JSON
def list_agreements(as_json: bool) -> None:
    """List agreements with how each stands."""
    ready()
    from muster.hub.agreements.queries import agreements as found

    rows = found(on=_today())
    if as_json:
        click.echo(json.dumps({"agreements": [_plain(one) for one in rows]}))
        return
    for one in rows:
        ends = f", ends {one.ends}" if one.ends else ""
        click.echo(f"{one.code}  {one.state}{ends}: {one.terms.contract}"
                   f" from {one.sender.system} to {one.receiver.system}")  # fmt: skip


@agreements.command()
@click.argument("file")
@click.option("--amend", default="", metavar="REASON",
              help="Propose it as other terms of an agreement there is, and say why.")  # fmt: skip
def draft(file: str, amend: str) -> None:
    """Propose the agreement in FILE (TOML; - reads it); nothing flows before both sides sign."""
    ready()
    from muster.cli.terms import read_terms
    from muster.hub.agreements import actions
    from muster.hub.agreements.queries import proposal

    with told(code="code", contract="contract", sender="sender", receiver="receiver"):
        terms = read_terms(text_of(file, "FILE"))
        if amend.strip():
            actions.amend(terms=terms, reason=amend, by=actor(), employer=None, clock=SYSTEM_CLOCK)
        else:
            actions.draft(terms=terms, by=actor(), employer=None, clock=SYSTEM_CLOCK)
    waiting = proposal(terms.code)
    digest = f", SHA-256 {waiting.digest}" if waiting is not None else ""
    click.echo(f"{terms.code} is proposed{digest}")
    click.echo(
        f"Both sides sign: `muster agreements sign {terms.code} --side sender`, and receiver"
    )


@agreements.command()
@click.argument("agreement")
@click.option("--side", type=click.Choice(["sender", "receiver"]), required=True,
              help="For which side.")  # fmt: skip
@click.option("--by", "name", required=True, metavar="NAME", help="Who signs.")
@click.option("--capacity", required=True, help="As what, such as HR Director.")
def sign(agreement: str, side: Any, name: str, capacity: str) -> None:
    """Sign the terms of AGREEMENT that wait, for one side; the other is somebody else's."""
    ready()
    from muster.cli.terms import signed_by_same
    from muster.hub.agreements import actions
    from muster.hub.agreements.queries import agreement as found
    from muster.hub.agreements.queries import proposal
    from muster.kernel.errors import NotFound, Where

    if not name.strip():
        raise click.UsageError("--by: say who signs")
    parties = found(agreement, on=_today()).parties
    waiting = proposal(agreement)
    if waiting is None:
        raise NotFound(
            "No terms wait for signatures", where=Where(thing=agreement), fix="Draft it first",
            command="muster agreements draft FILE",
        )  # fmt: skip
    if signed_by_same(waiting, side, name):
        raise click.UsageError(
            "--by: the other side was signed for by the same; name somebody else"
        )
    owner = {one.side: one.employer for one in parties}[side]
    with told(capacity="--capacity"):
        complete = actions.sign(
            code=agreement, side=side, digest=waiting.digest, capacity=capacity, by=actor(name),
            employer=owner, clock=SYSTEM_CLOCK,
        )  # fmt: skip
    click.echo(f"Signed for the {side}: version {waiting.number}, SHA-256 {waiting.digest}")
    click.echo("In force" if complete else "The other side has yet to sign")


@agreements.command()
def expiring() -> None:
    """List agreements that end within 90 days, raising the warnings that are due."""
    ready()
    from muster.hub.agreements import warnings

    warnings.raise_warnings(clock=SYSTEM_CLOCK)
    found = warnings.expiring(on=_today())
    for one in found:
        left = f"{one.left} days left" if one.left > 0 else "has ended"
        click.echo(f"{one.agreement.code}  {one.ends}: {left}")
    if not found:
        click.echo("No agreement ends within 90 days")


@agreements.command()
def record() -> None:
    """Print the record of processing (UK GDPR article 30) as JSON."""
    ready()
    from muster.hub.agreements import article30

    found = article30.record(on=_today())
    said = [
        {
            **_plain(one.agreement),
            "people": one.people,
            "purpose": one.agreement.terms.purpose,
            "retention": one.agreement.terms.retention,
            "personal_fields": [field.name for field in one.personal],
            "special_fields": [field.name for field in one.special],
            "transfers": [vars(link.processor) for link in one.abroad],
            "measures": list(one.measures),
            "weak": list(one.weak),
        }
        for one in found
    ]
    click.echo(json.dumps({"as_at": str(_today()), "activities": said}, indent=2))


@agreements.command()
@click.argument("agreement")
@_REASON
def suspend(agreement: str, reason: str) -> None:
    """Suspend AGREEMENT for the service: nothing flows under it from now on."""
    ready()
    from muster.hub.agreements import actions

    actions.suspend(code=agreement, reason=reason, by=actor(), employer=None, clock=SYSTEM_CLOCK)
    click.echo("Suspended: nothing flows under it")


@agreements.command()
@click.argument("agreement")
@_REASON
def resume(agreement: str, reason: str) -> None:
    """Lift the service's suspension of AGREEMENT; that of a side stays."""
    ready()
    from muster.hub.agreements import actions

    whole = actions.lift(
        code=agreement, reason=reason, by=actor(), employer=None, clock=SYSTEM_CLOCK
    )
    click.echo("In force again" if whole else "Lifted; a side still has it suspended")


def _plain(one: Any) -> dict[str, Any]:
    return {
        "agreement": one.code,
        "version": one.version,
        "state": one.state,
        "contract": one.terms.contract,
        "sender": one.sender.system,
        "receiver": one.receiver.system,
        "fields": list(one.terms.fields),
        "ends": str(one.ends) if one.ends else None,
    }
