"""The door: which kinds of damage there are, which files they befall, and damaging one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from synthetic.chance import Chance
from synthetic.damage import cells, rows, whole
from synthetic.damage.struck import Hurt, Line, Shape, Struck, lines_of
from synthetic.forms.delimited import Delimited
from synthetic.forms.fixed_width import FixedWidth
from synthetic.forms.form import About, Cells, Form
from synthetic.forms.workbook import Workbook
from synthetic.forms.xml import Xml

_TEXTS = (Delimited, FixedWidth)
_SHEETS = (Delimited, Workbook)
_LETTERS = (Delimited, Xml, Workbook)
_EVERY = (Delimited, FixedWidth, Xml, Workbook)


@dataclass(frozen=True)
class _Kind:
    """What is done, to which forms of file, and to layouts that have columns of which role.

    `slashed` needs days with strokes, `unicode` a file that can hold every letter.
    """

    strike: Callable[[Struck], None]
    forms: tuple[type[Form], ...]
    role: str = ""
    slashed: bool = False
    unicode: bool = False


KINDS: Mapping[str, _Kind] = {
    "leading_noughts_lost": _Kind(cells.lose_noughts, (Delimited,), "number"),
    "serial_days_from_1900": _Kind(partial(cells.days_as_serials, epoch="1900"), _SHEETS),
    "serial_days_from_1904": _Kind(partial(cells.days_as_serials, epoch="1904"), _SHEETS),
    "days_and_months_exchanged": _Kind(cells.exchange_days, _SHEETS, slashed=True),
    "numbers_shortened": _Kind(cells.shorten_numbers, (Delimited,), "money"),
    "errors_of_formulas": _Kind(cells.leave_errors, _SHEETS),
    "hours_as_moments": _Kind(cells.hours_as_moments, (Delimited,), "hours"),
    "numbers_as_text": _Kind(cells.numbers_as_text, _SHEETS, "money"),
    "unbreakable_spaces": _Kind(cells.unbreakable_spaces, _EVERY),
    "typographers_marks": _Kind(cells.typographers_marks, _EVERY),
    "read_in_a_wrong_encoding": _Kind(cells.read_wrongly, _LETTERS, unicode=True),
    "letters_lost": _Kind(partial(cells.lose_letters, instead="\ufffd"), _LETTERS, unicode=True),
    "question_marks_for_letters": _Kind(partial(cells.lose_letters, instead="?"), _EVERY),
    "letters_of_another_alphabet": _Kind(cells.other_alphabet, _LETTERS, unicode=True),
    "days_that_are_none": _Kind(cells.impossible_days, _EVERY),
    "rows_twice": _Kind(rows.repeat_rows, _EVERY),
    "page_headers": _Kind(rows.repeat_headers, _SHEETS),
    "totals_row": _Kind(rows.add_totals, _SHEETS),
    "empty_rows": _Kind(rows.empty_rows, _SHEETS),
    "cells_shifted": _Kind(rows.shift_cells, (Delimited, FixedWidth, Workbook)),
    "cut_off": _Kind(whole.cut_off, _EVERY),
    "count_misstated": _Kind(whole.misstate_count, (FixedWidth, Xml)),
    "total_misstated": _Kind(whole.misstate_total, (FixedWidth, Xml)),
    "empty_file": _Kind(whole.empty_file, _EVERY),
    "header_alone": _Kind(whole.header_alone, _EVERY),
    "two_encodings": _Kind(whole.two_encodings, _TEXTS),
    "last_year_on_a_hidden_sheet": _Kind(whole.hide_last_year, (Workbook,)),
}


def kinds_for(shape: Shape) -> tuple[str, ...]:
    """The kinds of damage that befall files of a shape."""
    return tuple(name for name, kind in KINDS.items() if _befalls(kind, name, shape))


def _befalls(kind: _Kind, name: str, shape: Shape) -> bool:
    if not isinstance(shape.form, kind.forms):
        return False
    if name.endswith("_misstated") and isinstance(shape.form, Xml) and not shape.form.adds:
        return False
    if kind.unicode and isinstance(shape.form, Delimited) and shape.form.encoding != "utf-8":
        return False
    slashed = shape.day == "%d/%m/%Y"
    return (not kind.role or kind.role in shape.roles) and (not kind.slashed or slashed)


@dataclass(frozen=True)
class Told:
    """What was done to a file, and where each of its records stands now, by number."""

    hurts: tuple[Hurt, ...]
    places: tuple[tuple[int, int], ...]


@dataclass
class DamagedWriting:
    """A file that is written with damage: rows are kept until its end, then struck."""

    path: Path
    shape: Shape
    kind: str
    about: About
    chance: Chance
    rows: list[Cells] = field(default_factory=list)
    told: Told = Told((), ())

    def add(self, rows: Iterable[Cells]) -> None:
        self.rows.extend(rows)

    def finish(self) -> None:
        self.told = inflict(
            self.path, self.rows, self.shape, kind=self.kind, about=self.about, chance=self.chance
        )


def inflict(
    path: Path, cells: Sequence[Cells], shape: Shape, *, kind: str, about: About, chance: Chance
) -> Told:
    """Write a file of these rows with one kind of damage; returns what was done.

    It may be nothing, where no cell is of the kind that would be struck. KeyError for an unknown
    kind.
    """
    struck = Struck(kind, shape, chance, about, shape.form, lines_of(cells))
    KINDS[kind].strike(struck)
    struck.write(path)
    first = shape.form.first
    places = tuple(
        (first + at, line.number) for at, line in enumerate(struck.lines) if line.number is not None
    )
    return Told(tuple(struck.hurts), places)


__all__ = ["KINDS", "DamagedWriting", "Hurt", "Line", "Told", "inflict", "kinds_for"]
