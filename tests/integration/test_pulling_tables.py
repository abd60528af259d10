"""Tables that are asked for what is new: real tables, each row once, whatever is interrupted."""

import datetime as dt
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from muster.hub.delivering.leases import LostLease
from muster.hub.models import Agreement, Inlet, InletAlarm, Message
from muster.hub.pulling import leases, pulling, tables
from muster.hub.pulling.inlets import after_of
from muster.hub.pulling.puller import Puller
from muster.hub.pulling.pulling import pull_due, pull_one
from muster.hub.worker import Carrier
from muster.kernel.clock import FixedClock
from muster.kernel.errors import Conflict
from tests.databases import KINDS, Database, database
from tests.integration.hub_world import CHANGED, World
from tests.integration.pulling_world import NOW, Staff, grades, kept, set_up, settings_of

pytestmark = pytest.mark.django_db


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with database(request.param, tmp_path) as made:
        yield made


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def staff(place: Database, tmp_path: Path, fresh_home: Path, clock: FixedClock) -> Staff:
    World(tmp_path, clock=clock).build()
    return Staff(place)


def again(clock: FixedClock) -> int:
    """Let an hour pass, and one worker ask until nothing is due."""
    clock.move(dt.timedelta(hours=1))
    came = 0
    while (done := pull_due(clock)) is not None:
        came += done
    return came


def test_rows_become_messages_and_reach_the_receiver_reduced(
    staff: Staff, clock: FixedClock, tmp_path: Path
) -> None:
    inlet = set_up(staff, clock=clock)
    staff.add(1, "a", "HEO")
    staff.add(2, "b", hours=20)
    assert pull_due(clock) == 2
    ((subject, body), _) = kept()
    assert subject == "employment:hr:mill:a"
    assert json.loads(body)["data"] == {"staff_number": "a", "grade": "HEO", "hours": 37}
    assert b"never leaves" not in b"".join(raw for _, raw in kept())
    carrier = Carrier(clock)
    carrier.drain()
    carrier.stop()
    received = World(tmp_path).received()
    assert [(row["staff_number"], row["hours"]) for row in received] == [("a", 37), ("b", 20)]
    inlet.refresh_from_db()
    assert (inlet.came, inlet.brought, inlet.said, inlet.came_at) == (2, 2, "", NOW)
    assert pull_due(clock) is None


def test_each_row_comes_once_and_only_when_it_is_due(staff: Staff, clock: FixedClock) -> None:
    set_up(staff, clock=clock)
    staff.add(1)
    assert pull_due(clock) == 1
    staff.add(2)
    assert pull_due(clock) is None
    assert again(clock) == 1
    assert again(clock) == 0
    assert grades() == [("s1", "EO"), ("s2", "EO")]


def test_a_table_that_only_tells_how_it_is_sends_every_change_there_and_back(
    staff: Staff, clock: FixedClock
) -> None:
    set_up(staff, clock=clock, settings=settings_of(staff, rising=""))
    staff.add(1, "a")
    assert again(clock) == 1
    for grade in ("HEO", "EO", "HEO"):
        staff.change("a", grade)
        assert again(clock) == 1
    assert [grade for _, grade in grades()] == ["EO", "HEO", "EO", "HEO"]
    assert again(clock) == 0
    staff.remove("a")
    assert again(clock) == 1
    # Of what is gone only the key is known: the contract refuses it, and it is seen.
    last = Message.objects.order_by("-position")[0]
    assert "Grade" in last.refused


def test_how_far_it_was_read_is_encrypted(staff: Staff, clock: FixedClock) -> None:
    inlet = set_up(staff, clock=clock, settings=settings_of(staff, rising=""))
    staff.add(1, "key-that-names-somebody")
    assert pull_due(clock) == 1
    inlet.refresh_from_db()
    opened = after_of(inlet)
    assert opened
    assert opened.encode() not in bytes(inlet.after)
    assert b"key-that-names" not in bytes(inlet.after)
    assert staff.place.url.encode() not in bytes(inlet.sealed)
    assert "url" not in inlet.settings


def test_read_from_the_beginning_again_nothing_comes_twice(staff: Staff, clock: FixedClock) -> None:
    set_up(staff, clock=clock)
    staff.add(1)
    staff.add(2)
    assert pull_due(clock) == 2
    Inlet.objects.update(after=b"")
    assert again(clock) == 0
    assert Message.objects.count() == 2


def test_what_breaks_the_contract_is_kept_and_refused_and_the_others_go_on(
    staff: Staff, clock: FixedClock
) -> None:
    set_up(staff, clock=clock)
    staff.add(1, grade="Baron")
    staff.add(2)
    came = pull_one("staff", clock)
    assert (came.brought, came.refused) == (2, 1)
    assert [bool(said) for said in Message.objects.order_by("position").values_list(
        "refused", flat=True)] == [True, False]  # fmt: skip


def test_without_an_agreement_what_comes_is_kept_and_goes_nowhere(
    staff: Staff, clock: FixedClock
) -> None:
    Agreement.objects.update(suspended_at=NOW)
    set_up(staff, clock=clock)
    staff.add(1)
    assert pull_one("staff", clock).refused == 1
    assert "suspended" in Message.objects.get().refused


class Killed(BaseException):
    """The worker is gone at this moment."""


STEPS: list[tuple[Any, str, bool]] = [
    (tables, "messages_of", False), (tables, "accept", False), (tables, "accept", True),
    (tables, "seal_after", False), (tables, "move", False), (tables, "move", True),
    (pulling, "end", False), (pulling, "end", True), (pulling, "made_connector", True),
]  # fmt: skip


@pytest.mark.parametrize("way", ["number", ""])
@pytest.mark.parametrize(("where", "step", "done"), STEPS)
def test_killed_at_any_step_nothing_is_lost_or_doubled(
    staff: Staff, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, where: Any, step: str,
    done: bool, way: str,
) -> None:  # fmt: skip
    set_up(staff, clock=clock, settings=settings_of(staff, rising=way))
    staff.add(1, "a")
    assert pull_due(clock) == 1
    staff.change("a", "G7")
    staff.add(2, "b")
    if way:
        staff.place.run(f"UPDATE {staff.name} SET number = 3 WHERE staff_number = 'a'")
    kill(monkeypatch, where, step, after=done)
    with pytest.raises(Killed):
        again(clock)
    monkeypatch.undo()
    # Nobody knows of the kill: the lease ends by itself.
    assert Inlet.objects.get().owner or step == "end"
    expected = {("a", "EO"), ("a", "G7"), ("b", "EO")}
    again(clock)
    assert set(grades()) == expected
    assert len(grades()) == 3
    assert again(clock) == 0


def kill(monkeypatch: pytest.MonkeyPatch, where: Any, step: str, *, after: bool) -> None:
    plain: Callable[..., Any] = getattr(where, step)

    def killed(*args: Any, **named: Any) -> Any:
        if after:
            plain(*args, **named)
        raise Killed

    monkeypatch.setattr(where, step, killed)


def test_a_worker_that_was_overtaken_changes_nothing(
    staff: Staff, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    inlet = set_up(staff, clock=clock)
    staff.add(1)
    turn = leases.take(inlet, "slow", clock.now())
    assert turn is not None
    inlet.refresh_from_db()
    assert leases.take(inlet, "other", clock.now()) is None
    clock.move(2 * leases.LEASE)
    faster = leases.take(inlet, "other", clock.now())
    assert faster is not None
    with pytest.raises(LostLease):
        leases.move(turn, clock.now(), pages=5)
    with pytest.raises(LostLease):
        leases.end(turn, attempts=3)
    leases.end(faster)
    inlet.refresh_from_db()
    assert (inlet.pages, inlet.attempts, inlet.owner) == (0, 0, "")


@pytest.mark.parametrize("lost", [True, False])
def test_a_lease_lost_in_the_middle_of_a_page_takes_the_page_back(
    staff: Staff, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, lost: bool
) -> None:
    set_up(staff, clock=clock)
    staff.add(1)
    plain: Callable[..., Any] = tables.__dict__["accept"]

    def overtaken(*args: Any, **named: Any) -> Any:
        answers = plain(*args, **named)
        if lost:
            Inlet.objects.update(fence=99, owner="other")
        return answers

    monkeypatch.setattr(tables, "accept", overtaken)
    if lost:
        with pytest.raises(Conflict, match="at this moment"):
            pull_one("staff", clock)
    else:
        pull_one("staff", clock)
    assert Message.objects.count() == int(not lost)


def test_a_system_that_cannot_be_reached_waits_longer_each_time_and_tells_once(
    staff: Staff, clock: FixedClock
) -> None:
    inlet = set_up(staff, clock=clock)
    staff.place.run(f"ALTER TABLE {staff.name} RENAME TO elsewhere")
    waits = []
    for _ in range(8):
        assert pull_due(clock) == 0
        inlet.refresh_from_db()
        assert inlet.said
        assert inlet.fix
        waits.append((inlet.due_at - clock.now()).total_seconds())
        clock.move(inlet.due_at - clock.now() + dt.timedelta(seconds=1))
    for number, wait in enumerate(waits):
        assert 7.5 * 2**number <= wait <= 15 * 2**number
    alarm = InletAlarm.objects.get()
    assert alarm.cleared_at is None
    elsewhere = f"{staff.place.schema}.elsewhere" if staff.place.schema else "elsewhere"
    staff.place.run(f"ALTER TABLE {elsewhere} RENAME TO staff")
    staff.add(1)
    assert again(clock) == 1
    inlet.refresh_from_db()
    alarm.refresh_from_db()
    assert (inlet.said, inlet.attempts) == ("", 0)
    assert alarm.cleared_at is not None


def test_one_that_fails_stops_no_other(staff: Staff, clock: FixedClock) -> None:
    set_up(staff, "a-broken", clock=clock)
    Inlet.objects.update(settings=settings_of(staff, columns="grade = nothing_such"))
    set_up(staff, "b-sound", clock=clock)
    staff.add(1)
    puller = Puller(clock)
    assert [puller.turn(), puller.turn(), puller.turn()] == [0, 1, None]
    broken = Inlet.objects.get(code="a-broken")
    assert "no column nothing_such" in broken.said
    assert "grade_code" in broken.fix


def test_a_fault_nobody_foresaw_names_no_value_and_stops_no_other(
    staff: Staff, clock: FixedClock, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    set_up(staff, clock=clock)
    staff.add(1, "Mole")

    def broken(*args: Any, **named: Any) -> Any:
        raise ValueError("Mole")

    monkeypatch.setattr(tables, "accept", broken)
    assert pull_due(clock) == 0
    inlet = Inlet.objects.get()
    assert inlet.said == "An unforeseen fault (ValueError)"
    assert "Mole" not in caplog.text + inlet.said + inlet.fix
    monkeypatch.undo()
    assert again(clock) == 1


def test_a_row_that_can_be_no_message_keeps_its_page_and_says_what_to_do(
    staff: Staff, clock: FixedClock
) -> None:
    set_up(staff, clock=clock)
    staff.add(1, "x" * 1_100_000)
    staff.add(2)
    came = pull_one("staff", clock)
    assert "cannot be kept" in came.said
    assert Message.objects.count() == 0
    staff.remove("x" * 1_100_000)
    assert again(clock) == 1


def test_a_clock_that_was_set_back_lets_nothing_wait_for_ever(
    staff: Staff, clock: FixedClock
) -> None:
    set_up(staff, clock=clock)
    staff.add(1)
    assert pull_due(clock) == 1
    staff.add(2)
    clock.move(-dt.timedelta(days=30))
    assert pull_due(clock) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_ask_one_inlet_at_once(
    staff: Staff, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(staff, clock=clock)
    for number in range(20):
        staff.add(number)
    inside, most, lock = 0, 0, threading.Lock()
    plain: Callable[..., Any] = tables.__dict__["messages_of"]

    def watched(*args: Any, **named: Any) -> Any:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        threading.Event().wait(0.05)
        made = list(plain(*args, **named))
        with lock:
            inside -= 1
        return iter(made)

    monkeypatch.setattr(tables, "messages_of", watched)
    ready, came = threading.Barrier(2), []

    def work(name: str) -> None:
        puller = Puller(clock, name=name)
        try:
            ready.wait(10)
            came.append(sum(puller.turn() or 0 for _ in range(3)))
        finally:
            connection.close()

    workers = [threading.Thread(target=work, args=(name,)) for name in ("one", "two")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert sum(came) == 20
    assert most == 1
    assert Message.objects.count() == 20
    assert Message.objects.filter(contract=CHANGED).count() == 20
