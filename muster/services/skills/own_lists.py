"""Lists of skills that somebody brings to a build: read when it is asked for, and kept with it.

A list is CSV, Parquet or a workbook. It is read at once, so that whoever brings it is told of what
cannot be read while they are there. The build keeps the file and its digest: it goes on with the
same list or not at all.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from muster.connectors.contract import Offer, Sheet
from muster.connectors.workbook.reader import read as read_workbook
from muster.kernel.errors import BadInput, Conflict, Where
from muster.services.skills.map.lexicon import (
    LARGEST,
    Lexicon,
    Listed,
    lexicon_of,
    names_skills,
    read_lexicon,
)
from muster.services.skills.map.lexicon.own import Own
from muster.services.skills.models import Build
from muster.services.skills.storing import build_folder

LONGEST_NAME = 200
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods", ".xlsb")
_BEGIN = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class OwnList(NamedTuple):
    """A list that somebody brings.

    Args:
        name: of its file, as it was given.
        path: where the file is.
        adds: whether it stands beside the list that ships, and not in its place.
    """

    name: str
    path: Path
    adds: bool = False


def read_own(path: Path, *, file: str) -> Lexicon:
    """Return the lexicon in a file of CSV, Parquet or a workbook.

    Args:
        path: where it is.
        file: its name, for errors and as the source of its definitions.

    Raises:
        BadInput: naming file, sheet, row and field of what cannot be read.
    """
    if path.stat().st_size > LARGEST:
        raise BadInput(
            f"The file is larger than {LARGEST // 1_000_000} MB", where=Where(file=file),
            fix="Leave out columns that are not needed, or save it as Parquet",
        )  # fmt: skip
    with path.open("rb") as opened:
        begins = opened.read(4)
    if file.lower().endswith(_WORKBOOKS) or begins in _BEGIN:
        return _of_workbook(path, file)
    return read_lexicon(path, file=file)


def own_of(row: Build) -> Own | None:
    """Return the list that a build was asked with; None for the one that ships.

    Raises:
        Conflict: if the file that was kept is not the one that was brought.
    """
    if not row.lexicon:
        return None
    path = kept_at(build_folder(row.id))
    if not path.is_file() or digest_of(path) != row.lexicon_digest:
        raise Conflict(
            "The list of skills is not the one that this build was asked with",
            where=Where(file=row.lexicon),
            fix="Put the file back from a copy, or ask for a new build with the other list",
        )
    return Own(read_own(path, file=row.lexicon), row.lexicon_digest, row.lexicon_adds)


def kept_at(folder: Path) -> Path:
    """Return where a build keeps the list that was brought."""
    return folder / "lexicon"


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _of_workbook(path: Path, file: str) -> Lexicon:
    """Return the lexicon on the first sheet that names skills; hidden sheets are never taken."""
    sheets = [one for one in read_workbook(Offer(file, path.read_bytes())) if not one.hidden]
    tables = [
        Listed.of_rows(_rows(one), file=file, sheet=one.name or None, said=one.notes)
        for one in sheets
        if one.height
    ]
    found = next((one for one in tables if names_skills(one)), None)
    if found is not None:
        return lexicon_of(found)
    if not tables:
        raise BadInput(
            "No sheet that is shown holds anything", where=Where(file=file),
            fix="Put the list on a sheet that is not hidden",
        )  # fmt: skip
    # That it has no column of names is said by the sheet somebody looks at first.
    return lexicon_of(tables[0])


def _rows(sheet: Sheet) -> Iterator[tuple[int, list[str]]]:
    for number, cells in zip(sheet.rows, sheet.cells.iter_rows(), strict=True):
        yield int(number), list(cells)
