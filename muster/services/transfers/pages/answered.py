"""What came back beside a transfer: what a pension administrator asks, what an HR system holds."""

import uuid

from django.urls import reverse
from django.utils.translation import gettext as _

from muster.gates.people import viewer_of
from muster.pagekit.jinja import short_day
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest
from muster.services.transfers.payrolls.answers import HAND_OFF, Answer, answers_of, unsettled
from muster.services.transfers.payrolls.leavers import late_of
from muster.services.transfers.payrolls.queries import hidden
from muster.services.transfers.queries import HandOffView
from muster.services.transfers.reach import Reader
from muster.services.transfers.record.fields import by_name

_RECORD = "record"


def beside(one: HandOffView, reader: Reader) -> tuple[str, bool]:
    """Return what is to be said beside a hand-off, and whether somebody has to see to it.

    Args:
        one: the hand-off.
        reader: who reads it; an administrator’s own words are for those who may see the record.
    """
    if one.kind == HAND_OFF and one.state in ("open", "late"):
        waiting = [each for each in answers_of(reader.one.id) if each.unsettled]
        said = " ".join(in_words(each, with_words=reader.record) for each in waiting)
        return said, bool(said)
    fields = late_of(reader.one.id) if one.kind == _RECORD and reader.record else ()
    if not fields:
        return "", False
    titles = ", ".join(by_name()[name].title for name in fields)
    return _("The HR system listed later, otherwise: %(fields)s") % {"fields": titles}, False


def in_words(one: Answer, *, with_words: bool) -> str:
    """Return what a pension administrator answered that somebody has to see to."""
    said = (
        _("The pension administrator refused it")
        if one.answer == "refused"
        else _("The pension administrator asks about it")
    )
    return f"{said}: {one.words}" if with_words and one.words else said


def to_settle(request: PageRequest, employer: uuid.UUID) -> Table | None:
    """Return what pension administrators asked about or refused, for whoever settles it.

    Nothing where nothing waits; nobody of whom the reader may not know.
    """
    found = unsettled(employer)
    unknown = hidden({one.person for one in found}, viewer_of(request.actor))
    rows = [
        (
            Cell(
                in_words(one.answer, with_words=True),
                reverse("transfers:transfer", args=[one.transfer]),
            ),
            short_day(one.answer.came_at.date()),
        )
        for one in found
        if one.person not in unknown
    ]
    if not rows:
        return None
    columns = (Column(_("What the pension administrator answered")), Column(_("Came on")))
    return table(request, caption=_("Pensions to settle"), columns=columns, rows=rows, empty="")
