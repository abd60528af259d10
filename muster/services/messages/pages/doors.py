"""Doors: routes without a receiver, by which files come in."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from muster.hub.forwarding.queries import DoorView
from muster.pagekit.jinja import moment
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest, render
from muster.services.messages.reach import may_with


def door_page(request: PageRequest, found: DoorView) -> HttpResponse:
    """Show what a door is, how many files came by it, and to whom they go on."""
    context = {
        "door": found,
        "facts": _facts(request, found),
        "on": _on(request, found),
        "may_see_feeds": may_with(request.actor, "see feeds", found.sender_employer),
    }
    return render(request, "messages/door.html", context)


def doors_table(request: PageRequest, found: tuple[DoorView, ...]) -> Table:
    """Return the doors of files that only go on to other systems."""
    return table(
        request,
        caption=_("Doors: where files come in that only go on"),
        columns=[
            Column(_("Door")), Column(_("Files"), numeric=True), Column(_("Last file")),
            Column(_("Goes on to")),
        ],
        rows=[
            (
                Cell(one.sender_title, reverse("messages:route", args=[one.code]),
                     note=one.contract),
                one.files,
                moment(one.last_at) or _("None yet"),
                ", ".join(sorted({to.receiver for to in one.on})) or _("Nobody yet"),
            )
            for one in found
        ],
        empty="",
    )  # fmt: skip


def _facts(request: PageRequest, found: DoorView) -> list[tuple[str, object]]:
    may_look = may_with(request.actor, "see messages", found.sender_employer)
    system = reverse("messages:system", args=[found.sender]) if may_look else ""
    return [
        (_("Contract"), found.contract),
        (_("From"), Cell(found.sender_title, system, note=found.sender)),
        (_("Kept by the register"), _("No") if found.carried else _("Yes")),
        (_("Agreement"), found.agreement or _("None of its own: each route onward has one")),
        (_("Owner"), found.owner or _("Nobody named")),
        (_("Approver"), found.approver or _("Nobody named: whoever may approve feeds here")),
        (_("Files that came"), found.files),
        (_("Last file"), moment(found.last_at) or _("None yet")),
    ]


def _on(request: PageRequest, found: DoorView) -> Table:
    def receiver(code: str, title: str, *, within: bool) -> Cell:
        return Cell(title, reverse("messages:route", args=[code]) if within else "", note=code)

    empty = _("Nobody yet. Sign an agreement with a receiver, then draft a route under it.")
    return table(
        request,
        caption=_("Where these files go on to"),
        columns=[Column(_("Receiver")), Column(_("State"))],
        rows=[
            (
                receiver(
                    one.code, one.receiver,
                    within=may_with(
                        request.actor, "see messages", found.sender_employer, one.employer
                    ),
                ),
                Cell(_("Live"), tag="green") if one.enabled
                else Cell(_("Switched off"), tag="grey"),
            )
            for one in found.on
        ],
        empty=empty if found.carried else _("No other system: the register alone."),
    )  # fmt: skip
