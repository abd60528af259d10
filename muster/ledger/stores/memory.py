"""Logs in memory: the port's public fake, held to the same conformance suite.

For unit tests of rooms above. A rolled-back transaction leaves no trace, as in a database.
"""

import copy
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from muster.ledger.merkle import Frontier
from muster.ledger.port import AfterCommit, Checkpoint, LogName, Row, StoredKey, position_of


@dataclass
class _Content:
    heads: dict[LogName, Frontier] = field(default_factory=dict)
    rows: dict[LogName, list[Row]] = field(default_factory=dict)
    tiles: dict[tuple[LogName, int], dict[int, bytes]] = field(default_factory=dict)
    checkpoints: dict[LogName, list[Checkpoint]] = field(default_factory=dict)
    keys: dict[int, StoredKey] = field(default_factory=dict)


class MemoryStore:
    """The in-memory store."""

    def __init__(self) -> None:
        self._content = _Content()
        self._depth = 0
        self._after: list[AfterCommit] = []

    @contextmanager
    def transaction(self, *, savepoint: bool = True) -> Iterator[None]:
        before, waiting = copy.deepcopy(self._content), len(self._after)
        self._depth += 1
        try:
            yield
        except BaseException:
            self._content = before
            del self._after[waiting:]
            raise
        finally:
            self._depth -= 1
        if self._depth == 0:
            after, self._after = self._after, []
            for action in after:
                action()

    def after_commit(self, action: AfterCommit) -> None:
        self._after.append(action)

    def lock_head(self, log: LogName) -> Frontier:
        return copy.deepcopy(self._content.heads.get(log, Frontier()))

    read_head = lock_head

    def write(
        self,
        log: LogName,
        rows: Sequence[Row],
        tiles: Sequence[tuple[int, int, bytes]],
        frontier: Frontier,
        checkpoint: Checkpoint,
    ) -> None:
        self._content.rows.setdefault(log, []).extend(rows)
        for level, index, node in tiles:
            self._content.tiles.setdefault((log, level), {})[index] = node
        self._content.heads[log] = copy.deepcopy(frontier)
        self._content.checkpoints.setdefault(log, []).append(checkpoint)

    def rows(self, log: LogName, start: int, limit: int) -> list[Row]:
        kept = self._content.rows.get(log, [])
        return [row for row in kept if position_of(row.address) >= start][:limit]

    def rows_at(self, log: LogName, positions: Sequence[int]) -> list[Row]:
        wanted = set(positions)
        kept = self._content.rows.get(log, [])
        return [row for row in kept if position_of(row.address) in wanted]

    def leaves(self, log: LogName, start: int, end: int) -> list[bytes]:
        return [row.leaf for row in self._content.rows.get(log, [])[start:end]]

    def tiles(self, log: LogName, level: int, start: int, end: int) -> list[bytes]:
        kept = self._content.tiles.get((log, level), {})
        return [kept[index] for index in range(start, end) if index in kept]

    def checkpoints(self, log: LogName) -> Iterator[Checkpoint]:
        yield from self._content.checkpoints.get(log, [])

    def latest_checkpoint(self, log: LogName) -> Checkpoint | None:
        kept = self._content.checkpoints.get(log)
        return kept[-1] if kept else None

    def live_keys(self, scopes: Sequence[str]) -> dict[str, StoredKey]:
        return {
            key.scope: key
            for key in self._content.keys.values()
            if key.scope in scopes and key.wrapped is not None
        }

    def add_keys(self, wrapped: Mapping[str, bytes]) -> dict[str, StoredKey]:
        live = self.live_keys(list(wrapped))
        for scope in wrapped.keys() - live.keys():
            key = StoredKey(len(self._content.keys) + 1, scope, wrapped[scope])
            self._content.keys[key.id] = live[scope] = key
        return live

    def keys(self, ids: Sequence[int]) -> dict[int, StoredKey]:
        return {
            key_id: self._content.keys[key_id] for key_id in ids if key_id in self._content.keys
        }

    def destroy_key(self, scope: str) -> StoredKey | None:
        key = self.live_keys([scope]).get(scope)
        if key is not None:
            self._content.keys[key.id] = key._replace(wrapped=None)
        return key

    def destroyed_keys(self) -> list[int]:
        return [key.id for key in self._content.keys.values() if key.wrapped is None]

    def positions_under(self, log: LogName, key_id: int) -> list[int]:
        kept = self._content.rows.get(log, [])
        return [position_of(row.address) for row in kept if row.key_id == key_id]

    def blank(self, log: LogName, key_id: int) -> None:
        kept = self._content.rows.get(log, [])
        for i, row in enumerate(kept):
            if row.key_id == key_id:
                kept[i] = row._replace(sealed=None, subject="")
