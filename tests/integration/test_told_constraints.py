"""Each thing the database states about what people told, violated once on the store of the run."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from muster.kernel.ids import new_id
from muster.register.employers.models import Employer
from muster.register.people.models import Person, SourceRecord
from muster.register.told.models import Change, Correction, Notice, Payday, Sending, ToldFact

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
LATER = AT + dt.timedelta(days=3)
DAY = dt.date(2026, 11, 23)


def employer() -> Employer:
    return Employer.objects.get_or_create(key="mill", defaults={"title": "M", "status": "live"})[0]


def record() -> SourceRecord:
    return SourceRecord.objects.get_or_create(
        system="hr:mill", staff_number="1", defaults={"employer": employer()}
    )[0]


def change(**other: object) -> Change:
    said = {"person": Person.objects.create(), "kind": "address", "state": "told", "told_at": AT,
            "told_by": "t", **other}  # fmt: skip
    return Change.objects.create(**said)


def bank(**other: object) -> Change:
    return change(**{"kind": "bank", "state": "asked", **other})


def fact(**other: object) -> ToldFact:
    of = change()
    said = {"person": of.person, "change": of, "kind": "address", "sealed": "00",
            "valid_from": DAY, "recorded_from": AT, **other}  # fmt: skip
    return ToldFact.objects.create(**said)


def sending(**other: object) -> Sending:
    said = {"change": change(), "employer": employer(), "record": record(), "contract": "c",
            "position": 1, "sent_at": AT, **other}  # fmt: skip
    return Sending.objects.create(**said)


def notice(**other: object) -> Notice:
    said = {"person": Person.objects.create(), "template": "bank_code", "way": "email",
            "sealed": "00", "written_at": AT, **other}  # fmt: skip
    return Notice.objects.create(**said)


def correction(**other: object) -> Correction:
    said = {"person": Person.objects.create(), "fact": new_id(), "field": "surname", "system": "s",
            "employer": employer(), "sealed": "00", "state": "queued", "asked_at": AT,
            "asked_by": "t", "promised": DAY, **other}  # fmt: skip
    return Correction.objects.create(**said)


def two_wait() -> None:
    first = bank()
    bank(person=first.person, state="confirmed", confirmed_at=AT, flows_at=LATER)


def two_from_a_day() -> None:
    first = fact(valid_to=DAY + dt.timedelta(days=9))
    fact(person=first.person, valid_to=DAY + dt.timedelta(days=2))


def two_open() -> None:
    fact(person=fact().person, valid_from=DAY + dt.timedelta(days=1))


def sent_twice() -> None:
    sending(change=sending().change)


def asked_twice() -> None:
    correction(fact=correction().fact)


# name in the database: (what it states, how to violate it)
CONSTRAINTS: dict[str, tuple[str, Callable[[], object]]] = {
    "register_told_change_kind": ("A change is of a known kind.", lambda: change(kind="pet")),
    "register_told_change_state": (
        "Only bank details wait; anything else is told at once.",
        lambda: change(state="asked"),
    ),
    "register_told_change_confirmed": (
        "No bank details go out unconfirmed, or at the moment they were confirmed.",
        lambda: bank(state="told", settled_at=AT),
    ),
    "register_told_change_one_waits": (
        "One change of bank details of a person waits at a time.",
        two_wait,
    ),
    "register_told_fact_holds_a_day": (
        "What was told holds on at least one day.",
        lambda: fact(valid_to=DAY),
    ),
    "register_told_fact_recorded_in_order": (
        "What was told is not replaced before it was recorded.",
        lambda: fact(recorded_to=AT - dt.timedelta(days=1)),
    ),
    "register_told_fact_one_from_a_day": (
        "From a day on a person has told one thing of a kind.",
        two_from_a_day,
    ),
    "register_told_fact_one_open": (
        "Of a kind one thing holds without an end.",
        two_open,
    ),
    "register_told_sending_once": (
        "A change is sent once for each record of a person.",
        sent_twice,
    ),
    "register_told_sending_or_why_not": (
        "A change was sent, or it is said why not.",
        lambda: sending(position=None),
    ),
    "register_told_notice_known": ("A notice goes a known way.", lambda: notice(way="pigeon")),
    "register_told_payday_in_month": (
        "A payday is a day of a month.",
        lambda: Payday.objects.create(employer=employer(), day=32, notice=5),
    ),
    "register_told_correction_state": (
        "A request for a correction is in a known state.",
        lambda: correction(state="lost"),
    ),
    "register_told_correction_closed": (
        "A request is over exactly if it was corrected or withdrawn.",
        lambda: correction(closed_at=AT),
    ),
    "register_told_correction_refused_with_reason": (
        "Nobody is refused a correction without a reason.",
        lambda: correction(state="refused", answered_at=AT),
    ),
    "register_told_correction_one_waits": (
        "The same is asked once until it is answered.",
        asked_twice,
    ),
}


def test_every_constraint_is_listed() -> None:
    declared = {
        constraint.name
        for model in apps.get_app_config("register_told").get_models()
        for constraint in model._meta.constraints
    }
    assert declared == set(CONSTRAINTS)


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_the_database_refuses_what_is_never_true(name: str) -> None:
    _states, violate = CONSTRAINTS[name]
    with pytest.raises(IntegrityError), transaction.atomic():
        violate()
        connection.check_constraints()


@pytest.mark.parametrize("other", [{"sealed": "01"}, {"valid_to": DAY}, {"recorded_to": None}])
def test_what_was_told_never_changes_but_for_its_end(other: dict[str, object]) -> None:
    fact(recorded_to=AT)
    with pytest.raises(IntegrityError, match="only_closes"), transaction.atomic():
        ToldFact.objects.update(**other)


@pytest.mark.parametrize("make", [change, bank, fact, sending, notice, correction])
def test_what_may_be_true_is_taken(make: Callable[[], models.Model]) -> None:
    """Control: the helpers above make rows that only their change spoils."""
    make()
    if make is fact:
        assert ToldFact.objects.update(recorded_to=AT) == 1
