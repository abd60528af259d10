"""Reading a payroll calendar from a sheet, and writing one that can be read again.

A sheet is delimited text or a workbook. Its header names the columns, in any order and wherever it
stands among the first rows: employer, frequency, period start, period end (the last day), cut-off
date, cut-off time, pay day; and, if wanted, part periods and bank holidays. Times are those that
clocks in London show. A sheet is taken whole or not at all: the first thing that cannot be read is
told with its sheet, row and column.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from muster.casework.calendars.rules import Calendar, Convention, Frequency, PayPeriod
from muster.connectors.contract import Offer, Sheet
from muster.connectors.csv_drop.reader import read as read_delimited
from muster.connectors.workbook.connector import ENDINGS as WORKBOOKS
from muster.connectors.workbook.reader import read as read_workbook
from muster.hub.parsers.dates import read_date
from muster.hub.parsers.reasons import Damaged, Unreadable
from muster.kernel.days import LONDON, ONE_DAY, legal_day
from muster.kernel.errors import BadInput, Where
from muster.kernel.working_days import Nation

COLUMNS = (
    "employer", "frequency", "period start", "period end", "cut-off date", "cut-off time",
    "pay day", "part periods", "bank holidays",
)  # fmt: skip
OPTIONAL = ("part periods", "bank holidays")
_ALSO = {"start": "period start", "end": "period end", "payday": "pay day", "pay date": "pay day"}
_PACKED = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")
MOST_BYTES, MOST_ROWS, _HEADER_WITHIN = 2_000_000, 2_000, 20
_DATE_FORMS = ("DD/MM/YYYY", "DD MMMM YYYY", "DD-MON-YYYY")
_TIME = re.compile(r"(?:1899-12-31 |1900-01-00 )?(\d{1,2}):(\d{2})(?::00(?:\.0+)?)?", re.ASCII)
FREQUENCY_WORDS: dict[str, Frequency] = {
    "monthly": "monthly", "weekly": "weekly", "four weekly": "four-weekly",
    "4 weekly": "four-weekly",
}  # fmt: skip
CONVENTION_WORDS: dict[str, Convention] = {
    "calendar days": "calendar_days", "365ths": "365ths", "working days": "working_days",
}  # fmt: skip
NATION_WORDS: dict[str, Nation] = {
    "england and wales": "england-and-wales", "scotland": "scotland",
    "northern ireland": "northern-ireland",
}  # fmt: skip
Word = TypeVar("Word", bound=str)


@dataclass(frozen=True)
class Stated:
    """One row: a pay period of a calendar, and where it stands. None where a column is absent."""

    frequency: Frequency
    period: PayPeriod
    convention: Convention | None
    nation: Nation | None
    where: Where


def read_calendar(
    content: bytes, *, file: str, is_employer: Callable[[str], bool]
) -> tuple[Stated, ...]:
    """Return the pay periods that a sheet states.

    Args:
        content: the bytes of the file.
        file: its name.
        is_employer: whether what stands in the column ``employer`` means the employer whose
            calendar it is.

    Raises:
        BadInput: naming file, sheet, row and field of what cannot be read, and what to do.
    """
    if len(content) > MOST_BYTES:
        raise BadInput("The file is too large", where=Where(file=file), fix="Send one year of it")
    packed = content.startswith(_PACKED) or file.lower().endswith(WORKBOOKS)
    read = read_workbook if packed else read_delimited
    sheets = [one for one in read(Offer(file, content)) if one.height and not one.hidden]
    found = tuple(row for sheet in sheets for row in _of_sheet(sheet, file, is_employer))
    if not found:
        raise BadInput(
            "The file states no pay period", where=Where(file=file),
            fix=f"Let a row name {', '.join(COLUMNS[:-2])}, and the rows below it state them",
        )  # fmt: skip
    if len(found) > MOST_ROWS:
        raise BadInput(
            f"The file has more than {MOST_ROWS} rows", where=Where(file=file),
            fix="Send one year of it",
        )  # fmt: skip
    return found


def _of_sheet(sheet: Sheet, file: str, is_employer: Callable[[str], bool]) -> Iterator[Stated]:
    rows = list(zip(sheet.rows.to_list(), sheet.cells.rows(), strict=True))
    at, headings = _header(sheet, rows, file)
    for number, cells in rows[at + 1 :]:
        row = _Row(dict(zip(headings, cells, strict=True)), file, sheet.name or None, int(number))
        if not is_employer(row.text("employer")):
            raise row.odd(
                "employer", "This is another employer than the one whose calendar is loaded",
                "Load each employer's calendar from a sheet of its own",
            )  # fmt: skip
        yield _stated(row)


def _header(
    sheet: Sheet, rows: list[tuple[int, tuple[str, ...]]], file: str
) -> tuple[int, list[str]]:
    """Return which row names the columns, and what it calls them."""
    needed = set(COLUMNS) - set(OPTIONAL)
    best: set[str] = set()
    for at, (number, cells) in enumerate(rows[:_HEADER_WITHIN]):
        headings = [_heading(cell) for cell in cells]
        named = [one for one in headings if one in COLUMNS]
        if needed <= set(named):
            twice = {one for one in named if named.count(one) > 1}
            if twice:
                raise BadInput(
                    "Two columns have the same name",
                    where=Where(file=file, sheet=sheet.name or None, row=int(number),
                                field=min(twice)),
                    fix="Take one of them out",
                )  # fmt: skip
            return at, headings
        best = max(best, set(named), key=len)
    missing = [one for one in COLUMNS if one in needed - best]
    raise BadInput(
        f"No row names {', '.join(missing)}", where=Where(file=file, sheet=sheet.name or None),
        fix=f"Let one row name {', '.join(COLUMNS[:-2])}",
    )  # fmt: skip


def _heading(cell: str) -> str:
    plain = _plain(cell)
    for name in COLUMNS:
        if plain == _plain(name):
            return name
    return _ALSO.get(plain, plain)


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").replace("-", " ").split())


@dataclass(frozen=True)
class _Row:
    """One row with its place, for errors."""

    cells: Mapping[str, str]
    file: str
    sheet: str | None
    number: int

    def text(self, name: str) -> str:
        return self.cells.get(name, "").strip()

    def where(self, name: str | None = None) -> Where:
        return Where(file=self.file, sheet=self.sheet, row=self.number, field=name)

    def odd(self, name: str, what: str, fix: str) -> BadInput:
        return BadInput(what, where=self.where(name), fix=fix)

    def date(self, name: str) -> dt.date:
        for form in _DATE_FORMS:
            try:
                return read_date(self.text(name), form)
            except (Damaged, Unreadable):
                continue
        raise self.odd(name, "This is no date", "Write it as 2027-03-31 or 31/03/2027")

    def time(self, name: str) -> dt.time:
        match = _TIME.fullmatch(self.text(name))
        if match is None or int(match[1]) > 23 or int(match[2]) > 59:
            raise self.odd(name, "This is no time of day", "Write hours and minutes, such as 17:00")
        return dt.time(int(match[1]), int(match[2]))

    def word(self, name: str, words: Mapping[str, Word]) -> Word:
        found = words.get(_plain(self.text(name)))
        if found is None:
            raise self.odd(name, "This is none of the known words", f"Write {_either(words)}")
        return found


def _either(words: Mapping[str, object]) -> str:
    return " or ".join(words)


def _stated(row: _Row) -> Stated:
    starts, last = row.date("period start"), row.date("period end")
    if last < starts:
        raise row.odd("period end", "The period ends before it starts", "State its last day")
    day, pays = row.date("cut-off date"), row.date("pay day")
    if day > pays:
        raise row.odd(
            "cut-off date", "The cut-off is after the pay day",
            "Payroll cannot take changes once it has paid: state an earlier cut-off",
        )  # fmt: skip
    return Stated(
        frequency=row.word("frequency", FREQUENCY_WORDS),
        period=PayPeriod(starts, last + ONE_DAY, _cut_off(row, day), pays),
        convention=row.word("part periods", CONVENTION_WORDS) if row.text("part periods") else None,
        nation=row.word("bank holidays", NATION_WORDS) if row.text("bank holidays") else None,
        where=row.where("period start"),
    )


def _cut_off(row: _Row, day: dt.date) -> dt.datetime:
    """Return the moment; of an hour that clocks show twice, the first."""
    moment = dt.datetime.combine(day, row.time("cut-off time"), LONDON)
    instant = moment.astimezone(dt.UTC)
    if instant.astimezone(LONDON).replace(tzinfo=None) != moment.replace(tzinfo=None):
        raise row.odd(
            "cut-off time", "Clocks go forward over this time of that day", "State an hour later"
        )
    return instant


def as_rows(name: str, calendars: Iterable[Calendar]) -> list[list[str]]:
    """Return an employer's calendars as rows of a sheet below its header ``COLUMNS``."""
    return [_written(name, one, period) for one in calendars for period in one.periods]


def _written(name: str, calendar: Calendar, period: PayPeriod) -> list[str]:
    clock = period.cut_off.astimezone(LONDON)
    return [
        name,
        calendar.frequency,
        period.starts.isoformat(),
        period.last_day.isoformat(),
        legal_day(period.cut_off).isoformat(),
        f"{clock:%H:%M}",
        period.pay_day.isoformat(),
        calendar.convention.replace("_", " "),
        calendar.nation.replace("-", " "),
    ]


def as_csv(rows: list[list[str]]) -> bytes:
    """Return rows below the header as delimited text that spreadsheets open and we read again."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")
