"""What the register adds to the story of a demonstration: one person under three names."""

from django.urls import reverse
from django.utils.translation import gettext_lazy

from muster.pagekit.story import Look, Step
from muster.services.people.personas import offered


def steps() -> list[Step]:
    """Return whom the story is about, and what she sees; none before she is loaded."""
    hers = next((one.actor.person for one in offered() if one.actor.person is not None), None)
    if hers is None:
        return []
    return [
        Step(
            20,
            gettext_lazy("The same person under three names"),
            gettext_lazy(
                "Three systems know her by three names. Muster found that they are one person, and "
                "says why."
            ),
            (
                Look("caseworker-orchards", reverse("people:person", args=[hers]),
                     gettext_lazy("See her record, each fact with the file it came from")),
            ),
        ),
        Step(
            50,
            gettext_lazy("What she sees"),
            gettext_lazy("Her record, where each fact came from, and who has looked at it."),
            (Look("civil-servant", reverse("people:own"), gettext_lazy("See your own record")),),
        ),
    ]  # fmt: skip
