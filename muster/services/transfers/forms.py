"""The forms of transfers that are no part of a record."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.kernel.errors import MusterError
from muster.pagekit.fields import DateParts, offer
from muster.services.transfers.knowing import NEW
from muster.services.transfers.queries import DifferenceView, HandOffView
from muster.services.transfers.wording import KINDS, OFFERED, STATES

LONGEST = 500


def say(form: forms.Form, problem: MusterError) -> None:
    """Let a form tell what a verb refused, at the field it speaks of if it has one."""
    field = (problem.where.field or "").replace(" ", "_")
    form.add_error(field if field in form.fields else None, f"{problem.what}. {problem.fix}.")


def _why(label: Any, hint: Any = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, required=required, max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class Search(forms.Form):
    """Which transfers; all optional, so that any address is valid."""

    words = forms.CharField(
        label=gettext_lazy("Name"), required=False, max_length=100,
        help_text=gettext_lazy("Of your own employer’s people"),
    )  # fmt: skip
    state = forms.ChoiceField(
        label=gettext_lazy("Stands at"), required=False,
        choices=[
            ("", gettext_lazy("Going on")), ("all", gettext_lazy("All")),
            *((code, words) for code, (words, _colour) in STATES.items()),
        ],
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), required=False,
        choices=[("", gettext_lazy("All")), *KINDS.items()],
    )  # fmt: skip
    direction = forms.ChoiceField(
        label=gettext_lazy("Direction"), required=False,
        choices=[
            ("", gettext_lazy("Both")), ("in", gettext_lazy("Joining us")),
            ("out", gettext_lazy("Leaving us")),
        ],
    )  # fmt: skip
    since = DateParts(label=gettext_lazy("First day from"), required=False)
    until = DateParts(label=gettext_lazy("First day to"), required=False)
    late = forms.BooleanField(label=gettext_lazy("Late only"), required=False)

    def value(self, name: str) -> Any:
        """Return what is asked for; None for what cannot be."""
        if not self.is_valid() and name in self.errors:
            return None
        return self.cleaned_data.get(name)


class Offer(forms.Form):
    """A post that is offered to somebody of another employer."""

    employer = forms.ChoiceField(label=gettext_lazy("Which employer do they leave?"))
    staff_number = forms.CharField(
        label=gettext_lazy("Their staff number there"), required=False, max_length=50,
        help_text=gettext_lazy("Leave it empty if you have their National Insurance number"),
    )  # fmt: skip
    nino = forms.CharField(
        label=gettext_lazy("Or their National Insurance number"), required=False, max_length=13,
        help_text=gettext_lazy("For example, QQ 12 34 56 C"),
    )  # fmt: skip
    surname = forms.CharField(
        label=gettext_lazy("Their surname"), max_length=60,
        help_text=gettext_lazy("It must be the surname of whom the number is"),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=gettext_lazy("What kind of move?"), widget=forms.RadioSelect,
        choices=[(one, KINDS[one]) for one in OFFERED],
    )  # fmt: skip
    post = forms.CharField(label=gettext_lazy("Which post do you offer?"), max_length=300)
    first_day = DateParts(label=gettext_lazy("First day with you"))
    return_day = DateParts(
        label=gettext_lazy("Of a loan: first day back (optional)"), required=False
    )
    backdated_because = _why(
        gettext_lazy("If the first day has passed: why? (optional)"), required=False
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=60)

    def __init__(self, data: Any = None, *, employers: Sequence[tuple[str, str]], key: str) -> None:
        super().__init__(data, initial={"key": key})
        offer(self, "employer", [("", gettext_lazy("Choose")), *employers])

    def clean(self) -> dict[str, Any]:
        """See that one of the two numbers is stated, and not both."""
        said = super().clean() or self.cleaned_data
        given = [name for name in ("staff_number", "nino") if said.get(name)]
        if len(given) != 1 and not {"staff_number", "nino"} & set(self.errors):
            self.add_error("staff_number", _("Enter one of the two numbers, not both"))
        if said.get("kind") == "loan" and not said.get("return_day") and (
            "return_day" not in self.errors
        ):  # fmt: skip
            self.add_error("return_day", _("Enter the first day back from the loan"))
        return said


class Answer(forms.Form):
    """Whether the person accepts."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Do you accept this offer?"), widget=forms.RadioSelect,
        choices=[
            ("accept", gettext_lazy("Yes, I accept")), ("decline", gettext_lazy("No, I decline")),
        ],
        error_messages={"required": gettext_lazy("Select whether you accept")},
    )  # fmt: skip
    reason = _why(gettext_lazy("If you decline: why? (optional)"), required=False)


class Nothing(forms.Form):
    """A task in which nothing is stated but that it is done."""


class Settle(forms.Form):
    """What holds in each field in which two statements differ."""

    why = _why(gettext_lazy("How do you know?"), gettext_lazy("For example: by the payslip."))

    def __init__(
        self, data: Any = None, *, differences: Sequence[tuple[DifferenceView, str, str, str]],
        initial: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(data, initial=dict(initial or {}))
        self.open = [one for one in differences if not one[0].settled_by]
        for one, title, stated, known in self.open:
            offered = one.field.startswith(NEW)
            said = {"stated": stated or _("nothing"), "known": known or _("something else")}
            words = {
                "stated": _("%(stated)s holds, as it was stated"),
                "known": _("%(known)s holds, as it was offered; the terms are stated so")
                if offered else _("%(known)s holds; the record is released again"),
            }  # fmt: skip
            if one.field == "nino":
                # Another number may be another person's: it is never waved through.
                del words["stated"]
            self.fields[one.field] = forms.ChoiceField(
                label=title, widget=forms.RadioSelect,
                choices=[(code, text % said) for code, text in words.items()],
            )  # fmt: skip
        self.order_fields([*(one.field for one, *_rest in self.open), "why"])

    def answers(self) -> dict[str, Any]:
        """Return what was chosen, and why."""
        chosen = {one.field: self.cleaned_data[one.field] for one, *_rest in self.open}
        return {"choices": chosen, "why": self.cleaned_data["why"]}


class Choose(forms.Form):
    """What becomes of a day for which the payrolls cannot be told in time."""

    choice = forms.ChoiceField(
        label=gettext_lazy("What should happen?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Select what should happen")},
    )
    first_day = DateParts(label=gettext_lazy("If another day: which?"), required=False)
    why = _why(gettext_lazy("Why?"), required=False)

    def __init__(
        self, data: Any = None, *, choices: Sequence[tuple[str, str]],
        initial: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(data, initial=dict(initial or {}))
        offer(self, "choice", choices)

    def clean(self) -> dict[str, Any]:
        """See that another day is named where one is chosen."""
        said = super().clean() or self.cleaned_data
        if said.get("choice") == "another day" and not said.get("first_day") and (
            "first_day" not in self.errors
        ):  # fmt: skip
            self.add_error("first_day", _("Enter the day"))
        return said


class Explain(forms.Form):
    """How pay that differed was put right."""

    why = _why(gettext_lazy("How was it put right?"),
               gettext_lazy("For example: the payroll pays the rest on 4 December."))  # fmt: skip


class Evidence(forms.Form):
    """Evidence for hand-offs, or why one is waived."""

    def __init__(
        self, data: Any = None, *, held: Sequence[HandOffView], every: bool,
        initial: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(data, initial=dict(initial or {}))
        self.held, self._every = held, every
        for one in held:
            self.fields[f"evidence-{one.kind}"] = forms.CharField(
                label=one.title, required=False, max_length=300,
                help_text=_("Evidence: %(what)s") % {"what": one.wanted},
            )  # fmt: skip
            self.fields[f"waived-{one.kind}"] = forms.CharField(
                label=_("%(what)s: or why it is not needed") % {"what": one.title},
                required=False, max_length=LONGEST,
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """See that nothing is both handed over and waived, and that nothing is left at the end."""
        said = super().clean() or self.cleaned_data
        for one in self.held:
            shown, waived = said.get(f"evidence-{one.kind}"), said.get(f"waived-{one.kind}")
            if shown and waived:
                self.add_error(f"waived-{one.kind}", _("%(what)s: state one of the two, not both")
                               % {"what": one.title})  # fmt: skip
            elif self._every and not shown and not waived:
                self.add_error(
                    f"evidence-{one.kind}",
                    _("%(what)s: enter the evidence, or why it is not needed")
                    % {"what": one.title},
                )
        return said

    def answers(self) -> dict[str, Any]:
        """Return evidence and waivers by hand-off."""
        parts = {
            name: {one.kind: said for one in self.held
                   if (said := self.cleaned_data.get(f"{name}-{one.kind}"))}
            for name in ("evidence", "waived")
        }  # fmt: skip
        return dict(parts)


class Upload(forms.Form):
    """A filled workbook."""

    file = forms.FileField(
        label=gettext_lazy("Workbook"),
        help_text=gettext_lazy("Ours, or the form you use today (.xlsx or .xlsm)"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.ods"}),
    )  # fmt: skip


class Reason(forms.Form):
    """Why something is done that stops or undoes a transfer."""

    reason = _why(gettext_lazy("Why?"), gettext_lazy("It stands in the history of the transfer."))
    version = forms.IntegerField(widget=forms.HiddenInput)


class Resume(forms.Form):
    """Nothing but that it goes on, and whether by the pay plan where its day is no longer safe."""

    accept_plan = forms.BooleanField(
        label=gettext_lazy("If its day is no longer in time for both payrolls: go on with the pay"
                           " plan"),
        required=False,
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)


class Change(forms.Form):
    """What changed after the move."""

    field = forms.ChoiceField(label=gettext_lazy("What changes?"))
    now = forms.CharField(
        label=gettext_lazy("What holds now?"),
        max_length=300,
        help_text=gettext_lazy("A day like 2026-12-07, an amount like 39000.00"),
    )
    effective_from = DateParts(label=gettext_lazy("From which day?"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, fields: Sequence[tuple[str, str]], version: int,
        on: dt.date | None = None,
    ) -> None:  # fmt: skip
        super().__init__(data, initial={"version": version, "effective_from": on})
        offer(self, "field", fields)
