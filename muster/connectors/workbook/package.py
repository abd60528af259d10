"""The zip inside a workbook, opened as if a stranger had made it.

Sizes are bounded before and while unpacking, parts are found by name and never written anywhere,
and an entity or document type in any part is refused, because no workbook has a use for one.
"""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import NoReturn
from xml.parsers import expat

from muster.kernel.errors import BadInput, Where

MEGABYTE = 1024 * 1024
CHUNK = 4 * MEGABYTE
_MOST_PARTS = 10_000
_MOST_UNPACKED = 1_536 * MEGABYTE
_MOST_SMALL, _MOST_TAG = 32 * MEGABYTE, 16 * MEGABYTE
_MOST_ELEMENTS = 1_000_000
# Parts of a workbook shrink to a tenth, rarely to a fiftieth. See ``drop.connector``.
_SHRINKS, _SMALL_ENOUGH = 200, 32 * MEGABYTE
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError)
_UNREADABLE = (NotImplementedError, RuntimeError)
_SAVE_AGAIN = "Open it in a spreadsheet program, save it again and send that"
Attributes = dict[str, str]


def damaged(what: str = "The workbook is damaged or cut off", row: int | None = None) -> BadInput:
    """Return the error for a workbook that contradicts itself."""
    return BadInput(what, where=Where(row=row), fix=_SAVE_AGAIN)


def protected() -> BadInput:
    """Return the error for a workbook that opens only with a password."""
    return BadInput(
        "The workbook is protected by a password",
        fix="Save it without a password to open and send that; locked cells do no harm",
    )


def too_large(what: str) -> BadInput:
    """Return the error for a workbook that would not fit into memory."""
    return BadInput(
        what, fix="Delete what lies beside the data, or send it in several files or as CSV"
    )


@contextmanager
def place(*, file: str | None = None, sheet: str | None = None) -> Iterator[None]:
    """Name file and sheet in every error raised within."""
    try:
        yield
    except BadInput as problem:
        where = replace(
            problem.where, file=file or problem.where.file, sheet=sheet or problem.where.sheet
        )
        raise BadInput(problem.what, where=where, fix=problem.fix) from None


class Package:
    """The parts of a zipped workbook, by name whatever its case."""

    def __init__(self, content: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except _DAMAGE:
            raise damaged() from None
        members = [member for member in self._zip.infolist() if not member.is_dir()]
        if len(members) > _MOST_PARTS:
            raise too_large(f"The workbook has over {_MOST_PARTS:,} parts")
        self._members = {_part_name(member.filename): member for member in members}
        if len(self._members) < len(members):
            raise damaged("The workbook has two parts of one name")
        if any(member.flag_bits & 1 for member in members):
            raise protected()
        if sum(member.file_size for member in members) > _MOST_UNPACKED:
            raise too_large(f"The workbook unpacks to over {_MOST_UNPACKED // MEGABYTE:,} MB")
        if any(_is_bomb(member) for member in members):
            raise BadInput(
                f"A part of the workbook unpacks to over {_SHRINKS} times its size, "
                "as no data file does",
                fix="Delete what lies beside the data, save it again and send that",
            )

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._members

    def has_folder(self, name: str) -> bool:
        """Return whether any part lies in a folder."""
        return any(each.startswith(f"{name.casefold()}/") for each in self._members)

    def size(self, name: str) -> int:
        """Return how large a part is, as stated; it is never larger."""
        member = self._members.get(name.casefold())
        return member.file_size if member else 0

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the content of a part, piece by piece.

        Raises:
            BadInput: if it is missing or damaged.
        """
        member = self._members.get(name.casefold())
        if member is None:
            raise damaged("A part of the workbook is missing")
        try:
            with self._zip.open(member) as part:
                while piece := part.read(CHUNK):
                    yield piece
        except _DAMAGE:
            raise damaged() from None
        except _UNREADABLE:
            raise damaged("The workbook is packed in a way that cannot be read") from None

    def small(self, name: str) -> bytes:
        """Return the whole content of a part that describes others.

        Raises:
            BadInput: if it is missing, damaged or far too large.
        """
        if self.size(name) > _MOST_SMALL:
            raise too_large("A part of the workbook that should be small is not")
        return b"".join(self.chunks(name))

    def elements(self, name: str) -> list[tuple[str, Attributes]]:
        """Return the elements of a small part in order, each with its attributes.

        Names are without namespaces: what they mean is certain from the part they stand in.
        """
        found: list[tuple[str, Attributes]] = []

        def start(element: str, attributes: Attributes) -> None:
            if len(found) == _MOST_ELEMENTS:
                raise too_large("A part of the workbook that should be small is not")
            found.append((plain(element), {plain(key): attributes[key] for key in attributes}))

        for _ in parsing([self.small(name)], start=start):
            pass
        return found

    def related(self, name: str) -> dict[str, tuple[str, str]]:
        """Return what a part refers to inside the workbook: id to (kind, part's name)."""
        folder, _, file = name.rpartition("/")
        relations = posixpath.join(folder, "_rels", f"{file}.rels")
        if relations not in self:
            return {}
        return {
            each.get("Id", ""): (
                each.get("Type", "").rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, each.get("Target", ""))).lstrip("/"),
            )
            for element, each in self.elements(relations)
            if element == "Relationship" and each.get("TargetMode") != "External"
        }


def plain(name: str) -> str:
    """Return a name without its namespace."""
    return name.rpartition(" ")[2]


def parsing(
    chunks: Iterator[bytes] | list[bytes],
    *,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> Iterator[None]:
    """Parse XML and pause after each piece; names come as ``namespace name``.

    Raises:
        BadInput: if it is not well formed, or declares a document type.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse_document_type
    given = 0
    try:
        for piece in chunks:
            parser.Parse(piece, False)
            given += len(piece)
            if given - parser.CurrentByteIndex > _MOST_TAG:
                raise too_large("A part of the workbook has a tag larger than any tag")
            yield
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise damaged("A part of the workbook is not well-formed XML") from None
    yield


def _refuse_document_type(*_: object) -> NoReturn:
    raise BadInput(
        "A part of the workbook declares a document type or entities, as none needs to",
        fix="Open it in a spreadsheet program, save it as a new workbook and send that",
    )


def _part_name(name: str) -> str:
    parts = name.replace("\\", "/").lstrip("/").split("/")
    if ".." in parts or ":" in parts[0]:
        raise BadInput(
            "A part of the workbook has a name that leaves it",
            fix="Open it in a spreadsheet program, save it as a new workbook and send that",
        )
    return "/".join(parts).casefold()


def _is_bomb(member: zipfile.ZipInfo) -> bool:
    return member.file_size > max(_SHRINKS * member.compress_size, _SMALL_ENOUGH)
