"""The declared form of a workbook that is written: one sheet, its columns and what they hold.

It is written in TOML, so another HR system's import sheet is a text and no code:

    sheet = "Joiners"
    above = [["Sent by", "Weir"], []]               # rows above the headings, as they stand
    refuse = { taken_back = "takes a joiner back" }   # fields that must be empty

    [columns]                                       # in the order in which they stand
    "Ref" = { field = "instruction", needed = true, longest = 36 }
    "Last name" = { field = "surname" }
    "Starts on" = { field = "first_day", holds = "date" }
    "FT salary" = { field = "salary", holds = "number", decimals = 2 }
    "Source" = { text = "Muster" }                  # the same in every row

A column holds ``text`` unless it says ``date`` or ``number``. Texts stay texts, whatever they begin
with: no cell becomes a formula or a link, and no staff number loses its noughts. What a column
cannot hold is refused with its message; nothing is cut.
"""

import tomllib
from typing import Any, Literal

import msgspec

from muster.kernel.errors import BadInput, Where

LONGEST = 32_767
"""The longest text that a cell of a spreadsheet holds."""
MOST_COLUMNS, MOST_ABOVE, LONGEST_NAME = 1_000, 50, 31
_FORBIDDEN = frozenset("[]:*?/\\")
_FIX = "Compare it with the example in the reference"


class Column(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in one column: a field of the message, or a text that is always the same."""

    field: str = ""
    text: str = ""
    holds: Literal["text", "date", "number"] = "text"
    decimals: int = 0
    longest: int = LONGEST
    needed: bool = False


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The form of a workbook; see the example in the module's docstring."""

    sheet: str
    columns: dict[str, Column]
    above: list[list[str]] = []
    refuse: dict[str, str] = {}


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
    name = form.sheet
    if not 0 < len(name) <= LONGEST_NAME or _FORBIDDEN & set(name) or name != name.strip(" '"):
        raise _wrong("The sheet’s name is none that a spreadsheet takes", "sheet")
    if not name.isprintable() or name.casefold() == "history":
        raise _wrong("The sheet’s name is none that a spreadsheet takes", "sheet")
    if len(form.above) > MOST_ABOVE or any(len(row) > MOST_COLUMNS for row in form.above):
        raise _wrong("There is too much above the headings", "above")
    if not any(one.field for one in form.columns.values()):
        raise _wrong("No column holds a field", "columns")
    if len(form.columns) > MOST_COLUMNS:
        raise _wrong(f"There are over {MOST_COLUMNS:,} columns", "columns")
    for heading, one in form.columns.items():
        why = _why_wrong(heading, one)
        if why:
            raise _wrong(why, f"columns.{heading}")
    return form


def _why_wrong(heading: str, one: Column) -> str:
    if not heading.strip() or not heading.isprintable():
        return "A column needs a heading that can be seen"
    if bool(one.field) == bool(one.text):
        return "A column holds one thing: a field, or a text"
    if one.text and (one.holds != "text" or one.needed):
        return "A text that is always the same is a text, and always there"
    if not 0 < one.longest <= LONGEST or len(one.text) > one.longest:
        return f"The longest text is from 1 to {LONGEST:,} characters"
    if not 0 <= one.decimals <= 9 or (one.decimals and one.holds != "number"):
        return "Decimals are from 0 to 9, of a column that holds numbers"
    return ""


def _wrong(what: str, name: str) -> BadInput:
    return BadInput(what, where=Where(field=name), fix=_FIX)
