"""A machinery-of-government move: many at once, exceptions by name, undone whole before the day."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from muster.kernel.errors import Conflict, NotPermitted
from muster.ledger.current import ledger
from muster.register.people.models import Employment
from muster.services.transfers import queries
from muster.services.transfers.models import HandOff, Transfer
from muster.services.transfers.verbs import bulk
from tests.integration.transfers_world import FIRST_DAY, World, employments

pytestmark = pytest.mark.django_db
MANY = 40


def begun(world: World, **more: object) -> bulk.Began:
    said = {
        "title": "Weir takes over", "exporter": world.employer("mill"), "first_day": FIRST_DAY,
        "importer": world.employer("weir"), "by": "hr:mill", "clock": world.clock, **more,
    }  # fmt: skip
    return bulk.begin_batch(**said)


def test_everybody_moves_but_those_who_are_named() -> None:
    world = World()
    people = [world.somebody() for _ in range(MANY)]
    stays, busy = people[:2]
    world.draft(busy, importer=world.employer("lock"))
    size = ledger().size("decisions")
    made = begun(world, except_for=[stays])
    assert (made.wanted, made.exceptions) == (MANY - 2, 2)
    assert ledger().size("decisions") == size + 1
    world.dawn(FIRST_DAY)
    seen: list[tuple[int, int]] = []
    moved = bulk.effect_batch(
        batch=made.batch, by="hr:weir", clock=world.clock,
        progress=lambda done, of: seen.append((done, of)),
    )  # fmt: skip
    assert (moved, seen) == (MANY - 2, [(MANY - 2, MANY - 2)])
    # One entry of the register and one of the batch, whatever its size.
    assert ledger().size("decisions") == size + 3
    for person in people[2:]:
        left, joined = employments(person)
        assert left.valid_to == joined.valid_from == FIRST_DAY
    assert [len(employments(person)) for person in (stays, busy)] == [1, 1]
    said = dict(queries.batch(made.batch).exceptions)
    assert said == {stays: "Named as an exception", busy: "Another transfer is under way"}


def test_a_batch_takes_effect_once_and_by_another_than_who_asked() -> None:
    world = World()
    world.somebody()
    made = begun(world, key="click")
    assert begun(world, key="click") == made
    with pytest.raises(Conflict, match="has not come"):
        bulk.effect_batch(batch=made.batch, by="hr:weir", clock=world.clock)
    world.dawn(FIRST_DAY)
    with pytest.raises(NotPermitted):
        bulk.effect_batch(batch=made.batch, by="hr:mill", clock=world.clock)
    for _ in range(2):
        assert bulk.effect_batch(batch=made.batch, by="hr:weir", clock=world.clock) == 1
    assert Employment.objects.filter(employer=world.employer("weir")).count() == 1


def test_a_batch_that_is_undone_leaves_nothing() -> None:
    world = World()
    person = world.somebody()
    made = begun(world)
    undone = bulk.undo_batch(batch=made.batch, by="hr:mill", reason="Put off", clock=world.clock)
    assert undone == 1
    world.dawn(FIRST_DAY)
    with pytest.raises(Conflict, match="undone"):
        bulk.effect_batch(batch=made.batch, by="hr:weir", clock=world.clock)
    (held,) = employments(person)
    assert held.valid_to is None
    assert not HandOff.objects.exists()
    assert Transfer.objects.get().state == "rescinded"
    # They can move in another batch.
    assert begun(world).wanted == 1


def test_who_leaves_before_the_day_fails_alone() -> None:
    world = World()
    stays, leaves = world.somebody(), world.somebody()
    made = begun(world)
    one = employments(leaves)[0]
    from muster.register.people.actions import end_employment

    end_employment(
        employment=one.employment, last_day=FIRST_DAY - dt.timedelta(10), expected=one.id,
        by="hr:mill", reason="resigned", clock=world.clock,
    )  # fmt: skip
    world.dawn(FIRST_DAY)
    assert bulk.effect_batch(batch=made.batch, by="hr:weir", clock=world.clock) == 1
    assert [person for person, _ in queries.batch(made.batch).exceptions] == [leaves]
    states = dict(Transfer.objects.values_list("person", "state"))
    assert states == {stays: "effected", leaves: "failed"}


def test_statements_do_not_grow_with_people() -> None:
    cost = []
    for many in (5, 25):
        world = World()
        for _ in range(many):
            world.somebody(at=f"mill{many}")
        world.employer(f"weir{many}")
        with CaptureQueriesContext(connection) as asked:
            made = begun(
                world, exporter=world.employer(f"mill{many}"),
                importer=world.employer(f"weir{many}"),
            )  # fmt: skip
        world.dawn(FIRST_DAY)
        with CaptureQueriesContext(connection) as effected:
            bulk.effect_batch(batch=made.batch, by="hr:weir", clock=world.clock)
        cost.append((len(asked), len(effected)))
    # A store may split a statement that would have too many parameters.
    assert sum(cost[1]) <= sum(cost[0]) + 4
