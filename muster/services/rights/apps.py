"""Registers the rights service with Django, and offers its pages to the shell."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy

from muster.pagekit.navigation import HomeCard, NavItem


class RightsConfig(AppConfig):
    """The rights service."""

    name = "muster.services.rights"
    label = "services_rights"
    url_prefix = "rights"
    navigation = (
        NavItem(gettext_lazy("My data requests"), "rights:own", "use data rights", "own"),
        NavItem(gettext_lazy("Retention"), "rights:runs", "see retention", "assurance"),
        NavItem(
            gettext_lazy("Data requests"), "rights:requests", "answer data requests", "assurance"
        ),
    )
    home = (
        HomeCard(
            gettext_lazy("My data requests"),
            "rights:own",
            "use data rights",
            text=gettext_lazy("Ask for a copy of the data held about you, or for its erasure."),
            own=True,
        ),
        HomeCard(
            gettext_lazy("Data requests to answer"),
            "rights:requests",
            "answer data requests",
            section="needs you",
            lines="muster.services.rights.pages.home.request_lines",
        ),
        HomeCard(
            gettext_lazy("Retention"),
            "rights:runs",
            "see retention",
            section="needs you",
            lines="muster.services.rights.pages.home.retention_lines",
        ),
    )

    def ready(self) -> None:
        from muster.register.keeping.exporting import also_held
        from muster.services.rights.looks import looks_held

        also_held("Who has looked at your record", looks_held)
