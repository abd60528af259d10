"""The forms of inlets and lookup tables."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.hub.pulling.inlets import LONGEST, SHORTEST
from muster.hub.pulling.kinds import Kind
from muster.kernel.errors import MusterError
from muster.services.messages.pages.inlet_wording import setting_hint, setting_title

_LONG = ("host_key", "private_key", "access", "senders", "columns", "open_key", "signing_key",
         "sender_key", "receiver_key")  # fmt: skip
_LONGEST = 20_000


class ChooseSource(forms.Form):
    """Which system is asked, and by which connector."""

    system = forms.ChoiceField(
        label=gettext_lazy("Which system is asked?"),
        error_messages={"required": gettext_lazy("Choose the system")},
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What does it keep?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what it keeps")},
    )

    def __init__(
        self, data: Any, *, systems: Sequence[tuple[str, str]], kinds: Sequence[tuple[str, str]]
    ) -> None:
        super().__init__(data)
        self.fields["system"].choices = systems  # type: ignore[attr-defined]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]


class InletForm(forms.Form):
    """How often a system is asked, and what its connector must be told, as it says itself.

    Args:
        data: what was typed.
        kind: of which connector.
        settings: what it is told now, but for secrets.
        held: the secrets that are set.
        code: what the inlet is called; empty for a new one, which is asked.
        every: how many seconds lie between two turns.
    """

    code = forms.CharField(
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("Small letters, digits and -, such as mill-staff."),
        max_length=100,
    )
    every = forms.IntegerField(
        label=gettext_lazy("Seconds between two times it is asked"),
        min_value=SHORTEST,
        max_value=LONGEST,
    )

    def __init__(
        self, data: Any, *, kind: Kind, settings: Mapping[str, str], held: Collection[str],
        code: str = "", every: int = 300,
    ) -> None:  # fmt: skip
        super().__init__(data, initial={**settings, "code": code, "every": every})
        self._kind = kind
        for one in kind.settings:
            hint = setting_hint(one.name, one.hint)
            if one.name in held:
                hint = f"{_('One is set. Leave it empty to keep it.')} {hint}".strip()
            title = setting_title(one.name, one.title)
            label = title if one.required else _("%(title)s (optional)") % {"title": title}
            long = forms.Textarea(attrs={"rows": 4}) if one.name in _LONG else forms.TextInput()
            hidden = one.secret and one.name not in _LONG
            self.fields[one.name] = forms.CharField(
                label=label, help_text=hint, required=one.required and one.name not in held,
                max_length=_LONGEST, strip=False,
                widget=forms.PasswordInput() if hidden else long,
            )  # fmt: skip
        if code:
            del self.fields["code"]

    @property
    def said(self) -> dict[str, str]:
        """What is told in the open."""
        return {one.name: self._typed(one.name) for one in self._kind.settings if not one.secret}

    @property
    def sealed(self) -> dict[str, str]:
        """What is sealed."""
        return {one.name: self._typed(one.name) for one in self._kind.settings if one.secret}

    def refused(self, problem: MusterError) -> None:
        """Show what the hub refused beside the field it speaks of, or above the form."""
        field = problem.where.field if problem.where.field in self.fields else None
        self.add_error(field, f"{problem.what}. {problem.fix}.")

    def hide(self) -> None:
        """Forget the secrets that were typed, before the form is shown again."""
        if self.is_bound:
            self.data = {**self.data.dict(), **dict.fromkeys(self._kind.secrets, "")}  # type: ignore[attr-defined]

    def _typed(self, name: str) -> str:
        return str(self.cleaned_data[name]).replace("\r\n", "\n")


class UploadTable(forms.Form):
    """A table that the mapping of a route looks values up in."""

    name = forms.CharField(
        label=gettext_lazy("Name of the table"),
        help_text=gettext_lazy("As the mapping calls it, such as sites."),
        max_length=60,
    )
    file = forms.FileField(
        label=gettext_lazy("Table as CSV"),
        help_text=gettext_lazy(
            "Headings first; codes in the first column, what they mean in the others."
        ),
        error_messages={"required": gettext_lazy("Choose a file")},
    )
    personal = forms.CharField(
        label=gettext_lazy("Columns about people (optional)"),
        help_text=gettext_lazy("Their headings, one a line."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2000,
        required=False,
    )

    def refused(self, problem: MusterError) -> None:
        """Show what the hub refused beside the field it speaks of, or above the form."""
        field = problem.where.field if problem.where.field in self.fields else None
        place = f"{problem.where}: " if problem.where.row else ""
        self.add_error(field or "file", f"{place}{problem.what}. {problem.fix}.")
