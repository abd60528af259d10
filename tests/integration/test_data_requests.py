"""Requests about one's own data: deadlines, identity, copies that expire, erasure."""

import datetime as dt
import uuid

import pytest

from muster.kernel.clock import FixedClock
from muster.kernel.errors import BadInput, Conflict, NotFound, NotPermitted
from muster.register.keeping import actions, requests
from muster.register.keeping.queries import RequestView, request_of
from muster.register.keeping.schedule import line_of
from muster.register.people.models import Claim, Person
from tests.integration.keeping_world import (
    AFTER_BIRTHDAY,
    AFTER_LEAVING,
    APPROVER,
    PROPOSER,
    story,
)
from tests.integration.test_people_feeds import bodies

__all__ = ["bodies"]
pytestmark = pytest.mark.django_db
SELF = "person:mole"


def at(year: int, month: int, day: int) -> FixedClock:
    return FixedClock(dt.datetime(year, month, day, 12, 0, tzinfo=dt.UTC))


NOW = at(2026, 11, 23)


def asked(kind: str, person: uuid.UUID, clock: FixedClock = NOW) -> uuid.UUID:
    return requests.ask(kind=kind, person=person, words="", by=SELF, clock=clock)


def checked(kind: str, person: uuid.UUID, clock: FixedClock = NOW) -> uuid.UUID:
    made = asked(kind, person, clock)
    requests.check(request=made, by=PROPOSER, clock=clock)
    return made


def seen(request: uuid.UUID) -> RequestView:
    found = request_of(request)
    assert found is not None
    return found


def outcomes(request: uuid.UUID) -> dict[str, str]:
    return {one.line: one.outcome for one in seen(request).answers}


def test_a_request_is_due_in_a_month_or_three() -> None:
    made = asked("copy", story()["mole"])
    assert seen(made).due == dt.date(2026, 12, 23)
    due = requests.extend(request=made, reason="Many systems", by=PROPOSER, clock=NOW)
    assert (due, seen(made).due) == (dt.date(2027, 2, 23), dt.date(2027, 2, 23))
    with pytest.raises(Conflict):
        requests.extend(request=made, reason="More", by=PROPOSER, clock=NOW)


def test_nothing_is_extended_once_it_is_late() -> None:
    made = asked("copy", story()["mole"])
    assert seen(made).late(dt.date(2026, 12, 24))
    with pytest.raises(Conflict):
        requests.extend(request=made, reason="Late", by=PROPOSER, clock=at(2026, 12, 24))


def test_one_asks_once_at_a_time_and_only_of_oneself() -> None:
    person = story()["mole"]
    asked("copy", person)
    asked("erasure", person)
    with pytest.raises(Conflict):
        asked("copy", person)
    with pytest.raises(NotFound):
        asked("copy", uuid.uuid4())


def test_a_copy_is_made_for_who_was_checked_and_read_by_them_alone() -> None:
    people = story()
    made = asked("copy", people["mole"])
    with pytest.raises(Conflict):
        requests.make_copy(request=made, by=PROPOSER, clock=NOW)
    with pytest.raises(NotPermitted):
        requests.check(request=made, by=SELF, clock=NOW)
    requests.check(request=made, by=PROPOSER, clock=NOW)
    requests.make_copy(request=made, by=PROPOSER, clock=NOW)
    for person in (people["vole"], uuid.uuid4()):
        with pytest.raises(NotFound):
            requests.download(request=made, person=person, by=SELF, clock=NOW)
    content = requests.download(request=made, person=people["mole"], by=SELF, clock=NOW)
    assert content.startswith(b"PK")
    assert seen(made).downloaded_at == NOW.now()


def test_a_copy_is_destroyed_when_its_time_is_up() -> None:
    person = story()["mole"]
    made = checked("copy", person)
    requests.make_copy(request=made, by=PROPOSER, clock=NOW)
    later = at(2026, 12, 24)
    with pytest.raises(NotFound):
        requests.download(request=made, person=person, by=SELF, clock=later)
    assert requests.expire_copies(clock=at(2026, 12, 22)) == 0
    assert (requests.expire_copies(clock=later), requests.expire_copies(clock=later)) == (1, 0)
    assert seen(made).state == "expired"
    with pytest.raises(NotFound):
        requests.download(request=made, person=person, by=SELF, clock=NOW)


def test_what_must_be_kept_is_refused_with_reason_law_and_last_day() -> None:
    left = at(2027, 3, 1)
    made = checked("erasure", story()["mole"], left)
    assert requests.decide_erasure(request=made, by=PROPOSER, clock=left) is None
    found = seen(made)
    assert found.state == "refused"
    said = {one.line: one for one in found.answers}
    assert said["person"].until == dt.date(2080, 2, 29)  # the day before the 100th birthday
    assert said["person"].because.startswith("its time is not up. Article 17(3)(b)")
    assert said["person"].legal == line_of("person").legal
    assert said["hr-file"].until == dt.date(2032, 11, 30)  # of two employers' the later one
    assert (outcomes(made)["pay"], outcomes(made)["access"]) == ("nothing held", "refused")


def test_while_somebody_is_employed_nobody_can_tell_until_when() -> None:
    made = checked("erasure", story()["mole"])
    assert requests.decide_erasure(request=made, by=PROPOSER, clock=NOW) is None
    said = {one.line: one for one in seen(made).answers}
    assert said["person"].because.startswith("still employed. Article 17(3)(b)")
    assert (said["person"].until, said["hr-file"].until) == (None, None)


def test_of_two_employers_files_the_one_that_is_due_goes() -> None:
    between = at(2032, 10, 1)  # six years after Mill, not yet after Weir
    made = checked("erasure", story()["mole"], between)
    run = requests.decide_erasure(request=made, by=PROPOSER, clock=between)
    assert run is not None
    assert run.items_total == 1
    said = {one.line: one for one in seen(made).answers}["hr-file"]
    assert said.because.startswith("part of it is past its time and will be erased")
    assert said.until == dt.date(2032, 11, 30)


def test_what_is_past_its_time_is_erased_once_somebody_else_approves() -> None:
    person = story()["mole"]
    made = checked("erasure", person, AFTER_LEAVING)
    run = requests.decide_erasure(request=made, by=PROPOSER, clock=AFTER_LEAVING)
    assert run is not None
    assert (outcomes(made)["hr-file"], outcomes(made)["person"]) == ("to be erased", "refused")
    assert Claim.objects.exclude(post_title=None).filter(record__staff_number="M/1").exists()
    actions.propose(run=run.id, reason="Asked for", by=PROPOSER, clock=AFTER_LEAVING)
    actions.decide(
        run=run.id, approve=True, reason="Past its time", by=APPROVER, clock=AFTER_LEAVING
    )
    actions.go_on(run=run.id, by=APPROVER, clock=AFTER_LEAVING)
    assert outcomes(made)["hr-file"] == "erased"
    mole = Claim.objects.filter(record__staff_number__in=("M/1", "W/9"))
    assert {one.post_title for one in mole} == {None}
    others = Claim.objects.exclude(record__staff_number__in=("M/1", "W/9"))
    assert others.exclude(post_title=None).count() == others.count()


def test_an_erasure_waits_while_a_copy_is_asked_for() -> None:
    person = story()["mole"]
    asked("copy", person, AFTER_BIRTHDAY)
    made = checked("erasure", person, AFTER_BIRTHDAY)
    assert requests.decide_erasure(request=made, by=PROPOSER, clock=AFTER_BIRTHDAY) is None
    said = {one.line: one.because for one in seen(made).answers}
    assert said["person"].startswith("they have asked for a copy of their data")
    assert Person.objects.filter(id=person).exists()


def test_a_person_objects_once_and_another_officer_answers() -> None:
    people = story()
    made = checked("erasure", people["mole"])
    with pytest.raises(Conflict):
        objected(made, people["mole"])
    requests.decide_erasure(request=made, by=PROPOSER, clock=NOW)
    with pytest.raises(NotFound):
        objected(made, people["vole"])
    with pytest.raises(BadInput):
        objected(made, people["mole"], words=" ")
    objected(made, people["mole"])
    with pytest.raises(Conflict):
        objected(made, people["mole"])
    with pytest.raises(NotPermitted):
        requests.review(request=made, words="No", by=PROPOSER, clock=NOW)
    requests.review(request=made, words="We looked again", by=APPROVER, clock=NOW)
    assert seen(made).reviewed == "We looked again"
    with pytest.raises(Conflict):
        requests.review(request=made, words="Again", by=APPROVER, clock=NOW)


def objected(request: uuid.UUID, person: uuid.UUID, words: str = "It is mine") -> None:
    requests.object_to(request=request, person=person, words=words, by=SELF, clock=NOW)
