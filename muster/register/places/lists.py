"""Reading lists that people upload: many places with their towns, many commitments.

A list is taken whole or not at all. The first thing that cannot be read is told with its row and
column, and nothing of the list counts until it is mended.
"""

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from muster.kernel.errors import BadInput, Where
from muster.register.places.rules import TownIndex, read_where

SITES = ("place", "town")
COMMITMENTS = ("employer", "due", "percent", "roles", "stated_by", "source")
MOST_BYTES, MOST_ROWS = 1_000_000, 5_000


class Site(NamedTuple):
    """A place with the code of its town."""

    place: str
    town: str


class Line(NamedTuple):
    """A commitment as a list states it; ``employer`` is the register's id in hexadecimal."""

    employer: str
    due: dt.date
    percent: int | None
    roles: int | None
    stated_by: str
    source: str


def read_sites(content: bytes, *, file: str, index: TownIndex) -> tuple[Site, ...]:
    """Return places with their towns, as a CSV file with ``place`` and ``town`` states them.

    Raises:
        BadInput: naming the file, row and column of what cannot be read.
    """
    found: dict[str, str] = {}
    for number, row in _rows(content, SITES, file):
        place, stated = row["place"].strip(), row["town"].strip()
        town = read_where(stated, index).town
        if not place:
            raise _odd(file, number, "place", "There is no name of a place", "Give one")
        if not town:
            raise _odd(
                file, number, "town", f"“{stated}” is no town of the list",
                "Give a town of the list, the nearest where the place itself is not in it",
            )  # fmt: skip
        if found.get(place, town) != town:
            raise _odd(
                file, number, "town", f"“{place}” stands in two towns", "Leave one of them out"
            )
        found[place] = town
    return tuple(Site(*pair) for pair in found.items())


def read_commitments(
    content: bytes, *, file: str, employer_of: Callable[[str], str | None]
) -> tuple[Line, ...]:
    """Return commitments, as a CSV file with the columns of ``COMMITMENTS`` states them.

    Args:
        content: the bytes.
        file: its name.
        employer_of: the register's id of an employer by its name; None where it is not certain.

    Raises:
        BadInput: naming the file, row and column of what cannot be read.
    """
    found = []
    for number, row in _rows(content, COMMITMENTS, file):
        employer = employer_of(row["employer"].strip())
        if employer is None:
            raise _odd(
                file, number, "employer", "No employer of the register certainly has this name",
                "Give its name as the list of employers has it",
            )  # fmt: skip
        try:
            due = dt.date.fromisoformat(row["due"].strip())
        except ValueError:
            raise _odd(file, number, "due", "This is no date", "Write it as 2030-03-31") from None
        percent, roles = (_whole(row[name], file, number, name) for name in ("percent", "roles"))
        found.append(Line(employer, due, percent, roles, row["stated_by"], row["source"]))
    return tuple(found)


def _rows(
    content: bytes, columns: Sequence[str], file: str
) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Return rows with their numbers as a spreadsheet shows them; the heading is row 1."""
    if len(content) > MOST_BYTES:
        raise BadInput("The file is too large", where=Where(file=file), fix="Send it in parts")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(
            "The file is no text in UTF-8", where=Where(file=file), fix="Save it as CSV UTF-8"
        ) from None
    try:
        first, *lines = list(csv.reader(io.StringIO(text, newline=""))) or [[]]
    except csv.Error:
        first, lines = ["\0"], []
    if any("\0" in cell for row in (first, *lines) for cell in row):
        raise BadInput("The file is no CSV", where=Where(file=file), fix="Save it as CSV UTF-8")
    headings = [one.strip().casefold() for one in first]
    missing = [name for name in columns if name not in headings]
    if missing:
        raise BadInput(
            f"The first row does not name {', '.join(missing)}", where=Where(file=file, row=1),
            fix=f"Let the first row hold {', '.join(columns)}",
        )  # fmt: skip
    for number, cells in enumerate(lines, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if number > MOST_ROWS + 1:
            raise BadInput(
                f"The file has more than {MOST_ROWS} rows", where=Where(file=file),
                fix="Send it in parts",
            )  # fmt: skip
        padded = [*cells, *[""] * len(headings)]
        yield number, dict(zip(headings, padded, strict=False))


def _whole(cell: str, file: str, number: int, field: str) -> int | None:
    text = cell.strip().removesuffix("%").replace(",", "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()) or len(text) > 9:
        raise _odd(file, number, field, "This is no whole number", "Write it in digits")
    return int(text)


def _odd(file: str, row: int, field: str, what: str, fix: str) -> BadInput:
    return BadInput(what, where=Where(file=file, row=row, field=field), fix=fix)
