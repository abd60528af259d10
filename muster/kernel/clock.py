"""Time as an argument: nothing in Muster reads the system's clock in the middle of its work.

Verbs take a ``Clock``; pages and commands pass ``SYSTEM_CLOCK``, tests a ``FixedClock``.
"""

import datetime as dt
from typing import Protocol


class Clock(Protocol):
    """Tells the present instant."""

    def now(self) -> dt.datetime:
        """Return the present instant, aware, in UTC."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)


class FixedClock:
    """A clock that stands still until it is moved; for tests and replays.

    Raises:
        ValueError: if the instant carries no time zone.
    """

    def __init__(self, instant: dt.datetime) -> None:
        if instant.tzinfo is None:
            raise ValueError("a clock's instant needs a time zone")
        self._instant = instant.astimezone(dt.UTC)

    def now(self) -> dt.datetime:
        return self._instant

    def move(self, by: dt.timedelta) -> None:
        """Move the clock by ``by`` (forwards, or backwards as a badly set server would)."""
        self._instant += by


SYSTEM_CLOCK = SystemClock()
