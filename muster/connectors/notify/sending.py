"""Handing over notices that wait, and asking what became of them: the same for every room.

A room keeps its notices as rows of its own table, written in the transaction of what they tell of;
its worker comes here. What the service cannot take now is tried again, later each time; what it
will never take has failed, and stays to be seen.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from muster.connectors.notify.connector import Notify
from muster.connectors.notify.contract import Notifier, NotSent, Parcel
from muster.kernel.clock import Clock
from muster.kernel.settings import Settings

MOST_ATTEMPTS, AT_ONCE = 12, 200
_FIRST_PAUSE, _LONGEST_PAUSE = 30, 6 * 3600


class Row(Protocol):
    """A notice as a room keeps it; ``state`` goes from waiting to sent, delivered or failed."""

    state: Any
    attempts: Any
    retry_at: Any
    settled_at: Any
    service_id: Any
    said: Any

    def save(self) -> None:
        """Keep what was noted."""
        ...


R = TypeVar("R", bound=Row)


@contextmanager
def service_of(settings: Settings, *, clock: Clock) -> Iterator[Notifier | None]:
    """Yield the notification service that settings name; None where none is set up.

    Raises:
        BadInput: naming a setting of the service that cannot be used.
    """
    if not settings.notify_url:
        yield None
        return
    notifier = Notify(
        {"url": settings.notify_url, "key": settings.notify_key,
         "templates": settings.notify_templates, "local": "" if settings.in_production else "yes"},
        clock=clock,
    )  # fmt: skip
    try:
        yield notifier
    finally:
        notifier.close()


def send_each(
    notifier: Notifier, rows: Iterable[R], parcel_of: Callable[[R], Parcel],
    emptied: Callable[[R], None], *, now: dt.datetime,
) -> int:  # fmt: skip
    """Hand rows over; return how many were taken.

    Args:
        notifier: the service.
        rows: the notices that are due, the oldest first.
        parcel_of: makes the parcel of a row; it raises NotSent where there is nobody to send it to.
        emptied: takes out of a row that was taken what nobody needs any more.
        now: the present instant.
    """
    sent = 0
    for one in rows:
        try:
            one.service_id = notifier.send(parcel_of(one))
        except NotSent as problem:
            _note_failure(one, problem, now)
            one.save()
            if problem.all_wait:
                break
        else:
            one.state, one.said, one.settled_at, sent = "sent", "", now, sent + 1
            emptied(one)
            one.save()
    return sent


def _note_failure(one: Row, problem: NotSent, now: dt.datetime) -> None:
    one.attempts, one.said = one.attempts + 1, problem.said[:200]
    one.retry_at = again_at(problem, one.attempts, now)
    if one.retry_at is None:
        one.state, one.settled_at = "failed", now


def again_at(problem: NotSent, attempts: int, now: dt.datetime) -> dt.datetime | None:
    """Return when a notice is tried again after so many attempts; None for never."""
    if not problem.again or attempts >= MOST_ATTEMPTS:
        return None
    pause = min(_FIRST_PAUSE * 2 ** (attempts - 1), _LONGEST_PAUSE)
    return now + dt.timedelta(seconds=max(pause, problem.retry_after or 0))


def settle_each(notifier: Notifier, rows: Iterable[Row], *, now: dt.datetime) -> int:
    """Ask what became of notices that were sent; return how many are settled now."""
    settled = 0
    for one in rows:
        try:
            status = notifier.status(one.service_id)
        except NotSent:
            return settled
        if status in ("delivered", "failed"):
            one.state, one.settled_at = status, now
            one.save()
            settled += 1
    return settled
