"""The one live transfer that both employers and the person see."""

import uuid

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from muster.casework import queries as casework
from muster.casework.notifying.colleagues import names
from muster.casework.queries_of_cases import course
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day
from muster.kernel.errors import EvidenceBroken
from muster.pagekit.cases import diagram_shown, phases_shown
from muster.pagekit.downloads import as_file
from muster.pagekit.jinja import day, moment, short_day
from muster.pagekit.notices import take_notice
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest, no_such, page, render
from muster.services.transfers import queries
from muster.services.transfers.pages import pay_told, planned
from muster.services.transfers.pages.answered import beside
from muster.services.transfers.pages.differing import differing
from muster.services.transfers.pages.kinds import offer_facts_of
from muster.services.transfers.pages.pay_words import lane_words
from muster.services.transfers.pages.record_form import shown_value
from muster.services.transfers.queries import TransferView
from muster.services.transfers.reach import Reader, note_transfer, reader_of, worker
from muster.services.transfers.record.fields import all_fields, sections
from muster.services.transfers.rules import Verb
from muster.services.transfers.showing import name_of
from muster.services.transfers.wording import (
    CHOSEN,
    HAND_OFFS,
    VERBS,
    due_cell,
    side_words,
    state_cell,
)

_OFFERED: tuple[Verb, ...] = (
    "hold", "resume", "rescind", "withdraw", "change_after_effect", "reverse",
)  # fmt: skip
_PRIVATE = ("adjustments", "adjustments_shared")


@page("see tasks")
@require_safe
def transfer(request: PageRequest, transfer: uuid.UUID) -> HttpResponse:
    """Show where a transfer stands, what is waited for, and what this reader may see and do."""
    reader = reader_of(request.actor, transfer)
    one, today = reader.one, legal_day(SYSTEM_CLOCK.now())
    note_transfer(reader)
    context = {
        "transfer": one,
        "state": state_cell(one.state),
        "name": _("Your move") if reader.is_person else name_of(request.actor, one.person, today)
        or _("A person who moves"),
        "facts": _facts(one),
        "waits": waits(request, reader),
        "hand_offs": hand_offs(request, reader),
        "differences": _differences(request, reader),
        "plan": planned.facts(one, today) if one.state in _PLANNED else [],
        "pay": pay_told.told(request, reader),
        "record": record_shown(reader),
        "happened": happened(reader),
        "actions": actions(reader),
        "said": take_notice(request),
        "is_person": reader.is_person,
        **_process(request, one),
    }  # fmt: skip
    return render(request, "transfers/transfer.html", context)


_PLANNED = ("checks", "released", "agreed", "scheduled")


@page("see tasks")
@require_safe
def process_file(request: PageRequest, transfer: uuid.UUID, part: str) -> HttpResponse:
    """Send the file of one diagram of the transfer's process."""
    one = reader_of(request.actor, transfer).one
    found = casework.case(one.case) if one.case else None
    text = casework.diagram_files(found.diagram).get(part) if found else None
    if text is None:
        raise no_such("diagram")
    response = HttpResponse(text, content_type="application/xml; charset=utf-8")
    return as_file(response, f"{part}.bpmn")


def _facts(one: TransferView) -> list[tuple[str, str]]:
    rows = offer_facts_of(one)
    if one.continuous_from:
        rows.append((_("Continuous service counts from"), day(one.continuous_from)))
    if one.gap:
        rows.append((_("Days between the two employments"), str(one.gap)))
    if one.backdated_because:
        rows.append((_("Why the first day had passed"), one.backdated_because))
    if one.effected_at:
        rows.append((_("Moved"), moment(localtime(one.effected_at))))
    return rows


def _process(request: PageRequest, one: TransferView) -> dict[str, object]:
    """Return where the case stands as a list and as a diagram; nothing where there is no case."""
    if one.case is None:
        return {"phases": (), "diagram": None}
    whole = course(one.case)
    drawn = diagram_shown(
        whole.drawings, asked=request.GET.get("diagram", ""),
        file=lambda part: reverse("transfers:process-file", args=[one.id, part]),
    )  # fmt: skip
    return {"phases": phases_shown(whole), "diagram": drawn}


def waits(request: PageRequest, reader: Reader) -> Table:
    """Return what is waited for: of whom, until when, and the way to what is the reader's own."""
    one, today = reader.one, legal_day(SYSTEM_CLOCK.now())
    who = worker(request.actor)
    own = {found.id for found in casework.tasks(
        who, casework.Wanted(subject=f"transfer:{one.id}"), limit=100).tasks}  # fmt: skip
    rows = []
    for found in casework.open_tasks(one.case) if one.case else ():
        late, colour = due_cell(legal_day(found.due) if found.due else None, today)
        href = reverse("transfers:task", args=[found.id]) if found.id in own else ""
        due = moment(localtime(found.due)) if found.due else _("No deadline")
        rows.append((
            Cell(found.title, href=href), _lane(found.lane, reader),
            due, Cell(late, tag=colour) if late else "",
        ))  # fmt: skip
    rows += [
        # What should have happened by itself and could not: it is tried again, and says why.
        (Cell(wait.title, note=wait.said), "Muster",
         moment(localtime(wait.due)) if wait.due else "", Cell(_("Open"), tag="red"))
        for wait in (casework.waits(one.case) if one.case else ()) if wait.said
    ]  # fmt: skip
    return table(
        request, caption=_("What is waited for"),
        columns=(Column(_("What")), Column(_("Of whom")), Column(_("Until")), Column(_("State"))),
        rows=rows, empty=_idle(one),
    )  # fmt: skip


def _idle(one: TransferView) -> str:
    if one.state == "scheduled":
        return _("Nothing is waited for but the first day, %(day)s.") % {"day": day(one.first_day)}
    if one.state == "effected":
        return _("Nobody has anything to do: the payrolls have not all reported yet.")
    return _("Nothing is waited for.")


def _lane(lane: str, reader: Reader) -> str:
    one = reader.one
    if lane == "Person":
        return _("You") if reader.is_person else _("The person")
    leaving = lane.startswith("Leaving")
    words = {
        "Joining manager": _("Manager"), "Leaving HR": _("HR"), "Joining HR": _("HR"),
        "Leaving payroll": _("Payroll"), "Joining payroll": _("Payroll"),
    }.get(lane, lane)  # fmt: skip
    return f"{words}, {one.exporter_title if leaving else one.importer_title}"


def hand_offs(request: PageRequest, reader: Reader) -> Table:
    """Return what is handed over, by whom, by when, and with what evidence."""
    found = queries.hand_offs(reader.one.id, legal_day(SYSTEM_CLOCK.now()))
    called = names({one.by for one in found if one.by})
    rows = []
    for one in found:
        state, colour = HAND_OFFS[one.state]
        words = str(state)
        note = _short(one.evidence) or one.why or _("wanted: %(what)s") % {"what": one.wanted}
        if one.by and called.get(one.by):
            note = f"{note} · {called[one.by]}"
        said, waits = beside(one, reader)
        note = f"{note} · {said}" if said else note
        if waits:
            words, colour = _("To be settled"), "red"
        rows.append((Cell(one.title, note=note), lane_words(one.owner), short_day(one.due),
                     Cell(str(words), tag=colour)))  # fmt: skip
    return table(
        request, caption=_("What is handed over"),
        columns=(Column(_("What")), Column(_("Who")), Column(_("Due")), Column(_("State"))),
        rows=rows, empty=_("Nothing is handed over before the offer is accepted."),
    )  # fmt: skip


def _short(evidence: str) -> str:
    """Return evidence as a table has room for: of a fingerprint its beginning."""
    return f"{evidence[:23]}…" if evidence.startswith("sha256:") else evidence


def _differences(request: PageRequest, reader: Reader) -> Table | None:
    """Return the fields in which statements differ, with values for who may see the record."""
    try:
        found = differing(reader)
    except EvidenceBroken:
        found = []
    if not found:
        return None
    rows = []
    for one, title, stated, known in found:
        values = (stated, known or _("another one")) if reader.record else ("", "")
        settled = str(CHOSEN[one.chosen]) if one.chosen else ""
        state = Cell(_("Settled"), tag="green", note=settled) if one.settled_by else (
            Cell(_("Open"), tag="red") if one.matters else Cell(_("Stops nothing"), tag="grey")
        )  # fmt: skip
        rows.append((title, *values, state))
    return table(
        request, caption=_("What differs"),
        columns=(Column(_("Field")), Column(_("As released")), Column(_("As otherwise known")),
                 Column(_("State"))),
        rows=rows, empty="",
    )  # fmt: skip


def record_shown(reader: Reader) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what moves, by section with who stated it, as far as the reader may see it."""
    one = reader.one
    said: dict[str, object] = {}
    digest, _schema, _number = queries.released_digest(one.id)
    if reader.record and digest:
        said |= queries.released_record(one.id)
    if reader.is_person or (reader.record and digest and "importer" in reader.sides):
        own = queries.stated(one.id, "person")
        shared = reader.is_person or own.get("adjustments_shared") == "yes"
        said |= {name: value for name, value in own.items() if shared or name not in _PRIVATE}
    if reader.terms:
        terms = queries.stated(one.id, "importer")
        said |= {f"new_{name}": value for name, value in terms.items()}
    found = []
    for code, title in sections().items():
        rows = [(field.title, shown_value(field, said[field.name]))
                for field in all_fields()
                if field.section == code and field.name in said]  # fmt: skip
        if rows:
            found.append((title, rows))
    return found


def happened(reader: Reader) -> list[dict[str, str]]:
    """Return who did what when, the latest first; reasons as they were given."""
    steps = queries.timeline(reader.one.id)
    called = names({one.by for one in steps})
    return [
        {
            "what": str(VERBS.get(one.verb, one.verb)),
            "by": called.get(one.by, side_words(one.side)),
            "when": moment(localtime(one.at)),
            "iso": one.at.isoformat(),
            "text": one.reason,
        }
        for one in reversed(steps)
    ]


def actions(reader: Reader) -> list[tuple[str, str]]:
    """Return what the reader may do beside the tasks: words and address."""
    words = {
        "hold": _("Put on hold"), "resume": _("Let it go on"),
        "rescind": _("Take the offer back"), "withdraw": _("Withdraw"),
        "change_after_effect": _("Change something after the move"),
        "reverse": _("Reverse the transfer"),
    }  # fmt: skip
    return [
        (words[verb], reverse("transfers:act", args=[reader.one.id, verb.replace("_", "-")]))
        for verb in _OFFERED if reader.may_take(verb) is not None
    ]  # fmt: skip


addresses = [
    path("transfer/<uuid:transfer>", transfer, name="transfer"),
    path("transfer/<uuid:transfer>/<str:part>.bpmn", process_file, name="process-file"),
]
