"""Figures of what transfers cost people, and of what was found to be wrong in them."""

import datetime as dt
from collections import Counter

import pytest

from muster.casework import queries as casework
from muster.services.transfers.models import Difference
from muster.services.transfers.process.minutes import EFFORTS, MINUTES
from muster.services.transfers.process.registering import TASKS
from muster.services.transfers.record.fields import by_name
from tests.integration.test_transfer_figures import comes, exact
from tests.integration.test_transfer_process import Played
from tests.integration.transfers_world import World, record, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_home")]
LATER = dt.datetime(2027, 2, 3, 15, tzinfo=dt.UTC)


def test_every_task_of_the_process_has_its_minutes() -> None:
    assert set(EFFORTS) == set(TASKS) == set(MINUTES)
    assert all(one.minutes > 0 and one.because for one in EFFORTS.values())


def test_minutes_are_those_of_the_tasks_that_people_really_had(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    played = Played(World())
    played.to_effected()
    comes(played.world, monkeypatch, LATER)
    done = [one for one in casework.all_tasks(played.case) if one.state == "done"]
    assert len(done) == 9
    spent = Counter[tuple[str, ...]]()
    for one in done:
        spent[one.lane, one.element] += MINUTES[one.element]
    assert exact("transfer_minutes", "lane", "task") == spent
    whole = sum(spent.values())
    assert exact("transfer_minutes") == {(): whole}
    assert whole <= 30
    [(touched,)] = exact("transfers_effected", "touched")
    assert touched == next(f"to {end}" for end in (25, 30) if whole <= end)


def test_a_field_stated_in_two_ways_is_one_fault_however_often_it_is_stated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World()
    moved = world.draft(world.somebody()).transfer
    world.up_to(moved, "state_terms")
    for salary in ("99000.00", "98000.00"):
        world.take(moved, "release", record={**record(row(moved)), "salary": salary})
    found = Difference.objects.filter(transfer=moved, matters=True)
    fields = set(found.values_list("field", flat=True))
    assert "salary" in fields
    assert found.count() > len(fields)
    comes(world, monkeypatch, LATER)
    parts = Counter((by_name()[one].section, "before") for one in fields)
    assert exact("transfer_faults", "section", "found") == parts
