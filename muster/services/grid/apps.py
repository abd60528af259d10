"""Registers the GRID service: its pages, navigation and home card."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from muster.pagekit.navigation import HomeCard, NavItem


class GridConfig(AppConfig):
    """Figures for leaders and analysts."""

    name = "muster.services.grid"
    label = "services_grid"
    url_prefix = "grid"
    story = "muster.services.grid.story.steps"
    navigation = [
        NavItem(_("Figures"), "grid:explore", "see figures", "figures", 10),
        NavItem(_("Audit of releases"), "grid:audit", "decide releases", "figures", 20),
        NavItem(_("Places"), "grid:places", "see figures", "figures"),
        NavItem(_("Time to hire"), "grid:times", "see figures", "figures"),
        NavItem(_("Attendance"), "grid:attendance", "see figures", "figures"),
        NavItem(_("Employees and contractors"), "grid:workers", "see figures", "figures"),
        NavItem(_("Movers between employers"), "grid:flows", "see figures", "figures"),
        NavItem(_("How transfers go"), "grid:transfers", "see figures", "figures"),
        NavItem(_("Shared services"), "grid:shared-services", "see figures", "figures"),
        NavItem(_("Official headcounts"), "grid:official", "see figures", "figures"),
        NavItem(_("Sources side by side"), "grid:beside", "see figures", "figures"),
        NavItem(_("Merged and split employers"), "grid:structures", "see figures", "figures"),
    ]
    home = [
        HomeCard(
            _("Tables that are held"),
            "grid:audit",
            "decide releases",
            section="needs you",
            lines="muster.services.grid.home.held_lines",
        ),
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
            _("Time to hire"),
            "grid:times",
            "see figures",
            text=_("How long hires take, step by step, and who withdrew while waiting."),
        ),
        HomeCard(
            _("Employees and contractors"),
            "grid:workers",
            "see figures",
            text=_("How many people work for employers, employed or not, and what they cost."),
        ),
        HomeCard(
            _("Attendance"),
            "grid:attendance",
            "see figures",
            text=_("How many people come to buildings, against what their employer expects."),
        ),
        HomeCard(
            _("How transfers go"),
            "grid:transfers",
            "see figures",
            text=_("How long moves between employers take, and how often first pay was right."),
        ),
        HomeCard(
            _("Shared services"),
            "grid:shared-services",
            "see figures",
            text=_("What providers do, at what cost, and whether what was promised came true."),
        ),
        HomeCard(
            _("Official headcounts"),
            "grid:official",
            "see figures",
            text=_("What ONS and the Cabinet Office publish of the same employers, side by side."),
        ),
        HomeCard(
            _("Sources side by side"),
            "grid:beside",
            "see figures",
            text=_("Headcounts, posts and survey scores of one employer, and why they differ."),
        ),
    ]
