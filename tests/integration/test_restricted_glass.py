"""Opening a restricted record in an emergency: found exactly, told at once, marked, reviewed."""

import datetime as dt
import json
import uuid

import pytest

from muster.gates.looks import looks_at
from muster.kernel.clock import SYSTEM_CLOCK, FixedClock
from muster.kernel.errors import BadInput, Conflict, NotFound, NotPermitted
from muster.ledger.current import ledger
from muster.register.people.restricting import actions, queries
from muster.register.people.restricting.models import BrokenGlass, GlassNotice, Restriction
from muster.register.people.restricting.rules import Viewer
from tests.integration.restricted_world import (
    CASEWORKER,
    NEVER,
    OFFICER,
    SignIn,
    answer_to,
    as_,
    bodies,
    employer,
    her,
    nothing_logged,
    person_at,
    restrict,
)

__all__ = ["as_", "bodies", "her"]
pytestmark = pytest.mark.django_db
BREAK, PEOPLE = "/oversight/emergency/", "/register/people/"
WORDS = "Her pay went to nobody and her rent is due"


def asking(number: str = "M/1", person: uuid.UUID | None = None, **more: str) -> dict[str, str]:
    """Return the form of somebody who asks for a record by an exact identifier."""
    by_number = {"employer": str(employer("mill")), "staff_number": number}
    whom = {"person_id": str(person)} if person else by_number
    return {"reason": "pay has stopped", "words": WORDS, "hours": "2", **whom, **more}


def decisions(kind: str) -> list[dict[str, object]]:
    return [
        json.loads(entry.body or b"{}") for entry in ledger().read("decisions")
        if kind in entry.type
    ]  # fmt: skip


@pytest.mark.parametrize("exact", ["number", "identifier"])
def test_it_opens_one_record_and_tells_its_guardian_in_the_same_moment(
    as_: SignIn, her: uuid.UUID, exact: str
) -> None:
    held = restrict(her)
    other = person_at("M/2")
    restrict(other)
    client = as_(CASEWORKER, "mill")
    assert client.get(f"{PEOPLE}{her}").status_code == 404
    form = asking() if exact == "number" else asking(person=her)
    answer = client.post(BREAK, form)
    assert answer.status_code == 302
    assert "Martha" in client.get(answer.headers["Location"]).content.decode()
    assert client.get(f"{PEOPLE}{her}").status_code == 200
    assert client.get(f"{PEOPLE}{other}").status_code == 404, "one record, not all"
    assert as_(CASEWORKER, "mill", "persona:bob").get(f"{PEOPLE}{her}").status_code == 404
    (entry,) = decisions("glass.broken")
    assert entry["reason"] == "pay has stopped"
    assert entry["told"] == [{"restriction": str(held), "office": None}]
    assert WORDS not in json.dumps(decisions(""))
    guardian = as_(OFFICER)
    assert "persona:ann" in guardian.get("/").content.decode()
    (notice,) = queries.notices(Viewer("x", answers=True), waiting=True)
    assert WORDS in guardian.get(f"/oversight/notices/{notice.id}").content.decode()
    assert as_(OFFICER, "weir").get(f"/oversight/notices/{notice.id}").status_code == 404


def test_glass_is_whole_again_when_its_hours_are_over(as_: SignIn, her: uuid.UUID) -> None:
    restrict(her)
    client = as_(CASEWORKER, "mill")
    opened = client.post(BREAK, asking()).headers["Location"]
    assert client.get(opened).status_code == 200
    BrokenGlass.objects.update(
        at=SYSTEM_CLOCK.now() - dt.timedelta(hours=3),
        until=SYSTEM_CLOCK.now() - dt.timedelta(seconds=1),
    )
    assert answer_to(client, opened) == answer_to(client, f"{BREAK}{NEVER}")
    assert answer_to(client, f"{PEOPLE}{her}") == answer_to(client, f"{PEOPLE}{NEVER}")


@pytest.mark.parametrize("hours", [0, 5, 100])
def test_never_for_longer_than_four_hours(as_: SignIn, her: uuid.UUID, hours: int) -> None:
    restrict(her)
    assert as_(CASEWORKER, "mill").post(BREAK, asking(hours=str(hours))).status_code == 200
    with pytest.raises(BadInput):
        actions.break_glass(
            person=her, viewer=Viewer("x"), name="X", role=CASEWORKER, reason="safeguarding",
            words="x", hours=hours, clock=SYSTEM_CLOCK,
        )  # fmt: skip
    assert BrokenGlass.objects.count() == 0


def test_nobody_unknown_out_of_reach_and_unrestricted_are_answered_alike(
    as_: SignIn, her: uuid.UUID
) -> None:
    """A caseworker of the weir cannot learn that she exists, nor one of the mill who is hidden."""
    restrict(her)
    theirs, ours = as_(CASEWORKER, "weir"), person_at("M/2")
    theirs.post(BREAK, asking(person=NEVER))  # the first entry of a log makes the month's key
    answers = {
        name: answer_to(theirs, BREAK, asking(person=person))
        for name, person in (("nobody", NEVER), ("out of reach", her), ("unrestricted", ours))
    }
    assert answers["nobody"] == answers["out of reach"] == answers["unrestricted"]
    assert "No restricted record within your reach" in answers["nobody"].words
    mill = as_(CASEWORKER, "mill")
    assert answer_to(mill, BREAK, asking(person=ours)) == answer_to(
        mill, BREAK, asking(person=NEVER)
    )
    assert answer_to(mill, BREAK, asking("M/2")) == answer_to(mill, BREAK, asking("M/77"))
    assert BrokenGlass.objects.count() == 0
    tries = [json.loads(entry.body or b"{}") for entry in ledger().read("access")]
    assert {one["what"] for one in tries} == {"break glass refused"}
    assert all(one["people"] == [] for one in tries)


def test_each_look_is_marked_and_the_person_told(as_: SignIn, her: uuid.UUID) -> None:
    restrict(her)
    client = as_(CASEWORKER, "mill")
    client.post(BREAK, asking())
    client.get(f"{PEOPLE}{her}")
    told = looks_at(her)
    assert {look.glass for look in told} == {"pay has stopped"}
    assert {look.what for look in told} == {"break glass", "person"}
    own = as_("civil servant", "mill", "persona:her", her).get("/register/me/").content.decode()
    assert "In an emergency: Pay has stopped" in own


def test_the_person_is_told_later_where_the_guardian_said_so(as_: SignIn, her: uuid.UUID) -> None:
    held = restrict(her, notice_waits=True)
    client = as_(CASEWORKER, "mill")
    client.post(BREAK, asking())
    client.get(f"{PEOPLE}{her}")
    assert looks_at(her) == ()
    actions.ask_to_lift(restriction=held, reason="risk ended", by="a", clock=SYSTEM_CLOCK)
    actions.lift(restriction=held, agree=True, by="b", clock=SYSTEM_CLOCK)
    assert {look.what for look in looks_at(her)} == {"break glass", "person"}


def test_the_guardian_reviews_it_once_and_never_their_own(as_: SignIn, her: uuid.UUID) -> None:
    restrict(her, office=employer("mill"))
    officer = as_(OFFICER, "", "persona:broke")
    answer = officer.post(BREAK, asking())
    assert "Martha" in officer.get(answer.headers["Location"]).content.decode()
    notice = GlassNotice.objects.get()
    found = {"verdict": "follow-up", "words": "Asked for the ticket"}
    with pytest.raises(NotPermitted):
        actions.review(notice=notice.id, by="persona:broke", clock=SYSTEM_CLOCK, **found)
    guardian = as_(OFFICER, "mill", "persona:guards")
    assert guardian.post(f"/oversight/notices/{notice.id}", found).status_code == 302
    with pytest.raises(Conflict):
        actions.review(notice=notice.id, by="persona:third", clock=SYSTEM_CLOCK, **found)
    (entry,) = decisions("glass.reviewed")
    assert entry == {"by": "persona:guards", "verdict": "follow-up"}
    seen = guardian.get(f"/oversight/notices/{notice.id}").content.decode()
    assert "Opening the record in an emergency" in seen
    assert "The record, opened in an emergency" in seen
    assert "To be followed up" in guardian.get("/oversight/notices/").content.decode()


def test_lifting_takes_two(as_: SignIn, her: uuid.UUID) -> None:
    held = restrict(her)
    address = f"/oversight/restrictions/{held}/lift"
    ann = as_(OFFICER)
    assert ann.post(address, {"reason": "risk ended"}).status_code == 302
    assert "Ask another guardian" in ann.post(address, {"agree": "yes"}).content.decode()
    assert as_(CASEWORKER, "mill").get(f"{PEOPLE}{her}").status_code == 404
    bob = as_(OFFICER, "", "persona:bob")
    assert bob.post(address, {"agree": "no"}).status_code == 302
    assert as_(CASEWORKER, "mill").get(f"{PEOPLE}{her}").status_code == 404
    as_(OFFICER).post(address, {"reason": "risk ended"})
    as_(OFFICER, "", "persona:bob").post(address, {"agree": "yes"})
    assert as_(CASEWORKER, "mill").get(f"{PEOPLE}{her}").status_code == 200
    assert Restriction.objects.get().lifted_by == "persona:bob"
    with pytest.raises(NotFound):
        actions.lift(restriction=held, agree=True, by="x", clock=SYSTEM_CLOCK)


def test_an_officer_restricts_by_an_exact_identifier(as_: SignIn, her: uuid.UUID) -> None:
    form = {
        "employer": str(employer("mill")), "staff_number": "M/1", "kind": "protected",
        "reason": "police advice", "knowers": "persona:pays\n",
    }  # fmt: skip
    address = "/oversight/restrictions/new"
    officer = as_(OFFICER, "", "persona:officer")
    assert officer.post(address, form | {"staff_number": "M/77"}).status_code == 200
    made = officer.post(address, form)
    assert made.status_code == 302
    assert "Martha" in officer.get(made.headers["Location"]).content.decode()
    assert as_(CASEWORKER, "mill").get(f"{PEOPLE}{her}").status_code == 404
    assert as_(CASEWORKER, "mill", "persona:pays").get(f"{PEOPLE}{her}").status_code == 200
    assert as_(CASEWORKER, "mill").get(address).status_code == 403
    weir = as_(OFFICER, "weir")
    assert answer_to(weir, address, form) == answer_to(weir, address, form | {
        "staff_number": "M/77"})  # fmt: skip


def test_logs_hold_no_words_of_anybody(as_: SignIn, her: uuid.UUID) -> None:
    restrict(her)
    with nothing_logged(WORDS, "Martha", "MOLE", "M/1"):
        client = as_(CASEWORKER, "mill")
        client.post(BREAK, asking())
        client.post(BREAK, asking("M/77"))


def test_a_grant_ends_at_its_instant(her: uuid.UUID) -> None:
    restrict(her)
    noon = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
    viewer = Viewer("persona:ann", office=employer("mill"))
    actions.break_glass(
        person=her, viewer=viewer, name="Ann", role=CASEWORKER, reason="safeguarding", words="x",
        hours=4, clock=FixedClock(noon),
    )  # fmt: skip
    last = noon + dt.timedelta(hours=4)
    assert queries.open_glass("persona:ann", now=last - dt.timedelta(microseconds=1)) != ()
    assert queries.open_glass("persona:ann", now=last) == ()
