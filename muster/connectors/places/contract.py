"""What a place offers, whatever it lies on."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from muster.connectors.contract import Health


@dataclass(frozen=True)
class Held:
    """One file as a place lists it.

    Args:
        path: below the place, its parts joined by ``/``; no part leads anywhere else.
        size: in bytes as stated; it may lie.
        stamp: what changes when the file does, as far as the place can tell.
        why_not: why it cannot be taken, where the listing says so (a link).
    """

    path: str
    size: int
    stamp: str
    why_not: str | None = None


class Place(Protocol):
    """A folder with all below it. All but ``health`` and ``close`` may raise ``Unreachable``."""

    def health(self) -> Health:
        """Say whether the folder can be listed now. Never raises."""
        ...

    def files(self, besides: Collection[str] = ()) -> list[Held]:
        """Return all files by path, in order, but for those below the folders ``besides``.

        Raises:
            BadInput: if there are more than anybody means to send.
        """
        ...

    def read(self, path: str, most: int) -> bytes | None:
        """Return at most so many of a file's first bytes, or None if there is no such file."""
        ...

    def write(self, path: str, content: bytes) -> bool:
        """Put a file in place, whole or not at all; tell whether other bytes stood there before.

        Returns:
            False if the very same bytes were there already.
        """
        ...

    def move(self, path: str, to: str) -> None:
        """Give a file another path; what stood there is replaced."""
        ...

    def close(self) -> None:
        """Let the connection go."""
        ...
