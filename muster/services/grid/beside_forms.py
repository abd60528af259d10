"""The filters of the page that sets sources side by side."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.pagekit.fields import offer
from muster.pagekit.jinja import day
from muster.services.grid.beside import Beside


class BesideForm(forms.Form):
    """Which employer, and up to which day; both optional, so any address is valid."""

    employer = forms.ChoiceField(label=gettext_lazy("Employer"), required=False)
    as_at = forms.ChoiceField(label=gettext_lazy("Up to"), required=False)

    def __init__(self, found: Beside, **kwargs: Any) -> None:
        chosen = {
            "employer": found.employer,
            "as_at": found.day.isoformat() if found.day else "",
        }
        super().__init__(initial=chosen, auto_id="filter_%s", **kwargs)
        days = [(one.isoformat(), day(one)) for one in found.days]
        offer(self, "employer", [("", _("Choose an employer")), *found.employers.items()])
        offer(self, "as_at", [("", _("The latest of each source")), *days])
