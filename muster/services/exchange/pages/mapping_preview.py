"""What the preview of a mapping shows: why rows would wait, what mends it, and the first rows."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from muster.hub.suggesting.previewing import AcceptedRow, Cause, Preview, WaitingRow
from muster.hub.suggesting.suggestion import Suggestion
from muster.pagekit.tables import Cell, Column, Table, query_with, table
from muster.pagekit.views import PageRequest
from muster.services.exchange.wording import ASIDE

_AT_FIRST = 20  # rows of each kind; the others are a link away


def shown_in(
    request: PageRequest, draft: uuid.UUID, suggestion: Suggestion, shown: Preview
) -> dict[str, Any]:
    """Return what the page shows of a preview, in the words of its template."""
    all_of_them = request.GET.get("rows") == "all"
    rows = max(len(shown.accepted), len(shown.waiting)) if all_of_them else _AT_FIRST
    more = max(len(shown.accepted), len(shown.waiting)) > rows
    return {
        "shown": shown,
        "causes": _causes(request, draft, suggestion, shown.causes),
        "accepted": _accepted(request, shown.fields, shown.accepted[:rows]),
        "waiting": _waiting(request, shown.waiting[:rows]),
        "aside": [(ASIDE.get(kind, kind), count) for kind, count in shown.aside.items()],
        "more": query_with(request, rows="all") + "#rows" if more else "",
        "fewer": query_with(request, rows=None) + "#rows" if all_of_them else "",
    }


def _causes(
    request: PageRequest, draft: uuid.UUID, suggestion: Suggestion, causes: Sequence[Cause]
) -> Table:
    return table(
        request,
        caption=_("Why rows would wait"),
        columns=[Column(_("Cause")), Column(_("Rows"), numeric=True), Column(_("What mends it"))],
        rows=[(cause.text, cause.rows, _mended(draft, suggestion, cause)) for cause in causes],
        empty=_("Every row that was read would go on."),
    )


def _mended(draft: uuid.UUID, suggestion: Suggestion, cause: Cause) -> Cell:
    """Return a link to the question that mends a cause: about its code, its field or its column."""
    one = next((each for each in suggestion.fields if each.field.name == cause.field), None)
    if one is None:
        return Cell(_("The file, or what sends it"))
    anchor = "" if cause.of_register else _question(suggestion, cause)
    title = {"field": one.field.title}
    if anchor:
        words = _("Answer the question about %(field)s")
        return Cell(words % title, reverse("exchange:map-questions", args=[draft]) + anchor)
    href = f"{reverse('exchange:map-columns', args=[draft])}#field-{one.field.name}"
    if not one.columns:
        return Cell(_("Choose a column for %(field)s") % title, href)
    words = _("Check the column of %(field)s")
    note = _("Otherwise these rows wait to be corrected after the file is taken in.")
    return Cell(words % title, href, note=note if cause.of_register else "")


def _question(suggestion: Suggestion, cause: Cause) -> str:
    """Return the anchor of the box that asks about a cause; empty if nothing is asked."""
    for number, question in enumerate(suggestion.questions):
        if question.field != cause.field:
            continue
        if not question.codes:
            return f"#id_q{number}"
        for place, code in enumerate(question.codes):
            if code.text.casefold() == cause.value.strip().casefold():
                return f"#id_q{number}_{place}"
    return ""


def _accepted(request: PageRequest, fields: Sequence[str], rows: Sequence[AcceptedRow]) -> Table:
    return table(
        request,
        caption=_("Would go on"),
        columns=[Column(_("Row")), *(Column(title) for title in fields)],
        rows=[(row.row, *row.values) for row in rows],
        empty=_("No row would go on. See why they would wait."),
    )


def _waiting(request: PageRequest, rows: Sequence[WaitingRow]) -> Table:
    said = _("%(field)s “%(value)s”: %(reason)s")
    return table(
        request,
        caption=_("Would wait in quarantine"),
        columns=[Column(_("Row")), Column(_("What is wrong"))],
        rows=[
            (
                row.row,
                "; ".join(
                    said % {"field": field, "value": value, "reason": reason}
                    if value
                    else f"{field}: {reason}"
                    for field, value, reason in row.faults
                ),
            )
            for row in rows
        ],
        empty=_("Every row that was read would go on."),
    )
