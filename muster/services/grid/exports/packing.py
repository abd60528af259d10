"""A released table as one thing to send: a file, or an archive of those that belong together."""

import io
import zipfile

from muster.gates.release import ReleasedTable
from muster.services.grid.exports import files_of

_TYPES = {
    "csv": "application/zip",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}


def packed(table: ReleasedTable, kind: str) -> tuple[str, bytes, str]:
    """Return the name, content and media type of a released table in one format.

    Raises:
        BadInput: if there is no such format, or what it needs is not installed.
    """
    files = files_of(table, kind)
    [name, *more] = files
    content = files[name]
    if more:
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packing:
            for each, held in files.items():
                packing.writestr(each, held)
        name, content = f"{name}.zip", archive.getvalue()
    return name, content, _TYPES.get(kind, "application/octet-stream")
