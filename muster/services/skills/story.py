"""What the skills map adds to the story of a demonstration: what the service asks for."""

from django.urls import reverse
from django.utils.translation import gettext_lazy

from muster.pagekit.story import Look, Step
from muster.services.skills.queries import current_number


def steps() -> list[Step]:
    """Return the step of the map; none before a map was published."""
    if current_number() is None:
        return []
    return [
        Step(
            70,
            gettext_lazy("The skills map"),
            gettext_lazy(
                "What the service asks for in its job adverts, each skill near those it is asked "
                "for with, and how sure that is. Learned from what employers’ recruitment systems "
                "sent."
            ),
            (
                Look("civil-servant", reverse("skills:map"), gettext_lazy("Find a skill")),
                Look("leader", reverse("skills:compare"),
                     gettext_lazy("See what your department asks for more than others")),
                Look("analyst", reverse("skills:builds"),
                     gettext_lazy("See what it was learned from, and how well")),
            ),
        )
    ]  # fmt: skip
