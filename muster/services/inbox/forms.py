"""The forms of the inbox."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from muster.casework.notifying.rules import OFFERED, Choice, Kind, Rhythm
from muster.kernel.errors import MusterError
from muster.pagekit.fields import DateParts, offer
from muster.services.inbox.wording import DUE_IN, KINDS, RHYTHMS

LONGEST_NOTE = 2000
EVERYBODY = "-"


def say(form: forms.Form, problem: MusterError) -> None:
    """Let a form tell what a verb refused, at the field it speaks of if it has one."""
    field = problem.where.field or ""
    form.add_error(field if field in form.fields else None, f"{problem.what}. {problem.fix}.")


class Search(forms.Form):
    """Words, process and deadline; all optional, so any address is valid."""

    shelf = forms.CharField(required=False, widget=forms.HiddenInput)
    words = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=100)
    process = forms.ChoiceField(label=gettext_lazy("Process"), required=False)
    due = forms.ChoiceField(
        label=gettext_lazy("Due"), required=False,
        choices=[("", gettext_lazy("Any time")), *DUE_IN.items()],
    )  # fmt: skip

    def __init__(self, data: Any, *, processes: Sequence[tuple[str, str]], shelf: str) -> None:
        super().__init__(data, auto_id="filter_%s", initial={"shelf": shelf})
        offer(self, "process", [("", gettext_lazy("All")), *processes])

    def value(self, name: str) -> str:
        """Return what is asked for; "" for what cannot be."""
        if not self.is_valid() and name in self.errors:
            return ""
        return str(self.cleaned_data.get(name) or "")


class Reason(forms.Form):
    """Why a task changes hands."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300,
        help_text=gettext_lazy("It stands in the history of the case. Do not name people."),
    )  # fmt: skip


class HandOver(Reason):
    """To whom a task goes, and why."""

    to = forms.ChoiceField(label=gettext_lazy("To whom?"), widget=forms.RadioSelect)
    field_order = ("to", "reason")

    def __init__(self, data: Any = None, *, team: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        offer(self, "to", [(key or EVERYBODY, name) for key, name in team])

    def chosen(self) -> str:
        """Return who was chosen, as an actor's id; "" for everybody of the role."""
        chosen = str(self.cleaned_data["to"])
        return "" if chosen == EVERYBODY else chosen


class Answer(forms.Form):
    """What is said of a task that has no page of its own."""

    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, max_length=LONGEST_NOTE,
        help_text=gettext_lazy("What others should know. You can leave it empty."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)


class Choices(forms.Form):
    """What somebody is told, how and when."""

    way = forms.ChoiceField(
        label=gettext_lazy("How should we tell you?"), widget=forms.RadioSelect,
        choices=[
            ("email", gettext_lazy("By email")),
            ("sms", gettext_lazy("By text, to the personal phone you told us of")),
        ],
    )  # fmt: skip
    quiet = forms.BooleanField(
        label=gettext_lazy("Not at night, at weekends or on bank holidays, unless a deadline "
                           "was missed"),
        required=False,
    )  # fmt: skip

    def __init__(self, data: Any = None, *, chosen: Choice) -> None:
        super().__init__(data, initial={"way": chosen.way, "quiet": chosen.quiet})
        for kind, offered in OFFERED.items():
            if len(offered.rhythms) > 1:
                self.fields[_name(kind)] = forms.ChoiceField(
                    label=str(KINDS[kind]), initial=chosen.rhythm(kind), widget=forms.RadioSelect,
                    choices=[(one, RHYTHMS[one]) for one in RHYTHMS if one in offered.rhythms],
                )  # fmt: skip

    def rhythms(self) -> dict[Kind, Rhythm]:
        """Return what was chosen, by kind."""
        return {
            kind: self.cleaned_data[_name(kind)] for kind in OFFERED if _name(kind) in self.fields
        }


class SetCover(forms.Form):
    """Who covers for whom, from when to when."""

    absent = forms.ChoiceField(label=gettext_lazy("Who is away?"), widget=forms.RadioSelect)
    coverer = forms.ChoiceField(label=gettext_lazy("Who covers?"), widget=forms.RadioSelect)
    since = DateParts(label=gettext_lazy("First day away"))
    until = DateParts(label=gettext_lazy("Last day away"))

    def __init__(
        self, data: Any = None, *, absent: Sequence[tuple[str, str]],
        colleagues: Sequence[tuple[str, str]], today: dt.date,
    ) -> None:  # fmt: skip
        super().__init__(data, initial={"absent": absent[0][0], "since": today})
        offer(self, "absent", absent)
        offer(self, "coverer", colleagues)


class Mailbox(forms.Form):
    """The shared mailbox of a team."""

    email = forms.CharField(
        label=gettext_lazy("Email address"), required=False, max_length=254,
        help_text=gettext_lazy("Leave it empty for none"),
        widget=forms.TextInput(attrs={"inputmode": "email"}),
    )  # fmt: skip


def _name(kind: Kind) -> str:
    return kind.replace(" ", "_")
