"""What is kept of a transfer: in its person's copy of their data, and not past its time."""

import datetime as dt

import pytest
from django.db import models

from muster.kernel.clock import FixedClock
from muster.register.keeping.exporting import copy_for
from muster.register.people.erasing import erase_person
from muster.register.people.models import Crosswalk, SourceRecord
from muster.services.transfers import actions
from muster.services.transfers.keeping import give_up_old
from muster.services.transfers.models import HandOff, Snapshot, TakenStep, Transfer
from tests.integration.transfers_world import World

pytestmark = pytest.mark.django_db


def moved(world: World, last: str = "close") -> Transfer:
    drafted = world.draft(world.somebody())
    world.up_to(drafted.transfer, last)
    return Transfer.objects.get(id=drafted.transfer)


def test_a_copy_holds_what_was_released_stated_and_changed() -> None:
    world = World()
    one = moved(world)
    actions.change_after_effect(
        transfer=one.id, side="importer", by="hr:weir", clock=world.clock,
        changes={"tax_code": "K475"}, effective_from=dt.date(2027, 1, 4),
    )  # fmt: skip
    parts = {part.name: part for part in copy_for(one.person_id, at=world.clock.now()).parts}
    said = str([row for name, part in parts.items() if "transfers" in name for row in part.rows])
    assert all(value in said for value in ("Brockbank", "QQ123456C", "39000.00", "K475"))
    assert len(parts["services_transfers_step"].rows) == TakenStep.objects.count()


def test_nothing_is_left_of_an_erased_person() -> None:
    world = World()
    one, other = moved(world), moved(world)
    of = SourceRecord.objects.create(
        system="hr:mill", employer_id=one.exporter_id, staff_number="M/1"
    )
    Crosswalk.objects.create(
        record=of, person_id=one.person_id, rule="r", by="t", recorded_from=world.clock.now()
    )
    erase_person(one.person_id, authority="test")
    left: list[type[models.Model]] = [Snapshot, HandOff, TakenStep]
    assert list(Transfer.objects.all()) == [other]
    for model in left:
        held = model._default_manager.values_list("transfer", flat=True)
        assert set(held) == {other.id}


def test_a_transfer_goes_six_years_after_it_was_closed_and_no_day_earlier() -> None:
    world = World()
    one, pending = moved(world), moved(world, "schedule")
    assert one.ended_at is not None
    day = dt.datetime(
        one.ended_at.year + 6, one.ended_at.month, one.ended_at.day, 12, tzinfo=dt.UTC
    )
    assert give_up_old(clock=FixedClock(day - dt.timedelta(1))) == 0
    assert give_up_old(clock=FixedClock(day)) == 1
    assert list(Transfer.objects.all()) == [pending]
    assert not Snapshot.objects.filter(transfer=one.id).exists()
