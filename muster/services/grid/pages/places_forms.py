"""The filters of the places page, and the forms by which places and commitments are told."""

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.pagekit.fields import DateParts
from muster.pagekit.jinja import day
from muster.register.places.rules import REGIONS
from muster.register.places.towns import every_town
from muster.services.grid.places import HEADCOUNT, HIRES, Question

_CSV = {"accept": ".csv,text/csv"}


class PlacesForm(forms.Form):
    """Figure, date, employer and region; all optional, so any address is valid."""

    metric = forms.ChoiceField(label=gettext_lazy("Figure"), required=False)
    as_at = forms.ChoiceField(label=gettext_lazy("As at"), required=False)
    employer = forms.ChoiceField(label=gettext_lazy("Employer"), required=False)
    region = forms.ChoiceField(label=gettext_lazy("Towns of"), required=False)

    def __init__(self, question: Question, **kwargs: Any) -> None:
        chosen = {
            "metric": question.metric.name,
            "as_at": question.as_at.isoformat() if question.as_at else "",
            "employer": question.employer,
            "region": question.region,
        }
        super().__init__(initial=chosen, auto_id="filter_%s", **kwargs)
        offer(self, "metric", [(HEADCOUNT, _("Headcount")), (HIRES, _("Hires"))])
        offer(self, "as_at", [(one.isoformat(), day(one)) for one in reversed(question.dates)])
        offer(self, "employer", [("", _("All employers")), *question.employers.items()])
        offer(self, "region", [("", _("The whole country")), *REGIONS.items()])


class SiteForm(forms.Form):
    """Says in which town one place is."""

    employer = forms.ChoiceField(label=gettext_lazy("Employer"))
    place = forms.CharField(
        label=gettext_lazy("Name of the place"),
        help_text=gettext_lazy("As the employer's system states it, such as LON03."),
        max_length=200,
    )
    town = forms.ChoiceField(
        label=gettext_lazy("Town"),
        help_text=gettext_lazy("The nearest of the list, where the place itself is not in it."),
    )

    def __init__(self, *args: Any, employers: Mapping[uuid.UUID, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "employer", [(one.hex, title) for one, title in employers.items()])
        offer(self, "town", [("", _("Choose a town")), *every_town().items()])


class SitesForm(forms.Form):
    """Says in which towns many places of an employer are."""

    employer = forms.ChoiceField(label=gettext_lazy("Employer"))
    file = forms.FileField(
        label=gettext_lazy("A list of places"),
        help_text=gettext_lazy("A CSV file with the columns place and town."),
        widget=forms.FileInput(attrs=_CSV),
    )

    def __init__(
        self, data: Any = None, files: Any = None, *, employers: Mapping[uuid.UUID, str]
    ) -> None:
        super().__init__(data, files, auto_id="list_%s")
        offer(self, "employer", [(one.hex, title) for one, title in employers.items()])


class CommitmentForm(forms.Form):
    """One commitment: a share or a number of roles, by a day."""

    employer = forms.ChoiceField(label=gettext_lazy("Employer"))
    due = DateParts(label=gettext_lazy("To be met by"))
    percent = forms.IntegerField(
        label=gettext_lazy("Share outside London, in per cent"),
        help_text=gettext_lazy("Of people whose place of work is known. Give this or a number."),
        required=False,
    )
    roles = forms.IntegerField(
        label=gettext_lazy("Number of people outside London"), required=False
    )
    stated_by = forms.CharField(
        label=gettext_lazy("Stated by"),
        help_text=gettext_lazy("A body or an office. Do not name people."),
        max_length=200,
    )
    source = forms.CharField(
        label=gettext_lazy("Where it stands"),
        help_text=gettext_lazy("A publication, or an address on the web."),
        max_length=500,
    )

    def __init__(self, *args: Any, employers: Mapping[uuid.UUID, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "employer", [(one.hex, title) for one, title in employers.items()])


class CommitmentsForm(forms.Form):
    """Many commitments as a list."""

    file = forms.FileField(
        label=gettext_lazy("A list of commitments"),
        help_text=gettext_lazy(
            "A CSV file with the columns employer, due, percent, roles, stated_by and source."
            " Dates are written as 2030-03-31."
        ),
        widget=forms.FileInput(attrs=_CSV),
    )

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, auto_id="list_%s")


def offer(form: forms.Form, name: str, choices: list[tuple[str, Any]]) -> None:
    """Set the choices of one of a form's fields."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
