"""How a payroll calendar is stated in a sheet, and what is said of one that cannot be right.

Columns stand in any order; more than these are left alone. ``period end`` is the last day of the
period. Times are those that clocks in London show. A sheet counts whole or not at all: the first
thing that is wrong is told with its row and column.
"""

import datetime as dt
import io
from dataclasses import replace
from uuid import uuid4

import openpyxl
import pytest

from muster.casework.calendars.merging import merge
from muster.casework.calendars.reading import COLUMNS, Stated, as_csv, as_rows, read_calendar
from muster.casework.calendars.rules import Calendar, PayPeriod
from muster.kernel.days import LONDON
from muster.kernel.errors import BadInput, Conflict
from tests.tables import rows_of
from tests.workbooks import Cell, xlsx_of

HEADER = "Employer,Frequency,Period start,Period end,Cut-off date,Cut-off time,Pay day"
JANUARY = "Mill,monthly,2027-01-01,2027-01-31,2027-01-12,17:00,2027-01-29"
FEBRUARY = "Mill,monthly,2027-02-01,2027-02-28,2027-02-11,17:00,2027-02-26"
MARCH = "Mill,monthly,2027-03-01,2027-03-31,2027-03-11,17:00,2027-03-31"

# How one cell may be written: column, as written, what it means.
WRITTEN = """
column       | written             | means
cut-off date | 12/01/2027          | 2027-01-12
cut-off date | 2027-01-12          | 2027-01-12
cut-off date | 2027-01-12 00:00:00 | 2027-01-12
cut-off date | 12 January 2027     | 2027-01-12
cut-off date | 12-Jan-2027         | 2027-01-12
cut-off time | 17:00               | 17:00
cut-off time | 17:00:00            | 17:00
cut-off time | 9:30                | 09:30
cut-off time | 0:00                | 00:00
frequency    | Monthly             | monthly
frequency    | Four-weekly         | four-weekly
frequency    | 4 weekly            | four-weekly
frequency    | WEEKLY              | weekly
"""

# The sheet is January, February and March, with one cell of February's row (row 3) changed.
WRONG = """
column       | written    | is told of row | and column   | because
employer     | Weir       | 3              | employer     | another employer
employer     |            | 3              | employer     | another employer
frequency    | yearly     | 3              | frequency    | none of the known words
frequency    |            | 3              | frequency    | none of the known words
period start | soon       | 3              | period start | no date
period start | 31/02/2027 | 3              | period start | no date
period end   | 2027-01-15 | 3              | period end   | ends before it starts
period end   |            | 3              | period end   | no date
cut-off date | 01/02/27   | 3              | cut-off date | no date
cut-off date | 2027-02-27 | 3              | cut-off date | after the pay day
cut-off date | 2027-01-12 | 3              | cut-off date | not after that of the period
cut-off time | 24:00      | 3              | cut-off time | no time of day
cut-off time | 5pm        | 3              | cut-off time | no time of day
cut-off time | 0.7083333  | 3              | cut-off time | no time of day
cut-off time |            | 3              | cut-off time | no time of day
pay day      | Friday     | 3              | pay day      | no date
pay day      | 2027-02-10 | 3              | cut-off date | after the pay day
pay day      | 2027-04-02 | 4              | pay day      | before that of the period
period start | 2027-01-31 | 3              | period start | overlaps that of row 2
period end   | 2027-03-01 | 4              | period start | overlaps that of row 3
period start | 2027-02-02 | 3              | period start | lie in no pay period
period end   | 2027-02-27 | 4              | period start | lie in no pay period
"""
_COLUMNS = HEADER.lower().split(",")


def read(content: str | bytes, file: str = "2027.csv") -> tuple[Stated, ...]:
    raw = content.encode() if isinstance(content, str) else content
    return read_calendar(raw, file=file, is_employer=lambda stated: stated == "Mill")


def sheet(*rows: str) -> str:
    return "\n".join([HEADER, *rows])


def changed(row: str, column: str, cell: str) -> str:
    cells = row.split(",")
    cells[_COLUMNS.index(column)] = cell
    return ",".join(cells)


def merged(stated: tuple[Stated, ...], *known: PayPeriod) -> object:
    return merge(known, stated, convention="calendar_days", nation="scotland")


@pytest.mark.parametrize("row", rows_of(WRITTEN), ids=" ".join)
def test_a_cell_may_be_written_in_these_ways(row: tuple[str, ...]) -> None:
    column, written, means = row
    (found,) = read(sheet(changed(JANUARY, column, written)))
    cut_off = found.period.cut_off.astimezone(LONDON)
    read_as = {
        "cut-off date": cut_off.date().isoformat(),
        "cut-off time": f"{cut_off:%H:%M}",
        "frequency": found.frequency,
    }
    assert read_as[column] == means


@pytest.mark.parametrize("row", rows_of(WRONG), ids=" ".join)
def test_what_is_wrong_is_told_with_row_and_column(row: tuple[str, ...]) -> None:
    column, written, number, field, because = row
    with pytest.raises(BadInput, match=because) as told:
        merged(read(sheet(JANUARY, changed(FEBRUARY, column, written), MARCH)))
    where = told.value.where
    assert (where.file, where.row, where.field) == ("2027.csv", int(number), field)
    assert told.value.fix


def test_the_sheet_is_named_where_a_workbook_has_several() -> None:
    grid = [
        ["Payroll calendar"],
        [],
        HEADER.split(","),
        changed(JANUARY, "pay day", "?").split(","),
    ]
    with pytest.raises(BadInput) as told:
        read(xlsx_of(grid, name="Year"), "2027.xlsx")
    where = told.value.where
    assert (where.sheet, where.row, where.field) == ("Year", 4, "pay day")


def test_hidden_sheets_are_left_alone() -> None:
    book = openpyxl.Workbook()
    for title, row in (("Old", changed(JANUARY, "pay day", "?")), ("Year", JANUARY)):
        page = book.create_sheet(title)
        for cells in (HEADER, row):
            page.append(cells.split(","))
    del book["Sheet"]
    book["Old"].sheet_state = "hidden"
    content = io.BytesIO()
    book.save(content)
    assert len(read(content.getvalue(), "2027.xlsx")) == 1


def test_dates_and_times_that_a_spreadsheet_holds_as_such_are_read() -> None:
    days = [dt.date(2027, 1, 1), dt.date(2027, 1, 31), dt.date(2027, 1, 12)]
    cells: list[Cell] = ["Mill", "monthly", *days, dt.timedelta(hours=17), dt.date(2027, 1, 29)]
    (found,) = read(xlsx_of([HEADER.split(","), cells]), "2027.xlsx")
    assert found.period == read(sheet(JANUARY))[0].period


def test_columns_stand_in_any_order_and_others_are_left_alone() -> None:
    order = [6, 0, 5, 1, 4, 2, 3]
    lines = [line.split(",") for line in (HEADER, JANUARY)]
    turned = "\n".join(",".join(["note", *(cells[n] for n in order)]) for cells in lines)
    assert read(turned)[0].period == read(sheet(JANUARY))[0].period


@pytest.mark.parametrize(
    ("content", "because"),
    [
        ("", "no pay period|nothing|empty"),
        (HEADER, "no pay period"),
        (sheet(JANUARY).replace("Pay day", "Day"), "No row names pay day"),
        (sheet(JANUARY).replace("Pay day", "Period start"), "No row names pay day"),
        (f"{HEADER},Payday\n{JANUARY},2027-01-29", "same name"),
    ],
)
def test_a_sheet_without_its_header_says_what_is_missing(content: str, because: str) -> None:
    with pytest.raises(BadInput, match=because):
        read(content)


def test_a_time_that_no_clock_shows_is_refused_and_one_shown_twice_is_the_first() -> None:
    spring = "Mill,weekly,2027-03-22,2027-03-28,2027-03-28,01:30,2027-04-02"
    with pytest.raises(BadInput, match="Clocks go forward") as told:
        read(sheet(spring))
    assert told.value.where.field == "cut-off time"
    autumn = "Mill,weekly,2027-10-25,2027-10-31,2027-10-31,01:30,2027-11-05"
    (found,) = read(sheet(autumn))
    assert found.period.cut_off == dt.datetime(2027, 10, 31, 0, 30, tzinfo=dt.UTC)


def test_a_cut_off_at_midnight_leaves_the_day_before_for_changes() -> None:
    (found,) = read(sheet(changed(JANUARY, "cut-off time", "00:00")))
    assert found.period.last_day_for_changes == dt.date(2027, 1, 11)
    (found,) = read(sheet(changed(JANUARY, "cut-off time", "00:01")))
    assert found.period.last_day_for_changes == dt.date(2027, 1, 12)


def test_a_row_that_changes_a_frozen_period_is_named() -> None:
    (one,) = read(sheet(JANUARY))
    frozen = replace(one.period, frozen_at=one.period.cut_off)
    assert merged(read(sheet(JANUARY, FEBRUARY)), frozen)
    with pytest.raises(Conflict, match="frozen") as told:
        merged(read(sheet(changed(JANUARY, "cut-off date", "2027-01-13"), FEBRUARY)), frozen)
    assert told.value.where.row == 2


def test_a_sheet_that_begins_or_ends_within_a_known_period_is_refused() -> None:
    """Else the rest of that period would be paid by nobody, without a word."""
    known = [one.period for one in read(sheet(JANUARY, FEBRUARY))]
    begins = changed(FEBRUARY, "period start", "2027-02-15")
    with pytest.raises(BadInput, match="2027-02-01 to before 2027-02-15"):
        merged(read(sheet(begins)), *known)
    with pytest.raises(BadInput, match="2027-01-01 to before 2027-01-15"):
        merged(read(sheet(changed(JANUARY, "period start", "2027-01-15"))), *known)
    with pytest.raises(BadInput, match="2027-02-27 to before 2027-03-01"):
        merged(read(sheet(changed(FEBRUARY, "period end", "2027-02-26"))), *known)


def test_payroll_takes_changes_up_to_the_cut_off_and_never_of_a_frozen_period() -> None:
    (one,) = read(sheet(JANUARY))
    period, second = one.period, dt.timedelta(seconds=1)
    assert period.takes_changes_at(period.cut_off)
    assert not period.takes_changes_at(period.cut_off + second)
    assert not replace(period, frozen_at=period.cut_off).takes_changes_at(period.cut_off)


def test_a_calendar_counts_in_one_way() -> None:
    header = f"{HEADER},part periods,bank holidays"
    rows = [f"{JANUARY},365ths,Scotland", f"{FEBRUARY},calendar days,Scotland"]
    with pytest.raises(BadInput, match="otherwise") as told:
        merged(read("\n".join([header, *rows])))
    assert (told.value.where.row, told.value.where.field) == (3, "part periods")


def test_what_is_written_is_read_as_it_was() -> None:
    stated = read(sheet(JANUARY, FEBRUARY, MARCH))
    calendar = Calendar(
        uuid4(), "monthly", "working_days", "northern-ireland", tuple(one.period for one in stated)
    )
    again = read(as_csv(as_rows("Mill", [calendar])))
    assert [one.period for one in again] == list(calendar.periods)
    assert {(one.frequency, one.convention, one.nation) for one in again} == {
        ("monthly", "working_days", "northern-ireland")
    }
    assert len(as_rows("Mill", [calendar])[0]) == len(COLUMNS)
