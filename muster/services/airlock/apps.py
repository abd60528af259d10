"""Registers the service of contracts and trials with Django, and offers its pages to the shell."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from muster.pagekit.navigation import HomeCard, NavItem


class AirlockConfig(AppConfig):
    """The service of contracts and trials."""

    name = "muster.services.airlock"
    label = "services_airlock"
    url_prefix = "airlock"
    navigation = (
        NavItem(_("Contracts"), "airlock:contracts", "see messages", "messages"),
        NavItem(_("Trials"), "airlock:trials", "see messages", "messages"),
    )
    home = (
        HomeCard(
            _("Trials that wait for you"),
            "airlock:trials",
            "accept mappings",
            section="needs you",
            lines="muster.services.airlock.pages.home.trial_lines",
        ),
    )
