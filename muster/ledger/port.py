"""The ledger's vocabulary, and the port its stores implement.

Positions count from 0 and are leaf numbers of the log's tree. ``address`` packs log and position
into one integer, so that a store needs one index and appends always land at its end.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol, get_args

from muster.ledger.merkle import Frontier

LogName = Literal["exchange", "decisions", "access"]
LOG_NAMES: tuple[LogName, ...] = get_args(LogName)
LOG_NUMBERS: dict[LogName, int] = {name: i for i, name in enumerate(LOG_NAMES, start=1)}
_POSITION_BITS = 48


def address_of(log: LogName, position: int) -> int:
    """Return the integer under which a store keeps an entry."""
    return (LOG_NUMBERS[log] << _POSITION_BITS) + position


def position_of(address: int) -> int:
    """Return the position within its log of an entry kept under ``address``."""
    return address & ((1 << _POSITION_BITS) - 1)


class NewEntry(NamedTuple):
    """What a verb asks to be recorded.

    ``type`` reads ``muster.<room>.<noun>.<past verb>.v<N>``; ``subject`` is ``kind:system:id``.
    ``scope`` names what the body's key is for (a landing, a person): erasing the scope destroys
    the key and every body under it. Without one, the log's key of the month is used.
    """

    type: str
    subject: str
    body: bytes
    scope: str = ""


@dataclass(frozen=True)
class Entry:
    """One recorded entry. ``body`` is None once it was lawfully erased."""

    log: LogName
    position: int
    recorded_at: dt.datetime
    type: str
    subject: str
    body: bytes | None


class Row(NamedTuple):
    """An entry as a store keeps it. ``recorded`` is microseconds since 1970 UTC."""

    address: int
    recorded: int
    type: str
    subject: str
    key_id: int
    leaf: bytes
    sealed: bytes | None


class Checkpoint(NamedTuple):
    """A signed statement of a log's size and root, as a C2SP signed note."""

    log: LogName
    size: int
    root: bytes
    note: str


class StoredKey(NamedTuple):
    """The wrapped key of a scope; ``wrapped`` is None once it was destroyed."""

    id: int
    scope: str
    wrapped: bytes | None


class Store(Protocol):
    """How one kind of database keeps logs. Every method but ``transaction`` runs inside one.

    The conformance suite in ``tests/contract/test_ledger_stores.py`` states what each must do.
    """

    def transaction(self, *, savepoint: bool = True) -> AbstractContextManager[None]:
        """Begin a write transaction, or join the one that is open.

        Without a savepoint, a failure leaves nothing that the one that was open could go on with.
        """
        ...

    def after_commit(self, action: "AfterCommit") -> None:
        """Run ``action`` once the open transaction has committed; never if it rolls back."""
        ...

    def lock_head(self, log: LogName) -> Frontier:
        """Return the log's frontier and keep other appenders out until the transaction ends."""
        ...

    def read_head(self, log: LogName) -> Frontier:
        """Return the log's committed frontier without waiting for anybody."""
        ...

    def write(
        self,
        log: LogName,
        rows: Sequence[Row],
        tiles: Sequence[tuple[int, int, bytes]],
        frontier: Frontier,
        checkpoint: Checkpoint,
    ) -> None:
        """Store the entries, completed tiles, new head and signed checkpoint of one append."""
        ...

    def rows(self, log: LogName, start: int, limit: int) -> list[Row]:
        """Return up to ``limit`` committed rows from position ``start`` on, in order."""
        ...

    def rows_at(self, log: LogName, positions: Sequence[int]) -> list[Row]:
        """Return the committed rows there are at rising positions, in order."""
        ...

    def leaves(self, log: LogName, start: int, end: int) -> list[bytes]:
        """Return the leaf hashes there are of positions ``start`` to ``end`` (excluded)."""
        ...

    def tiles(self, log: LogName, level: int, start: int, end: int) -> list[bytes]:
        """Return the hashes there are of tiles ``start`` to ``end`` (excluded) of ``level``."""
        ...

    def checkpoints(self, log: LogName) -> Iterator[Checkpoint]:
        """Yield every checkpoint of the log by size."""
        ...

    def latest_checkpoint(self, log: LogName) -> Checkpoint | None:
        """Return the checkpoint of the largest size; None for an empty log."""
        ...

    def live_keys(self, scopes: Sequence[str]) -> dict[str, StoredKey]:
        """Return the undestroyed keys of the scopes that have one."""
        ...

    def add_keys(self, wrapped: Mapping[str, bytes]) -> dict[str, StoredKey]:
        """Store a key for each scope; return the live ones, where another process was first its."""
        ...

    def keys(self, ids: Sequence[int]) -> dict[int, StoredKey]:
        """Return keys by id, destroyed ones included."""
        ...

    def destroy_key(self, scope: str) -> StoredKey | None:
        """Destroy the scope's live key; return it as it was, None when there is none."""
        ...

    def destroyed_keys(self) -> list[int]:
        """Return the ids of keys that were destroyed."""
        ...

    def positions_under(self, log: LogName, key_id: int) -> list[int]:
        """Return the positions whose body the key encrypts, in order."""
        ...

    def blank(self, log: LogName, key_id: int) -> None:
        """Remove body and subject of every entry under the key; the leaves stay."""
        ...


class AfterCommit(Protocol):
    """Something to do once a transaction has committed."""

    def __call__(self) -> object: ...
