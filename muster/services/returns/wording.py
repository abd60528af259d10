"""What pages call states of questions, of metrics asked for and of what employers are asked."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from muster.gates.access import Actor
from muster.gates.personas import personas
from muster.kernel.running import settings

Said = tuple[str | Promise, str]

STATES: dict[str, Said] = {
    "open": (gettext_lazy("Choose an answer"), "yellow"),
    "waits": (gettext_lazy("With the analysts"), "yellow"),
    "asked": (gettext_lazy("Employers are asked"), "blue"),
    "metric asked": (gettext_lazy("Metric asked for"), "blue"),
    "research": (gettext_lazy("With research"), "purple"),
    "answered": (gettext_lazy("Answered"), "green"),
    "withdrawn": (gettext_lazy("Withdrawn"), "grey"),
}
WAYS: dict[str, str | Promise] = {
    "earlier": gettext_lazy("An earlier answer, cited"),
    "metric": gettext_lazy("A metric"),
    "new metric": gettext_lazy("A new metric"),
    "study": gettext_lazy("A study"),
    "return": gettext_lazy("A return"),
}
ASKS: dict[str, Said] = {
    "asked": (gettext_lazy("Not answered yet"), "yellow"),
    "stated": (gettext_lazy("To be signed off"), "blue"),
    "signed": (gettext_lazy("Signed off"), "green"),
    "fed": (gettext_lazy("Feed came in"), "green"),
    "closed": (gettext_lazy("Closed without an answer"), "grey"),
}
RETURNS: dict[str, Said] = {
    "open": (gettext_lazy("Open"), "yellow"),
    "released": (gettext_lazy("Released"), "green"),
    "cancelled": (gettext_lazy("Cancelled"), "grey"),
}
REQUESTS: dict[str, Said] = {
    "waits": (gettext_lazy("Waits for its owner"), "yellow"),
    "asked back": (gettext_lazy("Its owner asks back"), "orange"),
    "approved": (gettext_lazy("Approved, not live yet"), "blue"),
    "declined": (gettext_lazy("Declined"), "grey"),
}
LIVE: Said = (gettext_lazy("Live"), "green")


def who(by: str, reader: Actor) -> str:
    """Return who did something by the name its reader knows: their own, or a persona's.

    Of others only what logs record is kept; that is returned as it is.

    Args:
        by: the identifier of an actor, as logs record it.
        reader: who looks at the page.
    """
    if by == reader.id:
        return reader.name
    return {one.actor.id: one.actor.name for one in personas(settings())}.get(by, by)
