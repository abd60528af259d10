"""Whether a file has arrived whole: half-written files wait, and done-markers are kept to.

A file transfer takes time, and a file read halfway looks like a short feed. Senders say that they
are done in one of two ways: the file gets its real name only at the end, or a marker is written
beside it (``staff.csv.done`` or ``staff.done``). A folder that holds one marker is a folder whose
sender writes markers, so there every file waits for its own.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

WRITING = "still being written"
WAITS = "waits for its done-marker"
ALONE = "a done-marker whose file is not here"

_PARTIAL = (".part", ".partial", ".tmp", ".filepart", ".crdownload")
_MARKERS = (".done", ".ok")
# A marker is empty, or holds a line. What is longer is not read further.
_MARKER_BYTES = 4096
_FINGERPRINT = re.compile(rb"(?<![0-9A-Za-z])[0-9A-Fa-f]{64}(?![0-9A-Za-z])")
_SIZE = re.compile(rb"[0-9]{1,15}")


class Unreadable(Exception):
    """A file is there and its bytes cannot be had. Its text says why, for the sender."""


@dataclass(frozen=True)
class Found:
    """One file below the place that was searched.

    Args:
        parts: its path below that place.
        size: its size in bytes as stated; it may lie.
        read: returns at most so many of its first bytes, or raises ``Unreadable``.
        why_not: why it is not taken, where that is known already.
    """

    parts: tuple[str, ...]
    size: int
    read: Callable[[int], bytes]
    why_not: str | None = None


def still_writing(file_name: str) -> bool:
    """Return whether a file of this name is half a file, or stands for one that is open."""
    name = file_name.lower()
    lock = name.startswith("~$") or (name.startswith(".~lock.") and name.endswith("#"))
    return lock or name.endswith(_PARTIAL)


class Markers:
    """The done-markers among files, and what they say of the files beside them."""

    def __init__(self, found: Iterable[Found]) -> None:
        self._marked: dict[tuple[str, ...], list[Found]] = defaultdict(list)
        self._folders: set[tuple[str, ...]] = set()
        files = set()
        for each in found:
            *folder, name = _folded(each.parts)
            if name.endswith(_MARKERS):
                self._marked[(*folder, name.rpartition(".")[0])].append(each)
                self._folders.add(tuple(folder))
            else:
                files.update([(*folder, name), (*folder, name.rpartition(".")[0])])
        self._files = files

    @staticmethod
    def is_marker(file: Found) -> bool:
        """Return whether a file is a marker and no data."""
        return _folded(file.parts)[-1].endswith(_MARKERS)

    def stands_alone(self, marker: Found) -> bool:
        """Return whether the file that a marker speaks of is not here."""
        *folder, name = _folded(marker.parts)
        return (*folder, name.rpartition(".")[0]) not in self._files

    def why_wait(self, file: Found) -> str | None:
        """Return why a file cannot be taken before its content is looked at, or None."""
        if tuple(_folded(file.parts)[:-1]) in self._folders and not self._of(file):
            return WAITS
        return None

    def why_not_whole(self, file: Found, content: bytes) -> str | None:
        """Return in what a file differs from what its markers say of it, or None."""
        for marker in self._of(file):
            try:
                said = (marker.why_not is None and marker.read(_MARKER_BYTES)) or b""
            except Unreadable:
                return "its done-marker cannot be read: write it again"
            if marker.why_not is not None:
                return f"its done-marker is {marker.why_not}"
            why = _why_different(said.strip(), content)
            if why is not None:
                return why
        return None

    def _of(self, file: Found) -> list[Found]:
        *folder, name = _folded(file.parts)
        exact = self._marked.get((*folder, name), [])
        return exact + self._marked.get((*folder, name.rpartition(".")[0]), [])


def _why_different(said: bytes, content: bytes) -> str | None:
    stated = _FINGERPRINT.search(said)
    if stated is not None and stated[0].lower() != hashlib.sha256(content).hexdigest().encode():
        return "its done-marker states another SHA-256: send both again"
    if _SIZE.fullmatch(said) and int(said) != len(content):
        return f"its done-marker states {int(said)} bytes and it has {len(content)}"
    return None


def _folded(parts: tuple[str, ...]) -> list[str]:
    return [part.casefold() for part in parts]
