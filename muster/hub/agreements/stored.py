"""Terms in the database: the columns of an agreement hold those in force, versions all others.

An agreement that was never in force holds its proposal, so that whoever asks is told who has yet
to sign.
"""

import uuid
from dataclasses import asdict

from muster.hub.agreements.processors import read_processors
from muster.hub.agreements.rules import Side
from muster.hub.agreements.terms import Terms
from muster.hub.models import Agreement, System

REGISTER = "register"
"""What agreements call the receiver that is the register itself."""


def terms_in(row: Agreement) -> Terms:
    """Return the terms that an agreement's columns hold."""
    offices = dict(_offices(row))
    return Terms(
        code=row.code, title=row.title, contract=row.contract, sender=row.sender.code,
        receiver=row.receiver, fields=tuple(row.fields), purpose=row.purpose,
        lawful_basis=row.lawful_basis, retention=row.retention, starts=row.starts, ends=row.ends,
        article6=row.article6, article9=row.article9, lowest_revision=row.lowest_revision,
        processors=read_processors(row.processors),
        sender_office=offices.get("sender", ""), receiver_office=offices.get("receiver", ""),
    )  # fmt: skip


def put_into(row: Agreement, terms: Terms, version: int) -> None:
    """Put terms into an agreement's columns; what names and parties it is about never changes."""
    row.title, row.lowest_revision = terms.title, terms.lowest_revision
    row.fields, row.purpose = list(terms.fields), terms.purpose
    row.lawful_basis, row.retention = terms.lawful_basis, terms.retention
    row.article6, row.article9 = terms.article6, terms.article9
    row.starts, row.ends = terms.starts, terms.ends
    row.processors = [asdict(one) for one in terms.processors]
    row.signatories = [
        {"side": "sender", "office": terms.sender_office},
        {"side": "receiver", "office": terms.receiver_office},
    ]
    row.version, row.both_sign = version, True


def owners(row: Agreement) -> dict[Side, uuid.UUID | None]:
    """Return which employer owns the system of each side; None where none does."""
    receiver = System.objects.filter(code=row.receiver).values_list("employer", flat=True).first()
    return {"sender": row.sender.employer, "receiver": receiver}


def in_force_once(row: Agreement) -> bool:
    """Tell whether the columns of an agreement hold terms that came into force."""
    if not row.both_sign:
        return True
    return row.versions.filter(number=row.version, in_force_at__isnull=False).exists()


def _offices(row: Agreement) -> list[tuple[str, str]]:
    """Return who answers for each side; agreements made without signatures here name them only."""
    named = [
        (one["side"], one["office"]) if isinstance(one, dict) else ("", str(one))
        for one in row.signatories
    ]
    if len(named) == 2 and not any(side for side, _ in named):
        return [("sender", named[0][1]), ("receiver", named[1][1])]
    return named
