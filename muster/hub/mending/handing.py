"""Handing waiting rows out to be corrected: one sheet for each layout, faulty cells marked.

What comes back is matched by its reference, never by its place; see ``returned``.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from muster.hub.mending.correcting import Problem
from muster.hub.mending.places import Columns, key_of, layout_named
from muster.hub.mending.references import Reference, written
from muster.hub.mending.waiting import Waiting, standing, waiting_of
from muster.hub.models import QuarantinedRow
from muster.hub.quarantine_queries import Without, but_not
from muster.kernel.errors import BadInput, NotFound

MOST_ROWS = 100_000


@dataclass
class WaitingSheet:
    """The waiting rows that one layout reads.

    ``columns`` are the senders' own, under the names they have in the first file that has them;
    each row begins with its reference and everything that is wrong with it, in words. ``marks``
    says, by row and column of ``rows`` from 0, what is wrong with a cell.
    """

    title: str
    columns: dict[str, str] = field(default_factory=dict)
    rows: list[list[str]] = field(default_factory=list)
    marks: dict[tuple[int, int], str] = field(default_factory=dict)


@dataclass(frozen=True)
class HandedOut:
    """What is handed out: the sheets, and which rows of which landings are in them."""

    sheets: tuple[WaitingSheet, ...]
    rows: dict[uuid.UUID, list[int]]


def hand_out(
    *,
    landing: uuid.UUID | None = None,
    cause: str = "",
    employer: uuid.UUID | None = None,
    words: Callable[[Problem], str],
    most: int = MOST_ROWS,
    without: Without = (),
) -> HandedOut:
    """Return waiting rows of a cause, of a feed, of an employer, or all.

    Args:
        landing: only rows of this landing.
        cause: only rows that wait for this.
        employer: only rows of systems this employer owns.
        words: says a problem in words.
        most: how many rows may be handed out at once.
        without: rows that are left out, by landing and number.

    Raises:
        NotFound: if no such row waits.
        BadInput: if there are too many.
    """
    landings = standing(employer)
    if landing is not None:
        landings = landings.filter(id=landing)
    waiting = but_not(QuarantinedRow.objects.filter(landing__in=landings), without)
    if cause:
        waiting = waiting.filter(cause=cause)
    total = waiting.count()
    if not total:
        raise NotFound("No row waits for this", fix="See the rows in quarantine")
    if total > most:
        raise BadInput(
            f"{total:,} rows wait, and a workbook takes {most:,}",
            fix="Take them cause by cause or feed by feed",
        )
    sheets: dict[str, WaitingSheet] = {}
    rows: dict[uuid.UUID, list[int]] = {}
    wanted = landings.filter(id__in=waiting.values("landing"))
    for found in wanted.order_by("layout", "received_at", "id"):
        layout = layout_named(found.layout)
        title = layout.title if layout is not None else found.layout
        sheet = sheets.setdefault(found.layout, WaitingSheet(title))
        columns = Columns(layout)
        for row in waiting_of(found, cause=cause):
            if (found.id, row.row) in without:
                continue
            _add(sheet, columns, found.id, row, words)
            rows.setdefault(found.id, []).append(row.row)
    return HandedOut(tuple(map(_squared, sheets.values())), rows)


def _add(
    sheet: WaitingSheet,
    columns: Columns,
    landing: uuid.UUID,
    waiting: Waiting,
    words: Callable[[Problem], str],
) -> None:
    headers = columns.taken(tuple(waiting.cells))
    for header in headers:
        sheet.columns.setdefault(key_of(header), header)
    places = {key: place + 2 for place, key in enumerate(sheet.columns)}
    row = [""] * (len(places) + 2)
    row[0] = written(Reference(landing, waiting.row, waiting.edition))
    row[1] = "; ".join(words(problem) for problem in waiting.problems)
    for header in headers:
        row[places[key_of(header)]] = waiting.cells[header]
    for problem in waiting.problems:
        about = columns.about(problem["field"], headers)
        for place in [places[key_of(header)] for header in about] or [1]:
            at = (len(sheet.rows), place)
            said = [sheet.marks[at]] if at in sheet.marks else []
            sheet.marks[at] = "; ".join([*said, words(problem)])
    sheet.rows.append(row)


def _squared(sheet: WaitingSheet) -> WaitingSheet:
    """Fill the rows of files that have fewer columns than a later one."""
    width = len(sheet.columns) + 2
    for row in sheet.rows:
        row.extend([""] * (width - len(row)))
    return sheet
