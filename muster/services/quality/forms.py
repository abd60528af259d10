"""The filters of the league."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from muster.services.quality.rules import MEASURES
from muster.services.quality.wording import TITLES


class LeagueFilters(forms.Form):
    """Words, kind of data, and what a supplier misses; all optional, so any address is valid."""

    q = forms.CharField(label=_("Employer or system"), required=False, max_length=200)
    contract = forms.ChoiceField(label=_("Kind of data"), required=False)
    misses = forms.ChoiceField(
        label=_("Misses the standard"),
        required=False,
        choices=[("", _("Any or none")), ("any", _("At least one")),
                 *((name, TITLES[name]) for name in MEASURES)],
    )  # fmt: skip
    worse = forms.BooleanField(label=_("Only where something got worse"), required=False)

    def __init__(self, data: Any, *, contracts: dict[str, str]) -> None:
        super().__init__(data, auto_id="filter_%s")
        field = self.fields["contract"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("All")), *sorted(contracts.items(), key=lambda one: one[1])]
