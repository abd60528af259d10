"""What employers expect of attendance: declared from a day on, and taken back."""

import uuid
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from muster.kernel.clock import SYSTEM_CLOCK
from muster.pagekit.fields import DateParts
from muster.pagekit.jinja import day, moment
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest, no_such, page, render, within
from muster.register.attendance.actions import (
    LEAST,
    MOST,
    declare_expectation,
    take_back_expectation,
)
from muster.register.attendance.queries import Declared, expectations, who_tells


class DeclareExpectation(forms.Form):
    """Whose, how much, and from which day on."""

    employer = forms.ChoiceField(
        label=gettext_lazy("Employer"),
        error_messages={"required": gettext_lazy("Choose an employer")},
    )
    share = forms.IntegerField(
        label=gettext_lazy("Share of working time in the office, in per cent"),
        help_text=gettext_lazy("Three days in five are 60."),
        min_value=LEAST,
        max_value=MOST,
        error_messages={
            "required": gettext_lazy("Enter a share, such as 60"),
            "invalid": gettext_lazy("Enter a whole number, such as 60"),
            "min_value": gettext_lazy("Enter a whole number from 1 to 100"),
            "max_value": gettext_lazy("Enter a whole number from 1 to 100"),
        },
    )
    starts = DateParts(label=gettext_lazy("Expected from"))

    def __init__(self, *args: Any, employers: dict[UUID, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["employer"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.hex, title) for one, title in employers.items()]


@page("declare expectations")
@require_http_methods(["GET", "HEAD", "POST"])
def declared(request: PageRequest) -> HttpResponse:
    """List what is expected, and declare it anew."""
    own = within(request, "declare expectations")
    offered = {one: title for one, title in who_tells().items() if own in (None, one)}
    form = DeclareExpectation(request.POST if request.method == "POST" else None, employers=offered)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        declare_expectation(
            employer=uuid.UUID(hex=said["employer"]),
            share=said["share"],
            starts=said["starts"],
            by=request.actor.id,
            clock=SYSTEM_CLOCK,
        )
        leave_notice(request, _("Declared. Attendance is measured against it from that day on."))
        return redirect("grid:expectations")
    context = {
        "form": form if offered else None,
        "table": _table(request, expectations(own)),
        "said": take_notice(request),
    }
    return render(request, "grid/expectations.html", context)


@page("declare expectations")
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: PageRequest, expectation: UUID) -> HttpResponse:
    """Ask once more, then take an expectation back."""
    in_reach = expectations(within(request, "declare expectations"))
    found = next((one for one in in_reach if one.id == expectation), None)
    if found is None:
        raise no_such("expectation in force")
    if request.method == "POST":
        take_back_expectation(expectation=found.id, by=request.actor.id, clock=SYSTEM_CLOCK)
        leave_notice(request, _("Taken back. What was expected before is in force again."))
        return redirect("grid:expectations")
    facts = [
        (_("Employer"), found.title),
        (_("Share of working time"), f"{found.share}%"),
        (_("Expected from"), day(found.starts)),
        (_("Declared by"), found.declared_by),
    ]
    return render(request, "grid/expectation_take_back.html", {"facts": facts})


def _table(request: PageRequest, found: tuple[Declared, ...]) -> Table:
    return table(
        request,
        caption=_("What employers expect"),
        columns=[
            Column(_("Employer")),
            Column(_("Share of working time"), numeric=True),
            Column(_("Expected from")),
            Column(_("Declared")),
            Column(_("Take back")),
        ],
        rows=[
            (
                one.title,
                f"{one.share}%",
                day(one.starts),
                Cell(moment(one.declared_at), note=one.declared_by),
                Cell(
                    _("Take back"),
                    href=reverse("grid:expectation-take-back", args=[one.id]),
                    unseen=f"{one.title}, {day(one.starts)}",
                ),
            )
            for one in found
        ],
        empty=_("Nothing is expected yet."),
    )
