"""What the log of decisions holds about one release, for whoever must prove what was decided."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from muster.kernel.errors import NotFound, Where
from muster.ledger.current import ledger
from muster.ledger.port import LogName
from muster.ledger.proofs import write_proof

_LOG: LogName = "decisions"
# An entry is appended in the transaction of what it tells of: so much later at most, by so many
# entries of others in between.
_APART = dt.timedelta(minutes=1)
_READ = 500


@dataclass(frozen=True)
class Noted:
    """One entry about a release: its position, when it was recorded, and what it tells of."""

    position: int
    recorded_at: dt.datetime
    what: str


def noted_of(release: uuid.UUID, instants: Sequence[dt.datetime | None]) -> tuple[Noted, ...]:
    """Return the entries about a release.

    Args:
        release: which.
        instants: when something was done to it, as its rows state it; None where nothing was.
    """
    found: dict[int, Noted] = {}
    for instant in instants:
        if instant is not None:
            found |= {one.position: one for one in _around(f"release:gates:{release}", instant)}
    return tuple(found[position] for position in sorted(found))


def proof_of(release: uuid.UUID, position: int) -> str:
    """Return the proof that an entry about a release stands in the log, as a file.

    Raises:
        NotFound: if the entry is not about this release.
    """
    entries = ledger().read(_LOG, position, 1)
    if not entries or entries[0].subject != f"release:gates:{release}":
        raise NotFound(
            "There is no such entry about this table",
            where=Where(thing=f"entry {position}"),
            fix="Choose one on the page of its audit",
        )
    return write_proof(ledger().inclusion(_LOG, position), keys=ledger().keys)


def _around(subject: str, instant: dt.datetime) -> list[Noted]:
    """Return the entries of a subject recorded near an instant: the log is in order of time."""
    low, high = 0, ledger().size(_LOG)
    while low < high:
        middle = (low + high) // 2
        if ledger().read(_LOG, middle, 1)[0].recorded_at < instant - _APART:
            low = middle + 1
        else:
            high = middle
    return [
        Noted(entry.position, entry.recorded_at, entry.type.split(".")[-2])
        for entry in ledger().read(_LOG, low, _READ)
        if entry.subject == subject and entry.recorded_at <= instant + _APART
    ]
