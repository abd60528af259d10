"""The forms by which a person maps a file: its columns and its questions."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from muster.hub.contracts import Contract
from muster.hub.suggesting.profiles import addressable
from muster.hub.suggesting.suggestion import (
    Choices,
    ProposedField,
    Question,
    Shared,
    Suggestion,
)
from muster.hub.suggesting.ways import ways_of
from muster.hub.suggesting.words import expected_of

_WAYS = {
    "text": gettext_lazy("Text as it stands"),
    "identifier": gettext_lazy("A number or reference that stays as it is"),
    "compact": gettext_lazy("A reference without spaces, in capitals"),
    "whole": gettext_lazy("A whole number, such as 12"),
    "decimal": gettext_lazy("A number, such as 0.8"),
    "percent": gettext_lazy("A percentage, such as 80%"),
    "percent, no sign": gettext_lazy("A percentage without a sign, such as 80"),
    "pence": gettext_lazy("Pounds, such as £31,250.00"),
    "hours": gettext_lazy("Hours, such as 37 or 37:30"),
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
_BOTH = re.compile(r"both_(\d{1,5})((?:_\d{1,5}){2,})", re.ASCII)
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
    both: tuple[forms.BoundField, ...] = ()

    @property
    def shown(self) -> bool:
        """Whether it stands in the open: it has a column, is needed, or something is wrong."""
        needed = bool(self.proposed.columns) or self.proposed.field.required
        return needed or bool(self.both or self.column.errors)


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
        # Of columns with the same name a layout can mean the first alone, so that alone is offered.
        self._headers = [profile.header for profile in addressable(suggestion.profiles)]
        columns = [("", _("No column")), *((str(at), h) for at, h in enumerate(self._headers))]
        for one in suggestion.fields:
            self._add(one, columns)
        for shared in suggestion.shared:
            if not shared.remembered:
                self._add_both(shared)
        for name in self.data:
            meant = self._meant(name)
            if meant is not None:
                self._add_both(meant)

    def _add_both(self, shared: Shared) -> str:
        """Add the box that says that a column is meant for all of its fields; return its name.

        The name says of which column and which fields, so that a tick counts for nothing else.
        """
        places = {one.field.name: at for at, one in enumerate(self._suggestion.fields)}
        numbers = (places[field.name] for field in shared.fields)
        name = "_".join(map(str, ("both", self._headers.index(shared.column), *numbers)))
        self.fields.setdefault(name, forms.BooleanField(
            label=_("Yes, “%(column)s” holds %(fields)s") % {
                "column": shared.column, "fields": shared.titles,
            },
            required=False, initial=shared.said,
        ))  # fmt: skip
        return name

    def _meant(self, name: str) -> Shared | None:
        """Return what a box of this name speaks of; None if there is no such box."""
        found = _BOTH.fullmatch(name)
        if found is None:
            return None
        at, places = int(found[1]), [int(place) for place in found[2].split("_")[1:]]
        fields = self._suggestion.fields
        if at >= len(self._headers) or max(places) >= len(fields):
            return None
        return Shared(self._headers[at], tuple(fields[place].field for place in places))

    def ask_both(self, doubted: Sequence[Shared]) -> None:
        """Ask whether columns are meant for several fields; for a form that is valid otherwise."""
        for shared in doubted:
            self._add_both(shared)
            self.add_error(f"column_{shared.fields[-1].name}", doubt(shared))

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
            both = tuple(self[box] for box in self.fields if self._speaks_last_of(box, name))
            yield FieldLine(one, self[f"column_{name}"], way, _tag(one), shown, both)

    def _speaks_last_of(self, box: str, name: str) -> bool:
        meant = self._meant(box)
        return meant is not None and meant.fields[-1].name == name

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
        return Choices(columns, ways, before.answers, self._said())

    def _said(self) -> dict[str, list[str]]:
        """Return for which fields columns were said to be meant."""
        said: dict[str, list[str]] = {}
        for box, ticked in self.cleaned_data.items():
            meant = self._meant(box) if ticked else None
            if meant is not None:
                said.setdefault(meant.column, []).extend(field.name for field in meant.fields)
        return said


def doubt(shared: Shared) -> str:
    """Return in words that a column is taken for several fields, and what to do about it."""
    words = _(
        "%(fields)s are to come from the same column, “%(column)s”. Choose another column for one"
        " of them, or tick the box if this is meant."
    )
    return words % {"fields": shared.titles, "column": shared.column}


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
