"""Adverts in tables: Parquet, CSV and JSON lines, whose columns are known by what they are called.

A table is read portion by portion. Columns are matched by their names without case, spaces and
punctuation; a table in which no column is a description is refused, naming the columns it has.
"""

import codecs
import csv
import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from muster.kernel.errors import BadInput, Where
from muster.services.skills.map.reading.corpus import Remark
from muster.services.skills.map.reading.offered import OFFERED, Offer, Offers

PORTION = 8_000
"""Adverts that are read at once."""

MOST = 1_000_000
"""Rows of one table that are read."""

_ADVERT = 2_300
_POLARS = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError)

CALLED: dict[str, tuple[str, ...]] = {
    "key": ("advertid", "id", "key", "reference", "ref", "jobid", "jobref", "jobreference",
            "vacancyid", "vacancyref", "vacancyreference", "advertreference", "identifier",
            "referencenumber", "campaignreference", "requisitionid"),
    "title": ("title", "jobtitle", "name", "role", "roletitle", "posttitle", "vacancytitle",
              "adverttitle", "position", "campaigntitle"),
    "organisation": ("organisation", "organization", "employer", "department", "company",
                     "companyname", "hiringorganization", "hiringorganisation", "agency", "body",
                     "employername", "organisationname", "departmentname", "publicbody"),
    "profession": ("profession", "roletype", "typeofrole", "jobfamily", "function", "category",
                   "occupationalcategory", "discipline", "jobcategory", "professionasstated"),
    "grade": ("grade", "jobgrade", "band", "payband", "level", "gradeasstated"),
    "place": ("place", "location", "outwardpostcode", "postcode", "joblocation", "town", "city",
              "worklocation", "site", "locations"),
    "region": ("region", "regionname", "addressregion"),
    "posted": ("posted", "dateposted", "posteddate", "publisheddate", "datepublished",
               "publicationdate", "published", "opened", "opendate", "advertdate", "startdate",
               "liveon", "livedate", "created", "campaignopened", "dateopened"),
    "text": ("text", "description", "jobdescription", "advert", "adverttext", "body", "fulltext",
             "jobtext", "details", "jobadvert", "vacancydescription", "advertbody", "content",
             "jobdetails", "roledescription", "summary", "jobsummary"),
}  # fmt: skip
"""What each field is called in tables, in small letters without spaces and punctuation."""


def known(named: Sequence[str]) -> frozenset[str]:
    """Return the fields that some columns hold; "text" is among them where one describes a job."""
    return frozenset(_matched(named))


def columns(named: Sequence[str], file: str) -> dict[str, str]:
    """Return which column holds which field.

    Raises:
        BadInput: if no column is a description.
    """
    found = _matched(named)
    if "text" not in found:
        # Of a file without a header these are what somebody wrote: a few letters are enough.
        has = ", ".join(_short(name) for name in named[:30]) or "none"
        raise BadInput(
            f"No column of this file is a description of the job. Its columns: {has}",
            where=Where(file=file, row=1, field="description"),
            fix="Name the column that holds the advert's text description",
        )
    return found


def _matched(named: Sequence[str]) -> dict[str, str]:
    """Return which column holds which field; the description is chosen first."""
    plain = {re.sub(r"[^a-z0-9]", "", name.lower()): name for name in reversed(named)}
    found: dict[str, str] = {}
    for field in dict.fromkeys(("text", *CALLED)):
        held = (plain[name] for name in CALLED[field] if name in plain)
        column = next((one for one in held if one not in found.values()), None)
        if column is not None:
            found[field] = column
    return found


def _short(name: str) -> str:
    shown = "".join(each if each.isprintable() else "?" for each in name)
    return shown if len(shown) <= 40 else f"{shown[:40]}…"


def of_parquet(path: Path, source: str) -> Offers:
    """Yield the adverts of a Parquet file.

    Raises:
        BadInput: if it is not one, is damaged, or no column is a description.
    """
    try:
        lazy = pl.scan_parquet(path, glob=False)
        names = lazy.collect_schema().names()
        height = lazy.select(pl.len()).collect().item()
        found = columns(names, source)
        # What the end of the file tells may be sound, and a page of it damaged.
        yield from _portions(lazy, found, source, path.stat().st_size, height)
    except _POLARS as error:
        raise _unreadable(source, "Parquet") from error


def of_csv(path: Path, source: str) -> Offers:
    """Yield the adverts of a file of comma- or otherwise separated values.

    Raises:
        BadInput: if it cannot be read so, or no column is a description.
    """
    with path.open("rb") as file:
        first = file.readline(1_000_000).decode("utf-8-sig", "replace")
    separator = max(",;\t|", key=first.count)
    size = path.stat().st_size
    with tempfile.TemporaryDirectory() as folder:
        readable = path if _is_utf8(path) else _transcribed(path, Path(folder) / "table.csv")
        try:
            lazy = pl.scan_csv(readable, separator=separator, infer_schema=False, glob=False)
            names = lazy.collect_schema().names()
            found = columns(names, source)
            yield from _portions(lazy, found, source, size, max(size // _ADVERT, 1))
        except _POLARS as error:
            raise _wrong_row(readable, separator, source) from error


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _transcribed(path: Path, place: Path) -> Path:
    """Write a file in the letters of Windows, as office programs save CSV, as UTF-8."""
    with (
        path.open(encoding="cp1252", errors="replace", newline="") as file,
        place.open("w", encoding="utf-8", newline="") as made,
    ):
        shutil.copyfileobj(file, made)
    return place


def _wrong_row(path: Path, separator: str, source: str) -> BadInput:
    """Return which row of a table has more cells than its header, if one has."""
    csv.field_size_limit(100_000_000)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, delimiter=separator)
            width = len(next(rows, []))
            for number, row in enumerate(rows, start=2):
                if len(row) > width:
                    return BadInput(
                        f"This row has {len(row)} cells, and the header {width}",
                        where=Where(file=source, row=number),
                        fix="Put cells that hold a separator or a line end in double quotes",
                    )
    except (csv.Error, OSError, ValueError):
        pass
    return _unreadable(source, "CSV")


def _portions(
    lazy: pl.LazyFrame, found: dict[str, str], source: str, size: int, height: int
) -> Offers:
    at = 0
    chosen = lazy.select(pl.col(name).alias(field) for field, name in found.items()).head(MOST + 1)
    for batch in chosen.collect_batches(chunk_size=PORTION, maintain_order=True):
        for piece in batch.iter_slices(PORTION):
            part = piece.head(MOST - at)
            said = [_too_many(source)] if part.height < piece.height else []
            yield Offer(
                _offered(part, at, source), int(size * part.height / max(height, 1)), tuple(said)
            )
            at += part.height
            if said:
                return


def _offered(part: pl.DataFrame, at: int, source: str) -> pl.DataFrame:
    here = part.with_row_index("row", at + 1)
    return here.select(
        (_words(here, name) if name in part.columns else pl.lit(None, pl.String)).alias(name)
        if name not in {"source", "row"}
        else (pl.lit(source) if name == "source" else pl.col("row").cast(pl.UInt32)).alias(name)
        for name in OFFERED
    )


def _words(frame: pl.DataFrame, name: str) -> pl.Expr:
    kind, column = frame.schema[name], pl.col(name)
    if isinstance(kind, pl.List) and kind.inner == pl.String:
        return column.list.join("; ")
    if isinstance(kind, pl.Datetime):
        return column.dt.strftime("%Y-%m-%d")
    if kind.is_nested() or kind == pl.Binary:
        return pl.lit(None, pl.String)
    return column.cast(pl.String)


def _too_many(source: str) -> Remark:
    return Remark(
        source, MOST + 1, f"The file has more than {MOST:,} rows, of which the first were read",
        "Cut it into several files",
    )  # fmt: skip


def _unreadable(source: str, kind: str) -> BadInput:
    return BadInput(
        f"The file cannot be read as {kind}",
        where=Where(file=source),
        fix="Save it again in that form, or send the file from which it was made",
    )
