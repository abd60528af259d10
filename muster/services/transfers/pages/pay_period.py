"""This pay period: who starts, leaves and changes, what waits and why, and whether totals agree.

For the payroll lead of one employer. Everything on the page is in the files as well.
"""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.gates.looks import note_look
from muster.gates.people import viewer_of
from muster.kernel.clock import SYSTEM_CLOCK
from muster.pagekit.downloads import as_csv, as_file
from muster.pagekit.jinja import day, moment, short_day
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, Download, Table, table
from muster.pagekit.views import PageRequest, no_such, page, render, within
from muster.pagekit.workbooks import CONTENT_TYPE, SheetOut, as_workbook
from muster.services.transfers.pages.answered import to_settle
from muster.services.transfers.pages.pay_words import (
    ACTIONS,
    FIELDS,
    Settle,
    hand_off_words,
    lane_words,
    money,
    outcome_cell,
    state_words,
    totals_words,
)
from muster.services.transfers.payrolls import queries
from muster.services.transfers.payrolls.queries import AtRisk, Entry, PeriodView
from muster.services.transfers.payrolls.settling import settle
from muster.services.transfers.payrolls.this_period import agree_totals


@page("run pay period")
@require_safe
def pay_period(request: PageRequest, starts: str = "") -> HttpResponse:
    """Show the pay period that takes changes now, or the one whose first day is given."""
    own = _employer(request)
    chosen = _day(starts) if starts else None
    found = queries.view(
        own, viewer=viewer_of(request.actor), starts=chosen, now=SYSTEM_CLOCK.now()
    )
    if found is None:
        if starts:
            raise no_such("pay period")
        return render(request, "transfers/pay_period_none.html", {"frozen": _frozen(request, own)})
    people = [one.person for one in found.entries] + [one.person for one in found.at_risk]
    note_look(request.actor, what="pay period", purpose=request.purpose, people=people)
    if request.GET.get("as") == "csv":
        return as_csv(f"pay-period-{found.starts}.csv", _headings(), _rows(found))
    if request.GET.get("as") == "xlsx":
        return _workbook(found)
    context = {
        "period": found,
        "facts": _facts(found),
        "groups": [_group(request, found, action) for action in ("start", "leave", "change")],
        "cancelled": _group(request, found, "cancel") if found.of("cancel") else None,
        "blocked": _blocked(request, found.blocked),
        "risks": _risks(request, found.at_risk),
        "totals": _totals(request, found),
        "agrees": bool(found.frozen_at) and not found.agreed_at
        and found.totals.state in ("agree", "nothing"),
        "frozen": _frozen(request, own),
        "pensions": to_settle(request, own),
        "unsolicited": queries.unsolicited(own, found.starts),
        "said": take_notice(request),
    }  # fmt: skip
    return render(request, "transfers/pay_period.html", context)


@page("run pay period")
@require_POST
def agree(request: PageRequest, starts: str) -> HttpResponse:
    """Agree the control totals of a frozen pay period."""
    own = _employer(request)
    agree_totals(employer=own, starts=_day(starts), by=request.actor.id, clock=SYSTEM_CLOCK)
    leave_notice(request, _("The control totals are agreed."))
    return redirect("transfers:pay-period-of", starts)


@page("run pay period")
@require_http_methods(["GET", "HEAD", "POST"])
def difference(request: PageRequest, instruction: uuid.UUID) -> HttpResponse:
    """Show how one pay differs from what was expected, and take how that was settled."""
    own = _employer(request)
    found = queries.compared(own, instruction, viewer=viewer_of(request.actor))
    if found is None:
        raise no_such("pay")
    form = Settle(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        settle(
            instruction=instruction, employer=own, why=form.cleaned_data["why"],
            by=request.actor.id, clock=SYSTEM_CLOCK, as_person=request.actor.person,
        )  # fmt: skip
        leave_notice(request, _("The difference is settled."))
        return redirect("transfers:pay-period")
    note_look(request.actor, what="first pay", purpose=request.purpose, people=[found.entry.person])
    shown = table(
        request,
        caption=_("What differs"),
        columns=[
            Column(_("Field")), Column(_("What payroll was told, or what follows")),
            Column(_("What payroll reports")),
        ],
        rows=[
            (str(FIELDS.get(one.field, one.field)), one.expected, one.reported)
            for one in found.differences
        ],
        empty=_("Nothing differs: the payroll paid what was expected."),
    )  # fmt: skip
    context = {"entry": found.entry, "table": shown, "form": form if found.opened_at else None}
    return render(request, "transfers/pay_difference.html", context)


def _employer(request: PageRequest) -> uuid.UUID:
    """Return whose pay period it is: that of the reader's own employer alone."""
    own = within(request, "run pay period")
    if own is None:
        raise no_such("pay period")
    return own


def _day(starts: str) -> dt.date:
    """Return the day that an address names."""
    try:
        return dt.date.fromisoformat(starts)
    except ValueError:
        raise no_such("pay period") from None


def _facts(found: PeriodView) -> list[tuple[str, str]]:
    last = found.ends - dt.timedelta(days=1)
    left = (
        _(
            "Frozen %(when)s",
        )
        % {"when": moment(localtime(found.frozen_at))}
        if found.frozen_at
        else _("%(days)s working days left") % {"days": max(found.days_left, 0)}
    )
    return [
        (_("Days"), _("%(first)s to %(last)s") % {"first": day(found.starts), "last": day(last)}),
        (_("Cut-off"), f"{moment(localtime(found.cut_off))} · {left}"),
        (_("Pay day"), day(found.pay_day)),
    ]


def _group(request: PageRequest, found: PeriodView, action: str) -> Table:
    title, counts, empty = ACTIONS[action]
    return table(
        request,
        caption=title,
        columns=[
            Column(_("Name")), Column(_("Staff number")), Column(counts),
            Column(_("Expected gross pay"), numeric=True),
            Column(_("Payroll reports"), numeric=True),
            Column(_("State")),
        ],
        rows=[
            (
                Cell(one.name or _("No name"), note=_late(one)), one.staff_number,
                short_day(one.counts_from), money(one.expected), money(one.reported),
                outcome_cell(one),
            )
            for one in found.of(action)
        ],
        empty=empty,
    )  # fmt: skip


def _late(one: Entry) -> str:
    if one.late_for is None:
        return ""
    return _("Came after the cut-off of the period from %(day)s") % {"day": day(one.late_for)}


def _blocked(request: PageRequest, found: Sequence[Entry]) -> Table:
    return table(
        request,
        caption=_("Blocked"),
        columns=[
            Column(_("Name")), Column(_("Staff number")), Column(_("What")), Column(_("Why")),
        ],
        rows=[
            (one.name or _("No name"), one.staff_number, str(ACTIONS[one.action][0]), one.because)
            for one in found
        ],
        empty=_("Nothing is blocked."),
    )  # fmt: skip


def _risks(request: PageRequest, found: Sequence[AtRisk]) -> Table:
    return table(
        request,
        caption=_("At risk"),
        columns=[
            Column(_("First day")), Column(_("Who")), Column(_("Stands at")),
            Column(_("Waits for")), Column(_("Owner")),
            Column(_("Working days left"), numeric=True),
        ],
        rows=[
            (
                short_day(one.first_day), _("Joins") if one.joins else _("Leaves"),
                state_words(one.state), hand_off_words(one.waits_for), lane_words(one.owner),
                max(one.days_left, 0),
            )
            for one in found
        ],
        empty=_("Nothing is at risk: every transfer of this period has been told to payroll."),
    )  # fmt: skip


def _totals(request: PageRequest, found: PeriodView) -> Table:
    sums = found.totals
    words, colour = totals_words(sums.state)
    return table(
        request,
        caption=_("Control totals"),
        columns=[Column(_("Total")), Column(_("Expected"), numeric=True),
                 Column(_("Payroll reports"), numeric=True), Column(_("State"))],
        rows=[
            (_("People paid"), sums.expected_count, sums.reported_count, Cell(words, tag=colour)),
            (_("Gross pay"), money(sums.expected_gross), money(sums.reported_gross),
             Cell(words, tag=colour)),
        ],
        empty="",
        downloads=[Download(_("Download as CSV"), "?as=csv"),
                   Download(_("Download as a workbook"), "?as=xlsx")],
    )  # fmt: skip


def _frozen(request: PageRequest, own: uuid.UUID) -> Table:
    return table(
        request,
        caption=_("Frozen periods"),
        columns=[
            Column(_("Pay period")), Column(_("Starters"), numeric=True),
            Column(_("Leavers"), numeric=True), Column(_("Changes"), numeric=True),
            Column(_("Moved on"), numeric=True), Column(_("Totals")),
        ],
        rows=[
            (
                Cell(day(one.starts), reverse("transfers:pay-period-of", args=[one.starts])),
                one.starters, one.leavers, one.changes, one.moved_on,
                _("Agreed") if one.agreed_at else _("Not agreed yet"),
            )
            for one in queries.frozen_periods(own)
        ],
        empty=_("No pay period has been frozen yet."),
    )  # fmt: skip


def _headings() -> tuple[str, ...]:
    return (
        _("List"), _("Name"), _("Staff number"), _("Counts from"), _("Expected gross pay"),
        _("Payroll reports"), _("State"), _("Why"),
    )  # fmt: skip


def _rows(found: PeriodView) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [
        (
            _("Blocked") if one.because else str(ACTIONS[one.action][0]), one.name,
            one.staff_number, one.counts_from.isoformat(), money(one.expected, sign=False),
            money(one.reported, sign=False), str(outcome_cell(one).text),
            one.because or _late(one),
        )
        for one in found.entries
    ]  # fmt: skip
    rows += [
        (
            _("At risk"), "", "", one.first_day.isoformat(), "", "", state_words(one.state),
            ", ".join(filter(None, (hand_off_words(one.waits_for), lane_words(one.owner)))),
        )
        for one in found.at_risk
    ]  # fmt: skip
    sums = found.totals
    for name, expected, reported in (
        (_("People paid"), str(sums.expected_count), str(sums.reported_count)),
        (_("Gross pay"), money(sums.expected_gross, sign=False),
         money(sums.reported_gross, sign=False)),
    ):  # fmt: skip
        words = str(totals_words(sums.state)[0])
        rows.append((_("Control totals"), name, "", "", expected, reported, words, ""))
    return rows


def _workbook(found: PeriodView) -> HttpResponse:
    name = _("Pay period from %(day)s") % {"day": found.starts.isoformat()}
    content = as_workbook(name, [SheetOut(found.starts.isoformat(), _headings(), _rows(found))])
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    return as_file(response, f"pay-period-{found.starts}.xlsx")


addresses = [
    path("pay-period", pay_period, name="pay-period"),
    path("pay-period/from/<str:starts>", pay_period, name="pay-period-of"),
    path("pay-period/from/<str:starts>/agree", agree, name="agree-totals"),
    path("pay-period/pay/<uuid:instruction>", difference, name="pay-difference"),
]
