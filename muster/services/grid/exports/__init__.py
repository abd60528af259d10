"""Released tables as files for the tools people use: nothing else can be written here.

Each writer takes the ``Contents`` of a released table and returns files by name. ``contents`` says
what every format must tell beside the figures: what they mean, where they come from, how complete
they are, under which release they left, and what the gate did to them.
"""

from collections.abc import Callable

from muster.gates.release import ReleasedTable
from muster.kernel.errors import BadInput, Where
from muster.services.grid.exports.contents import Contents, contents_of
from muster.services.grid.exports.opendocument import as_ods
from muster.services.grid.exports.parquet import as_parquet
from muster.services.grid.exports.tableau import as_hyper
from muster.services.grid.exports.text import as_csv, as_json
from muster.services.grid.exports.workbook import as_xlsx

Writer = Callable[[Contents], dict[str, bytes]]
WRITERS: dict[str, Writer] = {
    "csv": as_csv,
    "json": as_json,
    "parquet": as_parquet,
    "xlsx": as_xlsx,
    "ods": as_ods,
    "hyper": as_hyper,
}


def files_of(table: ReleasedTable, kind: str) -> dict[str, bytes]:
    """Return a released table as files by name, the one with the figures first.

    Args:
        table: what left through the gate.
        kind: one of ``WRITERS``.

    Raises:
        BadInput: if there is no such format, or what it needs is not installed.
    """
    writer = WRITERS.get(kind)
    if writer is None:
        raise BadInput(
            f"There is no format {kind}",
            where=Where(field="format"),
            fix=f"Choose among {', '.join(WRITERS)}",
        )
    return writer(contents_of(table))
