"""Signing in as a persona, and what sign-in must never allow."""

import sys

import pytest
from django.apps import AppConfig
from django.test import Client

from muster.gates import personas
from muster.gates.access import ROLES, Actor
from muster.kernel import running
from muster.kernel.errors import Misconfigured, NotFound
from muster.kernel.settings import Settings, read_settings
from muster.pagekit.views import actor_of
from muster.settings import _secret_key
from muster.web.sign_in.session import safe_next

pytestmark = pytest.mark.django_db


def in_production() -> Settings:
    return read_settings({"MUSTER_ENV": "production", "MUSTER_SECRET_KEY": "x" * 50})


@pytest.mark.parametrize("persona", personas.BUILT_IN, ids=lambda persona: persona.slug)
def test_it_signs_in_as_a_persona(client: Client, persona: personas.Persona) -> None:
    answer = client.post(f"/sign-in/as/{persona.slug}")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    home = client.get("/")
    assert home.status_code == 200
    assert actor_of(home.wsgi_request) == persona.actor


def test_there_is_a_persona_for_every_role() -> None:
    assert {role for p in personas.BUILT_IN for role in p.actor.roles} == set(ROLES)


def test_it_offers_every_persona_on_the_sign_in_page(client: Client) -> None:
    text = client.get("/sign-in").content.decode()
    for persona in personas.BUILT_IN:
        assert f'action="/sign-in/as/{persona.slug}"' in text


def test_it_rejects_get(client: Client) -> None:
    assert client.get("/sign-in/as/analyst").status_code == 405
    assert client.get("/sign-out").status_code == 405
    assert client.get("/").status_code == 302


def test_it_rejects_a_form_from_elsewhere() -> None:
    answer = Client(enforce_csrf_checks=True).post("/sign-in/as/analyst")
    assert answer.status_code == 403
    assert "load the page again" in answer.content.decode()


def test_an_unknown_persona_is_not_found(client: Client) -> None:
    assert client.post("/sign-in/as/minister").status_code == 404


def test_production_has_no_personas() -> None:
    assert personas.personas(in_production()) == ()
    with pytest.raises(NotFound):
        personas.persona("analyst", in_production())


def test_production_refuses_persona_sign_in(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("muster.web.sign_in.pages.settings", in_production)
    assert client.post("/sign-in/as/analyst").status_code == 404
    page = client.get("/sign-in").content.decode()
    assert "Sign in as" not in page
    assert "No way to sign in is set up yet" in page


class _Room(AppConfig):
    path = "."


def offered() -> list[personas.Persona]:
    """Return the personas of a room."""
    actor = Actor("persona:analyst", "An analyst at a department", frozenset({"analyst"}))
    return [personas.Persona("analyst", actor, "Explores.")]


def test_a_room_offers_personas_that_replace_the_built_in_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    room = _Room("room", sys.modules[__name__])
    room.personas = f"{__name__}.offered"  # type: ignore[attr-defined]
    monkeypatch.setattr("muster.gates.personas.apps.get_app_configs", lambda: [room])
    found = personas.persona("analyst", running.settings())
    assert found.actor.name == "An analyst at a department"
    assert len(personas.personas(running.settings())) == len(personas.BUILT_IN)


def test_the_session_id_changes_at_sign_in_and_nothing_is_carried_over(client: Client) -> None:
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    before = session.session_key
    client.post("/sign-in/as/analyst")
    assert client.session.session_key != before
    assert "planted" not in client.session


def test_signing_out_ends_the_session(client: Client) -> None:
    client.post("/sign-in/as/analyst")
    key = client.session.session_key
    client.post("/sign-out")
    client.cookies["sessionid"] = key or ""
    assert client.get("/").status_code == 302


def test_claims_that_no_longer_hold_sign_nobody_in(client: Client) -> None:
    client.post("/sign-in/as/analyst")
    session = client.session
    session["signed_in"] = {**session["signed_in"], "roles": ["a role that was abolished"]}
    session.save()
    assert client.get("/").status_code == 302


def test_it_goes_where_the_visitor_wanted(client: Client) -> None:
    first = client.get("/?sort=-name&q=a%26b")
    assert first["Location"] == "/sign-in?next=%2F%3Fsort%3D-name%26q%3Da%2526b"
    wanted = "/?sort=-name&q=a%26b"
    assert client.post("/sign-in/as/analyst", {"next": wanted})["Location"] == wanted


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        " //evil.example",
        "/\t/evil.example",
        "evil.example",
        "\x00//evil.example",
        "/%0d%0aSet-Cookie:x=1\r\n",
        "",
    ],
    ids=repr,
)
def test_it_never_leads_to_a_strangers_page(client: Client, address: str) -> None:
    assert safe_next(address) == "/"
    assert client.post("/sign-in/as/analyst", {"next": address})["Location"] == "/"
    answer = client.get("/language/cy", {"next": address})
    assert answer.status_code == 400 if "\0" in address else answer["Location"] == "/"


@pytest.mark.parametrize("secret", ["", "x" * 49])
def test_production_refuses_a_session_key_that_can_be_guessed(secret: str) -> None:
    weak = read_settings({"MUSTER_ENV": "production", "MUSTER_SECRET_KEY": secret})
    with pytest.raises(Misconfigured, match="too short"):
        _secret_key(weak)
    assert _secret_key(in_production()) == "x" * 50
