"""Requests signed and checked: what a good signature is, and every way in which one is not."""

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from http_message_signatures import HTTPMessageSigner, MappingKeyResolver, algorithms
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.connectors.http_json.connector import HttpJson
from muster.connectors.http_json.signatures import (
    AHEAD,
    KEPT,
    OLDEST,
    KnownKey,
    SignatureRefused,
    add_digest,
    sign,
    verify,
)
from muster.kernel.clock import FixedClock
from tests.http_receiver import running_receiver
from tests.shipments import shipment

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
URL = "https://hub.example/api/messages?system=hr"
BODY = b'[{"specversion":"1.0"}]'
KEY = Ed25519PrivateKey.generate()
KNOWN = {"hr-1": KnownKey(KEY.public_key())}
COVERED = ("@method", "@target-uri", "content-type", "content-digest")


def request(body: bytes = BODY, url: str = URL) -> httpx.Request:
    made = httpx.Request(
        "POST",
        url,
        content=body,
        headers={"Content-Type": "application/cloudevents-batch+json", "Idempotency-Key": '"k"'},
    )
    add_digest(made, body)
    return made


def signed(now: dt.datetime = NOW, body: bytes = BODY) -> httpx.Request:
    made = request(body)
    sign(made, body, key=KEY, key_id="hr-1", now=now)
    return made


def signed_otherwise(covered: tuple[str, ...] = COVERED, **how: Any) -> httpx.Request:
    made = request()
    key = how.pop("key", KEY)
    kind = how.pop("kind", algorithms.ED25519)
    resolver = MappingKeyResolver(public_keys={}, private_keys={"hr-1": key})
    HTTPMessageSigner(signature_algorithm=kind, key_resolver=resolver).sign(
        made,
        key_id="hr-1",
        covered_component_ids=covered,
        use_existing_digest=True,
        **{"created": NOW, **how},
    )
    return made


def check(made: httpx.Request, **how: Any) -> str:
    given = {
        "headers": list(made.headers.multi_items()),
        "body": BODY,
        "method": "POST",
        "url": URL,
        "public_keys": KNOWN,
        "now": NOW,
        "seen": lambda mark: False,
        **how,
    }
    return verify(**given)


def refusal(made: httpx.Request, **how: Any) -> str:
    with pytest.raises(SignatureRefused) as raised:
        check(made, **how)
    assert raised.value.what
    assert raised.value.fix
    assert raised.value.where.field
    return raised.value.code


def test_what_was_signed_is_believed_and_its_key_named() -> None:
    assert check(signed()) == "hr-1"
    assert check(signed(), headers=dict(signed().headers)) == "hr-1"


def test_a_signature_is_what_the_standard_says() -> None:
    """The base is put together by hand here, as section 2.5 of RFC 9421 describes it."""
    made = signed()
    parameters = made.headers["signature-input"].removeprefix("muster=")
    digest = base64.b64encode(hashlib.sha256(BODY).digest()).decode()
    lines = [
        '"@method": POST',
        f'"@target-uri": {URL}',
        '"content-type": application/cloudevents-batch+json',
        f'"content-digest": sha-256=:{digest}:',
        '"idempotency-key": "k"',
        f'"@signature-params": {parameters}',
    ]
    signature = base64.b64decode(made.headers["signature"].removeprefix("muster=:").rstrip(":"))
    KEY.public_key().verify(signature, "\n".join(lines).encode())
    assert f";created={int(NOW.timestamp())};" in parameters
    assert ';keyid="hr-1";alg="ed25519"' in parameters


def test_what_the_outlet_sends_is_what_the_hub_believes() -> None:
    pem = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    with running_receiver() as receiver:
        outlet = HttpJson(
            {"url": receiver.url, "local": "yes", "signing_key": pem, "signing_key_id": "hr-1"},
            clock=FixedClock(NOW),
        )
        outlet.deliver(shipment([(1, "s:1", "Ada"), (2, "s:1", "Ada Cole")]))
        outlet.close()
    seen = remembering()
    for asked in receiver.asked:
        args = (asked.headers, asked.body, "POST", receiver.url, KNOWN, NOW, seen)
        assert verify(*args) == "hr-1"
    assert len(receiver.asked) == 2
    assert pem.splitlines()[1] not in repr(outlet.__dict__)


# In which way a request is not what it claims to be.


def test_a_body_that_was_changed() -> None:
    assert refusal(signed(), body=BODY + b" ") == "digest"
    made = signed()
    made.headers["Content-Digest"] = "sha-256=:AAAA:"
    assert refusal(made) == "digest"
    made.headers["Content-Digest"] = "unixsum=:AAAA:"
    assert refusal(made) == "digest"


def test_a_body_that_was_changed_with_its_digest() -> None:
    made, other = signed(), b"[]"
    del made.headers["Content-Digest"]
    add_digest(made, other)
    assert refusal(made, body=other) == "signature"


@pytest.mark.parametrize("name", ["Signature", "Signature-Input", "Content-Digest"])
def test_what_is_missing(name: str) -> None:
    made = signed()
    del made.headers[name]
    assert refusal(made) == "missing"


def test_a_key_that_nobody_knows() -> None:
    assert refusal(signed(), public_keys={}) == "key"
    other = {"hr-1": KnownKey(Ed25519PrivateKey.generate().public_key())}
    assert refusal(signed(), public_keys=other) == "signature"


def test_a_key_that_was_revoked() -> None:
    minute = dt.timedelta(minutes=1)
    revoked = {"hr-1": KnownKey(KEY.public_key(), revoked=NOW)}
    assert refusal(signed(), public_keys=revoked) == "revoked"
    later = {"hr-1": KnownKey(KEY.public_key(), revoked=NOW + minute)}
    assert check(signed(), public_keys=later) == "hr-1"


# age of the signature in seconds | refusal
AGES = [
    (-61, "future"),
    (-60, ""),
    (0, ""),
    (300, ""),
    (301, "expired"),
    (86_400, "expired"),
]


@pytest.mark.parametrize(("age", "code"), AGES)
def test_how_old_a_signature_may_be(age: int, code: str) -> None:
    made = signed(NOW - dt.timedelta(seconds=age))
    assert (refusal(made) if code else check(made)) == (code or "hr-1")


def test_a_signature_that_ends_before_it_comes() -> None:
    assert refusal(signed_otherwise(expires=NOW)) == "expired"
    assert check(signed_otherwise(expires=NOW + dt.timedelta(seconds=1))) == "hr-1"
    assert KEPT >= OLDEST + AHEAD, "no mark is forgotten while its signature is good"


@pytest.mark.parametrize("left_out", COVERED)
def test_what_must_be_covered(left_out: str) -> None:
    covered = tuple(name for name in COVERED if name != left_out)
    assert refusal(signed_otherwise(covered)) == "coverage"


def test_the_parts_of_an_address_do_as_well_as_the_whole() -> None:
    parts = ("@method", "@authority", "@path", "@query", "content-type", "content-digest")
    assert check(signed_otherwise(parts)) == "hr-1"
    without = tuple(name for name in parts if name != "@query")
    assert refusal(signed_otherwise(without)) == "coverage"


def test_a_part_of_a_field_is_not_the_field() -> None:
    covered = ("@method", "@target-uri", "content-type", '"content-digest";key="sha-256"')
    assert refusal(signed_otherwise(covered)) == "coverage"


@pytest.mark.parametrize(
    "how",
    [{"method": "PUT"}, {"url": "https://hub.example/other"}, {"url": URL.replace("hub", "hud")}],
)
def test_a_request_that_was_meant_for_another_place(how: dict[str, str]) -> None:
    assert refusal(signed(), **how) == "signature"


def remembering() -> Callable[[str], bool]:
    marks: set[str] = set()

    def seen(mark: str) -> bool:
        known = mark in marks
        marks.add(mark)
        return known

    return seen


def test_the_same_request_twice() -> None:
    made, seen = signed(), remembering()
    assert check(made, seen=seen) == "hr-1"
    assert refusal(made, seen=seen) == "replayed"
    assert check(signed(), seen=seen) == "hr-1", "signed anew it is another"


def test_the_same_request_twice_without_a_nonce() -> None:
    seen = remembering()
    assert check(signed_otherwise(), seen=seen) == "hr-1"
    assert refusal(signed_otherwise(), seen=seen) == "replayed"


def test_of_bad_signatures_no_mark_is_kept() -> None:
    seen, made = remembering(), signed()
    refusal(made, method="PUT", seen=seen)
    assert check(made, seen=seen) == "hr-1"


def test_more_than_one_signature_is_none() -> None:
    made = signed()
    made.headers["Signature-Input"] += ", two=" + made.headers["Signature-Input"][7:]
    made.headers["Signature"] += ", two=" + made.headers["Signature"][7:]
    assert refusal(made) == "signature"


def test_another_algorithm_than_the_keys_own() -> None:
    secret = KEY.public_key().public_bytes_raw()
    made = signed_otherwise(key=secret, kind=algorithms.HMAC_SHA256)
    assert refusal(made) == "signature"
    assert refusal(
        signed_otherwise(key=secret, kind=algorithms.HMAC_SHA256, include_alg=False)
    ) == ("signature")


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        (ec.generate_private_key(ec.SECP256R1()), algorithms.ECDSA_P256_SHA256),
        (ec.generate_private_key(ec.SECP384R1()), algorithms.ECDSA_P384_SHA384),
        (rsa.generate_private_key(65537, 2048), algorithms.RSA_PSS_SHA512),
    ],
    ids=["P-256", "P-384", "RSA"],
)
def test_keys_of_other_kinds_do_as_well(key: Any, kind: Any) -> None:
    known = {"hr-1": KnownKey(key.public_key())}
    assert check(signed_otherwise(key=key, kind=kind), public_keys=known) == "hr-1"


@settings(max_examples=300, deadline=None)
@given(
    name=st.sampled_from(["signature", "signature-input", "content-digest", "content-type"]),
    value=st.one_of(
        st.text(st.characters(max_codepoint=255), max_size=40),
        st.sampled_from(["muster=()", "muster=1", "muster=();keyid=1", 'a=("x");keyid="hr-1"']),
    ),
)
def test_no_header_leads_anywhere_else(name: str, value: str) -> None:
    made = signed()
    headers = [line for line in made.headers.multi_items() if line[0] != name]
    refusal(made, headers=[*headers, (name, value)])


@settings(max_examples=200, deadline=None)
@given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_no_bit_of_what_is_covered_can_be_turned(place: int, bit: int) -> None:
    made = signed()
    text = json.dumps([made.headers["signature"], made.headers["signature-input"], URL])
    at = place % len(text)
    turned = text[:at] + chr(ord(text[at]) ^ (1 << bit)) + text[at + 1 :]
    try:
        signature, said, url = json.loads(turned)
    except ValueError:
        return
    headers = dict(made.headers) | {"signature": signature, "signature-input": said}
    try:
        named = check(made, headers=headers, url=url)
    except SignatureRefused:
        return
    # What is left is one and the same: capitals in a host, padding bits of Base64.
    assert named == "hr-1"
    assert base64.b64decode(signature[8:-1]) == base64.b64decode(made.headers["signature"][8:-1])
    assert said == made.headers["signature-input"]
    assert url.lower() == URL
