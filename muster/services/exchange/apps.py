"""Registers the exchange service with Django, and offers its pages to the shell."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy

from muster.pagekit.navigation import HomeCard, NavItem


class ExchangeConfig(AppConfig):
    """The exchange service."""

    name = "muster.services.exchange"
    label = "services_exchange"
    url_prefix = "exchange"
    story = "muster.services.exchange.story.steps"
    navigation = (
        NavItem(gettext_lazy("Feeds"), "exchange:feeds", "see feeds", "files"),
        NavItem(gettext_lazy("Quarantine"), "exchange:quarantine", "see quarantined rows", "files"),
        NavItem(gettext_lazy("Layouts"), "exchange:layouts", "map layouts", "files"),
        NavItem(gettext_lazy("Employer names"), "exchange:names", "choose employer names", "files"),
        NavItem(gettext_lazy("Evidence"), "exchange:evidence", "see evidence", "assurance"),
    )
    home = (
        HomeCard(
            gettext_lazy("Feeds that wait for you"),
            "exchange:undecided",
            "approve feeds",
            section="needs you",
            lines="muster.services.exchange.home.undecided_lines",
        ),
        HomeCard(
            gettext_lazy("Late feeds"),
            "exchange:plans",
            "see feeds",
            section="needs you",
            lines="muster.services.exchange.home.late_lines",
        ),
        HomeCard(
            gettext_lazy("Feeds that stopped"),
            "exchange:feeds",
            "see feeds",
            section="needs you",
            lines="muster.services.exchange.home.stopped_lines",
        ),
        HomeCard(
            gettext_lazy("Rows in quarantine"),
            "exchange:quarantine",
            "see quarantined rows",
            section="needs you",
            lines="muster.services.exchange.home.quarantine_lines",
        ),
        HomeCard(
            gettext_lazy("Employer names to choose"),
            "exchange:names",
            "choose employer names",
            section="needs you",
            lines="muster.services.exchange.home.name_lines",
        ),
        HomeCard(
            gettext_lazy("Latest feeds"),
            "exchange:feeds",
            "see feeds",
            section="changed",
            lines="muster.services.exchange.home.latest_lines",
        ),
        HomeCard(
            gettext_lazy("Send files"),
            "exchange:upload",
            "load feeds",
            text=gettext_lazy("Hand in the files of an HR, payroll or learning system."),
        ),
        HomeCard(
            gettext_lazy("When feeds are due"),
            "exchange:plans",
            "plan feeds",
            text=gettext_lazy("Declare when feeds come, and announce bulk changes."),
        ),
        HomeCard(
            gettext_lazy("Tokens of systems"),
            "exchange:tokens",
            "plan feeds",
            text=gettext_lazy("Let a system hand in files by itself."),
        ),
    )
