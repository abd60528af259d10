"""Registers the service of messages with Django, and offers its pages to the shell."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy

from muster.pagekit.navigation import HomeCard, NavItem


class MessagesConfig(AppConfig):
    """The service of messages."""

    name = "muster.services.messages"
    label = "services_messages"
    url_prefix = "messages"
    navigation = (NavItem(gettext_lazy("Messages"), "messages:routes", "see messages", "messages"),)
    home = (
        HomeCard(
            gettext_lazy("Messages that wait for somebody"),
            "messages:parked",
            "release messages",
            section="needs you",
            lines="muster.services.messages.home.parked_lines",
        ),
        HomeCard(
            gettext_lazy("Routes that stopped"),
            "messages:routes",
            "see messages",
            section="needs you",
            lines="muster.services.messages.home.stopped_lines",
        ),
        HomeCard(
            gettext_lazy("Files that wait at a receiver"),
            "messages:forwards",
            "approve feeds",
            section="needs you",
            lines="muster.services.messages.home.waiting_lines",
        ),
        HomeCard(
            gettext_lazy("Systems that cannot be asked"),
            "messages:inlets",
            "see messages",
            section="needs you",
            lines="muster.services.messages.home.failing_lines",
        ),
        HomeCard(
            gettext_lazy("Messages between systems"),
            "messages:routes",
            "see messages",
            text=gettext_lazy("How far each route is, what waits, and one message’s whole way."),
        ),
        HomeCard(
            gettext_lazy("Systems and their keys"),
            "messages:systems",
            "manage systems",
            text=gettext_lazy("Whether each system answers, and by which keys it signs."),
        ),
    )
