"""The bar at the top is short for everybody, and hides nothing from those who may see it."""

import uuid

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from muster.gates.access import ROLES, Actor, Role, may_ever
from muster.pagekit.navigation import NavItem, ShownItem, navigation_for

pytestmark = pytest.mark.django_db


def actor_of(role: Role) -> Actor:
    """Return somebody of a role who has an employer and a record, so that nothing is left out."""
    return Actor(f"test:{role}", role, frozenset({role}), uuid.uuid4(), uuid.uuid4())


def items() -> list[NavItem]:
    return [item for config in apps.get_app_configs() for item in getattr(config, "navigation", ())]


def leads_to(bar: tuple[ShownItem, ...]) -> list[str]:
    return [one.href for entry in bar for one in entry.within or (entry,)]


@pytest.mark.parametrize("role", ROLES)
def test_a_bar_is_short_and_holds_whatever_one_may(role: Role) -> None:
    actor = actor_of(role)
    bar = navigation_for(actor, "/")
    assert len(bar) <= 7, [str(entry.text) for entry in bar]
    may = {reverse(item.url_name) for item in items() if may_ever(actor, item.verb)}
    assert sorted(leads_to(bar)) == sorted(may)
    assert len({str(entry.text) for entry in bar}) == len(bar)
    assert all(len(entry.within) != 1 for entry in bar)


@pytest.mark.parametrize("role", ROLES)
def test_each_entry_marks_itself_and_its_area_on_its_own_page(role: Role) -> None:
    actor = actor_of(role)
    for href in leads_to(navigation_for(actor, "/")):
        bar = navigation_for(actor, href)
        (active,) = [entry for entry in bar if entry.active]
        assert active.href == href or [one.href for one in active.within if one.current] == [href]
        deeper = navigation_for(actor, f"{href}17")
        assert [entry.text for entry in deeper if entry.active] == [active.text]
        assert not any(one.current for entry in deeper for one in (entry, *entry.within))


def test_an_area_is_drawn_below_the_bar_on_its_own_pages_only(client: Client) -> None:
    client.post("/sign-in/as/leader")
    assert "moj-sub-navigation" not in client.get("/").content.decode()
    text = client.get("/register/posts/").content.decode()
    below = text[text.index("moj-sub-navigation") :]
    below = below[: below.index("</nav>")]
    assert 'aria-label="Pages of Register"' in below
    assert below.count("<a ") == 2
    assert below.count('aria-current="page"') == 1
