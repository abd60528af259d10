"""Each thing the database states about transfers, violated once on the store of the run."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from muster.kernel.ids import new_id
from muster.register.employers.models import Employer
from muster.register.people.models import Person
from muster.services.transfers import constraints
from muster.services.transfers.models import (
    Batch,
    BatchException,
    Booking,
    Difference,
    FirstPay,
    HandOff,
    LateChange,
    Signature,
    Snapshot,
    Stated,
    TakenStep,
    Transfer,
)

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
DAY = dt.date(2026, 12, 7)
LATER = DAY + dt.timedelta(30)


def employer() -> Employer:
    return Employer.objects.create(key=str(new_id()), title="E", status="live")


def moved(**more: Any) -> Transfer:
    said: dict[str, Any] = {
        "person": Person.objects.create(), "exporter": employer(), "importer": employer(),
        "kind": "permanent", "first_day": DAY, "opened_by": "a", "opened_at": AT,
        "employment": new_id(), **more,
    }  # fmt: skip
    return Transfer.objects.create(**said)


def step(**more: Any) -> TakenStep:
    said = {"transfer": more.pop("transfer", None) or moved(), "version": 1, "verb": "offer",
            "side": "importer", "came_from": "draft", "to": "offered", "by": "a", "at": AT,
            **more}  # fmt: skip
    return TakenStep.objects.create(**said)


def taken(**more: Any) -> Snapshot:
    said = {"transfer": more.pop("transfer", None) or moved(), "number": 1, "schema": 1,
            "digest": "0", "sealed": "00", "signature": "{}", "signed_by": "a",
            "recorded_from": AT, **more}  # fmt: skip
    return Snapshot.objects.create(**said)


def stated(**more: Any) -> Stated:
    said = {"transfer": more.pop("transfer", None) or moved(), "side": "person", "sealed": "00",
            "by": "a", "recorded_from": AT, **more}  # fmt: skip
    return Stated.objects.create(**said)


def differs(**more: Any) -> Difference:
    said = {"transfer": more.pop("transfer", None) or moved(), "field": "surname",
            "matters": True, "recorded_from": AT, **more}  # fmt: skip
    return Difference.objects.create(**said)


def signed(**more: Any) -> Signature:
    said = {"transfer": more.pop("transfer", None) or moved(), "purpose": "date",
            "side": "exporter", "first_day": DAY, "digest": "0", "by": "a",
            "recorded_from": AT, **more}  # fmt: skip
    return Signature.objects.create(**said)


def handed(**more: Any) -> HandOff:
    said = {"transfer": more.pop("transfer", None) or moved(), "kind": "p45",
            "owner": "exporter", "due": DAY, **more}  # fmt: skip
    return HandOff.objects.create(**said)


def booked(**more: Any) -> Booking:
    said = {"transfer": more.pop("transfer", None) or moved(),
            "employer": more.pop("employer", None) or employer(), "period_starts": DAY,
            "period_ends": LATER, "recorded_from": AT, **more}  # fmt: skip
    return Booking.objects.create(**said)


def paid(**more: Any) -> FirstPay:
    said = {"transfer": more.pop("transfer", None) or moved(),
            "employer": more.pop("employer", None) or employer(), "period_starts": DAY,
            "expected": 1, "actual": 1, "at": AT, **more}  # fmt: skip
    return FirstPay.objects.create(**said)


def changed(**more: Any) -> LateChange:
    said = {"transfer": more.pop("transfer", None) or moved(), "number": 1, "field": "grade",
            "effective_from": DAY, "sealed": "00", "by": "a", "at": AT, **more}  # fmt: skip
    return LateChange.objects.create(**said)


def batch(**more: Any) -> Batch:
    said = {"title": "t", "exporter": employer(), "importer": employer(), "first_day": DAY,
            "asked_by": "a", "asked_at": AT, **more}  # fmt: skip
    return Batch.objects.create(**said)


def twice(make: Callable[..., Any], **more: Any) -> Callable[[], None]:
    """Return what makes two rows of one transfer that nothing else tells apart."""

    def violate() -> None:
        of = moved()
        make(transfer=of, **more)
        make(transfer=of, **more)

    return violate


def same_place() -> None:
    at = employer()
    moved(exporter=at, importer=at)


def two_pending() -> None:
    first = moved(kind="loan", return_day=LATER)
    moved(person=first.person, exporter=first.exporter, importer=first.importer,
          kind="part_time_split")  # fmt: skip


def ended_twice() -> None:
    moved(employment=moved().employment)


def booked_twice() -> None:
    of, at = moved(), employer()
    for _ in range(2):
        booked(transfer=of, employer=at)


def paid_twice() -> None:
    of, at = moved(), employer()
    for _ in range(2):
        paid(transfer=of, employer=at)


def signed_by_one() -> None:
    of = moved()
    signed(transfer=of)
    signed(transfer=of, side="importer")


def excepted_twice() -> None:
    of, person = batch(), Person.objects.create()
    for _ in range(2):
        BatchException.objects.create(batch=of, person=person, why="w")


def effected_twice() -> None:
    of = moved()
    step(transfer=of, verb="effect")
    step(transfer=of, verb="effect", version=2)


def clicked_twice() -> None:
    of = moved()
    step(transfer=of, key="k")
    step(transfer=of, key="k", version=2)


VIOLATED: dict[str, Callable[[], object]] = {
    "transfers_known": lambda: moved(state="lost"),
    "transfers_two_employers": same_place,
    "transfers_loan_returns": lambda: moved(kind="loan", return_day=DAY),
    "transfers_longest_break": lambda: moved(gap=29),
    "transfers_effected_whole": lambda: moved(state="effected", effected_at=AT),
    "transfers_not_before_effect": lambda: moved(new_employment=new_id()),
    "transfers_held_from": lambda: moved(state="on_hold"),
    "transfers_four_eyes": lambda: moved(accepted_by="a"),
    "transfers_one_pending": two_pending,
    "transfers_one_ends": ended_twice,
    "transfers_step_in_order": twice(step),
    "transfers_step_same_click": clicked_twice,
    "transfers_effected_once": effected_twice,
    "transfers_snapshot_number": twice(taken, recorded_to=AT),
    "transfers_snapshot_stands": lambda: [
        taken(transfer=(of := moved()), number=1), taken(transfer=of, number=2)
    ],
    "transfers_stated_stands": twice(stated),
    "transfers_stated_side": lambda: stated(side="payroll"),
    "transfers_difference_once": twice(differs),
    "transfers_difference_settled": lambda: differs(settled_at=AT, chosen="stated"),
    "transfers_signed_by_employers": lambda: signed(side="person"),
    "transfers_signed_once": lambda: [
        signed(transfer=(of := moved())), signed(transfer=of, by="b")
    ],
    "transfers_signed_by_two": signed_by_one,
    "transfers_hand_off_once": twice(handed),
    "transfers_hand_off_evidence": lambda: handed(state="done", at=AT, by="a"),
    "transfers_booked_once": booked_twice,
    "transfers_booked_days": lambda: booked(period_ends=DAY),
    "transfers_paid_once": paid_twice,
    "transfers_pay_right_or_open": lambda: paid(actual=2),
    "transfers_late_change_numbered": twice(changed),
    "transfers_batch_state": lambda: batch(state="effected"),
    "transfers_batch_four_eyes": lambda: batch(approved_by="a"),
    "transfers_batch_adds_up": lambda: batch(wanted=1, moved=2),
    "transfers_batch_exception_once": excepted_twice,
}  # fmt: skip
OWN = {
    Batch, BatchException, Booking, Difference, FirstPay, HandOff, LateChange, Signature,
    Snapshot, Stated, TakenStep, Transfer,
}  # fmt: skip


def test_every_constraint_is_listed_with_its_sentence() -> None:
    declared = {
        one.name
        for model in apps.get_app_config("services_transfers").get_models()
        if model in OWN
        for one in model._meta.constraints
    }
    assert declared == set(constraints.CONSTRAINTS) == set(VIOLATED)
    assert all(said.endswith(".") for said in constraints.CONSTRAINTS.values())


@pytest.mark.parametrize("name", VIOLATED)
def test_the_database_refuses_what_is_never_true(name: str) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        VIOLATED[name]()
        connection.check_constraints()
    if connection.vendor == "postgresql":
        assert name in str(refused.value)


def rewritten(make: Callable[[], Any], **changes: Any) -> Callable[[], object]:
    return lambda: type(made := make()).objects.filter(pk=made.pk).update(**changes)


RULES: dict[str, Callable[[], object]] = {
    "services_transfers_step_unchanging": rewritten(step, by="b"),
    "services_transfers_late_change_unchanging": rewritten(changed, sealed=""),
    "services_transfers_snapshot_only_closes": rewritten(taken, digest="1"),
    "services_transfers_stated_only_closes": rewritten(stated, sealed="11"),
    "services_transfers_signature_only_closes": rewritten(signed, by="b"),
    "services_transfers_booking_only_closes": rewritten(booked, period_ends=LATER + (LATER - DAY)),
    "services_transfers_service_never_later": rewritten(
        lambda: moved(continuous_from=DAY), continuous_from=LATER
    ),
    "services_transfers_gone_stays": rewritten(lambda: moved(state="rescinded"), state="agreed"),
}


@pytest.mark.parametrize("name", RULES)
def test_the_database_refuses_a_rewritten_past(name: str) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        RULES[name]()


def test_every_rule_on_the_past_is_violated() -> None:
    assert set(RULES) == set(constraints.TRIGGERS)


@pytest.mark.parametrize(
    "make",
    [moved, step, taken, stated, differs, signed, handed, booked, paid, changed, batch],
)
def test_what_may_be_true_is_taken(make: Callable[[], object]) -> None:
    """Control: the helpers above make rows that only their change spoils."""
    make()


def test_what_stands_gives_way_once() -> None:
    one = signed()
    assert Signature.objects.filter(id=one.id).update(recorded_to=AT) == 1
    earlier = moved(continuous_from=LATER)
    assert Transfer.objects.filter(id=earlier.id).update(continuous_from=DAY) == 1
