"""A civil servant with another's identifiers: each is answered as one that was never given."""

import uuid

import pytest
from django.test import Client

from muster.kernel.clock import SYSTEM_CLOCK
from muster.register.keeping import requests
from muster.register.people.models import PersonName
from muster.register.told import actions, correcting
from muster.register.told.models import Change, Correction
from muster.register.told.notices import written_to
from tests.integration.restricted_world import (
    NEVER,
    SignIn,
    answer_to,
    bodies,
    her,
    person_at,
    signing_in,
)
from tests.integration.told_world import BANK

__all__ = ["bodies", "her"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def thief(client: Client, monkeypatch: pytest.MonkeyPatch, her: uuid.UUID) -> Client:
    """Return somebody else of her employer, signed in as themself."""
    as_: SignIn = signing_in(client, monkeypatch)
    return as_("civil servant", "mill", "person:vole", person_at("M/2"))


def a_name(person: uuid.UUID) -> uuid.UUID:
    found: uuid.UUID = PersonName.objects.filter(person=person, recorded_to=None).latest("id").id
    return found


def bank_change(person: uuid.UUID) -> tuple[uuid.UUID, str]:
    """Begin a change of her bank details from her own session; return it with its code."""
    actions.tell(
        person=person, kind="contact", said={"personal_phone": "07700900123"}, by="person:her",
        clock=SYSTEM_CLOCK,
    )  # fmt: skip
    (way, *_others) = actions.channels(person, clock=SYSTEM_CLOCK)
    made = actions.ask_bank_change(
        person=person, said=BANK, channel=way.kind, by="person:her", clock=SYSTEM_CLOCK
    )
    return made, written_to(person)[0].text[:6]


def test_nothing_of_anothers_is_read(thief: Client, her: uuid.UUID) -> None:
    told = {"personal_email": "martha@home.example"}
    change = actions.tell(
        person=her, kind="contact", said=told, by="person:her", clock=SYSTEM_CLOCK
    )
    fact = a_name(her)
    correction = correcting.ask_correction(
        person=her, fact=fact, field="surname", should_be="Mowle", evidence="", by="person:her",
        clock=SYSTEM_CLOCK,
    )  # fmt: skip
    copy = requests.ask(kind="copy", person=her, words="", by="person:her", clock=SYSTEM_CLOCK)
    whose = {
        "/myself/changes/{}": change,
        "/myself/changes/{}/code": change,
        "/myself/corrections/{}": correction,
        "/myself/corrections/new?fact={}": fact,
        "/register/me/facts/{}": fact,
        "/register/me/facts/{}/proof/0": fact,
        "/rights/mine/{}": copy,
        "/rights/mine/{}/copy": copy,
    }
    for address, one in whose.items():
        theirs = answer_to(thief, address.format(one))
        nowhere = answer_to(thief, address.format(NEVER))
        said = theirs.words.replace(str(one), "…")
        assert (theirs.status, said) == (404, nowhere.words.replace(str(NEVER), "…")), address
        assert theirs.statements == nowhere.statements, address


def test_nothing_of_anothers_is_changed(thief: Client, her: uuid.UUID) -> None:
    correction = correcting.ask_correction(
        person=her, fact=a_name(her), field="surname", should_be="Mowle", evidence="",
        by="person:her", clock=SYSTEM_CLOCK,
    )  # fmt: skip
    copy = requests.ask(kind="copy", person=her, words="", by="person:her", clock=SYSTEM_CLOCK)
    assert thief.post(f"/myself/corrections/{correction}/withdraw").status_code == 404
    assert thief.post(f"/rights/mine/{copy}", {"words": "I object"}).status_code == 404
    assert (
        thief.post(
            f"/myself/corrections/new?fact={a_name(her)}", {"field": "surname", "should_be": "X"}
        ).status_code
        == 404
    )
    assert Correction.objects.get().closed_at is None


def test_her_code_confirms_nothing_in_another_session(thief: Client, her: uuid.UUID) -> None:
    change, code = bank_change(her)
    assert code.isdigit()
    address = f"/myself/changes/{change}"
    assert thief.post(f"{address}/code", {"code": code}).status_code == 404
    assert thief.post(f"{address}/stop").status_code == 404
    found = Change.objects.get(id=change)
    assert (found.state, found.tries) == ("asked", 0), "nor is one of her tries used up"
    never = thief.post(f"/myself/changes/{NEVER}/code", {"code": code})
    assert never.status_code == 404
