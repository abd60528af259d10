"""Deadlines as calendars read them (RFC 5545): whole days, without anything personal.

An entry keeps its UID for good. SEQUENCE grows with each change of its day, so that a calendar
takes the newer one; a task that is done or was taken back is cancelled rather than left out,
because a calendar that took the entry once would keep it.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from icalendar import Alarm, Calendar, Event

from muster.kernel.days import ONE_DAY

CONTENT_TYPE = "text/calendar; charset=utf-8"
REFRESHED_EVERY = dt.timedelta(hours=4)
_MAKER = "-//Muster//Casework//EN"


@dataclass(frozen=True)
class Entry:
    """One deadline.

    Args:
        task: the task.
        title: the task as its diagram calls it.
        process: what the process is called.
        day: the last day for it.
        open: whether it is still to be done.
        sequence: how often the entry has changed.
        changed: when it last changed.
        link: where the task is, behind the sign-in.
    """

    task: uuid.UUID
    title: str
    process: str
    day: dt.date
    open: bool
    sequence: int
    changed: dt.datetime
    link: str


def written(entries: Iterable[Entry], *, name: str, attached: bool = False) -> bytes:
    """Return a calendar of deadlines.

    Args:
        entries: the deadlines.
        name: what a calendar program calls it.
        attached: whether it is one deadline to be put into a calendar, or taken out of it; else a
            feed that a calendar program asks for again and again.
    """
    listed = list(entries)
    gone = attached and not any(one.open for one in listed)
    method: Literal["CANCEL", "PUBLISH"] = "CANCEL" if gone else "PUBLISH"
    found = Calendar()
    found.add("prodid", _MAKER)
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("method", method)
    if not attached:
        found.add("x-wr-calname", name)
        found.add("name", name)
        found.add("refresh-interval", REFRESHED_EVERY, parameters={"VALUE": "DURATION"})
        found.add("x-published-ttl", REFRESHED_EVERY)
    for one in listed:
        found.add_component(_event(one, alarmed=attached))
    content: bytes = found.to_ical()
    return content


def _event(one: Entry, *, alarmed: bool) -> Event:
    event = Event()
    event.add("uid", f"task-{one.task}@muster")
    event.add("dtstamp", one.changed)
    event.add("last-modified", one.changed)
    event.add("sequence", one.sequence)
    event.add("dtstart", one.day)
    event.add("dtend", one.day + ONE_DAY)
    event.add("summary", f"{one.title} ({one.process})")
    event.add("url", one.link)
    event.add("description", one.link)
    event.add("status", "CONFIRMED" if one.open else "CANCELLED")
    # A deadline takes up no time of the day, and only its owner's business is in it.
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    if alarmed and one.open:
        event.add_component(_the_day_before(one))
    return event


def _the_day_before(one: Entry) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", one.title)
    # Fifteen hours before midnight: at nine on the day before.
    alarm.add("trigger", -dt.timedelta(hours=15))
    return alarm
