"""What came on a route within the last hour, kept by a worker as it goes: whom it is about.

The stream is read once, a little ahead of what is handed over: its subjects only, and of a route
that several workers share only those of the worker's part. Nothing is opened unless the contract
says what ends something (``x-ends``) and so many subjects came that it matters; and the database is
asked who was carried before only where there are unusually many.
"""

import datetime as dt
from collections import OrderedDict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from django.db import connection

from muster.hub.contracts import Contract
from muster.hub.messages.envelope import data_of
from muster.hub.messages.records import read_records
from muster.hub.models import Route
from muster.hub.unusual_messages import WITHIN, Waiting
from muster.ledger.current import ledger

LOOK = 100_000
"""So many messages are looked at ahead of what is handed over."""
_SPAN, _AT_ONCE, _OPENED = WITHIN.total_seconds(), 400, 2000
_STREAM = "m.contract = %s AND m.system_id = %s AND m.refused = ''"
# Moments come as text: of many messages it is the same one, and is read once.
_READ = f"""
SELECT m.position, m.subject, CAST(m.received_at AS text) FROM hub_message m WHERE {_STREAM}
"""  # noqa: S608
_PART = " AND m.shard %% %s = %s"
_BEFORE = f"""
WITH asked (subject, place) AS (VALUES {{}})
SELECT subject FROM asked WHERE EXISTS (SELECT 1 FROM hub_message m WHERE
    m.subject = asked.subject AND m.position < asked.place AND {_STREAM})
"""  # noqa: S608
_KNOWN = f"""
SELECT count(*) FROM (SELECT DISTINCT m.subject FROM hub_message m WHERE {_STREAM}
    AND m.position <= %s LIMIT %s) AS known
"""  # noqa: S608
Seen = tuple[int, str, float]
"""Position, subject, and when it was received, in seconds."""
Part = tuple[int, int]
"""A part of a route, and in how many it is divided."""
WHOLE: Part = (0, 1)


@dataclass
class _Subject:
    """One subject of the hour: when it came first and last, and whether it was carried before."""

    place: int
    first: float
    last: float
    before: bool = False


@dataclass
class Watch:
    """What one worker knows of a route's last hour.

    Args:
        contract: of its messages.
        system: who sends them.
        part: which part of the route it watches.
        let_go_to: up to which position a person let messages go: these are not counted.
        judged: up to which position it was looked at.
        known: how many subjects were carried before, as far as they were counted.
        before: how many of the hour's subjects are known to have been.
        began: when the first message of the route's stream came.
        ends: the contract, if it says what ends something, as of ``asked_at``.
        unsure: subjects of which it is not known whether they were carried before.
        subjects: those of the hour, the one that came last at the end.
        unopened: messages of the hour whose content was not looked at.
        beyond: what of the messages looked at last is beyond the limits, and up to which position.
        ended: by subject where and when it was ended, and whether it was carried before.
    """

    contract: str
    system: object
    part: Part
    let_go_to: int
    judged: int
    known: int = 0
    before: int = 0
    began: float | None = None
    ends: Contract | None = None
    asked_at: dt.datetime | None = None
    unsure: list[str] = field(default_factory=list)
    beyond: list[tuple[Waiting, int]] = field(default_factory=list)
    subjects: "OrderedDict[str, _Subject]" = field(default_factory=OrderedDict)
    unopened: "deque[Seen]" = field(default_factory=deque)
    ended: dict[str, tuple[int, float, bool | None]] = field(default_factory=dict)

    def ahead(self, limit: int = LOOK) -> list[Seen]:
        """Return what came since it was last looked at, in order."""
        return self._read(" AND m.position > %s ORDER BY m.position LIMIT %s", [self.judged, limit])

    def hour_before(self, moment: float) -> list[Seen]:
        """Return what came within an hour before a moment and was looked at by others."""
        found: list[Seen] = []
        before = self.judged + 1
        while len(found) < LOOK:
            part = self._read(
                " AND m.position < %s AND m.position > %s ORDER BY m.position DESC LIMIT %s",
                [before, self.let_go_to, _OPENED],
            )
            fresh = [one for one in part if one[2] > moment - _SPAN]
            found += fresh
            if len(fresh) < _OPENED:
                break
            before = fresh[-1][0]
        return found[::-1]

    def add(self, rows: Sequence[Seen]) -> None:
        """Count messages, and forget what is older than an hour by the last of them."""
        subjects = self.subjects
        for position, subject, moment in rows:
            one = subjects.get(subject)
            if one is None:
                subjects[subject] = _Subject(position, moment, moment)
                self.unsure.append(subject)
                continue
            if not one.before and moment - one.first >= _SPAN:
                one.before = True
                self.before += 1
            one.last = moment
            subjects.move_to_end(subject)
        self.unopened.extend(rows)
        since = rows[-1][2] - _SPAN
        while subjects and next(iter(subjects.values())).last <= since:
            self.before -= subjects.popitem(last=False)[1].before
        while self.unopened and self.unopened[0][2] <= since:
            self.unopened.popleft()
        if self.ended:
            self.ended = {name: one for name, one in self.ended.items() if one[1] > since}

    def touched(self) -> int:
        """Return how many of the hour's subjects had been carried before it."""
        if self.began is None:
            with connection.cursor() as cursor:
                cursor.execute(f"{_READ} ORDER BY m.position LIMIT 1", self._stream)
                first = cursor.fetchone()
            self.began = _seconds(first[2]) if first else None
        last = next(reversed(self.subjects.values())).last if self.subjects else 0.0
        if self.began is not None and last - self.began < _SPAN:
            # A first load: nobody was carried before.
            return self.before
        unsure = [(name, one.place) for name in self.unsure
                  if (one := self.subjects.get(name)) is not None and not one.before]  # fmt: skip
        self.unsure.clear()
        for name in self._before(unsure):
            self.subjects[name].before = True
            self.before += 1
        return self.before

    def ending(self, contract: Contract) -> int:
        """Return how many subjects, carried before, the hour's messages end."""
        ends = contract.schema.get("x-ends", {})
        while self.unopened:
            part = [self.unopened.popleft() for _ in range(min(_OPENED, len(self.unopened)))]
            for position, subject, moment in _ended(part, contract, ends):
                self.ended.setdefault(subject, (position, moment, None))
        unsure = [(name, one[0]) for name, one in self.ended.items() if one[2] is None]
        before = self._before(unsure)
        for name, _ in unsure:
            self.ended[name] = (*self.ended[name][:2], name in before)
        return sum(bool(one[2]) for one in self.ended.values())

    def count_known(self, most: int) -> int:
        """Return how many subjects were carried before what waits, counted up to ``most``."""
        if self.known < most:
            with connection.cursor() as cursor:
                cursor.execute(_KNOWN, [*self._stream, self.judged, most])
                self.known = max(self.known, int(cursor.fetchone()[0]))
        return self.known

    @property
    def _stream(self) -> list[Any]:
        sqlite = connection.vendor == "sqlite"
        return [self.contract, getattr(self.system, "hex", "") if sqlite else self.system]

    def _read(self, condition: str, values: list[Any]) -> list[Seen]:
        shard, shards = self.part
        part, of = (_PART, [shards, shard]) if shards > 1 else ("", [])
        with connection.cursor() as cursor:
            cursor.execute(_READ + part + condition, [*self._stream, *of, *values])
            rows = cursor.fetchall()
        moments = {text: _seconds(text) for text in {row[2] for row in rows}}
        return [(position, subject, moments[text]) for position, subject, text in rows]

    def _before(self, asked: Sequence[tuple[str, int]]) -> set[str]:
        """Return which subjects had a message before a position each."""
        found: set[str] = set()
        with connection.cursor() as cursor:
            for start in range(0, len(asked), _AT_ONCE):
                some = asked[start : start + _AT_ONCE]
                sql = _BEFORE.format(", ".join(["(%s, %s)"] * len(some)))
                cursor.execute(sql, [*(one for pair in some for one in pair), *self._stream])
                found.update(subject for (subject,) in cursor.fetchall())
        return found


def watch_of(route: Route, judged: int, part: Part) -> Watch:
    """Return a watch over a part of a route that nothing was counted of yet."""
    judged = max(judged, route.let_go_to)
    return Watch(route.contract, route.source_id, part, route.let_go_to, judged)


def _ended(rows: Sequence[Seen], contract: Contract, ends: Mapping[str, Any]) -> list[Seen]:
    """Return the messages that end what they are of."""
    bodies = ledger().bodies("exchange", [position for position, _, _ in rows])
    present = [(row, body) for row, body in zip(rows, bodies, strict=True) if body is not None]
    frame = read_records(data_of(body for _, body in present), contract).frame
    says = pl.any_horizontal(
        pl.col(name).cast(pl.String).is_in([str(value) for value in values])
        for name, values in ends.items()
    )
    marked = frame.select(says.fill_null(False)).to_series()
    return [row for (row, _), one in zip(present, marked, strict=True) if one]


def _seconds(text: str) -> float:
    moment = dt.datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).timestamp()
