"""Lets a pretend employer's people tell their changes to two systems of it, for demonstrations.

A real employer is set up by the same verbs, on the pages of agreements, systems and routes: both
sides sign, the receiver is spoken to at its own address, and a trial goes live.
"""

import sqlite3
from pathlib import Path

from muster.hub.agreements import actions as agreements
from muster.hub.agreements.queries import proposal
from muster.hub.agreements.rules import Side
from muster.hub.agreements.terms import Terms
from muster.hub.airlock.trials import begin, go_live
from muster.hub.connecting.drafting import RouteDraft, draft_route
from muster.hub.connecting.endpoints import set_endpoint
from muster.hub.connecting.systems import add_system
from muster.hub.contract_registry import live_contract
from muster.hub.models import System
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.register.employers.queries import find
from muster.register.told.shipped import (
    BANK_CHANGED,
    PERSON_CHANGED,
    enact_contracts,
    open_self_service,
)

_SYSTEMS = (
    ("payroll", "Payroll", (PERSON_CHANGED, BANK_CHANGED)),
    ("directory", "Staff directory", (PERSON_CHANGED,)),
)
_PRIVATE = ("emergency_name", "emergency_phone", "emergency_relationship", "evidence")
_OFFICES: tuple[tuple[Side, str, str], ...] = (
    ("sender", "demo:hr-director", "HR Director"),
    ("receiver", "demo:head-of-systems", "Head of Systems"),
)
_FIRST, _SECOND = "demo:integrator", "demo:governance"
_REASON = "People tell their changes once"


def enrol(key: str, *, folder: Path, by: str, clock: Clock) -> tuple[str, ...]:
    """Let an employer's people tell once; return the routes that carry it.

    Args:
        key: the register's key of the employer; one that it does not know changes nothing.
        folder: where the databases of the pretend systems are made; outside ``MUSTER_HOME``,
            where no other system's data may lie.
        by: who enrols them.
        clock: dates the agreements.
    """
    found = find(key)
    if found is None:
        return ()
    employer, title, name = found[0], found[1].title, key.rpartition(":")[2]
    enact_contracts(drafted_by=_FIRST, accepted_by=_SECOND, clock=clock)
    sender = open_self_service(employer, by=by)
    folder.mkdir(parents=True, exist_ok=True)
    routes = []
    for kind, words, contracts in _SYSTEMS:
        receiver = f"{kind}:{name}"
        if System.objects.filter(code=receiver).exists():
            continue
        add_system(code=receiver, title=f"{words} of {title}", kind=kind, employer=employer,
                   by=by, clock=clock)  # fmt: skip
        for contract in contracts:
            routes.append(_connect(sender, receiver, contract, folder, clock))
    return tuple(routes)


def _connect(sender: str, receiver: str, contract: str, folder: Path, clock: Clock) -> str:
    """Agree, make the receiver's table, and let the route go live; return its code."""
    code = f"{receiver}-{contract.split('.')[-3]}".replace(":", "-").replace("_", "-")
    fields = _agree(code, sender, receiver, contract, clock)
    table = contract.split(".")[-3]
    place = folder / f"{receiver.replace(':', '-')}.sqlite3"
    with sqlite3.connect(place) as database:
        columns = ", ".join(f'"{name}" TEXT' for name in fields)
        database.execute(f'CREATE TABLE IF NOT EXISTS "{table}" ({columns})')
    endpoint = set_endpoint(
        system=receiver, kind="sql_table", settings={"table": table, "mode": "append"},
        secrets={"url": f"sqlite:///{place}"}, another=True, by=_FIRST, clock=clock,
    )  # fmt: skip
    draft_route(
        RouteDraft(code, contract, sender, receiver, code, endpoint=endpoint),
        from_start=True, by=_FIRST, clock=clock,
    )  # fmt: skip
    trial = begin(code, translation="", reason=_REASON, by=_FIRST, clock=clock)
    go_live(trial, reason=_REASON, by=_SECOND, clock=clock)
    return code


def _agree(code: str, sender: str, receiver: str, contract: str, clock: Clock) -> tuple[str, ...]:
    """Draft an agreement and let both sides sign it; return its fields."""
    live = live_contract(contract)
    assert live is not None
    employer = System.objects.get(code=sender).employer
    kept = [one.name for one in live.fields if receiver.startswith("payroll") or
            one.name not in _PRIVATE]  # fmt: skip
    terms = Terms(
        code=code, title=f"{live.title}: {receiver}", contract=contract, sender=sender,
        receiver=receiver, fields=tuple(sorted(kept)),
        purpose="Keeping what people told of themselves once the same in every system",
        lawful_basis="Performing the employment contract. Pretend data: nobody in it is real.",
        retention="Two years after the employment ends", starts=legal_day(clock.now()),
        article6="b", sender_office="HR Director", receiver_office="Head of Systems",
    )  # fmt: skip
    agreements.draft(terms=terms, by=_OFFICES[0][1], employer=employer, clock=clock)
    for side, who, office in _OFFICES:
        waiting = proposal(code)
        assert waiting is not None
        agreements.sign(code=code, side=side, digest=waiting.digest, capacity=office, by=who,
                        employer=employer, clock=clock)  # fmt: skip
    return terms.fields
