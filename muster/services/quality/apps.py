"""Registers the data quality service with Django, and offers its pages to the shell."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from muster.pagekit.navigation import HomeCard, NavItem


class QualityConfig(AppConfig):
    """The data quality service."""

    name = "muster.services.quality"
    label = "services_quality"
    url_prefix = "quality"
    navigation = (NavItem(_("Data quality"), "quality:league", "see data quality", "figures"),)
    home = (
        HomeCard(
            _("Data quality"),
            "quality:league",
            "see data quality",
            text=_("How complete, timely and right the feeds of each supplier are."),
        ),
    )
