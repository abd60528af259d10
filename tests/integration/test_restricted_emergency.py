"""Attacks on opening a record in an emergency: to have more, for longer, or without being told."""

import datetime as dt
import uuid

import pytest

from muster.kernel.clock import SYSTEM_CLOCK
from muster.register.people.restricting import actions
from muster.register.people.restricting.models import BrokenGlass, GlassNotice
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
    hide_names,
    person_at,
    restrict,
)

__all__ = ["as_", "bodies", "her"]
pytestmark = pytest.mark.django_db
BREAK, PEOPLE = "/oversight/emergency/", "/register/people/"


def asking(**more: str) -> dict[str, str]:
    whom = {"employer": str(employer("mill")), "staff_number": "M/1"}
    return {"reason": "safeguarding", "words": "It cannot wait", "hours": "4", **whom, **more}


def test_asking_again_does_not_make_it_longer(as_: SignIn, her: uuid.UUID) -> None:
    """While it is open there is nothing to open; afterwards it is another, told anew."""
    restrict(her)
    client = as_(CASEWORKER, "mill")
    assert client.post(BREAK, asking(hours="1")).status_code == 302
    again = answer_to(client, BREAK, asking())
    assert again == answer_to(client, BREAK, asking(staff_number="M/77"))
    assert BrokenGlass.objects.count() == 1
    now = SYSTEM_CLOCK.now()
    BrokenGlass.objects.update(at=now - dt.timedelta(hours=2), until=now - dt.timedelta(hours=1))
    assert client.post(BREAK, asking()).status_code == 302
    assert GlassNotice.objects.count() == 2


def test_it_opens_nothing_that_was_hidden_later(as_: SignIn, her: uuid.UUID) -> None:
    """Her own office restricts her while the glass is broken: that office was not told."""
    restrict(her)
    client = as_(CASEWORKER, "mill")
    opened = client.post(BREAK, asking()).headers["Location"]
    restrict(her, office=employer("weir"))
    hidden, nowhere = (answer_to(client, f"{PEOPLE}{whom}") for whom in (her, NEVER))
    assert (hidden.status, hidden) == (404, nowhere)
    assert client.get(opened).status_code == 404


def test_it_opens_no_hidden_name(as_: SignIn, her: uuid.UUID) -> None:
    restrict(her)
    hide_names(her)
    client = as_(CASEWORKER, "mill")
    opened = client.post(BREAK, asking()).headers["Location"]
    pages = [client.get(at).content.decode() for at in (opened, f"{PEOPLE}{her}")]
    assert all("Martha" in page for page in pages)
    assert not any("Martin" in page or "martin" in page for page in pages)
    assert client.post(BREAK, asking()).status_code == 200, "hidden names alone open nothing"


def test_nothing_opens_where_the_guardian_cannot_be_told(
    as_: SignIn, her: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    restrict(her)

    def fails(*_told: object) -> None:
        raise RuntimeError("the store is full")

    monkeypatch.setattr(GlassNotice.objects, "bulk_create", fails)
    with pytest.raises(RuntimeError):
        actions.break_glass(
            person=her, viewer=Viewer("persona:ann"), name="Ann", role=CASEWORKER, hours=1,
            reason="safeguarding", words="x", clock=SYSTEM_CLOCK,
        )  # fmt: skip
    assert BrokenGlass.objects.count() == 0
    assert as_(CASEWORKER, "mill").get(f"{PEOPLE}{her}").status_code == 404


def test_one_glass_is_of_one_person_and_one_reader(as_: SignIn, her: uuid.UUID) -> None:
    restrict(her)
    restrict(person_at("M/2"))
    opened = as_(CASEWORKER, "mill").post(BREAK, asking()).headers["Location"]
    other = as_(CASEWORKER, "mill", "persona:bob")
    assert answer_to(other, opened) == answer_to(other, f"{BREAK}{NEVER}")
    assert as_(CASEWORKER, "mill").get(f"{PEOPLE}{person_at('M/2')}").status_code == 404


def test_what_somebody_wrote_is_shown_as_they_wrote_it(as_: SignIn, her: uuid.UUID) -> None:
    restrict(her)
    said = "<script>alert(1)</script>" + "x" * 400
    client = as_(CASEWORKER, "mill")
    assert client.post(BREAK, asking(words="x" * 501)).status_code == 200
    assert client.post(BREAK, asking(words="  ")).status_code == 200
    assert BrokenGlass.objects.count() == 0
    assert client.post(BREAK, asking(words=said)).status_code == 302
    notice = GlassNotice.objects.get()
    page = as_(OFFICER).get(f"/oversight/notices/{notice.id}").content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
