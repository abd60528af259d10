"""The pages of disagreements: who sees what of whom, settling, confirming, undoing, the file."""

import csv
import datetime as dt
import io
import json
import re
import uuid
from collections.abc import Callable

import pytest
from django.test import Client

from muster.gates.access import Actor, Role
from muster.gates.looks import looks_at
from muster.kernel.clock import SYSTEM_CLOCK
from muster.ledger.current import ledger
from muster.register.employers.queries import ids_by_key
from muster.register.people.restricting import actions as restricting
from muster.register.people.restricting.rules import HIDDEN_NAMES, KINDS, SET_BECAUSE
from tests.integration.test_people_feeds import changed, send
from tests.integration.test_survivorship import BORN, Pair, birth_date, bodies, moved, person_of

__all__ = ["bodies", "moved"]
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_store("what these pages do is done on both stores elsewhere"),
]
QUEUE = "/register/conflicts/"
SignIn = Callable[..., Client]
OFFICER: Role = "information-governance officer"
CASEWORKER: Role = "HR caseworker"


@pytest.fixture
def as_(client: Client, monkeypatch: pytest.MonkeyPatch) -> SignIn:
    """Sign in as anybody."""

    def sign_in(role: Role, employer: str = "", name: str = "persona:ann") -> Client:
        owner = ids_by_key()[employer] if employer else None
        actor = Actor(name, name, frozenset({role}), employer=owner)
        monkeypatch.setattr("muster.web.middleware.actor_in", lambda request: actor)
        return client

    return sign_in


def address(pair: Pair, end: str = "") -> str:
    return f"{QUEUE}{person_of(pair[0])}/birth_date{end}"


def text_of(client: Client, where: str) -> str:
    """Return the words of a page's main part."""
    answer = client.get(where)
    assert answer.status_code == 200, where
    return re.sub(r"(?s)^.*<main|</main>.*$", "", answer.content.decode())


def right(pair: Pair, which: int = 0) -> dict[str, str]:
    return {"record": str(pair[which]), "reason": "Saw the passport"}


def test_officers_see_both_sides_and_a_caseworker_the_own_alone(as_: SignIn, moved: Pair) -> None:
    text = text_of(as_(OFFICER), address(moved))
    assert "1 March 1980" in text
    assert "3 January 1980" in text
    for body, own, other in (("mill", "1 March", "3 January"), ("weir", "3 January", "1 March")):
        text = text_of(as_(CASEWORKER, body), address(moved))
        assert f"{own} 1980" in text
        assert f"{other} 1980" not in text
        assert "Another employer says otherwise" in text
        strangers = {"Mill", "Weir", "Lock"} - {body.title()}
        assert not any(name in text for name in strangers)
    theirs = as_(CASEWORKER, "lock")
    assert theirs.get(address(moved)).status_code == 404
    assert theirs.post(address(moved), right(moved)).status_code == 404
    assert theirs.post(address(moved, "/confirm")).status_code == 404
    assert "Nothing is listed here" in text_of(theirs, QUEUE)
    assert as_("analyst").get(QUEUE).status_code == 403


def test_the_list_and_its_file_hold_no_birth_date(as_: SignIn, moved: Pair) -> None:
    client = as_(OFFICER)
    text, file = text_of(client, QUEUE), client.get(f"{QUEUE}?as=csv").content.decode("utf-8-sig")
    assert "Birth date" in text
    assert "1980" not in text + file
    rows = list(csv.reader(io.StringIO(file)))
    assert rows[0][:2] == ["What", "Name"]
    assert rows[1][:3] == ["Birth date", "Martha MOLE", "Shown on its own page"]
    assert "Nothing is listed" in text_of(client, f"{QUEUE}?field=nino")
    assert "Nothing is listed" in text_of(client, f"{QUEUE}?age=7")
    assert "Martha MOLE" in text_of(client, f"{QUEUE}?employer={ids_by_key()['mill']}")


def test_a_caseworker_settles_and_another_employer_confirms(as_: SignIn, moved: Pair) -> None:
    mill = as_(CASEWORKER, "mill", "persona:ann")
    assert "Another person confirms" in text_of(mill, address(moved))
    assert (
        "Enter the reason" in mill.post(address(moved), {"record": str(moved[0])}).content.decode()
    )
    other = mill.post(address(moved), right(moved, 1))
    assert "There is no such record" in other.content.decode(), "only the own word is theirs"
    assert mill.post(address(moved), right(moved)).status_code == 302
    assert "Confirm that this is right" not in text_of(mill, address(moved))
    colleague = as_(CASEWORKER, "mill", "persona:cid")
    assert "Confirm that this is right" not in text_of(colleague, address(moved))
    assert colleague.post(address(moved, "/confirm")).status_code == 403
    weir = as_(CASEWORKER, "weir", "persona:bob")
    text = text_of(weir, address(moved))
    assert "What another employer says" in text
    assert "passport" not in text
    assert "persona:ann" not in text
    assert weir.post(address(moved, "/confirm")).status_code == 302
    assert birth_date(moved[0]).reason == "settled"
    assert "Martha MOLE" in text_of(weir, f"{QUEUE}?shown=settled")


def test_a_decision_is_undone_with_a_reason(as_: SignIn, moved: Pair) -> None:
    client = as_(OFFICER)
    assert client.get(address(moved, "/undo")).status_code == 404
    client.post(address(moved), right(moved))
    assert "Enter the reason" in client.post(address(moved, "/undo"), {}).content.decode()
    assert client.post(address(moved, "/undo"), {"reason": "A copy"}).status_code == 302
    assert "Birth date" in text_of(client, QUEUE)


def test_what_changed_while_they_looked_is_said(as_: SignIn, moved: Pair) -> None:
    client = as_(OFFICER)
    seen = re.search(r'name="seen" value="(\w+)"', text_of(client, address(moved)))
    assert seen is not None
    send("10-31", changed(BORN, DOB="04/01/1980"), body="weir")
    answer = client.post(address(moved), right(moved) | {"seen": seen.group(1)})
    assert "stated something else meanwhile" in answer.content.decode()


def test_looks_are_told_to_the_person_and_hold_no_value(as_: SignIn, moved: Pair) -> None:
    client = as_(OFFICER)
    text_of(client, QUEUE)
    text_of(client, address(moved))
    assert [one.what for one in looks_at(person_of(moved[0]))] == ["conflict", "conflicts"]
    bodies_of = [json.loads(entry.body or b"{}") for entry in ledger().read("access")]
    assert "1980" not in str(bodies_of)


def test_an_address_that_is_none_is_not_there(as_: SignIn, moved: Pair) -> None:
    client = as_(OFFICER)
    nobody, herself = uuid.uuid4(), person_of(moved[0])
    for end in (f"{nobody}/birth_date", f"{herself}/nino", f"{herself}/shoe-size",
                f"{herself}/birth_date?of=nobody"):  # fmt: skip
        assert client.get(f"{QUEUE}{end}").status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_of_a_restricted_person_nothing_is_listed(as_: SignIn, moved: Pair, kind: str) -> None:
    """Nor of one with hidden names: beside another's word a hidden one would be noticed."""
    restricting.restrict(
        person=person_of(moved[0]), kind=kind, reason=min(SET_BECAUSE), office=None, by="io:dot",
        clock=SYSTEM_CLOCK, names_before=dt.date(2026, 9, 7) if kind == HIDDEN_NAMES else None,
    )  # fmt: skip
    client = as_(CASEWORKER, "mill")
    assert "Martha" not in text_of(client, QUEUE)
    assert "Martha" not in client.get(f"{QUEUE}?as=csv").content.decode()
    assert client.get(address(moved)).status_code == 404
    assert client.post(address(moved), right(moved)).status_code == 404
    assert birth_date(moved[0]).unsettled
