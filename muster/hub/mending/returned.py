"""Corrected workbooks that come back: changed cells become corrections, and their rows go on.

A row is matched by its reference, never by its place: rows may be sorted, left out or deleted, and
columns moved (``lines``). Nothing is overwritten silently: where somebody else changed the same
cell since the workbook was handed out, the row is left as it is and named.
"""

import time
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from muster.connectors.contract import Offer
from muster.hub.framing.positions import in_words
from muster.hub.landing import Read
from muster.hub.mending.comparing import changed
from muster.hub.mending.corrected import Correction
from muster.hub.mending.correcting import LONGEST, go_on, keep_corrections
from muster.hub.mending.handing import MOST_ROWS
from muster.hub.mending.lines import Given, Line, in_ranges, sheets_back
from muster.hub.mending.places import Columns, key_of, layout_named
from muster.hub.mending.waiting import Waiting, headers_waiting, standing, waiting_of
from muster.hub.models import Landing
from muster.hub.parsers import Parser
from muster.hub.quarantine_queries import Without
from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, Where

_AT_ONCE = 500
# So many corrections are kept while somebody waits at a page.
MOST_CELLS = 150_000
# A page lets no more rows of a landing go on while somebody waits, and after so long none.
PAGE_ROWS, PAGE_SECONDS = 20_000, 5.0


class Fate(StrEnum):
    """What became of one row of a workbook that came back, or of lines that are none."""

    WENT_ON = "went on"
    LATER = "goes on later"
    STILL_WRONG = "still wrong"
    UNCHANGED = "unchanged"
    CHANGED_MEANWHILE = "changed meanwhile"
    NO_LONGER_WAITS = "no longer waits"
    UNKNOWN = "unknown"
    NO_REFERENCE = "without reference"
    NOT_READ = "not read"


@dataclass(frozen=True)
class RowBack:
    """One row that came back: on which lines of the workbook and, if known, where in its feed.

    Lines that are no row are told by sheet, all of one together. ``said`` holds what is still
    wrong, or why nothing was done; it holds no personal value.
    """

    fate: Fate
    lines: tuple[Line, ...]
    file: str = ""
    place: str = ""
    said: str = ""
    landing: uuid.UUID | None = None
    row: int = 0

    @property
    def workbook(self) -> str:
        """Where it stands in the workbook, such as ``North, rows 2–5, 9``."""
        words = [
            f"{sheet}{', ' if sheet else ''}{'row' if rows.isdigit() else 'rows'} {rows}"
            for sheet, rows in in_ranges(self.lines)
        ]
        return "; ".join(words)


@dataclass(frozen=True)
class Returned:
    """What came of a workbook: every line of it, by fate, but for the names of the columns."""

    rows: tuple[RowBack, ...]

    def of(self, fate: Fate) -> tuple[RowBack, ...]:
        """Return the rows of one fate, in the order of the workbook."""
        return tuple(row for row in self.rows if row.fate == fate)

    @property
    def lines(self) -> int:
        """How many lines of the workbook that is."""
        return sum(len(row.lines) for row in self.rows)


@dataclass
class _Plan:
    """What is to be done in one landing, before it is done."""

    corrections: list[Correction] = field(default_factory=list)
    seen: dict[int, int] = field(default_factory=dict)
    told: dict[int, RowBack] = field(default_factory=dict)


@dataclass(frozen=True)
class _Kept:
    """What was done so far in one landing: the rows whose corrections were kept wait to go on."""

    landing: Landing
    given: Mapping[int, list[Given]]
    told: Mapping[int, RowBack]
    rows: set[int]


def bring_back(
    offer: Offer,
    *,
    reason: str,
    employer: uuid.UUID | None,
    by: str,
    read: Read,
    clock: Clock,
    ours: Collection[str] = (),
    without: Without = (),
    seconds: float | None = None,
) -> Returned:
    """Take what was corrected in a workbook; return what became of each of its lines.

    The same workbook again changes nothing.

    Args:
        offer: the workbook.
        reason: why the cells are corrected; recorded with each.
        employer: only rows of systems this employer owns; others are as unknown as invented ones.
        by: who brings it back.
        read: reads the workbook, and the bytes of landings.
        clock: stamps the corrections.
        ours: texts that are written into workbooks beside the rows: instructions, and the names
            of columns that no sender has.
        without: rows, by landing and number, that are answered as rows that do not wait.
        seconds: after so many no further rows go on now, nor ever very many of one landing: they
            do with the worker. All go on now by default.

    Raises:
        BadInput: if it cannot be read, is no workbook of waiting rows, holds too many rows or
            corrections, or names of its columns are missing. Nothing is kept then.
    """
    begun = time.monotonic()
    told, by_landing = _matched(offer, read, employer, ours)
    plans = [_planned(one, rows, without, reason, by, clock) for one, rows in by_landing]
    _check_number(
        sum(len(plan.corrections) for plan in plans), MOST_CELLS, "corrected cells", offer
    )
    kept = [
        _kept(landing, rows, plan, by)
        for (landing, rows), plan in zip(by_landing, plans, strict=True)
    ]
    for one in kept:
        over = seconds is not None and time.monotonic() - begun > seconds
        if over or (seconds is not None and len(one.rows) > PAGE_ROWS):
            told += _told_later(one)
        else:
            told += _gone_on(one, read, by, clock)
    return Returned(tuple(told))


def _matched(
    offer: Offer, read: Read, employer: uuid.UUID | None, ours: Collection[str]
) -> tuple[list[RowBack], list[tuple[Landing, dict[int, list[Given]]]]]:
    """Return what is said of lines that are no known row, and all others by landing and row."""
    sheets, unread = sheets_back(read(offer), ours=ours, file=offer.name)
    _check_number(sum(len(sheet.references) for sheet in sheets), MOST_ROWS, "rows", offer)
    told = [RowBack(Fate.NOT_READ, tuple(lines)) for lines in unread]
    wanted = set[uuid.UUID]().union(*(sheet.landings for sheet in sheets))
    landings = {one.id: one for one in _known(wanted, employer)}
    headers = {one.id: _handed_headers(one) for one in landings.values()}
    rows: dict[uuid.UUID, dict[int, list[Given]]] = {}
    for sheet in sheets:
        known: dict[str, str] = {}
        for landing in sorted(sheet.landings & set(landings)):
            known |= {key_of(header): header for header in headers[landing] if key_of(header)}
        given, others = sheet.parted(known, ours=ours, file=offer.name)
        if others:
            told.append(RowBack(Fate.NO_REFERENCE, tuple(others)))
        for one in given:
            if one.reference.landing in landings:
                own = rows.setdefault(one.reference.landing, {})
                own.setdefault(one.reference.row, []).append(one)
            else:
                told.append(RowBack(Fate.UNKNOWN, (one.line,)))
    return told, [(landings[landing], own) for landing, own in rows.items()]


def _check_number(number: int, most: int, what: str, offer: Offer) -> None:
    if number > most:
        raise BadInput(
            f"It holds {number:,} {what}, and {most:,} are taken at once",
            where=Where(file=offer.name),
            fix="Move some of its rows to a second workbook, below the same names of columns, and"
            " upload one after the other",
        )


def _handed_headers(landing: Landing) -> tuple[str, ...]:
    return Columns(layout_named(landing.layout)).taken(headers_waiting(landing))


def _known(wanted: Iterable[uuid.UUID], employer: uuid.UUID | None) -> Iterator[Landing]:
    """Yield landings that stand and whose rows the employer may correct."""
    ids = sorted(wanted)
    for start in range(0, len(ids), _AT_ONCE):
        yield from standing(employer).filter(id__in=ids[start : start + _AT_ONCE])


def _kept(landing: Landing, rows: Mapping[int, list[Given]], plan: _Plan, by: str) -> _Kept:
    """Keep what was corrected in one landing."""
    kept = keep_corrections(landing, plan.corrections, plan.seen, by=by)
    for row in plan.seen.keys() - kept:
        plan.told[row] = _told(landing, row, rows[row], Fate.CHANGED_MEANWHILE, "by somebody else")
    return _Kept(landing, rows, plan.told, kept)


def _told_later(one: _Kept) -> Iterator[RowBack]:
    for row, given in one.given.items():
        yield one.told.get(row) or _told(one.landing, row, given, Fate.LATER)


def _gone_on(one: _Kept, read: Read, by: str, clock: Clock) -> Iterator[RowBack]:
    """Let the corrected rows of one landing go on; yield what became of all its rows."""
    outcome = go_on(one.landing, one.rows, read, by=by, clock=clock)
    still = {waiting.row: waiting for waiting in outcome.waiting}
    for row, given in one.given.items():
        if row in one.told:
            yield one.told[row]
        elif row in still:
            yield _told(one.landing, row, given, Fate.STILL_WRONG, _wrong(still[row]))
        else:
            yield _told(one.landing, row, given, Fate.WENT_ON)


def _planned(
    landing: Landing, rows: Mapping[int, list[Given]], without: Without, reason: str, by: str,
    clock: Clock,
) -> _Plan:  # fmt: skip
    """Return which cells of which rows are corrected, and what is said of all other rows."""
    plan, at = _Plan(), clock.now()
    columns = _Read(Columns(layout_named(landing.layout)))
    for one in waiting_of(landing, [row for row in rows if (landing.id, row) not in without]):
        row, given = one.row, rows[one.row]
        cells, why = _merged(one, given, columns)
        if why:
            plan.told[row] = _told(landing, row, given, Fate.CHANGED_MEANWHILE, why)
        elif not cells:
            plan.told[row] = _told(landing, row, given, Fate.UNCHANGED, _wrong(one))
        else:
            plan.seen[row] = one.edition
            plan.corrections += [
                Correction(row, header, one.cells[header], text, reason, at, by)
                for header, text in cells.items()
            ]
    for row in rows.keys() - plan.told.keys() - plan.seen.keys():
        plan.told[row] = _told(landing, row, rows[row], Fate.NO_LONGER_WAITS)
    return plan


class _Read:
    """Which cells of a line are read, worked out once for all lines of a sheet."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._found: dict[tuple[int, tuple[str, ...]], list[tuple[str, int, Parser | None]]] = {}

    def of(self, one: Given, headers: tuple[str, ...]) -> list[tuple[str, int, Parser | None]]:
        """Return the columns of a row that a line has: header, place in the line, and parser."""
        asked = (id(one.places), headers)
        if asked not in self._found:
            taken = self._columns.taken(headers)
            parsers = self._columns.parsers(taken)
            places = {header: one.places.get(key_of(header)) for header in taken}
            self._found[asked] = [
                (header, place, parsers.get(header))
                for header, place in places.items()
                if place is not None
            ]
        return self._found[asked]


def _merged(now: Waiting, given: Sequence[Given], columns: _Read) -> tuple[dict[str, str], str]:
    """Return the cells that somebody changed, or why none of them can be taken.

    What counts is what was changed since the row was handed out. A cell that somebody else
    changed to something else in the meantime is nobody's to overwrite.
    """
    wanted: dict[str, str] = {}
    for one in given:
        if one.reference.edition > now.edition:
            return {}, "its reference does not fit"
        handed = dict(now.cells)
        for later in reversed(now.corrections[one.reference.edition :]):
            handed[later.field] = later.was
        for header, place, parser in columns.of(one, tuple(now.cells)):
            came = one.cells[place]
            text = None if came == handed[header] else changed(handed[header], came, parser)
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
    landing: Landing, row: int, given: Sequence[Given], fate: Fate, said: str = ""
) -> RowBack:
    place = in_words(row, landing.sheets, unpivoted=landing.unpivoted)
    lines = tuple(one.line for one in given)
    return RowBack(fate, lines, landing.name, place, said, landing.id, row)


def _wrong(waiting: Waiting) -> str:
    """Return what is wrong with a row, without the values: they may be personal."""
    return "; ".join(
        dict.fromkeys(f"{problem['field']}: {problem['reason']}" for problem in waiting.problems)
    )
