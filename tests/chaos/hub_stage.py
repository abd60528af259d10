"""Where a campaign is played: a hub, a receiver's database of its own, and what was sent.

Every message says which subject it is about and its number within the subject, so that the
receiver's table alone tells what was lost, doubled or overtaken. The receiver refuses some for
good: their subjects park, a person discards them, and the rest follows.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.databases import Database
from tests.integration.hub_world import AGREED, World

SUBJECTS = 100
REFUSED_HOURS = 13
_EVERY = 97
_ARRIVAL = {"sqlite": "integer PRIMARY KEY AUTOINCREMENT", "postgresql": "bigserial PRIMARY KEY"}


@dataclass
class Stage(World):
    """A sender, a receiver in another database, and a route between them."""

    place: Database = field(default_factory=lambda: Database("", "", ""))
    refusing: bool = True

    def url(self) -> str:
        """Make the receiver's table; return the address of its database."""
        rule = f" CHECK (hours <> {REFUSED_HOURS})" if self.refusing else ""
        self.place.run(
            f"CREATE TABLE IF NOT EXISTS pay (arrival {_ARRIVAL[self.place.kind]},"
            " staff_number text, surname text, grade text,"
            f" hours integer{rule}, start text)"
        )
        return self.place.url

    def numbered(self, sender: int, number: int) -> bytes:
        """Return the message of a sender with this number."""
        place, turn = number % SUBJECTS, number // SUBJECTS
        return self.message(
            f"{sender}-{place}",
            id=f"{sender}-{number}",
            surname=f"{turn:06}",
            hours=REFUSED_HOURS if is_refused(number) else 20,
        )


def is_refused(number: int) -> bool:
    """Tell whether the receiver refuses the message of this number for good."""
    return number % _EVERY == _EVERY - 1


def expected(senders: Iterable[int], each: int, *, refusing: bool = True) -> set[tuple[str, int]]:
    """Return subject and turn of every message that must arrive."""
    return {
        (f"{sender}-{number % SUBJECTS}", number // SUBJECTS)
        for sender in senders
        for number in range(each)
        if not (refusing and is_refused(number))
    }


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

    @property
    def faults(self) -> int:
        """Return how much is wrong."""
        return self.lost + self.duplicated + self.reordered + self.strange


def judge(place: Database, wanted: set[tuple[str, int]]) -> Judgement:
    """Hold the receiver's table against what was to arrive."""
    rows = place.run("SELECT staff_number, surname FROM pay ORDER BY arrival")
    latest: dict[str, int] = {}
    seen: set[tuple[str, int]] = set()
    duplicated = reordered = 0
    for subject, said in rows:
        turn = int(said)
        if (subject, turn) in seen:
            duplicated += 1
        elif turn < latest.get(subject, -1):
            reordered += 1
        seen.add((subject, turn))
        latest[subject] = max(turn, latest.get(subject, -1))
    return Judgement(len(rows), len(wanted - seen), duplicated, reordered, len(seen - wanted))


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


__all__ = [
    "AGREED", "SUBJECTS", "Judgement", "Stage", "expected", "get", "is_refused", "judge", "put",
]  # fmt: skip
