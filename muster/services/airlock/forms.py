"""The forms of the pages of contracts and trials."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.hub.airlock.queries import TrialView
from muster.hub.airlock.trials import LARGEST, LAST
from muster.kernel.errors import MusterError
from muster.services.airlock.wording import kind_words

_MOST_PAST = 100_000


class Reason(forms.Form):
    """Why somebody decides something; it is recorded."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("It is recorded in the log of decisions. Do not name people."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
        error_messages={"required": gettext_lazy("Enter the reason")},
    )

    def refused(self, problem: MusterError) -> None:
        """Show what the hub refused above the form."""
        self.add_error(None, str(problem))


class _Texted(Reason):
    """A text that is typed, or comes as a file."""

    field_order: tuple[str, ...] = ("text", "file")
    text = forms.CharField(required=False, max_length=LARGEST, strip=False)
    file = forms.FileField(required=False, label=gettext_lazy("Or choose a file with it"))

    def clean(self) -> dict[str, Any]:
        """Let a file stand for the text."""
        given = super().clean() or {}
        file = given.get("file")
        if file is None:
            return given
        if file.size > LARGEST:
            self.add_error("file", _("The file is too large"))
            return given
        try:
            given["text"] = file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            self.add_error("file", _("The file is not a text in UTF-8"))
        return given


class BeginTrial(_Texted):
    """What is tried on a route, and how far back."""

    field_order = ("text", "file", "revision", "last", "reason")
    revision = forms.ChoiceField(
        label=gettext_lazy("Which revision of the contract"), required=False
    )
    last = forms.IntegerField(
        label=gettext_lazy("How many past messages to begin with"),
        initial=LAST,
        min_value=0,
        max_value=_MOST_PAST,
    )

    def __init__(self, *given: Any, drafts: Sequence[int], **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["text"].label = _("Translation (TOML); empty sends messages as they are")
        self.fields["text"].widget = forms.Textarea(attrs={"rows": 20})
        offered = [("", _("The one in force"))]
        offered += [(str(one), _("Draft %(number)s") % {"number": one}) for one in drafts]
        self.fields["revision"].choices = offered  # type: ignore[attr-defined]
        if not drafts:
            del self.fields["revision"]


class DraftContract(_Texted):
    """A contract's new revision."""

    field_order = ("text", "file")

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        del self.fields["reason"]
        self.fields["text"].label = _("Contract (JSON Schema)")
        self.fields["text"].widget = forms.Textarea(attrs={"rows": 20})


class Decide(Reason):
    """Which kinds of difference are accepted, and whether the trial goes live."""

    field_order = ("kinds", "then", "reason")
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Which differences do you accept?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    then = forms.ChoiceField(
        label=gettext_lazy("What then?"),
        widget=forms.RadioSelect,
        choices=[
            ("live", gettext_lazy("Let it go live now")),
            ("wait", gettext_lazy("Only accept them, and let it look at more messages")),
        ],
    )

    def __init__(self, *given: Any, trial: TrialView, **more: Any) -> None:
        super().__init__(*given, **more)
        offered = []
        for one in trial.kinds:
            if one.accepted_at is None:
                words = [str(kind_words(one, fresh=trial.fresh))]
                if one.field:
                    words.insert(0, one.field)
                if one.said:
                    words.append(one.said)
                offered.append((str(one.id), f"{': '.join(words)} ({one.messages:,})"))
        self.fields["kinds"].choices = offered  # type: ignore[attr-defined]
        if not offered:
            del self.fields["kinds"]

    @property
    def accepted(self) -> list[int]:
        """The kinds that were ticked."""
        return [int(one) for one in self.cleaned_data.get("kinds", [])]
