"""Released figures as an extract that Tableau opens: only where its library is installed."""

import tempfile
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

from muster.kernel.errors import BadInput, Where
from muster.services.grid.exports.contents import Contents
from muster.services.grid.exports.parquet import as_parquet


def as_hyper(contents: Contents) -> dict[str, bytes]:
    """Return an extract with one table, ``Extract.Figures``; notes are a table of their own.

    Raises:
        BadInput: if the optional library is not installed.
    """
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "figures.hyper"
        [(_, rows)] = as_parquet(contents).items()
        source = Path(folder) / "figures.parquet"
        source.write_bytes(rows)
        write_extract(place, source, contents.notes)
        return {f"{contents.name}.hyper": place.read_bytes()}


def write_extract(place: Path, source: Path, notes: Iterable[tuple[str, str]]) -> None:
    """Write an extract: the engine copies the rows straight out of a Parquet file.

    Args:
        place: the file that is written, beside which the engine keeps its log.
        source: the Parquet file with the figures.
        notes: headings and texts, which become a table of their own.

    Raises:
        BadInput: if the optional library is not installed.
    """
    try:
        hyper: Any = import_module("tableauhyperapi")
    except ImportError:
        raise BadInput(
            "Extracts for Tableau need a library that is not installed here",
            where=Where(field="format"),
            fix="Install Muster with its extra `tableau`, or choose another format",
        ) from None
    figures = hyper.TableName("Extract", "Figures")
    about = hyper.TableDefinition(
        hyper.TableName("Extract", "Notes"),
        [hyper.TableDefinition.Column(name, hyper.SqlType.text()) for name in ("About", "Note")],
    )
    with (
        hyper.HyperProcess(
            hyper.Telemetry.DO_NOT_SEND_USAGE_DATA_TO_TABLEAU,
            parameters={"log_dir": str(place.parent)},
        ) as process,
        hyper.Connection(process.endpoint, place, hyper.CreateMode.CREATE_AND_REPLACE) as database,
    ):
        database.catalog.create_schema(hyper.SchemaName("Extract"))
        path = hyper.escape_string_literal(str(source))
        copied = f"CREATE TABLE {figures} AS SELECT * FROM external({path})"  # noqa: S608
        database.execute_command(copied)
        database.catalog.create_table(about)
        with hyper.Inserter(database, about) as inserter:
            inserter.add_rows(notes)
            inserter.execute()
