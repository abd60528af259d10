"""Registering a system that sends or receives.

For integrators. A system is named by a code that never changes: senders name it in each message,
agreements name it as a side. Who owns it decides who may sign for it, so that is said at once.
"""

import re
import uuid

from django.db import IntegrityError, transaction

from muster.hub.models import System
from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, Conflict, NotFound, Where
from muster.ledger.current import ledger

ADDED = "muster.hub.system.added.v1"
LONGEST_CODE, LONGEST_TITLE, LONGEST_KIND = 100, 200, 40
_CODE = re.compile(r"[a-z0-9][a-z0-9:._-]*")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f]")
# What agreements call the register, and what addresses beside the systems are called.
_TAKEN = ("register", "add")


@transaction.atomic
def add_system(
    *, code: str, title: str, kind: str, employer: uuid.UUID | None, by: str, clock: Clock
) -> None:
    """Register a system.

    Args:
        code: names it for good, such as ``payroll:weir``.
        title: what people call it.
        kind: what it is, in a word or two, such as ``payroll``.
        employer: who owns it, and so signs for it; None for the service's own.
        by: who registers it.
        clock: stamps the entry.

    Raises:
        BadInput: naming what cannot be used.
        Conflict: if the code is taken.
    """
    title, kind = title.strip(), kind.strip()
    if not _CODE.fullmatch(code) or len(code) > LONGEST_CODE or code in _TAKEN:
        raise BadInput(
            "The code cannot be used", where=Where(field="code"),
            fix=f"Use up to {LONGEST_CODE} small letters, digits and : . _ - as in payroll:weir",
        )  # fmt: skip
    _named("title", title, LONGEST_TITLE, "Say what people call the system")
    _named("kind", kind, LONGEST_KIND, "Say what the system is, such as payroll")
    try:
        with transaction.atomic():
            System.objects.create(code=code, title=title, kind=kind, employer=employer)
    except IntegrityError:
        raise Conflict(
            "A system has this code already", where=Where(thing=code, field="code"),
            fix="Use that system, or choose another code",
        ) from None  # fmt: skip
    body = {"title": title, "kind": kind, "employer": employer and str(employer), "by": by}
    ledger().append_one("decisions", ADDED, f"system:hub:{code}", body)


def system_named(code: str, field: str) -> System:
    """Return a system.

    Raises:
        NotFound: if there is none; ``field`` is where the code stood.
    """
    found = System.objects.filter(code=code).first()
    if found is None:
        raise NotFound(
            "No such system", where=Where(thing=code, field=field), fix="Register the system first"
        )
    return found


def _named(field: str, said: str, longest: int, fix: str) -> None:
    if not said or len(said) > longest or _UNSEEN.search(said):
        raise BadInput(
            "Nothing is said, or what cannot be kept", where=Where(field=field),
            fix=f"{fix}, in up to {longest} characters",
        )  # fmt: skip
