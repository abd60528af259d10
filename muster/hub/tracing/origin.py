"""Where the values of a row came from: its landing, its cells in the exact bytes, its evidence."""

import json
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from muster.connectors.contract import Offer
from muster.hub.contracts import Contract, ContractField
from muster.hub.intakes import intake_for
from muster.hub.layouts import FieldMapping, Layout, load_layout
from muster.hub.mending.corrected import corrections_of
from muster.hub.mending.places import layout_named
from muster.hub.models import Landing, QuarantinedRow, SavedLayout, ValueFix
from muster.hub.queries import LandingView, evidence_of, exact_bytes, landing
from muster.hub.tracing.cells import Cell, cells_of
from muster.hub.tracing.steps import Remembered, Step, cells_for, told, used_by
from muster.kernel.errors import BadInput, NotFound, Where
from muster.ledger.port import Entry


@dataclass(frozen=True)
class Origin:
    """Where one value came from.

    Args:
        field: of the contract; ``title`` is what people call it.
        personal: whether it tells of a person.
        cells: of which it is made, as they stood in the file.
        text: what was read at last; None if nothing is stated.
        value: what became of it, in the contract's form; None if nothing did.
        steps: what was done on the way, in order.
    """

    field: str
    title: str
    personal: bool
    cells: tuple[Cell, ...]
    text: str | None
    value: Any
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Traced:
    """Where the values of a row came from.

    Args:
        feed: the landed file; its state tells whether it was superseded or withdrawn.
        row: as its landing numbers it.
        layout: what the layout is called by which it was read; empty if it is known no more.
        encoded: how its bytes were read.
        erased: whether the file was lawfully erased: nothing of it can be shown.
        waits: why the row waits in quarantine, if it does.
        origins: one for each field that was asked for and that the layout knows.
        evidence: the entries of the exchange log about the file.
    """

    feed: LandingView
    row: int
    layout: str
    encoded: str
    erased: bool
    waits: str
    origins: tuple[Origin, ...]
    evidence: tuple[Entry, ...]


def where_from(landing_id: uuid.UUID, row: int, fields: Collection[str] = ()) -> Traced:
    """Return where the values of a row came from; whoever shows them notes the look first.

    Args:
        landing_id: the landed file.
        row: as its landing numbers it.
        fields: of the contract, by name or title; all that the layout knows if there are none.

    Raises:
        NotFound: if there is no such landing, row or field.
        EvidenceBroken: if the exact bytes were changed.
    """
    feed = landing(landing_id)
    evidence, layout = evidence_of(landing_id), _layout(feed)
    waiting = QuarantinedRow.objects.filter(landing=landing_id, row=row).first()
    waits = waiting.cause if waiting is not None else ""

    def traced(origins: tuple[Origin, ...] = (), *, erased: bool = False) -> Traced:
        title = layout.title if layout is not None else ""
        return Traced(feed, row, title, feed.read_as, erased, waits, origins, evidence)

    try:
        content = exact_bytes(landing_id)
    except NotFound:
        return traced(erased=True)
    if layout is None:
        return traced()
    contract = intake_for(layout.contract).contract
    asked = _asked(contract, layout, fields)
    found = _cells(Offer(feed.name, content), feed, layout, row, [one for _, one in asked])
    return traced(_origins(asked, found, feed, layout, contract, row))


def _cells(
    offer: Offer, feed: LandingView, layout: Layout, row: int, mappings: list[FieldMapping]
) -> dict[str, Cell]:
    wanted = {key for mapping in mappings for key in used_by(mapping)}
    try:
        found = cells_of(
            offer, layout, row, wanted=wanted, sheets=feed.sheets, unpivoted=feed.unpivoted
        )
    except BadInput:
        found = {}
    if not found:
        raise NotFound(
            "The file has no such row",
            where=Where(file=feed.name, row=row),
            fix="See the rows on the page of the feed",
        )
    return found


def _origins(
    asked: list[tuple[ContractField, FieldMapping]],
    cells: dict[str, Cell],
    feed: LandingView,
    layout: Layout,
    contract: Contract,
    row: int,
) -> tuple[Origin, ...]:
    corrections = corrections_of(Landing.objects.get(id=feed.id), [row])
    remembered = _remembered(feed)
    origins = []
    for field, mapping in asked:
        said = told(field, mapping, cells, corrections, remembered, layout, contract)
        own = cells_for(mapping, cells)
        origins.append(
            Origin(field.name, field.title, field.personal, own, said.text, said.value, said.steps)
        )
    return tuple(origins)


def _asked(
    contract: Contract, layout: Layout, fields: Collection[str]
) -> list[tuple[ContractField, FieldMapping]]:
    """Return the fields that are asked for, each with where the layout says it comes from.

    Raises:
        NotFound: if the contract has no such field.
    """
    known = {field.name: field for field in contract.fields}
    titles = {field.title.casefold(): field.name for field in contract.fields}
    names = [name if name in known else titles.get(name.casefold(), "") for name in fields]
    if "" in names:
        raise NotFound(
            "There is no such field",
            where=Where(field=[*fields][names.index("")]),
            fix=f"Name one of {', '.join(known)}",
        )
    mappings = {mapping.field: mapping for mapping in layout.fields}
    return [(known[name], mappings[name]) for name in names or known if name in mappings]


def _layout(feed: LandingView) -> Layout | None:
    """Return the layout of a feed as it was when the feed came; None if it is offered no more."""
    saved = SavedLayout.objects.filter(name=feed.layout, saved_at__lte=feed.received_at)
    newest = saved.order_by("-version").first()
    return layout_named(feed.layout) if newest is None else load_layout(newest.toml)


def _remembered(feed: LandingView) -> tuple[Remembered, ...]:
    """Return what texts were said to mean when the feed's rows were delivered."""
    used: set[str] = set()
    for entry in evidence_of(feed.id):
        if entry.type.endswith(".delivered.v1") and entry.body is not None:
            used.update(json.loads(entry.body).get("fixes", {}))
    return tuple(
        Remembered(fix.field, fix.stated, fix.becomes, fix.fixed_by, fix.fixed_at, fix.reason)
        for fix in ValueFix.objects.filter(id__in=used).order_by("fixed_at")
    )
