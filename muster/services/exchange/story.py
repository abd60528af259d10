"""What the exchange adds to the story of a demonstration: where records come from, and evidence."""

from django.urls import reverse
from django.utils.translation import gettext_lazy

from muster.pagekit.story import Look, Step
from muster.register.employers.queries import find

_ORCHARDS = "pretend:orchards-and-allotments"


def steps() -> list[Step]:
    """Return the first step and the last; none before the pretend employers are loaded."""
    if find(_ORCHARDS) is None:
        return []
    feeds, evidence = reverse("exchange:feeds"), reverse("exchange:evidence")
    return [
        Step(
            10,
            gettext_lazy("Two employers, two differently laid out files"),
            gettext_lazy(
                "Each employer sends the file its HR system writes. Nobody was asked to change it."
            ),
            (
                Look("caseworker", feeds, gettext_lazy("See what the first employer sent")),
                Look("caseworker-orchards", feeds, gettext_lazy("See what the second one sent")),
            ),
        ),
        Step(
            90,
            gettext_lazy("One altered byte is found"),
            gettext_lazy(
                "Everything that was decided stands in logs that nobody can change unseen. Take "
                "a checkpoint away with you, and check later."
            ),
            (Look("operator", evidence, gettext_lazy("See the logs and their checkpoints")),),
        ),
    ]
