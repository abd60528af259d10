"""Proofs: downloading that of a message, and reading in words what a proof file proves."""

import datetime as dt
from pathlib import Path

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from muster.gates.access import may_ever
from muster.gates.looks import note_look
from muster.hub.messages.evidence import proof_of_message
from muster.kernel.errors import EvidenceBroken, NotFound, NotPermitted
from muster.ledger import verify_proof
from muster.ledger.current import ledger
from muster.ledger.notes import Signature
from muster.ledger.proving import Proven, ProvenCheckpoint, ProvenDelivery, check_proof
from muster.pagekit.downloads import as_file
from muster.pagekit.jinja import moment
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest, page, render, within
from muster.services.messages.pages.proof_forms import CheckProof
from muster.services.messages.reach import journey_within, whole_within

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@page("read message content")
@require_safe
def proof(request: PageRequest, position: int) -> HttpResponse:
    """Return the proof that a message stands unaltered in the exchange log, with its bytes."""
    journey_within(request, "read message content", position)
    if not whole_within(request, position):
        # The proof holds the exact bytes, of which agreements let receivers have a part.
        raise NotPermitted(_("Only its sender may have it"), fix=_("Ask the sender for the proof"))
    note_look(
        request.actor, what="message proof", purpose=request.purpose, detail={"position": position}
    )
    own = within(request, "read message content")
    return _file(proof_of_message(position, employer=own), f"proof-exchange-{position}.json")


@page("see messages")
@require_safe
def bare_proof(request: PageRequest, position: int) -> HttpResponse:
    """Return the proof of a message without what it holds, for whoever may know that it came."""
    journey_within(request, "see messages", position)
    own = within(request, "see messages")
    text = proof_of_message(position, employer=own, without_body=True)
    return _file(text, f"proof-exchange-{position}-without-content.json")


@page("see messages")
@require_safe
def script(request: PageRequest) -> HttpResponse:
    """Return the script by which anybody can check a proof without Muster."""
    source = Path(verify_proof.__file__).read_bytes()
    response = HttpResponse(source, content_type="text/x-python; charset=utf-8")
    return as_file(response, "verify_proof.py")


@page("see messages")
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: PageRequest) -> HttpResponse:
    """Say in words what a proof file proves and what it does not, or why it does not hold."""
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = CheckProof(*posted)
    proven, broken = None, ""
    if form.is_bound and form.is_valid():
        try:
            proven = check_proof(form.proof)
        except EvidenceBroken as problem:
            broken = problem.what
        if proven is not None and not _may_see(request, proven):
            proven = None
            form.add_error("file", _("It proves an entry that you may not see"))
    own = set(ledger().public_keys())
    context = {
        "form": form,
        "broken": broken,
        "proven": proven,
        "ours": proven is not None and _ours(proven.checkpoint, own),
        "facts": _facts(proven) if proven is not None else [],
        "signed": _signed(proven, own) if proven is not None else [],
        "deliveries": _deliveries(request, proven) if proven is not None else None,
        "named": proven is not None and all(one.named for one in proven.deliveries),
    }
    return render(request, "messages/check_proof.html", context)


def _may_see(request: PageRequest, proven: Proven) -> bool:
    """Tell whether the actor may see what is proven: all of it, or this very message."""
    if may_ever(request.actor, "see evidence"):
        return True
    if proven.log != "exchange" or not _ours(proven.checkpoint, set(ledger().public_keys())):
        return False
    try:
        journey_within(request, "see messages", proven.entry.position)
    except NotFound:
        return False
    return True


def _ours(checkpoint: ProvenCheckpoint, own: set[bytes]) -> bool:
    return any(key.public in own for key in checkpoint.signed_by)


def _facts(proven: Proven) -> list[tuple[str, object]]:
    entry = proven.entry
    place = _("Position %(position)s of the log %(log)s") % {
        "position": f"{entry.position:,}", "log": proven.log,
    }  # fmt: skip
    if entry.body is None or entry.recorded is None:
        held = _("Withheld. Who has the whole proof can compare this salted digest")
        withheld = Cell(held, note=entry.leaf.hex())
        return [(_("Where it stands"), place), (_("What was received"), withheld)]
    size = ngettext("%(count)s byte", "%(count)s bytes", len(entry.body)) % {
        "count": f"{len(entry.body):,}"
    }
    return [
        (_("Where it stands"), place),
        (_("What was received"), Cell(entry.type or "", note=size)),
        (_("About"), entry.subject or ""),
        (_("SHA-256 of its exact bytes"), entry.digest or ""),
        (_("Recorded"), Cell(_when(entry.recorded // 1_000_000),
                             note=_("By the clock of this service"))),
    ]  # fmt: skip


def _signed(proven: Proven, own: set[bytes]) -> list[tuple[str, object]]:
    """Return who signed what it stands on, and when at the latest it existed."""
    rows: list[tuple[str, object]] = []
    for one in (*proven.older, proven.checkpoint):
        size = ngettext(
            "Signed when the log had %(count)s entry",
            "Signed when the log had %(count)s entries", one.size,
        ) % {"count": f"{one.size:,}"}  # fmt: skip
        for key in one.signed_by:
            whose = _("A key of this service") if key.public in own else _("An unknown key")
            rows.append((size, Cell(whose, note=str(key))))
        rows += [_seen(seen, holds=proven.entry.position < one.size) for seen in one.seen_by]
    return rows


def _seen(seen: Signature, *, holds: bool) -> tuple[str, object]:
    said = _("It existed at the latest") if holds else _("A witness saw the log before it came")
    who = _("Says the witness %(name)s") % {"name": str(seen.key)}
    return said, Cell(_when(seen.seconds or 0), note=who)


def _when(seconds: int) -> str:
    return moment(_EPOCH + dt.timedelta(seconds=seconds))


def _deliveries(request: PageRequest, proven: Proven) -> Table:
    return table(
        request,
        caption=_("To whom it was delivered"),
        columns=[
            Column(_("To")),
            Column(_("When")),
            Column(_("Under")),
            Column(_("Translation")),
            Column(_("Messages")),
            Column(_("Entry in the exchange log")),
        ],
        rows=[_delivered(one) for one in proven.deliveries],
        empty=_("The proof holds no delivery. That does not prove that there was none."),
    )


def _delivered(one: ProvenDelivery) -> tuple[object, ...]:
    return (
        Cell(one.receiver, note=one.route),
        _when((one.entry.recorded or 0) // 1_000_000),
        _("%(agreement)s, version %(number)s")
        % {"agreement": one.agreement, "number": one.agreement_version},
        _("Version %(number)s") % {"number": one.translation_version}
        if one.translation_version
        else _("None: messages go as they are"),
        Cell(f"{one.messages:,}", note=f"{one.first:,}–{one.last:,}"),
        one.entry.position,
    )


def _file(text: str, name: str) -> HttpResponse:
    return as_file(HttpResponse(text, content_type="application/json"), name)
