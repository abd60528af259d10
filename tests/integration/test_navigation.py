"""What services declare appears for those who may use it: the bar, the cards, the addresses."""

from collections.abc import Iterator

import pytest
from django.test import Client, override_settings

from muster.gates import personas
from muster.kernel import running
from muster.pagekit.navigation import navigation_for
from muster.web import urls
from tests.integration import pretend_service

urlpatterns = [
    *urls.urlpatterns,
    *urls.mounted([pretend_service.PretendConfig(pretend_service.__name__, pretend_service)]),
]
handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    room = pretend_service.PretendConfig(pretend_service.__name__, pretend_service)
    monkeypatch.setattr("muster.pagekit.navigation.apps.get_app_configs", lambda: [room])
    with override_settings(ROOT_URLCONF="tests.integration.test_navigation"):
        yield


def home_of(client: Client, slug: str) -> str:
    client.post(f"/sign-in/as/{slug}")
    return client.get("/").content.decode()


def test_the_bar_and_the_cards_show_what_one_may(client: Client) -> None:
    text = home_of(client, "governance")
    assert 'href="/feeds/"' in text
    assert 'href="/feeds/held/"' in text
    assert "12 rows for Information-governance officer" in text
    assert 'href="/feeds/held/?state=new"' in text


def test_what_one_may_not_is_not_shown(client: Client) -> None:
    text = home_of(client, "operator")
    assert 'href="/feeds/"' in text
    assert "held" not in text
    assert "Nothing is waiting" not in text


def test_who_may_nothing_of_it_sees_nothing_of_it(client: Client) -> None:
    text = home_of(client, "leader")
    assert "feeds" not in text
    assert "Nothing is waiting for you." in text


def test_a_card_with_nothing_to_say_is_left_out(client: Client) -> None:
    assert "Names to choose" not in home_of(client, "governance")


@pytest.mark.parametrize(
    ("path", "active"),
    [
        ("/feeds/held/17", ["Held rows"]),
        ("/feeds/17", ["Feeds"]),
        ("/feeds/", ["Feeds"]),
        ("/elsewhere", []),
    ],
)
def test_the_bar_marks_the_deepest_place(path: str, active: list[str]) -> None:
    actor = personas.persona("governance", running.settings()).actor
    assert [item.text for item in navigation_for(actor, path) if item.active] == active


def test_pages_ask_for_their_verb(client: Client) -> None:
    assert client.get("/feeds/held/").status_code == 302
    client.post("/sign-in/as/operator")
    assert client.get("/feeds/held/").status_code == 403
