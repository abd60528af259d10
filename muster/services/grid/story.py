"""What figures add to the story of a demonstration: what leaders see."""

from django.urls import reverse
from django.utils.translation import gettext_lazy

from muster.pagekit.story import Look, Step
from muster.register.people.queries import dates_returned


def steps() -> list[Step]:
    """Return the step of leaders; none before there is anybody to count."""
    if not dates_returned():
        return []
    return [
        Step(
            60,
            gettext_lazy("What leaders see"),
            gettext_lazy(
                "Figures of every employer, none of which gives anybody away. Nobody’s record."
            ),
            (Look("leader", reverse("grid:explore"), gettext_lazy("Explore headcount")),),
        )
    ]
