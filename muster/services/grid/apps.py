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
        NavItem(_("Places"), "grid:places", "see figures", "figures"),
        NavItem(_("Time to hire"), "grid:times", "see figures", "figures"),
        NavItem(_("Movers between employers"), "grid:flows", "see figures", "figures"),
        NavItem(_("Merged and split employers"), "grid:structures", "see figures", "figures"),
        NavItem(_("Official headcounts"), "grid:official", "see figures", "figures"),
        NavItem(_("Attendance"), "grid:attendance", "see figures", "figures"),
        NavItem(_("Shared services"), "grid:shared-services", "see figures", "figures"),
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
            _("Places"),
            "grid:places",
            "see figures",
            text=_("Where people work, and who keeps to what was promised for Places for Growth."),
        ),
        HomeCard(
            _("Official headcounts"),
            "grid:official",
            "see figures",
            text=_("What ONS and the Cabinet Office publish of the same employers, side by side."),
        ),
    ]
