"""Registers the people service with Django, and offers its pages to the shell."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy

from muster.pagekit.navigation import HomeCard, NavItem


class PeopleConfig(AppConfig):
    """The people service."""

    name = "muster.services.people"
    label = "services_people"
    url_prefix = "register"
    story = "muster.services.people.story.steps"
    personas = "muster.services.people.personas.offered"
    navigation = (
        NavItem(gettext_lazy("Employers"), "people:employers", "see employers", "register"),
        NavItem(gettext_lazy("Posts"), "people:posts", "see posts", "register"),
        NavItem(gettext_lazy("People"), "people:search", "search people", "register"),
        NavItem(gettext_lazy("Matches"), "people:matches", "match people", "register"),
        NavItem(gettext_lazy("Conflicts"), "people:conflicts", "settle conflicts", "register"),
        NavItem(gettext_lazy("My record"), "people:own", "see own record", "own"),
    )
    home = (
        HomeCard(
            gettext_lazy("Records that may be of one person"),
            "people:matches",
            "match people",
            section="needs you",
            lines="muster.services.people.home.match_lines",
        ),
        HomeCard(
            gettext_lazy("My record"),
            "people:own",
            "see own record",
            text=gettext_lazy("What the register holds about you, and who has looked at it."),
            own=True,
        ),
        HomeCard(
            gettext_lazy("People"),
            "people:search",
            "search people",
            text=gettext_lazy("Find somebody your employer employs or has employed."),
        ),
        HomeCard(
            gettext_lazy("Employers"),
            "people:employers",
            "see employers",
            text=gettext_lazy("Every employer, its other names, and what became of it."),
        ),
        HomeCard(
            gettext_lazy("Posts"),
            "people:posts",
            "see posts",
            text=gettext_lazy("Published posts, with the file and row each one stands in."),
        ),
    )
