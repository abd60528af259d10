"""A transfer from draft to closed, as employers, the person and payrolls take it."""

import datetime as dt
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from muster.ledger.current import ledger
from muster.register.people.models import Assignment
from muster.services.transfers.models import Booking, HandOff, TakenStep
from tests.integration.transfers_world import FIRST_DAY, STEPS, World, employments, row

pytestmark = pytest.mark.django_db


def test_a_person_moves_and_is_employed_without_a_gap() -> None:
    world = World()
    person = world.somebody()
    drafted = world.draft(person)
    closed = world.up_to(drafted.transfer, "close")
    assert closed.state == "closed"
    left, joined = employments(person)
    assert (left.valid_to, joined.valid_from, joined.valid_to) == (FIRST_DAY, FIRST_DAY, None)
    assert (left.leaving_reason, joined.employer_id) == ("transferred", world.employer("weir"))
    one = row(drafted.transfer)
    assert (one.new_employment, one.employment) == (joined.employment, left.employment)
    terms = Assignment.objects.get(employment=joined.employment, recorded_to__isnull=True)
    assert (terms.salary, terms.grade, terms.post_title) == (3_900_000, "SEO", "Analyst")
    assert Booking.objects.filter(transfer=one, recorded_to__isnull=True).count() == 2
    assert HandOff.objects.filter(transfer=one).count() == 23


def test_each_step_is_one_version_and_one_entry() -> None:
    world = World()
    drafted = world.draft(world.somebody())
    for step in STEPS:
        if step in ("hand_offs", "close"):
            continue
        if step == "effect":
            world.dawn(FIRST_DAY)
        before, size = row(drafted.transfer).version, ledger().size("decisions")
        moved = world.take(drafted.transfer, step)
        assert moved.version == before + 1
        added = ledger().read("decisions", size)
        # The register says for itself which employments it wrote.
        assert [one.type for one in added if "employment" not in one.type] == [added[-1].type]
        body = json.loads(added[-1].body or b"")
        assert (body["version"], body["to"]) == (moved.version, moved.state)
    taken = TakenStep.objects.filter(transfer=drafted.transfer).order_by("version")
    assert [one.version for one in taken] == list(range(1, len(taken) + 1))


def test_a_verb_costs_few_statements() -> None:
    world = World()
    drafted = world.draft(world.somebody())
    cost = {}
    for step in STEPS:
        if step == "effect":
            world.dawn(FIRST_DAY)
        if step == "hand_offs":
            break
        with CaptureQueriesContext(
            connection,
        ) as spent:
            world.take(drafted.transfer, step)
        cost[step] = len([one for one in spent.captured_queries if "SAVEPOINT" not in one["sql"]])
    assert sum(cost.values()) <= 180, cost
    assert max(cost.values()) <= 20, cost


def test_midnight_in_london_decides() -> None:
    world = World()
    first_day = dt.date(2027, 6, 1)
    drafted = world.draft(world.somebody(), first_day=first_day)
    world.up_to(drafted.transfer, "schedule")
    world.clock.move(dt.datetime(2027, 5, 31, 22, 59, tzinfo=dt.UTC) - world.clock.now())
    with pytest.raises(Exception, match="has not come"):
        world.take(drafted.transfer, "effect")
    world.clock.move(dt.timedelta(minutes=1))
    assert world.take(drafted.transfer, "effect").state == "effected"
