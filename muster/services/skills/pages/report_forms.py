"""What people report of a skill, and how an analyst decides it."""

from django import forms
from django.utils.translation import gettext_lazy

from muster.services.skills.rules import LONGEST_WORDS

KINDS = (
    ("wrong", gettext_lazy("Adverts are taken to ask for it that do not")),
    ("synonym", gettext_lazy("It has another name that is missing")),
)


class ReportForm(forms.Form):
    """What is wrong, and the words it is about."""

    kind = forms.ChoiceField(
        choices=KINDS, widget=forms.RadioSelect, label=gettext_lazy("What is wrong"),
        error_messages={"required": gettext_lazy("Choose what is wrong")},
    )  # fmt: skip
    words = forms.CharField(
        min_length=2, max_length=LONGEST_WORDS, label=gettext_lazy("The words"),
        help_text=gettext_lazy(
            "The other name, such as an abbreviation; or the words in adverts that are mistaken "
            "for this skill."
        ),
        error_messages={"required": gettext_lazy("Enter the words")},
    )  # fmt: skip
    why = forms.CharField(
        required=False, max_length=500, widget=forms.Textarea, label=gettext_lazy("Why (optional)"),
        help_text=gettext_lazy("Do not name people."),
    )  # fmt: skip


class DecideForm(forms.Form):
    """Accept or refuse, and why."""

    decision = forms.ChoiceField(
        choices=(
            ("accept", gettext_lazy("Accept: the next map is learned with this correction")),
            ("refuse", gettext_lazy("Refuse: nothing changes")),
        ),
        widget=forms.RadioSelect, label=gettext_lazy("Your decision"),
        error_messages={"required": gettext_lazy("Choose whether to accept it")},
    )  # fmt: skip
    why = forms.CharField(
        max_length=500, widget=forms.Textarea, label=gettext_lazy("Reason"),
        error_messages={"required": gettext_lazy("Enter a reason, for whoever asks later")},
    )  # fmt: skip
