"""Sign-in through an identity provider, and every way an answer can be false."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.http import HttpResponse
from django.test import Client

from muster.kernel import running
from muster.kernel.errors import Misconfigured
from muster.web.sign_in import openid_connect
from tests import fake_openid_provider as fake

pytestmark = pytest.mark.django_db
HMRC, SAM = "0190b2c4-0000-7000-8000-000000000001", "0190b2c4-0000-7000-8000-000000000002"


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[fake.Provider]:
    with fake.running() as provider:
        monkeypatch.setenv("MUSTER_OIDC_ISSUER", provider.issuer)
        monkeypatch.setenv("MUSTER_OIDC_CLIENT_ID", fake.CLIENT_ID)
        monkeypatch.setenv("MUSTER_OIDC_CLIENT_SECRET", fake.CLIENT_SECRET)
        running.forget()
        yield provider
    monkeypatch.undo()
    running.forget()


def left(client: Client, go_to: str = "/") -> str:
    """Start a sign-in and return where the browser is sent."""
    answer = client.get("/sign-in/start", {"next": go_to})
    assert answer.status_code == 302
    return str(answer["Location"])


def agreed(client: Client, go_to: str = "/") -> str:
    """Start a sign-in, agree at the provider, and return the address it sends back to."""
    back = httpx.get(left(client, go_to)).headers["Location"]
    return str(back).removeprefix("http://testserver")


def returned(client: Client, go_to: str = "/") -> HttpResponse:
    return client.get(agreed(client, go_to))  # type: ignore[return-value]


def assert_refused(client: Client, answer: HttpResponse) -> None:
    assert answer.status_code == 403
    assert "signed_in" not in client.session
    assert client.get("/").status_code == 302


def test_it_signs_in_whom_the_provider_names(client: Client, provider: fake.Provider) -> None:
    provider.claims = {
        "muster_roles": ["HR caseworker", "astronaut"],
        "muster_employer": HMRC,
        "muster_person": SAM,
        "email": "kept.out@example.test",
    }
    answer = returned(client, go_to="/nowhere?page=2")
    assert (answer.status_code, answer["Location"]) == (302, "/nowhere?page=2")
    assert client.session["signed_in"] == {
        "sub": "person-17",
        "name": "Sam Example",
        "roles": ["HR caseworker"],
        "employer": HMRC,
        "person": SAM,
    }
    assert "Sam Example" in client.get("/").content.decode()


def test_it_asks_with_pkce_state_and_nonce(client: Client, provider: fake.Provider) -> None:
    asked = parse_qs(urlsplit(left(client)).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert min(len(asked[part][0]) for part in ("state", "nonce", "code_challenge")) >= 43
    again = parse_qs(urlsplit(left(client)).query)
    assert asked["state"] != again["state"]
    assert asked["nonce"] != again["nonce"]


def test_nothing_of_the_exchange_stays_in_the_session(
    client: Client, provider: fake.Provider
) -> None:
    returned(client)
    assert set(client.session.keys()) == {"signed_in"}


@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-service"},
        {"aud": [fake.CLIENT_ID, "another-service"]},
        {"aud": [fake.CLIENT_ID, "another-service"], "azp": "another-service"},
        {"aud": None},
        {"iss": "https://elsewhere.example"},
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"exp": "never"},
        {"iat": int(time.time()) + 3600},
        {"sub": ""},
        {"sub": 17},
        {"muster_roles": []},
        {"muster_roles": ["astronaut"]},
        {"muster_roles": "analyst"},
        {"muster_employer": "not-a-uuid"},
    ],
    ids="-".join,
)
def test_a_token_with_a_wrong_claim_signs_nobody_in(
    client: Client, provider: fake.Provider, lie: dict[str, Any]
) -> None:
    provider.claims = lie
    assert_refused(client, returned(client))


def test_a_token_for_several_services_counts_when_this_one_asked(
    client: Client, provider: fake.Provider
) -> None:
    provider.claims = {"aud": [fake.CLIENT_ID, "another"], "azp": fake.CLIENT_ID}
    assert returned(client).status_code == 302


def test_an_unsigned_token_signs_nobody_in(client: Client, provider: fake.Provider) -> None:
    provider.sign = fake.unsigned
    assert_refused(client, returned(client))


def test_a_token_signed_by_an_unknown_key_signs_nobody_in(
    client: Client, provider: fake.Provider
) -> None:
    provider.sign = lambda claims: provider.signed(claims, fake.strangers_key())
    assert_refused(client, returned(client))


def test_a_token_signed_with_the_public_key_as_a_secret_signs_nobody_in(
    client: Client, provider: fake.Provider
) -> None:
    secret = provider.key.as_pem(private=False)
    provider.sign = lambda claims: fake.signed_by_secret(claims, secret)
    assert_refused(client, returned(client))


def test_an_altered_token_signs_nobody_in(client: Client, provider: fake.Provider) -> None:
    def altered(claims: dict[str, Any]) -> str:
        head, _body, signature = provider.signed(claims, provider.key).split(".")
        body = fake.unsigned(claims | {"muster_roles": ["service operator"]}).split(".")[1]
        return f"{head}.{body}.{signature}"

    provider.sign = altered
    assert_refused(client, returned(client))


def test_something_that_is_no_token_signs_nobody_in(
    client: Client, provider: fake.Provider
) -> None:
    provider.sign = lambda _claims: "rubbish"
    assert_refused(client, returned(client))


def test_another_browsers_answer_is_refused_before_the_code_is_used(
    client: Client, provider: fake.Provider
) -> None:
    back = agreed(Client())
    left(client)
    assert_refused(client, client.get(back))  # type: ignore[arg-type]
    assert "/token" not in provider.asked


def test_an_answer_without_a_start_is_refused(client: Client, provider: fake.Provider) -> None:
    assert_refused(client, client.get("/sign-in/return?state=&code=x"))  # type: ignore[arg-type]


def test_an_answer_works_once(client: Client, provider: fake.Provider) -> None:
    back = agreed(client)
    assert client.get(back).status_code == 302
    assert client.get(back).status_code == 403


def test_an_answer_that_failed_cannot_be_tried_again(
    client: Client, provider: fake.Provider
) -> None:
    back = agreed(client)
    state = parse_qs(urlsplit(back).query)["state"][0]
    client.get("/sign-in/return", {"state": state, "error": "access_denied"})
    assert_refused(client, client.get(back))  # type: ignore[arg-type]
    assert "/token" not in provider.asked


def test_a_refusal_of_the_provider_is_told(client: Client, provider: fake.Provider) -> None:
    state = parse_qs(urlsplit(left(client)).query)["state"][0]
    answer = client.get("/sign-in/return", {"state": state, "error": "access_denied"})
    assert_refused(client, answer)  # type: ignore[arg-type]
    assert "did not sign you in" in answer.content.decode()


def test_a_provider_that_names_another_issuer_is_not_used(
    client: Client, provider: fake.Provider
) -> None:
    provider.named_issuer = "https://elsewhere.example"
    answer = client.get("/sign-in/start")
    assert answer.status_code == 500
    assert "MUSTER_OIDC_ISSUER" in answer.content.decode()


def test_a_provider_without_tls_is_refused_in_production(provider: fake.Provider) -> None:
    strict = openid_connect.Client(
        provider.issuer, fake.CLIENT_ID, "", "https://muster.example/sign-in/return"
    )
    with pytest.raises(Misconfigured, match="without TLS"):
        strict.authorization_address(openid_connect.Pending.new(go_to="/"))
    assert provider.asked == []


def test_a_provider_that_is_down_is_told_without_a_trace(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSTER_OIDC_ISSUER", "http://127.0.0.1:9")
    running.forget()
    try:
        answer = client.get("/sign-in/start")
    finally:
        monkeypatch.undo()
        running.forget()
    assert answer.status_code == 403
    assert "does not answer" in answer.content.decode()


def test_a_fresh_session_replaces_the_one_before_sign_in(
    client: Client, provider: fake.Provider
) -> None:
    back = agreed(client)
    before = client.session.session_key
    client.get(back)
    assert client.session.session_key not in (None, before)


def test_sign_in_without_a_provider_says_what_to_set(client: Client) -> None:
    answer = client.get("/sign-in/start")
    assert answer.status_code == 404
    assert "MUSTER_OIDC_ISSUER" in answer.content.decode()
