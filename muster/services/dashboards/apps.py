"""Registers dashboards and briefs: their pages, navigation, home cards and chores."""

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy

from muster.pagekit.navigation import HomeCard, NavItem


class DashboardsConfig(AppConfig):
    """Dashboards and briefs."""

    name = "muster.services.dashboards"
    label = "services_dashboards"
    url_prefix = "dashboards"
    navigation = (
        NavItem(
            gettext_lazy("Dashboards and briefs"),
            "dashboards:listing",
            "see figures",
            "figures",
            30,
        ),
    )
    home = (
        HomeCard(
            gettext_lazy("Briefs for you"),
            "dashboards:listing",
            "see figures",
            section="changed",
            lines="muster.services.dashboards.home.brief_lines",
        ),
        HomeCard(
            gettext_lazy("Dashboards and briefs"),
            "dashboards:listing",
            "see figures",
            text=gettext_lazy("Figures side by side, and one page each month with targets."),
        ),
    )

    def ready(self) -> None:
        from muster.kernel.chores import Chore, register_chore

        issuing = "muster.services.dashboards.issuing"
        register_chore(Chore("making briefs", dt.timedelta(minutes=5), f"{issuing}.issue_due"))
        register_chore(
            Chore("sending word of briefs", dt.timedelta(minutes=1), f"{issuing}.send_notices")
        )
        register_chore(Chore("tidying dashboards", dt.timedelta(hours=6), f"{issuing}.tidy"))
