"""The verbs of the ledger: append, read, prove, erase.

``Ledger`` joins a store (how rows are kept), a keyring (what signs and wraps) and a clock. It is
the same on SQLite, PostgreSQL and in memory; one conformance suite proves it.
"""

import datetime as dt
import json
import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, EvidenceBroken, NotFound, NotPermitted, Where
from muster.kernel.keys import Keyring
from muster.ledger import merkle
from muster.ledger.checkpoints import Witness, sign_checkpoint
from muster.ledger.cosigning import Cosigned
from muster.ledger.gathering import UNKNOWN, Appended, gathers
from muster.ledger.port import (
    LOG_NAMES,
    Checkpoint,
    Entry,
    LogName,
    NewEntry,
    Row,
    Store,
    StoredKey,
    position_of,
)
from muster.ledger.sealing import SALT_BYTES, ScopeKeys, seal, unseal

ERASED = "muster.ledger.body.erased.v1"
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_NAME_LIMIT = 500
# Characters that PostgreSQL or UTF-8 cannot hold.
_UNSTORABLE = re.compile("[\\x00\\ud800-\\udfff]")
# Erasure entries keep a key of their own: without them nobody could tell a lawful erasure from a
# theft, so erasing a month of a log must not take them along.
_ERASURES = "ledger:erasures"


@dataclass(frozen=True)
class Disclosed:
    """One entry with all that an outsider needs to check it; see ``proofs``.

    ``salted`` is salt and body; None where they are withheld.
    """

    row: Row
    salted: bytes | None
    path: list[bytes]
    checkpoint: Checkpoint


class Ledger:
    """The named logs of one Muster.

    Args:
        store: how entries are kept.
        keys: wraps scope keys and signs checkpoints.
        clock: stamps entries.
        witness: keeps the last checkpoint outside the store; what others cosigned stands beside.
    """

    def __init__(self, store: Store, *, keys: Keyring, clock: Clock, witness: Witness) -> None:
        self.store, self.keys, self.witness = store, keys, witness
        self.cosigned = Cosigned(witness.folder / "cosigned")
        self._clock = clock
        self._scopes = ScopeKeys(keys)

    def append(self, log: LogName, entries: Sequence[NewEntry]) -> Appended:
        """Append a batch in order, in the open transaction or one of its own.

        Call it last before the transaction commits: the head of the log stays locked until then.
        A transaction that appends to several logs does so in the order of ``LOG_NAMES``, as
        erasure does, so that no two wait for each other.

        Raises:
            BadInput: for an empty batch, or a type, subject or scope that is over 500 characters
                or holds one that cannot be stored.
        """
        self._check(log, entries)
        if gathers(log, entries):
            return Appended(UNKNOWN, UNKNOWN)
        now = self._clock.now()
        with self.store.transaction(savepoint=False):
            frontier = self.store.lock_head(log)
            start = frontier.size
            ciphers = self._ciphers_for(log, entries, now)
            rows = seal(log, start, _microseconds(now), entries, ciphers)
            tiles = frontier.append([row.leaf for row in rows])
            checkpoint = sign_checkpoint(log, frontier.size, frontier.root(), keys=self.keys)
            self.store.write(log, rows, tiles, frontier, checkpoint)
            self.store.after_commit(lambda: self.witness.keep(checkpoint))
        return Appended(start, frontier.size)

    def append_one(self, log: LogName, type: str, subject: str, body: object, **more: str) -> int:
        """Append one entry whose body is JSON; return its position."""
        encoded = json.dumps(body, sort_keys=True, default=str).encode()
        return self.append(log, [NewEntry(type, subject, encoded, **more)]).start

    def public_keys(self) -> list[bytes]:
        """Return the public keys, past and present, that sign checkpoints."""
        return [self.keys.public_key(key.id) for key in self.keys.all() if key.purpose == "signing"]

    def size(self, log: LogName) -> int:
        """Return the number of committed entries."""
        return self.store.read_head(log).size

    def read(self, log: LogName, start: int = 0, limit: int = 1000) -> list[Entry]:
        """Return up to ``limit`` committed entries from position ``start`` on, in order.

        A reader that continues after its last position sees every entry once: positions are
        given under the head's lock, so no smaller one can commit later.

        Raises:
            EvidenceBroken: if a body cannot be decrypted although it was not erased.
        """
        rows = self.store.rows(log, start, limit)
        keys = self.store.keys(sorted({row.key_id for row in rows}))
        return [self._entry(log, row, keys) for row in rows]

    def bodies(self, log: LogName, positions: Sequence[int]) -> list[bytes | None]:
        """Return the bodies of committed entries at rising positions; None for an erased one.

        Raises:
            EvidenceBroken: if an entry is missing, or its body does not decrypt.
        """
        rows = self.store.rows_at(log, positions)
        if len(rows) != len(positions):
            raise _broken(
                "Entries are missing", f"log {log}, positions {positions[0]} to {positions[-1]}"
            )
        ciphers = self.row_ciphers(rows)
        bodies: list[bytes | None] = []
        for row in rows:
            cipher = ciphers.get(row.key_id)
            salted = None if cipher is None or row.sealed is None else unseal(row, cipher)
            if salted is None:  # erased, erased just now, or broken
                again = self.read(log, position_of(row.address), 1)
                bodies.append(again[0].body)
            else:
                bodies.append(salted[SALT_BYTES:])
        return bodies

    def follow(self, log: LogName, start: int = 0, batch: int = 1000) -> Iterator[Entry]:
        """Yield every entry from ``start`` to the present end, in batches."""
        while page := self.read(log, start, batch):
            yield from page
            start = page[-1].position + 1

    def inclusion(self, log: LogName, position: int) -> Disclosed:
        """Return an entry with its proof under the latest checkpoint.

        Raises:
            EvidenceBroken: if what is kept of the log leads to another root than was signed.
            NotFound: if there is no such entry, or it was erased.
        """
        return self.inclusions(log, [position])[0]

    def inclusions(
        self, log: LogName, positions: Sequence[int], *, withheld: Set[int] = frozenset()
    ) -> list[Disclosed]:
        """Return entries with their proofs under one checkpoint, the latest.

        Args:
            log: of which log.
            positions: which entries, in any order.
            withheld: those whose salt and body are left out; they may be erased.

        Raises:
            EvidenceBroken: if what is kept of the log leads to another root than was signed.
            NotFound: if there is no such entry, or one that is not withheld was erased.
        """
        checkpoint = self.store.latest_checkpoint(log)
        subtree = self._subtree(log)
        found = []
        for position in positions:
            rows = self.store.rows(log, position, 1)
            # Entries appended since the checkpoint was read are beyond it.
            size = checkpoint.size if checkpoint is not None else 0
            if not rows or position_of(rows[0].address) != position or position >= size:
                where = Where(thing=f"log {log}, position {position}")
                raise NotFound("No such entry", where=where, fix="See the log's size")
            assert checkpoint is not None
            salted = None if position in withheld else self._salted(log, rows[0])
            path = merkle.inclusion_path(position, size, subtree)
            if not merkle.inclusion_holds(rows[0].leaf, position, size, path, checkpoint.root):
                raise _broken(
                    "The log does not lead from the entry to its signed root",
                    f"log {log}, position {position}",
                )
            found.append(Disclosed(rows[0], salted, path, checkpoint))
        return found

    def _salted(self, log: LogName, row: Row) -> bytes:
        """Return an entry's salt and body."""
        cipher = self._cipher(row, self.store.keys([row.key_id]))
        salted = None if cipher is None else unseal(row, cipher)
        if salted is None:
            raise NotFound(
                "The entry was erased or damaged",
                where=Where(thing=f"log {log}, position {position_of(row.address)}"),
                fix="Have the log verified", command="muster ledger verify",
            )  # fmt: skip
        return salted

    def consistency(self, log: LogName, old: int, new: int | None = None) -> list[bytes]:
        """Return the proof that the log of ``old`` entries is a prefix of the one of ``new``.

        ``new`` is the present size unless it is named.

        Raises:
            ValueError: unless 0 < old <= new <= size.
        """
        size = self.size(log)
        if new is not None and new > size:
            raise ValueError(f"the log has no {new} entries")
        return merkle.consistency_path(old, new or size, self._subtree(log))

    def erase(self, scope: str, *, reason: str, by: str) -> dict[LogName, int]:
        """Destroy the scope's key and every body under it; return the count erased by log.

        The leaves stay, so the tree still verifies. Each log that lost bodies gets a signed entry
        naming positions, reason and actor, by which verification knows the erasure was lawful.

        Raises:
            NotFound: if the scope has no key.
            NotPermitted: for the scope that erasure entries themselves are kept under.
        """
        if scope == _ERASURES:
            raise NotPermitted(
                "Erasure entries cannot be erased",
                where=Where(thing=scope),
                fix="Erase the scope of the entries that hold personal data",
            )
        erased: dict[LogName, int] = {}
        with self.store.transaction():
            for log in LOG_NAMES:
                self.store.lock_head(log)
            key = self.store.destroy_key(scope)
            if key is None:
                raise NotFound(
                    "Nothing is kept under this scope",
                    where=Where(thing=scope),
                    fix="Check the scope, or whether it was erased before",
                )
            for log in LOG_NAMES:
                positions = self.store.positions_under(log, key.id)
                if positions:
                    self.store.blank(log, key.id)
                    said = {"key": key.id, "positions": _spans(positions), "reason": reason}
                    self.append_one(log, ERASED, "", {**said, "by": by}, scope=_ERASURES)
                    erased[log] = len(positions)
        return erased

    def row_ciphers(self, rows: Sequence[Row]) -> dict[int, AESGCM | None]:
        """Return the rows' ciphers by key id; None for a key that was destroyed."""
        keys = self.store.keys(sorted({row.key_id for row in rows}))
        return {key_id: self._scopes.cipher(key) for key_id, key in keys.items()}

    def ciphers_of(self, scopes: Set[str]) -> dict[str, tuple[int, AESGCM]]:
        """Return key id and cipher of each scope, making keys for those that have none.

        Other rooms encrypt what belongs to a scope (a landing's exact bytes) with the same key,
        so that one erasure reaches all of it.
        """
        live = self.store.live_keys(sorted(scopes))
        missing = sorted(scopes - live.keys())
        if missing:
            live |= self.store.add_keys({scope: self._scopes.wrap_new(scope) for scope in missing})
        ciphers: dict[str, tuple[int, AESGCM]] = {}
        for scope, key in live.items():
            cipher = self._scopes.cipher(key)
            if cipher is None:
                raise _broken("A live key holds no secret", scope)
            ciphers[scope] = (key.id, cipher)
        return ciphers

    def cipher_by_id(self, key_id: int) -> AESGCM | None:
        """Return the cipher of a key; None once it was destroyed."""
        key = self.store.keys([key_id]).get(key_id)
        return None if key is None else self._scopes.cipher(key)

    def _check(self, log: LogName, entries: Sequence[NewEntry]) -> None:
        if not entries:
            raise BadInput(
                "Nothing to append", where=Where(thing=f"log {log}"), fix="Send at least one entry"
            )
        for entry in entries:
            kind, subject, _, scope = entry
            names = kind + subject + scope
            if len(names) > _NAME_LIMIT and max(map(len, (kind, subject, scope))) > _NAME_LIMIT:
                raise BadInput(
                    f"An entry's type, subject or scope is over {_NAME_LIMIT} characters",
                    where=Where(thing=f"log {log}"),
                    fix="Put the detail into the body",
                )
            if not names.isprintable() and _UNSTORABLE.search(names):
                raise BadInput(
                    "An entry's type, subject or scope holds a character that cannot be stored",
                    where=Where(thing=f"log {log}"),
                    fix="Take out null characters and halves of surrogate pairs",
                )

    def _ciphers_for(
        self, log: LogName, entries: Sequence[NewEntry], now: dt.datetime
    ) -> list[tuple[int, AESGCM]]:
        """Return key id and cipher for each entry, making keys for scopes that have none.

        Read inside the append's transaction, after the head was locked: an erasure takes the
        same lock, so nothing is ever encrypted under a key that has just been destroyed.
        """
        monthly = f"{log}:{now:%Y-%m}"
        ciphers = self.ciphers_of({entry.scope or monthly for entry in entries})
        return [ciphers[entry.scope or monthly] for entry in entries]

    def _cipher(self, row: Row, keys: dict[int, StoredKey]) -> AESGCM | None:
        key = keys.get(row.key_id)
        return None if key is None else self._scopes.cipher(key)

    def _entry(self, log: LogName, row: Row, keys: dict[int, StoredKey]) -> Entry:
        body = None
        if row.sealed is not None:
            cipher = self._cipher(row, keys)
            salted = None if cipher is None else unseal(row, cipher)
            if salted is None:
                now = self.store.rows(log, position_of(row.address), 1)
                if now and now[0].address == row.address and now[0].sealed is None:
                    return self._entry(log, now[0], keys)  # erased since the row was read
                raise _broken(
                    "An entry's body does not decrypt",
                    f"log {log}, position {position_of(row.address)}",
                )
            body = salted[SALT_BYTES:]
        return entry_of(log, row, body)

    def _subtree(self, log: LogName) -> merkle.SubtreeHash:
        """Return a reader of complete subtrees that uses leaves below 256 and tiles above.

        It reads 256 neighbours at once and remembers them: one proof asks for most of them. What
        lies right of an entry's own peak is in the head already.
        """
        blocks: dict[tuple[int, int], list[bytes]] = {}
        peaks = self.store.read_head(log).places()

        def read(level: int, index: int) -> bytes:
            if (level, index) in peaks:
                return peaks[level, index]
            base = level - level % merkle.TILE_BITS
            count = 1 << (level - base)
            first, within = divmod(index * count, merkle.TILE_SIZE)
            if (base, first) not in blocks:
                start, end = first * merkle.TILE_SIZE, (first + 1) * merkle.TILE_SIZE
                blocks[base, first] = (
                    self.store.leaves(log, start, end)
                    if base == 0
                    else self.store.tiles(log, base, start, end)
                )
            frontier = merkle.Frontier()
            frontier.append(blocks[base, first][within : within + count])
            return frontier.root()

        return read


def entry_of(log: LogName, row: Row, body: bytes | None) -> Entry:
    """Return the entry of a row with its decrypted body."""
    recorded_at = _EPOCH + dt.timedelta(microseconds=row.recorded)
    return Entry(log, position_of(row.address), recorded_at, row.type, row.subject, body)


def _broken(what: str, thing: str) -> EvidenceBroken:
    return EvidenceBroken(
        what, where=Where(thing=thing), fix="Have the log verified, and restore it from a backup",
        command="muster ledger verify",
    )  # fmt: skip


def _microseconds(instant: dt.datetime) -> int:
    return (instant - _EPOCH) // dt.timedelta(microseconds=1)


def _spans(positions: Sequence[int]) -> list[list[int]]:
    """Return sorted positions as [first, last] spans."""
    spans: list[list[int]] = []
    for position in positions:
        if spans and spans[-1][1] == position - 1:
            spans[-1][1] = position
        else:
            spans.append([position, position])
    return spans
