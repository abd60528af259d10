"""Pulls delimited files from a folder or a zip, and pushes files into a folder."""

import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from muster.connectors.contract import Description, Health, Offer, Skipped
from muster.kernel.errors import BadInput, Where

ENDINGS = (".csv", ".txt", ".tsv", ".psv", ".dat")
_MEMBERS = 100_000
# Delimited text shrinks to a tenth, rarely to a fiftieth; far beyond that a zip is a bomb.
_SHRINKS = 200


class CsvDrop:
    """A folder, a zip or a single file of delimited text.

    An offer's name is ``<folder>/<file>``: the last folder above a file says which publisher or
    system dropped it. Files at the top take the name of the folder or zip itself.

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
            yield self._taken(name, self._place.stat().st_size, self._place.read_bytes)
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
        path = PurePosixPath(offer.name)
        if path.is_absolute() or ".." in path.parts:
            raise BadInput(
                "A file's name leaves the folder",
                where=Where(file=offer.name),
                fix="Use a plain file name",
            )
        target = self._place.joinpath(*path.parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name(target.name + ".part")
        fresh.write_bytes(offer.content)
        os.replace(fresh, target)

    def _from_folder(self) -> Iterator[Offer | Skipped]:
        for path in sorted(self._place.rglob("*")):
            if not path.is_file() or path.is_symlink():
                continue
            name = f"{path.resolve().parent.name}/{path.name}"
            yield self._taken(name, path.stat().st_size, path.read_bytes)

    def _from_zip(self) -> Iterator[Offer | Skipped]:
        try:
            with zipfile.ZipFile(self._place) as archive:
                members = [member for member in archive.infolist() if not member.is_dir()]
                if len(members) > _MEMBERS:
                    raise self._bad_zip(f"holds over {_MEMBERS} files")
                for member in sorted(members, key=lambda found: found.filename):
                    yield self._member(archive, member)
        except zipfile.BadZipFile:
            raise self._bad_zip("is damaged") from None

    def _member(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Offer | Skipped:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        folder = path.parent.name or self._place.stem
        name = f"{folder}/{path.name}"
        if "__MACOSX" in path.parts:
            return Skipped(name, "not data: written by the archive program")
        if member.flag_bits & 1:
            return Skipped(name, "protected by a password: send it without one")
        if member.file_size > _SHRINKS * max(member.compress_size, 1000):
            return Skipped(name, "unpacks to over 200 times its size, as no data file does")

        def read() -> bytes:
            # The stated size may lie, so reading stops where the limit does.
            with archive.open(member) as file:
                return file.read(self._limit + 1)

        return self._taken(name, member.file_size, read)

    def _taken(self, name: str, size: int, read: Callable[[], bytes]) -> Offer | Skipped:
        file = PurePosixPath(name).name
        if file.startswith("."):
            return Skipped(name, "hidden file")
        if not file.lower().endswith(ENDINGS):
            return Skipped(name, f"not delimited text ({', '.join(ENDINGS)})")
        content = read() if size <= self._limit else None
        if content is None or len(content) > self._limit:
            return Skipped(name, f"larger than {self._limit // 1024 // 1024} MB")
        return Offer(name, content)

    def _bad_zip(self, what: str) -> BadInput:
        return BadInput(
            f"The zip {what}", where=Where(file=self._place.name), fix="Make the zip again"
        )
