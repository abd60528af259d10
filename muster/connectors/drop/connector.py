"""Pulls files from a folder, a zip or a single file, and pushes files into a folder."""

import lzma
import os
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from muster.connectors.contract import Description, Health, Offer, Skipped
from muster.connectors.drop.arrival import WRITING, Found, Unreadable
from muster.connectors.drop.naming import plain_parts, safe_path
from muster.connectors.drop.taking import MEGABYTE, Taking
from muster.kernel.errors import BadInput, Where

_MEMBERS = 100_000
# Text shrinks to a tenth, rarely to a fiftieth. Far beyond that a large file is a bomb; one up to
# half the limit may be a few rows repeated, and does no harm.
_SHRINKS = 200
_DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError)
_UNREADABLE = (NotImplementedError, RuntimeError)
# Zips by their bytes, single files to everybody who uses them.
_PACKAGES = (".xlsx", ".xlsm", ".xlsb", ".ods", ".docx", ".odt", ".pptx", ".odp")


class Drop:
    """A folder, a zip or a single file.

    An offer's name is ``<folder>/<file>``: the last folder above a file says which publisher or
    system dropped it. Files at the top take the name of the folder or zip itself. See
    ``naming.offer_names``. Done-markers are kept to in folders and zips; a single file is taken
    because somebody named it.

    Args:
        place: the folder, zip or file.
        kind: the connector's name, that of its folder.
        title: what it speaks to, in words.
        endings: how the names of files end that are taken, in lower case, each with its dot.
        what: what such files are, in words (``delimited text``).
        megabytes: the largest file that is taken, unpacked.
    """

    def __init__(
        self,
        place: Path,
        *,
        kind: str,
        title: str,
        endings: tuple[str, ...],
        what: str,
        megabytes: int = 200,
    ) -> None:
        self._place, self._kind, self._title = place, kind, title
        self._taking = Taking(endings, what, megabytes * MEGABYTE)

    def describe(self) -> Description:
        return Description(self._kind, self._title, True, True)

    def health(self) -> Health:
        if not self._place.exists():
            return Health(False, f"{self._place.name} does not exist")
        return Health(True, f"{self._place.name} can be read")

    def pull(self) -> Iterator[Offer | Skipped]:
        if self._place.is_dir():
            found = sorted(path for path in self._place.rglob("*") if not path.is_dir())
            files = [_on_disk(path, path.relative_to(self._place).parts) for path in found]
            yield from self._taking.offers(files, self._place.resolve().name)
        elif self._is_zip():
            yield from self._from_zip()
        elif self._place.is_file():
            name = f"{self._place.resolve().parent.name}/{self._place.name}"
            yield self._taking.offer(_on_disk(self._place, (self._place.name,)), name)
        else:
            raise BadInput(
                "There is no such file or folder",
                where=Where(file=self._place.name),
                fix="Check the path",
            )

    def push(self, offer: Offer) -> None:
        if not self._place.is_dir():
            raise BadInput(
                "Files can only be dropped into a folder",
                where=Where(file=self._place.name),
                fix="Name a folder",
            )
        target = self._place / safe_path(offer)
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name(target.name + ".part")
        fresh.write_bytes(offer.content)
        os.replace(fresh, target)

    def _is_zip(self) -> bool:
        single = self._place.name.lower().endswith((*self._taking.endings, *_PACKAGES))
        return not single and zipfile.is_zipfile(self._place)

    def _from_zip(self) -> Iterator[Offer | Skipped]:
        try:
            archive = zipfile.ZipFile(self._place)
        except _DAMAGE:
            raise self._bad_zip("is damaged") from None
        with archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) > _MEMBERS:
                raise self._bad_zip(f"holds over {_MEMBERS} files")
            # Of entries with one path the last counts, as it does when a zip is unpacked.
            last = {member.filename: member for member in members}
            members = sorted(last.values(), key=lambda found: found.filename)
            files = [_in_zip(archive, member, self._taking.limit) for member in members]
            yield from self._taking.offers(files, self._place.stem)

    def _bad_zip(self, what: str) -> BadInput:
        return BadInput(
            f"The zip {what}", where=Where(file=self._place.name), fix="Make the zip again"
        )


def _on_disk(path: Path, parts: tuple[str, ...]) -> Found:
    def read(most: int) -> bytes:
        try:
            with path.open("rb") as file:
                before = os.fstat(file.fileno())
                content = file.read(most)
                after = os.fstat(file.fileno())
        except OSError as problem:
            raise Unreadable(f"cannot be read: {problem.strerror}") from None
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise Unreadable(WRITING)
        return content

    try:
        if path.is_symlink() or not path.is_file():
            return Found(parts, 0, read, "a link or device, not a file")
        return Found(parts, path.stat().st_size, read)
    except OSError as problem:
        return Found(parts, 0, read, f"cannot be read: {problem.strerror}")


def _in_zip(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int) -> Found:
    why: str | None = None
    if member.flag_bits & 1:
        why = "protected by a password: send it without one"
    elif member.file_size > max(_SHRINKS * member.compress_size, limit // 2):
        why = "unpacks to over 200 times its size, as no data file does"

    def read(most: int) -> bytes:
        try:
            with archive.open(member) as file:
                return file.read(most)
        except _DAMAGE:
            raise Unreadable("damaged inside the zip: make the zip again") from None
        except _UNREADABLE:
            raise Unreadable("packed in a way that cannot be read: make the zip again") from None

    parts = plain_parts(member.filename) or ("unnamed",)
    return Found(parts, member.file_size, read, why)
