"""What a campaign's processes are told, and how its end is judged; needs no hub.

Every message says which subject it is about and its number within the subject, so that the
receiver's table alone tells what was lost, doubled or overtaken. The receiver refuses some for
good: their subjects park, a person discards them, and the rest follows.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.databases import Database

SUBJECTS = 100
REFUSED_HOURS = 13
SENDING = ("before the log's commit", "after the log's commit")
CARRYING = (
    "before the sink's transaction",
    "before the sink's commit",
    "after the sink's commit",
    "before the hub's note",
    "before the hub's commit",
    "after the hub's note",
)
_EVERY = 97


@dataclass(frozen=True)
class Cue:
    """What a process does to itself: at the ``nth`` pass of a point it dies, or sleeps."""

    point: str = ""
    nth: int = 1
    sleeps: float = 0.0


@dataclass(frozen=True)
class Part:
    """What one process is to do.

    Args:
        folder: where the campaign keeps what outlasts its processes.
        place: the receiver's database.
        number: of the sender.
        each: how many messages a sender has in all.
        limit: the most messages of a batch.
        lease: seconds after which a worker that says nothing may be taken over from.
        seed: of the process's own chances.
    """

    folder: Path
    place: Database
    number: int = 0
    each: int = 0
    limit: int = 60
    lease: float = 0.3
    seed: int = 0


@dataclass(frozen=True)
class Judgement:
    """What a receiver's table says about how messages came.

    Args:
        arrived: how many rows there are.
        lost: messages that have no row.
        duplicated: rows beyond the first of a message.
        reordered: rows that came after a later one of their subject.
        strange: rows of messages that should not be there.
    """

    arrived: int
    lost: int
    duplicated: int
    reordered: int
    strange: int


def is_refused(number: int) -> bool:
    """Tell whether the receiver refuses the message of this number for good."""
    return number % _EVERY == _EVERY - 1


def named(sender: int, number: int) -> tuple[str, int]:
    """Return the subject of a sender's message, and its turn within the subject."""
    return f"{sender}-{number % SUBJECTS}", number // SUBJECTS


def expected(senders: Iterable[int], each: int) -> set[tuple[str, int]]:
    """Return subject and turn of every message that must arrive."""
    return {
        named(sender, number)
        for sender in senders
        for number in range(each)
        if not is_refused(number)
    }


def judge(place: Database, wanted: set[tuple[str, int]]) -> Judgement:
    """Hold the receiver's table against what was to arrive."""
    latest: dict[str, int] = {}
    seen: set[tuple[str, int]] = set()
    duplicated = reordered = arrived = 0
    for subject, said in place.run("SELECT staff_number, surname FROM pay ORDER BY arrival"):
        arrived, turn = arrived + 1, int(said)
        if (subject, turn) in seen:
            duplicated += 1
        elif turn < latest.get(subject, -1):
            reordered += 1
        seen.add((subject, turn))
        latest[subject] = max(turn, latest.get(subject, -1))
    return Judgement(arrived, len(wanted - seen), duplicated, reordered, len(seen - wanted))


def put(path: Path, what: Any) -> None:
    """Write a small file so that whoever reads it sees the old or the new whole."""
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    aside.write_text(json.dumps(what))
    os.replace(aside, path)


def get(path: Path, default: Any = None) -> Any:
    """Return what a small file says; the default if it is not there."""
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        return default
