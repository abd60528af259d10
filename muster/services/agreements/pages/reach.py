"""An agreement as access is asked about it: it belongs to both of its sides."""

from uuid import UUID

from muster.gates.access import Actor, Subject, Verb, may, purpose_of, reach_of
from muster.hub.agreements.queries import AgreementView, agreement
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day
from muster.kernel.errors import NotFound
from muster.pagekit.views import PageRequest, no_such, require


def agreement_within(request: PageRequest, verb: Verb, code: str) -> AgreementView:
    """Return an agreement to which the actor may do ``verb``.

    Raises:
        NotFound: if there is none, or it is out of reach, in the same words.
        NotPermitted: if the role gives the verb for another purpose only.
    """
    try:
        found = agreement(code, on=legal_day(SYSTEM_CLOCK.now()))
    except NotFound:
        raise no_such("agreement") from None
    require(request, verb, subject_of(request.actor, found))
    return found


def subject_of(actor: Actor, found: AgreementView) -> Subject:
    """Return whose an agreement is, as this actor asks: their employer's if it is a side."""
    owners = [one.employer for one in found.parties if one.employer is not None]
    own = actor.employer in owners
    return Subject("agreement", actor.employer if own else (owners[0] if owners else None))


def may_with(actor: Actor, verb: Verb, found: AgreementView) -> bool:
    """Tell whether the actor may do something else with an agreement, for that verb's purpose."""
    purpose = purpose_of(actor, verb)
    return purpose is not None and may(actor, verb, subject_of(actor, found), purpose).allowed


def employer_to_keep_to(actor: Actor, verb: Verb) -> UUID | None:
    """Return the employer that a list keeps to; None for who reaches every employer's."""
    purpose = purpose_of(actor, verb)
    far = purpose is not None and reach_of(actor, verb, purpose) == "all"
    return None if far else actor.employer
