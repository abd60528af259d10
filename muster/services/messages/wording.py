"""What the pages of messages call the states and stages that rules name by code."""

import datetime as dt
from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from muster.hub.connecting.endpoints import kinds
from muster.hub.delivering.queries import COUNTED, RouteView
from muster.hub.messages.queries import Leg, MessageView
from muster.pagekit.tables import Cell

ROUTES = {
    "level": (gettext_lazy("Up to date"), "green"),
    "behind": (gettext_lazy("Behind"), "yellow"),
    "blocked": (gettext_lazy("Blocked"), "red"),
    "paused": (gettext_lazy("Paused"), "orange"),
    "held": (gettext_lazy("Waits for its approver"), "red"),
    "off": (gettext_lazy("Switched off"), "grey"),
}
LEGS = {
    "waiting": (gettext_lazy("Waiting for its turn"), "blue"),
    "parked": (gettext_lazy("Parked"), "red"),
    "behind": (gettext_lazy("Behind a parked message"), "yellow"),
    "doubtful": (gettext_lazy("In doubt"), "red"),
    "released": (gettext_lazy("Released"), "blue"),
    "delivered": (gettext_lazy("Handed over"), "green"),
    "discarded": (gettext_lazy("Discarded"), "grey"),
    "left out": (gettext_lazy("Left out"), "grey"),
    "delivered or left out": (gettext_lazy("Handed over or left out"), "grey"),
}
# What a state means where its name alone does not tell.
MEANT = {
    "left out": gettext_lazy(
        "The route passed it by: its translation leaves it out, or it came before the route began."
    ),
    "delivered or left out": gettext_lazy(
        "It came with a shipment of which the translation left some messages out."
    ),
    "behind": gettext_lazy("An earlier message of its subject waits. It goes on behind that one."),
    "released": gettext_lazy("It is handed over again next."),
}
FORWARDS = {
    "done": (gettext_lazy("Handed over"), "green"),
    "held": (gettext_lazy("Waits for a decision"), "red"),
    "let go": (gettext_lazy("Released"), "blue"),
    "on its way": (gettext_lazy("On its way"), "blue"),
    "overtaken": (gettext_lazy("A later file took its place"), "grey"),
}
STAGES = {
    "contract": gettext_lazy("Its contract"),
    "translation": gettext_lazy("The translation"),
    "receiver": gettext_lazy("The receiver"),
    "doubt": gettext_lazy("The receiver, in doubt"),
    "retry": gettext_lazy("The receiver, for now"),
    "behind": gettext_lazy("Its turn"),
    "breaker": gettext_lazy("The approver of the route"),
}
FIXES = {
    "contract": gettext_lazy(
        "The sender sends it anew as the contract asks; then discard this one."
    ),
    "translation": gettext_lazy("Mend the translation of the route, then release it."),
    "receiver": gettext_lazy("Mend what the receiver names, there or at the sender; release it."),
    "doubt": gettext_lazy(
        "Ask the receiver whether it has it. If not, release it; if so, discard it."
    ),
    "retry": gettext_lazy("Nothing needs to be done: they are handed over again by themselves."),
}


def connector_title(kind: str) -> str:
    """Return what a way of speaking to a system is called; its code where no connector has it."""
    title = next((one.title for one in kinds() if one.kind == kind), "")
    return _(title) if title else kind


def route_cell(route: RouteView) -> Cell:
    """Return a route's state as a tag, and why it does not move."""
    text, colour = ROUTES[route.state]
    return Cell(text, tag=colour, note=route.paused or route.held or route.blocked)


def leg_cell(leg: Leg) -> Cell:
    """Return the state of a message on a route as a tag, and why it waits or what that means."""
    text, colour = LEGS[leg.state]
    return Cell(text, tag=colour, note=leg.because or MEANT.get(leg.state, ""))


def message_cell(message: MessageView) -> Cell:
    """Return whether a message may go anywhere, as a tag, and why not."""
    if message.refused:
        return Cell(_("Refused"), tag="red", note=message.refused)
    return Cell(_("Accepted"), tag="green")


def cause_words(cause: str) -> str:
    """Return what messages wait for."""
    return cause or _("An earlier message of the same subject waited")


def stage_words(stage: str) -> str:
    """Return what a message failed at."""
    return str(STAGES.get(stage, stage))


def fix_words(stage: str) -> str:
    """Return what to do about messages by what they failed at."""
    return str(FIXES.get(stage, ""))


def behind_words(count: int) -> str:
    """Return how many messages wait for their turn."""
    if count >= COUNTED:
        return _("%(count)s or more") % {"count": f"{COUNTED:,}"}
    return f"{count:,}"


def messages_words(count: int) -> str:
    """Return a number of messages."""
    return ngettext("%(count)s message", "%(count)s messages", count) % {"count": f"{count:,}"}


def at_receiver_words(effect: Mapping[str, int]) -> str:
    """Return what a file would do at a receiver, in records: how many go, join and change."""
    going = ngettext(
        "%(ending)s of %(covered)s record would go",
        "%(ending)s of %(covered)s records would go",
        effect.get("covered", 0),
    )
    joining = ngettext("%(joining)s is new", "%(joining)s are new", effect.get("joining", 0))
    changed = ngettext("%(changed)s changes", "%(changed)s change", effect.get("changed", 0))
    names = ("ending", "covered", "joining", "changed")
    figures = {name: f"{effect.get(name, 0):,}" for name in names}
    return "; ".join((going, joining, changed)) % figures


def age(since: dt.datetime | None, now: dt.datetime) -> str:
    """Return how long ago something began, in its largest unit; nothing for None."""
    if since is None:
        return ""
    seconds = max(int((now - since).total_seconds()), 0)
    if seconds < 60:
        words, count = ngettext("%(count)s second", "%(count)s seconds", seconds), seconds
    elif seconds < 3600:
        count = seconds // 60
        words = ngettext("%(count)s minute", "%(count)s minutes", count)
    elif seconds < 2 * 86400:
        count = seconds // 3600
        words = ngettext("%(count)s hour", "%(count)s hours", count)
    else:
        count = seconds // 86400
        words = ngettext("%(count)s day", "%(count)s days", count)
    return words % {"count": f"{count:,}"}
