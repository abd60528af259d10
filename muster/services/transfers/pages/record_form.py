"""A form of what one side states, made from the specification of the record.

What is typed is read as the record reads it and held to the record's own rules; every problem
stands beside its box with what to do. What stops nothing is said and stops nothing.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.pagekit.fields import DateParts
from muster.pagekit.jinja import day
from muster.services.transfers.record.checking import check
from muster.services.transfers.record.comparing import shown
from muster.services.transfers.record.fields import Field, Item, Who, by_name, fields_of, sections
from muster.services.transfers.record.values import NO_REGIME, typed
from muster.services.transfers.record.wrong import Problem, Wrong
from muster.services.transfers.rules import Kind

_LONGEST = 4000
_FEWEST_LINES, _MOST_LINES = 2, 50
_NEITHER = "-"
_NONE = "none"
_LOANS = (
    (_NONE, gettext_lazy("None")), ("1", gettext_lazy("Plan 1")), ("2", gettext_lazy("Plan 2")),
    ("4", gettext_lazy("Plan 4")), ("5", gettext_lazy("Plan 5")),
    ("PG", gettext_lazy("Postgraduate loan")),
)  # fmt: skip
_CHOICES: Mapping[str, Any] = {
    "yes": gettext_lazy("Yes"), "no": gettext_lazy("No"), "F": gettext_lazy("Female"),
    "M": gettext_lazy("Male"), "S": gettext_lazy("Scotland (S)"), "C": gettext_lazy("Wales (C)"),
    "cumulative": gettext_lazy("Cumulative"),
    "non-cumulative": gettext_lazy("Non-cumulative (week 1, month 1)"),
    "M1": gettext_lazy("Monthly"), "W1": gettext_lazy("Weekly"), "W2": gettext_lazy("Fortnightly"),
    "W4": gettext_lazy("Four-weekly"), "M3": gettext_lazy("Quarterly"),
    "M6": gettext_lazy("Half-yearly"), "MA": gettext_lazy("Yearly"),
    "IO": gettext_lazy("Once only"), "IR": gettext_lazy("Irregularly"),
}  # fmt: skip
_PLACE = re.compile(r"(\w+)(?:\[(\d+)\])?(?:\.(\w+))?")


@dataclass(frozen=True)
class Group:
    """Boxes under one heading: single fields, and lists with their lines."""

    title: str
    parts: tuple["Part", ...]


@dataclass(frozen=True)
class Part:
    """A single box (``lines`` is empty), or a list with the boxes of each line."""

    title: str
    hint: str
    bound: forms.BoundField | None
    lines: tuple[tuple[forms.BoundField, ...], ...] = ()


class RecordForm(forms.Form):
    """The fields of one side.

    Args:
        data: what was posted; None shows ``known`` to begin with.
        who: whose part it is.
        kind: the kind of transfer, which says what is needed.
        on: the first day.
        today: the legal day.
        known: what is known already, as a record.
    """

    who: Who = "exporter"

    def __init__(
        self, data: Any = None, *, who: Who, kind: Kind, on: dt.date, today: dt.date,
        known: Mapping[str, Any] | None = None, initial: Mapping[str, Any] | None = None,
        without: Sequence[str] = (),
    ) -> None:  # fmt: skip
        super().__init__(data, initial=dict(initial or initial_of(known or {})))
        self.who, self._kind, self._on, self._today = who, kind, on, today
        self.known = dict(known or {})
        self.warnings: tuple[Problem, ...] = ()
        self.record: dict[str, Any] = {}
        self._spec = [one for one in fields_of(who) if one.name not in without]
        self._lines: dict[str, int] = {}
        self._stated: dict[str, list[int]] = {}
        for one in self._spec:
            self._add(one)

    def groups(self) -> tuple[Group, ...]:
        """Return the boxes by section, in the order in which people read them."""
        return tuple(
            Group(title, tuple(self._part(one) for one in self._spec if one.section == code))
            for code, title in sections().items()
            if any(one.section == code for one in self._spec)
        )

    def clean(self) -> dict[str, Any]:
        """Read every box and hold the whole to the record's rules."""
        self.record = {}
        for one in self._spec:
            self._read(one)
        found = check(
            self.record, kind=self._kind, on=self._on, today=self._today, parts=(self.who,)
        )
        own = {one.name for one in self._spec}
        for problem in found:
            if problem.blocks and problem.field.split("[")[0] in own:
                self._say(problem)
        self.warnings = tuple(one for one in found if not one.blocks)
        return self.cleaned_data

    def rows(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return what was stated, by section, as the check page shows it."""
        found = []
        for code, title in sections().items():
            lines = [
                (one.title, shown_value(one, self.record[one.name]))
                for one in self._spec if one.section == code and one.name in self.record
            ]  # fmt: skip
            if lines:
                found.append((title, lines))
        return found

    def _add(self, one: Field) -> None:
        if one.type != "list":
            self.fields[one.name] = _box(one, needed=self._kind in one.needed)
            return
        self._lines[one.name] = self._count(one)
        for number in range(self._lines[one.name]):
            for item in one.items:
                self.fields[f"{one.name}-{number}-{item.name}"] = _box(item)

    def _count(self, one: Field) -> int:
        """Return how many lines of a list are shown: those filled in, and one more."""
        names = [*self.initial, *(self.data or ())]
        numbers = [
            int(found[1]) for name in names
            if (found := re.match(rf"{one.name}-(\d{{1,2}})-", str(name)))
        ]  # fmt: skip
        more = max(numbers, default=-1) + (1 if self.data else 2)
        return min(max(more, _FEWEST_LINES), _MOST_LINES)

    def _part(self, one: Field) -> Part:
        if one.type != "list":
            return Part(one.title, "", self[one.name])
        lines = tuple(
            tuple(self[f"{one.name}-{number}-{item.name}"] for item in one.items)
            for number in range(self._lines[one.name])
        )
        return Part(one.title, _hint(one), None, lines)

    def _read(self, one: Field) -> None:
        if one.type == "list":
            lines = {number: line for number in range(self._lines[one.name])
                     if (line := self._line(one, number))}  # fmt: skip
            self._stated[one.name] = list(lines)
            self.record[one.name] = list(lines.values())
            return
        value = self._value(one, self.cleaned_data.get(one.name), one.name)
        if value is not None:
            self.record[one.name] = value

    def _line(self, one: Field, number: int) -> dict[str, str]:
        line = {}
        for item in one.items:
            name = f"{one.name}-{number}-{item.name}"
            value = self._value(item, self.cleaned_data.get(name), name)
            if value:
                line[item.name] = value
        return line

    def _value(self, one: Field | Item, said: Any, name: str) -> Any:
        if one.type == "loans":
            chosen = [text for text in said or () if text != _NONE]
            return chosen if said else None
        if said in (None, "", []):
            return None
        if isinstance(said, dt.date):
            return said.isoformat()
        if said == _NEITHER and "" in one.values:
            return ""
        try:
            plain = typed(one.type, str(said), one.values)
        except Wrong as wrong:
            self.add_error(name, f"{wrong}. {wrong.fix}.")
            return None
        return plain.splitlines() if one.type == "lines" else plain

    def _say(self, problem: Problem) -> None:
        match = _PLACE.match(problem.field)
        name, number, item = match.groups() if match else ("", None, None)
        words = f"{problem.words}. {problem.fix}."
        if name in self._lines:
            held = self._stated.get(name, [])
            place = held[int(number) - 1] if number and int(number) <= len(held) else 0
            first = next(one.items[0].name for one in self._spec if one.name == name)
            name = f"{name}-{place}-{item or first}"
        if name in self.fields and name in self.errors:
            return
        self.add_error(name if name in self.fields else None, words)


def initial_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what boxes show of a record to begin with; every value as JSON knows it."""
    return dict(_initial(record))


def _initial(record: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for who in ("exporter", "person", "importer"):
        for one in fields_of(who):
            value = record.get(one.name)
            if value is None:
                continue
            if one.type == "list":
                for number, line in enumerate(value):
                    for item in one.items:
                        yield (f"{one.name}-{number}-{item.name}",
                               _as_box(item, line.get(item.name, "")))  # fmt: skip
            else:
                yield one.name, _as_box(one, value)


def _as_box(one: Field | Item, value: Any) -> Any:
    if one.type == "loans":
        return list(value) or [_NONE]
    if one.type == "date":
        year, month, number = [*str(value).split("-"), "", ""][:3]
        return [number.lstrip("0"), month.lstrip("0"), year] if value else ["", "", ""]
    if one.type == "lines":
        return "\n".join(value) if isinstance(value, list | tuple) else str(value)
    if value == "" and "" in one.values:
        return _NEITHER
    return str(value)


def _box(one: Field | Item, *, needed: bool = False) -> forms.Field:
    """Return the box of a field. None is required by the form: the record's rules say what is."""
    label = one.title if needed or isinstance(one, Item) else _("%(field)s (optional)") % {
        "field": one.title
    }  # fmt: skip
    hint = _hint(one) if isinstance(one, Field) else ""
    if one.type == "date":
        return DateParts(label=label, help_text=hint, required=False)
    if one.type == "choice":
        offered = [(value or _NEITHER, _choice(value)) for value in one.values]
        return forms.ChoiceField(label=label, help_text=hint, required=False,
                                 choices=[("", _("Not stated")), *offered])  # fmt: skip
    if one.type == "loans":
        return forms.MultipleChoiceField(
            label=label, help_text=hint, required=False, choices=_LOANS,
            widget=forms.CheckboxSelectMultiple,
        )  # fmt: skip
    widget = forms.Textarea(attrs={"rows": 3}) if one.type in ("lines", "long") else None
    return forms.CharField(label=label, help_text=hint, required=False, max_length=_LONGEST,
                           widget=widget)  # fmt: skip


def _hint(one: Field) -> str:
    """Return the rule of a field; of the new post that of the field it is like."""
    like = by_name().get(one.name.removeprefix("new_"))
    return like.rule if like is not None and one.rule.startswith("As ") else one.rule


def _choice(value: str) -> Any:
    return (
        NO_REGIME[0].capitalize().replace("uk", "UK") if value == "" else _CHOICES.get(value, value)
    )


def shown_value(one: Field, value: Any) -> str:
    """Return a value of a record as people read it; an empty list is none."""
    if value == []:
        return _("None")
    if one.type == "choice":
        return str(_choice(str(value)))
    if one.type == "date":
        with suppress(ValueError):
            return day(dt.date.fromisoformat(str(value)))
    return shown(value)


__all__ = ["Group", "Part", "RecordForm", "initial_of", "shown_value"]
