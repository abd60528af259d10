"""Signed messages at the door: what a signature must be, and what each refusal leaves behind."""

import base64
import datetime as dt
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from django.test import Client

from muster.connectors.http_json.signatures import KEPT, add_digest, sign
from muster.hub.messages import signatures
from muster.hub.messages.signatures import add_key, keys_of, revoke_key
from muster.hub.models import Message, SpentNonce
from muster.kernel.clock import SYSTEM_CLOCK, FixedClock
from muster.kernel.errors import BadInput, Conflict, NotFound
from muster.ledger.current import ledger
from tests.integration.hub_world import World
from tests.integration.test_messages_api import EVENTS, ONE, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path) -> World:
    world = World(tmp_path)
    world.build()
    return world


def public(key: Ed25519PrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def registered(world: World, name: str = "mill-1") -> Ed25519PrivateKey:
    key = Ed25519PrivateKey.generate()
    add_key(system=world.sender, name=name, public=public(key), by="test", clock=SYSTEM_CLOCK)
    return key


def signed(
    body: bytes, key: Ed25519PrivateKey, *, name: str = "mill-1", late: float = 0, called: str = ""
) -> dict[str, str]:
    """Return the headers of a signed request."""
    more = {"Idempotency-Key": called} if called else {}
    request = httpx.Request(
        "POST", f"http://testserver{EVENTS}", content=body, headers={"Content-Type": ONE, **more}
    )
    add_digest(request, body)
    now = SYSTEM_CLOCK.now() - dt.timedelta(seconds=late)
    sign(request, body, key=key, key_id=name, now=now)
    kept = ("content-digest", "signature", "signature-input", *(one.lower() for one in more))
    return {name: value for name, value in request.headers.items() if name in kept}


def send(client: Client, body: bytes, headers: dict[str, str]) -> Any:
    return client.post(EVENTS, body, ONE, headers=headers)


def refusals() -> list[str]:
    """Return the codes of the refusals in the exchange log."""
    return [
        json.loads(entry.body or b"{}")["code"]
        for entry in ledger().read("exchange")
        if entry.type == signatures.REFUSED
    ]


def test_a_signed_message_names_its_key_and_its_signature_is_kept(world: World) -> None:
    key, client = registered(world), client_of(world.sender)
    body = world.message("1")
    headers = signed(body, key, called="one")
    answer = send(client, body, headers)
    assert answer.status_code == 202, answer.content
    position = answer.json()[0]["position"]
    assert client.get(f"{EVENTS}/{position}").json()["signed_by"] == "mill-1"
    entry = ledger().read("exchange")[-1]
    kept = json.loads(entry.body or b"{}")
    assert kept["positions"] == [position]
    assert kept["headers"]["signature"] == headers["signature"]


def test_whoever_has_a_key_must_sign(world: World) -> None:
    client = client_of(world.sender)
    assert send(client, world.message("1"), {}).status_code == 202
    registered(world)
    answer = send(client, world.message("2"), {})
    assert (answer.status_code, answer.json()["where"]) == (403, {"field": "Signature-Input"})
    assert refusals() == ["missing"]


def test_a_revoked_key_lets_nothing_in_signed_or_not(world: World) -> None:
    key, client = registered(world), client_of(world.sender)
    revoke_key(name="mill-1", reason="it was lost", by="test", clock=SYSTEM_CLOCK)
    body = world.message("1")
    assert send(client, body, signed(body, key)).json()["what"] == "The key was revoked"
    assert send(client, body, {}).status_code == 403
    assert refusals() == ["revoked", "missing"]
    assert not Message.objects.exists()
    other = registered(world, "mill-2")
    assert send(client, body, signed(body, other, name="mill-2")).status_code == 202


def test_a_signature_used_twice_is_a_replay(world: World) -> None:
    key, client = registered(world), client_of(world.sender)
    body = world.message("1")
    headers = signed(body, key)
    assert send(client, body, headers).status_code == 202
    again = send(client, body, headers)
    assert (again.status_code, refusals()) == (403, ["replayed"])
    assert send(client, body, signed(body, key)).json()[0]["outcome"] == "known"


def test_a_body_that_is_not_the_digested_one(world: World) -> None:
    key, client = registered(world), client_of(world.sender)
    headers = signed(world.message("1"), key)
    answer = send(client, world.message("2"), headers)
    assert (answer.status_code, refusals()) == (400, ["digest"])
    # Without a key a digest is held against the body as well.
    plain = client_of(world.receiver)
    body = world.message("3")
    answer = send(plain, body, {"Content-Digest": headers["content-digest"]})
    assert (answer.status_code, refusals()) == (400, ["digest", "digest"])


@pytest.mark.parametrize(("late", "code"), [(600, "expired"), (-600, "future")])
def test_a_signature_of_another_time(world: World, late: float, code: str) -> None:
    key, client = registered(world), client_of(world.sender)
    body = world.message("1")
    assert send(client, body, signed(body, key, late=late)).status_code == 403
    assert refusals() == [code]


def test_a_key_of_another_system_signs_nothing_here(world: World) -> None:
    registered(world)
    other = Ed25519PrivateKey.generate()
    add_key(system=world.receiver, name="weir-1", public=public(other), by="t", clock=SYSTEM_CLOCK)
    body = world.message("1")
    client = client_of(world.sender)
    assert send(client, body, signed(body, other, name="weir-1")).status_code == 403
    assert send(client, body, signed(body, other)).status_code == 403
    assert refusals() == ["key", "signature"]
    unknown = client_of(World(world.folder, sender="hr:unsigned").build().source.code)
    assert send(unknown, body, signed(body, other)).json()["what"] == "The key is not known"


def test_nonces_are_swept_once_they_cannot_be_used_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signatures, "_SWEPT_EVERY", 1)
    key, client = registered(world), client_of(world.sender)
    body = world.message("1")
    send(client, body, signed(body, key))
    SpentNonce.objects.update(used_at=SYSTEM_CLOCK.now() - 3 * KEPT)
    send(client, body, signed(body, key))
    assert SpentNonce.objects.count() == 1


def test_a_key_is_registered_once_and_revoked_once(world: World) -> None:
    key = registered(world)
    clock = FixedClock(SYSTEM_CLOCK.now())
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    for name, text in (("mill-1", public(Ed25519PrivateKey.generate())), ("mill-2", pem)):
        with pytest.raises(Conflict):
            add_key(system=world.sender, name=name, public=text, by="t", clock=clock)
    revoke_key(name="mill-1", reason="old", by="t", clock=clock)
    with pytest.raises(NotFound):
        revoke_key(name="mill-1", reason="old", by="t", clock=clock)
    with pytest.raises(Conflict, match="known already"):
        add_key(system=world.receiver, name="mill-2", public=pem, by="t", clock=clock)
    (view,) = keys_of(world.sender)
    assert (view.revoked_at, view.revoked_by) == (clock.now(), "t")


def test_what_is_no_public_key_is_not_taken(world: World) -> None:
    private = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    rsa = generate_private_key(65537, 2048).public_key()
    texts = (
        private.decode(), "", "AAAA", "?", "-----BEGIN PUBLIC KEY-----\nx\n",
        rsa.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
    )  # fmt: skip
    for text in texts:
        with pytest.raises(BadInput) as refused:
            add_key(system=world.sender, name="a", public=text, by="t", clock=SYSTEM_CLOCK)
        assert refused.value.where.field == "public"
    with pytest.raises(BadInput):
        add_key(system=world.sender, name="a b", public=public(Ed25519PrivateKey.generate()),
                by="t", clock=SYSTEM_CLOCK)  # fmt: skip
    assert keys_of(world.sender) == ()
