"""The logs that hold the evidence, and a proof for one entry about a feed."""

import json
import uuid
from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from muster.hub import queries
from muster.hub.queries import LandingView
from muster.kernel.errors import NotFound
from muster.ledger.current import ledger
from muster.ledger.merkle import shown
from muster.ledger.port import LOG_NAMES, Entry, LogName
from muster.ledger.proofs import write_proof
from muster.pagekit.downloads import as_file
from muster.pagekit.jinja import moment
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest, page, render
from muster.services.exchange.reach import feed_within

_LOGS = {
    "exchange": gettext_lazy("Messages: each file that arrived and what became of its rows."),
    "decisions": gettext_lazy("Who decided what, and why."),
    "access": gettext_lazy("Who read whose record, and for what purpose."),
}
_HAPPENED = {
    "received": gettext_lazy("Received"),
    "delivered": gettext_lazy("Delivered to the register"),
    "withdrawn": gettext_lazy("Withdrawn, as if it had never come"),
}


@dataclass(frozen=True)
class _Log:
    name: LogName
    holds: str
    size: int
    note: str


@page("see evidence")
@require_safe
def evidence(request: PageRequest) -> HttpResponse:
    """Show each log's size and latest signed checkpoint, and how to verify them."""
    keys = ledger().keys
    context = {
        "logs": [_log(name) for name in LOG_NAMES],
        "keys": [shown(keys.public_key(key.id)) for key in keys.all() if key.purpose == "signing"],
    }
    return render(request, "exchange/evidence.html", context)


@page("see feeds")
@require_safe
def proof(request: PageRequest, landing: uuid.UUID, position: int) -> HttpResponse:
    """Return a proof file for one entry about a feed that the actor may see."""
    feed_within(request, "see feeds", landing)
    if position not in {entry.position for entry in queries.evidence_of(landing)}:
        raise NotFound(_("There is no such entry"), fix=_("Choose one on the page of the feed"))
    text = write_proof(ledger().inclusion("exchange", position), keys=ledger().keys)
    response = HttpResponse(text, content_type="application/json")
    return as_file(response, f"proof-exchange-{position}.json")


def evidence_table(request: PageRequest, feed: LandingView) -> Table:
    """Return the log entries about a feed, each with its proof."""
    rows = []
    for entry in queries.evidence_of(feed.id):
        address = reverse("exchange:proof", args=[feed.id, entry.position])
        proof_cell: Cell | str = Cell(
            _("Download the proof of entry %(position)s") % {"position": entry.position}, address
        )
        if entry.body is None:
            proof_cell = _("Lawfully erased")
        rows.append(
            (f"{entry.position:,}", _happened(entry), moment(entry.recorded_at), proof_cell)
        )
    return table(
        request,
        caption=_("Entries in the exchange log"),
        columns=[Column(_("Position")), Column(_("What")), Column(_("When")), Column(_("Proof"))],
        rows=rows,
        empty=_("No entry speaks of this feed."),
    )


def _happened(entry: Entry) -> str:
    verb = entry.type.split(".")[-2]
    words = str(_HAPPENED.get(verb, verb))
    if verb != "delivered" or entry.body is None:
        return words
    body = json.loads(entry.body)
    return _("%(what)s: %(accepted)s rows accepted, %(waiting)s in quarantine") % {
        "what": words,
        "accepted": f"{body['accepted']:,}",
        "waiting": f"{body['quarantined']:,}",
    }


def _log(name: LogName) -> _Log:
    checkpoint = ledger().store.latest_checkpoint(name)
    note = checkpoint.note.strip() if checkpoint else ""
    return _Log(name, str(_LOGS[name]), ledger().size(name), note)
