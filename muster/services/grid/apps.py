"""Registers the GRID service: its pages, navigation and home card."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from muster.pagekit.navigation import HomeCard, NavItem


class GridConfig(AppConfig):
    """Figures for leaders and analysts."""

    name = "muster.services.grid"
    label = "services_grid"
    url_prefix = "grid"
    navigation = [
        NavItem(_("Figures"), "grid:explore", "see figures", "figures"),
        NavItem(_("Official headcounts"), "grid:official", "see figures", "figures"),
        NavItem(_("Audit of releases"), "grid:audit", "decide releases", "figures"),
    ]
    home = [
        HomeCard(
            _("Figures"),
            "grid:explore",
            "see figures",
            text=_("Posts, FTE and headcount by employer, level, profession and date."),
        ),
        HomeCard(
            _("Official headcounts"),
            "grid:official",
            "see figures",
            text=_("What ONS and the Cabinet Office publish of the same employers, side by side."),
        ),
    ]
