"""Registers the agreements service with Django, and offers its pages to the shell."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy

from muster.pagekit.navigation import HomeCard, NavItem


class AgreementsConfig(AppConfig):
    """The agreements service."""

    name = "muster.services.agreements"
    label = "services_agreements"
    url_prefix = "exchange/agreements"
    navigation = (
        NavItem(gettext_lazy("Agreements"), "agreements:agreements", "see agreements", "assurance"),
    )
    home = (
        HomeCard(
            gettext_lazy("Agreements to sign"),
            "agreements:agreements",
            "sign agreements",
            section="needs you",
            lines="muster.services.agreements.pages.home.signing_lines",
        ),
        HomeCard(
            gettext_lazy("Agreements that end soon"),
            "agreements:expiring",
            "see agreements",
            section="needs you",
            lines="muster.services.agreements.pages.home.expiring_lines",
        ),
        HomeCard(
            gettext_lazy("Record of processing"),
            "agreements:record",
            "see agreements",
            text=gettext_lazy("What data protection law asks for, made from the agreements."),
        ),
    )
