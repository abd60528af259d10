"""Corrected rows that go on later, with the worker: a page waits for some rows, not for 100,000.

A landing is marked in the transaction that keeps corrections, so a crash forgets none. Which of
its rows are still to be worked through needs no list: whoever works a row through, and finds it
wrong still, writes it to quarantine anew, behind the mark.
"""

import logging
from collections.abc import Callable

from django.db import transaction
from django.db.models import Max

from muster.hub.batch import hold_routes
from muster.hub.landing import Read, why_not
from muster.hub.mending.places import layout_named
from muster.hub.mending.releasing import release_rows
from muster.hub.mending.waiting import standing
from muster.hub.models import CellFix, Landing, QuarantinedRow
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.kernel.errors import MusterError

# What an accepted landing waits for: corrected rows in quarantine up to this number.
_MARK = "mending:"
_log = logging.getLogger(__name__)


def remember(landing: Landing) -> None:
    """Mark that corrected rows are to be worked through; in the transaction that keeps them."""
    last = QuarantinedRow.objects.filter(landing=landing).aggregate(last=Max("id"))["last"]
    if last is not None:
        Landing.objects.filter(id=landing.id).update(waits_for=f"{_MARK}{last}")


def rows_left(landing: Landing) -> set[int]:
    """Return the numbers of corrected rows that nobody has worked through since."""
    mark = Landing.objects.values_list("waits_for", flat=True).get(id=landing.id)
    if not mark.startswith(_MARK):
        return set()
    through = int(mark.removeprefix(_MARK))
    waiting = QuarantinedRow.objects.filter(landing=landing, id__lte=through)
    corrected = CellFix.objects.filter(landing=landing)
    return set(waiting.values_list("row", flat=True)) & set(corrected.values_list("row", flat=True))


@transaction.atomic
def forget(landing: Landing, *, whatever: bool = False) -> None:
    """Take the mark away once no row is left, or ``whatever`` is left."""
    hold_routes({landing.route_id} if landing.route_id else set())
    if whatever or not rows_left(landing):
        marked = Landing.objects.filter(id=landing.id, waits_for__startswith=_MARK)
        marked.update(waits_for="")


def carry_on(read: Read, *, clock: Clock, stop: Callable[[], bool]) -> int:
    """Let corrected rows go on that nobody has worked through yet; return how many did.

    Args:
        read: reads the bytes of landings.
        clock: stamps the evidence.
        stop: asked after each part of a landing; the rest stays for another time.
    """
    went_on = 0
    marked = standing(None).filter(waits_for__startswith=_MARK)
    for landing in marked.order_by("received_at", "id"):
        if stop():
            break
        try:
            went_on += _go_on(landing, read, clock, stop)
        except MusterError as problem:
            # Its rows wait in quarantine as before, corrections in place.
            _log.warning("corrected rows of feed %s could not go on: %s", landing.id, problem.what)
            forget(landing, whatever=True)
    return went_on


def _go_on(landing: Landing, read: Read, clock: Clock, stop: Callable[[], bool]) -> int:
    """Work the rows that are left through, in the name of whoever corrected each last.

    What may not flow now keeps nobody else's rows waiting: it is left, marked, for another time.
    """
    layout, today = layout_named(landing.layout), legal_day(clock.now())
    if layout is None or landing.route is None or why_not(landing.route, layout, today):
        return 0
    made = CellFix.objects.filter(landing=landing).order_by("fixed_at", "id")
    last = dict(made.values_list("row", "fixed_by"))
    went_on = 0
    for by in sorted({last[row] for row in rows_left(landing)}):
        rows = {row for row, who in last.items() if who == by}
        wanted = lambda one, rows=rows: rows_left(one) & rows  # noqa: E731
        went_on += release_rows(landing, wanted, read, by=by, clock=clock, stop=stop)
        if stop():
            break
    forget(landing)
    return went_on
