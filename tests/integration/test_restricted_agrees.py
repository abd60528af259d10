"""The question as the database is asked it, and the rule as people agreed it, answer alike."""

import itertools
import uuid

import pytest

from muster.kernel.clock import SYSTEM_CLOCK
from muster.register.employers.models import Employer
from muster.register.people.models import Crosswalk, Person, PersonName, SourceRecord
from muster.register.people.restricting import actions
from muster.register.people.restricting.hiding import shown, shown_record, unknown_to
from muster.register.people.restricting.models import BrokenGlass, Restriction
from muster.register.people.restricting.rules import Hold, Viewer, may_know

pytestmark = pytest.mark.django_db


@pytest.fixture
def offices() -> list[uuid.UUID | None]:
    made = [
        Employer.objects.create(key=key, title=key, status="live").id for key in ("mill", "weir")
    ]
    return [None, *made]


def restricted(office: uuid.UUID | None, guardian: str, knowers: tuple[str, ...]) -> Restriction:
    person = Person.objects.create()
    which = actions.restrict(
        person=person.id, kind="protected", reason="court order", office=office, by="setter",
        guardian=guardian, knowers=knowers, clock=SYSTEM_CLOCK,
    )  # fmt: skip
    return Restriction.objects.get(id=which)


def test_every_viewer_may_know_of_the_same_in_both(offices: list[uuid.UUID | None]) -> None:
    made = {
        restricted(office, guardian, knowers): Hold(office, guardian, frozenset(knowers))
        for office, guardian, knowers in itertools.product(
            offices, ("", "ann"), ((), ("bob",), ("ann", "bob"))
        )
    }
    opened = next(iter(made))
    actions.break_glass(
        person=opened.person_id, viewer=Viewer("cat"), name="Cat", role="HR", reason="safeguarding",
        words="x", hours=1, clock=SYSTEM_CLOCK,
    )  # fmt: skip
    assert BrokenGlass.objects.count() == 1
    for name, answers, office in itertools.product(
        ("", "ann", "bob", "cat"), (False, True), offices
    ):
        viewer = Viewer(name, answers and bool(name), office)
        hidden = {one.id for one in unknown_to(viewer)}
        for one, hold in made.items():
            glass = name == "cat" and one == opened
            known = may_know(viewer, hold, glass_broken=glass)
            assert (one.id not in hidden) == known, (viewer, hold)
        people = set(Person.objects.filter(shown(viewer, "pk")).values_list("pk", flat=True))
        assert people == {one.person_id for one in made if one.id not in hidden}


def test_records_are_hidden_with_their_person(offices: list[uuid.UUID | None]) -> None:
    at = SYSTEM_CLOCK.now()
    owner = Employer.objects.get(key="mill")
    held = [Person.objects.create() for _ in range(2)]
    records = [
        SourceRecord.objects.create(system="hr:mill", employer=owner, staff_number=str(number))
        for number in range(2)
    ]
    for person, record in zip(held, records, strict=True):
        Crosswalk.objects.create(person=person, record=record, rule="t", by="t", recorded_from=at)
    actions.restrict(
        person=held[0].id, kind="protected", reason="court order", office=None, by="s",
        clock=SYSTEM_CLOCK,
    )  # fmt: skip
    seen = SourceRecord.objects.filter(shown_record(Viewer("x"), "id"))
    assert list(seen) == [records[1]]
    assert SourceRecord.objects.filter(shown_record(Viewer("x", answers=True), "id")).count() == 2
    assert not PersonName.objects.exists()
