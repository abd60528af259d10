"""Job descriptions as Word documents, PDFs and plain text."""

import io
import re
import zipfile
from collections.abc import Iterable
from typing import Any

import docx
import pypdf

from muster.kernel.errors import BadInput, Where
from muster.services.skills.map.reading.labelled import taken
from muster.services.skills.map.reading.word import lines_of

LARGEST = 50_000_000
"""Bytes of one document that are read."""

UNPACKED = 200_000_000
"""Bytes that a Word document may hold inside."""

PAGES = 100
"""Pages of a PDF that are read: longer ones are no advert."""

_SHORT = 120


def of_word(content: bytes, source: str) -> list[dict[str, Any]]:
    """Return the advert of a Word document.

    Raises:
        BadInput: if it cannot be read, is too large inside, or has no text.
    """
    _refuse_large(content, source)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as inside:
            if sum(one.file_size for one in inside.infolist()) > UNPACKED:
                raise _too_large(source)
        lines = list(lines_of(docx.Document(io.BytesIO(content))))
    except BadInput:
        raise
    except Exception as error:  # those of zip, of XML and of what a document may lack
        raise _unreadable(source, "Word", "Save it again as .docx") from error
    return _advert(lines, source)


def of_pdf(content: bytes, source: str) -> list[dict[str, Any]]:
    """Return the advert of a PDF.

    Raises:
        BadInput: if it cannot be read, asks for a password, or has no text.
    """
    _refuse_large(content, source)
    try:
        reader = pypdf.PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise _unreadable(source, "PDF without its password", "Send it without a password")
        text = "\n".join(page.extract_text() or "" for page in list(reader.pages)[:PAGES])
    except BadInput:
        raise
    except Exception as error:  # of filters, keys and fonts that are broken or unknown
        raise _unreadable(source, "PDF", "Print it to PDF again, or send it as Word") from error
    return _advert(_joined(text.splitlines()), source)


def of_text(content: bytes, source: str) -> list[dict[str, Any]]:
    """Return the advert of a file of plain text.

    Raises:
        BadInput: if it is too large, or has no text.
    """
    _refuse_large(content, source)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    return _advert(text.splitlines(), source)


def _joined(lines: Iterable[str]) -> list[str]:
    """Return the lines of a PDF, those put together that its width had broken."""
    made: list[str] = []
    for line in (one.strip() for one in lines):
        goes_on = re.match(r"[a-z(&]", line) is not None
        if made and goes_on and made[-1] and made[-1][-1] not in ".!?:;":
            made[-1] = f"{made[-1]} {line}"
        else:
            made.append(line)
    return made


def _advert(lines: Iterable[str], source: str) -> list[dict[str, Any]]:
    words = [line.strip() for line in lines if line.strip()]
    found, rest = taken(words)
    if "title" not in found and rest and len(rest[0]) <= _SHORT and rest[0][-1] != ".":
        found["title"] = rest[0].rstrip(" :")
        rest = rest[1:]
    if not rest:
        raise BadInput(
            "The document has no text", where=Where(file=source, field="description"),
            fix="Send a document with text; a scanned one has pictures of text alone",
        )  # fmt: skip
    return [{**found, "text": "\n".join(rest)}]


def _refuse_large(content: bytes, source: str) -> None:
    if len(content) > LARGEST:
        raise _too_large(source)


def _too_large(source: str) -> BadInput:
    return BadInput(
        f"The document is larger than {LARGEST // 1_000_000} MB, or unpacks to more than"
        f" {UNPACKED // 1_000_000} MB",
        where=Where(file=source), fix="Send it without pictures",
    )  # fmt: skip


def _unreadable(source: str, kind: str, fix: str) -> BadInput:
    return BadInput(f"The file cannot be read as {kind}", where=Where(file=source), fix=fix)
