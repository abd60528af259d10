"""What a person's record tells of a record that was only for a while held to be theirs."""

import uuid

import pytest

from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day
from muster.register.people.matching.queries import persons_of
from muster.register.people.person_record import History, person
from tests.integration.test_matching import bodies, decide, record, undo
from tests.integration.test_people_feeds import MOLE, changed, send

__all__ = ["bodies"]
pytestmark = pytest.mark.django_db
OTHER = changed(MOLE, Staff_no="M/9", Name="Martha STOAT", NI_No="", Grade="HEO")


def history(one: uuid.UUID) -> History:
    found = person(one, legal_day(SYSTEM_CLOCK.now()))
    assert found is not None
    return found.history


def grades(one: uuid.UUID, *, now: bool) -> set[str | None]:
    """Return the grades in a person's record, in force now or ever."""
    return {
        terms.grade
        for job in history(one).employments
        for terms in job.assignments
        if not now or terms.believed.recorded_to is None
    }


def test_once_undone_what_comes_of_the_other_record_is_not_in_ones_own() -> None:
    send("08-31", MOLE, OTHER)
    pair = record("M/1"), record("M/9")
    tie = decide(pair)
    (joined,) = persons_of(pair)
    before = grades(joined, now=True)
    assert len(before) == 2
    undo(tie)
    (mole,), (stoat,) = persons_of([pair[0]]), persons_of([pair[1]])
    assert grades(joined, now=False) == before, "what was believed is not forgotten"
    for one in (mole, stoat):
        assert len(grades(one, now=True)) == 1
    send("09-30", MOLE, changed(OTHER, Grade="G6"))
    assert len(grades(stoat, now=False)) == 2
    assert grades(mole, now=False) <= before, "the other's new grade is nobody else's business"
