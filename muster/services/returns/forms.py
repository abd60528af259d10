"""The forms of questions, metrics asked for, and returns."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.kernel.errors import MusterError
from muster.pagekit.fields import DateParts, offer
from muster.pagekit.jinja import day
from muster.services.returns.rules import LONGEST_WORDS, MOST_ITEMS
from muster.services.returns.wording import STATES, WAYS

_NAME_NOBODY = gettext_lazy("Do not name people.")


def _words(label: Any, hint: Any = "", *, rows: int = 2, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, required=required, max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": rows}),
    )  # fmt: skip


def say(form: forms.Form, problem: MusterError) -> None:
    """Let a form tell what a verb refused, at the field it speaks of if it has one."""
    field = problem.where.field or ""
    known = field in form.fields
    place = "" if known or not field else f" ({field})"
    form.add_error(field if known else None, f"{problem.what}{place}. {problem.fix}.")


class Search(forms.Form):
    """Words, state and way; all optional, so any address is valid."""

    words = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False,
        choices=[("", gettext_lazy("All")), *((name, said) for name, (said, _c) in STATES.items())],
    )  # fmt: skip
    way = forms.ChoiceField(
        label=gettext_lazy("Answered from"), required=False,
        choices=[("", gettext_lazy("All")), *WAYS.items()],
    )  # fmt: skip


class AskQuestion(forms.Form):
    """A question in words, with why, for whom and until when."""

    words = _words(gettext_lazy("What do you want to know?"), _NAME_NOBODY, rows=3)
    why = _words(gettext_lazy("What is it for?"))
    for_whom = forms.CharField(
        label=gettext_lazy("For whom?"),
        help_text=gettext_lazy("An office, such as a minister’s office or a committee"),
        max_length=100,
    )
    needed_by = DateParts(label=gettext_lazy("By when?"))


class ChooseAnswer(forms.Form):
    """One metric that may answer: broken down how, as at when, and whether anew."""

    metric = forms.CharField(widget=forms.HiddenInput)
    by = forms.MultipleChoiceField(
        label=gettext_lazy("Broken down by"), required=False, widget=forms.CheckboxSelectMultiple
    )
    as_at = forms.ChoiceField(label=gettext_lazy("As at"))
    fresh = forms.BooleanField(
        label=gettext_lazy("Make it anew, although it was answered before"), required=False
    )

    def __init__(
        self, data: Any = None, *, metric: str, dimensions: Iterable[tuple[str, str]],
        chosen: Sequence[str], dates: Sequence[dt.date], cited: bool,
    ) -> None:  # fmt: skip
        first = dates[0].isoformat() if dates else ""
        super().__init__(
            data, auto_id=f"{metric}_%s",
            initial={"metric": metric, "by": list(chosen), "as_at": first},
        )  # fmt: skip
        offer(self, "by", list(dimensions))
        offer(self, "as_at", [(one.isoformat(), day(one)) for one in dates])
        if not cited:
            del self.fields["fresh"]


class AnotherFigure(forms.Form):
    """A figure beside those that a search proposes."""

    metric = forms.ChoiceField(label=gettext_lazy("Another figure"), required=False)

    def __init__(self, metrics: Sequence[tuple[str, str]]) -> None:
        super().__init__(auto_id="other_%s")
        offer(self, "metric", metrics)


class Reason(forms.Form):
    """Why something is done."""

    reason = _words(gettext_lazy("Reason"), _NAME_NOBODY)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class Study(forms.Form):
    """What research is to find out, or where it is published."""

    note = _words(gettext_lazy("What should be studied, or where is the study published?"))


class RequestMetric(forms.Form):
    """A metric that does not exist yet: what counts, and who answers for it."""

    title = forms.CharField(label=gettext_lazy("What is it called?"), max_length=100)
    counts = _words(gettext_lazy("What counts, and what does not?"))
    grain = forms.CharField(
        label=gettext_lazy("What is one of what is counted?"), max_length=200,
        initial=gettext_lazy("one person in one employer on the date"),
    )  # fmt: skip
    dimensions = forms.CharField(
        label=gettext_lazy("Broken down by"), max_length=200,
        help_text=gettext_lazy("With commas between them"),
        initial=gettext_lazy("Employer, Grade, Profession"),
    )  # fmt: skip
    owner = forms.ChoiceField(label=gettext_lazy("Who answers for it?"))
    lawful_basis = forms.ChoiceField(label=gettext_lazy("Lawful basis"))
    began = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Any = None, *, owners: Sequence[str], bases: Sequence[str],
        initial: Mapping[str, Any],
    ) -> None:  # fmt: skip
        super().__init__(data, initial=dict(initial))
        offer(self, "owner", [(one, one) for one in owners])
        offer(self, "lawful_basis", [(one, one) for one in bases])


class DecideMetric(forms.Form):
    """What its owner says of a metric that is asked for."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("What should become of it?"), widget=forms.RadioSelect,
        choices=[
            ("approved", gettext_lazy("Approve it: engineers declare it")),
            ("asked back", gettext_lazy("Ask back")),
            ("declined", gettext_lazy("Decline it")),
        ],
    )  # fmt: skip
    reason = _words(
        gettext_lazy("Reason, or what you ask"),
        gettext_lazy("Needed unless you approve"), required=False,
    )  # fmt: skip


class AnswerBack(forms.Form):
    """What a metric should count, said better."""

    counts = _words(gettext_lazy("What counts, and what does not?"))


class OpenReturn(forms.Form):
    """Up to three figures, the date and the deadline."""

    as_at = forms.ChoiceField(label=gettext_lazy("As at"))
    deadline = DateParts(label=gettext_lazy("Deadline"))

    def __init__(
        self, data: Any = None, *, metrics: Sequence[tuple[str, str]],
        dimensions: Sequence[tuple[str, str]], dates: Sequence[dt.date], initial: Any = None,
    ) -> None:  # fmt: skip
        super().__init__(data, initial=initial)
        offer(self, "as_at", [(one.isoformat(), day(one)) for one in dates])
        last = {name: self.fields.pop(name) for name in ("as_at", "deadline")}
        for number in range(1, MOST_ITEMS + 1):
            required = number == 1
            none = [] if required else [("", gettext_lazy("None"))]
            words = {"number": number}
            self.fields[f"metric_{number}"] = forms.ChoiceField(
                label=_("Figure %(number)s") % words, required=required, choices=[*none, *metrics]
            )
            labels = _("Figure %(number)s by"), _("Figure %(number)s and by")
            for part, label in enumerate(labels, start=1):
                self.fields[f"by_{number}_{part}"] = forms.ChoiceField(
                    label=label % words, required=False,
                    choices=[("", gettext_lazy("Nothing")), *dimensions],
                )  # fmt: skip
        self.fields |= last

    def tables(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return what is asked for: metrics, each with what it is broken down by."""
        said = self.cleaned_data
        chosen = []
        for number in range(1, MOST_ITEMS + 1):
            if said[f"metric_{number}"]:
                parts = [said[f"by_{number}_{part}"] for part in (1, 2)]
                chosen.append(
                    (said[f"metric_{number}"], tuple(dict.fromkeys(one for one in parts if one)))
                )
        return chosen


class Extend(forms.Form):
    """A later deadline, and why."""

    deadline = DateParts(label=gettext_lazy("New deadline"))
    reason = _words(gettext_lazy("Reason"))


class StateFigures(forms.Form):
    """Where figures come from, and a file with them instead of the boxes."""

    source = forms.CharField(
        label=gettext_lazy("Where do the figures come from?"), max_length=300,
        help_text=gettext_lazy("Such as the payroll report of a day"),
    )  # fmt: skip
    file = forms.FileField(
        label=gettext_lazy("Or choose the filled-in list as a file"), required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)


class Assume(forms.Form):
    """What one employer is taken to spend on one return, and why."""

    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes that one employer spends on one return"),
        min_value=1, max_value=10_000,
    )  # fmt: skip
    why = _words(gettext_lazy("Where is this from?"))
