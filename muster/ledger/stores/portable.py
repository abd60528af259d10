"""What SQLite and PostgreSQL keep in the same way, in SQL that both understand.

Only a few things differ between them and are left to each store: how the head is locked, how many
rows are written at once, and how rows are asked for by many values.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from django.db import connection, transaction

from muster.kernel.errors import EvidenceBroken, Where
from muster.ledger.merkle import Frontier
from muster.ledger.port import (
    LOG_NUMBERS,
    AfterCommit,
    Checkpoint,
    LogName,
    Row,
    StoredKey,
    address_of,
    position_of,
)

_CHECKPOINT_PAGE = 500
_COLUMNS = "address, recorded, type, subject, key_id, leaf, sealed"
# Positions that fill at least a quarter of their range are read as a range.
_DENSE = 4
_KEYS_AT_ONCE = 500


class PortableStore:
    """The part of a store that both databases share."""

    def transaction(self, *, savepoint: bool = True) -> AbstractContextManager[None]:
        return transaction.atomic(savepoint=savepoint)

    def after_commit(self, action: AfterCommit) -> None:
        transaction.on_commit(action)

    def read_head(self, log: LogName) -> Frontier:
        found = self._all("SELECT size, peaks FROM ledger_head WHERE log = %s", [LOG_NUMBERS[log]])
        return frontier_of(log, found[0]) if found else Frontier()

    def write_head(
        self,
        log: LogName,
        tiles: Sequence[tuple[int, int, bytes]],
        frontier: Frontier,
        checkpoint: Checkpoint,
    ) -> None:
        """Store what one append changes besides its entries."""
        number = LOG_NUMBERS[log]
        with connection.cursor() as cursor:
            if tiles:
                cursor.executemany(
                    'INSERT INTO ledger_tile (log, level, "index", hash) VALUES (%s, %s, %s, %s)',
                    [(number, *tile) for tile in tiles],
                )
            cursor.execute(
                "INSERT INTO ledger_checkpoint (log, size, root, note) VALUES (%s, %s, %s, %s)",
                [number, checkpoint.size, checkpoint.root, checkpoint.note],
            )
            cursor.execute(
                "UPDATE ledger_head SET size = %s, peaks = %s WHERE log = %s",
                [frontier.size, frontier.to_bytes(), number],
            )

    def rows(self, log: LogName, start: int, limit: int) -> list[Row]:
        # Positions have no gaps, so a page is a range. Asked for it as such, a planner that knows
        # nothing yet about a fresh table cannot choose to sort the whole log for each page. Only
        # at the end of the log, or where entries were deleted, is there more to look for.
        found = self._range(
            address_of(log, start), min(address_of(log, start + limit), _end_of(log)), limit
        )
        if len(found) < limit:
            after = found[-1].address + 1 if found else address_of(log, start)
            found += self._range(after, _end_of(log), limit - len(found))
        return found

    def rows_at(self, log: LogName, positions: Sequence[int]) -> list[Row]:
        if not positions:
            return []
        first, last = positions[0], positions[-1]
        if last - first < _DENSE * len(positions):
            wanted = {address_of(log, position) for position in positions}
            found = self._range(address_of(log, first), address_of(log, last + 1), last - first + 1)
            return found if len(found) == len(wanted) else [
                row for row in found if row.address in wanted
            ]  # fmt: skip
        rows: list[Row] = []
        for place in range(0, len(positions), _KEYS_AT_ONCE):
            rows += self._rows_of(log, positions[place : place + _KEYS_AT_ONCE])
        return rows

    def _rows_of(self, log: LogName, positions: Sequence[int]) -> list[Row]:
        is_one, values = self._among([address_of(log, position) for position in positions])
        return self._entries(
            f"SELECT {_COLUMNS} FROM ledger_entry WHERE address {is_one}"  # noqa: S608
            " ORDER BY address",
            values,
        )

    @staticmethod
    def _among(values: Sequence[Any]) -> tuple[str, list[Any]]:
        """Return the condition that something is one of the values, and its parameters."""
        return f"IN ({', '.join(['%s'] * len(values))})", list(values)

    def _range(self, start: int, end: int, limit: int) -> list[Row]:
        return self._entries(
            f"SELECT {_COLUMNS} FROM ledger_entry"  # noqa: S608
            " WHERE address >= %s AND address < %s ORDER BY address LIMIT %s",
            [start, end, limit],
        )

    def _entries(self, sql: str, parameters: Sequence[Any]) -> list[Row]:
        """Return the entries that a statement selects."""
        return _rows_in(self._all(sql, parameters))

    def leaves(self, log: LogName, start: int, end: int) -> list[bytes]:
        found = self._all(
            "SELECT leaf FROM ledger_entry WHERE address >= %s AND address < %s ORDER BY address",
            [address_of(log, start), address_of(log, end)],
        )
        return [bytes(leaf) for (leaf,) in found]

    def tiles(self, log: LogName, level: int, start: int, end: int) -> list[bytes]:
        found = self._all(
            'SELECT hash FROM ledger_tile WHERE log = %s AND level = %s AND "index" >= %s'
            ' AND "index" < %s ORDER BY "index"',
            [LOG_NUMBERS[log], level, start, end],
        )
        return [bytes(node) for (node,) in found]

    def checkpoints(self, log: LogName) -> Iterator[Checkpoint]:
        size = 0
        while page := self._all(
            "SELECT size, root, note FROM ledger_checkpoint WHERE log = %s AND size > %s"
            " ORDER BY size LIMIT %s",
            [LOG_NUMBERS[log], size, _CHECKPOINT_PAGE],
        ):
            for size, root, note in page:
                yield Checkpoint(log, size, bytes(root), note)

    def latest_checkpoint(self, log: LogName) -> Checkpoint | None:
        found = self._all(
            "SELECT size, root, note FROM ledger_checkpoint WHERE log = %s"
            " ORDER BY size DESC LIMIT 1",
            [LOG_NUMBERS[log]],
        )
        return Checkpoint(log, found[0][0], bytes(found[0][1]), found[0][2]) if found else None

    def live_keys(self, scopes: Sequence[str]) -> dict[str, StoredKey]:
        is_one, values = self._among(scopes)
        found = self._all(
            f"SELECT id, scope, wrapped FROM ledger_key WHERE wrapped IS NOT NULL"  # noqa: S608
            f" AND scope {is_one}",
            values,
        )
        return {scope: StoredKey(key_id, scope, bytes(wrapped)) for key_id, scope, wrapped in found}

    def add_keys(self, wrapped: Mapping[str, bytes]) -> dict[str, StoredKey]:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO ledger_key (scope, wrapped) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                list(wrapped.items()),
            )
        return self.live_keys(list(wrapped))

    def keys(self, ids: Sequence[int]) -> dict[int, StoredKey]:
        if not ids:
            return {}
        is_one, values = self._among(ids)
        found = self._all(
            f"SELECT id, scope, wrapped FROM ledger_key WHERE id {is_one}",  # noqa: S608
            values,
        )
        return {
            key_id: StoredKey(key_id, scope, None if wrapped is None else bytes(wrapped))
            for key_id, scope, wrapped in found
        }

    def destroy_key(self, scope: str) -> StoredKey | None:
        key = self.live_keys([scope]).get(scope)
        if key is not None:
            with connection.cursor() as cursor:
                cursor.execute("UPDATE ledger_key SET wrapped = NULL WHERE id = %s", [key.id])
        return key

    def destroyed_keys(self) -> list[int]:
        return [key for (key,) in self._all("SELECT id FROM ledger_key WHERE wrapped IS NULL", [])]

    def positions_under(self, log: LogName, key_id: int) -> list[int]:
        found = self._all(
            "SELECT address FROM ledger_entry WHERE key_id = %s AND address >= %s"
            " AND address < %s ORDER BY address",
            [key_id, address_of(log, 0), _end_of(log)],
        )
        return [position_of(address) for (address,) in found]

    def blank(self, log: LogName, key_id: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE ledger_entry SET sealed = NULL, subject = '' WHERE key_id = %s"
                " AND address >= %s AND address < %s",
                [key_id, address_of(log, 0), _end_of(log)],
            )

    @staticmethod
    def _all(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found


def frontier_of(log: LogName, row: Sequence[Any]) -> Frontier:
    """Return the right edge of a log's tree from the size and the peaks that its head states.

    Raises:
        EvidenceBroken: if they cannot both be true.
    """
    try:
        return Frontier.from_bytes(row[0], bytes(row[1]))
    except ValueError:
        raise EvidenceBroken(
            "The head of the log is damaged",
            where=Where(thing=f"log {log}"),
            fix="Restore the database from a backup and have the log verified",
            command="muster ledger verify",
        ) from None


def _rows_in(found: Sequence[tuple[Any, ...]]) -> list[Row]:
    return [
        Row(
            address,
            recorded,
            kind,
            subject,
            key_id,
            bytes(leaf),
            None if sealed is None else bytes(sealed),
        )
        for address, recorded, kind, subject, key_id, leaf, sealed in found
    ]


def _end_of(log: LogName) -> int:
    """Return the first address after those of the log."""
    return address_of(log, 0) + (1 << 48)
