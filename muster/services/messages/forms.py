"""The forms of the pages of messages."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.connectors.outlets import OutletDescription
from muster.hub.connecting.endpoints import LONGEST
from muster.hub.connecting.queries import EndpointView
from muster.hub.connecting.systems import LONGEST_CODE, LONGEST_KIND, LONGEST_TITLE
from muster.hub.messages.acceptance import SHARDS
from muster.hub.messages.envelope import LARGEST_MESSAGE
from muster.hub.populations import CASE
from muster.kernel.errors import MusterError

# Of these settings a text has several lines.
_LONG = ("layout", "host_key", "private_key", "signing_key", "access")


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


class _Checked(forms.Form):
    """A form of which the hub has the last word."""

    def refused(self, problem: MusterError) -> None:
        """Show what the hub refused beside the field it speaks of, or above the form."""
        field = problem.where.field if problem.where.field in self.fields else None
        self.add_error(field, f"{problem.what}. {problem.fix}.")


class AddSystem(_Checked):
    """A system that sends or receives."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        help_text=gettext_lazy(
            "It names the system for good, such as payroll:weir. Senders write it in each message."
        ),
        max_length=LONGEST_CODE,
    )
    title = forms.CharField(label=gettext_lazy("What people call it"), max_length=LONGEST_TITLE)
    kind = forms.CharField(
        label=gettext_lazy("What it is"),
        help_text=gettext_lazy("In a word or two, such as payroll."),
        max_length=LONGEST_KIND,
    )
    employer = forms.CharField(
        label=gettext_lazy("Employer that owns it (optional)"),
        help_text=gettext_lazy("Its name. Its people sign for it. Leave it empty if none does."),
        max_length=200,
        required=False,
    )

    def __init__(self, data: Any, *, own: bool) -> None:
        super().__init__(data)
        if own:
            del self.fields["employer"]


class ChooseConnector(forms.Form):
    """By which connector a system is spoken to."""

    kind = forms.ChoiceField(
        label=gettext_lazy("How is it spoken to?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how it is spoken to")},
    )

    def __init__(self, data: Any, *, kinds: Sequence[OutletDescription]) -> None:
        super().__init__(data)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (one.kind, _(one.title)) for one in kinds
        ]


class EndpointForm(_Checked):
    """What a connector must be told, as it says itself. Secrets are typed and never shown."""

    forget = forms.MultipleChoiceField(
        label=gettext_lazy("Secrets that are needed no more"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any, *, what: OutletDescription, present: EndpointView | None) -> None:
        same = present is not None and present.kind == what.kind
        settings: Mapping[str, str] = present.settings if present is not None and same else {}
        held: Collection[str] = present.secrets if present is not None and same else ()
        super().__init__(data, initial=dict(settings))
        self._secret = [one.name for one in what.settings if one.secret]
        for one in what.settings:
            hint = _(one.hint) if one.hint else ""
            if one.name in held:
                hint = _("One is set. Leave it empty to keep it.") + (f" {hint}" if hint else "")
            label = _(one.title) if one.required else _("%(title)s (optional)") % {
                "title": _(one.title)
            }  # fmt: skip
            long = forms.Textarea(attrs={"rows": 4}) if one.name in _LONG else forms.TextInput()
            hidden = one.secret and one.name not in _LONG
            self.fields[one.name] = forms.CharField(
                label=label, help_text=hint, required=one.required and one.name not in held,
                max_length=LONGEST, strip=False, widget=forms.PasswordInput() if hidden else long,
            )  # fmt: skip
        self.order_fields([*(one.name for one in what.settings), "forget"])
        optional = {one.name: one.title for one in what.settings if not one.required}
        kept = [(name, _(optional[name])) for name in held if name in optional]
        self.fields["forget"].choices = kept  # type: ignore[attr-defined]
        if not kept:
            del self.fields["forget"]

    @property
    def said(self) -> dict[str, str]:
        """What is told in the open."""
        return {
            name: value.replace("\r\n", "\n")
            for name, value in self.cleaned_data.items()
            if name not in (*self._secret, "forget")
        }

    @property
    def sealed(self) -> dict[str, str]:
        """What is sealed."""
        return {name: self.cleaned_data[name].replace("\r\n", "\n") for name in self._secret}

    def hide(self) -> None:
        """Forget the secrets that were typed, before the form is shown again."""
        self.data = {**self.data.dict(), **dict.fromkeys(self._secret, "")}  # type: ignore[attr-defined]


class DraftRoute(_Checked):
    """A route under an agreement that was chosen before."""

    code = forms.CharField(
        label=gettext_lazy("Code of the route"),
        help_text=gettext_lazy("It names the route for good, such as mill-to-payroll."),
        max_length=LONGEST_CODE,
    )
    endpoint = forms.ChoiceField(label=gettext_lazy("How the receiver is spoken to"))
    translation = forms.CharField(
        label=gettext_lazy("Translation (TOML); empty sends the agreed fields as they are"),
        widget=forms.Textarea(attrs={"rows": 16}),
        required=False,
        strip=False,
    )
    population = forms.ChoiceField(label=gettext_lazy("Whose messages go"), required=False)
    case = forms.CharField(
        label=gettext_lazy("Name of the case, if it is one"), required=False, max_length=190
    )
    shards = forms.IntegerField(
        label=gettext_lazy("How many workers may share it"),
        initial=1,
        min_value=1,
        max_value=SHARDS,
    )
    from_start = forms.BooleanField(
        label=gettext_lazy("Begin with the first message there ever was"), required=False
    )

    def __init__(
        self,
        data: Any,
        *,
        endpoints: Sequence[EndpointView],
        populations: Sequence[str],
        fixed: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(data, **more)
        several = len(endpoints) > 1
        ways = [(str(one.id), one.settings.get("table", "") or one.kind) for one in endpoints]
        self.fields["endpoint"].choices = ways  # type: ignore[attr-defined]
        offered = [("", _("Everybody’s")), *((one, _(one)) for one in populations)]
        offered.append((CASE, _("Of one case")))
        self.fields["population"].choices = offered  # type: ignore[attr-defined]
        if not several:
            del self.fields["endpoint"]
        if fixed:
            del self.fields["code"]

    @property
    def whose(self) -> str:
        """The population that was chosen, as routes name it."""
        chosen = self.cleaned_data["population"]
        return f"{CASE}{self.cleaned_data['case'].strip()}" if chosen == CASE else chosen


class TryRecord(_Checked):
    """One record to try on a route, or the position of a message that came."""

    record = forms.CharField(
        label=gettext_lazy("Record (JSON)"),
        help_text=gettext_lazy("A whole message, or its data alone. Nothing of it is kept."),
        widget=forms.Textarea(attrs={"rows": 14}),
        max_length=LARGEST_MESSAGE,
        required=False,
        strip=False,
    )
    subject = forms.CharField(
        label=gettext_lazy("Of whom data alone speaks"),
        help_text=gettext_lazy("As the sender names them, such as employment:hr:mill:1."),
        max_length=300,
        required=False,
    )
    position = forms.IntegerField(
        label=gettext_lazy("Or the position of a message that came"),
        help_text=gettext_lazy("That you read it is recorded."),
        min_value=0,
        max_value=2**62,
        required=False,
    )
    confirmed = forms.BooleanField(
        label=gettext_lazy("The receiver will see it, marked as a trial, and may know of it"),
        required=False,
    )

    def __init__(self, *given: Any, may_read: bool = True, **more: Any) -> None:
        super().__init__(*given, **more)
        if not may_read:
            del self.fields["position"]

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        given = super().clean() or {}
        there = given.get("position") is not None
        if not self.errors and not there and not given.get("record", "").strip():
            self.add_error("record", _("Enter a record, or a position"))
        return given
