"""The declared form of a fixed-width file that is written: what stands where in each line.

It is written in TOML, so another payroll's file is a text and no code:

    ending = ".txt"
    encoding = "ascii"                              # or "utf-8", "latin-1", "cp1252"
    fold = true                                     # é is written e where it must be
    crlf = true                                     # how lines end; otherwise by a line feed
    refuse = { allowance_4 = "has a fourth allowance" }   # fields that must be empty

    [header]
    Kind = { at = [1, 2], text = "H1" }
    Name = { at = [3, 40], stated = "file" }
    Period = { at = [43, 8], field = "period_starts", date = "%Y%m%d" }   # of the first message

    [detail]
    Kind = { at = [1, 1], text = "D" }
    Number = { at = [2, 8], field = "staff_number", right = true, fill = "0" }
    First = { at = [10, 8], field = "first_day", date = "%Y%m%d", empty = "99991231" }
    Salary = { at = [18, 10], field = "salary", pence = true, right = true, fill = "0" }

    [trailer]
    Kind = { at = [1, 2], text = "T9" }
    Count = { at = [3, 9], stated = "count", right = true, fill = "0" }
    Total = { at = [12, 15], stated = "total", of = "Salary", right = true, fill = "0" }

With ``parted = "|"`` the values are parted by that sign instead of filled up; ``at`` is then the
place's number in its line, and the most characters that it may have.

``at`` is the first position, counted from 1, and the length, in characters. Places that nothing is
said of are blank. With ``cut`` a longer text is cut, where the receiver wants it so; otherwise it
is refused. Header and trailer can state the ``count`` of lines, the ``total`` of a place or of its
``digits``, the file's name (``file``), a ``number`` that rises from file to file, and the
``moment`` of its last message.
"""

import tomllib
from itertools import pairwise
from typing import Any

import msgspec

from muster.kernel.errors import BadInput, Where

ENCODINGS = ("ascii", "latin-1", "cp1252", "utf-8")
STATED = ("count", "total", "digits", "file", "number", "moment")
LONGEST_LINE = 10_000
_FIX = "Compare it with the example in the reference"


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One place in a line, and what stands there: a text, a field, or what the file states.

    ``of`` names the place of the detail lines that a total adds up. ``fill`` fills up what the
    value leaves, at the end or, with ``right``, before it. ``empty`` stands where a field is empty.
    """

    at: tuple[int, int]
    text: str = ""
    field: str = ""
    stated: str = ""
    of: str = ""
    date: str = ""
    pence: bool = False
    cut: bool = False
    right: bool = False
    fill: str = " "
    empty: str = ""


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The form of a file; see the example in the module's docstring."""

    detail: dict[str, Place]
    header: dict[str, Place] = {}
    trailer: dict[str, Place] = {}
    ending: str = ".txt"
    encoding: str = "ascii"
    fold: bool = False
    crlf: bool = False
    parted: str = ""
    refuse: dict[str, str] = {}

    @property
    def fields(self) -> frozenset[str]:
        """The fields of a message that are written."""
        return frozenset(one.field for one in self.detail.values() if one.field)


def read_form(text: str) -> Form:
    """Return the form that a text declares.

    Raises:
        BadInput: naming the part of it that cannot be used.
    """
    try:
        told: dict[str, Any] = tomllib.loads(text)
        form = msgspec.convert(told, Form)
    except (tomllib.TOMLDecodeError, RecursionError):
        raise _wrong("The form is no TOML", "form") from None
    except msgspec.ValidationError as error:
        raise _wrong(f"The form has a part that is wrong: {error}", "form") from None
    if form.encoding not in ENCODINGS:
        raise _wrong(f"The encoding is none of {', '.join(ENCODINGS)}", "encoding")
    if not form.ending.startswith(".") or not form.ending[1:].isalnum():
        raise _wrong("The ending is no ending of a file", "ending")
    if len(form.parted) > 1 or form.parted in ("\r", "\n"):
        raise _wrong("What parts the values is not one character", "parted")
    if not form.fields:
        raise _wrong("No place of the detail lines holds a field", "detail")
    for record in ("header", "detail", "trailer"):
        _refuse_line(form, record)
    return form


def _refuse_line(form: Form, record: str) -> None:
    places: dict[str, Place] = getattr(form, record)
    for name, one in places.items():
        why = _why_wrong(form, record, one)
        if why:
            raise _wrong(why, f"{record}.{name}")
    ordered = sorted(places.items(), key=lambda item: item[1].at)
    for (_, one), (name, other) in pairwise(ordered):
        if other.at[0] < (one.at[0] + 1 if form.parted else sum(one.at)):
            raise _wrong("Two places overlap", f"{record}.{name}")


def _why_wrong(form: Form, record: str, one: Place) -> str:
    first, length = one.at
    last = first if form.parted else first + length - 1
    if first < 1 or length < 1 or last > LONGEST_LINE:
        return "The place is not in a line"
    if sum(map(bool, (one.text, one.field, one.stated))) != 1:
        return "A place holds one thing: a text, a field or what is stated"
    if one.field and record == "trailer":
        return "Fields stand in header and detail lines alone"
    if one.stated and (record == "detail" or one.stated not in STATED):
        return f"What a header or trailer can state is {', '.join(STATED)}"
    if (one.stated in ("total", "digits")) != bool(one.of) or (
        one.of and one.of not in form.detail
    ):
        return "A total needs of, which names a place of the detail lines"
    if one.stated == "moment" and not one.date:
        return "A moment needs date, which says how it is written"
    if len(one.fill) != 1 or len(one.text) > length or len(one.empty) > length:
        return "The text or the filling does not fit"
    return "" if not (one.date and one.pence) else "A place holds a date or an amount"


def _wrong(what: str, name: str) -> BadInput:
    return BadInput(what, where=Where(field=name), fix=_FIX)
