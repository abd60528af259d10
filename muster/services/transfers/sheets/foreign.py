"""The form an employer uses today, read by its labels and never by the addresses of its cells.

A label stands left of its value or above it; which of the two is decided for each row by where
values fit their fields. What a label means is taken from ``labels.toml`` and the part of the form
it stands in. What is not certain becomes a question with its possible answers; what nobody
understood is listed; nothing is guessed.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from muster.services.transfers.record.fields import Field, Who, by_name
from muster.services.transfers.record.wrong import Wrong
from muster.services.transfers.sheets.grids import Form, Place
from muster.services.transfers.sheets.labels import Meant, is_hint
from muster.services.transfers.sheets.meaning import STRONG, fits, value_of
from muster.services.transfers.sheets.opening import open_form
from muster.services.transfers.sheets.reading import SheetProblem

_MOST_LISTED = 500


@dataclass(frozen=True)
class Question:
    """Something that is not certain. The answer is one of ``options``, or empty to leave it out.

    Args:
        key: by which it is answered.
        sheet: where it stands.
        row: where it stands.
        label: what the form calls it.
        asks: which field a label means, at which place its value stands, or which of two values
            holds (``options`` are then places such as ``Pay!B7``).
        options: the possible answers.
    """

    key: str
    sheet: str
    row: int
    label: str
    asks: Literal["field", "place", "value"]
    options: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """Where a field's value was found."""

    field: str
    sheet: str
    row: int
    cell: str


@dataclass(frozen=True)
class Left:
    """A cell that nobody understood. Its text may be about the person, and is not logged."""

    sheet: str
    row: int
    cell: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class ForeignRead:
    """What a form of another layout states.

    Args:
        record: what was certain.
        found: where each of it stands.
        questions: what somebody must answer.
        problems: values that no such field can have, with their places.
        not_understood: every other cell, at most 500.
    """

    record: dict[str, Any] = field(repr=False)
    found: tuple[Found, ...]
    questions: tuple[Question, ...]
    problems: tuple[SheetProblem, ...]
    not_understood: tuple[Left, ...]


@dataclass(frozen=True)
class _Pair:
    """A label with the cell of its value and whose part it is in."""

    form: Form
    label: Place
    value: Place
    meant: Meant
    side: Who | None


def read_foreign(
    content: bytes, *, name: str = "form.xlsx", answers: Mapping[str, str] | None = None
) -> ForeignRead:
    """Return what a filled form of any layout states.

    Args:
        content: the workbook.
        name: its name, for errors.
        answers: answers to the questions of an earlier reading, by their keys.

    Raises:
        BadInput: if it is no workbook, or larger than any form.
    """
    reading = _Reading(dict(answers or {}))
    forms = [Form(sheet) for sheet in open_form(content, name) if not sheet.hidden]
    for form in forms:
        for pair in reading.pairs(form):
            reading.take(pair)
    reading.settle()
    left = [
        Left(form.name, row, cell_name((row, column)), text)
        for form in forms
        for (row, column), text in sorted(form.cells.items())
        if (form.name, (row, column)) not in reading.used
        and (row, column) not in form.heading_cells
        and not is_hint(text)
    ]
    return ForeignRead(
        reading.record, tuple(reading.found), tuple(reading.questions), tuple(reading.problems),
        tuple(left[:_MOST_LISTED]),
    )  # fmt: skip


def cell_name(place: Place) -> str:
    """Return a cell as spreadsheets name it: row 7 of column 1 is ``B7``."""
    letters, rest = "", place[1] + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(65 + digit) + letters
    return f"{letters}{place[0]}"


class _Reading:
    """What has been read so far, over the sheets of one form."""

    def __init__(self, answers: Mapping[str, str]) -> None:
        self.answers = answers
        self.record: dict[str, Any] = {}
        self.found: list[Found] = []
        self.questions: list[Question] = []
        self.problems: list[SheetProblem] = []
        self.used: set[tuple[str, Place]] = set()
        self.values: dict[str, list[tuple[_Pair, Any]]] = {}

    def pairs(self, form: Form) -> Iterator[_Pair]:
        """Yield each label with its value, row by row, asking where the value's place is unsure."""
        seen: Counter[str] = Counter()
        usual = _usual_columns(form)
        later: list[tuple[Place, Place]] = []
        for row in sorted({place[0] for place in form.labels}):
            yield from self._across(form, row)
            beside = [place for place in form.labels_in(row) if not form.columns_at(place)]
            way = _way_of(form, beside)
            for place in beside:
                right, below = _right_of(form, place, usual), form.below(place)
                value = right if way == "right" else below
                if way == "ask" and (right or below):
                    value = self._asked_place(form, place, right, below)
                elif way == "below" and value and len(beside) == 1 and not _strong(form, place):
                    later.append((place, value))
                    continue
                if value is not None:
                    seen["right" if value == right else "below"] += 1
                    yield self._pair(form, place, value)
        for place, cell in later:
            # Words below a label that stands alone may be the next label.
            certain = seen["below"] and not seen["right"]
            asked = cell if certain else self._asked_place(form, place, None, cell)
            if asked is not None:
                yield self._pair(form, place, asked)

    def _across(self, form: Form, row: int) -> Iterator[_Pair]:
        """Yield the values of a row that stand in columns, one for each side."""
        for place in form.labels_in(row):
            self.used.add((form.name, place))
            columns = form.columns_at(place)
            for column, value in form.across(place, sorted(columns)) if columns else ():
                if value is not None:
                    yield _Pair(form, place, value, form.labels[place], columns[column])

    def take(self, pair: _Pair) -> None:
        """Keep what a pair states, or ask what it means."""
        options = pair.meant.label.means(pair.meant.side or pair.side)
        text = pair.form.cells[pair.label]
        key = f"{pair.form.name}!{cell_name(pair.value)}"
        if len(options) != 1:
            if not options:
                self.used.discard((pair.form.name, pair.label))
                return
            chosen = self.answers.get(f"field:{key}")
            if chosen is None:
                self._ask(pair, f"field:{key}", "field", options)
                return
            options = (chosen,) if chosen in options else ()
        self.used.add((pair.form.name, pair.value))
        for name in options:
            one = by_name()[name]
            try:
                stated = value_of(one, pair.form.cells[pair.value], pair.meant.label)
            except Wrong as problem:
                self.problems.append(
                    SheetProblem(pair.form.name, pair.value[0], name, problem.words, problem.fix)
                )
                continue
            for each, value in stated.items():
                self.values.setdefault(each, []).append((pair, value))
            if not stated and text:
                self.used.discard((pair.form.name, pair.value))

    def settle(self) -> None:
        """Put each field that is stated once, or alike, into the record; ask about the others."""
        for name, stated in self.values.items():
            places = {f"{pair.form.name}!{cell_name(pair.value)}": value for pair, value in stated}
            pair, value = stated[0]
            if any(other != value for _, other in stated[1:]):
                chosen = self.answers.get(f"value:{name}")
                if chosen not in places:
                    if chosen is None:
                        self._ask(pair, f"value:{name}", "value", tuple(places))
                    continue
                value = places[chosen]
            self.record[name] = value
            self.found.append(Found(name, pair.form.name, pair.value[0], cell_name(pair.value)))

    def _pair(self, form: Form, label: Place, value: Place) -> _Pair:
        return _Pair(form, label, value, form.labels[label], form.side_at(label))

    def _asked_place(
        self, form: Form, label: Place, right: Place | None, below: Place | None
    ) -> Place | None:
        places = {f"{form.name}!{cell_name(one)}": one for one in (right, below) if one is not None}
        key = f"place:{form.name}!{cell_name(label)}"
        if key in self.answers:
            return places.get(self.answers[key])
        self.used |= {(form.name, one) for one in places.values()}
        self.questions.append(
            Question(key, form.name, label[0], form.cells[label], "place", tuple(places))
        )
        return None

    def _ask(
        self,
        pair: _Pair,
        key: str,
        asks: Literal["field", "value"],
        options: tuple[str, ...],
    ) -> None:
        self.used.add((pair.form.name, pair.value))
        label = pair.form.cells[pair.label]
        self.questions.append(Question(key, pair.form.name, pair.label[0], label, asks, options))


def _right_of(form: Form, place: Place, usual: dict[int, int]) -> Place | None:
    """Return the cell of a value right of a label; none where only help stands beyond it."""
    right = form.right_of(place)
    if right is None or right[1] <= usual.get(place[1], right[1]) or _fits(form, place, right):
        return right
    return None


def _usual_columns(form: Form) -> dict[int, int]:
    """Return for each column of labels that of most values right of them, where values fit."""
    seen: dict[int, Counter[int]] = {}
    for place in form.labels:
        right = form.right_of(place)
        if right is not None and _strong(form, place) and _fits(form, place, right):
            seen.setdefault(place[1], Counter())[right[1]] += 1
    return {column: counted.most_common(1)[0][0] for column, counted in seen.items()}


def _fits(form: Form, place: Place, value: Place) -> bool:
    """Tell whether a cell's text can certainly be told to be a value of a label's field."""
    text = form.cells[value]
    return any(one.type in STRONG and fits(one, text) for one in _fields(form, place))


def _strong(form: Form, place: Place) -> bool:
    return any(one.type in STRONG for one in _fields(form, place))


def _fields(form: Form, place: Place) -> list[Field]:
    meant = form.labels[place]
    return [by_name()[name] for name in meant.label.means(meant.side or form.side_at(place))]


def _way_of(form: Form, labels: list[Place]) -> Literal["right", "below", "ask"]:
    """Return where the values of a row's labels stand: right of them, below them, or unsure.

    Each way counts the labels whose cell there holds a value that fits the field; fields of a
    strict form, such as days and amounts, count most.
    """
    score = {"right": 0, "below": 0}
    differ = False
    for place in labels:
        right, below = form.right_of(place), form.below(place)
        one = _fields(form, place)
        for way, cell in (("right", right), ("below", below)):
            text = form.cells[cell] if cell is not None else ""
            if text and any(fits(each, text) for each in one):
                score[way] += 3 if any(each.type in STRONG for each in one) else 1
        differ |= bool(right and below)
    if score["right"] == score["below"]:
        has_right = any(form.right_of(place) for place in labels)
        return (
            "ask"
            if differ and score["right"] > 0 and _alone(form, labels)
            else ("right" if has_right or not score["below"] else "below")
        )
    return "right" if score["right"] > score["below"] else "below"


def _alone(form: Form, labels: list[Place]) -> bool:
    """Tell whether cells below have nothing right of them, so that they are no labels."""
    cells = [form.below(place) for place in labels]
    return any(cell is not None and form.right_of_any(cell) is None for cell in cells)
