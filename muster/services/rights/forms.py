"""The forms of data requests, runs of retention and legal holds."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from muster.pagekit.fields import DateParts

_RECORDED = gettext_lazy("It is recorded in the log of decisions. Do not name people.")


class AskCopy(forms.Form):
    """What a person says when they ask for a copy."""

    words = forms.CharField(
        label=gettext_lazy("Is there anything you are looking for? (optional)"),
        help_text=gettext_lazy("You get everything that is held about you, whatever you say here."),
        required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class AskErasure(forms.Form):
    """What a person says when they ask for erasure."""

    words = forms.CharField(
        label=gettext_lazy("What should be erased, and why? (optional)"),
        help_text=gettext_lazy("Each kind of data is decided on by the retention schedule."),
        required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class Objection(forms.Form):
    """What a person holds against a decision."""

    words = forms.CharField(
        label=gettext_lazy("Why do you object?"),
        help_text=gettext_lazy("Another officer than the one who decided looks at it again."),
        max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Enter why you object")},
    )  # fmt: skip


class Why(forms.Form):
    """Why something is done; it is recorded."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), help_text=_RECORDED, max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Enter the reason")},
    )  # fmt: skip


class Words(forms.Form):
    """The answer to an objection, which the person reads."""

    reason = forms.CharField(
        label=gettext_lazy("Your answer"),
        help_text=gettext_lazy("The person reads it."),
        max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Enter the answer")},
    )  # fmt: skip


class Decide(Why):
    """Whether a proposed run may erase what it found."""

    decision = forms.ChoiceField(
        label=gettext_lazy("Should this be erased?"),
        widget=forms.RadioSelect,
        choices=(
            ("approve", gettext_lazy("Yes, it is past its time and nothing speaks for keeping it")),
            ("refuse", gettext_lazy("No, erase nothing")),
        ),
        error_messages={"required": gettext_lazy("Select whether this should be erased")},
    )
    field_order = ("decision", "reason")


class PlaceHold(forms.Form):
    """What is held, why, and when somebody looks at it again."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is held"),
        choices=(
            ("person", gettext_lazy("A person")),
            ("employer", gettext_lazy("An employer")),
            ("landing", gettext_lazy("A file")),
            ("line", gettext_lazy("A line of the schedule")),
        ),
    )
    target = forms.CharField(
        label=gettext_lazy("Its identifier, or the code of the line"),
        help_text=gettext_lazy(
            "Of a person, an employer or a file: from the address of its page. "
            "Of a line: the code that the schedule shows with it."
        ),
        max_length=100,
        error_messages={"required": gettext_lazy("Enter what is held")},
    )
    why = forms.CharField(
        label=gettext_lazy("Reason"), help_text=_RECORDED, max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Enter the reason")},
    )  # fmt: skip
    review_on = DateParts(label=gettext_lazy("When it is looked at again"))

    def __init__(self, data: Any = None, *, review_on: dt.date | None = None) -> None:
        super().__init__(data, initial={"review_on": review_on} if review_on else None)
