"""Messages: finding one, its whole way, and what it holds."""

import json

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from muster.gates.looks import note_look
from muster.gates.people import hidden_subjects
from muster.hub.delivering.replaying import failures
from muster.hub.messages import queries
from muster.hub.messages.queries import Leg, MessageView, Shipment
from muster.hub.messages.where_from import Content, FieldView
from muster.hub.messages.where_from import content as content_of
from muster.pagekit.jinja import moment
from muster.pagekit.notices import take_notice
from muster.pagekit.tables import Cell, Column, Paging, Table, pagination, table
from muster.pagekit.views import PageRequest, page, render, within
from muster.services.messages.forms import MessageFilters
from muster.services.messages.pages.lookups import loader_answers
from muster.services.messages.pages.replaying import failures_table
from muster.services.messages.reach import journey_within, may_with, whole_within
from muster.services.messages.wording import (
    fix_words,
    leg_cell,
    message_cell,
    messages_words,
    stage_words,
)


@page("see messages")
@require_safe
def messages(request: PageRequest) -> HttpResponse:
    """List messages, the latest first, without anything they hold."""
    own = within(request, "see messages")
    search = MessageFilters(request.GET, contracts=queries.contracts_seen(employer=own))
    asked = search.cleaned_data if search.is_valid() else {}
    narrowed = {
        "words": asked.get("q", ""),
        "contract": asked.get("contract", ""),
        "refused": asked.get("refused", False),
        "employer": own,
        "without": hidden_subjects(request.actor),
    }
    total = queries.messages(**narrowed, limit=0).total
    paging = Paging.asked(request, total=total)
    found = queries.messages(**narrowed, start=paging.offset, limit=paging.size).found
    context = {
        "search": search,
        "messages": _listed(request, _("Messages"), found, _("No message fits.")),
        "paging_now": paging,
        "page_links": pagination(request, paging),
        "many": total >= queries.COUNTED,
    }
    return render(request, "messages/messages.html", context)


@page("see messages")
@require_safe
def message(request: PageRequest, position: int) -> HttpResponse:
    """Show one message's whole way: how it came, and what became of it on every route."""
    found = journey_within(request, "see messages", position)
    one, alone = found.message, _("No other message.")
    context = {
        "said": take_notice(request),
        "message": one,
        "state": message_cell(one),
        "facts": _facts(one),
        "legs": [_leg(request, leg, position) for leg in found.legs],
        "same_case": _listed(request, _("The same case"), found.same_case, alone)
        if one.correlation
        else None,
        "answers": loader_answers(request, position, {leg.route for leg in found.legs}),
        "same_subject": _listed(request, _("The same subject"), found.same_subject, alone),
        "may_prove": whole_within(request, position),
        "may_read": may_with(request.actor, "read message content", request.actor.employer),
    }
    return render(request, "messages/message.html", context)


@page("read message content")
@require_safe
def content(request: PageRequest, position: int) -> HttpResponse:
    """Show what a message holds; that it was read is an entry of the access log."""
    found = journey_within(request, "read message content", position)
    note_look(
        request.actor, what="message", purpose=request.purpose,
        detail={"position": position, "contract": found.message.contract},
    )  # fmt: skip
    held = content_of(position, employer=within(request, "read message content"))
    context = {
        "message": found.message,
        "held": held,
        "fields": _fields(request, held),
        "raw": held.raw,
    }
    return render(request, "messages/content.html", context)


def _listed(
    request: PageRequest, caption: str, found: tuple[MessageView, ...], empty: str
) -> Table:
    return table(
        request,
        caption=caption,
        columns=[
            Column(_("Position")),
            Column(_("Subject")),
            Column(_("From")),
            Column(_("Received")),
            Column(_("State")),
        ],
        rows=[
            (
                Cell(f"{one.position:,}", reverse("messages:message", args=[one.position])),
                Cell(one.subject, note=one.contract),
                Cell(one.system_title, note=one.id),
                moment(one.received_at),
                message_cell(one),
            )
            for one in found
        ],
        empty=empty,
    )


def _facts(one: MessageView) -> list[tuple[str, object]]:
    return [
        (_("Contract"), one.contract),
        (_("Subject, the key of order"), one.subject),
        (_("Id"), Cell(one.id, note=one.source)),
        (_("Sent by"), Cell(one.system_title, note=one.system)),
        (_("Signed by"), one.key or _("Not signed")),
        (_("Received"), moment(one.received_at)),
        (_("Time it states"), one.time or _("None")),
        (_("Case (correlationid)"), one.correlation or _("None")),
        (_("Trace (traceparent)"), one.traceparent or _("None")),
        (_("SHA-256 of its exact bytes"), one.digest),
    ]


def _leg(request: PageRequest, leg: Leg, position: int) -> dict[str, object]:
    """Return one route of a message as the page draws it."""
    facts: list[tuple[str, object]] = [(_("State"), leg_cell(leg))]
    if leg.parked is not None:
        facts.append((_("Failed at"), stage_words(leg.parked.stage)))
        facts.append((_("Parked"), moment(leg.parked.parked_at)))
        if leg.state in ("parked", "doubtful"):
            facts.append((_("What to do"), fix_words(leg.parked.stage)))
        if leg.parked.settled_by:
            decided = Cell(leg.parked.reason, note=leg.parked.settled_by)
            facts.append((_("Decided"), decided))
    if leg.shipment is not None:
        facts += _shipped(leg.shipment)
    waits = leg.parked if leg.state in ("parked", "doubtful", "behind") else None
    failed = failures(route=leg.route, position=position)
    # Whoever sees a leg reaches one of its ends.
    may = may_with(request.actor, "release messages", request.actor.employer)
    return {
        "title": leg.receiver_title,
        "route": leg.route,
        "facts": facts,
        "again": _again(request, leg),
        "failed_again": failures_table(request, failed) if failed else None,
        "parked": waits.id if waits is not None and may else None,
    }


def _shipped(one: Shipment) -> list[tuple[str, object]]:
    return [
        (_("Handed over"), Cell(moment(one.handed_at), note=messages_words(one.messages))),
        (
            _("Under"),
            _("%(agreement)s, version %(number)s")
            % {"agreement": one.agreement, "number": one.agreement_version},
        ),
        (
            _("Translation"),
            _("Version %(number)s") % {"number": one.translation_version}
            if one.translation_version
            else _("None: messages go as they are"),
        ),
        *([(_("Lookup tables"), one.lookups)] if one.lookups else []),
        (_("The receiver said"), one.acknowledged or _("Nothing")),
        (_("Entry in the exchange log"), one.entry),
    ]


def _again(request: PageRequest, leg: Leg) -> Table | None:
    if not leg.again:
        return None
    return table(
        request,
        caption=_("Handed over once more"),
        columns=[
            Column(_("When")),
            Column(_("Reason")),
            Column(_("Under")),
            Column(_("The receiver said")),
        ],
        rows=[
            (
                moment(one.handed_at),
                Cell(one.why, note=one.by),
                f"{one.agreement} {one.agreement_version}",
                one.acknowledged,
            )
            for one in leg.again
        ],
        empty="",
    )


def _fields(request: PageRequest, held: Content) -> Table:
    return table(
        request,
        caption=_("What it holds"),
        columns=[
            Column(_("Field")),
            Column(_("Value")),
            Column(_("Personal")),
            Column(_("Bytes of the message")),
        ],
        rows=[
            (
                Cell(one.title, note=one.name),
                _value(one),
                _("Yes") if one.personal else _("No"),
                f"{one.span.start:,}–{one.span.end:,}" if one.span else "",
            )
            for one in held.fields
        ],
        empty=_("Nothing that you may read."),
    )


def _value(one: FieldView) -> str:
    """Return a value as people read it; text without its quotation marks."""
    if not one.shown:
        return _("Not stated")
    value = json.loads(one.shown)
    return value if isinstance(value, str) else one.shown
