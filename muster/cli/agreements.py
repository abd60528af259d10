"""``muster agreements``: how agreements stand, what ends soon, the record of processing, stopping.

At a terminal somebody speaks for the service, which stands above both sides of an agreement: it can
stop one and let it go on, but sign for nobody.
"""

import datetime as dt
import getpass
import json
from typing import Any

import click

from muster.cli.ready import ready
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day

_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
_REASON = click.option("--reason", required=True, help="Why; it is recorded. Do not name people.")


@click.group()
def agreements() -> None:
    """Agreements: how they stand, which end soon, the record of processing; stop one."""


def _by() -> str:
    return f"operator:{getpass.getuser()}"


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

    actions.suspend(code=agreement, reason=reason, by=_by(), employer=None, clock=SYSTEM_CLOCK)
    click.echo("Suspended: nothing flows under it")


@agreements.command()
@click.argument("agreement")
@_REASON
def resume(agreement: str, reason: str) -> None:
    """Lift the service's suspension of AGREEMENT; that of a side stays."""
    ready()
    from muster.hub.agreements import actions

    whole = actions.lift(code=agreement, reason=reason, by=_by(), employer=None, clock=SYSTEM_CLOCK)
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
