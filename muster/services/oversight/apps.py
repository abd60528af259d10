"""Registers the oversight service with Django, and offers its pages to the shell."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy

from muster.pagekit.navigation import HomeCard, NavItem


class OversightConfig(AppConfig):
    """The oversight service."""

    name = "muster.services.oversight"
    label = "services_oversight"
    url_prefix = "oversight"
    navigation = (
        NavItem(gettext_lazy("Emergency"), "oversight:break", "break glass", "register"),
        NavItem(
            gettext_lazy("Restrictions"),
            "oversight:restrictions",
            "guard restrictions",
            "assurance",
        ),
        NavItem(
            gettext_lazy("Who saw whom"),
            "oversight:inquiries",
            "investigate looks",
            "assurance",
        ),
        NavItem(
            gettext_lazy("Unusual reading"),
            "oversight:alerts",
            "investigate looks",
            "assurance",
        ),
    )
    home = (
        HomeCard(
            gettext_lazy("Records opened in an emergency"),
            "oversight:notices",
            "guard restrictions",
            section="needs you",
            lines="muster.services.oversight.home.notice_lines",
        ),
        HomeCard(
            gettext_lazy("Unusual reading"),
            "oversight:alerts",
            "investigate looks",
            section="needs you",
            lines="muster.services.oversight.home.alert_lines",
        ),
        HomeCard(
            gettext_lazy("Restrictions"),
            "oversight:restrictions",
            "guard restrictions",
            text=gettext_lazy("Records and names that not everybody may know of."),
        ),
        HomeCard(
            gettext_lazy("Who saw whom"),
            "oversight:inquiries",
            "investigate looks",
            text=gettext_lazy("Who looked at a person, and whom somebody looked at."),
        ),
    )
