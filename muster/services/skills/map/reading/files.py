"""Which files there are, which reader each is for, and what is refused before it is opened.

A folder or zip holds what it holds: what of it cannot be read is left out and said. A file that
somebody named is theirs to put right, so it is refused.
"""

import lzma
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from muster.kernel.errors import BadInput, Where
from muster.services.skills.map.reading.corpus import Remark
from muster.services.skills.map.reading.documents import of_pdf, of_text, of_word
from muster.services.skills.map.reading.offered import Offer, Offers, table, whole
from muster.services.skills.map.reading.pages import of_page
from muster.services.skills.map.reading.postings import of_json
from muster.services.skills.map.reading.tables import PORTION, of_csv, of_parquet

MEMBERS = 100_000
"""Files of one zip or folder that are read."""

UNPACKED = 2_000_000_000
"""Bytes that a zip may hold inside, all files together."""

_CHUNK = 1 << 20
_SWOLLEN, _SMALL = 300, 50_000_000
_ENCRYPTED = 1  # the flag of a file in a zip
# What a broken zip, or a broken file in it, is known by.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, RuntimeError,
    ValueError,
)  # fmt: skip
_TABLES: dict[str, Callable[[Path, str], Offers]] = {
    ".parquet": of_parquet, ".pq": of_parquet, ".csv": of_csv, ".tsv": of_csv, ".json": of_json,
    ".jsonl": of_json, ".ndjson": of_json, ".jsonld": of_json,
}  # fmt: skip
_SINGLE: dict[str, Callable[[bytes, str], list[dict[str, Any]]]] = {
    ".html": of_page, ".htm": of_page, ".xhtml": of_page, ".docx": of_word, ".pdf": of_pdf,
    ".txt": of_text, ".md": of_text,
}  # fmt: skip
_STARTS = (
    (b"PAR1", ".parquet"), (b"%PDF", ".pdf"), (b"{", ".json"), (b"[", ".json"), (b"<", ".html"),
)  # fmt: skip
_FORMS = "JSON, CSV, Parquet, HTML, Word (.docx), PDF or text, or a zip or folder of these"


def size_of(paths: Sequence[Path]) -> int:
    """Return how many bytes some files and folders have.

    Raises:
        BadInput: if one is not there.
    """
    return sum(one.stat().st_size for path in paths for one in _inside(path))


def offers(paths: Sequence[Path]) -> Offers:
    """Yield the adverts of files, folders and zips, in the order given.

    Raises:
        BadInput: if a file that was named cannot be read.
    """
    for path in paths:
        if path.is_dir():
            yield from _gathered((one, _name(one, path)) for one in _inside(path))
        else:
            yield from _of_file(path, whole(path.name))


def _name(path: Path, folder: Path) -> str:
    return whole(path.relative_to(folder).as_posix())


def _inside(path: Path) -> list[Path]:
    if not path.exists():
        raise BadInput(
            "There is no such file", where=Where(file=path.name), fix="Name a file that is there"
        )
    if not path.is_dir():
        return [path]
    found = (one for one in path.rglob("*") if one.is_file() and not one.is_symlink())
    return sorted(one for one in found if not hidden(_name(one, path)))


def hidden(name: str) -> bool:
    """Tell whether systems left a file of a folder or zip beside others, and nobody means it."""
    return any(part.startswith((".", "__MACOSX", "~$")) for part in Path(name).parts)


def _of_file(path: Path, source: str) -> Offers:
    form = _form(path, source)
    if form == ".zip":
        yield from _of_zip(path, source)
    elif form in _TABLES:
        yield from _TABLES[form](path, source)
    else:
        size = path.stat().st_size
        yield Offer(table(_SINGLE[form](path.read_bytes(), source), source), size)


def _form(path: Path, source: str) -> str:
    """Return the form of a file by its name, or by how it begins.

    Raises:
        BadInput: if it is of a form that is not read, empty, or cannot be opened.
    """
    try:
        with path.open("rb") as file:
            start = file.read(512)
    except OSError as error:
        raise BadInput(
            "The file cannot be opened", where=Where(file=source), fix="See that it may be read"
        ) from error
    if not start.strip():
        raise BadInput("The file is empty", where=Where(file=source), fix="Send it with adverts")
    if start[:4] == b"PK\x03\x04":
        return ".docx" if _is_word(path) else _zip_or_not(path.suffix.lower(), source)
    form = path.suffix.lower()
    if form in _TABLES or (form in _SINGLE and form != ".docx"):
        return form
    bare = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    found = next((known for begins, known in _STARTS if bare.startswith(begins)), None)
    if found is None:
        raise BadInput(
            f"Adverts are not read from files of this form ({form or 'no ending'})",
            where=Where(file=source), fix=f"Send {_FORMS}",
        )  # fmt: skip
    return found


def _zip_or_not(form: str, source: str) -> str:
    if form in {".xlsx", ".xlsm", ".ods", ".odt", ".pptx"}:
        raise BadInput(
            f"Adverts are not read from files of this form ({form})",
            where=Where(file=source), fix=f"Save it as CSV or Word; read are {_FORMS}",
        )  # fmt: skip
    return ".zip"


def _is_word(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as inside:
            return "word/document.xml" in inside.namelist()
    except _BROKEN:
        return path.suffix.lower() == ".docx"


def _of_zip(path: Path, source: str) -> Offers:
    """Yield the adverts of a zip, unpacked one file at a time and never beyond what is bounded."""
    try:
        inside = zipfile.ZipFile(path)
    except _BROKEN as error:
        raise _locked(source) from error
    with inside, tempfile.TemporaryDirectory() as folder:
        yield from _gathered(_unpacked(inside, Path(folder), path, source), of=path)


def _unpacked(
    inside: zipfile.ZipFile, folder: Path, path: Path, source: str
) -> Iterator[tuple[Path | BadInput, str]]:
    """Yield where each file of a zip now stands, or what is wrong with it; and what it is called.

    Raises:
        BadInput: if the zip unpacks to too much, or all of it asks for a password.
    """
    members = sorted(
        (one for one in inside.infolist() if not one.is_dir() and not hidden(one.filename)),
        key=lambda one: one.filename,
    )
    if members and all(one.flag_bits & _ENCRYPTED for one in members):
        raise _locked(source)
    if len(members) > MEMBERS:
        raise _swollen(source)
    left = min(UNPACKED, max(path.stat().st_size * _SWOLLEN, _SMALL))
    for number, member in enumerate(members):
        place = folder / f"{number}{Path(member.filename).suffix.lower()[:10]}"
        name = f"{source}/{member.filename}"
        try:
            with place.open("wb") as file:
                for chunk in _chunks(inside, member, name):
                    left -= len(chunk)
                    if left < 0:
                        raise _swollen(source)
                    file.write(chunk)
        except _Damaged as problem:
            yield problem, name
        else:
            yield place, name
        place.unlink(missing_ok=True)


class _Damaged(BadInput):
    """A file of a zip that cannot be unpacked."""


def _chunks(inside: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> Iterator[bytes]:
    try:
        with inside.open(member) as packed:
            while chunk := packed.read(_CHUNK):
                yield chunk
    except _BROKEN as error:
        raise _Damaged(
            "The file cannot be unpacked, or asks for a password",
            where=Where(file=name), fix="Make the zip again, without a password",
        ) from error  # fmt: skip


def _locked(source: str) -> BadInput:
    return BadInput(
        "The zip cannot be opened, or asks for a password",
        where=Where(file=source), fix="Make it again, without a password",
    )  # fmt: skip


def _swollen(source: str) -> BadInput:
    return BadInput(
        f"The zip unpacks to more than {UNPACKED // 1_000_000_000} GB, to more than {_SWOLLEN}"
        f" times its size, or to more than {MEMBERS:,} files",
        where=Where(file=source), fix="Send its files in several zips, or as one Parquet file",
    )  # fmt: skip


def _gathered(files: Iterator[tuple[Path | BadInput, str]], of: Path | None = None) -> Offers:
    """Yield the adverts of many files, those of single ones put together; say what is left out."""
    rows: list[dict[str, Any]] = []
    read = 0
    for path, source in files:
        taken = 0
        try:
            if isinstance(path, BadInput):
                raise path
            form = _form(path, source)
            if form == ".zip":
                raise BadInput(
                    "A zip within a zip or folder is not opened", where=Where(file=source),
                    fix="Unpack it first",
                )  # fmt: skip
            if form in _TABLES:
                for offer in _TABLES[form](path, source):
                    taken += offer.adverts.height
                    yield offer
                continue
            rows += [{**one, "source": source} for one in _SINGLE[form](path.read_bytes(), source)]
            read += path.stat().st_size if of is None else 0
        except BadInput as problem:
            yield Offer(table((), source), 0, (_left_out(problem, source, taken),))
        if len(rows) >= PORTION // 8:
            yield Offer(_of_several(rows), read)
            rows, read = [], 0
    yield Offer(_of_several(rows), read)


def _of_several(rows: list[dict[str, Any]]) -> pl.DataFrame:
    sources = [str(row.pop("source")) for row in rows]
    made = table([{"row": 1, **row} for row in rows], "")
    return made.with_columns(pl.Series("source", sources, dtype=pl.String))


def _left_out(problem: BadInput, source: str, taken: int) -> Remark:
    since = f" from row {taken + 1:,} on" if taken else ""
    return Remark(source, problem.where.row, f"{problem.what}: left out{since}", problem.fix)
