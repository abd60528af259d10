"""Feeds that are due: declaring when, and telling a route's owner when one did not come.

An alarm is raised once for each feed that is late and cleared by the feed itself, so nobody
presses it away while the figures are missing. It is raised again if the feed is withdrawn.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction

from muster.hub.expected import PERIODS, Due, Rhythm, due, next_due
from muster.hub.models import Alarm, Expectation, Landing, LandingState, Route
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.kernel.errors import BadInput, NotFound, Where
from muster.ledger.current import ledger

EXPECTED = "muster.hub.feeds.expected.v1"
LATE = "muster.hub.feed.missed.v1"
# How far back a rhythm is looked at: older gaps are history, not alarms.
_MOST_OVERDUE = 24
_LONGEST_NAME = 100
# A rhythm outside these is a slip of the keyboard.
EARLIEST, LATEST, MOST_DAYS = dt.date(2000, 1, 1), dt.date(2100, 1, 1), 366


@dataclass(frozen=True)
class LateFeed:
    """A feed that did not come: of which route, for which day, since when it is late."""

    route: str
    system: str
    as_at: dt.date
    due: dt.date
    raised_at: dt.datetime
    raised_to: str


@transaction.atomic
def expect(
    *,
    route: str,
    rhythm: Rhythm,
    owner: str = "",
    approver: str = "",
    by: str,
    clock: Clock,
) -> None:
    """Declare when feeds of a route are due, who is told of late ones, and who approves others.

    Raises:
        NotFound: if there is no such route.
        BadInput: if the rhythm makes no sense.
    """
    found = Route.objects.filter(code=route).first()
    if found is None:
        raise NotFound("No such route", where=Where(thing=route), fix="See the agreements page")
    _check(rhythm)
    if max(len(owner), len(approver)) > _LONGEST_NAME:
        raise BadInput(
            f"A name is longer than {_LONGEST_NAME} characters", where=Where(field="owner"),
            fix="Give the identifiers by which people are known here",
        )  # fmt: skip
    found.owner, found.approver = owner, approver
    found.save(update_fields=["owner", "approver"])
    found.alarms.filter(cleared_at__isnull=True).update(raised_to=owner)
    Expectation.objects.update_or_create(
        route=found,
        defaults={
            "period": rhythm.period, "days": rhythm.days, "since": rhythm.since,
            "until": rhythm.until, "set_by": by, "set_at": clock.now(),
        },
    )  # fmt: skip
    body = {
        "route": route, "period": rhythm.period, "days": rhythm.days, "owner": owner,
        "since": str(rhythm.since), "until": str(rhythm.until or ""), "approver": approver,
        "by": by,
    }  # fmt: skip
    ledger().append_one("decisions", EXPECTED, f"route:hub:{route}", body)


def _check(rhythm: Rhythm) -> None:
    wrong = ""
    if rhythm.period not in PERIODS:
        wrong, fix = "period", f"Choose {', '.join(PERIODS)}"
    elif not 0 <= rhythm.days <= MOST_DAYS:
        wrong, fix = "days", f"Give a number of days from 0 to {MOST_DAYS}"
    elif not EARLIEST <= rhythm.since <= LATEST:
        wrong, fix = "since", f"Give a day from {EARLIEST} to {LATEST}"
    elif rhythm.until is not None and rhythm.until <= rhythm.since:
        wrong, fix = "until", "Give a day after the first one, or none"
    if wrong:
        raise BadInput("Not a rhythm", where=Where(field=wrong), fix=fix)


@dataclass(frozen=True)
class Plan:
    """What is planned for a route: who answers for it, when its feeds are due, which are late.

    ``approver`` is empty where nobody is named, ``rhythm`` None where none is declared.
    """

    owner: str
    approver: str
    rhythm: Rhythm | None
    awaited: Due | None
    late: tuple[LateFeed, ...]


def plan_of(route: str, *, clock: Clock) -> Plan:
    """Return what is planned for a route; ``NotFound`` if there is none."""
    found = Route.objects.filter(code=route).first()
    if found is None:
        raise NotFound("No such route", where=Where(thing=route), fix="See the agreements page")
    awaited = next_feed(route, clock=clock)
    return Plan(found.owner, found.approver, rhythm_of(route), awaited, late_feeds(route=route))


def rhythm_of(route: str) -> Rhythm | None:
    """Return the declared rhythm of a route, if there is one."""
    row = Expectation.objects.filter(route__code=route).first()
    return None if row is None else Rhythm(row.period, row.days, row.since, row.until)


def next_feed(route: str, *, clock: Clock) -> Due | None:
    """Return the next feed that a route is to bring, if a rhythm is declared."""
    row = Expectation.objects.select_related("route").filter(route__code=route).first()
    if row is None:
        return None
    rhythm = Rhythm(row.period, row.days, row.since, row.until)
    return next_due(rhythm, today=legal_day(clock.now()), came=_came(row.route))


@transaction.atomic
def raise_alarms(*, clock: Clock) -> tuple[LateFeed, ...]:
    """Raise alarms for feeds that are late, clear those that came; return the new ones.

    Several workers may ask at once: each rhythm is held while it is looked at.
    """
    now = clock.now()
    raised: list[Alarm] = []
    rhythms = Expectation.objects.select_for_update(of=("self",)).select_related("route__source")
    for row in rhythms.order_by("route__code"):
        raised += _raised(row, now)
    for alarm in raised:
        body = {"as_at": str(alarm.as_at), "due": str(alarm.due), "to": alarm.raised_to}
        ledger().append_one("decisions", LATE, f"route:hub:{alarm.route.code}", body)
    return tuple(map(_late, raised))


def _raised(row: Expectation, now: dt.datetime) -> list[Alarm]:
    """Clear what is settled of one rhythm; raise what is late; return the alarms raised."""
    route, came = row.route, _came(row.route)
    rhythm = Rhythm(row.period, row.days, row.since, row.until)
    missed = {one.as_at: one.by for one in due(rhythm, today=legal_day(now))}
    known = {alarm.as_at: alarm for alarm in route.alarms.all()}
    for day, alarm in known.items():
        if alarm.cleared_at is None and (day in came or day not in missed):
            # A feed clears its own alarm; one that is not expected any more, whoever says so.
            alarm.cleared_at, alarm.cleared_by = now, came.get(day, row.set_by)
            alarm.save(update_fields=["cleared_at", "cleared_by"])
    late = []
    for day, by in list(missed.items())[-_MOST_OVERDUE:]:
        alarm = known.get(day) or Alarm(route=route, as_at=day)
        if day in came or (day in known and alarm.cleared_at is None):
            continue
        alarm.due, alarm.raised_at, alarm.raised_to = by, now, route.owner
        alarm.cleared_at, alarm.cleared_by = None, ""
        alarm.save()
        late.append(alarm)
    return late


def late_feeds(
    *, owner: str = "", employer: uuid.UUID | None = None, route: str = ""
) -> tuple[LateFeed, ...]:
    """Return the feeds that are late now, the longest first; of one owner, employer or route."""
    found = Alarm.objects.filter(cleared_at__isnull=True).select_related("route__source")
    if owner:
        found = found.filter(raised_to=owner)
    if employer is not None:
        found = found.filter(route__source__employer=employer)
    if route:
        found = found.filter(route__code=route)
    return tuple(map(_late, found.order_by("due", "route__code")))


def _came(route: Route) -> dict[dt.date, str]:
    """Return the days that standing feeds of a route speak of, and who handed each in."""
    standing = Landing.objects.filter(
        route=route, state=LandingState.ACCEPTED, as_at__isnull=False
    ).order_by("received_at")
    return {day: by for day, by in standing.values_list("as_at", "received_by") if day is not None}


def _late(row: Alarm) -> LateFeed:
    source = row.route.source.title
    return LateFeed(row.route.code, source, row.as_at, row.due, row.raised_at, row.raised_to)
