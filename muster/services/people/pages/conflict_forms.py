"""The forms of disagreements: which are listed, and what somebody decides."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.services.people.pages.matching_forms import Why
from muster.services.people.pages.value_words import FIELDS, SHOWN

_AGES = {
    "7": gettext_lazy("More than a week"),
    "31": gettext_lazy("More than a month"),
    "92": gettext_lazy("More than three months"),
}


class ConflictFilters(forms.Form):
    """Which disagreements are listed."""

    shown = forms.ChoiceField(
        label=gettext_lazy("Show"), required=False, choices=list(SHOWN.items())
    )
    field = forms.ChoiceField(
        label=gettext_lazy("What"),
        required=False,
        choices=[("", gettext_lazy("Any")), *FIELDS.items()],
    )
    employer = forms.ChoiceField(label=gettext_lazy("Employer"), required=False)
    age = forms.ChoiceField(
        label=gettext_lazy("There since"),
        required=False,
        choices=[("", gettext_lazy("Any")), *_AGES.items()],
    )

    def __init__(self, data: Any, *, employers: Sequence[tuple[uuid.UUID, str]]) -> None:
        super().__init__(data, auto_id="filter_%s")
        offered = [("", _("Any")), *((str(one), title) for one, title in employers)]
        self.fields["employer"].choices = offered  # type: ignore[attr-defined]
        if len(employers) < 2:
            del self.fields["employer"]

    def asked(self, now: dt.datetime) -> dict[str, Any]:
        """Return what is asked, as the queue's question takes it."""
        said = self.cleaned_data if self.is_valid() else {}
        only, age = said.get("employer"), said.get("age")
        return {
            "field": said.get("field") or "",
            "only": uuid.UUID(only) if only else None,
            "before": now - dt.timedelta(days=int(age)) if age else None,
        }


class Settle(Why):
    """Which record states it rightly; each one is a button of its own."""

    record = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={
            "required": gettext_lazy("Press the button of the value that is right"),
            "invalid": gettext_lazy("Press the button of the value that is right"),
        },
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
