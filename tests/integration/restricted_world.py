"""A small world with somebody to hide, and attackers to find them: for tests of restrictions.

Martha Mole works at the mill beside three others. Whoever signs in is made up: any role, any
employer. Before anything is restricted, an ordinary caseworker of the mill finds her everywhere; so
tests can see that it is the restriction that hides her.
"""

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from muster.gates.access import Actor, Role
from muster.kernel.clock import SYSTEM_CLOCK
from muster.ledger.current import ledger
from muster.ledger.port import LOG_NAMES
from muster.register.employers.queries import ids_by_key
from muster.register.people.models import Crosswalk
from muster.register.people.restricting import actions
from tests.integration.test_people_feeds import MOLE, TOAD, VOLE, changed, enrol_bodies, send

OFFICER: Role = "information-governance officer"
CASEWORKER: Role = "HR caseworker"
EMAIL = "martha.mole@mill.example"
HER = changed(MOLE, Email=EMAIL)
# She bore this name when she began; the next snapshot states the name of today.
OLD_EMAIL = "martin.mole@mill.example"
BEFORE = changed(MOLE, Name="Martin MOLE", Email=OLD_EMAIL)
NEVER = uuid.UUID("0190a000-0000-7000-8000-000000000000")
SignIn = Callable[..., Client]


def enrol() -> None:
    """Enrol the employers of this world."""
    enrol_bodies("mill", "weir")


def populate() -> uuid.UUID:
    """Bring her in under her old name and then her new one; return who she is."""
    send("08-31", BEFORE, VOLE, TOAD)
    send("09-30", HER, VOLE, TOAD)
    return person_at("M/1")


def person_at(number: str, body: str = "mill") -> uuid.UUID:
    """Return who has a staff number."""
    walks = Crosswalk.objects.filter(recorded_to__isnull=True)
    found: uuid.UUID = walks.get(record__system=f"hr:{body}", record__staff_number=number).person_id
    return found


def employer(body: str) -> uuid.UUID:
    """Return an employer of this world."""
    return ids_by_key()[body]


def restrict(person: uuid.UUID, **more: Any) -> uuid.UUID:
    """Restrict somebody, by the central office unless something else is said."""
    asked = {"kind": "protected", "reason": "police advice", "office": None, "by": "officer:set"}
    return actions.restrict(person=person, clock=SYSTEM_CLOCK, **(asked | more))


def hide_names(person: uuid.UUID, **more: Any) -> uuid.UUID:
    """Hide what she was called before the second snapshot."""
    import datetime as dt

    return restrict(
        person, kind="hidden_names", reason="gender recognition",
        names_before=dt.date(2026, 9, 30), **more,
    )  # fmt: skip


def signing_in(client: Client, monkeypatch: pytest.MonkeyPatch) -> SignIn:
    """Return what signs anybody in."""

    def sign_in(
        role: Role, body: str = "", name: str = "persona:ann", person: uuid.UUID | None = None
    ) -> Client:
        owner = employer(body) if body else None
        actor = Actor(name, name, frozenset({role}), employer=owner, person=person)
        monkeypatch.setattr("muster.web.middleware.actor_in", lambda request: actor)
        return client

    return sign_in


@dataclass(frozen=True)
class Answer:
    """All that an attacker can tell answers apart by: status, words, headers, statements."""

    status: int
    words: str
    headers: tuple[tuple[str, str], ...]
    statements: int


def answer_to(client: Client, address: str, form: dict[str, str] | None = None) -> Answer:
    """Return what an attacker sees of an answer; what the attacker sent is left out of it."""
    with CaptureQueriesContext(
        connection,
    ) as caught:
        got = client.get(address) if form is None else client.post(address, form)
    text = got.content.decode()
    for sent in [*re.split(r"[/?&=]", address), *(form or {}).values()]:
        if len(sent) > 2:
            text = text.replace(sent, "…")
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)
    text = re.sub(r'nonce="[^"]*"|nonce-[\w-]+', "", text)
    headers = tuple(
        (name, value) for name, value in sorted(got.headers.items())
        if name.lower() not in {"content-length", "content-security-policy", "set-cookie", "etag"}
    )  # fmt: skip
    return Answer(got.status_code, text, headers, len(caught))


@contextmanager
def nothing_logged(*secrets: str) -> Iterator[None]:
    """Fail where one of the secrets came into a log of the ledger meanwhile."""
    before = {name: ledger().size(name) for name in LOG_NAMES}
    yield
    for name, size in before.items():
        for entry in ledger().read(name, size):
            text = f"{entry.subject} {(entry.body or b'').decode()}"
            assert not [secret for secret in secrets if secret in text], (name, entry.type)


@pytest.fixture(autouse=True)
def bodies() -> None:
    """Enrol the employers for each test that imports this."""
    enrol()


@pytest.fixture
def her() -> uuid.UUID:
    """Return who she is."""
    return populate()


@pytest.fixture
def as_(client: Client, monkeypatch: pytest.MonkeyPatch) -> SignIn:
    """Return a function that signs somebody in."""
    return signing_in(client, monkeypatch)
