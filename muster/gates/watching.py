"""Unusual reading: found in new entries of the access log, raised once for its cause, settled.

``watch`` runs from the worker and from ``muster oversight run``. It goes on from the position it
kept, so every entry is judged once; what was raised for a cause is not raised again.
"""

import datetime as dt
import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl
from django.db import transaction

from muster.gates.looks import SEEN, reading_of
from muster.gates.models import Alert, Look, Reading, Watched
from muster.gates.unusual import DAYS, LOOKS, unusual
from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, Conflict, NotFound, NotPermitted, Where
from muster.ledger.current import ledger
from muster.register.people.restricting import near

SETTLED, RAISED = "muster.gates.alert.settled.v1", "muster.gates.alert.raised.v1"
VERDICTS = ("explained", "misuse", "passed on")
_UNUSUAL, _INDEXED = "unusual reading", "index"
_AT_ONCE, _LONGEST = 5_000, 500


@dataclass(frozen=True)
class AlertView:
    """Reading that was unusual: which rule, whose, when, what was counted; how it was settled."""

    id: uuid.UUID
    rule: str
    by: str
    person: uuid.UUID | None
    starts: dt.datetime
    ends: dt.datetime
    seen: int
    usual: float
    raised_at: dt.datetime
    verdict: str
    words: str
    settled_by: str
    settled_at: dt.datetime | None


@transaction.atomic
def watch(*, clock: Clock) -> int:
    """Judge the entries of the access log that nobody has judged; return how many were raised.

    Two that run at once wait for each other.
    """
    index()
    place = _place(_UNUSUAL)
    end = ledger().size("access")
    if end <= place.position:
        return 0
    found = unusual(_looks(place.position, end), fresh=place.position)
    raised = _raise(found, clock=clock)
    place.position = end
    place.save(update_fields=["position"])
    return raised


def index() -> int:
    """Make the index of looks by reader for entries that have none; return how many it took.

    ``note_look`` makes it with each entry; older ones have it made here from the log, once.
    """
    place, end = _place(_INDEXED), ledger().size("access")
    made = 0
    for start in range(place.position, end, _AT_ONCE):
        until = min(start + _AT_ONCE, end)
        known = set(
            Reading.objects.filter(position__gte=start, position__lt=until).values_list(
                "position", flat=True
            )
        )
        if len(known) == until - start:
            continue
        entries = [
            entry for entry in ledger().read("access", start, until - start)
            if entry.position not in known and entry.type == SEEN and entry.body is not None
        ]  # fmt: skip
        rows = [reading_of(entry, json.loads(entry.body or b"{}")) for entry in entries]
        made += len(Reading.objects.bulk_create(rows, ignore_conflicts=True))
    Watched.objects.filter(name=_INDEXED).update(position=end)
    return made


def alerts(*, settled: bool = False, start: int = 0, limit: int = 50) -> tuple[AlertView, ...]:
    """Return alerts, those raised last first."""
    found = Alert.objects.filter(verdict__isnull=not settled).order_by("-raised_at", "id")
    return tuple(_view(one) for one in found[start : start + limit])


def count_alerts(*, settled: bool = False) -> int:
    """Return how many alerts there are."""
    return Alert.objects.filter(verdict__isnull=not settled).count()


def alert_of(which: uuid.UUID) -> AlertView | None:
    """Return one alert, or None."""
    found = Alert.objects.filter(id=which).first()
    return None if found is None else _view(found)


@transaction.atomic
def settle(*, alert: uuid.UUID, verdict: str, words: str, by: str, clock: Clock) -> None:
    """Say what was found of an alert.

    Raises:
        BadInput: if the verdict is none of ``VERDICTS``, or words are missing.
        NotFound: if there is no such alert.
        Conflict: if somebody settled it already.
        NotPermitted: if it is about one's own reading.
    """
    if verdict not in VERDICTS:
        raise BadInput("No such choice", where=Where(field="verdict"), fix="Choose one of the list")
    if not words.strip() or len(words) > _LONGEST:
        raise BadInput("Words are missing or too long", where=Where(field="words"),
                       fix=f"Say in up to {_LONGEST} characters what you found")  # fmt: skip
    found = Alert.objects.select_for_update().filter(id=alert).first()
    if found is None:
        raise NotFound("There is no such alert", fix="Look at the list again")
    if found.verdict is not None:
        raise Conflict("Somebody has settled this already", fix="Look at the list again")
    if found.by == by:
        raise NotPermitted("This is about your own reading", fix="Ask another officer to settle it")
    found.verdict, found.words = verdict, words.strip()
    found.settled_by, found.settled_at = by, clock.now()
    found.save()
    ledger().append_one(
        "decisions", SETTLED, f"alert:gates:{alert}", {"by": by, "verdict": verdict}
    )


def _place(name: str) -> Watched:
    Watched.objects.get_or_create(name=name, defaults={"position": 0})
    return Watched.objects.select_for_update().get(name=name)


def _raise(found: pl.DataFrame, *, clock: Clock) -> int:
    at, raised = clock.now(), 0
    for row in found.iter_rows(named=True):
        person = uuid.UUID(row["person"]) if row["person"] else None
        one, made = Alert.objects.get_or_create(
            rule=row["rule"], by=row["by"], cause=row["cause"][:80],
            defaults={
                "person": person, "starts": row["starts"], "ends": row["ends"],
                "seen": row["seen"], "usual": row["usual"], "raised_at": at,
            },
        )  # fmt: skip
        if made:
            raised += 1
            ledger().append_one(
                "decisions", RAISED, f"alert:gates:{one.id}",
                {"rule": one.rule, "by": one.by, "seen": one.seen},
            )  # fmt: skip
    return raised


def _looks(start: int, end: int) -> pl.DataFrame:
    """Return looks from ``start`` on, and those of the days before them, as rules take them."""
    fresh = Reading.objects.filter(position__gte=start, position__lt=end)
    first = fresh.order_by("at").values_list("at", flat=True).first()
    if first is None:
        return pl.DataFrame(schema=LOOKS)
    by = set(fresh.values_list("role", flat=True).distinct())
    readings = Reading.objects.filter(
        at__gte=first - dt.timedelta(days=DAYS), position__lt=end, role__in=by
    )
    read = pl.DataFrame(
        [
            (position, by, role, at, what, reader.hex if reader else None)
            for position, by, role, at, what, reader in readings.values_list(
                "position", "by", "role", "at", "what", "reader"
            )
        ],
        schema={name: LOOKS[name] for name in ("position", "by", "role", "at", "what", "reader")},
        orient="row",
    )
    looks = Look.objects.filter(position__in=readings.values("position"))
    seen = pl.DataFrame(
        [(at, person.hex) for at, person in looks.values_list("position", "person")],
        schema={"position": pl.Int64, "person": pl.String},
        orient="row",
    )
    joined = read.join(seen, on="position", how="left")
    return joined.join(_units(joined), on="person", how="left").join(
        _relations(joined), on=["reader", "person"], how="left"
    ).select(*LOOKS)  # fmt: skip


def _units(joined: pl.DataFrame) -> pl.DataFrame:
    found = near.units(_ids(joined["person"].drop_nulls().unique()))
    return pl.DataFrame(
        [(person.hex, unit) for person, unit in found.items()],
        schema={"person": pl.String, "unit": pl.String},
        orient="row",
    )


def _relations(joined: pl.DataFrame) -> pl.DataFrame:
    """Return what persons are to the readers who looked at them; the nearest relation counts."""
    pairs = joined.select("reader", "person").drop_nulls().unique()
    readers, persons = _ids(pairs["reader"].unique()), _ids(pairs["person"].unique())
    above, names = near.heads(readers), near.surnames({*readers, *persons})
    units = near.units({*readers, *persons})
    rows = []
    for reader_hex, person_hex in pairs.iter_rows():
        reader, person = uuid.UUID(reader_hex), uuid.UUID(person_hex)
        relation = ""
        if person in above.get(reader, ()):
            relation = "manager"
        elif names.get(reader, frozenset()) & names.get(person, frozenset()):
            relation = "namesake"
        elif reader in units and units[reader] == units.get(person):
            relation = "colleague"
        rows.append((reader_hex, person_hex, relation))
    schema = dict.fromkeys(("reader", "person", "relation"), pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row")


def _ids(hexed: Iterable[str]) -> set[uuid.UUID]:
    return {uuid.UUID(one) for one in hexed}


def _view(one: Alert) -> AlertView:
    return AlertView(
        one.id, one.rule, one.by, one.person, one.starts, one.ends, one.seen, one.usual,
        one.raised_at, one.verdict or "", one.words or "", one.settled_by or "", one.settled_at,
    )  # fmt: skip
