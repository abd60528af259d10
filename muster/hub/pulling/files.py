"""Files that a mailbox or folder holds out are taken in, one by one, as uploads are.

A file is kept before the next one is asked for: only then does its connector move it away. Whoever
is killed between leaves it where it was, and the same file again changes nothing.
"""

import hashlib
import json
import uuid
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing

from django.db import transaction
from django.db.models import F

from muster.connectors.contract import Connector, Description, Health, Offer, Skipped
from muster.hub.actions import Taken, begin_intake, take_in
from muster.hub.landing import Read
from muster.hub.models import Inlet, Route
from muster.hub.pulling.came import Came
from muster.hub.pulling.inlets import after_of, seal_after, told
from muster.hub.pulling.leases import Turn, move
from muster.kernel.clock import Clock


def pull_files(row: Inlet, turn: Turn, source: Connector, read: Read, *, clock: Clock) -> Came:
    """Take in the files that a system holds out.

    Of a folder where files stay, those that lay there the last time are passed over.

    Raises:
        LostLease: if another worker has taken the inlet over.
        Unreachable: if the system cannot be read now; what was taken in stands.
        BadInput: if it cannot be read as a whole.
    """
    settings = told(row)
    before: dict[str, str] = json.loads(after_of(row) or "{}")
    stays = row.kind == "remote_folder" and not settings.get("taken", "").strip()
    now_there: dict[str, str] = {}
    came, known, intake = 0, 0, None
    with closing(_pulled(source)) as items:
        for item in items:
            name, mark = _marks(item)
            if before.get(name) == mark and (stays or isinstance(item, Skipped)):
                now_there[name] = mark
                continue
            intake = intake or begin_intake(name=row.code, by=_by(row), clock=clock)
            with_it = _taken(row, item, read, intake, settings, clock)
            fresh = int(bool(with_it.fresh))
            came, known = came + fresh, known + int(isinstance(item, Offer)) - fresh
            now_there[name] = mark
            with transaction.atomic():
                after = seal_after(row, json.dumps({**before, **now_there}))
                move(turn, clock.now(), after=after, intake=intake, brought=F("brought") + fresh)
    with transaction.atomic():
        move(turn, clock.now(), after=seal_after(row, json.dumps(now_there)))
    return Came(came, 0, known, intake)


def _pulled(source: Connector) -> Generator[Offer | Skipped, None, None]:
    """Yield what a connector does, as what can be closed before its end."""
    yield from source.pull()


def _taken(
    row: Inlet, item: Offer | Skipped, read: Read, intake: uuid.UUID,
    settings: Mapping[str, str], clock: Clock,
) -> Taken:  # fmt: skip
    routes = Route.to_register.filter(source=row.system_id).values_list("code", flat=True)
    return take_in(
        _One(item), read, intake=intake, by=_by(row), clock=clock,
        route=settings.get("route", "").strip() or None, among=list(routes),
    )  # fmt: skip


def _by(row: Inlet) -> str:
    return f"inlet:{row.code}"[:100]


def _marks(item: Offer | Skipped) -> tuple[str, str]:
    """Return digests of what a file is called, and of what it is or why it is not taken."""
    content = item.content if isinstance(item, Offer) else item.why.encode()
    name = hashlib.sha256(item.name.encode()).hexdigest()[:32]
    return name, hashlib.sha256(content).hexdigest()


class _One:
    """A connector that holds out one file, which another pulled."""

    def __init__(self, item: Offer | Skipped) -> None:
        self._item = item

    def describe(self) -> Description:
        return Description("inlet", "One file", True, False)

    def health(self) -> Health:
        return Health(True, "at hand")

    def pull(self) -> Iterator[Offer | Skipped]:
        yield self._item

    def push(self, offer: Offer) -> None:
        raise NotImplementedError
