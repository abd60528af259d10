"""Writes a shipment as a load file: a zip with one data file of METADATA and MERGE lines.

Each value is written so that the loader reads the very same value back: a backslash stands before a
delimiter or backslash, a line break is ``\\n``. What the format cannot carry (a character that ends
a line by other means, a text that would clear a field) is refused with its row, not changed.
"""

import datetime as dt
import hashlib
import io
import math
import re
import zipfile
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from muster.connectors.load_file.layout import Layout, Line
from muster.connectors.outlets import Shipment

CLEARS = "#NULL"
"""What a loader takes for an order to clear a field: no value of ours may look like it."""

_OTHER = re.compile(r"[^A-Za-z0-9]+")
_UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\x85\u2028\u2029]")
_EPOCH = (1980, 1, 1, 0, 0, 0)


class Unwritable(Exception):
    """A value cannot be written. Its text names the field and says why, never the value."""


def name_of(shipment: Shipment) -> str:
    """Return the name of a shipment's zip without ending, in letters and digits alone.

    Loaders take no other characters; a digest keeps routes apart that differ by those.
    """
    first, last = shipment.envelopes["position"][0], shipment.envelopes["position"][-1]
    return f"{_marked(shipment)}S{shipment.shard}P{first}T{last}"


def trial_name_of(shipment: Shipment) -> str:
    """Return the name of a rehearsal's file: one for each route, and no zip, so none is loaded."""
    return f"{_marked(shipment)}.trial"


def _marked(shipment: Shipment) -> str:
    mark = hashlib.sha256(f"{shipment.route} {shipment.again}".encode()).hexdigest()[:8]
    return f"{_OTHER.sub('', shipment.route)[:40]}{mark}"


def record_of(layout: Layout, row: Mapping[str, Any]) -> str:
    """Return the id by which the receiver knows the record of a message.

    Raises:
        Unwritable: if the message has none.
    """
    value = row.get(layout.id)
    if value is None or not _text(layout, layout.id, value).strip():
        raise Unwritable(f"the field {layout.id} is empty, and it names the record")
    return _text(layout, layout.id, value)


def lines_of(layout: Layout, row: Mapping[str, Any]) -> list[str]:
    """Return the MERGE line of each component for one message.

    Raises:
        Unwritable: if a value cannot be written as it is.
    """
    record = record_of(layout, row)
    return [_line(layout, line, record, row) for line in layout.lines]


def zipped(layout: Layout, written: list[list[str]]) -> bytes:
    """Return the zip of all messages' lines, by component; the same lines give the same bytes."""
    text = []
    for place, line in enumerate(layout.lines):
        text.append("|".join(("METADATA", line.component, *line.attributes)))
        text += [lines[place] for lines in written]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        entry = zipfile.ZipInfo(layout.file, _EPOCH)
        entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
        archive.writestr(entry, "".join(f"{one}\n" for one in text).encode())
    return file.getvalue()


def _line(layout: Layout, line: Line, record: str, row: Mapping[str, Any]) -> str:
    values = [layout.owner, line.prefix + record]
    for name in line.fields.values():
        if name not in row:
            raise Unwritable(f"the field {name} is not among those that are sent")
        values.append("" if row[name] is None else _text(layout, name, row[name]))
    values += line.always.values()
    return "|".join(("MERGE", line.component, *map(_escaped, values)))


def _text(layout: Layout, name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, dt.datetime):
        return value.strftime(f"{layout.date} %H:%M:%S")
    if isinstance(value, dt.date):
        return value.strftime(layout.date)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, float):
        if not math.isfinite(value):
            raise Unwritable(f"the field {name} holds no number")
        return format(Decimal(repr(value)), "f")
    if not isinstance(value, (str, int)):
        raise Unwritable(f"the field {name} is of a kind that no load file holds")
    text = str(value).replace("\r\n", "\n")
    if _UNSEEN.search(text):
        raise Unwritable(f"the field {name} holds a control character: remove it at the sender's")
    if text.strip() == CLEARS:
        raise Unwritable(f"the field {name} would clear itself at the receiver's")
    return text


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("|", "\\|").replace("\n", "\\n")
