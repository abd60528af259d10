"""Whether an agreement lets something flow today: what is stored of it, put to ``permit``."""

import datetime as dt
from collections.abc import Set

from muster.hub.agreements import AgreementTerms, Permission, permit
from muster.hub.models import Agreement, Route, System

SIDES = ("sender", "receiver")


def terms_of(agreement: Agreement | None) -> AgreementTerms | None:
    """Return what an agreement says, as ``permit`` asks it."""
    if agreement is None:
        return None
    return AgreementTerms(
        code=agreement.code,
        contract=agreement.contract,
        sender=agreement.sender.code,
        receiver=agreement.receiver,
        fields=frozenset(agreement.fields),
        starts=agreement.starts,
        ends=agreement.ends,
        suspended=_suspended(agreement),
        unsigned=_unsigned(agreement),
    )


def permission(route: Route, *, fields: Set[str], on: dt.date) -> Permission:
    """Tell whether fields of a route's contract may go to the route's receiver on a day."""
    if route.receiver is None:
        raise ValueError("a route to the register is asked about by its layout")
    return permit(
        terms_of(route.agreement),
        contract=route.contract,
        sender=route.source.code,
        receiver=route.receiver.code,
        fields=fields,
        on=on,
    )


def why_nobody_may(*, contract: str, sender: System, on: dt.date) -> str:
    """Return why no agreement lets anybody have a contract's messages of a system; "" if one does.

    Which receivers may have them, and which fields, each route asks when it delivers.
    """
    agreements = Agreement.objects.filter(contract=contract, sender=sender).select_related("sender")
    answers = [
        permit(
            terms_of(one), contract=contract, sender=sender.code, receiver=one.receiver,
            fields=frozenset(), on=on,
        )
        for one in agreements.order_by("code")
    ]  # fmt: skip
    if any(answer.allowed for answer in answers):
        return ""
    if not answers:
        return permit(
            None, contract=contract, sender=sender.code, receiver="", fields=frozenset(), on=on
        ).because
    return "; ".join(answer.because for answer in answers)


def _suspended(agreement: Agreement) -> bool:
    if agreement.suspended_at is not None:
        return True
    return agreement.both_sign and agreement.suspensions.filter(lifted_at__isnull=True).exists()


def _unsigned(agreement: Agreement) -> tuple[str, ...]:
    if not agreement.both_sign:
        return ()
    signed = set(
        agreement.signatures.filter(version=agreement.version).values_list("side", flat=True)
    )
    return tuple(side for side in SIDES if side not in signed)
