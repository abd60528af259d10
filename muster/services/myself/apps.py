"""Registers the myself service with Django, and offers its pages to the shell."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from muster.pagekit.navigation import HomeCard, NavItem


class MyselfConfig(AppConfig):
    """The myself service."""

    name = "muster.services.myself"
    label = "services_myself"
    url_prefix = "myself"
    navigation = (
        NavItem(_("Tell us once"), "myself:start", "tell own changes", "own"),
        NavItem(_("My corrections"), "myself:corrections", "ask for corrections", "own"),
        NavItem(_("Corrections"), "myself:queue", "answer corrections", "register"),
    )
    home = (
        HomeCard(
            _("Tell us once"),
            "myself:start",
            "tell own changes",
            text=_("Tell a change once: it goes to every system of every employer concerned."),
            own=True,
        ),
        HomeCard(
            _("Your bank details are about to change"),
            "myself:changes",
            "tell own changes",
            section="needs you",
            lines="muster.services.myself.home.bank_lines",
            own=True,
        ),
        HomeCard(
            _("Corrections to answer"),
            "myself:queue",
            "answer corrections",
            section="needs you",
            lines="muster.services.myself.home.correction_lines",
        ),
    )
