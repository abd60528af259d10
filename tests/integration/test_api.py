"""The API: a system hands files in with its token, follows them, and sees only its own."""

import json
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from muster.api.urls import api
from muster.hub.actions import open_system
from muster.hub.models import SystemToken
from muster.hub.reading import dropped, read
from muster.hub.routes import routes
from muster.hub.tokens import bearer_of, make_token, revoke_token, tokens
from muster.hub.uploads import take_next
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import NotFound
from muster.ledger.current import ledger
from tests.integration.test_people_feeds import MOLE, TOAD, VOLE, changed, enrol_bodies, sheet

pytestmark = pytest.mark.django_db
BY = "test"
NOBODY = uuid.UUID(int=7)
GOOD = sheet(MOLE, VOLE, TOAD)


@pytest.fixture
def system() -> str:
    """Return the code of the HR system of a body that may send its people."""
    enrol_bodies("mill", "weir")
    return "hr:mill"


def token_for(system: str) -> str:
    return make_token(system=system, title="nightly export", by=BY, clock=SYSTEM_CLOCK)


def shown(token: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {token}"})


def hand_in(client: Client, content: bytes, name: str = "2026-03-31 staff.csv") -> Any:
    files = SimpleUploadedFile(name, content)
    return client.post("/api/v1/feeds", {"files": files})


def work() -> None:
    while take_next(dropped, read, clock=SYSTEM_CLOCK):
        pass


def test_a_system_hands_a_file_in_and_follows_it_to_its_rows(system: str) -> None:
    client = shown(token_for(system))
    answer = hand_in(client, GOOD)
    assert answer.status_code == 202
    assert answer.json()["finished_at"] is None
    work()
    intake = client.get(f"/api/v1/intakes/{answer.json()['id']}").json()
    assert (intake["files_done"], intake["rows_done"]) == (1, 3)
    (feed,) = client.get("/api/v1/feeds", {"intake": intake["id"]}).json()
    assert (feed["state"], feed["rows"], feed["accepted"]) == ("accepted", 3, 3)
    assert client.get(f"/api/v1/feeds/{feed['id']}").json() == feed


def test_rows_that_wait_are_told_by_cause_without_any_personal_value(system: str) -> None:
    client = shown(token_for(system))
    hand_in(client, sheet(MOLE, changed(VOLE, Start_date="31/02/2020"), TOAD))
    work()
    (feed,) = client.get("/api/v1/feeds").json()
    (cause,) = client.get(f"/api/v1/feeds/{feed['id']}/causes").json()
    assert (cause["field"], cause["rows"], cause["first"]) == ("Start date", 1, "row 3")


def test_a_feed_is_withdrawn_with_a_reason(system: str) -> None:
    client = shown(token_for(system))
    hand_in(client, GOOD)
    work()
    (feed,) = client.get("/api/v1/feeds").json()
    address = f"/api/v1/feeds/{feed['id']}/withdrawal"
    assert client.post(address, {}, content_type="application/json").status_code == 422
    said = {"reason": "last year's file"}
    answer = client.post(address, said, content_type="application/json")
    assert (answer.status_code, answer.json()["state"]) == (200, "withdrawn")
    again = client.post(address, said, content_type="application/json")
    assert (again.status_code, again.json()["fix"] != "") == (409, True)


@pytest.mark.parametrize("path", ["feeds", f"feeds/{NOBODY}", f"intakes/{NOBODY}"])
def test_nobody_without_a_token_in_force_is_told_anything(system: str, path: str) -> None:
    token = token_for(system)
    (made,) = tokens()
    assert Client().get(f"/api/v1/{path}").status_code == 401
    assert shown("muster_guessed").get(f"/api/v1/{path}").status_code == 401
    assert shown(token).get(f"/api/v1/{path}").status_code in (200, 404)
    revoke_token(token=made.id, by=BY, clock=SYSTEM_CLOCK)
    assert shown(token).get(f"/api/v1/{path}").status_code == 401


def test_another_systems_feeds_do_not_exist(system: str) -> None:
    own, other = shown(token_for(system)), shown(token_for("hr:weir"))
    handed = hand_in(own, GOOD).json()
    work()
    (feed,) = own.get("/api/v1/feeds").json()
    assert other.get("/api/v1/feeds").json() == []
    for path in (f"feeds/{feed['id']}", f"feeds/{feed['id']}/causes", f"intakes/{handed['id']}"):
        assert other.get(f"/api/v1/{path}").status_code == 404
    withdrawal = f"/api/v1/feeds/{feed['id']}/withdrawal"
    said = {"reason": "mine now"}
    assert other.post(withdrawal, said, content_type="application/json").status_code == 404


def test_a_token_reaches_no_system_beside_its_own(system: str) -> None:
    """Neither another employer's only route of a contract, nor its own employer's other system."""
    client = shown(token_for(system))
    hand_in(client, GOOD)
    work()
    (feed,) = client.get("/api/v1/feeds").json()
    open_system(code="ats:mill", title="ATS", kind="csv_drop", employer=routes()[0].employer)
    sibling = shown(token_for("ats:mill"))
    hand_in(sibling, sheet(MOLE))
    work()
    assert [one["state"] for one in sibling.get("/api/v1/feeds").json()] == ["refused"]
    assert sibling.get(f"/api/v1/feeds/{feed['id']}").status_code == 404
    withdrawal = f"/api/v1/feeds/{feed['id']}/withdrawal"
    said = {"reason": "mine now"}
    assert sibling.post(withdrawal, said, content_type="application/json").status_code == 404


@pytest.mark.parametrize("asked", [{"start": 10**30}, {"limit": 0}, {"state": "x\0"}])
def test_what_cannot_be_asked_is_refused_in_words(system: str, asked: dict[str, Any]) -> None:
    answer = shown(token_for(system)).get("/api/v1/feeds", asked)
    assert answer.status_code in (400, 422)


def test_a_route_that_is_not_the_systems_is_refused_with_those_that_are(system: str) -> None:
    files = SimpleUploadedFile("a.csv", GOOD)
    answer = shown(token_for(system)).post("/api/v1/feeds", {"files": files, "route": "else"})
    assert (answer.status_code, answer.json()["where"]) == (422, {"field": "route"})


def test_a_token_is_kept_as_a_hash_only_and_its_making_and_end_are_on_record(system: str) -> None:
    token = token_for(system)
    row = SystemToken.objects.get()
    assert token not in json.dumps({key: str(value) for key, value in vars(row).items()})
    bearer = bearer_of(token, clock=SYSTEM_CLOCK)
    assert bearer is not None
    assert bearer.system == system
    revoke_token(token=row.id, by=BY, clock=SYSTEM_CLOCK)
    with pytest.raises(NotFound):
        revoke_token(token=row.id, by=BY, clock=SYSTEM_CLOCK)
    assert bearer_of(token, clock=SYSTEM_CLOCK) is None
    types = [entry.type for entry in ledger().read("decisions")][-2:]
    assert types == ["muster.hub.token.made.v1", "muster.hub.token.revoked.v1"]


def test_every_address_asks_for_a_token_but_the_description() -> None:
    described = api.get_openapi_schema()["paths"]
    for path, verbs in described.items():
        for verb, said in verbs.items():
            assert said.get("security"), (path, verb)
    assert Client().get("/api/v1/openapi.json").status_code == 200
