"""Investigators: who saw this person, whom did this reader see, and what reading is unusual."""

import csv
import datetime as dt
import io
import json
import uuid

import pytest
from click.testing import CliRunner

from muster.cli.oversight import oversight
from muster.gates import watching
from muster.gates.access import Actor
from muster.gates.looks import looks_at, note_look
from muster.gates.models import Alert, Look, Reading
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import Conflict, NotPermitted
from muster.ledger.current import ledger
from muster.register.people.restricting import near
from muster.register.posts.models import Post, PostFact, Statement
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
    person_at,
    restrict,
)

__all__ = ["as_", "bodies", "her"]
pytestmark = pytest.mark.django_db
INQUIRIES = "/oversight/inquiries/"


def days(back: int = 1) -> dict[str, str]:
    today = SYSTEM_CLOCK.now().date()
    first, last = today - dt.timedelta(days=back), today + dt.timedelta(days=1)
    found = {"reason": "complaint", "words": "She asked us who looked"}
    for name, day in (("starts", first), ("ends", last)):
        parts = {"day": day.day, "month": day.month, "year": day.year}
        found |= {f"{name}_{part}": str(value) for part, value in parts.items()}
    return found


def number(staff: str) -> dict[str, str]:
    return {"employer": str(employer("mill")), "staff_number": staff}


def looking(by: str, people: list[uuid.UUID], what: str = "person", times: int = 1) -> None:
    actor = Actor(by, by, frozenset({CASEWORKER}), employer=employer("mill"))
    for _time in range(times):
        note_look(actor, what=what, purpose="casework", people=people)


def test_every_look_at_a_person_is_listed_and_nothing_else(as_: SignIn, her: uuid.UUID) -> None:
    as_(CASEWORKER, "mill", "persona:ann").get(f"/register/people/{her}")
    looking("persona:bob", [person_at("M/2")])
    looking("persona:cat", [her, person_at("M/2")], "search")
    officer = as_(OFFICER, "", "persona:eve")
    made = officer.post(f"{INQUIRIES}person", number("M/1") | days())
    text = officer.get(made.headers["Location"]).content.decode()
    assert "persona:ann" in text
    assert "persona:cat" in text
    assert "persona:bob" not in text
    rows = csv.DictReader(
        io.StringIO(officer.get(made.headers["Location"] + "?as=csv").content.decode("utf-8-sig"))
    )
    said = {(row["Actor"], row["What"], row["What for"], row["Employer"]) for row in rows}
    assert ("persona:ann", "The record", "Casework", "Mill") in said
    assert ("persona:cat", "A search that found the person", "Casework", "Mill") in said
    assert as_(OFFICER, "", "persona:other").get(made.headers["Location"]).status_code == 404
    assert as_(CASEWORKER, "mill").get(made.headers["Location"]).status_code == 403


def test_asking_is_a_look_itself(as_: SignIn, her: uuid.UUID) -> None:
    officer = as_(OFFICER, "", "persona:eve")
    made = officer.post(f"{INQUIRIES}person", number("M/1") | days())
    officer.get(made.headers["Location"])
    officer.get(made.headers["Location"] + "?as=csv")
    assert [look.what for look in looks_at(her)] == ["inquiry", "inquiry"]
    log = [entry.body or b"" for entry in ledger().read("access")]
    assert [json.loads(body)["file"] for body in log] == [False, True]
    assert not any(b"She asked us" in body for body in log)


def test_an_identifier_of_nobody_is_answered_like_one_at_whom_nobody_looked(
    as_: SignIn, her: uuid.UUID
) -> None:
    restrict(her)
    officer = as_(OFFICER, "mill", "persona:eve")

    def asked(identifier: dict[str, str]) -> str:
        made = officer.post(f"{INQUIRIES}person", identifier | days())
        got = answer_to(officer, made.headers["Location"])
        return got.words.replace(str(her), "…").replace(str(NEVER), "…")

    assert asked({"person_id": str(her)}) == asked({"person_id": str(NEVER)})


def test_days_outside_are_left_out(as_: SignIn, her: uuid.UUID) -> None:
    looking("persona:ann", [her])
    Reading.objects.update(at=SYSTEM_CLOCK.now() - dt.timedelta(days=9))
    officer = as_(OFFICER)
    near = officer.post(f"{INQUIRIES}person", number("M/1") | days(2)).headers["Location"]
    far = officer.post(f"{INQUIRIES}person", number("M/1") | days(20)).headers["Location"]
    assert "persona:ann<" not in officer.get(near).content.decode().replace("persona:ann</span", "")
    assert "Download as CSV" in officer.get(far).content.decode()
    assert "persona:ann" in officer.get(far).content.decode()


def test_whom_a_reader_saw(as_: SignIn, her: uuid.UUID) -> None:
    looking("persona:bob", [her], times=60)
    looking("persona:cat", [person_at("M/2")])
    officer = as_(OFFICER)
    made = officer.post(f"{INQUIRIES}reader", {"reader": "persona:bob"} | days())
    text = officer.get(made.headers["Location"]).content.decode()
    assert str(her) in text
    assert "of 60 results" in text
    assert str(person_at("M/2")) not in text
    second = officer.get(made.headers["Location"] + "?page=2").content.decode()
    assert "Showing 51 to 60" in second


def test_the_index_is_made_again_from_the_log_exactly(her: uuid.UUID) -> None:
    looking("persona:bob", [her], times=5)
    was = sorted(Reading.objects.values_list())
    assert len(was) == 5
    Reading.objects.filter(position__gt=1).delete()
    assert watching.index() == 3
    assert sorted(Reading.objects.values_list()) == was
    assert watching.index() == 0


def test_an_alert_is_raised_once_and_goes_on_from_its_position(her: uuid.UUID) -> None:
    looking("persona:bob", [her], times=11)
    assert watching.watch(clock=SYSTEM_CLOCK) == 0
    looking("persona:bob", [her])
    assert watching.watch(clock=SYSTEM_CLOCK) == 1, "what was before counts"
    assert watching.watch(clock=SYSTEM_CLOCK) == 0
    looking("persona:bob", [her], times=3)
    assert watching.watch(clock=SYSTEM_CLOCK) == 0, "the same cause is raised once"
    alert = Alert.objects.get()
    assert (alert.rule, alert.by, alert.person, alert.seen) == (
        "same person", "persona:bob", her, 12,
    )  # fmt: skip


def test_breaking_the_glass_twice_is_raised(as_: SignIn, her: uuid.UUID) -> None:
    client = as_(CASEWORKER, "mill", "persona:bob")
    for staff in ("M/1", "M/2"):
        restrict(person_at(staff))
        form = number(staff) | {"reason": "safeguarding", "words": "x", "hours": "1"}
        assert client.post("/oversight/emergency/", form).status_code == 302
    assert watching.watch(clock=SYSTEM_CLOCK) == 1
    assert Alert.objects.get().rule == "glass broken again"


def test_alerts_are_settled_with_words_and_not_by_the_reader(as_: SignIn, her: uuid.UUID) -> None:
    looking("persona:bob", [her], times=12)
    watching.watch(clock=SYSTEM_CLOCK)
    alert = Alert.objects.get()
    officer = as_(OFFICER)
    assert "The same record again and again" in officer.get("/oversight/alerts/").content.decode()
    assert "1 alert waits" in officer.get("/").content.decode()
    address = f"/oversight/alerts/{alert.id}"
    assert "Enter" in officer.post(address, {"verdict": "misuse"}).content.decode()
    found = {"verdict": "explained", "words": "A transfer with many letters"}
    with pytest.raises(NotPermitted):
        watching.settle(alert=alert.id, by="persona:bob", clock=SYSTEM_CLOCK, **found)
    assert officer.post(address, found).status_code == 302
    with pytest.raises(Conflict):
        watching.settle(alert=alert.id, by="persona:eve", clock=SYSTEM_CLOCK, **found)
    settled = officer.get("/oversight/alerts/?shown=settled").content.decode()
    assert "The same record again and again" in settled
    assert as_(CASEWORKER, "mill").get(address).status_code == 403


def test_a_colleague_and_a_namesake_are_known_from_the_register(her: uuid.UUID) -> None:
    """Victor, at the same place but of another profession, is no colleague; she has no namesake."""
    units = near.units([her, person_at("M/2")])
    assert len(set(units.values())) == 2
    assert near.surnames([her]) == {her: frozenset({"mole"})}
    reader = Actor(
        "persona:kin", "Kin", frozenset({CASEWORKER}), employer("mill"), person_at("M/2")
    )
    for _time in range(3):
        note_look(reader, what="person", purpose="casework", people=[her])
        note_look(reader, what="person", purpose="casework", people=[person_at("M/2")])
    assert watching.watch(clock=SYSTEM_CLOCK) == 0


def test_ones_own_manager_is_who_holds_the_post_that_ones_own_reports_to(her: uuid.UUID) -> None:
    reader, now = person_at("M/2"), SYSTEM_CLOCK.now()
    said = Statement.objects.create(
        landing=uuid.uuid4(), part=0, publisher="mill", as_at=now.date(), recorded_from=now,
        employer_id=employer("mill"),
    )  # fmt: skip
    post = Post.objects.create(employer_id=employer("mill"), reference="2")
    PostFact.objects.create(
        statement=said, row=2, kind="post", post=post, organisation="Mill", fte=1, reports_to="1"
    )
    assert near.heads([reader, her]) == {reader: frozenset({her})}
    actor = Actor("persona:kin", "Kin", frozenset({CASEWORKER}), employer("mill"), reader)
    note_look(actor, what="person", purpose="casework", people=[her])
    assert watching.watch(clock=SYSTEM_CLOCK) == 1
    assert (Alert.objects.get().rule, Alert.objects.get().person) == ("own manager", her)


def test_the_terminal_names_nobody(her: uuid.UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("muster.cli.oversight.ready", lambda: None)
    looking("persona:bob", [her], times=12)
    said = CliRunner().invoke(oversight, ["run"]).output
    assert said == "1 alert raised\n"
    assert CliRunner().invoke(oversight, ["alerts"]).output == (
        "1 alert waits to be settled, on the page Unusual reading\n"
    )
    assert Look.objects.filter(person=her).count() == 12
