"""A service as the shell meets one: what its ``apps.py`` declares and its ``pages.py`` holds."""

from django.apps import AppConfig
from django.http import HttpResponse
from django.urls import path

from muster.gates.access import Actor
from muster.pagekit.navigation import CardLine, HomeCard, NavItem
from muster.pagekit.views import PageRequest, page


class PretendConfig(AppConfig):
    """What a service declares."""

    name = "tests.integration.pretend_service"
    label = "pretend_service"
    path = "."
    url_prefix = "feeds"
    pages_module = "tests.integration.pretend_service"
    navigation = (
        NavItem("Feeds", "pretend_service:feeds", "see feeds"),
        NavItem("Held rows", "pretend_service:held", "see quarantined rows"),
    )
    home = (
        HomeCard("Feeds", "pretend_service:feeds", "see feeds", text="What arrived and when."),
        HomeCard(
            "Held rows",
            "pretend_service:held",
            "see quarantined rows",
            section="needs you",
            lines="tests.integration.pretend_service.held_lines",
        ),
        HomeCard(
            "Names to choose",
            "pretend_service:held",
            "see feeds",
            section="changed",
            lines="tests.integration.pretend_service.no_lines",
        ),
    )


def held_lines(actor: Actor) -> list[CardLine]:
    """Return what waits for ``actor``."""
    return [CardLine(f"12 rows for {actor.name}", "/feeds/held/?state=new", "New", "blue")]


def no_lines(actor: Actor) -> list[CardLine]:
    """Return that nothing waits."""
    return []


@page("see feeds")
def feeds(request: PageRequest) -> HttpResponse:
    """Show every feed."""
    return HttpResponse("feeds")


@page("see quarantined rows")
def held(request: PageRequest) -> HttpResponse:
    """Show held rows."""
    return HttpResponse("held")


urlpatterns = [path("", feeds, name="feeds"), path("held/", held, name="held")]
