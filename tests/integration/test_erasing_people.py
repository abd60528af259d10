"""What is erased of a person is gone, and nothing else is: in the database, on both stores."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from muster.kernel.clock import SYSTEM_CLOCK
from muster.register.keeping.schedule import declared, governing
from muster.register.people import actions
from muster.register.people.allowance import ERASING, STRIPPED
from muster.register.people.erasing import declared_erasure, erase_hr_file, erase_person
from muster.register.people.matching import actions as matching
from muster.register.people.models import (
    Assignment,
    Claim,
    Employment,
    Person,
    SourceRecord,
    WaitingRow,
)
from tests.integration.keeping_world import known_of, someone, story
from tests.integration.test_people_feeds import MOLE, TOAD, VOLE, bodies, changed, everything, send

__all__ = ["bodies"]
pytestmark = pytest.mark.django_db
AT = dt.datetime(2033, 1, 10, tzinfo=dt.UTC)


def mill_record() -> SourceRecord:
    return SourceRecord.objects.get(staff_number="M/1")


def test_a_person_is_gone_and_everybody_else_is_as_before() -> None:
    people = story()
    before = {name: known_of(people[name]) for name in ("vole", "toad")}
    erased = erase_person(people["mole"], authority="run:test")
    assert erased["register_people_claim"] == 3
    assert not Person.objects.filter(id=people["mole"]).exists()
    assert not SourceRecord.objects.filter(staff_number__in=("M/1", "W/9")).exists()
    assert {name: known_of(people[name]) for name in ("vole", "toad")} == before


def test_telling_everybody_again_changes_nothing_after_an_erasure() -> None:
    people = story()
    erase_person(people["mole"], authority="run:test")
    before = everything()
    records = Employment.objects.values_list("record", flat=True)
    actions.apply_returns(
        (), by="t", at=SYSTEM_CLOCK.now(), also=[one.hex for one in records if one]
    )
    assert everything() == before


def test_a_waiting_row_of_somebody_erased_makes_no_snapshot_doubtful() -> None:
    """Without its claims nobody would know whose it is, and no absence would prove anything."""
    send("08-31", MOLE, VOLE)
    send("09-30", changed(MOLE, Staff_no="", FTE="lots"), VOLE)
    assert WaitingRow.objects.count() == 1
    person = Employment.objects.filter(record__staff_number="M/1").values_list("person", flat=True)[
        0
    ]
    erase_person(person, authority="run:test")
    assert WaitingRow.objects.count() == 0


def test_the_hr_file_is_emptied_and_service_and_pay_are_kept() -> None:
    people = story()
    others = {name: known_of(people[name]) for name in ("vole", "toad")}
    mill = mill_record()
    kept = Employment.objects.filter(record=mill, recorded_to=None).values_list(
        "employment", "valid_from", "valid_to", "engagement", "ended"
    )
    days, posts = list(kept), Assignment.objects.filter(employment=kept[0][0])
    terms = list(posts.filter(recorded_to=None).values_list("grade", "fte", "salary", "valid_to"))
    erase_hr_file([mill.id], authority="run:test", by="t", at=AT)
    assert list(kept.all()) == days
    now = posts.filter(recorded_to=None)
    assert list(now.values_list("grade", "fte", "salary", "valid_to")) == terms
    assert not posts.exclude(post_title=None).exists()
    assert not Claim.objects.filter(record=mill).exclude(post_reference=None).exists()
    elsewhere = Claim.objects.filter(record__staff_number="W/9")
    assert elsewhere.get().post_title == "Head"  # the other employer keeps the file of its own
    assert {name: known_of(people[name]) for name in ("vole", "toad")} == others


def test_a_later_feed_brings_nothing_back() -> None:
    story()
    mill = mill_record()
    erase_hr_file([mill.id], authority="run:test", by="t", at=AT)
    send("10-31", changed(VOLE, Grade="G7"), TOAD)
    held = Employment.objects.filter(record=mill).values("employment")
    spent = Assignment.objects.filter(employment__in=held)
    assert spent.exists()
    assert not spent.exclude(post_title=None).exists()


def test_the_dates_of_what_was_emptied_tell_of_it_no_more() -> None:
    """A post that changed splits the terms in two; without it they are one again."""
    send("08-31", MOLE)
    send("09-30", changed(MOLE, Job_title="Chief", Post_ref="7"))
    mill = mill_record()
    spent = Assignment.objects.filter(
        employment__in=Employment.objects.filter(record=mill).values("employment")
    )
    assert spent.filter(recorded_to=None).count() == 2
    erase_hr_file([mill.id], authority="run:test", by="t", at=AT)
    assert {(one.valid_from, one.valid_to) for one in spent} == {(dt.date(2019, 9, 2), None)}


@pytest.mark.parametrize("table", STRIPPED)
def test_what_may_be_emptied_is_what_the_schedule_says(table: str) -> None:
    governed = {
        field
        for model, field, said in declared()
        if model._meta.db_table == table and [one.code for one in governing(said)] == ["hr-file"]
    }
    assert governed == set(STRIPPED[table])


def test_without_a_declared_erasure_nothing_is_emptied() -> None:
    story()
    for model, field in ((Claim, "post_title"), (Assignment, "post_title")):
        with pytest.raises(IntegrityError), transaction.atomic():
            model._base_manager.update(**{field: None})


@pytest.mark.parametrize(
    ("model", "values"),
    [(Claim, {"surname": "Other"}), (Claim, {"post_title": "Other"}), (Claim, {"grade": None}),
     (Assignment, {"grade": None}), (Assignment, {"post_title": "Other"}),
     (Employment, {"leaving_reason": "resigned"}), (Employment, {"valid_to": None})],
)  # fmt: skip
def test_an_erasure_fills_in_and_rewrites_nothing(
    model: type[Claim | Assignment | Employment], values: dict[str, object]
) -> None:
    story()
    with pytest.raises(IntegrityError), declared_erasure("run:test"):
        model._base_manager.update(**values)


def test_an_erasure_is_declared_for_its_own_transaction_alone() -> None:
    story()
    with declared_erasure("run:test"):
        pass
    with pytest.raises(ZeroDivisionError), transaction.atomic(), declared_erasure("run:test"):
        raise ZeroDivisionError
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {ERASING}")
        assert cursor.fetchone() == (0,)
    with pytest.raises(DatabaseError), transaction.atomic():
        Claim.objects.update(post_title=None)


def test_who_was_once_taken_for_the_same_person_keeps_what_is_believed_of_them() -> None:
    send("08-31", changed(MOLE, NI_No="", Leaving_date="31/12/2020"), VOLE)
    send("08-31", changed(TOAD, Staff_no="W/3", NI_No=""), body="weir")
    mole, toad = (SourceRecord.objects.get(staff_number=one).id for one in ("M/1", "W/3"))
    tie = matching.decide(
        first=mole, second=toad, says="same", reason="seen", by="hr:ann", clock=SYSTEM_CLOCK
    )
    tie = matching.confirm(tie=tie, by="hr:bob", clock=SYSTEM_CLOCK)
    matching.undo(tie=tie, reason="in error", by="hr:ann", clock=SYSTEM_CLOCK)
    persons = [someone("hr:mill", "M/1"), someone("hr:weir", "W/3")]
    assert persons[0] != persons[1]
    for gone, number in ((persons[0], "W/3"), (persons[1], "M/2")):
        before = believed_of(number)
        assert before
        erase_person(gone, authority="run:test")
        assert believed_of(number) == before
    assert not Person.objects.filter(id__in=persons).exists()


def believed_of(number: str) -> list[tuple[object, ...]]:
    """Return the posts and days that are now believed of a staff number, with their identities."""
    held = Employment.objects.filter(record__staff_number=number, recorded_to=None)
    spent = Assignment.objects.filter(employment__in=held.values("employment"), recorded_to=None)
    return [*held.order_by("id").values_list(), *spent.order_by("id").values_list()]
