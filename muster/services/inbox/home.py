"""What the inbox puts on the home page: the reader's own tasks, the late ones first."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from muster.casework.notifying.naming import title_of
from muster.gates.access import Actor
from muster.kernel.clock import SYSTEM_CLOCK
from muster.pagekit.navigation import CardLine
from muster.services.inbox import queries
from muster.services.inbox.reach import worker
from muster.services.inbox.wording import due_tag

_MOST = 5


def task_lines(actor: Actor) -> list[CardLine]:
    """Return the reader's tasks with their deadlines, and how many wait for their team."""
    who, now = worker(actor, SYSTEM_CLOCK), SYSTEM_CLOCK.now()
    lines = [
        CardLine(
            f"{one.title} ({title_of(one.case_process)})", reverse("inbox:task", args=[one.id]),
            *due_tag(one.due, now),
        )
        for one in queries.soonest(who, _MOST)
    ]  # fmt: skip
    held = queries.counts(who)
    inbox = reverse("inbox:tasks")
    if held["mine"] > _MOST:
        more = _("%(count)s more") % {"count": f"{held['mine'] - _MOST:,}"}
        lines.append(CardLine(more, inbox))
    if held["team"]:
        words = ngettext(
            "%(count)s task waits for your team", "%(count)s tasks wait for your team", held["team"]
        )
        lines.append(CardLine(words % {"count": f"{held['team']:,}"}, f"{inbox}?shelf=team"))
    if held["covered"]:
        words = ngettext(
            "%(count)s task of those you cover", "%(count)s tasks of those you cover",
            held["covered"],
        )  # fmt: skip
        lines.append(CardLine(words % {"count": f"{held['covered']:,}"}, f"{inbox}?shelf=covered"))
    return lines
