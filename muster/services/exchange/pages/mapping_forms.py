"""The forms by which a person maps a file: its columns, its questions, and what is saved."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from muster.hub.contracts import Contract
from muster.hub.routes import RouteView
from muster.hub.suggesting.suggestion import Choices, ProposedField, Question, Suggestion
from muster.hub.suggesting.ways import ways_of
from muster.hub.suggesting.words import expected_of
from muster.pagekit.fields import DateParts

_WAYS = {
    "text": gettext_lazy("Text as it stands"),
    "identifier": gettext_lazy("A number or reference that stays as it is"),
    "compact": gettext_lazy("A reference without spaces, in capitals"),
    "decimal": gettext_lazy("A number, such as 0.8"),
    "percent": gettext_lazy("A percentage, such as 80%"),
    "percent, no sign": gettext_lazy("A percentage without a sign, such as 80"),
    "pence": gettext_lazy("Pounds, such as £31,250.00"),
    "codes": gettext_lazy("Codes, each with a meaning"),
    "before comma": gettext_lazy("What stands before the comma"),
    "after comma": gettext_lazy("What stands after the comma"),
    "surname in capitals": gettext_lazy("The words in capitals at the end"),
    "before capitals": gettext_lazy("What stands before the words in capitals"),
    "last word": gettext_lazy("The last word"),
    "all but last word": gettext_lazy("All words but the last"),
    "first word": gettext_lazy("The first word"),
}
_SHARE = "share"
SURENESS = {
    "sure": (gettext_lazy("Sure"), "green"),
    "likely": (gettext_lazy("Likely"), "blue"),
    "check": (gettext_lazy("Please check"), "yellow"),
}


class FileForm(forms.Form):
    """The file to be mapped."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("A workbook, or CSV or other text with one row for each record."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.xlsm,.xls,.ods,.xml"}),
        error_messages={"empty": gettext_lazy("Choose a file that is not empty")},
    )


@dataclass(frozen=True)
class FieldLine:
    """One field of the contract on the page: its boxes, and why its column is proposed."""

    proposed: ProposedField
    column: forms.BoundField
    way: forms.BoundField | None
    tag: tuple[Any, str] | None
    samples: tuple[str, ...]

    @property
    def shown(self) -> bool:
        """Whether it stands in the open: a column is proposed for it, or it is needed."""
        return bool(self.proposed.columns) or self.proposed.field.required


class ColumnsForm(forms.Form):
    """Which column holds each field, and how it is read."""

    contract = forms.ChoiceField(
        label=gettext_lazy("What the rows are"),
        help_text=gettext_lazy("Choose another kind and use “Propose again” if this is wrong."),
    )

    def __init__(
        self, *given: Any, suggestion: Suggestion, contracts: Mapping[str, Contract], **more: Any
    ) -> None:
        super().__init__(*given, **more)
        self._suggestion = suggestion
        offered = sorted(contracts.values(), key=lambda each: each.title)
        contract = self.fields["contract"]
        contract.choices = [(each.name, each.title) for each in offered]  # type: ignore[attr-defined]
        contract.initial = suggestion.contract.name
        self._headers = [profile.header for profile in suggestion.profiles]
        columns = [("", _("No column")), *((str(at), h) for at, h in enumerate(self._headers))]
        for one in suggestion.fields:
            self._add(one, columns)

    def _add(self, one: ProposedField, columns: Sequence[tuple[str, str]]) -> None:
        name, title = one.field.name, one.field.title
        at = str(self._headers.index(one.columns[0])) if one.columns else ""
        self.fields[f"column_{name}"] = forms.ChoiceField(
            label=_("Column for %(field)s") % {"field": title},
            required=False, choices=columns, initial=at,
        )  # fmt: skip
        expected = expected_of(self._suggestion.contract.name, name, title)
        ways = list(ways_of(one.field, expected))
        if len(ways) > 1:
            offered = [("", _read_as(one)), *((id_, way_words(id_)) for id_ in ways)]
            self.fields[f"way_{name}"] = forms.ChoiceField(
                label=_("How %(field)s is read") % {"field": title},
                required=False, choices=offered,
                initial=self._chosen_way(name),
            )  # fmt: skip

    def _chosen_way(self, name: str) -> str:
        return str(self.initial.get(f"way_{name}", ""))

    def lines(self) -> Iterator[FieldLine]:
        """Yield the fields as the page shows them."""
        samples = {profile.header: profile.samples for profile in self._suggestion.profiles}
        for one in self._suggestion.fields:
            name = one.field.name
            way = self[f"way_{name}"] if f"way_{name}" in self.fields else None
            shown = samples[one.columns[0]] if one.columns else ()
            yield FieldLine(one, self[f"column_{name}"], way, _tag(one), shown)

    def choices(self, before: Choices, *, settle: bool) -> Choices:
        """Return what was chosen.

        Args:
            before: what was chosen before; its answers are kept.
            settle: whether proposals that were left as they are count as chosen from now on.
        """
        columns, ways = dict(before.columns), {}
        for one in self._suggestion.fields:
            name = one.field.name
            given = self.cleaned_data[f"column_{name}"]
            header = self._headers[int(given)] if given else ""
            same = (header,) == (one.columns or ("",))
            worked_out = one.way is not None and one.way.id == _SHARE
            if not same or (settle and not worked_out):
                columns[name] = header
            way = self.cleaned_data.get(f"way_{name}", "")
            if way:
                ways[name] = way
        return Choices(columns, ways, before.answers)


def _tag(one: ProposedField) -> tuple[Any, str] | None:
    if one.chosen:
        return (_("Chosen by you"), "grey") if one.columns else None
    if one.columns:
        return SURENESS[one.sureness]
    asked = one.way is not None
    return (_("Not found"), "red") if one.field.required and not asked else None


def _read_as(one: ProposedField) -> str:
    if one.way is None or not one.columns:
        return _("Tell from the values")
    return _("As proposed: %(way)s") % {"way": way_words(one.way.id)}


def way_words(id_: str) -> str:
    """Return a way of reading in words."""
    if id_ == _SHARE:
        return _("A share: weekly hours of full-time hours")
    if id_.startswith("serial-"):
        return _("Days counted by a spreadsheet from %(year)s") % {"year": id_[-4:]}
    return str(_WAYS[id_]) if id_ in _WAYS else _("A date as %(form)s") % {"form": id_}


class QuestionsForm(forms.Form):
    """What the file does not tell."""

    def __init__(self, *given: Any, suggestion: Suggestion, **more: Any) -> None:
        super().__init__(*given, **more)
        self._suggestion = suggestion
        for number, question in enumerate(suggestion.questions):
            answer = suggestion.answers.get(question.name, "")
            if question.codes:
                self._ask_codes(number, question, answer if isinstance(answer, Mapping) else {})
            else:
                self.fields[f"q{number}"] = self._asked(question, answer)

    def _asked(self, question: Question, answer: object) -> forms.Field:
        wording: dict[str, Any] = {
            "label": self._label(question),
            "help_text": question.text,
            "required": question.must,
            "initial": answer,
        }
        if not question.options:
            return forms.CharField(max_length=300, **wording)
        missing = _("Select an answer for “%(label)s”") % {"label": wording["label"]}
        return forms.ChoiceField(
            choices=question.options,
            widget=forms.RadioSelect,
            error_messages={"required": missing},
            **wording,
        )

    def _ask_codes(self, number: int, question: Question, answers: Mapping[str, str]) -> None:
        waits = ("", _("Not known yet: let its rows wait"))
        for place, code in enumerate(question.codes):
            rows = ngettext("%(count)s row", "%(count)s rows", code.count) % {
                "count": f"{code.count:,}"
            }
            self.fields[f"q{number}_{place}"] = forms.ChoiceField(
                label=_("%(field)s “%(code)s”, %(rows)s") % {
                    "field": self._label(question), "code": code.text, "rows": rows
                },
                required=False,
                choices=[waits, *question.options],
                initial=answers.get(code.text, code.meaning),
            )  # fmt: skip

    def _label(self, question: Question) -> str:
        return self._suggestion.contract.field(question.field).title

    def groups(self) -> Iterator[tuple[Question, str, list[forms.BoundField]]]:
        """Yield each question with its field's title and its boxes."""
        for number, question in enumerate(self._suggestion.questions):
            names = [f"q{number}"] if not question.codes else [
                f"q{number}_{place}" for place in range(len(question.codes))
            ]  # fmt: skip
            yield question, self._label(question), [self[name] for name in names]

    def answers(self) -> dict[str, str | Mapping[str, str]]:
        """Return what was answered, by the questions' names."""
        found: dict[str, str | Mapping[str, str]] = dict(self._suggestion.answers)
        for question, _title, boxes in self.groups():
            given = [str(self.cleaned_data[box.name]) for box in boxes]
            if question.codes:
                texts = (code.text for code in question.codes)
                found[question.name] = dict(zip(texts, given, strict=True))
            else:
                found[question.name] = given[0]
        return found


class SaveForm(forms.Form):
    """What a layout is called, whose files it reads, and what they mean."""

    title = forms.CharField(
        label=gettext_lazy("Name of this kind of file"),
        help_text=gettext_lazy("For example “Monthly people report of the Land Office”."),
        max_length=200,
    )
    route = forms.ChoiceField(label=gettext_lazy("Which system sends such files"))
    meaning = forms.ChoiceField(
        label=gettext_lazy("What is a file of this kind?"),
        widget=forms.RadioSelect,
        choices=[
            ("full", gettext_lazy("A full list: who is missing from it has left")),
            ("delta", gettext_lazy("Changes only: who is missing from it has not changed")),
        ],
    )
    as_at = forms.ChoiceField(
        label=gettext_lazy("Where does it say which date it speaks of?"), required=False
    )

    def __init__(
        self,
        *given: Any,
        suggestion: Suggestion,
        routes: Sequence[RouteView],
        **more: Any,
    ) -> None:
        super().__init__(*given, **more)
        offered = [(r.code, r.source) for r in routes if r.contract == suggestion.contract.title]
        if len(offered) != 1:
            offered.insert(0, ("", _("Choose one")))
        self.fields["route"].choices = offered  # type: ignore[attr-defined]
        dates = [
            (one.columns[0], _("The latest date in “%(column)s”") % {"column": one.columns[0]})
            for one in suggestion.fields
            if one.columns and one.way is not None and one.way.words.get("parse") == "date"
        ]
        said = ("", _("In its name, such as 2026-03-31, or whoever sends it says so"))
        self.fields["as_at"].choices = [said, *dict(dates).items()]  # type: ignore[attr-defined]


class TakeForm(forms.Form):
    """The date of the file that was mapped."""

    as_at = DateParts(
        label=gettext_lazy("The date the file speaks of (optional)"),
        required=False,
        help_text=gettext_lazy("Needed if neither the file nor its name says so."),
    )
