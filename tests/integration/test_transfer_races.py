"""Many hands at once: one transfer of two drafts, one step of two, one effect of many."""

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from muster.kernel.errors import Conflict
from muster.register.people.models import Employment
from muster.services.transfers import actions
from muster.services.transfers.models import TakenStep, Transfer
from muster.services.transfers.verbs import bulk
from tests.integration.transfers_world import FIRST_DAY, World, employments, row

pytestmark = pytest.mark.django_db(transaction=True)
HANDS = 8


def at_once(do: Callable[[int], Any]) -> list[Any]:
    """Let many hands do something at the same moment; return what each got, refusals included."""
    ready = threading.Barrier(HANDS)

    def hand(number: int) -> Any:
        try:
            ready.wait()
            return do(number)
        except Conflict as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(HANDS) as pool:
        return list(pool.map(hand, range(HANDS)))


def test_of_many_clicks_there_is_one_draft() -> None:
    world = World()
    person = world.somebody()
    world.employer("weir")
    made = at_once(lambda _: world.draft(person, key="click"))
    assert {one.transfer for one in made} == {Transfer.objects.get().id}
    two = at_once(lambda number: world.draft(world.somebody(), key=f"click {number}"))
    assert len({one.transfer for one in two}) == HANDS


def test_of_many_effects_there_is_one() -> None:
    world = World()
    drafted = world.draft(world.somebody())
    world.up_to(drafted.transfer, "schedule")
    world.dawn(FIRST_DAY)
    person = row(drafted.transfer).person_id
    done = at_once(
        lambda _: actions.effect(transfer=drafted.transfer, by="system:p", clock=world.clock)
    )
    assert {one.state for one in done} == {"effected"}
    assert [one.again for one in done].count(False) == 1
    assert TakenStep.objects.filter(transfer=drafted.transfer, verb="effect").count() == 1
    assert len(employments(person)) == 2
    # The opened one, its end, and the new one: nothing else was ever believed.
    assert Employment.objects.filter(person=person).count() == 3


def test_of_an_effect_and_a_withdrawal_one_wins_whole() -> None:
    world = World()
    drafted = world.draft(world.somebody())
    world.up_to(drafted.transfer, "schedule")
    world.dawn(FIRST_DAY)
    said: dict[str, Any] = {"transfer": drafted.transfer, "clock": world.clock}

    def hand(number: int) -> Any:
        if number % 2:
            return actions.withdraw(**said, by="person:una")
        return actions.effect(**said, by="system:p")

    done = at_once(hand)
    one = row(drafted.transfer)
    moved = one.state == "effected"
    assert len(employments(one.person_id)) == (2 if moved else 1)
    assert sum(isinstance(got, Conflict) for got in done) >= HANDS // 2 - 1
    assert one.state in ("effected", "withdrawn")


def test_a_version_is_won_once() -> None:
    world = World()
    drafted = world.draft(world.somebody())
    world.up_to(drafted.transfer, "accept")
    done = at_once(
        lambda number: actions.ask_exporter(
            transfer=drafted.transfer, by=f"system:{number}", clock=world.clock, expected=2
        )
    )
    assert sum(not isinstance(got, Conflict) for got in done) == 1
    assert row(drafted.transfer).version == 3


def test_a_batch_takes_effect_once_under_many_hands() -> None:
    world = World()
    people = [world.somebody() for _ in range(5)]
    made = bulk.begin_batch(
        title="t", exporter=world.employer("mill"), importer=world.employer("weir"),
        first_day=FIRST_DAY, by="hr:mill", clock=world.clock,
    )  # fmt: skip
    world.dawn(FIRST_DAY)
    done = at_once(lambda _: bulk.effect_batch(batch=made.batch, by="hr:weir", clock=world.clock))
    assert done == [5] * HANDS
    assert Employment.objects.filter(person__in=people).count() == 15


def test_two_transfers_that_would_end_one_employment_are_one() -> None:
    world = World()
    person: uuid.UUID = world.somebody()
    for name in range(HANDS):
        world.employer(f"to{name}")
    done = at_once(lambda number: world.draft(person, importer=world.employer(f"to{number}")))
    assert sum(not isinstance(got, Conflict) for got in done) == 1
