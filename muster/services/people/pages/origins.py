"""Where a fact of a record came from: its cells in the exact bytes, and the proof of the file."""

import uuid

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from muster.gates.access import may_ever
from muster.gates.looks import note_look
from muster.hub.queries import evidence_of
from muster.hub.tracing import Traced, where_from
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day
from muster.kernel.errors import NotFound
from muster.ledger.current import ledger
from muster.ledger.proofs import prove
from muster.pagekit.downloads import as_file
from muster.pagekit.jinja import moment
from muster.pagekit.rows import row_words
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest, page, render
from muster.register.people.queries import PersonRecord
from muster.services.people.facts import Fact, fact_of
from muster.services.people.origins import fields_of
from muster.services.people.pages.people import own_record, record_within
from muster.services.people.wording import EVENTS


@page("see person")
@require_safe
def origin(request: PageRequest, person: uuid.UUID, fact: uuid.UUID) -> HttpResponse:
    """Show where a fact of a person's record came from; the look is logged."""
    record = record_within(request, person, legal_day(SYSTEM_CLOCK.now()))
    return _origin(request, record, fact, reverse("people:person", args=[person]))


@page("see own record")
@require_safe
def own_origin(request: PageRequest, fact: uuid.UUID) -> HttpResponse:
    """Show where a fact of the actor's own record came from."""
    return _origin(request, own_record(request), fact, reverse("people:own"))


@page("see person")
@require_safe
def proof(request: PageRequest, person: uuid.UUID, fact: uuid.UUID, position: int) -> HttpResponse:
    """Return a proof file for an entry about the file of a fact."""
    return _proof(record_within(request, person, legal_day(SYSTEM_CLOCK.now())), fact, position)


@page("see own record")
@require_safe
def own_proof(request: PageRequest, fact: uuid.UUID, position: int) -> HttpResponse:
    """Return a proof file for an entry about the file of a fact of the actor's own record."""
    return _proof(own_record(request), fact, position)


def _origin(
    request: PageRequest, record: PersonRecord, fact_id: uuid.UUID, back: str
) -> HttpResponse:
    fact, landing = _fact(record, fact_id)
    row = fact.believed.source.row or 0
    note_look(
        request.actor, what="origin", purpose=request.purpose, people=[record.person],
        detail={"landing": landing, "row": row},
    )  # fmt: skip
    traced = where_from(landing, row, [name for name, _value in fact.fields])
    context = {
        "fact": fact,
        "traced": traced,
        "shown": fields_of(fact, traced),
        "place": row_words(traced.row, traced.feed.sheets, unpivoted=traced.feed.unpivoted),
        "about": _about(request, traced),
        "evidence": _evidence(request, traced, request.path),
        "name": record.name,
        "back": back,
    }
    return render(request, "people/origin.html", context)


def _proof(record: PersonRecord, fact_id: uuid.UUID, position: int) -> HttpResponse:
    _found, landing = _fact(record, fact_id)
    told = {one.position for one in evidence_of(landing) if one.body is not None}
    if position not in told:
        raise NotFound(_("There is no such entry"), fix=_("Choose one on the page of the fact"))
    text = prove(ledger(), "exchange", position)
    response = HttpResponse(text, content_type="application/json")
    return as_file(response, f"proof-exchange-{position}.json")


def _fact(record: PersonRecord, fact_id: uuid.UUID) -> tuple[Fact, uuid.UUID]:
    """Return a fact of a record, and the landed file it came with.

    Raises:
        NotFound: if the record, as far as it is seen, has no such fact that came with a file.
    """
    fact = fact_of(record, fact_id)
    landing = None if fact is None else fact.believed.source.landing
    if fact is None or landing is None:
        raise NotFound(_("There is no such fact"), fix=_("Choose one on the page of the record"))
    return fact, landing


def _about(request: PageRequest, traced: Traced) -> list[tuple[str, object]]:
    """Return what there is to say of the file."""
    feed = traced.feed
    linked = may_ever(request.actor, "see feeds")
    address = reverse("exchange:feed", args=[feed.id]) if linked else ""
    return [
        (_("File"), Cell(feed.name.rpartition("/")[2], address)),
        (_("Sent by"), feed.source),
        (_("Received"), moment(feed.received_at)),
        (_("Read as"), traced.encoded),
        (_("Read by the layout"), traced.layout or _("None that is still known")),
        (_("SHA-256 of its exact bytes"), feed.sha256),
    ]


def _evidence(request: PageRequest, traced: Traced, here: str) -> Table:
    rows = []
    for entry in traced.evidence:
        verb = entry.type.split(".")[-2]
        proof_cell: Cell | str = Cell(
            _("Download the proof of entry %(position)s") % {"position": entry.position},
            f"{here}/proof/{entry.position}",
        )
        if entry.body is None:
            proof_cell = _("Lawfully erased")
        happened = str(EVENTS.get(verb, verb))
        rows.append((f"{entry.position:,}", happened, moment(entry.recorded_at), proof_cell))
    return table(
        request,
        caption=_("Entries in the exchange log"),
        columns=[Column(_("Position")), Column(_("What")), Column(_("When")), Column(_("Proof"))],
        rows=rows,
        empty=_("No entry speaks of this feed."),
    )
