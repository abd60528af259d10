"""The Jinja environment every page is drawn with.

Django's Jinja backend calls ``environment``; settings name it. Undefined values chain, because
the GOV.UK macros ask for parameters that callers leave out.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext, ngettext
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader, PrefixLoader
from jinja2.ext import Extension

from muster.pagekit.fields import control_of, errors_of
from muster.pagekit.navigation import navigation_for
from muster.pagekit.tables import query_with
from muster.pagekit.views import actor_of

LANGUAGES = (("en", "English"), ("cy", "Cymraeg"))
_EXTENSIONS: list[str | type[Extension]] = ["jinja2.ext.i18n", "jinja2.ext.do"]


def environment(**options: Any) -> Environment:
    """Return the environment; ``options`` come from Django's settings (loader, auto-reload)."""
    options |= {"undefined": ChainableUndefined, "autoescape": True, "extensions": _EXTENSIONS}
    options |= {"trim_blocks": True, "lstrip_blocks": True}
    options["loader"] = ChoiceLoader(
        [
            options["loader"],
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    made = Environment(**options)  # noqa: S701 - autoescape is set above
    install: Callable[..., None] = made.install_gettext_callables  # type: ignore[attr-defined]
    install(gettext, ngettext, newstyle=True)
    made.globals |= {
        "static": static,
        "url": url,
        "control_of": control_of,
        "errors_of": errors_of,
        "query_with": query_with,
    }
    made.filters |= {"day": day, "moment": moment, "number": number}
    return made


def url(name: str, *args: object, **kwargs: object) -> str:
    """Return the address of the page called ``name``: ``url("exchange:feed", feed.id)``."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def day(value: Any) -> str:
    """Return a date or instant as a reader says it: "21 November 2026"; nothing for ``None``."""
    return "" if value is None else date_format(value, "j F Y")


def short_day(value: Any) -> str:
    """Return a date as a narrow column says it, on one line: "21 Nov 2026"; nothing for None."""
    return "" if value is None else date_format(value, "j M Y").replace(" ", "\u00a0")


def moment(value: dt.datetime | None) -> str:
    """Return an instant as London clocks show it: "21 November 2026, 9:05"; nothing for None."""
    return "" if value is None else date_format(localtime(value), "j F Y, G:i")


def number(value: Any) -> str:
    """Return a number with its thousands apart: 12,345; nothing for ``None``."""
    return "" if value is None else f"{value:,}"


def shell_context(request: HttpRequest) -> dict[str, Any]:
    """Return what the layout draws around every page: who is here and where they can go."""
    actor, language = actor_of(request), get_language()
    return {
        "actor": actor,
        "language": language,
        "other_languages": [(code, name) for code, name in LANGUAGES if code != language],
        "navigation": navigation_for(actor, request.path),
        "here": request.get_full_path() if request.method == "GET" else request.path,
    }
