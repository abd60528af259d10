"""The filters of the pages of flows, times and workers, and the form that states a succession."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.pagekit.fields import offer
from muster.pagekit.jinja import day
from muster.register.employers.queries import ids_by_key, name_index
from muster.register.employers.rules import read_employer_name
from muster.register.employers.succession_actions import LONGEST_SOURCE
from muster.services.grid.flows import THEN, TODAY, Movements
from muster.services.grid.times import HireTimes, dimensions
from muster.services.grid.transfers import Transfers
from muster.services.grid.workers import Beside, choices


class FlowsForm(forms.Form):
    """Which year, and between which employers; both optional, so any address is valid."""

    as_at = forms.ChoiceField(label=gettext_lazy("Year to"), required=False)
    form = forms.ChoiceField(
        label=gettext_lazy("Employers"),
        required=False,
        choices=[
            (THEN, gettext_lazy("As they were")),
            (TODAY, gettext_lazy("Restated to today's employers")),
        ],
    )

    def __init__(self, found: Movements, **kwargs: Any) -> None:
        as_at = found.table.as_at.isoformat() if found.table else ""
        super().__init__(
            initial={"as_at": as_at, "form": found.form}, auto_id="filter_%s", **kwargs
        )
        offer(self, "as_at", _dates(found.dates))


class TimesForm(forms.Form):
    """Which year, by what, and whose steps; all optional, so any address is valid."""

    as_at = forms.ChoiceField(label=gettext_lazy("Applied in the year to"), required=False)
    by = forms.ChoiceField(label=gettext_lazy("Broken down by"), required=False)
    of = forms.ChoiceField(label=gettext_lazy("Steps of"), required=False)

    def __init__(self, found: HireTimes, **kwargs: Any) -> None:
        as_at = found.releases[0].as_at.isoformat() if found.releases else ""
        chosen = {"as_at": as_at, "by": found.by, "of": found.of}
        super().__init__(initial=chosen, auto_id="filter_%s", **kwargs)
        offer(self, "as_at", _dates(found.dates))
        offer(self, "by", list(dimensions()))
        groups = [(one.code, one.label) for one in found.groups if one.code]
        offer(self, "of", [("", _("Everybody")), *groups])


class TransfersForm(forms.Form):
    """Which year; optional, so any address is valid."""

    as_at = forms.ChoiceField(label=gettext_lazy("Year to"), required=False)

    def __init__(self, found: Transfers, **kwargs: Any) -> None:
        as_at = found.as_at.isoformat() if found.as_at else ""
        super().__init__(initial={"as_at": as_at}, auto_id="filter_%s", **kwargs)
        offer(self, "as_at", _dates(found.dates))


class WorkersForm(forms.Form):
    """Which date, and by what; both optional, so any address is valid."""

    as_at = forms.ChoiceField(label=gettext_lazy("Date"), required=False)
    by = forms.ChoiceField(label=gettext_lazy("Broken down by"), required=False)

    def __init__(self, found: Beside, **kwargs: Any) -> None:
        as_at = found.as_at.isoformat() if found.as_at else ""
        chosen = {"as_at": as_at, "by": found.by}
        super().__init__(initial=chosen, auto_id="filter_%s", **kwargs)
        offer(self, "as_at", _dates(found.dates))
        offer(self, "by", list(choices()))


class StateSuccession(forms.Form):
    """To whom an employer's functions passed, when, and what says so."""

    former = forms.CharField(
        label=gettext_lazy("Employer whose functions passed on"),
        help_text=gettext_lazy("Its name or abbreviation as the list of employers has it."),
        max_length=300,
        error_messages={"required": gettext_lazy("Enter the employer whose functions passed on")},
    )
    successors = forms.CharField(
        label=gettext_lazy("Successors"),
        help_text=gettext_lazy(
            "One on each line: one after a merger, several after a split. The first is the"
            " principal successor: people who cannot be followed count under it."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={"required": gettext_lazy("Enter at least one successor")},
    )
    day = forms.DateField(
        label=gettext_lazy("First day under the successors"),
        help_text=gettext_lazy("For example, 2023-02-07"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%d %b %Y"],
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": gettext_lazy("Enter the first day under the successors"),
            "invalid": gettext_lazy("Enter a day, for example 2023-02-07"),
        },
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        help_text=gettext_lazy("The order, statement or page that says so."),
        max_length=LONGEST_SOURCE,
        error_messages={"required": gettext_lazy("Enter what says so")},
    )

    def clean_former(self) -> uuid.UUID:
        """Return the employer that is named."""
        return _employers([self.cleaned_data["former"]])[0]

    def clean_successors(self) -> list[uuid.UUID]:
        """Return the employers that are named, the principal one first."""
        lines = self.cleaned_data["successors"].splitlines()
        return _employers([line for line in lines if line.strip()])


def _employers(stated: Sequence[str]) -> list[uuid.UUID]:
    """Return the employers that names certainly mean.

    Raises:
        ValidationError: naming each that means none or several.
    """
    index, ids = name_index(), ids_by_key()
    found, wrong = [], []
    for name in stated:
        key = read_employer_name(name, index).key
        if key is None:
            wrong.append(
                _(
                    "“%(name)s” is no employer's name, or that of several. Write it as the list"
                    " of employers has it"
                )
                % {"name": name.strip()}
            )
        else:
            found.append(ids[key])
    if wrong:
        raise forms.ValidationError(wrong)
    return found


def _dates(dates: Sequence[dt.date]) -> list[tuple[str, str]]:
    return [(one.isoformat(), day(one)) for one in reversed(dates)]
