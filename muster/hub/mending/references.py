"""References: how a row of a workbook that was handed out says which waiting row it is.

A reference names the landing, the row, and how often the row's cells had been corrected when it
was handed out, so that an edit of somebody else in the meantime shows. It is opaque, stable and
survives spreadsheets: capitals and the digits 2 to 7, beginning with a letter. It opens nothing:
whoever brings one back is asked what they may correct.
"""

import base64
import binascii
import struct
import uuid
from dataclasses import dataclass

_FORM = struct.Struct(">16sIH")
_CHECK = struct.Struct(">H")
_LETTER = "R"
PATTERN = rf"^{_LETTER}[A-Z2-7]{{39}}$"


@dataclass(frozen=True)
class Reference:
    """One waiting row as it was handed out."""

    landing: uuid.UUID
    row: int
    edition: int


def written(reference: Reference) -> str:
    """Return a reference as text."""
    body = _FORM.pack(reference.landing.bytes, reference.row, min(reference.edition, 0xFFFF))
    return _LETTER + base64.b32encode(body + _CHECK.pack(_checksum(body))).decode().rstrip("=")


def read_reference(text: str) -> Reference | None:
    """Return the reference that a text is; None if it is none, or was damaged."""
    plain = text.strip().upper()
    if len(plain) != 40 or not plain.startswith(_LETTER):
        return None
    try:
        raw = base64.b32decode(plain[1:] + "=")
    except binascii.Error:
        return None
    body, check = raw[: _FORM.size], raw[_FORM.size :]
    if check != _CHECK.pack(_checksum(body)):
        return None
    landing, row, edition = _FORM.unpack(body)
    return Reference(uuid.UUID(bytes=landing), row, edition)


def _checksum(body: bytes) -> int:
    return binascii.crc_hqx(body, 0)
