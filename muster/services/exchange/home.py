"""What the exchange puts on the home page: what needs the reader, and what changed."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from muster.gates.access import Actor, Verb, purpose_of, reach_of
from muster.gates.people import hidden_rows
from muster.hub.alarms import late_feeds, plan_of
from muster.hub.approval import bar_to, feeds_to_decide
from muster.hub.queries import causes, landings, states
from muster.kernel.clock import SYSTEM_CLOCK
from muster.pagekit.jinja import short_day
from muster.pagekit.navigation import CardLine
from muster.register.names import count_waiting_names
from muster.services.exchange.wording import STATES, effect_words, short_name

_SHOWN, _MOST = 3, 5


def stopped_lines(actor: Actor) -> list[CardLine]:
    """Return how many feeds are held or refused."""
    counts = states(employer=_employer(actor, "see feeds"), by=actor.id)
    return [
        CardLine(
            STATES[state][0],
            f"{reverse('exchange:feeds')}?state={state}",
            f"{counts[state]:,}",
            STATES[state][1],
        )
        for state in ("held", "refused")
        if counts.get(state)
    ]


def undecided_lines(actor: Actor) -> list[CardLine]:
    """Return the held feeds that the reader may decide on, and what each would do."""
    lines = []
    for feed in feeds_to_decide(employer=_employer(actor, "approve feeds")):
        named = plan_of(feed.route, clock=SYSTEM_CLOCK).approver
        if bar_to(senders=feed.senders, approver=named, by=actor.id):
            continue
        words = {
            "file": short_name(feed.name),
            "source": feed.source,
            "effect": effect_words(feed),
        }
        lines.append(
            CardLine(
                _("%(file)s from %(source)s. %(effect)s.") % words,
                reverse("exchange:decide", args=[feed.id]),
                _("Decide"),
                "yellow",
            )
        )
    return _most(lines, "exchange:undecided")


def late_lines(actor: Actor) -> list[CardLine]:
    """Return the feeds that are late, those that the reader owns first."""
    late = late_feeds(employer=_employer(actor, "see feeds"))
    lines = [
        CardLine(
            _("%(source)s, as at %(day)s") % {"source": one.system, "day": short_day(one.as_at)},
            reverse("exchange:plan", args=[one.route]),
            _("Due %(day)s") % {"day": short_day(one.due)},
            "red",
        )
        for one in sorted(late, key=lambda one: one.raised_to != actor.id)
    ]
    return _most(lines, "exchange:plans")


def _most(lines: list[CardLine], address: str) -> list[CardLine]:
    """Return the first lines, and one that says how many more there are."""
    if len(lines) <= _MOST:
        return lines
    more = _("%(count)s more") % {"count": f"{len(lines) - _MOST:,}"}
    return [*lines[:_MOST], CardLine(more, reverse(address))]


def quarantine_lines(actor: Actor) -> list[CardLine]:
    """Return how many rows wait, and in how many files."""
    own = _employer(actor, "see quarantined rows")
    waiting = causes(employer=own, without=hidden_rows(actor))
    if not waiting:
        return []
    rows = sum(cause.rows for cause in waiting)
    words = ngettext("%(count)s cause", "%(count)s causes", len(waiting))
    return [
        CardLine(
            words % {"count": f"{len(waiting):,}"},
            reverse("exchange:quarantine"),
            ngettext("%(count)s row", "%(count)s rows", rows) % {"count": f"{rows:,}"},
            "orange",
        )
    ]


def name_lines(actor: Actor) -> list[CardLine]:
    """Return how many names wait for somebody to say which employer they mean."""
    names, rows = count_waiting_names()
    if not names:
        return []
    words = ngettext("%(count)s name", "%(count)s names", names)
    return [
        CardLine(
            words % {"count": f"{names:,}"},
            reverse("exchange:names"),
            ngettext("%(count)s row", "%(count)s rows", rows) % {"count": f"{rows:,}"},
            "orange",
        )
    ]


def latest_lines(actor: Actor) -> list[CardLine]:
    """Return the feeds that came in last."""
    page = landings(employer=_employer(actor, "see feeds"), by=actor.id, limit=_SHOWN)
    return [
        CardLine(
            _("%(file)s from %(source)s")
            % {"file": short_name(feed.name), "source": feed.source or _("no known system")},
            reverse("exchange:feed", args=[feed.id]),
            *STATES[feed.state],
        )
        for feed in page.found
    ]


def _employer(actor: Actor, verb: Verb) -> UUID | None:
    """Return the employer to keep to; None for who reaches every employer's."""
    purpose = purpose_of(actor, verb)
    far = purpose is not None and reach_of(actor, verb, purpose) == "all"
    return None if far else actor.employer
