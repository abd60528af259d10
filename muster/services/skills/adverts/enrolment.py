"""Opens the route by which an employer's recruitment system sends its adverts."""

import uuid

from django.db import transaction

from muster.hub.actions import open_route, open_system
from muster.hub.agreements import AgreementTerms
from muster.hub.intakes import intake_for
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.services.skills.adverts.models import KEPT

ADVERT = "muster.skills.advert.v1"
_SHOWN = "sentences_shown"


@transaction.atomic
def let_send(
    employer: uuid.UUID, *, system: str, title: str, shown: bool, by: str, clock: Clock
) -> str:
    """Let an employer's recruitment system send its adverts; return the route's code.

    Args:
        employer: who owns the system.
        system: its code, such as ``adverts:mill``.
        title: the employer's name.
        shown: whether the agreement lets the system say that sentences may be shown.
        by: who opens the route.
        clock: dates the agreement.
    """
    fields = {field.name for field in intake_for(ADVERT).contract.fields}
    code = system.replace(":", "-")
    open_system(code=system, title=f"Adverts of {title}", kind="csv_drop", employer=employer)
    terms = AgreementTerms(
        code=code, contract=ADVERT, sender=system, receiver="register",
        fields=frozenset(fields if shown else fields - {_SHOWN}),
        starts=legal_day(clock.now()), ends=None, suspended=False,
    )  # fmt: skip
    open_route(
        code=code, terms=terms, title=f"Adverts of {title}",
        purpose="Learning which skills the service asks for, and what lies near each",
        lawful_basis="Public task (UK GDPR Article 6(1)(e)): planning the public workforce."
        " Adverts are published; whatever contacts somebody in them is taken out",
        retention=KEPT, processors=("Muster",),
        signatories=(f"Head of Recruitment, {title}", "Register owner"), by=by,
    )  # fmt: skip
    return code
