"""The forms of the pages of messages."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class MessageFilters(forms.Form):
    """What a reader narrows the list of messages by; all optional, so any address is valid."""

    q = forms.CharField(
        label=gettext_lazy("Position, id, subject or case"), required=False, max_length=300
    )
    contract = forms.ChoiceField(label=gettext_lazy("Contract"), required=False)
    refused = forms.BooleanField(label=gettext_lazy("Only refused ones"), required=False)

    def __init__(self, data: Any, *, contracts: Sequence[str]) -> None:
        super().__init__(data, auto_id="filter_%s")
        field = self.fields["contract"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("All")), *((one, one) for one in contracts)]


class SystemFilters(forms.Form):
    """What a reader narrows the list of systems by."""

    q = forms.CharField(label=gettext_lazy("Code or name"), required=False, max_length=200)

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="filter_%s")


class Reason(forms.Form):
    """Why somebody does what cannot be taken back; it is recorded."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("It is recorded in the log of decisions. Do not name people."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=500,
        error_messages={"required": gettext_lazy("Enter the reason")},
    )


class AskReplay(Reason):
    """Which messages to hand over once more."""

    first = forms.IntegerField(
        label=gettext_lazy("First position"), required=False, min_value=0, max_value=2**62
    )
    last = forms.IntegerField(
        label=gettext_lazy("Last position"), required=False, min_value=0, max_value=2**62
    )
    subject = forms.CharField(
        label=gettext_lazy("Only of this subject"), required=False, max_length=300
    )
    correlation = forms.CharField(
        label=gettext_lazy("Only of this case"),
        help_text=gettext_lazy("The correlationid of its messages."),
        required=False,
        max_length=200,
    )
    field_order = ("first", "last", "subject", "correlation", "reason")

    def clean(self) -> dict[str, Any]:
        """Ask for at least one choice, and for positions in their order."""
        given = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if first is not None and last is not None and first > last:
            self.add_error("last", _("The last position comes before the first"))
        chosen = first is not None or last is not None
        if not (self.errors or chosen or given.get("subject") or given.get("correlation")):
            self.add_error("first", _("Enter positions, a subject or a case"))
        return given


class AddKey(forms.Form):
    """A public key of a system."""

    name = forms.CharField(
        label=gettext_lazy("Name of the key"),
        help_text=gettext_lazy("What the system’s signatures call it (keyid)."),
        max_length=100,
    )
    public = forms.CharField(
        label=gettext_lazy("Public key"),
        help_text=gettext_lazy("Ed25519, in PEM or as base64. Never paste a private key."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
    )
