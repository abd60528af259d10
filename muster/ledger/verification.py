"""Verification: reads a whole log and names every place where the evidence does not hold.

What is checked, and what each check finds:

* each entry decrypts and hashes to its stored leaf: a flipped byte in body, time, type, subject;
* positions follow each other without a gap: a deleted entry;
* a leaf holds its own position: two entries that changed places;
* the tree over the leaves gives each checkpoint's root, and its signature holds: an entry that
  was replaced together with its leaf;
* head, last checkpoint and the note kept outside the database agree on the size: a truncated log;
* checkpoints that outside witnesses cosigned, or that somebody kept and hands in, have the tree's
  roots: a log that was written anew;
* a body is missing only where a signed erasure entry says so;
* what rooms above keep as an index of the log says what the entries say (``indexes``).

Appends and erasures may go on meanwhile. What is verified is the log as its head stood at the
beginning; what contradicts that is a fault only if the head as it stands afterwards cannot
explain it either, because entries, head and checkpoint of one append become visible together.
"""

import heapq
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from muster.kernel.errors import EvidenceBroken
from muster.ledger import merkle
from muster.ledger.checkpoints import signature_holds
from muster.ledger.indexes import Index
from muster.ledger.logs import ERASED, Ledger, entry_of
from muster.ledger.port import Checkpoint, Entry, LogName, Row, position_of
from muster.ledger.sealing import SALT_BYTES, leaf_data, unseal

_BATCH = 2000
_SHOWN = 20


@dataclass(frozen=True)
class Fault:
    """One place where a log does not hold. ``position`` is None where the log as a whole fails."""

    log: LogName
    position: int | None
    what: str

    def __str__(self) -> str:
        place = "the log as a whole" if self.position is None else f"position {self.position}"
        return f"log {self.log}, {place}: {self.what}"


@dataclass
class Report:
    """What verification of one log found. ``faults`` holds the first twenty."""

    log: LogName
    entries: int = 0
    erased: int = 0
    checkpoints: int = 0
    faults: list[Fault] = field(default_factory=list)
    fault_count: int = 0

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return self.fault_count == 0

    def add(self, position: int | None, what: str) -> None:
        """Record a fault."""
        self.fault_count += 1
        if len(self.faults) < _SHOWN:
            self.faults.append(Fault(self.log, position, what))


def verify(
    ledger: Ledger,
    log: LogName,
    *,
    kept: Sequence[Checkpoint] = (),
    indexes: Sequence[Index] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Return what is sound and what is not in one log.

    Args:
        ledger: the ledger to read.
        log: the log to verify.
        kept: checkpoints that somebody outside kept, which the log must continue.
        indexes: what rooms above keep as an index of the log; see ``indexes_of``.
        progress: called with entries read and the log's size after each batch.
    """
    of_this = [checkpoint for checkpoint in kept if checkpoint.log == log]
    return _Verification(ledger, log, of_this, indexes, progress).run()


class _Verification:
    def __init__(
        self,
        ledger: Ledger,
        log: LogName,
        kept: Sequence[Checkpoint],
        indexes: Sequence[Index],
        progress: Callable[[int, int], None] | None,
    ) -> None:
        self._ledger, self._log, self._kept, self._progress = ledger, log, kept, progress
        self._indexes = indexes
        self._report = Report(log)
        self._frontier = merkle.Frontier()
        self._blank: list[int] = []
        self._excused: list[tuple[int, int]] = []
        self._public_keys = ledger.public_keys()
        self._sound_to = self._compared = 0
        self._sound: list[Entry] = []

    def run(self) -> Report:
        marks = self._marks()
        mark = next(marks, None)  # reads the outside note, which must never be ahead of the head
        try:
            head = self._ledger.store.read_head(self._log)
        except EvidenceBroken:
            self._report.add(None, "the head of the log is damaged, so nothing can be checked")
            return self._report
        for row, cipher in self._rows(head.size):
            leaf = self._check(row, cipher)
            mark = self._pass_marks(mark, marks)
            self._frontier.append([leaf])
        self._compare(head.size)
        mark = self._pass_marks(mark, marks)
        spoken_of = [index.last() for index in self._indexes]
        now = self._check_end(head, mark)
        for last in spoken_of:
            if last >= now:
                self._report.add(last, "an index speaks of an entry beyond the end of the log")
        if not all(map(self._is_excused, self._blank)):
            self._read_erasures(head.size, now)
        for position in self._blank:
            if not self._is_excused(position):
                self._report.add(position, "its body is missing and no erasure entry says why")
        self._report.erased = len(self._blank)
        return self._report

    def _marks(self) -> Iterator[Checkpoint]:
        """Yield signed checkpoints, the log's own and those kept outside, by size."""
        outside = list(self._kept)
        try:
            outside += filter(None, [self._ledger.witness.kept(self._log)])
        except EvidenceBroken:
            self._report.add(None, "the checkpoint note kept outside the database is damaged")
        try:
            outside += self._ledger.cosigned.all(self._log)
        except EvidenceBroken:
            self._report.add(None, "a checkpoint that a witness cosigned is damaged")
        outside.sort(key=lambda one: one.size)
        return heapq.merge(
            outside, self._ledger.store.checkpoints(self._log), key=lambda one: one.size
        )

    def _rows(self, size: int) -> Iterator[tuple[Row, AESGCM | None]]:
        position = 0
        while rows := self._ledger.store.rows(self._log, position, _BATCH):
            ciphers = self._ledger.row_ciphers(rows)
            for row in rows:
                found = position_of(row.address)
                if found >= size:
                    return
                if found != position:
                    self._report.add(
                        position, f"missing: the next entry stands at position {found}"
                    )
                    position = found
                yield row, ciphers.get(row.key_id)
                position += 1
            self._compare(position)
            if self._progress is not None:
                self._progress(position, size)

    def _check(self, row: Row, cipher: AESGCM | None) -> bytes:
        """Check one entry against its leaf; return the stored leaf."""
        position, report = position_of(row.address), self._report
        report.entries += 1
        if row.sealed is None or (cipher is None and self._was_blanked(position)):
            self._blank.append(position)
            return row.leaf
        if cipher is None:
            report.add(position, "its key is missing, so its body cannot be read")
            return row.leaf
        salted = unseal(row, cipher)
        if salted is None:
            report.add(position, "its encrypted body was changed")
            return row.leaf
        data = leaf_data(self._log, position, row.recorded, row.type, row.subject, salted)
        if merkle.leaf_hash(data) != row.leaf:
            report.add(position, "the entry does not match its leaf: a field or its place changed")
            return row.leaf
        if row.type == ERASED:
            said = json.loads(salted[SALT_BYTES:])
            self._excused += [(first, last) for first, last in said["positions"]]
        if self._indexes:
            self._sound.append(entry_of(self._log, row, salted[SALT_BYTES:]))
        return row.leaf

    def _compare(self, end: int) -> None:
        """Let every index be compared with the sound entries that were read since last time."""
        for index in self._indexes:
            for position, what in index.differing(self._compared, end, self._sound):
                self._report.add(position, what)
        self._compared, self._sound = end, []

    def _was_blanked(self, position: int) -> bool:
        """Tell whether an erasure removed the body after its row was read."""
        now = self._ledger.store.rows(self._log, position, 1)
        return bool(now) and position_of(now[0].address) == position and now[0].sealed is None

    def _is_excused(self, position: int) -> bool:
        return any(first <= position <= last for first, last in self._excused)

    def _read_erasures(self, start: int, end: int) -> None:
        """Learn of the erasures that were recorded while the log was being read."""
        for entry in self._ledger.follow(self._log, start):
            if entry.position >= end:
                return
            if entry.type == ERASED and entry.body is not None:
                self._excused += [
                    (first, last) for first, last in json.loads(entry.body)["positions"]
                ]

    def _pass_marks(
        self, mark: Checkpoint | None, marks: Iterator[Checkpoint]
    ) -> Checkpoint | None:
        """Check every checkpoint whose size the tree has just reached."""
        while mark is not None and mark.size <= self._frontier.size:
            self._report.checkpoints += 1
            last = mark.size - 1
            if not signature_holds(mark.note, public_keys=self._public_keys):
                self._report.add(last, f"the checkpoint at size {mark.size} is not validly signed")
            elif mark.size == self._frontier.size and mark.root != self._frontier.root():
                first = self._sound_to
                self._report.add(
                    last, f"an entry from position {first} to {last} differs from what was signed"
                )
            self._sound_to = mark.size
            mark = next(marks, None)
        return mark

    def _check_end(self, head: merkle.Frontier, mark: Checkpoint | None) -> int:
        """Check what lies beyond the entries that were read; return the size by now."""
        report, tree, store = self._report, self._frontier, self._ledger.store
        beyond = store.rows(self._log, head.size, 1)
        now = store.read_head(self._log).size
        if mark is not None and mark.size > now:
            report.add(
                tree.size, f"truncated: a signed checkpoint states {mark.size} entries or more"
            )
        if head.size != tree.size or head.root() != tree.root():
            report.add(
                min(head.size, tree.size),
                f"the head states {head.size} entries, the tree over the entries holds {tree.size}",
            )
        if report.entries and self._sound_to < tree.size:
            report.add(self._sound_to, "no signed checkpoint covers the entries from here on")
        if beyond and position_of(beyond[0].address) >= now:
            report.add(position_of(beyond[0].address), "an entry stands beyond the head of the log")
        return now
