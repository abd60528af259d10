"""What the first pay will be and why, line by line, and what the payrolls said they paid."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from muster.casework.calendars.queries import calendar_of
from muster.kernel.days import ONE_DAY, Period
from muster.kernel.errors import MusterError
from muster.pagekit.jinja import day
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest
from muster.services.transfers import queries
from muster.services.transfers.pages.pay_words import money
from muster.services.transfers.pay.rules import ExpectedPay, expected_pay
from muster.services.transfers.process.told import pay_terms
from muster.services.transfers.reach import Reader

_FAR = dt.date(2999, 12, 31)


def told(request: PageRequest, reader: Reader) -> list[Table]:
    """Return what is expected as first pay, and what was paid, for those who may see amounts."""
    if not reader.amounts:
        return []
    found: list[Table] = []
    expected = _expected(reader)
    if expected is not None:
        found.append(_lines(request, reader, *expected))
    results = queries.first_pay(reader.one.id)
    if results:
        found.append(_results(request, reader, results))
    return found


def _expected(reader: Reader) -> tuple[ExpectedPay, dt.date] | None:
    """Return the first pay of the employer joined, and its pay day; None where it is not known."""
    one = reader.one
    if not reader.terms:
        return None
    terms = queries.stated(one.id, "importer")
    calendar = calendar_of(one.importer)
    booked = [row for row in queries.bookings(transfer=one.id) if row.employer == one.importer]
    if not terms.get("salary") or calendar is None:
        return None
    day_of = booked[0].period_starts if booked else one.first_day
    period = calendar.period_of(day_of)
    if period is None:
        return None
    try:
        pay = expected_pay([(Period(one.first_day, _FAR), pay_terms(terms))], period,
                           calendar.convention, frequency=calendar.frequency)  # fmt: skip
    except (MusterError, ValueError):
        return None
    return pay, period.pay_day


def _lines(
    request: PageRequest, reader: Reader, pay: ExpectedPay, pay_day: dt.date
) -> Table:  # fmt: skip
    rows: list[tuple[Any, ...]] = [
        (
            Cell(_("Salary") if line.what == "salary" else line.what, note=line.words),
            _days(line.days), money(line.amount),
        )
        for line in pay.lines
    ]  # fmt: skip
    if rows:
        rows.append((_("Gross pay, before tax and other deductions"), "", money(pay.gross)))
    return table(
        request,
        caption=_("First pay from %(employer)s, on %(day)s")
        % {"employer": reader.one.importer_title, "day": day(pay_day)},
        columns=(Column(_("What for")), Column(_("Days")), Column(_("Amount"), numeric=True)),
        rows=rows, empty=_("No day of this pay period is paid by this employer."),
    )  # fmt: skip


def _results(request: PageRequest, reader: Reader, results: Any) -> Table:
    one = reader.one
    titles = {one.exporter: one.exporter_title, one.importer: one.importer_title}
    mine = [row for row in results if reader.is_person or row.employer in _own(reader)]
    rows = []
    for row in mine:
        state = {
            "": Cell(_("As expected"), tag="green"), "open": Cell(_("Differs"), tag="red"),
            "settled": Cell(_("Differed, settled"), tag="yellow", note=row.why),
        }[row.exception]  # fmt: skip
        rows.append((titles.get(row.employer, ""), day(row.period_starts), money(row.expected),
                     money(row.actual), state))  # fmt: skip
    return table(
        request, caption=_("What the payrolls paid"),
        columns=(
            Column(_("Employer")), Column(_("Pay period from")),
            Column(_("Expected"), numeric=True), Column(_("Reported"), numeric=True),
            Column(_("State")),
        ),
        rows=rows, empty=_("Your payroll has not reported yet."),
    )  # fmt: skip


def _own(reader: Reader) -> set[Any]:
    one = reader.one
    return {one.exporter if side == "exporter" else one.importer for side in reader.sides}


def _days(period: Period) -> str:
    last = (period.end or _FAR) - ONE_DAY
    return _("%(first)s to %(last)s") % {"first": day(period.start), "last": day(last)}
