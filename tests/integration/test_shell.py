"""The shell: every view declares its verb, errors become pages, headers protect, health answers."""

import logging
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, path

from muster.gates.access import VERBS, Actor, Subject
from muster.kernel.errors import (
    BadInput,
    Conflict,
    EvidenceBroken,
    MusterError,
    NotFound,
    NotPermitted,
    Where,
)
from muster.pagekit.views import PageRequest, access_of, page, require
from muster.web import urls
from muster.web.errors import WithoutValues, page_for

OPEN = {
    "healthz",
    "language",
    "sign_in",
    "sign_in_as",
    "sign_in_start",
    "sign_in_return",
    "sign_out",
}
PERSONAL = "Amara Okafor 1980-02-03"


def views_of(patterns: list[URLPattern | URLResolver]) -> Iterator[tuple[str, object]]:
    """Yield every view of a URL configuration with its name."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from views_of(pattern.url_patterns)
        else:
            yield pattern.name or str(pattern.pattern), pattern.callback


def test_every_view_declares_the_verb_it_needs() -> None:
    undeclared = [
        name for name, view in views_of(get_resolver().url_patterns) if not access_of(view)
    ]
    assert not undeclared, f"wrap with @page(verb) of muster.pagekit.views: {undeclared}"


def test_every_declared_verb_is_one_of_the_table() -> None:
    declared = [(name, access_of(view)) for name, view in views_of(get_resolver().url_patterns)]
    assert {a.verb for _name, a in declared if a and a.verb} <= set(VERBS)


def test_only_sign_in_health_and_language_are_open() -> None:
    """The API and the figures ask for a token instead, and stopping for the code of a notice.

    A calendar is found by its own address, fewer notices by a notice's link; the story of the
    demonstration is there in development alone.

    See ``test_api`` and ``test_message_figures``.
    """
    pages = [one for one in get_resolver().url_patterns if getattr(one, "app_name", "") != "api"]
    views = views_of(pages)
    opened = {name for name, view in views if (a := access_of(view)) and a.verb is None}
    assert opened == {*OPEN, "metrics", "stop-by-code", "feed", "less", "story"}


def _raising(error: Exception) -> Callable[[HttpRequest], HttpResponse]:
    @page("use the service")
    def view(request: PageRequest) -> HttpResponse:
        raise error

    return view  # type: ignore[return-value]


ERRORS: list[tuple[MusterError, int]] = [
    (NotFound("No such feed", fix="Check the address"), 404),
    (NotPermitted("That is another employer's", fix="Ask them"), 403),
    (
        BadInput("A date is in the future", where=Where(file="posts.csv", row=7), fix="Correct it"),
        400,
    ),
    (Conflict("It was changed meanwhile", fix="Look at the change"), 409),
    (EvidenceBroken("A checkpoint does not verify", fix="Call the operator"), 500),
]


def _undeclared(request: HttpRequest) -> HttpResponse:
    return HttpResponse("secret")


@page("see feeds")
def _feeds(request: PageRequest) -> HttpResponse:
    return HttpResponse(request.purpose)


@page("see person")
def _hidden_person(request: PageRequest) -> HttpResponse:
    require(request, "see person", Subject("person", restricted=True))
    return HttpResponse("secret")


urlpatterns = [
    *urls.urlpatterns,
    *(path(f"raise-{n}", _raising(error)) for n, (error, _status) in enumerate(ERRORS)),
    path("unforeseen", _raising(ValueError(PERSONAL))),
    path("undeclared", _undeclared),
    path("feeds", _feeds),
    path("person", _hidden_person),
]
handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500

with_test_pages = override_settings(ROOT_URLCONF="tests.integration.test_shell")


@pytest.fixture
def analyst(client: Client, db: None) -> Client:
    client.post("/sign-in/as/analyst")
    return client


@with_test_pages
@pytest.mark.parametrize("number", range(len(ERRORS)))
def test_an_error_becomes_a_page_with_what_where_and_fix(analyst: Client, number: int) -> None:
    error, status = ERRORS[number]
    answer = analyst.get(f"/raise-{number}")
    text = answer.content.decode()
    assert answer.status_code == status
    assert error.what.replace("'", "&#39;") in text
    assert error.fix in text
    assert str(error.where) in text


@with_test_pages
def test_an_unforeseen_error_shows_a_reference_and_logs_nothing_personal(
    analyst: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = analyst.get("/unforeseen?q=Okafor")
    assert answer.status_code == 500
    logged = "\n".join(WithoutValues().format(record) for record in caplog.records)
    assert "Okafor" not in logged
    assert PERSONAL not in answer.content.decode()
    assert "ValueError" in logged
    reference = next(r.args[0] for r in caplog.records if r.name == "muster.web" and r.args)  # type: ignore[index]
    assert str(reference) in answer.content.decode()


def test_a_logged_exception_loses_its_message() -> None:
    try:
        raise ValueError(PERSONAL)
    except ValueError as error:
        info = (ValueError, error, error.__traceback__)
    record = logging.LogRecord("django", logging.ERROR, "", 1, "failed", (), info)
    text = WithoutValues().format(record)
    assert "ValueError" in text
    assert "test_shell.py" in text
    assert "Okafor" not in text


@with_test_pages
def test_a_view_that_declares_nothing_is_refused_even_when_signed_in(analyst: Client) -> None:
    answer = analyst.get("/undeclared")
    assert answer.status_code == 403
    assert "secret" not in answer.content.decode()


@with_test_pages
def test_a_page_is_for_those_who_may_and_acts_for_their_purpose(client: Client, db: None) -> None:
    assert client.get("/feeds")["Location"] == "/sign-in?next=%2Ffeeds"
    client.post("/sign-in/as/analyst")
    assert client.get("/feeds").status_code == 403
    client.post("/sign-in/as/governance")
    assert client.get("/feeds").content == b"assurance"
    client.post("/sign-in/as/operator")
    assert client.get("/feeds").content == b"operation"


@with_test_pages
def test_a_restricted_record_is_not_found(rf: RequestFactory, db: None) -> None:
    request = rf.get("/person")
    request.actor = Actor("a", "A", frozenset({"HR caseworker"}), UUID(int=1))  # type: ignore[attr-defined]
    with pytest.raises(NotFound) as refused:
        _hidden_person(request)
    assert page_for(request, refused.value).status_code == 404


def test_an_address_that_leads_nowhere_is_a_page(client: Client, db: None) -> None:
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert "Page not found" in answer.content.decode()


@pytest.mark.django_db
def test_every_answer_carries_the_protecting_headers(client: Client) -> None:
    for address in ("/sign-in", "/nowhere", "/", "/healthz"):
        headers = client.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_pages_hold_no_inline_script_or_style(client: Client) -> None:
    client.post("/sign-in/as/analyst")
    for address in ("/sign-in", "/", "/nowhere"):
        text = client.get(address).content.decode()
        assert "<style" not in text
        assert " style=" not in text
        assert " onclick=" not in text
        assert all("src=" in tag.split(">")[0] for tag in text.split("<script")[1:])


@pytest.mark.django_db
def test_health_is_ready_once_migrations_are_applied(client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True}


@pytest.mark.django_db
def test_health_is_not_ready_while_a_migration_waits(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "muster.web.pages.MigrationExecutor.migration_plan", lambda _self, _targets: ["waiting"]
    )
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["because"] == "migrations are not applied"


@pytest.mark.django_db
def test_the_language_is_remembered(client: Client) -> None:
    answer = client.get("/language/cy", {"next": "/sign-in?next=%2F"})
    assert answer["Location"] == "/sign-in?next=%2F"
    page_in_welsh = client.get("/sign-in").content.decode()
    assert '<html lang="cy"' in page_in_welsh
    assert "Mewngofnodi" in page_in_welsh


@pytest.mark.django_db
def test_an_unknown_language_is_not_found(client: Client) -> None:
    assert client.get("/language/fr").status_code == 404
