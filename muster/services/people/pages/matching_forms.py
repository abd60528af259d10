"""The forms of matching: what is shown of the queue, and what somebody decides."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.services.people.pages.matching_words import SAYS, SHOWN


class MatchFilters(forms.Form):
    """Which pairs are listed."""

    shown = forms.ChoiceField(
        label=gettext_lazy("Show"), required=False, choices=list(SHOWN.items())
    )
    employer = forms.ChoiceField(label=gettext_lazy("Employer"), required=False)

    def __init__(self, data: Any, *, employers: Sequence[tuple[uuid.UUID, str]]) -> None:
        super().__init__(data, auto_id="filter_%s")
        offered = [("", _("Any")), *((str(one), title) for one, title in employers)]
        self.fields["employer"].choices = offered  # type: ignore[attr-defined]


class Why(forms.Form):
    """Why somebody decides as they do; it is recorded."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("It is recorded in the log of decisions. Do not name people."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=500,
        error_messages={"required": gettext_lazy("Enter the reason")},
    )


class Decide(Why):
    """Whether two records are of one person; each answer is a button of its own."""

    says = forms.ChoiceField(
        choices=[(code, words) for code, (words, _colour) in SAYS.items()],
        widget=forms.HiddenInput,
        error_messages={"required": gettext_lazy("Press one of the three buttons")},
    )


class AcceptRun(Why):
    """Whether a run may do what it reported."""

    decision = forms.ChoiceField(
        label=gettext_lazy("Should this be done?"),
        widget=forms.RadioSelect,
        choices=(
            ("accept", gettext_lazy("Yes, make these links and take those back")),
            ("refuse", gettext_lazy("No, change nothing")),
        ),
        error_messages={"required": gettext_lazy("Select whether this should be done")},
    )
    field_order = ("decision", "reason")
