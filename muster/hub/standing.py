"""Whether an agreement lets something flow today: what is stored of it, put to ``permit``."""

import datetime as dt
from collections.abc import Set

from muster.hub.agreements.rules import SIDES, AgreementTerms, Permission, permit
from muster.hub.agreements.stored import terms_in
from muster.hub.agreements.terms import says
from muster.hub.models import Agreement, ContractRevision, Route, System


def terms_of(agreement: Agreement | None) -> AgreementTerms | None:
    """Return what an agreement says, as ``permit`` asks it."""
    if agreement is None:
        return None
    stopped = _stopped_by(agreement)
    ends = [day for day in (agreement.ends, agreement.ended_on) if day is not None]
    return AgreementTerms(
        code=agreement.code,
        contract=agreement.contract,
        sender=agreement.sender.code,
        receiver=agreement.receiver,
        fields=frozenset(agreement.fields),
        starts=agreement.starts,
        ends=min(ends, default=None),
        suspended=agreement.suspended_at is not None or bool(stopped),
        unsigned=_unsigned(agreement),
        suspended_by=stopped,
        lowest_revision=agreement.lowest_revision,
    )


def permission(route: Route, *, fields: Set[str], on: dt.date) -> Permission:
    """Tell whether fields of a route's contract may go to the route's receiver on a day."""
    if route.receiver is None:
        raise ValueError("a route to the register is asked about by its layout")
    terms = terms_of(route.agreement)
    return permit(
        terms,
        contract=route.contract,
        sender=route.source.code,
        receiver=route.receiver.code,
        fields=fields,
        on=on,
        revision=_revision(route.contract) if terms and terms.lowest_revision > 1 else None,
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


def _stopped_by(agreement: Agreement) -> tuple[str, ...]:
    """Return which sides have it suspended, the earliest first."""
    open_ones = agreement.suspensions.filter(lifted_at__isnull=True).order_by("began_at")
    return tuple(open_ones.values_list("side", flat=True))


def _unsigned(agreement: Agreement) -> tuple[str, ...]:
    """Return which sides have yet to sign the very terms that stand in the agreement's columns.

    A signature is over the digest of a version's text. Whoever changes the columns otherwise than
    by an amendment that both sides sign, makes them terms that nobody signed.
    """
    if not agreement.both_sign:
        return ()
    version = agreement.versions.filter(number=agreement.version).first()
    if version is None or not says(version.terms, version.digest, terms_in(agreement)):
        return SIDES
    signed = set(
        agreement.signatures.filter(version=version.number, digest=version.digest).values_list(
            "side", flat=True
        )
    )
    return tuple(side for side in SIDES if side not in signed)


def _revision(contract: str) -> int:
    """Return which revision of a contract is in force; those that ship are the first."""
    accepted = ContractRevision.objects.filter(
        name=contract, accepted_at__isnull=False, retired_at__isnull=True
    )
    return accepted.order_by("-revision").values_list("revision", flat=True).first() or 1
