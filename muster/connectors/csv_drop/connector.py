"""Pulls delimited files from a folder or a zip, and pushes files into a folder."""

import lzma
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from muster.connectors.contract import Description, Health, Offer, Skipped
from muster.connectors.csv_drop.naming import offer_names, plain_parts, safe_path, why_not_taken
from muster.kernel.errors import BadInput, Where

_MEMBERS = 100_000
# Delimited text shrinks to a tenth, rarely to a fiftieth. Far beyond that a large file is a bomb;
# one up to half the limit may be a few rows repeated, and does no harm.
_SHRINKS = 200
_DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError)
_UNREADABLE = (NotImplementedError, RuntimeError)


class CsvDrop:
    """A folder, a zip or a single file of delimited text.

    An offer's name is ``<folder>/<file>``: the last folder above a file says which publisher or
    system dropped it. Files at the top take the name of the folder or zip itself. See
    ``naming.offer_names``.

    Args:
        place: the folder, zip or file.
        megabytes: the largest file that is taken, unpacked.
    """

    def __init__(self, place: Path, *, megabytes: int = 200) -> None:
        self._place, self._limit = place, megabytes * 1024 * 1024

    def describe(self) -> Description:
        return Description("csv_drop", "Delimited files in a folder or zip", True, True)

    def health(self) -> Health:
        if not self._place.exists():
            return Health(False, f"{self._place.name} does not exist")
        return Health(True, f"{self._place.name} can be read")

    def pull(self) -> Iterator[Offer | Skipped]:
        if self._place.is_dir():
            yield from self._from_folder()
        elif zipfile.is_zipfile(self._place):
            yield from self._from_zip()
        elif self._place.is_file():
            name = f"{self._place.resolve().parent.name}/{self._place.name}"
            yield self._file(name, self._place)
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

    def _from_folder(self) -> Iterator[Offer | Skipped]:
        found = sorted(path for path in self._place.rglob("*") if not path.is_dir())
        names = offer_names(
            [path.relative_to(self._place).parts for path in found], self._place.resolve().name
        )
        for path, name in zip(found, names, strict=True):
            yield self._file(name, path)

    def _file(self, name: str, path: Path) -> Offer | Skipped:
        if path.is_symlink() or not path.is_file():
            return Skipped(name, "a link or device, not a file")
        try:
            return self._taken(name, path.stat().st_size, path.read_bytes)
        except OSError as problem:
            return Skipped(name, f"cannot be read: {problem.strerror}")

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
            paths = [plain_parts(member.filename) or ("unnamed",) for member in members]
            names = offer_names(paths, self._place.stem)
            for member, name in zip(members, names, strict=True):
                yield self._member(archive, member, name)

    def _member(
        self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str
    ) -> Offer | Skipped:
        if member.flag_bits & 1:
            return Skipped(name, "protected by a password: send it without one")
        if member.file_size > max(_SHRINKS * member.compress_size, self._limit // 2):
            return Skipped(name, "unpacks to over 200 times its size, as no data file does")

        def read() -> bytes:
            # The stated size may lie, so reading stops where the limit does.
            with archive.open(member) as file:
                return file.read(self._limit + 1)

        try:
            return self._taken(name, member.file_size, read)
        except _DAMAGE:
            return Skipped(name, "damaged inside the zip: make the zip again")
        except _UNREADABLE:
            return Skipped(name, "packed in a way that cannot be read: make the zip again")

    def _taken(self, name: str, size: int, read: Callable[[], bytes]) -> Offer | Skipped:
        why = why_not_taken(name)
        if why is not None:
            return Skipped(name, why)
        content = read() if size <= self._limit else None
        if content is None or len(content) > self._limit:
            return Skipped(name, f"larger than {self._limit // 1024 // 1024} MB")
        return Offer(name, content)

    def _bad_zip(self, what: str) -> BadInput:
        return BadInput(
            f"The zip {what}", where=Where(file=self._place.name), fix="Make the zip again"
        )
