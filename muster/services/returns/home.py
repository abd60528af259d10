"""What returns put on the home page: what an employer owes, and what waits for analysts."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from muster.gates.access import Actor
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day
from muster.pagekit.jinja import short_day
from muster.pagekit.navigation import CardLine
from muster.services.returns import queries
from muster.services.returns.wording import REQUESTS

_MOST = 5


def owed_lines(actor: Actor) -> list[CardLine]:
    """Return what the reader's employer is asked and has not signed off, the soonest due first."""
    if actor.employer is None:
        return []
    today = legal_day(SYSTEM_CLOCK.now())
    lines = []
    for one in queries.asks_of(actor.employer, owed=True)[:_MOST]:
        words = _("%(figures)s, as at %(day)s")
        if one.reminders:
            words = _("Reminder: %(figures)s, as at %(day)s")
        words %= {
            "figures": ", ".join(dict.fromkeys(one.metrics)), "day": short_day(one.as_at),
        }  # fmt: skip
        if one.state == "stated" and one.stated_by != actor.id:
            tag = _("Sign off"), "blue"
        else:
            tag = _due(one.deadline, today)
        lines.append(CardLine(words, reverse("returns:asked", args=[one.id]), *tag))
    return lines


def _due(deadline: dt.date, today: dt.date) -> tuple[str, str]:
    words = {"day": short_day(deadline)}
    if deadline < today:
        return _("Was due %(day)s") % words, "red"
    near = (deadline - today).days <= 7
    return _("Due %(day)s") % words, "orange" if near else "yellow"


def waiting_lines(actor: Actor) -> list[CardLine]:
    """Return what analysts have to choose: questions that were handed on, returns to release."""
    today = legal_day(SYSTEM_CLOCK.now())
    total, found = queries.questions(state="waits", limit=_MOST)
    lines = [
        CardLine(one.words, reverse("returns:question", args=[one.number]), _("Choose"), "yellow")
        for one in found
    ]
    if total > _MOST:
        more = _("%(count)s more") % {"count": f"{total - _MOST:,}"}
        lines.append(CardLine(more, f"{reverse('returns:questions')}?state=waits"))
    for one in queries.open_returns()[:_MOST]:
        left = one.count("asked", "stated")
        words = ngettext("%(count)s employer owes", "%(count)s employers owe", left)
        tag, colour = (words % {"count": left}, "blue") if left else (_("Release"), "green")
        if left and one.deadline < today:
            tag, colour = _("Was due %(day)s") % {"day": short_day(one.deadline)}, "red"
        link = reverse("returns:return", args=[one.number])
        lines.append(CardLine(one.question.words, link, tag, colour))
    return lines


def metric_lines(actor: Actor) -> list[CardLine]:
    """Return the metrics that wait for an owner; not those the reader asked for."""
    return [
        CardLine(
            one.wanted.title,
            reverse("returns:request", args=[one.number]),
            REQUESTS[one.state][0],
            REQUESTS[one.state][1],
        )
        for one in queries.requests()
        if one.state == "waits" and one.asked_by != actor.id
    ][:_MOST]
