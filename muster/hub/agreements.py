"""Whether data may flow: one pure function, asked at landing and again at delivery."""

import datetime as dt
from collections.abc import Set
from dataclasses import dataclass


@dataclass(frozen=True)
class AgreementTerms:
    """What was agreed. ``ends`` is the first day without the agreement; None is open.

    ``unsigned`` names the sides that have yet to sign.
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
) -> Permission:
    """Tell whether a message of ``contract`` with these fields may go from sender to receiver.

    Everything is refused unless an agreement in force says otherwise.
    """
    if terms is None:
        return Permission(False, f"No data-sharing agreement covers {contract} from {sender}")
    said = f"Agreement {terms.code}"
    if terms.unsigned:
        return Permission(False, f"{said} is not signed by the {' and the '.join(terms.unsigned)}")
    if terms.suspended:
        return Permission(False, f"{said} is suspended")
    if on < terms.starts:
        return Permission(False, f"{said} starts on {terms.starts}")
    if terms.ends is not None and on >= terms.ends:
        return Permission(False, f"{said} ended on {terms.ends}")
    if (terms.contract, terms.sender, terms.receiver) != (contract, sender, receiver):
        return Permission(
            False, f"{said} is about {terms.contract} from {terms.sender} to {terms.receiver}"
        )
    beyond = sorted(fields - terms.fields)
    if beyond:
        return Permission(False, f"{said} does not cover: {', '.join(beyond)}")
    return Permission(True, f"{said} is in force")
