"""Whether data may flow, and who may sign, suspend and lift: pure functions.

Whether something may flow is asked at landing and again for every batch that is delivered.
"""

import datetime as dt
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

Side = Literal["sender", "receiver"]
# The service stands above both sides: its governance may stop anything, and sign for nobody.
Stopper = Literal["sender", "receiver", "service"]
State = Literal["unsigned", "not yet", "in force", "suspended", "ended"]
SIDES: tuple[Side, ...] = ("sender", "receiver")
WARNINGS = (90, 30, 7)


@dataclass(frozen=True)
class AgreementTerms:
    """What was agreed. ``ends`` is the first day without the agreement; None is open.

    ``unsigned`` names the sides that have yet to sign, ``suspended_by`` those who stopped it,
    ``lowest_revision`` the first revision of the contract that it covers.
    """

    code: str
    contract: str
    sender: str
    receiver: str
    fields: frozenset[str]
    starts: dt.date
    ends: dt.date | None
    suspended: bool
    unsigned: tuple[str, ...] = ()
    suspended_by: tuple[str, ...] = ()
    lowest_revision: int = 1


@dataclass(frozen=True)
class Permission:
    """The answer, with the reason in words."""

    allowed: bool
    because: str


def permit(
    terms: AgreementTerms | None,
    *,
    contract: str,
    sender: str,
    receiver: str,
    fields: Set[str],
    on: dt.date,
    revision: int | None = None,
) -> Permission:
    """Tell whether a message of ``contract`` with these fields may go from sender to receiver.

    Everything is refused unless an agreement in force says otherwise. ``revision`` is the one of
    the contract that messages are checked against; None where contracts have no revisions.
    """
    if terms is None:
        return Permission(False, f"No data-sharing agreement covers {contract} from {sender}")
    said = f"Agreement {terms.code}"
    standing = _standing(terms, on)
    if standing:
        return Permission(False, f"{said} {standing}")
    if (terms.contract, terms.sender, terms.receiver) != (contract, sender, receiver):
        return Permission(
            False, f"{said} is about {terms.contract} from {terms.sender} to {terms.receiver}"
        )
    if revision is not None and revision < terms.lowest_revision:
        return Permission(
            False,
            f"{said} covers revision {terms.lowest_revision} of {contract} or a later one;"
            f" revision {revision} is in force",
        )
    beyond = sorted(fields - terms.fields)
    if beyond:
        return Permission(False, f"{said} does not cover: {', '.join(beyond)}")
    return Permission(True, f"{said} is in force")


def _standing(terms: AgreementTerms, on: dt.date) -> str:
    """Return what of an agreement itself stands in the way; "" if nothing does."""
    if terms.unsigned:
        return f"is not signed by the {' and the '.join(terms.unsigned)}"
    if terms.suspended:
        by = " and the ".join(terms.suspended_by)
        return f"is suspended by the {by}" if by else "is suspended"
    if on < terms.starts:
        return f"starts on {terms.starts}"
    if terms.ends is not None and on >= terms.ends:
        return f"ended on {terms.ends}"
    return ""


def state_of(terms: AgreementTerms, on: dt.date) -> State:
    """Return how an agreement stands on a day; what is over is over, suspended or not."""
    if terms.unsigned:
        return "unsigned"
    if terms.ends is not None and on >= terms.ends:
        return "ended"
    if terms.suspended:
        return "suspended"
    return "not yet" if on < terms.starts else "in force"


def stands_for(owner: UUID | None, employer: UUID | None) -> bool:
    """Tell whether somebody may speak for a side: their employer owns its system.

    Systems that no employer owns, such as the register, are spoken for by people of the service,
    who belong to no employer.
    """
    return owner == employer


def bar_to_signing(
    side: Side,
    *,
    owner: UUID | None,
    by: str,
    employer: UUID | None,
    signed: Mapping[str, str],
    read: str,
    digest: str,
) -> str:
    """Return why somebody may not sign for a side; "" if they may.

    Args:
        side: for which they want to sign.
        owner: the employer that owns the side's system, if one does.
        by: who they are.
        employer: theirs, if they belong to one.
        signed: who has signed these terms already, by side.
        read: the digest of the terms that they have read.
        digest: the digest of the terms as they stand.
    """
    if not stands_for(owner, employer):
        return f"Only somebody of the {side} signs for the {side}"
    if side in signed:
        return f"The {side} has signed already"
    if by in signed.values():
        return "You have signed for the other side: somebody else signs for this one"
    if read != digest:
        return "The terms were changed since you read them"
    return ""


def stopper(owners: Mapping[Side, UUID | None], employer: UUID | None) -> Stopper | None:
    """Return as whom somebody suspends and lifts; None if the agreement is not theirs.

    Who belongs to no employer does so for the service. An employer that owns both sides is one.
    """
    if employer is None:
        return "service"
    return next((side for side in SIDES if owners[side] == employer), None)


def warning_due(ends: dt.date | None, today: dt.date) -> int | None:
    """Return the warning that is due before an agreement ends: 90, 30 or 7 days; None if none is.

    Only the most urgent counts: who makes an agreement for three weeks needs no warning that fewer
    than 90 days are left.
    """
    if ends is None or not today < ends:
        return None
    left = (ends - today).days
    return min((days for days in WARNINGS if left <= days), default=None)
