"""Letting files of a contract come in that no room of the register receives.

For integrators. A door is a route of files without a receiver and an agreement of its own: what
comes in by it goes on to other systems alone, and each of those has its agreement with the sender.
Where none of them lets anybody have the file, it is refused at the door.
"""

import re

from django.db import IntegrityError, transaction

from muster.hub.intakes import carried_contracts
from muster.hub.models import Route, System
from muster.kernel.errors import BadInput, Conflict, NotFound, Where
from muster.ledger.current import ledger

OPENED = "muster.hub.route.opened.v1"
_CODE = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")


@transaction.atomic
def open_door(*, code: str, contract: str, sender: str, owner: str = "", by: str) -> None:
    """Let files of a contract come in from a system, to be carried on.

    Args:
        code: names the route.
        contract: accepted in the contract registry, and received by no room.
        sender: the sending system's code.
        owner: who is told of it, if not whoever may govern it.
        by: who opens it.

    Raises:
        BadInput: if the code cannot be used.
        NotFound: if there is no such system, or no such contract whose files are carried on.
        Conflict: if the code is taken, or files of the contract come in from the system already.
    """
    if not _CODE.fullmatch(code):
        raise BadInput(
            "The code cannot be used", where=Where(field="code"),
            fix="Use up to 100 small letters, digits and . _ - as in estates-buildings",
        )  # fmt: skip
    source = System.objects.filter(code=sender).first()
    if source is None:
        raise NotFound("No such system", where=Where(thing=sender), fix="Register it first")
    if contract not in carried_contracts():
        raise NotFound(
            "No contract of this name is in force whose files are carried on",
            where=Where(thing=contract), fix="See the contracts; it must have been accepted",
        )  # fmt: skip
    there = Route.to_register.filter(contract=contract, source=source).first()
    if there is not None:
        raise Conflict(
            f"Its files come in already, by route {there.code}", where=Where(thing=sender),
            fix="Send them by that route",
        )  # fmt: skip
    try:
        with transaction.atomic():
            Route.objects.create(code=code, contract=contract, source=source, owner=owner)
    except IntegrityError:
        raise Conflict(
            "A route has this code already", where=Where(thing=code, field="code"),
            fix="Choose another code",
        ) from None  # fmt: skip
    body = {"route": code, "contract": contract, "source": sender, "by": by}
    ledger().append_one("decisions", OPENED, f"route:hub:{code}", body)
