"""Entries that are gathered while a verb calls other verbs, and appended as one at its end.

The head of a log is locked until its transaction commits, so it is locked last: after whatever the
verbs append to logs that come before it in ``LOG_NAMES``.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from muster.ledger.port import LogName, NewEntry

UNKNOWN = -1
"""The position of an entry that is gathered and not appended yet."""
_gathered: ContextVar[tuple[LogName, list[NewEntry]] | None] = ContextVar("gathered", default=None)


class Appended(NamedTuple):
    """Where a batch landed: its first position, and the one after its last."""

    start: int
    end: int


def gathers(log: LogName, entries: Sequence[NewEntry]) -> bool:
    """Take entries, if those of a log are being gathered; tell whether they are."""
    found = _gathered.get()
    if found is None or found[0] != log:
        return False
    found[1].extend(entries)
    return True


@contextmanager
def together(log: LogName, append: Callable[[LogName, list[NewEntry]], Appended]) -> Iterator[None]:
    """Let what is appended to a log within the block be one append at its end.

    Within the block positions are ``UNKNOWN``. A block that raises appends nothing; its transaction
    must not commit. Whoever goes on after an error within the block must know that nothing was
    appended before that error.

    Args:
        log: which log.
        append: appends what was gathered.
    """
    if _gathered.get() is not None:
        yield
        return
    entries: list[NewEntry] = []
    token = _gathered.set((log, entries))
    try:
        yield
    finally:
        _gathered.reset(token)
    if entries:
        append(log, entries)
