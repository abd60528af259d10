"""Every address: the shell's own, then each service's under the prefix it declares."""

from collections.abc import Iterable

from django.apps import AppConfig
from django.urls import URLPattern, URLResolver, include, path

from muster.pagekit.navigation import namespace_of, pages_module_of, prefix_of, rooms_with_pages
from muster.services.messages.pages.openmetrics import metrics
from muster.web import pages, story
from muster.web.sign_in import pages as sign_in_pages


def mounted(rooms: Iterable[AppConfig]) -> list[URLResolver]:
    """Return the addresses of rooms' pages, each room under the prefix it declares."""
    return [
        path(
            f"{prefix_of(room)}/",
            include((pages_module_of(room), namespace_of(room)), namespace=namespace_of(room)),
        )
        for room in rooms
    ]


urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.home, name="home"),
    path("story", story.story, name="story"),
    path("healthz", pages.healthz, name="healthz"),
    path("metrics", metrics, name="metrics"),
    path("language/<str:code>", pages.language, name="language"),
    path("sign-in", sign_in_pages.sign_in, name="sign_in"),
    path("sign-in/as/<slug:slug>", sign_in_pages.as_persona, name="sign_in_as"),
    path("sign-in/start", sign_in_pages.start, name="sign_in_start"),
    path("sign-in/return", sign_in_pages.come_back, name="sign_in_return"),
    path("sign-out", sign_in_pages.sign_out, name="sign_out"),
]
urlpatterns += mounted(rooms_with_pages())
urlpatterns += [path("api/v1/", include("muster.api.urls"))]

handler400 = "muster.web.errors.bad_request"
handler403 = "muster.web.errors.not_permitted"
handler404 = "muster.web.errors.not_found"
handler500 = "muster.web.errors.unexpected"
