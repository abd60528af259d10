"""Deadlines in people's own calendars: read back line by line, as RFC 5545 writes them."""

import datetime as dt
import re
import uuid
from pathlib import Path

import pytest

from muster.casework.notifying.feeds import deadline, end_feed, feed, feed_of, renew_feed
from muster.casework.notifying.models import CalendarFeed
from muster.kernel.errors import NotFound
from tests.integration.inbox_world import MOLE, RAT, InboxWorld
from tests.integration.told_world import ToldWorld

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_home")]


@pytest.fixture
def world() -> InboxWorld:
    return InboxWorld().staffed()


def lines_of(content: bytes) -> list[str]:
    """Return the lines of a calendar, put together again as section 3.1 folds them."""
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    folded = content.split(b"\r\n")
    assert max(map(len, folded)) <= 75
    return content.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]


def events(content: bytes) -> list[dict[str, str]]:
    """Read a calendar without the library that wrote it; return each event's own properties."""
    found: list[dict[str, str]] = []
    open_: list[str] = []
    for line in lines_of(content):
        name, value = re.split(r"(?=[:;])", line, maxsplit=1)
        if name == "BEGIN":
            open_.append(value[1:])
            if value == ":VEVENT":
                found.append({})
        elif name == "END":
            assert open_.pop() == value[1:]
        elif open_ == ["VCALENDAR", "VEVENT"]:
            assert name not in found[-1]
            found[-1][name] = value
    assert open_ == []
    return found


def method(content: bytes) -> str:
    [said] = [line for line in lines_of(content) if line.startswith("METHOD:")]
    return said.removeprefix("METHOD:")


def the_feed(world: InboxWorld, token: str) -> list[dict[str, str]]:
    return events(feed(token, clock=world.clock))


def test_a_deadline_is_a_whole_day_of_its_own_and_of_nobody(world: InboxWorld) -> None:
    due = dt.datetime(2027, 3, 28, 22, 59, tzinfo=dt.UTC)  # the clocks went forward that day
    task = world.task(assignee=MOLE, days=1, title="Agree; the date, soon\\now " + "é" * 60)
    task.due_at = due
    task.save()
    content = deadline(task.id, clock=world.clock)
    [one] = events(content)
    assert method(content) == "PUBLISH"
    assert one["DTSTART"] == ";VALUE=DATE:20270328"
    assert one["DTEND"] == ";VALUE=DATE:20270329", "half open, as whole days are"
    assert one["UID"] == f":task-{task.id}@muster"
    assert one["SEQUENCE"] == ":0"
    assert one["SUMMARY"].startswith(":Agree\\; the date\\, soon\\\\now éé")
    assert str(task.id) in one["URL"]
    assert re.fullmatch(r":\d{8}T\d{6}Z", one["DTSTAMP"])
    assert not {"ORGANIZER", "ATTENDEE", "LOCATION", "CONTACT"} & set(one)
    assert "BEGIN:VALARM" in lines_of(content)


def test_a_change_is_known_as_one_and_a_done_task_is_cancelled(world: InboxWorld) -> None:
    task = world.task(assignee=MOLE)
    [first] = events(deadline(task.id, clock=world.clock))
    world.later(hours=1)
    [same] = events(deadline(task.id, clock=world.clock))
    assert same == first, "nothing changed"
    task.due_at = world.clock.now() + dt.timedelta(days=2)
    task.save()
    [moved] = events(deadline(task.id, clock=world.clock))
    assert moved["UID"] == first["UID"]
    assert moved["SEQUENCE"] == ":1"
    assert moved["DTSTART"] != first["DTSTART"]
    assert moved["DTSTAMP"] > first["DTSTAMP"]
    world.done(task, MOLE)
    content = deadline(task.id, clock=world.clock)
    [gone] = events(content)
    assert (method(content), gone["STATUS"], gone["SEQUENCE"]) == ("CANCEL", ":CANCELLED", ":2")
    assert gone["UID"] == first["UID"]


def test_a_feed_holds_what_its_owner_has_and_nothing_else(tmp_path: Path, fresh_home: Path) -> None:
    person = ToldWorld(tmp_path).build().mole
    world = InboxWorld()
    own = {world.task(assignee=MOLE).id, world.task(person=person).id}
    world.task(assignee=RAT)
    world.task()
    world.task(person=uuid.uuid4())
    world.task(assignee=MOLE, days=None)
    token = renew_feed(actor=MOLE, person=person, clock=world.clock)
    shown = the_feed(world, token)
    assert {one["UID"] for one in shown} == {f":task-{task}@muster" for task in own}
    assert "Mole" not in feed(token, clock=world.clock).decode()


def test_a_feed_says_for_a_while_that_a_task_was_done(world: InboxWorld) -> None:
    task = world.task(assignee=MOLE)
    token = renew_feed(actor=MOLE, person=None, clock=world.clock)
    [shown] = the_feed(world, token)
    world.done(task, MOLE)
    [gone] = the_feed(world, token)
    assert (shown["STATUS"], gone["STATUS"]) == (":CONFIRMED", ":CANCELLED")
    world.later(days=15)
    assert the_feed(world, token) == []


def test_an_address_is_unguessable_shown_once_and_renewed(world: InboxWorld) -> None:
    first = renew_feed(actor=MOLE, person=None, clock=world.clock)
    assert len(first) >= 43
    assert first not in str(CalendarFeed.objects.values())
    second = renew_feed(actor=MOLE, person=None, clock=world.clock)
    for dead in (first, "", "x" * 43, CalendarFeed.objects.get().token_hash):
        with pytest.raises(NotFound):
            feed(dead, clock=world.clock)
    assert the_feed(world, second) == []
    read = feed_of(MOLE)
    assert read is not None
    assert read.read_at == world.clock.now()
    end_feed(actor=MOLE)
    with pytest.raises(NotFound):
        feed(second, clock=world.clock)


def test_the_feed_of_who_is_seen_no_more_ends(world: InboxWorld) -> None:
    token = renew_feed(actor=MOLE, person=None, clock=world.clock)
    world.later(days=80)
    world.seen(MOLE, "Mole", world.mill)
    world.later(days=80)
    assert the_feed(world, token) == []
    world.later(days=20)
    with pytest.raises(NotFound):
        feed(token, clock=world.clock)


def test_a_task_without_a_deadline_has_none_to_attach(world: InboxWorld) -> None:
    with pytest.raises(NotFound):
        deadline(world.task(days=None).id, clock=world.clock)
