"""Ways off the straight path, and attacks on it: what each leaves behind."""

import datetime as dt
from typing import Any

import polars as pl
import pytest

from muster.kernel.errors import BadInput, Conflict, EvidenceBroken, NotPermitted
from muster.kernel.running import keyring
from muster.register.people.models import Assignment, Employment
from muster.services.transfers import actions, queries
from muster.services.transfers.models import Booking, HandOff, Signature, Snapshot, Transfer
from muster.services.transfers.record.snapshots import sign, snapshot
from muster.services.transfers.sealing import seal_bytes
from tests.integration.transfers_world import (
    ANSWERS,
    FIRST_DAY,
    RECORD,
    STARTED,
    World,
    employments,
    plan,
    record,
    row,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def at(world: World, step: str, **more: Any) -> Transfer:
    """Return a transfer taken up to a step."""
    drafted = world.draft(more.pop("person", None) or world.somebody(), **more)
    world.up_to(drafted.transfer, step)
    return row(drafted.transfer)


def asked(world: World, one: Transfer, by: str = "hr:weir") -> dict[str, Any]:
    return {"transfer": one.id, "by": by, "clock": world.clock}


@pytest.mark.parametrize("how", ["rescind", "withdraw"])
def test_what_is_given_up_after_scheduling_leaves_nothing(world: World, how: str) -> None:
    one = at(world, "schedule")
    before = list(Employment.objects.values())
    if how == "rescind":
        moved = actions.rescind(**asked(world, one), reason="Post was cut")
    else:
        moved = actions.withdraw(**asked(world, one, "person:una"))
    assert moved.state == ("rescinded" if how == "rescind" else "withdrawn")
    assert list(Employment.objects.values()) == before
    assert not Booking.objects.filter(recorded_to__isnull=True).exists()
    assert not Signature.objects.filter(recorded_to__isnull=True).exists()
    world.dawn(FIRST_DAY)
    with pytest.raises(Conflict):
        actions.effect(**asked(world, one, "system:process"))
    # They may be offered the post again.
    world.draft(one.person_id)


def test_a_hold_gives_bookings_back_and_goes_on_where_it_was(world: World) -> None:
    one = at(world, "schedule")
    actions.hold(**asked(world, one), side="importer", reason="Sick leave")
    assert not Booking.objects.filter(recorded_to__isnull=True).exists()
    assert actions.resume(**asked(world, one), side="importer").state == "agreed"
    assert world.take(one.id, "schedule").state == "scheduled"
    assert Booking.objects.filter(recorded_to__isnull=True).count() == 2


def test_what_fails_says_why_and_is_taken_up_again(world: World) -> None:
    one = at(world, "schedule")
    with pytest.raises(Conflict, match="No reason"):
        actions.fail(**asked(world, one, "system:process"), reason="")
    actions.fail(**asked(world, one, "system:process"), reason="Payroll is closed")
    assert queries.timeline(one.id)[-1].reason == "Payroll is closed"
    assert actions.resume(**asked(world, one), side="importer").state == "agreed"


def test_a_reversal_is_signed_by_both_and_writes_new_records(world: World) -> None:
    one = at(world, "effect")
    facts = Employment.objects.count()
    first = actions.reverse(**asked(world, one), side="importer", reason="Never came")
    assert first.state == "effected"
    with pytest.raises(Conflict, match="signed already"):
        actions.reverse(**asked(world, one), side="importer", reason="Never came")
    with pytest.raises(NotPermitted):
        actions.reverse(**asked(world, one), side="exporter", reason="Never came")
    done = actions.reverse(**asked(world, one, "hr:mill"), side="exporter", reason="Never came")
    assert done.state == "reversed"
    (held,) = employments(one.person_id)
    assert (held.employer_id, held.valid_from, held.valid_to) == (one.exporter_id, STARTED, None)
    # What was believed meanwhile stays.
    assert Employment.objects.count() == facts + 1
    (spent,) = Assignment.objects.filter(recorded_to__isnull=True)
    assert (spent.employment, spent.valid_to) == (held.employment, None)


def test_nobody_acts_for_both_employers(world: World) -> None:
    one = at(world, "release")
    world.take(one.id, "sign_exporter")
    with pytest.raises(NotPermitted):
        world.take(one.id, "sign_importer", by="hr:mill")
    assert row(one.id).state == "released"


def test_nobody_approves_their_own_transfer(world: World) -> None:
    drafted = world.draft(world.somebody())
    world.take(drafted.transfer, "offer")
    with pytest.raises(NotPermitted):
        world.take(drafted.transfer, "accept", by="hr:weir")
    world.up_to(drafted.transfer, "ask_exporter", start="accept")
    with pytest.raises(NotPermitted):
        world.take(drafted.transfer, "release", by="person:una")
    person = row(drafted.transfer).person_id
    with pytest.raises(NotPermitted):
        world.take(drafted.transfer, "release", as_person=person)
    with pytest.raises(BadInput):
        world.draft(person, importer=world.employer("lock"), as_person=person)


def test_the_same_click_is_one_transfer_and_one_step(world: World) -> None:
    person = world.somebody()
    first, again = (world.draft(person, key="click") for _ in range(2))
    assert (again.transfer, again.again) == (first.transfer, True)
    offered = [world.take(first.transfer, "offer", key="k") for _ in range(2)]
    assert [one.version for one in offered] == [1, 1]
    with pytest.raises(Conflict, match="cannot be offered"):
        world.draft(person)


def test_who_looked_at_an_older_version_is_told_the_current_one(world: World) -> None:
    one = at(world, "accept")
    with pytest.raises(Conflict, match="at version 2 now"):
        world.take(one.id, "ask_exporter", expected=1)
    assert world.take(one.id, "ask_exporter", expected=2).version == 3


def test_a_record_that_was_changed_in_the_database_stops_the_move(world: World) -> None:
    one = at(world, "sign_importer")
    held = Snapshot.objects.get(transfer=one)
    Snapshot.objects.filter(id=held.id).delete()
    Snapshot.objects.create(
        transfer=one, number=1, schema=held.schema, digest="0" * 64, sealed=held.sealed,
        signature=held.signature, signed_by=held.signed_by, recorded_from=held.recorded_from,
    )  # fmt: skip
    with pytest.raises(EvidenceBroken):
        world.take(one.id, "schedule")


def test_a_record_that_was_signed_anew_in_the_database_is_not_the_one_agreed(world: World) -> None:
    """Even with the service's own keys: both employers signed the digest of the other."""
    one = at(world, "sign_importer")
    forged = sign(
        snapshot({**record(one), "salary": "99000.00"}, transfer=one.id, version=1),
        by="hr:mill", employer=one.exporter_id, clock=world.clock,
    )  # fmt: skip
    held = Snapshot.objects.get(transfer=one)
    Snapshot.objects.filter(id=held.id)._raw_delete("default")
    held.sealed = seal_bytes(
        keyring(), forged.as_text().encode(), person=one.person_id, transfer=one.id, what="record"
    )
    held.save(force_insert=True)
    with pytest.raises(EvidenceBroken, match="not the record that stands"):
        world.take(one.id, "schedule")


def test_another_persons_record_does_not_open(world: World) -> None:
    first, second = at(world, "sign_importer"), at(world, "sign_importer")
    stolen = Snapshot.objects.get(transfer=first)
    Snapshot.objects.filter(transfer=second).delete()
    Snapshot.objects.filter(id=stolen.id)._raw_delete("default")
    stolen.transfer = second
    stolen.save(force_insert=True)
    with pytest.raises(EvidenceBroken):
        world.take(second.id, "schedule")


def test_a_record_released_again_is_signed_again(world: World) -> None:
    one = at(world, "sign_importer")
    assert world.take(one.id, "release").state == "released"
    assert queries.signed(one.id) == frozenset()
    assert queries.released_digest(one.id)[2] == 2
    with pytest.raises(Conflict):
        world.take(one.id, "schedule")
    world.up_to(one.id, "schedule", start="sign_exporter")
    assert row(one.id).state == "scheduled"


def test_a_day_that_moves_is_signed_again(world: World) -> None:
    one = at(world, "sign_importer")
    later = FIRST_DAY + dt.timedelta(7)
    moved = actions.move_first_day(**asked(world, one), side="importer", first_day=later)
    assert moved.state == "released"
    with pytest.raises(Conflict, match="another first day"):
        world.take(one.id, "sign_exporter", first_day=FIRST_DAY)
    due = HandOff.objects.get(transfer=one, kind="p45").due
    assert due == later


def test_another_national_insurance_number_stops_both_signatures(world: World) -> None:
    from muster.register.people.models import Identifier, SourceRecord
    from muster.register.people.sealing import hash_ninos

    one = at(world, "state_terms")
    of = SourceRecord.objects.create(
        system="hr:mill", employer_id=one.exporter_id, staff_number="M/1"
    )
    hashed = hash_ninos(pl.Series("nino", ["QQ123456A"]), keyring())[0]
    Identifier.objects.create(
        person_id=one.person_id, record=of, kind="nino", value="00", hashed=hashed,
        valid_from=STARTED, decided_by="t", recorded_from=world.clock.now(),
    )  # fmt: skip
    world.take(one.id, "release")
    assert [found.field for found in queries.differences(one.id)] == ["nino"]
    with pytest.raises(Conflict, match="differs"):
        world.take(one.id, "sign_exporter")
    with pytest.raises(BadInput, match="another person"):
        actions.settle_difference(**asked(world, one), field="nino", chosen="stated")
    world.take(one.id, "release", record={**record(one), "nino": "QQ123456A"})
    assert world.take(one.id, "sign_exporter").state == "released"


def test_a_name_that_changed_meanwhile_is_a_difference_somebody_settles(world: World) -> None:
    one = at(world, "ask_exporter")
    world.take(one.id, "state_details", answers={**ANSWERS, "surname": "Fell"})
    world.take(one.id, "state_terms")
    world.take(one.id, "release")
    assert [found.field for found in queries.differences(one.id)] == ["surname"]
    actions.settle_difference(
        **asked(world, one), field="surname", chosen="known", why="Marriage certificate seen"
    )
    world.up_to(one.id, "sign_importer", start="sign_exporter")
    assert row(one.id).state == "agreed"


def test_twins_are_never_one(world: World) -> None:
    """Both have a surname and a birth date in common; each transfer moves its own person."""
    twins = [world.somebody(), world.somebody()]
    moves = [at(world, "schedule", person=one) for one in twins]
    world.dawn(FIRST_DAY)
    world.take(moves[0].id, "effect")
    assert [len(employments(one)) for one in twins] == [2, 1]
    assert RECORD["surname"] == ANSWERS["surname"]


def test_a_backdated_start_is_blocked_until_it_is_explained(world: World) -> None:
    past = world.clock.now().date() - dt.timedelta(10)
    one = at(world, "sign_importer", first_day=past)
    with pytest.raises(Conflict, match="has passed"):
        world.take(one.id, "schedule")
    actions.move_first_day(
        **asked(world, one), side="importer", first_day=past, because="Started before the form"
    )
    world.up_to(one.id, "effect", start="sign_exporter")
    left, joined = employments(one.person_id)
    assert left.valid_to == joined.valid_from == past


def test_a_day_that_is_not_in_time_is_not_booked(world: World) -> None:
    one = at(world, "sign_importer")
    with pytest.raises(Conflict, match="in time"):
        world.take(one.id, "schedule", plan=plan(one, in_time=False))
    with pytest.raises(Conflict, match="another day"):
        world.take(one.id, "schedule", plan=plan(one, first_day=FIRST_DAY + dt.timedelta(1)))


@pytest.mark.parametrize(("left", "gap"), [(28, 28), (1, 1), (0, 0)])
def test_a_short_break_is_bridged(world: World, left: int, gap: int) -> None:
    from muster.register.people.actions import end_employment

    person = world.somebody()
    (held,) = employments(person)
    end_employment(
        employment=held.employment, last_day=FIRST_DAY - dt.timedelta(left + 1),
        expected=held.id, by="hr:mill", reason="resigned", clock=world.clock,
    )  # fmt: skip
    one = at(world, "schedule", person=person)
    world.dawn(FIRST_DAY)
    world.take(one.id, "effect")
    old, new = employments(person)
    assert old.valid_to is not None
    assert (new.valid_from - old.valid_to).days == gap == row(one.id).gap


def test_a_break_of_29_days_is_no_transfer(world: World) -> None:
    from muster.register.people.actions import end_employment

    person = world.somebody()
    (held,) = employments(person)
    end_employment(
        employment=held.employment, last_day=FIRST_DAY - dt.timedelta(30), expected=held.id,
        by="hr:mill", reason="resigned", clock=world.clock,
    )  # fmt: skip
    with pytest.raises(BadInput, match="29 days"):
        world.draft(person)


@pytest.mark.parametrize(
    "day", [dt.date(2028, 2, 29), dt.date(2027, 3, 28), dt.date(2026, 10, 25), dt.date(2027, 4, 6)]
)
def test_legal_days_decide_on_leap_days_and_when_clocks_change(world: World, day: dt.date) -> None:
    world.clock.move(dt.datetime(2026, 9, 1, 12, tzinfo=dt.UTC) - world.clock.now())
    one = at(world, "schedule", first_day=day)
    midnight = dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
    summer = dt.timedelta(hours=1 if day in (dt.date(2026, 10, 25), dt.date(2027, 4, 6)) else 0)
    world.clock.move(midnight - summer - dt.timedelta(seconds=1) - world.clock.now())
    with pytest.raises(Conflict, match="has not come"):
        world.take(one.id, "effect")
    world.clock.move(dt.timedelta(seconds=1))
    world.take(one.id, "effect")
    left, joined = employments(one.person_id)
    assert left.valid_to == joined.valid_from == day


def test_wrong_first_pay_is_an_open_exception_until_somebody_says_how(world: World) -> None:
    one = at(world, "paid_exporter")
    world.take(one.id, "paid_importer", gross_paid=1)
    with pytest.raises(Conflict, match="not as expected"):
        world.take(one.id, "reconcile")
    month = one.first_day.replace(day=1)
    said = {**asked(world, one, "payroll:weir"), "employer": one.importer_id,
            "period_starts": month}  # fmt: skip
    with pytest.raises(BadInput):
        actions.settle_pay(**said, why=" ")
    actions.settle_pay(**said, why="Advance paid on the 28th")
    assert world.take(one.id, "reconcile").state == "reconciled"


def test_a_later_word_of_a_payroll_takes_the_earlier_ones_place(world: World) -> None:
    one = at(world, "paid_exporter")
    world.take(one.id, "paid_importer", gross_paid=1)
    world.take(one.id, "paid_importer")
    assert world.take(one.id, "reconcile").state == "reconciled"


def test_a_hand_off_is_done_with_evidence_alone(world: World) -> None:
    one = at(world, "reconcile")
    with pytest.raises(Conflict, match="neither done nor waived"):
        world.take(one.id, "close")
    said: dict[str, Any] = {"transfer": one.id, "kind": "p45", "clock": world.clock}
    with pytest.raises(BadInput, match="Nothing proves it"):
        actions.hand_over(**said, evidence=" ", by="hr:mill")
    with pytest.raises(NotPermitted):
        actions.waive(**said, why="Not needed", by="person:una")
    actions.waive(**said, why="Left before April", by="hr:mill")
    with pytest.raises(Conflict):
        actions.hand_over(**said, evidence="ref", by="hr:mill")
    states = {one.kind: one.state for one in queries.hand_offs(one.id, dt.date(2027, 6, 1))}
    assert (states["p45"], states["record"], states["pension"]) == ("waived", "done", "late")
