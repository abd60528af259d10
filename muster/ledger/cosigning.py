"""Checkpoints that outside witnesses cosigned, kept beside the log's own.

An operator could show one log to one party and another log to the next. A witness makes that
visible: it cosigns a checkpoint only if the log it saw before is a prefix of it, and says when it
saw it. Cosigned checkpoints and the witnesses' keys are files in
``MUSTER_HOME/checkpoints/cosigned``: outside the database, so that whoever rewrites the database
does not take them along. A whole log is verified against each of them.
"""

import fcntl
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from muster.kernel.errors import BadInput, EvidenceBroken, Where
from muster.ledger.checkpoints import read_note, signature_holds
from muster.ledger.notes import (
    COSIGNED,
    Signature,
    VerifierKey,
    read_signature,
    read_verifier_key,
    split_note,
)
from muster.ledger.port import Checkpoint, LogName

_FILE = re.compile(r"[a-z]+-(\d{15})\.note")


class Cosigned:
    """The cosigned checkpoints of one Muster, and the keys of who cosigned them.

    Args:
        folder: where they are kept; made when missing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, note: str, key: VerifierKey, *, own: Sequence[bytes]) -> Signature:
        """Keep a witness's cosignature of a checkpoint; return it.

        Args:
            note: the checkpoint with the log's signature and the witness's below it.
            key: the witness's.
            own: the public keys of this log.

        Raises:
            EvidenceBroken: if the note is no checkpoint of this log.
            BadInput: if the key is no witness's, or its cosignature is missing or does not hold.
        """
        checkpoint = read_note(note)
        text, lines = split_note(note)
        ours = [line for line in lines if _is_own(text, line, own)]
        found = [(line, read_signature(text, line, key)) for line in lines]
        theirs = [(line, signature) for line, signature in found if signature is not None]
        if not ours or not theirs or key.kind != COSIGNED:
            raise BadInput(
                "The checkpoint is not signed by this log"
                if not ours
                else "No cosignature of this key holds for the checkpoint",
                where=Where(thing=f"log {checkpoint.log}, size {checkpoint.size}"),
                fix="Compare the key and the note with what the witness sent",
            )
        line, signature = theirs[0]
        with self._alone():
            held = self.at(checkpoint.log, checkpoint.size)
            before = split_note(held.note)[1] if held else ours[:1]
            kept = [one for one in before if read_signature(text, one, key) is None]
            whole = f"{text}\n" + "".join(f"{one}\n" for one in (*kept, line))
            self._write(self._place(checkpoint.log, checkpoint.size), whole)
            if key not in self.witnesses():
                self._write(self._names, "".join(f"{one}\n" for one in (*self.witnesses(), key)))
        return signature

    def witnesses(self) -> tuple[VerifierKey, ...]:
        """Return the keys of witnesses whose cosignatures are kept."""
        try:
            lines = self._names.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return ()
        return tuple(map(read_verifier_key, lines))

    def all(self, log: LogName) -> Iterator[Checkpoint]:
        """Yield the cosigned checkpoints of a log by size.

        Raises:
            EvidenceBroken: if one of the files was damaged.
        """
        for size in self._sizes(log):
            found = self.at(log, size)
            if found is not None:
                yield found

    def covering(self, log: LogName, position: int, size: int) -> Checkpoint | None:
        """Return the first cosigned checkpoint, of at most ``size``, that holds a position."""
        sizes = [one for one in self._sizes(log) if position < one <= size]
        return self.at(log, sizes[0]) if sizes else None

    def at(self, log: LogName, size: int) -> Checkpoint | None:
        """Return the cosigned checkpoint of a size, if there is one.

        Raises:
            EvidenceBroken: if the file was damaged.
        """
        try:
            text = self._place(log, size).read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return None
        found = read_note(text)
        if (found.log, found.size) != (log, size):
            raise EvidenceBroken(
                "A cosigned checkpoint is not the one its file names",
                where=Where(thing=f"log {log}, size {size}"),
                fix="Ask the witness for its copy",
            )
        return found

    @property
    def _names(self) -> Path:
        return self._folder / "witnesses"

    def _place(self, log: LogName, size: int) -> Path:
        return self._folder / f"{log}-{size:015}.note"

    def _sizes(self, log: LogName) -> list[int]:
        names = (_FILE.fullmatch(path.name) for path in self._folder.glob(f"{log}-*.note"))
        return sorted(int(name[1]) for name in names if name)

    def _write(self, place: Path, text: str) -> None:
        """Write a file whole or not at all."""
        fresh = place.with_suffix(".part")
        with fresh.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(place)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes of this home from keeping cosignatures meanwhile."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self._folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _is_own(text: str, line: str, own: Sequence[bytes]) -> bool:
    return signature_holds(f"{text}\n{line}\n", public_keys=list(own))
