"""Loans, two posts at once, chains and what changes afterwards: each on the register's own days."""

import datetime as dt
from typing import Any

import pytest

from muster.kernel.errors import BadInput, Conflict
from muster.register.people.models import Assignment
from muster.services.transfers import actions, queries
from muster.services.transfers.models import Transfer
from muster.services.transfers.process.due import effect_due
from tests.integration.transfers_world import FIRST_DAY, STARTED, World, employments, record, row

pytestmark = pytest.mark.django_db
BACK = dt.date(2027, 6, 7)


@pytest.fixture
def world() -> World:
    return World()


def at(world: World, step: str, **more: Any) -> Transfer:
    """Return a transfer taken up to a step."""
    drafted = world.draft(more.pop("person", None) or world.somebody(), **more)
    world.up_to(drafted.transfer, step)
    return row(drafted.transfer)


def asked(world: World, one: Transfer, by: str = "hr:weir") -> dict[str, Any]:
    return {"transfer": one.id, "by": by, "clock": world.clock}


def lent(world: World) -> Transfer:
    return at(world, "effect", kind="loan", return_day=BACK)


def test_a_loan_keeps_the_employment_and_opens_its_return_on_day_one(world: World) -> None:
    one = lent(world)
    kept, beside = employments(one.person_id)
    assert (kept.valid_to, kept.substantive) == (None, True)
    assert (beside.engagement, beside.substantive) == ("loan_in", False)
    assert (beside.valid_from, beside.valid_to) == (FIRST_DAY, BACK)
    back = queries.return_of(one.id)
    assert back is not None
    assert (back.state, back.first_day, back.importer) == ("scheduled", BACK, one.exporter_id)
    world.dawn(BACK)
    world.take(back.id, "effect")
    assert [held.valid_to for held in employments(one.person_id)] == [None, BACK]


def test_a_return_takes_effect_by_itself_on_its_day(world: World) -> None:
    one = lent(world)
    assert effect_due(clock=world.clock) == 0
    world.dawn(BACK)
    assert [effect_due(clock=world.clock) for _ in range(2)] == [1, 0]
    back = queries.return_of(one.id)
    assert back is not None
    assert back.state == "effected"


def test_only_the_employer_that_pays_tells_of_a_loans_pay(world: World) -> None:
    one = lent(world)
    world.take(one.id, "paid_exporter")
    assert world.take(one.id, "reconcile").state == "reconciled"


def test_a_loan_ends_early_or_late(world: World) -> None:
    for day in (dt.date(2027, 3, 1), dt.date(2027, 9, 1)):
        one = lent(world)
        back = queries.return_of(one.id)
        assert back is not None
        said: dict[str, Any] = {"transfer": back.id, "by": "hr:weir", "clock": world.clock}
        with pytest.raises(BadInput):
            actions.move_return(**said, side="exporter", first_day=FIRST_DAY)
        actions.move_return(**said, side="exporter", first_day=day, reason="Agreed")
        world.dawn(day)
        world.take(back.id, "effect")
        assert employments(one.person_id)[1].valid_to == day
        world = World()


def test_a_loan_becomes_permanent(world: World) -> None:
    one = lent(world)
    day = dt.date(2027, 2, 1)
    drafted = actions.make_permanent(
        loan=one.id, by="hr:weir", clock=world.clock, first_day=day, post="Analyst"
    )
    world.up_to(drafted.transfer, "effect")
    old, beside, new = employments(one.person_id)
    assert old.valid_to == beside.valid_to == new.valid_from == day
    assert (new.substantive, new.employer_id) == (True, one.importer_id)
    back = queries.return_of(one.id)
    assert back is not None
    assert back.state == "rescinded"


def test_a_loan_that_never_was_leaves_nothing(world: World) -> None:
    one = lent(world)
    actions.reverse(**asked(world, one), side="importer", reason="Error")
    actions.reverse(**asked(world, one, "hr:mill"), side="exporter", reason="Error")
    (held,) = employments(one.person_id)
    assert held.valid_to is None
    back = queries.return_of(one.id)
    assert back is not None
    assert back.state == "rescinded"


def test_two_posts_come_to_full_time_at_most_unless_somebody_approves(world: World) -> None:
    person = world.somebody(fte=600_000_000)
    drafted = world.draft(person, kind="part_time_split")
    world.up_to(drafted.transfer, "state_details")
    terms = {"salary": "39000.00", "fte": "0.5", "grade": "SEO"}
    with pytest.raises(BadInput, match="more than full time"):
        world.take(drafted.transfer, "state_terms", terms=terms)
    world.take(drafted.transfer, "state_terms", terms={**terms, "fte": "0.4"})
    held = {**record(row(drafted.transfer)), "fte": "0.6"}
    world.take(drafted.transfer, "release", record=held)
    world.up_to(drafted.transfer, "effect", start="sign_exporter")
    kept, beside = employments(person)
    assert (kept.valid_to, kept.substantive, beside.substantive) == (None, True, False)
    assert beside.valid_from == FIRST_DAY


def test_a_chain_takes_effect_in_order(world: World) -> None:
    first = at(world, "sign_importer")
    second = world.draft(
        first.person_id, exporter=world.employer("weir"), importer=world.employer("lock"),
        first_day=FIRST_DAY + dt.timedelta(30), previous=first.id,
    )  # fmt: skip
    world.up_to(second.transfer, "sign_importer")
    with pytest.raises(Conflict, match="not scheduled yet"):
        world.take(second.transfer, "schedule")
    world.take(first.id, "schedule")
    world.take(second.transfer, "schedule")
    world.dawn(FIRST_DAY + dt.timedelta(30))
    with pytest.raises(Conflict, match="has not taken effect"):
        world.take(second.transfer, "effect")
    world.take(first.id, "effect")
    world.take(second.transfer, "effect")
    days = [(one.valid_from, one.valid_to) for one in employments(first.person_id)]
    turn = FIRST_DAY + dt.timedelta(30)
    assert days == [(STARTED, FIRST_DAY), (FIRST_DAY, turn), (turn, None)]
    with pytest.raises(Conflict, match="rests on this one"):
        actions.reverse(**asked(world, first), side="importer", reason="r")


def test_there_and_back_again(world: World) -> None:
    first = at(world, "schedule")
    turn = FIRST_DAY + dt.timedelta(14)
    second = world.draft(
        first.person_id, exporter=world.employer("weir"), importer=world.employer("mill"),
        first_day=turn, previous=first.id,
    )  # fmt: skip
    world.up_to(second.transfer, "schedule")
    for one in (first.id, second.transfer):
        world.dawn(row(one).first_day)
        world.take(one, "effect")
    held = employments(first.person_id)
    assert [one.employer_id for one in held] == [
        world.employer("mill"), world.employer("weir"), world.employer("mill")
    ]  # fmt: skip
    assert [one.valid_to for one in held] == [FIRST_DAY, turn, None]


def test_a_change_after_effect_is_seen_by_both_payrolls_and_reconciled_again(world: World) -> None:
    one = at(world, "close")
    moved = actions.change_after_effect(
        **asked(world, one), side="importer", effective_from=dt.date(2026, 12, 21),
        changes={"tax_code": "K475", "grade": "G7", "salary": "39000.00"},
    )  # fmt: skip
    assert moved.state == "effected"
    seen = [(found.field, found.was, found.now) for found in queries.late_changes(one.id)]
    assert seen == [("grade", "SEO", "G7"), ("tax_code", "1257L", "K475")]
    joined = employments(one.person_id)[1]
    spent = Assignment.objects.filter(employment=joined.employment, recorded_to__isnull=True)
    assert list(spent.order_by("valid_from").values_list("valid_from", "valid_to", "grade")) == [
        (FIRST_DAY, dt.date(2026, 12, 21), "SEO"), (dt.date(2026, 12, 21), None, "G7")
    ]  # fmt: skip
    with pytest.raises(BadInput, match="Nothing changes"):
        actions.change_after_effect(
            **asked(world, one), side="importer", effective_from=FIRST_DAY,
            changes={"tax_code": "K475"},
        )  # fmt: skip


@pytest.mark.parametrize("days", [-3, 5])
def test_a_day_that_was_another_moves_both_ends_together(world: World, days: int) -> None:
    one = at(world, "effect")
    day = FIRST_DAY + dt.timedelta(days)
    actions.change_after_effect(
        **asked(world, one), side="importer", effective_from=day,
        changes={"first_day": day.isoformat()},
    )  # fmt: skip
    left, joined = employments(one.person_id)
    assert left.valid_to == joined.valid_from == day == row(one.id).first_day
    # What changes then still finds the record that was signed for the other day.
    actions.change_after_effect(
        **asked(world, one), side="importer", effective_from=day, changes={"tax_code": "BR"}
    )


def test_service_never_begins_later_through_a_new_release(world: World) -> None:
    one = at(world, "release")
    assert one.continuous_from == STARTED
    later = {
        **record(one), "continuous_service_from": "2019-09-03", "employment_started": "2019-09-03"
    }  # fmt: skip
    with pytest.raises(BadInput, match="later"):
        world.take(one.id, "release", record=later)
    earlier = {**record(one), "continuous_service_from": "2018-01-08"}
    world.take(one.id, "release", record=earlier)
    assert row(one.id).continuous_from == dt.date(2018, 1, 8)


def test_the_person_cannot_move_to_where_they_are_or_before_they_began(world: World) -> None:
    person = world.somebody()
    with pytest.raises(BadInput, match="with this employer already"):
        world.draft(person, importer=world.employer("mill"))
    with pytest.raises(BadInput, match="not employed"):
        world.draft(person, first_day=STARTED)
    with pytest.raises(BadInput, match="not employed"):
        world.draft(person, exporter=world.employer("lock"))
