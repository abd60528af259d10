"""Deciding on held feeds, announcing bulk changes, and withdrawing feeds."""

import datetime as dt
import uuid

import pytest

from muster.hub import queries
from muster.hub.agreements.actions import lift, suspend
from muster.hub.alarms import expect
from muster.hub.approval import (
    allow,
    announce,
    announcements,
    approve,
    decisions_of,
    feeds_to_decide,
    go_on,
    refuse,
    take_back,
)
from muster.hub.expected import Rhythm
from muster.hub.models import Landing
from muster.hub.reading import read
from muster.hub.withdrawal import withdraw, would_undo
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, Conflict, NotFound, NotPermitted
from tests.integration.people_files import BY, load
from tests.integration.test_people_feeds import (
    MOLE,
    TOAD,
    VOLE,
    believed,
    changed,
    enrol_bodies,
    sheet,
)

pytestmark = pytest.mark.django_db
APPROVER, OTHER, PLANNER = "persona:approver", "persona:other", "persona:planner"
FIRST, HALF = "mill/2026-09-30-hr.csv", "mill/2026-10-31-hr.csv"
WHOLE = sheet(MOLE, VOLE, TOAD)
MONTHLY = Rhythm("month", 10, dt.date(2026, 8, 1))


def watched(*bodies: str) -> None:
    """Enrol bodies of whose feeds nothing unusual is announced."""
    enrol_bodies(*bodies)
    for body in bodies:
        for one in announcements(f"hr-{body}"):
            take_back(announcement=one.id, by=BY, clock=SYSTEM_CLOCK)


@pytest.fixture(autouse=True)
def mill() -> None:
    watched("mill", "weir")


def send(name: str, content: bytes) -> Landing:
    """Load one file; return its landing."""
    taken = load({name: content})
    return Landing.objects.get(id=(taken.fresh or taken.known)[0])


def held() -> Landing:
    """Return a full feed that lost two of three people and waits for approval."""
    assert send(FIRST, WHOLE).state == "accepted"
    found = send(HALF, sheet(MOLE))
    assert (found.state, found.waits_for) == ("held", "approval"), found.said
    return found


def state(landing: Landing) -> str:
    landing.refresh_from_db()
    return landing.state


def employed() -> list[str]:
    """Return the staff numbers now believed to be employed at the mill."""
    return sorted(number for number, days in believed().items() if days[-1][1] == "")


def test_a_full_feed_that_lost_half_its_rows_is_held_and_changes_nothing() -> None:
    found = held()
    assert found.effect == {"covered": 3, "ending": 2, "changed": 0, "joining": 0, "rows": 1}
    assert employed() == ["M/1", "M/2", "M/3"]
    assert [one.id for one in feeds_to_decide()] == [found.id]
    weir = queries.landing(held_at_the_weir().id).employer
    assert found.id not in {one.id for one in feeds_to_decide(employer=weir)}


def held_at_the_weir() -> Landing:
    send(FIRST.replace("mill", "weir"), WHOLE)
    return send(HALF.replace("mill", "weir"), sheet(MOLE))


def test_an_approved_feed_goes_on_as_it_came() -> None:
    found = held()
    said = approve(
        landing=found.id, reason=" They left. ", by=APPROVER, read=read, clock=SYSTEM_CLOCK
    )
    assert (said, state(found), found.waits_for) == ("accepted", "accepted", "")
    assert employed() == ["M/1"]
    assert feeds_to_decide() == ()
    (decided,) = decisions_of(found.id)
    assert (decided.what, decided.by, decided.reason) == ("approved", APPROVER, "They left.")


def test_an_approval_waits_for_the_next_worker_and_is_not_forgotten() -> None:
    found = held()
    allow(landing=found.id, reason="They left", by=APPROVER)
    assert (state(found), employed()) == ("received", ["M/1", "M/2", "M/3"])
    assert go_on(read, clock=SYSTEM_CLOCK)
    assert (state(found), employed()) == ("accepted", ["M/1"])
    assert not go_on(read, clock=SYSTEM_CLOCK)


def test_a_worker_that_dies_over_an_approved_feed_leaves_it_to_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = held()
    allow(landing=found.id, reason="They left", by=APPROVER)

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("muster.hub.batch.hand_over", dies)
        with pytest.raises(KeyboardInterrupt):
            go_on(read, clock=SYSTEM_CLOCK)
    assert go_on(read, clock=SYSTEM_CLOCK)
    assert (state(found), employed()) == ("accepted", ["M/1"])


def test_a_fault_nobody_foresaw_holds_the_feed_and_not_the_worker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = held()
    allow(landing=found.id, reason="They left", by=APPROVER)

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("muster.hub.batch.hand_over", fails)
        assert go_on(read, clock=SYSTEM_CLOCK)
    assert (state(found), found.waits_for) == ("held", "approval")
    assert "unforeseen fault" in found.said


def test_a_feed_whose_agreement_was_suspended_stays_held_when_it_is_approved() -> None:
    found = held()
    suspend(code="hr-mill", reason="test", by=BY, clock=SYSTEM_CLOCK, employer=None)
    with pytest.raises(Conflict, match="may not flow"):
        approve(landing=found.id, reason="ok", by=APPROVER, read=read, clock=SYSTEM_CLOCK)
    assert (state(found), found.waits_for) == ("held", "approval")
    lift(code="hr-mill", reason="test", by=BY, employer=None, clock=SYSTEM_CLOCK)
    approve(landing=found.id, reason="ok", by=APPROVER, read=read, clock=SYSTEM_CLOCK)
    assert state(found) == "accepted"


def test_a_refused_feed_stays_refused_and_a_better_one_can_come() -> None:
    found = held()
    refuse(landing=found.id, reason="Half is missing", by=APPROVER)
    assert (state(found), employed()) == ("refused", ["M/1", "M/2", "M/3"])
    assert "Half is missing" in found.said
    with pytest.raises(NotFound):
        approve(landing=found.id, reason="after all", by=APPROVER, read=read, clock=SYSTEM_CLOCK)
    assert [one.what for one in decisions_of(found.id)] == ["refused"]
    better = send(HALF, sheet(MOLE, VOLE, TOAD, changed(TOAD, Staff_no="M/4")))
    assert (better.state, state(found)) == ("accepted", "refused")


def test_sending_a_refused_feed_again_asks_again_and_writes_nothing() -> None:
    found = held()
    refuse(landing=found.id, reason="Half is missing", by=APPROVER)
    send(HALF, sheet(MOLE))
    assert (state(found), employed()) == ("held", ["M/1", "M/2", "M/3"])


@pytest.mark.parametrize("verb", ["approve", "refuse"])
@pytest.mark.parametrize(
    ("named", "by", "said"),
    [
        ("", BY, "Ask a colleague"),
        (APPROVER, BY, f"Ask {APPROVER}"),
        (BY, BY, "Have somebody else named"),
        (APPROVER, OTHER, f"Ask {APPROVER}"),
    ],
)
def test_nobody_decides_on_their_own_feed_or_in_place_of_whom_is_named(
    verb: str, named: str, by: str, said: str
) -> None:
    found = held()
    expect(route="hr-mill", rhythm=MONTHLY, approver=named, by=BY, clock=SYSTEM_CLOCK)
    with pytest.raises(NotPermitted, match=said):
        decide(verb, found, by)
    assert (state(found), decisions_of(found.id)) == ("held", ())


def decide(verb: str, found: Landing, by: str, reason: str = "test") -> None:
    if verb == "approve":
        approve(landing=found.id, reason=reason, by=by, read=read, clock=SYSTEM_CLOCK)
    else:
        refuse(landing=found.id, reason=reason, by=by)


@pytest.mark.parametrize("verb", ["approve", "refuse"])
def test_a_decision_has_a_reason_and_is_of_a_feed_that_waits(verb: str) -> None:
    found = held()
    with pytest.raises(BadInput, match="reason"):
        decide(verb, found, APPROVER, " \n")
    first = Landing.objects.get(name=FIRST)
    with pytest.raises(NotFound):
        decide(verb, first, APPROVER)
    first.id = uuid.uuid4()
    with pytest.raises(NotFound):
        decide(verb, first, APPROVER)


def test_a_feed_that_was_overtaken_while_it_waited_is_not_approved() -> None:
    found = held()
    may_change()
    later = send(HALF, sheet(MOLE, VOLE))
    assert later.state == "accepted", later.said
    with pytest.raises(Conflict, match="later feed"):
        approve(landing=found.id, reason="ok", by=APPROVER, read=read, clock=SYSTEM_CLOCK)
    assert (state(found), state(later)) == ("held", "accepted")


def may_change(day: str = "2026-10-31", number: int = 3) -> uuid.UUID:
    """Announce that everybody may change or end on a day."""
    on = dt.date.fromisoformat(day)
    return announce(
        route="hr-mill", starts=on, ends=on, ending=number, changed=number, reason="test",
        by=PLANNER, clock=SYSTEM_CLOCK,
    )  # fmt: skip


def test_what_was_announced_goes_on_and_what_was_taken_back_is_held() -> None:
    announced = may_change()
    assert [one.id for one in announcements("hr-mill")] == [announced]
    send(FIRST, WHOLE)
    assert send(HALF, sheet(MOLE)).state == "accepted"
    withdraw(landing=Landing.objects.get(name=HALF).id, reason="test", by=BY, clock=SYSTEM_CLOCK)
    take_back(announcement=announced, by=BY, clock=SYSTEM_CLOCK)
    assert announcements("hr-mill") == ()
    assert send(HALF, sheet(MOLE)).state == "held"
    with pytest.raises(NotFound):
        take_back(announcement=announced, by=BY, clock=SYSTEM_CLOCK)


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends": dt.date(2026, 10, 30)},
        {"ending": -1},
        {"ending": 0, "changed": 0},
        {"changed": 10**12},
        {"reason": " "},
    ],
)
def test_an_announcement_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    day = dt.date(2026, 10, 31)
    asked = {"starts": day, "ends": day, "ending": 1, "changed": 1, "reason": "test"} | wrong
    with pytest.raises(BadInput):
        announce(route="hr-mill", by=BY, clock=SYSTEM_CLOCK, **asked)  # type: ignore[arg-type]


def test_withdrawing_reinstates_the_earlier_feed_step_by_step() -> None:
    may_change("2026-09-30")
    first, second = send(FIRST, WHOLE), send(FIRST, sheet(MOLE, VOLE))
    third = send(FIRST, sheet(MOLE))
    assert (state(first), state(second), employed()) == ("superseded", "superseded", ["M/1"])
    for replaced in (first, second):
        with pytest.raises(Conflict, match="superseded"):
            withdraw(landing=replaced.id, reason="x", by=BY, clock=SYSTEM_CLOCK)
    undone = would_undo(third.id)
    assert (undone.accepted, undone.again) == (1, (second.id, FIRST, dt.date(2026, 9, 30)))
    again = withdraw(landing=third.id, reason="wrong file", by=BY, clock=SYSTEM_CLOCK)
    assert (again, employed()) == (second.id, ["M/1", "M/2"])
    withdraw(landing=second.id, reason="wrong too", by=BY, clock=SYSTEM_CLOCK)
    assert employed() == ["M/1", "M/2", "M/3"]
    assert withdraw(landing=first.id, reason="all of it", by=BY, clock=SYSTEM_CLOCK) is None
    assert employed() == []
    (decided,) = decisions_of(first.id)
    assert (decided.what, decided.reason, decided.by) == ("withdrawn", "all of it", BY)


def test_a_withdrawn_file_can_be_sent_again_as_a_new_one() -> None:
    first = send(FIRST, WHOLE)
    withdraw(landing=first.id, reason="too early", by=BY, clock=SYSTEM_CLOCK)
    with pytest.raises(Conflict, match="withdrawn"):
        withdraw(landing=first.id, reason="again", by=BY, clock=SYSTEM_CLOCK)
    again = send(FIRST, WHOLE)
    assert (again.id != first.id, again.state, state(first)) == (True, "accepted", "withdrawn")
    assert employed() == ["M/1", "M/2", "M/3"]


def test_a_withdrawal_has_a_reason_and_a_feed() -> None:
    first = send(FIRST, WHOLE)
    with pytest.raises(BadInput):
        withdraw(landing=first.id, reason="", by=BY, clock=SYSTEM_CLOCK)
    with pytest.raises(NotFound):
        withdraw(landing=uuid.uuid4(), reason="x", by=BY, clock=SYSTEM_CLOCK)
    with pytest.raises(NotFound):
        would_undo(uuid.uuid4())
    assert state(first) == "accepted"
