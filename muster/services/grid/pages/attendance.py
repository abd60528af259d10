"""Attendance by building and week against what is expected, drawn and as a table."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe
from markupsafe import Markup

from muster.gates.access import may_ever
from muster.gates.disclosure import BAND_TOP, Told
from muster.gates.release import ReleasedTable
from muster.kernel.clock import SYSTEM_CLOCK
from muster.pagekit.charts import Mark, bars, line
from muster.pagekit.fields import offer
from muster.pagekit.jinja import day, short_day
from muster.pagekit.notices import take_notice
from muster.pagekit.tables import Cell, Column, Table, query_with, table
from muster.pagekit.views import PageRequest, page, render
from muster.services.grid.attendance import Attendance, Line, attendance
from muster.services.grid.explore.asking import EMPLOYER
from muster.services.grid.pages.linking import of_metric

_VERDICTS: Mapping[str, tuple[Any, str]] = {
    "meets": (gettext_lazy("Meets it"), "green"),
    "below": (gettext_lazy("Below it"), "orange"),
    "cannot tell": (gettext_lazy("Too near to tell"), "grey"),
    "not told": (gettext_lazy("Too few people"), "grey"),
    "no expectation": (gettext_lazy("Nothing expected"), "grey"),
}


class AttendanceForm(forms.Form):
    """Month and employer; both optional, so any address is valid."""

    month = forms.ChoiceField(label=gettext_lazy("Month"), required=False)
    employer = forms.ChoiceField(label=gettext_lazy("Employer"), required=False)

    def __init__(self, found: Attendance, **kwargs: Any) -> None:
        chosen = {
            "month": found.month.isoformat() if found.month else "",
            "employer": found.employer,
        }
        super().__init__(initial=chosen, auto_id="filter_%s", **kwargs)
        months = [(one.isoformat(), date_format(one, "F Y")) for one in reversed(found.months)]
        offer(self, "month", months)
        offer(self, "employer", [("", _("All employers")), *found.employers.items()])


@page("see figures")
@require_safe
def attended(request: PageRequest) -> HttpResponse:
    """Show who came on an average day of each week, and how that stands to what is expected."""
    get = request.GET.get
    found = attendance(
        get("month", ""), get("employer", ""),
        purpose=request.purpose, by=request.actor.id, clock=SYSTEM_CLOCK,
    )  # fmt: skip
    context = {
        "found": found,
        "title": _title(found),
        "filter_form": AttendanceForm(found),
        "completeness": _completeness(found),
        "summary": _summary(found),
        "svg": _drawing(found) if found.lines else "",
        "table": _table(request, found),
        "releases": [(_table_title(one), str(one.release)) for one in found.tables],
        "explore": of_metric(
            found.metric.name,
            by=EMPLOYER,
            as_at=found.month.isoformat() if found.month else "",
            employer=found.employer,
        ),
        "drawn": _("People in all buildings on an average day of each week.")
        if found.total
        else _("Share of people based there who came on an average day."),
        "may_declare": may_ever(request.actor, "declare expectations"),
        "said": take_notice(request),
    }
    return render(request, "grid/attendance.html", context)


def _title(found: Attendance) -> str:
    if found.month is None:
        return _("Attendance")
    whose = found.named or _("All employers")
    return _("%(whose)s, weeks that ended in the month to %(date)s") % {
        "whose": whose,
        "date": day(found.month),
    }


def _completeness(found: Attendance) -> str:
    whole = found.returned
    if whole is None or found.month is None:
        return _("No building system has told of a whole month yet.")
    return ngettext(
        "%(returned)s of %(known)s employer told of all weeks to %(date)s.",
        "%(returned)s of %(known)s employers told of all weeks to %(date)s.",
        whole.known,
    ) % {"returned": whole.returned, "known": whole.known, "date": day(found.month)}


def _summary(found: Attendance) -> str:
    """Return how the employer asked about stands, in a sentence."""
    if found.total is None:
        return ""
    of = found.total
    words = {
        "meets": _("%(share)s of the people based there came on an average day: that meets the"
                   " %(expected)s%% that are expected."),
        "below": _("%(share)s of the people based there came on an average day: that is below the"
                   " %(expected)s%% that are expected."),
        "cannot tell": _("%(share)s of the people based there came on an average day:"
                         " %(expected)s%% are expected, and rounded figures are too near to tell."),
        "not told": _("Too few people are based there to tell what share of them came."),
        "no expectation": _("%(share)s of the people based there came on an average day. Nothing"
                            " is expected of them."),
    }[of.verdict]  # fmt: skip
    return words % {"share": of.share.shown, "expected": of.expected}


def _drawing(found: Attendance) -> Markup:
    title, said = _title(found), _completeness(found)
    if found.total is None:
        shares = [_mark(one.label, one.share) for one in found.lines]
        words = _("Share of people based there who came on an average day.")
        return bars(title=title, description=f"{said} {words}", marks=shares)
    told = found.total.weeks
    weeks = [_mark(short_day(week), told.get(code)) for code, week in found.weeks.items()]
    words = _("People in all buildings on an average day of each week.")
    return line(title=title, description=f"{said} {words}", marks=weeks)


def _mark(label: str, told: Told | None) -> Mark:
    if told is None:
        return Mark(label, "", None, _("Not counted"))
    if told.value is not None:
        return Mark(label, "", told.value, told.shown)
    if told.kind == "band" and told.shown.endswith(str(BAND_TOP)):
        return Mark(label, "", 0, told.shown, upto=BAND_TOP)
    return Mark(label, "", None, told.shown)


def _table(request: PageRequest, found: Attendance) -> Table:
    by_building = bool(found.employer)
    lines = [*found.lines, *([found.total] if found.total else [])]
    return table(
        request,
        caption=_("People on an average day, by building and week")
        if by_building
        else _("People on an average day, by employer and week"),
        columns=[
            Column(_("Building") if by_building else _("Employer")),
            Column(_("Against what is expected")),
            Column(_("Share"), numeric=True),
            Column(_("Expected"), numeric=True),
            Column(_("Whole month"), numeric=True),
            *(
                Column(_("Week of %(day)s") % {"day": short_day(week)}, numeric=True)
                for week in found.weeks.values()
            ),
            Column(_("Based there"), numeric=True),
            Column(_("Share of desks"), numeric=True),
        ],
        rows=[_row(request, found, one) for one in lines],
        empty=_("No building system has told of a whole month yet."),
    )


def _row(request: PageRequest, found: Attendance, one: Line) -> tuple[Any, ...]:
    words, colour = _VERDICTS[one.verdict]
    name: Any = one.label
    if one is found.total:
        name = _("All buildings")
    elif not found.employer:
        name = Cell(one.label, href=query_with(request, employer=one.code))
    weeks = (one.weeks.get(code) for code in found.weeks)
    return (
        name,
        Cell(str(words), tag=colour),
        one.share.shown,
        _("None") if one.expected is None else f"{one.expected}%",
        one.present.shown,
        *(_("Not counted") if told is None else told.shown for told in weeks),
        one.based.shown,
        one.filled.shown,
    )


def _table_title(one: ReleasedTable) -> str:
    parts = [part.title.lower() for name in one.dimensions if (part := one.metric.dimension(name))]
    return f"{one.metric.title} {_('by')} {', '.join(parts)}"
