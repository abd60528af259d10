"""Whatever systems told of people: erasing one of them leaves every other as they were.

Random snapshots of two employers' systems, then one person is erased, or one HR file emptied. Of
everybody else each row stays as it is, whenever it was believed; and telling everybody again from
what is left changes nothing.
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muster.register.keeping.looking import records_of
from muster.register.people.actions import apply_returns
from muster.register.people.erasing import erase_hr_file, erase_person
from muster.register.people.models import Assignment, Claim, Crosswalk, Employment, Person
from tests.generative.test_people_machine import AS_AT, BODIES, rows
from tests.integration.keeping_world import known_of
from tests.integration.people_files import load
from tests.integration.test_people_feeds import bodies, everything, sheet

__all__ = ["bodies"]
pytestmark = pytest.mark.django_db
AT = dt.datetime(2040, 1, 1, tzinfo=dt.UTC)
SNAPSHOTS = st.lists(
    st.tuples(st.sampled_from(BODIES), st.sampled_from(AS_AT), rows()), min_size=2, max_size=4
)


@contextmanager
def undone() -> Iterator[None]:
    """Leave the database as it was."""
    before = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(before)


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(SNAPSHOTS, st.integers(0, 5), st.booleans())
def test_everybody_else_stays_as_they_are(
    snapshots: list[tuple[str, str, tuple[str, ...]]], which: int, whole: bool
) -> None:
    with undone():
        for body, as_at, said in snapshots:
            load({f"{body}/2026-{as_at}-hr.csv": sheet(*said)})
        people = list(Person.objects.order_by("id"))
        if not people:
            return
        gone = people[which % len(people)].id
        before = {one.id: known_of(one.id) for one in people if one.id != gone}
        if whole:
            erase_person(gone, authority="run:test")
            assert not Person.objects.filter(id=gone).exists()
        else:
            _empty_hr_file(gone)
        assert {one: known_of(one) for one in before} == before
        _telling_again_changes_nothing()


def _empty_hr_file(person: uuid.UUID) -> None:
    held = Employment.objects.filter(person=person, recorded_to=None).first()
    if held is None:
        return
    days = _days(person)
    records = records_of(held.person_id, held.employer_id)
    erase_hr_file(records, authority="run:test", by="t", at=AT)
    assert _days(person) == days
    assert not Claim.objects.filter(record__in=records).exclude(post_title=None).exists()
    of = Employment.objects.filter(record__in=records).values("employment")
    assert not Assignment.objects.filter(employment__in=of).exclude(post_title=None).exists()


def _days(person: uuid.UUID) -> list[tuple[object, ...]]:
    believed = Employment.objects.filter(person=person, recorded_to=None)
    rows = believed.order_by("valid_from", "employment")
    return list(rows.values_list("employment", "employer", "valid_from", "valid_to", "engagement"))


def _telling_again_changes_nothing() -> None:
    before = everything()
    records = Crosswalk.objects.filter(recorded_to=None).values_list("record", flat=True)
    apply_returns((), by="t", at=AT, also=[one.hex for one in records])
    assert everything() == before
