"""Registers the inbox with Django, and offers its pages to the shell and to notices."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy

from muster.pagekit.navigation import HomeCard, NavItem


class InboxConfig(AppConfig):
    """Tasks of every process."""

    name = "muster.services.inbox"
    label = "services_inbox"
    url_prefix = "inbox"
    navigation = (NavItem(gettext_lazy("Inbox"), "inbox:tasks", "see tasks", "work", 5),)
    home = (
        HomeCard(
            gettext_lazy("Your tasks"),
            "inbox:tasks",
            "see tasks",
            section="needs you",
            lines="muster.services.inbox.home.task_lines",
            own=True,
        ),
    )

    def ready(self) -> None:
        """Say where notices lead."""
        from muster.casework.notifying.ports import Pages, register_pages

        register_pages(Pages("inbox:tasks", "inbox:task", "inbox:choices", "inbox:less"))
