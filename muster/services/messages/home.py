"""What messages put on the home page: one line for each cause, never one for each message."""

from uuid import UUID

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from muster.gates.access import Actor, Verb, purpose_of, reach_of
from muster.hub.approval import bar_to
from muster.hub.delivering.queries import ParkedCause, causes, routes
from muster.hub.pulling.queries import alarms
from muster.kernel.clock import SYSTEM_CLOCK
from muster.pagekit.navigation import CardLine
from muster.services.messages.reach import held_forwards_of
from muster.services.messages.wording import (
    ROUTES,
    at_receiver_words,
    cause_words,
    messages_words,
)

_MOST, _LONG = 5, 80


def parked_lines(actor: Actor) -> list[CardLine]:
    """Return why messages wait for a person: the causes on the reader's own routes first."""
    found = [one for one in causes(employer=_employer(actor, "release messages"))
             if not one.retrying]  # fmt: skip
    found.sort(key=lambda one: one.owner != actor.id)
    lines = [
        CardLine(
            _("%(receiver)s: %(cause)s")
            % {"receiver": one.receiver, "cause": _short(cause_words(one.cause))},
            cause_address(one),
            messages_words(one.messages + one.behind),
            "red",
        )
        for one in found
    ]
    return _most(lines, "messages:parked")


def stopped_lines(actor: Actor) -> list[CardLine]:
    """Return the routes that do not move, those that wait for the reader, or are theirs, first."""
    own = _employer(actor, "see messages")
    found = [
        one for one in routes(clock=SYSTEM_CLOCK, employer=own)
        if one.state in ("paused", "held") or (one.state == "blocked" and one.behind)
    ]  # fmt: skip
    found.sort(key=lambda one: (one.state != "held" or one.approver != actor.id,
                               one.owner != actor.id))  # fmt: skip
    lines = [
        CardLine(
            _("%(sender)s to %(receiver)s")
            % {"sender": one.sender_title, "receiver": one.receiver_title},
            reverse("messages:route", args=[one.code]),
            *ROUTES[one.state],
        )
        for one in found
    ]
    return _most(lines, "messages:routes")


def waiting_lines(actor: Actor) -> list[CardLine]:
    """Return the files that wait at receivers for the reader to decide on."""
    lines = [
        CardLine(
            _("%(file)s at %(receiver)s: %(effect)s")
            % {"file": one.name, "receiver": one.receiver,
               "effect": at_receiver_words(one.effect)},
            reverse("messages:let-forward-go", args=[one.id]),
            _("Decide"),
            "yellow",
        )
        for one in held_forwards_of(_employer(actor, "approve feeds"))
        if not bar_to(senders=one.senders, approver=one.approver, by=actor.id)
    ]  # fmt: skip
    return _most(lines, "messages:forwards")


def failing_lines(actor: Actor) -> list[CardLine]:
    """Return the systems that cannot be asked for what is new, and why."""
    lines = [
        CardLine(
            f"{one.system_title}: {_short(one.said)}",
            reverse("messages:inlet", args=[one.inlet]),
            _("Fails"),
            "red",
        )
        for one in alarms(employer=_employer(actor, "see messages"))
    ]
    return _most(lines, "messages:inlets")


def cause_address(one: ParkedCause) -> str:
    """Return where the messages of a cause are shown and released."""
    asked = {"route": one.route, "stage": one.stage, "cause": one.cause}
    return f"{reverse('messages:cause')}?{urlencode(asked)}"


def _short(cause: str) -> str:
    return cause if len(cause) <= _LONG else f"{cause[: _LONG - 1]}…"


def _most(lines: list[CardLine], address: str) -> list[CardLine]:
    if len(lines) <= _MOST:
        return lines
    more = _("%(count)s more") % {"count": f"{len(lines) - _MOST:,}"}
    return [*lines[:_MOST], CardLine(more, reverse(address))]


def _employer(actor: Actor, verb: Verb) -> UUID | None:
    """Return the employer to keep to; None for who reaches every employer's."""
    purpose = purpose_of(actor, verb)
    far = purpose is not None and reach_of(actor, verb, purpose) == "all"
    return None if far else actor.employer
