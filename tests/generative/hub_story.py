"""One route with a receiver of its own, and all that can go wrong on it and be decided about it.

Two workers carry messages. A *wound* strikes one of them at a named point of its work: it dies, its
answer is lost, or it falls asleep there while something else happens. What the receiver's database
says is the truth that the hub's own books are held against.
"""

import datetime as dt
import json
import shutil
import sqlite3
import tempfile
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from muster.connectors.sql_table.sqlite import SqliteStore
from muster.hub.agreements.actions import lift, suspend
from muster.hub.delivering import (
    breaker,
    carrying,
    deciding,
    handing,
    noting,
    outlets,
    parking,
    pausing,
    releasing,
    replaying,
)
from muster.hub.models import ContractRevision, Message, Parked, Replay, Route
from muster.hub.worker import Carrier
from muster.kernel.clock import FixedClock
from muster.kernel.errors import MusterError
from muster.ledger.current import ledger
from tests.integration.hub_world import CHANGED, SCHEMA, World, unique

BEGIN = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
POINTS = ("before", "uncommitted", "committed", "after", "noting")
SUBJECTS, GRADES, WORKERS = "12", ("EO", "HEO"), (0, 1)
FAILED = ("parked", "doubtful")
TRANSLATION = """
[mapping]
name = "pay"
title = "Pay"
from = "{contract}"
[fields]
staff_number = {{ take = "staff_number" }}
surname = {{ take = "surname" }}
grade = [{{ take = "grade" }}, {{ codes = {{ {codes} }} }}]
[[example]]
given = {{}}
gives = {{}}
"""
RECEIVER = """
CREATE TABLE seen (number text, again text);
CREATE TABLE handing (again text);
CREATE TABLE bans (staff text);
CREATE TRIGGER notes AFTER INSERT ON pay BEGIN
    INSERT INTO seen SELECT NEW.surname, again FROM handing;
END;
CREATE TRIGGER refuses BEFORE INSERT ON pay
WHEN EXISTS (SELECT 1 FROM bans WHERE staff = NEW.staff_number) BEGIN
    SELECT RAISE(ABORT, 'refused');
END;
"""


class Died(BaseException):
    """The worker is gone."""


class Story:
    """A route, its two workers, and the people who decide about it."""

    def __init__(self, *, shards: int = 1) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.clock = FixedClock(BEGIN)
        self.world = World(
            self.folder, clock=self.clock, sender=f"hr:{unique()}", receiver=f"pay:{unique()}",
            columns="staff_number text, surname text, grade text",
        )  # fmt: skip
        self.id = self.world.build(shards=shards).id
        self.code = self.route.code
        with self.receiver() as database:
            database.executescript(RECEIVER)
        self.workers = [self._hired() for _ in WORKERS]
        self.decisions: list[uuid.UUID] = []

    @property
    def route(self) -> Route:
        return Route.objects.get(id=self.id)

    @contextmanager
    def receiver(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.world.target)) as database, database:
            yield database

    def _hired(self, limit: int = 100) -> Carrier:
        return Carrier(self.clock, limit=limit)

    def close(self) -> None:
        Route.objects.filter(id=self.id).update(enabled=False)
        shutil.rmtree(self.folder)

    # What happens by itself.

    def send(self, subject: str, grade: str, count: int = 1) -> None:
        raws = [
            self.world.message(subject, grade=grade, surname=f"{self.world.sent + 1}")
            for _ in range(count)
        ]
        self.world.send(*raws)

    def wait(self, seconds: int) -> None:
        self.clock.move(dt.timedelta(seconds=seconds))

    def carry(
        self, worker: int, *, limit: int = 100, turns: int = 3, at: str = "",
        meanwhile: Callable[[], None] | None = None,
    ) -> None:  # fmt: skip
        """Let a worker take a few turns; at a point of the first hand-over something happens.

        Args:
            worker: which one.
            limit: the most messages of a batch.
            turns: how many.
            at: one of ``POINTS``, or nothing.
            meanwhile: what happens while it sleeps there; without it, it dies.
        """
        carrier = self.workers[worker]
        carrier._limit = limit
        with pytest.MonkeyPatch.context() as patch:
            self._wound(patch, at, meanwhile)
            try:
                for _ in range(turns):
                    if carrier.turn() is None:
                        break
            except Died:
                self._replace(worker)

    def _replace(self, worker: int) -> None:
        """Let another take a dead worker's place: nothing of what it knew is left."""
        outlets._open.outlets.clear()
        breaker._watches.of.clear()
        self.workers[worker] = self._hired()

    def _wound(
        self, patch: pytest.MonkeyPatch, at: str, meanwhile: Callable[[], None] | None
    ) -> None:
        struck: list[str] = []

        def strike(point: str) -> None:
            if point == at and not struck:
                struck.append(point)
                if meanwhile is None:
                    raise Died
                meanwhile()

        hand_over, commit, evidence = handing.hand_over, SqliteStore.commit, noting.evidence

        def handed(*args: Any, again: str, **how: Any) -> Any:
            strike("before")
            with self.receiver() as database:
                database.execute("DELETE FROM handing")
                database.execute("INSERT INTO handing VALUES (?)", (again,))
            receipt = hand_over(*args, again=again, **how)
            strike("after")
            return receipt

        def committed(store: SqliteStore) -> None:
            if at == "uncommitted" and not struck:
                struck.append(at)
                raise Died if meanwhile is None else sqlite3.OperationalError("disk I/O error")
            commit(store)
            if at == "committed" and not struck:
                struck.append(at)
                raise Died if meanwhile is None else sqlite3.OperationalError("disk I/O error")

        def noted(*args: Any, **how: Any) -> Any:
            made = evidence(*args, **how)
            if meanwhile is None:
                strike("noting")
            return made

        patch.setattr(carrying, "hand_over", handed)
        patch.setattr(SqliteStore, "commit", committed)
        patch.setattr(carrying, "evidence", noted)
        patch.setattr(noting, "evidence", noted)

    # What people do. ``which`` chooses among those there are.

    def act(self, name: str, which: int = 0) -> None:
        """Let somebody do something; where it cannot be done, nothing happens."""
        with suppress(MusterError):
            ACTS[name](self, which)

    def knowing(self, *grades: str) -> None:
        codes = ", ".join(f'{grade} = "{grade}"' for grade in grades)
        self.set_to(translation=TRANSLATION.format(contract=CHANGED, codes=codes))

    def set_to(self, **changes: Any) -> None:
        Route.objects.filter(id=self.id).update(**changes)

    def contract_of(self, *grades: str) -> None:
        schema = json.loads(json.dumps(SCHEMA))
        schema["properties"]["grade"]["enum"] = list(grades)
        ContractRevision.objects.filter(name=CHANGED).update(schema=json.dumps(schema))

    def ban(self, *staff: str) -> None:
        with self.receiver() as database:
            database.execute("DELETE FROM bans")
            database.executemany("INSERT INTO bans VALUES (?)", [(one,) for one in staff])

    def parked(self, which: int) -> Parked:
        rows = list(Parked.objects.filter(route=self.id, state__in=FAILED).order_by("position"))
        return rows[which % len(rows)] if rows else Parked(id=uuid.uuid4(), stage="x", cause="x")

    def release(self, which: int) -> None:
        parking.release(parked=self.parked(which).id, **self._says)

    def release_all(self, which: int) -> None:
        releasing.release_all(self.code, **self._says)

    def discard(self, which: int) -> None:
        parking.discard(parked=self.parked(which).id, **self._says)

    def discard_all(self, which: int) -> None:
        one = self.parked(which)
        made, _ = releasing.discard_all(self.code, stage=one.stage, cause=one.cause, **self._says)
        self.decisions.append(made)

    def undo_discard(self, which: int) -> None:
        if self.decisions:
            decision = self.decisions[which % len(self.decisions)]
            releasing.undo_discard(decision, by="hr:ann", clock=self.clock)

    def replay(self, which: int) -> None:
        subject = f"employment:{self.world.sender}:{SUBJECTS[which % len(SUBJECTS)]}"
        replaying.replay(self.code, subject=subject, **self._says)

    @property
    def _says(self) -> dict[str, Any]:
        return {"reason": "so it is", "by": "hr:ann", "clock": self.clock}

    @property
    def _mine(self) -> dict[str, Any]:
        return {"code": self.route.code, "employer": None, **self._says}

    # What is true.

    def seen(self) -> list[tuple[int, str]]:
        """Return the numbers of messages in the receiver's table, and by which wish each came."""
        with self.receiver() as database:
            found = database.execute("SELECT number, again FROM seen ORDER BY rowid").fetchall()
        replays = {str(one) for one in self.replays()}
        return [(int(number), again if again in replays else "") for number, again in found]

    def replays(self) -> list[uuid.UUID]:
        return list(Replay.objects.filter(route=self.id).values_list("id", flat=True))

    def sent(self) -> dict[int, tuple[int, str]]:
        """Return position and subject of the messages that were taken, by number."""
        rows = Message.objects.filter(system__code=self.world.sender, refused="")
        return {
            int(name): (position, subject)
            for name, position, subject in rows.values_list("event_id", "position", "subject")
        }

    def discarded(self) -> set[int]:
        rows = Parked.objects.filter(route=self.id, state="discarded").values("position")
        names = Message.objects.filter(position__in=rows).values_list("event_id", flat=True)
        return set(map(int, names))

    def told(self) -> Counter[tuple[int, str]]:
        """Return which messages the evidence says the receiver has, and by which wish."""
        names = {position: number for number, (position, _) in self.sent().items()}
        replays = {str(one) for one in self.replays()}
        found: Counter[tuple[int, str]] = Counter()
        for entry in ledger().read("exchange", limit=100_000):
            if (entry.type, entry.subject) != (noting.DELIVERED, f"route:hub:{self.code}"):
                continue
            said = json.loads(entry.body or b"{}")
            again = said["again"] if said["again"] in replays else ""
            for first, last in said["handed"]:
                found.update((names[at], again) for at in range(first, last + 1) if at in names)
        return found

    def settle(self) -> None:
        """Put everything right, and carry until nothing waits any more."""
        for name in ("know", "loosen", "unban", "lift", "resume", "usual"):
            self.act(name)
        for _ in range(8):
            self.act("let go")
            self.act("release all")
            self.wait(1000)
            self.carry(0, turns=40)
            self.workers[0].stop()


ACTS: dict[str, Callable[[Story, int], Any]] = {
    "know": lambda told, _: told.knowing(*GRADES),
    "forget": lambda told, _: told.knowing("EO"),
    "as it is": lambda told, _: told.set_to(translation=""),
    "tighten": lambda told, _: told.contract_of("EO"),
    "loosen": lambda told, _: told.contract_of(*GRADES),
    "ban": lambda told, which: told.ban(SUBJECTS[which % len(SUBJECTS)]),
    "unban": lambda told, _: told.ban(),
    "suspend": lambda told, _: suspend(**told._mine),
    "lift": lambda told, _: lift(**told._mine),
    "pause": lambda told, _: pausing.pause(told.code, **told._says),
    "resume": lambda told, _: pausing.resume(told.code, **told._says),
    "nothing is usual": lambda told, _: told.set_to(most_touched=0),
    "usual": lambda told, _: told.set_to(most_touched=None),
    "let go": lambda told, _: deciding.let_go(told.code, **told._says),
    "drop": lambda told, _: deciding.discard(told.code, **told._says),
    "take back": lambda told, _: deciding.undo(told.code, by="hr:ann", clock=told.clock),
    "release": Story.release,
    "release all": Story.release_all,
    "discard": Story.discard,
    "discard all": Story.discard_all,
    "undo discard": Story.undo_discard,
    "replay": Story.replay,
}
