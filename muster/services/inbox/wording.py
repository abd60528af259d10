"""What the inbox calls shelves, deadlines, kinds of notices and what became of them."""

import datetime as dt

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from muster.casework.notifying.rules import Kind, Rhythm
from muster.casework.queries import Shelf
from muster.kernel.days import ONE_DAY, legal_day
from muster.kernel.working_days import working_days_between
from muster.pagekit.jinja import short_day
from muster.pagekit.tables import Cell

SHELVES: dict[Shelf, Promise] = {
    "mine": gettext_lazy("My tasks"),
    "team": gettext_lazy("My team’s"),
    "covered": gettext_lazy("Those I cover"),
    "done": gettext_lazy("Done by me"),
}
EMPTY: dict[Shelf, Promise] = {
    "mine": gettext_lazy("You have no tasks. See whether your team’s wait for somebody."),
    "team": gettext_lazy("No task of your team waits for somebody to take it."),
    "covered": gettext_lazy("Nobody you cover for has tasks, or you cover for nobody now."),
    "done": gettext_lazy("You have not done a task yet."),
}
DUE_IN: dict[str, Promise] = {
    "late": gettext_lazy("Late"),
    "today": gettext_lazy("Today or late"),
    "week": gettext_lazy("Within seven days"),
}
KINDS: dict[Kind, Promise] = {
    "task given": gettext_lazy("A task that you are given"),
    "team task": gettext_lazy("A task that waits for your team"),
    "reminder": gettext_lazy("A deadline that is near"),
    "escalation": gettext_lazy("A deadline that was missed"),
    "deadline moved": gettext_lazy("A deadline that was moved"),
    "case finished": gettext_lazy("A case of yours that is finished"),
    "cover": gettext_lazy("That you cover for a colleague"),
}
RHYTHMS: dict[Rhythm, Promise] = {
    "at once": gettext_lazy("At once"),
    "daily": gettext_lazy("Gathered, each working morning"),
    "weekly": gettext_lazy("Gathered, once a week"),
    "never": gettext_lazy("Never"),
}
STATES: dict[str, tuple[Promise, str]] = {
    "waiting": (gettext_lazy("Waits to be sent"), "yellow"),
    "gathering": (gettext_lazy("Waits for the next digest"), "yellow"),
    "gathered": (gettext_lazy("In a digest"), "grey"),
    "sent": (gettext_lazy("Sent"), "blue"),
    "delivered": (gettext_lazy("Delivered"), "green"),
    "failed": (gettext_lazy("Could not be sent"), "red"),
    "dropped": (gettext_lazy("Not needed any more"), "grey"),
}
COVERS: dict[str, tuple[Promise, str]] = {
    "to come": (gettext_lazy("To come"), "grey"),
    "now": (gettext_lazy("Now"), "green"),
}


def due_words(due: dt.datetime | None, now: dt.datetime) -> tuple[str, str]:
    """Return a deadline in words and the colour of its tag: red when it has passed."""
    if due is None:
        return _("No deadline"), "grey"
    today, day = legal_day(now), legal_day(due)
    if due <= now:
        late = working_days_between(day, today)
        if day == today:
            return _("Late, since today"), "red"
        if late < 1:
            return _("Late"), "red"  # since before a weekend or a holiday: no working day is over
        words = ngettext("Late by %(days)s working day", "Late by %(days)s working days", late)
        return words % {"days": late}, "red"
    if day == today:
        return _("Due today"), "orange"
    if day == today + ONE_DAY:
        return _("Due tomorrow"), "orange"
    left = working_days_between(today, day)
    words = ngettext("Due in %(days)s working day", "Due in %(days)s working days", left)
    return words % {"days": left}, "orange" if left <= 2 else "yellow"


def due_cell(due: dt.datetime | None, now: dt.datetime) -> Cell:
    """Return a deadline as lists show it: a short tag, and below it how many days that is."""
    tag, colour = due_tag(due, now)
    words, _colour = due_words(due, now)
    if due is None or tag == words:
        return Cell(tag, tag=colour, note="" if due is None else short_day(legal_day(due)))
    return Cell(tag, tag=colour, note=f"{words}, {short_day(legal_day(due))}")


def due_tag(due: dt.datetime | None, now: dt.datetime) -> tuple[str, str]:
    """Return a deadline as few words as a tag has room for, and its colour."""
    words, colour = due_words(due, now)
    if due is None:
        return words, colour
    if due <= now:
        return _("Late"), colour
    if legal_day(due) <= legal_day(now) + ONE_DAY:
        return words, colour
    return _("Due %(day)s") % {"day": short_day(legal_day(due))}, colour
