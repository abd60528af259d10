"""A move of somebody whom employers' systems tell of: what their next files do to it."""

import datetime as dt

import pytest

from muster.kernel.clock import SYSTEM_CLOCK
from muster.register.employers.models import Employer
from muster.register.people.models import Conflict as Disputed
from muster.register.people.models import Employment
from tests.integration.people_files import load
from tests.integration.test_people_feeds import MOLE, changed, enrol_bodies, sheet
from tests.integration.transfers_world import World, employments, record, row

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 9, 21)


@pytest.fixture
def world() -> World:
    enrol_bodies("mill", "weir")
    found = World(SYSTEM_CLOCK)
    for name in ("mill", "weir"):
        found.employers[name] = Employer.objects.get(key__contains=name).id
    return found


def test_a_person_told_of_by_a_system_moves_and_its_next_file_does_not_move_them_back(
    world: World,
) -> None:
    load({"mill/2026-08-31-hr.csv": sheet(MOLE)})
    person = Employment.objects.get(recorded_to=None).person_id
    (held,) = employments(person)
    drafted = world.draft(person, first_day=DAY, backdated_because="Late form")
    world.up_to(drafted.transfer, "state_terms")
    said = {**record(row(drafted.transfer)), "nino": "QA123456C", "birth_date": "1980-03-01"}
    world.take(drafted.transfer, "release", record=said)
    world.up_to(drafted.transfer, "effect", start="sign_exporter")
    left, joined = employments(person)
    assert (left.valid_from, left.valid_to) == (held.valid_from, DAY)
    assert joined.valid_from == DAY
    # The old employer's system has not heard of it yet.
    load({"mill/2026-09-30-hr.csv": sheet(MOLE)})
    assert [one.id for one in employments(person)] == [left.id, joined.id]
    assert Disputed.objects.filter(recorded_to=None).count() == 1
    # It has now: nothing is in dispute any more.
    load({"mill/2026-10-31-hr.csv": sheet(changed(MOLE, Leaving_date="20/09/2026"))})
    assert [one.valid_to for one in employments(person)] == [DAY, None]
    assert not Disputed.objects.filter(recorded_to=None).exists()
