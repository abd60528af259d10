"""The forms by which people draft, amend, sign, suspend and end agreements."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.hub.agreements.processors import CONTROLLERS, UNITED_KINGDOM, Processor
from muster.hub.agreements.queries import SystemChoice
from muster.hub.agreements.stored import REGISTER
from muster.hub.agreements.terms import LONGEST_NAME, LONGEST_TEXT, MOST_PROCESSORS, Terms
from muster.hub.contracts import Contract
from muster.kernel.days import ONE_DAY
from muster.pagekit.fields import DateParts, errors_of
from muster.services.agreements.wording import ARTICLE_6, ARTICLE_9, SIDES, field_words

# What addresses beside the agreements are called.
RESERVED = ("new", "record", "processors", "expiring")
_RECORDED = gettext_lazy("It is recorded in the log of decisions. Do not name people.")


def _words(label: Any, hint: Any = "", rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": rows}),
    )  # fmt: skip


class Begin(forms.Form):
    """Between which systems, and about which contract, an agreement is to be."""

    sender = forms.ChoiceField(label=gettext_lazy("Which system sends"))
    receiver = forms.ChoiceField(label=gettext_lazy("Which system receives"))
    contract = forms.ChoiceField(label=gettext_lazy("What it sends"))

    def __init__(
        self, data: Any, *, systems: Sequence[SystemChoice], contracts: Sequence[Contract]
    ) -> None:
        super().__init__(data)
        named = [(one.code, f"{one.title} ({one.code})") for one in systems]
        offered = {
            "sender": named,
            "receiver": [*named, (REGISTER, _("The register"))],
            "contract": [(one.name, f"{one.title} ({one.name})") for one in contracts],
        }
        for name, choices in offered.items():
            self.fields[name].choices = [("", _("Choose one")), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for two systems."""
        given = super().clean() or {}
        if given.get("sender") and given.get("sender") == given.get("receiver"):
            self.add_error("receiver", _("Choose another system than the one that sends"))
        return given


class TermsForm(forms.Form):
    """Everything both sides sign, but for the processors."""

    code = forms.CharField(
        label=gettext_lazy("Short name"),
        help_text=gettext_lazy("Small letters, digits and dashes. It never changes."),
        max_length=100,
    )
    title = forms.CharField(label=gettext_lazy("Title"), max_length=LONGEST_NAME)
    fields_agreed = forms.MultipleChoiceField(
        label=gettext_lazy("Fields that may leave"),
        help_text=gettext_lazy("Only those the purpose needs. The hub takes all others out."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Select the fields that may leave")},
    )
    purpose = _words(gettext_lazy("Purpose"), gettext_lazy("What the receiver needs the data for."))
    article6 = forms.ChoiceField(
        label=gettext_lazy("Lawful basis: UK GDPR article 6(1)"),
        widget=forms.RadioSelect,
        choices=list(ARTICLE_6.items()),
        error_messages={"required": gettext_lazy("Select the lawful basis")},
    )
    lawful_basis = _words(
        gettext_lazy("The law or duty relied on"), gettext_lazy("Name the act or the contract."), 2
    )
    article9 = forms.ChoiceField(
        label=gettext_lazy("Condition for special category data: UK GDPR article 9(2)"),
        help_text=gettext_lazy("Needed if a field is marked as special category."),
        required=False,
        choices=[("", gettext_lazy("None")), *ARTICLE_9.items()],
    )
    retention = _words(
        gettext_lazy("Retention"), gettext_lazy("For how long the receiver keeps the data."), 2
    )
    starts = DateParts(label=gettext_lazy("First day"))
    last_day = DateParts(
        label=gettext_lazy("Last day (optional)"),
        required=False,
        help_text=gettext_lazy("Both sides are warned 90, 30 and 7 days before."),
    )
    lowest_revision = forms.IntegerField(
        label=gettext_lazy("First revision of the contract that is covered"),
        min_value=1,
        max_value=10_000,
        initial=1,
    )
    sender_office = forms.CharField(
        label=gettext_lazy("Who answers for it at the sender"),
        help_text=gettext_lazy("An office, not a name. For example HR Director."),
        max_length=LONGEST_NAME,
    )
    receiver_office = forms.CharField(
        label=gettext_lazy("Who answers for it at the receiver"),
        help_text=gettext_lazy("An office, not a name. For example Head of Payroll."),
        max_length=LONGEST_NAME,
    )

    def __init__(
        self, data: Any, *, contract: Contract, known: Terms | None = None, settled: bool = False
    ) -> None:
        super().__init__(data, initial=None if known is None else _initial(known))
        self._contract = contract
        self.fields["fields_agreed"].choices = [  # type: ignore[attr-defined]
            (field.name, field_words(field)) for field in contract.fields
        ]
        if known is not None:
            del self.fields["code"]
            if settled:
                del self.fields["starts"]
            self.fields["reason"] = _reason(gettext_lazy("Why the terms change"))

    def clean(self) -> dict[str, Any]:
        """Ask for days in order, and for a condition where special category data leaves."""
        given = super().clean() or {}
        if given.get("code") in RESERVED:
            self.add_error("code", _("Choose another name: a page is called this"))
        starts, last = given.get("starts"), given.get("last_day")
        if starts and last and last < starts:
            self.add_error("last_day", _("The last day must not lie before the first"))
        chosen = set(given.get("fields_agreed", ()))
        special = [one.title for one in self._contract.fields if one.special and one.name in chosen]
        if special and not given.get("article9"):
            words = _("Select the condition under which this may leave: %(fields)s")
            self.add_error("article9", words % {"fields": ", ".join(special)})
        return given

    def not_asked(self) -> None:
        """Show what was filled in without saying what is still wrong with it."""
        self._errors, self.cleaned_data = ErrorDict(), {}

    def terms(self, known: Mapping[str, Any], processors: tuple[Processor, ...]) -> Terms:
        """Return the terms that were filled in; ``known`` are those the form does not ask."""
        given = {**known, **self.cleaned_data}
        last = given.pop("last_day")
        given["fields"] = tuple(given.pop("fields_agreed"))
        given.pop("reason", None)
        return Terms(**given, ends=last + ONE_DAY if last else None, processors=processors)


def _initial(known: Terms) -> dict[str, Any]:
    return {
        **{
            name: getattr(known, name)
            for name in ("title", "purpose", "lawful_basis", "retention", "starts", "article6",
                         "article9", "lowest_revision", "sender_office", "receiver_office")
        },
        "fields_agreed": list(known.fields),
        "last_day": known.ends - ONE_DAY if known.ends else None,
    }  # fmt: skip


class ProcessorForm(forms.Form):
    """One processor of the chain; without a name it is left out."""

    name = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=LONGEST_NAME)
    acting_for = forms.ChoiceField(label=gettext_lazy("Acts for"), required=False)
    country = forms.CharField(label=gettext_lazy("Country"), required=False, max_length=100)
    does = forms.CharField(
        label=gettext_lazy("What it does"), required=False, max_length=LONGEST_NAME
    )
    safeguard = forms.CharField(
        label=gettext_lazy("Safeguard"),
        help_text=gettext_lazy(
            "What binds it: a contract under article 28 or, abroad, what makes the transfer lawful."
        ),
        required=False,
        max_length=LONGEST_TEXT,
    )

    def __init__(self, *given: Any, names: Iterable[str], **more: Any) -> None:
        super().__init__(*given, **more)
        sides = [(side, SIDES[side]) for side in CONTROLLERS]
        others = [(name, name) for name in dict.fromkeys(names) if name]
        choices = [("", _("Choose one")), *sides, *others]
        self.fields["acting_for"].choices = choices  # type: ignore[attr-defined]

    def not_asked(self) -> None:
        """Show what was filled in without saying what is still wrong with it."""
        self._errors, self.cleaned_data = ErrorDict(), {}

    def clean(self) -> dict[str, Any]:
        """Ask for the rest of what a processor with a name needs."""
        given = super().clean() or {}
        if given.get("name") and not given.get("acting_for"):
            self.add_error("acting_for", _("Say for whom “%(name)s” acts") % given)
        if given.get("name") and given.get("acting_for") == given["name"]:
            self.add_error("acting_for", _("A processor does not act for itself"))
        return given


class Processors:
    """The processors of a form, with one more to fill in; the page asks for more by a button."""

    def __init__(self, data: Any, known: Sequence[Processor] = ()) -> None:
        self._bound = data is not None
        stated = len(known) if data is None else _count(data.get("processors", ""))
        more = data is not None and "more" in data
        self.count = min(max(stated, 1) + more, MOST_PROCESSORS)
        rest = [Processor("", country=UNITED_KINGDOM)] * self.count
        names = [one.name for one in known]
        if data is not None:
            names = [data.get(f"p{at}-name", "").strip() for at in range(stated)]
        self.forms = [
            ProcessorForm(
                data if at < stated else None, prefix=f"p{at}", names=names, initial=vars(one)
            )
            for at, one in enumerate([*known, *rest][: self.count])
        ]

    def valid(self) -> bool:
        """Tell whether every processor is filled in well enough."""
        return False not in [one.is_valid() for one in self.forms]

    def errors(self) -> list[dict[str, str]]:
        """Return every error, for the box above the heading."""
        return [error for one in self.forms if one.is_bound for error in errors_of(one)]

    def not_asked(self) -> None:
        """Show what was filled in without saying what is still wrong with it."""
        for one in self.forms:
            if one.is_bound:
                one.not_asked()

    def named(self) -> tuple[Processor, ...]:
        """Return the processors that have a name."""
        return tuple(
            Processor(**one.cleaned_data) for one in self.forms if one.cleaned_data.get("name")
        )


def _count(text: str) -> int:
    return min(int(text), MOST_PROCESSORS) if text.isascii() and text.isdecimal() else 0


def _reason(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=_RECORDED,
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
        error_messages={"required": gettext_lazy("Enter the reason")},
    )


class Reason(forms.Form):
    """Why somebody suspends, resumes, withdraws or ends; it is recorded."""

    reason = _reason(gettext_lazy("Reason"))


class Sign(forms.Form):
    """As what somebody signs, and that they have read these very terms."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    capacity = forms.CharField(
        label=gettext_lazy("In what capacity do you sign?"),
        help_text=gettext_lazy("Your office, such as HR Director."),
        max_length=LONGEST_NAME,
        error_messages={"required": gettext_lazy("Enter your office")},
    )
    agreed = forms.BooleanField(
        label=gettext_lazy("I have read these terms, and I may sign them for my side"),
        error_messages={"required": gettext_lazy("Tick that you have read the terms")},
    )
