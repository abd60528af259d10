"""From an upload to its first previewed rows, by the steps that the page *Map a file* takes."""

from collections.abc import Iterator
from pathlib import Path

from muster.connectors.contract import Offer
from muster.hub.intakes import declared_layouts
from muster.hub.layouts import load_layout
from muster.hub.reading import read
from muster.hub.saved_layouts import received_contracts
from muster.hub.suggesting.drafts import begin_draft, beginning_of, drop_draft
from muster.hub.suggesting.peeking import peek
from muster.hub.suggesting.previewing import preview
from muster.hub.suggesting.proposing import suggest
from muster.hub.suggesting.writing import Heading, layout_text
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day

_CHUNK = 64 * 1024


def preview_of(file: Path) -> int:
    """Keep a file as an upload, propose a mapping and preview it; return the rows shown."""
    draft = begin_draft(name=file.name, chunks=_chunks(file), by="bench")
    try:
        sheets = peek(Offer(draft.name, beginning_of(draft)), read).sheets
        suggestion = suggest(
            sheets,
            tuple(received_contracts().values()),
            declared_layouts(),
            today=legal_day(SYSTEM_CLOCK.now()),
        )
        layout = load_layout(layout_text(suggestion, Heading("preview", draft.name)))
        shown = preview(sheets, layout, suggestion.contract, file=draft.name)
    finally:
        drop_draft(draft)
    return len(shown.accepted) + len(shown.waiting)


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as content:
        while chunk := content.read(_CHUNK):
            yield chunk
