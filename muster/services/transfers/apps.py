"""Registers transfers with Django."""

import datetime as dt

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy

from muster.pagekit.navigation import HomeCard, NavItem


class TransfersConfig(AppConfig):
    """One live transfer that both employers and the person see."""

    name = "muster.services.transfers"
    label = "services_transfers"
    url_prefix = "transfers"
    story = "muster.services.transfers.story.steps"
    personas = "muster.services.transfers.enrolment.offered"
    metrics_module = "muster.services.transfers.metrics"
    navigation = (
        NavItem(gettext_lazy("Transfers"), "transfers:transfers", "see transfers", "work", 10),
        NavItem(gettext_lazy("This pay period"), "transfers:pay-period", "run pay period", "work"),
        NavItem(gettext_lazy("My transfers"), "transfers:mine", "see own transfers", "own"),
    )
    home = (
        HomeCard(
            gettext_lazy("My transfers"), "transfers:mine", "see own transfers",
            section="needs you", lines="muster.services.transfers.home.own_lines", own=True,
        ),
        HomeCard(
            gettext_lazy("Late transfers"), "transfers:transfers", "see transfers",
            section="needs you", lines="muster.services.transfers.home.late_lines",
        ),
    )  # fmt: skip

    def ready(self) -> None:
        """Put back after migrations what the database keeps so; say what is due by and by."""
        from muster.kernel.chores import Chore, register_chore
        from muster.services.transfers.constraints import install_after_migrate
        from muster.services.transfers.opening import open_for_copies
        from muster.services.transfers.payrolls.registering import register_payrolls
        from muster.services.transfers.process.registering import register_transfers

        register_payrolls()
        register_transfers()
        open_for_copies()
        register_chore(
            Chore(
                "transfers past their time", dt.timedelta(days=1),
                "muster.services.transfers.keeping.give_up_old",
            )
        )  # fmt: skip
        post_migrate.connect(install_after_migrate, sender=self)
