"""The forms of the oversight pages."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.pagekit.access_words import EMERGENCIES
from muster.pagekit.fields import DateParts
from muster.services.oversight.wording import (
    ALERT_VERDICTS,
    INQUIRY_BECAUSE,
    KINDS,
    LIFTED_BECAUSE,
    SET_BECAUSE,
    VERDICTS,
)

_LONGEST = 500


def _choice(label: Any, words: Mapping[str, str | Promise], asked: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, widget=forms.RadioSelect, choices=list(words.items()),
        error_messages={"required": asked},
    )  # fmt: skip


def _words(label: Any, hint: Any) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, widget=forms.Textarea(attrs={"rows": 3}), max_length=_LONGEST
    )


class ExactPerson(forms.Form):
    """One person by an identifier that somebody must know already."""

    employer = forms.ChoiceField(label=gettext_lazy("Employer"), required=False)
    staff_number = forms.CharField(
        label=gettext_lazy("Staff number"),
        help_text=gettext_lazy("Exactly as the employer’s system writes it"),
        required=False,
        max_length=60,
    )
    person_id = forms.CharField(
        label=gettext_lazy("Or the identifier of the record"),
        help_text=gettext_lazy("The long code at the end of the address of its page"),
        required=False,
        max_length=36,
    )

    def __init__(self, data: Any, *, employers: Sequence[tuple[uuid.UUID, str]]) -> None:
        super().__init__(data)
        offered = [(str(one), title) for one, title in employers]
        if len(offered) != 1:
            offered.insert(0, ("", _("Choose an employer")))
        self.fields["employer"].choices = offered  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Take one identifier, not two and not half of one."""
        asked = super().clean() or {}
        number, whole = asked.get("staff_number", "").strip(), asked.get("person_id", "").strip()
        if bool(number) == bool(whole):
            self.add_error("staff_number", _("Enter a staff number or an identifier, not both"))
        if number and not asked.get("employer"):
            self.add_error("employer", _("Select the employer whose staff number it is"))
        try:
            asked["person"] = uuid.UUID(whole) if whole else None
        except ValueError:
            self.add_error("person_id", _("Enter the whole identifier, 32 letters and digits"))
        return asked


class BreakGlass(ExactPerson):
    """Whose record cannot wait, why, and for how long."""

    reason = _choice(
        gettext_lazy("Why can this not wait?"), EMERGENCIES, gettext_lazy("Select a reason")
    )
    words = _words(
        gettext_lazy("In your own words"),
        gettext_lazy("The guardian of the record reads this at once. It stands in no log."),
    )
    hours = forms.TypedChoiceField(
        label=gettext_lazy("For how long"), coerce=int, widget=forms.RadioSelect, initial="1",
        choices=[("1", gettext_lazy("1 hour")), ("2", gettext_lazy("2 hours")),
                 ("3", gettext_lazy("3 hours")), ("4", gettext_lazy("4 hours"))],
    )  # fmt: skip


class Restrict(ExactPerson):
    """Whom to restrict, how, and who may know."""

    kind = _choice(
        gettext_lazy("Kind of restriction"), KINDS, gettext_lazy("Select the kind of restriction")
    )
    names_before = DateParts(
        label=gettext_lazy("For hidden name history: the first day of the present name"),
        help_text=gettext_lazy("Names and work emails of before this day are hidden"),
        required=False,
    )
    reason = _choice(gettext_lazy("Reason"), SET_BECAUSE, gettext_lazy("Select a reason"))
    knowers = forms.CharField(
        label=gettext_lazy("Who else may know"),
        help_text=gettext_lazy(
            "One identifier on each line, as lists of looks show it: those whose work needs the "
            "record"
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )
    notice_waits = forms.BooleanField(
        label=gettext_lazy(
            "Do not tell the person of looks in an emergency while this restriction stands"
        ),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the day where names are hidden, and only there."""
        asked = super().clean()
        hides = asked.get("kind") == "hidden_names"
        if "kind" in asked and hides != bool(asked.get("names_before")):
            said = _("Enter the day for hidden name history, and leave it empty otherwise")
            self.add_error("names_before", said)
        return asked


class Knowers(forms.Form):
    """Who may know besides guardians."""

    knowers = forms.CharField(
        label=gettext_lazy("Who else may know"),
        help_text=gettext_lazy(
            "One identifier on each line, as lists of looks show it: those whose work needs the "
            "record"
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )


class Lift(forms.Form):
    """Why a restriction should be lifted."""

    reason = _choice(
        gettext_lazy("Why should it be lifted?"), LIFTED_BECAUSE, gettext_lazy("Select a reason")
    )


class Agree(forms.Form):
    """Whether a second guardian agrees to lift a restriction."""

    agree = forms.ChoiceField(
        label=gettext_lazy("Do you agree to lift it?"),
        widget=forms.RadioSelect,
        choices=(
            ("yes", gettext_lazy("Yes, lift it now")),
            ("no", gettext_lazy("No, it stands")),
        ),
        error_messages={"required": gettext_lazy("Select whether you agree")},
    )


class Review(forms.Form):
    """What a guardian found of a look in an emergency."""

    verdict = _choice(
        gettext_lazy("What did you find?"), VERDICTS, gettext_lazy("Select what you found")
    )
    words = _words(
        gettext_lazy("In your own words"),
        gettext_lazy("What you looked at, and what is done about it"),
    )


class _Asked(forms.Form):
    """Between which days, and why."""

    starts = DateParts(label=gettext_lazy("From"))
    ends = DateParts(label=gettext_lazy("To and including"))
    reason = _choice(
        gettext_lazy("Why do you ask?"), INQUIRY_BECAUSE, gettext_lazy("Select a reason")
    )
    words = _words(
        gettext_lazy("In your own words"),
        gettext_lazy("It is kept with your inquiry. It stands in no log."),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse days that are out of order."""
        asked = super().clean() or {}
        if asked.get("starts") and asked.get("ends") and asked["ends"] < asked["starts"]:
            self.add_error("ends", _("The last day must not be before the first"))
        return asked


class AskPerson(ExactPerson, _Asked):
    """Who saw this person."""


class AskReader(_Asked):
    """Whom this reader saw."""

    reader = forms.CharField(
        label=gettext_lazy("Reader"),
        help_text=gettext_lazy("Their identifier, as lists of looks and unusual reading show it"),
        max_length=100,
    )
    field_order = ("reader", "starts", "ends", "reason", "words")


class Settle(forms.Form):
    """What was found of unusual reading."""

    verdict = _choice(
        gettext_lazy("What did you find?"), ALERT_VERDICTS, gettext_lazy("Select what you found")
    )
    words = _words(
        gettext_lazy("In your own words"),
        gettext_lazy("What you looked at, and what is done about it"),
    )
