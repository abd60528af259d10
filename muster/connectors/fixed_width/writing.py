"""Writes a shipment as a fixed-width file with header and trailer, whose totals its reader checks.

Nothing is cut to fit: a value that is longer than its place, or has a letter that the file cannot
hold, is refused with its message, and the others go.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from muster.connectors.fixed_width.form import Form, Place
from muster.connectors.places.leaving import Unwritable

_UNSEEN = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_WRITTEN_ALIKE = {
    "\u2019": "'", "\u2018": "'", "\u2013": "-", "\u2010": "-", "ß": "ss", "ø": "o", "Ø": "O",
    "ł": "l", "Ł": "L", "æ": "ae", "Æ": "AE", "đ": "d", "Đ": "D",
}  # fmt: skip


def detail_line(form: Form, row: Mapping[str, Any]) -> str:
    """Return the line of one message.

    Raises:
        Unwritable: if a value cannot be written as it is.
    """
    for name, why in form.refuse.items():
        if row.get(name):
            raise Unwritable(f"it {why}, which this file cannot hold")
    return _line(form, form.detail, _texts(form, form.detail, row))


@dataclass(frozen=True)
class Stated:
    """What a file says of itself.

    Args:
        name: what it is called.
        number: its number, from 1; of a longer one the last digits are written.
        moment: as of when it is.
        first: the fields of its first message.
    """

    name: str
    number: int
    moment: dt.datetime | None
    first: Mapping[str, Any]


def file_of(form: Form, lines: Sequence[str], stated: Stated) -> bytes:
    """Return the whole file: header, the detail lines and the trailer.

    Args:
        form: what stands where.
        lines: of ``detail_line``.
        stated: what the file says of itself.

    Raises:
        Unwritable: if header or trailer cannot be written.
    """
    head = [_outer(form, form.header, lines, stated)] if form.header else []
    tail = [_outer(form, form.trailer, lines, stated)] if form.trailer else []
    end = "\r\n" if form.crlf else "\n"
    return "".join(f"{line}{end}" for line in (*head, *lines, *tail)).encode(form.encoding)


def _outer(form: Form, places: Mapping[str, Place], lines: Sequence[str], stated: Stated) -> str:
    texts = {
        name: _fitting(one, _stating(form, one, lines, stated), name)
        for name, one in places.items()
        if one.stated
    }
    rest = {name: one for name, one in places.items() if not one.stated}
    return _line(form, places, {**texts, **_texts(form, rest, stated.first)})


def _stating(form: Form, place: Place, lines: Sequence[str], stated: Stated) -> str:
    match place.stated:
        case "count":
            return str(len(lines))
        case "file":
            return stated.name
        case "number":
            return str(stated.number % 10 ** place.at[1])
        case "moment":
            return stated.moment.strftime(place.date) if stated.moment else ""
        case "digits":
            return str(sum(int(_digits(text) or "0") for text in _standing(form, place, lines)))
        case _:
            texts = (text for text in _standing(form, place, lines) if text)
            return format(sum(map(Decimal, texts), Decimal(0)), "f")


def _standing(form: Form, place: Place, lines: Sequence[str]) -> list[str]:
    """Return what stands in the lines at the place that a total is of."""
    first, length = form.detail[place.of].at
    if form.parted:
        ordered = sorted(one.at[0] for one in form.detail.values())
        return [line.split(form.parted)[ordered.index(first)].strip() for line in lines]
    return [line[first - 1 : first - 1 + length].strip() for line in lines]


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign in "0123456789")


def _texts(form: Form, places: Mapping[str, Place], row: Mapping[str, Any]) -> dict[str, str]:
    texts = {}
    for name, one in places.items():
        if one.field and one.field not in row:
            raise Unwritable(f"the field {one.field} is not among those that are sent")
        texts[name] = one.text or _value(form, one, row[one.field])
    return texts


def _value(form: Form, place: Place, value: Any) -> str:
    if value is None or value == "":
        return place.empty
    if isinstance(value, dt.date):
        text = value.strftime(place.date or "%Y-%m-%d")
    elif place.date:
        text = _dated(str(value), place)
    elif place.pence:
        text = _pence(str(value), place)
    elif isinstance(value, (str, int, Decimal)) and not isinstance(value, bool):
        text = str(value)
    else:
        raise Unwritable(f"the field {place.field} is of a kind that no line holds")
    text = _lettered(form, text, place.field)
    return _fitting(place, text[: place.at[1]] if place.cut else text, place.field)


def _dated(text: str, place: Place) -> str:
    try:
        return dt.date.fromisoformat(text).strftime(place.date)
    except ValueError:
        raise Unwritable(f"the field {place.field} holds no date") from None


def _pence(text: str, place: Place) -> str:
    try:
        pence = Decimal(text) * 100
    except InvalidOperation:
        raise Unwritable(f"the field {place.field} holds no amount") from None
    if pence != pence.to_integral_value():
        raise Unwritable(f"the field {place.field} holds parts of a penny")
    return format(pence.to_integral_value(), "f")


def _lettered(form: Form, text: str, field: str) -> str:
    """Return a text in letters that the file can hold; folded to plain ones where that is meant."""
    if _UNSEEN.search(text):
        raise Unwritable(f"the field {field} holds a control character: remove it at the sender's")
    if form.fold:
        text = "".join(_folded(form, sign) for sign in unicodedata.normalize("NFC", text))
    try:
        text.encode(form.encoding)
    except UnicodeEncodeError:
        raise Unwritable(f"the field {field} holds a letter that this file cannot hold") from None
    return text


def _folded(form: Form, sign: str) -> str:
    try:
        sign.encode(form.encoding)
    except UnicodeEncodeError:
        parts = unicodedata.normalize("NFKD", _WRITTEN_ALIKE.get(sign, sign))
        return "".join(part for part in parts if not unicodedata.combining(part))
    return sign


def _fitting(place: Place, text: str, name: str) -> str:
    if len(text) > place.at[1]:
        raise Unwritable(f"{name} is longer than the {place.at[1]} places that are for it")
    return text


def _line(form: Form, places: Mapping[str, Place], texts: Mapping[str, str]) -> str:
    if form.parted:
        ordered = sorted(places, key=lambda name: places[name].at)
        return form.parted.join(_parted(form, places[name], texts[name]) for name in ordered)
    line = [" "] * max(sum(one.at) - 1 for one in places.values())
    for name, one in places.items():
        first, length = one.at
        text = texts[name]
        # A field without a value is blank, not zeros: nothing was stated.
        fill = one.fill if text else " "
        full = text.rjust(length, fill) if one.right else text.ljust(length, fill)
        line[first - 1 : first - 1 + length] = full
    return "".join(line)


def _parted(form: Form, place: Place, text: str) -> str:
    if form.parted in text:
        what = place.field or place.stated or "a text"
        raise Unwritable(f"the field {what} holds the sign that parts the values")
    return text.rjust(place.at[1], place.fill) if place.right and place.fill != " " else text
