"""Registers the returns service with Django, and offers its pages to the shell."""

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy

from muster.pagekit.navigation import HomeCard, NavItem

_HOME = "muster.services.returns.home"


class ReturnsConfig(AppConfig):
    """Questions, metrics asked for, and returns."""

    name = "muster.services.returns"
    label = "services_returns"
    url_prefix = "returns"
    personas = "muster.services.returns.enrolment.offered"
    metrics_module = "muster.services.returns.metrics"
    navigation = (
        NavItem(
            gettext_lazy("Questions"), "returns:questions", "commission figures", "figures", 40
        ),
        NavItem(gettext_lazy("Asked of you"), "returns:asks", "answer returns", "figures", 40),
    )
    home = (
        HomeCard(
            gettext_lazy("Figures asked of your organisation"),
            "returns:asks",
            "answer returns",
            section="needs you",
            lines=f"{_HOME}.owed_lines",
        ),
        HomeCard(
            gettext_lazy("Questions and returns"),
            "returns:questions",
            "run returns",
            section="needs you",
            lines=f"{_HOME}.waiting_lines",
        ),
        HomeCard(
            gettext_lazy("Metrics that are asked for"),
            "returns:requests",
            "approve metrics",
            section="needs you",
            lines=f"{_HOME}.metric_lines",
        ),
        HomeCard(
            gettext_lazy("Ask a question"),
            "returns:ask",
            "commission figures",
            text=gettext_lazy(
                "Answered from figures that stand, or asked only of employers whose figure is"
                " missing."
            ),
        ),
    )

    def ready(self) -> None:
        """Say what is due by and by."""
        from muster.kernel.chores import Chore, register_chore

        room = "muster.services.returns.answering"
        for name, minutes, do in (
            ("closing what is asked of employers whose feed came in", 1, "close_fed"),
            ("reminding employers of returns", 60, "remind"),
        ):
            register_chore(Chore(name, dt.timedelta(minutes=minutes), f"{room}.{do}"))
