"""``muster link``: which records of any two files are of one person."""

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from muster.kernel.errors import BadInput, Where

if TYPE_CHECKING:
    import polars as pl

    from muster.register.linkage.linking import Linked
    from muster.register.linkage.roles import Roles

_LARGEST_ROLES = 100_000
_SEPARATORS = (",", ";", "\t", "|")


@click.command()
@click.argument("file_a", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument(
    "file_b", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False
)
@click.option(
    "--roles", "roles_file", required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A TOML file that says what the columns say; see docs/how-to/link-two-files.md.",
)  # fmt: skip
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path),
    help="Where the linked pairs go, as CSV or (if it ends in .parquet) as Parquet.",
)  # fmt: skip
def link(file_a: Path, file_b: Path | None, roles_file: Path, out: Path) -> None:
    """Say which records of FILE_A and FILE_B (CSV or Parquet) are of one person.

    With one file, records are linked within it. Nothing is stored and nobody's record is touched.
    """
    from muster.register.linkage.linking import link as link_tables
    from muster.register.linkage.roles import read_roles

    began = time.monotonic()
    files = [file for file in (file_a, file_b) if file is not None]
    _check_place(out)
    declared = read_roles(_text(roles_file))
    tables = [read_table(file) for file in files]
    found = link_tables(tables, declared, [file.name for file in files])
    _write(found.pairs, out)
    roles = (declared.first, declared.second)
    for file, table, ready, role in zip(files, tables, found.tables, roles, strict=False):
        for line in _noted(file.name, table, ready, role):
            click.echo(line)
    for line in _said(found, [table.height for table in tables]):
        click.echo(line)
    click.echo(f"Written to {out} in {time.monotonic() - began:.1f} s")


def _check_place(out: Path) -> None:
    """Say at once that the pairs could not be written, not after all the work."""
    if not out.absolute().parent.is_dir():
        raise BadInput(
            "There is no such folder", where=Where(file=str(out.parent)),
            fix="Make the folder, or name another place",
        )  # fmt: skip


def _text(file: Path) -> str:
    try:
        content = file.read_bytes()
        if len(content) > _LARGEST_ROLES:
            raise ValueError
        return content.decode("utf-8-sig")
    except ValueError:
        raise BadInput(
            "Not a short text in UTF-8", where=Where(file=file.name), fix="Name a TOML file"
        ) from None


def read_table(file: Path) -> "pl.DataFrame":
    """Return a file as a table; names of columns lose space around them.

    CSV may be parted by commas, semicolons, tabs or bars, in UTF-8, UTF-16 or as Windows writes it.

    Raises:
        BadInput: if it cannot be read, or two of its columns have one name.
    """
    import polars as pl

    try:
        if file.suffix.lower() in (".parquet", ".pq"):
            table = pl.read_parquet(file)
        else:
            content = _decoded(file.read_bytes())
            table = pl.read_csv(content.encode(), infer_schema=False, separator=_separator(content))
    except (pl.exceptions.PolarsError, OSError, UnicodeError) as problem:
        kind = type(problem).__name__
        raise BadInput(
            f"Cannot be read as CSV or Parquet ({kind})", where=Where(file=file.name),
            fix="Name a Parquet file, or a CSV file with a line of column names and in no line "
            "more values than names",
        ) from None  # fmt: skip
    names = [name.strip() for name in table.columns]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise BadInput(
            "Two columns have this name", where=Where(file=file.name, field=twice),
            fix="Give each column a name of its own",
        )  # fmt: skip
    return table.rename(dict(zip(table.columns, names, strict=True)))


def _decoded(content: bytes) -> str:
    """Return text: by its mark, as UTF-8, or as Windows writes it in western Europe."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _separator(content: str) -> str:
    """Return what parts the names of columns: the commonest of those that programs write."""
    first = re.sub(r'"[^"]*"', "", content.lstrip("\r\n").split("\n", 1)[0])
    return max(_SEPARATORS, key=first.count)


def _write(pairs: "pl.DataFrame", out: Path) -> None:
    try:
        if out.suffix.lower() == ".parquet":
            pairs.write_parquet(out)
        else:
            pairs.write_csv(out, float_precision=6)
    except OSError as problem:
        why = problem.strerror or type(problem).__name__
        raise BadInput(
            f"Cannot be written: {why}", where=Where(file=str(out)), fix="Name another place"
        ) from None  # fmt: skip


def _noted(file: str, table: "pl.DataFrame", ready: "pl.DataFrame", roles: "Roles") -> list[str]:
    """Return what of a file should be looked at: names that are not one row's, dates unread."""
    from muster.register.linkage.preparing import RECORD

    said = []
    shared = int(ready[RECORD].is_duplicated().sum())
    if shared:
        said.append(
            f"{file}: {shared:,} rows share their name ({roles.columns['record'][0]}) with another"
            " row, so pairs do not tell them apart; name a column that differs in each row"
        )
    born = roles.columns.get("date_of_birth", ())
    if born and "date_of_birth" in ready.columns:
        stated = table[born[0]].cast(str, strict=False).str.strip_chars().fill_null("") != ""
        days = ready["date_of_birth"].str.to_date("%Y%m%d", strict=False)
        unread = int((stated & days.is_null()).sum())
        if unread:
            said.append(
                f"{file}: {unread:,} values of {born[0]} are no date that is known and are compared"
                " by their digits alone; write them as 1980-02-29 or 29/02/1980"
            )
    return said


def _automatic(found: "Linked") -> int:
    return int((found.pairs["decision"] == "automatic").sum())


def _said(found: "Linked", heights: list[int]) -> list[str]:
    """Return what was found, in words."""
    records = " and ".join(f"{height:,}" for height in heights)
    decided, scored = found.decided, found.scored
    if scored is None:
        return [f"{records} records: nothing to compare"]
    compared = f"compared by {', '.join(scored.fields)}"
    alone = ", ".join(f"{one.fields[0]} ({one.pairs:,} pairs)" for one in scored.left_out)
    return [
        f"{records} records, {compared}",
        *([f"Too many share one of these alone to be compared by it: {alone}"] if alone else []),
        f"{found.pairs.height:,} pairs linked, from probability {decided.threshold:.3f} on",
        f"{_automatic(found):,} of them automatic, so sure that nobody needs to look",
        f"By the model's own estimate {decided.precision:.2%} of them are right",
        f"and {decided.recall:.2%} of what there is to find is found",
        f"Model {scored.fingerprint[:16]}",
    ]
