"""Correcting cells of rows that wait: one row in place, or many of one landing at once.

A correction names who and why, and is never silent about somebody else's: it is kept only if the
row stands as its corrector saw it.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from muster.hub.batch import hold_routes
from muster.hub.delivery import WHOLE_ROW
from muster.hub.framing.positions import in_words
from muster.hub.landing import Read, scope_of
from muster.hub.layouts import Layout
from muster.hub.mending.comparing import typed
from muster.hub.mending.corrected import Correction, corrections_of, keep
from muster.hub.mending.later import forget, remember
from muster.hub.mending.places import headers_of, layout_named, taken_headers
from muster.hub.mending.releasing import release_rows, waiting_rows, work_out_rows
from muster.hub.mending.waiting import Waiting, standing, waiting_of
from muster.hub.models import Landing, LandingState
from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, Conflict, NotFound, Where
from muster.ledger.current import ledger

CORRECTED = "muster.hub.rows.corrected.v1"
LONGEST = 20_000
Problem = dict[str, str]


@dataclass(frozen=True)
class CellView:
    """One cell of a row: what it says now, what it said at first, and what is wrong with it."""

    header: str
    text: str
    original: str
    problems: tuple[Problem, ...]

    @property
    def corrected(self) -> bool:
        """Whether it says something else than what came in."""
        return self.text != self.original


@dataclass(frozen=True)
class RowView:
    """One row of a landing: whether it waits, its cells while it does, and its corrections.

    ``others`` are problems of no single cell.
    """

    landing: uuid.UUID
    file: str
    contract: str
    row: int
    place: str
    waits: bool
    edition: int
    cells: tuple[CellView, ...]
    others: tuple[Problem, ...]
    corrections: tuple[Correction, ...]


@dataclass(frozen=True)
class Preview:
    """What would become of a row: which cells change, and what would still be wrong."""

    changes: tuple[tuple[str, str, str], ...]
    problems: tuple[Problem, ...]

    @property
    def goes_on(self) -> bool:
        """Whether nothing would be wrong with it any more."""
        return not self.problems


@dataclass(frozen=True)
class Corrected:
    """What became of corrected rows: how many went on, and which wait still."""

    went_on: int
    waiting: tuple[Waiting, ...]


def row_of(
    landing: uuid.UUID,
    row: int,
    *,
    employer: uuid.UUID | None = None,
    without: Collection[tuple[uuid.UUID, int]] = (),
) -> RowView:
    """Return a row that waits, or one that people corrected and that went on.

    Rows in ``without`` are not there for who asks.

    Raises:
        NotFound: if there is none within the employer's systems.
    """
    found = standing(employer).filter(id=landing).first()
    waiting = next(waiting_of(found, {row}), None) if found is not None else None
    corrections = corrections_of(found, {row}) if found is not None else ()
    there = waiting is not None or corrections
    if found is None or not there or (landing, row) in without:
        raise _no_such_row(f"row {row}")
    place = in_words(row, found.sheets, unpivoted=found.unpivoted)
    contract = found.route.contract if found.route else ""
    cells, others = _cells(layout_named(found.layout), waiting) if waiting else ((), ())
    return RowView(
        found.id, found.name, contract, row, place, waiting is not None,
        len(corrections), cells, others, corrections,
    )  # fmt: skip


def corrections(landing: uuid.UUID, *, employer: uuid.UUID | None = None) -> tuple[RowView, ...]:
    """Return the rows of a landing that people corrected, without their other cells."""
    found = standing(employer).filter(id=landing).first()
    if found is None:
        return ()
    made: dict[int, list[Correction]] = {}
    for one in corrections_of(found):
        made.setdefault(one.row, []).append(one)
    waiting, contract = waiting_rows(found), found.route.contract if found.route else ""
    return tuple(
        RowView(
            found.id, found.name, contract, row,
            in_words(row, found.sheets, unpivoted=found.unpivoted),
            row in waiting, len(own), (), (), tuple(own),
        )
        for row, own in sorted(made.items())
    )  # fmt: skip


def preview(view: RowView, texts: Mapping[str, str], *, read: Read, clock: Clock) -> Preview:
    """Return what would become of a waiting row with these cells. Writes nothing.

    Raises:
        BadInput: if nothing is changed, or a text is too long.
        Conflict: if its file may not go on at all.
    """
    landing = Landing.objects.select_related("route").get(id=view.landing)
    made = _corrections(view, texts, "", "", clock)
    worked = work_out_rows(landing, {view.row}, read, clock=clock, trying=made)
    if worked is None:
        raise Conflict(
            "Rows of this file may not go on at present", where=Where(file=view.file),
            fix="See the file's page for what stops it",
        )  # fmt: skip
    problems = [problem for row in worked.outcome.faults["problems"] for problem in row]
    changes = tuple((one.field, one.was, one.now) for one in made)
    return Preview(changes, tuple(problems))


def correct_row(
    view: RowView, texts: Mapping[str, str], *, reason: str, by: str, read: Read, clock: Clock
) -> Corrected:
    """Correct cells of one row as its corrector saw it, and let it go on if it can.

    Raises:
        BadInput: as in ``preview``.
        Conflict: if somebody else corrected it meanwhile, or it went on.
    """
    landing = Landing.objects.select_related("route").get(id=view.landing)
    made = _corrections(view, texts, reason, by, clock)
    kept = keep_corrections(landing, made, {view.row: view.edition}, by=by)
    if not kept:
        raise Conflict(
            "Somebody else has corrected this row meanwhile, or it went on",
            where=Where(file=view.file, row=view.row),
            fix="Look at it again: nothing of yours was kept",
        )
    return go_on(landing, kept, read, by=by, clock=clock)


@transaction.atomic
def keep_corrections(
    landing: Landing, made: Sequence[Correction], seen: Mapping[int, int], *, by: str
) -> set[int]:
    """Keep corrections of rows that still stand as they were seen; return those rows.

    Their landing is marked until somebody has let them go on: ``go_on``, or the worker.

    Args:
        landing: whose rows.
        made: the corrections, all for one reason.
        seen: for each row, how many corrections its corrector knew of.
        by: who corrects.
    """
    if landing.route_id is None or not made:
        return set()
    hold_routes({landing.route_id})
    if not Landing.objects.filter(id=landing.id, state=LandingState.ACCEPTED).exists():
        return set()
    editions: dict[int, int] = {}
    for earlier in corrections_of(landing, seen):
        editions[earlier.row] = editions.get(earlier.row, 0) + 1
    free = waiting_rows(landing) & {row for row in seen if editions.get(row, 0) == seen[row]}
    kept = [one for one in made if one.row in free]
    if not kept:
        return set()
    scope = scope_of(landing.id)
    keep(landing, kept, ledger().ciphers_of({scope})[scope][1])
    remember(landing)
    rows = sorted({one.row for one in kept})
    body = {
        "landing": landing.id, "rows": rows, "fields": sorted({one.field for one in kept}),
        "reason": kept[0].reason, "by": by,
    }  # fmt: skip
    ledger().append_one("decisions", CORRECTED, f"landing:hub:{landing.id}", body)
    return set(rows)


def go_on(landing: Landing, rows: set[int], read: Read, *, by: str, clock: Clock) -> Corrected:
    """Let corrected rows go on that can; return what became of them."""
    if not rows:
        return Corrected(0, ())
    went_on = release_rows(landing, lambda one: waiting_rows(one) & rows, read, by=by, clock=clock)
    forget(landing)
    return Corrected(went_on, tuple(waiting_of(landing, rows)) if went_on < len(rows) else ())


def _corrections(
    view: RowView, texts: Mapping[str, str], reason: str, by: str, clock: Clock
) -> list[Correction]:
    """Return the corrections that texts of a row's cells come to.

    A row with more or fewer cells than its header is gone over as a whole: if somebody says that
    it is right as it stands, its first cell is kept as it is, which says just that.
    """
    at = clock.now()
    made = []
    for cell in view.cells:
        now = typed(cell.text, texts.get(cell.header, cell.text))
        if now is not None and len(now) > LONGEST:
            raise BadInput(
                f"The text is longer than {LONGEST:,} characters",
                where=Where(file=view.file, row=view.row, field=cell.header),
                fix="Shorten it",
            )
        if now is not None:
            made.append(Correction(view.row, cell.header, cell.text, now, reason, at, by))
    if not made and any(problem["field"] == WHOLE_ROW for problem in view.others) and view.cells:
        first = view.cells[0]
        made.append(Correction(view.row, first.header, first.text, first.text, reason, at, by))
    if not made:
        raise BadInput(
            "No cell was changed",
            where=Where(file=view.file, row=view.row),
            fix="Change the cells that are wrong, or correct the row where it comes from",
        )
    return made


def _cells(
    layout: Layout | None, waiting: Waiting
) -> tuple[tuple[CellView, ...], tuple[Problem, ...]]:
    """Return a row's cells with their problems, and the problems of no single cell."""
    headers = tuple(waiting.cells)
    about: dict[str, list[Problem]] = {}
    others = []
    for problem in waiting.problems:
        places = headers_of(layout, problem["field"], headers)
        for header in places:
            about.setdefault(header, []).append(problem)
        if not places:
            others.append(problem)
    original = dict(waiting.cells)
    for one in reversed(waiting.corrections):
        original[one.field] = one.was
    cells = tuple(
        CellView(header, waiting.cells[header], original[header], tuple(about.get(header, ())))
        for header in taken_headers(layout, headers)
    )
    return cells, tuple(others)


def _no_such_row(what: str) -> NotFound:
    return NotFound("No such row waits", where=Where(thing=what), fix="See the rows in quarantine")
