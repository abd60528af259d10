"""The answers shown in the how-to of the API are the answers that the API gives."""

import asyncio
import json
import re
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from muster.api.urls import api
from muster.hub.actions import open_system
from muster.hub.fates import LAYOUT
from muster.web.limits import FORM_BYTES, limited
from tests.integration.test_api import GOOD, hand_in, shown, token_for, work
from tests.integration.test_people_feeds import enrol_bodies
from tests.repo.repository import ROOT

pytestmark = pytest.mark.django_db
HOW_TO = (ROOT / "docs" / "how-to" / "send-files-by-api.md").read_text(encoding="utf-8")
MESSAGES = (ROOT / "docs" / "how-to" / "send-messages-by-api.md").read_text(encoding="utf-8")
NOBODY = uuid.UUID(int=7)
FEEDS = "/api/v1/feeds"


@pytest.fixture
def client() -> Client:
    """Return the example's system, with a token."""
    enrol_bodies("example")
    return shown(token_for("hr:example"))


def documented(status: int, how_to: str = HOW_TO) -> list[dict[str, Any]]:
    """Return the answers shown under a status of a how-to."""
    found = re.search(rf"^### {status}\n(.*?)(?=^##|\Z)", how_to, re.DOTALL | re.MULTILINE)
    assert found, f"the how-to does not speak of {status}"
    return [json.loads(block) for block in re.findall(r"```json\n(.*?)```", found[1], re.DOTALL)]


def as_documented(answer: Any, *, example: int = 0) -> None:
    assert answer.json() == documented(answer.status_code)[example]
    assert answer.headers["Content-Type"].startswith("application/json")


def file() -> SimpleUploadedFile:
    return SimpleUploadedFile("2026-03-31 staff.csv", GOOD)


def test_a_request_that_cannot_be_read(client: Client) -> None:
    broken = client.post(f"{FEEDS}/{NOBODY}/withdrawal", '{"reason', "application/json")
    assert broken.status_code == 400
    as_documented(broken)


def test_no_token(client: Client) -> None:
    answer = Client().get(FEEDS)
    assert answer.status_code == 401
    as_documented(answer)


def test_a_system_that_may_not(client: Client) -> None:
    open_system(code="open-data:example", title="Example", kind="csv_drop", employer=None)
    answer = shown(token_for("open-data:example")).get(FEEDS)
    assert answer.status_code == 403
    as_documented(answer)


def test_what_is_not_there(client: Client) -> None:
    answer = client.get(f"{FEEDS}/{NOBODY}")
    assert answer.status_code == 404
    as_documented(answer)


def test_an_address_that_leads_nowhere_is_answered_in_the_same_form(client: Client) -> None:
    for address in ("/api/v1/nothing", "/api/v1/feeds/", "/api/v1/feeds/x/y/z"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert answer.json().keys() == {"what", "where", "fix"}, address
        assert Client().post(address).status_code == 404, "no token is asked for nothing"


def test_a_verb_that_an_address_does_not_take(client: Client) -> None:
    answer = client.delete(FEEDS)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, POST"
    as_documented(answer)


def test_what_cannot_be_done_as_things_stand(client: Client) -> None:
    hand_in(client, GOOD)
    work()
    (feed,) = client.get(FEEDS).json()
    for status in (200, 409):
        answer = client.post(
            f"{FEEDS}/{feed['id']}/withdrawal", {"reason": "last year's"}, "application/json"
        )
        assert answer.status_code == status
    as_documented(answer)


def test_what_is_wrong_in_a_request(client: Client) -> None:
    other = client.post(FEEDS, {"files": file(), "route": "hr-other"})
    assert other.status_code == 422
    as_documented(other)
    undated = client.post(FEEDS, {"files": file(), "as_at": "31/03/2026"})
    assert undated.status_code == 422
    as_documented(undated, example=1)
    bare = client.post(f"{FEEDS}/{NOBODY}/withdrawal", "{}", "application/json")
    assert bare.json()["where"] == {"field": "reason"}


def test_a_request_that_is_too_large() -> None:
    said: list[Any] = []

    async def send(message: Any) -> None:
        said.append(message)

    async def nothing(*_: Any) -> Any:
        raise AssertionError("nobody reads it")

    for path, kind in ((FEEDS, b"application/json"), ("/exchange/upload", b"text/plain")):
        said.clear()
        headers = [(b"content-length", b"%d" % (FORM_BYTES + 1))]
        app = limited(nothing, file_bytes=FORM_BYTES, session_cookie="s")
        scope = {"type": "http", "path": path, "headers": headers}

        async def asked(app: Any = app, scope: Any = scope) -> None:
            await app(scope, nothing, send)

        asyncio.run(asked())
        assert said[0]["status"] == 413
        assert dict(said[0]["headers"])[b"content-type"].startswith(kind)
        if path == FEEDS:
            assert [json.loads(said[1]["body"])] == documented(413)


def test_faults_of_our_own_are_told_in_json_without_what_they_choked_on(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(**_: object) -> None:
        raise RuntimeError("Vole, V")

    monkeypatch.setattr("muster.services.exchange.api.queries.landings", fails)
    client.raise_request_exception = False
    answer = client.get(FEEDS)
    assert answer.status_code == 500
    assert answer.json().keys() == {"what", "where", "fix", "reference"}
    assert "Vole" not in answer.content.decode()


def test_every_status_that_an_address_declares_is_shown() -> None:
    declared = {
        int(status)
        for verbs in api.get_openapi_schema()["paths"].values()
        for said in verbs.values()
        for status in said["responses"]
        if int(status) >= 400
    }
    assert declared
    for status in sorted(declared - {415, 429} | {405, 413}):
        assert documented(status), status
    for status in (400, 403, 409, 413, 415, 422, 429):
        assert documented(status, MESSAGES), status


def test_messages_that_are_refused_are_answered_as_documented(client: Client) -> None:
    """Each example was made by the request that stands before it here."""
    one, batch = "application/cloudevents+json", "application/cloudevents-batch+json"
    named = {"Idempotency-Key": ""}
    asked: list[tuple[str, bytes, dict[str, str]]] = [
        (batch, b"{}", {}), (one, b"{}", named), (one, b" " * (1024 * 1024 + 1), {}),
        ("text/plain", b"{}", {}), (one, b'{"specversion": "1.0", "id": "1"}', {}),
    ]  # fmt: skip
    for kind, body, headers in asked:
        answer = client.post("/api/v1/events", body, kind, headers=headers)
        assert answer.json() in documented(answer.status_code, MESSAGES), kind


def test_what_a_refused_feed_waits_for_stands_in_the_how_to(client: Client) -> None:
    hand_in(client, GOOD, "staff.csv")
    hand_in(client, b"Colour,Size\nred,1\n", "2026-03-31 other.csv")
    work()
    found = {feed["name"].rpartition("/")[2]: feed for feed in client.get(FEEDS).json()}
    waits = {name: feed["waits_for"] for name, feed in found.items()}
    assert waits == {"staff.csv": "as_at", "2026-03-31 other.csv": LAYOUT}
    for name in (*waits.values(), "route", "approval", "rows", "declaration"):
        assert f"| `{name}` |" in HOW_TO
