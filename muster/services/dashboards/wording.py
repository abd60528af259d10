"""What pages call the forms of tiles, and how a figure stands to its target, in words."""

from decimal import Decimal
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from muster.gates.disclosure import write_number
from muster.kernel.metrics import Metric
from muster.pagekit.jinja import day
from muster.services.dashboards.queries import About
from muster.services.dashboards.rules import SHARED, Direction, Form, Status, Target
from muster.services.dashboards.showing import Question
from muster.services.dashboards.targets import ReadFigure

FORM_WORDS: dict[Form, Promise] = {
    "number": gettext_lazy("One number, with the change since the date before"),
    "line": gettext_lazy("A line over the last 13 dates"),
    "bar": gettext_lazy("Bars"),
    "table": gettext_lazy("A table"),
}
DIRECTION_WORDS: dict[Direction, Promise] = {
    "at least": gettext_lazy("At least this many"),
    "at most": gettext_lazy("At most this many"),
}


class Tagged(NamedTuple):
    """Words in a tag, and its colour."""

    text: str
    colour: str


def state_tag(about: About) -> Tagged:
    """Return whether a dashboard or brief is shared."""
    if about.removed:
        return Tagged(_("Deleted"), "grey")
    if about.held.state == SHARED:
        return Tagged(_("Shared"), "green")
    return Tagged(_("Draft"), "yellow")


def question_words(question: Question, metric: Metric | None) -> str:
    """Return what a question is called: its figure, and by what it is broken down."""
    title = metric.title if metric else question.metric
    dimension = metric.dimension(question.by) if metric and question.by else None
    if dimension is not None:
        return _("%(figure)s by %(by)s") % {"figure": title, "by": dimension.title.lower()}
    return _("%(figure)s over time") % {"figure": title} if question.form == "line" else title


def audience_words(about: About) -> str:
    """Return with whom something is shared; empty for a draft."""
    if about.held.state != SHARED:
        return ""
    roles = ", ".join(about.held.audience.roles)
    if about.held.audience.employer is not None:
        return _("Shared with, at one employer: %(roles)s") % {"roles": roles}
    return _("Shared with: %(roles)s") % {"roles": roles}


def status_tag(status: Status) -> Tagged:
    """Return how a figure stands to its target."""
    by = "" if status.by is None else write_number(status.by)
    match status.standing:
        case "met":
            return Tagged(_("Met"), "green")
        case "on course":
            return Tagged(_("On course"), "blue")
        case "behind":
            return Tagged(_("Behind by %(by)s") % {"by": by} if by else _("Behind"), "orange")
        case "missed":
            return Tagged(_("Missed by %(by)s") % {"by": by} if by else _("Missed"), "red")
        case "under way":
            return Tagged(_("%(by)s to go") % {"by": by} if by else _("Not there yet"), "grey")
        case "cannot be said":
            return Tagged(_("Too few to say"), "grey")
        case _:
            return Tagged(_("Not told"), "grey")


def target_words(target: Target) -> str:
    """Return a target as a sentence says it."""
    value, due = write_number(target.value), day(target.due)
    if target.direction == "at least":
        return _("At least %(value)s by %(due)s") % {"value": value, "due": due}
    return _("At most %(value)s by %(due)s") % {"value": value, "due": due}


def change_words(figure: ReadFigure) -> str:
    """Return how a figure changed since the date before; empty where there is none."""
    if figure.before is None or not figure.before_shown:
        return ""
    return moved_words(figure.changed, figure.before_shown, day(figure.before), alike=figure.alike)


def moved_words(changed: Decimal | None, before: str, when: str, *, alike: bool) -> str:
    """Return a change between two released figures in words.

    Args:
        changed: by how much; None where it cannot be said.
        before: the earlier figure as it was told.
        when: its date.
        alike: whether the same employers returned on both.
    """
    said = {"before": before, "when": when}
    if changed is None:
        words = _("It was %(before)s on %(when)s") % said
    elif changed == 0:
        words = _("No change since %(when)s") % said
    else:
        said["by"] = write_number(abs(changed))
        up = _("Up %(by)s since %(when)s")
        words = (up if changed > 0 else _("Down %(by)s since %(when)s")) % said
    others = _("(other employers returned then)")
    return words if alike else f"{words} {others}"


def completeness(returned: int, known: int, when: str) -> str:
    """Return how many of those who ever returned did so for a date."""
    words = ngettext(
        "%(returned)s of %(known)s employer, %(when)s",
        "%(returned)s of %(known)s employers, %(when)s",
        known,
    )
    return words % {"returned": returned, "known": known, "when": when}
