"""Agreements that are about to end: both sides are warned 90, 30 and 7 days before, once each.

An agreement that ends stops everything that flows under it on that day, so its owners must know in
time to amend it. The worker looks every minute, beside late feeds; pages tell what ends soon even
where no worker runs.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from muster.hub.agreements.queries import AgreementView, agreements
from muster.hub.agreements.rules import WARNINGS, warning_due
from muster.hub.models import Agreement, AgreementWarning
from muster.hub.standing import terms_of
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.ledger.current import ledger

EXPIRING = "muster.hub.agreement.expiring.v1"
# Agreements that ended so lately are still told: what flowed under them stands still.
_SINCE = dt.timedelta(days=30)
_FIRST = dt.timedelta(days=max(WARNINGS))


@dataclass(frozen=True)
class Expiry:
    """An agreement that ends soon, or ended lately: in how many days (0 or less: it is over).

    ``warned`` says when each warning was raised, by how many days before the end it was due.
    """

    agreement: AgreementView
    ends: dt.date
    left: int
    warned: tuple[tuple[int, dt.datetime], ...]

    @property
    def level(self) -> int:
        """The warning in force: 90, 30 or 7; 0 once it is over."""
        return 0 if self.left <= 0 else min(days for days in WARNINGS if self.left <= days)


@transaction.atomic
def raise_warnings(*, clock: Clock) -> tuple[str, ...]:
    """Raise the warnings that are due now; return the agreements' names.

    Several workers may ask at once: each warning is raised once.
    """
    now = clock.now()
    today = legal_day(now)
    near = Agreement.objects.filter(
        ends__gt=today, ends__lte=today + _FIRST, ended_on__isnull=True
    ).select_related("sender")
    known = set(
        AgreementWarning.objects.filter(agreement__in=near).values_list("agreement", "ends", "days")
    )
    raised = []
    for row in near.order_by("code"):
        days, terms = warning_due(row.ends, today), terms_of(row)
        if row.ends is None or days is None or (row.id, row.ends, days) in known:
            continue
        if terms is None or terms.unsigned:
            continue
        _, fresh = AgreementWarning.objects.get_or_create(
            agreement=row, ends=row.ends, days=days, defaults={"raised_at": now}
        )
        if fresh:
            body = {"ends": str(row.ends), "days": days}
            ledger().append_one("decisions", EXPIRING, f"agreement:hub:{row.code}", body)
            raised.append(row.code)
    return tuple(raised)


def expiring(*, on: dt.date, employer: uuid.UUID | None = None) -> tuple[Expiry, ...]:
    """Return the agreements that end within 90 days or ended lately, the most urgent first.

    Only those with a system of this employer if given. Those that a side ended are not among them.
    """
    near = Q(ends__gt=on - _SINCE, ends__lte=on + _FIRST)
    codes = set(
        Agreement.objects.filter(near, ended_on__isnull=True).values_list("code", flat=True)
    )
    if not codes:
        return ()
    rows = AgreementWarning.objects.filter(agreement__code__in=codes).order_by("raised_at")
    warned: dict[tuple[str, dt.date], list[tuple[int, dt.datetime]]] = {}
    for row in rows.select_related("agreement"):
        warned.setdefault((row.agreement.code, row.ends), []).append((row.days, row.raised_at))
    found = [
        Expiry(one, one.ends, (one.ends - on).days, tuple(warned.get((one.code, one.ends), ())))
        for one in agreements(on=on, employer=employer)
        if one.code in codes and one.ends is not None and one.state != "unsigned"
    ]
    return tuple(sorted(found, key=lambda one: (one.ends, one.agreement.code)))
