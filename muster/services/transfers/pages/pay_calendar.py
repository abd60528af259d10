"""The payroll calendar of one's employer: seen, loaded from a sheet after a preview, undone."""

import base64
import binascii
import uuid
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.casework.calendars import actions, queries
from muster.casework.calendars.reading import COLUMNS
from muster.casework.calendars.rules import Calendar, Changes, PayPeriod
from muster.casework.notifying.colleagues import names
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import ONE_DAY
from muster.kernel.errors import BadInput, MusterError
from muster.pagekit.downloads import as_csv
from muster.pagekit.jinja import day, moment, short_day
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, Download, Table, table
from muster.pagekit.views import PageRequest, no_such, page, render, within
from muster.services.transfers.forms import say

_LARGEST = 500_000
"""Bytes of a sheet; a year of weeks needs some thousand."""
_FREQUENCIES = {
    "monthly": gettext_lazy("Monthly"), "four-weekly": gettext_lazy("Four-weekly"),
    "weekly": gettext_lazy("Weekly"),
}  # fmt: skip
_CONVENTIONS = {
    "calendar_days": gettext_lazy("part periods by calendar days"),
    "365ths": gettext_lazy("part periods by 365ths of a year"),
    "working_days": gettext_lazy("part periods by working days"),
}


class Load(forms.Form):
    """A sheet with a year's pay periods."""

    file = forms.FileField(
        label=gettext_lazy("Sheet"),
        help_text=gettext_lazy("CSV or workbook, one pay period a row"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.xlsm,.ods"}),
    )


@page("set calendars")
@require_safe
def calendar(request: PageRequest) -> HttpResponse:
    """Show the calendars of the reader's employer and what was loaded."""
    own = _own(request)
    if request.GET.get("as") == "csv":
        rows = queries.rows_of_sheet(own) if queries.calendars_of(own) else []
        return as_csv("payroll-calendar.csv", COLUMNS, rows)
    return _page(request, own, Load())


@page("set calendars")
@require_http_methods(["POST"])
def load(request: PageRequest) -> HttpResponse:
    """Show what a sheet would change; once that is confirmed, load it."""
    own = _own(request)
    if request.POST.get("do") == "confirm":
        return _load(request, own)
    form = Load(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, own, form)
    file = form.cleaned_data["file"]
    content, name = file.read(_LARGEST + 1), str(file.name)[:100]
    try:
        if len(content) > _LARGEST:
            raise BadInput("The sheet is larger than any calendar", fix="Load one year at a time")
        found = actions.preview(sheet=content, name=name, employer=own)
    except MusterError as problem:
        _tell(form, problem)
        return _page(request, own, form)
    return render(request, "transfers/calendar_check.html", {
        "name": name, "sheet": base64.b64encode(content).decode(), "changed": bool(found),
        "tables": [_changes(request, frequency, one) for frequency, one in found.changes.items()],
    })  # fmt: skip


@page("set calendars")
@require_POST
def undo(request: PageRequest, load: uuid.UUID) -> HttpResponse:
    """Take back the latest sheet."""
    own = _own(request)
    actions.undo_load(load=load, within=own, by=request.actor.id, clock=SYSTEM_CLOCK)
    leave_notice(request, _("The sheet is taken back; the calendar is as it was before it."))
    return redirect("transfers:calendar")


def _load(request: PageRequest, own: uuid.UUID) -> HttpResponse:
    name = request.POST.get("name", "")[:100] or "calendar.csv"
    try:
        content = base64.b64decode(request.POST.get("sheet", ""), validate=True)
        found = actions.load_calendar(
            sheet=content, name=name, employer=own, by=request.actor.id, clock=SYSTEM_CLOCK
        )
    except (binascii.Error, ValueError):
        return redirect("transfers:calendar")
    except MusterError as problem:
        form = Load()
        form._errors = forms.utils.ErrorDict()  # type: ignore[attr-defined]
        _tell(form, problem)
        return _page(request, own, form)
    words = _("The calendar is loaded.") if found else _("Nothing changed: it is known already.")
    leave_notice(request, words)
    return redirect("transfers:calendar")


def _tell(form: forms.Form, problem: MusterError) -> None:
    """Say what is wrong with a sheet, and where."""
    where = ", ".join(
        part for part in (
            problem.where.sheet or "",
            _("row %(row)s") % {"row": problem.where.row} if problem.where.row else "",
            problem.where.field or "",
        ) if part
    )  # fmt: skip
    if not where:
        say(form, problem)
        return
    form.add_error("file", f"{where}: {problem.what}. {problem.fix}.")


def _own(request: PageRequest) -> uuid.UUID:
    own = within(request, "set calendars")
    if own is None:
        raise no_such("calendar")
    return own


def _page(request: PageRequest, own: uuid.UUID, form: forms.Form) -> HttpResponse:
    found = queries.calendars_of(own)
    return render(request, "transfers/calendar.html", {
        "form": form, "said": take_notice(request), "columns": ", ".join(COLUMNS),
        "calendars": [_calendar(request, one) for one in found],
        "loads": _loads(request, own), "undo": _undo(own),
    })  # fmt: skip


def _calendar(request: PageRequest, one: Calendar) -> Table:
    return table(
        request,
        caption=_("%(frequency)s, %(convention)s")
        % {"frequency": _FREQUENCIES[one.frequency], "convention": _CONVENTIONS[one.convention]},
        columns=(Column(_("Days")), Column(_("Takes changes until")), Column(_("Pay day")),
                 Column(_("State"))),
        rows=[_period(period) for period in reversed(one.periods)],
        empty=_("No pay period."),
        downloads=[Download(_("CSV, which loads again as it is"), "?as=csv")],
    )  # fmt: skip


def _period(one: PayPeriod) -> tuple[Any, ...]:
    frozen = Cell(_("Frozen"), tag="grey") if one.frozen_at else Cell(_("Open"), tag="green")
    return (_span(one), moment(localtime(one.cut_off)), short_day(one.pay_day), frozen)


def _span(one: PayPeriod) -> str:
    last = one.ends - ONE_DAY
    return _("%(first)s to %(last)s") % {"first": short_day(one.starts), "last": short_day(last)}


def _loads(request: PageRequest, own: uuid.UUID) -> Table:
    found = queries.loads_of(own)
    called = names({one.by for one in found})
    return table(
        request, caption=_("Sheets that were loaded"),
        columns=(Column(_("Sheet")), Column(_("When")), Column(_("By whom")), Column(_("State"))),
        rows=[
            (one.name, moment(localtime(one.at)), called.get(one.by, _("somebody")),
             Cell(_("Taken back"), tag="grey") if one.undone_at else Cell(_("Counts"), tag="green"))
            for one in found
        ],
        empty=_("No sheet was loaded yet. Without a calendar no transfer can be scheduled."),
    )  # fmt: skip


def _undo(own: uuid.UUID) -> tuple[str, str] | None:
    last = next((one for one in queries.loads_of(own) if one.last), None)
    if last is None:
        return None
    return last.name, reverse("transfers:undo-calendar", args=[last.load])


def _changes(request: PageRequest, frequency: str, found: Changes) -> Table:
    rows: list[tuple[Any, ...]] = [
        (_span(one), Cell(_("New"), tag="green"), moment(localtime(one.cut_off)), day(one.pay_day))
        for one in found.added
    ]
    rows += [
        (_span(after),
         Cell(_("Changed"), tag="yellow", note=_("was until %(cut_off)s, paid on %(day)s")
              % {"cut_off": moment(localtime(before.cut_off)), "day": day(before.pay_day)}),
         moment(localtime(after.cut_off)), day(after.pay_day))
        for before, after in found.moved
    ]  # fmt: skip
    rows += [
        (_span(one), Cell(_("Gone"), tag="red"), moment(localtime(one.cut_off)), day(one.pay_day))
        for one in found.removed
    ]
    return table(
        request, caption=str(_FREQUENCIES[frequency]),
        columns=(Column(_("Days")), Column(_("What changes")), Column(_("Takes changes until")),
                 Column(_("Pay day"))),
        rows=rows, empty=_("Nothing changes: it is known already."),
    )  # fmt: skip


addresses = [
    path("calendar", calendar, name="calendar"),
    path("calendar/load", load, name="load-calendar"),
    path("calendar/<uuid:load>/undo", undo, name="undo-calendar"),
]
