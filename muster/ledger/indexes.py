"""The port for rooms above that keep an index of a log, so that verification compares the two.

An index answers questions quickly and could be altered without touching the log. A room names its
class in its ``AppConfig`` as ``ledger_index``; ``muster ledger verify`` hands it every entry that
it has read and found sound.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol, cast

from django.apps import apps
from django.utils.module_loading import import_string

from muster.ledger.port import Entry, LogName


class Index(Protocol):
    """What a room remembers of the entries of one log."""

    log: LogName

    def last(self) -> int:
        """Return the largest position that it speaks of; -1 if it speaks of none."""
        ...

    def differing(
        self, start: int, end: int, entries: Sequence[Entry]
    ) -> Iterator[tuple[int, str]]:
        """Yield position and difference where the index does not say what the log says.

        Args:
            start: the first position of the range that was read.
            end: the one after its last.
            entries: the range's sound entries that are not erased, in order.
        """
        ...


def indexes_of(log: LogName) -> list[Index]:
    """Return the indexes that rooms keep of a log."""
    named = [getattr(room, "ledger_index", "") for room in apps.get_app_configs()]
    found = [cast("Index", import_string(name)()) for name in named if name]
    return [index for index in found if index.log == log]
