"""The verbs of agreements: draft, amend, withdraw, sign, suspend, lift, end.

Each is one transaction with its entry in the log of decisions. Whose verbs these are is the gate's
to say; here it is held that a person speaks for the side of their own employer alone, and never for
both.
"""

import datetime as dt
import json
import uuid
from collections.abc import Mapping

from django.db import transaction

from muster.hub.agreements.rules import SIDES, Side, Stopper, bar_to_signing, stopper
from muster.hub.agreements.stored import (
    REGISTER,
    in_force_once,
    owners,
    put_into,
    terms_in,
)
from muster.hub.agreements.terms import (
    LONGEST_NAME,
    Terms,
    canonical,
    changed,
    check,
    digest_of,
    read_terms,
    tidied,
)
from muster.hub.contract_registry import live_contract
from muster.hub.contracts import Contract
from muster.hub.delivering.wakeup import wake
from muster.hub.models import (
    Agreement,
    AgreementVersion,
    Cursor,
    Signature,
    Suspension,
    System,
)
from muster.kernel.clock import Clock
from muster.kernel.days import LONDON, legal_day
from muster.kernel.errors import BadInput, Conflict, NotFound, NotPermitted, Where
from muster.ledger.current import ledger

_KIND = "muster.hub.agreement.{}.v1"
_FIXED = ("code", "contract", "sender", "receiver")


@transaction.atomic
def draft(*, terms: Terms, by: str, employer: uuid.UUID | None, clock: Clock) -> None:
    """Propose a new agreement; nothing flows under it before both sides have signed.

    Args:
        terms: what is proposed.
        by: who proposes it.
        employer: theirs: it owns one of the two systems. None for people of the service.
        clock: stamps it.

    Raises:
        BadInput: naming what is wrong with the terms.
        NotFound: if there is no such system or contract.
        NotPermitted: if neither side is theirs.
        Conflict: if an agreement has this name.
    """
    terms = tidied(terms)
    sender = System.objects.filter(code=terms.sender).first()
    if sender is None:
        raise _no_system(terms.sender)
    if terms.receiver != REGISTER and not System.objects.filter(code=terms.receiver).exists():
        raise _no_system(terms.receiver)
    check(terms, _contract(terms))
    row = Agreement(
        code=terms.code, contract=terms.contract, sender=sender, receiver=terms.receiver
    )
    _theirs(row, employer)
    if Agreement.objects.filter(code=terms.code).exists():
        raise Conflict(
            "An agreement has this name already", where=Where(thing=terms.code, field="code"),
            fix="Choose another name, or amend that agreement",
        )  # fmt: skip
    put_into(row, terms, 1)
    row.save()
    _propose(row, terms, 1, "", by, clock)


@transaction.atomic
def amend(*, terms: Terms, reason: str, by: str, employer: uuid.UUID | None, clock: Clock) -> int:
    """Propose other terms; return the number of their version.

    The version in force stays in force until both sides have signed the new one, which takes its
    place at that moment. A proposal that still waits is given up for the new one.

    Raises:
        BadInput: naming what is wrong with the terms, or if nothing changes.
        NotFound: if there is no such agreement.
        NotPermitted: if neither side is theirs.
        Conflict: if the agreement was ended.
    """
    terms = tidied(terms)
    row = _locked(terms.code)
    _theirs(row, employer)
    if row.ended_on is not None:
        raise Conflict("This agreement was ended for good", fix="Draft a new one")
    check(terms, _contract(terms))
    before, now = terms_in(row), clock.now()
    lasting = (*_FIXED, "starts") if in_force_once(row) else _FIXED
    moved = [name for name in changed(before, terms) if name in lasting]
    if moved:
        raise BadInput(
            "This never changes in an agreement", where=Where(thing=row.code, field=moved[0]),
            fix="Leave it as it is, or draft a new agreement",
        )  # fmt: skip
    waiting = _proposal(row)
    known = read_terms(waiting.terms) if waiting is not None else before
    if not changed(known, terms) and (waiting is not None or in_force_once(row)):
        raise BadInput("Nothing changes", where=Where(thing=row.code), fix="Change some terms")
    _keep_first(row, before)
    last = row.versions.order_by("-number").values_list("number", flat=True)[0]
    if waiting is not None:
        _give_up(waiting, now, by)
    number = last + 1
    if not in_force_once(row):
        put_into(row, terms, number)
        row.save()
    _propose(row, terms, number, reason, by, clock)
    return number


@transaction.atomic
def withdraw(*, code: str, reason: str, by: str, employer: uuid.UUID | None, clock: Clock) -> None:
    """Give up the terms that wait for signatures; what is in force stays in force.

    Raises:
        NotFound: if there is no such agreement, or nothing waits.
        NotPermitted: if neither side is theirs.
    """
    row = _locked(code)
    _theirs(row, employer)
    waiting = _proposal(row)
    if waiting is None:
        raise NotFound("No terms wait for signatures", where=Where(thing=code), fix="See its page")
    _give_up(waiting, clock.now(), by)
    _note("withdrawn", code, {"version": waiting.number, "reason": reason, "by": by})


@transaction.atomic
def sign(
    *,
    code: str,
    side: Side,
    digest: str,
    capacity: str,
    by: str,
    employer: uuid.UUID | None,
    clock: Clock,
) -> bool:
    """Sign the terms that wait, for one side; return whether they are in force now.

    Args:
        code: the agreement's name.
        side: for which they sign.
        digest: of the terms they have read.
        capacity: as what they sign, such as "HR Director".
        by: who signs.
        employer: theirs, if they belong to one.
        clock: stamps the signature.

    Raises:
        BadInput: if it is not said in what capacity.
        NotFound: if there is no such agreement, or nothing waits.
        NotPermitted: if the side is not theirs, or they signed for the other.
        Conflict: if the terms are others by now, or the side has signed.
    """
    capacity = capacity.strip()
    if not capacity or len(capacity) > LONGEST_NAME:
        raise BadInput(
            "It is not said in what capacity", where=Where(field="capacity"),
            fix="Say your office in up to 200 characters, such as HR Director",
        )  # fmt: skip
    row = _locked(code)
    waiting = _proposal(row)
    if waiting is None:
        raise NotFound("No terms wait for signatures", where=Where(thing=code), fix="See its page")
    signed = dict(row.signatures.filter(version=waiting.number).values_list("side", "signed_by"))
    bar = bar_to_signing(
        side, owner=owners(row)[side], by=by, employer=employer, signed=signed, read=digest,
        digest=waiting.digest,
    )  # fmt: skip
    if bar:
        overtaken = side in signed or digest != waiting.digest
        error = Conflict if overtaken and "other side" not in bar else NotPermitted
        raise error(bar, where=Where(thing=code), fix="Load the page again, or ask your colleague")
    now = clock.now()
    Signature.objects.create(
        agreement=row, version=waiting.number, side=side, digest=waiting.digest,
        capacity=capacity, signed_at=now, signed_by=by,
    )  # fmt: skip
    complete = {*signed, side} == set(SIDES)
    if complete:
        _bring_into_force(row, waiting, now)
    body = {
        "version": waiting.number, "side": side, "digest": waiting.digest, "capacity": capacity,
        "in_force": complete, "by": by,
    }  # fmt: skip
    _note("signed", code, body)
    return complete


@transaction.atomic
def suspend(
    *, code: str, reason: str, by: str, employer: uuid.UUID | None, clock: Clock
) -> Stopper:
    """Stop everything under an agreement, from the next batch on; return for which side.

    Raises:
        NotFound: if there is no such agreement.
        NotPermitted: if neither side is theirs.
        Conflict: if their side has suspended it already.
    """
    row = _locked(code)
    side = _theirs(row, employer)
    if row.suspensions.filter(side=side, lifted_at__isnull=True).exists() or (
        side == "service" and _by_service_alone(row)
    ):
        raise Conflict("Your side has suspended this agreement already", fix="See its page")
    now = clock.now()
    Suspension.objects.create(agreement=row, side=side, reason=reason, began_at=now, began_by=by)
    row.suspended_at = row.suspended_at or now
    row.save(update_fields=["suspended_at"])
    _note("suspended", code, {"side": side, "reason": reason, "by": by})
    return side


@transaction.atomic
def lift(*, code: str, reason: str, by: str, employer: uuid.UUID | None, clock: Clock) -> bool:
    """Take the suspension of one's own side back; return whether everything flows again.

    Routes that wait go on at once. Another side's suspension stays until that side lifts it.

    Raises:
        NotFound: if there is no such agreement.
        NotPermitted: if neither side is theirs.
        Conflict: if their side has not suspended it.
    """
    row = _locked(code)
    side = _theirs(row, employer)
    own = row.suspensions.filter(side=side, lifted_at__isnull=True)
    if not own.exists() and not (side == "service" and _by_service_alone(row)):
        raise Conflict(
            "Your side has not suspended this agreement", where=Where(thing=code),
            fix="Only the side that suspended it lifts it",
        )  # fmt: skip
    own.update(lifted_at=clock.now(), lifted_by=by, lifted_because=reason)
    others = row.suspensions.filter(lifted_at__isnull=True).order_by("began_at")
    row.suspended_at = others.values_list("began_at", flat=True).first()
    row.save(update_fields=["suspended_at"])
    if row.suspended_at is None:
        _let_routes_go_on(row)
    _note("resumed", code, {"side": side, "reason": reason, "by": by})
    return row.suspended_at is None


@transaction.atomic
def end(*, code: str, reason: str, by: str, employer: uuid.UUID | None, clock: Clock) -> None:
    """End an agreement for good, today: nothing flows under it any more.

    Raises:
        NotFound: if there is no such agreement.
        NotPermitted: if neither side is theirs.
        Conflict: if it was ended already.
    """
    row = _locked(code)
    side = _theirs(row, employer)
    if row.ended_on is not None:
        raise Conflict("This agreement was ended already", fix="See its page")
    waiting, now = _proposal(row), clock.now()
    if waiting is not None:
        _give_up(waiting, now, by)
    row.ended_on = legal_day(now)
    row.save(update_fields=["ended_on"])
    _note("ended", code, {"side": side, "reason": reason, "by": by})


def _bring_into_force(row: Agreement, waiting: AgreementVersion, now: dt.datetime) -> None:
    put_into(row, read_terms(waiting.terms), waiting.number)
    row.save()
    waiting.in_force_at = now
    waiting.save(update_fields=["in_force_at"])
    _let_routes_go_on(row)


def _let_routes_go_on(row: Agreement) -> None:
    """Let routes that wait under an agreement be carried at once, and wake who carries them."""
    Cursor.objects.filter(route__agreement=row).update(retry_at=None, blocked="")
    wake()


def _propose(row: Agreement, terms: Terms, number: int, reason: str, by: str, clock: Clock) -> None:
    digest = digest_of(terms, number)
    AgreementVersion.objects.create(
        agreement=row, number=number, terms=canonical(terms, number), digest=digest,
        reason=reason, drafted_at=clock.now(), drafted_by=by,
    )  # fmt: skip
    said = json.loads(canonical(terms, number))
    body = {"version": number, "digest": digest, "terms": said, "reason": reason, "by": by}
    _note("drafted" if number == 1 else "amended", row.code, body)


def _keep_first(row: Agreement, terms: Terms) -> None:
    """Keep the terms of an agreement that was made without signatures here, before they change."""
    if row.versions.exists():
        return
    since = dt.datetime.combine(row.starts, dt.time(), tzinfo=LONDON)
    AgreementVersion.objects.create(
        agreement=row, number=row.version, terms=canonical(terms, row.version),
        digest=digest_of(terms, row.version), drafted_at=since, drafted_by="", in_force_at=since,
    )  # fmt: skip


def _give_up(waiting: AgreementVersion, now: dt.datetime, by: str) -> None:
    waiting.withdrawn_at, waiting.withdrawn_by = now, by
    waiting.save(update_fields=["withdrawn_at", "withdrawn_by"])


def _proposal(row: Agreement) -> AgreementVersion | None:
    return row.versions.filter(in_force_at__isnull=True, withdrawn_at__isnull=True).first()


def _by_service_alone(row: Agreement) -> bool:
    """Tell whether an agreement is suspended and no side says so: then the service did it."""
    nobody = not row.suspensions.filter(lifted_at__isnull=True).exists()
    return row.suspended_at is not None and nobody


def _locked(code: str) -> Agreement:
    """Return an agreement that nobody else changes before this transaction ends."""
    row = (
        Agreement.objects.select_for_update(of=("self",))
        .select_related("sender")
        .filter(code=code)
        .first()
    )
    if row is None:
        raise NotFound("No such agreement", where=Where(thing=code), fix="See the agreements page")
    return row


def _theirs(row: Agreement, employer: uuid.UUID | None) -> Stopper:
    side = stopper(owners(row), employer)
    if side is None:
        raise NotPermitted(
            "This agreement is between other employers", where=Where(thing=row.code),
            fix="Ask one of its sides",
        )  # fmt: skip
    return side


def _contract(terms: Terms) -> Contract:
    found = live_contract(terms.contract)
    if found is None:
        raise NotFound(
            "No such contract is in force", where=Where(thing=terms.contract, field="contract"),
            fix="Accept it first, or name another",
        )  # fmt: skip
    return found


def _no_system(code: str) -> NotFound:
    return NotFound("No such system", where=Where(thing=code), fix="Register the system first")


def _note(what: str, code: str, body: Mapping[str, object]) -> None:
    ledger().append_one("decisions", _KIND.format(what), f"agreement:hub:{code}", dict(body))
