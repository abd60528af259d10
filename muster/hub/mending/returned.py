"""Corrected workbooks that come back: changed cells become corrections, and their rows go on.

A row is matched by its reference, never by its place: rows may be sorted, left out or deleted, and
columns moved. Nothing is overwritten silently: where somebody else changed the same cell since the
workbook was handed out, the row is left as it is and named.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import polars as pl

from muster.connectors.contract import Offer, Sheet
from muster.hub.framing.positions import in_words
from muster.hub.landing import Read
from muster.hub.mending.comparing import changed
from muster.hub.mending.corrected import Correction
from muster.hub.mending.correcting import LONGEST, go_on, keep_corrections
from muster.hub.mending.places import Columns, key_of, layout_named
from muster.hub.mending.references import PATTERN, Reference, read_reference
from muster.hub.mending.waiting import Waiting, standing, waiting_of
from muster.hub.models import Landing
from muster.hub.parsers import Parser
from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, Where

_AT_ONCE = 500


class Fate(StrEnum):
    """What became of one row of a workbook that came back."""

    WENT_ON = "went on"
    STILL_WRONG = "still wrong"
    UNCHANGED = "unchanged"
    CHANGED_MEANWHILE = "changed meanwhile"
    NO_LONGER_WAITS = "no longer waits"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class RowBack:
    """One row that came back: where it stands in the workbook and, if known, in its feed.

    ``said`` holds what is still wrong, or why nothing was done; it holds no personal value.
    """

    fate: Fate
    workbook: str
    file: str = ""
    place: str = ""
    said: str = ""
    landing: uuid.UUID | None = None
    row: int = 0


@dataclass(frozen=True)
class Returned:
    """What came of a workbook: every row of it, by fate."""

    rows: tuple[RowBack, ...]

    def of(self, fate: Fate) -> tuple[RowBack, ...]:
        """Return the rows of one fate, in the order of the workbook."""
        return tuple(row for row in self.rows if row.fate == fate)


@dataclass(frozen=True)
class _Given:
    """What one row of the workbook says: its reference, its cells, and where each column stands."""

    at: str
    reference: Reference | None
    cells: tuple[str, ...]
    places: Mapping[str, int]

    def cell(self, header: str) -> str | None:
        """Return the cell of a column; None if the workbook has no such column."""
        place = self.places.get(key_of(header))
        return None if place is None else self.cells[place]


@dataclass
class _Plan:
    """What is to be done in one landing, before it is done."""

    corrections: list[Correction] = field(default_factory=list)
    seen: dict[int, int] = field(default_factory=dict)
    told: dict[int, RowBack] = field(default_factory=dict)


def bring_back(
    offer: Offer,
    *,
    reason: str,
    employer: uuid.UUID | None,
    by: str,
    read: Read,
    clock: Clock,
) -> Returned:
    """Take what was corrected in a workbook; return what became of each of its rows.

    The same workbook again changes nothing.

    Args:
        offer: the workbook.
        reason: why the cells are corrected; recorded with each.
        employer: only rows of systems this employer owns; others are as unknown as invented ones.
        by: who brings it back.
        read: reads the workbook, and the bytes of landings.
        clock: stamps the corrections.

    Raises:
        BadInput: if it cannot be read, or is no workbook of waiting rows.
    """
    given = list(_given(read(offer), offer.name))
    wanted = {one.reference.landing for one in given if one.reference is not None}
    told: list[RowBack] = []
    by_landing: dict[uuid.UUID, dict[int, list[_Given]]] = {}
    landings = {one.id: one for one in _known(wanted, employer)}
    for one in given:
        if one.reference is None or one.reference.landing not in landings:
            told.append(RowBack(Fate.UNKNOWN, one.at))
        else:
            rows = by_landing.setdefault(one.reference.landing, {})
            rows.setdefault(one.reference.row, []).append(one)
    for landing, rows in by_landing.items():
        told += _in_one(landings[landing], rows, reason, by, read, clock)
    return Returned(tuple(told))


def _given(sheets: Sequence[Sheet], file: str) -> Iterator[_Given]:
    """Yield every row of the sheets that hold references, those without a readable one too."""
    found = False
    for sheet in sheets:
        column = None if sheet.hidden else _reference_column(sheet.cells)
        if column is None:
            continue
        found = True
        yield from _rows_of(sheet, column, file)
    if not found:
        raise BadInput(
            "This is no workbook of rows that wait: it holds none of their references",
            where=Where(file=file),
            fix="Download the rows from quarantine, correct them there, and upload that workbook",
        )


def _reference_column(cells: pl.DataFrame) -> str | None:
    for name in cells.columns:
        if cells[name].str.strip_chars().str.to_uppercase().str.contains(PATTERN).any():
            return name
    return None


def _rows_of(sheet: Sheet, column: str, file: str) -> Iterator[_Given]:
    references = sheet.cells[column].str.strip_chars().str.to_uppercase()
    first = references.str.contains(PATTERN).arg_true()[0]
    if first == 0:
        raise BadInput(
            "The names of the columns are missing",
            where=Where(file=file, sheet=sheet.name, row=int(sheet.rows[0])),
            fix="Put back the first line of the sheet as it was downloaded",
        )
    headers = sheet.cells.row(first - 1)
    keys: dict[str, int] = {}
    for place, header in enumerate(headers):
        key = key_of(header)
        if not key or str(place) == column:
            continue
        if key in keys:
            raise BadInput(
                f"Two columns are named {header}",
                where=Where(file=file, sheet=sheet.name, row=int(sheet.rows[first - 1])),
                fix="Delete the one that was added",
            )
        keys[key] = place
    body = sheet.cells[first:]
    for number, cells in zip(sheet.rows[first:], body.iter_rows(), strict=True):
        at = f"{sheet.name}, row {number}" if sheet.name else f"row {number}"
        reference = read_reference(cells[int(column)])
        yield _Given(at, reference, cells, keys)


def _known(wanted: Iterable[uuid.UUID], employer: uuid.UUID | None) -> Iterator[Landing]:
    """Yield landings that stand and whose rows the employer may correct."""
    ids = sorted(wanted)
    for start in range(0, len(ids), _AT_ONCE):
        yield from standing(employer).filter(id__in=ids[start : start + _AT_ONCE])


def _in_one(
    landing: Landing,
    rows: Mapping[int, list[_Given]],
    reason: str,
    by: str,
    read: Read,
    clock: Clock,
) -> Iterator[RowBack]:
    """Take what concerns one landing."""
    plan = _planned(landing, rows, reason, by, clock)
    kept = keep_corrections(landing, plan.corrections, plan.seen, by=by)
    outcome = go_on(landing, kept, read, by=by, clock=clock)
    still = {one.row: one for one in outcome.waiting}
    for row, given in rows.items():
        if row in plan.told:
            yield plan.told[row]
        elif row not in kept:
            yield _told(landing, row, given, Fate.CHANGED_MEANWHILE, "by somebody else")
        elif row in still:
            yield _told(landing, row, given, Fate.STILL_WRONG, _wrong(still[row]))
        else:
            yield _told(landing, row, given, Fate.WENT_ON)


def _planned(
    landing: Landing, rows: Mapping[int, list[_Given]], reason: str, by: str, clock: Clock
) -> _Plan:
    """Return which cells of which rows are corrected, and what is said of all other rows."""
    plan, at = _Plan(), clock.now()
    columns = Columns(layout_named(landing.layout))
    for row, given in rows.items():
        plan.told[row] = _told(landing, row, given, Fate.NO_LONGER_WAITS)
    for one in waiting_of(landing, rows.keys()):
        row, given = one.row, rows[one.row]
        headers = columns.taken(tuple(one.cells))
        cells, why = _merged(one, given, headers, columns.parsers(headers))
        if why:
            plan.told[row] = _told(landing, row, given, Fate.CHANGED_MEANWHILE, why)
        elif not cells:
            plan.told[row] = _told(landing, row, given, Fate.UNCHANGED, _wrong(one))
        else:
            del plan.told[row]
            plan.seen[row] = one.edition
            plan.corrections += [
                Correction(row, header, one.cells[header], text, reason, at, by)
                for header, text in cells.items()
            ]
    return plan


def _merged(
    now: Waiting,
    given: Sequence[_Given],
    headers: Sequence[str],
    parsers: Mapping[str, Parser],
) -> tuple[dict[str, str], str]:
    """Return the cells that somebody changed, or why none of them can be taken.

    What counts is what was changed since the row was handed out. A cell that somebody else
    changed to something else in the meantime is nobody's to overwrite.
    """
    wanted: dict[str, str] = {}
    for one in given:
        assert one.reference is not None
        if one.reference.edition > now.edition:
            return {}, "its reference does not fit"
        handed = dict(now.cells)
        for later in reversed(now.corrections[one.reference.edition :]):
            handed[later.field] = later.was
        for header in headers:
            came = one.cell(header)
            parser = parsers.get(header)
            text = None if came is None else changed(handed[header], came, parser)
            if text is None or changed(now.cells[header], text, parser) is None:
                continue
            if handed[header] != now.cells[header]:
                return {}, f"{header} was corrected by somebody else"
            if wanted.setdefault(header, text) != text:
                return {}, "it stands twice in the workbook and says different things"
            if len(text) > LONGEST:
                return {}, f"{header} is longer than {LONGEST:,} characters"
    return wanted, ""


def _told(
    landing: Landing, row: int, given: Sequence[_Given], fate: Fate, said: str = ""
) -> RowBack:
    place = in_words(row, landing.sheets, unpivoted=landing.unpivoted)
    return RowBack(fate, given[0].at, landing.name, place, said, landing.id, row)


def _wrong(waiting: Waiting) -> str:
    """Return what is wrong with a row, without the values: they may be personal."""
    return "; ".join(
        dict.fromkeys(f"{problem['field']}: {problem['reason']}" for problem in waiting.problems)
    )
