"""The forms of telling once and of corrections; what may be told is the register's rule."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import MusterError
from muster.pagekit.fields import DateParts
from muster.register.told import actions
from muster.register.told.correction_rules import LONGEST_ASKED, LONGEST_REASON
from muster.register.told.rules import FIELDS, Contact, Kind, masked
from muster.services.myself.wording import CHANNELS, FACT_FIELDS, FAULTS, HINTS, KINDS
from muster.services.myself.wording import FIELDS as LABELS

# Which fields each page of a kind asks: one question a page.
STEPS: Mapping[Kind, tuple[tuple[str, ...], ...]] = {
    "name": (("forenames", "surname", "known_as"), ("valid_from", "evidence")),
    "address": (("line_1", "line_2", "town", "postcode", "country"), ("valid_from",)),
    "contact": (("personal_email", "personal_phone"),),
    "emergency": (("emergency_name", "emergency_relationship", "emergency_phone"),),
    "bank": (("account_holder", "sort_code", "account_number", "roll_number"), ("channel",)),
}
DATE_PARTS = ("valid_from_day", "valid_from_month", "valid_from_year")


class Choose(forms.Form):
    """What has changed."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What has changed?"),
        widget=forms.RadioSelect,
        choices=list(KINDS.items()),
        error_messages={"required": gettext_lazy("Select what has changed")},
    )


class Tell(forms.Form):
    """Some of the questions of one kind of change.

    Args:
        kind: what it is about.
        asked: the fields that this page asks; what is wrong with others is not said here.
        person: whose change it is.
        channels: where a code may be sent.
    """

    def __init__(
        self, *given: Any, kind: Kind, asked: Collection[str], person: uuid.UUID,
        channels: Sequence[Contact] = (), **more: Any,
    ) -> None:  # fmt: skip
        super().__init__(*given, **more)
        self._kind, self._person = kind, person
        for name in asked:
            self.fields[name] = _field(name, channels)

    def clean(self) -> dict[str, Any]:
        """Say of each field that is asked here what the register would refuse."""
        given = super().clean() or {}
        names = [rule.name for rule in FIELDS[self._kind]]
        found = actions.read(
            self._kind, {name: given.get(name, "") for name in names},
            person=self._person, valid_from=given.get("valid_from"), clock=SYSTEM_CLOCK,
        )  # fmt: skip
        for fault in found.faults:
            if fault.field in self.fields and fault.field not in self.errors:
                words = FAULTS[fault.code] % {"field": LABELS[fault.field]}
                self.add_error(fault.field, words)
        return given

    @property
    def said(self) -> dict[str, str]:
        """What was typed, by field of the register."""
        names = {rule.name for rule in FIELDS[self._kind]}
        return {name: self.cleaned_data[name] for name in self.fields if name in names}

    @property
    def valid_from(self) -> dt.date | None:
        """The day from which it holds, where that is asked."""
        day: dt.date | None = self.cleaned_data.get("valid_from")
        return day


def _field(name: str, channels: Sequence[Contact]) -> forms.Field:
    shown: dict[str, Any] = {
        "label": LABELS[name], "help_text": HINTS.get(name, ""), "required": False,
    }  # fmt: skip
    if name == "valid_from":
        return DateParts(**shown)
    if name == "channel":
        offered = [
            (one.kind, f"{CHANNELS[one.kind]}: {masked(one)}")
            for one in {one.kind: one for one in channels}.values()
        ]
        return forms.ChoiceField(
            **shown | {"required": True}, choices=offered, widget=forms.RadioSelect,
            error_messages={"required": _("Select where we should send the code")},
        )  # fmt: skip
    attrs = {"autocomplete": _AUTOCOMPLETE[name]} if name in _AUTOCOMPLETE else {}
    if name in ("sort_code", "account_number"):
        attrs["inputmode"] = "numeric"
    return forms.CharField(**shown, widget=forms.TextInput(attrs=attrs))


_AUTOCOMPLETE = {
    "forenames": "given-name", "surname": "family-name", "known_as": "nickname",
    "line_1": "address-line1", "line_2": "address-line2", "town": "address-level2",
    "postcode": "postal-code", "country": "country-name", "personal_email": "email",
    "personal_phone": "tel", "sort_code": "off", "account_number": "off", "account_holder": "off",
    "roll_number": "off",
}  # fmt: skip


class Code(forms.Form):
    """The code that was sent."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("6 digits. It holds for 15 minutes"),
        max_length=100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": gettext_lazy("Enter the code we sent you")},
    )


class StopCode(forms.Form):
    """The code in a notice by which a change is stopped."""

    code = forms.CharField(
        label=gettext_lazy("Code from the notice"),
        help_text=gettext_lazy("16 letters and digits, for instance ABCD-EFGH-2345-IJKL"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Enter the code from the notice")},
    )


class AskCorrection(forms.Form):
    """Which field of a fact is wrong, what is right, and where that can be seen."""

    field = forms.ChoiceField(
        label=gettext_lazy("What is wrong?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Select what is wrong")},
    )
    should_be = forms.CharField(
        label=gettext_lazy("What should it say?"),
        max_length=LONGEST_ASKED,
        error_messages={"required": gettext_lazy("Enter what it should say")},
    )
    evidence = forms.CharField(
        label=gettext_lazy("Where can that be seen?"),
        help_text=gettext_lazy("For instance the number of a certificate. Send nothing here"),
        max_length=LONGEST_ASKED,
        required=False,
    )

    def __init__(self, *given: Any, stated: Mapping[str, str], **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["field"].choices = [  # type: ignore[attr-defined]
            (name, f"{FACT_FIELDS[name]}: {value or _('Not stated')}")
            for name, value in stated.items()
        ]

    def refused(self, problem: MusterError) -> None:
        """Show what the register refused at its field, or above the form."""
        field = problem.where.field if problem.where.field in self.fields else None
        self.add_error(field, str(problem))


class AnswerCorrection(forms.Form):
    """What comes of a request, and why."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What is your answer?"),
        widget=forms.RadioSelect,
        choices=[
            ("accepted", gettext_lazy("It will be corrected in our system")),
            ("refused", gettext_lazy("It is refused")),
            ("answered", gettext_lazy("Neither: here is an explanation")),
        ],
        error_messages={"required": gettext_lazy("Select your answer")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The person reads it. Needed unless you accept."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=LONGEST_REASON,
        required=False,
    )

    def refused(self, problem: MusterError) -> None:
        """Show what the register refused at its field, or above the form."""
        field = problem.where.field if problem.where.field in self.fields else None
        self.add_error(field, str(problem))
